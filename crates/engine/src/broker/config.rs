//! A broker's settings as spans and numbers, read once when its process starts.
//!
//! Source: Kafka `KafkaConfig`, `ReplicationConfigs`.
//! Uses: nothing.

use epochscope_vocabulary::SimDuration;
use epochscope_vocabulary::config::{ConfigKey, Settings};

/// What a broker does how often, and for how long it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerConfig {
    /// Everything that was set, for defaults of topics.
    pub settings: Settings,
    /// `broker.heartbeat.interval.ms`.
    pub heartbeat_interval: SimDuration,
    /// `broker.session.timeout.ms`.
    pub session_timeout: SimDuration,
    /// `initial.broker.registration.timeout.ms`.
    pub initial_registration_timeout: SimDuration,
    /// `replica.lag.time.max.ms`.
    pub replica_lag_time_max: SimDuration,
    /// `replica.fetch.wait.max.ms`.
    pub replica_fetch_wait_max: SimDuration,
    /// `replica.fetch.backoff.ms`.
    pub replica_fetch_backoff: SimDuration,
    /// `replica.socket.timeout.ms`.
    pub replica_socket_timeout: SimDuration,
    /// `replica.high.watermark.checkpoint.interval.ms`.
    pub high_watermark_checkpoint_interval: SimDuration,
    /// Whether `replica.selector.class` chooses by racks.
    pub selects_racks: bool,
    /// `log.dir.failure.timeout.ms`.
    pub log_dir_failure_timeout: SimDuration,
    /// `controller.socket.timeout.ms`.
    pub controller_socket_timeout: SimDuration,
    /// `controller.quorum.request.timeout.ms`.
    pub quorum_request_timeout: SimDuration,
    /// `controller.quorum.retry.backoff.ms`.
    pub quorum_retry_backoff: SimDuration,
}

impl From<Settings> for BrokerConfig {
    fn from(settings: Settings) -> Self {
        let span = |key| settings.span(key);
        Self {
            heartbeat_interval: span(ConfigKey::BrokerHeartbeatIntervalMs),
            session_timeout: span(ConfigKey::BrokerSessionTimeoutMs),
            initial_registration_timeout: span(ConfigKey::InitialBrokerRegistrationTimeoutMs),
            replica_lag_time_max: span(ConfigKey::ReplicaLagTimeMaxMs),
            replica_fetch_wait_max: span(ConfigKey::ReplicaFetchWaitMaxMs),
            replica_fetch_backoff: span(ConfigKey::ReplicaFetchBackoffMs),
            replica_socket_timeout: span(ConfigKey::ReplicaSocketTimeoutMs),
            high_watermark_checkpoint_interval: span(
                ConfigKey::ReplicaHighWatermarkCheckpointIntervalMs,
            ),
            selects_racks: settings.text(ConfigKey::ReplicaSelectorClass).is_some(),
            log_dir_failure_timeout: span(ConfigKey::LogDirFailureTimeoutMs),
            controller_socket_timeout: span(ConfigKey::ControllerSocketTimeoutMs),
            quorum_request_timeout: span(ConfigKey::ControllerQuorumRequestTimeoutMs),
            quorum_retry_backoff: span(ConfigKey::ControllerQuorumRetryBackoffMs),
            settings,
        }
    }
}
