//! Which moves are proposed, and that they help.

use epochscope_vocabulary::BrokerId;
use epochscope_whatif::cluster::{Cluster, Place};
use epochscope_whatif::fate::Harm;
use epochscope_whatif::losses::losses;
use epochscope_whatif::moves::{Plan, Reason};
use epochscope_whatif::sample::Sample;
use epochscope_whatif::spread::Spread;
use epochscope_whatif::{describe, racks};

fn cluster(text: &str, told: &str) -> Cluster {
    let racks = racks::read(told).expect("these are racks");
    Cluster::new(describe::read(text).expect("this is a description").topics, &racks, 1)
}

fn plan(cluster: &Cluster) -> Plan {
    Plan::of(cluster, &Spread::of(cluster))
}

fn moved(partitions: &[&str], told: &str) -> Vec<Vec<u32>> {
    let line =
        |(number, rest): (usize, &&str)| format!("\tTopic: t\tPartition: {number}\t{rest}\n");
    let lines: String = partitions.iter().enumerate().map(line).collect();
    let plan = plan(&cluster(&lines, told));
    plan.moves.iter().map(|it| it.to.iter().map(|id| id.0).collect()).collect()
}

const SIX: &str = "1..2=a\n3..4=b\n5..6=c\n";

#[test]
fn the_leader_stays_and_who_is_out_of_sync_goes() {
    let told = ["Leader: 2\tReplicas: 1,2,3\tIsr: 1,2,3", "Leader: 6\tReplicas: 6\tIsr: 6"];
    assert_eq!(moved(&told, SIX), [[5, 2, 3]]);
    let told = ["Leader: 1\tReplicas: 1,3,2\tIsr: 1,3,2"];
    assert_eq!(moved(&told, SIX), [[1, 3, 5]]);
    let told = ["Leader: 3\tReplicas: 1,2,3\tIsr: 3,2", "Leader: 1\tReplicas: 1\tIsr: 1"];
    assert_eq!(moved(&told, SIX), [[1, 5, 3]]);
}

#[test]
fn one_move_for_each_rack_that_is_lacking() {
    let told = ["Leader: 1\tReplicas: 1,2,7\tIsr: 1,2,7"];
    assert_eq!(moved(&told, "1..2=a\n7=a\n3=b\n5=c\n"), [[1, 5, 3]]);
}

#[test]
fn what_cannot_be_helped_is_left_alone() {
    let reassigning = "Topic: t\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1\tAdding Replicas: 2\t\
         Removing Replicas: 1\n";
    let place = Place { topic: 0, partition: 0 };
    let left = |text: &str, told: &str| plan(&cluster(text, told)).left_alone;
    assert_eq!(left(reassigning, SIX), [(place, Reason::Reassigning)]);
    // Broker 3, alone in rack b, leads nothing and is in sync with nobody.
    let down = "Topic: t\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n\
                Topic: t\tPartition: 1\tLeader: 1\tReplicas: 1,3\tIsr: 1\n";
    assert_eq!(left(down, "1..2=a\n3=b\n"), [(place, Reason::NoBroker)]);
}

#[test]
fn afterwards_no_rack_takes_anything_away_that_another_could_hold() {
    let sample = Sample { brokers: 9, racks: 3, topics: 40, partitions: 9 };
    let before = cluster(&sample.describe(), &sample.racks());
    let plan = plan(&before);
    let after = plan.carried_out(&before);
    let spread = Spread::of(&after);
    assert_eq!(plan.left_alone, []);
    assert!(!plan.moves.is_empty());
    assert_eq!(spread.sharing, []);
    let offline = |cluster: &Cluster| -> Vec<i64> {
        losses(cluster).racks.iter().map(|loss| loss.tally.of(Harm::Offline)).collect()
    };
    let single = |cluster: &Cluster, rack: usize| {
        let alone = |place: &&Place| {
            let partition = &cluster.topics[place.topic].partitions[place.partition];
            let replica: BrokerId = partition.state.replicas[0];
            partition.state.leader.is_some() && cluster.broker(replica).rack == Some(rack)
        };
        i64::try_from(spread.single.iter().filter(alone).count()).expect("it fits")
    };
    let alone: Vec<i64> = (0..3).map(|rack| single(&after, rack)).collect();
    assert_eq!(offline(&after), alone, "only partitions of one replica go with a rack");
    assert_ne!(offline(&before), offline(&after));
    let kept = |it: &epochscope_whatif::moves::Move| {
        it.from.iter().filter(|replica| it.to.contains(replica)).count()
    };
    assert!(plan.moves.iter().all(|it| it.to.len() == it.from.len() && kept(it) >= 1));
}
