//! When a metric is a reason to alert somebody: what published guides say, as data.
//!
//! Values and severities are the guides'; a guide's rate above zero is here a count above zero,
//! so that such a light stays on until the process ends. Lights know no duration: where a guide
//! waits for seconds or minutes before it alerts, the light is on at once.
//!
//! Uses: nothing.

use super::{BrokerMetric, ControllerMetric, METRICS, Metric, MetricRow, ReplicaMetric};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// As it should be.
    Ok,
    /// A warning.
    Warn,
    /// Critical.
    Bad,
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// What each process reports, if above this.
    Above(u64),
    /// What all processes report together, if other than this.
    TogetherNot(u64),
}

/// A published guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guide {
    /// Apache Kafka's own documentation, its column of normal values.
    ApacheKafka,
    /// Confluent Platform's, which says on what to alert at least.
    Confluent,
    /// Datadog's recommended monitors.
    Datadog,
    /// Grafana Labs' library of alerts.
    Grafana,
    /// The alerts among Strimzi's examples.
    Strimzi,
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Threshold {
    /// Of which metric.
    pub metric: Metric,
    /// When.
    pub limit: Limit,
    /// How bad that is.
    pub light: Light,
    /// Who says so.
    pub guides: &'static [Guide],
}

/// All rules; at most one a metric.
pub const THRESHOLDS: &[Threshold] = &[
    of_controller(
        ControllerMetric::ActiveControllerCount,
        Limit::TogetherNot(1),
        Light::Bad,
        &[Guide::Confluent, Guide::Grafana, Guide::Strimzi],
    ),
    of_controller(
        ControllerMetric::OfflinePartitionsCount,
        Limit::Above(0),
        Light::Bad,
        &[Guide::Confluent, Guide::Grafana, Guide::Datadog, Guide::Strimzi],
    ),
    of_controller(
        ControllerMetric::UncleanLeaderElectionsPerSec,
        Limit::Above(0),
        Light::Bad,
        &[Guide::Confluent, Guide::Grafana],
    ),
    of_controller(
        ControllerMetric::ElectionFromEligibleLeaderReplicasPerSec,
        Limit::Above(0),
        Light::Warn,
        &[Guide::ApacheKafka],
    ),
    of_broker(
        BrokerMetric::UnderReplicatedPartitions,
        Light::Warn,
        &[Guide::Strimzi, Guide::Datadog, Guide::ApacheKafka],
    ),
    of_broker(
        BrokerMetric::UnderMinIsrPartitionCount,
        Light::Warn,
        &[Guide::Strimzi, Guide::ApacheKafka],
    ),
    of_broker(BrokerMetric::AtMinIsrPartitionCount, Light::Warn, &[Guide::ApacheKafka]),
    of_broker(BrokerMetric::IsrShrinksPerSec, Light::Warn, &[Guide::Grafana]),
    of_broker(
        BrokerMetric::OfflineLogDirectoryCount,
        Light::Warn,
        &[Guide::Strimzi, Guide::ApacheKafka],
    ),
    of_replica(ReplicaMetric::UnderReplicated, &[Guide::Datadog]),
];

const fn of_controller(
    metric: ControllerMetric,
    limit: Limit,
    light: Light,
    guides: &'static [Guide],
) -> Threshold {
    Threshold { metric: Metric::Controller(metric), limit, light, guides }
}

const fn of_broker(metric: BrokerMetric, light: Light, guides: &'static [Guide]) -> Threshold {
    Threshold { metric: Metric::Broker(metric), limit: Limit::Above(0), light, guides }
}

const fn of_replica(metric: ReplicaMetric, guides: &'static [Guide]) -> Threshold {
    let metric = Metric::Replica(metric);
    Threshold { metric, limit: Limit::Above(0), light: Light::Warn, guides }
}

impl Threshold {
    /// Its metric's row.
    #[must_use]
    pub fn row(&self) -> Option<&'static MetricRow> {
        METRICS.iter().find(|row| row.metric == self.metric)
    }
}

impl Light {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

impl Guide {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::ApacheKafka, Self::Confluent, Self::Datadog, Self::Grafana, Self::Strimzi];

    /// Whose it is.
    #[must_use]
    pub const fn publisher(self) -> &'static str {
        match self {
            Self::ApacheKafka => "Apache Kafka",
            Self::Confluent => "Confluent",
            Self::Datadog => "Datadog",
            Self::Grafana => "Grafana Labs",
            Self::Strimzi => "Strimzi",
        }
    }

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ApacheKafka => "\"Monitoring\", the column of normal values",
            Self::Confluent => "\"Broker and Controller Metrics\"",
            Self::Datadog => "\"Monitors and Automation\" of Data Streams Monitoring",
            Self::Grafana => "`kafka-observ-lib/alerts.libsonnet` in \"jsonnet-libs\"",
            Self::Strimzi => "`examples/metrics/prometheus-install/prometheus-rules.yaml`",
        }
    }

    /// Where it is published.
    #[must_use]
    pub const fn address(self) -> &'static str {
        match self {
            Self::ApacheKafka => "https://kafka.apache.org/41/operations/monitoring/",
            Self::Confluent => {
                "https://docs.confluent.io/platform/current/kafka/broker-metrics.html"
            }
            Self::Datadog => {
                "https://docs.datadoghq.com/data_streams/kafka/monitors_and_automation/"
            }
            Self::Grafana => "https://github.com/grafana/jsonnet-libs",
            Self::Strimzi => "https://github.com/strimzi/strimzi-kafka-operator",
        }
    }
}

/// The rule of a metric, if a guide has one.
#[must_use]
pub fn threshold_of(metric: Metric) -> Option<&'static Threshold> {
    THRESHOLDS.iter().find(|one| one.metric == metric)
}

/// The light for what one process reports: none where no guide says anything of one process.
#[must_use]
pub fn light_of(metric: Metric, value: u64) -> Option<Light> {
    let threshold = threshold_of(metric)?;
    match threshold.limit {
        Limit::Above(limit) => Some(if value > limit { threshold.light } else { Light::Ok }),
        Limit::TogetherNot(_) => None,
    }
}

/// The light for what all processes report together: the worst of theirs, or that of the sum.
#[must_use]
pub fn light_of_all(metric: Metric, each: &[u64]) -> Option<Light> {
    let threshold = threshold_of(metric)?;
    match threshold.limit {
        Limit::Above(_) => each.iter().filter_map(|value| light_of(metric, *value)).max(),
        Limit::TogetherNot(wanted) => {
            let together: u64 = each.iter().sum();
            Some(if together == wanted { Light::Ok } else { threshold.light })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn lights_are_on_above_a_limit_or_where_the_sum_is_another() {
        let under_replicated = Metric::Broker(BrokerMetric::UnderReplicatedPartitions);
        let active = Metric::Controller(ControllerMetric::ActiveControllerCount);
        let leaders = Metric::Broker(BrokerMetric::LeaderCount);
        let table: &[(Metric, &[u64], Option<Light>)] = &[
            (under_replicated, &[0, 0], Some(Light::Ok)),
            (under_replicated, &[0, 2], Some(Light::Warn)),
            (under_replicated, &[], None),
            (active, &[0, 1, 0], Some(Light::Ok)),
            (active, &[1, 1, 0], Some(Light::Bad)),
            (active, &[], Some(Light::Bad)),
            (leaders, &[0, 7], None),
        ];
        for (metric, each, expected) in table {
            assert_eq!(light_of_all(*metric, each), *expected, "{metric:?} {each:?}");
        }
        assert_eq!(light_of(active, 0), None, "one controller alone is no reason");
    }

    #[test]
    fn a_metric_has_one_rule_at_most_and_every_rule_a_guide() {
        for (at, one) in THRESHOLDS.iter().enumerate() {
            assert!(THRESHOLDS[..at].iter().all(|other| other.metric != one.metric));
            assert!(!one.guides.is_empty() && one.row().is_some());
        }
    }
}
