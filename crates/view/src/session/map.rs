//! The map of a run, made anew only after something on it has changed.
//!
//! Uses: `map`, `narration`, `scene`.

use std::sync::Arc;

use epochscope_engine::controller::Foreseen;
use epochscope_engine::controller::feature_control::ELIGIBLE_LEADER_REPLICAS_VERSION as ELR;
use epochscope_engine::metadata::MetadataImage;
use epochscope_vocabulary::{ControllerId, SimTime, TopicPartition};

use super::Session;
use crate::map::{self, Map, Query, Reading};
use crate::narration;

/// The map given last, and what it was made of.
#[derive(Debug)]
pub(super) struct Mapped {
    map: Arc<Map>,
    image: Arc<MetadataImage>,
    key: Key,
}

/// A map is still true while these and the topics are the same.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    query: Query,
    shown: Option<TopicPartition>,
    next_check: Option<SimTime>,
    active: Option<ControllerId>,
    elr: u16,
    states: Vec<&'static str>,
}

impl Session {
    /// The map as it is asked for: the same value as before unless something on it has changed.
    pub fn map(&mut self, query: &Query) -> Arc<Map> {
        let scene = self.scene();
        let cluster = self.player.cluster();
        let next_check = cluster.next_leader_balance();
        let key = Key {
            query: query.clone(),
            shown: self.shown,
            next_check,
            active: cluster.active_controller(),
            elr: cluster.image().feature(ELR),
            states: scene.brokers.iter().map(|card| narration::process(card).0).collect(),
        };
        let image = cluster.image().clone();
        let before = self.mapped.take();
        if let Some(before) = before.as_ref().filter(|before| before.key == key)
            && image.has_topics_of(&before.image)
            && image.has_configs_of(&before.image)
        {
            let map = before.map.clone();
            self.mapped = Some(Mapped { map: map.clone(), image, key });
            return map;
        }
        let balanced = next_check.and_then(|_| cluster.foresee(Foreseen::Balanced));
        let reading = Reading {
            scene: &scene,
            image: &image,
            settings: &cluster.controller_settings(),
            min_isr: cluster.effective_min_isr(),
            next_check,
            balanced: balanced.as_ref(),
            query,
        };
        let foresight = map::foresee(&reading, &|lost| cluster.foresee(Foreseen::Fenced(lost)));
        let new = map::map(&reading, &foresight, before.as_ref().map(|before| &*before.map));
        let map = Arc::new(new);
        self.mapped = Some(Mapped { map: map.clone(), image, key });
        map
    }
}
