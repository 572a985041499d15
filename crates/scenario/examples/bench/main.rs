//! The engine's speed and memory: lines of the form `name value unit`, natively and as wasm.
//!
//! `cargo xtask bench` runs this program on both sides and prints the ratios. The work is the same
//! in every run; only the clock differs.

mod host;
mod loss;
mod memory;

use epochscope_engine::Cluster;
use epochscope_scenario::format::parse;
use epochscope_scenario::player::Player;
use epochscope_vocabulary::SimTime;

/// Three brokers, a steady stream of records, followers that fetch: what a page usually shows.
const SMALL: &str = "epochscope 1
brokers  1..3
controllers 101..103
topic    orders partitions=3 replication-factor=3 min.insync.replicas=2
producer shop topic=orders acks=all
consumer billing topic=orders auto.offset.reset=earliest

load shop rate=200/s
run until=600s
";

/// Twelve brokers and 300 partitions, a stream of records.
const LARGE: &str = "epochscope 1
brokers  1..12
controllers 101..103
topic    orders partitions=300 replication-factor=3 min.insync.replicas=2
producer shop topic=orders acks=all

load shop rate=50/s
run until=600s
";

fn main() {
    let player = |text: &str| {
        let parsed = parse(text.as_bytes()).expect("the benchmark's scenario is right");
        Player::new(parsed.scenario).expect("the benchmark's cluster can be built")
    };
    throughput("small", &mut player(SMALL), SimTime(120_000_000));
    throughput("large", &mut player(LARGE), SimTime(10_000_000));
    copies(&player(LARGE));
    seeks(&mut player(SMALL));
    memory::report();
    loss::report();
}

/// Queue entries a second: each is one message, timer or order, handled to its end. The first of
/// two runs does not count: during it, wasm is compiled anew into something faster.
fn throughput(name: &str, player: &mut Player, until: SimTime) {
    player.seek(SimTime(1_000));
    ran(player.cluster().clone(), until);
    let begin = host::now_ms();
    let (entries, events) = ran(player.cluster().clone(), until);
    let seconds = (host::now_ms() - begin) / 1_000.0;
    let events = f64::from(u32::try_from(events).unwrap_or(u32::MAX));
    host::print(&format!("{name}_entries_per_s {:.0} 1/s", f64::from(entries) / seconds));
    host::print(&format!("{name}_events_per_s {:.0} 1/s", events / seconds));
    let simulated = until.since(SimTime::ZERO).0 as f64 / 1e6;
    host::print(&format!("{name}_simulated_s_per_s {:.1} s/s", simulated / seconds));
}

/// How many entries of the queue were handled until then, and how many events they had.
fn ran(mut cluster: Cluster, until: SimTime) -> (u32, usize) {
    let (mut entries, mut events) = (0, 0);
    while cluster.next_at().is_some_and(|at| at <= until) {
        events += cluster.step().map_or(0, |events| events.len());
        entries += 1;
    }
    (entries, events)
}

/// What a checkpoint costs in time.
fn copies(player: &Player) {
    let begin = host::now_ms();
    let mut kept = Vec::new();
    for _ in 0..200 {
        kept.push(player.cluster().clone());
    }
    let span = host::now_ms() - begin;
    host::print(&format!("large_copy_us {:.1} us", span * 1_000.0 / 200.0));
}

/// Seeking to and fro in a run of ten minutes: the mean and the worst of 60 moments.
fn seeks(player: &mut Player) {
    player.seek(SimTime(600_000_000));
    let (mut sum, mut worst) = (0.0_f64, 0.0_f64);
    for step in 0..60_u64 {
        let at = SimTime((step * 397 % 600) * 1_000_000 + 1);
        let begin = host::now_ms();
        player.seek(at);
        let span = host::now_ms() - begin;
        sum += span;
        worst = worst.max(span);
    }
    host::print(&format!("seek_mean_ms {:.2} ms", sum / 60.0));
    host::print(&format!("seek_worst_ms {worst:.2} ms"));
}
