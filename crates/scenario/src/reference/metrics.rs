//! The page on metrics, printed from the engine's tables.
//!
//! Uses: the engine's `metrics`.

use std::fmt::Write as _;

use epochscope_engine::metrics::thresholds::{Guide, Light, Limit, THRESHOLDS, Threshold};
use epochscope_engine::metrics::{METRICS, Metric, MetricRow, OF_ZOOKEEPER_ONLY, Whole};
use epochscope_engine::release::Release;

const INTRODUCTION: &str = "\
# Metrics

<!-- Written by the tests of `epochscope-scenario` from the engine's own tables. -->

`metric \"NAME\" NODE` is what that process would report over JMX at this moment: a broker by its own
metadata and logs, a controller by its own state. So a leader that does not know yet that it was
deposed still counts itself, and what a dashboard adds up may be wrong though no process lies:
`scenarios/metrics.scenario` tells of it. A process that is down or stands still reports nothing: `none`.

Without a node it is what all processes report together, as said below: their sum, the greatest, or
what the active controller says where all controllers report the same thing.

`NAME` is the JMX name, with its properties in any order, or only what of it follows `name=`. Of a
replica's metric it says which: `\"UnderReplicated,topic=orders,partition=0\"`. An attribute of an
MBean stands behind a colon, as `JmxTool` prints it. Of a meter (`...PerSec`) the value is its
`Count`: how often since the process began.
";

const LIGHTS: &str = "
## Lights

The inspector's page *Metrics* and `epochscope state --json` show a light by what published guides
say. Where a guide looks at a rate, the light is on as soon as it has happened once, and until the
process ends; and where it waits for a while before it alerts, the light is on at once.

| Metric | Light | When | Who says so |
| --- | --- | --- | --- |
";

/// The metrics, and when they are a reason to alert somebody, as Markdown.
#[must_use]
pub fn metrics() -> String {
    let mut text = INTRODUCTION.to_owned();
    group(&mut text, "Of a broker", |row| matches!(row.metric, Metric::Broker(_)));
    group(&mut text, "Of a broker's replica", MetricRow::is_of_a_replica);
    group(&mut text, "Of a controller", |row| matches!(row.metric, Metric::Controller(_)));
    let only: Vec<String> = OF_ZOOKEEPER_ONLY.iter().map(|name| format!("`{name}`")).collect();
    let _ = writeln!(text, "\nOnly a ZooKeeper controller reports {}.", only.join(", "));
    text.push_str(LIGHTS);
    THRESHOLDS.iter().for_each(|one| threshold(&mut text, one));
    text.push_str("\nThe guides:\n\n");
    for guide in Guide::ALL {
        let _ = writeln!(text, "* {}: {}, <{}>", guide.publisher(), guide.title(), guide.address());
    }
    text
}

fn group(text: &mut String, heading: &str, belongs: impl Fn(&MetricRow) -> bool) {
    let _ = write!(
        text,
        "\n## {heading}\n\n| JMX name | What it says | Together | Since |\n\
         | --- | --- | --- | --- |\n"
    );
    METRICS.iter().filter(|row| belongs(row)).for_each(|row| line(text, row));
}

fn line(text: &mut String, row: &MetricRow) {
    let tags = if row.is_of_a_replica() { ",topic=T,partition=P" } else { "" };
    let whole = match row.whole {
        Whole::Sum => "sum",
        Whole::Greatest => "greatest",
        Whole::Active => "active controller's",
    };
    let names = Release::ALL.iter().find(|(release, _)| Some(*release) == row.since());
    let since = names.and_then(|(_, names)| names.first()).copied().unwrap_or_default();
    let _ = writeln!(text, "| `{}{tags}` | {} | {whole} | {since} |", row.jmx_name(), row.about);
}

fn threshold(text: &mut String, one: &Threshold) {
    let name = one.row().map(MetricRow::short_name).unwrap_or_default();
    let when = match one.limit {
        Limit::Above(limit) => format!("a process reports more than {limit}"),
        Limit::TogetherNot(wanted) => format!("the sum is not {wanted}"),
    };
    let light = match one.light {
        Light::Ok | Light::Warn => "warning",
        Light::Bad => "critical",
    };
    let guides: Vec<&str> = one.guides.iter().map(|guide| guide.publisher()).collect();
    let _ = writeln!(text, "| `{name}` | {light} | {when} | {} |", guides.join(", "));
}
