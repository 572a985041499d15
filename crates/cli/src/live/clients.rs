//! What clients do in a trace's scenario: records sent, requests asked, records read.

use epochscope_scenario::format::quote;
use epochscope_vocabulary::config::{SETTINGS, Scope};

use super::scenario::{Look, Sent};
use super::steps::{Ask, AskKind, Pairs, Send, value_of};
use super::trace::Step;
use super::waits::{Pending, elapsed};
use super::writer::{Writer, joined};

/// What clients are given unless a step says otherwise.
const PRODUCER: &[(&str, &str)] = &[
    ("linger.ms", "0"),
    ("request.timeout.ms", "5000"),
    ("delivery.timeout.ms", "15000"),
    ("retry.backoff.ms", "100"),
    ("retry.backoff.max.ms", "300"),
    ("reconnect.backoff.max.ms", "200"),
];
/// The shortest time that a consumer of its own was given.
const CONSUMER_MS: u64 = 500;
const BOOTSTRAP: &str = "bootstrap.servers";
/// Broker N had this port and N more.
const FIRST_PORT: u32 = 19_360;

/// Clients: what is sent, asked and read.
impl Writer<'_> {
    pub(super) fn produce(&mut self, number: usize, step: &Step, send: &Send) {
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
        let ends_at = step.at_ms.saturating_add(elapsed(step));
        if send.is_sent_only || self.goes_on_in_background(number, ends_at) {
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

    pub(super) fn ask(&mut self, number: usize, step: &Step, ask: &Ask) {
        if ask.is_sent_only && self.has_twin(step) {
            return;
        }
        self.raw += 1;
        let name = format!("raw{}", self.raw);
        self.say(request(ask, &name));
        let ends_at = step.at_ms.saturating_add(elapsed(step));
        if ask.kind == AskKind::Produce {
            self.note_raw_records(ask, &name);
            if ask.is_sent_only || self.goes_on_in_background(number, ends_at) {
                let ends_at = if ask.is_sent_only { u64::MAX } else { ends_at };
                let (value, rest) = (String::new(), Vec::new());
                self.pending.push(Pending { client: name, value, rest, ends_at });
                self.now = step.at_ms;
                return;
            }
        }
        self.say(format!("run until result {name} != pending"));
        let via = format!("Fetch to {}", ask.to);
        if ask.kind == AskKind::Fetch && self.is_next_reading(&via, &ask.partition) {
            let from = value_of(&ask.fields, "offset").and_then(|from| from.parse().ok());
            self.look_at_reading(name, from.unwrap_or(0));
        }
        self.now = ends_at;
    }

    fn note_raw_records(&mut self, ask: &Ask, name: &str) {
        let acks = value_of(&ask.fields, "acks").unwrap_or("1");
        for value in value_of(&ask.fields, "values").unwrap_or_default().split(',') {
            self.sent.push(Sent {
                value: value.to_owned(),
                label: format!("raw->{}", ask.to),
                client: name.to_owned(),
                acks: acks.to_owned(),
                partition: number_of(&ask.partition),
                is_raw: true,
            });
        }
    }

    pub(super) fn open_consumer(&mut self, name: &str, settings: &Pairs) {
        let known = modelled(settings, Scope::Consumer, &[]);
        let bootstrap = self.bootstrap(settings);
        let topic = self.topic;
        self.say(format!("consumer {name} topic={topic} manual=true{known}{bootstrap}"));
    }

    /// A producer of this name and these settings, made when first needed.
    pub(super) fn producer(&mut self, send: &Send) -> String {
        let known = self
            .producers
            .iter()
            .find(|(label, settings, _)| *label == send.client && *settings == send.settings);
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
    pub(super) fn consume(&mut self, partition: &str, settings: &Pairs, ms: u64) {
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
    pub(super) fn bootstrap(&self, settings: &Pairs) -> String {
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

    pub(super) fn is_next_reading(&self, via: &str, partition: &str) -> bool {
        self.trace.reads.get(self.next_reading).is_some_and(|reading| {
            reading.via.starts_with(via) && reading.partition == number_of(partition)
        })
    }

    pub(super) fn look_at_reading(&mut self, client: String, from: u64) {
        let reading = self.next_reading;
        self.next_reading += 1;
        self.look(Look::Read { reading, client, from });
    }

    /// Readings of consumers that stand in no step, up to a moment.
    pub(super) fn read_until(&mut self, at_ms: u64) {
        while let Some(reading) = self.trace.reads.get(self.next_reading)
            && reading.at_ms <= at_ms
            && reading.via.starts_with("consumer")
        {
            let partition = format!("{}-{}", self.topic, reading.partition);
            let ms = if reading.position == Some(0) { 4_000 } else { CONSUMER_MS };
            self.consume(&partition, &Vec::new(), ms);
            self.now = self.now.max(reading.at_ms);
        }
    }
}

/// The statement of one request to one broker.
fn request(ask: &Ask, name: &str) -> String {
    let Ask { kind, to, partition, fields, .. } = ask;
    let pair = |ours: &str, theirs: &str| {
        value_of(fields, theirs).map_or(String::new(), |value| format!(" {ours}={value}"))
    };
    let epoch = pair("current-leader-epoch", "current_leader_epoch");
    match kind {
        AskKind::Produce => {
            let acks = match value_of(fields, "acks") {
                Some("-1") => "all",
                acks => acks.unwrap_or("1"),
            };
            let values = value_of(fields, "values").unwrap_or_default().split(',');
            let texts: Vec<String> = values.map(|value| quote(value).to_string()).collect();
            let (texts, timeout) = (texts.join(" "), pair("timeout.ms", "timeout"));
            format!("request Produce {partition} {texts} to={to} acks={acks}{timeout} as={name}")
        }
        AskKind::Fetch => {
            let (offset, rack) = (pair("offset", "offset"), pair("client.rack", "rack"));
            format!("request Fetch {partition} to={to}{offset}{epoch}{rack} as={name}")
        }
        AskKind::OffsetForLeaderEpoch => {
            let asked = pair("epoch", "epoch") + &pair("epoch", "leader_epoch");
            format!("request OffsetForLeaderEpoch {partition} to={to}{asked}{epoch} as={name}")
        }
    }
}

pub(super) fn number_of(partition: &str) -> u32 {
    partition.rsplit_once('-').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}

pub(super) fn is_modelled(name: &str, scope: Scope) -> bool {
    SETTINGS.iter().any(|row| row.name == name && row.scopes.contains(&scope))
}

/// The settings that do something here, over `defaults`.
pub(super) fn modelled(settings: &Pairs, scope: Scope, defaults: &[(&str, &str)]) -> String {
    let unsaid = defaults.iter().filter(|(name, _)| value_of(settings, name).is_none());
    let unsaid = unsaid.map(|(name, value)| format!(" {name}={value}"));
    let said = settings.iter().filter(|(name, _)| is_modelled(name, scope) && name != BOOTSTRAP);
    unsaid.chain(said.map(|(name, value)| format!(" {name}={value}"))).collect()
}
