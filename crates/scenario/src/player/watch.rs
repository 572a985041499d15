//! What went between nodes in a stretch of a run: played once more on a copy, and looked at.
//!
//! The trace tells what was sent, not when it arrived nor what it said. So a copy of the run goes
//! through the stretch again, a budget at a time, and after each sending the messages on their way
//! are noted. Rounds of idle long polls are worked out rather than sent, and so are not here.
//!
//! Uses: `branch`.

use epochscope_engine::observe::{MessageObservation, Transit};
use epochscope_vocabulary::{
    Event, EventId, EventKind, RequestId, SimDuration, SimTime, SortedMap,
};

use super::{Player, is_due};
use crate::execution::{Execution, Unit};

/// As many units as a stretch is followed for.
pub const MOST_UNITS: u64 = 50_000;
/// As many messages as a stretch is followed for.
pub const MOST_JOURNEYS: usize = 20_000;
/// What leads to an event is sent so long before it, usually much less. Before that, and some time
/// after the event before, messages are not noted: a large cluster says much while it is quiet.
const BEFORE_EVENT: SimDuration = SimDuration::from_secs(1);
const AFTER_EVENT: SimDuration = SimDuration::from_ms(100);

/// A request or response, from its sending on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// What it was and said; its `transit` is where it was seen last.
    pub message: MessageObservation,
    /// When it arrived, or is to; none while its link is cut.
    pub arrives_at: Option<SimTime>,
    /// When it was thrown away.
    pub lost_at: Option<SimTime>,
}

/// What happened in a stretch, quiet events too.
#[derive(Clone, Debug)]
pub struct Watched {
    /// From when.
    pub from: SimTime,
    /// How far it was followed: to the end of the stretch, unless that was too much.
    pub until: SimTime,
    /// What was sent, in order of sending.
    pub journeys: Vec<Journey>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// A stretch being followed: messages and events near those that the trace tells.
#[derive(Clone, Debug)]
pub struct Watching {
    copy: Execution,
    branch: usize,
    units_left: u64,
    /// The sendings seen, by their events; an index into the journeys.
    sent: SortedMap<EventId, usize>,
    seen: Watched,
    to: SimTime,
    /// The first event of the trace that is not before the copy.
    next: usize,
}

impl Watching {
    /// Of the player's open branch, from one moment to another, both included, as far as the
    /// branch is known.
    #[must_use]
    pub fn new(player: &Player, from: SimTime, to: SimTime) -> Self {
        Self {
            copy: player.copy_before(from),
            branch: player.open_branch(),
            units_left: MOST_UNITS,
            sent: SortedMap::new(),
            seen: Watched { from, until: from, journeys: Vec::new(), events: Vec::new() },
            to,
            next: 0,
        }
    }

    /// Goes on by so many units at most. True when all has been seen: all of the stretch, or, if
    /// the player has opened another branch meanwhile, what was seen before that.
    pub fn advance(&mut self, player: &Player, budget: u64) -> bool {
        if player.open_branch() != self.branch {
            return true;
        }
        for _ in 0..budget {
            let is_over = self.units_left == 0
                || self.seen.journeys.len() >= MOST_JOURNEYS
                || !is_due(&self.copy, self.to);
            if is_over {
                let is_whole = !is_due(&self.copy, self.to);
                self.seen.until = if is_whole { self.to } else { self.copy.cluster().now() };
                return true;
            }
            let Some(unit) = player.replay(&mut self.copy) else {
                self.seen.until = self.copy.cluster().now();
                return true;
            };
            if self.is_eventful(player) {
                self.take(unit);
            }
        }
        false
    }

    /// Whether the copy is near an event of the trace.
    fn is_eventful(&mut self, player: &Player) -> bool {
        let now = self.copy.cluster().now();
        let trace = player.whole_trace();
        while trace.get(self.next).is_some_and(|traced| traced.event.at < now) {
            self.next += 1;
        }
        let comes = trace.get(self.next).is_some_and(|one| one.event.at <= now + BEFORE_EVENT);
        let before = self.next.checked_sub(1).map(|last| trace[last].event.at + AFTER_EVENT);
        comes || before.is_some_and(|end| end >= now)
    }

    /// What was seen.
    #[must_use]
    pub fn finish(self) -> Watched {
        self.seen
    }

    fn take(&mut self, unit: Unit) {
        let now = self.copy.cluster().now();
        if now < self.seen.from {
            return;
        }
        self.units_left = self.units_left.saturating_sub(1);
        for event in &unit.events {
            if let EventKind::Discarded { request, .. } = event.kind {
                self.lose(request, event.at);
            }
        }
        let moves = unit.events.iter().any(|event| moves_messages(&event.kind));
        self.seen.events.extend(unit.events);
        if moves {
            self.look(now);
        }
    }

    /// Notes what is on its way now, if its sending was seen.
    fn look(&mut self, now: SimTime) {
        let first = self.seen.events.first().map(|event| event.id);
        for message in self.copy.cluster().in_flight(now) {
            if first.is_none_or(|first| message.cause < first) {
                continue;
            }
            let arrives_at = match message.transit {
                Transit::Arriving(at) => Some(at),
                Transit::Cut | Transit::Held | Transit::Inbox => None,
            };
            if let Some(index) = self.sent.get(&message.cause) {
                let known = &mut self.seen.journeys[*index];
                if arrives_at.is_some() || message.transit == Transit::Cut {
                    known.arrives_at = arrives_at;
                }
                known.message.transit = message.transit;
            } else {
                self.sent.insert(message.cause, self.seen.journeys.len());
                self.seen.journeys.push(Journey { message, arrives_at, lost_at: None });
            }
        }
    }

    fn lose(&mut self, request: RequestId, at: SimTime) {
        let of_request = |known: &&mut Journey| known.message.request == request;
        if let Some(last) = self.seen.journeys.iter_mut().rev().find(of_request) {
            last.lost_at = Some(at);
        }
    }
}

impl Player {
    /// A copy of the run as it was before a moment, not long before where that is known.
    fn copy_before(&self, at: SimTime) -> Execution {
        let checkpoints = &self.branches[self.open].checkpoints;
        let nearest = checkpoints.iter().rev().find(|one| one.cluster().now() < at);
        nearest.unwrap_or(&checkpoints[0]).clone()
    }

    /// Takes a copy one unit on behind the frontier; none at it.
    fn replay(&self, copy: &mut Execution) -> Option<Unit> {
        let branch = &self.branches[self.open];
        (copy.units() < branch.frontier.units()).then(|| branch.replay(copy))
    }
}

/// Whether after such an event some message is where none was, or moves otherwise.
const fn moves_messages(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::RequestSent { .. }
            | EventKind::ResponseSent { .. }
            | EventKind::FaultBegan { .. }
            | EventKind::Healed { .. }
            | EventKind::Held { .. }
            | EventKind::Released { .. }
    )
}
