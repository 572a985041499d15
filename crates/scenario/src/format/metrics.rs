//! The names of metrics in observations: JMX names, or what of them follows `name=`.
//!
//! Uses: `world`, the engine's table of metrics.

use epochscope_engine::metrics::{METRICS, Named, OF_ZOOKEEPER_ONLY};

use super::errors::{Place, shown};
use super::world::Reader;
use epochscope_engine::release::Release;

/// Refuses what is no metric here.
pub(crate) fn check(reader: &mut Reader, name: &str, place: Place) -> Option<()> {
    let Some(Named { row, of }) = Named::read(name) else {
        return unknown(reader, name, place);
    };
    if let Some(since) = row.since() {
        let names = Release::ALL.iter().find(|(release, _)| *release == since);
        let since = names.and_then(|(_, names)| names.first()).copied().unwrap_or_default();
        reader.since(since, &row.short_name(), place)?;
    }
    match of {
        Some((topic, partition)) => {
            reader.partition(&format!("{topic}-{partition}"), place).map(drop)
        }
        None if row.is_of_a_replica() => {
            let message = format!("`{}` is of one partition", row.short_name());
            let fix = format!("say of which: `\"{},topic=T,partition=0\"`", row.short_name());
            reader.fail(place, message, fix)
        }
        None => Some(()),
    }
}

fn unknown(reader: &mut Reader, name: &str, place: Place) -> Option<()> {
    let word = name.rsplit("name=").next().unwrap_or(name);
    if let Some(only) = OF_ZOOKEEPER_ONLY.iter().find(|only| word == **only) {
        let message = format!("only a ZooKeeper controller reports `{only}`; KRaft's do not");
        return reader.fail(place, message, "count elections: `event became-leader`");
    }
    let known: Vec<String> = METRICS.iter().map(|row| row.short_name()).collect();
    let begun = known.iter().find(|known| !word.is_empty() && known.starts_with(word));
    let otherwise = match begun {
        Some(known) => format!("write it whole, as in `{known}`"),
        None => "see docs/metrics.md for the metrics that are there".to_owned(),
    };
    let names = known.iter().map(String::as_str);
    let fix = reader.problems.did_you_mean(word, names, otherwise);
    reader.fail(place, format!("`{}` is no metric known here", shown(name)), fix)
}
