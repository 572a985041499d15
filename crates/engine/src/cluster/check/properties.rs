//! Properties of how a partition stands now, each looked at as a whole.

use epochscope_vocabulary::{BrokerId, Offset};

use super::standing::{Replica, Standing};
use super::{Place, Round};
use crate::broker::partition::replica::Partition;
use crate::invariant::agreement::{LineageState, lagging_member, unmatched_logs, unreconciled};
use crate::invariant::completeness::candidate_gap;
use crate::invariant::high_watermark::{highest_until, out_of_bounds};
use crate::invariant::quorum_superset::{Quorum, not_waited_for};
use crate::invariant::{Allowance, Invariant};
use crate::log::ReplicatedLog;
use crate::metadata::partition_registration::PartitionRegistration;

/// Whether a replica has been removed, which a leader that still counts on it has not heard yet: it
/// holds no log now, or is being added anew and holds what it has fetched since.
fn was_taken_away(registration: &PartitionRegistration, member: BrokerId) -> bool {
    let is_added_anew =
        registration.adding.contains(&member) && !registration.isr.contains(&member);
    !registration.replicas.contains(&member) || is_added_anew
}

impl Round<'_> {
    pub(super) fn check_isr(&mut self, place: Place, standing: &Standing<'_>) {
        let lineage = self.checkers.lineage(place.partition);
        for replica in &standing.replicas {
            let subject = place.replica_subject(replica.broker);
            let registration = standing.registration;
            let (strong, weak) = match replica.leading() {
                Some(state) => {
                    let mut own = state.isr.isr().to_vec();
                    own.retain(|member| !was_taken_away(registration, *member));
                    (
                        self.lag(place, replica, standing, &registration.isr, lineage),
                        self.lag(place, replica, standing, &own, lineage),
                    )
                }
                None => (None, None),
            };
            self.judge(Invariant::StrongIsr, subject, place.cause, strong);
            self.judge(Invariant::WeakIsr, subject, place.cause, weak);
        }
    }

    /// What a member of an ISR lacks of what its leader has below its high watermark.
    fn lag(
        &self,
        place: Place,
        leader: &Replica<'_>,
        standing: &Standing<'_>,
        isr: &[BrokerId],
        lineage: LineageState,
    ) -> Option<String> {
        let high_watermark = leader.log.high_watermark();
        let (logs, without) = standing.logs_of(isr);
        let without = without.filter(|_| high_watermark > leader.log.log_start_offset());
        let lag = lagging_member(leader.log, &logs, lineage);
        let (member, offset) = lag.or_else(|| Some((without?, leader.log.log_start_offset())))?;
        Some(format!(
            "{}: broker {member} is in the ISR and differs at offset {offset} from broker {}, \
             whose high watermark is {high_watermark}",
            self.name(place),
            leader.broker
        ))
    }

    pub(super) fn check_log_match(&mut self, place: Place, standing: &Standing<'_>) {
        let lineage = self.checkers.lineage(place.partition);
        let broken = unmatched_logs(&standing.running_logs(), lineage);
        let broken = broken.map(|(one, other, offset)| {
            let name = self.name(place);
            format!(
                "{name}: brokers {one} and {other} differ at offset {offset}, below both high \
                 watermarks"
            )
        });
        self.judge(Invariant::LogMatch, place.partition_subject(), place.cause, broken);
        self.check_reconciled(place, standing);
    }

    /// As far as a leader has heard from followers in its own epoch.
    pub(super) fn check_reconciled(&mut self, place: Place, standing: &Standing<'_>) {
        let lineage = self.checkers.lineage(place.partition);
        let Some(leader) = standing.true_leader() else { return };
        let (Some(running), Some(state)) = (leader.running, leader.leading()) else { return };
        let has_fetched = |replica: &&Replica<'_>| {
            let known = state.followers.iter().find(|(id, _)| *id == replica.broker);
            let is_in_epoch = |one: &Partition| one.leader_epoch == running.leader_epoch;
            known.is_some_and(|(_, known)| known.log_end_offset.is_some())
                && replica.running.is_some_and(is_in_epoch)
        };
        let followers: Vec<_> = standing.replicas.iter().filter(has_fetched).collect();
        let logs: Vec<_> = followers.iter().map(|one| (one.broker, one.log)).collect();
        let broken = unreconciled(leader.log, &logs, lineage).map(|(follower, offset)| {
            format!(
                "{}: broker {follower} has fetched in epoch {} and differs from its leader at \
                 offset {offset}, below both high watermarks",
                self.name(place),
                running.leader_epoch
            )
        });
        let subject = place.partition_subject();
        self.judge(Invariant::ReconciledLogMatch, subject, place.cause, broken);
    }

    pub(super) fn check_candidates(&mut self, place: Place, standing: &Standing<'_>) {
        for replica in &standing.replicas {
            let registration = standing.registration;
            let may_lead = registration.isr.contains(&replica.broker)
                || registration.elr.contains(&replica.broker);
            let counts = may_lead && replica.is_registered;
            let gap = if counts { self.gap(place, replica.log) } else { None };
            let broken = gap.map(|offset| {
                format!(
                    "{}: broker {} may lead and lacks the committed record at offset {offset}",
                    self.name(place),
                    replica.broker
                )
            });
            let subject = place.replica_subject(replica.broker);
            self.judge(Invariant::CandidateCompleteness, subject, place.cause, broken);
        }
    }

    /// A committed offset that a log lacks.
    pub(super) fn gap(&self, place: Place, log: &ReplicatedLog) -> Option<Offset> {
        candidate_gap(&self.checkers.ghost(place.partition)?.committed, log)
    }

    pub(super) fn check_quorum(&mut self, place: Place, standing: &Standing<'_>) {
        for replica in &standing.replicas {
            let subject = place.replica_subject(replica.broker);
            let Some(member) = self.not_waited_for(place, replica, standing) else {
                self.judge(Invariant::QuorumSuperset, subject, place.cause, None);
                continue;
            };
            let text = format!(
                "{}: broker {member} may be elected and leader {} does not wait for it",
                self.name(place),
                replica.broker
            );
            if !self.checkers.breaks(Invariant::QuorumSuperset, subject) {
                continue;
            }
            let forgot = self.has_forgotten(place, replica, standing, member);
            let ghost = self.checkers.ghost(place.partition);
            let is_stale = ghost.is_some_and(|ghost| ghost.had_stale_elr);
            let allowed = (forgot || is_stale).then_some(Allowance::ForgottenProposal);
            self.say(Invariant::QuorumSuperset, allowed.as_slice(), text, vec![place.cause]);
        }
    }

    /// Whom a true leader does not wait for and should.
    pub(super) fn not_waited_for(
        &self,
        place: Place,
        replica: &Replica<'_>,
        standing: &Standing<'_>,
    ) -> Option<BrokerId> {
        let state = replica.leading().filter(|_| standing.is_true_leader(replica.broker))?;
        let maximal_isr = state.isr.maximal_isr();
        let quorum = Quorum { isr: state.isr.isr(), maximal_isr: &maximal_isr };
        let registration = standing.registration;
        let min_isr = self.min_insync_replicas(place.partition);
        // Who is no replica any more is not elected, though Kafka may leave it in the ELR.
        let mut elr = registration.elr.clone();
        elr.retain(|one| registration.replicas.contains(one));
        not_waited_for(&registration.isr, &elr, quorum, min_isr)
    }

    /// What presumed leaders tell consumers that ask where the log ends.
    pub(super) fn check_latest(&mut self, place: Place, standing: &Standing<'_>) {
        for replica in &standing.replicas {
            let subject = place.replica_subject(replica.broker);
            let running = replica.running.filter(|_| replica.accepts_requests);
            let latest = running.and_then(|one| Some((one.latest_offset()?, one.leader_epoch)));
            let broken = latest.and_then(|(offset, epoch)| {
                let ghost = self.checkers.ghost(place.partition)?;
                let before = highest_until(&ghost.leaders, epoch);
                (offset < before).then(|| {
                    let (name, broker) = (self.name(place), replica.broker);
                    format!(
                        "{name}: broker {broker} tells consumers in epoch {epoch} that the log \
                         ends at {offset}; it was {before} before"
                    )
                })
            });
            self.judge(Invariant::LatestMonotone, subject, place.cause, broken);
        }
    }

    pub(super) fn check_bounds(&mut self, place: Place, replica: &Replica<'_>) {
        let ghost = self.checkers.ghost(place.partition);
        let highest = ghost.map(|ghost| ghost.committed.end_offset()).unwrap_or_default();
        let (high_watermark, end) = (replica.log.high_watermark(), replica.log.log_end_offset());
        let broken = out_of_bounds(high_watermark, end, highest).map(|what| {
            let (name, broker) = (self.name(place), replica.broker);
            format!("{name}: the high watermark of broker {broker} is {high_watermark}: {what}")
        });
        let subject = place.replica_subject(replica.broker);
        self.judge(Invariant::HwBounds, subject, place.cause, broken);
    }
}
