//! The fewest moves of replicas after which none shares a rack while another rack is free.
//!
//! A partition is given one move for each rack that it lacks. What moves is, of a rack that it has
//! twice, a replica that does not lead and, if there is one, is not in sync; the others stay, and
//! the order of the list does. It goes to the broker of the new rack with the fewest replicas. Same
//! input, same moves.

use std::cmp::Reverse;

use epochscope_vocabulary::BrokerId;

use crate::cluster::{Broker, BrokerState, Cluster, Place};
use crate::leaders::Leaders;
use crate::shape::elected;
use crate::spread::{Spread, racks};

/// What to move.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Partitions with their new replicas, in order.
    pub moves: Vec<Move>,
    /// Partitions that share a rack and are left alone.
    pub left_alone: Vec<(Place, Reason)>,
}

/// New replicas for a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The partition.
    pub place: Place,
    /// What it has.
    pub from: Vec<BrokerId>,
    /// What it is to have.
    pub to: Vec<BrokerId>,
}

/// Why a partition is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is being reassigned: that has to end first.
    Reassigning,
    /// No rack that it lacks has a broker that runs; or a broker that is wanted is down.
    NoBroker,
    /// Nobody leads: there is nobody to copy from.
    NoLeader,
}

impl Plan {
    /// Moves for everything that shares a rack without need.
    #[must_use]
    pub fn of(cluster: &Cluster, spread: &Spread) -> Self {
        let mut load = Load::of(cluster);
        let mut plan = Self::default();
        for place in &spread.sharing {
            let partition = &cluster.topics[place.topic].partitions[place.partition];
            if partition.state.reassignment.is_some() {
                plan.left_alone.push((*place, Reason::Reassigning));
                continue;
            }
            let from = partition.state.replicas.clone();
            let to = load.spread_out(*place);
            if to == from {
                plan.left_alone.push((*place, Reason::NoBroker));
            } else {
                plan.moves.push(Move { place: *place, from, to });
            }
        }
        plan
    }

    /// What somebody wants each partition's replicas to be, as far as it can come about: what is so
    /// already is left out, and so is what never ends, with the reason.
    ///
    /// # Panics
    /// If a place or a broker is not the cluster's.
    #[must_use]
    pub fn wanted(cluster: &Cluster, wanted: Vec<(Place, Vec<BrokerId>)>) -> Self {
        let mut plan = Self::default();
        for (place, to) in wanted {
            let state = &cluster.topics[place.topic].partitions[place.partition].state;
            let from = state.replicas.clone();
            let is_up = |broker: &BrokerId| cluster.broker(*broker).state == BrokerState::Up;
            if state.leader.is_none() {
                plan.left_alone.push((place, Reason::NoLeader));
            } else if to.iter().any(|broker| !from.contains(broker) && !is_up(broker)) {
                plan.left_alone.push((place, Reason::NoBroker));
            } else if to != from || state.reassignment.is_some() {
                plan.moves.push(Move { place, from, to });
            }
        }
        plan
    }

    /// How many replicas are copied.
    #[must_use]
    pub fn copies(&self) -> usize {
        let new = |it: &Move| it.to.iter().filter(|replica| !it.from.contains(replica)).count();
        self.moves.iter().map(new).sum()
    }

    /// The cluster when all moves are done and their replicas in sync.
    #[must_use]
    pub fn carried_out(&self, cluster: &Cluster) -> Cluster {
        let mut after = cluster.clone();
        for Move { place, from, to } in &self.moves {
            let state = &mut after.topics[place.topic].partitions[place.partition].state;
            let stays = |broker: &BrokerId| from.contains(broker);
            let keep = |list: &mut Vec<BrokerId>| list.retain(|broker| to.contains(broker));
            keep(&mut state.isr);
            state.isr.extend(to.iter().filter(|broker| !stays(broker)));
            state.replicas.clone_from(to);
            [&mut state.elr, &mut state.last_known_elr].into_iter().flatten().for_each(keep);
            state.reassignment = None;
            if state.leader.is_some_and(|leader| !to.contains(&leader)) {
                let topic = &after.topics[place.topic];
                let elected = elected(&after, topic, &topic.partitions[place.partition]);
                after.topics[place.topic].partitions[place.partition].state.leader = elected;
            }
        }
        after
    }
}

/// How many replicas each broker has, with the moves so far.
struct Load<'a> {
    cluster: &'a Cluster,
    replicas: Vec<usize>,
    /// The brokers of each rack that run, by place.
    of_rack: Vec<Vec<usize>>,
}

impl<'a> Load<'a> {
    fn of(cluster: &'a Cluster) -> Self {
        let counted = Leaders::of(cluster);
        let replicas = counted.brokers.iter().map(|broker| broker.replicas).collect();
        let mut of_rack = vec![Vec::new(); cluster.racks.len()];
        for (index, Broker { rack, state, .. }) in cluster.brokers.iter().enumerate() {
            if let (Some(rack), BrokerState::Up) = (rack, state) {
                of_rack[*rack].push(index);
            }
        }
        Self { cluster, replicas, of_rack }
    }

    /// A partition's replicas with one moved for each rack that it can be given.
    fn spread_out(&mut self, place: Place) -> Vec<BrokerId> {
        let partition = &self.cluster.topics[place.topic].partitions[place.partition];
        let mut used = racks(self.cluster, partition).unwrap_or_default();
        let mut replicas = partition.state.replicas.clone();
        let wanted = replicas.len().min(self.cluster.racks.len());
        while used.len() < wanted {
            let free = (0..self.of_rack.len()).filter(|rack| !used.contains(rack));
            let brokers = free.flat_map(|rack| self.of_rack[rack].iter().copied());
            let Some(target) = brokers.min_by_key(|broker| (self.replicas[*broker], *broker))
            else {
                break;
            };
            let Some(leaving) = self.spare(place, &replicas) else { break };
            self.replicas[self.cluster.index(replicas[leaving])] -= 1;
            self.replicas[target] += 1;
            used.extend(self.cluster.brokers[target].rack);
            replicas[leaving] = self.cluster.brokers[target].id;
        }
        replicas
    }

    /// The place of the replica that can best be spared: one of several in a rack, not the leader,
    /// rather out of sync, rather on a broker that has many, rather late in the list.
    fn spare(&self, place: Place, replicas: &[BrokerId]) -> Option<usize> {
        let state = &self.cluster.topics[place.topic].partitions[place.partition].state;
        let rack = |broker: &BrokerId| self.cluster.broker(*broker).rack;
        let is_shared = |broker: &BrokerId| {
            replicas.iter().filter(|other| rack(other) == rack(broker)).count() > 1
        };
        let candidates = replicas.iter().enumerate().filter(|(_, broker)| is_shared(broker));
        let best = candidates.min_by_key(|(at, broker)| {
            let leads = state.leader == Some(**broker);
            let is_in_sync = state.isr.contains(broker);
            let load = self.replicas[self.cluster.index(**broker)];
            (leads, *at == 0, is_in_sync, Reverse(load), Reverse(*at))
        });
        best.map(|(at, _)| at)
    }
}
