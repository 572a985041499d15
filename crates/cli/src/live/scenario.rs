//! A trace as a scenario of our language.
//!
//! The driver went step by step and waited for what it had asked, so the scenario is made of waits
//! too; recorded times come in only where something was still under way.

use epochscope_scenario::format::{parse, print, quote, releases};
use epochscope_scenario::script::Scenario;
use epochscope_vocabulary::config::{SETTINGS, Scope};

use super::awaited;
use super::steps::{Act, Ask, AskKind, Pairs, Send, value_of};
use super::trace::{Step, Trace};
use crate::rule::fields::{Read, Wrong};

/// A scenario, and what to look at while it runs.
pub(super) struct Plan {
    /// The scenario.
    pub(super) scenario: Scenario,
    /// The topic's name in it.
    pub(super) topic: String,
    /// What to look at when so many statements are done, in order.
    pub(super) looks: Vec<(usize, Look)>,
    /// Every record, in order of its sending.
    pub(super) sent: Vec<Sent>,
    /// Brokers that the steps touch.
    pub(super) touched: Vec<u32>,
}

/// Something to look at.
#[derive(Clone, Debug)]
pub(super) enum Look {
    /// What this consumer, or this sender of a Fetch, has read; the number is that of the reading.
    Read { reading: usize, client: String, from: u64 },
    /// All logs.
    Logs(String),
    /// The partitions, as an administrator sees them.
    Describe(String),
    /// This broker's log from here on.
    WatchFrom(u32),
    /// And up to here.
    WatchTo { name: String, broker: u32 },
    /// What the step of this number gave to the administrator.
    Answer(usize),
}

/// A record.
pub(super) struct Sent {
    pub(super) value: String,
    /// The client's name in the trace.
    pub(super) label: String,
    /// Its name in the scenario.
    pub(super) client: String,
    /// As the trace writes it.
    pub(super) acks: String,
    pub(super) partition: u32,
    /// Sent by one request to one broker.
    pub(super) is_raw: bool,
}

/// What clients are given unless a step says otherwise.
const PRODUCER: &[(&str, &str)] = &[
    ("linger.ms", "0"),
    ("request.timeout.ms", "5000"),
    ("delivery.timeout.ms", "15000"),
    ("retry.backoff.ms", "100"),
    ("retry.backoff.max.ms", "300"),
    ("reconnect.backoff.max.ms", "200"),
];
const BOOTSTRAP: &str = "bootstrap.servers";
/// Broker N had this port and N more.
const FIRST_PORT: u32 = 19_360;
/// The driver let a new topic be for so long.
const AFTER_CREATION_MS: u64 = 700;
/// The shortest time that a consumer of its own was given.
const CONSUMER_MS: u64 = 500;
/// Clocks of the driver and of what it started differ by less than this.
const SLACK_MS: u64 = 25;

/// Makes the scenario. What races on a real machine is decided by nothing here, or `draw`n from
/// this seed.
pub(super) fn plan(trace: &Trace, draw: Option<u64>) -> Read<Plan> {
    let mut writer = Writer::new(trace)?;
    writer.header(draw);
    writer.find_watches();
    let mut describes = trace.describes.iter();
    for (number, step) in trace.steps.iter().enumerate() {
        writer.read_until(step.at_ms, matches!(step.act, Act::Describe));
        writer.step(number, step);
        if matches!(step.act, Act::Describe)
            && let Some((_, name)) = describes.next()
        {
            writer.look(Look::Describe(name.clone()));
        }
    }
    writer.read_until(u64::MAX, true);
    writer.finish()
}

/// A client's request that has no answer yet.
struct Pending {
    client: String,
    value: String,
    rest: Vec<String>,
    ends_at: u64,
}

struct Writer<'a> {
    trace: &'a Trace,
    topic: &'a str,
    header: Vec<String>,
    steps: Vec<String>,
    looks: Vec<(usize, Look)>,
    sent: Vec<Sent>,
    touched: Vec<u32>,
    /// Brokers that are down or stand still.
    silent: Vec<u32>,
    /// Where the driver's clock is.
    now: u64,
    pending: Vec<Pending>,
    /// Producers so far: name in the trace, settings, name in the scenario.
    producers: Vec<(String, Pairs, String)>,
    raw: u32,
    consumers: u32,
    /// The next of the trace's readings.
    next_reading: usize,
    /// Steps before which a watch begins.
    watches: Vec<(usize, u32)>,
    watched: usize,
}

impl<'a> Writer<'a> {
    fn new(trace: &'a Trace) -> Read<Self> {
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

    fn header(&mut self, draw: Option<u64>) {
        let trace = self.trace;
        let release = releases::position(&trace.release)
            .map_or(trace.release.as_str(), |at| releases::RELEASES[at]);
        let brokers = trace.brokers.iter().map(|(id, rack)| match rack {
            Some(rack) => format!(" {id}@{rack}"),
            None => format!(" {id}"),
        });
        let controllers = trace.controllers.iter().map(|id| format!(" {id}"));
        let active = trace.active.map_or(String::new(), |id| format!(" active={id}"));
        self.header.extend([
            "epochscope 1".to_owned(),
            format!("title {}: {}", trace.id, trace.title),
            format!("about Recorded on Apache Kafka {}: same outcome.", trace.release),
            format!("kafka {release}"),
            format!("brokers{}", brokers.collect::<String>()),
            format!("controllers{}{active}", controllers.collect::<String>()),
        ]);
        if let Some(seed) = draw {
            self.header.extend([format!("seed {seed}"), "network latency=1ms jitter=1ms".to_owned()]);
        }
        for (whose, prefix) in [("brokers", "broker."), ("controllers", "controller.")] {
            let own = trace.settings.iter().filter_map(|(name, value)| {
                let name = name.strip_prefix(prefix)?;
                is_modelled(name, Scope::Server).then(|| format!(" {name}={value}"))
            });
            let settings = own.collect::<String>();
            if !settings.is_empty() {
                self.header.push(format!("config {whose}{settings}"));
            }
        }
        if trace.elr_version == 0 {
            self.header.push("feature eligible.leader.replicas.version=0".to_owned());
        }
    }

    /// Each look at a log through a fault begins before the fault.
    fn find_watches(&mut self) {
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

    fn say(&mut self, line: impl Into<String>) {
        self.steps.push(line.into());
    }

    fn look(&mut self, look: Look) {
        self.looks.push((self.steps.len(), look));
    }

    fn step(&mut self, number: usize, step: &'a Step) {
        self.settle_pending(step);
        for (_, broker) in self.watches.clone().into_iter().filter(|(from, _)| *from == number) {
            self.look(Look::WatchFrom(broker));
        }
        self.touch(&step.act);
        match &step.act {
            Act::Create(topic) => self.create(topic),
            Act::Delete(topic) => self.order(&format!("delete {topic}")),
            Act::AlterTopic { topic, settings } => {
                self.order(&format!("alter topic {topic}{}", written(settings)));
            }
            Act::Reassign { partition, to } => self.order(&match to {
                Some(to) => format!("reassign {partition} replicas={}", joined(to)),
                None => format!("reassign cancel {partition}"),
            }),
            Act::Elect { unclean, partition } => {
                let kind = if *unclean { "unclean" } else { "preferred" };
                self.order(&format!("elect {kind} {partition}"));
                self.look(Look::Answer(number));
            }
            Act::Describe => self.order(&format!("describe {}", self.topic)),
            Act::ListOffsets { partition, which } => {
                self.say(format!("list-offsets {partition} {which}"));
                if step.result.get("error").is_some() {
                    self.run_for(step.at_ms.saturating_sub(self.now));
                } else {
                    self.say("run until result admin != pending");
                }
                self.look(Look::Answer(number));
            }
            Act::Kill(nodes) => self.say(format!("kill {}", joined(nodes))),
            Act::Pause(nodes) => self.say(format!("pause {}", joined(nodes))),
            Act::Resume(nodes) => self.say(format!("resume {}", joined(nodes))),
            Act::Wipe(nodes) => self.say(format!("wipe {}", joined(nodes))),
            Act::Stop(nodes) => self.stop(nodes),
            Act::Start(nodes) => self.start(nodes, step),
            Act::FailDir(dir, broker) => self.say(format!("fail {broker} dir={}", self.dir(*dir))),
            Act::RepairDir(dir, broker) => {
                self.say(format!("repair {broker} dir={}", self.dir(*dir)));
            }
            Act::Cut { one, other, both_ways } => {
                let to = if *both_ways { "" } else { "to " };
                self.say(format!("cut {one} {to}{other}"));
            }
            Act::Heal => self.say("heal"),
            Act::Produce(send) => self.produce(number, step, send),
            Act::Ask(ask) => self.ask(number, step, ask),
            Act::Consume { partition, settings, .. } => {
                let ms = step.at_ms.saturating_sub(self.now);
                self.consume(partition, settings, ms);
            }
            Act::OpenConsumer { name, settings } => {
                let known = modelled(settings, Scope::Consumer, &[]);
                let bootstrap = self.bootstrap(settings);
                let topic = self.topic;
                self.say(format!("consumer {name} topic={topic} manual=true{known}{bootstrap}"));
            }
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
        }
        self.now = self.now.max(match &step.act {
            Act::Produce(_) | Act::Ask(_) => self.now,
            _ => step.at_ms,
        });
    }

    fn run_for(&mut self, ms: u64) {
        if ms > 0 {
            self.say(format!("run for={ms}ms"));
        }
    }

    fn order(&mut self, line: &str) {
        self.say(line);
        self.say("run until result admin != pending");
    }

    fn create(&mut self, topic: &str) {
        let all: Vec<String> = self.trace.partitions.iter().map(|(_, to)| joined(to)).collect();
        let count = match all.len() {
            0 | 1 => String::new(),
            many => format!(" partitions={many}"),
        };
        let settings = written(&self.trace.topic_configs);
        self.order(&format!("create {topic}{count} replicas={}{settings}", all.join(";")));
        self.run_for(AFTER_CREATION_MS);
    }

    fn stop(&mut self, nodes: &[u32]) {
        self.say(format!("stop {}", joined(nodes)));
        for node in nodes {
            if self.is_broker(*node) {
                self.say(format!("run until broker {node} = stopped"));
            }
        }
    }

    fn start(&mut self, nodes: &[u32], step: &Step) {
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

    fn is_broker(&self, node: u32) -> bool {
        self.trace.brokers.iter().any(|(id, _)| *id == node)
    }

    /// Whether a broker was fenced at a moment of the recording.
    fn is_fenced(&self, node: u32, at_ms: u64) -> bool {
        let before = self.trace.registrations.iter().filter(|(at, id, _)| *at <= at_ms && *id == node);
        before.last().is_some_and(|(_, _, state)| state == "fenced")
    }

    fn dir(&self, number: u32) -> String {
        let named = value_of(&self.trace.settings, "broker.log.dirs");
        let number = usize::try_from(number).unwrap_or(0);
        named
            .and_then(|dirs| dirs.split(',').nth(number))
            .map_or_else(|| format!("/d{}", number + 1), str::to_owned)
    }

    fn wait_for(&mut self, what: &str, step: &Step) {
        let observation = awaited::observation(self.topic, what, &step.result);
        match observation {
            Some(observation) => self.say(format!("run until {observation}")),
            None => self.run_for(step.at_ms.saturating_sub(self.now)),
        }
    }

    fn end_watch(&mut self, broker: u32, step: &Step) {
        self.run_for(step.at_ms.saturating_sub(self.now));
        let name = self.trace.watches.get(self.watched).map_or(String::new(), |one| one.0.clone());
        self.watched += 1;
        self.look(Look::WatchTo { name, broker });
    }

    fn touch(&mut self, act: &Act) {
        let nodes: Vec<u32> = match act {
            Act::Kill(nodes) | Act::Pause(nodes) | Act::Resume(nodes) | Act::Stop(nodes)
            | Act::Start(nodes) | Act::Wipe(nodes) => nodes.clone(),
            Act::FailDir(_, broker) | Act::RepairDir(_, broker) => vec![*broker],
            Act::Cut { one, other, .. } => {
                one.split(',').chain(other.split(',')).filter_map(|node| node.parse().ok()).collect()
            }
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

    fn finish(self) -> Read<Plan> {
        let text = format!("{}\n\n{}\n", self.header.join("\n"), self.steps.join("\n"));
        let parsed = parse(text.as_bytes()).map_err(|errors| {
            let told: Vec<String> = errors.iter().map(|error| error.render("its scenario")).collect();
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

/// Clients: what is sent, asked and read.
impl<'a> Writer<'a> {
    fn produce(&mut self, number: usize, step: &'a Step, send: &Send) {
        if send.is_sent_only && self.has_twin(step) {
            return;
        }
        let client = self.producer(send);
        let partition = number_of(&send.partition);
        let acks = value_of(&send.settings, "acks").unwrap_or("all").to_owned();
        let label = send.client.clone();
        for value in &send.values {
            self.sent.push(Sent {
                value: value.clone(),
                label: label.clone(),
                client: client.clone(),
                acks: acks.clone(),
                partition,
                is_raw: false,
            });
        }
        let ends_at = step.at_ms + elapsed(step);
        if self.goes_on_in_background(number, ends_at, send.is_sent_only) {
            let mut values = send.values.iter().cloned();
            let value = values.next().unwrap_or_default();
            self.say(format!("produce {client} {} {}", send.partition, quote(&value)));
            let rest = values.map(|v| format!("produce {client} {} {}", send.partition, quote(&v)));
            let rest = rest.collect();
            let ends_at = if send.is_sent_only { u64::MAX } else { ends_at };
            self.pending.push(Pending { client, value, rest, ends_at });
            self.now = step.at_ms;
            return;
        }
        for value in &send.values {
            self.say(format!("produce {client} {} {}", send.partition, quote(value)));
            self.say(format!("run until result {client} {} != pending", quote(value)));
        }
        self.now = ends_at;
    }

    fn ask(&mut self, number: usize, step: &'a Step, ask: &Ask) {
        if ask.is_sent_only && self.has_twin(step) {
            return;
        }
        self.raw += 1;
        let name = format!("raw{}", self.raw);
        let field = |name: &str| value_of(&ask.fields, name);
        let pair = |ours: &str, theirs: &str| {
            field(theirs).map_or(String::new(), |value| format!(" {ours}={value}"))
        };
        let Ask { to, partition, .. } = ask;
        let ends_at = step.at_ms + elapsed(step);
        let mut is_pending = false;
        match ask.kind {
            AskKind::Produce => {
                let acks = field("acks").unwrap_or("1");
                let word = if acks == "-1" { "all" } else { acks };
                let values: Vec<String> =
                    field("values").unwrap_or_default().split(',').map(str::to_owned).collect();
                let texts: Vec<String> = values.iter().map(|value| quote(value).to_string()).collect();
                let timeout = pair("timeout.ms", "timeout");
                self.say(format!(
                    "request Produce {partition} {} to={to} acks={word}{timeout} as={name}",
                    texts.join(" ")
                ));
                let partition = number_of(partition);
                for value in values {
                    self.sent.push(Sent {
                        value,
                        label: format!("raw->{to}"),
                        client: name.clone(),
                        acks: acks.to_owned(),
                        partition,
                        is_raw: true,
                    });
                }
                is_pending = self.goes_on_in_background(number, ends_at, ask.is_sent_only);
            }
            AskKind::Fetch => {
                let more = pair("current-leader-epoch", "current_leader_epoch")
                    + &pair("client.rack", "rack");
                let offset = field("offset").unwrap_or("0");
                self.say(format!("request Fetch {partition} to={to} offset={offset}{more} as={name}"));
            }
            AskKind::OffsetForLeaderEpoch => {
                let more = pair("current-leader-epoch", "current_leader_epoch");
                let epoch = field("epoch").or_else(|| field("leader_epoch")).unwrap_or("0");
                self.say(format!(
                    "request OffsetForLeaderEpoch {partition} to={to} epoch={epoch}{more} as={name}"
                ));
            }
        }
        if is_pending {
            let ends_at = if ask.is_sent_only { u64::MAX } else { ends_at };
            let (value, rest) = (String::new(), Vec::new());
            self.pending.push(Pending { client: name, value, rest, ends_at });
            self.now = step.at_ms;
            return;
        }
        self.say(format!("run until result {name} != pending"));
        if ask.kind == AskKind::Fetch && self.is_next_reading(&format!("Fetch to {to}"), partition) {
            let from = field("offset").and_then(|from| from.parse().ok()).unwrap_or(0);
            self.look_at_reading(name, from);
        }
        self.now = ends_at;
    }

    /// A producer of this name and these settings, made when first needed.
    fn producer(&mut self, send: &Send) -> String {
        let known = self.producers.iter().find(|(label, settings, _)| {
            *label == send.client && *settings == send.settings
        });
        if let Some((_, _, name)) = known {
            return name.clone();
        }
        let same = self.producers.iter().filter(|(label, _, _)| *label == send.client).count();
        let name = match same {
            0 => send.client.clone(),
            more => format!("{}_{}", send.client, more + 1),
        };
        let settings = modelled(&send.settings, Scope::Producer, PRODUCER);
        let bootstrap = self.bootstrap(&send.settings);
        self.say(format!("producer {name} topic={}{settings}{bootstrap}", self.topic));
        self.producers.push((send.client.clone(), send.settings.clone(), name.clone()));
        name
    }

    /// A consumer of its own, for so long at least.
    fn consume(&mut self, partition: &str, settings: &Pairs, ms: u64) {
        self.consumers += 1;
        let name = format!("reader{}", self.consumers);
        let ms = ms.max(CONSUMER_MS);
        let settings = modelled(settings, Scope::Consumer, &[("auto.offset.reset", "earliest")]);
        let bootstrap = self.bootstrap(&Vec::new());
        self.say(format!("consumer {name} topic={} manual=true{settings}{bootstrap}", self.topic));
        self.say(format!("consume {name} for={ms}ms"));
        self.run_for(ms);
        if self.is_next_reading("consumer", partition) {
            self.look_at_reading(name, 0);
        }
    }

    /// Whom a client knows at first: brokers by the ports of the recording's proxy, or all that
    /// answered when the driver made it.
    fn bootstrap(&self, settings: &Pairs) -> String {
        let said = value_of(settings, BOOTSTRAP).map(|servers| {
            let ports = servers.split(',').filter_map(|server| server.rsplit_once(':'));
            let ports = ports.filter_map(|(_, port)| port.parse::<u32>().ok());
            ports.filter_map(|port| port.checked_sub(FIRST_PORT)).collect::<Vec<u32>>()
        });
        let all = self.trace.brokers.iter().map(|(id, _)| *id);
        let known = said.unwrap_or_else(|| {
            if self.silent.is_empty() {
                return Vec::new();
            }
            all.filter(|id| !self.silent.contains(id)).collect()
        });
        if known.is_empty() { String::new() } else { format!(" {BOOTSTRAP}={}", joined(&known)) }
    }

    fn is_next_reading(&self, via: &str, partition: &str) -> bool {
        self.trace.reads.get(self.next_reading).is_some_and(|reading| {
            reading.via.starts_with(via) && reading.partition == number_of(partition)
        })
    }

    fn look_at_reading(&mut self, client: String, from: u64) {
        let reading = self.next_reading;
        self.next_reading += 1;
        self.look(Look::Read { reading, client, from });
    }

    /// Readings of consumers that stand in no step, up to a moment.
    fn read_until(&mut self, at_ms: u64, can_read: bool) {
        while can_read
            && let Some(reading) = self.trace.reads.get(self.next_reading)
            && reading.at_ms <= at_ms
            && reading.via.starts_with("consumer")
        {
            let partition = format!("{}-{}", self.topic, reading.partition);
            let ms = if reading.position == Some(0) { 4_000 } else { CONSUMER_MS };
            self.consume(&partition, &Vec::new(), ms);
            self.now = self.now.max(reading.at_ms);
        }
    }

    /// Whether the same step stands there once more, with its answer.
    fn has_twin(&self, step: &Step) -> bool {
        let same = |other: &Act| match (&step.act, other) {
            (Act::Produce(one), Act::Produce(other)) => {
                !other.is_sent_only && one.values == other.values && one.client == other.client
            }
            (Act::Ask(one), Act::Ask(other)) => {
                !other.is_sent_only && one.fields == other.fields && one.to == other.to
            }
            _ => false,
        };
        self.trace.steps.iter().any(|other| same(&other.act))
    }

    /// Whether the driver did something else before the answer came.
    fn goes_on_in_background(&self, number: usize, ends_at: u64, is_sent_only: bool) -> bool {
        let later = self.trace.steps[number + 1..].iter();
        is_sent_only
            || later.filter_map(begin_of).any(|begin| begin.saturating_add(SLACK_MS) < ends_at)
    }

    /// Before a step: waits for answers that came before it, and keeps the distance while others
    /// are still to come.
    fn settle_pending(&mut self, step: &Step) {
        let begins = begin_of(step).unwrap_or(step.at_ms);
        let (done, open): (Vec<Pending>, Vec<Pending>) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| pending.ends_at <= begins);
        self.pending = open;
        for Pending { client, value, rest, ends_at } in done {
            let value = if value.is_empty() { value } else { format!(" {}", quote(&value)) };
            self.say(format!("run until result {client}{value} != pending"));
            for line in rest {
                self.say(line);
                self.say(format!("run until result {client} != pending"));
            }
            self.now = self.now.max(ends_at);
        }
        if !self.pending.is_empty()
            && !matches!(&step.act, Act::Produce(Send { is_sent_only: true, .. }))
            && !matches!(&step.act, Act::Ask(Ask { is_sent_only: true, .. }))
            && let Some(begin) = begin_of(step)
            && begin > self.now
        {
            self.run_for(begin - self.now);
            self.now = begin;
        }
    }
}

/// When a step began, where that is known.
fn begin_of(step: &Step) -> Option<u64> {
    match &step.act {
        Act::RunFor(ms) => Some(step.at_ms.saturating_sub(*ms)),
        Act::Await(_) | Act::Consume { .. } | Act::State | Act::Nothing | Act::Watch { .. }
        | Act::Describe | Act::ListOffsets { .. } | Act::Poll { .. } => None,
        _ => Some(step.at_ms),
    }
}

/// How long all answers of a step took.
fn elapsed(step: &Step) -> u64 {
    let answers = step.result.as_array().into_iter().flatten();
    answers.filter_map(|answer| answer.get("elapsed_ms")?.as_u64()).sum()
}

fn number_of(partition: &str) -> u32 {
    partition.rsplit_once('-').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}

fn joined(numbers: &[u32]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn written(settings: &[(String, String)]) -> String {
    settings.iter().map(|(name, value)| format!(" {name}={value}")).collect()
}

fn is_modelled(name: &str, scope: Scope) -> bool {
    SETTINGS.iter().any(|row| row.name == name && row.scopes.contains(&scope))
}

/// The settings that do something here, over `defaults`.
fn modelled(settings: &Pairs, scope: Scope, defaults: &[(&str, &str)]) -> String {
    let unsaid = defaults.iter().filter(|(name, _)| value_of(settings, name).is_none());
    let unsaid = unsaid.map(|(name, value)| format!(" {name}={value}"));
    let said = settings.iter().filter(|(name, _)| is_modelled(name, scope) && name != BOOTSTRAP);
    unsaid.chain(said.map(|(name, value)| format!(" {name}={value}"))).collect()
}

/// The scenario's text in the canonical form.
pub(super) fn text(plan: &Plan) -> String {
    print(&plan.scenario)
}
