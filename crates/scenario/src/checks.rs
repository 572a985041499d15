//! Standing checks: `always`, `never` and `eventually`, from their statement to their end.

use std::sync::Arc;

use epochscope_engine::Cluster;
use epochscope_vocabulary::SimTime;

use crate::evaluate::{Counted, evaluate};
use crate::script::{Observation, Statement, Step};

/// A check that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The step that asked for it.
    pub step: usize,
    /// Its line in the text.
    pub line: u32,
    /// What was found instead.
    pub found: String,
}

impl Failure {
    /// A failure of this step.
    #[must_use]
    pub const fn of_step(step: usize, at: &Step, found: String) -> Self {
        Self { step, line: at.line, found }
    }
}

/// What a standing check wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wants {
    Always,
    Never,
    EventuallyBy(SimTime),
}

#[derive(Clone, Debug)]
struct Standing {
    step: usize,
    line: u32,
    name: Option<Arc<str>>,
    wants: Wants,
    observation: Arc<Observation>,
}

/// The checks that stand.
#[derive(Clone, Debug, Default)]
pub struct Checks(Vec<Standing>);

impl Checks {
    /// Begins, or with `end` ends, what this step says.
    pub fn begin(&mut self, index: usize, step: &Step, now: SimTime) {
        let (observation, wants, name) = match &step.statement {
            Statement::Always(observation, name) => (observation, Wants::Always, name.clone()),
            Statement::Never(observation, name) => (observation, Wants::Never, name.clone()),
            Statement::Eventually(observation, within) => {
                (observation, Wants::EventuallyBy(now + *within), None)
            }
            Statement::End(name) => {
                self.0.retain(|standing| standing.name.as_ref() != Some(name));
                return;
            }
            Statement::Run(_)
            | Statement::Command(_)
            | Statement::Say(_)
            | Statement::Marker(_)
            | Statement::Focus(_)
            | Statement::View(_)
            | Statement::Ask(_)
            | Statement::Expect(_) => return,
        };
        let observation = Arc::new(observation.clone());
        self.0.push(Standing { step: index, line: step.line, name, wants, observation });
    }

    /// Whether the mere passing of time can fail a check.
    #[must_use]
    pub fn has_deadline(&self) -> bool {
        self.0.iter().any(|standing| matches!(standing.wants, Wants::EventuallyBy(_)))
    }

    /// Looks at the cluster after something has happened: what fails now, and stands no more.
    pub fn look(&mut self, cluster: &Cluster, counted: &Counted) -> Vec<Failure> {
        let mut failures = Vec::new();
        self.0.retain(|standing| {
            let found = evaluate(&standing.observation, cluster, counted);
            let now = cluster.now();
            let (stands, failed) = match standing.wants {
                Wants::Always => (found.holds(), !found.holds()),
                Wants::Never => (!found.holds(), found.holds()),
                Wants::EventuallyBy(by) => {
                    let late = now > by;
                    (!found.holds() && !late, !found.holds() && late)
                }
            };
            if failed {
                failures.push(standing.failure(now, &found.text()));
            }
            stands
        });
        failures
    }

    /// The script is over: what should have become true and has not.
    pub fn end(&mut self, cluster: &Cluster, counted: &Counted) -> Vec<Failure> {
        let mut failures = self.look(cluster, counted);
        for standing in std::mem::take(&mut self.0) {
            if let Wants::EventuallyBy(_) = standing.wants {
                let found = evaluate(&standing.observation, cluster, counted);
                failures.push(standing.failure(cluster.now(), &found.text()));
            }
        }
        failures
    }
}

impl Standing {
    fn failure(&self, now: SimTime, found: &str) -> Failure {
        Failure { step: self.step, line: self.line, found: format!("at {now}: {found}") }
    }
}
