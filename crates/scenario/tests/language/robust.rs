//! No text makes the parser panic, and none makes it slow.

use std::time::{Duration, Instant};

use epochscope_scenario::format::parse;
use epochscope_scenario::library::shipped;
use proptest::prelude::*;

use crate::words::scenario_text;

/// What may be done to a text: cut, doubled, mixed up, overwritten.
#[derive(Clone, Debug)]
enum Mutation {
    Cut(usize, usize),
    Double(usize, usize),
    Overwrite(usize, u8),
    Insert(usize, String),
    SwapLines(usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = 0usize..4_000;
    let words = prop::sample::select(
        &[
            "=",
            "\"",
            "@",
            "#",
            "|",
            "-",
            ",",
            ";",
            "..",
            "\\",
            "999999999999999999999",
            "-1",
            " and ",
            "rack:",
            "@controller:",
            "only ",
            "\u{feff}",
            "ß",
            "\t",
            "\r",
            "none",
            "*",
            "%",
            "/s",
            "run ",
        ][..],
    );
    prop_oneof![
        (at.clone(), 0usize..80).prop_map(|(at, length)| Mutation::Cut(at, length)),
        (at.clone(), 0usize..80).prop_map(|(at, length)| Mutation::Double(at, length)),
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Mutation::Overwrite(at, byte)),
        (at.clone(), words).prop_map(|(at, word)| Mutation::Insert(at, word.to_owned())),
        (0usize..60, 0usize..60).prop_map(|(a, b)| Mutation::SwapLines(a, b)),
    ]
}

fn apply(mut text: Vec<u8>, mutation: &Mutation) -> Vec<u8> {
    let clamp = |at: usize| at.min(text.len());
    match mutation {
        Mutation::Cut(at, length) => {
            text.drain(clamp(*at)..clamp(at + length));
        }
        Mutation::Double(at, length) => {
            let (from, to) = (clamp(*at), clamp(at + length));
            let part = text[from..to].to_vec();
            text.splice(from..from, part);
        }
        Mutation::Overwrite(at, byte) => {
            if let Some(place) = text.get_mut(*at) {
                *place = *byte;
            }
        }
        Mutation::Insert(at, word) => {
            let at = clamp(*at);
            text.splice(at..at, word.bytes());
        }
        Mutation::SwapLines(a, b) => {
            let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
            if *a < lines.len() && *b < lines.len() {
                lines.swap(*a, *b);
            }
            text = lines.join(&b'\n');
        }
    }
    text
}

/// Reads it, and renders all that is said; every error has a place and a fix.
fn survives(text: &[u8]) -> Result<(), TestCaseError> {
    let found = match parse(text) {
        Ok(parsed) => parsed.warnings,
        Err(errors) => {
            prop_assert!(!errors.is_empty());
            errors
        }
    };
    for error in found {
        prop_assert!(error.line > 0 && error.column > 0);
        prop_assert!(error.fix.as_ref().is_some_and(|fix| !fix.is_empty()));
        prop_assert!(!error.message.is_empty() && !error.message.contains('\n'));
        prop_assert!(error.render("s").lines().count() <= 4);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes(text in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&text)?;
    }

    #[test]
    fn any_words(words in prop::collection::vec("[ -~\n]{0,12}", 0..60)) {
        survives(format!("epochscope 1\nbrokers 1..3\n{}", words.concat()).as_bytes())?;
    }

    #[test]
    fn mutated_scenarios(
        which in 0..shipped().len(),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let text = shipped()[which].text().as_bytes().to_vec();
        survives(&mutations.iter().fold(text, apply))?;
    }

    #[test]
    fn mutated_generated_scenarios(
        text in scenario_text(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        survives(&mutations.iter().fold(text.into_bytes(), apply))?;
    }
}

/// Texts of the largest size, each of one shape that a careless parser is slow on.
#[test]
#[cfg_attr(target_arch = "wasm32", ignore = "no clock")]
fn large_texts_are_read_in_time() {
    let header = "epochscope 1\nbrokers 1..3\ntopic t partitions=1\nproducer p topic=t\n";
    let room = 4 * 1024 * 1024 - header.len();
    let fill = |part: &str| part.repeat(room / part.len());
    let shapes = [
        fill("\n"),
        fill("x\n"),
        fill("# comment\n"),
        format!("kill {}", fill("1,")),
        format!("kill {}", fill("1..200,")),
        format!("kill {}", fill("x ")),
        format!("kill {}", fill("x=1 ")),
        format!("kill {}", fill("abcdefgh")),
        format!("create u {}", fill("min.insync.replica=2 ")),
        format!("create u replicas={}", fill("1,2;")),
        format!("produce p {}", fill("\"a\" ")),
        format!("produce p \"{}\"", fill("a")),
        format!("produce p \"{}", fill("\\\"")),
        format!("expect {}", fill("lost \"a\" and ")),
        format!("expect leader t-0 in {}", fill("1,")),
        format!("say {}", fill("word ")),
        fill("only 4.1 @+1us kill 1\n"),
        fill("producer q topic=t acks=9\n"),
        fill("\u{fffd}é"),
        fill("\u{1}"),
    ];
    for shape in shapes {
        let begun = Instant::now();
        let found = parse(format!("{header}{shape}").as_bytes());
        let rendered: usize = match found {
            Ok(_) => 0,
            Err(errors) => errors.iter().map(|error| error.render("s").len()).sum(),
        };
        let start: String = shape.chars().take(40).collect();
        assert!(rendered < 200_000, "{start:?} says {rendered} bytes");
        // A quadratic reader would take minutes.
        assert!(begun.elapsed() < Duration::from_secs(20), "{start:?} took {:?}", begun.elapsed());
    }
}
