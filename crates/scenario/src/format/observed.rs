//! The right-hand side of an observation: what it is compared with.
//!
//! Uses: `observation`, `world`.

use std::sync::Arc;

use epochscope_engine::invariant::{INVARIANTS, Invariant};
use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::put_in_order;

use super::errors::{Place, listed, shown};
use super::lexer::{Token, TokenKind};
use super::observation::Words;
use super::since;
use super::values::whole_number;
use super::world::{Certainty, Reader};
use crate::observations::{ObservationRow, ObservedKind, SubjectKind};
use crate::script::{Operator, Value};

/// Reads the value after an operator.
pub(crate) fn read(
    reader: &mut Reader,
    words: &mut Words,
    row: &ObservationRow,
    operator: Operator,
) -> Option<Value> {
    if row.value == ObservedKind::Text {
        if let Some((text, _)) = words.quoted() {
            return Some(Value::Text(text.into()));
        }
        let place = words.place();
        let message = format!("`{}` is compared with a text in quotes", row.text);
        return reader.fail(place, message, "write the text in quotes: `\"a.0 b.0\"`");
    }
    let place = words.place();
    let Some((word, place)) = words.word() else {
        let message = format!("the value of `{}` is missing here", row.text);
        return reader.fail(place, message, format!("write {}", row.value.wanted()));
    };
    if word.ends_with(',') {
        let message = "the list ends with a comma";
        return reader.fail(place, message, "write lists without blanks: `1,2,3`");
    }
    if word == "none" && takes_none(row.value, operator) {
        return Some(Value::None);
    }
    let is_list = matches!(operator, Operator::In | Operator::Includes | Operator::Excludes);
    match row.value {
        ObservedKind::Bool => match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => wrong(reader, row, (word, place)),
        },
        ObservedKind::Number | ObservedKind::MaybeNumber if is_list => {
            each(word, place, |part, place| number(reader, row, (part, place))).map(Value::Numbers)
        }
        ObservedKind::Number | ObservedKind::MaybeNumber => {
            number(reader, row, (word, place)).map(Value::Number)
        }
        ObservedKind::MaybeBroker if !is_list => {
            reader.broker(word, place).map(|id| Value::Number(u64::from(id)))
        }
        ObservedKind::MaybeBroker => {
            each(word, place, |part, place| reader.broker(part, place).map(u64::from))
                .map(Value::Numbers)
        }
        ObservedKind::NodeList | ObservedKind::NodeSet => nodes(reader, row, (word, place)),
        ObservedKind::Word(_) | ObservedKind::Result if !is_list => {
            named(reader, row, (word, place)).map(Value::Word)
        }
        _ => each(word, place, |part, place| named(reader, row, (part, place))).map(Value::Words),
    }
}

fn takes_none(kind: ObservedKind, operator: Operator) -> bool {
    let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let may_be_none = matches!(
        kind,
        ObservedKind::MaybeNumber
            | ObservedKind::MaybeBroker
            | ObservedKind::NodeList
            | ObservedKind::NodeSet
            | ObservedKind::Invariants
    );
    equality && may_be_none
}

/// Reads each part of a list.
fn each<T>(
    word: &str,
    place: Place,
    mut read: impl FnMut(&str, Place) -> Option<T>,
) -> Option<Vec<T>> {
    let mut at = 0;
    let mut list = Vec::new();
    for part in word.split(',') {
        list.push(read(part, place.part(at, at + part.len()))?);
        at += part.len() + 1;
    }
    Some(list)
}

fn wrong<T>(reader: &mut Reader, row: &ObservationRow, (word, place): (&str, Place)) -> Option<T> {
    let message = format!("`{}` is no value of `{}`", shown(word), row.text);
    reader.fail(place, message, format!("write {}", row.value.wanted()))
}

fn number(reader: &mut Reader, row: &ObservationRow, found: (&str, Place)) -> Option<u64> {
    match whole_number(found.0) {
        Some(number) => Some(number),
        None => wrong(reader, row, found),
    }
}

fn nodes(reader: &mut Reader, row: &ObservationRow, (word, place): (&str, Place)) -> Option<Value> {
    let list = each(word, place, |part, place| match row.subject {
        SubjectKind::Cluster => {
            let id = reader.number(part, place, "a controller's number")?;
            let known = reader.world.controllers.contains(&id);
            if !known && reader.world.nodes_are == Certainty::Known {
                let ids = reader.world.controllers.iter().map(u32::to_string);
                let fix = format!("controllers here: {}", ids.collect::<Vec<_>>().join(", "));
                return reader.fail(place, format!("there is no controller {id}"), fix);
            }
            Some(u64::from(id))
        }
        _ => reader.broker(part, place).map(u64::from),
    })?;
    let mut sorted = list.clone();
    put_in_order(&mut sorted, |one, other| one < other);
    if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        let message = format!("{} stands twice in this list", twice[0]);
        return reader.fail(place, message, "name each node once");
    }
    Some(Value::Numbers(list))
}

/// A word of the observation's own list of words.
fn named(
    reader: &mut Reader,
    row: &ObservationRow,
    (word, place): (&str, Place),
) -> Option<Arc<str>> {
    let known: Vec<&str> = match row.value {
        ObservedKind::Word(words) => words.to_vec(),
        ObservedKind::Result => {
            let codes = ErrorCode::ALL.iter().map(|code| code.name());
            ["acked", "pending"].into_iter().chain(codes).collect()
        }
        _ => return invariant(reader, row, (word, place)),
    };
    if known.contains(&word) {
        since::value(reader, (row.text, word), place)?;
        return Some(word.into());
    }
    let otherwise = format!("write {}", row.value.wanted());
    let fix = reader.problems.did_you_mean(word, known, otherwise);
    reader.fail(place, format!("`{}` is no value of `{}`", shown(word), row.text), fix)
}

/// One of the properties that are checked, or of liveness, `L1` to `L10`, of which none is yet.
fn invariant(
    reader: &mut Reader,
    row: &ObservationRow,
    (word, place): (&str, Place),
) -> Option<Arc<str>> {
    let is_liveness = word.strip_prefix('L').and_then(|number| number.parse().ok());
    if Invariant::named(word).is_some() || is_liveness.is_some_and(|n| (1..=10).contains(&n)) {
        return Some(word.into());
    }
    let known = INVARIANTS.iter().map(|row| row.name);
    let otherwise = format!("write {}", row.value.wanted());
    let fix = reader.problems.did_you_mean(word, known, otherwise);
    reader.fail(place, format!("there is no invariant `{}`", shown(word)), fix)
}

/// Whether the token before this one is a list that goes on.
pub(crate) fn follows_a_comma(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let ends = before
        .is_some_and(|token| matches!(token.kind, TokenKind::Word(word) if word.ends_with(',')));
    let begins = matches!(tokens.get(at).map(|token| &token.kind),
        Some(TokenKind::Word(word)) if word.starts_with(','));
    ends || begins
}

impl ObservedKind {
    /// In words, for errors and the reference.
    pub(crate) fn wanted(self) -> String {
        match self {
            Self::Number => "a whole number".to_owned(),
            Self::MaybeNumber => "a whole number or `none`".to_owned(),
            Self::MaybeBroker => "a broker's number or `none`".to_owned(),
            Self::NodeList => "a list such as `1,2,3`, or `none`".to_owned(),
            Self::NodeSet => "a set such as `1,2,3`, or `none`".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Word(words) => listed(words.iter().copied()),
            Self::Result => "`acked`, `pending` or an error code".to_owned(),
            Self::Invariants => "names such as `HwBounds,AckedSurvives`, or `none`".to_owned(),
            Self::Text => "a text in quotes".to_owned(),
        }
    }
}

impl SubjectKind {
    /// As it stands in the syntax, after the observation's name.
    pub(crate) const fn sample(self) -> &'static str {
        match self {
            Self::Cluster => "",
            Self::Partition => " P",
            Self::PartitionOrReplica => " P|P@B|P@101",
            Self::Replica => " P@B",
            Self::ReplicaFollower => " P@B R",
            Self::Broker => " B",
            Self::Node => " NODE",
            Self::Controller => " 101",
            Self::ClientMaybeValue => " C [\"value\"]",
            Self::ClientValue => " C \"value\"",
            Self::ClientPartition => " C P",
            Self::ClientError => " C CODE",
            Self::Sender => " NAME",
            Self::Value => " \"value\"",
            Self::MaybePartition => " [P]",
            Self::MaybeBroker => " [B]",
            Self::Metric => " \"NAME\" [NODE]",
            Self::ApiKey => " KIND",
            Self::Event => " KIND [P|NODE]",
        }
    }

    /// An observation of this name with its subject, for fixes.
    pub(crate) fn wanted(self, name: &str) -> String {
        format!("`{name}{}`", self.sample())
    }
}
