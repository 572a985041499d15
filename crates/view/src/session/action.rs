//! What can be asked of a session, and what it says to a text it cannot run.
//!
//! Uses: nothing.

use epochscope_scenario::library::Shipped;
use epochscope_vocabulary::{EventId, SimTime, TopicPartition};

/// One thing asked of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// To the next visible event.
    Step,
    /// To the visible event before.
    StepBack,
    /// To just after the next statement of the scenario.
    StepStatement,
    /// To the next marker.
    StepMarker,
    /// To the marker before.
    StepBackMarker,
    /// To the beginning, before anything has happened.
    Restart,
    /// To this moment.
    Seek(SimTime),
    /// To just after this event.
    SeekEvent(EventId),
    /// Before the last order, into the future without it.
    Undo,
    /// To where the last order that was taken back still stands.
    Redo,
    /// Into this future, at the same moment.
    OpenFuture(usize),
    /// Answers the open question, by the number of a choice; none passes it by.
    Answer(Option<usize>),
    /// Shows this partition.
    Show(TopicPartition),
}

/// A shipped scenario, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it shows, in a sentence.
    pub about: &'static str,
    /// What it is about, in a word or two shared with its neighbours in the list.
    pub family: &'static str,
    /// The recording of Apache Kafka that it tells, with the same outcome.
    pub recorded: Option<&'static str>,
}

impl BuiltIn {
    pub(super) const fn of(shipped: &Shipped) -> Self {
        let Shipped { name, title, about, family, recorded, .. } = *shipped;
        Self { name, title, about, family, recorded }
    }
}

/// What is wrong in a scenario's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub fix: Option<String>,
    /// The line with a mark under the wrong word; empty if it cannot be shown.
    pub excerpt: String,
}
