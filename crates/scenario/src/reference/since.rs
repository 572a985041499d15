//! Since when, and until when: the part of the reference that says it.
//!
//! Uses: `format`, the engine's table of metrics.

use std::fmt::Write as _;

use epochscope_engine::metrics::METRICS;
use epochscope_engine::release::Release;

use crate::format::features::{ELIGIBLE, ELR_SINCE, version_name};
use crate::format::since::{
    CONTROLLERS_ASKED_SINCE, OBSERVATIONS_SINCE, SETTINGS_OF_NO_RELEASE, SETTINGS_SINCE,
    SETTINGS_UNTIL, STATEMENTS_SINCE, VALUES_SINCE,
};

/// What not all modelled releases have.
pub(super) fn section(text: &mut String) {
    text.push_str(
        "\n## Since when\n\nWhat is not in these lists, all modelled releases have. A scenario \
         that asks for what none of its processes has is refused, and told since when it exists.\n\
         \n| Release | What it is the first to have | What it is the last to have |\n\
         | --- | --- | --- |\n",
    );
    for (_, names) in Release::ALL {
        let release = names.first().copied().unwrap_or_default();
        let (first, last) = (first_in(release), last_in(names));
        if !(first.is_empty() && last.is_empty()) {
            let _ = writeln!(text, "| {release} | {} | {} |", first.join(", "), last.join(", "));
        }
    }
    let none: Vec<String> = SETTINGS_OF_NO_RELEASE.iter().map(|name| format!("`{name}`")).collect();
    let _ = writeln!(text, "\nIn no release yet: {}.", none.join(", "));
}

fn quoted(names: &str) -> impl Iterator<Item = String> {
    names.split(' ').map(|name| format!("`{name}`"))
}

fn first_in(release: &str) -> Vec<String> {
    let mut list = Vec::new();
    for (_, names) in SETTINGS_SINCE.iter().filter(|(since, _)| *since == release) {
        list.extend(quoted(names));
    }
    for (name, _) in OBSERVATIONS_SINCE.iter().filter(|(_, since)| *since == release) {
        list.push(format!("`expect {name}`"));
    }
    for (name, word, _) in VALUES_SINCE.iter().filter(|(_, _, since)| *since == release) {
        list.push(format!("`{name} = {word}`"));
    }
    if release == ELR_SINCE {
        list.push(format!("`feature {}=1`", ELIGIBLE.name));
    }
    for (verb, level) in STATEMENTS_SINCE {
        let version = version_name(*level);
        if version.split('-').next() == Some(release) {
            list.push(format!("`{verb}` (metadata version {version})"));
        }
    }
    if release == CONTROLLERS_ASKED_SINCE {
        list.push("`via=` a controller".to_owned());
    }
    let named = |since: Release| Release::named(release) == Some(since);
    let metrics = METRICS.iter().filter(|row| row.since().is_some_and(named));
    list.extend(metrics.map(|row| format!("`metric \"{}\"`", row.short_name())));
    list
}

fn last_in(release: &[&str]) -> Vec<String> {
    let rows = SETTINGS_UNTIL.iter().filter(|(until, _)| release.contains(until));
    rows.flat_map(|(_, names)| quoted(names)).collect()
}
