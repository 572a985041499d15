//! Statement by statement: what each step of a driver is in our language.

use epochscope_scenario::format::parse;

use super::awaited;
use super::scenario::{Look, Plan, Sent};
use super::steps::{Act, Pairs, value_of};
use super::trace::{Step, Trace};
use super::waits::Pending;
use crate::rule::fields::{Read, Wrong};

/// The driver let a new topic be for so long.
const AFTER_CREATION_MS: u64 = 700;

/// A scenario being written.
pub(super) struct Writer<'a> {
    pub(super) trace: &'a Trace,
    pub(super) topic: &'a str,
    pub(super) header: Vec<String>,
    pub(super) steps: Vec<String>,
    pub(super) looks: Vec<(usize, Look)>,
    pub(super) sent: Vec<Sent>,
    pub(super) touched: Vec<u32>,
    /// Brokers that are down or stand still.
    pub(super) silent: Vec<u32>,
    /// Where the driver's clock is.
    pub(super) now: u64,
    pub(super) pending: Vec<Pending>,
    /// Producers so far: name in the trace, settings, name in the scenario.
    pub(super) producers: Vec<(String, Pairs, String)>,
    pub(super) raw: u32,
    pub(super) consumers: u32,
    /// The next of the trace's readings.
    pub(super) next_reading: usize,
    /// Steps before which a watch begins.
    pub(super) watches: Vec<(usize, u32)>,
    pub(super) watched: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(trace: &'a Trace) -> Read<Self> {
        Ok(Self {
            trace,
            topic: trace.topic()?,
            header: Vec::new(),
            steps: Vec::new(),
            looks: Vec::new(),
            sent: Vec::new(),
            touched: Vec::new(),
            silent: Vec::new(),
            now: 0,
            pending: Vec::new(),
            producers: Vec::new(),
            raw: 0,
            consumers: 0,
            next_reading: 0,
            watches: Vec::new(),
            watched: 0,
        })
    }

    /// Each look at a log through a fault begins before the fault.
    pub(super) fn find_watches(&mut self) {
        for (number, step) in self.trace.steps.iter().enumerate() {
            let Act::Watch { broker, .. } = &step.act else { continue };
            let before = &self.trace.steps[..number];
            let is_begin = |step: &Step| match &step.act {
                Act::Heal => true,
                Act::Resume(nodes) | Act::Start(nodes) | Act::Kill(nodes) | Act::Pause(nodes) => {
                    nodes.contains(broker)
                }
                _ => false,
            };
            let from = before.iter().rposition(is_begin).unwrap_or(number);
            self.watches.push((from, *broker));
        }
    }

    pub(super) fn say(&mut self, line: impl Into<String>) {
        self.steps.push(line.into());
    }

    pub(super) fn look(&mut self, look: Look) {
        self.looks.push((self.steps.len(), look));
    }

    pub(super) fn step(&mut self, number: usize, step: &'a Step) {
        self.settle_pending(step);
        for (_, broker) in self.watches.clone().into_iter().filter(|(from, _)| *from == number) {
            self.look(Look::WatchFrom(broker));
        }
        self.touch(&step.act);
        match &step.act {
            Act::Produce(send) => return self.produce(number, step, send),
            Act::Ask(ask) => return self.ask(number, step, ask),
            Act::Consume { partition, settings, .. } => {
                let ms = step.at_ms.saturating_sub(self.now);
                self.consume(partition, settings, ms);
            }
            Act::OpenConsumer { name, settings } => self.open_consumer(name, settings),
            Act::Poll { name, ms } => {
                self.say(format!("consume {name} for={ms}ms"));
                self.run_for(*ms);
            }
            Act::Await(what) => self.wait_for(what, step),
            Act::Look(name) => self.look(Look::Logs(name.clone())),
            Act::Watch { broker, .. } => self.end_watch(*broker, step),
            Act::State => self.look(Look::Answer(number)),
            Act::RunFor(ms) => self.run_for(*ms),
            Act::Nothing => {}
            Act::Stop(nodes) => self.stop(nodes),
            Act::Start(nodes) => self.start(nodes, step),
            Act::Create(_)
            | Act::Delete(_)
            | Act::AlterTopic { .. }
            | Act::Reassign { .. }
            | Act::Elect { .. }
            | Act::Describe
            | Act::ListOffsets { .. } => self.administer(number, step),
            Act::Kill(_)
            | Act::Pause(_)
            | Act::Resume(_)
            | Act::Wipe(_)
            | Act::FailDir(..)
            | Act::RepairDir(..)
            | Act::Cut { .. }
            | Act::Heal => self.fault(&step.act),
        }
        self.now = self.now.max(step.at_ms);
    }

    /// What goes through an administrator.
    fn administer(&mut self, number: usize, step: &Step) {
        match &step.act {
            Act::Create(topic) => self.create(topic),
            Act::Delete(topic) => self.order(&format!("delete {topic}")),
            Act::AlterTopic { topic, settings } => {
                self.order(&format!("alter topic {topic}{}", written(settings)));
            }
            Act::Reassign { partition, to: Some(to) } => {
                self.order(&format!("reassign {partition} replicas={}", joined(to)));
            }
            Act::Reassign { partition, to: None } => {
                self.order(&format!("reassign cancel {partition}"));
            }
            Act::Elect { unclean, partition } => {
                let kind = if *unclean { "unclean" } else { "preferred" };
                self.order(&format!("elect {kind} {partition}"));
                self.look(Look::Answer(number));
            }
            Act::ListOffsets { partition, which } => {
                self.say(format!("list-offsets {partition} {which}"));
                if step.result.get("error").is_some() {
                    self.run_for(step.at_ms.saturating_sub(self.now));
                } else {
                    self.say("run until result admin != pending");
                }
                self.look(Look::Answer(number));
            }
            _ => self.order(&format!("describe {}", self.topic)),
        }
    }

    /// What happens to processes, disks and links.
    fn fault(&mut self, act: &Act) {
        let line = match act {
            Act::Kill(nodes) => format!("kill {}", joined(nodes)),
            Act::Pause(nodes) => format!("pause {}", joined(nodes)),
            Act::Resume(nodes) => format!("resume {}", joined(nodes)),
            Act::Wipe(nodes) => format!("wipe {}", joined(nodes)),
            Act::FailDir(dir, broker) => format!("fail {broker} dir={}", self.dir(*dir)),
            Act::RepairDir(dir, broker) => format!("repair {broker} dir={}", self.dir(*dir)),
            Act::Cut { one, other, both_ways: true } => format!("cut {one} {other}"),
            Act::Cut { one, other, both_ways: false } => format!("cut {one} to {other}"),
            _ => "heal".to_owned(),
        };
        self.say(line);
    }

    pub(super) fn run_for(&mut self, ms: u64) {
        if ms > 0 {
            self.say(format!("run for={ms}ms"));
        }
    }

    pub(super) fn order(&mut self, line: &str) {
        self.say(line);
        self.say("run until result admin != pending");
    }

    pub(super) fn create(&mut self, topic: &str) {
        let all: Vec<String> = self.trace.partitions.iter().map(|(_, to)| joined(to)).collect();
        let count = match all.len() {
            0 | 1 => String::new(),
            many => format!(" partitions={many}"),
        };
        let settings = written(&self.trace.topic_configs);
        self.order(&format!("create {topic}{count} replicas={}{settings}", all.join(";")));
        self.run_for(AFTER_CREATION_MS);
    }

    pub(super) fn stop(&mut self, nodes: &[u32]) {
        self.say(format!("stop {}", joined(nodes)));
        for node in nodes {
            if self.is_broker(*node) {
                self.say(format!("run until broker {node} = stopped"));
            }
        }
    }

    pub(super) fn start(&mut self, nodes: &[u32], step: &Step) {
        self.say(format!("start {}", joined(nodes)));
        let died = step.result.get("died").is_some();
        for node in nodes {
            if !self.is_broker(*node) {
                self.say(format!("run until quorum-role {node} in follower,leader"));
            } else if died {
                self.say(format!("run until broker {node} != running within=5m"));
            } else if step.result.get("unfenced").is_some() {
                if !self.is_fenced(*node, step.at_ms) {
                    self.say(format!("run until registration {node} != unfenced"));
                }
                self.say(format!("run until registration {node} = unfenced"));
            }
        }
    }

    pub(super) fn is_broker(&self, node: u32) -> bool {
        self.trace.brokers.iter().any(|(id, _)| *id == node)
    }

    /// Whether a broker was fenced at a moment of the recording.
    pub(super) fn is_fenced(&self, node: u32, at_ms: u64) -> bool {
        let mut before =
            self.trace.registrations.iter().filter(|(at, id, _)| *at <= at_ms && *id == node);
        before.next_back().is_some_and(|(_, _, state)| state == "fenced")
    }

    pub(super) fn dir(&self, number: u32) -> String {
        let named = value_of(&self.trace.settings, "broker.log.dirs");
        let number = usize::try_from(number).unwrap_or(0);
        named
            .and_then(|dirs| dirs.split(',').nth(number))
            .map_or_else(|| format!("/d{}", number + 1), str::to_owned)
    }

    pub(super) fn wait_for(&mut self, what: &str, step: &Step) {
        let observation = awaited::observation(self.topic, what, &step.result);
        match observation {
            Some(observation) => self.say(format!("run until {observation}")),
            None => self.run_for(step.at_ms.saturating_sub(self.now)),
        }
    }

    pub(super) fn end_watch(&mut self, broker: u32, step: &Step) {
        self.run_for(step.at_ms.saturating_sub(self.now));
        let name = self.trace.watches.get(self.watched).map_or(String::new(), |one| one.0.clone());
        self.watched += 1;
        self.look(Look::WatchTo { name, broker });
    }

    pub(super) fn touch(&mut self, act: &Act) {
        let nodes: Vec<u32> = match act {
            Act::Kill(nodes)
            | Act::Pause(nodes)
            | Act::Resume(nodes)
            | Act::Stop(nodes)
            | Act::Start(nodes)
            | Act::Wipe(nodes) => nodes.clone(),
            Act::FailDir(_, broker) | Act::RepairDir(_, broker) => vec![*broker],
            Act::Cut { one, other, .. } => one
                .split(',')
                .chain(other.split(','))
                .filter_map(|node| node.parse().ok())
                .collect(),
            _ => Vec::new(),
        };
        for node in nodes {
            if self.is_broker(node) && !self.touched.contains(&node) {
                self.touched.push(node);
            }
            match act {
                Act::Kill(_) | Act::Pause(_) | Act::Stop(_) => self.silent.push(node),
                Act::Resume(_) | Act::Start(_) => self.silent.retain(|silent| *silent != node),
                _ => {}
            }
        }
    }

    pub(super) fn finish(self) -> Read<Plan> {
        let text = format!("{}\n\n{}\n", self.header.join("\n"), self.steps.join("\n"));
        let parsed = parse(text.as_bytes()).map_err(|errors| {
            let told: Vec<String> =
                errors.iter().map(|error| error.render("its scenario")).collect();
            Wrong::new(
                format!("it makes no scenario:\n{}", told.join("\n")),
                "steps that the language of scenarios can say",
            )
            .within("steps")
        })?;
        Ok(Plan {
            scenario: parsed.scenario,
            topic: self.topic.to_owned(),
            looks: self.looks,
            sent: self.sent,
            touched: self.touched,
        })
    }
}

pub(super) fn joined(numbers: &[u32]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

pub(super) fn written(settings: &[(String, String)]) -> String {
    settings.iter().map(|(name, value)| format!(" {name}={value}")).collect()
}
