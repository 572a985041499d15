//! What a broker or controller reports of itself over JMX: one table of names.
//!
//! A metric is read from the process that reports it, by its own metadata and its own logs: a
//! leader that does not know yet that it was deposed still counts itself. Nothing is computed for
//! the metrics alone but [`meters`], which count where the thing happens and begin at zero with
//! each process, as Kafka's do. Of a meter (`...PerSec`) the value is its `Count`.
//!
//! Source: Kafka `ReplicaManager`, `Partition`, `AbstractFetcherManager`, `BrokerTopicMetrics`,
//! `DelayedOperationPurgatory`, `BrokerServerMetrics`, `QuorumControllerMetrics`,
//! `ControllerMetadataMetrics`, `ControllerMetricsChanges`.
//! Simplified: metrics of topics, of requests and of the quorum itself are not there, nor rates.
//! Simplified: the metadata log has no timestamps, so nobody reports a lag in milliseconds.
//! Uses: `release`.

pub mod meters;
pub mod thresholds;

use crate::release::Release;

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// A broker's, of all that it hosts.
    Broker(BrokerMetric),
    /// A controller's.
    Controller(ControllerMetric),
    /// A broker's, of one of its replicas.
    Replica(ReplicaMetric),
}

/// What all processes report, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Their sum.
    Sum,
    /// The greatest.
    Greatest,
    /// What the active controller says: all controllers report the same thing.
    Active,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct MetricRow {
    /// Which.
    pub metric: Metric,
    /// The name up to its last word.
    prefix: &'static str,
    /// The last word: what people call it.
    word: &'static str,
    /// What tells it from others of that word; with an equals sign.
    tag: &'static str,
    /// What its processes report, taken together.
    pub whole: Whole,
    /// What it says.
    pub about: &'static str,
}

/// Which metric a text names, and of which replica: its topic and partition.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its row.
    pub row: &'static MetricRow,
    /// The partition, as the text has it.
    pub of: Option<(&'a str, u32)>,
}

macro_rules! metrics {
    ($($(#[$about:meta])* $kind:ident $enum:ident {
        $($name:ident $prefix:ident $word:literal $tag:literal $whole:ident, $says:literal;)+
    })+) => {
        $($(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $enum { $(#[doc = concat!("`", $word, "`: ", $says)] $name,)+ })+

        /// All metrics, in the order of the reference.
        pub const METRICS: &[MetricRow] = &[$($(MetricRow {
            metric: Metric::$kind($enum::$name),
            prefix: $prefix,
            word: $word,
            tag: $tag,
            whole: Whole::$whole,
            about: $says,
        },)+)+];
    };
}

const REPLICA_MANAGER: &str = "kafka.server:type=ReplicaManager,name=";
const LOG_MANAGER: &str = "kafka.log:type=LogManager,name=";
const FETCHER_MANAGER: &str = "kafka.server:type=ReplicaFetcherManager,name=";
const TOPICS: &str = "kafka.server:type=BrokerTopicMetrics,name=";
const PURGATORY: &str = "kafka.server:type=DelayedOperationPurgatory,name=";
const BROKER_METADATA: &str = "kafka.server:type=broker-metadata-metrics:";
const CONTROLLER: &str = "kafka.controller:type=KafkaController,name=";
const CONTROLLER_STATS: &str = "kafka.controller:type=ControllerStats,name=";
const PARTITION: &str = "kafka.cluster:type=Partition,name=";
const LOG: &str = "kafka.log:type=Log,name=";
/// The tag of replica fetchers, the only ones that a broker has.
const REPLICA_CLIENT: &str = "clientId=Replica";

metrics! {
    /// What a broker reports of all that it hosts.
    Broker BrokerMetric {
        UnderReplicatedPartitions REPLICA_MANAGER "UnderReplicatedPartitions" "" Sum,
            "partitions it leads whose ISR lacks a replica";
        UnderMinIsrPartitionCount REPLICA_MANAGER "UnderMinIsrPartitionCount" "" Sum,
            "partitions it leads with an ISR below min.insync.replicas";
        AtMinIsrPartitionCount REPLICA_MANAGER "AtMinIsrPartitionCount" "" Sum,
            "partitions it leads with an ISR of just min.insync.replicas";
        LeaderCount REPLICA_MANAGER "LeaderCount" "" Sum, "partitions it believes it leads";
        PartitionCount REPLICA_MANAGER "PartitionCount" "" Sum,
            "replicas it hosts, offline ones too";
        OfflineReplicaCount REPLICA_MANAGER "OfflineReplicaCount" "" Sum,
            "replicas whose log directory failed";
        OfflineLogDirectoryCount LOG_MANAGER "OfflineLogDirectoryCount" "" Sum,
            "log directories that failed";
        ReassigningPartitions REPLICA_MANAGER "ReassigningPartitions" "" Sum,
            "partitions it leads that are being reassigned";
        IsrShrinksPerSec REPLICA_MANAGER "IsrShrinksPerSec" "" Sum,
            "ISRs it has made smaller, as the controller's answer said";
        IsrExpandsPerSec REPLICA_MANAGER "IsrExpandsPerSec" "" Sum,
            "ISRs it has made larger, as the controller's answer said";
        FailedIsrUpdatesPerSec REPLICA_MANAGER "FailedIsrUpdatesPerSec" "" Sum,
            "its changes of ISRs that the controller refused";
        MaxLag FETCHER_MANAGER "MaxLag" "clientId=Replica" Greatest,
            "records it is behind the high watermark of a leader, at most";
        FailedPartitionsCount FETCHER_MANAGER "FailedPartitionsCount" "clientId=Replica" Sum,
            "replicas that no longer fetch until metadata tells of a new epoch";
        ProducePurgatorySize PURGATORY "PurgatorySize" "delayedOperation=Produce" Sum,
            "partitions that produces with acks=all wait for";
        FetchPurgatorySize PURGATORY "PurgatorySize" "delayedOperation=Fetch" Sum,
            "partitions that fetches wait for";
        MessagesInPerSec TOPICS "MessagesInPerSec" "" Sum, "records that producers wrote to it";
        BytesInPerSec TOPICS "BytesInPerSec" "" Sum, "their bytes";
        BytesOutPerSec TOPICS "BytesOutPerSec" "" Sum, "bytes that consumers read from it";
        ReplicationBytesInPerSec TOPICS "ReplicationBytesInPerSec" "" Sum,
            "bytes that it copied from leaders";
        ReplicationBytesOutPerSec TOPICS "ReplicationBytesOutPerSec" "" Sum,
            "bytes that followers copied from it";
        LastAppliedRecordOffset BROKER_METADATA "last-applied-record-offset" "" Greatest,
            "the last metadata record it has applied";
    }
    /// What a controller reports.
    Controller ControllerMetric {
        ActiveControllerCount CONTROLLER "ActiveControllerCount" "" Sum,
            "1 if it believes it is the active one";
        OfflinePartitionsCount CONTROLLER "OfflinePartitionsCount" "" Active,
            "partitions without a leader";
        PreferredReplicaImbalanceCount CONTROLLER "PreferredReplicaImbalanceCount" "" Active,
            "partitions not led by their first replica";
        GlobalTopicCount CONTROLLER "GlobalTopicCount" "" Active, "topics";
        GlobalPartitionCount CONTROLLER "GlobalPartitionCount" "" Active, "partitions";
        ActiveBrokerCount CONTROLLER "ActiveBrokerCount" "" Active, "brokers that are not fenced";
        FencedBrokerCount CONTROLLER "FencedBrokerCount" "" Active, "brokers that are fenced";
        LastAppliedRecordOffset CONTROLLER "LastAppliedRecordOffset" "" Active,
            "the last metadata record it has applied, committed or not";
        LastCommittedRecordOffset CONTROLLER "LastCommittedRecordOffset" "" Active,
            "the last metadata record it knows committed";
        UncleanLeaderElectionsPerSec CONTROLLER_STATS "UncleanLeaderElectionsPerSec" "" Active,
            "leaders from outside of ISR and ELR, of those it has seen elected";
        ElectionFromEligibleLeaderReplicasPerSec CONTROLLER_STATS
            "ElectionFromEligibleLeaderReplicasPerSec" "" Active,
            "leaders from the ELR, of those it has seen elected";
    }
    /// What a broker reports of one of its replicas.
    Replica ReplicaMetric {
        UnderReplicated PARTITION "UnderReplicated" "" Sum, "1 if its ISR lacks a replica";
        UnderMinIsr PARTITION "UnderMinIsr" "" Sum, "1 if its ISR is below min.insync.replicas";
        AtMinIsr PARTITION "AtMinIsr" "" Sum, "1 if its ISR is just min.insync.replicas";
        InSyncReplicasCount PARTITION "InSyncReplicasCount" "" Sum,
            "members of its ISR at a leader, 0 at a follower";
        ReplicasCount PARTITION "ReplicasCount" "" Sum,
            "its replicas at a leader, without those being added; 0 at a follower";
        LogEndOffset LOG "LogEndOffset" "" Greatest, "the offset of the next record";
        LogStartOffset LOG "LogStartOffset" "" Greatest, "the first offset still there";
    }
}

/// Metrics that guides speak of and that only a ZooKeeper controller reports.
pub const OF_ZOOKEEPER_ONLY: &[&str] = &["LeaderElectionRateAndTimeMs"];

impl MetricRow {
    /// The JMX name; of a replica's metric without its topic and partition.
    #[must_use]
    pub fn jmx_name(&self) -> String {
        let comma = if self.tag.is_empty() { "" } else { "," };
        [self.prefix, self.word, comma, self.tag].concat()
    }

    /// The name without what all others of its kind share.
    #[must_use]
    pub fn short_name(&self) -> String {
        let has_tag = !self.tag.is_empty() && self.tag != REPLICA_CLIENT;
        if has_tag { [self.word, ",", self.tag].concat() } else { self.word.to_owned() }
    }

    /// The first release of those modelled that has it; none if all have.
    #[must_use]
    pub fn since(&self) -> Option<Release> {
        match self.word {
            "UncleanLeaderElectionsPerSec" => Some(Release::V3_9),
            "ElectionFromEligibleLeaderReplicasPerSec" => Some(Release::V4_1_0),
            _ => None,
        }
    }

    /// Whether it is of one replica.
    #[must_use]
    pub const fn is_of_a_replica(&self) -> bool {
        matches!(self.metric, Metric::Replica(_))
    }

    /// Whether it is a meter: the value is how often it has happened.
    #[must_use]
    pub fn is_a_meter(&self) -> bool {
        self.word.ends_with("PerSec")
    }

    /// Whether these properties are its own, in any order; the first of its name may be left out.
    fn fits(&self, parts: &[&str]) -> bool {
        let is_word =
            |part: &&str| *part == self.word || part.strip_prefix("name=") == Some(self.word);
        let is_place = |part: &str| split(self.prefix).any(|own| own == part) && !part.is_empty();
        let is_known = |part: &&str| {
            is_word(part)
                || is_place(part)
                || (*part == self.tag && !part.is_empty())
                || (self.is_of_a_replica() && place_of(part).is_some())
        };
        let has_tag = parts.contains(&self.tag);
        parts.iter().any(is_word)
            && parts.iter().all(is_known)
            && (has_tag || self.tag.is_empty() || self.tag == REPLICA_CLIENT)
    }
}

impl<'a> Named<'a> {
    /// The metric that is named so: by its JMX name, its properties in any order, or by what of it
    /// follows `name=`.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = split(text).collect();
        let row = METRICS.iter().find(|row| row.fits(&parts))?;
        let property = |name: &str| {
            parts.iter().filter_map(|part| place_of(part)).find(|(key, _)| *key == name)
        };
        let topic = property("topic").map(|(_, topic)| topic);
        let partition = property("partition").and_then(|(_, number)| number.parse().ok());
        Some(Self { row, of: topic.zip(partition) })
    }
}

fn split(name: &str) -> impl Iterator<Item = &str> {
    name.split([':', ','])
}

/// A property that says of which replica.
fn place_of(part: &str) -> Option<(&str, &str)> {
    part.split_once('=').filter(|(key, _)| matches!(*key, "topic" | "partition"))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_name_long_or_short_leads_to_its_own_row() {
        for row in METRICS {
            let full = row.jmx_name();
            for name in [&full, &row.short_name()] {
                let found = Named::read(name).map(|named| named.row.metric);
                assert_eq!(found, Some(row.metric), "{name}");
            }
        }
    }

    #[test]
    fn properties_stand_in_any_order() {
        let name = "kafka.cluster:type=Partition,topic=orders,name=UnderReplicated,partition=3";
        let named = Named::read(name).expect("it is one");
        assert_eq!(named.row.metric, Metric::Replica(ReplicaMetric::UnderReplicated));
        assert_eq!(named.of, Some(("orders", 3)));
        assert_eq!(
            Named::read("UnderReplicated,topic=orders,partition=3").map(|one| one.of),
            Some(Some(("orders", 3)))
        );
    }

    #[test]
    fn what_is_not_quite_a_name_is_none() {
        for name in [
            "",
            "UnderReplicatedPartition",
            "kafka.server:type=KafkaController,name=UnderReplicatedPartitions",
            "kafka.server:type=ReplicaManager",
            "PurgatorySize",
            "PurgatorySize,delayedOperation=Rebalance",
            "LeaderCount,topic=orders,partition=0",
        ] {
            assert!(Named::read(name).is_none(), "{name}");
        }
    }
}
