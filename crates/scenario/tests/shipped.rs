//! Every shipped scenario, run: its file is the script with the trace that it really has.
//!
//! `UPDATE_EXPECT=1 cargo test -p epochscope-scenario --test shipped` rewrites the files. Read the
//! difference before you commit it: a trace that changes is a cluster that behaves otherwise.

use epochscope_scenario::execution::Execution;
use epochscope_scenario::format::parse;
use epochscope_scenario::library;
use epochscope_scenario::run::run;
use expect_test::expect_file;

#[test]
fn each_file_is_its_own_run() {
    for shipped in library::shipped() {
        let parsed = parse(shipped.text().as_bytes()).expect(shipped.name);
        let report = run(&parsed.scenario).expect(shipped.name);
        let path = format!("../../../scenarios/{}.scenario", shipped.name);
        expect_file![path].assert_eq(&report.text);
    }
}

#[test]
fn each_holds_what_it_expects() {
    for shipped in library::shipped() {
        let parsed = parse(shipped.text().as_bytes()).expect(shipped.name);
        assert!(parsed.warnings.is_empty(), "{} has warnings", shipped.name);
        let report = run(&parsed.scenario).expect(shipped.name);
        assert_eq!(report.failures, [], "{}", shipped.name);
        assert_eq!(report.stopped, None, "{}", shipped.name);
    }
}

#[test]
fn every_file_in_the_folder_is_shipped() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of scenarios")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".scenario").map(str::to_owned))
        .collect();
    names.sort();
    let mut shipped: Vec<_> = library::shipped().iter().map(|one| one.name.to_owned()).collect();
    shipped.sort();
    assert_eq!(names, shipped);
}

/// The tables of defects and surprises name stories in their last column.
#[test]
fn stories_that_the_documentation_names_are_shipped() {
    let page = include_str!("../../../docs/fidelity.md");
    let (_, rest) = page.split_once("## Kafka's own defects, modelled").expect("the section");
    let (tables, _) = rest.split_once("## Checks").expect("the next one");
    let rows =
        tables.lines().filter(|line| line.starts_with("| ") && !line.contains("What happens"));
    let stories = rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once(" | "));
    let mut count = 0;
    for (_, story) in stories.filter(|(_, story)| story.contains('`')) {
        assert!(library::find(story.trim_matches('`')).is_some(), "{story}");
        count += 1;
    }
    assert!(count > 12, "{count} stories");
}

/// Schedules that once brought a fault of ours to light: each ends, and holds what it expects.
#[test]
fn what_was_mended_stays_mended() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/regressions");
    for entry in std::fs::read_dir(folder).expect("the folder of regressions") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let scenario = parse(text.as_bytes()).expect("a scenario").scenario;
        let mut execution = Execution::new(scenario.into()).expect("it can be built");
        while execution.advance().is_some() {
            assert!(execution.units() < 100_000, "{} does not end", path.display());
        }
        assert_eq!(execution.failed(), 0, "{}", path.display());
        assert_eq!(execution.stopped(), None, "{}", path.display());
    }
}
