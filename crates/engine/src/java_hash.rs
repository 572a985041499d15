//! The order in which Java's hash collections list what is in them.
//!
//! Kafka goes through such collections in places where the order can be seen: racks draw their
//! random starts in it, and an ELR is stored in it.
//!
//! Source: the published algorithm of `java.util.HashMap` and of `String.hashCode`.
//! Simplified: buckets are lists for ever; Java makes trees of those with eight members.
//! Uses: nothing.

/// Puts `keys`, given in order of insertion, into the order in which a Java `HashMap` lists them.
/// `hash_code` is Java's.
pub fn sort_as_java_hash_set<K>(keys: &mut [K], hash_code: impl Fn(&K) -> u32) {
    // The table starts with 16 buckets, and doubles when it is more than three quarters full.
    let mut buckets = 16;
    while keys.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    let mask = u32::try_from(buckets - 1).unwrap_or(u32::MAX);
    keys.sort_by_key(|key| {
        let hash = hash_code(key);
        (hash ^ (hash >> 16)) & mask
    });
}

/// `String.hashCode`.
#[must_use]
pub fn string_hash_code(text: &str) -> u32 {
    text.encode_utf16()
        .fold(0, |hash: u32, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}
