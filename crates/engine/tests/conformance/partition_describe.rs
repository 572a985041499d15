//! `TopicCommand`: the text of `kafka-topics.sh --describe`, and what its filters ask.

use epochscope_engine::describe::{Filter, PartitionDescription, Reassignment, TopicDescription};
use epochscope_vocabulary::BrokerId;
use serde_json::{Value, json};

use crate::recorded::{brokers, check, list, number, optional, text};

#[test]
fn topics_are_described_as_by_kafka() {
    check("partition_describe", 35, |input| {
        let topic = topic(input);
        let live = brokers(&input["live_brokers"]);
        let min_isr = number(&input["min_insync_replicas"]);
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
        json!({ "text": topic.text(), "flags": flags })
    });
}

fn topic(input: &Value) -> TopicDescription {
    let config = |pair: &Value| (text(&pair[0]).to_owned(), text(&pair[1]).to_owned());
    TopicDescription {
        name: text(&input["topic"]).to_owned(),
        id: input["topic_id"].as_str().map(str::to_owned),
        configs: list(&input["configs"]).iter().map(config).collect(),
        partitions: list(&input["partitions"]).iter().map(partition).collect(),
    }
}

fn partition(input: &Value) -> PartitionDescription {
    let known = |list: &Value| (!list.is_null()).then(|| brokers(list));
    let reassignment = &input["reassignment"];
    PartitionDescription {
        leader: optional(&input["leader"]).map(BrokerId),
        replicas: brokers(&input["replicas"]),
        isr: brokers(&input["isr"]),
        reassignment: (!reassignment.is_null()).then(|| Reassignment {
            adding: brokers(&reassignment["adding"]),
            removing: brokers(&reassignment["removing"]),
        }),
        elr: known(&input["elr"]),
        last_known_elr: known(&input["last_known_elr"]),
    }
}
