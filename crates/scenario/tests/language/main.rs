//! The scenario language as people meet it: what it takes, what it refuses and how, and that what
//! is printed is read back.

mod completion;
mod good;
mod header_errors;
mod metrics;
#[cfg(not(target_arch = "wasm32"))]
mod reference;
mod robust;
mod round_trip;
mod since;
mod step_errors;
mod words;

use epochscope_scenario::format::{ScenarioError, parse};

/// A header that most lines can follow.
const HEADER: &str = "\
epochscope 1
brokers 1..2@a 3@b
controllers 101..103
topic orders partitions=2 replicas=1,2,3
topic logs-2024 partitions=1
producer checkout topic=orders
producer legacy topic=orders acks=1
consumer billing topic=orders
consumer audit topic=orders manual=true
";

/// Everything that is said about a text, as the command line prints it.
fn said(text: &str) -> String {
    let found = match parse(text.as_bytes()) {
        Ok(parsed) => parsed.warnings,
        Err(errors) => errors,
    };
    rendered(&found)
}

/// Everything that is said about steps below [`HEADER`].
fn said_of_steps(steps: &str) -> String {
    said(&format!("{HEADER}{steps}"))
}

fn rendered(found: &[ScenarioError]) -> String {
    found.iter().map(|error| format!("{}\n", error.render("s"))).collect()
}
