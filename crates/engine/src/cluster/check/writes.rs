//! After a log or a high watermark has moved, and after a consumer has read.

use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{LeaderEpoch, Offset, OffsetAndEpoch, ValueId};

use super::standing::{Replica, Standing};
use super::{Place, Round};
use crate::broker::partition::replica::Partition;
use crate::invariant::Invariant;
use crate::invariant::completeness::{first_lost, first_untrue_read};
use crate::invariant::epochs::{disorder, first_fall};
use crate::invariant::high_watermark::falls;
use crate::invariant::lineage::lineage_break;
use crate::invariant::producer_order::{follows, place_of};
use crate::ledger::Loss;
use crate::log::LogRecord;

impl<'a> Round<'a> {
    pub(super) fn standing(&self, place: Place) -> Option<Standing<'a>> {
        Standing::of(self.nodes, self.image, place.partition)
    }

    pub(super) fn appended(&mut self, place: Place, offset: Offset, values: &[ValueId]) {
        self.written(place, offset);
        let lost = |value: &&ValueId| {
            self.ledger.entry(**value).is_some_and(|entry| entry.loss != Loss::Not)
        };
        let back: Vec<_> = values.iter().filter(lost).copied().collect();
        if back.is_empty() {
            return;
        }
        if self.is_latest_leader(place) {
            back.into_iter().for_each(|value| self.ledger.set_loss(value, Loss::Not));
        }
    }

    /// Whether no leader of a later epoch has begun: one that begins without a record will lose it,
    /// and until then it is not lost, be it that the controllers have deposed this leader already.
    fn is_latest_leader(&self, place: Place) -> bool {
        let Some(standing) = self.standing(place) else { return false };
        let removed = standing.removed(self.nodes, place);
        let replica = standing.replica(place.broker).or(removed.as_ref());
        let running = replica.and_then(|replica| replica.running);
        let Some(own) = running.map(|running| running.leader_epoch) else { return false };
        let ghost = self.checkers.ghost(place.partition);
        ghost.is_none_or(|ghost| ghost.leaders.iter().all(|(_, at)| at.epoch <= own))
    }

    /// A leader or a follower has written records from `offset` on.
    pub(super) fn written(&mut self, place: Place, offset: Offset) {
        let Some(standing) = self.standing(place) else { return };
        let Some(replica) = standing.replica(place.broker) else { return };
        let subject = place.replica_subject(replica.broker);
        let others = standing.replicas.iter().filter(|other| other.broker != replica.broker);
        let parted = others.filter_map(|other| {
            let offset = lineage_break(replica.log, other.log, offset)?;
            Some((other.broker, offset))
        });
        let broken = parted.min_by_key(|(_, offset)| *offset).map(|(other, offset)| {
            format!(
                "{}: brokers {} and {other} have one epoch and two histories at offset {offset}",
                self.name(place),
                replica.broker
            )
        });
        self.judge_part(Invariant::Lineage, subject, place.cause, broken);
        self.check_epochs_of_log(place, replica, offset);
    }

    pub(super) fn check_epochs_of_log(
        &mut self,
        place: Place,
        replica: &Replica<'_>,
        from: Offset,
    ) {
        let fall = first_fall(replica.log, from);
        let entry = disorder(replica.log.leader_epochs().entries());
        let broken = match (fall, entry) {
            (Some(offset), _) => Some(format!("epochs fall in the log at offset {offset}")),
            (None, Some(entry)) => {
                Some(format!("the epoch cache is out of order at epoch {}", entry.epoch))
            }
            (None, None) => None,
        };
        let broken =
            broken.map(|what| format!("{}, broker {}: {what}", self.name(place), replica.broker));
        let subject = place.replica_subject(replica.broker);
        self.judge_part(Invariant::EpochOrder, subject, place.cause, broken);
    }

    /// A leader has moved its high watermark.
    pub(super) fn high_watermark_moved(&mut self, place: Place, from: Offset, to: Offset) {
        let Some(standing) = self.standing(place) else { return };
        let removed = standing.removed(self.nodes, place);
        let Some(replica) = standing.replica(place.broker).or(removed.as_ref()) else { return };
        let Some(running) = replica.running else { return };
        self.check_monotone(place, running.leader_epoch, from, to);
        self.note_commit(place, replica, &standing);
        self.commit(place, replica, to);
        self.note_in_ledger(place, &standing, running, (from, to));
        if !standing.is_true_leader(replica.broker) {
            self.check_leader_has(place, &standing, from, to);
        }
        self.check_bounds(place, replica);
        self.check_latest(place, &standing);
        self.check_isr(place, &standing);
        self.check_log_match(place, &standing);
        self.check_candidates(place, &standing);
    }

    fn check_monotone(&mut self, place: Place, epoch: LeaderEpoch, from: Offset, to: Offset) {
        let Some(broker) = place.broker else { return };
        let known = self.checkers.ghost(place.partition).and_then(|one| one.leader(broker, epoch));
        let to = OffsetAndEpoch { offset: to, epoch };
        let broken = falls(known, from, to).then(|| {
            let name = self.name(place);
            format!("{name}: the high watermark of broker {broker} fell within epoch {epoch}")
        });
        let subject = place.replica_subject(broker);
        self.judge_part(Invariant::HwMonotone, subject, place.cause, broken);
        self.checkers.ghost_mut(place.partition).note_leader(broker, to);
    }

    /// Everything below a presumed leader's high watermark counts as committed from now on.
    fn commit(&mut self, place: Place, leader: &Replica<'_>, to: Offset) {
        let ghost = self.checkers.ghost_mut(place.partition);
        let mut out_of_order = None;
        for (offset, record) in leader.log.records(ghost.committed.end_offset(), to) {
            if let Some(sequence) = &record.sequence {
                let next = place_of(sequence);
                let last = ghost.producers.insert(sequence.batch.producer_id, next);
                if !follows(last, next) {
                    out_of_order.get_or_insert((offset, record.value));
                }
            }
            ghost.committed.push(*record);
        }
        let broken = out_of_order.map(|(offset, value)| {
            let (name, text) = (self.name(place), self.names.value_text(value));
            format!("{name}: \"{text}\" at offset {offset} is out of its producer's order")
        });
        let subject = place.partition_subject();
        self.judge_part(Invariant::ProducerOrder, subject, place.cause, broken);
    }

    fn note_in_ledger(
        &mut self,
        place: Place,
        standing: &Standing<'_>,
        leader: &Partition,
        (from, to): (Offset, Offset),
    ) {
        let is_true = place.broker.is_some_and(|broker| standing.is_true_leader(broker));
        let has_min_isr = leader.has_min_isr();
        for (_, record) in leader.log.records(from, to) {
            if is_true {
                self.ledger.commit(record.value);
            }
            if has_min_isr {
                self.ledger.meet_min_isr(record.value);
            }
        }
        if has_min_isr {
            return self.note_enough(place, standing);
        }
        let is_all =
            |value: &ValueId| self.ledger.entry(*value).is_some_and(|it| it.acks == Acks::All);
        let records = leader.log.records(from, to).map(|(_, record)| record.value);
        let values: Vec<_> = records.filter(is_all).collect();
        if !values.is_empty() {
            self.checkers.committed_by_few.entry(place.partition).or_default().extend(values);
        }
    }

    /// A leader's ISR may have grown, or less be asked of it: who is in it has all that is
    /// committed, also what was committed while the ISR was too small, as before 3.7 it may be.
    pub(super) fn note_enough(&mut self, place: Place, standing: &Standing<'_>) {
        let Some(few) = self.checkers.committed_by_few.get(&place.partition) else { return };
        let removed = standing.removed(self.nodes, place);
        let replica = standing.replica(place.broker).or(removed.as_ref());
        let running = replica.and_then(|replica| replica.running);
        let Some(leader) = running.filter(|leader| leader.has_min_isr()) else { return };
        let is_committed = |value: &ValueId| {
            let appended = self.ledger.entry(*value).and_then(|entry| entry.appended);
            appended.is_some_and(|(offset, _)| {
                let record = leader.log.record(offset);
                offset < leader.log.high_watermark()
                    && record.is_some_and(|record| record.value == *value)
            })
        };
        let (had, left): (Vec<_>, Vec<_>) = few.iter().copied().partition(is_committed);
        had.into_iter().for_each(|value| self.ledger.meet_min_isr(value));
        self.checkers.committed_by_few.remove(&place.partition);
        if !left.is_empty() {
            self.checkers.committed_by_few.insert(place.partition, left.into_iter().collect());
        }
    }

    /// Another leader has committed something: the true leader must have it too.
    fn check_leader_has(
        &mut self,
        place: Place,
        standing: &Standing<'_>,
        from: Offset,
        to: Offset,
    ) {
        let Some(leader) = standing.true_leader() else { return };
        let broken = self.lost_to(place, leader, from, to);
        let subject = place.partition_subject();
        self.judge_part(Invariant::LeaderCompleteness, subject, place.cause, broken);
    }

    /// What a leader lacks of what was committed in a stretch.
    pub(super) fn lost_to(
        &self,
        place: Place,
        leader: &Replica<'_>,
        from: Offset,
        to: Offset,
    ) -> Option<String> {
        let committed = &self.checkers.ghost(place.partition)?.committed;
        let offset = first_lost(committed, leader.log, from, to)?;
        let record: Option<&LogRecord> = committed.get(offset);
        let text = record.map_or("", |record| self.names.value_text(record.value));
        Some(format!(
            "{}: leader {} lacks \"{text}\", committed at offset {offset}",
            self.name(place),
            leader.broker
        ))
    }

    /// A follower has another high watermark.
    pub(super) fn followed_on(&mut self, place: Place) {
        let Some(standing) = self.standing(place) else { return };
        let Some(replica) = standing.replica(place.broker) else { return };
        self.check_bounds(place, replica);
        self.check_log_match(place, &standing);
    }

    /// A consumer has read records from `offset` on.
    pub(super) fn read(&mut self, place: Place, offset: Offset, values: &[ValueId]) {
        let reads = (offset.0..).map(Offset).zip(values.iter().copied());
        let ghost = self.checkers.ghost_mut(place.partition);
        reads.clone().for_each(|(offset, value)| ghost.note_read(offset, value));
        let standing = self.standing(place);
        let leader = standing.as_ref().and_then(Standing::true_leader);
        let untrue = leader.and_then(|leader| first_untrue_read(reads, leader.log));
        let broken = untrue.map(|read| self.untrue(place, read));
        let subject = place.partition_subject();
        self.judge_part(Invariant::ConsistentRead, subject, place.cause, broken);
    }

    pub(super) fn untrue(&self, place: Place, (offset, value): (Offset, ValueId)) -> String {
        let (name, text) = (self.name(place), self.names.value_text(value));
        format!("{name}: a consumer read \"{text}\" at offset {offset}, and the leader lacks it")
    }
}
