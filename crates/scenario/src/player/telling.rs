//! What a player tells of its run in letters: a digest to know it again, a script that repeats it.

use std::hash::Hasher as _;

use epochscope_vocabulary::{NodeId, SimTime, put_in_order};
use fnv::FnvHasher;

use super::{Act, DoneStep, Player, Traced};
use crate::format::{print_header, print_step};
use crate::script::{At, Statement, Step};

impl Player {
    /// A digest of what happened up to the playhead, when and where, without the quiet part.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hasher = FnvHasher::default();
        for Traced { event, .. } in self.trace() {
            let (role, id) = match event.node {
                None => (0, 0),
                Some(NodeId::Broker(broker)) => (1, broker.0),
                Some(NodeId::Controller(controller)) => (2, controller.0),
                Some(NodeId::Client(client)) => (3, client.0),
            };
            hasher.write(&event.at.0.to_le_bytes());
            hasher.write(&[role]);
            hasher.write(&id.to_le_bytes());
            hasher.write(event.kind.slug().as_bytes());
        }
        hasher.finish()
    }

    /// The script as it was carried out up to the playhead, each statement at its time, with the
    /// orders that a person gave among them, and then the clock until a moment: a scenario of its
    /// own that runs the same.
    #[must_use]
    pub fn as_script(&self, until: SimTime) -> String {
        self.script_of(self.steps_behind(), self.acts_behind(), until.max(self.now()))
    }

    /// The same for the whole run, as far as it is known.
    #[must_use]
    pub fn as_whole_script(&self, until: SimTime) -> String {
        self.script_of(self.done_steps(), self.acts(), until.max(self.end()))
    }

    fn script_of(&self, steps: &[DoneStep], acts: &[Act], until: SimTime) -> String {
        let scenario = self.scenario();
        let mut lines: Vec<(u64, String)> = Vec::new();
        for done in steps {
            let step = &scenario.steps[done.step];
            if !matches!(step.statement, Statement::Run(_)) {
                let at = Some(At::Absolute(done.at));
                lines.push((done.unit, print_step(&Step { at, ..step.clone() })));
            }
        }
        for act in acts {
            let at = act.at.since(SimTime::ZERO);
            lines.push((act.after + 1, format!("@{at} {}", act.text)));
        }
        put_in_order(&mut lines, |(one, _), (other, _)| one < other);
        let mut text = print_header(scenario);
        for (_, line) in lines {
            text.push_str(&line);
            text.push('\n');
        }
        text.push_str(&format!("run until={}\n", until.since(SimTime::ZERO)));
        text
    }
}
