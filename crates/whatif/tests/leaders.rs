//! Who leads, and what an election of preferred leaders would change.

use epochscope_whatif::cluster::{BrokerState, Cluster, Racks};
use epochscope_whatif::describe;
use epochscope_whatif::leaders::Leaders;

/// 0 and 1 are led crosswise; 2 has its preferred leader out of sync; 3 has none; broker 4 is down.
const PARTITIONS: &str = "\
Topic: t\tPartition: 0\tLeader: 2\tReplicas: 1,2\tIsr: 1,2
Topic: t\tPartition: 1\tLeader: 1\tReplicas: 2,1\tIsr: 1,2
Topic: t\tPartition: 2\tLeader: 3\tReplicas: 1,3\tIsr: 3
Topic: t\tPartition: 3\tLeader: none\tReplicas: 4\tIsr: 4
";

#[test]
fn an_election_moves_what_it_can() {
    let described = describe::read(PARTITIONS).expect("this is a description");
    let leaders = Leaders::of(&Cluster::new(described.topics, &Racks::new(), 1));
    let told = leaders.brokers.iter().map(|broker| {
        [broker.replicas, broker.leads, broker.preferred, broker.not_led, broker.after_election]
    });
    let expected = [[3, 1, 2, 2, 1], [2, 1, 1, 1, 1], [1, 1, 0, 0, 1], [1, 0, 1, 1, 0]];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!((leaders.led, leaders.sharers, leaders.would_move), (3, 3, 2));
    assert_eq!((leaders.not_led_by_preferred(), leaders.fair_share_tenths()), (4, 10));
    assert_eq!(leaders.brokers[0].imbalance_permille(), 1_000);
    let is_down = |at: usize| leaders.brokers[at].state == BrokerState::Down;
    assert_eq!([0, 1, 2, 3].map(is_down), [false, false, false, true]);
}
