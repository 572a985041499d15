//! What `kafka-topics.sh --describe` prints, byte for byte.
//!
//! One line for the topic, one for each partition, with tabs. Settings are printed when they are
//! not Kafka's default, wherever they were given. The replication factor is that of the first
//! partition, without the replicas that a reassignment is adding.
//!
//! Source: Kafka `TopicCommand`; the columns `Elr` and `LastKnownElr` are KIP-966's.
//! Simplified: a topic's id is made up from its number, in the form of Kafka's.
//! Uses: `metadata`.

use std::fmt::{Display, Write};

use epochscope_vocabulary::config::{ConfigKey, ConfigValue, SETTINGS, Scope, Settings};
use epochscope_vocabulary::metadata_record::ConfigResource;
use epochscope_vocabulary::put_in_order;
use epochscope_vocabulary::rpc::DescribeTopicPartitionsResponse;
use epochscope_vocabulary::{BrokerId, ErrorCode, TopicId};

use crate::metadata::partition_registration::PartitionRegistration;
use crate::metadata::{MetadataImage, TopicImage};

/// A topic as the tool is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicDescription {
    /// Its name.
    pub name: String,
    /// Its id; old brokers know none.
    pub id: Option<String>,
    /// Settings that are not the default, in printed order.
    pub configs: Vec<(String, String)>,
    /// Its partitions in order.
    pub partitions: Vec<PartitionDescription>,
}

/// A partition as the tool is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionDescription {
    /// The leader.
    pub leader: Option<BrokerId>,
    /// Assigned replicas.
    pub replicas: Vec<BrokerId>,
    /// In-sync replicas in stored order.
    pub isr: Vec<BrokerId>,
    /// The reassignment under way.
    pub reassignment: Option<Reassignment>,
    /// Eligible leader replicas; before 3.8 brokers do not tell.
    pub elr: Option<Vec<BrokerId>>,
    /// The last known leader; before 3.8 brokers do not tell.
    pub last_known_elr: Option<Vec<BrokerId>>,
}

/// A reassignment under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reassignment {
    /// Replicas that it adds.
    pub adding: Vec<BrokerId>,
    /// Replicas that it removes.
    pub removing: Vec<BrokerId>,
}

/// What the tool's filters ask of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// `--under-replicated-partitions`
    UnderReplicated,
    /// `--unavailable-partitions`
    Unavailable,
    /// `--under-min-isr-partitions`
    UnderMinIsr,
    /// `--at-min-isr-partitions`
    AtMinIsr,
}

/// Whether the tool prints what KIP-966 adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// No (before 3.8).
    WithoutElr,
    /// Yes, but the broker that was asked does not tell: `N/A`.
    ElrNotTold,
    /// Yes: `Elr` and `LastKnownElr`.
    WithElr,
}

impl Columns {
    /// What the tool prints when a broker of this release answers.
    #[must_use]
    pub const fn told_by(self, broker: Self) -> Self {
        match (self, broker) {
            (Self::WithElr, Self::WithoutElr) => Self::ElrNotTold,
            (Self::WithoutElr | Self::ElrNotTold | Self::WithElr, _) => self,
        }
    }
}

/// The answer to `--describe` for one topic or for all, out of what `image` knows.
#[must_use]
pub fn describe_topics(
    image: &MetadataImage,
    topic: Option<&str>,
    settings: &Settings,
    columns: Columns,
) -> DescribeTopicPartitionsResponse {
    let text_of = |topic| describe(image, topic, settings).text_with(columns);
    let Some(name) = topic else {
        let all = image.topics_by_name().map(text_of);
        let text = all.collect::<String>().into();
        return DescribeTopicPartitionsResponse { error: ErrorCode::None, text };
    };
    match image.topic_named(name) {
        Some(topic) => {
            DescribeTopicPartitionsResponse { error: ErrorCode::None, text: text_of(topic).into() }
        }
        None => DescribeTopicPartitionsResponse {
            error: ErrorCode::UnknownTopicOrPartition,
            text: format!(
                "Error while executing topic command : Topic '{name}' does not exist as expected\n"
            )
            .into(),
        },
    }
}

/// A topic's id in Kafka's form: 128 bits in 22 characters. The same number gives the same id.
#[must_use]
pub fn topic_uuid(topic: TopicId) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits =
        (u128::from(topic.0) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    bits ^= bits >> 61;
    bits = bits.wrapping_mul(0xda94_2042_e4dd_58b5_94d0_49bb_1331_11eb);
    bits ^= bits >> 67;
    // Kafka draws again when an id begins with a dash, which a shell would take for an option.
    bits &= u128::MAX >> 1;
    let place = |index: u32| {
        let six = if index == 21 { (bits << 4) & 63 } else { (bits >> (122 - 6 * index)) & 63 };
        usize::try_from(six).map_or('A', |six| char::from(ALPHABET[six]))
    };
    (0..22).map(place).collect()
}

impl TopicDescription {
    /// The text, with all columns.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_with(Columns::WithElr)
    }

    /// The text.
    fn text_with(&self, columns: Columns) -> String {
        let mut text = format!("Topic: {}", self.name);
        if let Some(id) = &self.id {
            push(&mut text, format_args!("\tTopicId: {id}"));
        }
        let factor = self.partitions.first().map_or(0, PartitionDescription::replication_factor);
        let configs = self.configs.iter().map(|(key, value)| format!("{key}={value}"));
        push(&mut text, format_args!("\tPartitionCount: {}", self.partitions.len()));
        push(&mut text, format_args!("\tReplicationFactor: {factor}"));
        push(&mut text, format_args!("\tConfigs: {}\n", comma_separated(configs)));
        for (index, partition) in self.partitions.iter().enumerate() {
            push(&mut text, format_args!("\tTopic: {}\tPartition: {index}", self.name));
            partition.push_to(&mut text, columns);
        }
        text
    }
}

impl PartitionDescription {
    /// Whether a filter shows this partition, given `min.insync.replicas` and who is unfenced.
    #[must_use]
    pub fn passes(&self, filter: Filter, min_insync_replicas: usize, live: &[BrokerId]) -> bool {
        let isr = self.isr.len();
        match filter {
            Filter::UnderReplicated => isr < self.replication_factor(),
            Filter::Unavailable => self.leader.is_none_or(|leader| !live.contains(&leader)),
            Filter::UnderMinIsr => self.leader.is_none() || isr < min_insync_replicas,
            Filter::AtMinIsr => isr == min_insync_replicas,
        }
    }

    fn replication_factor(&self) -> usize {
        let adding = self.reassignment.as_ref().map_or(0, |reassignment| reassignment.adding.len());
        self.replicas.len() - adding
    }

    fn push_to(&self, text: &mut String, columns: Columns) {
        let leader = self.leader.map_or_else(|| "none".to_owned(), |leader| leader.to_string());
        push(text, format_args!("\tLeader: {leader}"));
        push(text, format_args!("\tReplicas: {}", comma_separated(&self.replicas)));
        push(text, format_args!("\tIsr: {}", comma_separated(&self.isr)));
        if let Some(Reassignment { adding, removing }) = &self.reassignment {
            push(text, format_args!("\tAdding Replicas: {}", comma_separated(adding)));
            push(text, format_args!("\tRemoving Replicas: {}", comma_separated(removing)));
        }
        let known = |list: &Option<Vec<BrokerId>>| match (columns, list) {
            (Columns::WithElr, Some(list)) => comma_separated(list),
            (Columns::WithoutElr | Columns::ElrNotTold | Columns::WithElr, _) => "N/A".to_owned(),
        };
        if columns != Columns::WithoutElr {
            push(text, format_args!("\tElr: {}", known(&self.elr)));
            push(text, format_args!("\tLastKnownElr: {}", known(&self.last_known_elr)));
        }
        text.push('\n');
    }
}

impl From<&PartitionRegistration> for PartitionDescription {
    fn from(partition: &PartitionRegistration) -> Self {
        Self {
            leader: partition.leader,
            replicas: partition.replicas.clone(),
            isr: partition.isr.clone(),
            reassignment: partition.is_reassigning().then(|| Reassignment {
                adding: partition.adding.clone(),
                removing: partition.removing.clone(),
            }),
            elr: Some(partition.elr.clone()),
            last_known_elr: Some(partition.last_known_elr.clone()),
        }
    }
}

fn describe(image: &MetadataImage, topic: &TopicImage, settings: &Settings) -> TopicDescription {
    TopicDescription {
        name: topic.name.to_string(),
        id: Some(topic_uuid(topic.id)),
        configs: configs_of(image, topic, settings),
        partitions: topic.partitions.iter().map(|partition| (&**partition).into()).collect(),
    }
}

/// What the topic, the cluster or server.properties says, by name.
fn configs_of(
    image: &MetadataImage,
    topic: &TopicImage,
    settings: &Settings,
) -> Vec<(String, String)> {
    let of_topic = ConfigResource::Topic(topic.name.clone());
    let given = |key: ConfigKey| -> Option<&ConfigValue> {
        let dynamic = image.config(&of_topic, key);
        let dynamic = dynamic.or_else(|| image.config(&ConfigResource::Cluster, key));
        dynamic.or_else(|| settings.0.get(&key))
    };
    let of_topics = SETTINGS.iter().filter(|setting| setting.scopes.contains(&Scope::Topic));
    let mut configs: Vec<(String, String)> = of_topics
        .filter_map(|row| Some((row.name.to_owned(), given(row.key)?.to_string())))
        .collect();
    put_in_order(&mut configs, |one, other| one < other);
    configs
}

fn comma_separated<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(",")
}

/// Writing to a `String` cannot fail.
fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    let written = text.write_fmt(part);
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use epochscope_vocabulary::QuorumEpoch;
    use epochscope_vocabulary::metadata_record::MetadataRecord;
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_partition_without_a_leader_is_below_its_min_isr() {
        let partition = PartitionDescription {
            leader: None,
            replicas: vec![BrokerId(1)],
            isr: vec![BrokerId(1)],
            reassignment: None,
            elr: None,
            last_known_elr: None,
        };
        assert!(partition.passes(Filter::UnderMinIsr, 1, &[BrokerId(1)]));
        assert!(partition.passes(Filter::Unavailable, 1, &[BrokerId(1)]));
    }

    #[test]
    fn settings_are_printed_wherever_they_were_given() {
        let mut image = MetadataImage::default();
        let records = [
            MetadataRecord::TopicRecord { topic: TopicId(0), name: "orders".into() },
            MetadataRecord::ConfigRecord {
                resource: ConfigResource::Cluster,
                key: ConfigKey::MinInsyncReplicas,
                value: Some(ConfigValue::Number(1)),
            },
        ];
        for record in records {
            image.replay(image.end_offset(), QuorumEpoch(1), &record);
        }
        let key = ConfigKey::UncleanLeaderElectionEnable;
        let settings = Settings([(key, ConfigValue::Bool(true))].into());
        let text =
            |topic| describe_topics(&image, topic, &settings, Columns::WithElr).text.to_string();
        let known = text(Some("orders"));
        assert_eq!(known, text(None));
        expect![[r#"
            Topic: orders	TopicId: V_Fyk1KrUgniZqLZju4VHw	PartitionCount: 0	ReplicationFactor: 0	Configs: min.insync.replicas=1,unclean.leader.election.enable=true
            Error while executing topic command : Topic 'refunds' does not exist as expected
        "#]].assert_eq(&(known + &text(Some("refunds"))));
    }

    #[test]
    fn tools_before_3_8_know_no_elr_and_brokers_before_3_8_do_not_tell() {
        use Columns::{ElrNotTold, WithElr, WithoutElr};
        let partition = PartitionDescription {
            leader: Some(BrokerId(1)),
            replicas: vec![BrokerId(1), BrokerId(2)],
            isr: vec![BrokerId(1)],
            reassignment: None,
            elr: Some(vec![BrokerId(2)]),
            last_known_elr: Some(vec![]),
        };
        let mut text = String::new();
        for (tool, broker) in [(WithoutElr, WithElr), (WithElr, WithoutElr), (WithElr, WithElr)] {
            partition.push_to(&mut text, tool.told_by(broker));
        }
        expect![[r#"
            Leader: 1 Replicas: 1,2 Isr: 1
            Leader: 1 Replicas: 1,2 Isr: 1 Elr: N/A LastKnownElr: N/A
            Leader: 1 Replicas: 1,2 Isr: 1 Elr: 2 LastKnownElr: \
        "#]]
        .assert_eq(
            &text.replace("\n\t", "\n").replace(": \n", ": \\\n").trim_start().replace('\t', " "),
        );
        assert_eq!(WithoutElr.told_by(ElrNotTold), WithoutElr);
    }

    #[test]
    fn every_topic_has_another_id() {
        let ids: epochscope_vocabulary::SortedSet<String> =
            (0..10_000).map(|topic| topic_uuid(TopicId(topic))).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| id.len() == 22 && !id.starts_with('-')));
    }
}
