//! From what the controllers have committed to the map.
//!
//! Uses: its folder, `narration`, `scene`.

use std::sync::Arc;

use epochscope_engine::metadata::MetadataImage;
use epochscope_engine::metadata::partition_registration::PartitionRegistration;
use epochscope_engine::release::EffectiveMinIsr;
use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::{BrokerId, SimTime, TopicId, TopicPartition};

use super::replicas::{Holding, Seen};
use super::{Broker, Detail, Foresight, Map, Query, Rack, labels, losses, worst};
use crate::narration;
use crate::scene::{BrokerCard, Scene};

/// As many replicas have a chip with a number, or a square, each.
const MOST_CHIPS: usize = 300;
const MOST_SQUARES: usize = 4_000;
/// As many squares has the largest field.
const FIELD: usize = 240;

/// What the map is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    /// The brokers and the partition shown.
    pub(crate) scene: &'a Scene,
    /// What the controllers have committed.
    pub(crate) image: &'a MetadataImage,
    /// Their settings.
    pub(crate) settings: &'a Settings,
    /// How leaders count `min.insync.replicas`.
    pub(crate) min_isr: EffectiveMinIsr,
    /// When leaders are balanced next.
    pub(crate) next_check: Option<SimTime>,
    /// The cluster after that.
    pub(crate) balanced: Option<&'a MetadataImage>,
    /// What is asked.
    pub(crate) query: &'a Query,
}

impl Reading<'_> {
    /// What `min.insync.replicas` of a topic asks of each of its partitions.
    pub(super) fn min_isr(&self, topic: TopicId) -> impl Fn(&PartitionRegistration) -> usize {
        let wanted = self.image.min_insync_replicas(topic, self.settings);
        let rule = self.min_isr;
        move |one| {
            let replicas = u32::try_from(one.replicas.len()).unwrap_or(u32::MAX);
            usize::try_from(rule.of(wanted, replicas)).unwrap_or(usize::MAX)
        }
    }

    /// Whether the filter lets a partition through.
    pub(super) fn is_meant(&self, topic: &str, partition: u32) -> bool {
        let filter = self.query.filter.trim();
        filter.is_empty() || format!("{topic}-{partition}").contains(filter)
    }
}

/// The map. Brokers equal to those of `before` are those very ones.
pub(crate) fn map(reading: &Reading<'_>, foresight: &Foresight, before: Option<&Map>) -> Map {
    let topics: Vec<_> = reading
        .image
        .topics_by_name()
        .map(|one| (one.name.clone(), one.partitions.len()))
        .collect();
    let letters = labels::letters(&topics);
    let all: usize = topics.iter().map(|(_, count)| count).sum();
    let (matches, detail) = extent(reading);
    let holdings = holdings(reading, foresight, &letters, detail);
    let largest = holdings.iter().map(|one| one.field.iter().sum()).max().unwrap_or(0_usize);
    let counts = losses::counts(reading, reading.image);
    let astray_now = astray(reading.image);
    let (racks, most_led) = racks(reading, foresight, holdings, before);
    let led = all - counts[0];
    let up = reading.scene.brokers.iter().filter(|card| narration::process(card).1 == "ok").count();
    let fair_tenths = (led * 10 + up / 2).checked_div(up).unwrap_or(0);
    let asked = reading.query.loss.and_then(|loss| foresight.losses.get(loss));
    Map {
        detail,
        matches: (matches, all),
        figures: narration::map::figures(
            (up, reading.scene.brokers.len()),
            all,
            counts,
            astray_now,
        ),
        racks,
        each: largest.div_ceil(FIELD).max(1),
        worst: worst::worst(reading),
        fair_tenths,
        most_led: most_led.max(fair_tenths.div_ceil(10)),
        balance: narration::map::balance(astray_now, reading.balanced.map(astray)),
        next_check: reading.next_check,
        now: counts,
        told: asked.map(|loss| narration::map::loss(loss, counts)),
        losses: foresight.losses.clone(),
        topics: topics
            .into_iter()
            .zip(letters)
            .map(|((name, n), letter)| (name, letter, n))
            .collect(),
    }
}

/// How many partitions the filter lets through, and how their replicas are drawn.
fn extent(reading: &Reading<'_>) -> (usize, Detail) {
    let (mut matches, mut replicas) = (0, 0);
    for topic in reading.image.topics() {
        for (index, partition) in (0..).zip(&topic.partitions) {
            if reading.is_meant(&topic.name, index) {
                matches += 1;
                replicas += partition.replicas.len();
            }
        }
    }
    let detail = match replicas {
        0..=MOST_CHIPS => Detail::Chips,
        _ if replicas <= MOST_SQUARES => Detail::Squares,
        _ => Detail::Field,
    };
    (matches, detail)
}

/// Partitions that another than their preferred leader leads, or nobody.
fn astray(image: &MetadataImage) -> usize {
    let partitions = image.topics().flat_map(|topic| &topic.partitions);
    partitions
        .filter(|one| one.leader.is_none() || one.leader.as_ref() != one.replicas.first())
        .count()
}

/// What each broker of the scene holds.
fn holdings(
    reading: &Reading<'_>,
    foresight: &Foresight,
    letters: &[String],
    detail: Detail,
) -> Vec<Holding> {
    let brokers: Vec<BrokerId> = reading.scene.brokers.iter().map(|card| card.id).collect();
    let highest = brokers.iter().max().map_or(0, |last| last.0 as usize + 1);
    let mut places = vec![None; highest.min(1 << 16)];
    for (place, broker) in brokers.iter().enumerate() {
        if let Some(slot) = places.get_mut(broker.0 as usize) {
            *slot = Some(place);
        }
    }
    let mut holdings = vec![Holding::default(); brokers.len()];
    for (topic, letters) in reading.image.topics_by_name().zip(letters) {
        let after = foresight.after.as_ref().and_then(|after| after.topic(topic.id));
        let min_isr = reading.min_isr(topic.id);
        for (number, now) in (0..).zip(&topic.partitions) {
            let after = after.and_then(|topic| topic.partitions.get(number as usize));
            let seen = Seen {
                id: TopicPartition { topic: topic.id, partition: number },
                now,
                after: after.map(|after| &**after),
                min_isr: min_isr(now),
                letters,
                topic: &topic.name,
                is_meant: reading.is_meant(&topic.name, number),
            };
            for broker in &now.replicas {
                let place = places.get(broker.0 as usize).copied().flatten();
                if let Some(holding) = place.and_then(|place| holdings.get_mut(place)) {
                    holding.take(reading, &seen, (*broker, detail));
                }
            }
        }
    }
    holdings
}

/// The racks in the order of the scene, and the most that a broker leads.
fn racks(
    reading: &Reading<'_>,
    foresight: &Foresight,
    holdings: Vec<Holding>,
    before: Option<&Map>,
) -> (Vec<Rack>, usize) {
    let old = || before.into_iter().flat_map(|map| &map.racks).flat_map(|rack| &rack.brokers);
    let led: usize = holdings.iter().map(|holding| holding.leads).sum();
    let mut racks: Vec<(Rack, usize)> = Vec::new();
    let mut most = 0;
    for (card, holding) in reading.scene.brokers.iter().zip(holdings) {
        let leads = holding.leads;
        most = most.max(leads);
        let new = broker(card, holding, foresight);
        let same = old().find(|old| ***old == new).cloned();
        let new = same.unwrap_or_else(|| Arc::new(new));
        match racks.last_mut().filter(|(rack, _)| rack.name == card.rack) {
            Some((rack, all)) => {
                rack.brokers.push(new);
                *all += leads;
            }
            None => {
                let is_it = |loss: &super::Loss| Some(&*loss.name) == card.rack.as_deref();
                let loss = foresight.losses.iter().position(is_it);
                let name = card.rack.clone();
                racks.push((Rack { name, about: String::new(), loss, brokers: vec![new] }, leads));
            }
        }
    }
    let told = racks.into_iter().map(|(rack, leads)| {
        let about = format!("leads {leads} of {led}");
        Rack { about, ..rack }
    });
    (told.collect(), most)
}

fn broker(card: &BrokerCard, holding: Holding, foresight: &Foresight) -> Broker {
    let Holding { leads, preferred, replicas, out, chips, field } = holding;
    let is_it = |loss: &super::Loss| loss.name == format!("broker {}", card.id);
    Broker {
        id: card.id,
        state: narration::process(card),
        about: narration::map::holding([leads, preferred, replicas, out]),
        leads,
        loss: foresight.losses.iter().rposition(is_it).unwrap_or_default(),
        chips,
        field,
    }
}
