//! The placement that Kafka's design documents draw: partition `i` has its replica `j` at broker
//! `(i + j) mod n`. No release does this: without a shift, all that one broker leads is followed by
//! the same brokers. It is here to be compared with.
//!
//! Source: "Kafka Replication" design notes of 0.8.
//! Uses: `admin_utils`, for its words.

use epochscope_vocabulary::BrokerId;

use super::admin_utils::{PlacementError, Wanted};

/// Replicas for the partitions wanted, over the brokers in the order given.
///
/// # Errors
/// As Kafka's own placement: if nothing is wanted, or there are too few brokers.
pub fn place_as_documented(
    brokers: &[BrokerId],
    wanted: Wanted,
) -> Result<Vec<Vec<BrokerId>>, PlacementError> {
    let Wanted { partitions, replication_factor, start_partition_id } = wanted;
    let replicas = usize::try_from(replication_factor).unwrap_or(usize::MAX);
    if partitions == 0 {
        return Err(PlacementError::NoPartitions);
    }
    if replicas == 0 {
        return Err(PlacementError::NoReplicas);
    }
    if replicas > brokers.len() {
        let brokers = brokers.len();
        return Err(PlacementError::TooFewBrokers { replication_factor, brokers });
    }
    let first = usize::try_from(start_partition_id).unwrap_or(0);
    let mut turn = brokers.iter().copied().cycle().skip(first % brokers.len());
    let list = |_| {
        let replicas = turn.clone().take(replicas).collect();
        turn.next();
        replicas
    };
    Ok((0..partitions).map(list).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn each_partition_is_one_further_on() {
        let brokers = [5, 6, 7].map(BrokerId);
        let wanted = Wanted { partitions: 4, replication_factor: 2, start_partition_id: 0 };
        let placed = place_as_documented(&brokers, wanted);
        let expected = [[5, 6], [6, 7], [7, 5], [5, 6]].map(|list| list.map(BrokerId).to_vec());
        assert_eq!(placed, Ok(expected.to_vec()));
        let later = place_as_documented(&brokers, Wanted { start_partition_id: 2, ..wanted });
        assert_eq!(later.map(|lists| lists[0].clone()), Ok(expected[2].clone()));
        let too_many = Wanted { replication_factor: 4, ..wanted };
        let error = PlacementError::TooFewBrokers { replication_factor: 4, brokers: 3 };
        assert_eq!(place_as_documented(&brokers, too_many), Err(error));
    }
}
