//! The network: how long a link takes, which links stand still, what is held at the door.
//!
//! Kafka speaks TCP. So nothing is ever lost on the way: a cut keeps the bytes until it heals, a
//! lossy link sends them again later, and each connection keeps its order. What is lost is lost
//! because a process died or closed the connection ([`connections`]).
//!
//! Simplified: a lost packet is sent again after 200 ms, doubling, whatever the round trip is.
//! Simplified: links without latency take 1 µs.
//! Uses: `effects`, `rng`.

pub mod connections;
pub mod holds;
pub mod idle_poll;
pub mod message;

use epochscope_vocabulary::command::{HealScope, LinkFault, Ways};
use epochscope_vocabulary::{NodeId, SimDuration, SimTime, SortedMap, SortedSet};

use crate::effects::{Channel, ConnectionId};
use crate::network::connections::{Connections, Direction};
use crate::network::holds::Holds;
use crate::network::message::Message;
use crate::rng::{Purpose, Stream, Streams};

/// TCP's first pause before it sends a lost packet again (Linux: `TCP_RTO_MIN`).
const RETRANSMISSION_TIMEOUT: SimDuration = SimDuration::from_ms(200);
/// No link is faster, so that time passes whatever two nodes say to each other.
const SHORTEST: SimDuration = SimDuration(1);
/// A packet lost this often in a row stands still like one on a cut link.
const MAX_RETRANSMISSIONS: u32 = 12;

/// How long the links between two sets of nodes take.
#[derive(Clone, Debug)]
pub struct LinkTimes {
    /// One end.
    pub one: SortedSet<NodeId>,
    /// The other.
    pub other: SortedSet<NodeId>,
    /// One way, if this line says so.
    pub latency: Option<SimDuration>,
    /// Up to this much more, if this line says so.
    pub jitter: Option<SimDuration>,
}

/// A fault of links that goes on, with its nodes resolved.
#[derive(Clone, Debug)]
pub struct ActiveFault {
    /// The order that began it.
    pub fault: LinkFault,
    /// Senders, or the slow nodes.
    pub from: SortedSet<NodeId>,
    /// Receivers.
    pub to: SortedSet<NodeId>,
}

/// What a link does to a message that is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes so long.
    DeliverAfter(SimDuration),
    /// It takes for ever: the link is all loss.
    StandStill,
}

/// All links, connections and holds of a cluster.
#[derive(Clone, Debug)]
pub struct Network {
    default_latency: SimDuration,
    default_jitter: SimDuration,
    link_times: Vec<LinkTimes>,
    faults: Vec<ActiveFault>,
    /// Messages that stand still on cut links, in the order in which they would have arrived.
    parked: Vec<Message>,
    /// Who is connected to whom.
    pub connections: Connections,
    /// What is kept back at its arrival.
    pub holds: Holds,
    streams: Streams,
    /// What is left of the stream of each way.
    drawn: SortedMap<Way, Stream>,
}

/// One way of a connection: what is sent on it stays in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// Which of the connections between the two.
    pub channel: Channel,
    /// Who of the two is the client.
    pub direction: Direction,
}

impl Way {
    const fn purpose(self) -> Purpose {
        let channel = match self.channel {
            Channel::Data => 0,
            Channel::Metadata => 1,
            Channel::ReplicaFetcher => 2,
            Channel::Heartbeat => 3,
            Channel::AlterPartition => 4,
            Channel::Forwarding => 5,
            Channel::Raft => 6,
            Channel::DirectoryAssignments => 7,
        };
        let way = match self.direction {
            Direction::ToServer => 2 * channel,
            Direction::ToClient => 2 * channel + 1,
        };
        Purpose::NetworkJitter { from: self.from, to: self.to, way }
    }
}

/// A way while no fault touches its link: what its latency, jitter and stream make of a sending.
#[derive(Clone, Debug)]
pub struct QuietWay {
    latency: SimDuration,
    jitter: SimDuration,
    stream: Stream,
    last_arrival: SimTime,
}

impl QuietWay {
    /// A way on which nothing varies.
    #[cfg(test)]
    pub(crate) fn of_latency(latency: SimDuration) -> Self {
        let stream = Streams::new(0).stream(Purpose::Faults);
        Self { latency, jitter: SimDuration::ZERO, stream, last_arrival: SimTime::ZERO }
    }

    /// When what is sent now arrives.
    pub fn arrival(&mut self, now: SimTime) -> SimTime {
        let span = self.latency + some_of(self.jitter, &mut self.stream);
        self.last_arrival = arrival_after(now, span, self.last_arrival);
        self.last_arrival
    }
}

impl Network {
    /// A network of 1 ms links without jitter.
    #[must_use]
    pub fn new(streams: Streams) -> Self {
        Self {
            default_latency: SimDuration::from_ms(1),
            default_jitter: SimDuration::ZERO,
            link_times: Vec::new(),
            faults: Vec::new(),
            parked: Vec::new(),
            connections: Connections::default(),
            holds: Holds::default(),
            streams,
            drawn: SortedMap::new(),
        }
    }

    /// Sets the default of every link.
    pub fn set_default(&mut self, latency: Option<SimDuration>, jitter: Option<SimDuration>) {
        self.default_latency = latency.unwrap_or(self.default_latency);
        self.default_jitter = jitter.unwrap_or(self.default_jitter);
    }

    /// Sets the links between two sets of nodes. The last line that speaks of a link wins.
    pub fn set_links(&mut self, times: LinkTimes) {
        self.link_times.push(times);
    }

    /// Begins a fault.
    pub fn begin(&mut self, fault: ActiveFault) {
        self.faults.push(fault);
    }

    /// The faults that go on, in the order in which they began.
    #[must_use]
    pub fn faults(&self) -> &[ActiveFault] {
        &self.faults
    }

    /// Ends the faults that `scope` names; false when there is none such.
    pub fn heal(&mut self, scope: &HealScope) -> bool {
        let before = self.faults.len();
        self.faults.retain(|active| !names_fault(scope, &active.fault));
        before != self.faults.len() || matches!(scope, HealScope::All)
    }

    /// Whether bytes from one node to another stand still.
    #[must_use]
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.faults.iter().any(|active| match active.fault {
            LinkFault::Cut { ways, .. } => {
                let there = active.from.contains(&from) && active.to.contains(&to);
                let back = active.from.contains(&to) && active.to.contains(&from);
                from != to && (there || (ways == Ways::Both && back))
            }
            LinkFault::Drop { percent, .. } => {
                percent >= 100 && active.from.contains(&from) && active.to.contains(&to)
            }
            LinkFault::Delay { .. } | LinkFault::Slow { .. } => false,
        })
    }

    /// Keeps a message that cannot arrive.
    pub fn park(&mut self, message: Message) {
        self.parked.push(message);
    }

    /// Messages that stand still, in order.
    #[must_use]
    pub fn parked(&self) -> &[Message] {
        &self.parked
    }

    /// Takes out the messages that may move again, in order.
    pub fn unpark(&mut self) -> Vec<Message> {
        let parked = std::mem::take(&mut self.parked);
        let (still, moving): (Vec<_>, Vec<_>) =
            parked.into_iter().partition(|message| self.is_cut(message.from, message.to));
        self.parked = still;
        moving
    }

    /// Throws away what stands still and is picked by `which`; gives it back.
    pub fn discard_parked(&mut self, which: impl Fn(&Message) -> bool) -> Vec<Message> {
        let parked = std::mem::take(&mut self.parked);
        let (gone, kept): (Vec<_>, Vec<_>) = parked.into_iter().partition(which);
        self.parked = kept;
        gone
    }

    /// Whether a fault touches what these two send each other.
    #[must_use]
    pub fn is_disturbed(&self, one: NodeId, other: NodeId) -> bool {
        self.faults.iter().any(|active| {
            let on = |from, to| active.from.contains(from) && active.to.contains(to);
            let slow = matches!(active.fault, LinkFault::Slow { .. });
            let slows = |node| slow && active.from.contains(node);
            on(&one, &other) || on(&other, &one) || slows(&one) || slows(&other)
        })
    }

    /// An undisturbed way of a connection, to see when what is sent on it would arrive.
    #[must_use]
    pub fn quiet_way(&self, id: ConnectionId, direction: Direction) -> Option<QuietWay> {
        let connection = self.connections.get(id)?;
        let way = connection.way(direction);
        let (latency, jitter) = self.times(way.from, way.to);
        let drawn = self.drawn.get(&way).cloned();
        let stream = drawn.unwrap_or_else(|| self.streams.stream(way.purpose()));
        let last_arrival = connection.last_arrival(direction);
        Some(QuietWay { latency, jitter, stream, last_arrival })
    }

    /// Takes over what was sent on a way meanwhile.
    pub fn keep_quiet_way(&mut self, id: ConnectionId, direction: Direction, quiet: QuietWay) {
        if let Some(connection) = self.connections.get_mut(id) {
            self.drawn.insert(connection.way(direction), quiet.stream);
            connection.set_last_arrival(direction, quiet.last_arrival);
        }
    }

    /// How long a message sent now takes on this way.
    pub fn verdict(&mut self, way: Way) -> Verdict {
        let Way { from, to, .. } = way;
        let (latency, jitter) = self.times(from, to);
        let streams = self.streams;
        let stream = self.drawn.entry(way).or_insert_with(|| streams.stream(way.purpose()));
        let mut span = latency + some_of(jitter, stream);
        for active in &self.faults {
            let on_link = active.from.contains(&from) && active.to.contains(&to);
            match active.fault {
                LinkFault::Delay { by, .. } if on_link => span = span + by,
                LinkFault::Slow { by, .. } if active.from.contains(&to) => span = span + by,
                LinkFault::Drop { percent, .. } if on_link => {
                    match retransmissions(percent, stream) {
                        Some(wait) => span = span + wait,
                        None => return Verdict::StandStill,
                    }
                }
                LinkFault::Cut { .. }
                | LinkFault::Delay { .. }
                | LinkFault::Slow { .. }
                | LinkFault::Drop { .. } => {}
            }
        }
        Verdict::DeliverAfter(span)
    }

    fn times(&self, from: NodeId, to: NodeId) -> (SimDuration, SimDuration) {
        if from == to {
            return (SimDuration::ZERO, SimDuration::ZERO);
        }
        let mut latency = self.default_latency;
        let mut jitter = self.default_jitter;
        for times in &self.link_times {
            let there = times.one.contains(&from) && times.other.contains(&to);
            let back = times.one.contains(&to) && times.other.contains(&from);
            if there || back {
                latency = times.latency.unwrap_or(latency);
                jitter = times.jitter.unwrap_or(jitter);
            }
        }
        (latency.max(SHORTEST), jitter)
    }
}

/// Anything up to a link's jitter.
fn some_of(jitter: SimDuration, stream: &mut Stream) -> SimDuration {
    if jitter > SimDuration::ZERO { SimDuration(stream.below(jitter.0 + 1)) } else { jitter }
}

/// How long TCP needs to get a packet through a link that loses `percent` of a hundred.
fn retransmissions(percent: u32, stream: &mut Stream) -> Option<SimDuration> {
    let mut wait = SimDuration::ZERO;
    let mut pause = RETRANSMISSION_TIMEOUT;
    for _ in 0..MAX_RETRANSMISSIONS {
        if stream.below(100) >= u64::from(percent) {
            return Some(wait);
        }
        wait = wait + pause;
        pause = pause + pause;
    }
    None
}

/// Whether `heal` with these words undoes this fault: the words must be those that began it.
fn names_fault(scope: &HealScope, fault: &LinkFault) -> bool {
    let HealScope::Of { from, to, ways } = scope else {
        return true;
    };
    match fault {
        LinkFault::Cut { from: cut_from, to: cut_to, ways: cut_ways } => {
            from == cut_from && to == cut_to && ways == cut_ways
        }
        LinkFault::Delay { from: one, to: other, .. }
        | LinkFault::Drop { from: one, to: other, .. } => from == one && to.as_ref() == Some(other),
        LinkFault::Slow { nodes, .. } => from == nodes && to.is_none(),
    }
}

/// When a message that takes `span` arrives, given when the one before it on its way does.
#[must_use]
pub fn arrival_after(now: SimTime, span: SimDuration, before: SimTime) -> SimTime {
    (now + span).max(before)
}
