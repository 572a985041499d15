//! Walking from events to what they are due to: a short chain, whatever happened in between.
//!
//! Requests, answers and other quiet events are passed through. A round of fetching that only
//! follows the round before explains nothing: there the walk ends.
//!
//! Uses: `inspector`, `lookup`, `narration`.

use std::collections::VecDeque;

use epochscope_scenario::player::Player;
use epochscope_vocabulary::event::{EventKind, QuorumRole};
use epochscope_vocabulary::rpc::ApiKey;
use epochscope_vocabulary::{Event, EventId, SimTime, SortedMap, SortedSet};

use super::lookup::{self, Before};
use EventKind as K;

/// A chain has at most so many links.
pub(super) const MOST_LINKS: usize = 14;
/// So many quiet events are passed through from one link to the next.
const MOST_PASSED: u32 = 12;
/// So many times the run is replayed a little to find quiet events, for one chain.
const MOST_REPLAYS: u32 = 24;
/// So many quiet events are remembered.
const MOST_REMEMBERED: usize = 200_000;

/// Quiet events that a replay has found, of one future of the run.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    branch: usize,
    found: SortedMap<EventId, Event>,
}

/// What set an event off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SetOff {
    /// An order.
    Order(Box<Event>),
    /// A message from another node.
    Message(Box<Event>),
    /// Time that passed at its own node, since this moment if that is known.
    Timer(Option<SimTime>),
    /// Something else at the same moment.
    AtOnce,
    /// How the run was set up.
    Start,
}

/// One event of a chain.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    /// The event.
    pub(super) event: Event,
    /// What set it off.
    pub(super) set_off: SetOff,
}

/// Walks through one run.
pub(super) struct Walk<'a> {
    player: &'a Player,
    quiet: &'a mut Quiet,
    replays: u32,
}

/// What an event is due to: events to be told, and what set it off.
struct Due {
    events: Vec<EventId>,
    set_off: SetOff,
}

impl<'a> Walk<'a> {
    pub(super) fn new(player: &'a Player, quiet: &'a mut Quiet) -> Self {
        let branch = player.open_branch();
        if quiet.branch != branch || quiet.found.len() > MOST_REMEMBERED {
            *quiet = Quiet { branch, found: SortedMap::default() };
        }
        Self { player, quiet, replays: 0 }
    }

    /// The causes of these events, themselves included, the latest first; and whether there are
    /// more than are given.
    pub(super) fn chain(&mut self, roots: &[EventId]) -> (Vec<Cause>, bool) {
        let mut seen: SortedSet<EventId> = SortedSet::new();
        let mut waiting: VecDeque<EventId> = roots.iter().copied().collect();
        let mut chain: SortedMap<EventId, Cause> = SortedMap::default();
        while let Some(id) = waiting.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            if chain.len() == MOST_LINKS {
                return (in_order(chain), true);
            }
            let Some(event) = self.find(id) else { continue };
            let due = self.due(&event);
            waiting.extend(due.events);
            chain.insert(id, Cause { event, set_off: due.set_off });
        }
        (in_order(chain), false)
    }

    /// Any event, a quiet one by a replay.
    pub(super) fn find(&mut self, id: EventId) -> Option<Event> {
        if let Some(event) = self.player.event(id) {
            return Some(event.clone());
        }
        if let Some(event) = self.quiet.found.get(&id) {
            return Some(event.clone());
        }
        if self.replays == MOST_REPLAYS {
            return None;
        }
        self.replays += 1;
        let events = self.player.events_up_to(id);
        let quiet = events.into_iter().filter(|event| event.kind.is_quiet());
        self.quiet.found.extend(quiet.map(|event| (event.id, event)));
        self.quiet.found.get(&id).cloned()
    }

    fn due(&mut self, event: &Event) -> Due {
        let before = Before::new(self.player.whole_trace(), event.id);
        let mut due = Due { events: Vec::new(), set_off: SetOff::Start };
        let mut passed = MOST_PASSED;
        for (index, cause) in event.causes.iter().enumerate() {
            let direct = self.find(cause);
            if index == 0 {
                due.set_off = set_off(event, direct.as_ref());
            }
            if let Some(direct) = direct {
                self.follow(event, direct, &mut passed, &mut due);
            }
        }
        let explained = lookup::explanations(event, before);
        // Since when a session was counted explains nothing, once it is known why nobody was heard.
        if matches!(event.kind, K::SessionExpired { .. }) && !explained.is_empty() {
            due.events.clear();
        }
        for found in explained {
            add(&mut due.events, found);
        }
        // A message that only repeats what was said before is due to what both ends are doing.
        if let (SetOff::Message(message), true) = (&due.set_off, due.events.is_empty()) {
            let mut ends = message.node.into_iter().chain(event.node);
            let change = ends.find_map(|node| before.process_change(node));
            due.events.extend(change.map(|event| event.id));
        }
        due
    }

    /// Goes back from a direct cause to events that can be told.
    fn follow(&mut self, told: &Event, cause: Event, passed: &mut u32, due: &mut Due) {
        if matches!(cause.kind, K::CommandGiven { .. }) {
            due.set_off = SetOff::Order(Box::new(cause));
            return;
        }
        if !cause.kind.is_quiet() {
            add(&mut due.events, cause.id);
            return;
        }
        if let K::MetadataApplied { to, .. } = cause.kind {
            let before = Before::new(self.player.whole_trace(), told.id);
            if let Some(decision) = lookup::decision(told, to, before) {
                add(&mut due.events, decision);
                return;
            }
        }
        if *passed == 0 || matches!(cause.kind, K::Checkpointed {}) {
            return;
        }
        *passed -= 1;
        let earlier: Vec<Event> = cause.causes.iter().filter_map(|id| self.find(id)).collect();
        for one in earlier {
            if !is_next_round(&one, &cause) {
                self.follow(told, one, passed, due);
            }
        }
    }
}

/// Whether a request only follows the answer to one of its kind: the next round of a poll. One that
/// goes to another node than the answer came from has a reason.
fn is_next_round(answer: &Event, request: &Event) -> bool {
    if let (K::ResponseSent { api_key: one, .. }, K::RequestSent { api_key: other, to, .. }) =
        (&answer.kind, &request.kind)
        && answer.node.is_none_or(|node| node == *to)
    {
        let is_polled = matches!(
            one,
            ApiKey::Fetch
                | ApiKey::Metadata
                | ApiKey::BrokerHeartbeat
                | ApiKey::BrokerRegistration
                | ApiKey::BeginQuorumEpoch
                | ApiKey::Vote
        );
        is_polled && one == other
    } else {
        false
    }
}

fn set_off(event: &Event, direct: Option<&Event>) -> SetOff {
    let Some(direct) = direct else {
        return if event.at == SimTime::ZERO { SetOff::Start } else { SetOff::Timer(None) };
    };
    let is_message = matches!(direct.kind, K::RequestSent { .. } | K::ResponseSent { .. });
    // The message that a time-out was counted from did not set it off.
    let by_time_out = matches!(
        event.kind,
        K::QuorumStateChanged { role: QuorumRole::Resigned | QuorumRole::Prospective, .. }
    );
    if let K::CommandGiven { .. } = direct.kind {
        SetOff::Order(Box::new(direct.clone()))
    } else if is_message && direct.node != event.node && !by_time_out {
        SetOff::Message(Box::new(direct.clone()))
    } else if direct.at < event.at {
        SetOff::Timer(Some(direct.at))
    } else {
        SetOff::AtOnce
    }
}

fn add(events: &mut Vec<EventId>, event: EventId) {
    if !events.contains(&event) {
        events.push(event);
    }
}

fn in_order(chain: SortedMap<EventId, Cause>) -> Vec<Cause> {
    let mut causes: Vec<Cause> = chain.into_iter().map(|(_, cause)| cause).collect();
    causes.reverse();
    causes
}
