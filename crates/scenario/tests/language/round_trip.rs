//! What is printed is read back, and printing again changes nothing.

use epochscope_scenario::format::{Parsed, parse, print};
use epochscope_scenario::library;
use epochscope_scenario::script::{Notes, Scenario, Statement};
use proptest::prelude::*;

use crate::words::scenario_text;

/// The scenario without what only says where in a text it stood.
fn unplaced(mut scenario: Scenario) -> Scenario {
    let without_line = |notes: &mut Notes| notes.line = 0;
    scenario.header_notes.values_mut().for_each(without_line);
    scenario.header_notes.retain(|_, notes| *notes != Notes::default());
    for notes in scenario.header_notes.values_mut() {
        notes.blank_line_above = false;
    }
    scenario.header_notes.retain(|_, notes| *notes != Notes::default());
    for step in &mut scenario.steps {
        step.line = 0;
        without_line(&mut step.notes);
        if let Statement::Ask(ask) = &mut step.statement {
            for option in &mut ask.options {
                option.notes.line = 0;
                option.notes.blank_line_above = false;
            }
        }
    }
    scenario
}

fn check(Parsed { scenario, .. }: Parsed) -> Result<(), TestCaseError> {
    let text = print(&scenario);
    let again = match parse(text.as_bytes()) {
        Ok(again) => again.scenario,
        Err(errors) => {
            return Err(TestCaseError::fail(format!("{text}\n{}", crate::rendered(&errors))));
        }
    };
    prop_assert_eq!(print(&again), text);
    prop_assert_eq!(unplaced(again), unplaced(scenario));
    Ok(())
}

#[test]
fn shipped_scenarios_are_in_canonical_form() {
    let mut complaints = String::new();
    for shipped in library::shipped() {
        let parsed = parse(shipped.text().as_bytes());
        let parsed = parsed.unwrap_or_else(|errors| panic!("{}", crate::rendered(&errors)));
        assert!(parsed.warnings.is_empty(), "{}", crate::rendered(&parsed.warnings));
        let printed = print(&parsed.scenario);
        let written = shipped.text().lines().filter(|line| !line.starts_with('|'));
        for (canonical, written) in printed.lines().zip(written) {
            if canonical != written {
                complaints.push_str(&format!("{}: {written}\n  -> {canonical}\n", shipped.name));
                break;
            }
        }
        check(parsed).unwrap_or_else(|error| panic!("{}: {error}", shipped.name));
    }
    assert!(complaints.is_empty(), "`epochscope fmt` would change\n{complaints}");
}

/// Found by damaging scenarios: blanks of other scripts at the ends of free text and comments.
#[test]
fn blanks_of_any_script_end_a_text() {
    for line in ["about f\u{a0}", "about \u{a0}.", "title \u{3000}a b\u{2003}", "# a\u{a0}"] {
        let text = format!("epochscope 1\n{line}\nbrokers 1..2 # c\u{a0}\n");
        let parsed = parse(text.as_bytes()).unwrap_or_else(|e| panic!("{}", crate::rendered(&e)));
        check(parsed).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn generated_scenarios_come_back(text in scenario_text()) {
        match parse(text.as_bytes()) {
            Ok(parsed) => check(parsed)?,
            Err(errors) => {
                let found = crate::rendered(&errors);
                return Err(TestCaseError::fail(format!("{text}\n{found}")));
            }
        }
    }
}
