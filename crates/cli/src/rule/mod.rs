//! `rule`: one rule of Kafka alone, asked in JSON and answered by the very code that a run calls.
//!
//! Each module turns the `in` of one kind into calls of a rule, and what they give into an `out`.
//! `conformance/README.md` says what the fields mean.

mod answers;
mod case;
mod elect_kraft;
mod elect_zk;
mod epoch_cache;
pub(crate) mod fields;
mod heartbeat;
mod log;
mod metadata_version;
mod partition_describe;
mod place_striped;
mod place_zk;
mod producer_state;
mod reassignment;
mod repeated;
mod replica_selector;
mod replica_state;
mod replication_control;

use std::any::Any;
use std::io::{self, BufRead as _};
use std::panic::{self, AssertUnwindSafe};

use serde_json::{Value, json};

pub(crate) use self::case::Case;
pub(crate) use self::fields::{Read, Wrong};

use crate::output::Lines;
use crate::problem::{Outcome, Problem, Verdict};

/// What answers the questions of a kind.
type Rule = fn(&Case) -> Read<Value>;

/// Every kind of question, and who answers it.
const KINDS: &[(&str, Rule)] = &[
    ("elect_kraft", elect_kraft::answer),
    ("elect_zk", elect_zk::answer),
    ("epoch_cache", epoch_cache::answer),
    ("heartbeat", heartbeat::answer),
    ("log", log::answer),
    ("partition_describe", partition_describe::answer),
    ("place_ideal", place_zk::ideal),
    ("place_striped", place_striped::answer),
    ("place_zk", place_zk::answer),
    ("producer_state", producer_state::answer),
    ("reassignment", reassignment::answer),
    ("replica_selector", replica_selector::answer),
    ("replica_state", replica_state::answer),
    ("replication_control", replication_control::answer),
];

/// Reads questions from standard input, and answers each as soon as it is read.
pub(crate) fn command() -> Outcome {
    let mut lines = Lines::new();
    let mut wrong = Vec::new();
    for (number, line) in (1..).zip(io::stdin().lock().split(b'\n')) {
        let line = line.map_err(|error| {
            let what = format!("it cannot be read: {error}");
            Problem::new("<stdin>", &what, "write one question a line to it")
        })?;
        match read(&line).map(|case| case.map(|case| (answer(&case), case))) {
            Ok(None) => {}
            Ok(Some((Ok(out), case))) => {
                lines.write(format!("{}\n", json!({ "id": case.id, "out": out })).as_bytes());
                lines.flush();
            }
            Ok(Some((Err(problem), _))) | Err(problem) => {
                wrong.push(complaint("<stdin>", number, &problem));
            }
        }
    }
    lines.finish()?;
    if wrong.is_empty() { Ok(Verdict::Fine) } else { Err(Problem::of_texts(&wrong)) }
}

/// Reads a line; there is nothing in an empty one.
pub(crate) fn read(line: &[u8]) -> Read<Option<Case>> {
    let line = str::from_utf8(line).map_err(|error| {
        let what = format!("column {}: this is no UTF-8 text", error.valid_up_to() + 1);
        Wrong::new(what, "a line of JSON")
    })?;
    if line.trim().is_empty() { Ok(None) } else { Case::read(line).map(Some) }
}

/// What is wrong with a line of a file, as a person reads it.
pub(crate) fn complaint(file: &str, line: usize, wrong: &Wrong) -> String {
    format!("{file}:{line}: error: {}\n  expected {}", wrong.message(), wrong.expected())
}

/// What the rule answers.
pub(crate) fn answer(case: &Case) -> Read<Value> {
    let found = KINDS.iter().find(|(kind, _)| *kind == case.kind);
    let Some((_, answer)) = found else {
        let known: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        return Err(fields::unknown(&case.kind, &known).within("kind"));
    };
    // A rule asserts what its callers see to; a question can be one that no caller would ask.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let answered = panic::catch_unwind(AssertUnwindSafe(|| answer(case)));
    panic::set_hook(hook);
    answered.unwrap_or_else(|panic| Err(impossible(&*panic)))
}

fn impossible(panic: &(dyn Any + Send)) -> Wrong {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
    Wrong::new(
        format!("in: the rule cannot answer this: {text}"),
        "a question that Kafka's own callers could ask; if it is one, this is a bug of epochscope",
    )
}
