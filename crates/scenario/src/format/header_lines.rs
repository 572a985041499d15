//! The rows of the header, and what each line says.
//!
//! Uses: `arguments`, `client_lines`, `topics`, `world`.

use std::sync::Arc;

use epochscope_vocabulary::cluster_spec::{
    BrokerSpec, ConfigSpec, ConfigTarget, LinkEnd, NetworkSpec,
};
use epochscope_vocabulary::command::{ClientKind, ClientSpec, NodeSelector, NodeSet, TopicSpec};
use epochscope_vocabulary::config::{ConfigKey, Scope};

use super::arguments::Args;
use super::client_lines;
use super::errors::{Place, shown};
use super::features;
use super::forms::{Form, Slot, many, maybe, one, pair, settings};
use super::kinds::Kind;
use super::limits;
use super::since::metadata_version_of;
use super::topics;
use super::values::Arg;
use super::world::Reader;
use super::worlds::{directories_of, metadata_directory_of};

/// What a line of the header says.
pub(crate) enum Line {
    Version,
    Title(Arc<str>),
    About(Arc<str>),
    Kafka(Arc<str>),
    KafkaOf(u32, Arc<str>),
    Seed(u64),
    Brokers(Vec<BrokerSpec>),
    Controllers(Vec<u32>, Option<u32>),
    Network(NetworkSpec),
    Config(ConfigSpec),
    Features(Vec<(Arc<str>, u16)>),
    StartCold,
    Topic(TopicSpec),
    Client(ClientSpec),
}

/// The line of two words: `start` alone is a step.
pub(crate) const START_COLD: &str = "start cold";

const TEXT: &[Slot] = &[one("TEXT", Kind::FreeText)];

/// The rows, in the order in which they are printed.
pub(crate) const FORMS: &[Form<Line>] = &[
    Form::plain(
        "epochscope",
        &[one("1", Kind::Text)],
        &[],
        "the first line: the language's version",
        version,
    ),
    Form::plain("title", TEXT, &[], "the scenario's title", title),
    Form::plain("about", TEXT, &[], "what it shows, in a sentence", about),
    Form::plain(
        "kafka",
        &[
            one("RELEASE", Kind::Text),
            maybe("zookeeper|kraft", Kind::Word(&["zookeeper", "kraft"])),
        ],
        &[pair("broker", Kind::Broker)],
        "the release whose rules hold; the newest modelled one if it is not said; with `broker` \
         that broker alone is of it",
        kafka,
    ),
    Form::plain(
        "seed",
        &[one("N", Kind::Number(0, u64::MAX))],
        &[],
        "the seed of every random draw; 1 if it is not said",
        seed,
    ),
    Form::plain(
        "brokers",
        &[many("1..3@RACK", Kind::NewBrokers)],
        &[],
        "the brokers with their racks: `1..2@a 3`",
        brokers,
    ),
    Form::plain(
        "controllers",
        &[many("101..103", Kind::NewNodes)],
        &[pair("active", Kind::Number(0, i32::MAX as u64))],
        "the controllers; one, 100, if they are not said; the lowest is active at the start",
        controllers,
    ),
    Form::plain(
        "network",
        &[maybe("RACK|NODES", Kind::LinkEnd), maybe("RACK|NODES", Kind::LinkEnd)],
        &[pair("latency", Kind::Span), pair("jitter", Kind::Span)],
        "latency (1ms) and jitter (0ms) of every link, one way, or of those between two racks or \
         nodes",
        network,
    ),
    Form {
        settings: settings(Scope::Server),
        ..Form::plain(
            "config",
            &[maybe("brokers|controllers", Kind::Word(&["brokers", "controllers"]))],
            &[pair("broker", Kind::Broker)],
            "server.properties of all, of brokers, of controllers, or of one broker",
            config,
        )
    },
    Form {
        later: features::LATER,
        ..Form::plain(
            "feature",
            &[],
            features::PAIRS,
            "features that differ from a newly formatted cluster's",
            feature,
        )
    },
    Form::plain(
        START_COLD,
        &[],
        &[],
        "nothing runs at time 0: disks are formatted, and processes are started, topics created \
         and clients begun by steps",
        start_cold,
    ),
    Form {
        settings: settings(Scope::Topic),
        ..Form::plain(
            "topic",
            &[one("TOPIC", Kind::NewTopic)],
            &[topics::PARTITIONS, topics::REPLICATION_FACTOR, topics::REPLICAS, topics::LEADER],
            "a topic; replicas by hand (a list for all partitions, or one for each), or by \
             Kafka's own placement; `leader` begins with another than the first replica",
            topic,
        )
    },
    Form {
        settings: settings(Scope::Producer),
        ..Form::plain(
            "producer",
            client_lines::SLOTS,
            client_lines::PRODUCER_PAIRS,
            "a producer",
            producer,
        )
    },
    Form {
        settings: settings(Scope::Consumer),
        ..Form::plain(
            "consumer",
            client_lines::SLOTS,
            client_lines::CONSUMER_PAIRS,
            "a consumer; with `manual=true` it polls only when told",
            consumer,
        )
    },
];

/// Whether several lines of this verb may stand in a header.
pub(crate) fn may_repeat(verb: &str) -> bool {
    matches!(verb, "network" | "config" | "feature" | "topic" | "producer" | "consumer")
}

fn version(reader: &mut Reader, args: &Args) -> Option<Line> {
    match args.word("1")?.as_ref() {
        "1" => Some(Line::Version),
        other => {
            let message = format!("version `{}` of the language is not known", shown(other));
            reader.fail(args.place_of("1"), message, "write `epochscope 1`")
        }
    }
}

fn title(_: &mut Reader, args: &Args) -> Option<Line> {
    Some(Line::Title(args.word("TEXT")?))
}

fn about(_: &mut Reader, args: &Args) -> Option<Line> {
    Some(Line::About(args.word("TEXT")?))
}

fn kafka(reader: &mut Reader, args: &Args) -> Option<Line> {
    let (word, place) = (args.word("RELEASE")?, args.place_of("RELEASE"));
    if let Some(plane) = args.word("zookeeper|kraft") {
        let release = reader.release(&word, place)?;
        reader.control_plane(release, &plane, args.place_of("zookeeper|kraft"))?;
    }
    let release = reader.modelled_release(&word, place)?;
    match args.node("broker") {
        Some(NodeSelector::Number(broker)) => {
            reader.world.add_release(&release);
            Some(Line::KafkaOf(broker, release))
        }
        Some(_) => None,
        None => {
            reader.world.release = release.clone();
            reader.world.metadata_version = metadata_version_of(&release);
            Some(Line::Kafka(release))
        }
    }
}

fn seed(_: &mut Reader, args: &Args) -> Option<Line> {
    Some(Line::Seed(args.number("N")?))
}

/// Words with their places.
fn words(args: &Args, label: &'static str) -> Vec<(Arc<str>, Place)> {
    let words = args.all(label).filter_map(|given| match &given.arg {
        Arg::Word(word) => Some((word.clone(), given.place)),
        _ => None,
    });
    words.collect()
}

/// Kafka takes any text as `broker.rack`; here it stands behind an `@`.
fn rack_name(reader: &mut Reader, word: &str, place: Place) -> Option<Arc<str>> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if !word.is_empty() && word.len() <= 249 && word.chars().all(legal) {
        return Some(word.into());
    }
    let message = format!("`{}` is no name for a rack", shown(word));
    reader.fail(
        place,
        message,
        "write it in letters, digits, `.`, `_` and `-`, as in `1@us-east-1a`",
    )
}

fn brokers(reader: &mut Reader, args: &Args) -> Option<Line> {
    let mut list = Vec::new();
    for (word, place) in words(args, "1..3@RACK") {
        let (numbers, rack) = match word.split_once('@') {
            Some((numbers, rack)) => {
                let rack_place = place.part(numbers.len() + 1, word.len());
                (numbers, Some(rack_name(reader, rack, rack_place)?))
            }
            None => (&*word, None),
        };
        for id in ids(reader, numbers, place)? {
            if reader.world.brokers.insert(id, rack.clone()).is_some() {
                return reader.fail(
                    place,
                    format!("there is a broker {id} already"),
                    "name it once",
                );
            }
            list.push(BrokerSpec { id, rack: rack.clone() });
        }
        if list.len() > limits::BROKERS {
            let message = format!("there are more than {} brokers", limits::BROKERS);
            return reader.fail(place, message, format!("name {} at most", limits::BROKERS));
        }
    }
    if list.is_empty() {
        return reader.fail(args.place, "no brokers are named", "write `brokers 1..3`");
    }
    Some(Line::Brokers(list))
}

/// `1,2`, `1..3`
fn ids(reader: &mut Reader, numbers: &str, place: Place) -> Option<Vec<u32>> {
    let mut ids = Vec::new();
    let mut at = 0;
    for part in numbers.split(',') {
        let (first, last) = reader.range(part, place.part(at, at + part.len()))?;
        ids.extend(first..=last);
        at += part.len() + 1;
        if ids.len() > limits::BROKERS {
            let message = format!("there are more than {} nodes", limits::BROKERS);
            return reader.fail(place, message, format!("name {} at most", limits::BROKERS));
        }
    }
    Some(ids)
}

fn controllers(reader: &mut Reader, args: &Args) -> Option<Line> {
    let mut list = Vec::new();
    for (word, place) in words(args, "101..103") {
        for id in ids(reader, &word, place)? {
            if !reader.world.controllers.insert(id) {
                let message = format!("there is a controller {id} already");
                return reader.fail(place, message, "name it once");
            }
            list.push(id);
        }
        if list.len() > limits::CONTROLLERS {
            let message = format!("there are more than {} controllers", limits::CONTROLLERS);
            return reader.fail(place, message, format!("name {} at most", limits::CONTROLLERS));
        }
    }
    if list.is_empty() {
        return reader.fail(args.place, "no controllers are named", "write `controllers 101..103`");
    }
    let active = args.small("active");
    if let Some(id) = active.filter(|id| !list.contains(id)) {
        let message = format!("there is no controller {id}");
        return reader.fail(args.place_of("active"), message, "name one of this line");
    }
    Some(Line::Controllers(list, active))
}

fn network(reader: &mut Reader, args: &Args) -> Option<Line> {
    let mut ends = Vec::new();
    for (word, place) in words(args, "RACK|NODES") {
        ends.push(link_end(reader, &word, place)?);
    }
    let mut ends = ends.into_iter();
    let between = match (ends.next(), ends.next()) {
        (Some(first), Some(second)) => Some((first, second)),
        (Some(_), None) => {
            let fix = "name two racks or nodes, or none for all links";
            return reader.fail(args.place_of("RACK|NODES"), "the other end is missing", fix);
        }
        _ => None,
    };
    let (latency, jitter) = (args.span("latency"), args.span("jitter"));
    if latency.is_none() && jitter.is_none() {
        let fix = "add `latency=2ms` or `jitter=1ms`";
        return reader.fail(args.place, "this changes nothing", fix);
    }
    Some(Line::Network(NetworkSpec { between, latency, jitter }))
}

/// A rack by its name, else nodes.
fn link_end(reader: &mut Reader, word: &str, place: Place) -> Option<LinkEnd> {
    if reads_as_nodes(word) {
        return match reader.nodes(word, place)?.0.as_slice() {
            [NodeSelector::Rack(rack)] => Some(LinkEnd::Rack(rack.clone())),
            several => Some(LinkEnd::Nodes(NodeSet(several.to_vec()))),
        };
    }
    let is_client = reader.world.clients.contains_key(word);
    if is_client && !reader.world.racks().any(|rack| rack == word) {
        return Some(LinkEnd::Nodes(NodeSet(vec![NodeSelector::Client(word.into())])));
    }
    match reader.rack(word, place)? {
        NodeSelector::Rack(rack) => Some(LinkEnd::Rack(rack)),
        _ => None,
    }
}

/// Whether a word for an end of links is read as nodes, whatever racks there are.
pub(crate) fn reads_as_nodes(word: &str) -> bool {
    let roles = ["brokers", "controllers", "clients", "controller"];
    let numbers = word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    word.contains(',') || word.starts_with("rack:") || roles.contains(&word) || numbers
}

fn config(reader: &mut Reader, args: &Args) -> Option<Line> {
    let target = match (args.word("brokers|controllers").as_deref(), args.node("broker")) {
        (None, None) => ConfigTarget::All,
        (Some("brokers"), None) => ConfigTarget::Brokers,
        (Some(_), None) => ConfigTarget::Controllers,
        (None, Some(NodeSelector::Number(id))) => ConfigTarget::Broker(id),
        _ => {
            let message = "`broker=` and this word contradict each other";
            let place = args.place_of("brokers|controllers");
            return reader.fail(place, message, "leave one of them out");
        }
    };
    if args.settings.0.is_empty() && args.ignored.is_empty() {
        return reader.fail(args.place, "no setting is named", "add one: `min.insync.replicas=2`");
    }
    if args.settings.0.contains_key(&ConfigKey::NumPartitions) {
        reader.world.default_partitions = None;
    }
    if args.settings.0.contains_key(&ConfigKey::LogDirs) {
        reader.world.directories.extend(directories_of(&args.settings));
    }
    reader.world.metadata_directories.extend(metadata_directory_of(&args.settings));
    Some(Line::Config(ConfigSpec { target, settings: args.settings.clone() }))
}

fn feature(reader: &mut Reader, args: &Args) -> Option<Line> {
    features::read(reader, args).map(Line::Features)
}

fn start_cold(_: &mut Reader, _: &Args) -> Option<Line> {
    Some(Line::StartCold)
}

fn topic(reader: &mut Reader, args: &Args) -> Option<Line> {
    topics::read_first(reader, args).map(Line::Topic)
}

fn producer(reader: &mut Reader, args: &Args) -> Option<Line> {
    client_lines::read(reader, args, ClientKind::Producer).map(Line::Client)
}

fn consumer(reader: &mut Reader, args: &Args) -> Option<Line> {
    client_lines::read(reader, args, ClientKind::Consumer).map(Line::Client)
}
