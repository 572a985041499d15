//! Traces recorded from real clusters: made into scenarios, run, and compared.
//!
//! [`trace`] reads the file, [`steps`] the driver's words; [`scenario`] makes a scenario of them,
//! [`run`] carries it out, [`normalise`] writes what came of it as the recording does, and
//! [`difference`] compares.

mod awaited;
mod clients;
mod difference;
mod document;
mod header;
mod normalise;
mod run;
mod scenario;
mod steps;
mod story;
mod trace;
mod waits;
mod writer;

use epochscope_scenario::library::{Shipped, shipped};
use epochscope_scenario::script::Scenario;
use serde_json::Value;

use crate::rule::fields::Read;

pub(crate) use difference::Section;
pub(crate) use document::HEAD;

/// What came of one trace.
pub(crate) struct Compared {
    /// The trace's name.
    pub(crate) id: String,
    /// What is not as recorded.
    pub(crate) differences: Vec<Section>,
}

/// So many runs are tried: what a real cluster did is one outcome of several where things race.
const DRAWS: u64 = 24;

/// Runs a trace and compares, first with all links alike, then with others until one run agrees.
pub(crate) fn compare(bytes: &[u8]) -> Read<Compared> {
    let trace = trace::Trace::read(bytes)?;
    let differences = best(&trace)?.differences;
    Ok(Compared { id: trace.id, differences })
}

/// Runs a story that tells a trace, and compares in the very same way.
pub(crate) fn compare_story(bytes: &[u8], story: Scenario) -> Read<Compared> {
    let trace = trace::Trace::read(bytes)?;
    let plan = story::told_by(story, scenario::plan(&trace, None)?)?;
    let differences = carried_out(&trace, plan)?.differences;
    Ok(Compared { id: trace.id, differences })
}

/// A trace in words and tables: what was done, what came of it there and here.
pub(crate) fn document(bytes: &[u8]) -> Read<String> {
    let trace = trace::Trace::read(bytes)?;
    let raw: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let is_told = |story: &Shipped| story.recorded == Some(trace.id.as_str());
    let stories: Vec<Shipped> = shipped().into_iter().filter(is_told).collect();
    Ok(document::section(&trace, &raw, &best(&trace)?, &stories))
}

/// A trace as a scenario, in the canonical form.
pub(crate) fn scenario_of(bytes: &[u8]) -> Read<String> {
    let trace = trace::Trace::read(bytes)?;
    Ok(scenario::text(&best(&trace)?.plan))
}

/// A run of a trace, its outcome in sections, and where that is none that was recorded.
struct Tried {
    plan: scenario::Plan,
    got: Vec<(&'static str, Value)>,
    differences: Vec<Section>,
}

fn carried_out(trace: &trace::Trace, plan: scenario::Plan) -> Read<Tried> {
    let ran = run::run(trace, &plan)?;
    let got = normalise::sections(&plan, &ran);
    let differences = difference::differences(trace, &ran, &got);
    Ok(Tried { plan, got, differences })
}

/// The first run that agrees, or else the one that differs least.
fn best(trace: &trace::Trace) -> Read<Tried> {
    let mut best: Option<Tried> = None;
    let size = |tried: &Tried| tried.differences.iter().map(|one| one.places.len()).sum::<usize>();
    for draw in std::iter::once(None).chain((1..=DRAWS).map(Some)) {
        let tried = carried_out(trace, scenario::plan(trace, draw)?)?;
        if best.as_ref().is_none_or(|least| size(&tried) < size(least)) {
            let agrees = tried.differences.is_empty();
            best = Some(tried);
            if agrees {
                break;
            }
        }
    }
    best.ok_or_else(|| crate::rule::Wrong::new("nothing was run", "a trace"))
}

/// Whether a file is a trace: it is one JSON object with steps.
pub(crate) fn is_trace(name: &str, bytes: &[u8]) -> bool {
    let has_name = std::path::Path::new(name).extension().is_some_and(|ending| ending == "json");
    has_name
        || serde_json::from_slice::<serde_json::Value>(bytes)
            .is_ok_and(|value| value.get("steps").is_some())
}
