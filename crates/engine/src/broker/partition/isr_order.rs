//! The order in which a leader lists the in-sync replicas that it proposes.
//!
//! Nothing is decided by it: elections go by the order of the replicas. But it is what tools print,
//! so a printed ISR should look as Kafka's does.
//!
//! Source: Scala 2.13 `immutable.HashSet`, in which Kafka's `Partition` keeps an ISR.
//! Uses: nothing.

use epochscope_vocabulary::BrokerId;

/// A Scala set lists up to four members as they were added, and more in the order of their hashes.
#[must_use]
pub fn in_set_order(members: &[BrokerId]) -> Vec<BrokerId> {
    const KEPT_IN_ORDER: usize = 4;
    if members.len() <= KEPT_IN_ORDER {
        members.to_vec()
    } else {
        let mut ordered = Vec::with_capacity(members.len());
        push_in_hash_order(members.to_vec(), 0, &mut ordered);
        ordered
    }
}

/// Lists a node of Scala's hash trie: members alone in their branch first, then the sub-tries.
fn push_in_hash_order(mut members: Vec<BrokerId>, shift: u32, ordered: &mut Vec<BrokerId>) {
    const BITS: u32 = 5;
    let branch = |member: &BrokerId| (scala_hash(member.0) >> shift) & 31;
    members.sort_by_key(branch);
    let (alone, crowded): (Vec<_>, Vec<_>) = members
        .chunk_by(|a, b| branch(a) == branch(b))
        .partition(|group| group.len() == 1);
    ordered.extend(alone.into_iter().flatten());
    for group in crowded {
        // Different numbers have different hashes, so that the last level always tells them apart.
        push_in_hash_order(group.to_vec(), shift + BITS, ordered);
    }
}

/// `scala.collection.Hashing.improve`.
const fn scala_hash(number: u32) -> u32 {
    let mut hash = number.wrapping_add(!(number << 9));
    hash ^= hash >> 14;
    hash = hash.wrapping_add(hash << 4);
    hash ^ (hash >> 10)
}
