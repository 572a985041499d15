//! What a broker tells the controller of the directories of its replicas, one request at a time.
//!
//! What is to be told waits 100 ms for company.
//!
//! Source: Kafka `AssignmentsManager`, `AssignmentsManagerDeadlineFunction`; KIP-858.
//! Simplified: its pauses after failures have no jitter.
//! Uses: `effects`, `metadata`, its folder.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{
    AssignReplicasToDirsRequest, AssignReplicasToDirsResponse, DirectoryAssignment, Request,
};
use epochscope_vocabulary::{
    DirectoryId, ErrorCode, RequestId, SimDuration, SimTime, SortedMap, TopicPartition,
};

use super::alter_partition_manager::Correspondents;
use crate::effects::{Channel, Context, Timer};
use crate::metadata::MetadataImage;

/// How many replicas one request speaks of at most.
const MAX_ASSIGNMENTS_PER_REQUEST: usize = 2_000;
const INITIAL_BACKOFF: SimDuration = SimDuration::from_ms(100);
const MAX_BACKOFF: SimDuration = SimDuration::from_secs(10);

type Assignments = SortedMap<TopicPartition, DirectoryId>;

/// What is to be told, and what is being told.
#[derive(Clone, Debug, Default)]
pub struct AssignmentsManager {
    ready: Assignments,
    in_flight: Option<(RequestId, Assignments)>,
    failures: u32,
    send_at: Option<SimTime>,
}

impl AssignmentsManager {
    /// A replica lies elsewhere than the controller has it.
    pub fn on_assignment(
        &mut self,
        cx: &mut Context<'_>,
        partition: TopicPartition,
        directory: DirectoryId,
    ) {
        self.ready.insert(partition, directory);
        self.reschedule(cx);
    }

    /// Tells what is ready, unless a request is out.
    pub fn maybe_send(&mut self, cx: &mut Context<'_>, who: Correspondents, image: &MetadataImage) {
        self.send_at = None;
        if self.in_flight.is_some() {
            return;
        }
        let is_replica = |partition| {
            image.partition(partition).is_some_and(|one| one.replicas.contains(&who.broker))
        };
        let mut sent = Assignments::new();
        for (partition, directory) in std::mem::take(&mut self.ready) {
            if sent.len() == MAX_ASSIGNMENTS_PER_REQUEST {
                self.ready.insert(partition, directory);
            } else if is_replica(partition) {
                sent.insert(partition, directory);
            }
        }
        if sent.is_empty() {
            return;
        }
        // The epoch is that of the metadata, which may be a former incarnation's.
        let broker_epoch = image.broker(who.broker).map(|registered| registered.broker_epoch);
        let (Some(controller), Some(broker_epoch)) = (who.controller, broker_epoch) else {
            self.failed(cx, sent);
            return;
        };
        let directories = by_directory(&sent);
        let request = AssignReplicasToDirsRequest { broker: who.broker, broker_epoch, directories };
        let request = Request::AssignReplicasToDirs(Arc::new(request));
        let channel = Channel::DirectoryAssignments;
        let id = cx.fx.send(controller.into(), channel, request, who.timeout);
        self.in_flight = Some((id, sent));
    }

    /// The controller has answered.
    pub fn on_answer(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        response: &AssignReplicasToDirsResponse,
    ) {
        let Some(mut sent) = self.answered(id) else { return };
        if response.error != ErrorCode::None {
            self.failed(cx, sent);
            return;
        }
        self.failures = 0;
        for (partition, error) in &response.partitions {
            if *error == ErrorCode::None {
                sent.remove(partition);
            }
        }
        self.put_back(cx, sent);
    }

    /// The controller could not be asked.
    pub fn on_failed(&mut self, cx: &mut Context<'_>, id: RequestId) {
        if let Some(sent) = self.answered(id) {
            self.failed(cx, sent);
        }
    }

    fn answered(&mut self, id: RequestId) -> Option<Assignments> {
        match self.in_flight.take() {
            Some((sent, assignments)) if sent == id => Some(assignments),
            other => {
                self.in_flight = other;
                None
            }
        }
    }

    fn failed(&mut self, cx: &mut Context<'_>, sent: Assignments) {
        self.failures += 1;
        self.put_back(cx, sent);
    }

    fn put_back(&mut self, cx: &mut Context<'_>, sent: Assignments) {
        for (partition, directory) in sent {
            self.ready.entry(partition).or_insert(directory);
        }
        if !self.ready.is_empty() {
            self.reschedule(cx);
        }
    }

    fn reschedule(&mut self, cx: &mut Context<'_>) {
        let many = self.ready.len() > MAX_ASSIGNMENTS_PER_REQUEST && self.in_flight.is_none();
        let delay = match self.failures {
            0 if many => SimDuration::ZERO,
            0 => INITIAL_BACKOFF,
            failures => SimDuration(INITIAL_BACKOFF.0 << failures.min(10)).min(MAX_BACKOFF),
        };
        let at = cx.now() + delay;
        if self.send_at.is_none_or(|before| before >= at) {
            self.send_at = Some(at);
            cx.fx.set_timer_at(Timer::AssignReplicas, at);
        }
    }
}

fn by_directory(assignments: &Assignments) -> Vec<DirectoryAssignment> {
    let mut directories: SortedMap<DirectoryId, Vec<TopicPartition>> = SortedMap::new();
    for (partition, directory) in assignments {
        directories.entry(*directory).or_default().push(*partition);
    }
    let listed = directories.into_iter();
    listed.map(|(directory, partitions)| DirectoryAssignment { directory, partitions }).collect()
}
