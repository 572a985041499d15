//! Kafka's settings under their dotted names: whose they are, their unit, default and range.
//!
//! Defaults are those of Kafka 4.1 (`ReplicationConfigs`, `QuorumConfig`, `ServerLogConfigs`,
//! `TopicConfig`, `ProducerConfig`, `ConsumerConfig`). A name that [`not_modelled`] lists is one
//! of Kafka's that changes nothing here: it is accepted with a warning.

mod not_modelled;

use std::fmt;
use std::sync::Arc;

pub use not_modelled::not_modelled;

/// Who may be given a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// server.properties of brokers and controllers; also the cluster-wide and broker defaults.
    Server,
    /// A topic.
    Topic,
    /// A producer.
    Producer,
    /// A consumer.
    Consumer,
}

/// What a setting's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A whole number of milliseconds.
    Ms,
    /// A whole number of seconds.
    Seconds,
    /// A whole number of bytes.
    Bytes,
    /// A whole number.
    Count,
    /// `true` or `false`.
    Bool,
    /// `0`, `1` or `all` (also `-1`).
    Acks,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any text.
    Text,
    /// Numbers of brokers, such as `1,2`, kept as a text.
    Brokers,
}

/// A setting's value, checked against its [`Setting`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigValue {
    /// A number in the setting's own unit; `acks=all` is -1.
    Number(i64),
    /// A switch.
    Bool(bool),
    /// A word or a text.
    Text(Arc<str>),
}

impl fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// The default of a setting, in a form a constant may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A number.
    Number(i64),
    /// A switch.
    Bool(bool),
    /// A word.
    Text(&'static str),
    /// Not set.
    Unset,
}

/// One row of the table of settings.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Which.
    pub key: ConfigKey,
    /// Kafka's dotted name.
    pub name: &'static str,
    /// Whose.
    pub scopes: &'static [Scope],
    /// The form of its value.
    pub kind: ValueKind,
    /// Kafka's default.
    pub default: DefaultValue,
    /// Lowest and highest number allowed; ignored for other kinds.
    pub range: (i64, i64),
    /// What it does here, in one sentence.
    pub about: &'static str,
}

macro_rules! settings {
    ($(
        $key:ident $name:literal $scopes:expr, $kind:expr,
        $default:expr, $range:expr, $about:literal;
    )+) => {
        /// A setting that the simulator models.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ConfigKey {
            $(#[doc = concat!("`", $name, "`: ", $about)] $key,)+
        }

        /// Every modelled setting, in the order in which they are printed.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            key: ConfigKey::$key,
            name: $name,
            scopes: $scopes,
            kind: $kind,
            default: $default,
            range: $range,
            about: $about,
        },)+];
    };
}

const MAX: i64 = i32::MAX as i64;
const LONG: i64 = i64::MAX;
const SERVER: &[Scope] = &[Scope::Server];
const SERVER_AND_TOPIC: &[Scope] = &[Scope::Server, Scope::Topic];
const CLIENTS: &[Scope] = &[Scope::Producer, Scope::Consumer];
const PRODUCER: &[Scope] = &[Scope::Producer];
const CONSUMER: &[Scope] = &[Scope::Consumer];

settings! {
    BrokerHeartbeatIntervalMs "broker.heartbeat.interval.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(2_000), (1, MAX), "how often a broker reports to the controller";
    BrokerSessionTimeoutMs "broker.session.timeout.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(9_000), (1, MAX), "silence after which the controller fences a broker";
    MinInsyncReplicas "min.insync.replicas" SERVER_AND_TOPIC, ValueKind::Count,
        DefaultValue::Number(1), (1, MAX),
        "smallest ISR that acks=all and the high watermark accept";
    UncleanLeaderElectionEnable "unclean.leader.election.enable" SERVER_AND_TOPIC, ValueKind::Bool,
        DefaultValue::Bool(false), (0, 0), "whether a replica outside the ISR may lead";
    DefaultReplicationFactor "default.replication.factor" SERVER, ValueKind::Count,
        DefaultValue::Number(1), (1, 32_767), "replicas of a topic that does not say how many";
    NumPartitions "num.partitions" SERVER, ValueKind::Count,
        DefaultValue::Number(1), (1, MAX), "partitions of a topic that does not say how many";
    ReplicaLagTimeMaxMs "replica.lag.time.max.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(30_000), (0, LONG), "how long a follower may lag and stay in the ISR";
    ReplicaFetchWaitMaxMs "replica.fetch.wait.max.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(500), (0, MAX),
        "how long a follower's empty fetch waits at the leader";
    ReplicaFetchBackoffMs "replica.fetch.backoff.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(1_000), (0, MAX), "a follower's pause after a failed fetch";
    ReplicaSocketTimeoutMs "replica.socket.timeout.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(30_000), (1, MAX), "how long a follower waits for an answer";
    ReplicaHighWatermarkCheckpointIntervalMs "replica.high.watermark.checkpoint.interval.ms"
        SERVER, ValueKind::Ms, DefaultValue::Number(5_000), (1, LONG),
        "how often high watermarks are written to disk";
    ReplicaSelectorClass "replica.selector.class" SERVER,
        ValueKind::Word(&["org.apache.kafka.common.replica.RackAwareReplicaSelector"]),
        DefaultValue::Unset, (0, 0), "whether consumers are sent to a replica in their own rack";
    LogDirs "log.dirs" SERVER, ValueKind::Text, DefaultValue::Text("kafka-logs"), (0, 0),
        "a broker's log directories, with commas between them";
    MetadataLogDir "metadata.log.dir" SERVER, ValueKind::Text, DefaultValue::Unset, (0, 0),
        "the directory of the metadata log; the first of `log.dirs` if it is not said";
    LogDirFailureTimeoutMs "log.dir.failure.timeout.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(30_000), (1, LONG),
        "how long a broker may fail to tell the controller of a failed directory";
    ControllerSocketTimeoutMs "controller.socket.timeout.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(30_000), (1, MAX),
        "how long a broker waits for the controller's answer";
    ControllerQuorumAppendLingerMs "controller.quorum.append.linger.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(25), (0, MAX), "how long the quorum's leader gathers records";
    ControllerQuorumRequestTimeoutMs "controller.quorum.request.timeout.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(2_000), (0, MAX), "how long a node waits for the quorum's answer";
    ControllerQuorumRetryBackoffMs "controller.quorum.retry.backoff.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(20), (0, MAX), "pause before asking the quorum again";
    ControllerQuorumFetchTimeoutMs "controller.quorum.fetch.timeout.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(2_000), (0, MAX),
        "how long a controller follows a leader that it cannot fetch from";
    ControllerQuorumElectionTimeoutMs "controller.quorum.election.timeout.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(1_000), (0, MAX),
        "how long an election of a controller takes at least; at most twice that";
    ControllerQuorumElectionBackoffMaxMs "controller.quorum.election.backoff.max.ms" SERVER,
        ValueKind::Ms, DefaultValue::Number(1_000), (0, MAX),
        "longest pause after a lost election, and of the last preferred successor";
    MetadataMaxIdleIntervalMs "metadata.max.idle.interval.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(500), (0, MAX), "how often an idle controller writes a no-op record";
    AutoLeaderRebalanceEnable "auto.leader.rebalance.enable" SERVER, ValueKind::Bool,
        DefaultValue::Bool(true), (0, 0), "whether preferred leaders get their partitions back";
    LeaderImbalanceCheckIntervalSeconds "leader.imbalance.check.interval.seconds" SERVER,
        ValueKind::Seconds, DefaultValue::Number(300), (1, LONG), "how often leaders are balanced";
    UncleanLeaderElectionIntervalMs "unclean.leader.election.interval.ms" SERVER, ValueKind::Ms,
        DefaultValue::Number(300_000), (1, LONG), "how often leaderless partitions are tried again";
    InitialBrokerRegistrationTimeoutMs "initial.broker.registration.timeout.ms" SERVER,
        ValueKind::Ms, DefaultValue::Number(60_000), (0, MAX), "when a starting broker gives up";
    Acks "acks" PRODUCER, ValueKind::Acks,
        DefaultValue::Number(-1), (-1, 1), "whose word the producer waits for";
    EnableIdempotence "enable.idempotence" PRODUCER, ValueKind::Bool,
        DefaultValue::Bool(true), (0, 0), "whether the broker drops a batch it has already";
    Retries "retries" PRODUCER, ValueKind::Count,
        DefaultValue::Number(MAX), (0, MAX), "how often a failed batch is sent again";
    DeliveryTimeoutMs "delivery.timeout.ms" PRODUCER, ValueKind::Ms,
        DefaultValue::Number(120_000), (0, MAX), "when the producer gives a record up";
    LingerMs "linger.ms" PRODUCER, ValueKind::Ms,
        DefaultValue::Number(5), (0, MAX), "how long a batch waits for company";
    MaxInFlightRequestsPerConnection "max.in.flight.requests.per.connection" PRODUCER,
        ValueKind::Count, DefaultValue::Number(5), (1, MAX), "unanswered requests to one broker";
    BatchSize "batch.size" PRODUCER, ValueKind::Bytes,
        DefaultValue::Number(16_384), (0, MAX), "largest batch";
    RequestTimeoutMs "request.timeout.ms" CLIENTS, ValueKind::Ms,
        DefaultValue::Number(30_000), (0, MAX), "how long a client waits for an answer";
    RetryBackoffMs "retry.backoff.ms" CLIENTS, ValueKind::Ms,
        DefaultValue::Number(100), (0, LONG), "first pause before a client tries again";
    RetryBackoffMaxMs "retry.backoff.max.ms" CLIENTS, ValueKind::Ms,
        DefaultValue::Number(1_000), (0, LONG), "longest pause before a client tries again";
    ReconnectBackoffMs "reconnect.backoff.ms" CLIENTS, ValueKind::Ms,
        DefaultValue::Number(50), (0, LONG), "first pause before connecting again";
    ReconnectBackoffMaxMs "reconnect.backoff.max.ms" CLIENTS, ValueKind::Ms,
        DefaultValue::Number(1_000), (0, LONG), "longest pause before connecting again";
    MetadataMaxAgeMs "metadata.max.age.ms" CLIENTS, ValueKind::Ms,
        DefaultValue::Number(300_000), (0, LONG), "when a client refreshes metadata unasked";
    BootstrapServers "bootstrap.servers" CLIENTS, ValueKind::Brokers, DefaultValue::Unset, (0, 0),
        "whom a client asks that knows no broker, by number; all if it is not said";
    AutoOffsetReset "auto.offset.reset" CONSUMER, ValueKind::Word(&["latest", "earliest", "none"]),
        DefaultValue::Text("latest"), (0, 0), "where a consumer without a position begins";
    FetchMaxWaitMs "fetch.max.wait.ms" CONSUMER, ValueKind::Ms,
        DefaultValue::Number(500), (0, MAX), "how long a consumer's empty fetch waits";
    MaxPollRecords "max.poll.records" CONSUMER, ValueKind::Count,
        DefaultValue::Number(500), (1, MAX), "most records of one poll";
    ClientRack "client.rack" CONSUMER, ValueKind::Text,
        DefaultValue::Unset, (0, 0), "the consumer's rack";
}

impl ConfigKey {
    /// The setting's row in [`SETTINGS`].
    #[must_use]
    pub const fn setting(self) -> &'static Setting {
        &SETTINGS[self as usize]
    }

    /// Whether a topic may have it too.
    #[must_use]
    pub fn is_for_topics(self) -> bool {
        SETTINGS[self as usize].scopes.contains(&Scope::Topic)
    }

    /// Kafka's dotted name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.setting().name
    }

    /// The modelled setting of this dotted name that `scope` may be given.
    #[must_use]
    pub fn named(name: &str, scope: Scope) -> Option<Self> {
        SETTINGS
            .iter()
            .find(|setting| setting.name == name && setting.scopes.contains(&scope))
            .map(|setting| setting.key)
    }
}

/// Settings given by hand; what is not given has Kafka's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(pub crate::SortedMap<ConfigKey, ConfigValue>);

impl Settings {
    /// The number given, or the default; 0 for a setting that is no number.
    #[must_use]
    pub fn number(&self, key: ConfigKey) -> i64 {
        match (self.0.get(&key), key.setting().default) {
            (Some(ConfigValue::Number(number)), _) => *number,
            (None, DefaultValue::Number(number)) => number,
            _ => 0,
        }
    }

    /// The switch given, or the default; off for a setting that is no switch.
    #[must_use]
    pub fn switch(&self, key: ConfigKey) -> bool {
        match (self.0.get(&key), key.setting().default) {
            (Some(ConfigValue::Bool(value)), _) => *value,
            (None, DefaultValue::Bool(value)) => value,
            _ => false,
        }
    }

    /// The text given, or the default, if there is one.
    #[must_use]
    pub fn text(&self, key: ConfigKey) -> Option<&str> {
        match (self.0.get(&key), key.setting().default) {
            (Some(ConfigValue::Text(text)), _) => Some(text),
            (None, DefaultValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A setting in milliseconds (or seconds) as a span; a negative one is no time.
    #[must_use]
    pub fn span(&self, key: ConfigKey) -> crate::SimDuration {
        let number = u64::try_from(self.number(key)).unwrap_or(0);
        match key.setting().kind {
            ValueKind::Seconds => crate::SimDuration::from_secs(number),
            _ => crate::SimDuration::from_ms(number),
        }
    }
    /// Whether a producer with these settings is idempotent, as Kafka 4.1 decides.
    ///
    /// `acks` or `retries` that do not fit switch off an idempotence that is only the default, and
    /// are refused beside `enable.idempotence=true`. More than five requests in flight are refused
    /// unless `enable.idempotence=false` was said.
    ///
    /// Source: `ProducerConfig.postProcessAndValidateIdempotenceConfigs`.
    #[must_use]
    pub fn idempotence(&self) -> Idempotence {
        let asked_for = self.0.contains_key(&ConfigKey::EnableIdempotence);
        if !self.switch(ConfigKey::EnableIdempotence) {
            return Idempotence::Off;
        }
        let without_retries = self.number(ConfigKey::Retries) == 0;
        let without_all_acks = self.number(ConfigKey::Acks) != -1;
        if without_retries && asked_for {
            return Idempotence::RefusedByRetries;
        }
        if without_all_acks && asked_for {
            return Idempotence::RefusedByAcks;
        }
        if self.number(ConfigKey::MaxInFlightRequestsPerConnection) > 5 {
            return Idempotence::RefusedByInFlight;
        }
        if without_retries || without_all_acks { Idempotence::Off } else { Idempotence::On }
    }

    /// The producer's delivery time-out: a default that is less than `linger.ms` and
    /// `request.timeout.ms` together is raised to them.
    ///
    /// Source: `KafkaProducer.configureDeliveryTimeout`.
    #[must_use]
    pub fn delivery_timeout(&self) -> crate::SimDuration {
        let least = self.span(ConfigKey::LingerMs) + self.span(ConfigKey::RequestTimeoutMs);
        let said = self.span(ConfigKey::DeliveryTimeoutMs);
        if self.0.contains_key(&ConfigKey::DeliveryTimeoutMs) { said } else { said.max(least) }
    }
}

/// Whether a producer is idempotent, or which other setting Kafka refuses to combine with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotence {
    /// It is.
    On,
    /// It is not.
    Off,
    /// `retries=0`.
    RefusedByRetries,
    /// `acks` other than all.
    RefusedByAcks,
    /// `max.in.flight.requests.per.connection` above 5.
    RefusedByInFlight,
}
