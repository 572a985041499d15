//! A steady stream of records.
//!
//! Uses: `effects`.

use epochscope_vocabulary::command::MetadataUse;
use epochscope_vocabulary::{EventId, SimDuration, SimTime};

use super::{Handover, Producer};
use crate::effects::{Context, Timer};

/// A stream that runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    rate: u32,
    since: SimTime,
    until: Option<SimTime>,
    /// How many records it has sent.
    sent: u64,
    cause: EventId,
}

impl Load {
    /// When the next record is due: counted from the start, so that no rounding adds up.
    fn next_at(&self) -> SimTime {
        self.since + SimDuration(self.sent.saturating_mul(1_000_000) / u64::from(self.rate.max(1)))
    }
}

impl Producer {
    /// Begins a stream in place of the present one; a rate of 0 only ends it.
    pub(crate) fn begin_load(
        &mut self,
        cx: &mut Context<'_>,
        rate: u32,
        span: Option<SimDuration>,
    ) {
        self.load = None;
        if rate == 0 {
            cx.fx.cancel_timer(Timer::Load);
            return;
        }
        self.load = Some(Load {
            rate,
            since: cx.now(),
            until: span.map(|span| cx.now() + span),
            sent: 0,
            cause: cx.fx.cause(),
        });
        self.on_load(cx);
    }

    /// Sends the records that are due and sets the timer for the next.
    pub(crate) fn on_load(&mut self, cx: &mut Context<'_>) {
        let Some(mut load) = self.load else { return };
        let is_over = |load: &Load| load.until.is_some_and(|until| load.next_at() >= until);
        let earlier = cx.fx.cause();
        cx.fx.because(load.cause);
        while load.next_at() <= cx.now() && !is_over(&load) {
            load.sent += 1;
            let values = self.next_values(cx, 1);
            let record =
                Handover { partition: None, key: None, values, metadata: MetadataUse::AsKafka };
            self.take(cx, record);
        }
        cx.fx.because(earlier);
        self.load = (!is_over(&load)).then_some(load);
        if self.load.is_some() {
            cx.fx.set_timer_at(Timer::Load, load.next_at());
        }
        self.poll(cx);
    }

    /// Whether a stream runs.
    pub(crate) const fn load_runs(&self) -> bool {
        self.load.is_some()
    }
}
