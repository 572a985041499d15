//! Finding the event before another one that explains it, by what the trace says of both.
//!
//! The engine's causes follow messages: a follower truncates because an answer came. What a reader
//! asks is what that answer told of: these look for it, backwards only and not endlessly.
//!
//! Uses: `inspector`.

use epochscope_scenario::player::Traced;
use epochscope_vocabulary::event::{EventKind, IsrChange, Leadership, QuorumRole};
use epochscope_vocabulary::{
    BrokerId, Event, EventId, NodeId, Offset, SimTime, TopicPartition, ValueId,
};

use EventKind as K;

/// As many events are looked at, backwards, for one question.
const MOST_LOOKED_AT: usize = 50_000;

/// The records that an event is about.
pub(super) fn values_of(kind: &EventKind) -> &[ValueId] {
    if let K::TailLost { values, .. }
    | K::Appended { values, .. }
    | K::Replicated { values, .. }
    | K::DuplicateAnswered { values, .. }
    | K::Truncated { values, .. }
    | K::ProduceSent { values, .. }
    | K::Acknowledged { values, .. }
    | K::ProduceRetried { values, .. }
    | K::ProduceFailed { values, .. }
    | K::Consumed { values, .. } = kind
    {
        values
    } else {
        &[]
    }
}

/// The events before one, the latest first.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    trace: &'a [Traced],
}

impl<'a> Before<'a> {
    pub(super) fn new(trace: &'a [Traced], event: EventId) -> Self {
        let end = trace.partition_point(|one| one.event.id < event);
        Self { trace: &trace[end.saturating_sub(MOST_LOOKED_AT)..end] }
    }

    fn last(self, mut is_it: impl FnMut(&Event) -> bool) -> Option<&'a Event> {
        self.trace.iter().map(|one| &*one.event).rfind(|event| is_it(event))
    }

    fn append_of(self, value: ValueId) -> Option<&'a Event> {
        self.last(
            |event| matches!(&event.kind, K::Appended { values, .. } if values.contains(&value)),
        )
    }

    /// The leader's write, or its own copying, that a follower's copy is of.
    fn written_at(
        self,
        leader: BrokerId,
        partition: TopicPartition,
        offset: Offset,
    ) -> Option<&'a Event> {
        self.last(|event| {
            let at = if let K::Appended { partition, offset, values, .. }
            | K::Replicated { partition, offset, values, .. } = &event.kind
            {
                (*partition, *offset, offset.plus(values.len() as u64))
            } else {
                return false;
            };
            let is_there = at.0 == partition && (at.1..at.2).contains(&offset);
            is_there && event.node == Some(NodeId::Broker(leader))
        })
    }

    /// What was done to a node's process before it fell silent, or while it was.
    fn fault_at(self, node: NodeId, since: SimTime) -> Option<&'a Event> {
        let (ends, begins) = (Self::ends, Self::begins);
        let of_node = |event: &Event| event.node == Some(node);
        let last = self.last(|event| of_node(event) && (ends(&event.kind) || begins(&event.kind)));
        match last {
            Some(event) if begins(&event.kind) => Some(event),
            Some(event) if event.at >= since => {
                let before = Self { trace: &self.trace[..self.place(event)] };
                before.last(|event| of_node(event) && begins(&event.kind))
            }
            Some(_) | None => self.fault_of_network(),
        }
    }

    /// What last began or ended a node's silence.
    pub(super) fn process_change(self, node: NodeId) -> Option<&'a Event> {
        self.last(|event| {
            let changes = |kind: &EventKind| {
                matches!(kind, K::Resumed {} | K::Started {} | K::ShuttingDown {} | K::Wiped { .. })
            };
            event.node == Some(node) && changes(&event.kind)
        })
    }

    /// How a follower came to have what its leader has.
    fn catching_up(self, follower: BrokerId, partition: TopicPartition) -> Option<&'a Event> {
        self.last(|event| {
            let is_of = matches!(event.kind, K::Resumed {} | K::Started {})
                || matches!(&event.kind, K::Replicated { partition: p, .. }
                    | K::BecameFollower { partition: p, .. } if *p == partition);
            is_of && event.node == Some(NodeId::Broker(follower))
        })
    }

    /// What keeps another controller from being heard, if anything does.
    fn fault_of_controllers(self, own: Option<NodeId>) -> Option<&'a Event> {
        let last = self.last(|event| {
            let is_other = event.node != own && matches!(event.node, Some(NodeId::Controller(_)));
            is_other && (Self::ends(&event.kind) || Self::begins(&event.kind))
        });
        let fault = last.filter(|event| Self::begins(&event.kind));
        fault.or_else(|| self.fault_of_network())
    }

    /// Whether a process that was silent is heard again.
    fn ends(kind: &EventKind) -> bool {
        matches!(kind, K::Resumed {} | K::Started {})
    }

    /// Whether a process falls silent.
    fn begins(kind: &EventKind) -> bool {
        matches!(kind, K::Paused {} | K::Killed {} | K::Stopped {} | K::ShuttingDown {})
    }

    fn place(self, event: &Event) -> usize {
        self.trace.partition_point(|one| one.event.id < event.id)
    }

    fn fault_of_network(self) -> Option<&'a Event> {
        let last = self.last(|event| {
            matches!(event.kind, K::FaultBegan { .. } | K::Healed { .. } | K::Held { .. })
        });
        last.filter(|event| !matches!(event.kind, K::Healed { .. }))
    }
}

/// What explains an event besides what the engine says it is due to.
pub(super) fn explanations(event: &Event, before: Before<'_>) -> Vec<EventId> {
    let kind = &event.kind;
    let found = if let K::Truncated { partition, .. } = kind {
        let own = event.node;
        vec![before.last(|other| {
            matches!(&other.kind, K::Diverged { partition: p, follower, .. }
                if p == partition && own == Some(NodeId::Broker(*follower)))
        })]
    } else if let K::Diverged { partition, follower, .. } = kind {
        let leads = before.last(|other| {
            other.node == event.node
                && matches!(&other.kind, K::BecameLeader { partition: p, .. } if p == partition)
        });
        let follows = before.last(|other| {
            other.node == Some(NodeId::Broker(*follower))
                && matches!(&other.kind, K::BecameFollower { partition: p, .. } if p == partition)
        });
        vec![follows, leads]
    } else if let K::Replicated { partition, offset, leader, .. } = kind {
        vec![before.written_at(*leader, *partition, *offset)]
    } else if let K::FollowerHighWatermark { partition, to, .. } = kind {
        vec![before.last(|other| {
            matches!(&other.kind, K::HighWatermarkAdvanced { partition: p, to: end, .. }
                if p == partition && end >= to)
        })]
    } else if let K::Acknowledged { values, .. }
    | K::Consumed { values, .. }
    | K::DuplicateAnswered { values, .. } = kind
    {
        vec![values.first().and_then(|value| before.append_of(*value))]
    } else {
        silences(event, before)
    };
    found.into_iter().flatten().map(|event| event.id).collect()
}

/// What explains that somebody was not heard, or acts on what is over.
fn silences<'a>(event: &Event, before: Before<'a>) -> Vec<Option<&'a Event>> {
    let kind = &event.kind;
    if let K::SessionExpired { broker, last_contact } = kind {
        vec![before.fault_at((*broker).into(), *last_contact)]
    } else if let K::RequestTimedOut { to, .. } | K::Disconnected { to, .. } = kind {
        vec![before.fault_at(*to, event.at)]
    } else if let K::IsrProposed { change: IsrChange::Shrink, replicas, .. } = kind {
        replicas.iter().map(|id| before.fault_at((*id).into(), event.at)).collect()
    } else if let K::IsrProposed { partition, change: IsrChange::Expand, replicas, .. } = kind {
        replicas.iter().map(|id| before.catching_up(*id, *partition)).collect()
    } else if let K::QuorumStateChanged {
        role: QuorumRole::Prospective | QuorumRole::Candidate,
        ..
    } = kind
    {
        vec![before.fault_of_controllers(event.node)]
    } else if let K::Halted { .. } = kind {
        let own = event.node;
        let failed = |kind: &EventKind| matches!(kind, K::DirectoryFailed { .. });
        vec![before.last(|other| other.node == own && failed(&other.kind))]
    } else if let K::Held { .. } = kind {
        vec![before.last(
            |other| matches!(&other.kind, K::CommandGiven { text } if text.starts_with("hold ")),
        )]
    } else if let K::Appended { leadership: Leadership::Presumed, .. } = kind {
        let own = event.node;
        vec![before.last(|other| {
            other.node == own && matches!(other.kind, K::Resumed {} | K::FaultBegan { .. })
        })]
    } else if let K::ProduceSent { partition, .. } = kind {
        let own = event.node;
        vec![before.last(|other| {
            let is_it = |p: &TopicPartition| other.node == own && p == partition;
            matches!(&other.kind, K::ClientMetadata { partition: p, .. } if is_it(p))
        })]
    } else if let K::ClientMetadata { partition, leader_epoch, leader: Some(leader) } = kind {
        // What a client learns by asking again and again is that there is a leader at last.
        vec![before.last(|other| {
            other.node == Some(NodeId::Broker(*leader))
                && matches!(&other.kind, K::BecameLeader { partition: p, leader_epoch: epoch, .. }
                    if p == partition && epoch == leader_epoch)
        })]
    } else {
        Vec::new()
    }
}

/// The metadata record that an event of a partition obeys, if it came by applying metadata up to
/// this end.
pub(super) fn decision(event: &Event, end: Offset, before: Before<'_>) -> Option<EventId> {
    let partition = event.kind.partition()?;
    let leads = matches!(event.kind, K::BecameLeader { .. } | K::BecameFollower { .. });
    let found = before.last(|other| {
        let K::RecordAppended { offset, record } = &other.kind else { return false };
        *offset < end && other.kind.partition() == Some(partition) && (!leads || appoints(record))
    });
    found.map(|event| event.id)
}

/// Whether a record may make leaders and followers.
fn appoints(record: &epochscope_vocabulary::metadata_record::MetadataRecord) -> bool {
    use epochscope_vocabulary::metadata_record::MetadataRecord as R;
    match record {
        R::PartitionChangeRecord(change) => change.leader.is_some() || change.replicas.is_some(),
        R::PartitionRecord(_) => true,
        _ => false,
    }
}
