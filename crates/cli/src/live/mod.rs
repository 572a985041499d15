//! Traces recorded from real clusters: made into scenarios, run, and compared.
//!
//! [`trace`] reads the file, [`steps`] the driver's words; [`scenario`] makes a scenario of them,
//! [`run`] carries it out, [`normalise`] writes what came of it as the recording does, and
//! [`difference`] compares.

mod awaited;
mod difference;
mod normalise;
mod run;
mod scenario;
mod steps;
mod trace;

use crate::rule::fields::Read;

pub(crate) use difference::Section;

/// What came of one trace.
pub(crate) struct Compared {
    /// The trace's name.
    pub(crate) id: String,
    /// What is not as recorded.
    pub(crate) differences: Vec<Section>,
}

/// Runs a trace and compares.
pub(crate) fn compare(bytes: &[u8]) -> Read<Compared> {
    let trace = trace::Trace::read(bytes)?;
    let plan = scenario::plan(&trace)?;
    let ran = run::run(&trace, &plan)?;
    let got = normalise::sections(&plan, &ran);
    Ok(Compared { id: trace.id.clone(), differences: difference::differences(&trace, &ran, &got) })
}

/// A trace as a scenario, in the canonical form.
pub(crate) fn scenario_of(bytes: &[u8]) -> Read<String> {
    let trace = trace::Trace::read(bytes)?;
    Ok(scenario::text(&scenario::plan(&trace)?))
}

/// Whether a file is a trace: it is one JSON object with steps.
pub(crate) fn is_trace(name: &str, bytes: &[u8]) -> bool {
    let has_name = std::path::Path::new(name).extension().is_some_and(|ending| ending == "json");
    has_name
        || serde_json::from_slice::<serde_json::Value>(bytes)
            .is_ok_and(|value| value.get("steps").is_some())
}
