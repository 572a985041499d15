//! After the controllers have decided something, and after a broker has applied it.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::{BrokerId, EventId, NodeId, Offset, TopicPartition};

use super::standing::{Standing, is_registered};
use super::{Place, Round};
use crate::controller::feature_control::eligible_leader_replicas;
use crate::invariant::Invariant;
use crate::invariant::checkers::{ElrHistory, Subject};
use crate::invariant::controller_shape::{
    ShapeRules, counted_on_too_early, is_eligible_from_before, is_of_strangers, leader_is_in_isr,
    misshapen, misstep,
};
use crate::invariant::metadata_prefix::out_of_line;
use crate::metadata::MetadataImage;
use crate::metadata::partition_registration::PartitionRegistration;
use crate::release::LastKnownLeader;

impl Round<'_> {
    /// The controllers have committed something: looks at what it has changed.
    pub(super) fn decided(&mut self, cause: EventId) {
        let older = self.checkers.image.replace(self.image.clone()).unwrap_or_default();
        if Arc::ptr_eq(&older, self.image) {
            return;
        }
        let is_switched = eligible_leader_replicas(&older) != eligible_leader_replicas(self.image);
        if is_switched && older.end_offset() > Offset::ZERO {
            self.checkers.elr = ElrHistory::Switched;
            self.note_stale_elrs();
        }
        let mut partitions = self.image.changed_partitions(&older);
        let brokers = changed_brokers(&older, self.image);
        if !brokers.is_empty() {
            partitions.extend(self.partitions_of(&brokers));
            put_in_order(&mut partitions, |one, other| one < other);
            partitions.dedup();
        }
        for partition in partitions {
            let place = Place { partition, broker: None, cause };
            self.decided_partition(place, older.partition(partition).map(|one| &**one));
        }
    }

    /// Eligible leader replicas are on or off now: as long as they are off, nobody waits for the
    /// members of an ELR that stands there from before.
    fn note_stale_elrs(&mut self) {
        for topic in self.image.topics() {
            for (partition, one) in (0..).zip(&topic.partitions) {
                if !one.elr.is_empty() {
                    let id = TopicPartition { topic: topic.id, partition };
                    self.checkers.ghost_mut(id).had_stale_elr = true;
                }
            }
        }
    }

    fn decided_partition(&mut self, place: Place, before: Option<&PartitionRegistration>) {
        let Some(standing) = self.standing(place) else { return };
        let registration = standing.registration;
        match registration.leader_recovery_state {
            LeaderRecoveryState::Recovering => {
                self.checkers.ghost_mut(place.partition).had_unclean_election = true;
            }
            LeaderRecoveryState::Recovered => {}
        }
        if before.is_some_and(|before| is_of_strangers(before, registration)) {
            self.checkers.ghost_mut(place.partition).had_unclean_election = true;
        }
        if before.is_some_and(|before| is_eligible_from_before(before, registration)) {
            self.checkers.ghost_mut(place.partition).had_stale_elr = true;
        }
        self.note_nameless_member(place, before, registration);
        self.check_shape(place, registration, before);
        self.check_exclusion(place, &standing);
        self.note_granted_too_late(place, &standing);
        self.check_isr(place, &standing);
        self.check_candidates(place, &standing);
        self.check_quorum(place, &standing);
    }

    fn check_shape(
        &mut self,
        place: Place,
        registration: &PartitionRegistration,
        before: Option<&PartitionRegistration>,
    ) {
        let subject = place.partition_subject();
        let broken = (!leader_is_in_isr(registration)).then(|| {
            format!("{}: the leader is not in the ISR: {}", self.name(place), drawn(registration))
        });
        self.judge(Invariant::LeaderInIsr, subject, place.cause, broken);
        let fenced = |one: &&BrokerId| self.image.broker(**one).is_none_or(|one| one.is_fenced());
        let fenced: Vec<_> = registration.isr.iter().filter(fenced).copied().collect();
        // Not the effective one: it falls for all partitions when the first one's replicas do.
        let min_isr = self.image.min_insync_replicas(place.partition.topic, self.settings);
        let controllers = self.nodes.controllers.keys().map(|id| NodeId::Controller(*id));
        let mut rules = controllers.map(|id| self.releases.of(id).rules().last_known_leader);
        let last_known = match rules.any(|rule| rule == LastKnownLeader::MayBeUnacceptable) {
            true => LastKnownLeader::MayBeUnacceptable,
            false => LastKnownLeader::MustBeAcceptable,
        };
        let elr = eligible_leader_replicas(self.image);
        let rule = ShapeRules { elr, history: self.checkers.elr, last_known };
        let wrong = misshapen(registration, min_isr, &fenced, rule)
            .or_else(|| misstep(before?, registration));
        let broken =
            wrong.map(|what| format!("{}: {what}: {}", self.name(place), drawn(registration)));
        self.judge(Invariant::ControllerShape, subject, place.cause, broken);
    }

    /// A replica that lost records is not counted on before it has them again. It does not matter
    /// before its new process has registered: until then nobody can know.
    fn check_exclusion(&mut self, place: Place, standing: &Standing<'_>) {
        let Some(ghost) = self.checkers.ghost(place.partition) else { return };
        let mut incomplete = Vec::new();
        let mut complete = Vec::new();
        for (broker, epoch_then) in &ghost.incomplete {
            let epoch = self.image.broker(*broker).map(|registered| registered.broker_epoch);
            // A newer registration may still be that of a process which died while it asked.
            if epoch == *epoch_then || !is_registered(self.nodes, self.image, *broker) {
                continue;
            }
            match standing.replica(Some(*broker)) {
                Some(replica) if self.gap(place, replica.log).is_none() => complete.push(*broker),
                Some(_) | None => incomplete.push(*broker),
            }
        }
        let broken = counted_on_too_early(&incomplete, standing.registration).map(|broker| {
            format!(
                "{}: broker {broker} lost records and is counted on before it has them again: {}",
                self.name(place),
                drawn(standing.registration)
            )
        });
        for broker in complete {
            self.checkers.ghost_mut(place.partition).incomplete.remove(&broker);
        }
        let subject = place.partition_subject();
        self.judge(Invariant::UncleanExclusion, subject, place.cause, broken);
    }

    /// A broker has applied metadata.
    pub(super) fn applied(&mut self, broker: Option<BrokerId>, from: Offset, cause: EventId) {
        let running = broker.and_then(|id| self.nodes.brokers.get(&id));
        let Some(applied) = running.and_then(|one| one.image()) else { return };
        let broken = if Arc::ptr_eq(applied, self.image) {
            None
        } else {
            out_of_line(from, applied, self.image)
        };
        let broken = broken.map(|what| {
            let end = applied.end_offset();
            format!("broker {}, metadata to {end}: {what}", broker.unwrap_or(BrokerId(0)))
        });
        let subject = Subject { partition: None, broker };
        self.judge(Invariant::MetadataPrefix, subject, cause, broken);
        let few: Vec<_> = self.checkers.committed_by_few.keys().copied().collect();
        for partition in few {
            let place = Place { partition, broker, cause };
            if let Some(standing) = self.standing(place) {
                self.note_enough(place, &standing);
            }
        }
    }
}

fn changed_brokers(older: &MetadataImage, newer: &MetadataImage) -> Vec<BrokerId> {
    let changed = newer.brokers().filter(|(id, now)| older.broker(*id) != Some(now));
    let gone = older.brokers().filter(|(id, _)| newer.broker(*id).is_none());
    changed.chain(gone).map(|(id, _)| id).collect()
}

fn drawn(registration: &PartitionRegistration) -> String {
    let list = |ids: &[BrokerId]| {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        if ids.is_empty() { "none".to_owned() } else { ids.join(",") }
    };
    let leader = registration.leader.map_or_else(|| "none".to_owned(), |one| one.to_string());
    format!("leader {leader}, ISR {}, ELR {}", list(&registration.isr), list(&registration.elr))
}
