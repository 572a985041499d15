//! What a driver waited for, and what was under way meanwhile.

use epochscope_scenario::format::quote;

use super::steps::{Act, Ask, Send};
use super::trace::Step;
use super::writer::Writer;

/// Clocks of the driver and of what it started differ by less than this.
const SLACK_MS: u64 = 25;

/// A client's request that has no answer yet.
pub(super) struct Pending {
    pub(super) client: String,
    pub(super) value: String,
    pub(super) rest: Vec<String>,
    pub(super) ends_at: u64,
}

impl Writer<'_> {
    /// Whether the same step stands there once more, with its answer.
    pub(super) fn has_twin(&self, step: &Step) -> bool {
        let same = |other: &Act| match (&step.act, other) {
            (Act::Produce(one), Act::Produce(other)) => {
                !other.is_sent_only && one.values == other.values && one.client == other.client
            }
            (Act::Ask(one), Act::Ask(other)) => {
                !other.is_sent_only && one.fields == other.fields && one.to == other.to
            }
            _ => false,
        };
        self.trace.steps.iter().any(|other| same(&other.act))
    }

    /// Whether the driver did something else before the answer came.
    pub(super) fn goes_on_in_background(&self, number: usize, ends_at: u64) -> bool {
        let later = self.trace.steps[number + 1..].iter();
        later.filter_map(begin_of).any(|begin| begin.saturating_add(SLACK_MS) < ends_at)
    }

    /// Before a step: waits for answers that came before it, and keeps the distance while others
    /// are still to come.
    pub(super) fn settle_pending(&mut self, step: &Step) {
        let begins = begin_of(step).unwrap_or(step.at_ms);
        let (done, open): (Vec<Pending>, Vec<Pending>) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| pending.ends_at <= begins);
        self.pending = open;
        for Pending { client, value, rest, ends_at } in done {
            let value = if value.is_empty() { value } else { format!(" {}", quote(&value)) };
            self.say(format!("run until result {client}{value} != pending"));
            for line in rest {
                self.say(line);
                self.say(format!("run until result {client} != pending"));
            }
            self.now = self.now.max(ends_at);
        }
        if !self.pending.is_empty()
            && !matches!(&step.act, Act::Produce(Send { is_sent_only: true, .. }))
            && !matches!(&step.act, Act::Ask(Ask { is_sent_only: true, .. }))
            && let Some(begin) = begin_of(step)
            && begin > self.now
        {
            self.run_for(begin - self.now);
            self.now = begin;
        }
    }
}

/// When a step began, where that is known.
pub(super) fn begin_of(step: &Step) -> Option<u64> {
    match &step.act {
        Act::RunFor(ms) => Some(step.at_ms.saturating_sub(*ms)),
        Act::Await(_)
        | Act::Consume { .. }
        | Act::State
        | Act::Nothing
        | Act::Watch { .. }
        | Act::Describe
        | Act::ListOffsets { .. }
        | Act::Poll { .. } => None,
        _ => Some(step.at_ms),
    }
}

/// How long all answers of a step took.
pub(super) fn elapsed(step: &Step) -> u64 {
    let answers = step.result.as_array().into_iter().flatten();
    answers.filter_map(|answer| answer.get("elapsed_ms")?.as_u64()).fold(0, u64::saturating_add)
}
