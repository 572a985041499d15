//! Kafka's protocol errors, with the names and codes of `Errors.java`.

use std::fmt;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $name:literal;)+) => {
        /// A Kafka protocol error: data inside a response, never a Rust error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $variant,)+ }

        impl ErrorCode {
            /// Every code, in order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name as Kafka prints it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The number on the wire.
            #[must_use]
            pub const fn code(self) -> i16 {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

error_codes! {
    /// The node's own state contradicts itself.
    UnknownServerError = -1 "UNKNOWN_SERVER_ERROR";
    /// No error.
    None = 0 "NONE";
    /// The offset is below the log's start or above its end.
    OffsetOutOfRange = 1 "OFFSET_OUT_OF_RANGE";
    /// This broker knows no such topic or partition.
    UnknownTopicOrPartition = 3 "UNKNOWN_TOPIC_OR_PARTITION";
    /// There is no leader at this moment.
    LeaderNotAvailable = 5 "LEADER_NOT_AVAILABLE";
    /// The asked broker is not the leader, or no replica at all.
    NotLeaderOrFollower = 6 "NOT_LEADER_OR_FOLLOWER";
    /// The replicas did not get the record in time, or nobody answered in time.
    RequestTimedOut = 7 "REQUEST_TIMED_OUT";
    /// The broker shuts down.
    BrokerNotAvailable = 8 "BROKER_NOT_AVAILABLE";
    /// The connection broke before the answer came.
    NetworkException = 13 "NETWORK_EXCEPTION";
    /// The topic's name is not allowed.
    InvalidTopicException = 17 "INVALID_TOPIC_EXCEPTION";
    /// Fewer in-sync replicas than `min.insync.replicas`: nothing was written.
    NotEnoughReplicas = 19 "NOT_ENOUGH_REPLICAS";
    /// As above, found out after the record was written.
    NotEnoughReplicasAfterAppend = 20 "NOT_ENOUGH_REPLICAS_AFTER_APPEND";
    /// `acks` is none of -1, 0 and 1.
    InvalidRequiredAcks = 21 "INVALID_REQUIRED_ACKS";
    /// The sender may not do this with the topic.
    TopicAuthorizationFailed = 29 "TOPIC_AUTHORIZATION_FAILED";
    /// The version does not have this.
    UnsupportedVersion = 35 "UNSUPPORTED_VERSION";
    /// The topic exists already.
    TopicAlreadyExists = 36 "TOPIC_ALREADY_EXISTS";
    /// The number of partitions is not allowed.
    InvalidPartitions = 37 "INVALID_PARTITIONS";
    /// The replication factor is not allowed, or more than there are brokers.
    InvalidReplicationFactor = 38 "INVALID_REPLICATION_FACTOR";
    /// The list of replicas is not allowed.
    InvalidReplicaAssignment = 39 "INVALID_REPLICA_ASSIGNMENT";
    /// The setting or its value is not allowed.
    InvalidConfig = 40 "INVALID_CONFIG";
    /// The asked controller is not the active one.
    NotController = 41 "NOT_CONTROLLER";
    /// The request contradicts itself or the state it speaks of.
    InvalidRequest = 42 "INVALID_REQUEST";
    /// A policy forbids it.
    PolicyViolation = 44 "POLICY_VIOLATION";
    /// A sequence number is missing before this one.
    OutOfOrderSequenceNumber = 45 "OUT_OF_ORDER_SEQUENCE_NUMBER";
    /// The sequence number was seen before.
    DuplicateSequenceNumber = 46 "DUPLICATE_SEQUENCE_NUMBER";
    /// A newer incarnation of this producer exists.
    InvalidProducerEpoch = 47 "INVALID_PRODUCER_EPOCH";
    /// Not tried, because another part of the request failed.
    OperationNotAttempted = 55 "OPERATION_NOT_ATTEMPTED";
    /// The log directory does not work.
    KafkaStorageError = 56 "KAFKA_STORAGE_ERROR";
    /// The sender's leader epoch is older than the receiver's.
    FencedLeaderEpoch = 74 "FENCED_LEADER_EPOCH";
    /// The sender's leader epoch is newer than the receiver's.
    UnknownLeaderEpoch = 75 "UNKNOWN_LEADER_EPOCH";
    /// The sender's broker epoch is not the registered one.
    StaleBrokerEpoch = 77 "STALE_BROKER_EPOCH";
    /// The leader is new and does not know yet how far is committed.
    OffsetNotAvailable = 78 "OFFSET_NOT_AVAILABLE";
    /// The preferred leader may not lead now.
    PreferredLeaderNotAvailable = 80 "PREFERRED_LEADER_NOT_AVAILABLE";
    /// No replica may lead now.
    EligibleLeadersNotAvailable = 83 "ELIGIBLE_LEADERS_NOT_AVAILABLE";
    /// The partition has the leader that was asked for.
    ElectionNotNeeded = 84 "ELECTION_NOT_NEEDED";
    /// The partition is not being reassigned.
    NoReassignmentInProgress = 85 "NO_REASSIGNMENT_IN_PROGRESS";
    /// The partition's registration has changed since.
    InvalidUpdateVersion = 95 "INVALID_UPDATE_VERSION";
    /// No topic has this id.
    UnknownTopicId = 100 "UNKNOWN_TOPIC_ID";
    /// Another incarnation with this id still has its session.
    DuplicateBrokerRegistration = 101 "DUPLICATE_BROKER_REGISTRATION";
    /// No broker with this id is registered.
    BrokerIdNotRegistered = 102 "BROKER_ID_NOT_REGISTERED";
    /// A proposed member of the ISR may not be one.
    IneligibleReplica = 107 "INELIGIBLE_REPLICA";
    /// The same change made another replica the leader.
    NewLeaderElected = 108 "NEW_LEADER_ELECTED";
    /// A registration contradicts itself, or lacks the log directories.
    InvalidRegistration = 119 "INVALID_REGISTRATION";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
