//! The cluster: nodes, network and queue, and the one place where they meet.
//!
//! [`Cluster::apply`] obeys a command now; [`Cluster::step`] takes the earliest entry of the queue,
//! hands it to one node and carries out what that node asks for. The cluster routes; no rule of
//! Kafka is in here. It is cheap to copy: a copy is a checkpoint.
//!
//! Uses: everything.

mod build;
mod carry_out;
mod check;
mod client_orders;
mod deliver;
mod disks;
mod endless;
mod fates;
mod faults;
mod idle_polls;
mod lanes;
mod messages;
mod metrics;
mod nodes;
mod orders;
mod read;
mod transport;

pub use self::endless::Endless;

use std::fmt;
use std::sync::Arc;

use epochscope_vocabulary::event::{Causes, EventKind, Leadership};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerId, ClientId, ClusterSpec, Command, ControllerId, Event, EventId, Names, NodeId, SimTime,
    SortedMap,
};

use crate::broker::Broker;
use crate::client::ClientNode;
use crate::cluster::idle_polls::IdlePolls;
use crate::cluster::nodes::Node;
use crate::controller::ControllerNode;
use crate::effects::{Context, Counters, Effects, Timer};
use crate::ledger::Ledger;
use crate::metadata::{MetadataImage, SharedImages};
use crate::network::Network;
use crate::network::message::Message;
use crate::process::{Process, Setting};
use crate::queue::{Entry, Lane, Queue};
use crate::release::Release;
use crate::releases::Releases;
use crate::rng::Streams;

/// A command that cannot be obeyed: nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Why, and what would do instead.
    pub reason: String,
}

impl Rejected {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Rejected {}

/// What waits in the queue.
#[derive(Clone, Debug)]
enum Due {
    /// A message reaches its receiver's door.
    Arrive(Message),
    /// A held message is let through to its receiver.
    Deliver(Message),
    /// A message in a socket is read.
    Read(Message),
    /// A timer goes off.
    Timer(NodeId, Timer),
    /// A pause ends by itself, unless the process was resumed or killed meanwhile.
    EndOfPause(NodeId, u64, EventId),
    /// A process that was told to start is there, unless it was started otherwise meanwhile.
    Ready(NodeId, u64, EventId),
}

/// The nodes.
#[derive(Clone, Debug, Default)]
struct Nodes {
    brokers: SortedMap<BrokerId, Broker>,
    controllers: SortedMap<ControllerId, ControllerNode>,
    clients: SortedMap<ClientId, ClientNode>,
}

/// A simulated cluster with its clients and its network.
#[derive(Clone, Debug)]
pub struct Cluster {
    spec: Arc<ClusterSpec>,
    releases: Releases,
    release: Release,
    now: SimTime,
    /// Entries taken since the clock last moved.
    at_once: u32,
    /// Why the run was given up: nothing happens any more.
    endless: Option<Arc<Endless>>,
    /// Everything up to here has happened.
    reached: (SimTime, Lane),
    queue: Queue<Due>,
    nodes: Nodes,
    processes: SortedMap<NodeId, Process>,
    network: Network,
    idle_polls: IdlePolls,
    names: Names,
    streams: Streams,
    images: SharedImages,
    counters: Counters,
    ledger: Ledger,
    checkers: crate::invariant::Checkers,
    /// Who decided last.
    last_active: ControllerId,
    /// What the controllers have decided, as far as any of them ever knew it committed.
    decided: Arc<MetadataImage>,
    /// Counts pauses, so that an end that was overtaken is known as such.
    pauses: u64,
    /// What has happened since the caller last took it.
    events: Vec<Event>,
}

impl Cluster {
    /// The present moment: that of the last thing that happened.
    #[must_use]
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// When the next thing happens. Nothing does once the run was given up.
    #[must_use]
    pub fn next_at(&self) -> Option<SimTime> {
        if self.endless.is_some() { None } else { self.queue.next_at() }
    }

    /// Moves the clock to `at`: everything due up to then has happened.
    ///
    /// # Panics
    /// If something is due before `at`, or `at` has passed.
    pub fn advance_clock(&mut self, at: SimTime) {
        assert!(at >= self.now, "the clock runs forward");
        assert!(self.next_at().is_none_or(|next| next > at), "something is due before {at}");
        self.now = at;
        self.reached = (at, Lane::LAST);
    }

    /// How many events there have been.
    #[must_use]
    pub const fn event_count(&self) -> u64 {
        self.counters.next_event
    }

    /// Obeys a command now, and says what happened at once.
    ///
    /// # Errors
    /// When it cannot be obeyed; nothing has changed then.
    pub fn apply(&mut self, command: &Command, text: &str) -> Result<Vec<Event>, Rejected> {
        let before = self.clone();
        let cause = self.say(RuleId::Command, EventKind::CommandGiven { text: text.into() });
        match self.obey(command, text, cause) {
            Ok(()) => Ok(self.settle()),
            Err(rejected) => {
                *self = before;
                Err(rejected)
            }
        }
    }

    /// Says that a step of the script is left out, and why.
    pub fn skip(&mut self, text: &str, reason: &str) -> Vec<Event> {
        let (text, reason) = (text.into(), reason.into());
        self.say(RuleId::Command, EventKind::StepSkipped { text, reason });
        self.settle()
    }

    /// Keeps the active controller from balancing leaders: for looking ahead on a copy.
    pub fn switch_leader_balancing_off(&mut self) {
        for id in self.nodes.controllers.keys().copied().collect::<Vec<_>>() {
            self.cancel_timer(NodeId::Controller(id), Timer::LeaderBalance);
        }
    }

    /// Takes the earliest entry of the queue and says what happened by it. None: nothing is left,
    /// or the run was given up.
    pub fn step(&mut self) -> Option<Vec<Event>> {
        if self.endless.is_some() {
            return None;
        }
        let Entry { at, lane, what, .. } = self.queue.pop()?;
        self.at_once = if at == self.now { self.at_once + 1 } else { 0 };
        self.now = at;
        self.reached = (at, lane);
        match what {
            Due::Arrive(message) => self.arrive(message),
            Due::Deliver(message) => self.receive(message),
            Due::Read(message) => self.read(message),
            Due::Timer(node, timer) => self.on_timer(node, timer),
            Due::EndOfPause(node, pause, cause) => self.end_pause(node, pause, cause),
            Due::Ready(node, starts, cause) => self.on_ready(node, starts, cause),
        }
        let events = self.settle();
        self.notice_endless(&events);
        Some(events)
    }

    /// Takes what has happened, after the ledger and the checkers have seen it.
    fn settle(&mut self) -> Vec<Event> {
        let mut events = std::mem::take(&mut self.events);
        let violations = self.check(&events);
        events.extend(violations);
        events
    }

    fn on_timer(&mut self, node: NodeId, timer: Timer) {
        let process = self.processes.get_mut(&node);
        if let Some(setting) = process.and_then(|one| one.timer_is_due(timer)) {
            self.fire(node, timer, setting);
        }
    }

    fn fire(&mut self, node: NodeId, timer: Timer, setting: Setting) {
        if let Timer::ConnectionTimeout(connection) = timer {
            self.on_connection_timeout(node, connection, setting.cause);
            return;
        }
        self.call(node, setting.cause, |nodes, cx| match nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.on_timer(cx, timer),
            Some(Node::Controller(controller)) => controller.on_timer(cx, timer),
            Some(Node::Client(client)) => client.on_timer(cx, timer),
            None => {}
        });
    }

    /// Lets one node act, then carries out what it asks for.
    fn call<T>(
        &mut self,
        node: NodeId,
        cause: EventId,
        act: impl FnOnce(&mut Nodes, &mut Context<'_>) -> T,
    ) -> T {
        self.catch_up_idle_polls(node);
        let mut fx = Effects::new(self.now, node, cause, self.counters);
        let rules = self.release_of(node).rules();
        let mut cx = Context {
            fx: &mut fx,
            rules: &rules,
            releases: &self.releases,
            names: &mut self.names,
            streams: &mut self.streams,
            images: &mut self.images,
        };
        let result = act(&mut self.nodes, &mut cx);
        let (effects, events, counters) = fx.finish();
        self.counters = counters;
        self.note_decisions(node);
        self.wake_polls_with_news(node, &events);
        let latest = events.last().map_or(cause, |event| event.id);
        self.note(events);
        self.carry_out(node, effects, latest);
        result
    }

    /// Which release a process is.
    fn release_of(&self, node: NodeId) -> Release {
        self.releases.of(node)
    }

    /// Notes who decides, and what is decided.
    fn note_decisions(&mut self, node: NodeId) {
        let NodeId::Controller(id) = node else { return };
        let Some(controller) = self.nodes.controllers.get(&id) else { return };
        if controller.is_active() {
            self.last_active = id;
        }
        let known = controller.committed_image();
        if let Some(image) = known.filter(|one| one.end_offset() > self.decided.end_offset()) {
            self.decided = image.clone();
        }
    }

    /// Notes what a node says. Whether a leader is the one that the controller knows, no broker
    /// can say: that is filled in here.
    fn note(&mut self, events: Vec<Event>) {
        for mut event in events {
            if let (EventKind::Appended { partition, leadership, .. }, Some(NodeId::Broker(id))) =
                (&mut event.kind, event.node)
            {
                let leader = self.true_leader(*partition).map(|(leader, _)| leader);
                *leadership =
                    if leader == Some(id) { Leadership::True } else { Leadership::Presumed };
            }
            self.events.push(event);
        }
    }

    /// The latest thing that happened: what is done now is due to it.
    const fn latest_event(&self) -> EventId {
        EventId(self.counters.next_event.saturating_sub(1))
    }

    /// Says that something happened to the network, a process or the user's mind.
    fn say(&mut self, rule: RuleId, kind: EventKind) -> EventId {
        self.say_of(None, rule, kind, &[])
    }

    fn say_of(
        &mut self,
        node: Option<NodeId>,
        rule: RuleId,
        kind: EventKind,
        causes: &[EventId],
    ) -> EventId {
        let id = EventId(self.counters.next_event);
        self.counters.next_event += 1;
        let mut listed = Causes::default();
        for cause in causes {
            listed.add(*cause);
        }
        self.events.push(Event { id, at: self.now, node, causes: listed, rule, kind });
        id
    }
}
