//! Each broker, each rack, each pair of either lost: how many partitions suffer what.
//!
//! Only what comes on top of the present state is counted. A pair is worked out from its two
//! halves: apart from the partitions that have replicas on both, the harm adds up.

use std::collections::BTreeMap;

use epochscope_vocabulary::BrokerId;

use crate::cluster::{BrokerState, Cluster, Partition, Place};
use crate::fate::{Fate, Harm, Tally};
use crate::shape::{Places, Shapes};

/// What is lost at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// A broker.
    Broker(BrokerId),
    /// Two brokers.
    Brokers(BrokerId, BrokerId),
    /// A rack, as its place among the cluster's.
    Rack(usize),
    /// Two racks.
    Racks(usize, usize),
}

/// A loss and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What is lost.
    pub lost: Lost,
    /// How many partitions suffer what they do not suffer now.
    pub tally: Tally,
    /// Of a pair, how many more are offline than by one of the two alone and by the other alone.
    pub only_together: i64,
    /// The first few of those that are offline, or else of the others harmed.
    pub examples: Vec<Place>,
}

/// All losses that were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Losses {
    /// What is so already.
    pub now: Tally,
    /// Each broker that runs, by number.
    pub brokers: Vec<Loss>,
    /// Each rack, by name.
    pub racks: Vec<Loss>,
    /// Pairs of brokers that harm anything, the worst first.
    pub broker_pairs: Vec<Loss>,
    /// Pairs of racks that harm anything, the worst first.
    pub rack_pairs: Vec<Loss>,
}

/// How many partitions a loss names.
pub const EXAMPLES: usize = 5;

/// Works all losses out.
#[must_use]
pub fn losses(cluster: &Cluster) -> Losses {
    let mut counting = Counting::new(cluster);
    let mut shapes = Shapes::default();
    for (place, topic, partition) in cluster.partitions() {
        let shape = shapes.of(cluster, topic, partition);
        counting.now.count(shapes.now(shape), 1);
        let now = shapes.now(shape);
        let mut fate = |lost| shapes.after(shape, lost).beyond(now);
        let brokers = places_of_brokers(cluster, partition);
        let racks = places_of_racks(cluster, partition);
        counting.brokers.count(place, &brokers, &mut fate);
        counting.racks.count(place, &racks, &mut fate);
    }
    counting.finish(cluster)
}

/// What any brokers' loss adds, together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together {
    /// What is so already.
    pub now: Tally,
    /// What comes on top of it, what is no longer so taken off.
    pub tally: Tally,
}

/// What the loss of all these brokers together changes: what a partition suffers no longer, since
/// it suffers something worse, is taken off.
#[must_use]
pub fn losses_of(cluster: &Cluster, lost: &[BrokerId]) -> Together {
    let mut together = Together { now: Tally::default(), tally: Tally::default() };
    for (_, before, after) in states(cluster, lost) {
        together.now.count(before, 1);
        together.tally.count(after, 1);
        together.tally.count(before, -1);
    }
    together
}

/// What the loss of all these brokers together adds to each partition.
#[must_use]
pub fn fates(cluster: &Cluster, lost: &[BrokerId]) -> Vec<(Place, Fate)> {
    let added = |(place, before, after): (Place, Fate, Fate)| (place, after.beyond(before));
    states(cluster, lost).into_iter().map(added).collect()
}

/// Each partition with how it stands now and how it would stand.
fn states(cluster: &Cluster, lost: &[BrokerId]) -> Vec<(Place, Fate, Fate)> {
    let mut shapes = Shapes::default();
    let mut states = Vec::with_capacity(cluster.partition_count());
    for (place, topic, partition) in cluster.partitions() {
        let shape = shapes.of(cluster, topic, partition);
        let replicas = partition.state.replicas.iter().enumerate();
        let gone = replicas.filter(|(_, replica)| lost.contains(replica));
        let gone = gone.fold(0, |gone: Places, (at, _)| gone | 1 << at);
        states.push((place, shapes.now(shape), shapes.after(shape, gone)));
    }
    states
}

/// The brokers that a partition is on, with the place of its replica there.
fn places_of_brokers(cluster: &Cluster, partition: &Partition) -> Vec<(usize, Places)> {
    let replicas = partition.state.replicas.iter().enumerate();
    let runs = replicas.map(|(at, replica)| (at, cluster.index(*replica)));
    let runs = runs.filter(|(_, index)| cluster.brokers[*index].state == BrokerState::Up);
    runs.map(|(at, index)| (index, 1 << at)).collect()
}

/// The racks that a partition is in, with the places of its replicas there.
fn places_of_racks(cluster: &Cluster, partition: &Partition) -> Vec<(usize, Places)> {
    let mut racks: Vec<(usize, Places)> = Vec::new();
    for (at, replica) in partition.state.replicas.iter().enumerate() {
        let Some(rack) = cluster.broker(*replica).rack else { continue };
        match racks.iter_mut().find(|(known, _)| *known == rack) {
            Some((_, places)) => *places |= 1 << at,
            None => racks.push((rack, 1 << at)),
        }
    }
    racks
}

struct Counting {
    now: Tally,
    brokers: Units,
    racks: Units,
}

/// Brokers or racks, and pairs of them.
struct Units {
    singles: Vec<Cell>,
    /// By the lower and the higher place: what differs from the sum of the two.
    pairs: BTreeMap<(usize, usize), Cell>,
}

#[derive(Clone, Default)]
struct Cell {
    tally: Tally,
    offline: Vec<Place>,
    harmed: Vec<Place>,
}

impl Cell {
    fn count(&mut self, place: Place, fate: Fate) {
        self.tally.count(fate, 1);
        self.remember(place, fate);
    }

    fn remember(&mut self, place: Place, fate: Fate) {
        let list = if fate.has(Harm::Offline) { &mut self.offline } else { &mut self.harmed };
        if fate.is_harmed() && list.len() < EXAMPLES {
            list.push(place);
        }
    }

    fn examples(&self) -> &[Place] {
        if self.offline.is_empty() { &self.harmed } else { &self.offline }
    }
}

impl Units {
    fn new(number: usize) -> Self {
        Self { singles: vec![Cell::default(); number], pairs: BTreeMap::new() }
    }

    fn count(
        &mut self,
        place: Place,
        units: &[(usize, Places)],
        fate: &mut impl FnMut(Places) -> Fate,
    ) {
        for (at, (unit, places)) in units.iter().enumerate() {
            let alone = fate(*places);
            self.singles[*unit].count(place, alone);
            for (other, others_places) in &units[at + 1..] {
                let (other_alone, both) = (fate(*others_places), fate(places | others_places));
                if ![alone, other_alone, both].iter().any(|fate| fate.is_harmed()) {
                    continue;
                }
                let pair = (*unit.min(other), *unit.max(other));
                let cell = self.pairs.entry(pair).or_default();
                cell.count(place, both);
                cell.tally.count(alone, -1);
                cell.tally.count(other_alone, -1);
            }
        }
    }

    /// All pairs that harm anything, the worst first.
    fn pairs(&self, name: impl Fn(usize, usize) -> Lost, up: &[usize]) -> Vec<Loss> {
        let mut all = Vec::new();
        for (at, one) in up.iter().enumerate() {
            for other in &up[at + 1..] {
                let (first, second) = (&self.singles[*one], &self.singles[*other]);
                let joint = self.pairs.get(&(*one, *other));
                let mut tally = first.tally;
                tally.add(&second.tally);
                if let Some(joint) = joint {
                    tally.add(&joint.tally);
                }
                if !tally.is_zero() {
                    let cells = [joint, Some(first), Some(second)];
                    all.push(Loss {
                        lost: name(*one, *other),
                        tally,
                        only_together: joint.map_or(0, |joint| joint.tally.of(Harm::Offline)),
                        examples: examples(cells, &tally),
                    });
                }
            }
        }
        all.sort_by(|one, other| {
            other.tally.cmp(&one.tally).then_with(|| one.lost.cmp(&other.lost))
        });
        all
    }

    fn single(&self, lost: Lost, unit: usize) -> Loss {
        let cell = &self.singles[unit];
        Loss { lost, tally: cell.tally, only_together: 0, examples: cell.examples().to_vec() }
    }
}

/// Partitions that a pair harms: the offline ones of it and its halves, if there are any.
fn examples(cells: [Option<&Cell>; 3], tally: &Tally) -> Vec<Place> {
    let are_offline = tally.of(Harm::Offline) > 0;
    let list = |cell| {
        let Cell { offline, harmed, .. }: &Cell = cell;
        if are_offline { offline.clone() } else { harmed.clone() }
    };
    let mut places: Vec<Place> = cells.into_iter().flatten().flat_map(list).collect();
    places.sort_unstable();
    places.dedup();
    places.truncate(EXAMPLES);
    places
}

impl Counting {
    fn new(cluster: &Cluster) -> Self {
        let (brokers, racks) = (cluster.brokers.len(), cluster.racks.len());
        Self { now: Tally::default(), brokers: Units::new(brokers), racks: Units::new(racks) }
    }

    fn finish(self, cluster: &Cluster) -> Losses {
        let brokers = cluster.brokers.iter().enumerate();
        let up = brokers.filter(|(_, broker)| broker.state == BrokerState::Up);
        let up: Vec<usize> = up.map(|(index, _)| index).collect();
        let id = |index: usize| cluster.brokers[index].id;
        let racks: Vec<usize> = (0..cluster.racks.len()).collect();
        let single = |index: &usize| self.brokers.single(Lost::Broker(id(*index)), *index);
        Losses {
            now: self.now,
            brokers: up.iter().map(single).collect(),
            racks: racks.iter().map(|rack| self.racks.single(Lost::Rack(*rack), *rack)).collect(),
            broker_pairs: self.brokers.pairs(|one, other| Lost::Brokers(id(one), id(other)), &up),
            rack_pairs: self.racks.pairs(Lost::Racks, &racks),
        }
    }
}
