//! Each record's fate: who sent it, whether it was acknowledged, committed or lost, and when.
//!
//! The ledger is written from events alone. Two facts it cannot know by itself, since they need a
//! look at logs, are told to it by the cluster's check: that a record is below a high watermark,
//! and that it is lost. Copies share all that they have not written since.
//!
//! A record that somebody sends twice under one name is one record here: the first sending counts.
//!
//! Uses: `observe`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{
    Chunks, ClientId, ErrorCode, Event, EventId, LeaderEpoch, NodeId, Offset, SimTime, SortedMap,
    TopicPartition, ValueId,
};

use crate::observe::RecordFate;

/// Whether a record is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It is not, or not again.
    Not,
    /// It is, by this event.
    By(EventId),
}

/// What the ledger has of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who sent it first.
    pub client: ClientId,
    /// For which partition.
    pub partition: TopicPartition,
    /// Whose word was asked for.
    pub acks: Acks,
    /// When it was first sent.
    pub sent_at: SimTime,
    /// When and by which event its sender was told that it is written.
    pub acked: Option<(SimTime, EventId)>,
    /// The error with which it was given up.
    pub failed: Option<ErrorCode>,
    /// Where, and in which epoch, a leader last appended it.
    pub appended: Option<(Offset, LeaderEpoch)>,
    /// Who that was, and when.
    pub appended_by: Option<(NodeId, SimTime)>,
    /// When it was first below a true leader's high watermark.
    pub committed_at: Option<SimTime>,
    /// When it was last lost, and by which kind of event.
    pub lost_at: Option<(SimTime, &'static str)>,
    /// It was below a true leader's high watermark at some time.
    pub committed: bool,
    /// It was below some leader's high watermark while that leader's ISR was large enough.
    pub met_min_isr: bool,
    /// Whether it is gone.
    pub loss: Loss,
    /// Somebody asked to delete it.
    pub deleted: bool,
}

/// What became of every record. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Chunks<Option<Entry>>,
    /// What leaders have appended, each record once.
    appended: Arc<SortedMap<TopicPartition, Chunks<ValueId>>>,
    /// Who has read each record, and when, each reader once.
    reads: Chunks<Arc<[Read]>>,
    /// The event that is looked at.
    now: (SimTime, &'static str),
}

/// A consumer that has read a record, and when it first did.
pub type Read = (ClientId, SimTime);

impl Ledger {
    /// Takes note of what happened.
    pub fn on_event(&mut self, event: &Event) {
        let kind = &event.kind;
        self.now = (event.at, kind.slug());
        if let EventKind::ProduceSent { partition, values, acks, .. } = kind
            && let Some(NodeId::Client(client)) = event.node
        {
            for value in values.iter() {
                self.sent(*value, client, *partition, *acks, event.at);
            }
        } else if let EventKind::Appended { partition, offset, leader_epoch, values, .. } = kind {
            for (offset, value) in (offset.0..).zip(values.iter()) {
                self.appended(*value, *partition, Offset(offset), *leader_epoch);
                let by = event.node.map(|node| (node, event.at));
                self.change(*value, |entry| entry.appended_by = by.or(entry.appended_by));
            }
        } else if let EventKind::Acknowledged { values, .. } = kind {
            for value in values.iter() {
                self.change(*value, |entry| {
                    entry.acked.get_or_insert((event.at, event.id));
                });
            }
        } else if let EventKind::Consumed { values, .. } = kind
            && let Some(NodeId::Client(client)) = event.node
        {
            values.iter().for_each(|value| self.read(*value, client, event.at));
        } else if let EventKind::RecordsDeleted { values, .. } = kind {
            for value in values.iter() {
                self.change(*value, |entry| entry.deleted = true);
            }
        } else if let EventKind::ProduceFailed { error, values, .. } = kind {
            for value in values.iter() {
                self.change(*value, |entry| entry.failed = Some(*error));
            }
        }
    }

    /// What became of a record; none if nobody has sent it yet.
    ///
    /// What only the logs of this moment tell, `readable` and `duplicated`, is left false.
    #[must_use]
    pub fn fate(&self, value: ValueId) -> Option<RecordFate> {
        let entry = self.entry(value)?;
        Some(RecordFate {
            value,
            client: entry.client,
            partition: Some(entry.partition),
            acks: entry.acks,
            sent_at: entry.sent_at,
            acked_at: entry.acked.map(|(at, _)| at),
            failed: entry.failed,
            appended: entry.appended.is_some(),
            committed: entry.committed,
            readable: false,
            lost: entry.loss != Loss::Not,
            deleted: entry.deleted,
            duplicated: false,
        })
    }

    /// What the ledger has of a record.
    #[must_use]
    pub fn entry(&self, value: ValueId) -> Option<&Entry> {
        self.entries.get(position(value))?.as_ref()
    }

    /// The records that leaders of a partition have ever appended, in order of their first append,
    /// without those that somebody asked to delete.
    pub fn appended_to(&self, partition: TopicPartition) -> impl Iterator<Item = ValueId> {
        let all = self.appended.get(&partition).into_iter().flat_map(Chunks::iter).copied();
        all.filter(|value| self.entry(*value).is_none_or(|entry| !entry.deleted))
    }

    /// A true leader's high watermark has passed a record.
    pub fn commit(&mut self, value: ValueId) {
        if self.entry(value).is_some_and(|entry| !entry.committed) {
            let (now, _) = self.now;
            self.change(value, |entry| {
                entry.committed = true;
                entry.committed_at = Some(now);
            });
        }
    }

    /// The high watermark of a leader with a large enough ISR has passed a record, now or before.
    pub fn meet_min_isr(&mut self, value: ValueId) {
        if self.entry(value).is_some_and(|entry| !entry.met_min_isr) {
            self.change(value, |entry| entry.met_min_isr = true);
        }
    }

    /// A record is lost, or back.
    pub fn set_loss(&mut self, value: ValueId, loss: Loss) {
        if self.entry(value).is_some_and(|entry| entry.loss != loss) {
            let lost_at = Some(self.now).filter(|_| loss != Loss::Not);
            self.change(value, |entry| {
                entry.loss = loss;
                entry.lost_at = lost_at;
            });
        }
    }

    fn sent(
        &mut self,
        value: ValueId,
        client: ClientId,
        partition: TopicPartition,
        acks: Acks,
        sent_at: SimTime,
    ) {
        while self.entries.len() <= position(value) {
            self.entries.push(None);
        }
        // A topic that was created anew under its name is another: what was not acknowledged in the
        // old one is sent to the new.
        let is_known = |entry: &Entry| entry.partition == partition || entry.acked.is_some();
        if self.entry(value).is_some_and(is_known) {
            return;
        }
        let entry = Entry {
            client,
            partition,
            acks,
            sent_at,
            acked: None,
            failed: None,
            appended: None,
            appended_by: None,
            committed_at: None,
            lost_at: None,
            committed: false,
            met_min_isr: false,
            loss: Loss::Not,
            deleted: false,
        };
        if let Some(slot) = self.entries.get_mut(position(value)) {
            *slot = Some(entry);
        }
    }

    fn appended(
        &mut self,
        value: ValueId,
        partition: TopicPartition,
        offset: Offset,
        leader_epoch: LeaderEpoch,
    ) {
        let Some(entry) = self.entry(value) else {
            return;
        };
        if entry.partition != partition {
            return;
        }
        if entry.appended.is_none() {
            Arc::make_mut(&mut self.appended).entry(partition).or_default().push(value);
        }
        self.change(value, |entry| entry.appended = Some((offset, leader_epoch)));
    }

    /// Who has read a record, each reader once, the first first.
    #[must_use]
    pub fn readers(&self, value: ValueId) -> &[Read] {
        self.reads.get(position(value)).map_or(&[], |reads| &**reads)
    }

    fn read(&mut self, value: ValueId, client: ClientId, at: SimTime) {
        if self.readers(value).iter().any(|(known, _)| *known == client) {
            return;
        }
        while self.reads.len() <= position(value) {
            self.reads.push(Arc::from([]));
        }
        if let Some(reads) = self.reads.get_mut(position(value)) {
            *reads = reads.iter().copied().chain([(client, at)]).collect();
        }
    }

    fn change(&mut self, value: ValueId, how: impl FnOnce(&mut Entry)) {
        if let Some(Some(entry)) = self.entries.get_mut(position(value)) {
            how(entry);
        }
    }
}

fn position(value: ValueId) -> usize {
    usize::try_from(value.0).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
