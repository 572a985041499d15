//! The one door: a run that takes actions and gives scenes.
//!
//! The player behind it carries the run on to its end in the background ([`Session::look_ahead`]),
//! so that the time bar knows what will come and quiet time can be skipped.
//!
//! Uses: its folder, `inspector`, `scene`, `timeline`, `trace`, `narration`.

mod action;
mod file;
mod futures;
mod inspect;
mod link;
mod map;
mod picture;
mod question;
mod read;
mod say;
mod story;
mod stretch;
mod variation;

#[cfg(test)]
mod tests;

pub use action::{Action, BuiltIn, TextError};
pub use file::{EMPTY_CLUSTER, file_text};
pub use link::{LinkOpening, OpenedLink, ReadLink};
pub use picture::{Looks, View};
pub use say::{Completion, Completions, Typed};
pub use variation::{Outcome, Parting, Variation};

use std::fmt;
use std::sync::Arc;

use epochscope_engine::observe::MessageObservation;
use epochscope_scenario::execution::Stopped;
use epochscope_scenario::format::{self, ScenarioError};
use epochscope_scenario::library;
use epochscope_scenario::player::Player;
use epochscope_scenario::script::Focus;
use epochscope_vocabulary::{Command, EventId, SimDuration, SimTime, TopicPartition};

use self::futures::Place;
use self::question::Answers;
use crate::scene::Scene;
use crate::scene::build::{self, Surroundings};
use crate::timeline::{Timeline, TimelineBuilder};
use crate::trace::History;

/// A run.
pub struct Session {
    text: Arc<str>,
    player: Player,
    /// The moment shown: not before that of the player, which stands where something happened last.
    at: SimTime,
    history: History,
    shown: Option<TopicPartition>,
    /// The last `focus` before the playhead, as a step: a reader may choose otherwise after it.
    focused: Option<usize>,
    timeline: Arc<Timeline>,
    seen: Option<Seen>,
    /// The inspector's page, and the ledger's.
    inspected: [inspect::Inspected; 2],
    mapped: Option<map::Mapped>,
    shelf: Option<stretch::Shelf>,
    answers: Answers,
    /// Where orders stand that were taken back, the last one last.
    undone: Vec<Place>,
    /// Futures made by changing an order in the list, with how many orders they had then, and
    /// where that was done.
    changed: Vec<((usize, usize), Place)>,
}

/// How long a run goes on after an order of the user's.
const AFTERMATH: SimDuration = SimDuration::from_secs(30);

/// What the last scene was made of: it is still true while these are.
struct Seen {
    scene: Arc<Scene>,
    last_event: Option<EventId>,
    events: usize,
    told: (usize, u64, bool),
    messages: Vec<MessageObservation>,
}

impl Session {
    /// The scenarios that come with the program, in the order in which they are offered.
    #[must_use]
    pub fn built_in_scenarios() -> Vec<BuiltIn> {
        library::shipped().iter().map(BuiltIn::of).collect()
    }

    /// Opens a shipped scenario, whose text is inside the program then.
    ///
    /// # Errors
    /// When there is none of this name, or it does not run in this version.
    pub fn built_in(name: &str) -> Result<Self, Vec<TextError>> {
        match library::find(name) {
            Some(shipped) => Self::open(shipped.text().as_bytes()),
            None => Err(vec![whole_text(format!("there is no scenario `{name}`"))]),
        }
    }

    /// Opens a scenario from its text.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place.
    pub fn open(text: &[u8]) -> Result<Self, Vec<TextError>> {
        let scenario = match format::parse(text) {
            Ok(parsed) => parsed.scenario,
            Err(errors) => return Err(errors.iter().map(text_error).collect()),
        };
        let player =
            Player::new(scenario).map_err(|rejected| vec![whole_text(rejected.to_string())])?;
        let mut session = Self::of(String::from_utf8_lossy(text).into(), player);
        session.refresh_timeline();
        Ok(session)
    }

    /// The scenario's title.
    #[must_use]
    pub fn title(&self) -> String {
        self.player.scenario().title.as_deref().unwrap_or("Untitled").to_owned()
    }

    /// What it shows, in a sentence; empty if it does not say.
    #[must_use]
    pub fn about(&self) -> String {
        self.player.scenario().about.as_deref().unwrap_or_default().to_owned()
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.to_string()
    }

    /// The step that could not be obeyed, with the reason, if the run has come to one.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        let stopped = self.player.stopped()?;
        let Stopped { line, reason, fix, .. } = stopped;
        let fix = fix.as_ref().map_or(String::new(), |fix| format!(": {fix}"));
        Some(format!("Line {line} cannot be obeyed: {reason}{fix}"))
    }

    /// The moment shown.
    #[must_use]
    pub fn now(&self) -> SimTime {
        self.at.max(self.player.now())
    }

    /// The end of the run as far as it is known.
    #[must_use]
    pub fn end(&self) -> SimTime {
        self.player.end().max(self.further())
    }

    /// Whether there is nothing left to play.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.player.end_is_known() && self.now() >= self.end()
    }

    /// When something visible happens next, as far as it is known; else when the run ends.
    #[must_use]
    pub fn next_visible(&self) -> Option<SimTime> {
        let trace = self.player.whole_trace();
        let seen = self.player.trace().len();
        let next = trace.get(seen).map(|traced| traced.event.at);
        next.or_else(|| self.player.end_is_known().then(|| self.end()))
    }

    /// Finds out a little more of what will come. True when all of it is known.
    pub fn look_ahead(&mut self, budget: u64) -> bool {
        if self.player.end_is_known() {
            return true;
        }
        let is_known = self.player.run_ahead(budget);
        if is_known {
            self.refresh_timeline();
        }
        is_known
    }

    /// Lets time pass until this moment, as far as `budget` entries of the engine's queue go. True
    /// when it got there.
    pub fn advance(&mut self, until: SimTime, budget: u64) -> bool {
        let reached = self.player.advance(until, budget);
        self.at = if reached { until } else { self.player.now() };
        self.stay_before_questions();
        reached
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// Why the cluster cannot obey; nothing has changed then.
    pub fn dispatch(&mut self, action: Action) -> Result<(), String> {
        self.seen = None;
        match action {
            Action::Step => self.step(Player::step_event),
            Action::StepBack => self.step(Player::step_back),
            Action::StepStatement => self.step(Player::step_statement),
            Action::StepMarker => self.go_to_marker(|marker, now| marker > now),
            Action::StepBackMarker => self.go_to_marker(|marker, now| marker < now),
            Action::Restart => {
                self.player.seek(SimTime::ZERO);
                while !self.player.trace().is_empty() && self.player.step_back() {}
                self.at = SimTime::ZERO;
            }
            Action::Seek(at) => {
                self.player.seek(at);
                self.at = at;
            }
            Action::SeekEvent(event) => {
                if let Some(unit) = self.player.traced(event).map(|one| one.unit) {
                    self.step(|player| player.seek_unit(unit));
                }
            }
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::OpenFuture(branch) => self.open_future(branch),
            Action::Answer(choice) => self.answer(choice),
            Action::Show(partition) => {
                self.shown = Some(partition);
                self.refresh_timeline();
            }
        }
        self.stay_before_questions();
        Ok(())
    }

    /// What there is to see now: the same value as before unless something has changed.
    pub fn scene(&mut self) -> Arc<Scene> {
        self.follow_focus();
        let last_event = self.player.trace().last().map(|traced| traced.event.id);
        let events = self.player.trace().len();
        let told = self.told();
        let messages = read::messages(self.player.cluster(), self.at, self.shown);
        if let Some(seen) = &self.seen
            && (seen.last_event, seen.events, seen.told) == (last_event, events, told)
            && seen.messages == messages
        {
            return seen.scene.clone();
        }
        let scene = Arc::new(self.new_scene(self.seen.as_ref().map(|seen| seen.scene.clone())));
        self.seen = Some(Seen { scene: scene.clone(), last_event, events, told, messages });
        scene
    }

    /// What is told without an event: how many steps are done, the second that has come, whether
    /// that is the end.
    fn told(&self) -> (usize, u64, bool) {
        (self.player.steps_behind().len(), self.at.0 / 1_000_000, self.is_at_end())
    }

    /// Time stands: the next scene is of this very moment.
    pub fn rest(&mut self) {
        self.seen = None;
    }

    /// Shows what the last `focus` names, once the playhead has passed it, forwards or back; where
    /// there was nothing to be shown so far, the first partition that is made.
    fn follow_focus(&mut self) {
        if self.shown.is_none()
            && let Some(first) = read::first(self.player.cluster())
        {
            self.shown = Some(first);
            self.refresh_timeline();
        }
        let focus = story::focus(&self.player);
        let step = focus.map(|(step, _)| step);
        if step == self.focused {
            return;
        }
        self.focused = step;
        let cluster = self.player.cluster();
        let partition = focus.and_then(|(_, focus)| match focus {
            Focus::Partition(name) => cluster.find_partition(&name.topic, name.partition),
            Focus::Topic(topic) => cluster.find_partition(topic, 0),
            Focus::Node(_) | Focus::Record(_) => None,
        });
        if partition.is_some() && partition != self.shown {
            self.shown = partition;
            self.refresh_timeline();
        }
    }

    fn new_scene(&mut self, before: Option<Arc<Scene>>) -> Scene {
        self.history.follow(self.player.trace().iter().map(|traced| &*traced.event));
        let cluster = self.player.cluster();
        self.shown = read::still_there(cluster, self.shown);
        let reading = read::read(cluster, &self.history, self.now(), self.shown);
        let (steps, caption) = story::told(&self.player, self.gate().map(|gate| gate.step));
        let recent = story::recent(&self.player, before.as_ref().map(|scene| &scene.recent));
        let (question, forks) = (self.question(), self.forks());
        let timeline = self.timeline.clone();
        let around = Surroundings { timeline, recent, steps, caption, question, forks };
        build::scene(&reading, &self.history, around, before.as_deref())
    }

    fn step<T>(&mut self, step: impl FnOnce(&mut Player) -> T) {
        step(&mut self.player);
        self.at = self.player.now();
    }

    fn order(&mut self, command: Command) -> Result<(), String> {
        let text = format::print_command(&command);
        self.player.act(self.at, command, &text).map_err(|rejected| rejected.to_string())?;
        self.at = self.player.now();
        self.undone.clear();
        self.refresh_timeline();
        Ok(())
    }

    fn refresh_timeline(&mut self) {
        let gate = self.gate();
        // Nobody is told what comes after a question before it is answered.
        let told = gate.map_or(u64::MAX, |gate| gate.unit);
        let end = self.end();
        let timeline = match self.shown {
            Some(shown) => self.timeline_of(shown, told, gate.map(|gate| gate.at)),
            None => Timeline::default(),
        };
        let markers = story::markers(&self.player, told);
        let veil = gate.map(|gate| gate.at);
        self.timeline = Arc::new(Timeline { end, veil, markers, ..timeline });
        self.seen = None;
    }

    /// What became of a partition, as far as it is told.
    fn timeline_of(&self, shown: TopicPartition, told: u64, veil: Option<SimTime>) -> Timeline {
        let start = self.player.start().partition(shown);
        let mut builder = TimelineBuilder::new(shown, start.as_ref());
        let names = self.player.names();
        let known = self.player.known();
        let is_broken = |value| veil.is_none() && known.is_lost(value);
        for traced in self.player.whole_trace().iter().take_while(|one| one.unit <= told) {
            builder.take(&traced.event, names);
            builder.take_answer(&traced.event, names, is_broken);
        }
        builder.timeline(veil.unwrap_or_else(|| self.end()))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("title", &self.title()).finish_non_exhaustive()
    }
}

fn text_error(error: &ScenarioError) -> TextError {
    let mark: String = error
        .source
        .chars()
        .take(usize::try_from(error.offset_in_source).unwrap_or_default())
        .map(|letter| if letter == '\t' { '\t' } else { ' ' })
        .chain((0..error.length.max(1)).map(|_| '^'))
        .collect();
    TextError {
        line: error.line,
        column: error.column,
        message: error.message.clone(),
        fix: error.fix.clone(),
        excerpt: format!("{}\n{mark}", error.source),
    }
}

fn whole_text(message: String) -> TextError {
    TextError { line: 1, column: 1, message, fix: None, excerpt: String::new() }
}
