//! The names of metadata versions.

use serde_json::Value;

use super::fields::{Read, text, unlike};

/// A version's level, told by its name. 3.3-IV3 is the first that has a controlled shutdown, and
/// 4.1-IV1 the last of the recorded release.
pub(super) fn metadata_version(value: &Value) -> Read<u16> {
    let name = text(value)?;
    let level = NAMES.iter().position(|known| *known == name);
    let level = level.and_then(|level| u16::try_from(level + 1).ok());
    level.ok_or_else(|| unlike(value, "a metadata version from 3.0-IV1 to 4.1-IV1"))
}

/// Level 1 and up.
const NAMES: &[&str] = &[
    "3.0-IV1", "3.1-IV0", "3.2-IV0", "3.3-IV0", "3.3-IV1", "3.3-IV2", "3.3-IV3", "3.4-IV0",
    "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1",
    "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2",
    "4.0-IV3", "4.1-IV0", "4.1-IV1",
];
