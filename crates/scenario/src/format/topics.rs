//! A topic to be made, in the header or by `create`.
//!
//! Uses: `arguments`, `world`.

use epochscope_vocabulary::command::{NodeSelector, TopicSpec};
use epochscope_vocabulary::config::ConfigKey;

use super::arguments::Args;
use super::forms::{PairRow, needed, pair};
use super::kinds::Kind;
use super::limits;
use super::values::Arg;
use super::world::{Certainty, Reader};

/// How many partitions.
pub(crate) const PARTITIONS: PairRow = pair("partitions", Kind::Number(1, limits::PARTITIONS));
/// How many it is to have.
pub(crate) const ALL_PARTITIONS: PairRow =
    needed("partitions", Kind::Number(1, limits::PARTITIONS));
/// How many replicas.
pub(crate) const REPLICATION_FACTOR: PairRow =
    pair("replication-factor", Kind::Number(1, limits::BROKERS as u64));
/// Which replicas.
pub(crate) const REPLICAS: PairRow = pair("replicas", Kind::ReplicaLists);
/// Who leads at time 0.
pub(crate) const LEADER: PairRow = pair("leader", Kind::Broker);

/// A topic that the cluster begins with.
pub(crate) fn read_first(reader: &mut Reader, args: &Args) -> Option<TopicSpec> {
    let name = args.word("TOPIC")?;
    if reader.world.topics.contains_key(&name) {
        let message = format!("there is a topic `{name}` already");
        return reader.fail(args.place_of("TOPIC"), message, "give this one another name");
    }
    // Kafka's metrics cannot tell the two apart.
    let plain = |name: &str| name.replace('.', "_");
    let twin = reader.world.topics.keys().find(|other| plain(other) == plain(&name));
    if let Some(twin) = twin.cloned() {
        let message = format!("`{name}` and `{twin}` differ only in `.` and `_`, as no topics may");
        return reader.fail(args.place_of("TOPIC"), message, "give this one another name");
    }
    read(reader, args)
}

/// The topic that these words describe; from here on it may exist.
pub(crate) fn read(reader: &mut Reader, args: &Args) -> Option<TopicSpec> {
    let name = args.word("TOPIC")?;
    // Known from here on, even if the rest of the line is wrong: one error is enough.
    reader.world.topics.insert(name.clone(), None);
    let replicas = match args.get("replicas").map(|given| &given.arg) {
        Some(Arg::ReplicaLists(lists)) => lists.clone(),
        _ => Vec::new(),
    };
    let leader = match args.node("leader") {
        Some(NodeSelector::Number(id)) => Some(id),
        _ => None,
    };
    let spec = TopicSpec {
        name: name.clone(),
        partitions: args.small("partitions"),
        replication_factor: args.small("replication-factor"),
        replicas,
        leader,
        settings: args.settings.clone(),
    };
    check_replicas(reader, args, &spec)?;
    check_leader(reader, args, &spec)?;
    let count = count(reader, &spec);
    reader.world.partitions += u64::from(count.unwrap_or(1));
    check_limit(reader, args)?;
    let each = spec.replicas.first().map(Vec::len).and_then(|some| u32::try_from(some).ok());
    let each = spec.replication_factor.or(each).unwrap_or(1);
    reader.world.replicas += u64::from(count.unwrap_or(1)) * u64::from(each);
    if reader.world.replicas > limits::REPLICAS {
        let message = format!("there are more than {} replicas", limits::REPLICAS);
        let fix = format!("make {} in all at most", limits::REPLICAS);
        return reader.fail(args.place_of("replication-factor"), message, fix);
    }
    reader.world.topics.insert(name, count);
    Some(spec)
}

/// From here on a topic may have so many partitions.
pub(crate) fn grow(reader: &mut Reader, args: &Args, (topic, to): (&str, u32)) -> Option<()> {
    reader.world.grow_topic(topic, to);
    check_limit(reader, args)
}

fn check_limit(reader: &mut Reader, args: &Args) -> Option<()> {
    if reader.world.partitions > limits::PARTITIONS {
        let message = format!("there are more than {} partitions", limits::PARTITIONS);
        let fix = format!("make {} in all at most", limits::PARTITIONS);
        return reader.fail(args.place_of("partitions"), message, fix);
    }
    Some(())
}

/// How many partitions the topic has, if that is known before the run.
fn count(reader: &Reader, spec: &TopicSpec) -> Option<u32> {
    let lists = u32::try_from(spec.replicas.len()).unwrap_or(u32::MAX);
    spec.partitions.or((lists > 0).then_some(lists)).or(reader.world.default_partitions)
}

fn check_replicas(reader: &mut Reader, args: &Args, spec: &TopicSpec) -> Option<()> {
    if !spec.replicas.is_empty() && spec.replication_factor.is_some() {
        let message = "`replicas` says how many replicas there are already";
        return reader.fail(args.place_of("replication-factor"), message, "leave this one out");
    }
    let lists = u32::try_from(spec.replicas.len()).unwrap_or(u32::MAX);
    if let Some(partitions) = spec.partitions
        && lists > 1
        && lists != partitions
    {
        let message = format!("`replicas` has {lists} lists, and `partitions` says {partitions}");
        let fix = "give a list for each partition, or one for all";
        return reader.fail(args.place_of("replicas"), message, fix);
    }
    let sizes = spec.replicas.iter().map(Vec::len);
    if sizes.clone().min() != sizes.max() {
        let message = "these lists of replicas are not equally long";
        let fix = "Kafka wants the same number of replicas for all partitions of a topic";
        return reader.fail(args.place_of("replicas"), message, fix);
    }
    let brokers = reader.world.brokers.len();
    let certain = reader.world.nodes_are == Certainty::Known;
    if let Some(factor) = spec.replication_factor
        && certain
        && usize::try_from(factor).is_ok_and(|factor| factor > brokers)
    {
        let message = format!("{factor} replicas need {factor} brokers, and there are {brokers}");
        let fix = format!("write `replication-factor={brokers}` or less");
        return reader.fail(args.place_of("replication-factor"), message, fix);
    }
    Some(())
}

fn check_leader(reader: &mut Reader, args: &Args, spec: &TopicSpec) -> Option<()> {
    let Some(leader) = spec.leader else { return Some(()) };
    let place = args.place_of("leader");
    if spec.replicas.is_empty() {
        let message = "without `replicas` nobody knows who may lead";
        return reader.fail(place, message, "add `replicas=`, or leave `leader=` out");
    }
    if spec.replicas.iter().any(|list| !list.contains(&leader)) {
        let message = format!("broker {leader} is not a replica of every partition");
        return reader.fail(place, message, "name a broker that stands in each list of `replicas`");
    }
    Some(())
}

/// Whether the partitions of a topic that does not say how many are known before the run.
pub(crate) fn default_partitions(cluster: &epochscope_vocabulary::ClusterSpec) -> Option<u32> {
    let key = &ConfigKey::NumPartitions;
    let said = cluster.config.iter().any(|line| line.settings.0.contains_key(key));
    (!said).then_some(1)
}
