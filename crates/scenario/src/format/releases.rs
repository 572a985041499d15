//! The releases of Kafka that can be named, oldest first, and which of them are modelled.
//!
//! A name without a patch is the last patch of its line. From 2.8 to 3.9 a cluster is run by
//! ZooKeeper or by KRaft; before, by ZooKeeper; after, by KRaft.
//!
//! Uses: `world`.

use std::sync::Arc;

use super::errors::{Place, listed, shown};
use super::values::whole_number;
use super::world::Reader;
use crate::script::ReleaseRange;

/// Every release with a name of its own, oldest first.
pub const RELEASES: &[&str] = &[
    "0.7.2", "0.8.0", "0.8.2", "0.9", "0.10", "0.11", "1.1", "2.0.0", "2.0.1", "2.1", "2.2", "2.3",
    "2.4", "2.5", "2.6", "2.7", "2.8.0", "2.8.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8",
    "3.9", "4.0.0", "4.0", "4.1.0", "4.1", "4.2", "4.3",
];

/// Other names of releases.
const ALIASES: &[(&str, &str)] = &[("2.0", "2.0.1"), ("2.8", "2.8.1"), ("4.1.1", "4.1")];

/// Those whose rules are there, oldest first. The newest is the default.
pub const MODELLED: &[&str] = &[
    "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "4.0.0", "4.0", "4.1.0", "4.1", "4.2", "4.3",
];

/// The first release that KRaft can run, and the first that ZooKeeper cannot.
const KRAFT_SINCE: &str = "2.8.0";
const ZOOKEEPER_UNTIL: &str = "4.0.0";

/// The release that a scenario without a `kafka` line gets.
#[must_use]
pub fn newest_modelled() -> &'static str {
    MODELLED.last().copied().unwrap_or("")
}

/// What to ask for instead.
fn modelled_ones() -> String {
    format!("modelled: {}", listed(MODELLED.iter().copied()))
}

/// Where a release stands in [`RELEASES`].
#[must_use]
pub fn position(name: &str) -> Option<usize> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| *name);
    RELEASES.iter().position(|known| *known == name)
}

impl ReleaseRange {
    /// Whether the range has this release. A name that is not known is in no range.
    #[must_use]
    pub fn contains(&self, release: &str) -> bool {
        match (position(&self.first), position(release), position(&self.last)) {
            (Some(first), Some(release), Some(last)) => (first..=last).contains(&release),
            _ => false,
        }
    }
}

impl Reader<'_, '_> {
    /// A release that can be named.
    pub(crate) fn release(&mut self, word: &str, place: Place) -> Option<&'static str> {
        if let Some(at) = position(word) {
            return Some(RELEASES[at]);
        }
        let message = format!("`{}` is no release of Kafka known here", shown(word));
        // Another number is another release, not a slip; a patch is one of a release's.
        let is_of = |known: &&&str| {
            let patch = word.strip_prefix(**known).and_then(|rest| rest.strip_prefix('.'));
            patch.and_then(whole_number).is_some()
        };
        let near = MODELLED.iter().rfind(is_of);
        let fix = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => modelled_ones(),
        };
        self.fail(place, message, fix)
    }

    /// A release whose rules are there.
    pub(crate) fn modelled_release(&mut self, word: &str, place: Place) -> Option<Arc<str>> {
        let name = self.release(word, place)?;
        match MODELLED.contains(&name) {
            true => Some(name.into()),
            false => {
                let what = format!("Kafka {name} is not modelled");
                self.not_yet(place, &what, &modelled_ones())
            }
        }
    }

    /// `3.9..4.0`, or one release.
    pub(crate) fn release_range(&mut self, word: &str, place: Place) -> Option<ReleaseRange> {
        let (first, last, gap) = match word.split_once("..") {
            Some((first, last)) => (first, last, first.len() + 2),
            None => (word, word, 0),
        };
        let from = self.release(first, place.part(0, first.len()))?;
        let to = self.release(last, place.part(gap, word.len()))?;
        if position(from) > position(to) {
            let fix = format!("write `{to}..{from}`");
            return self.fail(place, "the range goes backwards", fix);
        }
        Some(ReleaseRange { first: from.into(), last: to.into() })
    }

    /// Checks the word for the control plane behind a release.
    pub(crate) fn control_plane(&mut self, release: &str, word: &str, place: Place) -> Option<()> {
        let fits = match word {
            "kraft" => position(release) >= position(KRAFT_SINCE),
            _ => position(release) < position(ZOOKEEPER_UNTIL),
        };
        if !fits {
            let message = format!("Kafka {release} has no {word} mode");
            return self.fail(place, message, "leave the word out");
        }
        match word {
            "kraft" => Some(()),
            _ => {
                let what = "clusters run by ZooKeeper are not modelled";
                self.not_yet(place, what, &modelled_ones())
            }
        }
    }
}
