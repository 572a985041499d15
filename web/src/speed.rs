//! How fast simulated time passes.

/// A speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Speed {
    /// A millisecond takes a second.
    Slowest,
    /// Ten milliseconds take a second.
    #[default]
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
