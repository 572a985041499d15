//! What can be done about faults that go on and holds that stand.
//!
//! Uses: `orders`, `facts`.

use epochscope_scenario::format::print_command;
use epochscope_vocabulary::command::{Command, HealScope, HoldSpec, LinkFault, NodeSelector, Ways};
use epochscope_vocabulary::{NodeId, SortedSet};

use super::facts::Moment;
use super::{Order, Thing, ThingKind};

/// The part of the menu.
const GROUP: &str = "Goes on";

/// Orders about what touches this thing; all of them, for the cluster.
pub(super) fn orders(thing: &Thing, moment: &Moment<'_>) -> Vec<Order> {
    let mut found: Vec<Order> = Vec::new();
    let some_fault = moment.cluster().standing_faults().next().is_some();
    let mut add = |label: String, command: &Command| {
        let line = print_command(command);
        if found.iter().all(|order| order.line != line) {
            found.push(order(label, line));
        }
    };
    let own = nodes(thing, moment);
    for (fault, sets) in moment.cluster().standing_faults() {
        let touches = own.as_ref().is_none_or(|own| touches(own, thing.kind, sets));
        if touches {
            let words = print_command(&Command::Fault(fault.clone()));
            add(format!("Heal: {words}"), &Command::Heal(undoing(fault)));
        }
    }
    if own.is_none() && some_fault {
        add("Heal everything".to_owned(), &Command::Heal(HealScope::All));
    }
    for (spec, waiting) in moment.cluster().standing_holds() {
        let touches = own.as_ref().is_none_or(|_| is_held(thing, spec));
        if touches {
            let words = print_command(&Command::Hold(spec.clone()));
            let words = words.trim_start_matches("hold ");
            let all = Command::Release(spec.clone(), None);
            if waiting == 0 {
                add(format!("End hold: {words}"), &all);
                continue;
            }
            add(format!("Release all {waiting}: {words}"), &all);
            add(format!("Release one: {words}"), &Command::Release(spec.clone(), Some(1)));
            add(format!("Throw away {waiting}: {words}"), &Command::Discard(spec.clone(), None));
        }
    }
    found
}

fn order(label: String, line: String) -> Order {
    Order {
        name: label.clone(),
        label,
        group: GROUP,
        line,
        fields: Vec::new(),
        key: "",
        is_usual: false,
        blocked: None,
    }
}

/// The words that end a fault: those that it began with.
fn undoing(fault: &LinkFault) -> HealScope {
    match fault {
        LinkFault::Cut { from, to, ways } => {
            HealScope::Of { from: from.clone(), to: to.clone(), ways: *ways }
        }
        LinkFault::Delay { from, to, .. } | LinkFault::Drop { from, to, .. } => {
            HealScope::Of { from: from.clone(), to: Some(to.clone()), ways: Ways::OneWay }
        }
        LinkFault::Slow { nodes, .. } => {
            HealScope::Of { from: nodes.clone(), to: None, ways: Ways::Both }
        }
    }
}

/// The nodes of a thing; none for the cluster, which has them all.
fn nodes(thing: &Thing, moment: &Moment<'_>) -> Option<SortedSet<NodeId>> {
    let cluster = moment.cluster();
    let is_named = |name: &str| thing.name.split(' ').any(|one| one == name);
    let is_node = matches!(thing.kind, ThingKind::Broker | ThingKind::Controller)
        || thing.kind == ThingKind::Client
        || thing.kind == ThingKind::Link;
    let of_broker = |rack: Option<&str>, id: String| match thing.kind {
        ThingKind::Rack => rack == Some(&*thing.name),
        _ => is_node && is_named(&id),
    };
    if thing.kind == ThingKind::Cluster {
        return None;
    }
    let brokers = moment.brokers.iter().filter(|b| of_broker(b.rack.as_deref(), b.id.to_string()));
    let mut all: SortedSet<NodeId> = brokers.map(|one| NodeId::Broker(one.id)).collect();
    if is_node {
        let controllers = cluster.controllers().into_iter().map(|one| one.id);
        all.extend(controllers.filter(|id| is_named(&id.to_string())).map(NodeId::Controller));
        let clients = cluster.clients().into_iter().filter(|one| is_named(&one.name));
        all.extend(clients.map(|one| NodeId::Client(one.id)));
    }
    Some(all)
}

/// Whether a fault is one of these nodes'; of a link, one between its ends.
fn touches(own: &SortedSet<NodeId>, kind: ThingKind, sets: [&SortedSet<NodeId>; 2]) -> bool {
    let [from, to] = sets;
    let is_in = |node: &NodeId| from.contains(node) || to.contains(node);
    match kind {
        ThingKind::Link => own.iter().all(is_in),
        ThingKind::Cluster
        | ThingKind::Rack
        | ThingKind::Broker
        | ThingKind::Controller
        | ThingKind::Client
        | ThingKind::Topic
        | ThingKind::Partition => own.iter().any(is_in),
    }
}

/// Whether a hold names this thing.
fn is_held(thing: &Thing, spec: &HoldSpec) -> bool {
    let names = |end: &Option<NodeSelector>| match end {
        Some(NodeSelector::Number(id)) => id.to_string() == *thing.name,
        Some(NodeSelector::Client(name)) => *name == thing.name,
        _ => false,
    };
    match thing.kind {
        ThingKind::Topic => spec.topic.as_ref() == Some(&thing.name),
        ThingKind::Broker | ThingKind::Controller | ThingKind::Client => {
            names(&spec.from) || names(&spec.to)
        }
        ThingKind::Cluster | ThingKind::Rack | ThingKind::Partition | ThingKind::Link => false,
    }
}
