//! From the table and the moment to what can be done.
//!
//! Uses: its folder.

use epochscope_scenario::acting;

use super::facts::Moment;
use super::table::{GROUPS, Row, When};
use super::{Order, Thing, ThingKind, fields, standing};

/// All that can be done with a thing, and why some of it cannot be done now.
pub(crate) fn orders(thing: &Thing, moment: &Moment<'_>) -> Vec<Order> {
    let mut all = standing::orders(thing, moment);
    for (group, rows) in GROUPS {
        all.extend(rows.iter().filter_map(|row| order(group, row, row.when, (thing, moment))));
    }
    for order in &mut all {
        order.blocked = refusal(order, moment);
    }
    all
}

/// The few things that are done most. What keeps its place though it
/// makes no sense now says why. Nothing else is tried: this is asked for with every scene.
pub(crate) fn usual(thing: &Thing, moment: &Moment<'_>) -> Vec<Order> {
    let mut all = Vec::new();
    for (group, rows) in GROUPS {
        for row in rows.iter().filter(|row| row.mark.contains('!')) {
            let now = order(group, row, row.when, (thing, moment));
            let kept = || {
                let row = Some(row).filter(|row| row.mark.ends_with('='))?;
                let kept = order(group, row, When::Always, (thing, moment))?;
                Some(Order { blocked: refusal(&kept, moment), ..kept })
            };
            all.extend(now.or_else(kept));
        }
    }
    all
}

fn order(
    group: &'static str,
    row: &'static Row,
    when: When,
    (thing, moment): (&Thing, &Moment<'_>),
) -> Option<Order> {
    if !row.of.contains(&thing.kind) {
        return None;
    }
    let words = moment.words(thing, when)?;
    let (line, fields) = fields::read(row.line, thing, moment)?;
    let line = match thing.kind {
        ThingKind::Link => {
            let (one, other) = words.split_once(' ')?;
            line.replace("$1", one).replace("$2", other)
        }
        _ => line.replace('$', &words),
    };
    let title = match thing.kind {
        ThingKind::Broker | ThingKind::Controller => thing.title().to_ascii_lowercase(),
        _ => thing.title(),
    };
    let joint = if row.label.contains(' ') { ": " } else { " " };
    Some(Order {
        label: row.label.to_owned(),
        name: format!("{}{joint}{title}", row.label),
        group,
        line,
        fields,
        key: row.mark.trim_end_matches(['!', '=']),
        is_usual: row.mark.contains('!'),
        blocked: None,
    })
}

/// Why an order cannot be done now, with the values that it begins with.
pub(crate) fn refusal(order: &Order, moment: &Moment<'_>) -> Option<String> {
    match acting::read(&order.said(&[]), &moment.context) {
        Ok(read) => acting::would_refuse(moment.player, moment.at, &read.command),
        Err(refusal) => Some(refusal.to_string()),
    }
}
