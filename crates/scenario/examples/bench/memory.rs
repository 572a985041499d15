//! What a cluster takes in memory. Counting costs each allocation a few nanoseconds.

use epochscope_engine::Cluster;
use epochscope_scenario::format::parse;
use epochscope_scenario::player::Player;
use epochscope_vocabulary::SimTime;
use peak_alloc::PeakAlloc;

use crate::host;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Prints bytes by broker, partition and checkpoint.
pub(crate) fn report() {
    let per_broker = (cluster_of(103, 0) - cluster_of(3, 0)) / 100.0;
    host::print(&format!("bytes_per_broker {per_broker:.0} B"));
    let per_partition = (cluster_of(12, 1_012) - cluster_of(12, 12)) / 1_000.0;
    host::print(&format!("bytes_per_partition {per_partition:.0} B"));
    let (run, checkpoints) = ten_minutes();
    host::print(&format!("ten_minutes_mb {:.1} MB", run / 1e6));
    host::print(&format!("bytes_per_checkpoint {:.0} B", run / checkpoints));
}

/// Forgets what was allocated once and no longer is.
pub(crate) fn reset_peak() {
    MEMORY.reset_peak_usage();
}

/// The most that was allocated since then, in millions of bytes.
pub(crate) fn peak_mb() -> f64 {
    MEMORY.peak_usage() as f64 / 1e6
}

/// A cluster that has run for ten seconds, with three replicas of each partition.
fn cluster_of(brokers: u32, partitions: u32) -> f64 {
    let topic = match partitions {
        0 => String::new(),
        some => format!("topic orders partitions={some} replication-factor=3\n"),
    };
    let text = format!("epochscope 1\nbrokers 1..{brokers}\ncontrollers 501..503\n{topic}");
    measured(|| {
        let mut player = player(&text);
        player.seek(SimTime(10_000_000));
        let cluster: Cluster = player.cluster().clone();
        cluster
    })
    .0
}

/// A run that can be sought in: all of it, and how many copies of the cluster it holds.
fn ten_minutes() -> (f64, f64) {
    let text = "epochscope 1\nbrokers 1..3\ncontrollers 101..103\n\
        topic orders partitions=3 replication-factor=3 min.insync.replicas=2\n\
        producer shop topic=orders acks=all\nload shop rate=200/s\nrun until=600s\n";
    let (bytes, player) = measured(|| {
        let mut player = player(text);
        player.seek(SimTime(600_000_000));
        player
    });
    (bytes, f64::from(u32::try_from(player.checkpoints()).unwrap_or(u32::MAX)))
}

fn player(text: &str) -> Player {
    let parsed = parse(text.as_bytes()).expect("the benchmark's scenario is right");
    Player::new(parsed.scenario).expect("the benchmark's cluster can be built")
}

/// What is still allocated for a value once it is made.
fn measured<T>(make: impl FnOnce() -> T) -> (f64, T) {
    let before = MEMORY.current_usage();
    let value = make();
    let bytes = MEMORY.current_usage().saturating_sub(before);
    (f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)), value)
}
