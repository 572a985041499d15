//! What a scenario tells: its title, its steps and how far they have come, the last events.
//!
//! Uses: `narration`, `scene`.

use std::sync::Arc;

use epochscope_scenario::format;
use epochscope_scenario::player::{DoneStep, Player};
use epochscope_scenario::script::{Focus, Statement, Step};
use epochscope_vocabulary::{Event, SimTime};

use super::Session;
use crate::narration;
use crate::scene::{Sentence, StepLine, StepProgress};

/// How many events the list of recent ones holds.
const RECENT: usize = 60;

/// The steps, those carried out with their times and the reader's own orders among them, and the
/// last thing said.
///
/// What comes after the step `gate` gives away what is asked: it is left out.
pub(super) fn told(player: &Player, gate: Option<usize>) -> (Arc<[StepLine]>, Option<Arc<str>>) {
    let units = player.playhead().units();
    let steps = &player.scenario().steps;
    let (all_done, done) = (player.done_steps(), player.steps_behind());
    // A step that takes time is going on once time has passed since the one before it.
    let last = done.last();
    let going_on = last.is_some_and(|last| player.now() > last.at).then(|| player.step_index());
    let present = going_on.filter(|step| *step < steps.len()).or(last.map(|last| last.step));
    let line = |(index, step): (usize, &Step)| {
        let done = done.iter().find(|done| done.step == index);
        let progress = match (present == Some(index), done) {
            (true, _) => StepProgress::Present,
            (false, Some(_)) => StepProgress::Done,
            (false, None) => StepProgress::Later,
        };
        let printed = format::print_step(step);
        let failed = player.failures().find(|failure| failure.step == index);
        let failed = failed.map(|failure| failure.found.as_str().into());
        StepLine { at: done.map(|done| done.at), progress, failed, ..in_words(&printed) }
    };
    let shown = gate.map_or(steps.len(), |gate| gate + 1);
    let mut lines: Vec<StepLine> = steps.iter().enumerate().take(shown).map(line).collect();
    if shown < steps.len() {
        lines.push(in_words("hidden until you have answered"));
    }
    // Each order stands before the first step that was done, or is to be done, after it.
    for (index, act) in player.acts().iter().enumerate().rev() {
        let place = all_done.partition_point(|step| step.unit <= act.after);
        let is_done = act.after < units;
        let progress = if is_done { StepProgress::Done } else { StepProgress::Later };
        let at = is_done.then_some(act.at);
        let line = StepLine { at, progress, own: Some(index), ..in_words(&act.text) };
        lines.insert(place.min(lines.len()), line);
    }
    let said = done.iter().rev().find_map(|done| said(&steps[done.step].statement));
    (lines.into(), said)
}

/// A statement's first line as one of the list of steps.
fn in_words(printed: &str) -> StepLine {
    let text = printed.trim_start().lines().next().unwrap_or_default();
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    // What of it a printed trace keeps concerns nobody here.
    let rest = match verb {
        "run" => rest.split(' ').take_while(|word| !word.starts_with("show=")).collect::<Vec<_>>(),
        _ => vec![rest.trim()],
    };
    let (verb, rest) = (verb.into(), rest.join(" ").into());
    StepLine { at: None, verb, rest, progress: StepProgress::Later, failed: None, own: None }
}

fn said(statement: &Statement) -> Option<Arc<str>> {
    if let Statement::Say(text) = statement { Some(text.clone()) } else { None }
}

/// The markers up to a unit, with their times.
pub(super) fn markers(player: &Player, until: u64) -> Vec<(SimTime, Arc<str>)> {
    let done = player.done_steps().iter().take_while(|done| done.unit <= until);
    let marker = |done: &DoneStep| match &player.scenario().steps[done.step].statement {
        Statement::Marker(name) => Some((done.at, name.clone())),
        _ => None,
    };
    done.filter_map(marker).collect()
}

impl Session {
    /// To the nearest marker on that side of the playhead, if there is one.
    pub(super) fn go_to_marker(&mut self, is_there: impl Fn(u64, u64) -> bool) {
        let now = self.player.playhead().units();
        let steps = &self.player.scenario().steps;
        let is_marker = |done: &DoneStep| {
            matches!(steps[done.step].statement, Statement::Marker(_)) && is_there(done.unit, now)
        };
        let markers = self.player.done_steps().iter().filter(|done| is_marker(done));
        let nearest = markers.map(|done| done.unit).min_by_key(|unit| unit.abs_diff(now));
        if let Some(unit) = nearest {
            self.step(|player| player.seek_unit(unit));
        }
    }
}

/// The last `focus` that the playhead has passed, with its step.
pub(super) fn focus(player: &Player) -> Option<(usize, &Focus)> {
    let passed = player.steps_behind().iter();
    let focus = |step: usize| match &player.scenario().steps[step].statement {
        Statement::Focus(focus) => Some((step, focus)),
        _ => None,
    };
    passed.rev().find_map(|done| focus(done.step))
}

/// The last events in words; the very list of `before` if it ends with the same event.
pub(super) fn recent(player: &Player, before: Option<&Arc<[Sentence]>>) -> Arc<[Sentence]> {
    let told = || player.trace().iter().rev().map(|traced| &*traced.event);
    let last = told().next().map(|event| event.id);
    if let Some(before) = before
        && before.last().map(|sentence| sentence.event) == last
    {
        return before.clone();
    }
    let names = player.names();
    let sentence = |event: &Event| Sentence {
        event: event.id,
        at: event.at,
        node: narration::subject(event, names).into(),
        text: narration::predicate(event, names).into(),
        tone: narration::tone(&event.kind),
    };
    let mut sentences: Vec<Sentence> = told().take(RECENT).map(sentence).collect();
    sentences.reverse();
    sentences.into()
}
