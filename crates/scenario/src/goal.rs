//! A moment of a run as somewhere to stop, for a run that is carried out once and never goes back.
//!
//! Uses: `crate::execution`, `crate::moment`.

use epochscope_vocabulary::{Event, SimTime};

use crate::execution::Execution;
use crate::moment::Moment;
use crate::script::{Scenario, Statement, Step};

/// How far a run is from its goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The next unit leads towards it.
    Going,
    /// The run is there.
    Reached,
    /// The run does not come there: why, and what to ask for instead.
    Missed(String),
}

/// A moment to stop at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    moment: Moment,
    /// Steps that are done at a moment `line:N`.
    steps: usize,
    /// Visible events so far at the time of a moment `31s.4`.
    seen: u32,
}

impl Goal {
    /// The end of the run.
    #[must_use]
    pub const fn end() -> Self {
        Self { moment: Moment::End, steps: 0, seen: 0 }
    }

    /// This moment of this script.
    ///
    /// # Errors
    /// When the script has no such marker, or no step by that line.
    pub fn new(moment: &Moment, scenario: &Scenario) -> Result<Self, String> {
        let mut goal = Self { moment: moment.clone(), ..Self::end() };
        match moment {
            Moment::Line(line) => {
                goal.steps = scenario.steps.iter().filter(|step| step.line <= *line).count();
                if goal.steps == 0 {
                    return Err(no_step_by(*line, scenario));
                }
                if let Some(last) = scenario.steps.last().filter(|last| *line > end_of(last)) {
                    let last = end_of(last);
                    return Err(format!("the steps end with line {last}: ask for `end`"));
                }
            }
            Moment::Marker(name) => {
                let mut markers = scenario.steps.iter().filter_map(|step| match &step.statement {
                    Statement::Marker(name) => Some(name),
                    _ => None,
                });
                if !markers.any(|one| one == name) {
                    return Err(no_marker(name, scenario));
                }
            }
            Moment::At(_) | Moment::AfterEvent(..) | Moment::End => {}
        }
        Ok(goal)
    }

    /// Takes note of what the last unit did.
    pub fn see(&mut self, events: &[Event]) {
        if let Moment::AfterEvent(at, _) = &self.moment {
            let here = events.iter().filter(|event| event.at == *at && !event.kind.is_quiet());
            let here = u32::try_from(here.count()).unwrap_or(u32::MAX);
            self.seen = self.seen.saturating_add(here);
        }
    }

    /// How far the run is.
    #[must_use]
    pub fn progress(&self, execution: &Execution) -> Progress {
        let reached = match &self.moment {
            Moment::At(at) => match execution.next_at() {
                Some(next) => next > *at,
                None => execution.cluster().now() >= *at,
            },
            Moment::AfterEvent(at, count) => {
                if self.seen < *count && execution.next_at().is_some_and(|next| next > *at) {
                    return Progress::Missed(self.few_events(*at));
                }
                self.seen >= *count
            }
            Moment::Line(_) => execution.step_index() >= self.steps,
            Moment::Marker(name) => execution.marker(name).is_some(),
            Moment::End => execution.is_over() && execution.stopped().is_none(),
        };
        match (reached, execution.is_over()) {
            (true, _) => Progress::Reached,
            (false, false) => Progress::Going,
            (false, true) => Progress::Missed(self.beyond(execution)),
        }
    }

    fn few_events(&self, at: SimTime) -> String {
        let at = at.since(SimTime::ZERO);
        match self.seen {
            0 => format!("nothing happens at {at}: ask for `{at}`"),
            1 => format!("there is one event at {at}: ask for `{at}.1`"),
            seen => format!("there are {seen} events at {at}: ask for `{at}.{seen}` at most"),
        }
    }

    fn beyond(&self, execution: &Execution) -> String {
        let end = execution.cluster().now().since(SimTime::ZERO);
        match &self.moment {
            Moment::AfterEvent(at, _) if at.since(SimTime::ZERO) <= end => self.few_events(*at),
            Moment::Marker(name) => format!("the run ends at {end} and passes no marker `{name}`"),
            _ => format!("the run ends at {end}: ask for a moment up to `{end}`, or for `end`"),
        }
    }
}

/// The last line of a step: that of a question's last option.
fn end_of(step: &Step) -> u32 {
    let options = match &step.statement {
        Statement::Ask(ask) => u32::try_from(ask.options.len()).unwrap_or(0),
        _ => 0,
    };
    step.line + options
}

fn no_step_by(line: u32, scenario: &Scenario) -> String {
    match scenario.steps.first() {
        Some(step) => {
            let first = step.line;
            format!("no step ends by line {line}: the first one is `line:{first}`")
        }
        None => "there are no steps: ask for `0s` or `end`".to_owned(),
    }
}

fn no_marker(name: &str, scenario: &Scenario) -> String {
    let mut known = Vec::new();
    for step in &scenario.steps {
        if let Statement::Marker(one) = &step.statement {
            known.push(format!("`marker:{one}`"));
        }
    }
    match known.as_slice() {
        [] => format!("there is no marker `{name}`: this scenario has none"),
        _ => format!("there is no marker `{name}`: ask for {}", known.join(" or ")),
    }
}
