//! What the cluster is at the moment at which something is to be done with it.
//!
//! Uses: `orders`, `table`.

use epochscope_engine::Cluster;
use epochscope_engine::observe::{BrokerObservation, PartitionObservation, ProcessStatus};
use epochscope_scenario::acting;
use epochscope_scenario::format::Context;
use epochscope_scenario::player::Player;
use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::{SimTime, SortedSet};

use super::table::When;
use super::{Thing, ThingKind};

/// More partitions than these are not listed as things.
const MOST_PARTITIONS: usize = 50;

/// A moment of a run.
pub(crate) struct Moment<'a> {
    pub(super) player: &'a Player,
    pub(super) at: SimTime,
    /// What a statement may speak of.
    pub(super) context: Context,
    pub(super) brokers: Vec<BrokerObservation>,
}

impl<'a> Moment<'a> {
    /// The player's, at this time.
    pub(crate) fn of(player: &'a Player, at: SimTime) -> Self {
        let context = acting::context(player);
        Self { player, at, context, brokers: player.cluster().brokers() }
    }

    pub(super) fn cluster(&self) -> &Cluster {
        self.player.cluster()
    }

    /// The words for a thing of which something makes sense; none if it does not.
    pub(super) fn words(&self, thing: &Thing, when: When) -> Option<String> {
        match thing.kind {
            ThingKind::Broker | ThingKind::Rack | ThingKind::Cluster => self.processes(thing, when),
            ThingKind::Client => self.fits(&thing.name, when).then(|| thing.name.to_string()),
            ThingKind::Controller => self.decides(thing, when).then(|| thing.name.to_string()),
            ThingKind::Partition => self.is_moving(thing, when).then(|| thing.name.to_string()),
            ThingKind::Topic | ThingKind::Link => {
                (when == When::Always).then(|| thing.name.to_string())
            }
        }
    }

    fn decides(&self, thing: &Thing, when: When) -> bool {
        let mut all = self.cluster().controllers().into_iter();
        all.any(|one| one.id.to_string() == *thing.name && is_process(when, one.process))
    }

    fn is_moving(&self, thing: &Thing, when: When) -> bool {
        let moves = |one: &PartitionObservation| one.adding.len() + one.removing.len() > 0;
        let found = self.partition(thing);
        match when {
            When::Always => true,
            When::Moving => found.is_some_and(|one| moves(&one)),
            When::Settled => found.is_some_and(|one| !moves(&one)),
            When::Running
            | When::Paused
            | When::Alive
            | When::Down
            | When::Producer
            | When::LoadRuns
            | When::LoadRests
            | When::Consumer
            | When::Manual => false,
        }
    }

    /// The partition that a thing is.
    pub(super) fn partition(&self, thing: &Thing) -> Option<PartitionObservation> {
        let (topic, number) = thing.name.rsplit_once('-')?;
        let id = self.cluster().find_partition(topic, number.parse().ok()?)?;
        self.cluster().partition(id)
    }

    /// Brokers whose process is as it must be: all that there are by one word, else one by one.
    fn processes(&self, thing: &Thing, when: When) -> Option<String> {
        let (of_thing, all) = match thing.kind {
            ThingKind::Rack => {
                let in_rack = |one: &&BrokerObservation| one.rack.as_ref() == Some(&thing.name);
                let brokers: Vec<_> = self.brokers.iter().filter(in_rack).collect();
                (brokers, format!("rack:{}", thing.name))
            }
            ThingKind::Cluster => (self.brokers.iter().collect(), "brokers".to_owned()),
            _ => {
                let is_it = |one: &&BrokerObservation| one.id.to_string() == *thing.name;
                (self.brokers.iter().filter(is_it).collect(), thing.name.to_string())
            }
        };
        let is_so = |one: &&&BrokerObservation| is_process(when, one.process);
        let fitting: Vec<String> =
            of_thing.iter().filter(is_so).map(|b| b.id.to_string()).collect();
        match fitting.len() {
            0 => None,
            some if some == of_thing.len() => Some(all),
            _ => Some(fitting.join(",")),
        }
    }

    fn fits(&self, client: &str, when: When) -> bool {
        let seen = self.cluster().clients();
        let kind = seen.iter().find(|one| &*one.name == client).map(|one| one.kind);
        let loaded = || self.cluster().client(client).is_some_and(|one| one.load_runs());
        let is_producer = kind == Some(ClientKind::Producer);
        match when {
            When::Always => kind.is_some(),
            When::Producer => is_producer,
            When::LoadRuns => is_producer && loaded(),
            When::LoadRests => is_producer && !loaded(),
            When::Consumer => kind == Some(ClientKind::Consumer),
            When::Manual => self.context.polls_when_told(client),
            When::Running
            | When::Paused
            | When::Alive
            | When::Down
            | When::Moving
            | When::Settled => false,
        }
    }

    /// Racks that brokers stand in.
    pub(super) fn racks(&self) -> SortedSet<&str> {
        self.brokers.iter().filter_map(|one| one.rack.as_deref()).collect()
    }
}

const fn is_process(when: When, process: ProcessStatus) -> bool {
    let is_down = matches!(process, ProcessStatus::Stopped | ProcessStatus::Killed);
    match when {
        When::Always => true,
        When::Running => matches!(process, ProcessStatus::Running),
        When::Paused => matches!(process, ProcessStatus::Paused),
        When::Alive => !is_down,
        When::Down => is_down,
        When::Producer
        | When::LoadRuns
        | When::LoadRests
        | When::Consumer
        | When::Manual
        | When::Moving
        | When::Settled => false,
    }
}

/// Everything that something can be done with.
pub(crate) fn things(cluster: &Cluster) -> Vec<Thing> {
    let brokers = cluster.brokers();
    let mut all: Vec<Thing> = Vec::new();
    let mut add = |kind, name: String| {
        let thing = Thing::new(kind, name);
        if !all.contains(&thing) {
            all.push(thing);
        }
    };
    brokers.iter().for_each(|one| add(ThingKind::Broker, one.id.to_string()));
    for one in cluster.controllers() {
        add(ThingKind::Controller, one.id.to_string());
    }
    for rack in brokers.iter().filter_map(|one| one.rack.as_ref()) {
        add(ThingKind::Rack, rack.to_string());
    }
    for client in cluster.clients() {
        add(ThingKind::Client, client.name.to_string());
    }
    for partition in cluster.partitions().take(MOST_PARTITIONS) {
        add(ThingKind::Partition, partition.name.clone());
        let topic = partition.name.rsplit_once('-').map_or("", |(topic, _)| topic);
        add(ThingKind::Topic, topic.to_owned());
    }
    add(ThingKind::Cluster, String::new());
    all
}
