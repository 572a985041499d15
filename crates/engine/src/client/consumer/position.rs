//! Where a consumer stands in one partition, and what it has to find out before it reads on.
//!
//! Source: Kafka `SubscriptionState` (`FetchPosition`, `FetchStates`).
//! Uses: nothing.

use epochscope_vocabulary::rpc::OffsetSpec;
use epochscope_vocabulary::{
    BrokerId, ErrorCode, EventId, LeaderEpoch, Offset, RequestId, SimTime,
};

/// A position: the next offset to read, and the epoch of the record before it if that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The next offset.
    pub(crate) offset: Offset,
    /// The epoch of the last record read, or what the leader said of the offset.
    pub(crate) epoch: Option<LeaderEpoch>,
}

/// A leader and its epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leader {
    /// The broker.
    pub(crate) broker: BrokerId,
    /// Its epoch.
    pub(crate) epoch: LeaderEpoch,
}

/// What comes next for a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FetchState {
    /// `AWAIT_RESET`: it has no position and asks the leader for one.
    Reset {
        /// Which end.
        spec: OffsetSpec,
        /// The question under way.
        asked: Option<RequestId>,
    },
    /// `AWAIT_VALIDATION`: the leader is another one; it asks where its last epoch ends there.
    Validation {
        /// The question under way.
        asked: Option<RequestId>,
    },
    /// `FETCHING`.
    Fetching,
    /// It was refused for good: the application would have got an exception.
    Stopped(ErrorCode),
}

/// One partition of a consumer.
#[derive(Clone, Debug)]
pub(crate) struct Assigned {
    /// Where it stands; none before the first reset.
    pub(crate) position: Option<Position>,
    /// The leader that the position is good for.
    pub(crate) leader: Option<Leader>,
    /// What comes next.
    pub(crate) state: FetchState,
    /// KIP-392: whom to read from instead of the leader, and until when.
    pub(crate) preferred: Option<(BrokerId, SimTime)>,
    /// After an error it waits until then, or for another leader.
    pub(crate) not_before: SimTime,
    /// What the next question or fetch is due to.
    pub(crate) cause: EventId,
}

impl Assigned {
    /// A partition without a position.
    pub(crate) const fn new(state: FetchState, cause: EventId) -> Self {
        Self {
            position: None,
            leader: None,
            state,
            preferred: None,
            not_before: SimTime::ZERO,
            cause,
        }
    }

    /// Takes note of whom the consumer believes to lead. With another leader or epoch the position
    /// has to be validated, if there is an epoch to do it with.
    pub(crate) fn follow(&mut self, leader: Leader, cause: Option<EventId>) {
        if self.leader == Some(leader) {
            return;
        }
        self.leader = Some(leader);
        self.not_before = SimTime::ZERO;
        self.preferred = None;
        if let Some(cause) = cause {
            self.cause = self.cause.max(cause);
        }
        match self.state {
            FetchState::Fetching | FetchState::Validation { .. } => self.validate(),
            FetchState::Reset { spec, .. } => self.state = FetchState::Reset { spec, asked: None },
            FetchState::Stopped(_) => {}
        }
    }

    /// Stands at a position that is validated first, if there is an epoch to do it with.
    pub(crate) fn stand_at(&mut self, position: Position) {
        self.position = Some(position);
        self.validate();
    }

    /// Whom to fetch from: the preferred replica while that holds, else the leader.
    pub(crate) fn read_replica(&mut self, now: SimTime) -> Option<BrokerId> {
        if self.preferred.is_some_and(|(_, until)| until <= now) {
            self.preferred = None;
        }
        let leader = self.leader.map(|leader| leader.broker);
        self.preferred.map(|(broker, _)| broker).or(leader)
    }

    fn validate(&mut self) {
        let has_epoch = self.position.is_some_and(|position| position.epoch.is_some());
        self.state = if has_epoch && self.leader.is_some() {
            FetchState::Validation { asked: None }
        } else {
            FetchState::Fetching
        };
    }
}
