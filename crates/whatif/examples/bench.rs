//! How long it takes to read and judge large clusters, and to place many partitions: lines of the
//! form `name value unit`, for `cargo xtask bench`.

use std::hint::black_box;
use std::time::Instant;

use epochscope_engine::controller::striped_replica_placer::{Fencing, UsableBroker, place};
use epochscope_engine::java_random::RandomSource;
use epochscope_engine::zookeeper::admin_utils::{
    BrokerMetadata, Start, Wanted, assign_replicas_to_brokers,
};
use epochscope_vocabulary::BrokerId;
use epochscope_whatif::cluster::Cluster;
use epochscope_whatif::leaders::Leaders;
use epochscope_whatif::losses::losses;
use epochscope_whatif::moves::Plan;
use epochscope_whatif::sample::Sample;
use epochscope_whatif::spread::Spread;
use epochscope_whatif::{describe, racks};

/// Ten thousand topics of ten partitions each.
const LARGE: Sample = Sample { brokers: 100, racks: 5, topics: 10_000, partitions: 10 };
/// What Kafka's own placer takes for 50,000 partitions over 100 brokers in 5 racks, three replicas
/// each: the processor's time, the least of five rounds after three to warm up (Java 17).
const KAFKAS_PLACER_MS: f64 = 9.1;
const ROUNDS: usize = 8;

fn main() {
    what_if();
    placers();
}

/// The least time of several rounds, in milliseconds.
fn least<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        black_box(work());
        least = least.min(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    least
}

fn what_if() {
    let (text, told) = (LARGE.describe(), LARGE.racks());
    let topics = || describe::read(&text).map(|described| described.topics);
    let told = racks::read(&told).expect("these are racks");
    let cluster = || Cluster::new(topics().expect("this is a description"), &told, 1);
    let read = least(cluster);
    let cluster = cluster();
    let lost = least(|| losses(&cluster));
    let rest = least(|| {
        let plan = Plan::of(&cluster, &Spread::of(&cluster));
        (Leaders::of(&cluster), losses(&plan.carried_out(&cluster)))
    });
    let words = least(|| text.split_whitespace().map(str::len).sum::<usize>());
    println!("whatif_read_ms {read:.1} ms");
    println!("whatif_losses_ms {lost:.1} ms");
    println!("whatif_moves_ms {rest:.1} ms");
    println!("whatif_all_ms {:.1} ms", read + lost + rest);
    println!("whatif_all_by_a_second {:.3} ratio", (read + lost + rest) / 1_000.0);
    println!("whatif_read_by_splitting_words {:.2} ratio", read / words);
}

fn placers() {
    let rack = |id: u32| Some(format!("az-{}", id % 5).into());
    let usable = |id| UsableBroker { id: BrokerId(id), rack: rack(id), fencing: Fencing::Unfenced };
    let brokers: Vec<UsableBroker> = (0..100).map(usable).collect();
    let striped = least(|| place(&brokers, 50_000, 3, &mut RandomSource::java(1)));
    let metadata = |id| BrokerMetadata { id: BrokerId(id), rack: rack(id) };
    let brokers: Vec<BrokerMetadata> = (0..100).map(metadata).collect();
    let wanted = Wanted { partitions: 50_000, replication_factor: 3, start_partition_id: 0 };
    let zk = least(|| assign_replicas_to_brokers(&brokers, wanted, Start::Fixed(0)));
    println!("place_striped_ms {striped:.2} ms");
    println!("place_striped_by_kafkas {:.2} ratio", striped / KAFKAS_PLACER_MS);
    println!("place_zk_ms {zk:.2} ms");
}
