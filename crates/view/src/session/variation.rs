//! The same schedule with one difference: what to compare a run with, and where the two part.
//!
//! Uses: its siblings, `narration`.

use std::sync::Arc;

use epochscope_scenario::format::releases::MODELLED;
use epochscope_scenario::player::{Player, Traced};
use epochscope_vocabulary::{EventKind, SimDuration, SimTime, put_in_order};

use super::Session;
use super::action::Action;
use crate::narration;

/// One difference that a second run may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// What it is in the run as it is.
    pub from: String,
    /// What it is in the other.
    pub to: String,
    other: Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Other {
    /// Another text.
    Text(String),
    /// Another future of the same text.
    Future(usize),
}

/// What became of the records so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Sent by producers.
    pub sent: usize,
    /// Told to be written.
    pub acknowledged: usize,
    /// Told to be written, and lost.
    pub lost_after_ack: usize,
    /// Refused, and sent again.
    pub retried: usize,
    /// Given up with an error.
    pub failed: usize,
    /// How long the answer took for the middle one of those told to be written.
    pub median_ack: Option<SimDuration>,
}

/// Where two runs part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// When.
    pub at: SimTime,
    /// What happens then in the first alone, in words.
    pub left: Option<Arc<str>>,
    /// And in the second alone.
    pub right: Option<Arc<str>>,
}

/// So many of the last answers say how long one takes.
const TYPICAL: usize = 501;

/// Settings with two values worth comparing, and the lines that hold them.
const SWITCHES: &[(&str, &str, &str)] = &[
    ("producer", "acks=1", "acks=all"),
    ("producer", "acks=0", "acks=all"),
    ("producer", "enable.idempotence=false", "enable.idempotence=true"),
    ("topic", "min.insync.replicas=1", "min.insync.replicas=2"),
    ("topic", "unclean.leader.election.enable=false", "unclean.leader.election.enable=true"),
    ("feature", "eligible.leader.replicas.version=0", "eligible.leader.replicas.version=1"),
];

impl Session {
    /// What this run can be compared with: each a text that runs, or another future.
    #[must_use]
    pub fn variations(&self) -> Vec<Variation> {
        let text = |from: &str, to: &str, text: String| Variation {
            from: from.to_owned(),
            to: to.to_owned(),
            other: Other::Text(text),
        };
        let mut found = Vec::new();
        for (verb, one, other) in SWITCHES {
            for (from, to) in [(one, other), (other, one)] {
                if let Some(changed) = with_word(&self.text, verb, from, to) {
                    found.push(text(from, to, changed));
                }
            }
        }
        let defaults = [
            ("topic", "unclean.leader.election.enable", "=false", "=true"),
            ("feature", "eligible.leader.replicas.version", "=1", "=0"),
        ];
        for (verb, name, from, to) in defaults {
            if !self.text.contains(name) {
                let changed = with_more(&self.text, verb, &format!("{name}{to}"));
                found.push(text(&format!("{name}{from}"), &format!("{name}{to}"), changed));
            }
        }
        let scenario = self.player.scenario();
        let release = scenario.cluster.release.as_ref();
        for other in MODELLED.iter().filter(|other| **other != release) {
            let changed = with_line(&self.text, "kafka", other);
            found.push(text(&format!("kafka {release}"), &format!("kafka {other}"), changed));
        }
        let seed = scenario.cluster.seed;
        let next = (seed + 1).to_string();
        let changed = with_line(&self.text, "seed", &next);
        found.push(text(&format!("seed {seed}"), &format!("seed {next}"), changed));
        found.retain(|one| match &one.other {
            Other::Text(text) => Session::open(text.as_bytes()).is_ok(),
            Other::Future(_) => true,
        });
        let forks = self.forks();
        let name = |fork: &crate::scene::Fork| match &fork.order {
            Some(order) => format!("{order} at {} s", narration::moment(fork.from)),
            None => "as scripted".to_owned(),
        };
        let open = forks.iter().find(|fork| fork.is_open);
        for fork in forks.iter().filter(|fork| !fork.is_open) {
            found.push(Variation {
                from: open.map(name).unwrap_or_default(),
                to: name(fork),
                other: Other::Future(fork.branch),
            });
        }
        found
    }

    /// The other run, at the same moment, with the same orders as far as they can be obeyed.
    #[must_use]
    pub fn twin(&self, variation: &Variation) -> Option<Session> {
        let mut twin = match &variation.other {
            Other::Text(text) => {
                let mut twin = Session::open(text.as_bytes()).ok()?;
                for act in self.player.acts() {
                    // What cannot be obeyed there is a difference as well.
                    let _ = twin.player.act(act.at, act.command.clone(), &act.text);
                }
                twin
            }
            Other::Future(branch) => {
                let mut player: Player = self.player.clone();
                player.open(*branch);
                Session::of(self.text.clone(), player)
            }
        };
        twin.shown = self.shown;
        twin.go_with(self);
        Some(twin)
    }

    /// Goes where another session is; its questions are nobody's here.
    pub fn go_with(&mut self, other: &Session) {
        loop {
            // Seeking is never refused.
            let _ = self.dispatch(Action::Seek(other.at));
            if !self.is_asking() {
                break;
            }
            self.answer(None);
        }
        if self.shown != other.shown {
            self.shown = other.shown;
            self.refresh_timeline();
        }
    }

    /// What became of the records up to the moment shown.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let mut waits: Vec<SimDuration> = Vec::new();
        for fate in self.player.cluster().fates() {
            outcome.sent += 1;
            outcome.failed += usize::from(fate.failed.is_some());
            if let Some(at) = fate.acked_at {
                outcome.acknowledged += 1;
                outcome.lost_after_ack += usize::from(fate.lost);
                waits.push(at.since(fate.sent_at));
            }
        }
        for traced in self.player.trace() {
            if let EventKind::ProduceRetried { values, .. } = &traced.event.kind {
                outcome.retried += values.len();
            }
        }
        // The last ones say enough, and a short list is soon in order.
        waits.drain(..waits.len().saturating_sub(TYPICAL));
        put_in_order(&mut waits, |one, other| one < other);
        outcome.median_ack = waits.get(waits.len() / 2).copied();
        outcome
    }

    /// The first moment after `after` at which other things happen here than there.
    #[must_use]
    pub fn parting(&self, other: &Session, after: Option<SimTime>) -> Option<Parting> {
        let later = |player: &Player| -> Vec<Traced> {
            let is_later = |one: &&Traced| after.is_none_or(|after| one.event.at > after);
            player.whole_trace().iter().filter(is_later).cloned().collect()
        };
        let (left, right) = (later(&self.player), later(&other.player));
        let same = left.iter().zip(&right).take_while(|(one, other)| is_same(one, other)).count();
        let (left, right) = (left.get(same), right.get(same));
        let at = [left, right].into_iter().flatten().map(|one| one.event.at).min()?;
        let told = |session: &Session, one: Option<&Traced>| {
            let event = &one.filter(|one| one.event.at == at)?.event;
            let names = session.player.names();
            let (who, what) =
                (narration::subject(event, names), narration::predicate(event, names));
            Some(Arc::from(format!("{who} {what}")))
        };
        Some(Parting { at, left: told(self, left), right: told(other, right) })
    }
}

/// Whether two runs do the same thing at the same time.
fn is_same(one: &Traced, other: &Traced) -> bool {
    let (one, other) = (&one.event, &other.event);
    (one.at, one.node, one.kind.slug()) == (other.at, other.node, other.kind.slug())
}

/// The text with one word for another in all lines of this verb; none if no line has it.
fn with_word(text: &str, verb: &str, from: &str, to: &str) -> Option<String> {
    let mut is_there = false;
    let mut change = |line: &str| {
        let words = line.split_inclusive(' ').map(|word| {
            let bare = word.trim_end();
            if bare != from {
                return word.to_owned();
            }
            is_there = true;
            word.replace(from, to)
        });
        if line.starts_with(verb) { words.collect() } else { line.to_owned() }
    };
    let changed: String = text.split_inclusive('\n').map(&mut change).collect();
    is_there.then_some(changed)
}

/// The text with one pair more in all lines of this verb, or in a new line if there is none.
fn with_more(text: &str, verb: &str, pair: &str) -> String {
    if !text.lines().any(|line| line.starts_with(verb)) {
        return with_line(text, verb, pair);
    }
    let more = |line: &str| match line.trim_end().split_once(" #") {
        Some((line, comment)) if line.starts_with(verb) => format!("{line} {pair} #{comment}\n"),
        None if line.starts_with(verb) => format!("{} {pair}\n", line.trim_end()),
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(more).collect()
}

/// The text with this line in the place of the one with the same verb, else below the first line.
fn with_line(text: &str, verb: &str, rest: &str) -> String {
    let has_verb = |line: &str| line.split_whitespace().next() == Some(verb);
    let mut is_there = false;
    let mut lines: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let is_it = !is_there && has_verb(line);
        is_there |= is_it;
        lines.push(if is_it { format!("{verb} {rest}\n") } else { line.to_owned() });
    }
    if !is_there {
        let first = lines.iter().position(|line| line.starts_with("epochscope"));
        lines.insert(first.map_or(0, |first| first + 1), format!("{verb} {rest}\n"));
    }
    lines.concat()
}
