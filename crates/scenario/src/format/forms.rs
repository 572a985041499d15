//! The form of a statement: one row of a table, which the parser obeys and the reference prints.
//!
//! A row says which words follow the verb, which pairs may stand anywhere, and what it means; its
//! function makes the statement from what was matched. Uses: `kinds`, `arguments`.

use epochscope_vocabulary::config::Scope;

use super::arguments::Args;
use super::kinds::Kind;
use super::world::Reader;

/// One row: a verb (of one or two words) with what follows it.
pub(crate) struct Form<T: 'static> {
    /// `kill`, `alter topic`.
    pub(crate) verb: &'static str,
    /// The words after it, in order.
    pub(crate) slots: &'static [Slot],
    /// The pairs it takes, in the order in which they are printed.
    pub(crate) pairs: &'static [PairRow],
    /// Whose settings it takes beside its own pairs.
    pub(crate) settings: Option<SettingsRow>,
    /// Pairs of the language that are not obeyed yet, and what they belong to.
    pub(crate) later: &'static [(&'static str, &'static str)],
    /// What it means, in one sentence.
    pub(crate) about: &'static str,
    /// Makes the statement; none if an error was noted.
    pub(crate) build: fn(&mut Reader, &Args) -> Option<T>,
}

impl<T> Form<T> {
    /// A row of words and pairs alone: no settings, and nothing that is not obeyed yet.
    pub(crate) const fn plain(
        verb: &'static str,
        slots: &'static [Slot],
        pairs: &'static [PairRow],
        about: &'static str,
        build: fn(&mut Reader, &Args) -> Option<T>,
    ) -> Self {
        Self { verb, slots, pairs, settings: None, later: &[], about, build }
    }
}

/// A word after the verb.
pub(crate) struct Slot {
    /// Its name in the syntax; for a literal, the word.
    pub(crate) label: &'static str,
    /// What it may be.
    pub(crate) kind: Kind,
    /// How often it may stand there.
    pub(crate) count: Count,
}

/// How often a word stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// Once.
    One,
    /// Once or not at all.
    Optional,
    /// As often as one likes, also not at all.
    Many,
}

/// A pair.
pub(crate) struct PairRow {
    /// Its name.
    pub(crate) name: &'static str,
    /// What its value may be.
    pub(crate) kind: Kind,
    /// Whether it may be left out.
    pub(crate) need: Need,
}

/// Whether a pair may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It may not.
    Required,
    /// It may.
    Optional,
}

/// Which settings of Kafka a statement takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SettingsRow {
    /// Whose.
    pub(crate) scope: Scope,
    /// Whether `name=` with no value removes one.
    pub(crate) removal: Removal,
}

/// Whether a setting may be removed by an empty value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// It may.
    Allowed,
    /// It may not.
    Forbidden,
}

/// A word that must stand there.
pub(crate) const fn one(label: &'static str, kind: Kind) -> Slot {
    Slot { label, kind, count: Count::One }
}

/// A word that may stand there.
pub(crate) const fn maybe(label: &'static str, kind: Kind) -> Slot {
    Slot { label, kind, count: Count::Optional }
}

/// Any number of words.
pub(crate) const fn many(label: &'static str, kind: Kind) -> Slot {
    Slot { label, kind, count: Count::Many }
}

/// A pair that may be left out.
pub(crate) const fn pair(name: &'static str, kind: Kind) -> PairRow {
    PairRow { name, kind, need: Need::Optional }
}

/// A pair that may not be left out.
pub(crate) const fn needed(name: &'static str, kind: Kind) -> PairRow {
    PairRow { name, kind, need: Need::Required }
}

/// Settings of this scope.
pub(crate) const fn settings(scope: Scope) -> Option<SettingsRow> {
    Some(SettingsRow { scope, removal: Removal::Forbidden })
}

/// Settings of this scope, each of which may be removed.
pub(crate) const fn alterations(scope: Scope) -> Option<SettingsRow> {
    Some(SettingsRow { scope, removal: Removal::Allowed })
}

impl<T> Form<T> {
    /// The form as one line: `kill NODES [losing=nothing|unflushed|N]`.
    pub(crate) fn syntax(&self) -> String {
        let mut text = self.verb.to_owned();
        let mut before = String::new();
        for slot in self.slots {
            let label = match slot.kind {
                Kind::Quoted => format!("\"{}\"", slot.label),
                _ => slot.label.to_owned(),
            };
            let is_link_word = slot.label == "to" && slot.count == Count::Optional;
            match slot.count {
                _ if is_link_word => before = format!("[{label}] "),
                Count::One => text.push_str(&format!(" {label}")),
                Count::Optional => {
                    text.push_str(&format!(" [{}{label}]", std::mem::take(&mut before)))
                }
                Count::Many => text.push_str(&format!(" [{label} ...]")),
            }
        }
        for pair in self.pairs {
            let written = format!("{}={}", pair.name, pair.kind.sample());
            text.push_str(&match pair.need {
                Need::Required => format!(" {written}"),
                Need::Optional => format!(" [{written}]"),
            });
        }
        match self.settings {
            Some(SettingsRow { removal: Removal::Allowed, .. }) => {
                text.push_str(" SETTING=[VALUE] ...")
            }
            Some(_) => text.push_str(" [SETTING=VALUE ...]"),
            None => {}
        }
        text
    }
}
