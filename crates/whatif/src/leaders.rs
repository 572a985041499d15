//! Who leads how much, who was meant to, and what an election of preferred leaders would change.
//!
//! Source: Kafka `ReplicationControlManager.maybeBalancePartitionLeaders`; the share that decides
//! in ZooKeeper releases is that of `KafkaController.checkAndTriggerAutoLeaderRebalance`.

use crate::cluster::{BrokerState, Cluster};
use crate::shape::Shapes;
use epochscope_vocabulary::BrokerId;

/// The leaderships of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaders {
    /// Each broker, by number.
    pub brokers: Vec<BrokerLeaders>,
    /// Partitions that have a leader.
    pub led: usize,
    /// Brokers that run and so could share them.
    pub sharers: usize,
    /// Partitions that an election of preferred leaders would give another leader.
    pub would_move: usize,
}

/// What one broker leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerLeaders {
    /// The broker.
    pub id: BrokerId,
    /// Whether it seems to run.
    pub state: BrokerState,
    /// Replicas assigned to it.
    pub replicas: usize,
    /// Partitions that it leads.
    pub leads: usize,
    /// Partitions whose first replica it has.
    pub preferred: usize,
    /// Those of them that it does not lead.
    pub not_led: usize,
    /// What it would lead after an election of preferred leaders.
    pub after_election: usize,
}

impl Leaders {
    /// Counts them.
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        let mut shapes = Shapes::default();
        let broker = |broker: &crate::cluster::Broker| BrokerLeaders {
            id: broker.id,
            state: broker.state,
            replicas: 0,
            leads: 0,
            preferred: 0,
            not_led: 0,
            after_election: 0,
        };
        let mut brokers: Vec<BrokerLeaders> = cluster.brokers.iter().map(broker).collect();
        let (mut led, mut would_move) = (0, 0);
        for (_, topic, partition) in cluster.partitions() {
            let state = &partition.state;
            for replica in &state.replicas {
                brokers[cluster.index(*replica)].replicas += 1;
            }
            if let Some(leader) = state.leader {
                brokers[cluster.index(leader)].leads += 1;
                led += 1;
            }
            if let Some(preferred) = state.replicas.first() {
                let preferred_broker = &mut brokers[cluster.index(*preferred)];
                preferred_broker.preferred += 1;
                preferred_broker.not_led += usize::from(state.leader != Some(*preferred));
            }
            let shape = shapes.of(cluster, topic, partition);
            let elected = shapes.preferred_leader(shape).and_then(|at| usize::try_from(at).ok());
            let elected = elected.map(|at| state.replicas[at]);
            would_move += usize::from(elected != state.leader);
            if let Some(elected) = elected {
                brokers[cluster.index(elected)].after_election += 1;
            }
        }
        Self { brokers, led, sharers: cluster.up().count(), would_move }
    }

    /// What each would lead if all led the same, in tenths.
    #[must_use]
    pub fn fair_share_tenths(&self) -> usize {
        (self.led * 10 + self.sharers / 2).checked_div(self.sharers).unwrap_or(0)
    }

    /// Partitions led by another than their first replica, leaderless ones included.
    #[must_use]
    pub fn not_led_by_preferred(&self) -> usize {
        self.brokers.iter().map(|broker| broker.not_led).sum()
    }
}

impl BrokerLeaders {
    /// How many of the partitions that prefer it others lead, in tenths of a percent: what
    /// `leader.imbalance.per.broker.percentage` is held against. KRaft ignores that setting.
    #[must_use]
    pub fn imbalance_permille(&self) -> usize {
        (self.not_led * 1_000).checked_div(self.preferred).unwrap_or(0)
    }
}
