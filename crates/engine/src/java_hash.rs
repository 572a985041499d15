//! The order in which Java's hash collections list what is in them.
//!
//! Kafka goes through such collections in places where the order can be seen: racks draw their
//! random starts in it, and an ELR is stored in it.
//!
//! Source: the published algorithm of `java.util.HashMap` and of `String.hashCode`.
//! Simplified: buckets are lists for ever; Java makes trees of those with eight members.
//! Uses: nothing.

use epochscope_vocabulary::put_in_order;

/// Puts `keys`, given in order of insertion, into the order in which a Java `HashMap` lists them.
/// `hash_code` is Java's.
pub fn sort_as_java_hash_set<K>(keys: &mut [K], hash_code: impl Fn(&K) -> u32) {
    // The table starts with 16 buckets, and doubles when it is more than three quarters full.
    let mut buckets = 16;
    while keys.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    let mask = u32::try_from(buckets - 1).unwrap_or(u32::MAX);
    let bucket = |key: &K| {
        let hash = hash_code(key);
        (hash ^ (hash >> 16)) & mask
    };
    put_in_order(keys, |one, other| bucket(one) < bucket(other));
}

/// `String.hashCode`.
#[must_use]
pub fn string_hash_code(text: &str) -> u32 {
    text.encode_utf16()
        .fold(0, |hash: u32, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn listed(mut ids: Vec<u32>) -> Vec<u32> {
        sort_as_java_hash_set(&mut ids, |id| *id);
        ids
    }

    /// What any Java gives for these texts.
    #[test]
    fn texts_hash_as_in_java() {
        assert_eq!(string_hash_code(""), 0);
        assert_eq!(string_hash_code("a"), 97);
        assert_eq!(string_hash_code("hello"), 99_162_322);
    }

    #[test]
    fn small_numbers_are_listed_ascending_large_ones_by_bucket() {
        assert_eq!(listed(vec![3, 1, 2]), [1, 2, 3]);
        assert_eq!(listed(vec![17, 1, 16, 0]), [16, 0, 17, 1]);
        assert_eq!(listed(vec![1, 65_536]), [1, 65_536], "both are in bucket 1");
        // The thirteenth member makes the table grow to 32 buckets.
        assert_eq!(listed((0..12).map(|n| n * 2).collect())[..3], [0, 16, 2]);
        assert_eq!(listed((0..13).map(|n| n * 2).collect())[..3], [0, 2, 4]);
    }
}
