//! What of a stretch is shown: what matters most, and nothing without news.
//!
//! Uses: `chain`, `rank`, `stretch`.

use epochscope_vocabulary::{EventId, NodeId, SimDuration, SimTime, SortedSet, put_in_order};

use super::layout::Wanted;
use super::rank::Rank;
use super::stretch::{Ended, Mark, Node, Sending, Stretch};
use super::{MOST_MARKS, MOST_MESSAGES, chain};

/// Marks below this rank are not shown, nor do they open a column.
const LEAST_MARK: Rank = 3;

/// What was chosen, in order of time.
pub(super) struct Choice<'a> {
    pub(super) nodes: Vec<&'a Node>,
    pub(super) sendings: Vec<&'a Sending>,
    pub(super) marks: Vec<&'a Mark>,
    /// What the followed request is part of.
    pub(super) chain: Option<SortedSet<EventId>>,
    /// Messages without news, and others, that are not shown.
    pub(super) left_out: (usize, usize),
}

pub(super) fn choose<'a>(stretch: &'a Stretch, wanted: &Wanted) -> Choice<'a> {
    let chain = wanted.follow.and_then(|request| chain::of(stretch, request));
    let is_followed =
        |sending: &Sending| chain.as_ref().is_some_and(|chain| chain.contains(&sending.event));
    let is_known = |id: NodeId| stretch.nodes.iter().any(|node| node.id == id);
    let can_be_drawn = |sending: &&Sending| is_known(sending.from) && is_known(sending.to);
    let drawn: Vec<&Sending> = stretch.sendings.iter().filter(can_be_drawn).collect();
    let weight = |sending: &&Sending| {
        let rank = if is_followed(sending) { Rank::MAX } else { sending.rank };
        (rank, u64::MAX - distance(sending.sent_at, wanted.at))
    };
    let with_news: Vec<&Sending> =
        drawn.iter().copied().filter(|one| one.rank > 0 || is_followed(one)).collect();
    let left_out = (drawn.len() - with_news.len(), with_news.len().saturating_sub(MOST_MESSAGES));
    let sendings = best(with_news, MOST_MESSAGES, weight);
    let shown = |mark: &&Mark| mark.rank >= LEAST_MARK && mark.node.is_none_or(is_known);
    let marks = stretch.marks.iter().filter(shown).collect();
    let marks =
        best(marks, MOST_MARKS, |mark| (mark.rank, u64::MAX - distance(mark.at, wanted.at)));
    let nodes = stretch.nodes.iter();
    let nodes = nodes.filter(|node| {
        let id = node.id;
        node.is_at_home
            || sendings.iter().any(|sending| sending.from == id || sending.to == id)
            || marks.iter().any(|mark| mark.node == Some(id))
    });
    Choice { nodes: nodes.collect(), sendings, marks, chain, left_out }
}

impl Choice<'_> {
    /// All moments at which something shown happens.
    pub(super) fn moments(&self, stretch: &Stretch) -> Vec<SimTime> {
        let mut moments: Vec<SimTime> = self.marks.iter().map(|mark| mark.at).collect();
        for sending in &self.sendings {
            moments.push(sending.sent_at);
            match sending.ended {
                Ended::Arrived(at) | Ended::Lost(at) => moments.push(at.min(stretch.to)),
            }
        }
        let inside = |at: &SimTime| *at > stretch.from && *at < stretch.to;
        let edges = stretch.bands.iter().flat_map(|band| [band.from, band.to]);
        moments.extend(edges.filter(inside));
        moments
    }

    /// What a message usually takes.
    pub(super) fn hop(&self) -> SimDuration {
        let took = |sending: &&Sending| match sending.ended {
            Ended::Arrived(at) => Some(at.since(sending.sent_at)).filter(|span| span.0 > 0),
            Ended::Lost(_) => None,
        };
        let mut hops: Vec<SimDuration> = self.sendings.iter().filter_map(took).collect();
        put_in_order(&mut hops, |one, other| one < other);
        hops.get(hops.len() / 2).copied().unwrap_or(SimDuration::from_ms(1))
    }
}

const fn distance(one: SimTime, other: SimTime) -> u64 {
    one.0.abs_diff(other.0)
}

/// How much something matters, and how near it is: more is better.
type Weight = (Rank, u64);

/// The weightiest, in the order in which they came.
fn best<T>(mut all: Vec<T>, most: usize, weight: impl Fn(&T) -> Weight) -> Vec<T> {
    if all.len() > most {
        let mut kept = weightiest(all.iter().map(weight).collect(), most).into_iter();
        all.retain(|_| kept.next() == Some(true));
    }
    all
}

/// Which of them belong to so many weightiest.
fn weightiest(weights: Vec<Weight>, most: usize) -> Vec<bool> {
    let mut best: Vec<(Weight, usize)> = Vec::new();
    for (index, weight) in weights.iter().enumerate() {
        let place = best.partition_point(|(known, _)| known >= weight);
        if place < most {
            best.truncate(most - 1);
            best.insert(place, (*weight, index));
        }
    }
    let mut kept = vec![false; weights.len()];
    best.into_iter().for_each(|(_, index)| kept[index] = true);
    kept
}
