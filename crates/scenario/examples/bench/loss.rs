//! A large cluster loses one broker: 100 brokers, 50,000 partitions of three replicas.
//!
//! The clock runs from the moment before the broker's session expires until the last partition that
//! it led has another leader, on the broker that leads.

use epochscope_engine::Cluster;
use epochscope_scenario::format::parse;
use epochscope_scenario::player::Player;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::{BrokerId, SimTime};

use crate::host;
use crate::memory::{peak_mb, reset_peak};

const LOST: BrokerId = BrokerId(1);

/// Prints how long the elections take, how many there are, and the memory of all of it.
pub(crate) fn report() {
    let topics: String =
        (0..10).map(|n| format!("topic t{n} partitions=5000 replication-factor=3\n")).collect();
    let text = format!(
        "epochscope 1\nbrokers 1..100\ncontrollers 501..503\n{topics}\
         run for=1s\nkill 1\nrun for=60s\n"
    );
    let parsed = parse(text.as_bytes()).expect("the benchmark's scenario is right");
    reset_peak();
    let begin = host::now_ms();
    let mut player = Player::new(parsed.scenario).expect("the cluster can be built");
    host::print(&format!("loss_build_ms {:.0} ms", host::now_ms() - begin));
    player.seek(SimTime(1_000_001));
    let mut cluster: Cluster = player.cluster().clone();
    drop(player);
    host::print(&format!("loss_built_peak_mb {:.0} MB", peak_mb()));
    reset_peak();
    let mut left = led_by_the_lost(&cluster);
    let elections = left;
    let killed = host::now_ms();
    let begin = loop {
        let before = host::now_ms();
        let events = cluster.step().expect("time goes on");
        if events.iter().any(|event| matches!(event.kind, EventKind::SessionExpired { .. })) {
            break before;
        }
    };
    while left > 0 {
        let events = cluster.step().expect("time goes on");
        let led =
            events.iter().filter(|event| matches!(event.kind, EventKind::BecameLeader { .. }));
        left = left.saturating_sub(led.count());
    }
    let end = host::now_ms();
    host::print(&format!("loss_elections {elections} 1"));
    host::print(&format!("loss_session_ms {:.0} ms", begin - killed));
    host::print(&format!("loss_elected_ms {:.0} ms", end - begin));
    host::print(&format!("loss_peak_mb {:.0} MB", peak_mb()));
}

fn led_by_the_lost(cluster: &Cluster) -> usize {
    let image = cluster.image();
    let partitions = image.topics().flat_map(|topic| &topic.partitions);
    partitions.filter(|partition| partition.leader == Some(LOST)).count()
}
