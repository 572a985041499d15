//! Which brokers a new partition's replicas go to: stripes over the racks and their brokers.
//!
//! Leaders rotate over racks and brokers; a partition's replicas lie in as many racks as possible;
//! fenced brokers come last and never first. Each call starts anew at random places, so that two
//! calls do not continue one pattern.
//!
//! Source: Kafka `StripedReplicaPlacer`.
//! Uses: `java_hash`, `java_random`.

use std::sync::Arc;

use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::{BrokerId, ErrorCode, SortedMap};

use crate::java_hash::{sort_as_java_hash_set, string_hash_code};
use crate::java_random::RandomSource;

/// Whether a broker is live at the time of the placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fencing {
    /// It is.
    Unfenced,
    /// It is not: it is used where there are too few others.
    Fenced,
}

/// A broker that can be given replicas: registered and not shutting down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsableBroker {
    /// The broker.
    pub id: BrokerId,
    /// Its rack, if any: those without one share a rack.
    pub rack: Option<Arc<str>>,
    /// Whether it is live.
    pub fencing: Fencing,
}

/// Replicas for `partitions` partitions, each list beginning with the preferred leader.
///
/// # Errors
/// INVALID_REPLICATION_FACTOR when it is 0, above the number of brokers, or no broker is live.
pub fn place(
    brokers: &[UsableBroker],
    partitions: u32,
    replication_factor: u32,
    random: &mut RandomSource,
) -> Result<Vec<Vec<BrokerId>>, ErrorCode> {
    // The racks draw their starts before anything is checked, as in Kafka.
    let mut racks = RackList::new(brokers, random);
    let replicas = usize::try_from(replication_factor).unwrap_or(usize::MAX);
    let unfenced = brokers.iter().filter(|broker| broker.fencing == Fencing::Unfenced).count();
    if replicas == 0 || replicas > brokers.len() || unfenced == 0 {
        return Err(ErrorCode::InvalidReplicationFactor);
    }
    Ok((0..partitions).map(|_| racks.place(replicas, unfenced, random)).collect())
}

/// Brokers of one rack in one state: each epoch lists them all once, from the next start on.
#[derive(Default)]
struct BrokerList {
    brokers: Vec<BrokerId>,
    epoch: u32,
    index: usize,
    offset: usize,
}

struct Rack {
    fenced: BrokerList,
    unfenced: BrokerList,
}

struct RackList {
    /// "No rack" first, then by name.
    racks: Vec<Rack>,
    /// The order in which they draw their random starts: that of Java's map from names to racks.
    draw_order: Vec<usize>,
    /// The order in which they take their turns, as places in `racks`: by name, until a shuffle.
    order: Vec<usize>,
    epoch: u32,
    offset: usize,
}

impl BrokerList {
    fn initialize(&mut self, random: &mut RandomSource) {
        put_in_order(&mut self.brokers, |one, other| one < other);
        self.offset = draw(random, self.brokers.len());
    }

    fn shuffle(&mut self, random: &mut RandomSource) {
        random.shuffle(&mut self.brokers);
    }

    fn next(&mut self, epoch: u32) -> Option<BrokerId> {
        if self.brokers.is_empty() {
            return None;
        }
        if self.epoch != epoch {
            self.epoch = epoch;
            self.index = 0;
            self.offset = (self.offset + 1) % self.brokers.len();
        }
        if self.index >= self.brokers.len() {
            return None;
        }
        let broker = self.brokers[(self.index + self.offset) % self.brokers.len()];
        self.index += 1;
        Some(broker)
    }
}

impl Rack {
    fn next(&mut self, epoch: u32) -> Option<BrokerId> {
        self.unfenced.next(epoch).or_else(|| self.fenced.next(epoch))
    }
}

impl RackList {
    fn new(brokers: &[UsableBroker], random: &mut RandomSource) -> Self {
        let mut named: SortedMap<Option<Arc<str>>, Rack> = SortedMap::new();
        for broker in brokers {
            let rack = named.entry(broker.rack.clone()).or_insert_with(|| Rack {
                fenced: BrokerList::default(),
                unfenced: BrokerList::default(),
            });
            let list = match broker.fencing {
                Fencing::Fenced => &mut rack.fenced,
                Fencing::Unfenced => &mut rack.unfenced,
            };
            list.brokers.push(broker.id);
        }
        let draw_order = draw_order(brokers, &named);
        let mut racks: Vec<Rack> = named.into_values().collect();
        for place in &draw_order {
            racks[*place].fenced.initialize(random);
            racks[*place].unfenced.initialize(random);
        }
        let offset = draw(random, racks.len());
        Self { order: (0..racks.len()).collect(), draw_order, racks, epoch: 0, offset }
    }

    /// Replicas for the next partition. Terminates because there are `replicas` brokers, of which
    /// at least one is unfenced: every round over the racks takes one or more.
    fn place(
        &mut self,
        replicas: usize,
        unfenced: usize,
        random: &mut RandomSource,
    ) -> Vec<BrokerId> {
        if unfenced > 1 && usize::try_from(self.epoch) == Ok(unfenced) {
            self.shuffle(random);
            self.epoch = 0;
        }
        if self.offset == self.racks.len() {
            self.offset = 0;
        }
        let (first_rack, leader) = self.next_leader();
        let mut leaders_rack = Some(first_rack);
        let mut placed = vec![leader];
        let mut rack = self.offset;
        while placed.len() < replicas {
            if leaders_rack == Some(rack) {
                // The leader's rack has had its turn, once.
                leaders_rack = None;
            } else {
                let epoch = self.epoch;
                placed.extend(self.rack(rack).next(epoch));
            }
            rack = (rack + 1) % self.racks.len();
        }
        self.epoch += 1;
        self.offset += 1;
        placed
    }

    /// The next unfenced broker, and whose turn it was.
    fn next_leader(&mut self) -> (usize, BrokerId) {
        let mut turn = self.offset;
        loop {
            let epoch = self.epoch;
            if let Some(leader) = self.rack(turn).unfenced.next(epoch) {
                return (turn, leader);
            }
            turn = (turn + 1) % self.racks.len();
        }
    }

    fn rack(&mut self, turn: usize) -> &mut Rack {
        &mut self.racks[self.order[turn]]
    }

    fn shuffle(&mut self, random: &mut RandomSource) {
        random.shuffle(&mut self.order);
        for place in &self.draw_order {
            self.racks[*place].fenced.shuffle(random);
            self.racks[*place].unfenced.shuffle(random);
        }
    }
}

/// The places in `racks` in the order of a Java map whose keys were put in as `brokers` are given.
fn draw_order<V>(brokers: &[UsableBroker], racks: &SortedMap<Option<Arc<str>>, V>) -> Vec<usize> {
    let mut names: Vec<&Option<Arc<str>>> = Vec::with_capacity(racks.len());
    for broker in brokers {
        if !names.contains(&&broker.rack) {
            names.push(&broker.rack);
        }
    }
    sort_as_java_hash_set(&mut names, |name| name.as_deref().map_or(0, string_hash_code));
    names.into_iter().filter_map(|name| racks.keys().position(|rack| rack == name)).collect()
}

/// A place in a list of `length`, 0 without a draw when it is empty.
fn draw(random: &mut RandomSource, length: usize) -> usize {
    match u32::try_from(length) {
        Ok(0) | Err(_) => 0,
        Ok(bound) => usize::try_from(random.next_int(bound)).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Fencing::{Fenced, Unfenced};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn broker(id: u32, rack: Option<&str>, fencing: Fencing) -> UsableBroker {
        UsableBroker { id: BrokerId(id), rack: rack.map(Arc::from), fencing }
    }

    /// What Kafka's tests draw: one replica list after another, each "11,21,31,10".
    fn placed(brokers: &[UsableBroker], partitions: u32, factor: u32) -> Vec<String> {
        let lists = place(brokers, partitions, factor, &mut RandomSource::mock());
        let drawn = |list: &Vec<BrokerId>| {
            list.iter().map(BrokerId::to_string).collect::<Vec<_>>().join(",")
        };
        lists.map_or_else(|error| vec![error.to_string()], |l| l.iter().map(drawn).collect())
    }

    #[test]
    fn leaders_rotate_over_the_brokers_of_one_rack() {
        let brokers = [0, 3, 2, 1].map(|id| broker(id, Some("1"), Unfenced));
        assert_eq!(placed(&brokers, 5, 3), ["2,3,0", "3,0,1", "0,1,2", "1,2,3", "1,0,2"]);
    }

    #[test]
    fn a_fenced_broker_comes_last() {
        let brokers =
            [3, 1, 2].map(|id| broker(id, Some("1"), if id == 1 { Fenced } else { Unfenced }));
        assert_eq!(placed(&brokers, 4, 3), ["3,2,1", "2,3,1", "3,2,1", "2,3,1"]);
    }

    #[test]
    fn replicas_lie_in_as_many_racks_as_possible() {
        let racks = [(10, "1"), (11, "1"), (20, "2"), (21, "2"), (30, "3"), (31, "3")];
        let brokers = racks
            .map(|(id, rack)| broker(id, Some(rack), if id == 20 { Fenced } else { Unfenced }));
        let expected = ["11,21,31,10", "21,30,10,20", "31,11,21,30"];
        assert_eq!(placed(&brokers, 3, 4), expected);
    }

    #[test]
    fn a_placement_that_cannot_be_is_refused() {
        let refused = ["INVALID_REPLICATION_FACTOR"];
        let one = [broker(1, None, Unfenced)];
        assert_eq!(placed(&one, 1, 0), refused);
        assert_eq!(placed(&one, 1, 2), refused);
        assert_eq!(placed(&[broker(1, None, Fenced)], 1, 1), refused);
        assert_eq!(placed(&[], 1, 1), refused);
        assert_eq!(placed(&one, 2, 1), ["1", "1"]);
    }
}
