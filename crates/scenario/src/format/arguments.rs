//! Matches the words and pairs of a line with the row of its verb.
//!
//! Uses: `forms`, `kinds`, `lexer`, `settings`, `values`.

use std::sync::Arc;

use epochscope_vocabulary::SimDuration;
use epochscope_vocabulary::command::{Alterations, NodeSelector, NodeSet, PartitionName};
use epochscope_vocabulary::config::Settings;

use super::errors::{Place, listed, shown};
use super::forms::{Count, Form, Need, PairRow, Slot};
use super::kinds::Kind;
use super::lexer::{Pair, Quoting, Token, TokenKind};
use super::values::{self, Arg};
use super::world::Reader;
use crate::script::Observation;

/// What a line says, by the labels and names of its row.
#[derive(Debug)]
pub(crate) struct Args {
    /// The verb.
    pub(crate) place: Place,
    /// Its words.
    pub(crate) verb: &'static str,
    /// The verb's row as one line, for fixes.
    pub(crate) syntax: String,
    given: Vec<Given>,
    /// Settings of Kafka.
    pub(crate) settings: Settings,
    /// The same with removals, for the verbs that may remove.
    pub(crate) alterations: Alterations,
    /// Settings that are not modelled, as written.
    pub(crate) ignored: Vec<(Arc<str>, Arc<str>)>,
    /// The observation, if the row has one.
    pub(crate) observation: Option<Observation>,
    /// Where each setting stands, by its name.
    pub(crate) setting_places: Vec<(&'static str, Place)>,
}

/// One word or pair.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// Its label or name.
    name: &'static str,
    /// Its value.
    pub(crate) arg: Arg,
    /// Where the value stands.
    pub(crate) place: Place,
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident $variant:ident $type:ty;)+) => {
        $($(#[$doc])*
        pub(crate) fn $name(&self, name: &str) -> Option<$type> {
            match &self.get(name)?.arg {
                Arg::$variant(value) => Some(value.clone()),
                _ => None,
            }
        })+
    };
}

impl Args {
    /// The word or pair of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.name == name)
    }

    /// All words of this label.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = &Given> {
        self.given.iter().filter(move |given| given.name == name)
    }

    /// Where this word or pair stands; the verb, if it does not stand there.
    pub(crate) fn place_of(&self, name: &str) -> Place {
        self.get(name).map_or(self.place, |given| given.place)
    }

    getters! {
        /// A number.
        number Number u64;
        /// A span.
        span Span SimDuration;
        /// A word or text.
        word Word Arc<str>;
        /// A partition.
        partition Partition PartitionName;
        /// A node.
        node Node NodeSelector;
        /// Nodes.
        nodes Nodes NodeSet;
    }

    /// A switch; off if it was not said.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        matches!(self.get(name).map(|given| &given.arg), Some(Arg::Switch(true)))
    }

    /// A number that is known to fit, by the range in its row.
    pub(crate) fn small(&self, name: &str) -> Option<u32> {
        self.number(name).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }
}

/// Matches a line's tokens with a row. None if an error was noted.
pub(crate) fn read<T>(
    reader: &mut Reader,
    form: &Form<T>,
    verb: Place,
    tokens: Vec<Token>,
) -> Option<Args> {
    let errors = reader.problems.errors();
    let mut args = Args {
        place: verb,
        verb: form.verb,
        syntax: form.syntax(),
        given: Vec::new(),
        settings: Settings::default(),
        alterations: Vec::new(),
        ignored: Vec::new(),
        observation: None,
        setting_places: Vec::new(),
    };
    let mut words = Vec::new();
    let mut seen = epochscope_vocabulary::SortedSet::new();
    for token in tokens {
        match token.kind {
            TokenKind::Pair(pair) if !seen.insert(pair.name) => {
                let message = format!("`{}` stands here twice", shown(pair.name));
                reader.problems.error(pair.name_place, message, "leave one of them out");
            }
            TokenKind::Pair(pair) => read_pair(reader, form, &mut args, &pair),
            _ => words.push(token),
        }
    }
    read_words(reader, form, &mut args, (&words, errors));
    if reader.problems.errors() == errors {
        require_pairs(reader, form, &args);
    }
    (reader.problems.errors() == errors).then_some(args)
}

fn require_pairs<T>(reader: &mut Reader, form: &Form<T>, args: &Args) {
    for pair in form.pairs.iter().filter(|pair| pair.need == Need::Required) {
        if args.get(pair.name).is_none() {
            let message = format!("`{}` needs `{}=`", form.verb, pair.name);
            let fix = format!("add `{}={}`", pair.name, pair.kind.sample());
            reader.problems.error(args.place, message, fix);
        }
    }
}

fn read_pair<T>(reader: &mut Reader, form: &Form<T>, args: &mut Args, pair: &Pair) {
    if let Some(row) = form.pairs.iter().find(|row| row.name == pair.name) {
        if let Some(arg) = read_value(reader, row, pair) {
            args.given.push(Given { name: row.name, arg, place: pair.value_place });
        }
        return;
    }
    if let Some((name, what)) = form.later.iter().find(|(name, _)| *name == pair.name) {
        let fix = format!("leave `{name}=` out");
        let _: Option<()> = reader.not_yet(pair.name_place, what, &fix);
        return;
    }
    match form.settings {
        Some(row) => {
            let own = form.pairs.iter().map(|row| row.name);
            super::settings::read_pair(reader, row, own.collect(), (args, pair));
        }
        None if form.slots.iter().any(|slot| slot.kind == Kind::Observation) => {
            let message = format!("`{}` is no pair of `{}`", shown(pair.name), form.verb);
            let names = form.pairs.iter().map(|row| row.name);
            let value = if pair.value.is_empty() { "…" } else { pair.value.as_str() };
            let otherwise = format!(
                "an operator stands between blanks: `{} = {}`",
                shown(pair.name),
                shown(value)
            );
            let fix = reader.problems.did_you_mean(pair.name, names, otherwise);
            reader.problems.error(pair.name_place.to(pair.value_place), message, fix);
        }
        None => {
            let names: Vec<&str> = form.pairs.iter().map(|row| row.name).collect();
            let message = format!("`{}` takes no `{}=`", form.verb, shown(pair.name));
            let otherwise = match names.is_empty() {
                true => "leave it out".to_owned(),
                false => {
                    format!("it takes {}", listed(names.iter().copied())).replace(" or ", " and ")
                }
            };
            let fix = reader.problems.did_you_mean(pair.name, names, otherwise);
            reader.problems.error(pair.name_place, message, fix);
        }
    }
}

fn read_value(reader: &mut Reader, row: &PairRow, pair: &Pair) -> Option<Arg> {
    if row.kind == Kind::Text {
        if pair.value.is_empty() && pair.quoting == Quoting::Plain {
            return values::wrong(
                reader,
                row.kind,
                &pair.value,
                pair.value_place.to(pair.name_place),
            );
        }
        return Some(Arg::Word(pair.value.as_str().into()));
    }
    if pair.quoting == Quoting::Quoted {
        let message = format!("the value of `{}` is not quoted", row.name);
        return reader.fail(pair.value_place, message, format!("write {}", row.kind.wanted()));
    }
    let place = if pair.value.is_empty() { pair.name_place } else { pair.value_place };
    values::read(reader, row.kind, &pair.value, place)
}

/// Of an observation nothing is said when a pair was wrong: it may be a part of it.
fn read_words<T>(
    reader: &mut Reader,
    form: &Form<T>,
    args: &mut Args,
    (words, errors): (&[Token], usize),
) {
    let mut next = 0;
    for slot in form.slots {
        if slot.kind == Kind::Observation {
            if reader.problems.errors() > errors {
                return;
            }
            let end = words.last().map_or(args.place, |token| token.place);
            args.observation = super::observation::read(reader, &words[next..], end);
            return;
        }
        let mut taken = 0;
        while let Some(token) = words.get(next).filter(|token| fits(slot, token)) {
            read_word(reader, slot, args, token);
            next += 1;
            taken += 1;
            if slot.count != Count::Many {
                break;
            }
        }
        if slot.count == Count::One && taken == 0 {
            missing(reader, slot, args, words.get(next));
            return;
        }
    }
    if let Some(extra) = words.get(next) {
        unexpected(reader, form, args, extra);
    }
}

/// Whether a word is meant for this slot. A wrong word for a needed slot fits: its error is better.
pub(crate) fn fits(slot: &Slot, token: &Token) -> bool {
    match (&token.kind, slot.kind) {
        (TokenKind::Word(word), Kind::Literal(literal)) => *word == literal,
        (TokenKind::Word(word), Kind::Word(words)) if slot.count == Count::Optional => {
            words.contains(word)
        }
        (TokenKind::Quoted(_), kind) => matches!(kind, Kind::Quoted | Kind::Focus | Kind::Text),
        (TokenKind::Word(_), kind) => kind != Kind::Quoted,
        (TokenKind::Pair(_), _) => false,
    }
}

fn read_word(reader: &mut Reader, slot: &Slot, args: &mut Args, token: &Token) {
    let arg = match &token.kind {
        TokenKind::Word(word) => values::read(reader, slot.kind, word, token.place),
        TokenKind::Quoted(text) if slot.kind == Kind::Focus => {
            Some(Arg::Focus(crate::script::Focus::Record(text.as_str().into())))
        }
        TokenKind::Quoted(text) => Some(Arg::Word(text.as_str().into())),
        TokenKind::Pair(_) => None,
    };
    if let Some(arg) = arg {
        args.given.push(Given { name: slot.label, arg, place: token.place });
    }
}

fn missing(reader: &mut Reader, slot: &Slot, args: &Args, instead: Option<&Token>) {
    let wanted = slot.kind.wanted();
    match instead {
        Some(token) => {
            let message = format!("{wanted} should stand here");
            reader.problems.error(token.place, message, format!("write `{}`", args.syntax));
        }
        None => {
            let message = format!("`{}` lacks {wanted}", args.verb);
            reader.problems.error(args.place, message, format!("write `{}`", args.syntax));
        }
    }
}

fn unexpected<T>(reader: &mut Reader, form: &Form<T>, args: &Args, extra: &Token) {
    let word = match &extra.kind {
        TokenKind::Word(word) => shown(word),
        TokenKind::Quoted(text) => shown(text),
        TokenKind::Pair(pair) => shown(pair.name),
    };
    let message = format!("`{word}` is one word too many");
    let fix = match form.pairs.iter().find(|pair| pair.name == word) {
        Some(pair) => format!("write `{}={}`", pair.name, pair.kind.sample()),
        None => format!("write `{}`", args.syntax),
    };
    reader.problems.error(extra.place, message, fix);
}
