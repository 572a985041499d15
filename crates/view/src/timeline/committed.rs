//! What the controller has decided for the partition shown, along the run: the ISR, and whether a
//! write with acks=all would be taken.
//!
//! Uses: nothing.

use epochscope_engine::observe::PartitionObservation;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::{BrokerId, Event, EventKind, NodeId, SimTime, TopicPartition};

/// A span in which the controller's ISR was the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsrSpan {
    /// From when.
    pub from: SimTime,
    /// Until when.
    pub to: SimTime,
    /// The ISR.
    pub isr: Vec<BrokerId>,
}

/// A span in which writes with acks=all fared the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteSpan {
    /// From when.
    pub from: SimTime,
    /// Until when.
    pub to: SimTime,
    /// How they fared.
    pub writes: Writes,
}

/// How a write with acks=all fares at the leader that the controller names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// It is taken.
    Taken,
    /// It is refused: the ISR is smaller than `min.insync.replicas`.
    TooFewInSync,
    /// Nobody answers: the leader is down or stands still.
    Silent,
    /// There is no leader.
    NoLeader,
}

/// Follows the controller's decisions.
#[derive(Clone, Debug)]
pub(super) struct Committed {
    partition: TopicPartition,
    leader: Option<BrokerId>,
    isr: Vec<BrokerId>,
    min_insync_replicas: usize,
    /// Brokers that are down or stand still.
    silent: Vec<BrokerId>,
    isr_spans: Vec<IsrSpan>,
    write_spans: Vec<WriteSpan>,
}

impl Committed {
    pub(super) fn new(partition: TopicPartition, start: Option<&PartitionObservation>) -> Self {
        let mut committed = Self {
            partition,
            leader: start.and_then(|start| start.leader),
            isr: start.map(|start| start.isr.clone()).unwrap_or_default(),
            min_insync_replicas: start
                .map_or(1, |start| usize::try_from(start.min_insync_replicas).unwrap_or(1)),
            silent: Vec::new(),
            isr_spans: Vec::new(),
            write_spans: Vec::new(),
        };
        committed.note(SimTime::ZERO);
        committed
    }

    pub(super) fn take(&mut self, event: &Event) {
        if let EventKind::RecordAppended { record, .. } = &event.kind {
            self.replay(record);
        } else if let Some(NodeId::Broker(broker)) = event.node {
            let kind = &event.kind;
            if matches!(kind, EventKind::Killed {} | EventKind::Stopped {} | EventKind::Paused {}) {
                self.silent.push(broker);
            } else if matches!(kind, EventKind::Started {} | EventKind::Resumed {}) {
                self.silent.retain(|known| *known != broker);
            }
        } else {
            return;
        }
        self.note(event.at);
    }

    fn replay(&mut self, record: &MetadataRecord) {
        if let MetadataRecord::PartitionRecord(created) = record
            && created.partition == self.partition
        {
            self.leader = created.leader;
            self.isr.clone_from(&created.isr);
        }
        if let MetadataRecord::PartitionChangeRecord(change) = record
            && change.partition == self.partition
        {
            self.leader = change.leader.unwrap_or(self.leader);
            if let Some(isr) = &change.isr {
                self.isr.clone_from(isr);
            }
        }
    }

    fn writes(&self) -> Writes {
        match self.leader {
            None => Writes::NoLeader,
            Some(leader) if self.silent.contains(&leader) => Writes::Silent,
            Some(_) if self.isr.len() < self.min_insync_replicas => Writes::TooFewInSync,
            Some(_) => Writes::Taken,
        }
    }

    /// Begins new spans where something is other than before.
    fn note(&mut self, at: SimTime) {
        if self.isr_spans.last().is_none_or(|last| last.isr != self.isr) {
            if let Some(last) = self.isr_spans.last_mut() {
                last.to = at;
            }
            self.isr_spans.push(IsrSpan { from: at, to: at, isr: self.isr.clone() });
        }
        let writes = self.writes();
        if self.write_spans.last().is_none_or(|last| last.writes != writes) {
            if let Some(last) = self.write_spans.last_mut() {
                last.to = at;
            }
            self.write_spans.push(WriteSpan { from: at, to: at, writes });
        }
    }

    /// All spans, if nothing more happens until `end`.
    pub(super) fn spans(&self, end: SimTime) -> (Vec<IsrSpan>, Vec<WriteSpan>) {
        let (mut isr, mut writes) = (self.isr_spans.clone(), self.write_spans.clone());
        if let Some(last) = isr.last_mut() {
            last.to = end;
        }
        if let Some(last) = writes.last_mut() {
            last.to = end;
        }
        isr.retain(|span| span.from < span.to);
        writes.retain(|span| span.from < span.to);
        (isr, writes)
    }
}
