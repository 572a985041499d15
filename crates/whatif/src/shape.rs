//! A partition with its brokers' numbers and racks' names taken away, and what becomes of it.
//!
//! Kafka's rules look at the places of brokers in the lists, never at their numbers. So partitions
//! of one shape share their fates, and of a hundred thousand partitions there are a handful of
//! shapes: each fate is worked out once, by the very rules that a simulated controller calls.
//!
//! Source: Kafka `ReplicationControlManager.handleBrokerFenced`, `PartitionChangeBuilder`.

use std::collections::BTreeMap;

use epochscope_engine::controller::partition_change_builder::{
    Election, EligibleLeaderReplicas, IsrShrink, LastKnownElr, LastKnownLeader, LeaderRecovery,
    PartitionChangeBuilder, PartitionChangeRules,
};
use epochscope_engine::describe::{Filter, PartitionDescription};
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
use epochscope_vocabulary::{BrokerId, LeaderEpoch, PartitionEpoch, TopicId, TopicPartition};

use crate::cluster::{BrokerState, Cluster, Partition, Topic};
use crate::fate::{Fate, Harm};

/// A set of places in a partition's list of replicas, as bits.
pub(crate) type Places = u64;

/// All that decides a partition's fate. Brokers are named by their place among the replicas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    replicas: u32,
    leader: Option<u32>,
    isr: Places,
    elr: Places,
    last_known_leader: Option<u32>,
    adding: Places,
    removing: Places,
    /// Replicas on brokers that are down already.
    down: Places,
    min_isr: u32,
    may_elect_uncleanly: bool,
    /// The rack of each place, numbered in the order in which they come up.
    racks: Vec<Option<u32>>,
}

/// The shapes met so far, with the fates worked out so far.
#[derive(Default)]
pub(crate) struct Shapes {
    known: BTreeMap<Shape, usize>,
    fates: Vec<Known>,
}

struct Known {
    shape: Shape,
    now: Fate,
    /// How it stands after a loss.
    after: BTreeMap<Places, Fate>,
    preferred_leader: Option<u32>,
}

impl Shapes {
    /// The shape of a partition, as a number to ask by.
    pub(crate) fn of(&mut self, cluster: &Cluster, topic: &Topic, partition: &Partition) -> usize {
        let shape = Shape::new(cluster, topic, partition);
        if let Some(known) = self.known.get(&shape) {
            return *known;
        }
        let registration = shape.registration();
        let now = shape.fate(&registration, 0);
        let preferred_leader = shape.after_preferred_election(&registration);
        let number = self.fates.len();
        self.known.insert(shape.clone(), number);
        self.fates.push(Known { shape, now, after: BTreeMap::new(), preferred_leader });
        number
    }

    /// How it is now.
    pub(crate) fn now(&self, shape: usize) -> Fate {
        self.fates[shape].now
    }

    /// How it stands when the brokers at these places are lost.
    pub(crate) fn after(&mut self, shape: usize, lost: Places) -> Fate {
        let Known { shape, after, .. } = &mut self.fates[shape];
        *after.entry(lost).or_insert_with(|| shape.fate_after(lost))
    }

    /// Who leads after an election of preferred leaders.
    pub(crate) fn preferred_leader(&self, shape: usize) -> Option<u32> {
        self.fates[shape].preferred_leader
    }
}

impl Shape {
    fn new(cluster: &Cluster, topic: &Topic, partition: &Partition) -> Self {
        let state = &partition.state;
        let place = |broker: &BrokerId| {
            let at = state.replicas.iter().position(|replica| replica == broker);
            at.and_then(|at| u32::try_from(at).ok())
        };
        // Who stands nowhere among the replicas is never elected.
        let places = |list: &[BrokerId]| set(list.iter().filter_map(place));
        let none = Vec::new();
        let reassignment = state.reassignment.as_ref();
        let (adding, removing) =
            reassignment.map_or((&none, &none), |moved| (&moved.adding, &moved.removing));
        let brokers = || state.replicas.iter().map(|replica| cluster.broker(*replica));
        let is_down = brokers().map(|broker| broker.state == BrokerState::Down);
        let down = (0..).zip(is_down).filter(|(_, is_down)| *is_down).map(|(at, _)| at);
        Self {
            replicas: u32::try_from(state.replicas.len()).unwrap_or(u32::MAX),
            leader: state.leader.as_ref().and_then(place),
            isr: places(&state.isr),
            elr: places(state.elr.as_ref().unwrap_or(&none)),
            last_known_leader: state.last_known_elr.iter().flatten().find_map(place),
            adding: places(adding),
            removing: places(removing),
            down: set(down),
            min_isr: cluster.min_isr(topic, partition),
            may_elect_uncleanly: topic.may_elect_uncleanly(),
            racks: numbered(brokers().map(|broker| broker.rack)),
        }
    }

    fn registration(&self) -> PartitionRegistration {
        let list = |set| places(set, self.replicas).map(BrokerId).collect::<Vec<_>>();
        PartitionRegistration {
            replicas: (0..self.replicas).map(BrokerId).collect(),
            isr: list(self.isr),
            elr: list(self.elr),
            last_known_elr: self.last_known_leader.into_iter().map(BrokerId).collect(),
            removing: list(self.removing),
            adding: list(self.adding),
            leader: self.leader.map(BrokerId),
            leader_recovery_state: LeaderRecoveryState::Recovered,
            leader_epoch: LeaderEpoch(0),
            partition_epoch: PartitionEpoch(0),
            directories: Vec::new(),
        }
    }

    /// Brokers are fenced one after the other, as their sessions end.
    fn fate_after(&self, lost: Places) -> Fate {
        let mut partition = self.registration();
        let mut gone = self.down;
        for place in places(lost, self.replicas) {
            gone |= 1 << place;
            let fenced = BrokerId(place);
            if !partition.isr.contains(&fenced) {
                continue;
            }
            let may_lead = |broker: BrokerId| gone & (1 << broker.0) == 0;
            let mut builder = self.builder(&partition, &may_lead);
            builder.target_isr.retain(|member| *member != fenced);
            let record = builder.build();
            if let Some(record) = record {
                partition = partition.merge(&record);
            }
        }
        self.fate(&partition, lost)
    }

    fn after_preferred_election(&self, partition: &PartitionRegistration) -> Option<u32> {
        let may_lead = |broker: BrokerId| self.down & (1 << broker.0) == 0;
        let mut builder = self.builder(partition, &may_lead);
        builder.election = Election::Preferred;
        let record = builder.build();
        let leader = record.map_or(partition.leader, |record| partition.merge(&record).leader);
        leader.map(|leader| leader.0)
    }

    fn builder<'a>(
        &self,
        partition: &'a PartitionRegistration,
        may_lead: &'a dyn Fn(BrokerId) -> bool,
    ) -> PartitionChangeBuilder<'a> {
        let topic_partition = TopicPartition { topic: TopicId(0), partition: 0 };
        // A description does not say whether the feature is on. Where nobody is eligible yet, no
        // fate depends on it.
        let elr = if self.elr != 0 || self.last_known_leader.is_some() {
            EligibleLeaderReplicas::On
        } else {
            EligibleLeaderReplicas::Off
        };
        let rules = PartitionChangeRules {
            isr_shrink: IsrShrink::KeepsLeaderEpoch,
            leader_recovery: LeaderRecovery::Tracked,
            elr,
            last_known_leader: LastKnownLeader::MustBeAcceptable,
            last_known_elr: LastKnownElr::OnLeaderLoss,
        };
        let mut builder =
            PartitionChangeBuilder::new(topic_partition, partition, may_lead, rules, self.min_isr);
        if self.may_elect_uncleanly {
            builder.election = Election::Unclean;
        }
        builder
    }

    /// How it stands with a partition, by what the tool's own filters ask.
    fn fate(&self, partition: &PartitionRegistration, lost: Places) -> Fate {
        let gone = self.down | lost;
        let live: Vec<BrokerId> = places(!gone, self.replicas).map(BrokerId).collect();
        let min_isr = usize::try_from(self.min_isr).unwrap_or(usize::MAX);
        let told = PartitionDescription::from(partition);
        let is_offline = told.passes(Filter::Unavailable, min_isr, &live);
        let is_below = !is_offline && told.passes(Filter::UnderMinIsr, min_isr, &live);
        let is_unclean = partition.leader_recovery_state == LeaderRecoveryState::Recovering;
        let was_in_several = self.is_in_several_racks(self.isr & !self.down);
        let in_sync = set(partition.isr.iter().map(|member| member.0)) & !gone;
        // Of a partition of which no rack is told there is nothing to say.
        let is_told = self.racks.iter().any(Option::is_some);
        let is_in_one =
            is_told && !is_offline && was_in_several && !self.is_in_several_racks(in_sync);
        let if_so = |so: bool| so.then_some(());
        Fate::default()
            .and(Harm::Offline, if_so(is_offline))
            .and(Harm::Unclean, if_so(is_unclean && !is_offline))
            .and(Harm::BelowMinIsr, if_so(is_below))
            .and(Harm::NoReplica, if_so(live.is_empty()))
            .and(Harm::OneRack, if_so(is_in_one))
    }

    /// A broker without a rack stands alone.
    fn is_in_several_racks(&self, set: Places) -> bool {
        let mut first = None;
        places(set, self.replicas).any(|place| {
            let rack = usize::try_from(place).ok().and_then(|place| self.racks[place]);
            first.replace(rack).is_some_and(|before| before.is_none() || before != rack)
        })
    }
}

/// Who is elected to lead a partition whose leader is none of its replicas any more.
pub(crate) fn elected(cluster: &Cluster, topic: &Topic, partition: &Partition) -> Option<BrokerId> {
    let shape = Shape::new(cluster, topic, partition);
    let registration = shape.registration();
    let may_lead = |broker: BrokerId| shape.down & (1 << broker.0) == 0;
    let record = shape.builder(&registration, &may_lead).build()?;
    let place = usize::try_from(registration.merge(&record).leader?.0).ok()?;
    partition.state.replicas.get(place).copied()
}

/// The places of a set in ascending order.
fn places(set: Places, replicas: u32) -> impl Iterator<Item = u32> {
    (0..replicas).filter(move |place| set & (1 << place) != 0)
}

fn set(places: impl Iterator<Item = u32>) -> Places {
    places.fold(0, |set, place| set | 1 << place)
}

/// Racks by the order in which they come up.
fn numbered(racks: impl Iterator<Item = Option<usize>>) -> Vec<Option<u32>> {
    let mut met: Vec<usize> = Vec::new();
    let number = |rack: Option<usize>| {
        let rack = rack?;
        let at = met.iter().position(|known| *known == rack).unwrap_or_else(|| {
            met.push(rack);
            met.len() - 1
        });
        u32::try_from(at).ok()
    };
    racks.map(number).collect()
}
