//! `list`: the scenarios that come with the program.

use epochscope_scenario::library::{Shipped, shipped};
use serde::Serialize;

use crate::arguments::ListOptions;
use crate::output;
use crate::problem::{Outcome, Verdict};

/// Where it is told what was recorded.
const PAGE: &str = "docs/recorded.md";

/// A scenario as `list --json` prints it.
#[derive(Serialize)]
struct Listed {
    name: &'static str,
    family: &'static str,
    title: &'static str,
    about: &'static str,
    recorded: Option<&'static str>,
}

/// Prints them, those of a family together.
pub(crate) fn command(options: &ListOptions) -> Outcome {
    let text = if options.json { json() } else { readable() };
    output::print(&text)?;
    Ok(Verdict::Fine)
}

fn json() -> String {
    let all = shipped().into_iter().map(|shipped| {
        let Shipped { name, family, title, about, recorded, .. } = shipped;
        Listed { name, family, title, about, recorded }
    });
    let text = serde_json::to_string_pretty(&all.collect::<Vec<_>>()).unwrap_or_default();
    text + "\n"
}

fn readable() -> String {
    let all = shipped();
    let width = all.iter().map(|shipped| shipped.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut family = "";
    for shipped in &all {
        if shipped.family != family {
            family = shipped.family;
            let blank = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{blank}{family}\n"));
        }
        let Shipped { name, title, .. } = shipped;
        text.push_str(&format!("  {name:width$}  {title}\n"));
        if let Some(recorded) = recorded(shipped) {
            text.push_str(&format!("  {:width$}  {recorded}\n", ""));
        }
    }
    text
}

/// What is said of a scenario that was recorded.
pub(crate) fn recorded(shipped: &Shipped) -> Option<String> {
    let trace = shipped.recorded?;
    let place = trace.to_ascii_lowercase();
    Some(format!("Recorded on Apache Kafka 4.1.1: same outcome ({PAGE}#{place})"))
}
