//! When a consumer reads: always, or only while it is told to.
//!
//! Uses: `effects`.

use epochscope_vocabulary::{SimDuration, SimTime};

use super::Consumer;
use crate::client::Rejection;
use crate::effects::{Context, Timer};

/// `default.api.timeout.ms`: how long a told poll lasts that was given no span.
const LONGEST_POLL: SimDuration = SimDuration::from_secs(60);

/// When it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Poll {
    /// Always.
    Always,
    /// When told, and it is not now.
    WhenTold,
    /// It was told to.
    Told {
        /// How many records it may still read.
        left: u32,
        /// Whether it ends with the first records.
        ends: PollEnds,
    },
}

/// What ends a told poll, beside its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PollEnds {
    /// The last of the records it was told to read.
    WithAll,
    /// The first records, as one call of `poll` does.
    WithFirst,
}

impl Poll {
    /// Whether it reads now.
    pub(crate) const fn is_on(self) -> bool {
        matches!(self, Self::Always | Self::Told { .. })
    }

    /// How many records it may read now.
    pub(crate) const fn limit(self) -> u32 {
        match self {
            Self::Always => u32::MAX,
            Self::WhenTold => 0,
            Self::Told { left, .. } => left,
        }
    }

    /// What is left after so many records.
    const fn after(self, count: u32) -> Self {
        match self {
            Self::Always | Self::WhenTold => self,
            Self::Told { left, ends } => {
                let left = left.saturating_sub(count);
                if left == 0 || (count > 0 && matches!(ends, PollEnds::WithFirst)) {
                    Self::WhenTold
                } else {
                    Self::Told { left, ends }
                }
            }
        }
    }
}

impl Consumer {
    /// Reads so many records, or so long; without either, until the first records.
    pub(crate) fn consume(
        &mut self,
        cx: &mut Context<'_>,
        records: Option<u32>,
        span: Option<SimDuration>,
    ) -> Result<(), Rejection> {
        if self.poll == Poll::Always {
            return Err("the consumer polls by itself: it lacks manual=true");
        }
        let (left, ends) = match (records, span) {
            (Some(records), _) => (records, PollEnds::WithAll),
            (None, Some(_)) => (u32::MAX, PollEnds::WithAll),
            (None, None) => (self.max_poll_records, PollEnds::WithFirst),
        };
        if left == 0 {
            return Err("a poll for no records");
        }
        self.poll = Poll::Told { left, ends };
        for assigned in self.partitions.values_mut() {
            assigned.cause = cx.fx.cause();
        }
        cx.fx.set_timer(Timer::PollEnd, span.unwrap_or(LONGEST_POLL));
        self.go_on(cx);
        Ok(())
    }

    /// The time of a told poll is over.
    pub(crate) fn on_poll_end(&mut self, cx: &mut Context<'_>) {
        if self.poll != Poll::Always {
            self.poll = Poll::WhenTold;
        }
        self.go_on(cx);
    }

    /// So many records have been read: a told poll may end with them.
    pub(super) fn count_polled(&mut self, cx: &mut Context<'_>, count: u32) {
        let was_on = self.poll.is_on();
        self.poll = self.poll.after(count);
        if was_on && !self.poll.is_on() {
            cx.fx.cancel_timer(Timer::PollEnd);
        }
    }

    /// Whether no told poll runs.
    pub(crate) const fn is_idle(&self) -> bool {
        !matches!(self.poll, Poll::Told { .. })
    }

    /// Every moment from which on something may be possible that is not now.
    pub(super) fn moments(&self) -> Vec<SimTime> {
        if !self.poll.is_on() {
            return Vec::new();
        }
        let mut moments = Vec::new();
        for (partition, assigned) in &self.partitions {
            if !self.has_leader(*partition) {
                continue;
            }
            let broker = assigned.preferred.map(|(broker, _)| broker);
            let broker = broker.or(assigned.leader.map(|leader| leader.broker));
            if let Some(broker) = broker {
                let ready = self.core.connections.ready_at(broker);
                moments.push(assigned.not_before.max(ready));
            }
        }
        moments
    }
}
