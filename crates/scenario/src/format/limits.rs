//! How much a scenario may ask for.

use epochscope_vocabulary::SimDuration;

/// Bytes of text.
pub const TEXT: usize = 4 * 1024 * 1024;
/// Brokers.
pub const BROKERS: usize = 200;
/// Controllers.
pub const CONTROLLERS: usize = 9;
/// Partitions of all topics.
pub const PARTITIONS: u64 = 100_000;
/// Replicas of all partitions.
pub const REPLICAS: u64 = 1_000_000;
/// Steps, counting options.
pub const STEPS: usize = 2_000;
/// Simulated time.
pub const TIME: SimDuration = SimDuration::from_secs(24 * 60 * 60);
/// Records that are sent, a load's included where its end is known.
pub const RECORDS: u64 = 100_000;
