//! `place`: where Kafka would put the replicas of a new topic, by each of its rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use epochscope_engine::controller::striped_replica_placer::{Fencing, UsableBroker, place};
use epochscope_engine::java_random::RandomSource;
use epochscope_engine::zookeeper::admin_utils::{
    BrokerMetadata, PlacementError, RackAwareMode, Start, Wanted, assign_replicas_to_brokers,
    broker_metadatas,
};
use epochscope_engine::zookeeper::documented_placement::place_as_documented;
use epochscope_vocabulary::BrokerId;
use serde_json::{Value, json};

use crate::output::Lines;
use crate::problem::{Outcome, Problem, Verdict};

/// Kafka's numbers are Java's `int`.
const HIGHEST: i64 = i32::MAX as i64;

/// What may be typed behind `place`.
#[derive(Debug, Args)]
pub(crate) struct PlaceOptions {
    /// The brokers with their racks: `1..2@az-a,3@az-b,4`
    #[arg(long, value_name = "BROKERS")]
    brokers: String,

    /// How many partitions
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    partitions: u32,

    /// How many replicas of each
    #[arg(long, value_name = "N", default_value_t = 1)]
    replication_factor: u32,

    /// By which rule
    #[arg(long, value_enum, default_value_t = PlacementRule::Striped)]
    rule: PlacementRule,

    /// What racks are to the rule `zk`; `enforced` without it
    #[arg(long, value_enum)]
    rack_aware: Option<RackAware>,

    /// Brokers that are fenced, for the rule `striped`: they come last
    #[arg(long, value_name = "BROKERS", value_delimiter = ',')]
    fenced: Vec<u32>,

    /// The seed of `java.util.Random`, which Kafka leaves to chance; 1 without it
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Where the rule `zk` starts, instead of a draw
    #[arg(long, value_name = "INDEX", value_parser = clap::value_parser!(u32).range(..=HIGHEST))]
    start: Option<u32>,

    /// The number of the first partition, for the rules `zk` and `ideal`; 0 without it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=HIGHEST))]
    first_partition: Option<u32>,

    /// As JSON
    #[arg(long)]
    json: bool,
}

/// A rule that places replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PlacementRule {
    /// `StripedReplicaPlacer`: controllers of KRaft
    Striped,
    /// `AdminUtils`: brokers of ZooKeeper's time, and `kafka-reassign-partitions.sh --generate`
    Zk,
    /// As Kafka's documents draw it: replica j of partition i at broker (i + j) mod n
    Ideal,
}

/// `RackAwareMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RackAware {
    /// All brokers have a rack, or none has
    Enforced,
    /// They are ignored unless all brokers have one
    Safe,
    /// They are ignored
    Disabled,
}

/// Places and prints.
pub(crate) fn command(options: &PlaceOptions) -> Outcome {
    let brokers = brokers(&options.brokers)?;
    check(options, &brokers)?;
    let lists = placed(options, &brokers)?;
    let text = if options.json {
        json(options, &brokers, &lists)
    } else {
        readable(options, &brokers, &lists)
    };
    let mut lines = Lines::new();
    lines.write(text.as_bytes());
    lines.finish()?;
    Ok(Verdict::Fine)
}

/// Options that another rule looks at, and numbers that go nowhere.
fn check(options: &PlaceOptions, brokers: &[BrokerMetadata]) -> Result<(), Problem> {
    let (is_striped, is_zk) =
        (options.rule == PlacementRule::Striped, options.rule == PlacementRule::Zk);
    let given = [
        ("--fenced", !options.fenced.is_empty(), is_striped, "`--rule striped`"),
        ("--rack-aware", options.rack_aware.is_some(), is_zk, "`--rule zk`"),
        ("--start", options.start.is_some(), is_zk, "`--rule zk`"),
        ("--seed", options.seed.is_some(), is_striped || is_zk, "`--rule striped` and `--rule zk`"),
        (
            "--first-partition",
            options.first_partition.is_some(),
            !is_striped,
            "`--rule zk` and `--rule ideal`",
        ),
    ];
    if let Some((name, _, _, rules)) = given.iter().find(|(_, is, fits, _)| *is && !fits) {
        let what = format!("this goes with {rules}");
        return Err(Problem::new(name, &what, "leave it out, or ask by that rule"));
    }
    let is_unknown = |id: &&u32| brokers.iter().all(|broker| broker.id.0 != **id);
    if let Some(id) = options.fenced.iter().find(is_unknown) {
        let what = format!("there is no broker {id}");
        return Err(Problem::new("--fenced", &what, "name some of those behind `--brokers`"));
    }
    if i64::from(first(options)) + i64::from(options.partitions) > HIGHEST + 1 {
        let what = format!("the last partition would be above {HIGHEST}");
        return Err(Problem::new("--first-partition", &what, "begin lower, or ask for fewer"));
    }
    Ok(())
}

fn placed(
    options: &PlaceOptions,
    brokers: &[BrokerMetadata],
) -> Result<Vec<Vec<BrokerId>>, Problem> {
    let mut random = RandomSource::java(options.seed.unwrap_or(1));
    let wanted = Wanted {
        partitions: options.partitions,
        replication_factor: options.replication_factor,
        start_partition_id: first(options),
    };
    let fix = |error| match error {
        PlacementError::NoPartitions => "say `--partitions 1` or more",
        PlacementError::NoReplicas => "say `--replication-factor 1` or more",
        PlacementError::TooFewBrokers { .. } => "name more brokers, or ask for fewer replicas",
        PlacementError::RackMissing => "`--rack-aware disabled` does so here",
    };
    let refused = |error| Problem::new("place", &PlacementError::to_string(&error), fix(error));
    match options.rule {
        PlacementRule::Striped => {
            let usable = |broker: &BrokerMetadata| UsableBroker {
                id: broker.id,
                rack: broker.rack.clone(),
                fencing: if options.fenced.contains(&broker.id.0) {
                    Fencing::Fenced
                } else {
                    Fencing::Unfenced
                },
            };
            let usable: Vec<UsableBroker> = brokers.iter().map(usable).collect();
            if let Some((words, fix)) = refused_by_kraft(options, &usable) {
                return Err(Problem::new("place", &words, fix));
            }
            place(&usable, options.partitions, options.replication_factor, &mut random)
                .map_err(|error| Problem::new("place", &error.to_string(), "ask for less"))
        }
        PlacementRule::Zk => {
            let mode = match options.rack_aware.unwrap_or(RackAware::Enforced) {
                RackAware::Enforced => RackAwareMode::Enforced,
                RackAware::Safe => RackAwareMode::Safe,
                RackAware::Disabled => RackAwareMode::Disabled,
            };
            let start = options.start.map_or(Start::Random(&mut random), Start::Fixed);
            broker_metadatas(brokers, mode)
                .and_then(|brokers| assign_replicas_to_brokers(&brokers, wanted, start))
                .map_err(refused)
        }
        PlacementRule::Ideal => {
            let ids: Vec<BrokerId> = brokers.iter().map(|broker| broker.id).collect();
            place_as_documented(&ids, wanted).map_err(refused)
        }
    }
}

/// What controllers of KRaft refuse, in the words of `ReplicationControlManager` and
/// `StripedReplicaPlacer`, and what to say instead.
fn refused_by_kraft(
    options: &PlaceOptions,
    brokers: &[UsableBroker],
) -> Option<(String, &'static str)> {
    let factor = options.replication_factor;
    let unable = |why: &str| format!("Unable to replicate the partition {factor} time(s): {why}");
    if factor == 0 {
        let words = "Replication factor must be larger than 0, or -1 to use the default value.";
        return Some((words.to_owned(), "say `--replication-factor 1` or more"));
    }
    if options.partitions == 0 {
        let words = "Number of partitions was set to an invalid non-positive value.";
        return Some((words.to_owned(), "say `--partitions 1` or more"));
    }
    if brokers.iter().all(|broker| broker.fencing == Fencing::Fenced) {
        let fix = "leave one broker out of `--fenced`";
        return Some((unable("All brokers are currently fenced."), fix));
    }
    let count = brokers.len();
    if usize::try_from(factor).is_ok_and(|factor| factor <= count) {
        return None;
    }
    let why = format!(
        "The target replication factor of {factor} cannot be reached because only {count} \
         broker(s) are registered."
    );
    Some((unable(&why), "name more brokers, or ask for fewer replicas"))
}

/// `1..2@az-a,3@az-b,4`.
fn brokers(text: &str) -> Result<Vec<BrokerMetadata>, Problem> {
    let refuse = |what: &str| {
        let fix = "name them as `1..2@az-a,3@az-b,4`, each once";
        Problem::new("--brokers", what, fix)
    };
    let number = |text: &str| {
        let number = text.trim().parse().ok().filter(|id| *id <= i32::MAX.unsigned_abs());
        number.ok_or_else(|| refuse(&format!("`{text}` is no number of a broker")))
    };
    let mut brokers: BTreeMap<u32, Option<Arc<str>>> = BTreeMap::new();
    for part in text.split(',') {
        let (ids, rack) = match part.split_once('@') {
            Some((ids, rack)) => (ids, Some(Arc::from(rack.trim()))),
            None => (part, None),
        };
        let (first, last) = match ids.split_once("..") {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(ids)?, number(ids)?),
        };
        if last < first || last - first >= 10_000 {
            return Err(refuse(&format!("`{ids}` is no range of brokers")));
        }
        for id in first..=last {
            if brokers.insert(id, rack.clone()).is_some() {
                return Err(refuse(&format!("broker {id} is named twice")));
            }
        }
    }
    let broker = |(id, rack)| BrokerMetadata { id: BrokerId(id), rack };
    Ok(brokers.into_iter().map(broker).collect())
}

/// The number of the first partition that is printed: KRaft's rule does not look at it.
fn first(options: &PlaceOptions) -> u32 {
    match options.rule {
        PlacementRule::Striped => 0,
        PlacementRule::Zk | PlacementRule::Ideal => options.first_partition.unwrap_or(0),
    }
}

/// What each broker is given.
struct Given<'a> {
    broker: &'a BrokerMetadata,
    replicas: usize,
    /// How many of them come first.
    preferred: usize,
}

fn given<'a>(brokers: &'a [BrokerMetadata], lists: &[Vec<BrokerId>]) -> Vec<Given<'a>> {
    let mut given: Vec<Given<'_>> =
        brokers.iter().map(|broker| Given { broker, replicas: 0, preferred: 0 }).collect();
    for list in lists {
        for (at, id) in list.iter().enumerate() {
            if let Ok(index) = brokers.binary_search_by_key(id, |broker| broker.id) {
                given[index].replicas += 1;
                given[index].preferred += usize::from(at == 0);
            }
        }
    }
    given
}

fn racks_of<'a>(brokers: &'a [BrokerMetadata], list: &[BrokerId]) -> Vec<&'a str> {
    let found = |id: &BrokerId| {
        let index = brokers.binary_search_by_key(id, |broker| broker.id).ok()?;
        brokers[index].rack.as_deref()
    };
    list.iter().filter_map(found).collect::<BTreeSet<_>>().into_iter().collect()
}

fn readable(options: &PlaceOptions, brokers: &[BrokerMetadata], lists: &[Vec<BrokerId>]) -> String {
    let ids =
        |list: &[BrokerId]| list.iter().map(BrokerId::to_string).collect::<Vec<_>>().join(",");
    let width = lists.iter().map(|list| ids(list).len()).max().unwrap_or(0).max(8);
    let mut text = format!("partition  {:width$}  racks\n", "replicas");
    for (number, list) in (first(options)..).zip(lists) {
        let racks = racks_of(brokers, list).join(",");
        text.push_str(format!("{number:>9}  {:width$}  {racks}", ids(list)).trim_end());
        text.push('\n');
    }
    text.push_str("\n   broker  replicas  preferred leader of  rack\n");
    for Given { broker, replicas, preferred } in given(brokers, lists) {
        let rack = broker.rack.as_deref().unwrap_or("-");
        text.push_str(&format!("{:>9}  {replicas:>8}  {preferred:>19}  {rack}\n", broker.id));
    }
    text
}

fn json(options: &PlaceOptions, brokers: &[BrokerMetadata], lists: &[Vec<BrokerId>]) -> String {
    let partition = |(number, list): (u32, &Vec<BrokerId>)| {
        let replicas: Vec<u32> = list.iter().map(|id| id.0).collect();
        json!({ "partition": number, "replicas": replicas, "racks": racks_of(brokers, list) })
    };
    let broker = |Given { broker, replicas, preferred }: Given<'_>| {
        json!({
            "broker": broker.id.0,
            "rack": broker.rack.as_deref(),
            "replicas": replicas,
            "preferred_leader_of": preferred,
        })
    };
    let all = json!({
        "assignments": (first(options)..).zip(lists).map(partition).collect::<Value>(),
        "brokers": given(brokers, lists).into_iter().map(broker).collect::<Value>(),
    });
    // Numbers and texts always have a form in JSON.
    serde_json::to_string(&all).unwrap_or_default() + "\n"
}
