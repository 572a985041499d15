//! What each client believes, where it stands, what it is doing and what it was told.
//!
//! Uses: `inspector`, `log`, `narration`, `why`.

use epochscope_engine::observe::{ClientObservation, MessageObservation, ProduceResult};
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::{NodeId, ValueId};

use super::log::span;
use super::why::{of_client, printed};
use super::{Jump, Page, Row, Section, Sight, fact};

/// As many results of a producer are listed.
const RESULTS: usize = 6;
/// As many batches of a producer are listed.
const MOST_BATCHES: usize = 12;
/// As many clients are listed.
const MOST: usize = 40;

const PRODUCER: &[ConfigKey] = &[
    ConfigKey::Acks,
    ConfigKey::EnableIdempotence,
    ConfigKey::Retries,
    ConfigKey::DeliveryTimeoutMs,
    ConfigKey::RequestTimeoutMs,
    ConfigKey::LingerMs,
];
const CONSUMER: &[ConfigKey] =
    &[ConfigKey::AutoOffsetReset, ConfigKey::FetchMaxWaitMs, ConfigKey::ClientRack];

pub(super) fn page(sight: Sight<'_>) -> Page {
    let cluster = sight.cluster();
    let mut clients = cluster.clients();
    if let Some(NodeId::Client(chosen)) = sight.query.node {
        // The one chosen comes first.
        if let Some(at) = clients.iter().position(|client| client.id == chosen) {
            clients[..=at].rotate_right(1);
        }
    }
    let messages = cluster.in_flight(sight.now);
    let mut sections: Vec<Section> =
        clients.iter().take(MOST).map(|client| section(sight, client, &messages)).collect();
    if sections.is_empty() {
        sections.push(Section::note("Clients", "There is no producer and no consumer."));
    }
    Page { controls: Vec::new(), sections }
}

fn section(
    sight: Sight<'_>,
    client: &ClientObservation,
    messages: &[MessageObservation],
) -> Section {
    let mut rows = Vec::new();
    let (kind, settings) = match client.kind {
        ClientKind::Producer => ("producer", PRODUCER),
        ClientKind::Consumer => ("consumer", CONSUMER),
    };
    for (partition, leader, epoch) in &client.leaders {
        let decided = sight.cluster().partition(*partition);
        let is_so = decided.is_some_and(|now| (now.leader, now.leader_epoch) == (*leader, *epoch));
        let leader = leader.map_or_else(|| "nobody".to_owned(), |id| format!("broker {id}"));
        let text = format!("{leader}, epoch {epoch}");
        let name = format!("Leader of {}, it believes", sight.partition_name(*partition));
        rows.push(match is_so {
            true => fact(&name, text, ""),
            false => fact(&name, format!("{text}: outdated"), "bad"),
        });
    }
    for (partition, offset) in &client.positions {
        let name = format!("Position in {}", sight.partition_name(*partition));
        rows.push(fact(&name, offset.to_string(), ""));
    }
    if client.kind == ClientKind::Consumer {
        rows.push(fact("Records read", client.read_count.to_string(), ""));
    }
    rows.extend(sequences(sight, client));
    rows.extend(in_flight(sight, client, messages));
    let results = client.results.iter().rev().take(RESULTS);
    rows.extend(results.map(|(value, result)| told(sight, *value, *result)));
    let setting =
        |key: &ConfigKey| fact(key.name(), printed(*key, &of_client(sight, client.id, *key)), "");
    rows.extend(settings.iter().map(setting));
    Section::table(format!("{}, {kind}", client.name), &["", ""], rows)
}

/// Who a producer is to the brokers, and the batches that it has not got rid of.
fn sequences(sight: Sight<'_>, client: &ClientObservation) -> Vec<Row> {
    let mut rows = Vec::new();
    let Some(node) = sight.cluster().client(&client.name) else { return rows };
    if let Some(identity) = node.identity() {
        let id =
            identity.producer_id.map(|id| format!("{}, epoch {}", id.0, identity.producer_epoch.0));
        rows.push(fact("Producer id", id.unwrap_or_else(|| "not given yet".to_owned()), ""));
        for (partition, next) in identity.next_sequences {
            let name = format!("Next sequence number in partition {partition}");
            rows.push(fact(&name, next.to_string(), ""));
        }
    }
    for batch in node.batches().into_iter().take(MOST_BATCHES) {
        let (Some(first), Some(last)) = (batch.values.first(), batch.values.last()) else {
            continue;
        };
        let more =
            if first == last { String::new() } else { format!(" to {}", sight.record(*last)) };
        let place = batch.base_sequence.map(|from| {
            let count = u32::try_from(batch.values.len()).unwrap_or(1);
            let all = span(from.into(), (from + count).saturating_sub(1).into());
            format!(", sequence {all}")
        });
        let state = if batch.is_in_flight { "in flight" } else { "waits to be sent" };
        let again = match batch.attempts {
            0 => String::new(),
            times => format!(", came back {times}×"),
        };
        let text = format!("{state}{}{again}", place.unwrap_or_default());
        let mut row = Row::default();
        row.add(format!("{}{more}", sight.record(*first)), "").to(Jump::Record(*first));
        row.add(text, "meta");
        rows.push(row);
    }
    rows
}

fn in_flight(
    sight: Sight<'_>,
    client: &ClientObservation,
    messages: &[MessageObservation],
) -> Vec<Row> {
    let own = NodeId::Client(client.id);
    let message = |message: &MessageObservation| {
        let way = if message.from == own {
            format!("On its way to {}", sight.node_name(message.to))
        } else {
            format!("On its way from {}", sight.node_name(message.from))
        };
        fact(&way, message.label.clone(), "")
    };
    let own = messages.iter().filter(|message| message.from == own || message.to == own);
    own.map(message).collect()
}

fn told(sight: Sight<'_>, value: ValueId, result: ProduceResult) -> Row {
    let answer = match result {
        ProduceResult::Pending => ("no answer yet".to_owned(), "meta"),
        ProduceResult::Acked(Some(offset)) => (format!("written at {offset}"), "ok"),
        ProduceResult::Acked(None) => ("taken as written".to_owned(), "ok"),
        ProduceResult::Failed(error) => (error.name().to_owned(), "bad"),
    };
    let mut row = Row::default();
    row.add(format!("Told of {}", sight.record(value)), "").to(Jump::Record(value));
    row.add(answer.0, answer.1);
    row
}
