//! `TopicCommand`: the text of `kafka-topics.sh --describe`, and what its filters ask.

use epochscope_engine::describe::{Filter, PartitionDescription, Reassignment, TopicDescription};
use serde_json::{Value, json};

use super::case::Case;
use super::fields::{Fields, Read, brokers, fields, leader, list, nullable, number, text, unlike};

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let topic = topic(input)?;
        let live = input.get("live_brokers", brokers)?;
        let min_isr = input.get("min_insync_replicas", number)?;
        let flags = topic.partitions.iter().enumerate().map(|(index, partition)| {
            let passes = |filter| partition.passes(filter, min_isr, &live);
            json!({
                "partition": index,
                "under_replicated": passes(Filter::UnderReplicated),
                "unavailable": passes(Filter::Unavailable),
                "under_min_isr": passes(Filter::UnderMinIsr),
                "at_min_isr": passes(Filter::AtMinIsr),
            })
        });
        let flags: Vec<Value> = flags.collect();
        Ok(json!({ "text": topic.text(), "flags": flags }))
    })
}

fn topic(input: &mut Fields<'_>) -> Read<TopicDescription> {
    Ok(TopicDescription {
        name: input.get("topic", text)?.to_owned(),
        id: input.get("topic_id", nullable(text))?.map(str::to_owned),
        configs: input.get("configs", list(config))?,
        partitions: numbered(input.get("partitions", list(partition))?)?,
    })
}

fn config(value: &Value) -> Read<(String, String)> {
    match &list(text)(value)?[..] {
        [name, set] => Ok(((*name).to_owned(), (*set).to_owned())),
        _ => Err(unlike(value, "a name and a value")),
    }
}

/// The partitions of a topic, which are told in order of their numbers.
fn numbered(partitions: Vec<(usize, PartitionDescription)>) -> Read<Vec<PartitionDescription>> {
    let number = |(at, (number, partition)): (usize, _)| {
        if at == number {
            return Ok(partition);
        }
        let place = format!("partitions[{at}].partition");
        Err(unlike(&json!(number), format!("{at}: partitions stand in order")).within(&place))
    };
    partitions.into_iter().enumerate().map(number).collect()
}

fn partition(value: &Value) -> Read<(usize, PartitionDescription)> {
    fields(value, |partition| {
        let number = partition.get("partition", number)?;
        let description = PartitionDescription {
            leader: partition.get("leader", leader)?,
            replicas: partition.get("replicas", brokers)?,
            isr: partition.get("isr", brokers)?,
            reassignment: partition.get("reassignment", nullable(reassignment))?,
            elr: partition.get("elr", nullable(brokers))?,
            last_known_elr: partition.get("last_known_elr", nullable(brokers))?,
        };
        Ok((number, description))
    })
}

fn reassignment(value: &Value) -> Read<Reassignment> {
    fields(value, |lists| {
        Ok(Reassignment {
            adding: lists.get("adding", brokers)?,
            removing: lists.get("removing", brokers)?,
        })
    })
}
