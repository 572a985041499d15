//! `--plan`: what a file for `kafka-reassign-partitions.sh` would make of a cluster.
//!
//! Source: Kafka `ReassignPartitionsCommand`,
//! `ReplicationControlManager.alterPartitionReassignment`.

use epochscope_vocabulary::BrokerId;
use epochscope_whatif::cluster::{Cluster, Place, Topic};
use epochscope_whatif::mistake::{Mistake, Note};
use epochscope_whatif::moves::{Plan, Reason};

use super::read::some;

/// What is wanted, as moves, and what should be known of it.
pub(super) fn plan(
    cluster: &Cluster,
    (line, wanted): (usize, Vec<Topic>),
) -> Result<(Plan, Vec<Note>), Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let mut places = Vec::new();
    for topic in wanted {
        let Some(at) = cluster.topics.iter().position(|known| known.name == topic.name) else {
            let message = format!("there is no topic {} in the description", topic.name);
            mistakes.push(Mistake::new(line, message, topics(cluster)));
            continue;
        };
        let known = &cluster.topics[at].partitions;
        for partition in topic.partitions {
            let name = format!("{}-{}", topic.name, partition.number);
            let found = known.binary_search_by_key(&partition.number, |known| known.number);
            let Ok(place) = found else {
                let message = format!("there is no partition {name} in the description");
                mistakes.push(Mistake::new(line, message, partitions(&cluster.topics[at])));
                continue;
            };
            let replicas = partition.state.replicas;
            mistakes.extend(strangers(cluster, line, (&name, &replicas)));
            places.push((Place { topic: at, partition: place }, replicas));
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let plan = Plan::wanted(cluster, places);
    let notes = notes(cluster, &plan);
    Ok((plan, notes))
}

fn strangers(
    cluster: &Cluster,
    line: usize,
    (name, replicas): (&str, &[BrokerId]),
) -> Option<Mistake> {
    let is_there = |id: &BrokerId| cluster.brokers.iter().any(|broker| broker.id == *id);
    let stranger = replicas.iter().find(|id| !is_there(id))?;
    let ids: Vec<String> = cluster.brokers.iter().map(|broker| broker.id.to_string()).collect();
    let there = some(&ids, 20);
    let expected = format!("some of {there}; `--racks` names brokers that have no replica yet");
    Some(Mistake::new(line, format!("{name}: there is no broker {stranger}"), expected))
}

fn topics(cluster: &Cluster) -> String {
    let names: Vec<String> = cluster.topics.iter().map(|topic| topic.name.clone()).collect();
    format!("one of {}", some(&names, 10))
}

fn partitions(topic: &Topic) -> String {
    let numbers = topic.partitions.iter().map(|partition| partition.number.to_string());
    format!("one of {}", some(&numbers.collect::<Vec<_>>(), 20))
}

/// What of a plan does not come about.
fn notes(cluster: &Cluster, plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    for (reason, why) in [
        (Reason::NoLeader, "nobody leads, so nothing can be copied"),
        (Reason::NoBroker, "a broker that it is to move to seems to be down"),
    ] {
        let alone = plan.left_alone.iter().filter(|(_, found)| *found == reason);
        let names: Vec<String> = alone.map(|(place, _)| cluster.name(*place)).collect();
        if !names.is_empty() {
            let text = format!("left as it is: {}: {why}", some(&names, 10));
            notes.push(Note { line: 0, text });
        }
    }
    notes
}
