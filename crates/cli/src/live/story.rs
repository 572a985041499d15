//! A story held to a trace: it does what the trace's scenario does, and says more.

use epochscope_scenario::format::{print_header, print_step};
use epochscope_scenario::script::{Scenario, Statement, Step};

use super::scenario::Plan;
use crate::rule::fields::{Read, Wrong};

/// Lines of the header that are the story's own: words, and what a run draws.
const OWN: [&str; 4] = ["title", "about", "seed", "network"];

/// The plan, carried out by the story. It has to do the same, statement by statement; what it says
/// and checks between is its own.
pub(super) fn told_by(story: Scenario, plan: Plan) -> Read<Plan> {
    same_cluster(&story, &plan.scenario)?;
    // Of each of the plan's statements, which of the story's it is.
    let mut places = Vec::new();
    for (place, step) in story.steps.iter().enumerate().filter(|(_, step)| acts(step)) {
        let expected = plan.scenario.steps.get(places.len()).map(without_show);
        let said = without_show(step);
        if expected.as_ref() != Some(&said) {
            let expected = expected.unwrap_or_else(|| "the end of the story".to_owned());
            return Err(Wrong::new(format!("`{said}` is not what was done"), expected));
        }
        places.push(place);
    }
    if let Some(missing) = plan.scenario.steps.get(places.len()) {
        let missing = without_show(missing);
        return Err(Wrong::new("the story ends too early", missing));
    }
    let looks = plan.looks.into_iter().map(|(after, look)| {
        let last = after.checked_sub(1).and_then(|last| places.get(last));
        (last.map_or(0, |place| place + 1), look)
    });
    Ok(Plan { looks: looks.collect(), scenario: story, ..plan })
}

fn same_cluster(story: &Scenario, plan: &Scenario) -> Read<()> {
    let (ours, theirs) = (cluster(story), cluster(plan));
    let missing = theirs.iter().find(|line| !ours.contains(line));
    let extra = ours.iter().find(|line| !theirs.contains(line));
    match (extra, missing) {
        (None, None) => Ok(()),
        (Some(extra), _) => {
            let expected = missing.map_or("no such line", String::as_str);
            Err(Wrong::new(format!("`{extra}` is not how the cluster was set up"), expected))
        }
        (None, Some(missing)) => Err(Wrong::new("the header lacks a line", missing.as_str())),
    }
}

fn cluster(scenario: &Scenario) -> Vec<String> {
    let header = print_header(scenario);
    let lines = header.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let is_own = |line: &String| OWN.iter().any(|word| line.starts_with(word));
    lines.filter(|line| !line.is_empty() && !is_own(line)).collect()
}

/// Whether the statement does something, and not only says or asks.
fn acts(step: &Step) -> bool {
    match step.statement {
        Statement::Run(_) | Statement::Command(_) => true,
        Statement::Say(_)
        | Statement::Marker(_)
        | Statement::Focus(_)
        | Statement::View(_)
        | Statement::Ask(_)
        | Statement::Expect(_)
        | Statement::Always(..)
        | Statement::Never(..)
        | Statement::Eventually(..)
        | Statement::End(_) => false,
    }
}

/// The line, whatever of its trace is shown.
fn without_show(step: &Step) -> String {
    let line = print_step(step);
    let words = line.split_whitespace().filter(|word| !word.starts_with("show="));
    words.collect::<Vec<_>>().join(" ")
}
