//! What may stand next in a line, out of the tables that the parser obeys.
//!
//! The words before the cursor say which row the line belongs to and which of its places are taken;
//! what is left open is offered, as far as it fits what is typed of the word at the cursor.
//!
//! Uses: `arguments`, `context`, `forms`, `header`, `steps`.

mod observing;
mod values;

use std::ops::Range;

use epochscope_vocabulary::config::{ConfigKey, SETTINGS};

use super::arguments::fits;
use super::context::Context;
use super::errors::Place;
use super::forms::{Count, Form, Need, PairRow, SettingsRow, Slot};
use super::kinds::Kind;
use super::lexer::{Token, TokenKind, is_blank, is_pair_name};
use super::releases::{MODELLED, RELEASES};
use super::steps::saying::OPTION;
use super::steps::{GROUPS, clients, faults, operations};
use super::world::World;
use super::{default_text, header};

/// Fewer letters than these stand in too many words to be looked for inside of them.
const FEW: usize = 3;

/// More than these nobody reads.
const MOST: usize = 100;

/// What may stand at a cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes of the line that an item takes the place of.
    pub replace: Range<usize>,
    /// What may stand there, the most likely first.
    pub items: Vec<Completion>,
    /// The form of the statement as far as its verb is known: `kill NODES [losing=...]`.
    pub syntax: Option<String>,
}

/// One thing that may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// As it is written. A pair ends with its `=`.
    pub text: String,
    /// What it means, in a few words; may be empty.
    pub about: String,
}

/// Which lines are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// What is said to a running cluster.
    Orders,
    /// All lines of a scenario.
    All,
}

/// What is offered, as far as it fits what is typed.
struct Offer<'a> {
    typed: &'a str,
    /// How well each fits, the best first.
    found: [Vec<Completion>; 3],
}

impl Offer<'_> {
    fn add(&mut self, text: impl Into<String>, about: impl Into<String>) {
        let text = text.into();
        if let Some(rank) = fit(self.typed, &text)
            && self.found[rank].len() < MOST
            && self.found[rank].iter().all(|one| one.text != text)
        {
            self.found[rank].push(Completion { text, about: about.into() });
        }
    }

    /// What is typed before the last of these letters, with it.
    fn head(&self, separators: &[char]) -> &str {
        self.typed.rfind(separators).map_or("", |at| &self.typed[..=at])
    }
}

/// How well a word fits what is typed: from its start, from a part of it, anywhere.
fn fit(typed: &str, text: &str) -> Option<usize> {
    let (low, typed) = (text.to_ascii_lowercase(), typed.to_ascii_lowercase());
    if low == typed || (typed.starts_with('"') && !low.starts_with(&typed)) {
        return None;
    }
    let at = low.find(&typed)?;
    let begins = at == 0 || low[..at].ends_with(['.', '-', '_', ' ', ':']);
    match (at, begins, typed.len()) {
        (0, ..) => Some(0),
        (_, true, _) => Some(1),
        (_, false, FEW..) => Some(2),
        _ => None,
    }
}

/// What the parser's rows say of a line, whatever they make of it.
struct Shape {
    verb: &'static str,
    slots: &'static [Slot],
    pairs: &'static [PairRow],
    settings: Option<SettingsRow>,
    about: &'static str,
    syntax: String,
}

impl<T> From<&Form<T>> for Shape {
    fn from(form: &Form<T>) -> Self {
        Self {
            verb: form.verb,
            slots: form.slots,
            pairs: form.pairs,
            settings: form.settings,
            about: form.about,
            syntax: form.syntax(),
        }
    }
}

fn shapes(lines: Lines) -> Vec<Shape> {
    match lines {
        Lines::Orders => {
            let groups = [faults::FORMS, operations::FORMS, clients::FORMS];
            groups.iter().flat_map(|forms| forms.iter()).map(Shape::from).collect()
        }
        Lines::All => {
            let steps = GROUPS.iter().flat_map(|(_, forms)| forms.iter()).map(Shape::from);
            steps.chain([Shape::from(&OPTION)]).chain(header::forms().map(Shape::from)).collect()
        }
    }
}

/// What may stand at `cursor`, counted in bytes of the line.
#[must_use]
pub fn complete(line: &str, cursor: usize, context: &Context, lines: Lines) -> Completions {
    let cursor = super::errors::floor_boundary(line, cursor);
    let Some((words, start)) = split(&line[..cursor]) else { return Completions::default() };
    let typed = &line[start..cursor];
    let rest = &line[cursor..];
    let quoted = typed.matches('"').count() % 2 == 1;
    let end = match quoted {
        true => rest.find('"').map_or(rest.len(), |at| at + 1),
        false => rest.find(is_blank).unwrap_or(rest.len()),
    };
    let mut offer = Offer { typed, found: Default::default() };
    let syntax = offer_next(&mut offer, &words, &context.0, lines);
    let mut items: Vec<Completion> = offer.found.into_iter().flatten().collect();
    items.truncate(MOST);
    Completions { replace: start..cursor + end, items, syntax }
}

/// The whole words before the cursor, and where the one at the cursor begins. None in a comment, in
/// printed trace, and where text is free.
fn split(head: &str) -> Option<(Vec<&str>, usize)> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        at += head[at..].len() - head[at..].trim_start_matches(is_blank).len();
        let rest = &head[at..];
        if rest.starts_with('#') || (words.is_empty() && rest.starts_with('|')) {
            return None;
        }
        let (mut quoted, mut escaped) = (false, false);
        let ends = rest.find(|c: char| {
            let is_end = !quoted && is_blank(c);
            quoted ^= c == '"' && !escaped;
            escaped = quoted && c == '\\' && !escaped;
            is_end
        });
        let Some(length) = ends else { return Some((words, at)) };
        words.push(&rest[..length]);
        at += length;
    }
}

/// Offers what may stand after these words. Answers the form of the statement, if it is known.
fn offer_next(offer: &mut Offer, words: &[&str], world: &World, lines: Lines) -> Option<String> {
    let words = match words {
        ["only"] => {
            releases(offer);
            return None;
        }
        ["only", _, rest @ ..] => rest,
        _ => words,
    };
    let words = match words {
        [time, rest @ ..] if time.starts_with('@') => rest,
        _ => words,
    };
    let [first, after @ ..] = words else {
        verbs(offer, lines);
        return None;
    };
    let shapes = shapes(lines);
    let mut found = None;
    for shape in shapes {
        match shape.verb.split_once(' ') {
            None if shape.verb == *first => {
                found = found.or(Some((shape, after)));
            }
            Some((verb, next)) if verb == *first => match after {
                [] => offer.add(next, shape.about),
                [second, rest @ ..] if *second == next => found = Some((shape, rest)),
                _ => {}
            },
            _ => {}
        }
    }
    let (shape, after) = found?;
    offer_of(offer, &shape, after, world);
    Some(shape.syntax)
}

/// Releases, and ranges of them.
fn releases(offer: &mut Offer) {
    let head = offer.typed.rfind("..").map_or("", |at| &offer.typed[..at + 2]).to_owned();
    for release in MODELLED.iter().chain(RELEASES) {
        offer.add(format!("{head}{release}"), "a release of Kafka");
    }
}

fn verbs(offer: &mut Offer, lines: Lines) {
    if let Some(time) = offer.typed.strip_prefix('@') {
        let head = if time.starts_with('+') { "@+" } else { "@" };
        values::spans(offer, head);
        return;
    }
    for shape in shapes(lines) {
        offer.add(shape.verb, shape.about);
    }
    if lines == Lines::All {
        offer.add("only", "skipped on other releases");
    }
}

/// Offers what the row leaves open after these words.
fn offer_of(offer: &mut Offer, shape: &Shape, words: &[&str], world: &World) {
    if shape.slots.iter().any(|slot| slot.kind == Kind::FreeText) {
        return;
    }
    if let Some((name, _)) = offer.typed.split_once('=').filter(|(name, _)| is_pair_name(name)) {
        let name = name.to_owned();
        offer_value(offer, shape, &name, world);
        return;
    }
    let (pairs, words): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| pair_name(word).is_some());
    match shape.slots.iter().find(|slot| slot.kind == Kind::Observation) {
        Some(_) => observing::offer(offer, &words, world),
        None => {
            for slot in open_slots(shape.slots, &words) {
                values::offer(offer, slot.kind, slot.label, world);
            }
        }
    }
    if offer.typed.starts_with('"') {
        return;
    }
    let given: Vec<&str> = pairs.iter().filter_map(|pair| pair_name(pair)).collect();
    for need in [Need::Required, Need::Optional] {
        for pair in shape.pairs.iter().filter(|one| one.need == need) {
            if !given.contains(&pair.name) {
                offer.add(format!("{}=", pair.name), pair.kind.wanted());
            }
        }
    }
    let Some(of) = shape.settings else { return };
    for setting in SETTINGS.iter().filter(|setting| setting.scopes.contains(&of.scope)) {
        if !given.contains(&setting.name) {
            offer.add(format!("{}=", setting.name), setting.about);
        }
    }
}

/// The name of a word that is a pair.
pub(super) fn pair_name(word: &str) -> Option<&str> {
    word.split_once('=').map(|(name, _)| name).filter(|name| is_pair_name(name))
}

/// The places of a row that a word may stand in after these.
fn open_slots(slots: &'static [Slot], words: &[&str]) -> Vec<&'static Slot> {
    let place = Place { line: 0, start: 0, end: 0 };
    let mut words = words.iter().map(|word| match word.starts_with('"') {
        true => Token { place, kind: TokenKind::Quoted(String::new()) },
        false => Token { place, kind: TokenKind::Word(word) },
    });
    let mut next = words.next();
    let mut open = Vec::new();
    for slot in slots {
        let mut is_taken = false;
        while next.as_ref().is_some_and(|token| fits(slot, token)) {
            next = words.next();
            is_taken = true;
            if slot.count != Count::Many {
                break;
            }
        }
        match (slot.count, is_taken) {
            (Count::One, false) if next.is_some() => return Vec::new(),
            (Count::One, false) => {
                open.push(slot);
                return open;
            }
            (Count::Optional, false) | (Count::Many, _) if next.is_none() => open.push(slot),
            _ => {}
        }
    }
    open
}

/// Offers values for the pair that is being typed.
fn offer_value(offer: &mut Offer, shape: &Shape, name: &str, world: &World) {
    let typed = &offer.typed[name.len() + 1..];
    let mut of_value = Offer { typed, found: Default::default() };
    if let Some(pair) = shape.pairs.iter().find(|pair| pair.name == name) {
        values::offer(&mut of_value, pair.kind, pair.name, world);
    } else if let Some(of) = shape.settings {
        let known = SETTINGS.iter().find(|one| one.name == name && one.scopes.contains(&of.scope));
        if let Some(setting) = known {
            values::of_setting(&mut of_value, setting, default_text(setting));
            if setting.key == ConfigKey::ClientRack {
                world.racks().for_each(|rack| of_value.add(rack, "a rack"));
            }
        }
    }
    for (rank, items) in of_value.found.into_iter().enumerate() {
        let whole = |item: Completion| Completion { text: format!("{name}={}", item.text), ..item };
        offer.found[rank].extend(items.into_iter().map(whole));
    }
}
