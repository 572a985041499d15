//! One long poll that goes round without news: where it is at any moment.
//!
//! A round is a wait at the leader, an answer without news on its way back, and the next request.
//! Its times follow from the wait and from the two ways of the connection.
//!
//! Uses: `effects`.

use epochscope_vocabulary::command::MessageHalf;
use epochscope_vocabulary::{BrokerId, EventId, RequestId, SimDuration, SimTime};

use crate::effects::ConnectionId;
use crate::network::QuietWay;

/// One idle poll, in the round in which it was last looked at.
#[derive(Clone, Copy, Debug)]
pub struct IdlePoll {
    /// Who is asked.
    pub leader: BrokerId,
    /// Who asks.
    pub follower: BrokerId,
    /// On which connection.
    pub connection: ConnectionId,
    /// The request, whose number it keeps from round to round.
    pub request: RequestId,
    /// `replica.fetch.wait.max.ms`.
    pub wait: SimDuration,
    /// How long the follower waits for an answer before it closes the connection.
    pub timeout: SimDuration,
    /// The event that the first round was due to.
    pub cause: EventId,
    /// When the follower sent it.
    pub asked_at: SimTime,
    /// When it began to wait at the leader.
    pub since: SimTime,
}

/// Where an idle poll is at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// It waits at the leader.
    Waiting,
    /// The answer, or the next request, is on its way.
    Between {
        /// Which of the two.
        half: MessageHalf,
        /// When it was sent.
        sent_at: SimTime,
        /// When it will be there.
        arrives_at: SimTime,
    },
}

impl IdlePoll {
    /// When it will have waited long enough.
    #[must_use]
    pub fn until(&self) -> SimTime {
        self.since + self.wait
    }

    /// Goes on, round by round, as far as things have `happened`, and says where that is.
    pub fn go_on(&mut self, ways: &mut Ways, happened: impl Fn(SimTime) -> bool) -> Whereabouts {
        loop {
            let sent_at = self.until();
            if !happened(sent_at) {
                return Whereabouts::Waiting;
            }
            let arrives_at = ways.back.arrival(sent_at);
            if !happened(arrives_at) {
                return Whereabouts::Between { half: MessageHalf::Response, sent_at, arrives_at };
            }
            let sent_at = arrives_at;
            self.asked_at = sent_at;
            let arrives_at = ways.there.arrival(sent_at);
            if !happened(arrives_at) {
                return Whereabouts::Between { half: MessageHalf::Request, sent_at, arrives_at };
            }
            self.since = arrives_at;
        }
    }
}

/// Both ways of a poll's connection.
#[derive(Clone, Debug)]
pub struct Ways {
    /// From the follower.
    pub there: QuietWay,
    /// From the leader.
    pub back: QuietWay,
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// A poll that began to wait at 0 ms, for 500 ms, on a link of 1 ms each way.
    fn poll() -> (IdlePoll, Ways) {
        let way = QuietWay::of_latency(SimDuration::from_ms(1));
        let poll = IdlePoll {
            leader: BrokerId(1),
            follower: BrokerId(2),
            connection: ConnectionId(0),
            request: RequestId(0),
            wait: SimDuration::from_ms(500),
            timeout: SimDuration::from_secs(30),
            cause: EventId(0),
            asked_at: SimTime::ZERO,
            since: SimTime::ZERO,
        };
        (poll, Ways { there: way.clone(), back: way })
    }

    #[test]
    fn a_round_is_a_wait_an_answer_and_a_request() {
        let place = |after_ms: u64| {
            let (mut poll, mut ways) = poll();
            let now = SimTime(after_ms * 1_000);
            match poll.go_on(&mut ways, |at| at <= now) {
                Whereabouts::Waiting => format!("waits since {}", poll.since),
                Whereabouts::Between { half, sent_at, arrives_at } => {
                    format!("{half:?} {sent_at} to {arrives_at}")
                }
            }
        };
        assert_eq!(place(0), "waits since 0.000");
        assert_eq!(place(499), "waits since 0.000");
        assert_eq!(place(500), "Response 0.500 to 0.501");
        assert_eq!(place(501), "Request 0.501 to 0.502");
        assert_eq!(place(502), "waits since 0.502");
        assert_eq!(place(10_000), "waits since 9.538");
        assert_eq!(place(10_038), "Response 10.038 to 10.039");
    }

    #[test]
    fn the_follower_waits_for_an_answer_from_its_last_request_on() {
        let (mut poll, mut ways) = poll();
        let _ = poll.go_on(&mut ways, |at| at <= SimTime(510_000));
        assert_eq!((poll.asked_at, poll.until()), (SimTime(501_000), SimTime(1_002_000)));
    }
}
