//! How long a client waits before it tries again: twice as long each time, and never quite as long.
//!
//! Source: Kafka `ExponentialBackoff` with multiplier 2 and jitter 0.2; KIP-580.
//! Uses: `rng`.

use epochscope_vocabulary::SimDuration;

use crate::rng::Stream;

/// A growing pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    initial_ms: u64,
    max_ms: u64,
}

impl Backoff {
    /// From the first pause to the longest.
    pub(crate) const fn new(initial: SimDuration, max: SimDuration) -> Self {
        Self { initial_ms: initial.0 / 1_000, max_ms: max.0 / 1_000 }
    }

    /// The first pause, as it is.
    pub(crate) fn initial(self) -> SimDuration {
        SimDuration::from_ms(self.initial_ms.min(self.max_ms))
    }

    /// The pause after so many earlier failures: doubled for each, 20 % more or less, and never
    /// above the longest. Whole milliseconds, as Kafka counts. One that may not grow is exact.
    pub(crate) fn after(self, failures: u32, stream: &mut Stream) -> SimDuration {
        if self.max_ms <= self.initial_ms {
            return self.initial();
        }
        let factor = 1_u64.checked_shl(failures).unwrap_or(u64::MAX);
        let term = self.initial_ms.saturating_mul(factor).min(self.max_ms);
        let per_mille = 800 + stream.below(401);
        SimDuration::from_ms((term.saturating_mul(per_mille) / 1_000).min(self.max_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};
    use epochscope_vocabulary::ClientId;

    #[test]
    fn doubles_from_the_first_pause_to_the_longest_within_a_fifth() {
        let backoff = Backoff::new(SimDuration::from_ms(100), SimDuration::from_secs(1));
        let mut stream = Streams::new(1).stream(Purpose::BackOff(ClientId(0)));
        for (failures, low, high) in [
            (0, 80, 120),
            (1, 160, 240),
            (2, 320, 480),
            (3, 640, 960),
            (4, 800, 1_000),
            (200, 800, 1_000),
        ] {
            for _ in 0..100 {
                let SimDuration(micros) = backoff.after(failures, &mut stream);
                assert_eq!(micros % 1_000, 0, "whole milliseconds");
                assert!((low..=high).contains(&(micros / 1_000)), "{failures}: {micros}");
            }
        }
    }

    #[test]
    fn a_pause_that_may_not_grow_is_exact() {
        let mut stream = Streams::new(1).stream(Purpose::BackOff(ClientId(0)));
        for (initial, max, exact) in [(100, 100, 100), (100, 60, 60), (0, 0, 0)] {
            let backoff = Backoff::new(SimDuration::from_ms(initial), SimDuration::from_ms(max));
            let pauses: Vec<_> = (0..9).map(|times| backoff.after(times, &mut stream)).collect();
            assert_eq!(pauses, vec![SimDuration::from_ms(exact); 9]);
        }
    }
}
