//! A loss as a scenario: a part of the cluster small enough to look at, what is lost, and what is
//! expected of it.
//!
//! The partitions that are harmed come first, then some that are not, to compare. A topic of which
//! only some partitions are taken gets them numbered anew; those that another leads than their
//! first replica that runs stand in a topic of their own, since a topic begins with one leader. A
//! comment says which they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use epochscope_vocabulary::BrokerId;

use crate::cluster::{BrokerState, Cluster, Place, Racks, Topic};
use crate::fate::{Fate, Harm};
use crate::losses::{Loss, Lost, fates, losses_of};

/// The most partitions that a story tells of.
pub const MOST_PARTITIONS: usize = 60;
/// The most of one kind: of each harm, or not harmed.
const MOST_OF_A_KIND: usize = 18;
/// The most of one topic.
const MOST_OF_A_TOPIC: usize = 6;
/// The most brokers.
const MOST_BROKERS: usize = 60;

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its text.
    pub text: String,
    /// How many partitions it tells of. Without any it is no scenario.
    pub partitions: usize,
    /// What was left out of it, in words; none if it is all there.
    pub left_out: Vec<String>,
}

/// A loss in words.
#[must_use]
pub fn name(cluster: &Cluster, lost: Lost) -> String {
    match lost {
        Lost::Broker(id) => format!("broker {id}"),
        Lost::Brokers(one, other) => format!("brokers {one} and {other}"),
        Lost::Rack(rack) => format!("rack {}", cluster.racks[rack]),
        Lost::Racks(one, other) => {
            format!("racks {} and {}", cluster.racks[one], cluster.racks[other])
        }
    }
}

/// The brokers that a loss takes.
#[must_use]
pub fn brokers_of(cluster: &Cluster, lost: Lost) -> Vec<BrokerId> {
    let is_lost = |broker: &&crate::cluster::Broker| match lost {
        Lost::Broker(id) => broker.id == id,
        Lost::Brokers(one, other) => broker.id == one || broker.id == other,
        Lost::Rack(rack) => broker.rack == Some(rack),
        Lost::Racks(one, other) => broker.rack == Some(one) || broker.rack == Some(other),
    };
    cluster.brokers.iter().filter(is_lost).map(|broker| broker.id).collect()
}

/// The scenario of a loss. `source` is what the cluster was read from.
#[must_use]
pub fn story(cluster: &Cluster, loss: &Loss, source: &str) -> Story {
    let chosen = Chosen::of(cluster, loss.lost);
    let part = chosen.part(cluster);
    let mut left_out = chosen.left_out(cluster);
    let text = text(cluster, &part, loss.lost, source);
    if part.real.iter().any(|real| real.of.is_none() && real.are_others()) {
        left_out.push("partitions of larger topics are numbered anew".to_owned());
    }
    if part.real.iter().any(|real| real.of.is_some()) {
        let why = "partitions of one topic with different leaders are in topics of their own";
        left_out.push(why.to_owned());
    }
    Story { text, partitions: chosen.places.len(), left_out }
}

/// Which partitions are told of.
struct Chosen {
    places: BTreeSet<Place>,
    /// Partitions whose state a new cluster does not come to.
    odd: usize,
}

/// The part of the cluster that is told of.
struct Part {
    cluster: Cluster,
    /// What each topic really is.
    real: Vec<Real>,
}

/// What stands behind a topic of a story.
struct Real {
    /// Its partitions' real numbers.
    numbers: Vec<u32>,
    /// Its real name, where it is another here.
    of: Option<String>,
    /// Who leads its partitions, where that is not the first that runs of their replicas.
    leader: Option<BrokerId>,
}

impl Real {
    /// Whether partitions have other numbers here.
    fn are_others(&self) -> bool {
        (0..).zip(&self.numbers).any(|(here, there)| here != *there)
    }
}

impl Chosen {
    fn of(cluster: &Cluster, lost: Lost) -> Self {
        let lost = brokers_of(cluster, lost);
        let all = fates(cluster, &lost);
        let can_be_told = |place: &Place| is_reproducible(cluster, *place);
        let mut chosen = Self { places: BTreeSet::new(), odd: 0 };
        let mut brokers: BTreeSet<BrokerId> = BTreeSet::new();
        let worst_first = Harm::ALL.into_iter().map(Some).chain([None]);
        for worst in worst_first {
            let of_this_kind = all.iter().filter(|(_, fate)| worst_of(*fate) == worst);
            let most = MOST_PARTITIONS.min(chosen.places.len() + MOST_OF_A_KIND);
            for (place, _) in of_this_kind {
                if !can_be_told(place) {
                    chosen.odd += 1;
                } else if chosen.places.len() < most {
                    chosen.take(cluster, *place, &mut brokers);
                }
            }
        }
        chosen
    }

    /// Takes a partition unless it needs too many brokers, or others than the rest of its topic.
    fn take(&mut self, cluster: &Cluster, place: Place, brokers: &mut BTreeSet<BrokerId>) {
        let topic = &cluster.topics[place.topic];
        let replicas = &topic.partitions[place.partition].state.replicas;
        let with: BTreeSet<BrokerId> = brokers.iter().chain(replicas).copied().collect();
        let first = Place { topic: place.topic, partition: 0 };
        let fellows = self.places.range(first..).filter(|fellow| fellow.topic == place.topic);
        let is_alike = fellows.clone().all(|fellow| {
            topic.partitions[fellow.partition].state.replicas.len() == replicas.len()
        });
        if is_alike && fellows.count() < MOST_OF_A_TOPIC && with.len() <= MOST_BROKERS {
            *brokers = with;
            self.places.insert(place);
        }
    }

    fn part(&self, cluster: &Cluster) -> Part {
        let mut topics: BTreeMap<(usize, Option<BrokerId>), Topic> = BTreeMap::new();
        for place in &self.places {
            let source = &cluster.topics[place.topic];
            let topic = topics.entry((place.topic, odd_leader(cluster, *place)));
            let topic = topic.or_insert_with(|| Topic {
                name: source.name.clone(),
                configs: source.configs.clone(),
                partitions: Vec::new(),
            });
            topic.partitions.push(source.partitions[place.partition].clone());
        }
        let mut real = Vec::new();
        let mut last = None;
        for ((at, leader), topic) in &mut topics {
            let numbers = topic.partitions.iter().map(|it| it.number).collect();
            let is_further = last.replace(*at) == Some(*at);
            let other = is_further.then(|| name_beside(cluster, &topic.name, *leader));
            let of = other.map(|other| std::mem::replace(&mut topic.name, other));
            real.push(Real { numbers, of, leader: *leader });
            (0..).zip(&mut topic.partitions).for_each(|(here, it)| it.number = here);
        }
        let used: BTreeSet<BrokerId> = topics
            .values()
            .flat_map(|topic| &topic.partitions)
            .flat_map(|partition| partition.state.replicas.iter().copied())
            .collect();
        let rack = |id: &BrokerId| Some((*id, cluster.racks[cluster.broker(*id).rack?].clone()));
        let racks: Racks = used.iter().filter_map(rack).collect();
        let topics = topics.into_values().collect();
        let mut part = Cluster::new(topics, &racks, cluster.min_insync_replicas);
        for broker in &mut part.brokers {
            broker.state = cluster.broker(broker.id).state;
        }
        Part { cluster: part, real }
    }

    fn left_out(&self, cluster: &Cluster) -> Vec<String> {
        let told = self.places.len();
        let all = cluster.partition_count();
        let mut left_out = Vec::new();
        if told < all {
            left_out.push(format!("{told} of {all} partitions are in it, the worst first"));
        }
        if self.odd > 0 {
            left_out.push(format!(
                "{} partitions whose replicas lag, move or wait for a leader were not taken",
                self.odd
            ));
        }
        left_out
    }
}

/// The worst that becomes of a partition.
fn worst_of(fate: Fate) -> Option<Harm> {
    Harm::ALL.into_iter().find(|harm| fate.has(*harm))
}

/// Whether a new cluster, with the brokers that are down stopped, comes to this state.
fn is_reproducible(cluster: &Cluster, place: Place) -> bool {
    let state = &cluster.topics[place.topic].partitions[place.partition].state;
    let is_up = |id: &BrokerId| cluster.broker(*id).state == BrokerState::Up;
    let in_sync = state.replicas.iter().filter(|id| is_up(id)).all(|id| state.isr.contains(id));
    in_sync && state.leader.as_ref().is_some_and(is_up) && state.reassignment.is_none()
}

/// Who leads a partition, if it is not the first that runs of its replicas.
fn odd_leader(cluster: &Cluster, place: Place) -> Option<BrokerId> {
    let state = &cluster.topics[place.topic].partitions[place.partition].state;
    let is_up = |id: &&BrokerId| cluster.broker(**id).state == BrokerState::Up;
    let first = state.replicas.iter().find(is_up).copied();
    state.leader.filter(|leader| first != Some(*leader))
}

/// A name like that of a topic, which no topic has.
fn name_beside(cluster: &Cluster, topic: &str, leader: Option<BrokerId>) -> String {
    let leader = leader.map_or(String::new(), |leader| leader.to_string());
    let start: String = topic.chars().take(200).collect();
    let mut name = format!("{start}-led-by-{leader}");
    while cluster.topics.iter().any(|topic| topic.name == name) {
        name.push('-');
    }
    name
}

fn text(cluster: &Cluster, part: &Part, lost: Lost, source: &str) -> String {
    let told = &part.cluster;
    let what = name(cluster, lost);
    let partitions = (told.partition_count(), cluster.partition_count());
    let mut text = format!(
        "epochscope 1\n\
         title    What if we lose {what}\n\
         about    From {}: {} of {} partitions, {} of {} brokers.\n\
         {}",
        one_line(source),
        partitions.0,
        partitions.1,
        told.brokers.len(),
        cluster.brokers.len(),
        brokers_line(told),
    );
    let controllers = controllers_beside(told);
    push(&mut text, format_args!("controllers {controllers}..{}\n", controllers + 2));
    for (topic, real) in told.topics.iter().zip(&part.real) {
        topic_line(&mut text, told, topic, real);
    }
    text.push('\n');
    text.push_str(&steps(told, lost, cluster, &what));
    text
}

/// The first of three numbers that no broker has.
fn controllers_beside(part: &Cluster) -> u32 {
    let is_free = |number| part.brokers.iter().all(|broker| broker.id.0 != number);
    (101..).find(|first| (*first..first + 3).all(is_free)).unwrap_or(101)
}

fn brokers_line(part: &Cluster) -> String {
    let broker = |broker: &crate::cluster::Broker| match broker.rack {
        Some(rack) => format!(" {}@{}", broker.id, rack_name(&part.racks[rack])),
        None => format!(" {}", broker.id),
    };
    format!("brokers {}\n", part.brokers.iter().map(broker).collect::<String>())
}

fn topic_line(text: &mut String, part: &Cluster, topic: &Topic, real: &Real) {
    if real.are_others() || real.of.is_some() {
        let there: Vec<String> = real.numbers.iter().map(u32::to_string).collect();
        let there = there.join(",");
        let here = match real.numbers.len() {
            1 => "Partition 0 of it is".to_owned(),
            count => format!("Partitions 0 to {} of it are", count - 1),
        };
        let of = real.of.as_ref().map_or(String::new(), |name| format!(" of {name}"));
        push(text, format_args!("# {here} really {there}{of}.\n"));
    }
    let lists = topic.partitions.iter().map(|partition| comma_separated(&partition.state.replicas));
    let lists: Vec<String> = lists.collect();
    let count = lists.len();
    push(
        text,
        format_args!("topic    {} partitions={count} replicas={}", topic.name, lists.join(";")),
    );
    if let Some(leader) = real.leader {
        push(text, format_args!(" leader={leader}"));
    }
    let min_isr = part.min_insync_replicas_of(topic);
    push(text, format_args!(" min.insync.replicas={min_isr}"));
    if topic.may_elect_uncleanly() {
        text.push_str(" unclean.leader.election.enable=true");
    }
    text.push('\n');
}

fn steps(part: &Cluster, lost: Lost, whole: &Cluster, what: &str) -> String {
    let mut text = String::from("run for=5s\n");
    let down = part.brokers.iter().filter(|broker| broker.state == BrokerState::Down);
    let down: Vec<BrokerId> = down.map(|broker| broker.id).collect();
    if !down.is_empty() {
        let ids = comma_separated(&down);
        push(&mut text, format_args!("say    Down already: {ids}.\nkill {ids}\nrun for=20s\n"));
    }
    let gone: Vec<BrokerId> = brokers_of(whole, lost)
        .into_iter()
        .filter(|id| part.brokers.iter().any(|it| it.id == *id && it.state == BrokerState::Up))
        .collect();
    let loss = losses_of(part, &gone);
    let after = |harm| loss.now.of(harm) + loss.tally.of(harm);
    let (offline, below) = (after(Harm::Offline), after(Harm::BelowMinIsr));
    push(&mut text, format_args!("say    Now we lose {what}.\nmarker lost\n"));
    if !gone.is_empty() {
        push(&mut text, format_args!("kill {}\n", comma_separated(&gone)));
    }
    push(
        &mut text,
        format_args!(
            "run for=20s\n\
             say    {offline} of these partitions have no leader, and {below} refuse acks=all.\n\
             expect offline = {offline} and under-min-isr = {below}\n"
        ),
    );
    text
}

/// A rack's name in the letters that scenarios have for names.
fn rack_name(name: &Arc<str>) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    name.chars().map(legal).take(249).collect()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

fn comma_separated(ids: &[BrokerId]) -> String {
    ids.iter().map(BrokerId::to_string).collect::<Vec<_>>().join(",")
}

/// Writing to a `String` cannot fail.
fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    let written = text.write_fmt(part);
    debug_assert!(written.is_ok());
}
