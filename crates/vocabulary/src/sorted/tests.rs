//! Map and set against the standard library's, over orders drawn by a small generator.

use std::collections::{BTreeMap, BTreeSet};

use super::{SortedMap, SortedSet};

/// Numbers that look unordered, the same in every run (Knuth's constants).
fn numbers(count: usize) -> impl Iterator<Item = u64> {
    let mut state = 1_u64;
    std::iter::repeat_with(move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    })
    .take(count)
}

#[test]
fn a_map_is_the_standard_map_after_any_orders() {
    let (mut ours, mut theirs) = (SortedMap::new(), BTreeMap::new());
    for number in numbers(3_000) {
        let (key, value) = (number % 61, number);
        match number / 61 % 6 {
            0 | 1 => assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
            2 => assert_eq!(ours.remove(&key), theirs.remove(&key)),
            3 => {
                *ours.entry(key).or_insert(7) += 1;
                *theirs.entry(key).or_insert(7) += 1;
            }
            4 => assert_eq!(ours.get(&key), theirs.get(&key)),
            _ => assert_eq!(
                ours.range(key..key + 9).collect::<Vec<_>>(),
                theirs.range(key..key + 9).collect::<Vec<_>>()
            ),
        }
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
    }
}

#[test]
fn a_set_is_the_standard_set_after_any_orders() {
    let (mut ours, mut theirs) = (SortedSet::new(), BTreeSet::new());
    for number in numbers(3_000) {
        let value = number % 61;
        match number / 61 % 3 {
            0 => assert_eq!(ours.insert(value), theirs.insert(value)),
            1 => assert_eq!(ours.remove(&value), theirs.remove(&value)),
            _ => assert_eq!(ours.contains(&value), theirs.contains(&value)),
        }
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_eq!(ours.first().zip(ours.last()), theirs.first().zip(theirs.last()));
    }
}

#[test]
fn of_two_equal_keys_the_later_value_stays() {
    let map = SortedMap::from([(2, "b"), (1, "a"), (2, "c")]);
    assert_eq!(map.into_iter().collect::<Vec<_>>(), [(1, "a"), (2, "c")]);
}

#[test]
fn a_range_excludes_and_includes_its_ends_as_asked() {
    let set = SortedSet::from([1, 3, 5, 7]);
    let of = |found: super::set::Iter<'_, i32>| found.copied().collect::<Vec<_>>();
    assert_eq!(of(set.range(3..7)), [3, 5]);
    assert_eq!(of(set.range(2..=7)), [3, 5, 7]);
    assert_eq!(of(set.range(..3)), [1]);
    assert!(of(set.range(8..)).is_empty());
}

#[test]
fn what_is_extracted_is_gone() {
    let mut map: SortedMap<u32, u32> = (0..6).map(|key| (key, key * key)).collect();
    let even: Vec<_> = map.extract_if(|key, _| key % 2 == 0).collect();
    assert_eq!(even, [(0, 0), (2, 4), (4, 16)]);
    assert_eq!(map.keys().copied().collect::<Vec<_>>(), [1, 3, 5]);
}
