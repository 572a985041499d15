//! What a client makes of Kafka's errors.
//!
//! Source: Kafka `Errors` and the classes of its exceptions (`RetriableException`,
//! `InvalidMetadataException`).
//! Uses: nothing.

use epochscope_vocabulary::ErrorCode;

/// Whether a producer may send again what was refused with this error.
pub(crate) const fn is_retriable(error: ErrorCode) -> bool {
    use ErrorCode as E;
    matches!(
        error,
        E::UnknownTopicOrPartition
            | E::LeaderNotAvailable
            | E::NotLeaderOrFollower
            | E::RequestTimedOut
            | E::NetworkException
            | E::NotEnoughReplicas
            | E::NotEnoughReplicasAfterAppend
            | E::NotController
            | E::KafkaStorageError
            | E::FencedLeaderEpoch
            | E::UnknownLeaderEpoch
            | E::OffsetNotAvailable
            | E::UnknownTopicId
    )
}

/// Whether an error says that the client's metadata is wrong (`InvalidMetadataException`).
pub(crate) const fn disproves_metadata(error: ErrorCode) -> bool {
    use ErrorCode as E;
    matches!(
        error,
        E::UnknownTopicOrPartition
            | E::LeaderNotAvailable
            | E::NotLeaderOrFollower
            | E::NetworkException
            | E::KafkaStorageError
            | E::FencedLeaderEpoch
            | E::UnknownTopicId
    )
}
