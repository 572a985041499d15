//! Which replica a consumer is to fetch from, where the broker chooses by racks.
//!
//! A leader in the consumer's rack is always the choice; so it is when that rack has no replica.
//!
//! Source: Kafka `RackAwareReplicaSelector`, `ReplicaView`; KIP-392.
//! Uses: nothing.

use std::cmp::Reverse;

use epochscope_vocabulary::{BrokerId, Offset, SimDuration};

/// What the leader knows of a replica that could serve the fetch; also of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaView<'a> {
    /// Where it is.
    pub broker: BrokerId,
    /// That broker's rack, if any.
    pub rack: Option<&'a str>,
    /// Its log end.
    pub log_end_offset: Offset,
    /// For how long it has not been caught up.
    pub time_since_last_caught_up: SimDuration,
}

/// The choice among `replicas`, of which each could serve the fetch: in the client's rack the
/// leader, else whoever has most, else whoever was caught up last, else the highest id.
#[must_use]
pub fn select_replica(
    client_rack: Option<&str>,
    leader: BrokerId,
    replicas: &[ReplicaView<'_>],
) -> BrokerId {
    let Some(rack) = client_rack else { return leader };
    let in_rack = || replicas.iter().filter(|replica| replica.rack == Some(rack));
    if in_rack().any(|replica| replica.broker == leader) {
        return leader;
    }
    let freshest = in_rack().max_by_key(|replica| {
        let lag = Reverse(replica.time_since_last_caught_up);
        (replica.log_end_offset, lag, replica.broker)
    });
    freshest.map_or(leader, |replica| replica.broker)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const LEADER: BrokerId = BrokerId(1);

    fn replica(broker: u32, rack: &str, end: u64, lag: u64) -> ReplicaView<'_> {
        ReplicaView {
            broker: BrokerId(broker),
            rack: Some(rack),
            log_end_offset: Offset(end),
            time_since_last_caught_up: SimDuration::from_ms(lag),
        }
    }

    #[test]
    fn the_leader_serves_its_own_rack_and_racks_without_a_replica() {
        let replicas = [replica(1, "a", 9, 5), replica(2, "a", 9, 0), replica(3, "b", 9, 0)];
        for (rack, chosen) in [(Some("a"), 1), (Some("b"), 3), (Some("c"), 1), (None, 1)] {
            assert_eq!(select_replica(rack, LEADER, &replicas), BrokerId(chosen), "{rack:?}");
        }
    }

    #[test]
    fn the_freshest_of_a_rack_serves_it() {
        let chosen = |second, third| {
            let replicas = [replica(1, "a", 9, 0), second, third];
            select_replica(Some("b"), LEADER, &replicas).0
        };
        assert_eq!(chosen(replica(2, "b", 9, 5), replica(3, "b", 8, 0)), 2, "it has more");
        assert_eq!(chosen(replica(2, "b", 9, 4), replica(3, "b", 9, 5)), 2, "it is nearer");
        assert_eq!(chosen(replica(2, "b", 9, 5), replica(3, "b", 9, 5)), 3, "by its number");
    }
}
