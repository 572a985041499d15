//! What is to be said of broken properties: once, with its excuse and what broke it.

use epochscope_vocabulary::event::{EventKind, Excuse};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, EventId, TopicPartition};

use super::super::Cluster;
use super::{Place, Round};
use crate::controller::feature_control::eligible_leader_replicas;
use crate::invariant::checkers::{ElrHistory, Subject};
use crate::invariant::{Allowance, Invariant};
use crate::metadata::MetadataImage;
use crate::release::EligibleLeaderReplicas;

/// A property that has just been broken.
pub(super) struct Report {
    invariant: Invariant,
    excuse: Excuse,
    text: String,
    causes: Vec<EventId>,
}

impl Cluster {
    pub(super) fn say_violated(&mut self, report: Report) {
        let Report { invariant, excuse, text, causes } = report;
        self.checkers.note(invariant, excuse);
        let kind =
            EventKind::InvariantViolated { name: invariant.name(), excuse, text: text.into() };
        self.say_of(None, RuleId::Invariant, kind, &causes);
    }
}

impl Place {
    /// The whole partition as the subject of a property.
    pub(super) fn partition_subject(self) -> Subject {
        Subject { partition: Some(self.partition), broker: None }
    }

    /// One replica as the subject of a property.
    pub(super) fn replica_subject(self, broker: BrokerId) -> Subject {
        Subject { partition: Some(self.partition), broker: Some(broker) }
    }
}

impl Round<'_> {
    /// A property was looked at: says that it is broken, if so and if that is news.
    pub(super) fn judge(
        &mut self,
        invariant: Invariant,
        subject: Subject,
        cause: EventId,
        broken: Option<String>,
    ) {
        match broken {
            None => self.checkers.heals(invariant, subject),
            Some(text) if self.checkers.breaks(invariant, subject) => {
                let allowed = subject.partition.map(|one| self.allowed(one)).unwrap_or_default();
                self.say(invariant, &allowed, text, vec![cause]);
            }
            Some(_) => {}
        }
    }

    /// As [`Round::judge`] for a part of what the property speaks of: nothing heals by it.
    pub(super) fn judge_part(
        &mut self,
        invariant: Invariant,
        subject: Subject,
        cause: EventId,
        broken: Option<String>,
    ) {
        if broken.is_some() {
            self.judge(invariant, subject, cause, broken);
        }
    }

    pub(super) fn say(
        &mut self,
        invariant: Invariant,
        allowed: &[Allowance],
        text: String,
        causes: Vec<EventId>,
    ) {
        let excuse = invariant.excuse(allowed);
        self.reports.push(Report { invariant, excuse, text, causes });
    }

    /// What a partition's history allows.
    pub(super) fn allowed(&self, partition: TopicPartition) -> Vec<Allowance> {
        // What was allowed while the feature was off may be noticed when it is on again.
        let (enough, without_elr) = match (eligible_leader_replicas(self.image), self.checkers.elr)
        {
            (EligibleLeaderReplicas::On, ElrHistory::Steady) => {
                (self.min_insync_replicas(partition), None)
            }
            (EligibleLeaderReplicas::Off, _) | (_, ElrHistory::Switched) => {
                (1, Some(Allowance::NoElr))
            }
        };
        let ghost = self.checkers.ghost(partition);
        let mut allowed = ghost.map(|ghost| ghost.allowances(enough)).unwrap_or_default();
        allowed.extend(without_elr);
        allowed
    }

    pub(super) fn min_insync_replicas(&self, partition: TopicPartition) -> u32 {
        self.min_insync_replicas_by(self.image, partition)
    }

    /// How large an ISR a leader commits with that has this image: at most all of the partition's
    /// replicas. The controller's own measure is another, by those of the topic's first partition.
    pub(super) fn min_insync_replicas_by(
        &self,
        image: &MetadataImage,
        partition: TopicPartition,
    ) -> u32 {
        let wanted = image.min_insync_replicas(partition.topic, self.settings);
        let registration = self.image.partition(partition);
        let replicas = registration.and_then(|one| u32::try_from(one.replicas.len()).ok());
        replicas.map_or(wanted, |replicas| wanted.min(replicas))
    }

    pub(super) fn name(&self, place: Place) -> String {
        self.names.partition_name(place.partition)
    }
}
