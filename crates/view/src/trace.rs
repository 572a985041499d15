//! What the trace has told so far and the present state of a cluster does not say any more.
//!
//! Uses: nothing.

use epochscope_vocabulary::{
    BrokerId, Event, EventId, EventKind, NodeId, Offset, SimTime, TopicPartition, ValueId,
};

/// What one truncation took.
#[derive(Clone, Debug)]
struct Cut {
    broker: BrokerId,
    partition: TopicPartition,
    records: Vec<(Offset, ValueId)>,
}

/// Facts gathered from a trace, event by event.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    read: usize,
    last: Option<EventId>,
    since: Vec<(BrokerId, SimTime)>,
    cuts: Vec<Cut>,
}

impl History {
    /// Takes in what is new in `trace`; starts anew when it is another branch or an earlier moment.
    pub(crate) fn follow<'a>(&mut self, trace: impl ExactSizeIterator<Item = &'a Event> + Clone) {
        if !self.is_prefix_of(trace.clone()) {
            *self = Self::default();
        }
        let count = trace.len();
        for event in trace.skip(self.read) {
            self.take(event);
            self.last = Some(event.id);
        }
        self.read = count;
    }

    /// Since when a broker's process does what it does.
    pub(crate) fn since(&self, broker: BrokerId) -> Option<SimTime> {
        self.since.iter().find(|(known, _)| *known == broker).map(|(_, at)| *at)
    }

    /// The records that the last truncations took from a replica.
    pub(crate) fn cut_from(
        &self,
        broker: BrokerId,
        partition: TopicPartition,
    ) -> impl Iterator<Item = (Offset, ValueId)> + '_ {
        let of_replica = move |cut: &&Cut| (cut.broker, cut.partition) == (broker, partition);
        self.cuts.iter().filter(of_replica).flat_map(|cut| cut.records.iter().copied())
    }

    fn is_prefix_of<'a>(&self, mut trace: impl Iterator<Item = &'a Event>) -> bool {
        match self.read.checked_sub(1) {
            None => true,
            Some(last) => trace.nth(last).map(|event| event.id) == self.last,
        }
    }

    fn take(&mut self, event: &Event) {
        let Some(NodeId::Broker(broker)) = event.node else { return };
        if changes_process(&event.kind) {
            self.since.retain(|(known, _)| *known != broker);
            self.since.push((broker, event.at));
        }
        if let EventKind::Truncated { partition, to, values, .. }
        | EventKind::TailLost { partition, to, values, .. } = &event.kind
        {
            let records = (0..).map(|index| to.plus(index)).zip(values.iter().copied()).collect();
            self.cuts.retain(|cut| (cut.broker, cut.partition) != (broker, *partition));
            self.cuts.push(Cut { broker, partition: *partition, records });
        }
    }
}

const fn changes_process(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Killed {}
            | EventKind::Stopped {}
            | EventKind::Started {}
            | EventKind::Paused {}
            | EventKind::Resumed {}
    )
}
