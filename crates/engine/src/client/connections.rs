//! Which brokers a client may send to, and which it leaves alone for a while after a lost
//! connection.
//!
//! Source: Kafka `ClusterConnectionStates`, `NetworkClient.leastLoadedNode`; KIP-144, KIP-899.
//! Simplified: opening a connection takes no round trip of its own, unless a producer lost it
//! before.
//! Uses: `rng`.

use epochscope_vocabulary::{BrokerId, SimTime, SortedMap, SortedSet};

use super::backoff::Backoff;
use crate::rng::Stream;

/// A client's view of its connections.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    backoff: Backoff,
    /// Only brokers whose connection was lost and that have not answered since.
    lost: SortedMap<BrokerId, Lost>,
}

#[derive(Clone, Copy, Debug)]
struct Lost {
    /// How often in a row.
    times: u32,
    at: SimTime,
    until: SimTime,
}

impl Connections {
    /// All are well.
    pub(crate) const fn new(backoff: Backoff) -> Self {
        Self { backoff, lost: SortedMap::new() }
    }

    /// Whether a request may be sent to this broker now.
    pub(crate) fn is_ready(&self, broker: BrokerId, now: SimTime) -> bool {
        self.ready_at(broker) <= now
    }

    /// From when on a request may be sent to this broker.
    pub(crate) fn ready_at(&self, broker: BrokerId) -> SimTime {
        self.lost.get(&broker).map_or(SimTime::ZERO, |lost| lost.until)
    }

    /// Whether the connection to this broker was lost and no answer has proved it to stand since.
    pub(crate) fn is_lost(&self, broker: BrokerId) -> bool {
        self.lost.contains_key(&broker)
    }

    /// The connection to this broker was lost. All requests of one connection are lost at once and
    /// count as one loss.
    pub(crate) fn lose(&mut self, broker: BrokerId, now: SimTime, stream: &mut Stream) {
        let times = match self.lost.get(&broker) {
            Some(lost) if lost.at == now => return,
            Some(lost) => lost.times,
            None => 0,
        };
        let until = now + self.backoff.after(times, stream);
        let lost = Lost { times: times.saturating_add(1), at: now, until };
        self.lost.insert(broker, lost);
    }

    /// This broker has answered.
    pub(crate) fn answered(&mut self, broker: BrokerId) {
        self.lost.remove(&broker);
    }
}

/// Whose turn it is to be asked something that any broker can answer: the one with the fewest
/// unanswered requests, of several rather one that leads nothing, and of those the first one after
/// `last`. Brokers that are left alone are passed over; if all `known` ones are, `bootstrap` is
/// tried.
///
/// Simplified: of idle brokers Kafka takes one that it is connected to, from a random start.
pub(crate) fn least_loaded(
    brokers: &Brokers<'_>,
    connections: &Connections,
    load: &SortedMap<BrokerId, u32>,
    now: SimTime,
) -> Option<BrokerId> {
    let pick = |candidates: &[BrokerId]| {
        let after = candidates.iter().position(|broker| Some(*broker) == brokers.last);
        let first = after.map_or(0, |at| at + 1);
        let (earlier, later) = candidates.split_at(first.min(candidates.len()));
        later
            .iter()
            .chain(earlier)
            .copied()
            .filter(|broker| connections.is_ready(*broker, now))
            .min_by_key(|broker| {
                (load.get(broker).copied().unwrap_or(0), brokers.leaders.contains(broker))
            })
    };
    pick(brokers.known).or_else(|| pick(brokers.bootstrap))
}

/// Whom a client may ask.
#[derive(Clone, Debug)]
pub(crate) struct Brokers<'a> {
    /// The brokers of the last metadata answer.
    pub(crate) known: &'a [BrokerId],
    /// Those that it believes to lead a partition.
    pub(crate) leaders: SortedSet<BrokerId>,
    /// The brokers it was configured with.
    pub(crate) bootstrap: &'a [BrokerId],
    /// Whom it asked last.
    pub(crate) last: Option<BrokerId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};
    use epochscope_vocabulary::{ClientId, SimDuration};

    const ALL: [BrokerId; 3] = [BrokerId(1), BrokerId(2), BrokerId(3)];

    #[test]
    fn the_least_loaded_broker_is_asked_in_turn_and_lost_ones_are_passed_over() {
        let mut stream = Streams::new(1).stream(Purpose::BackOff(ClientId(0)));
        let backoff = Backoff::new(SimDuration::from_ms(50), SimDuration::from_secs(1));
        let mut connections = Connections::new(backoff);
        let at = |ms: u64| SimTime(ms * 1_000);
        let ask = |connections: &Connections, last, busy: &[u32], now| {
            let leaders = SortedSet::new();
            let load = busy.iter().map(|id| (BrokerId(*id), 1)).collect();
            let brokers = Brokers { known: &ALL[..2], leaders, bootstrap: &ALL, last };
            least_loaded(&brokers, connections, &load, now).map(|broker| broker.0)
        };
        assert_eq!(ask(&connections, None, &[], at(0)), Some(1));
        assert_eq!(ask(&connections, Some(BrokerId(1)), &[], at(0)), Some(2));
        assert_eq!(ask(&connections, Some(BrokerId(2)), &[], at(0)), Some(1));
        assert_eq!(ask(&connections, None, &[1], at(0)), Some(2));
        assert_eq!(ask(&connections, None, &[1, 2], at(0)), Some(1));
        connections.lose(BrokerId(1), at(0), &mut stream);
        connections.lose(BrokerId(1), at(0), &mut stream);
        assert_eq!(ask(&connections, None, &[2], at(39)), Some(2));
        assert_eq!(ask(&connections, None, &[2], at(60)), Some(1));
        connections.lose(BrokerId(2), at(39), &mut stream);
        assert_eq!(ask(&connections, None, &[], at(39)), Some(3), "bootstrap");
        connections.lose(BrokerId(3), at(39), &mut stream);
        assert_eq!(ask(&connections, None, &[], at(39)), None);
        connections.answered(BrokerId(1));
        assert_eq!(ask(&connections, None, &[], at(39)), Some(1));
    }

    #[test]
    fn of_idle_brokers_one_that_leads_nothing_is_asked_first() {
        let backoff = Backoff::new(SimDuration::from_ms(50), SimDuration::from_secs(1));
        let connections = Connections::new(backoff);
        for (leaders, busy, asked) in
            [(&[1][..], &[][..], 2), (&[1, 2], &[], 3), (&[1, 2, 3], &[], 1), (&[1], &[2, 3], 1)]
        {
            let leaders = leaders.iter().map(|id| BrokerId(*id)).collect();
            let load = busy.iter().map(|id| (BrokerId(*id), 1)).collect();
            let brokers = Brokers { known: &ALL, leaders, bootstrap: &ALL, last: None };
            let found = least_loaded(&brokers, &connections, &load, SimTime::ZERO);
            assert_eq!(found, Some(BrokerId(asked)));
        }
    }
}
