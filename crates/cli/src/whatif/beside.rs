//! A cluster before and after a plan: the same numbers of both, side by side.

use epochscope_whatif::fate::Harm;
use epochscope_whatif::leaders::{BrokerLeaders, Leaders};
use epochscope_whatif::losses::Loss;
use epochscope_whatif::spread::Spread;

use super::report::{After, Report, loss_name};
use super::words::{columns, heading};

/// The most rows of brokers, and of pairs.
const MOST_BROKERS: usize = 200;
const MOST_PAIRS: usize = 10;

/// A table of numbers before and after.
pub(super) struct Beside {
    /// What the rows are, and what the numbers count.
    pub(super) head: Vec<String>,
    /// The rows: a name, and the pairs.
    pub(super) rows: Vec<(String, Vec<Change>)>,
}

/// A number before and after.
#[derive(Clone, Copy)]
pub(super) struct Change {
    was: i64,
    is: i64,
}

impl Change {
    /// In words: nothing, a number that stays, or two with an arrow between.
    pub(super) fn text(self, arrow: &str, grouped: impl Fn(i64) -> String) -> Option<String> {
        match (self.was, self.is) {
            (0, 0) => None,
            (was, is) if was == is => Some(grouped(is)),
            (was, is) => Some(format!("{} {arrow} {}", grouped(was), grouped(is))),
        }
    }
}

/// All that is put side by side: of moves that are only offered here, the losses that they are for.
pub(super) fn tables(report: &Report, after: &After) -> Vec<Beside> {
    let (before, later) = (&report.losses, &after.losses);
    let lists = [
        ("losing a rack", &before.racks, &later.racks, MOST_BROKERS),
        ("losing a broker", &before.brokers, &later.brokers, MOST_BROKERS),
        ("losing two racks, the worst", &before.rack_pairs, &later.rack_pairs, MOST_PAIRS),
        ("losing two brokers, the worst", &before.broker_pairs, &later.broker_pairs, MOST_PAIRS),
    ];
    if report.input.proposed.is_none() {
        let (_, before, later, most) = lists[usize::from(!report.knows_racks())];
        return vec![losses(
            report,
            after,
            "after the moves",
            (before, &later[..later.len().min(most)]),
        )];
    }
    let told = lists.iter().filter(|(_, _, later, _)| !later.is_empty());
    let mut tables: Vec<Beside> = told
        .map(|(title, before, later, most)| {
            let shown = &later[..later.len().min(*most)];
            losses(report, after, &format!("as proposed: {title}"), (before, shown))
        })
        .collect();
    tables.push(leaders(&report.leaders, &after.leaders));
    tables.push(weak_spots(report, after));
    tables
}

fn losses(
    report: &Report,
    after: &After,
    title: &str,
    (before, later): (&[Loss], &[Loss]),
) -> Beside {
    let columns = columns(report);
    let mut head = vec![title.to_owned()];
    head.extend(columns.iter().map(|harm| heading(*harm).to_owned()));
    let row = |loss: &Loss| {
        let was = before.iter().find(|was| was.lost == loss.lost).map(|was| was.tally);
        let was = was.unwrap_or_default();
        let change = |harm: &Harm| Change { was: was.of(*harm), is: loss.tally.of(*harm) };
        (loss_name(&after.cluster, loss), columns.iter().map(change).collect())
    };
    Beside { head, rows: later.iter().map(row).collect() }
}

fn leaders(before: &Leaders, after: &Leaders) -> Beside {
    let head =
        ["as proposed: broker", "replicas", "leads", "preferred", "not led", "after election"];
    let numbers = |broker: &BrokerLeaders| {
        let BrokerLeaders { replicas, leads, preferred, not_led, after_election, .. } = *broker;
        [replicas, leads, preferred, not_led, after_election]
    };
    let row = |broker: &BrokerLeaders| {
        let was = before.brokers.iter().find(|was| was.id == broker.id);
        let was = was.map_or([0; 5], numbers);
        let changes = was.into_iter().zip(numbers(broker)).map(|(was, is)| change(was, is));
        (broker.id.to_string(), changes.collect())
    };
    let rows = after.brokers.iter().take(MOST_BROKERS).map(row).collect();
    Beside { head: head.map(str::to_owned).to_vec(), rows }
}

fn weak_spots(report: &Report, after: &After) -> Beside {
    let count = |leaders: &Leaders, spread: &Spread| {
        [
            ("share a rack while another is free", spread.sharing.len()),
            ("of these in a single rack", spread.in_one_rack.len()),
            ("more replicas than racks", spread.must_share),
            ("a replica in a rack nobody told", spread.rack_unknown),
            ("a single replica", spread.single.len()),
            ("min.insync.replicas wants every replica", spread.without_slack.len()),
            ("under-replicated", spread.under_replicated.len()),
            ("being reassigned", spread.reassigning),
            ("not led by the preferred leader", leaders.not_led_by_preferred()),
        ]
    };
    let (before, after) =
        (count(&report.leaders, &report.spread), count(&after.leaders, &after.spread));
    let rows = before.into_iter().zip(after).filter(|((_, was), (_, is))| was + is > 0);
    let rows = rows.map(|((name, was), (_, is))| (name.to_owned(), vec![change(was, is)]));
    let head = vec!["as proposed: weak spots".to_owned(), "partitions".to_owned()];
    Beside { head, rows: rows.collect() }
}

fn change(was: usize, is: usize) -> Change {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Change { was: number(was), is: number(is) }
}
