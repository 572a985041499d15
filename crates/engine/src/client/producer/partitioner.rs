//! Which partition a record goes to when its sender does not say.
//!
//! With a key: the key's hash, so that one key stays in one partition as long as their number does
//! not change. Without: one partition until its batch is full or sent, then the next.
//!
//! Source: Kafka `Utils.murmur2`, `BuiltInPartitioner`; KIP-480, KIP-794.
//! Simplified: without a key, partitions take turns batch by batch; Kafka draws one at random after
//! `batch.size` bytes.
//! Uses: nothing.

/// The partition of a key, among `count`.
pub(crate) fn partition_for_key(key: &str, count: u32) -> u32 {
    (murmur2(key.as_bytes()) & 0x7fff_ffff) % count.max(1)
}

/// The next partition in turn after `last`, among these in ascending order.
pub(crate) fn next_in_turn(last: Option<u32>, partitions: &[u32]) -> Option<u32> {
    let later = partitions.iter().find(|partition| last.is_none_or(|last| **partition > last));
    later.or_else(|| partitions.first()).copied()
}

const SEED: u32 = 0x9747_b28c;
const MULTIPLIER: u32 = 0x5bd1_e995;

fn murmur2(data: &[u8]) -> u32 {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    let mut hash = SEED ^ length;
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(MULTIPLIER);
        k = (k ^ (k >> 24)).wrapping_mul(MULTIPLIER);
        hash = hash.wrapping_mul(MULTIPLIER) ^ k;
    }
    if !rest.is_empty() {
        for (at, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * at);
        }
        hash = hash.wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(MULTIPLIER);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of Kafka's own `UtilsTest.testMurmur2`.
    #[test]
    fn hashes_as_kafka_does() {
        for (text, hash) in [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ] {
            assert_eq!(murmur2(text.as_bytes()).cast_signed(), hash, "{text}");
        }
    }

    #[test]
    fn partitions_take_turns() {
        for (last, partitions, next) in [
            (None, &[0, 1, 2][..], Some(0)),
            (Some(0), &[0, 1, 2], Some(1)),
            (Some(2), &[0, 1, 2], Some(0)),
            (Some(0), &[0, 2], Some(2)),
            (Some(5), &[], None),
        ] {
            assert_eq!(next_in_turn(last, partitions), next);
        }
    }
}
