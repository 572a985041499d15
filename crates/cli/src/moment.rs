//! Going to a moment of a run.

use std::sync::Arc;

use epochscope_scenario::execution::Execution;
use epochscope_scenario::goal::{Goal, Progress as Way};
use epochscope_scenario::moment::Moment;

use crate::input::Script;
use crate::problem::Problem;
use crate::progress::{Progress, Reporter};

/// The goal that a moment is for this script; `option` is where it was asked for.
pub(crate) fn goal(script: &Script, moment: &Moment, option: &str) -> Result<Goal, Problem> {
    Goal::new(moment, &script.scenario).map_err(|why| missed(script, moment, option, &why))
}

/// What to say of a moment that the run does not come to.
pub(crate) fn missed(script: &Script, moment: &Moment, option: &str, why: &str) -> Problem {
    let (what, fix) = why.split_once(": ").unwrap_or((why, "ask for another moment"));
    Problem::new(&script.name, &format!("`{option} {moment}`: {what}"), fix)
}

/// What to say of a cluster that cannot be built.
pub(crate) fn not_built(script: &Script, reason: &str) -> Problem {
    Problem::new(&script.name, &format!("the cluster cannot be built: {reason}"), "see the header")
}

/// The run as it is at a moment.
pub(crate) fn play_to(
    script: &Script,
    moment: &Moment,
    progress: Progress,
) -> Result<Execution, Problem> {
    let mut goal = goal(script, moment, "--at")?;
    let reporter = Reporter::start(progress, &script.name);
    let mut execution = Execution::new(Arc::new(script.scenario.clone()))
        .map_err(|rejected| not_built(script, &rejected.reason))?;
    loop {
        match goal.progress(&execution) {
            Way::Reached => return Ok(execution),
            Way::Missed(why) => {
                drop(reporter);
                return Err(match execution.stopped() {
                    Some(stopped) => script.stopped(stopped),
                    None => missed(script, moment, "--at", &why),
                });
            }
            Way::Going => {
                let unit = execution.advance().unwrap_or_default();
                goal.see(&unit.events);
                reporter.at(execution.cluster().now());
            }
        }
    }
}
