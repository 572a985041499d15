//! What a leader knows of one follower: only what its fetches say.
//!
//! A follower that asks for offset 10 has everything below 10: its log end offset is known one
//! fetch late. It is caught up at the time of a fetch that reaches the leader's end, or, when it
//! reaches only the end that the leader had at the fetch before, at the time of that one.
//!
//! Source: Kafka `Replica`, `ReplicaState`; KIP-903 (broker epoch of a fetch).
//! Uses: nothing.

use epochscope_vocabulary::{BrokerEpoch, ErrorCode, Offset, SimDuration, SimTime};

/// The broker epoch that a follower's last fetch carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FetchBrokerEpoch {
    /// It has not fetched in this leader epoch.
    #[default]
    NotFetched,
    /// It fetched before it was registered: Kafka's -1, which skips the check.
    Unregistered,
    /// It fetched as this incarnation.
    Registered(BrokerEpoch),
}

/// A follower's fetch of one partition, as its leader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowerFetch {
    /// When.
    pub now: SimTime,
    /// The offset that it asks for: its log end.
    pub fetch_offset: Offset,
    /// Its log start.
    pub log_start_offset: Offset,
    /// The leader's log end before the read.
    pub leader_end_offset: Offset,
    /// The broker epoch that it names; absent while it is not registered.
    pub broker_epoch: Option<BrokerEpoch>,
}

/// Whether this broker has led the partition before the update that resets its followers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leadership {
    /// It has just become the leader: whatever it knew is from another life.
    New,
    /// It led in the epoch before as well.
    Continued,
}

/// Whether a follower is in the ISR when its state is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is: it counts as caught up right now.
    InSync,
    /// It is not: it was never caught up, so that nobody waits for it.
    OutOfSync,
}

/// A leader's view of one follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaState {
    /// The follower's log end; absent until it fetches from this leader.
    pub log_end_offset: Option<Offset>,
    /// The follower's log start; absent as long.
    pub log_start_offset: Option<Offset>,
    /// The leader's log end at the follower's last fetch.
    pub last_fetch_leader_log_end_offset: Option<Offset>,
    /// When that was.
    pub last_fetch_time: Option<SimTime>,
    /// When it was last caught up; absent means never.
    pub last_caught_up_time: Option<SimTime>,
    /// The broker epoch of its last fetch.
    pub broker_epoch: FetchBrokerEpoch,
}

impl Default for ReplicaState {
    /// Of a follower that nothing is known of.
    fn default() -> Self {
        Self {
            log_end_offset: None,
            log_start_offset: None,
            last_fetch_leader_log_end_offset: Some(Offset::ZERO),
            last_fetch_time: None,
            last_caught_up_time: None,
            broker_epoch: FetchBrokerEpoch::NotFetched,
        }
    }
}

impl ReplicaState {
    /// Takes note of a fetch. `metadata_broker_epoch` is the follower's epoch in the leader's own
    /// metadata, absent while that has it fenced or does not know it.
    ///
    /// # Errors
    /// NOT_LEADER_OR_FOLLOWER when the fetch comes from an older incarnation; nothing changes then.
    pub fn update_fetch_state(
        &mut self,
        fetch: &FollowerFetch,
        metadata_broker_epoch: Option<BrokerEpoch>,
    ) -> Result<(), ErrorCode> {
        if let (Some(named), Some(known)) = (fetch.broker_epoch, metadata_broker_epoch)
            && named < known
        {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        let caught_up = if fetch.fetch_offset >= fetch.leader_end_offset {
            Some(fetch.now)
        } else if Some(fetch.fetch_offset) >= self.last_fetch_leader_log_end_offset {
            self.last_fetch_time
        } else {
            None
        };
        let leader_end = Some(fetch.leader_end_offset);
        *self = Self {
            log_end_offset: Some(fetch.fetch_offset),
            log_start_offset: Some(fetch.log_start_offset),
            last_fetch_leader_log_end_offset: self.last_fetch_leader_log_end_offset.max(leader_end),
            last_fetch_time: Some(fetch.now),
            last_caught_up_time: self.last_caught_up_time.max(caught_up),
            broker_epoch: fetch
                .broker_epoch
                .map_or(FetchBrokerEpoch::Unregistered, FetchBrokerEpoch::Registered),
        };
        Ok(())
    }

    /// Begins a new leader epoch, in which this broker leads.
    pub fn reset(
        &mut self,
        now: SimTime,
        leader_end_offset: Offset,
        leadership: Leadership,
        membership: Membership,
    ) {
        let in_sync_since = match membership {
            Membership::InSync => Some(now),
            Membership::OutOfSync => None,
        };
        match leadership {
            Leadership::New => {
                *self = Self {
                    last_fetch_leader_log_end_offset: None,
                    last_caught_up_time: in_sync_since,
                    ..Self::default()
                };
            }
            Leadership::Continued => {
                self.last_fetch_leader_log_end_offset = Some(leader_end_offset);
                self.last_fetch_time = in_sync_since;
                self.last_caught_up_time = in_sync_since;
            }
        }
    }

    /// Whether the follower keeps up: it is at the leader's end, however long it has been silent,
    /// or was caught up within `replica_lag_time_max`.
    #[must_use]
    pub fn is_caught_up(
        &self,
        leader_end_offset: Offset,
        now: SimTime,
        replica_lag_time_max: SimDuration,
    ) -> bool {
        self.log_end_offset == Some(leader_end_offset)
            || self
                .last_caught_up_time
                .is_some_and(|caught_up| now.since(caught_up) <= replica_lag_time_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const LAG: SimDuration = SimDuration::from_secs(30);

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(seconds)
    }

    fn fetch(seconds: u64, fetch_offset: u64, leader_end_offset: u64) -> FollowerFetch {
        FollowerFetch {
            now: at(seconds),
            fetch_offset: Offset(fetch_offset),
            log_start_offset: Offset::ZERO,
            leader_end_offset: Offset(leader_end_offset),
            broker_epoch: Some(BrokerEpoch(7)),
        }
    }

    fn fetched(fetches: &[FollowerFetch]) -> ReplicaState {
        let mut state = ReplicaState::default();
        for fetch in fetches {
            assert_eq!(state.update_fetch_state(fetch, Some(BrokerEpoch(7))), Ok(()));
        }
        state
    }

    #[test]
    fn a_fetch_at_the_leaders_end_is_caught_up_now() {
        let state = fetched(&[fetch(100, 10, 10)]);
        assert_eq!(state.log_end_offset, Some(Offset(10)));
        assert_eq!(state.last_caught_up_time, Some(at(100)));
    }

    #[test]
    fn a_fetch_at_the_end_of_last_time_was_caught_up_then() {
        let state = fetched(&[fetch(100, 3, 10), fetch(105, 10, 20)]);
        assert_eq!(state.last_caught_up_time, Some(at(100)));
        let behind = fetched(&[fetch(100, 3, 10), fetch(105, 9, 20)]);
        assert_eq!(behind.last_caught_up_time, None);
    }

    #[test]
    fn being_caught_up_runs_out_unless_the_follower_has_everything() {
        let state = fetched(&[fetch(100, 10, 10)]);
        let caught_up = |leader_end, now| state.is_caught_up(Offset(leader_end), now, LAG);
        assert!(caught_up(11, at(130)));
        assert!(!caught_up(11, at(130) + SimDuration(1)));
        assert!(caught_up(10, at(9_000)), "a silent follower with everything is caught up");
    }

    #[test]
    fn never_caught_up_is_not_caught_up_at_the_clocks_start() {
        assert!(!ReplicaState::default().is_caught_up(Offset(5), at(1), LAG));
    }

    #[test]
    fn a_fetch_of_an_older_incarnation_is_refused_and_changes_nothing() {
        let mut state = fetched(&[fetch(100, 10, 10)]);
        let before = state;
        let newer = Some(BrokerEpoch(8));
        let answer = state.update_fetch_state(&fetch(101, 11, 11), newer);
        assert_eq!((answer, state), (Err(ErrorCode::NotLeaderOrFollower), before));
        // One that is not registered yet names no epoch, and is let through.
        let unregistered = FollowerFetch { broker_epoch: None, ..fetch(101, 11, 11) };
        assert_eq!(state.update_fetch_state(&unregistered, newer), Ok(()));
        assert_eq!(state.broker_epoch, FetchBrokerEpoch::Unregistered);
    }

    #[test]
    fn a_new_leader_forgets_where_its_followers_were() {
        let mut state = fetched(&[fetch(100, 10, 10)]);
        state.reset(at(200), Offset(12), Leadership::New, Membership::InSync);
        assert_eq!(state.log_end_offset, None);
        assert_eq!(state.last_caught_up_time, Some(at(200)));
        assert_eq!(state.broker_epoch, FetchBrokerEpoch::NotFetched);
    }

    #[test]
    fn a_leader_that_goes_on_keeps_where_its_followers_were() {
        let mut state = fetched(&[fetch(100, 10, 10)]);
        state.reset(at(200), Offset(12), Leadership::Continued, Membership::OutOfSync);
        assert_eq!(state.log_end_offset, Some(Offset(10)));
        assert_eq!(state.last_caught_up_time, None);
        assert_eq!(state.last_fetch_leader_log_end_offset, Some(Offset(12)));
    }
}
