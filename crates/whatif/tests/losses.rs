//! Losses of a cluster, counted partition by partition by the plain words of the rules.

use std::collections::BTreeSet;

use epochscope_vocabulary::BrokerId;
use epochscope_whatif::cluster::{BrokerState, Cluster, Partition, Topic};
use epochscope_whatif::fate::Harm;
use epochscope_whatif::losses::{Losses, Lost, losses};
use epochscope_whatif::sample::Sample;
use epochscope_whatif::{describe, racks};

fn cluster(text: &str, told: &str) -> Cluster {
    let racks = racks::read(told).expect("these are racks");
    Cluster::new(describe::read(text).expect("this is a description").topics, &racks, 1)
}

fn sample() -> Cluster {
    let sample = Sample { brokers: 8, racks: 3, topics: 60, partitions: 7 };
    cluster(&sample.describe(), &sample.racks())
}

/// Whether a partition has a harm with these brokers gone: no election, just who is left.
fn suffers(cluster: &Cluster, topic: &Topic, partition: &Partition, gone: &Gone) -> [bool; 4] {
    let left = |list: &[BrokerId]| list.iter().filter(|id| !gone.contains(id)).count();
    let state = &partition.state;
    let offline = state.leader.is_none() || left(&state.isr) == 0;
    let min_isr = usize::try_from(cluster.min_isr(topic, partition)).expect("it fits");
    let racks_of = |gone: &Gone| -> BTreeSet<Option<usize>> {
        let left = state.isr.iter().filter(|id| !gone.contains(id));
        left.map(|id| cluster.broker(*id).rack).collect()
    };
    let one_rack = racks_of(&BTreeSet::new()).len() > 1 && racks_of(gone).len() == 1;
    let below = !offline && left(&state.isr) < min_isr;
    [offline, below, left(&state.replicas) == 0, one_rack && !offline]
}

type Gone = BTreeSet<BrokerId>;

fn down(cluster: &Cluster) -> Gone {
    let down = cluster.brokers.iter().filter(|broker| broker.state == BrokerState::Down);
    down.map(|broker| broker.id).collect()
}

/// The four counts of a loss, one partition after the other.
fn counted(cluster: &Cluster, lost: impl IntoIterator<Item = BrokerId>) -> [i64; 4] {
    let before = down(cluster);
    let mut after = before.clone();
    after.extend(lost);
    let mut counts = [0; 4];
    for (_, topic, partition) in cluster.partitions() {
        let now = suffers(cluster, topic, partition, &before);
        let then = suffers(cluster, topic, partition, &after);
        for (count, (now, then)) in counts.iter_mut().zip(now.into_iter().zip(then)) {
            *count += i64::from(then && !now);
        }
    }
    counts
}

fn of_rack(cluster: &Cluster, rack: usize) -> Vec<BrokerId> {
    let there = cluster.brokers.iter().filter(|broker| broker.rack == Some(rack));
    there.map(|broker| broker.id).collect()
}

#[test]
fn every_loss_is_what_counting_one_by_one_gives() {
    let cluster = sample();
    assert_eq!(down(&cluster), BTreeSet::from([BrokerId(5)]));
    let Losses { brokers, racks, broker_pairs, rack_pairs, .. } = losses(&cluster);
    assert_eq!((brokers.len(), racks.len()), (7, 3));
    assert_eq!((broker_pairs.len(), rack_pairs.len()), (21, 3));
    let all = [brokers, racks, broker_pairs, rack_pairs].concat();
    let mut most = [0; 4];
    for loss in &all {
        let gone = match loss.lost {
            Lost::Broker(id) => vec![id],
            Lost::Brokers(one, other) => vec![one, other],
            Lost::Rack(rack) => of_rack(&cluster, rack),
            Lost::Racks(one, other) => [of_rack(&cluster, one), of_rack(&cluster, other)].concat(),
        };
        let harms = [Harm::Offline, Harm::BelowMinIsr, Harm::NoReplica, Harm::OneRack];
        let told = harms.map(|harm| loss.tally.of(harm));
        assert_eq!(told, counted(&cluster, gone), "{:?}", loss.lost);
        assert_eq!(loss.tally.of(Harm::Unclean), 0);
        most = std::array::from_fn(|at| most[at].max(told[at]));
    }
    assert!(most.iter().all(|most| *most > 0), "the sample shows each harm: {most:?}");
}

const HEADER: &str = "Topic: t\tPartitionCount: 1\tReplicationFactor: 3\tConfigs: ";
const RACKS: &str = "1=a\n2=b\n3=c\n";

/// What the loss of one broker does to a topic of one partition.
fn harms(configs: &str, partition: &str, lost: u32) -> Vec<Harm> {
    let text = format!("{HEADER}{configs}\n\tTopic: t\tPartition: 0\t{partition}\n");
    let losses = losses(&cluster(&text, RACKS));
    let loss = losses.brokers.iter().find(|loss| loss.lost == Lost::Broker(BrokerId(lost)));
    let loss = loss.expect("this broker runs");
    Harm::ALL.into_iter().filter(|harm| loss.tally.of(*harm) == 1).collect()
}

#[test]
fn the_last_in_sync_replica_takes_the_partition_with_it() {
    let partition = "Leader: 1\tReplicas: 1,2,3\tIsr: 1";
    assert_eq!(harms("", partition, 1), [Harm::Offline, Harm::NoReplica]);
}

/// Broker 2 runs, as the other partition shows, and is not in sync.
#[test]
fn an_unclean_election_is_told_apart() {
    let more = "\n\tTopic: t\tPartition: 1\tLeader: 2\tReplicas: 2\tIsr: 2";
    let partition = format!("Leader: 1\tReplicas: 1,2,3\tIsr: 1{more}");
    assert_eq!(harms("", &partition, 1), [Harm::Offline]);
    let unclean = "unclean.leader.election.enable=true,min.insync.replicas=2";
    assert_eq!(harms(unclean, &partition, 1), [Harm::Unclean]);
}

#[test]
fn an_eligible_replica_that_runs_leads() {
    let more = "\n\tTopic: t\tPartition: 1\tLeader: 2\tReplicas: 2\tIsr: 2";
    let columns = "\tElr: 2\tLastKnownElr: ";
    let partition = format!("Leader: 1\tReplicas: 1,2,3\tIsr: 1{columns}{more}");
    assert_eq!(harms("min.insync.replicas=2", &partition, 1), []);
}

#[test]
fn a_factor_below_min_isr_counts_as_all_replicas() {
    let partition = "Leader: 1\tReplicas: 1,2\tIsr: 1,2";
    assert_eq!(harms("min.insync.replicas=3", partition, 1), [Harm::BelowMinIsr, Harm::OneRack]);
    assert_eq!(harms("min.insync.replicas=1", partition, 1), [Harm::OneRack]);
}
