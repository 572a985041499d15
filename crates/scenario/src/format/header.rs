//! The header: how the cluster starts.
//!
//! Its lines may stand in any order, so they are gathered first and then read in the order in which
//! they build on each other: nodes, then topics, then clients, then links.
//!
//! Uses: `arguments`, `forms`, `header_lines`, `world`.

use epochscope_vocabulary::cluster_spec::{Beginning, ConfigSpec, ConfigTarget};
use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::put_in_order;
use std::sync::Arc;

use super::arguments;
use super::errors::Place;
use super::features::version_name;
use super::forms::{Count, Form};
use super::header_lines::{self, Line};
use super::kinds::Kind;
use super::lexer::{Cursor, is_blank};
use super::startup;
use super::world::{Certainty, Reader, World};
use super::worlds::first_metadata_version;
use crate::script::{HeaderLine, Notes, Scenario};
use epochscope_engine::release::Release;

/// A line of the header as it was found.
pub(crate) struct Found<'a> {
    pub(crate) form: &'static Form<Line>,
    pub(crate) place: Place,
    /// The word after the verb.
    pub(crate) name: &'a str,
    /// Whether there may be more lines like it.
    pub(crate) count: Count,
    pub(crate) cursor: Cursor<'a>,
    pub(crate) notes: Notes,
}

impl Found<'_> {
    fn rank(&self) -> usize {
        match (self.form.verb, self.count) {
            ("kafka", Count::Many) => rank(OF_ONE),
            (verb, _) => rank(verb),
        }
    }
}

/// The rows of the header, in the order in which they are printed.
pub(crate) fn forms() -> impl Iterator<Item = &'static Form<Line>> {
    header_lines::FORMS.iter()
}

/// A line of the header, if this line is one.
pub(crate) fn find<'a>(reader: &mut Reader, text: &'a str, notes: Notes) -> Option<Found<'a>> {
    let line = usize::try_from(notes.line).unwrap_or(usize::MAX) - 1;
    let mut words = text.split(is_blank).filter(|word| !word.is_empty());
    let (first, name) = (words.next()?, words.next().unwrap_or(""));
    let is_verb = |verb: &str| match verb.split_once(' ') {
        Some(two) => two == (first, name),
        None => verb == first,
    };
    let form = forms().find(|form| is_verb(form.verb))?;
    // `kafka broker=3 4.0` is of one process, and does not say what all are.
    let is_of_one = first == "kafka" && text.split(is_blank).any(|w| w.starts_with("broker="));
    let repeats = is_of_one || header_lines::may_repeat(first);
    let count = if repeats { Count::Many } else { Count::One };
    let mut cursor = Cursor::new(text, line);
    let mut place = cursor.next(reader.problems)?.place;
    if form.verb == header_lines::START_COLD {
        place = place.to(cursor.next(reader.problems)?.place);
    }
    Some(Found { form, place, name, count, cursor, notes })
}

/// A `kafka` line of one process, in the order of lines: it speaks of a broker.
const OF_ONE: &str = "kafka broker";

/// The order in which lines build on each other.
fn rank(verb: &str) -> usize {
    let order = [
        "epochscope",
        "title",
        "about",
        "kafka",
        "seed",
        "brokers",
        "controllers",
        OF_ONE,
        "feature",
        "config",
        header_lines::START_COLD,
        "topic",
        "producer",
        "consumer",
        "network",
    ];
    order.iter().position(|known| *known == verb).unwrap_or(order.len())
}

/// Reads the gathered lines into the scenario.
pub(crate) fn read(reader: &mut Reader, mut found: Vec<Found>, scenario: &mut Scenario) {
    once_each(reader, &mut found);
    put_in_order(&mut found, |one, other| one.rank() < other.rank());
    let nodes_begin = rank("brokers");
    let nodes_end = rank("controllers");
    let mut nodes_checked = false;
    for line in found {
        let at = line.rank();
        if at > nodes_end && !nodes_checked {
            check_nodes(reader, scenario);
            nodes_checked = true;
        }
        let errors = reader.problems.errors();
        let (verb, name) = (line.form.verb, line.name);
        read_line(reader, line, scenario);
        if reader.problems.errors() > errors {
            reader.world.suppose(verb, name);
        }
        // Of a language that is not known, nobody can say what a line of nodes is.
        let may_name_nodes = at == rank("epochscope") || (nodes_begin..=nodes_end).contains(&at);
        if reader.problems.errors() > errors && may_name_nodes {
            reader.world.nodes_are = Certainty::Unknown;
        }
    }
    if !nodes_checked {
        check_nodes(reader, scenario);
    }
    check_releases(reader, scenario);
    startup::check_features(reader, scenario);
    startup::check_settings(reader, scenario);
    check_cold(reader, scenario);
    check_default_factor(reader, scenario);
}

/// A topic that does not say how many replicas it has gets as many as the controllers' settings
/// say; of those that do, its own line is checked.
fn check_default_factor(reader: &mut Reader, scenario: &Scenario) {
    let cluster = &scenario.cluster;
    if reader.world.nodes_are == Certainty::Unknown {
        return;
    }
    let key = ConfigKey::DefaultReplicationFactor;
    let of_controllers = |line: &&ConfigSpec| {
        matches!(line.target, ConfigTarget::All | ConfigTarget::Controllers)
            && line.settings.0.contains_key(&key)
    };
    let said = cluster.config.iter().rfind(of_controllers);
    let factor = said.map_or(1, |line| line.settings.number(key));
    let brokers = cluster.brokers.len();
    if usize::try_from(factor).is_ok_and(|factor| factor <= brokers) {
        return;
    }
    for (at, topic) in cluster.topics.iter().enumerate() {
        if topic.replication_factor.is_some() || !topic.replicas.is_empty() {
            continue;
        }
        let line = scenario.header_notes.get(&HeaderLine::Topic(at)).map_or(1, |it| it.line);
        let place = reader.problems.whole_line(line);
        let message = format!(
            "`default.replication.factor={factor}` needs {factor} brokers, and there are {brokers}"
        );
        let fix = format!("add `replication-factor={brokers}` or less");
        reader.problems.error(place, message, fix);
    }
}

/// Where nothing runs, nothing can be there yet.
fn check_cold(reader: &mut Reader, scenario: &Scenario) {
    let cluster = &scenario.cluster;
    if cluster.beginning == Beginning::Warm {
        return;
    }
    let topics = (0..cluster.topics.len()).map(|at| (HeaderLine::Topic(at), "topic", "create"));
    let clients = 0..cluster.clients.len();
    let clients = clients.map(|at| (HeaderLine::Client(at), "client", "producer"));
    let active = cluster.active_controller.map(|_| (HeaderLine::Controllers, "controller", ""));
    for (at, what, verb) in topics.chain(clients).chain(active) {
        let line = scenario.header_notes.get(&at).map_or(1, |notes| notes.line);
        let message = match what {
            "controller" => "with `start cold` no controller is active at time 0".to_owned(),
            _ => format!("with `start cold` there is no {what} at time 0"),
        };
        let fix = match verb {
            "" => "leave `active=` out".to_owned(),
            verb => format!("begin it by a step: `@+10s {verb} ...`"),
        };
        let place = reader.problems.whole_line(line);
        reader.problems.error(place, message, fix);
    }
}

/// A broker whose release does not know the cluster's metadata version could not have registered.
fn check_releases(reader: &mut Reader, scenario: &Scenario) {
    let Some(level) = first_metadata_version(&scenario.cluster) else { return };
    for (at, (broker, release)) in scenario.cluster.releases.iter().enumerate() {
        let known = Release::named(release).map(|release| release.rules().features);
        let Some(range) = known.map(|known| known.metadata_version) else { continue };
        if range.contains(level) {
            continue;
        }
        let line = scenario.header_notes.get(&HeaderLine::KafkaOf(at)).map_or(1, |it| it.line);
        let place = reader.problems.whole_line(line);
        let version = version_name(level);
        let what = format!(
            "broker {broker} cannot register: Kafka {release} has no metadata version {version}"
        );
        let nearest = version_name(level.clamp(range.min.max(7), range.max));
        let fix = format!("write `feature metadata.version={nearest}`");
        reader.problems.error(place, what, fix);
    }
}

/// The second line of a kind that may stand once is an error and is dropped.
fn once_each(reader: &mut Reader, found: &mut Vec<Found>) {
    let mut first = epochscope_vocabulary::SortedMap::new();
    found.retain(|line| {
        let verb = line.form.verb;
        if line.count == Count::Many {
            return true;
        }
        let before = *first.entry(verb).or_insert(line.notes.line);
        if before != line.notes.line {
            let message = format!("`{verb}` stands in line {before} already");
            reader.problems.error(line.place, message, "leave one of them out");
        }
        before == line.notes.line
    });
}

fn read_line(reader: &mut Reader, mut line: Found, scenario: &mut Scenario) {
    let takes_text = line.form.slots.iter().any(|slot| slot.kind == Kind::FreeText);
    let errors = reader.problems.errors();
    let tokens = match takes_text {
        true => match super::free_text(reader, line.form, &mut line.cursor, line.place) {
            Some(tokens) => tokens,
            None => return,
        },
        false => line.cursor.tokens(reader.problems),
    };
    let Some(args) = arguments::read(reader, line.form, line.place, tokens) else { return };
    if reader.problems.errors() > errors {
        return;
    }
    let Some(said) = (line.form.build)(reader, &args) else { return };
    let at = store(said, scenario);
    let mut notes = line.notes;
    notes.beside = line.cursor.comment().map(Arc::from);
    notes.ignored = args.ignored;
    scenario.header_notes.insert(at, notes);
}

/// Puts what a line says in its place, and answers which line of the header it is.
fn store(said: Line, scenario: &mut Scenario) -> HeaderLine {
    let cluster = &mut scenario.cluster;
    match said {
        Line::Version => HeaderLine::Version,
        Line::Title(title) => {
            scenario.title = Some(title);
            HeaderLine::Title
        }
        Line::About(about) => {
            scenario.about = Some(about);
            HeaderLine::About
        }
        Line::Kafka(release) => {
            cluster.release = release;
            HeaderLine::Kafka
        }
        Line::KafkaOf(broker, release) => {
            HeaderLine::KafkaOf(pushed(&mut cluster.releases, (broker, release)))
        }
        Line::Seed(seed) => {
            cluster.seed = seed;
            HeaderLine::Seed
        }
        Line::Brokers(brokers) => {
            cluster.brokers = brokers;
            HeaderLine::Brokers
        }
        Line::Controllers(controllers, active) => {
            cluster.controllers = controllers;
            cluster.active_controller = active;
            HeaderLine::Controllers
        }
        Line::Network(network) => HeaderLine::Network(pushed(&mut cluster.network, network)),
        Line::Config(config) => HeaderLine::Config(pushed(&mut cluster.config, config)),
        Line::Features(features) => {
            let at = cluster.features.len();
            cluster.features.extend(features);
            HeaderLine::Feature(at)
        }
        Line::StartCold => {
            cluster.beginning = Beginning::Cold;
            HeaderLine::StartCold
        }
        Line::Topic(topic) => HeaderLine::Topic(pushed(&mut cluster.topics, topic)),
        Line::Client(client) => HeaderLine::Client(pushed(&mut cluster.clients, client)),
    }
}

fn pushed<T>(list: &mut Vec<T>, item: T) -> usize {
    list.push(item);
    list.len() - 1
}

/// What must be known before topics and clients are read.
fn check_nodes(reader: &mut Reader, scenario: &mut Scenario) {
    let World { brokers, controllers, nodes_are, .. } = &mut *reader.world;
    if controllers.is_empty() {
        controllers.extend(scenario.cluster.controllers.iter().copied());
    }
    if *nodes_are == Certainty::Unknown {
        return;
    }
    if brokers.is_empty() {
        *nodes_are = Certainty::Unknown;
        let place = Place { line: 0, start: 0, end: 0 };
        reader.problems.error(place, "the header names no brokers", "add `brokers 1..3`");
        return;
    }
    let both = brokers.keys().find(|id| controllers.contains(id)).copied();
    let (brokers, controllers) = (HeaderLine::Brokers, HeaderLine::Controllers);
    if let Some(id) = both {
        let notes = scenario.header_notes.get(&controllers);
        let line = notes.or(scenario.header_notes.get(&brokers)).map_or(1, |notes| notes.line);
        let place = reader.problems.whole_line(line);
        let what = format!("{id} is both broker and controller: combined mode is not modelled");
        let fix = "give controllers other numbers: `controllers 101..103`";
        let _: Option<()> = reader.not_yet(place, &what, fix);
    }
}
