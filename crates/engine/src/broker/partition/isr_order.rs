//! The order in which a leader lists the in-sync replicas that it proposes.
//!
//! Nothing is decided by it: elections go by the order of the replicas. But it is what tools print,
//! so a printed ISR should look as Kafka's does.
//!
//! Source: Scala 2.13 `immutable.HashSet`, in which Kafka's `Partition` keeps an ISR.
//! Uses: nothing.

use epochscope_vocabulary::BrokerId;
use epochscope_vocabulary::put_in_order;

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
    put_in_order(&mut members, |one, other| branch(one) < branch(other));
    let (alone, crowded): (Vec<_>, Vec<_>) =
        members.chunk_by(|a, b| branch(a) == branch(b)).partition(|group| group.len() == 1);
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

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn listed(ids: impl IntoIterator<Item = u32>) -> Vec<u32> {
        let members: Vec<BrokerId> = ids.into_iter().map(BrokerId).collect();
        in_set_order(&members).into_iter().map(|broker| broker.0).collect()
    }

    #[test]
    fn up_to_four_members_are_listed_as_they_were_added() {
        assert_eq!(listed([3, 1, 4, 2]), [3, 1, 4, 2]);
    }

    /// As real brokers list these, and as Scala prints `(1 to 9).toSet`.
    #[test]
    fn five_and_more_are_listed_by_their_hashes() {
        assert_eq!(listed(1..=6), [5, 1, 6, 2, 3, 4]);
        assert_eq!(listed((1..=9).rev()), [5, 1, 6, 9, 2, 7, 3, 8, 4]);
    }

    #[test]
    fn nobody_is_lost_in_the_order() {
        let mut ids = listed((0..200).map(|n| n * 37));
        ids.sort_unstable();
        assert_eq!(ids, (0..200).map(|n| n * 37).collect::<Vec<_>>());
    }
}
