//! Cut links, told at the nodes that they end at.
//!
//! Uses: `scene`, `reading`.

use epochscope_vocabulary::{BrokerId, ControllerId, NodeId};

use super::Reading;

/// More brokers than this are not named one by one if they are all.
const MOST_NAMED: usize = 3;

/// Whom cut links keep a node from: `2, 3, controllers`. A cut of one way says which.
pub(super) fn cut_off(reading: &Reading, this: NodeId) -> String {
    let is_cut = |from: NodeId, to: NodeId| reading.cuts.contains(&(from, to));
    let told = |other: NodeId, name: String| match (is_cut(this, other), is_cut(other, this)) {
        (true, true) => Some(name),
        (true, false) => Some(format!("to {name}")),
        (false, true) => Some(format!("from {name}")),
        (false, false) => None,
    };
    let brokers = reading.brokers.iter().map(|one| one.id);
    let brokers: Vec<BrokerId> = brokers.filter(|id| NodeId::Broker(*id) != this).collect();
    let named = brokers.iter().filter_map(|id| told(NodeId::Broker(*id), id.to_string()));
    let mut parts: Vec<String> = named.collect();
    let names_all =
        parts.len() == brokers.len() && parts.iter().all(|part| part.parse::<u32>().is_ok());
    if names_all && parts.len() > MOST_NAMED {
        parts = vec!["all brokers".to_owned()];
    }
    let controllers = reading.controllers.iter().map(|one| one.id);
    let controllers: Vec<ControllerId> =
        controllers.filter(|id| NodeId::Controller(*id) != this).collect();
    let number = |id: &ControllerId| told(NodeId::Controller(*id), id.to_string());
    let ways = |id: ControllerId| {
        let node = NodeId::Controller(id);
        (is_cut(this, node), is_cut(node, this))
    };
    let alike = controllers.windows(2).all(|two| ways(two[0]) == ways(two[1]));
    match controllers.first() {
        Some(first) if alike => {
            parts.extend(told(NodeId::Controller(*first), "controllers".to_owned()));
        }
        _ => parts.extend(controllers.iter().filter_map(number)),
    }
    let clients = reading.clients.iter();
    parts.extend(clients.filter_map(|one| told(NodeId::Client(one.id), one.name.to_string())));
    parts.join(", ")
}
