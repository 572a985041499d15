//! From what was read of a cluster to a scene, keeping every part that has not changed.
//!
//! Uses: `scene`, `trace`, `timeline`.

use std::sync::Arc;

use epochscope_vocabulary::TopicPartition;

use super::{
    Fork, Question, Reading, Scene, Sentence, StepLine, clients, controllers, messages, replicas,
};
use crate::timeline::Timeline;
use crate::trace::History;

/// What a scene needs that is not in the cluster.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// Who led when.
    pub(crate) timeline: Arc<Timeline>,
    /// The last events in words.
    pub(crate) recent: Arc<[Sentence]>,
    /// The scenario's steps.
    pub(crate) steps: Arc<[StepLine]>,
    /// The last caption.
    pub(crate) caption: Option<Arc<str>>,
    /// The last question.
    pub(crate) question: Option<Arc<Question>>,
    /// The futures.
    pub(crate) forks: Arc<[Fork]>,
}

/// The scene of `reading`. Parts equal to those of `before` are its very parts.
pub(crate) fn scene(
    reading: &Reading,
    history: &History,
    around: Surroundings,
    before: Option<&Scene>,
) -> Scene {
    let rows = replicas::rows(reading, history);
    let old_cards = before.map_or(&[][..], |scene| &scene.brokers);
    let old_clients = before.map_or(&[][..], |scene| &scene.clients);
    let old_messages = before.map_or(&[][..], |scene| &scene.messages);
    let cards = replicas::cards(reading, history, rows).into_iter();
    let clients = clients::cards(reading).into_iter();
    Scene {
        at: reading.at,
        quorum: keep(controllers::quorum(reading), before.map(|scene| &scene.quorum)),
        partition: controllers::partition(reading)
            .map(|new| keep(new, before.and_then(|scene| scene.partition.as_ref()))),
        choices: choices(reading, before),
        brokers: cards
            .map(|card| {
                let old = old_cards.iter().find(|old| old.id == card.id);
                keep(card, old)
            })
            .collect(),
        rows,
        clients: clients
            .map(|card| {
                let old = old_clients.iter().find(|old| old.id == card.id);
                keep(card, old)
            })
            .collect(),
        messages: messages::messages(reading, old_messages),
        timeline: around.timeline,
        recent: around.recent,
        steps: around.steps,
        caption: around.caption,
        question: around.question,
        forks: around.forks,
    }
}

fn choices(reading: &Reading, before: Option<&Scene>) -> Arc<[(TopicPartition, Arc<str>)]> {
    let name = |p: &epochscope_engine::observe::PartitionObservation| {
        (p.partition, Arc::<str>::from(p.name.as_str()))
    };
    let new: Vec<_> = reading.partitions.iter().map(name).collect();
    match before {
        Some(scene) if *scene.choices == *new => scene.choices.clone(),
        _ => new.into(),
    }
}

fn keep<T: PartialEq>(new: T, old: Option<&Arc<T>>) -> Arc<T> {
    match old {
        Some(old) if **old == new => old.clone(),
        _ => Arc::new(new),
    }
}
