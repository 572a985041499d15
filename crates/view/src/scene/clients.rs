//! Clients: what each believes and what it was told.
//!
//! Uses: `scene`, `reading`.

use epochscope_engine::observe::{ClientObservation, ProduceResult};
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::rpc::Acks;

use super::{Belief, ClientCard, Reading, Told, ToldWhat};

/// The producers and consumers of the topic shown; all of them when none is.
pub(crate) fn cards(reading: &Reading) -> Vec<ClientCard> {
    let of_topic = |client: &&ClientObservation| match reading.shown {
        Some(shown) => {
            client.leaders.is_empty() || client.leaders.iter().any(|(p, ..)| p.topic == shown.topic)
        }
        None => true,
    };
    reading.clients.iter().filter(of_topic).map(|client| card(reading, client)).collect()
}

fn card(reading: &Reading, client: &ClientObservation) -> ClientCard {
    ClientCard {
        id: client.id,
        name: client.name.clone(),
        kind: client.kind,
        about: about(reading, client),
        belief: belief(reading, client),
        told: told(reading, client),
    }
}

fn about(reading: &Reading, client: &ClientObservation) -> String {
    match client.kind {
        ClientKind::Producer => {
            let acks = match client.acks {
                Some(Acks::None) => "acks=0",
                Some(Acks::Leader) => "acks=1",
                Some(Acks::All) | None => "acks=all",
            };
            format!("{acks}{}", if client.idempotent { ", idempotent" } else { "" })
        }
        ClientKind::Consumer => {
            let position = client.positions.iter().find(|(p, _)| Some(*p) == reading.shown);
            match position {
                Some((_, offset)) => format!("consumer, at offset {offset}"),
                None => "consumer".to_owned(),
            }
        }
    }
}

fn belief(reading: &Reading, client: &ClientObservation) -> Belief {
    let known = client.leaders.iter().find(|(p, ..)| Some(*p) == reading.shown);
    let committed = reading.partition().map(|p| (p.leader, p.leader_epoch));
    match known {
        None => Belief::Nothing,
        Some((_, None, _)) => Belief::NoLeader,
        Some((_, Some(leader), epoch)) if committed == Some((Some(*leader), *epoch)) => {
            Belief::Current(*leader, *epoch)
        }
        Some((_, Some(leader), epoch)) => Belief::Outdated(*leader, *epoch),
    }
}

/// The oldest record still without an answer, else the last answer.
fn told(reading: &Reading, client: &ClientObservation) -> Option<Told> {
    let waiting = client.results.iter().find(|(_, result)| *result == ProduceResult::Pending);
    let (value, result) = waiting.or_else(|| client.results.last())?;
    let what = match result {
        ProduceResult::Pending => ToldWhat::Waiting,
        ProduceResult::Acked(_) => ToldWhat::Acknowledged,
        ProduceResult::Failed(error) => ToldWhat::Failed(error.name()),
    };
    Some(Told { value: reading.names.value_text(*value).into(), what })
}
