//! What reads a case, and what must be true of it.

use std::sync::Arc;

use epochscope_scenario::execution::Execution;
use epochscope_scenario::format::{parse, print};
use epochscope_scenario::link::Link;
use epochscope_scenario::script::{Notes, Scenario, Statement};
use epochscope_view::picture::{from_file, is_picture, link_in};
use epochscope_vocabulary::SimTime;

/// Something that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The parser and the printer of scenarios.
    Format,
    /// A run of what the parser takes.
    Run,
    /// The decoder of links.
    Link,
    /// The reader of pictures with a scenario inside.
    Picture,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Format, Self::Run, Self::Link, Self::Picture];

    /// What is wrong with how a case is read; a panic is found by the caller.
    pub(crate) fn complaint(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Format => format(bytes),
            Self::Run => run(bytes),
            Self::Link => link(&String::from_utf8_lossy(bytes)),
            Self::Picture => picture(bytes),
        }
    }
}

fn format(bytes: &[u8]) -> Option<String> {
    let scenario = match parse(bytes) {
        Ok(parsed) => parsed.scenario,
        Err(errors) => {
            let shown: usize = errors.iter().map(|error| error.render("a file").len()).sum();
            return (shown == 0).then(|| "refused without a word".to_owned());
        }
    };
    let text = print(&scenario);
    let again = match parse(text.as_bytes()) {
        Ok(parsed) => parsed.scenario,
        Err(errors) => {
            let first = errors.first().map(|error| error.render("printed")).unwrap_or_default();
            return Some(format!("what is printed cannot be read: {first}"));
        }
    };
    if print(&again) != text {
        return Some("printing what was printed changes it".to_owned());
    }
    let differs = unplaced(again) != unplaced(scenario);
    differs.then(|| "what is printed is read as something else".to_owned())
}

/// The scenario without what only says where in a text it stood.
fn unplaced(mut scenario: Scenario) -> Scenario {
    for notes in scenario.header_notes.values_mut() {
        notes.line = 0;
        notes.blank_line_above = false;
    }
    scenario.header_notes.retain(|_, notes| *notes != Notes::default());
    for step in &mut scenario.steps {
        step.line = 0;
        step.notes.line = 0;
        if let Statement::Ask(ask) = &mut step.statement {
            for option in &mut ask.options {
                option.notes.line = 0;
                option.notes.blank_line_above = false;
            }
        }
    }
    scenario
}

/// A run is followed for so many units; one of a large cluster is not tried.
const UNITS: u64 = 3_000;
const BROKERS: usize = 12;
const PARTITIONS: u64 = 60;

fn run(bytes: &[u8]) -> Option<String> {
    let scenario = parse(bytes).ok()?.scenario;
    if is_large(&scenario) {
        return None;
    }
    // A cluster that cannot be built is refused with a reason.
    let mut execution = match Execution::new(Arc::new(scenario)) {
        Ok(execution) => execution,
        Err(rejected) => return rejected.reason.is_empty().then(|| "refused: why?".to_owned()),
    };
    let mut now = SimTime::ZERO;
    while execution.units() < UNITS {
        if execution.advance().is_none() {
            break;
        }
        if execution.cluster().now() < now {
            return Some("the clock runs backward".to_owned());
        }
        now = execution.cluster().now();
    }
    let stopped = execution.stopped();
    stopped.is_some_and(|stopped| stopped.reason.is_empty()).then(|| "stopped: why?".to_owned())
}

fn is_large(scenario: &Scenario) -> bool {
    use epochscope_vocabulary::Command::CreateTopic;
    let made = scenario.steps.iter().filter_map(|step| match &step.statement {
        Statement::Command(CreateTopic(topic, _)) => Some(topic),
        _ => None,
    });
    let topics = scenario.cluster.topics.iter().chain(made);
    let partitions: u64 = topics.map(|topic| u64::from(topic.partitions.unwrap_or(8))).sum();
    scenario.cluster.brokers.len() > BROKERS || partitions > PARTITIONS
}

/// Taken for the text of a scenario, and for an address.
fn link(text: &str) -> Option<String> {
    round_trip(&Link::to(text)).or_else(|| address(text))
}

fn address(address: &str) -> Option<String> {
    let link = match Link::read(address) {
        Ok(link) => link,
        Err(error) => {
            return error.to_string().is_empty().then(|| "refused without a word".to_owned());
        }
    };
    round_trip(&link)
}

fn round_trip(link: &Link) -> Option<String> {
    let fragment = link.fragment()?;
    match Link::read(&fragment) {
        Ok(again) if again == *link => None,
        Ok(_) => Some("a link is read as another than was written".to_owned()),
        Err(error) => Some(format!("a link that was written cannot be read: {error}")),
    }
}

fn picture(bytes: &[u8]) -> Option<String> {
    if !is_picture(bytes) {
        return None;
    }
    let inside = from_file(bytes)?;
    let _ = format(inside.scenario.as_bytes());
    link(&link_in(bytes)?)
}
