//! Which brokers a new partition's replicas go to, as ZooKeeper's brokers and Kafka's own tools
//! decide it: one broker after another from a start on, the followers further on by a shift that
//! grows with each round. Where all brokers have racks, the brokers are first dealt out rack by
//! rack, and a partition takes a rack twice only when it has a replica in each.
//!
//! `kafka-reassign-partitions.sh --generate` places like this in every release.
//!
//! Source: Kafka `AdminUtils.assignReplicasToBrokers`, `AdminZkClient.getBrokerMetadatas`; KIP-36.
//! Uses: `java_random`.

use std::fmt;
use std::sync::Arc;

use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::{BrokerId, SortedMap};

use crate::java_random::RandomSource;

/// A broker that can be given replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerMetadata {
    /// The broker.
    pub id: BrokerId,
    /// Its rack, if it says one.
    pub rack: Option<Arc<str>>,
}

/// What racks are to a placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RackAwareMode {
    /// All brokers have one or none has: the tools' way.
    Enforced,
    /// They are ignored: `--disable-rack-aware`.
    Disabled,
    /// They are ignored unless all brokers have one: the way of topics that create themselves.
    Safe,
}

/// How much is to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How many partitions.
    pub partitions: u32,
    /// How many replicas each.
    pub replication_factor: u32,
    /// The number of the first: more than 0 where a topic gets more partitions.
    pub start_partition_id: u32,
}

/// Where the round begins.
#[derive(Debug)]
pub enum Start<'a> {
    /// `fixedStartIndex`: at this place of the list, and with this shift.
    Fixed(u32),
    /// At two draws.
    Random(&'a mut RandomSource),
}

/// Why nothing is placed. Its text is Kafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacementError {
    /// `InvalidPartitionsException`: there is no partition to be placed.
    NoPartitions,
    /// `InvalidReplicationFactorException`: a partition is to have no replica.
    NoReplicas,
    /// `InvalidReplicationFactorException`: there are too few brokers.
    TooFewBrokers {
        /// The replicas wanted.
        replication_factor: u32,
        /// The brokers there are.
        brokers: usize,
    },
    /// `AdminOperationException`: racks are asked for, and a broker has none.
    RackMissing,
}

/// The brokers as a placement is to see them, by id.
///
/// # Errors
/// If the mode is enforced and some brokers, but not all, have a rack.
pub fn broker_metadatas(
    brokers: &[BrokerMetadata],
    mode: RackAwareMode,
) -> Result<Vec<BrokerMetadata>, PlacementError> {
    let with_rack = brokers.iter().filter(|broker| broker.rack.is_some()).count();
    let incomplete = with_rack < brokers.len();
    let see_racks = match mode {
        RackAwareMode::Enforced if with_rack > 0 && incomplete => {
            return Err(PlacementError::RackMissing);
        }
        RackAwareMode::Enforced => true,
        RackAwareMode::Disabled => false,
        RackAwareMode::Safe => !incomplete,
    };
    let seen = |broker: &BrokerMetadata| BrokerMetadata {
        id: broker.id,
        rack: broker.rack.clone().filter(|_| see_racks),
    };
    let mut seen: Vec<BrokerMetadata> = brokers.iter().map(seen).collect();
    put_in_order(&mut seen, |one, other| one.id < other.id);
    Ok(seen)
}

/// Replicas for the partitions wanted, each list beginning with the preferred leader. Without racks
/// the brokers take their turns as they are given; with racks, rack by rack.
///
/// # Errors
/// If nothing is wanted, there are too few brokers, or some have a rack and others none.
pub fn assign_replicas_to_brokers(
    brokers: &[BrokerMetadata],
    wanted: Wanted,
    start: Start<'_>,
) -> Result<Vec<Vec<BrokerId>>, PlacementError> {
    if wanted.partitions == 0 {
        return Err(PlacementError::NoPartitions);
    }
    if wanted.replication_factor == 0 {
        return Err(PlacementError::NoReplicas);
    }
    let replicas = usize_of(wanted.replication_factor);
    if replicas > brokers.len() {
        return Err(PlacementError::TooFewBrokers {
            replication_factor: wanted.replication_factor,
            brokers: brokers.len(),
        });
    }
    let list = RackList::new(brokers)?;
    let mut round = Round::begin(list.brokers.len(), start);
    let mut assigned = Vec::with_capacity(usize_of(wanted.partitions));
    for partition in 0..u64::from(wanted.partitions) {
        round.go_to(u64::from(wanted.start_partition_id) + partition);
        assigned.push(list.replicas(&round, replicas));
    }
    Ok(assigned)
}

/// The brokers in the order of their turns.
struct RackList {
    brokers: Vec<BrokerId>,
    /// The number of each one's rack; empty where racks are of no account.
    rack_of: Vec<usize>,
    /// How many racks there are.
    racks: usize,
}

impl RackList {
    fn new(brokers: &[BrokerMetadata]) -> Result<Self, PlacementError> {
        if brokers.iter().all(|broker| broker.rack.is_none()) {
            let brokers = brokers.iter().map(|broker| broker.id).collect();
            return Ok(Self { brokers, rack_of: Vec::new(), racks: 1 });
        }
        let mut by_rack: SortedMap<Arc<str>, Vec<BrokerId>> = SortedMap::new();
        for broker in brokers {
            let rack = broker.rack.clone().ok_or(PlacementError::RackMissing)?;
            by_rack.entry(rack).or_default().push(broker.id);
        }
        let mut racks: Vec<Vec<BrokerId>> = by_rack.into_values().collect();
        for rack in &mut racks {
            put_in_order(rack, |one, other| one < other);
        }
        Ok(Self::dealt(&racks))
    }

    /// `getRackAlternatedBrokerList`: one broker of each rack in turn, as long as there are some.
    fn dealt(racks: &[Vec<BrokerId>]) -> Self {
        let longest = racks.iter().map(Vec::len).max().unwrap_or(0);
        let mut list = Self { brokers: Vec::new(), rack_of: Vec::new(), racks: racks.len() };
        for turn in 0..longest {
            for (number, rack) in racks.iter().enumerate() {
                if let Some(broker) = rack.get(turn) {
                    list.brokers.push(*broker);
                    list.rack_of.push(number);
                }
            }
        }
        list
    }

    fn replicas(&self, round: &Round, replicas: usize) -> Vec<BrokerId> {
        let mut places = vec![round.first];
        let mut racks: Vec<usize> = self.rack_of.get(round.first).copied().into_iter().collect();
        let aware = !self.rack_of.is_empty();
        // Kafka multiplies the shift where it knows racks, so that rounds differ in them.
        let shift = if aware { round.shift * self.racks } else { round.shift };
        let mut step = 0;
        while places.len() < replicas {
            let place = replica_index(round.first, shift, step, self.brokers.len());
            step += 1;
            if aware {
                let rack = self.rack_of[place];
                let is_new = !racks.contains(&rack);
                if (!is_new && racks.len() < self.racks) || places.contains(&place) {
                    continue;
                }
                if is_new {
                    racks.push(rack);
                }
            }
            places.push(place);
        }
        places.into_iter().map(|place| self.brokers[place]).collect()
    }
}

/// Where the next partition's replicas begin.
struct Round {
    brokers: usize,
    start: usize,
    shift: usize,
    first: usize,
}

impl Round {
    fn begin(brokers: usize, start: Start<'_>) -> Self {
        let (start, shift) = match start {
            Start::Fixed(index) => (usize_of(index), usize_of(index)),
            Start::Random(random) => {
                let bound = u32::try_from(brokers).unwrap_or(u32::MAX);
                (usize_of(random.next_int(bound)), usize_of(random.next_int(bound)))
            }
        };
        Self { brokers, start: start % brokers, shift, first: 0 }
    }

    fn go_to(&mut self, partition: u64) {
        let place = usize::try_from(partition).unwrap_or(usize::MAX);
        if place > 0 && place.is_multiple_of(self.brokers) {
            self.shift += 1;
        }
        self.first = (place % self.brokers + self.start) % self.brokers;
    }
}

/// `replicaIndex`; never asked when there is one broker.
const fn replica_index(first: usize, shift: usize, step: usize, brokers: usize) -> usize {
    (first + 1 + (shift + step) % (brokers - 1)) % brokers
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl fmt::Display for PlacementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPartitions => f.write_str("Number of partitions must be larger than 0."),
            Self::NoReplicas => f.write_str("Replication factor must be larger than 0."),
            Self::TooFewBrokers { replication_factor, brokers } => write!(
                f,
                "Replication factor: {replication_factor} larger than available brokers: {brokers}."
            ),
            Self::RackMissing => f.write_str(
                "Not all brokers have rack information. Add --disable-rack-aware in command line \
                 to make replica assignment without rack information.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn brokers(racks: &[Option<&str>]) -> Vec<BrokerMetadata> {
        let broker = |(id, rack): (u32, &Option<&str>)| BrokerMetadata {
            id: BrokerId(id),
            rack: rack.map(Arc::from),
        };
        (0..).zip(racks).map(broker).collect()
    }

    /// What is placed, each list as one word: "012".
    fn placed(brokers: &[BrokerMetadata], wanted: Wanted, start: Start<'_>) -> String {
        let drawn = |list: &Vec<BrokerId>| list.iter().map(BrokerId::to_string).collect::<String>();
        match assign_replicas_to_brokers(brokers, wanted, start) {
            Ok(lists) => lists.iter().map(drawn).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    const fn wanted(partitions: u32, replication_factor: u32) -> Wanted {
        Wanted { partitions, replication_factor, start_partition_id: 0 }
    }

    /// What Kafka's own documentation of the class draws.
    #[test]
    fn followers_are_shifted_further_in_each_round() {
        let five = brokers(&[None; 5]);
        assert_eq!(
            placed(&five, wanted(10, 3), Start::Fixed(0)),
            "012 123 234 340 401 023 134 240 301 412"
        );
    }

    #[test]
    fn brokers_are_dealt_out_rack_by_rack() {
        let six = ["rack1", "rack3", "rack3", "rack2", "rack2", "rack1"].map(Some);
        assert_eq!(
            placed(&brokers(&six), wanted(7, 3), Start::Fixed(0)),
            "031 315 154 542 420 203 042"
        );
    }

    /// `new Random(42)` draws 0 and 3 below 5: the start, then the shift.
    #[test]
    fn start_and_shift_are_two_draws() {
        let five = brokers(&[None; 5]);
        let mut random = RandomSource::java(42);
        assert_eq!(placed(&five, wanted(3, 3), Start::Random(&mut random)), "041 102 213");
    }

    #[test]
    fn racks_that_some_brokers_lack() {
        let some = brokers(&[Some("a"), None, Some("b")]);
        let seen = |mode| broker_metadatas(&some, mode);
        assert_eq!(seen(RackAwareMode::Enforced), Err(PlacementError::RackMissing));
        for mode in [RackAwareMode::Disabled, RackAwareMode::Safe] {
            assert_eq!(seen(mode), Ok(brokers(&[None; 3])));
        }
        let refused = assign_replicas_to_brokers(&some, wanted(1, 1), Start::Fixed(0));
        assert_eq!(refused, Err(PlacementError::RackMissing));
    }

    #[test]
    fn one_broker_takes_everything() {
        assert_eq!(placed(&brokers(&[None]), wanted(3, 1), Start::Fixed(0)), "0 0 0");
    }
}
