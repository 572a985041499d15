//! How fast simulated time passes.

use epochscope_vocabulary::SimDuration;

/// A speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Speed {
    /// A millisecond takes a second.
    #[default]
    Slowest,
    /// Ten milliseconds take a second.
    Slow,
    /// A tenth of a second takes a second.
    Medium,
    /// As the clock goes.
    RealTime,
    /// Ten times that.
    Fast,
}

impl Speed {
    /// All speeds, in order.
    pub(crate) const ALL: [Self; 5] =
        [Self::Slowest, Self::Slow, Self::Medium, Self::RealTime, Self::Fast];

    /// Its name.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Slowest => "1 ms per second",
            Self::Slow => "10 ms per second",
            Self::Medium => "100 ms per second",
            Self::RealTime => "Real time",
            Self::Fast => "10 × real time",
        }
    }

    /// Its name in links.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Slowest => "1ms",
            Self::Slow => "10ms",
            Self::Medium => "100ms",
            Self::RealTime => "1s",
            Self::Fast => "10s",
        }
    }

    /// How much of the run the magnified part of the time bar shows.
    pub(crate) const fn lens(self) -> SimDuration {
        match self {
            Self::Slowest => SimDuration::from_ms(40),
            Self::Slow => SimDuration::from_ms(400),
            Self::Medium => SimDuration::from_secs(4),
            Self::RealTime => SimDuration::from_secs(20),
            Self::Fast => SimDuration::from_secs(60),
        }
    }

    /// Whether messages fly too fast to be seen.
    pub(crate) const fn is_too_fast_for_flights(self) -> bool {
        match self {
            Self::Slowest | Self::Slow => false,
            Self::Medium | Self::RealTime | Self::Fast => true,
        }
    }

    /// Simulated microseconds in a millisecond of the page.
    pub(crate) const fn micros_per_ms(self) -> f64 {
        match self {
            Self::Slowest => 1.0,
            Self::Slow => 10.0,
            Self::Medium => 100.0,
            Self::RealTime => 1_000.0,
            Self::Fast => 10_000.0,
        }
    }
}
