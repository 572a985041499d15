//! What is told beside the picture: steps, events in words, questions, futures.
//!
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::{EventId, SimTime};

/// A question of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which of the steps.
    pub step: usize,
    /// Its text.
    pub text: Arc<str>,
    /// What may be answered.
    pub choices: Vec<Choice>,
    /// Whether it waits for an answer.
    pub is_open: bool,
    /// Whether time has gone on since.
    pub is_past: bool,
}

/// What may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its text.
    pub text: Arc<str>,
    /// Whether it is right: told once the question is answered.
    pub verdict: Option<Verdict>,
}

/// What is told of a possible answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is right.
    pub is_right: bool,
    /// Whether it was the one given.
    pub was_chosen: bool,
    /// Why.
    pub because: Option<Arc<str>>,
}

/// One future of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Which.
    pub branch: usize,
    /// The future that it left; none for the script's own.
    pub parent: Option<usize>,
    /// When it left it.
    pub from: SimTime,
    /// The order with which it did.
    pub order: Option<Arc<str>>,
    /// Whether it is the one shown.
    pub is_open: bool,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Which event.
    pub event: EventId,
    /// When.
    pub at: SimTime,
    /// At which node.
    pub node: Arc<str>,
    /// The sentence.
    pub text: Arc<str>,
    /// How it bears on the story.
    pub tone: Tone,
}

/// How an event bears on the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As any other.
    Plain,
    /// A fault, a loss, a refusal.
    Bad,
    /// A promise to a client.
    Good,
    /// Leadership or metadata.
    Meta,
    /// Logs part or are cut.
    Diverged,
}

/// A step of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepLine {
    /// When it happened, once it has.
    pub at: Option<SimTime>,
    /// Its first word.
    pub verb: Arc<str>,
    /// The rest of its line.
    pub rest: Arc<str>,
    /// Where it stands to the moment shown.
    pub progress: StepProgress,
    /// What was found instead, if it is a check that has failed.
    pub failed: Option<Arc<str>>,
    /// Which of the reader's own orders it is; none for a step of the script.
    pub own: Option<usize>,
}

/// Where a step stands to the moment shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepProgress {
    /// It was carried out.
    Done,
    /// It is the last one carried out.
    Present,
    /// It is to come.
    Later,
}
