//! After records have left a log, and after a producer was told that its records are written.

use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{
    BrokerId, Event, EventId, EventKind, LeaderEpoch, NodeId, TopicPartition, ValueId,
};

use super::standing::Replica;
use super::{Place, Round, broker_of};
use crate::invariant::acknowledgement::{Placed, Written, breach, in_none_of};
use crate::invariant::quorum_log::ControllerDisks;
use crate::invariant::{Allowance, Invariant};
use crate::ledger::{Entry, Loss};

impl Round<'_> {
    /// A true leader has started: what earlier leaders wrote and it lacks is lost.
    pub(super) fn lost_by_election(
        &mut self,
        place: Place,
        leader: &Replica<'_>,
        epoch: LeaderEpoch,
    ) {
        let earlier = |value| {
            let (offset, appended_in) = self.ledger.entry(value)?.appended?;
            (appended_in < epoch).then_some((value, offset))
        };
        let all = self.ledger.appended_to(place.partition);
        let lacking = in_none_of(all.filter_map(earlier), &[leader.log]);
        let was_lost = |value: &ValueId| {
            self.ledger.entry(*value).is_some_and(|entry| entry.loss != Loss::Not)
        };
        let lost: Vec<_> = self.ledger.appended_to(place.partition).filter(was_lost).collect();
        for value in lost.into_iter().filter(|value| !lacking.contains(value)) {
            self.ledger.set_loss(value, Loss::Not);
        }
        self.lose(place, &lacking);
    }

    /// A log was cut.
    pub(super) fn cut(&mut self, place: Place, values: &[ValueId]) {
        let Some(standing) = self.standing(place) else { return };
        let placed: Vec<Placed> =
            values.iter().filter_map(|value| self.placed(place.partition, *value)).collect();
        let logs: Vec<_> = standing.replicas.iter().map(|replica| replica.log).collect();
        let gone = in_none_of(placed, &logs);
        self.lose(place, &gone);
        self.lose_everywhere(place, &gone);
        self.check_cut(place, &standing);
    }

    fn placed(&self, partition: TopicPartition, value: ValueId) -> Option<Placed> {
        let is_kept = |entry: &&Entry| entry.partition == partition && !entry.deleted;
        let entry = self.ledger.entry(value).filter(is_kept)?;
        entry.appended.map(|(offset, _)| (value, offset))
    }

    /// A disk has lost records.
    pub(super) fn disk_lost(&mut self, place: Place, values: &[ValueId]) {
        self.cut(place, values);
    }

    /// Disks that are lost by one order are lost at once: each excuses what the others took.
    pub(super) fn note_lost_disks(&mut self, events: &[Event]) {
        for event in events {
            let broker = broker_of(event);
            let cause = event.id;
            if let EventKind::TailLost { partition, .. } = &event.kind {
                self.note_lost_disk(Place { partition: *partition, broker, cause });
            } else if let (EventKind::Wiped { .. }, Some(NodeId::Controller(_))) =
                (&event.kind, event.node)
            {
                self.checkers.quorum.disks = ControllerDisks::Lost;
            } else if let (EventKind::Wiped { .. }, Some(id)) = (&event.kind, broker) {
                for partition in self.emptied(id) {
                    if self.ledger.appended_to(partition).next().is_some() {
                        self.note_lost_disk(Place { partition, broker, cause });
                    }
                }
            }
        }
    }

    fn note_lost_disk(&mut self, place: Place) {
        let Some(broker) = place.broker else { return };
        let epoch = self.image.broker(broker).map(|registered| registered.broker_epoch);
        let ghost = self.checkers.ghost_mut(place.partition);
        ghost.lost_disks.insert(broker);
        ghost.incomplete.insert(broker, epoch);
    }

    /// A disk was emptied.
    pub(super) fn wiped(&mut self, broker: Option<BrokerId>, cause: EventId) {
        let Some(id) = broker else { return };
        for partition in self.emptied(id) {
            let place = Place { partition, broker, cause };
            let values: Vec<_> = self.ledger.appended_to(partition).collect();
            self.checkers.ghost_mut(partition).replica_epochs.remove(&id);
            if !values.is_empty() {
                self.disk_lost(place, &values);
            }
        }
    }

    /// The partitions of a broker that have no log there.
    fn emptied(&self, id: BrokerId) -> Vec<TopicPartition> {
        let broker = self.nodes.brokers.get(&id);
        let mut all = self.partitions_of(&[id]);
        all.retain(|partition| broker.is_none_or(|one| one.log(*partition).is_none()));
        all
    }

    /// The partitions with a replica on one of these brokers.
    pub(super) fn partitions_of(&self, brokers: &[BrokerId]) -> Vec<TopicPartition> {
        let mut found = Vec::new();
        for topic in self.image.topics() {
            for (partition, registration) in (0..).zip(&topic.partitions) {
                if registration.replicas.iter().any(|one| brokers.contains(one)) {
                    found.push(TopicPartition { topic: topic.id, partition });
                }
            }
        }
        found
    }

    /// A replica is gone. What goes with its topic is not lost but deleted.
    pub(super) fn deleted(&mut self, place: Place) {
        if let Some(broker) = place.broker {
            self.checkers.ghost_mut(place.partition).replica_epochs.remove(&broker);
        }
        if self.image.partition(place.partition).is_some() {
            let values: Vec<_> = self.ledger.appended_to(place.partition).collect();
            self.cut(place, &values);
        }
    }

    /// Records are lost: those that were acknowledged should not have been.
    fn lose(&mut self, place: Place, values: &[ValueId]) {
        let mut acked = Vec::new();
        for value in values {
            let is_here =
                |entry: &&Entry| entry.loss == Loss::Not && entry.partition == place.partition;
            let Some(entry) = self.ledger.entry(*value).filter(is_here) else { continue };
            if entry.acked.is_some() {
                acked.push((*value, *entry));
            }
            self.ledger.set_loss(*value, Loss::By(place.cause));
        }
        self.say_acked_lost(place, &acked);
    }

    fn say_acked_lost(&mut self, place: Place, acked: &[(ValueId, Entry)]) {
        let (all, below): (Vec<_>, Vec<_>) =
            acked.iter().copied().partition(|(_, entry)| entry.acks == Acks::All);
        let allowed = self.allowed(place.partition);
        self.say_lost(Invariant::AckedSurvives, place, &all, &allowed);
        let allowed = [Allowance::AcksBelowAll];
        self.say_lost(Invariant::AckedSurvives, place, &below, &allowed);
    }

    /// Records are in no log any more.
    fn lose_everywhere(&mut self, place: Place, values: &[ValueId]) {
        let promised = |value: &ValueId| {
            let is_here = |entry: &&Entry| entry.partition == place.partition;
            let entry = self.ledger.entry(*value).filter(is_here)?;
            (entry.acked.is_some() && entry.acks == Acks::All).then_some((*value, *entry))
        };
        let mut acked: Vec<_> = values.iter().filter_map(promised).collect();
        acked.retain(|(value, _)| self.gone.insert(*value));
        if !acked.is_empty() {
            let allowed = self.allowed(place.partition);
            self.say_lost(Invariant::NoAckedLostGlobally, place, &acked, &allowed);
        }
    }

    /// One violation for all records that one event has lost.
    fn say_lost(
        &mut self,
        invariant: Invariant,
        place: Place,
        lost: &[(ValueId, Entry)],
        allowed: &[Allowance],
    ) {
        let [(first, entry), rest @ ..] = lost else {
            return;
        };
        let acked_at = entry.acked.map(|(at, _)| at.to_string()).unwrap_or_default();
        let first_text = self.names.value_text(*first);
        let whose = self.name(place);
        let what = match rest.last() {
            None => format!("{whose}: \"{first_text}\", acknowledged {acked_at}, is lost"),
            Some((last, _)) => {
                let last_text = self.names.value_text(*last);
                let count = lost.len();
                format!(
                    "{whose}: {count} acknowledged records are lost, \"{first_text}\" to \
                         \"{last_text}\""
                )
            }
        };
        let mut causes = vec![place.cause];
        for (_, entry) in lost {
            causes.extend(entry.acked.map(|(_, event)| event));
            match entry.loss {
                Loss::By(event) => causes.push(event),
                Loss::Not => {}
            }
        }
        causes.dedup();
        self.say(invariant, allowed, what, causes);
    }

    /// A producer was told that its records are written.
    pub(super) fn acknowledged(&mut self, place: Place, values: &[ValueId]) {
        if self.image.partition(place.partition).is_none() {
            return; // What goes with its topic is deleted, not lost.
        }
        let mut lost = Vec::new();
        for value in values {
            let Some(entry) = self.ledger.entry(*value).copied() else { continue };
            self.check_contract(place, *value, &entry);
            let is_first = entry.acked.is_some_and(|(_, event)| event == place.cause);
            if is_first && entry.loss != Loss::Not {
                lost.push((*value, entry));
            }
        }
        self.say_acked_lost(place, &lost);
    }

    fn check_contract(&mut self, place: Place, value: ValueId, entry: &Entry) {
        let written = match (entry.appended, entry.met_min_isr) {
            (None, _) => Written::Never,
            (Some(_), false) => Written::ByLeader,
            (Some(_), true) => Written::ByIsr,
        };
        if let Some(what) = breach(entry.acks, written) {
            let (name, text) = (self.name(place), self.names.value_text(value));
            let text = format!("{name}: \"{text}\" was acknowledged though {what}");
            self.say(Invariant::AckContract, &[], text, vec![place.cause]);
        }
    }
}
