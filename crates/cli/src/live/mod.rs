//! Traces recorded from real clusters: made into scenarios, run, and compared.
//!
//! [`trace`] reads the file, [`steps`] the driver's words; [`scenario`] makes a scenario of them,
//! [`run`] carries it out, [`normalise`] writes what came of it as the recording does, and
//! [`difference`] compares.

mod awaited;
mod clients;
mod difference;
mod header;
mod normalise;
mod run;
mod scenario;
mod steps;
mod trace;
mod waits;
mod writer;

use crate::rule::fields::Read;

pub(crate) use difference::Section;

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
    let (_, differences) = best(&trace)?;
    Ok(Compared { id: trace.id.clone(), differences })
}

/// A trace as a scenario, in the canonical form.
pub(crate) fn scenario_of(bytes: &[u8]) -> Read<String> {
    let trace = trace::Trace::read(bytes)?;
    Ok(scenario::text(&best(&trace)?.0))
}

/// The first run that agrees, or else the one that differs least.
fn best(trace: &trace::Trace) -> Read<(scenario::Plan, Vec<Section>)> {
    let mut best: Option<(scenario::Plan, Vec<Section>)> = None;
    for draw in std::iter::once(None).chain((1..=DRAWS).map(Some)) {
        let plan = scenario::plan(trace, draw)?;
        let ran = run::run(trace, &plan)?;
        let got = normalise::sections(&plan, &ran);
        let found = difference::differences(trace, &ran, &got);
        let size =
            |sections: &[Section]| sections.iter().map(|one| one.places.len()).sum::<usize>();
        if best.as_ref().is_none_or(|(_, least)| size(&found) < size(least)) {
            let agrees = found.is_empty();
            best = Some((plan, found));
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
