//! Properties that were broken: by name, what each says, what broke it, and why.
//!
//! Uses: `inspector`, `narration`.

use epochscope_vocabulary::event::{EventKind, Excuse};

use super::{Jump, Row, Section, Sight};
use crate::narration;

/// As many events are looked at, backwards.
const MOST_LOOKED_AT: usize = 50_000;

/// How much is told of a broken property.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Its name.
    Name,
    /// What it says and what broke it as well.
    All,
}

/// The properties broken so far, the first time that each was; none if all hold.
pub(super) fn broken(sight: Sight<'_>, told: Told) -> Option<Section> {
    if sight.cluster().violated().broken.is_empty() {
        return None;
    }
    let mut rows: Vec<Row> = Vec::new();
    for one in sight.past().iter().rev().take(MOST_LOOKED_AT).rev() {
        let EventKind::InvariantViolated { name, excuse, text } = &one.event.kind else { continue };
        if rows.iter().any(|row| row.cells[1].text.starts_with(name)) {
            continue;
        }
        let (allowed, tone) = match excuse {
            Excuse::None => ("", "bad"),
            Excuse::SetUp => (", as this set-up allows", "warn"),
        };
        let mut row = Row { why: Some(Jump::Why(one.event.id)), ..Row::default() };
        row.add(narration::moment(one.event.at), "moment");
        let says = match told {
            Told::Name => String::new(),
            Told::All => format!(": {} {text}", narration::property(name)),
        };
        row.add(format!("{name}{allowed}{says}"), tone).to(Jump::Moment(one.event.id));
        rows.push(row);
    }
    Some(Section::table("Broken checks", &["", ""], rows))
}

/// That none is broken.
pub(super) fn none_broken() -> Section {
    Section::note("Checks", "Every property that is checked holds so far.")
}
