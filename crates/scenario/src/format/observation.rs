//! Observations: `NAME [subject] OP value`, joined by `and` and `or`.
//!
//! Uses: `lexer`, `values`, `world`, the table of observations.

use std::sync::Arc;

use epochscope_vocabulary::{ErrorCode, event::EventKind};

use super::errors::{Place, listed, shown};
use super::kinds::Kind;
use super::lexer::{Token, TokenKind};
use super::metrics;
use super::observed;
use super::since;
use super::values::{self, Arg, whole_number};
use super::world::Reader;
use crate::observations::{
    NOT_YET_OBSERVED, OBSERVATIONS, ObservationName, ObservationRow, ObservedKind, SubjectKind,
};
use crate::script::{Comparison, EventAbout, Observation, Operator, Subject, Value, Viewer};

/// Goes through the words of an observation.
pub(crate) struct Words<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    /// Where something is missing, when the words have ended.
    pub(crate) end: Place,
}

impl<'t, 'a> Words<'t, 'a> {
    /// The next token, left where it is.
    pub(crate) fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.get(self.at)
    }

    /// The next token.
    pub(crate) fn take(&mut self) -> Option<&'t Token<'a>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// The next token if it is a plain word.
    pub(crate) fn word(&mut self) -> Option<(&'a str, Place)> {
        match self.peek()?.kind {
            TokenKind::Word(word) => {
                self.at += 1;
                Some((word, self.tokens[self.at - 1].place))
            }
            _ => None,
        }
    }

    /// The next token if it is quoted.
    pub(crate) fn quoted(&mut self) -> Option<(&'t str, Place)> {
        match &self.peek()?.kind {
            TokenKind::Quoted(text) => {
                self.at += 1;
                Some((text, self.tokens[self.at - 1].place))
            }
            _ => None,
        }
    }

    /// Where the next token stands, or the end.
    pub(crate) fn place(&self) -> Place {
        self.peek().map_or(self.end, |token| token.place)
    }

    /// Whether the subject has ended: an operator, a joint or the end follows.
    fn is_at_operator(&self) -> bool {
        match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => joint(word).is_some() || operator(word).is_some(),
            Some(_) => false,
            None => true,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
}

fn joint(word: &str) -> Option<Joint> {
    match word {
        "and" => Some(Joint::And),
        "or" => Some(Joint::Or),
        _ => None,
    }
}

fn operator(word: &str) -> Option<Operator> {
    Operator::ALL.iter().find(|(_, text)| *text == word).map(|(operator, _)| *operator)
}

/// Reads all of the words as one observation.
pub(crate) fn read(reader: &mut Reader, tokens: &[Token], end: Place) -> Option<Observation> {
    let mut words = Words { tokens, at: 0, end };
    let mut any_of = vec![Vec::new()];
    loop {
        let comparison = comparison(reader, &mut words)?;
        if let Some(group) = any_of.last_mut() {
            group.push(comparison);
        }
        let place = words.place();
        let Some(token) = words.take() else { return Some(Observation { any_of }) };
        match &token.kind {
            TokenKind::Word(word) if joint(word) == Some(Joint::And) => {}
            TokenKind::Word(word) if joint(word) == Some(Joint::Or) => any_of.push(Vec::new()),
            TokenKind::Word(word) if observed::follows_a_comma(tokens, words.at - 1) => {
                let message = format!("`{}` is cut off from its list", shown(word));
                return reader.fail(place, message, "write lists without blanks: `1,2,3`");
            }
            _ => {
                let fix = "join observations by `and` or `or`";
                return reader.fail(place, "the observation ends before this", fix);
            }
        }
    }
}

fn comparison(reader: &mut Reader, words: &mut Words) -> Option<Comparison> {
    let row = name(reader, words)?;
    let subject = subject(reader, words, row)?;
    let place = words.place();
    let operator = match words.peek().map(|token| &token.kind) {
        Some(TokenKind::Word(word)) => operator(word),
        _ => None,
    };
    let Some(operator) = operator else {
        if row.value == ObservedKind::Bool {
            let (name, operator) = (row.name, Operator::Equal);
            return Some(Comparison { name, subject, operator, value: Value::Bool(true) });
        }
        let message = format!("`{}` is compared with nothing", row.text);
        let known = row.value.operators().iter().map(|operator| operator.text());
        let fix = format!("write {} and a value, with blanks around", listed(known));
        return reader.fail(place, message, fix);
    };
    words.take();
    if !row.value.operators().contains(&operator) {
        let message = format!("`{}` cannot be compared by `{}`", row.text, operator.text());
        let known = row.value.operators().iter().map(|operator| operator.text());
        return reader.fail(place, message, format!("write {}", listed(known)));
    }
    let value = observed::read(reader, words, row, operator)?;
    Some(Comparison { name: row.name, subject, operator, value })
}

fn name(reader: &mut Reader, words: &mut Words) -> Option<&'static ObservationRow> {
    let place = words.place();
    let Some((word, place)) = words.word() else {
        let fix = "write one such as `leader orders-0 = 2`";
        return reader.fail(place, "an observation is missing here", fix);
    };
    if let Some(name) = ObservationName::named(word) {
        since::observation(reader, word, place)?;
        return Some(name.row());
    }
    if let Some((_, what)) = NOT_YET_OBSERVED.iter().find(|(name, _)| *name == word) {
        let what = format!("`{word}` speaks of {what}");
        return reader.not_yet(place, &what, "see the observations in `epochscope help language`");
    }
    let names = OBSERVATIONS.iter().map(|row| row.text);
    let otherwise = "see the observations in `epochscope help language`";
    let fix = reader.problems.did_you_mean(word, names, otherwise);
    reader.fail(place, format!("`{}` is no observation", shown(word)), fix)
}

fn subject(reader: &mut Reader, words: &mut Words, row: &ObservationRow) -> Option<Subject> {
    match row.subject {
        SubjectKind::Cluster => Some(Subject::Cluster),
        SubjectKind::MaybePartition | SubjectKind::MaybeBroker if words.is_at_operator() => {
            Some(Subject::Cluster)
        }
        SubjectKind::Value => Some(Subject::Value(quoted(reader, words, row)?)),
        SubjectKind::Event => event(reader, words),
        SubjectKind::Metric => metric(reader, words, row),
        SubjectKind::ClientMaybeValue | SubjectKind::ClientValue => {
            client_value(reader, words, row)
        }
        _ => {
            let (word, place) = subject_word(reader, words, row)?;
            worded_subject(reader, words, row, (word, place))
        }
    }
}

/// A subject that begins with a plain word.
fn worded_subject(
    reader: &mut Reader,
    words: &mut Words,
    row: &ObservationRow,
    (word, place): (&str, Place),
) -> Option<Subject> {
    match row.subject {
        SubjectKind::Partition | SubjectKind::MaybePartition => {
            if let Some((_, viewer)) = word.split_once('@') {
                let message = format!("`{}` is of the whole partition, not of a replica", row.text);
                let fix = format!("leave `@{}` out", shown(viewer));
                return reader.fail(place, message, fix);
            }
            Some(Subject::Partition(reader.partition(word, place)?))
        }
        SubjectKind::PartitionOrReplica if !word.contains('@') => {
            Some(Subject::Partition(reader.partition(word, place)?))
        }
        SubjectKind::PartitionOrReplica | SubjectKind::Replica => {
            replica(reader, row, (word, place))
        }
        SubjectKind::ReplicaFollower => {
            let Subject::Replica(partition, viewer) = replica(reader, row, (word, place))? else {
                return None;
            };
            let (follower, follower_place) = subject_word(reader, words, row)?;
            let follower = reader.broker(follower, follower_place)?;
            Some(Subject::FollowerOf(partition, viewer, follower))
        }
        SubjectKind::Broker | SubjectKind::MaybeBroker => {
            let id = reader.broker(word, place)?;
            Some(Subject::Node(epochscope_vocabulary::command::NodeSelector::Number(id)))
        }
        SubjectKind::Node => Some(Subject::Node(reader.node(word, place)?)),
        SubjectKind::Controller => Some(Subject::Node(reader.controller(word, place)?)),
        SubjectKind::ClientPartition => {
            let client = reader.client(word, None, place)?;
            let (partition, place) = subject_word(reader, words, row)?;
            Some(Subject::ClientPartition(client, reader.partition(partition, place)?))
        }
        SubjectKind::ClientError => {
            let client = client_or_sender(reader, word, place)?;
            let (code, place) = subject_word(reader, words, row)?;
            Some(Subject::ClientError(client, error_code(reader, code, place)?))
        }
        SubjectKind::Sender => Some(Subject::Client(client_or_sender(reader, word, place)?)),
        SubjectKind::ApiKey => match values::read(reader, Kind::ApiKey, word, place)? {
            Arg::ApiKey(key) => Some(Subject::ApiKey(key)),
            _ => None,
        },
        _ => None,
    }
}

/// A word that the subject needs.
fn subject_word<'a>(
    reader: &mut Reader,
    words: &mut Words<'_, 'a>,
    row: &ObservationRow,
) -> Option<(&'a str, Place)> {
    if !words.is_at_operator()
        && let Some(found) = words.word()
    {
        return Some(found);
    }
    let place = words.place();
    let message = format!("what `{}` is of is missing here", row.text);
    reader.fail(place, message, format!("write {}", row.subject.wanted(row.text)))
}

fn quoted(reader: &mut Reader, words: &mut Words, row: &ObservationRow) -> Option<Arc<str>> {
    if let Some((text, _)) = words.quoted() {
        return Some(text.into());
    }
    let place = words.place();
    let message = format!("`{}` needs a record in quotes", row.text);
    reader.fail(place, message, format!("write {}", row.subject.wanted(row.text)))
}

/// `"UnderReplicatedPartitions" 1`
fn metric(reader: &mut Reader, words: &mut Words, row: &ObservationRow) -> Option<Subject> {
    let Some((name, place)) = words.quoted() else {
        let message = "`metric` needs the name of a metric in quotes";
        let fix = "write one such as `metric \"UnderReplicatedPartitions\" 1`";
        return reader.fail(words.place(), message, fix);
    };
    metrics::check(reader, name, place)?;
    let node = match words.is_at_operator() {
        true => None,
        false => {
            let (word, place) = subject_word(reader, words, row)?;
            Some(reader.node(word, place)?)
        }
    };
    Some(Subject::Metric(name.into(), node))
}

fn client_value(reader: &mut Reader, words: &mut Words, row: &ObservationRow) -> Option<Subject> {
    let (word, place) = subject_word(reader, words, row)?;
    let client = client_or_sender(reader, word, place)?;
    if row.subject == SubjectKind::ClientMaybeValue && words.is_at_operator() {
        return Some(Subject::Client(client));
    }
    Some(Subject::ClientValue(client, quoted(reader, words, row)?))
}

/// A client, `admin`, `raw` or a name that a request was sent under.
fn client_or_sender(reader: &mut Reader, word: &str, place: Place) -> Option<Arc<str>> {
    if word == "admin" || word == "raw" || reader.world.senders.contains(word) {
        return Some(word.into());
    }
    reader.client(word, None, place)
}

fn error_code(reader: &mut Reader, word: &str, place: Place) -> Option<ErrorCode> {
    if let Some(code) = ErrorCode::ALL.iter().find(|code| code.name() == word) {
        return Some(*code);
    }
    let names = ErrorCode::ALL.iter().map(|code| code.name());
    let otherwise = "write one of Kafka's, such as `NOT_ENOUGH_REPLICAS`";
    let fix = reader.problems.did_you_mean(word, names, otherwise);
    reader.fail(place, format!("`{}` is no error code modelled here", shown(word)), fix)
}

/// `orders-0@1`, `orders-0@101`, `orders-0@controller:101`
fn replica(
    reader: &mut Reader,
    row: &ObservationRow,
    (word, place): (&str, Place),
) -> Option<Subject> {
    let Some((partition, viewer)) = word.rsplit_once('@') else {
        let message = format!("`{}` is of one broker's replica", row.text);
        return reader.fail(place, message, format!("say of which: `{}@1`", shown(word)));
    };
    let viewer_place = place.part(partition.len() + 1, word.len());
    let name = reader.partition(partition, place.part(0, partition.len()))?;
    let number = viewer.strip_prefix("controller:").unwrap_or(viewer);
    let is_controller = number != viewer
        || whole_number(number)
            .and_then(|id| u32::try_from(id).ok())
            .is_some_and(|id| reader.world.controllers.contains(&id));
    if is_controller && row.subject != SubjectKind::PartitionOrReplica {
        let message = format!("a controller has no `{}`", row.text);
        let fix = reader.world.brokers_here();
        return reader.fail(viewer_place, message, fix);
    }
    if !is_controller {
        return Some(Subject::Replica(name, Viewer::Broker(reader.broker(viewer, viewer_place)?)));
    }
    let skipped = viewer.len() - number.len();
    reader.controller(number, viewer_place.part(skipped, viewer.len()))?;
    let id = reader.number(number, viewer_place, "a controller's number")?;
    Some(Subject::Replica(name, Viewer::Controller(id)))
}

fn event(reader: &mut Reader, words: &mut Words) -> Option<Subject> {
    let row = ObservationName::Event.row();
    let (kind, place) = subject_word(reader, words, row)?;
    let slugs = EventKind::ALL.iter().map(|(slug, _)| *slug);
    if !slugs.clone().any(|slug| slug == kind) {
        let otherwise = "see the kinds of event in `epochscope help language`";
        let fix = reader.problems.did_you_mean(kind, slugs, otherwise);
        return reader.fail(place, format!("`{}` is no kind of event", shown(kind)), fix);
    }
    if words.is_at_operator() {
        return Some(Subject::Event(kind.into(), None));
    }
    let (word, place) = subject_word(reader, words, row)?;
    let is_node = whole_number(word).is_some()
        || word == "controller"
        || reader.world.clients.contains_key(word);
    let about = match is_node {
        true => EventAbout::Node(reader.any_node(word, place)?),
        false => EventAbout::Partition(reader.partition(word, place)?),
    };
    Some(Subject::Event(kind.into(), Some(about)))
}
