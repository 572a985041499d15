//! After a broker has begun to lead or to follow, or a leader has thought again about its ISR.

use epochscope_vocabulary::{BrokerId, LeaderEpoch, Offset};

use super::standing::{Replica, Standing};
use super::{Place, Round};
use crate::invariant::Invariant;
use crate::invariant::completeness::first_untrue_read;
use crate::invariant::epochs::rival;

impl Round<'_> {
    /// A broker has begun to lead.
    pub(super) fn led(&mut self, place: Place, epoch: LeaderEpoch) {
        let Some(standing) = self.standing(place) else { return };
        let Some(replica) = standing.replica(place.broker) else { return };
        self.check_only_leader(place, replica.broker, epoch);
        self.check_epoch_of(place, replica.broker, epoch);
        self.checkers.ghost_mut(place.partition).begin_leader(replica.broker, epoch);
        self.check_epochs_of_log(place, replica, replica.log.log_end_offset());
        if standing.is_true_leader(replica.broker) {
            let start = replica.log.log_start_offset();
            for (_, record) in replica.log.records(start, replica.log.high_watermark()) {
                self.ledger.commit(record.value);
            }
            self.lost_by_election(place, replica, epoch);
            self.check_completeness(place, replica);
        }
        self.note_enough(place, &standing);
        self.check_latest(place, &standing);
        self.check_isr(place, &standing);
        self.check_log_match(place, &standing);
        self.check_candidates(place, &standing);
        self.check_quorum(place, &standing);
    }

    fn check_only_leader(&mut self, place: Place, broker: BrokerId, epoch: LeaderEpoch) {
        let ghost = self.checkers.ghost(place.partition);
        let leaders: Vec<_> = ghost
            .map(|ghost| ghost.leaders.iter().map(|(who, at)| (*who, at.epoch)).collect())
            .unwrap_or_default();
        let broken = rival(&leaders, (broker, epoch)).map(|other| {
            let name = self.name(place);
            format!("{name}: brokers {other} and {broker} both led in epoch {epoch}")
        });
        let subject = place.replica_subject(broker);
        self.judge_part(Invariant::OneLeaderPerEpoch, subject, place.cause, broken);
    }

    fn check_epoch_of(&mut self, place: Place, broker: BrokerId, epoch: LeaderEpoch) {
        let epochs = &mut self.checkers.ghost_mut(place.partition).replica_epochs;
        let before = epochs.insert(broker, epoch).filter(|before| *before > epoch);
        let broken = before.map(|before| {
            let name = self.name(place);
            format!("{name}, broker {broker}: the leader epoch fell from {before} to {epoch}")
        });
        let subject = place.replica_subject(broker);
        self.judge_part(Invariant::EpochOrder, subject, place.cause, broken);
    }

    /// A true leader starts: it must have all that was committed and all that was read.
    fn check_completeness(&mut self, place: Place, leader: &Replica<'_>) {
        let subject = place.partition_subject();
        let broken = self.lost_to(place, leader, Offset::ZERO, Offset(u64::MAX));
        self.judge(Invariant::LeaderCompleteness, subject, place.cause, broken);
        let ghost = self.checkers.ghost(place.partition);
        let untrue = ghost.and_then(|ghost| first_untrue_read(ghost.all_reads(), leader.log));
        let broken = untrue.map(|read| self.untrue(place, read));
        self.judge(Invariant::ConsistentRead, subject, place.cause, broken);
    }

    /// A broker has begun to follow.
    pub(super) fn followed(&mut self, place: Place, epoch: LeaderEpoch) {
        let Some(broker) = place.broker else { return };
        self.check_epoch_of(place, broker, epoch);
        if let Some(standing) = self.standing(place) {
            self.check_isr(place, &standing);
            self.check_quorum(place, &standing);
        }
    }

    /// A leader has another ISR, or wants one.
    pub(super) fn isr_changed(&mut self, place: Place) {
        if let Some(standing) = self.standing(place) {
            self.note_enough(place, &standing);
            self.check_isr(place, &standing);
            self.check_quorum(place, &standing);
        }
    }

    pub(super) fn check_cut(&mut self, place: Place, standing: &Standing<'_>) {
        if let Some(replica) = standing.replica(place.broker) {
            self.check_epochs_of_log(place, replica, replica.log.log_end_offset());
            self.check_bounds(place, replica);
        }
        self.check_isr(place, standing);
        self.check_log_match(place, standing);
        self.check_candidates(place, standing);
    }
}
