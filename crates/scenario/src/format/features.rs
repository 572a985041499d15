//! KRaft features that the header may set.
//!
//! Source: Kafka `MetadataVersion`, `EligibleLeaderReplicasVersion`.
//! Uses: `arguments`, `world`.

use std::sync::Arc;

use super::arguments::Args;
use super::errors::{Place, shown};
use super::forms::{PairRow, pair};
use super::kinds::Kind;
use super::values::whole_number;
use super::world::Reader;
use epochscope_engine::release::Release;

const ELIGIBLE_LEADER_REPLICAS: &str = "eligible.leader.replicas.version";
pub(crate) const METADATA_VERSION: &str = "metadata.version";

/// The levels of `metadata.version`, by name, from 3.3-IV0 (4) on, one after the other.
pub(crate) const METADATA_VERSIONS: &[&str] = &[
    "3.3-IV0", "3.3-IV1", "3.3-IV2", "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2",
    "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4",
    "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1",
    "4.2-IV0", "4.2-IV1", "4.3-IV0",
];
const FIRST_METADATA_VERSION: u16 = 4;

/// Since when a cluster may have eligible leader replicas.
pub(crate) const ELR_SINCE: &str = "4.0.0";

/// KIP-966's feature.
pub(crate) const ELIGIBLE: PairRow = pair(ELIGIBLE_LEADER_REPLICAS, Kind::Number(0, 1));
/// The version of the metadata log.
pub(crate) const VERSION: PairRow = pair(METADATA_VERSION, Kind::Text);

/// The pairs of `feature`.
pub(crate) const PAIRS: &[PairRow] = &[ELIGIBLE, VERSION];

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
        let level = level(reader, args, row.name)?;
        if row.name == METADATA_VERSION {
            reader.world.metadata_version = Some(level);
        }
        features.push((row.name.into(), level));
    }
    if features.is_empty() {
        let fix = "add one: `eligible.leader.replicas.version=0`";
        return reader.fail(args.place, "no feature is named", fix);
    }
    Some(features)
}

/// The level that a line gives a feature, if some process knows it.
fn level(reader: &mut Reader, args: &Args, name: &'static str) -> Option<u16> {
    let place = args.place_of(name);
    match name {
        ELIGIBLE_LEADER_REPLICAS => {
            let level = u16::from(args.number(name) == Some(1));
            if level > 0 {
                reader.since(ELR_SINCE, name, place)?;
            }
            Some(level)
        }
        _ => {
            let level = metadata_version(reader, &args.word(name)?, place)?;
            known_by_some(reader, level, place)?;
            Some(level)
        }
    }
}

/// The first release whose clusters can have this metadata version.
fn first_release_with(level: u16) -> Option<&'static str> {
    let knows = |release: Release| release.rules().features.metadata_version.max >= level;
    let first = Release::ALL.iter().find(|(release, _)| knows(*release));
    first.and_then(|(_, names)| names.first()).copied()
}

/// A metadata version that is too new for all processes, or too old for the cluster's release.
fn known_by_some(reader: &mut Reader, level: u16, place: Place) -> Option<()> {
    let name = version_name(level);
    if let Some(since) = first_release_with(level) {
        reader.since_said(since, &format!("metadata version {name}"), place)?;
    }
    let Some(release) = Release::named(&reader.world.release) else { return Some(()) };
    let oldest = release.rules().features.metadata_version.min;
    if level >= oldest {
        return Some(());
    }
    let message = format!("Kafka {} has no metadata version {name}", reader.world.release);
    let fix = format!("it ended with 3.9: write {} or later", version_name(oldest));
    reader.fail(place, message, fix)
}

fn metadata_version(reader: &mut Reader, word: &str, place: Place) -> Option<u16> {
    let by_name = METADATA_VERSIONS.iter().position(|name| *name == word);
    let by_level = || {
        let level = whole_number(word)?.checked_sub(u64::from(FIRST_METADATA_VERSION))?;
        usize::try_from(level).ok()
    };
    let index = by_name.or_else(by_level).filter(|index| *index < METADATA_VERSIONS.len());
    let Some(level) = index.and_then(|index| u16::try_from(index).ok()) else {
        let message = format!("`{}` is no metadata version known here", shown(word));
        // Another number is another version, not a slip: what is meant is the last of a release.
        let release = word.split_once('-').map_or(word, |(release, _)| release);
        let is_of = |name: &&&str| name.split_once('-').is_some_and(|(of, _)| of == release);
        let fix = match METADATA_VERSIONS.iter().rfind(is_of) {
            Some(last) => format!("the last of {release} is `{last}`"),
            None => "write one such as `4.1-IV1`".to_owned(),
        };
        return reader.fail(place, message, fix);
    };
    Some(level + FIRST_METADATA_VERSION)
}

/// The levels of `metadata.version` above one, by name.
#[must_use]
pub fn later_metadata_versions(level: u16) -> &'static [&'static str] {
    let known = usize::from((level + 1).saturating_sub(FIRST_METADATA_VERSION));
    METADATA_VERSIONS.get(known..).unwrap_or_default()
}

/// The feature that `alter feature` names, with its new level.
pub(crate) fn altered(reader: &mut Reader, args: &Args) -> Option<(Arc<str>, u16)> {
    let named: Vec<&PairRow> = PAIRS.iter().filter(|row| args.get(row.name).is_some()).collect();
    let [row] = named[..] else {
        let fix = "write `eligible.leader.replicas.version=0` or `metadata.version=4.1-IV1`";
        return reader.fail(args.place, "one feature has to be named", fix);
    };
    let level = level(reader, args, row.name)?;
    reader.world.raise_metadata_version(row.name, level);
    Some((row.name.into(), level))
}

/// The name of a level of `metadata.version`.
pub(crate) fn version_name(level: u16) -> &'static str {
    let index = level.checked_sub(FIRST_METADATA_VERSION).map(usize::from);
    index.and_then(|index| METADATA_VERSIONS.get(index)).copied().unwrap_or_default()
}

/// A feature's level as it is written.
pub(crate) fn level_text(name: &str, level: u16) -> String {
    let named = level.checked_sub(FIRST_METADATA_VERSION).map(usize::from);
    match named.and_then(|index| METADATA_VERSIONS.get(index)) {
        Some(version) if name == METADATA_VERSION => (*version).to_owned(),
        _ => level.to_string(),
    }
}
