//! What is said, as tables on a terminal.

use epochscope_whatif::cluster::BrokerState;
use epochscope_whatif::fate::{Harm, Tally};
use epochscope_whatif::losses::{Loss, Lost};

use super::beside;
use super::read::some;
use super::report::{After, Asked, Report, loss_name};
use super::words::{
    columns, counted, findings, grouped, heading, meaning, moves, reassigned, summary, tenths,
};

/// The most rows of pairs.
const MOST_PAIRS: usize = 10;
/// The most rows of brokers.
const MOST_BROKERS: usize = 200;
/// The most partitions that `--lose` names.
const MOST_NAMED: usize = 1_000;

/// All of it.
pub(super) fn text(report: &Report) -> String {
    let mut text = format!("{}: {}\n", report.input.name, summary(report));
    for note in &report.input.notes {
        let line = if note.line == 0 { String::new() } else { format!("line {}: ", note.line) };
        text.push_str(&format!("Note: {line}{}\n", note.text));
    }
    let down: Vec<String> = report.down().iter().map(ToString::to_string).collect();
    if !down.is_empty() {
        let down = some(&down, 20);
        text.push_str(&format!("Taken as down, since nothing of theirs is in sync: {down}\n"));
    }
    if let Some(asked) = &report.asked {
        text.push_str(&of_asked(report, asked));
        return text;
    }
    text.push_str(&losses(report));
    text.push_str(&leaders(report));
    text.push_str(&weaknesses(report));
    text
}

/// Rows of words, the first column to the left, the others to the right, the last as it is.
struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    fn print(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (at, cell) in row.iter().enumerate() {
                let width = widths[at];
                if at == 0 {
                    line.push_str(&format!("{cell:width$}"));
                } else if at + 1 == columns && columns > 2 {
                    line.push_str(&format!("  {cell}"));
                } else {
                    line.push_str(&format!("  {cell:>width$}"));
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn losses(report: &Report) -> String {
    let columns = columns(report);
    let mut text = "\nWhat a loss would add to what is so now, in partitions\n".to_owned();
    for harm in &columns {
        text.push_str(&format!("  {}: {}\n", heading(*harm), meaning(*harm)));
    }
    text.push_str("  only together: offline by the loss of both, and not by that of one\n");
    let all = &report.losses;
    let mut section = |title: &str, losses: &[Loss], most: usize| {
        if losses.is_empty() {
            return;
        }
        let mut rows = vec![head(title, &columns)];
        let of_pairs = matches!(losses[0].lost, Lost::Brokers(..) | Lost::Racks(..));
        if of_pairs {
            rows[0].insert(2, "only together".to_owned());
        }
        if title == "losing a rack" || (title == "losing a broker" && all.racks.is_empty()) {
            rows.push(row("(now)".to_owned(), &all.now, &columns, String::new()));
        }
        let shown = &losses[..losses.len().min(most)];
        rows.extend(shown.iter().map(|loss| {
            let named = report.such_as(loss);
            let mut row = row(loss_name(report.cluster(), loss), &loss.tally, &columns, named);
            if of_pairs {
                row.insert(2, number(loss.only_together));
            }
            row
        }));
        text.push('\n');
        text.push_str(&Table { rows }.print());
        if losses.len() > shown.len() {
            let more = grouped(losses.len() - shown.len());
            text.push_str(&format!("and {more} more (--json)\n"));
        }
    };
    section("losing a rack", &all.racks, MOST_BROKERS);
    section("losing a broker", &all.brokers, MOST_BROKERS);
    section("losing two racks, the worst", &all.rack_pairs, MOST_PAIRS);
    section("losing two brokers, the worst", &all.broker_pairs, MOST_PAIRS);
    text
}

fn head(title: &str, columns: &[Harm]) -> Vec<String> {
    let mut head = vec![title.to_owned()];
    head.extend(columns.iter().map(|harm| heading(*harm).to_owned()));
    head.push("such as".to_owned());
    head
}

fn row(name: String, tally: &Tally, columns: &[Harm], named: String) -> Vec<String> {
    let mut row = vec![name];
    row.extend(columns.iter().map(|harm| number(tally.of(*harm))));
    row.push(named);
    row
}

/// Nothing is drawn where nothing happens.
fn number(count: i64) -> String {
    if count == 0 { "-".to_owned() } else { grouped(count) }
}

fn leaders(report: &Report) -> String {
    let leaders = &report.leaders;
    let share = tenths(leaders.fair_share_tenths());
    let mut text = format!(
        "\nLeaders: {} shared by {} would be {share} each\n\n",
        counted(leaders.led, "partition"),
        counted(leaders.sharers, "broker"),
    );
    let head =
        ["broker", "rack", "replicas", "leads", "preferred", "not led", "after election", ""];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for broker in leaders.brokers.iter().take(MOST_BROKERS) {
        let known = report.cluster().broker(broker.id);
        let rack = known.rack.map_or("-", |rack| &report.cluster().racks[rack]);
        rows.push(vec![
            broker.id.to_string(),
            rack.to_owned(),
            grouped(broker.replicas),
            grouped(broker.leads),
            grouped(broker.preferred),
            grouped(broker.not_led),
            grouped(broker.after_election),
            if broker.state == BrokerState::Down { "down".to_owned() } else { String::new() },
        ]);
    }
    text.push_str(&Table { rows }.print());
    if leaders.brokers.len() > MOST_BROKERS {
        let more = grouped(leaders.brokers.len() - MOST_BROKERS);
        text.push_str(&format!("and {more} more (--json)\n"));
    }
    text
}

fn weaknesses(report: &Report) -> String {
    let mut text = String::new();
    let found = findings(report);
    if !found.is_empty() {
        text.push_str("\nWeak spots\n");
        found.iter().for_each(|sentence| text.push_str(&format!("  {sentence}\n")));
    }
    if let Some(moves) = moves(report) {
        text.push_str(&format!("\nMoves: {moves}\n"));
        if !report.plan.moves.is_empty() {
            text.push_str("`--reassignment FILE` writes them for kafka-reassign-partitions.sh.\n");
        }
    }
    text.push_str(&report.after.as_ref().map_or(String::new(), |after| compared(report, after)));
    text
}

/// Before and after a plan, side by side.
fn compared(report: &Report, after: &After) -> String {
    let mut text = report
        .input
        .moved
        .as_ref()
        .map_or(String::new(), |plan| format!("\nThe plan: {}\n", reassigned(plan)));
    for table in beside::tables(report, after) {
        // The last column is as it is: it is empty here.
        let mut rows = vec![table.head];
        rows[0].push(String::new());
        for (name, changes) in table.rows {
            let mut row = vec![name];
            let cell = |change: beside::Change| change.text("->", grouped);
            row.extend(changes.into_iter().map(|it| cell(it).unwrap_or_else(|| "-".to_owned())));
            row.push(String::new());
            rows.push(row);
        }
        text.push_str(&format!("\n{}", Table { rows }.print()));
    }
    if report.knows_racks() && report.input.proposed.is_none() {
        let sharing = (report.spread.sharing.len(), after.spread.sharing.len());
        let (was, is) = (grouped(sharing.0), grouped(sharing.1));
        text.push_str(&format!("sharing a rack without need: {was} -> {is}\n"));
    }
    text
}

fn of_asked(report: &Report, asked: &Asked) -> String {
    let columns = columns(report);
    let title = format!("losing {}", loss_name(report.cluster(), &asked.loss));
    let mut rows = vec![
        head(&title, &columns),
        row("(now)".to_owned(), &report.losses.now, &columns, String::new()),
        row("adds".to_owned(), &asked.loss.tally, &columns, String::new()),
    ];
    let later = report.after.as_ref().and_then(|after| after.asked.as_ref());
    if let Some(later) = later.filter(|_| report.input.proposed.is_some()) {
        let name = "adds, as proposed".to_owned();
        rows.push(row(name, &later.loss.tally, &columns, String::new()));
    }
    let mut text = format!("\n{}\n", Table { rows }.print().replace("  such as", ""));
    let mut rows = Vec::new();
    for (place, fate) in asked.harmed.iter().take(MOST_NAMED) {
        let harms = Harm::ALL.into_iter().filter(|harm| fate.has(*harm)).map(heading);
        rows.push(vec![report.cluster().name(*place), harms.collect::<Vec<_>>().join(", ")]);
    }
    rows.iter_mut().for_each(|row| row.push(String::new()));
    text.push_str(&left_aligned(&rows));
    if asked.harmed.len() > MOST_NAMED {
        let more = grouped(asked.harmed.len() - MOST_NAMED);
        text.push_str(&format!("and {more} more (--json)\n"));
    }
    text
}

fn left_aligned(rows: &[Vec<String>]) -> String {
    let width = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or(0);
    rows.iter().map(|row| format!("{:width$}  {}\n", row[0], row[1])).collect()
}
