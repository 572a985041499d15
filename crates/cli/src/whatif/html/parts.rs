//! Parts of the page: tables, the matrix of pairs, before and after.

use std::collections::BTreeMap;

use epochscope_vocabulary::BrokerId;
use epochscope_whatif::fate::Harm;
use epochscope_whatif::losses::Lost;

use crate::whatif::beside;
use crate::whatif::report::Report;
use crate::whatif::words::grouped;

/// The most brokers of which all pairs are drawn.
const LARGEST_MATRIX: usize = 36;

/// Text that means itself in HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            plain => safe.push(plain),
        }
    }
    safe
}

/// A table; the cells of `rows` are HTML with their tags.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let heading = |(at, word): (usize, &&str)| {
        let is_word = rows.iter().filter_map(|row| row.get(at)).any(|it| it.contains("\"word\""));
        let class = if is_word { " class=\"word\"" } else { "" };
        format!("<th{class}>{}</th>", escaped(word))
    };
    let head: String = head.iter().enumerate().map(heading).collect();
    let rows: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", row.concat())).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n\
         {rows}</tbody>\n</table></div>\n"
    )
}

/// A number of partitions that suffer a harm.
pub(super) fn cell(count: i64, harm: Harm) -> String {
    let class = match (count, harm) {
        (0, _) => "none",
        (_, Harm::Offline | Harm::Unclean) => "bad",
        (_, Harm::BelowMinIsr) => "warn",
        (_, Harm::NoReplica | Harm::OneRack) => "",
    };
    let number = if count == 0 { "–".to_owned() } else { grouped(count) };
    format!("<td class=\"{class}\">{number}</td>")
}

/// All pairs of brokers, with how many partitions only their common loss takes offline.
pub(super) fn matrix(report: &Report) -> String {
    let pairs = &report.losses.broker_pairs;
    let brokers: Vec<BrokerId> = report.cluster().up().map(|broker| broker.id).collect();
    let is_of_use = pairs.iter().any(|pair| pair.only_together > 0);
    if !is_of_use || brokers.len() > LARGEST_MATRIX {
        return String::new();
    }
    let together: BTreeMap<(BrokerId, BrokerId), i64> = pairs
        .iter()
        .filter_map(|pair| match pair.lost {
            Lost::Brokers(one, other) => Some(((one, other), pair.only_together)),
            Lost::Broker(_) | Lost::Rack(_) | Lost::Racks(..) => None,
        })
        .collect();
    let head: String = brokers.iter().map(|id| format!("<th>{id}</th>")).collect();
    let row = |one: &BrokerId| {
        let cell = |other: &BrokerId| {
            let pair = (*one.min(other), *one.max(other));
            match together.get(&pair) {
                _ if one == other => "<td class=\"none\"></td>".to_owned(),
                None | Some(0) => "<td class=\"none\">·</td>".to_owned(),
                Some(count) => format!("<td class=\"bad\">{}</td>", grouped(*count)),
            }
        };
        format!("<tr><th>{one}</th>{}</tr>\n", brokers.iter().map(cell).collect::<String>())
    };
    let rows: String = brokers.iter().map(row).collect();
    format!(
        "<h3>Offline only by the loss of both</h3>\n<div class=\"scroll\" tabindex=\"0\">\
         <table class=\"matrix\">\n<thead><tr><th>broker</th>{head}</tr></thead>\n<tbody>\n{rows}\
         </tbody>\n</table></div>\n"
    )
}

/// Before and after a plan, side by side.
pub(super) fn compared(report: &Report) -> String {
    let Some(after) = &report.after else { return String::new() };
    let tables = beside::tables(report, after).into_iter().map(|beside| {
        let rows = beside.rows.into_iter().map(|(name, changes)| {
            let cell = |change: beside::Change| match change.text("→", grouped) {
                Some(text) => format!("<td>{text}</td>"),
                None => "<td class=\"none\">–</td>".to_owned(),
            };
            let mut row = vec![format!("<th>{}</th>", escaped(&name))];
            row.extend(changes.into_iter().map(cell));
            row
        });
        let mut head: Vec<&str> = beside.head.iter().map(String::as_str).collect();
        head[0] = match head[0].strip_prefix("as proposed: ") {
            Some(rows) => rows,
            None => "before → after",
        };
        table(&head, &rows.collect::<Vec<_>>()) + "<p></p>\n"
    });
    tables.collect()
}
