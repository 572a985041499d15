//! Words for nodes: one, a list, a range, a rack, a role.
//!
//! Uses: `world`, `values`, `limits`.

use epochscope_vocabulary::command::{NodeSelector, NodeSet};

use super::errors::{Place, shown};
use super::limits;
use super::values::whole_number;
use super::world::{Certainty, Reader};

/// Words in one list of nodes.
const LONGEST_LIST: usize = 1_000;

impl Reader<'_, '_> {
    /// A broker that exists.
    pub(crate) fn broker(&mut self, word: &str, place: Place) -> Option<u32> {
        let id = self.number(word, place, "a broker's number")?;
        if self.world.may_be_broker(id) {
            return Some(id);
        }
        let message = match self.world.controllers.contains(&id) {
            true => format!("{id} is a controller, not a broker"),
            false => format!("there is no broker {id}"),
        };
        let fix = self.world.brokers_here();
        self.fail(place, message, fix)
    }

    /// A controller that exists.
    pub(crate) fn controller(&mut self, word: &str, place: Place) -> Option<NodeSelector> {
        if word == "controller" {
            return Some(NodeSelector::ActiveController);
        }
        let id = self.number(word, place, "a controller's number")?;
        let certain = self.world.nodes_are == Certainty::Known;
        if certain && !self.world.controllers.contains(&id) {
            let ids: Vec<String> = self.world.controllers.iter().map(u32::to_string).collect();
            let fix = format!("controllers here: {}", ids.join(", "));
            return self.fail(place, format!("there is no controller {id}"), fix);
        }
        Some(NodeSelector::Number(id))
    }

    /// A broker or controller that exists.
    pub(crate) fn node(&mut self, word: &str, place: Place) -> Option<NodeSelector> {
        if word == "controller" {
            return Some(NodeSelector::ActiveController);
        }
        let id = self.number(word, place, "the number of a broker or controller")?;
        self.known_number(id, place)?;
        Some(NodeSelector::Number(id))
    }

    /// A broker, controller or client that exists.
    pub(crate) fn any_node(&mut self, word: &str, place: Place) -> Option<NodeSelector> {
        if word == "controller" || whole_number(word).is_some() {
            return self.node(word, place);
        }
        self.client(word, None, place).map(NodeSelector::Client)
    }

    /// Nodes of any sort.
    pub(crate) fn nodes(&mut self, word: &str, place: Place) -> Option<NodeSet> {
        let mut nodes = Vec::new();
        let mut at = 0;
        if word.split(',').nth(LONGEST_LIST).is_some() {
            let message = format!("the list has more than {LONGEST_LIST} words");
            return self.fail(place, message, "use ranges, `rack:NAME` or `brokers`");
        }
        for part in word.split(',') {
            let part_place = place.part(at, at + part.len());
            at += part.len() + 1;
            nodes.push(self.selector(part, part_place)?);
        }
        Some(NodeSet(nodes))
    }

    /// Brokers and controllers, in the words for nodes.
    pub(crate) fn processes(&mut self, word: &str, place: Place) -> Option<NodeSet> {
        let set = self.nodes(word, place)?;
        let is_client =
            |one: &NodeSelector| matches!(one, NodeSelector::Clients | NodeSelector::Client(_));
        if set.0.iter().any(is_client) {
            let what = "faults of a client's process are not modelled";
            return self.not_yet(place, what, "cut the client off instead: `cut CLIENT`");
        }
        Some(set)
    }

    /// Brokers, in the words for nodes.
    pub(crate) fn brokers(&mut self, word: &str, place: Place) -> Option<NodeSet> {
        let set = self.processes(word, place)?;
        let may_be = |one: &NodeSelector| match one {
            NodeSelector::Brokers | NodeSelector::Rack(_) => true,
            NodeSelector::Number(id) | NodeSelector::Range(id, _) => self.world.may_be_broker(*id),
            _ => false,
        };
        if set.0.iter().all(may_be) {
            return Some(set);
        }
        self.fail(place, "a controller has no logs of partitions", self.world.brokers_here())
    }

    fn selector(&mut self, word: &str, place: Place) -> Option<NodeSelector> {
        match word {
            "brokers" => return Some(NodeSelector::Brokers),
            "controllers" => return Some(NodeSelector::Controllers),
            "clients" => return Some(NodeSelector::Clients),
            "controller" => return Some(NodeSelector::ActiveController),
            "" => return self.fail(place, "a node is missing", "write `1,2,3` without blanks"),
            _ => {}
        }
        if let Some(rack) = word.strip_prefix("rack:") {
            return self.rack(rack, place.part("rack:".len(), word.len()));
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let (first, last) = self.range(word, place)?;
            for id in first..=last {
                self.known_number(id, place)?;
            }
            return Some(match word.contains("..") {
                true => NodeSelector::Range(first, last),
                false => NodeSelector::Number(first),
            });
        }
        self.client(word, None, place).map(NodeSelector::Client)
    }

    /// Every broker of a rack that exists.
    pub(crate) fn rack(&mut self, rack: &str, place: Place) -> Option<NodeSelector> {
        if self.world.may_be_rack(rack) {
            return Some(NodeSelector::Rack(rack.into()));
        }
        let message = format!("no broker is in rack `{}`", shown(rack));
        let otherwise = "give brokers a rack in the header: `brokers 1@a 2@b`";
        let fix = self.problems.did_you_mean(rack, self.world.racks(), otherwise);
        self.fail(place, message, fix)
    }

    /// `3`, or `1..6`, not longer than any list of nodes may be.
    pub(crate) fn range(&mut self, word: &str, place: Place) -> Option<(u32, u32)> {
        let Some((first, last)) = word.split_once("..") else {
            let id = self.number(word, place, "a node's number")?;
            return Some((id, id));
        };
        let first_place = place.part(0, first.len());
        let last_place = place.part(first.len() + 2, word.len());
        let from = self.number(first, first_place, "a node's number")?;
        let to = self.number(last, last_place, "a node's number")?;
        if from > to {
            let fix = format!("write `{to}..{from}`");
            return self.fail(place, "the range goes backwards", fix);
        }
        if usize::try_from(to - from).map_or(true, |more| more >= limits::BROKERS) {
            let message = format!("the range has more than {} nodes", limits::BROKERS);
            return self.fail(place, message, format!("name {} at most", limits::BROKERS));
        }
        Some((from, to))
    }

    /// A number that a node may have.
    pub(crate) fn number(&mut self, word: &str, place: Place, what: &str) -> Option<u32> {
        let number = whole_number(word).and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| i32::try_from(*number).is_ok()) {
            Some(number) => Some(number),
            None if word.is_empty() => {
                self.fail(place, format!("{what} is missing"), "write numbers without blanks")
            }
            None => {
                let message = format!("`{}` is no number of a node", shown(word));
                self.fail(place, message, format!("write {what}, 0 to {}", i32::MAX))
            }
        }
    }

    fn known_number(&mut self, id: u32, place: Place) -> Option<()> {
        if self.world.may_be_broker(id) || self.world.controllers.contains(&id) {
            return Some(());
        }
        let fix = self.world.brokers_here();
        self.fail(place, format!("there is no broker or controller {id}"), fix)
    }
}
