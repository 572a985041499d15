//! From a scenario to its canonical text.
//!
//! The header stands in the order of its rows, then a blank line, then the steps; pairs stand in
//! the order of their rows; comments and single blank lines between steps are kept. What is read
//! back is the same scenario.
//!
//! Uses: `printed`, `lexer`.

use std::sync::Arc;

use epochscope_vocabulary::cluster_spec::{
    Beginning, BrokerSpec, ConfigSpec, ConfigTarget, LinkEnd, NetworkSpec,
};
use epochscope_vocabulary::command::{ClientKind, ClientSpec};
use epochscope_vocabulary::{ClusterSpec, Command};

use super::features::level_text;
use super::header_lines::reads_as_nodes;
use super::lexer::{quote, quote_if_needed};
use super::one_line;
use super::printed::{self, Line};
use crate::script::{At, Choice, HeaderLine, Notes, Observation, Scenario, Statement, Step};

/// The canonical text of a scenario.
#[must_use]
pub fn print(scenario: &Scenario) -> String {
    let mut text = print_header(scenario);
    for index in 0..scenario.steps.len() {
        text.push_str(&print_step_lines(scenario, index));
    }
    text.push_str(&print_end(scenario));
    text
}

/// The header with its comments, and the blank line after it.
#[must_use]
pub fn print_header(scenario: &Scenario) -> String {
    let mut text = String::new();
    for (at, line) in header(scenario) {
        match scenario.header_notes.get(&at) {
            Some(notes) => with_notes(&mut text, &line.with_ignored(&notes.ignored), notes, ""),
            None => text.push_str(&format!("{}\n", line.text())),
        }
    }
    if !scenario.steps.is_empty() || !scenario.comments_at_end.is_empty() {
        text.push('\n');
    }
    text
}

/// One step with its comments, a question with its options.
///
/// # Panics
/// If there is no such step.
#[must_use]
pub fn print_step_lines(scenario: &Scenario, index: usize) -> String {
    let mut text = String::new();
    let step = &scenario.steps[index];
    if index > 0 && step.notes.blank_line_above {
        text.push('\n');
    }
    let mut line = step_line(step).with_ignored(&step.notes.ignored);
    if index == 0 && could_be_header(step) {
        line = line.prefixed("@+0us");
    }
    with_notes(&mut text, &line, &step.notes, "");
    if let Statement::Ask(ask) = &step.statement {
        for option in &ask.options {
            with_notes(&mut text, &choice_line(option), &option.notes, "  ");
        }
    }
    text
}

/// The comments after the last step.
#[must_use]
pub fn print_end(scenario: &Scenario) -> String {
    let mut text = String::new();
    for comment in &scenario.comments_at_end {
        push_comment(&mut text, comment);
        text.push('\n');
    }
    text
}

/// One step as a line, without its comments; a question with its options below it.
#[must_use]
pub fn print_step(step: &Step) -> String {
    let mut text = step_line(step).with_ignored(&step.notes.ignored).text();
    if let Statement::Ask(ask) = &step.statement {
        for option in &ask.options {
            text.push_str(&format!("\n  {}", choice_line(option).text()));
        }
    }
    text
}

/// One order as a line.
#[must_use]
pub fn print_command(command: &Command) -> String {
    printed::command(command).text()
}

/// An observation as it is written after `expect`.
#[must_use]
pub fn print_observation(observation: &Observation) -> String {
    printed::observation(observation)
}

/// A client that the first step adds would be read as one of the header's.
fn could_be_header(step: &Step) -> bool {
    let is_client = matches!(step.statement, Statement::Command(Command::AddClient(_)));
    is_client && step.at.is_none() && step.only.is_none()
}

fn with_notes(text: &mut String, line: &Line, notes: &Notes, indent: &str) {
    for comment in &notes.above {
        text.push_str(indent);
        push_comment(text, comment);
        text.push('\n');
    }
    text.push_str(indent);
    text.push_str(&line.text());
    if let Some(comment) = &notes.beside {
        text.push_str("   ");
        push_comment(text, comment);
    }
    text.push('\n');
}

fn push_comment(text: &mut String, comment: &str) {
    text.push('#');
    if !comment.is_empty() {
        text.push(' ');
        text.push_str(&one_line(comment));
    }
}

fn step_line(step: &Step) -> Line {
    let mut line = printed::statement(&step.statement);
    line = match step.at {
        Some(At::Absolute(time)) => line.prefixed(&format!("@{}", printed::time(time))),
        Some(At::After(span)) => line.prefixed(&format!("@+{span}")),
        None => line,
    };
    match &step.only {
        Some(range) if range.first == range.last => line.prefixed(&format!("only {}", range.first)),
        Some(range) => line.prefixed(&format!("only {}..{}", range.first, range.last)),
        None => line,
    }
}

fn choice_line(choice: &Choice) -> Line {
    let mut line = Line::new("option").word(quote(&choice.text));
    if choice.correct {
        line = line.pair("correct", "true");
    }
    line.maybe_pair("because", choice.because.as_ref().map(|text| quote(text)))
}

/// The lines of the header that are written: those that were, and those that say something.
fn header(scenario: &Scenario) -> Vec<(HeaderLine, Line)> {
    let cluster = &scenario.cluster;
    let written = |at: HeaderLine| scenario.header_notes.contains_key(&at);
    let mut lines = vec![(HeaderLine::Version, Line::new("epochscope").word("1"))];
    if let Some(title) = &scenario.title {
        lines.push((HeaderLine::Title, Line::header("title").word(one_line(title))));
    }
    if let Some(about) = &scenario.about {
        lines.push((HeaderLine::About, Line::header("about").word(one_line(about))));
    }
    lines.push((HeaderLine::Kafka, Line::header("kafka").word(&*cluster.release)));
    for (index, (broker, release)) in cluster.releases.iter().enumerate() {
        let line = Line::header("kafka").word(&**release).pair("broker", broker.to_string());
        lines.push((HeaderLine::KafkaOf(index), line));
    }
    if cluster.seed != 1 || written(HeaderLine::Seed) {
        lines.push((HeaderLine::Seed, Line::header("seed").word(cluster.seed.to_string())));
    }
    lines.push((HeaderLine::Brokers, brokers(&cluster.brokers)));
    let default = cluster.controllers == [100] && cluster.active_controller.is_none();
    if !default || written(HeaderLine::Controllers) {
        lines.push((HeaderLine::Controllers, controllers(cluster)));
    }
    lists(cluster, &mut lines);
    lines
}

/// The lines of which there may be several.
fn lists(cluster: &ClusterSpec, lines: &mut Vec<(HeaderLine, Line)>) {
    for (at, network) in cluster.network.iter().enumerate() {
        lines.push((HeaderLine::Network(at), network_line(network)));
    }
    for (at, config) in cluster.config.iter().enumerate() {
        lines.push((HeaderLine::Config(at), config_line(config)));
    }
    for (at, (name, level)) in cluster.features.iter().enumerate() {
        let line = Line::header("feature").pair(name, level_text(name, *level));
        lines.push((HeaderLine::Feature(at), line));
    }
    if cluster.beginning == Beginning::Cold {
        lines.push((HeaderLine::StartCold, Line::header("start").word("cold")));
    }
    for (at, topic) in cluster.topics.iter().enumerate() {
        lines.push((HeaderLine::Topic(at), printed::topic(Line::header("topic"), topic)));
    }
    for (at, client) in cluster.clients.iter().enumerate() {
        lines.push((HeaderLine::Client(at), client_line(client)));
    }
}

fn client_line(client: &ClientSpec) -> Line {
    let verb = match client.kind {
        ClientKind::Producer => "producer",
        ClientKind::Consumer => "consumer",
    };
    printed::client(Line::header(verb), client)
}

/// Numbers in a row with one rack are a range.
fn brokers(brokers: &[BrokerSpec]) -> Line {
    let mut line = Line::header("brokers");
    let mut rest = brokers;
    while let Some(first) = rest.first() {
        let follows = |pair: &[BrokerSpec]| {
            pair[0].id.checked_add(1) == Some(pair[1].id) && pair[0].rack == pair[1].rack
        };
        let length = 1 + rest.windows(2).take_while(|pair| follows(pair)).count();
        let rack = first.rack.as_ref().map_or(String::new(), |rack| format!("@{rack}"));
        line = line.word(format!("{}{rack}", range(first.id, length)));
        rest = &rest[length..];
    }
    line
}

fn controllers(cluster: &ClusterSpec) -> Line {
    let mut line = Line::new("controllers");
    let mut rest = cluster.controllers.as_slice();
    while let Some(first) = rest.first() {
        let follows = |pair: &[u32]| pair[0].checked_add(1) == Some(pair[1]);
        let length = 1 + rest.windows(2).take_while(|pair| follows(pair)).count();
        line = line.word(range(*first, length));
        rest = &rest[length..];
    }
    line.maybe_pair("active", cluster.active_controller.map(|id| id.to_string()))
}

fn range(first: u32, length: usize) -> String {
    match u32::try_from(length) {
        Ok(1) | Err(_) => first.to_string(),
        Ok(length) => format!("{first}..{}", first + (length - 1)),
    }
}

fn network_line(network: &NetworkSpec) -> Line {
    let mut line = Line::header("network");
    if let Some((from, to)) = &network.between {
        line = line.word(link_end(from)).word(link_end(to));
    }
    line.maybe_pair("latency", network.latency.map(|span| span.to_string()))
        .maybe_pair("jitter", network.jitter.map(|span| span.to_string()))
}

fn link_end(end: &LinkEnd) -> String {
    match end {
        LinkEnd::Rack(rack) if reads_as_nodes(rack) => format!("rack:{rack}"),
        LinkEnd::Rack(rack) => rack.to_string(),
        LinkEnd::Nodes(nodes) => printed::nodes(nodes),
    }
}

fn config_line(config: &ConfigSpec) -> Line {
    let line = Line::header("config");
    let line = match config.target {
        ConfigTarget::All => line,
        ConfigTarget::Brokers => line.word("brokers"),
        ConfigTarget::Controllers => line.word("controllers"),
        ConfigTarget::Broker(id) => line.pair("broker", id.to_string()),
    };
    line.settings(&config.settings)
}

impl Line {
    /// With the settings that are not modelled behind the others.
    fn with_ignored(mut self, ignored: &[(Arc<str>, Arc<str>)]) -> Self {
        for (name, value) in ignored {
            self = self.pair(name, quote_if_needed(value));
        }
        self
    }
}

/// What a comparison looks at, as it is written: `leader orders-0`.
#[must_use]
pub fn print_observed(comparison: &crate::script::Comparison) -> String {
    super::printed_observation::observed(comparison)
}
