//! What each process reports over JMX, with the lights that published guides would show.
//!
//! Uses: `inspector`.

use epochscope_engine::metrics::thresholds::{Light, light_of_all};
use epochscope_engine::metrics::{METRICS, MetricRow};
use epochscope_vocabulary::NodeId;

use super::{Jump, Page, Row, Section, Sight};

const COLUMNS: &[&str] = &["metric", "all", "light", "each process", "JMX name"];

pub(super) fn page(sight: Sight<'_>) -> Page {
    let (mut of_all, mut of_shown) = (Vec::new(), Vec::new());
    let mut lit = Vec::new();
    for metric in METRICS {
        let (row, light) = line(sight, metric);
        if let Some(light @ (Light::Warn | Light::Bad)) = light {
            lit.push([&metric.short_name(), " (", light.word(), ")"].concat());
        }
        if metric.is_of_a_replica() { &mut of_shown } else { &mut of_all }.extend(row);
    }
    let lights = if lit.is_empty() { "All are green.".to_owned() } else { lit.join(", ") };
    let mut sections =
        vec![Section::note("Lights", lights), Section::table("Processes", COLUMNS, of_all)];
    if let Some(shown) = sight.shown {
        sections.push(Section::table(sight.partition_name(shown), COLUMNS, of_shown));
    }
    Page { controls: Vec::new(), sections }
}

/// A metric, unless nobody reports it. It leads to the process that reports most.
fn line(sight: Sight<'_>, metric: &MetricRow) -> (Option<Row>, Option<Light>) {
    let cluster = sight.cluster();
    let of = sight.shown.filter(|_| metric.is_of_a_replica());
    let each = cluster.metric_of_each(metric, of);
    let values: Vec<u64> = each.iter().map(|(_, value)| *value).collect();
    let light = light_of_all(metric.metric, &values);
    let Some((most, _)) = each.iter().max_by_key(|(_, value)| *value) else {
        return (None, light);
    };
    let all = cluster.metric_of_all(metric, of);
    let tone = light.map_or("", Light::word);
    let texts: Vec<String> = each.iter().map(|(node, value)| said(*node, *value)).collect();
    let mut row = Row::default();
    row.add(metric.short_name(), tone).to(Jump::Node(*most));
    row.add(all.map_or_else(|| "–".to_owned(), |all| all.to_string()), tone)
        .add(tone.to_owned(), tone);
    row.add(texts.join(", "), "").add(metric.jmx_name(), "off");
    (Some(row), light)
}

fn said(node: NodeId, value: u64) -> String {
    let number = match node {
        NodeId::Broker(id) => id.0,
        NodeId::Controller(id) => id.0,
        NodeId::Client(id) => id.0,
    };
    [&number.to_string(), ": ", &value.to_string()].concat()
}
