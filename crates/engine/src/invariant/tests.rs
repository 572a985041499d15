//! The table of properties, and what is said once.

use epochscope_vocabulary::{BrokerId, TopicId, TopicPartition};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::agreement::LineageState;
use super::checkers::Subject;
use super::*;

const ORDERS: TopicPartition = TopicPartition { topic: TopicId(0), partition: 0 };

fn at(broker: u32) -> Subject {
    Subject { partition: Some(ORDERS), broker: Some(BrokerId(broker)) }
}

#[test]
fn every_property_has_its_row() {
    for row in INVARIANTS {
        assert_eq!(row.invariant.row().name, row.name);
        assert_eq!(Invariant::named(row.name), Some(row.invariant));
        assert!(row.about.ends_with('.'), "{}", row.about);
    }
    assert_eq!(Invariant::named("acked-records-survive"), None);
}

#[test]
fn acks_below_all_excuse_a_lost_record_and_nothing_else() {
    let allowed = [Allowance::AcksBelowAll];
    assert_eq!(Invariant::AckedSurvives.excuse(&allowed), Excuse::SetUp);
    assert_eq!(Invariant::LeaderCompleteness.excuse(&allowed), Excuse::None);
    assert_eq!(Invariant::AckedSurvives.excuse(&[]), Excuse::None);
}

#[test]
fn a_violation_is_news_until_it_heals() {
    let mut checkers = Checkers::default();
    assert!(checkers.breaks(Invariant::HwBounds, at(1)));
    assert!(!checkers.breaks(Invariant::HwBounds, at(1)));
    assert!(checkers.breaks(Invariant::HwBounds, at(2)));
    checkers.heals(Invariant::HwBounds, at(1));
    assert!(checkers.breaks(Invariant::HwBounds, at(1)));
}

#[test]
fn names_are_kept_in_order_and_excuses_do_not_take_back() {
    let mut checkers = Checkers::default();
    checkers.note(Invariant::LogMatch, Excuse::SetUp);
    checkers.note(Invariant::AckedSurvives, Excuse::None);
    checkers.note(Invariant::AckedSurvives, Excuse::SetUp);
    checkers.note(Invariant::LogMatch, Excuse::SetUp);
    assert_eq!(checkers.violated().broken, ["LogMatch", "AckedSurvives"]);
    assert_eq!(checkers.violated().unexcused, ["AckedSurvives"]);
}

#[test]
fn a_broken_lineage_is_no_longer_relied_on() {
    let mut checkers = Checkers::default();
    assert_eq!(checkers.lineage(ORDERS), LineageState::Holds);
    checkers.breaks(Invariant::Lineage, at(1));
    assert_eq!(checkers.lineage(ORDERS), LineageState::Broken);
    let other = TopicPartition { partition: 1, ..ORDERS };
    assert_eq!(checkers.lineage(other), LineageState::Holds);
}

#[test]
fn a_copy_does_not_see_what_the_original_remembers_later() {
    let mut checkers = Checkers::default();
    checkers.ghost_mut(ORDERS).had_unclean_election = true;
    let copy = checkers.clone();
    checkers.ghost_mut(ORDERS).had_unclean_election = false;
    assert!(copy.ghost(ORDERS).is_some_and(|ghost| ghost.had_unclean_election));
}

#[test]
fn each_property_has_its_row_in_the_documentation() {
    let page = include_str!("../../../../docs/invariants.md");
    for row in INVARIANTS {
        let line = page.lines().find(|line| line.starts_with(&format!("| `{}` |", row.name)));
        let line = line.unwrap_or_else(|| panic!("{} has no row", row.name));
        let never = line.contains("| never");
        assert_eq!(never, row.excused_by.is_empty(), "{line}");
    }
}
