//! Faults of processes and links: what an order does to them.

use epochscope_vocabulary::command::{HealScope, HoldSpec, LinkFault, Losing};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{EventId, NodeId, SimDuration, SortedSet};

use super::nodes::Node;
use super::{Cluster, Due, Rejected};
use crate::network::ActiveFault;
use crate::network::holds::Hold;
use crate::network::message::Message;
use crate::observe::ProcessStatus;
use crate::process::Setting;
use crate::release::Release;

impl Cluster {
    pub(super) fn status(&self, node: NodeId) -> ProcessStatus {
        let process = self.processes.get(&node);
        process.map_or(ProcessStatus::Killed, crate::process::Process::status)
    }

    pub(super) fn is_down(&self, node: NodeId) -> bool {
        matches!(self.status(node), ProcessStatus::Stopped | ProcessStatus::Killed)
    }

    pub(super) fn is_in_pause(&self, node: NodeId, pause: u64) -> bool {
        self.processes.get(&node).is_some_and(|one| one.is_in_pause(pause))
    }

    pub(super) fn starts(&self, node: NodeId) -> u64 {
        self.processes.get(&node).map_or(0, crate::process::Process::starts)
    }

    pub(super) fn must_be(
        &self,
        node: NodeId,
        allowed: &[ProcessStatus],
        order: &str,
    ) -> Result<(), Rejected> {
        let status = self.status(node);
        if allowed.contains(&status) {
            return Ok(());
        }
        let is = match status {
            ProcessStatus::Running => "runs",
            ProcessStatus::Paused => "is paused",
            ProcessStatus::Stopped | ProcessStatus::Killed => "is down",
        };
        let who = match node {
            NodeId::Broker(id) => format!("broker {id}"),
            NodeId::Controller(id) => format!("controller {id}"),
            NodeId::Client(_) => "a client".to_owned(),
        };
        Err(Rejected::new(format!("cannot {order} {who}: it {is}")))
    }

    pub(super) fn kill(
        &mut self,
        node: NodeId,
        losing: Losing,
        cause: EventId,
    ) -> Result<(), Rejected> {
        let alive = [ProcessStatus::Running, ProcessStatus::Paused];
        self.must_be(node, &alive, "kill")?;
        self.wake_polls_of(node);
        let event = self.say_of(Some(node), RuleId::Command, EventKind::Killed {}, &[cause]);
        let losses = match self.nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.crash(losing),
            Some(Node::Controller(controller)) => {
                controller.end();
                Vec::new()
            }
            Some(Node::Client(_)) | None => Vec::new(),
        };
        for loss in losses {
            let kind = EventKind::TailLost {
                partition: loss.partition,
                from: loss.from,
                to: loss.to,
                values: loss.values.into(),
            };
            self.say_of(Some(node), RuleId::Command, kind, &[event]);
        }
        self.end_process(node, ProcessStatus::Killed);
        Ok(())
    }

    /// The process is gone: its timers, its inbox, its ends of all connections.
    fn end_process(&mut self, node: NodeId, status: ProcessStatus) {
        let process = self.processes.get_mut(&node);
        for void in process.map(|one| one.end(status)).unwrap_or_default() {
            self.queue.cancel(void.sequence);
        }
        self.break_connections(node);
        let to_it = |message: &Message| message.to == node;
        let mut gone = self.network.discard_parked(to_it);
        gone.extend(self.network.holds.discard(to_it));
        for message in gone {
            self.network.connections.travelled(message.connection);
        }
    }

    /// The process ends by itself.
    pub(super) fn exit(&mut self, node: NodeId) {
        self.wake_polls_of(node);
        let cause = self.latest_event();
        match self.nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.end_cleanly(),
            Some(Node::Controller(controller)) => controller.end(),
            Some(Node::Client(_)) | None => return,
        }
        let rule = RuleId::ControlledShutdown;
        self.say_of(Some(node), rule, EventKind::Stopped {}, &[cause]);
        self.end_process(node, ProcessStatus::Stopped);
    }

    /// The process ends itself at once.
    pub(super) fn halt(&mut self, node: NodeId) {
        if let NodeId::Broker(id) = node {
            self.wake_polls_of(node);
            if let Some(broker) = self.nodes.brokers.get_mut(&id) {
                broker.crash(Losing::Nothing);
            }
            self.end_process(node, ProcessStatus::Killed);
        }
    }

    pub(super) fn stop(&mut self, node: NodeId, cause: EventId) -> Result<(), Rejected> {
        self.must_be(node, &[ProcessStatus::Running], "stop")?;
        let event = self.say_of(Some(node), RuleId::Command, EventKind::ShuttingDown {}, &[cause]);
        self.call(node, event, |nodes, cx| match nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.begin_shutdown(cx),
            Some(Node::Controller(controller)) => controller.begin_shutdown(cx),
            Some(Node::Client(_)) | None => {}
        });
        Ok(())
    }

    pub(super) fn start(
        &mut self,
        node: NodeId,
        (after, release): (SimDuration, Option<Release>),
        cause: EventId,
    ) -> Result<(), Rejected> {
        let down = [ProcessStatus::Stopped, ProcessStatus::Killed];
        self.must_be(node, &down, "start")?;
        if let Some(release) = release {
            self.releases.set(node, release);
        }
        if after > SimDuration::ZERO {
            let starts = self.starts(node);
            self.queue.push(self.now + after, Due::Ready(node, starts, cause));
            return Ok(());
        }
        self.begin_process(node, cause);
        Ok(())
    }

    /// A process that was told to start is there, unless it was started otherwise meanwhile.
    pub(super) fn on_ready(&mut self, node: NodeId, starts: u64, cause: EventId) {
        if self.is_down(node) && self.starts(node) == starts {
            self.begin_process(node, cause);
        }
    }

    fn begin_process(&mut self, node: NodeId, cause: EventId) {
        if let Some(process) = self.processes.get_mut(&node) {
            process.start();
        }
        let event = self.say_of(Some(node), RuleId::Command, EventKind::Started {}, &[cause]);
        self.call(node, event, |nodes, cx| match nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.start(cx),
            Some(Node::Controller(controller)) => controller.start(cx),
            Some(Node::Client(_)) | None => {}
        });
    }

    pub(super) fn pause(
        &mut self,
        node: NodeId,
        span: Option<SimDuration>,
        cause: EventId,
    ) -> Result<(), Rejected> {
        self.must_be(node, &[ProcessStatus::Running], "pause")?;
        self.wake_polls_of(node);
        let paused = self.say_of(Some(node), RuleId::Command, EventKind::Paused {}, &[cause]);
        self.pauses += 1;
        if let Some(process) = self.processes.get_mut(&node) {
            process.pause();
            process.begin_pause(self.pauses);
        }
        if let Some(span) = span {
            self.queue.push(self.now + span, Due::EndOfPause(node, self.pauses, paused));
        }
        Ok(())
    }

    /// A pause ends by itself, unless it is no longer that pause.
    pub(super) fn end_pause(&mut self, node: NodeId, pause: u64, cause: EventId) {
        if self.is_in_pause(node, pause) {
            self.go_on(node, cause);
        }
    }

    pub(super) fn resume(&mut self, node: NodeId, cause: EventId) -> Result<(), Rejected> {
        self.must_be(node, &[ProcessStatus::Paused], "resume")?;
        self.go_on(node, cause);
        Ok(())
    }

    /// First the inbox in order of arrival, then expired timers in order of their time.
    fn go_on(&mut self, node: NodeId, cause: EventId) {
        self.say_of(Some(node), RuleId::Command, EventKind::Resumed {}, &[cause]);
        let Some(process) = self.processes.get_mut(&node) else {
            return;
        };
        let (inbox, expired) = process.resume();
        for message in inbox {
            self.queue.push(self.now, Due::Read(message));
        }
        for (timer, expired) in expired {
            let sequence = self.queue.push(self.now, Due::Timer(node, timer));
            if let Some(process) = self.processes.get_mut(&node) {
                process.set_timer(timer, Setting { sequence, ..expired });
            }
        }
    }

    pub(super) fn begin_fault(
        &mut self,
        fault: &LinkFault,
        text: &str,
        cause: EventId,
    ) -> Result<(), Rejected> {
        let (from, to) = match fault {
            LinkFault::Cut { from, to, .. } => {
                let one = self.select_all(from)?;
                let other = match to {
                    Some(to) => self.select_all(to)?,
                    None => self.everybody().difference(&one).copied().collect(),
                };
                (one, other)
            }
            LinkFault::Delay { from, to, .. } | LinkFault::Drop { from, to, .. } => {
                (self.select_all(from)?, self.select_all(to)?)
            }
            LinkFault::Slow { nodes, .. } => (self.select_all(nodes)?, SortedSet::new()),
        };
        self.wake_all();
        let kind = EventKind::FaultBegan { text: text.into() };
        self.say_of(None, RuleId::Command, kind, &[cause]);
        self.network.begin(ActiveFault { fault: fault.clone(), from, to });
        Ok(())
    }

    fn everybody(&self) -> SortedSet<NodeId> {
        self.processes.keys().copied().collect()
    }

    pub(super) fn heal(
        &mut self,
        scope: &HealScope,
        text: &str,
        cause: EventId,
    ) -> Result<(), Rejected> {
        if !self.network.heal(scope) {
            return Err(Rejected::new(
                "no cut, delay, drop or slow with these words goes on; `heal` alone ends all",
            ));
        }
        self.say_of(None, RuleId::Command, EventKind::Healed { text: text.into() }, &[cause]);
        for message in self.network.unpark() {
            self.transmit(message);
        }
        Ok(())
    }

    pub(super) fn hold(&mut self, spec: &HoldSpec) -> Result<(), Rejected> {
        let from = spec.from.as_ref().map(|one| self.select(one)).transpose()?;
        let to = spec.to.as_ref().map(|one| self.select(one)).transpose()?;
        let topic = match &spec.topic {
            Some(name) => Some((self.topic_id(name)?, name.clone())),
            None => None,
        };
        self.wake_all();
        let line = std::collections::VecDeque::new();
        self.network.holds.begin(Hold { spec: spec.clone(), from, to, topic, line });
        Ok(())
    }

    pub(super) fn release(
        &mut self,
        spec: &HoldSpec,
        count: Option<u32>,
        cause: EventId,
    ) -> Result<(), Rejected> {
        for message in self.take_held(spec, count)? {
            if let Some(api_key) = message.api_key {
                let (request, from) = (message.request, message.from);
                let kind = EventKind::Released { request, api_key, from };
                self.say_of(Some(message.to), RuleId::Command, kind, &[cause, message.cause]);
            }
            self.queue.push(self.now, Due::Deliver(message));
        }
        Ok(())
    }

    pub(super) fn discard(
        &mut self,
        spec: &HoldSpec,
        count: Option<u32>,
        cause: EventId,
    ) -> Result<(), Rejected> {
        for message in self.take_held(spec, count)? {
            self.network.connections.travelled(message.connection);
            if let Some(api_key) = message.api_key {
                let (request, from) = (message.request, message.from);
                let kind = EventKind::Discarded { request, api_key, from };
                self.say_of(Some(message.to), RuleId::Command, kind, &[cause, message.cause]);
            }
        }
        Ok(())
    }

    fn take_held(&mut self, spec: &HoldSpec, count: Option<u32>) -> Result<Vec<Message>, Rejected> {
        self.network.holds.take(spec, count).ok_or_else(|| {
            Rejected::new("no hold with these words stands; write them as in the `hold`")
        })
    }
}

impl Cluster {
    /// The cuts, delays, drops and slow nodes that go on, in the order in which they began, each
    /// with the nodes of its first set and of its second.
    pub fn standing_faults(&self) -> impl Iterator<Item = (&LinkFault, [&SortedSet<NodeId>; 2])> {
        self.network.faults().iter().map(|active| (&active.fault, [&active.from, &active.to]))
    }

    /// The holds that stand, in the order in which they began, each with how much waits.
    pub fn standing_holds(&self) -> impl Iterator<Item = (&HoldSpec, usize)> {
        self.network.holds.all().map(|hold| (&hold.spec, hold.line.len()))
    }
}
