//! KRaft features that the header may set.
//!
//! Source: Kafka `MetadataVersion`, `EligibleLeaderReplicasVersion`.
//! Uses: `arguments`, `world`.

use std::sync::Arc;

use super::arguments::Args;
use super::errors::{Place, shown};
use super::forms::{PairRow, needed, pair};
use super::kinds::Kind;
use super::values::whole_number;
use super::world::Reader;

const ELIGIBLE_LEADER_REPLICAS: &str = "eligible.leader.replicas.version";
const METADATA_VERSION: &str = "metadata.version";

/// The metadata version of a newly formatted 4.1 cluster: its name and level.
const MODELLED_METADATA_VERSION: (&str, u16) = ("4.1-IV1", 27);

/// The pairs of `feature`.
pub(crate) const PAIRS: &[PairRow] =
    &[pair(ELIGIBLE_LEADER_REPLICAS, Kind::Number(0, 1)), pair(METADATA_VERSION, Kind::Text)];

/// The pair of `alter feature`.
pub(crate) const ELIGIBLE: PairRow = needed(ELIGIBLE_LEADER_REPLICAS, Kind::Number(0, 1));

/// Features that no run changes.
pub(crate) const NOT_IN_A_RUN: &[(&str, &str)] =
    &[(METADATA_VERSION, "the metadata version cannot be changed in a run")];

/// Features of Kafka that are about what is not modelled.
pub(crate) const LATER: &[(&str, &str)] = &[
    ("kraft.version", "changes of the controllers' quorum are not modelled"),
    ("transaction.version", "transactions are not modelled"),
    ("group.version", "consumer groups are not modelled"),
    ("share.version", "share groups are not modelled"),
    ("streams.version", "streams groups are not modelled"),
];

/// The features of one line.
pub(crate) fn read(reader: &mut Reader, args: &Args) -> Option<Vec<(Arc<str>, u16)>> {
    let mut features = Vec::new();
    for row in PAIRS {
        let Some(given) = args.get(row.name) else { continue };
        let place = given.place;
        if !reader.world.features.insert(row.name) {
            let message = format!("`{}` was set before", row.name);
            return reader.fail(place, message, "leave one of them out");
        }
        let level = match row.name {
            ELIGIBLE_LEADER_REPLICAS => u16::from(args.number(row.name) == Some(1)),
            _ => metadata_version(reader, &args.word(row.name)?, place)?,
        };
        features.push((row.name.into(), level));
    }
    if features.is_empty() {
        let fix = "add one: `eligible.leader.replicas.version=0`";
        return reader.fail(args.place, "no feature is named", fix);
    }
    Some(features)
}

fn metadata_version(reader: &mut Reader, word: &str, place: Place) -> Option<u16> {
    let (name, level) = MODELLED_METADATA_VERSION;
    if word == name || whole_number(word) == Some(u64::from(level)) {
        return Some(level);
    }
    let what = format!("metadata version `{}` is not modelled", shown(word));
    reader.not_yet(place, &what, &format!("write `{METADATA_VERSION}={name}`, or leave it out"))
}

/// A feature's level as it is written.
pub(crate) fn level_text(name: &str, level: u16) -> String {
    match (name, level) {
        (METADATA_VERSION, 27) => MODELLED_METADATA_VERSION.0.to_owned(),
        _ => level.to_string(),
    }
}
