//! A short hunt: the same cases each time.

use std::path::Path;

use epochscope_fuzz::hunt::{case, hunt};
use epochscope_fuzz::{Corpus, Target};

const CASES: u64 = 4_000;

fn corpus() -> Corpus {
    Corpus::of(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")))
}

#[test]
fn nothing_is_found_in_the_first_cases() {
    let corpus = corpus();
    for seed in 1..=CASES {
        if let Some(finding) = hunt(&corpus, seed, None) {
            let input = String::from_utf8_lossy(&finding.input).into_owned();
            panic!("{:?}, seed {seed}: {}\n{input}", finding.target, finding.what);
        }
    }
}

#[test]
fn a_seed_is_one_case_and_every_reader_has_its_turn() {
    let corpus = corpus();
    assert!(corpus.scenarios.len() > 20 && corpus.links.len() > 20);
    assert!(corpus.pictures.len() > 4 && corpus.words.len() > 200);
    let cases: Vec<_> = (1..100).map(|seed| case(&corpus, seed)).collect();
    assert_eq!(cases, (1..100).map(|seed| case(&corpus, seed)).collect::<Vec<_>>());
    let has = |wanted: &Target| cases.iter().any(|(target, _)| target == wanted);
    assert!(Target::ALL.iter().all(has));
}
