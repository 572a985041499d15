//! Reads what `whatif` is given: a description or a plan, and racks.

use std::path::Path;

use epochscope_whatif::cluster::{Cluster, Racks, Topic};
use epochscope_whatif::describe;
use epochscope_whatif::mistake::{Mistake, Note};
use epochscope_whatif::moves::Plan;
use epochscope_whatif::racks;

use super::options::WhatifOptions;
use super::{plan_file, proposal};
use crate::input::{self, Source};
use crate::problem::Problem;

/// What was read.
pub(super) struct Input {
    /// The name of the file.
    pub(super) name: String,
    /// The cluster as it stands.
    pub(super) cluster: Cluster,
    /// The cluster as a plan would have it.
    pub(super) proposed: Option<Cluster>,
    /// What that plan moves, where it is a file of its own.
    pub(super) moved: Option<Plan>,
    /// What it was read from: the word for it in JSON.
    pub(super) kind: &'static str,
    /// What should be known of it.
    pub(super) notes: Vec<Note>,
}

/// The most mistakes that are told.
const MOST_TOLD: usize = 20;

/// Reads all that the options name.
pub(super) fn read(options: &WhatifOptions) -> Result<Input, Problem> {
    let source = input::read_all(&options.file)?;
    let racks = options.racks.as_deref().map(read_racks).transpose()?.unwrap_or_default();
    let text = utf8(&source)?;
    let told = |mistakes: Vec<Mistake>| problem(&source.name, &mistakes);
    let (now, proposed, kind, notes) = if plan_file::is_plan(text) {
        let plan = plan_file::read(text).map_err(told)?;
        (plan.current, plan.proposed, "reassignment", plan.notes)
    } else {
        let described = describe::read(text).map_err(told)?;
        (described.topics, None, "describe", described.notes)
    };
    let build = |topics: Vec<Topic>| Cluster::new(topics, &racks, options.min_isr);
    let (cluster, proposed) = (build(now), proposed.map(build));
    let mut input = Input { name: source.name, cluster, proposed, moved: None, kind, notes };
    input.remark_on_racks();
    if let Some(file) = &options.plan {
        input.take_plan(file)?;
    }
    Ok(input)
}

impl Input {
    /// Reads what is wanted of the cluster.
    fn take_plan(&mut self, file: &Path) -> Result<(), Problem> {
        if self.proposed.is_some() {
            let what = format!("{} proposes something already", self.name);
            return Err(Problem::new("--plan", &what, "leave one of the two out"));
        }
        let source = input::read_all(file)?;
        let told = |mistakes: Vec<Mistake>| problem(&source.name, &mistakes);
        let wanted = plan_file::read_wanted(utf8(&source)?).map_err(told)?;
        let (plan, notes) = proposal::plan(&self.cluster, wanted).map_err(told)?;
        self.proposed = Some(plan.carried_out(&self.cluster));
        self.moved = Some(plan);
        self.notes.extend(notes);
        Ok(())
    }

    fn remark_on_racks(&mut self) {
        let lack = self.cluster.brokers.iter().filter(|broker| broker.rack.is_none());
        let lack: Vec<String> = lack.map(|broker| broker.id.to_string()).collect();
        if !self.cluster.racks.is_empty() && !lack.is_empty() {
            let text = format!("no rack is told of {}", some(&lack, 10));
            self.notes.push(Note { line: 0, text });
        }
    }
}

/// The first of a list, and how many more there are.
pub(super) fn some(all: &[String], most: usize) -> String {
    let shown = all[..all.len().min(most)].join(", ");
    match all.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn read_racks(file: &Path) -> Result<Racks, Problem> {
    let source = input::read_all(file)?;
    racks::read(utf8(&source)?).map_err(|mistakes| problem(&source.name, &mistakes))
}

fn utf8(source: &Source) -> Result<&str, Problem> {
    str::from_utf8(&source.bytes).map_err(|error| {
        let before = &source.bytes[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let expected = "text in UTF-8; of PowerShell's `>` make `| Out-File -Encoding utf8`";
        problem(&source.name, &[Mistake::new(line, "this is no UTF-8 text", expected)])
    })
}

/// All that is wrong with a file, as far as anybody reads.
fn problem(name: &str, mistakes: &[Mistake]) -> Problem {
    let told = mistakes.iter().take(MOST_TOLD).map(|mistake| {
        let Mistake { line, message, expected } = mistake;
        format!("{name}:{line}: error: {message}\n  expected {expected}")
    });
    let mut told: Vec<String> = told.collect();
    if mistakes.len() > MOST_TOLD {
        told.push(format!("{name}: error: and {} more", mistakes.len() - MOST_TOLD));
    }
    Problem::of_texts(&told)
}
