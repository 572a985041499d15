//! The language's reference, printed from the tables that the parser obeys.
//!
//! Uses: its folder, `format`, `observations`.

mod metrics;
mod since;

use std::fmt::Write as _;

use epochscope_vocabulary::config::{SETTINGS, Scope, ValueKind};
use epochscope_vocabulary::rule::RULES;
use epochscope_vocabulary::{ErrorCode, event};

pub use metrics::metrics;

use crate::format::releases::{MODELLED, RELEASES};
use crate::format::{
    GROUPS, LATER, OPTION, Row, default_text, header_rows, limits, scope_text, wanted,
};
use crate::observations::{NOT_YET_OBSERVED, OBSERVATIONS};
use crate::script::Operator;

/// One line of the language, for lists and completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `kill`, `alter topic`.
    pub verb: &'static str,
    /// `kill NODES [losing=nothing|unflushed|N]`
    pub syntax: String,
    /// What it means.
    pub about: &'static str,
    /// Names of the pairs it takes, Kafka's settings included.
    pub pairs: Vec<&'static str>,
}

/// The lines of the header, in order.
#[must_use]
pub fn header() -> Vec<Entry> {
    header_rows().map(entry).collect()
}

/// The statements, by group.
#[must_use]
pub fn statements() -> Vec<(&'static str, Vec<Entry>)> {
    let mut groups = Vec::new();
    for (name, rows) in GROUPS {
        let mut entries: Vec<Entry> = rows.iter().map(entry).collect();
        if rows.iter().any(|row| row.verb == "ask") {
            entries.push(entry(&OPTION));
        }
        groups.push((*name, entries));
    }
    groups
}

fn entry<T>(row: &Row<T>) -> Entry {
    let own = row.pairs.iter().map(|pair| pair.name);
    let settings = SETTINGS
        .iter()
        .filter(|setting| row.settings.is_some_and(|of| setting.scopes.contains(&of.scope)))
        .map(|setting| setting.name);
    let pairs = own.chain(settings).collect();
    Entry { verb: row.verb, syntax: row.syntax(), about: row.about, pairs }
}

/// The whole reference as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    let _ = writeln!(
        text,
        "Limits: {} MiB of text, {} brokers, {} controllers, {} partitions, {} steps, {} of \
         simulated time, {} records.\n",
        limits::TEXT / 1024 / 1024,
        limits::BROKERS,
        limits::CONTROLLERS,
        limits::PARTITIONS,
        limits::STEPS,
        limits::TIME,
        limits::RECORDS,
    );
    text.push_str("## Header: how the cluster starts\n\n");
    table(&mut text, &header());
    text.push_str("\n## Steps\n\n");
    text.push_str(STEPS);
    for (name, entries) in statements() {
        let _ = write!(text, "\n### {name}\n\n");
        table(&mut text, &entries);
    }
    not_yet(&mut text);
    observations(&mut text);
    settings(&mut text);
    since::section(&mut text);
    words(&mut text);
    text.push_str(ERRORS);
    text
}

/// Every rule that an event may cite, as Markdown.
#[must_use]
pub fn rules() -> String {
    let mut text = RULES_INTRODUCTION.to_owned();
    for rule in RULES {
        let class = if rule.class.is_empty() { String::new() } else { format!("`{}`", rule.class) };
        let settings: Vec<String> =
            rule.settings.iter().map(|key| format!("`{}`", key.name())).collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {class} | {} | {} |",
            rule.name,
            rule.about,
            rule.kip.unwrap_or_default(),
            settings.join(", "),
        );
    }
    text
}

const RULES_INTRODUCTION: &str = "\
# The rules that events cite

<!-- Written by the tests of `epochscope-scenario` from the engine's own table. -->

Each event says which rule decided it: `rule` in `run --format jsonl`.

| Rule | What it says | Class of Kafka | KIP | Settings |
| --- | --- | --- | --- | --- |
";

const INTRODUCTION: &str = "\
# The scenario language, version 1

<!-- Written by the tests of `epochscope-scenario` from the parser's own tables. -->

One statement a line: a verb, words in order, and pairs `name=value` anywhere after the verb.
Indentation means nothing. `#` at the start of a line or after a blank begins a comment; a line that
begins with `|` is printed trace and is skipped. Quoted text knows `\\\"`, `\\\\` and `\\n`.

* Times are whole numbers with `us`, `ms`, `s`, `m` or `h`; Kafka's settings keep Kafka's own units.
* `C` is a client's name, `P` a partition such as `orders-0`, `P@1` that partition as broker 1 has
  it, `P@101` as controller 101 has it.
* `NODES` is a list such as `1,2`, `1..6`, `rack:us-east-1a`, `brokers`, `controllers`, `clients`, a
  client's name, or `controller`, whichever is active at that moment.
* A moment is `31s`, `31s.4` (the fourth event at that instant that the trace shows), `line:12`, `marker:NAME` or `end`.

";

const STEPS: &str = "\
`run` moves the clock; every other statement happens at the present moment. `@31s STEP` is
`run until=31s` and then the step, `@+5s STEP` is `run for=5s` and then the step.
`only 3.9..4.1 STEP` is skipped on other releases. Operations go through a client named `admin`,
whose answer is `result admin`.
";

const ERRORS: &str = "
## Errors

Every error has its place, what is wrong, and what to write instead; all errors of a file are shown.

```text
broken.scenario:7:27: error: `min.insync.replica` is not a topic setting
  topic orders partitions=1 min.insync.replica=2
                            ^^^^^^^^^^^^^^^^^^
  did you mean `min.insync.replicas`?
```
";

fn table(text: &mut String, entries: &[Entry]) {
    text.push_str("| Statement | Meaning |\n| --- | --- |\n");
    for entry in entries {
        let _ = writeln!(text, "| `{}` | {} |", cell(&entry.syntax), cell(entry.about));
    }
}

/// A bar would end a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn not_yet(text: &mut String) {
    text.push_str("\n### Not yet\n\nThese answer \"not yet\": ");
    let verbs: Vec<String> = LATER.iter().map(|row| format!("`{}`", row.verb)).collect();
    let _ = writeln!(text, "{}.", verbs.join(", "));
}

fn observations(text: &mut String) {
    text.push_str(
        "\n## Observations\n\n`NAME [subject] OPERATOR value`, joined by `and` and `or` (`and` \
         binds tighter). Operators stand between blanks: ",
    );
    let operators: Vec<String> =
        Operator::ALL.iter().map(|(_, operator)| format!("`{operator}`")).collect();
    let _ = writeln!(text, "{}. `true` may be left out.\n", operators.join(" "));
    text.push_str("| Observation | Value | Meaning |\n| --- | --- | --- |\n");
    for row in OBSERVATIONS {
        let observed = format!("{}{}", row.text, row.subject.sample());
        let (value, about) = (row.value.wanted(), row.about);
        let _ = writeln!(text, "| `{}` | {} | {} |", cell(&observed), cell(&value), cell(about));
    }
    let later: Vec<String> = NOT_YET_OBSERVED.iter().map(|(name, _)| format!("`{name}`")).collect();
    let _ = writeln!(text, "\nNot yet: {}.", later.join(", "));
}

fn settings(text: &mut String) {
    text.push_str(
        "\n## Settings\n\nKafka's names, units and defaults. Kafka's other settings are accepted \
         with a warning that they have no effect.\n\n\
         | Setting | Of | Value | Default | Meaning |\n| --- | --- | --- | --- | --- |\n",
    );
    for setting in SETTINGS {
        let scopes: Vec<&str> = setting.scopes.iter().map(|scope| short(*scope)).collect();
        let default = default_text(setting).map_or("-".to_owned(), |text| format!("`{text}`"));
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {default} | {} |",
            setting.name,
            scopes.join(", "),
            kind(setting.kind, &wanted(setting)),
            cell(setting.about),
        );
    }
}

/// "server", without the word that stands above.
fn short(scope: Scope) -> &'static str {
    scope_text(scope).split(' ').next().unwrap_or("")
}

/// A range that only says "any" is left out.
fn kind(kind: ValueKind, wanted: &str) -> String {
    match kind {
        ValueKind::Ms | ValueKind::Seconds | ValueKind::Bytes | ValueKind::Count => {
            wanted.replace(&format!(" to {}", i32::MAX), "")
        }
        _ => cell(wanted),
    }
}

fn words(text: &mut String) {
    let list = |words: Vec<&str>| {
        words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
    };
    let topics = event::Topic::ALL.iter().map(|(_, topic)| *topic).collect();
    let kinds = event::EventKind::ALL.iter().map(|(kind, _)| *kind).collect();
    let codes = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    let _ = write!(
        text,
        "\n## Words\n\n* Releases: {}. Modelled: {}.\n* Classes of events (`show=`): {}.\n\
         * Kinds of event (`event KIND`): {}.\n* Error codes: {}.\n",
        list(RELEASES.to_vec()),
        list(MODELLED.to_vec()),
        list(topics),
        list(kinds),
        list(codes),
    );
}
