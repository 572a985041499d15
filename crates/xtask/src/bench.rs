//! `cargo xtask bench`: the engine's speed and memory, natively and as wasm, in the same run.
//!
//! `crates/scenario/examples/bench` is an ordinary program that prints lines of the form
//! `name value unit`. It runs natively, then in Node as wasm of the profile that readers get; the
//! ratio is wasm's value by the native one. A wasm program has no clock and no standard output of
//! its own: there the example takes both from `performance.now` and `console.log`, through
//! `wasm-bindgen`.
//!
//! `crates/whatif/examples/bench` runs natively alone: what it measures is not on the page. Its
//! ratios are by one second, by the plainest work on the same text, and by Kafka's own placer.

use std::collections::BTreeMap;

use crate::Outcome;
use crate::program::{cargo, output, program, target_directory};
use crate::tools::ensure_node;
use crate::wasm;

const PACKAGE: &str = "epochscope-scenario";
const EXAMPLE: &str = "bench";

/// Runs both and prints them side by side with wasm's share of the native value.
pub(crate) fn command() -> Outcome {
    ensure_node()?;
    let what = ["--package", PACKAGE, "--example", EXAMPLE];
    let native = output(cargo(&["run", "--quiet", "--release"]).args(what))?;
    let file = wasm::compile(&what, "web", &format!("examples/{EXAMPLE}"))?;
    let folder = target_directory()?.join("bench");
    wasm::bind(&file, "nodejs", &folder)?;
    let script = folder.join(format!("{EXAMPLE}.js")).display().to_string();
    let wasm = output(&mut program("node", &[&script]))?;
    print!("{}", table(&native, &wasm)?);
    let what = ["--package", "epochscope-whatif", "--example", EXAMPLE];
    print!("{}", output(cargo(&["run", "--quiet", "--release"]).args(what))?);
    Ok(())
}

fn table(native: &str, wasm: &str) -> Outcome<String> {
    let mut wasm: BTreeMap<&str, Line<'_>> = lines(wasm).map(|line| (line.name, line)).collect();
    let mut text = format!("{:<32} {:>14} {:>14} {:>7}\n", "", "native", "wasm", "ratio");
    for line in lines(native) {
        let other = wasm.remove(line.name).ok_or_else(|| format!("wasm lacks {}", line.name))?;
        let name = format!("{} ({})", line.name, line.unit);
        let ratio = other.value / line.value;
        let (native, wasm) = (line.value, other.value);
        text.push_str(&format!("{name:<32} {native:>14.1} {wasm:>14.1} {ratio:>7.2}\n"));
    }
    Ok(text)
}

struct Line<'text> {
    name: &'text str,
    value: f64,
    unit: &'text str,
}

/// All lines of the form `name value unit`; others are for the eye.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, value, unit) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        words.next().is_none().then_some(Line { name, value, unit })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_side_by_side() {
        let text = table("a note\nspeed 200.0 events/s\n", "speed 150.0 events/s\n");
        let text = text.expect("both have it");
        assert!(text.contains("speed (events/s)"), "{text}");
        assert!(text.ends_with("0.75\n"), "{text}");
    }

    #[test]
    fn a_value_that_wasm_lacks() {
        assert!(table("speed 200.0 events/s\n", "").is_err());
    }
}
