//! Cut links, told at the broker that they end at.
//!
//! Uses: `scene`, `reading`.

use epochscope_vocabulary::{BrokerId, NodeId};

use super::Reading;

/// More brokers than this are not named one by one if they are all.
const MOST_NAMED: usize = 3;

/// Whom cut links keep a broker from: `2, 3, controllers`. A cut of one way says which.
pub(super) fn cut_off(reading: &Reading, broker: BrokerId) -> String {
    let this = NodeId::Broker(broker);
    let is_cut = |from: NodeId, to: NodeId| reading.cuts.contains(&(from, to));
    let told = |other: NodeId, name: String| match (is_cut(this, other), is_cut(other, this)) {
        (true, true) => Some(name),
        (true, false) => Some(format!("to {name}")),
        (false, true) => Some(format!("from {name}")),
        (false, false) => None,
    };
    let brokers = reading.brokers.iter().filter(|other| other.id != broker);
    let brokers = brokers.filter_map(|one| told(NodeId::Broker(one.id), one.id.to_string()));
    let mut parts: Vec<String> = brokers.collect();
    let names_all = parts.len() + 1 == reading.brokers.len()
        && parts.iter().all(|part| part.parse::<u32>().is_ok());
    if names_all && parts.len() > MOST_NAMED {
        parts = vec!["all brokers".to_owned()];
    }
    let controllers: Vec<String> = reading
        .controllers
        .iter()
        .filter_map(|one| told(NodeId::Controller(one.id), one.id.to_string()))
        .collect();
    let ways = |node: NodeId| (is_cut(this, node), is_cut(node, this));
    let alike = reading
        .controllers
        .windows(2)
        .all(|two| ways(NodeId::Controller(two[0].id)) == ways(NodeId::Controller(two[1].id)));
    match controllers.first() {
        Some(_) if alike => {
            let first = reading.controllers.first().map(|one| NodeId::Controller(one.id));
            parts.extend(first.and_then(|first| told(first, "controllers".to_owned())));
        }
        _ => parts.extend(controllers),
    }
    let clients = reading.clients.iter();
    parts.extend(clients.filter_map(|one| told(NodeId::Client(one.id), one.name.to_string())));
    parts.join(", ")
}
