//! Faults of processes and links: what an order does to them.

use epochscope_vocabulary::command::{HealScope, HoldSpec, LinkFault, Losing};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, EventId, NodeId, SimDuration, SortedSet};

use super::{Cluster, Due, Rejected};
use crate::network::ActiveFault;
use crate::network::holds::Hold;
use crate::network::message::Message;
use crate::observe::ProcessStatus;
use crate::process::Setting;

impl Cluster {
    pub(super) fn status(&self, broker: BrokerId) -> ProcessStatus {
        let process = self.processes.get(&NodeId::Broker(broker));
        process.map_or(ProcessStatus::Killed, crate::process::Process::status)
    }

    pub(super) fn is_down(&self, broker: BrokerId) -> bool {
        matches!(self.status(broker), ProcessStatus::Stopped | ProcessStatus::Killed)
    }

    pub(super) fn is_in_pause(&self, broker: BrokerId, pause: u64) -> bool {
        self.processes.get(&NodeId::Broker(broker)).is_some_and(|one| one.is_in_pause(pause))
    }

    pub(super) fn starts(&self, broker: BrokerId) -> u64 {
        self.processes.get(&NodeId::Broker(broker)).map_or(0, crate::process::Process::starts)
    }

    pub(super) fn must_be(
        &self,
        broker: BrokerId,
        allowed: &[ProcessStatus],
        order: &str,
    ) -> Result<(), Rejected> {
        let status = self.status(broker);
        if allowed.contains(&status) {
            return Ok(());
        }
        let is = match status {
            ProcessStatus::Running => "runs",
            ProcessStatus::Paused => "is paused",
            ProcessStatus::Stopped | ProcessStatus::Killed => "is down",
        };
        Err(Rejected::new(format!("cannot {order} broker {broker}: it {is}")))
    }

    pub(super) fn kill(
        &mut self,
        broker: BrokerId,
        losing: Losing,
        cause: EventId,
    ) -> Result<(), Rejected> {
        let alive = [ProcessStatus::Running, ProcessStatus::Paused];
        self.must_be(broker, &alive, "kill")?;
        let node = NodeId::Broker(broker);
        self.wake_polls_of(node);
        let event = self.say_of(Some(node), RuleId::Command, EventKind::Killed {}, &[cause]);
        let losses =
            self.nodes.brokers.get_mut(&broker).map(|one| one.crash(losing)).unwrap_or_default();
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
        if let NodeId::Broker(id) = node {
            self.wake_polls_of(node);
            let cause = self.latest_event();
            if let Some(broker) = self.nodes.brokers.get_mut(&id) {
                broker.end_cleanly();
            }
            let rule = RuleId::ControlledShutdown;
            self.say_of(Some(node), rule, EventKind::Stopped {}, &[cause]);
            self.end_process(node, ProcessStatus::Stopped);
        }
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

    pub(super) fn stop(&mut self, broker: BrokerId, cause: EventId) -> Result<(), Rejected> {
        self.must_be(broker, &[ProcessStatus::Running], "stop")?;
        let node = NodeId::Broker(broker);
        let event = self.say_of(Some(node), RuleId::Command, EventKind::ShuttingDown {}, &[cause]);
        self.call(node, event, |nodes, cx| {
            if let Some(broker) = nodes.brokers.get_mut(&broker) {
                broker.begin_shutdown(cx);
            }
        });
        Ok(())
    }

    pub(super) fn start(
        &mut self,
        broker: BrokerId,
        after: SimDuration,
        cause: EventId,
    ) -> Result<(), Rejected> {
        let down = [ProcessStatus::Stopped, ProcessStatus::Killed];
        self.must_be(broker, &down, "start")?;
        if after > SimDuration::ZERO {
            let starts = self.starts(broker);
            self.queue.push(self.now + after, Due::Ready(broker, starts, cause));
            return Ok(());
        }
        self.begin_process(broker, cause);
        Ok(())
    }

    /// A process that was told to start is there, unless it was started otherwise meanwhile.
    pub(super) fn on_ready(&mut self, broker: BrokerId, starts: u64, cause: EventId) {
        if self.is_down(broker) && self.starts(broker) == starts {
            self.begin_process(broker, cause);
        }
    }

    fn begin_process(&mut self, broker: BrokerId, cause: EventId) {
        let node = NodeId::Broker(broker);
        if let Some(process) = self.processes.get_mut(&node) {
            process.start();
        }
        let event = self.say_of(Some(node), RuleId::Command, EventKind::Started {}, &[cause]);
        self.call(node, event, |nodes, cx| {
            if let Some(broker) = nodes.brokers.get_mut(&broker) {
                broker.start(cx);
            }
        });
    }

    pub(super) fn pause(
        &mut self,
        broker: BrokerId,
        span: Option<SimDuration>,
        cause: EventId,
    ) -> Result<(), Rejected> {
        self.must_be(broker, &[ProcessStatus::Running], "pause")?;
        let node = NodeId::Broker(broker);
        self.wake_polls_of(node);
        let paused = self.say_of(Some(node), RuleId::Command, EventKind::Paused {}, &[cause]);
        self.pauses += 1;
        if let Some(process) = self.processes.get_mut(&node) {
            process.pause();
            process.begin_pause(self.pauses);
        }
        if let Some(span) = span {
            self.queue.push(self.now + span, Due::EndOfPause(broker, self.pauses, paused));
        }
        Ok(())
    }

    /// A pause ends by itself, unless it is no longer that pause.
    pub(super) fn end_pause(&mut self, broker: BrokerId, pause: u64, cause: EventId) {
        if self.is_in_pause(broker, pause) {
            self.go_on(broker, cause);
        }
    }

    pub(super) fn resume(&mut self, broker: BrokerId, cause: EventId) -> Result<(), Rejected> {
        self.must_be(broker, &[ProcessStatus::Paused], "resume")?;
        self.go_on(broker, cause);
        Ok(())
    }

    /// First the inbox in order of arrival, then expired timers in order of their time.
    fn go_on(&mut self, broker: BrokerId, cause: EventId) {
        let node = NodeId::Broker(broker);
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
        let controllers =
            |set: &SortedSet<NodeId>| set.iter().any(|node| matches!(node, NodeId::Controller(_)));
        if controllers(&from) && (controllers(&to) || to.is_empty()) {
            return Err(Rejected::new(
                "faults on or between controllers are not modelled yet; cut brokers from them",
            ));
        }
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
