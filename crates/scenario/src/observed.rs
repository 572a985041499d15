//! Reading what an observation speaks of out of a cluster.

use std::fmt;

use epochscope_engine::Cluster;
use epochscope_engine::client::ClientResult;
use epochscope_engine::metrics::Named;
use epochscope_engine::observe::{PartitionObservation, ProduceResult};
use epochscope_vocabulary::command::{NodeSelector, PartitionName};
use epochscope_vocabulary::metadata_record::RegistrationState;
use epochscope_vocabulary::{BrokerId, ControllerId, NodeId, TopicPartition};

use crate::evaluate::Counted;
use crate::observations::ObservationName as Name;
use crate::observed_replica::observe_replica;
use crate::script::{Comparison, EventAbout, Subject, Viewer};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// Nothing: no leader, an unknown offset, no such thing.
    None,
    /// A number; also a broker.
    Number(u64),
    /// Yes or no.
    Bool(bool),
    /// One word.
    Word(String),
    /// Several, in order.
    List(Vec<String>),
    /// A text.
    Text(String),
}

impl Observed {
    /// As a list of texts; nothing is the empty list.
    #[must_use]
    pub fn members(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::Number(number) => vec![number.to_string()],
            Self::Bool(value) => vec![value.to_string()],
            Self::Word(word) | Self::Text(word) => vec![word.clone()],
            Self::List(list) => list.clone(),
        }
    }

    pub(crate) fn brokers(list: &[BrokerId]) -> Self {
        Self::List(list.iter().map(ToString::to_string).collect())
    }

    pub(crate) fn maybe(number: Option<u64>) -> Self {
        number.map_or(Self::None, Self::Number)
    }

    pub(crate) fn broker(id: Option<BrokerId>) -> Self {
        Self::maybe(id.map(|id| u64::from(id.0)))
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(list) if list.is_empty() => f.write_str("none"),
            Self::Number(_) | Self::Bool(_) | Self::Word(_) | Self::List(_) => {
                f.write_str(&self.members().join(","))
            }
        }
    }
}

/// What a comparison finds.
#[must_use]
pub fn observe(comparison: &Comparison, cluster: &Cluster, counted: &Counted) -> Observed {
    let name = comparison.name;
    match &comparison.subject {
        Subject::Cluster if name == Name::UncleanElections => {
            Observed::Number(counted.unclean_elections(None))
        }
        Subject::Node(NodeSelector::Number(id)) if name == Name::UncleanElections => {
            Observed::Number(counted.unclean_elections(Some(BrokerId(*id))))
        }
        Subject::Cluster => of_cluster(name, cluster),
        Subject::Partition(partition) => of_partition(name, cluster, partition),
        Subject::Replica(partition, viewer) => observe_replica(name, cluster, partition, *viewer),
        Subject::FollowerOf(partition, viewer, follower) => {
            follower_offset(cluster, partition, *viewer, BrokerId(*follower))
        }
        Subject::Node(selector) => of_node(name, cluster, selector),
        Subject::Client(client) => of_client(name, cluster, client),
        Subject::ClientValue(client, value) => of_client_value(name, cluster, client, value),
        Subject::ClientPartition(client, partition) => {
            let found = cluster.client(client);
            match name {
                Name::Position => {
                    let offset = found.and_then(|one| one.position(partition.partition));
                    Observed::maybe(offset.map(|offset| offset.0))
                }
                _ => Observed::broker(found.and_then(|one| one.leader(partition.partition))),
            }
        }
        Subject::ClientError(client, code) => {
            Observed::Number(cluster.client(client).map_or(0, |one| one.error_count(*code)))
        }
        Subject::Value(value) => of_value(name, cluster, value),
        Subject::Metric(name, node) => of_metric(cluster, name, node.as_ref()),
        Subject::ApiKey(api_key) => Observed::Number(cluster.held(*api_key)),
        Subject::Event(kind, about) => event_count(kind, about.as_ref(), cluster, counted),
    }
}

fn of_cluster(name: Name, cluster: &Cluster) -> Observed {
    match name {
        Name::ActiveController => {
            let leaders = cluster.controllers().into_iter();
            let leaders = leaders.filter(|one| one.is_active);
            Observed::List(leaders.map(|one| one.id.to_string()).collect())
        }
        Name::ControllerEpoch => {
            let epochs = cluster.controllers().into_iter().map(|one| u64::from(one.quorum_epoch.0));
            Observed::maybe(epochs.max())
        }
        Name::Violated => words(&cluster.violated().broken),
        Name::ViolatedUnexcused => words(&cluster.violated().unexcused),
        Name::AckedLost | Name::AckedCount | Name::DuplicatedCount => {
            Observed::Number(count_fates(name, cluster, None))
        }
        _ => Observed::Number(count_partitions(name, cluster, None)),
    }
}

fn of_metric(cluster: &Cluster, name: &str, node: Option<&NodeSelector>) -> Observed {
    let Some(Named { row, of }) = Named::read(name) else { return Observed::None };
    let of = of.and_then(|(topic, partition)| cluster.find_partition(topic, partition));
    if row.is_of_a_replica() && of.is_none() {
        return Observed::None;
    }
    Observed::maybe(match node {
        None => cluster.metric_of_all(row, of),
        Some(node) => cluster.one_node(node).and_then(|node| cluster.metric(row, node, of)),
    })
}

fn words(list: &[&'static str]) -> Observed {
    Observed::List(list.iter().map(|word| (*word).to_owned()).collect())
}

fn of_partition(name: Name, cluster: &Cluster, at: &PartitionName) -> Observed {
    let Some(id) = cluster.find_partition(&at.topic, at.partition) else {
        return Observed::None;
    };
    match name {
        Name::PresumedLeaders => Observed::brokers(&cluster.presumed_leaders(id)),
        Name::Diverged => Observed::Bool(cluster.diverged(id)),
        Name::AckedLost | Name::AckedCount | Name::DuplicatedCount => {
            Observed::Number(count_fates(name, cluster, Some(id)))
        }
        _ => cluster.partition(id).map_or(Observed::None, |one| registered(name, &one)),
    }
}

/// A registration's part under this name.
pub(crate) fn registered(name: Name, partition: &PartitionObservation) -> Observed {
    match name {
        Name::Leader => Observed::broker(partition.leader),
        Name::Isr => Observed::brokers(&partition.isr),
        Name::Elr => Observed::brokers(&partition.elr),
        Name::LastKnownElr => Observed::brokers(&partition.last_known_elr),
        Name::Replicas => Observed::brokers(&partition.replicas),
        Name::Adding => Observed::brokers(&partition.adding),
        Name::Removing => Observed::brokers(&partition.removing),
        Name::LeaderEpoch => Observed::Number(partition.leader_epoch.0.into()),
        Name::PartitionEpoch => Observed::Number(partition.partition_epoch.0.into()),
        Name::LeaderRecovery => Observed::Word(partition.leader_recovery_state.word().to_owned()),
        _ => Observed::None,
    }
}

fn follower_offset(
    cluster: &Cluster,
    at: &PartitionName,
    viewer: Viewer,
    follower: BrokerId,
) -> Observed {
    let (Some(id), Viewer::Broker(broker)) =
        (cluster.find_partition(&at.topic, at.partition), viewer)
    else {
        return Observed::None;
    };
    let known = cluster.replica(BrokerId(broker), id).map(|one| one.follower_offsets);
    let offset = known.and_then(|list| {
        list.into_iter().find(|(id, _)| *id == follower).and_then(|(_, offset)| offset)
    });
    Observed::maybe(offset.map(|offset| offset.0))
}

fn of_node(name: Name, cluster: &Cluster, selector: &NodeSelector) -> Observed {
    let NodeSelector::Number(number) = selector else {
        let NodeSelector::ActiveController = selector else {
            return Observed::None;
        };
        let active = cluster.active_controller();
        return active.map_or(Observed::None, |id| of_controller(name, cluster, id));
    };
    let Some(broker) = cluster.broker(BrokerId(*number)) else {
        return of_controller(name, cluster, ControllerId(*number));
    };
    match name {
        Name::Broker => Observed::Word(broker.process.word().to_owned()),
        Name::Registration => Observed::Word(
            broker.registration.map_or("unregistered", RegistrationState::word).to_owned(),
        ),
        Name::Halted => Observed::Bool(broker.halted),
        Name::BrokerEpoch => Observed::maybe(broker.broker_epoch.map(|epoch| epoch.0)),
        Name::MetadataOffset => Observed::Number(broker.metadata_offset.0.saturating_sub(1)),
        _ => Observed::Number(count_partitions(name, cluster, Some(broker.id))),
    }
}

fn of_controller(name: Name, cluster: &Cluster, id: ControllerId) -> Observed {
    let Some(controller) = cluster.controllers().into_iter().find(|one| one.id == id) else {
        return Observed::None;
    };
    match name {
        Name::Broker => Observed::Word(controller.process.word().to_owned()),
        Name::QuorumRole => Observed::Word(controller.quorum_role.to_owned()),
        Name::QuorumEpoch => Observed::Number(controller.quorum_epoch.0.into()),
        Name::MetadataOffset => Observed::Number(controller.high_watermark.0.saturating_sub(1)),
        _ => Observed::None,
    }
}

fn of_client(name: Name, cluster: &Cluster, client: &str) -> Observed {
    let Some(found) = cluster.client(client) else {
        return Observed::None;
    };
    match name {
        Name::Response => match found.last_response_json(cluster.names()) {
            Some(json) => Observed::Text(json.to_string()),
            None => Observed::None,
        },
        _ => match found.last_result() {
            ClientResult::Nothing => Observed::None,
            ClientResult::Pending => Observed::Word("pending".to_owned()),
            ClientResult::Acked => Observed::Word("acked".to_owned()),
            ClientResult::Failed(code) | ClientResult::Answered(code) => {
                Observed::Word(code.name().to_owned())
            }
        },
    }
}

fn of_client_value(name: Name, cluster: &Cluster, client: &str, value: &str) -> Observed {
    let found = cluster.client(client).zip(cluster.names().find_value(value));
    let Some((client, value)) = found else {
        return if name == Name::Read { Observed::Bool(false) } else { Observed::None };
    };
    if name == Name::Read {
        return Observed::Bool(client.has_read(value));
    }
    match client.result_of(value) {
        None => Observed::None,
        Some(ProduceResult::Pending) => Observed::Word("pending".to_owned()),
        Some(ProduceResult::Acked(_)) => Observed::Word("acked".to_owned()),
        Some(ProduceResult::Failed(code)) => Observed::Word(code.name().to_owned()),
    }
}

fn of_value(name: Name, cluster: &Cluster, value: &str) -> Observed {
    let fate = cluster.names().find_value(value).and_then(|id| cluster.fate(id));
    let Some(fate) = fate else {
        return Observed::Bool(false);
    };
    Observed::Bool(match name {
        Name::Acked => fate.acked_at.is_some(),
        Name::Committed => fate.committed,
        Name::Lost => fate.lost,
        Name::Readable => fate.readable,
        _ => fate.duplicated,
    })
}

fn count_fates(name: Name, cluster: &Cluster, only: Option<TopicPartition>) -> u64 {
    let fates = cluster.fates().into_iter();
    let fates = fates.filter(|fate| only.is_none() || fate.partition == only);
    let counts = fates.filter(|fate| match name {
        Name::AckedLost => fate.acked_at.is_some() && fate.lost,
        Name::AckedCount => fate.acked_at.is_some(),
        _ => fate.duplicated,
    });
    counts.fold(0, |count, _| count + 1)
}

/// Partitions in some state by the controllers' metadata, of all or of those that a broker leads.
fn count_partitions(name: Name, cluster: &Cluster, of: Option<BrokerId>) -> u64 {
    let partitions = cluster.partitions();
    let counts = partitions.filter(|one| {
        let led = match of {
            Some(broker) => one.leader == Some(broker),
            None => one.leader.is_some(),
        };
        let isr = u64::try_from(one.isr.len()).unwrap_or(0);
        let preferred = one.replicas.first().copied();
        match name {
            Name::UnderReplicated => led && one.isr.len() < one.replicas.len(),
            Name::UnderMinIsr => led && isr < u64::from(one.min_insync_replicas),
            Name::AtMinIsr => led && isr == u64::from(one.min_insync_replicas),
            Name::Offline => match of {
                Some(broker) => one.leader.is_none() && one.replicas.contains(&broker),
                None => one.leader.is_none(),
            },
            Name::PreferredImbalance => {
                one.leader != preferred && (of.is_none() || preferred == of)
            }
            _ => led,
        }
    });
    counts.fold(0, |count, _| count + 1)
}

fn event_count(
    kind: &str,
    about: Option<&EventAbout>,
    cluster: &Cluster,
    counted: &Counted,
) -> Observed {
    Observed::Number(match about {
        None => counted.all(kind),
        Some(EventAbout::Partition(at)) => cluster
            .find_partition(&at.topic, at.partition)
            .map_or(0, |id| counted.of_partition(kind, id)),
        Some(EventAbout::Node(selector)) => {
            cluster.one_node(selector).map_or(0, |node: NodeId| counted.of_node(kind, node))
        }
    })
}
