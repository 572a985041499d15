//! The words and numbers that the tables of the terminal and of the page have in common.

use epochscope_whatif::fate::{Harm, Tally};
use epochscope_whatif::losses::Losses;
use epochscope_whatif::moves::{Plan, Reason};

use super::report::Report;

/// The name of a harm in JSON.
pub(super) const fn key(harm: Harm) -> &'static str {
    match harm {
        Harm::Offline => "offline",
        Harm::Unclean => "unclean",
        Harm::BelowMinIsr => "below_min_isr",
        Harm::NoReplica => "no_replica_left",
        Harm::OneRack => "one_rack_left",
    }
}

/// The heading of a harm's column.
pub(super) const fn heading(harm: Harm) -> &'static str {
    match harm {
        Harm::Offline => "offline",
        Harm::Unclean => "unclean",
        Harm::BelowMinIsr => "below min ISR",
        Harm::NoReplica => "no replica left",
        Harm::OneRack => "one rack left",
    }
}

/// What a harm means.
pub(super) const fn meaning(harm: Harm) -> &'static str {
    match harm {
        Harm::Offline => "nobody leads: neither written nor read",
        Harm::Unclean => "led by a replica that was not in sync: acknowledged records may be gone",
        Harm::BelowMinIsr => "led, but fewer in sync than min.insync.replicas: acks=all is refused",
        Harm::NoReplica => "the last rack with a replica is gone, or the last broker",
        Harm::OneRack => "what is still in sync stands in one rack, and stood in several",
    }
}

/// The harms that have a column: those that can come about here.
pub(super) fn columns(report: &Report) -> Vec<Harm> {
    let Losses { now, brokers, racks, broker_pairs, rack_pairs } = &report.losses;
    let losses = [brokers, racks, broker_pairs, rack_pairs].into_iter().flatten();
    let later = report.after.iter().map(|after| &after.losses);
    let later = later.flat_map(|it| it.brokers.iter().chain(&it.racks).chain(&it.broker_pairs));
    let all = losses.chain(later);
    let tallies: Vec<&Tally> = all.map(|loss| &loss.tally).chain([now]).collect();
    let has_column = |harm: &Harm| match harm {
        Harm::Offline | Harm::BelowMinIsr | Harm::NoReplica => true,
        Harm::Unclean => tallies.iter().any(|tally| tally.of(Harm::Unclean) != 0),
        Harm::OneRack => report.knows_racks(),
    };
    Harm::ALL.into_iter().filter(has_column).collect()
}

/// 1234567 as 1,234,567.
pub(super) fn grouped(number: impl ToString) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 partition`, `2 partitions`.
pub(super) fn counted(number: usize, word: &str) -> String {
    format!("{} {word}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Tenths as a number: 47 is `4.7`.
pub(super) fn tenths(number: usize) -> String {
    format!("{}.{}", number / 10, number % 10)
}

/// The first line: what was read.
pub(super) fn summary(report: &Report) -> String {
    let cluster = report.cluster();
    let racks = match cluster.racks.len() {
        0 => String::new(),
        racks => format!(" in {}", counted(racks, "rack")),
    };
    format!(
        "{} of {} on {}{racks}",
        counted(cluster.partition_count(), "partition"),
        counted(cluster.topics.len(), "topic"),
        counted(cluster.brokers.len(), "broker"),
    )
}

/// What is weak about the placement, a sentence each.
pub(super) fn findings(report: &Report) -> Vec<String> {
    let (spread, leaders) = (&report.spread, &report.leaders);
    let partitions = |count: usize| counted(count, "partition");
    let mut found = Vec::new();
    let mut say = |count: usize, sentence: String| {
        if count > 0 {
            found.push(format!("{} {sentence}", partitions(count)));
        }
    };
    let shown = |places| report.named(places, 3);
    let in_one = match spread.in_one_rack.len() {
        0 => String::new(),
        count => format!(", of which {} in a single one", grouped(count)),
    };
    let sharing = &spread.sharing;
    let told = shown(sharing);
    say(
        sharing.len(),
        format!("with replicas that share a rack while another is free{in_one}: {told}."),
    );
    say(spread.must_share, "with more replicas than there are racks.".to_owned());
    say(spread.rack_unknown, "with a replica in a rack that nobody told.".to_owned());
    let single = &spread.single;
    say(single.len(), format!("with a single replica: {}.", shown(single)));
    let tight = &spread.without_slack;
    let told = shown(tight);
    say(tight.len(), format!("whose min.insync.replicas wants every replica: {told}."));
    let lagging = &spread.under_replicated;
    say(lagging.len(), format!("under-replicated now: {}.", shown(lagging)));
    say(spread.reassigning, "being reassigned now.".to_owned());
    let moves = match leaders.would_move {
        0 => "no election of preferred leaders would change that now".to_owned(),
        count => format!("an election of preferred leaders would move {}", grouped(count)),
    };
    say(leaders.not_led_by_preferred(), format!("not led by the preferred leader; {moves}."));
    found
}

/// How much a plan moves.
pub(super) fn reassigned(plan: &Plan) -> String {
    let (moves, copies) = (plan.moves.len(), plan.copies());
    format!("{} reassigned, {} copied.", counted(moves, "partition"), counted(copies, "replica"))
}

/// What to move, in words.
pub(super) fn moves(report: &Report) -> Option<String> {
    let plan = &report.plan;
    let mut text = String::new();
    if !plan.moves.is_empty() {
        text = format!(
            "{} to reassign, {} to copy, so that none shares a rack without need.",
            counted(plan.moves.len(), "partition"),
            counted(plan.copies(), "replica"),
        );
    }
    let alone = |reason| plan.left_alone.iter().filter(|(_, why)| *why == reason).count();
    for (reason, why) in [
        (Reason::Reassigning, "being reassigned already"),
        (Reason::NoBroker, "no broker runs in a rack that is free"),
    ] {
        if alone(reason) > 0 {
            text.push_str(&format!(" {} left alone: {why}.", counted(alone(reason), "partition")));
        }
    }
    (!text.is_empty()).then(|| text.trim().to_owned())
}
