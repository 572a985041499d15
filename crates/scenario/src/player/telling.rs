//! What a player tells of its run in letters: a digest to know it again, a script that repeats it.

use std::hash::Hasher as _;

use epochscope_vocabulary::{SimTime, put_in_order};
use fnv::FnvHasher;

use super::Player;
use crate::format::{print_header, print_step};
use crate::script::{At, Statement, Step};

impl Player {
    /// A digest of what happened up to the playhead, without the quiet part.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hasher = FnvHasher::default();
        for traced in self.trace() {
            hasher.write(traced.event.line(self.names()).as_bytes());
            hasher.write_u8(b'\n');
        }
        hasher.finish()
    }

    /// The script as it was carried out up to the playhead, each statement at its time, with the
    /// orders that a person gave among them, and then the clock until a moment: a scenario of its
    /// own that runs the same.
    #[must_use]
    pub fn as_script(&self, until: SimTime) -> String {
        let branch = &self.branches[self.open];
        let scenario = self.scenario();
        let units = self.playhead.units();
        let mut lines: Vec<(u64, String)> = Vec::new();
        for done in branch.done.iter().filter(|done| done.unit <= units) {
            let step = &scenario.steps[done.step];
            if !matches!(step.statement, Statement::Run(_)) {
                let at = Some(At::Absolute(done.at));
                lines.push((done.unit, print_step(&Step { at, ..step.clone() })));
            }
        }
        for act in branch.acts.iter().filter(|act| act.after < units) {
            let at = act.at.since(SimTime::ZERO);
            lines.push((act.after + 1, format!("@{at} {}", act.text)));
        }
        put_in_order(&mut lines, |(one, _), (other, _)| one < other);
        let mut text = print_header(scenario);
        for (_, line) in lines {
            text.push_str(&line);
            text.push('\n');
        }
        text.push_str(&format!("run until={}\n", until.max(self.now()).since(SimTime::ZERO)));
        text
    }
}
