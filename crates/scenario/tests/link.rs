//! Links: short, whole or refused, and open for ever.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use epochscope_scenario::format::print_command;
use epochscope_scenario::library::shipped;
use epochscope_scenario::link::{Link, LinkError, Sameness, Source};
use epochscope_vocabulary::command::{LinkFault, Losing, NodeSelector, NodeSet, Ways};
use epochscope_vocabulary::{Command, SimDuration, SimTime};
use proptest::prelude::*;

/// What somebody does with a cluster of three, each time some seconds after the time before.
fn acts(count: u64) -> Vec<(SimTime, String)> {
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut at = SimTime::ZERO;
    (0..count)
        .map(|_| {
            at += SimDuration::from_ms(1 + random(8_000));
            let number = u32::try_from(1 + random(3)).unwrap_or(1);
            let node = || NodeSet(vec![NodeSelector::Number(number)]);
            let command = match random(6) {
                0 => Command::Pause(node(), None),
                1 => Command::Resume(node()),
                2 => Command::Kill(node(), Losing::Nothing),
                3 => Command::Start(node(), SimDuration::ZERO, None),
                4 => Command::Fault(LinkFault::Cut { from: node(), to: None, ways: Ways::Both }),
                _ => return (at, "produce checkout records=1".to_owned()),
            };
            (at, print_command(&command))
        })
        .collect()
}

fn link_with(acts: Vec<(SimTime, String)>) -> Link {
    let moment = acts.last().map_or(SimTime(31_004_000), |(at, _)| *at);
    let look = "stage orders-0".to_owned();
    Link { acts, moment, look, digest: 0xab_cdef, ..Link::to(shipped()[0].text()) }
}

fn length(link: &Link) -> usize {
    link.fragment().expect("it is short").len()
}

#[test]
fn links_are_short() {
    let (none, twenty, hundred) = (link_with(acts(0)), link_with(acts(20)), link_with(acts(100)));
    let lengths = [length(&none), length(&twenty), length(&hundred)];
    assert!(lengths[0] <= 50 && lengths[1] <= 150 && lengths[2] <= 640, "{lengths:?}");
    for shipped in shipped() {
        let own = Link::to(&format!("{}\n# mine\n", shipped.text()));
        let (length, letters) = (length(&own), shipped.text().len());
        assert!(length * 10 < letters * 6, "{}: {length} for {letters} letters", shipped.name);
    }
}

#[test]
fn a_shipped_scenario_travels_by_name() {
    let link = link_with(Vec::new());
    assert_eq!(link.text(), Ok((shipped()[0].text().to_owned(), Sameness::Same)));
    let Source::Shipped { name, .. } = &link.source else { panic!("{:?}", link.source) };
    let changed = Source::Shipped { name: name.clone(), digest: 1 };
    let changed = Link { source: changed, ..link.clone() };
    assert_eq!(changed.text(), Ok((shipped()[0].text().to_owned(), Sameness::Changed)));
    let source = Source::Shipped { name: "gone".to_owned(), digest: 1 };
    assert_eq!(Link { source, ..link }.text(), Err(LinkError::NoScenario("gone".to_owned())));
}

#[test]
fn what_is_no_link_says_so() {
    let good = link_with(acts(3)).fragment().expect("it is short");
    assert_eq!(Link::read(&format!("https://example.org/x?y#{good}")), Ok(link_with(acts(3))));
    for (bad, error) in [
        ("", LinkError::NoLink),
        ("#", LinkError::NoLink),
        ("#top", LinkError::NoLink),
        ("e1", LinkError::Damaged),
        ("e1!", LinkError::Damaged),
        ("#e2abc", LinkError::LaterForm("e2".to_owned())),
        (&good[..good.len() - 1], LinkError::Damaged),
        (&good.replace('a', "b"), LinkError::Damaged),
        (&"e1A".repeat(100_000), LinkError::TooLong),
    ] {
        assert_eq!(Link::read(bad), Err(error), "{}", &bad[..bad.len().min(80)]);
    }
}

#[test]
fn a_text_too_long_for_an_address_has_no_link() {
    assert_eq!(Link::to(&"x".repeat(70_000)).fragment(), None);
    assert_eq!(Link::to("a\0b").fragment(), None);
}

/// Every link that was ever given away: what each means never changes.
#[test]
fn links_given_away_open_for_ever() {
    let corpus = include_str!("../../../conformance/links.txt");
    let mut links = corpus.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut count = 0;
    while let (Some(fragment), Some(meant)) = (links.next(), links.next()) {
        let link = Link::read(fragment).unwrap_or_else(|error| panic!("{fragment}: {error}"));
        assert_eq!(format!("{link:?}"), meant);
        count += 1;
    }
    assert!(count >= 4, "{count} links");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(target_arch = "wasm32") { 8 } else { 64 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_link_is_read_as_it_was_written(
        text in "[^\0]{0,200}",
        acts in prop::collection::vec((0..10_000_000_u64, "[a-z0-9 =\"é]{1,40}"), 0..6),
        moment in 0..1_000_000_000_u64,
        look in "[a-z0-9 -]{0,30}",
        digest in 0..0x100_0000_u32,
    ) {
        let mut at = SimTime::ZERO;
        let acts = acts.into_iter().map(|(after, act)| {
            at += SimDuration(after);
            (at, act)
        });
        let acts = acts.collect();
        let link = Link { acts, moment: SimTime(moment), look, digest, ..Link::to(&text) };
        let fragment = link.fragment().expect("it is short");
        prop_assert!(fragment.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
        prop_assert!(!fragment.ends_with(['-', '_']));
        prop_assert_eq!(Link::read(&fragment), Ok(link));
    }

    #[test]
    fn no_bytes_make_it_panic_or_linger(letters in "[A-Za-z0-9_-]{0,400}") {
        let _ = Link::read(&format!("e1{letters}"));
    }
}
