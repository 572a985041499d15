//! Questions of the scenario: time does not pass one before it is answered.
//!
//! Uses: `scene`.

use std::sync::Arc;

use epochscope_scenario::player::{DoneStep, Player};
use epochscope_scenario::script::{Ask, Statement};

use super::Session;
use crate::scene::{Choice, Question, Verdict};

/// What became of the questions so far, by step, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers(Vec<(usize, Option<usize>)>);

impl Answers {
    fn of(&self, step: usize) -> Option<Option<usize>> {
        self.0.iter().find(|(known, _)| *known == step).map(|(_, chosen)| *chosen)
    }

    fn note(&mut self, step: usize, chosen: Option<usize>) {
        if self.of(step).is_none() {
            self.0.push((step, chosen));
        }
    }
}

fn ask(player: &Player, step: usize) -> Option<&Ask> {
    match &player.scenario().steps[step].statement {
        Statement::Ask(ask) => Some(ask),
        _ => None,
    }
}

impl Session {
    /// The first question without an answer, as far as the run is known.
    pub(super) fn gate(&self) -> Option<DoneStep> {
        let is_open = |step| ask(&self.player, step).is_some() && self.answers.of(step).is_none();
        self.player.done_steps().iter().copied().find(|done| is_open(done.step))
    }

    /// Goes back to the first question without an answer, if the playhead has passed it.
    pub(super) fn stay_before_questions(&mut self) {
        let Some(gate) = self.gate() else { return };
        if self.player.playhead().units() > gate.unit || self.at > gate.at {
            self.player.seek_unit(gate.unit);
            self.at = gate.at;
        }
    }

    /// Whether a question waits for its answer, so that time does not go on.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        self.gate().is_some_and(|gate| gate.unit <= self.player.playhead().units())
    }

    /// What was asked up to the playhead was asked of somebody else.
    pub(super) fn pass_questions(&mut self) {
        let units = self.player.playhead().units();
        while let Some(gate) = self.gate().filter(|gate| gate.unit < units) {
            self.answers.note(gate.step, None);
        }
    }

    /// Answers the open question, or passes it by; nothing if there is none.
    pub(super) fn answer(&mut self, chosen: Option<usize>) {
        let here = self.gate().filter(|gate| gate.unit <= self.player.playhead().units());
        let Some(gate) = here else { return };
        let options = ask(&self.player, gate.step).map_or(0, |ask| ask.options.len());
        self.answers.note(gate.step, chosen.filter(|chosen| *chosen < options));
        self.refresh_timeline();
    }

    /// The question that was asked last, if nothing was said since.
    pub(super) fn question(&self) -> Option<Arc<Question>> {
        let mut done = self.player.steps_behind().iter();
        let tells = |done: &&DoneStep| {
            let statement = &self.player.scenario().steps[done.step].statement;
            matches!(statement, Statement::Say(_) | Statement::Ask(_))
        };
        let DoneStep { step, at, .. } = *done.rfind(tells)?;
        let ask = ask(&self.player, step)?;
        let answer = self.answers.of(step);
        let choice = |(index, choice): (usize, &epochscope_scenario::script::Choice)| Choice {
            text: choice.text.clone(),
            verdict: answer.map(|chosen| Verdict {
                is_right: choice.correct,
                was_chosen: chosen == Some(index),
                because: choice.because.clone(),
            }),
        };
        Some(Arc::new(Question {
            step,
            text: ask.text.clone(),
            choices: ask.options.iter().enumerate().map(choice).collect(),
            is_open: answer.is_none(),
            is_past: self.now() > at,
        }))
    }
}
