//! Reads what `kafka-topics.sh --describe` prints, in the form of any release, with all that comes
//! along when it is copied: warnings of the JVM, blank lines, a prompt, tabs that became blanks.
//!
//! 0.8.1 to 2.3 print `Topic:orders`, later releases `Topic: orders`; 2.8 added topic ids and the
//! replicas that a reassignment adds and removes, 3.8 the columns of KIP-966. The filters of the
//! tool leave out the topics' own lines.
//!
//! Source: Kafka `TopicCommand`, `ListTopicCommand` (0.8.0).

mod fields;

use std::collections::BTreeMap;

use epochscope_engine::describe::{PartitionDescription, Reassignment};
use epochscope_vocabulary::BrokerId;

use self::fields::{Column, Fields};
use crate::cluster::{Partition, Topic};
use crate::mistake::{Mistake, Note};

/// What a text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// The topics in the order of the text.
    pub topics: Vec<Topic>,
    /// What should be known of it.
    pub notes: Vec<Note>,
}

/// The most replicas of one partition that are dealt with.
pub const MOST_REPLICAS: usize = 64;

/// What was expected of a whole text.
const A_DESCRIPTION: &str = "the output of `kafka-topics.sh --describe`, with lines such as \
    `Topic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2,3`";

/// Reads a text.
///
/// # Errors
/// Everything that is wrong with it, line by line.
pub fn read(text: &str) -> Result<Described, Vec<Mistake>> {
    let mut reader = Reader::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in (1..).zip(text.lines()) {
        reader.line(number, line.trim());
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    topics: Vec<Topic>,
    /// What is remembered of each, in the same order.
    places: Vec<Place>,
    /// Where each topic stands in both.
    known: BTreeMap<String, usize>,
    notes: Vec<Note>,
    mistakes: Vec<Mistake>,
    /// Lines that are somebody else's: how many, and the first of them.
    passed_over: (usize, usize),
    /// Whether any line begins as those of a description do.
    has_topic_lines: bool,
    /// Columns that no release of Kafka prints.
    foreign: Vec<String>,
}

/// What is remembered of a topic.
#[derive(Default)]
struct Place {
    /// The line that introduces it, and how many partitions that says there are.
    header: Option<(usize, u32)>,
    /// The line of each partition.
    lines: BTreeMap<u32, usize>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) {
        if line.is_empty() {
            return;
        }
        let read = if fields::starts_a_topic(line) {
            self.has_topic_lines = true;
            Fields::read(line).and_then(|fields| self.topic_line(number, &fields))
        } else if is_somebody_elses(line) {
            if self.passed_over.0 == 0 {
                self.passed_over.1 = number;
            }
            self.passed_over.0 += 1;
            Ok(())
        } else {
            Err(foreign_line(line))
        };
        if let Err((message, expected)) = read {
            self.mistakes.push(Mistake::new(number, message, expected));
        }
    }

    fn topic_line(&mut self, number: usize, fields: &Fields<'_>) -> Result<(), Wrong> {
        for column in fields.unknown() {
            if !self.foreign.iter().any(|known| known == column) {
                self.foreign.push((*column).to_owned());
                let text = format!("the column `{column}` is none of Apache Kafka's: passed over");
                self.notes.push(Note { line: number, text });
            }
        }
        match fields.number(Column::Partition)? {
            Some(partition) => self.partition(number, partition, fields),
            None => self.header(number, fields),
        }
    }

    fn header(&mut self, number: usize, fields: &Fields<'_>) -> Result<(), Wrong> {
        let count = fields.number(Column::PartitionCount)?.ok_or_else(|| {
            let expected = "`PartitionCount:` or `Partition:` after the topic's name";
            ("this line ends too early".to_owned(), expected.to_owned())
        })?;
        let (name, configs) = (fields.topic()?, fields.configs()?);
        let topic = self.topic(name);
        if let Some((line, _)) = self.places[topic].header {
            let message = format!("topic {name} is described a second time, first in line {line}");
            return Err((message, "one description of each topic".to_owned()));
        }
        self.places[topic].header = Some((number, count));
        self.topics[topic].configs = configs;
        Ok(())
    }

    fn partition(
        &mut self,
        number: usize,
        partition: u32,
        fields: &Fields<'_>,
    ) -> Result<(), Wrong> {
        let name = fields.topic()?;
        let state = state(fields)?;
        let topic = self.topic(name);
        if let Some(line) = self.places[topic].lines.insert(partition, number) {
            let message =
                format!("{name}-{partition} stands here a second time, first in line {line}");
            return Err((message, "one line for each partition".to_owned()));
        }
        self.topics[topic].partitions.push(Partition { number: partition, state });
        Ok(())
    }

    /// Where a topic stands; most lines are about the same as the line before.
    fn topic(&mut self, name: &str) -> usize {
        if self.topics.last().is_some_and(|last| last.name == name) {
            return self.topics.len() - 1;
        }
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        self.known.insert(name.to_owned(), self.topics.len());
        self.topics.push(Topic { name: name.to_owned(), ..Topic::default() });
        self.places.push(Place::default());
        self.topics.len() - 1
    }

    fn finish(mut self) -> Result<Described, Vec<Mistake>> {
        let nothing = self.topics.iter().all(|topic| topic.partitions.is_empty());
        if !self.has_topic_lines && self.mistakes.len() > 1 {
            // Another kind of text altogether: one complaint will do.
            self.mistakes.truncate(1);
        }
        if nothing && self.mistakes.is_empty() {
            let message = if self.topics.is_empty() {
                "there is no topic in this text"
            } else {
                "no topic here has a line for any partition (`--topics-with-overrides`?)"
            };
            self.mistakes.push(Mistake::new(1, message, A_DESCRIPTION));
        }
        if !self.mistakes.is_empty() {
            return Err(self.mistakes);
        }
        self.remark_on_what_is_missing();
        for topic in &mut self.topics {
            topic.partitions.sort_by_key(|partition| partition.number);
        }
        self.topics.retain(|topic| !topic.partitions.is_empty());
        self.notes.sort_by_key(|note| note.line);
        Ok(Described { topics: self.topics, notes: self.notes })
    }

    fn remark_on_what_is_missing(&mut self) {
        let (passed_over, first) = self.passed_over;
        if passed_over > 0 {
            let text = format!(
                "{passed_over} {} no part of the description: passed over",
                if passed_over == 1 { "line is" } else { "lines are" }
            );
            self.notes.push(Note { line: first, text });
        }
        for (Topic { name, .. }, place) in self.topics.iter().zip(&self.places) {
            let found = place.lines.len();
            if let Some((line, count)) = place.header
                && usize::try_from(count) != Ok(found)
            {
                let text = format!("topic {name} has {count} partitions, and {found} stand here");
                self.notes.push(Note { line, text });
            }
        }
        let bare = self.places.iter().filter(|place| place.header.is_none()).count();
        if bare > 0 {
            let text = format!(
                "topics without a line of their own, as by the tool's filters: {bare} of {}; \
                 partitions left out are not counted, and min.insync.replicas is not known",
                self.places.len()
            );
            self.notes.push(Note { line: 1, text });
        }
    }
}

/// What is wrong, and what was expected.
type Wrong = (String, String);

/// The rest of a partition's line.
fn state(fields: &Fields<'_>) -> Result<PartitionDescription, Wrong> {
    let needed = |column: Column| {
        fields.brokers(column)?.ok_or_else(|| {
            let message = format!("this line has no `{}`: it may be cut off", column.label());
            (message, "the whole line, up to `Isr:` or further".to_owned())
        })
    };
    let leader = fields.leader()?;
    let replicas = needed(Column::Replicas)?;
    let isr = needed(Column::Isr)?;
    let adding = fields.brokers(Column::AddingReplicas)?;
    let removing = fields.brokers(Column::RemovingReplicas)?;
    let reassignment = (adding.is_some() || removing.is_some()).then(|| Reassignment {
        adding: adding.unwrap_or_default(),
        removing: removing.unwrap_or_default(),
    });
    let state = PartitionDescription {
        leader,
        replicas,
        isr,
        reassignment,
        elr: fields.brokers(Column::Elr)?,
        last_known_elr: fields.brokers(Column::LastKnownElr)?,
    };
    agree(&state)?;
    Ok(state)
}

/// What can be true of no partition.
fn agree(state: &PartitionDescription) -> Result<(), Wrong> {
    let PartitionDescription { leader, replicas, isr, .. } = state;
    if replicas.is_empty() || replicas.len() > MOST_REPLICAS {
        let message = format!("this partition has {} replicas", replicas.len());
        return Err((message, format!("from 1 to {MOST_REPLICAS}")));
    }
    let (elr, last_known) = (state.elr.as_deref(), state.last_known_elr.as_deref());
    let (elr, last_known) = (elr.unwrap_or_default(), last_known.unwrap_or_default());
    if let Some(twice) = [&**replicas, isr, elr, last_known].into_iter().find_map(first_twice) {
        return Err((format!("broker {twice} stands twice in a list"), "each once".to_owned()));
    }
    if let Some(stranger) = isr.iter().find(|member| !replicas.contains(member)) {
        let message = format!("broker {stranger} is in sync and no replica");
        let expected = "an `Isr` out of `Replicas`; describe again if something was being moved";
        return Err((message, expected.to_owned()));
    }
    if let Some(stranger) = elr.iter().find(|member| !replicas.contains(member)) {
        let message = format!("broker {stranger} is eligible to lead and no replica");
        return Err((message, "an `Elr` out of `Replicas`".to_owned()));
    }
    if let Some(both) = elr.iter().find(|member| isr.contains(member)) {
        let message = format!("broker {both} stands in `Isr` and in `Elr`");
        let expected = "each in one of them: eligible is who was in sync and is no longer";
        return Err((message, expected.to_owned()));
    }
    if let Some(leader) = leader.filter(|leader| !isr.contains(leader)) {
        let message = format!("broker {leader} leads and is not in sync");
        return Err((message, "a leader that stands in `Isr`, or `none`".to_owned()));
    }
    Ok(())
}

fn first_twice(list: &[BrokerId]) -> Option<BrokerId> {
    list.iter().enumerate().find(|(at, broker)| list[..*at].contains(broker)).map(|(_, it)| *it)
}

/// Lines that get in between: logging, the JVM, shells.
fn is_somebody_elses(line: &str) -> bool {
    const STARTS: [&str; 13] = [
        "[20",
        "20",
        "WARN",
        "INFO",
        "DEBUG",
        "log4j:",
        "SLF4J",
        "OpenJDK",
        "Java HotSpot",
        "Picked up ",
        "Warning:",
        "$ ",
        "# ",
    ];
    const PARTS: [&str; 4] = [" WARN ", " INFO ", "kafka-topics", "WARNING:"];
    STARTS.iter().any(|start| line.starts_with(start))
        || PARTS.iter().any(|part| line.contains(part))
}

fn foreign_line(line: &str) -> Wrong {
    if line.starts_with("Error while executing topic command") {
        let expected = "a description; run the tool again once that is mended";
        return ("the tool itself failed here".to_owned(), expected.to_owned());
    }
    let mut shown: String = line.chars().take(40).collect();
    if shown.len() < line.len() {
        shown.push_str("...");
    }
    (format!("`{shown}` describes no topic and no partition"), A_DESCRIPTION.to_owned())
}

#[cfg(test)]
mod tests;
