//! Statements as words and pairs.
//!
//! Uses: `lexer`, `settings`.

use epochscope_vocabulary::command::{
    ClientSpec, Command, HealScope, HoldSpec, LinkFault, Losing, MessageHalf, MetadataUse,
    NodeSelector, NodeSet, PartitionName, Polling, RawRequest, Records, TopicSpec, Ways,
};
use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::rpc::{ApiKey, OffsetSpec};
use epochscope_vocabulary::{SimDuration, SimTime, event};

use super::lexer::{quote, quote_if_needed};
use super::one_line;
use super::settings::value_text;
use super::{printed_observation, printed_operations};
use crate::script::{DEFAULT_WITHIN, Focus, Observation, Run, Statement, Until};

pub(crate) use printed_observation::observation;

/// A line that grows word by word.
pub(crate) struct Line(String);

impl Line {
    /// Begins with this verb.
    pub(crate) fn new(verb: &str) -> Self {
        Self(verb.to_owned())
    }

    /// Begins with this verb of the header, whose words stand in a column.
    pub(crate) fn header(verb: &str) -> Self {
        Self(format!("{verb:<8}"))
    }

    /// And a word.
    pub(crate) fn word(mut self, word: impl AsRef<str>) -> Self {
        self.0.push(' ');
        self.0.push_str(word.as_ref());
        self
    }

    /// And a word if there is one.
    pub(crate) fn maybe_word(self, word: Option<impl AsRef<str>>) -> Self {
        match word {
            Some(word) => self.word(word),
            None => self,
        }
    }

    /// And a pair.
    pub(crate) fn pair(self, name: &str, value: impl AsRef<str>) -> Self {
        self.word(format!("{name}={}", value.as_ref()))
    }

    /// And a pair if there is a value.
    pub(crate) fn maybe_pair(self, name: &str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.pair(name, value),
            None => self,
        }
    }

    /// And settings of Kafka, in the order of their table.
    pub(crate) fn settings(mut self, settings: &Settings) -> Self {
        for (key, value) in &settings.0 {
            self = self.pair(key.name(), value_text(*key, value));
        }
        self
    }

    /// With words before the verb.
    pub(crate) fn prefixed(self, words: &str) -> Self {
        Self(format!("{words} {}", self.0))
    }

    /// The line.
    pub(crate) fn text(&self) -> String {
        self.0.trim_end().to_owned()
    }
}

/// Any statement.
pub(crate) fn statement(statement: &Statement) -> Line {
    match statement {
        Statement::Run(run) => run_line(run),
        Statement::Command(order) => command(order),
        Statement::Say(text) => Line::new("say").word(one_line(text)),
        Statement::Marker(name) => Line::new("marker").word(name),
        Statement::Focus(on) => Line::new("focus").word(focus(on)),
        Statement::View(view) => Line::new("view").word(view.text()),
        Statement::Ask(ask) => Line::new("ask").word(one_line(&ask.text)),
        Statement::Expect(what) => Line::new("expect").word(observation(what)),
        Statement::Always(what, name) => named_check("always", what, name.as_deref()),
        Statement::Never(what, name) => named_check("never", what, name.as_deref()),
        Statement::Eventually(what, span) => {
            within(Line::new("eventually").word(observation(what)), *span)
        }
        Statement::End(name) => Line::new("end").word(name),
    }
}

fn named_check(verb: &str, what: &Observation, name: Option<&str>) -> Line {
    Line::new(verb).word(observation(what)).maybe_pair("as", name)
}

fn within(line: Line, span: SimDuration) -> Line {
    line.maybe_pair("within", (span != DEFAULT_WITHIN).then(|| span.to_string()))
}

fn run_line(run: &Run) -> Line {
    let line = Line::new("run");
    let line = match &run.until {
        Until::For(span) => line.pair("for", span.to_string()),
        Until::Time(at) => line.pair("until", time(*at)),
        Until::Settled => line.pair("until", "settled"),
        Until::Observation(what, span) => within(line.word("until").word(observation(what)), *span),
    };
    let words = run.show.iter().filter_map(|topic| {
        event::Topic::ALL.iter().find(|(known, _)| known == topic).map(|(_, text)| *text)
    });
    let words: Vec<&str> = words.collect();
    line.maybe_pair("show", (!words.is_empty()).then(|| words.join(",")))
}

fn focus(focus: &Focus) -> String {
    match focus {
        Focus::Partition(name) => partition(name),
        Focus::Node(selector) => node(selector),
        Focus::Topic(topic) => format!("topic:{topic}"),
        Focus::Record(text) => quote(text),
    }
}

/// Any order.
pub(crate) fn command(command: &Command) -> Line {
    match command {
        Command::Kill(set, losing) => {
            of_nodes("kill", set).maybe_pair("losing", losing_text(losing))
        }
        Command::Stop(set) => of_nodes("stop", set),
        Command::Start(set, after, release) => {
            let after = (*after != SimDuration::ZERO).then(|| after.to_string());
            let line = of_nodes("start", set).maybe_pair("after", after);
            line.maybe_pair("kafka", release.as_ref().map(ToString::to_string))
        }
        Command::Pause(set, span) => of_nodes("pause", set).maybe_pair("for", spoken(*span)),
        Command::Resume(set) => of_nodes("resume", set),
        Command::Wipe(set, dir) => {
            of_nodes("wipe", set).maybe_pair("dir", dir.as_ref().map(|dir| quote_if_needed(dir)))
        }
        Command::FailDirectory(set, dir) => of_nodes("fail", set).pair("dir", quote_if_needed(dir)),
        Command::RepairDirectory(set, dir) => {
            of_nodes("repair", set).pair("dir", quote_if_needed(dir))
        }
        Command::Fault(fault) => link_fault(fault),
        Command::Heal(HealScope::All) => Line::new("heal"),
        Command::Heal(HealScope::Of { from, to, ways }) => sets("heal", from, to.as_ref(), *ways),
        Command::Hold(spec) => held("hold", spec, None),
        Command::Release(spec, count) => held("release", spec, *count),
        Command::Discard(spec, count) => held("discard", spec, *count),
        Command::Checkpoint(set) => of_nodes("checkpoint", set),
        Command::Flush(set) => of_nodes("flush", set),
        other => printed_operations::operation(other),
    }
}

pub(super) fn of_client(command: &Command) -> Line {
    match command {
        Command::Produce { client, partition: to, records, key, metadata } => {
            let line = Line::new("produce").word(client).maybe_word(to.as_ref().map(partition));
            let line = match records {
                Records::Count(count) => line.pair("records", count.to_string()),
                Records::Values(values) => {
                    values.iter().fold(line, |line, text| line.word(quote(text)))
                }
            };
            let metadata = match metadata {
                MetadataUse::AsKafka => None,
                MetadataUse::Fresh => Some("fresh"),
                MetadataUse::Stale => Some("stale"),
            };
            line.maybe_pair("key", key.as_ref().map(|key| quote_if_needed(key)))
                .maybe_pair("metadata", metadata)
        }
        Command::Load { client: name, rate: 0, .. } => Line::new("load").word(name).word("off"),
        Command::Load { client: name, rate, span } => Line::new("load")
            .word(name)
            .pair("rate", format!("{rate}/s"))
            .maybe_pair("for", spoken(*span)),
        Command::AddClient(spec) => {
            let verb = match spec.kind {
                epochscope_vocabulary::command::ClientKind::Producer => "producer",
                epochscope_vocabulary::command::ClientKind::Consumer => "consumer",
            };
            client(Line::new(verb), spec)
        }
        Command::Request { to, partition, request, sender } => {
            let line = raw_request(request, partition, to);
            line.maybe_pair("as", (&**sender != "raw").then_some(sender))
        }
        Command::ListOffsets(name, spec) => {
            let line = Line::new("list-offsets").word(partition(name));
            line.word(match spec {
                OffsetSpec::Latest => "latest",
                OffsetSpec::Earliest => "earliest",
            })
        }
        Command::DeleteRecords(name, before) => {
            Line::new("delete-records").word(partition(name)).pair("before", before.to_string())
        }
        Command::Consume { client, records, span } => Line::new("consume")
            .word(client)
            .maybe_pair("records", records.map(|count| count.to_string()))
            .maybe_pair("for", spoken(*span)),
        Command::Seek(client, name, offset) => {
            Line::new("seek").word(client).word(partition(name)).pair("offset", offset.to_string())
        }
        Command::Refresh(client) => Line::new("refresh").word(client),
        _ => Line::new(""),
    }
}

fn raw_request(request: &RawRequest, name: &PartitionName, to: &NodeSelector) -> Line {
    let line = |kind: &str| Line::new("request").word(kind).word(partition(name));
    match request {
        RawRequest::Produce { value, acks, timeout_ms } => line("Produce")
            .word(quote(value))
            .pair("to", node(to))
            .pair("acks", acks.word())
            .maybe_pair("timeout.ms", timeout_ms.map(|ms| ms.to_string())),
        RawRequest::Fetch { offset, current_leader_epoch, client_rack } => line("Fetch")
            .pair("to", node(to))
            .pair("offset", offset.to_string())
            .maybe_pair("current-leader-epoch", current_leader_epoch.map(|e| e.to_string()))
            .maybe_pair("client.rack", client_rack.as_ref().map(|rack| quote_if_needed(rack))),
        RawRequest::OffsetForLeaderEpoch { epoch, current_leader_epoch } => {
            line("OffsetForLeaderEpoch")
                .pair("to", node(to))
                .pair("epoch", epoch.to_string())
                .maybe_pair("current-leader-epoch", current_leader_epoch.map(|e| e.to_string()))
        }
    }
}

/// A topic's words and pairs behind this verb.
pub(crate) fn topic(verb: Line, topic: &TopicSpec) -> Line {
    verb.word(&*topic.name)
        .maybe_pair("partitions", topic.partitions.map(|count| count.to_string()))
        .maybe_pair("replication-factor", topic.replication_factor.map(|count| count.to_string()))
        .maybe_pair("replicas", joined_lists(&topic.replicas))
        .maybe_pair("leader", topic.leader.map(|id| id.to_string()))
        .settings(&topic.settings)
}

/// Lists of numbers, if there are any.
pub(super) fn joined_lists(lists: &[Vec<u32>]) -> Option<String> {
    let texts: Vec<String> = lists.iter().map(|list| joined(list)).collect();
    (!texts.is_empty()).then(|| texts.join(";"))
}

/// A client's words and pairs behind this verb.
pub(crate) fn client(verb: Line, client: &ClientSpec) -> Line {
    let manual = client.polling == Polling::Manual;
    verb.word(&*client.name)
        .pair("topic", &*client.topic)
        .maybe_pair("manual", manual.then_some("true"))
        .settings(&client.settings)
}

fn link_fault(fault: &LinkFault) -> Line {
    match fault {
        LinkFault::Cut { from, to, ways } => sets("cut", from, to.as_ref(), *ways),
        LinkFault::Delay { from, to, by } => {
            sets("delay", from, Some(to), Ways::OneWay).pair("by", by.to_string())
        }
        LinkFault::Drop { from, to, percent } => {
            sets("drop", from, Some(to), Ways::OneWay).pair("rate", format!("{percent}%"))
        }
        LinkFault::Slow { nodes, by } => of_nodes("slow", nodes).pair("by", by.to_string()),
    }
}

fn sets(verb: &str, from: &NodeSet, to: Option<&NodeSet>, ways: Ways) -> Line {
    let line = of_nodes(verb, from);
    match (to, ways) {
        (Some(to), Ways::OneWay) => line.word("to").word(nodes(to)),
        (Some(to), Ways::Both) => line.word(nodes(to)),
        (None, _) => line,
    }
}

fn held(verb: &str, spec: &HoldSpec, count: Option<u32>) -> Line {
    let response = spec.half == MessageHalf::Response;
    Line::new(verb)
        .word(spec.api_key.map_or("*", ApiKey::name))
        .maybe_pair("from", spec.from.as_ref().map(node))
        .maybe_pair("to", spec.to.as_ref().map(node))
        .maybe_pair("response", response.then_some("true"))
        .maybe_pair("topic", spec.topic.as_ref())
        .maybe_pair("count", count.map(|count| count.to_string()))
}

fn losing_text(losing: &Losing) -> Option<String> {
    match losing {
        Losing::Nothing => None,
        Losing::Unflushed => Some("unflushed".to_owned()),
        Losing::Last(records) => Some(records.to_string()),
    }
}

fn of_nodes(verb: &str, set: &NodeSet) -> Line {
    Line::new(verb).word(nodes(set))
}

fn spoken(span: Option<SimDuration>) -> Option<String> {
    span.map(|span| span.to_string())
}

/// A time since the start.
pub(crate) fn time(time: SimTime) -> String {
    time.since(SimTime::ZERO).to_string()
}

/// A partition as Kafka prints it.
pub(crate) fn partition(name: &PartitionName) -> String {
    format!("{}-{}", name.topic, name.partition)
}

/// Several nodes.
pub(crate) fn nodes(set: &NodeSet) -> String {
    set.0.iter().map(node).collect::<Vec<_>>().join(",")
}

/// One node, or a word for several.
pub(crate) fn node(selector: &NodeSelector) -> String {
    match selector {
        NodeSelector::Number(id) => id.to_string(),
        NodeSelector::Range(first, last) => format!("{first}..{last}"),
        NodeSelector::Rack(rack) => format!("rack:{rack}"),
        NodeSelector::Brokers => "brokers".to_owned(),
        NodeSelector::Controllers => "controllers".to_owned(),
        NodeSelector::Clients => "clients".to_owned(),
        NodeSelector::ActiveController => "controller".to_owned(),
        NodeSelector::Client(name) => name.to_string(),
    }
}

/// Things with commas between.
pub(crate) fn joined(list: &[impl ToString]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
