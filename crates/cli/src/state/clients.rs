//! Clients, what is between the nodes, and what became of each record.

use epochscope_engine::Cluster;
use epochscope_engine::observe::{
    ClientObservation, MessageObservation, ProduceResult, RecordFate, Transit,
};
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{Names, ValueId};

use super::schema::{
    BelievedLeader, ClientState, MessageState, PositionState, ReadState, RecordState, ResultState,
};

/// All producers and consumers.
pub(super) fn clients(cluster: &Cluster) -> Vec<ClientState> {
    let all = cluster.clients();
    all.iter().map(|one| client(cluster.names(), one)).collect()
}

fn client(names: &Names, one: &ClientObservation) -> ClientState {
    let leaders = one.leaders.iter().map(|(partition, leader, epoch)| BelievedLeader {
        partition: names.partition_name(*partition),
        leader: leader.map(|broker| broker.0),
        leader_epoch: epoch.0,
    });
    let positions = one.positions.iter().map(|(partition, offset)| PositionState {
        partition: names.partition_name(*partition),
        offset: offset.0,
    });
    ClientState {
        name: one.name.to_string(),
        kind: match one.kind {
            ClientKind::Producer => "producer",
            ClientKind::Consumer => "consumer",
        },
        acks: one.acks.map(Acks::word),
        idempotent: one.idempotent,
        leaders: leaders.collect(),
        positions: positions.collect(),
        results: one.results.iter().map(|one| result(names, *one)).collect(),
        read_count: one.read_count,
    }
}

fn result(names: &Names, (value, result): (ValueId, ProduceResult)) -> ResultState {
    let (word, offset) = match result {
        ProduceResult::Pending => ("pending", None),
        ProduceResult::Acked(offset) => ("acked", offset),
        ProduceResult::Failed(error) => (error.name(), None),
    };
    ResultState {
        value: names.value_text(value).to_owned(),
        result: word,
        offset: offset.map(|offset| offset.0),
    }
}

/// Everything between two nodes, in order of its sending.
pub(super) fn in_flight(cluster: &Cluster) -> Vec<MessageState> {
    let all = cluster.in_flight(cluster.now()).into_iter();
    all.map(|one| message(cluster.names(), one)).collect()
}

fn message(names: &Names, one: MessageObservation) -> MessageState {
    let (transit, arrives_at) = match one.transit {
        Transit::Arriving(at) => ("arriving", Some(at)),
        Transit::Cut => ("cut", None),
        Transit::Held => ("held", None),
        Transit::Inbox => ("inbox", None),
    };
    MessageState {
        request: one.request.0,
        api_key: one.api_key.name(),
        half: if one.is_response { "response" } else { "request" },
        of_metadata_log: one.is_metadata,
        from: names.node_name(one.from),
        to: names.node_name(one.to),
        sent_at_us: one.sent_at.0,
        transit,
        arrives_at_us: arrives_at.map(|at| at.0),
        label: one.label,
        cause: one.cause.0,
    }
}

/// What became of every record that was sent.
pub(super) fn records(cluster: &Cluster) -> Vec<RecordState> {
    let all = cluster.fates().into_iter();
    all.filter_map(|fate| record(cluster, &fate)).collect()
}

fn record(cluster: &Cluster, fate: &RecordFate) -> Option<RecordState> {
    let names = cluster.names();
    let (entry, readers) = cluster.life(fate.value)?;
    let read = readers.iter().map(|(client, at)| ReadState {
        client: names.client_name(*client).to_owned(),
        at_us: at.0,
    });
    Some(RecordState {
        value: names.value_text(fate.value).to_owned(),
        client: names.client_name(fate.client).to_owned(),
        partition: fate.partition.map(|partition| names.partition_name(partition)),
        acks: fate.acks.word(),
        sent_at_us: fate.sent_at.0,
        acked_at_us: fate.acked_at.map(|at| at.0),
        failed: fate.failed.map(epochscope_vocabulary::ErrorCode::name),
        appended: fate.appended,
        appended_by: entry.appended_by.map(|(node, _)| names.node_name(node)),
        appended_at_us: entry.appended_by.map(|(_, at)| at.0),
        offset: entry.appended.map(|(offset, _)| offset.0),
        leader_epoch: entry.appended.map(|(_, epoch)| epoch.0),
        committed: fate.committed,
        committed_at_us: entry.committed_at.map(|at| at.0),
        readable: fate.readable,
        read_by: read.collect(),
        lost: fate.lost,
        lost_at_us: entry.lost_at.map(|(at, _)| at.0),
        lost_by: entry.lost_at.map(|(_, what)| what),
        deleted: fate.deleted,
        duplicated: fate.duplicated,
    })
}
