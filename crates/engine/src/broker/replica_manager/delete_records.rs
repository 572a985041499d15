//! DeleteRecords: a leader gives up the beginning of its log, and waits for its followers to.
//!
//! A follower hears of it by the answer to its next fetch, and says so with the one after.
//!
//! Source: Kafka `ReplicaManager.deleteRecords`, `Partition.deleteRecordsOnLeader`,
//! `DelayedDeleteRecords`; KIP-107.
//! Simplified: where a log begins is on disk at once.
//! Uses: `effects`, `log`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{DeleteRecordsRequest, DeleteRecordsResponse, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ErrorCode, Offset, RequestId, SimDuration, TopicPartition};

use super::ReplicaManager;
use crate::effects::{Context, Timer};
use crate::log::ReplicatedLog;

impl ReplicaManager {
    /// Somebody asks to delete a partition's records before an offset.
    pub fn on_delete_records(
        &mut self,
        cx: &mut Context<'_>,
        id: RequestId,
        request: &DeleteRecordsRequest,
    ) {
        if let Err(error) = self.delete_records(cx, request.partition, request.offset) {
            cx.fx.respond(id, answer(request.partition, error, None));
            return;
        }
        self.purgatory.deletions.insert(id, (request.partition, request.offset));
        let wait = SimDuration::from_ms(request.timeout_ms);
        cx.fx.set_timer(Timer::DelayedDeleteRecords(id), wait);
        self.complete_deletions(cx, request.partition);
    }

    fn delete_records(
        &mut self,
        cx: &mut Context<'_>,
        id: TopicPartition,
        before: Offset,
    ) -> Result<(), ErrorCode> {
        let not_hosted = self.not_hosted(id);
        let partition = self.partitions.get_mut(&id).ok_or(not_hosted)?;
        partition.leading().ok_or(ErrorCode::NotLeaderOrFollower)?;
        begin_log_at(cx, id, &mut partition.log, before)
    }

    /// A follower has told where its log begins: completes the deletions that waited for it.
    pub(super) fn complete_deletions(&mut self, cx: &mut Context<'_>, partition: TopicPartition) {
        let waits = self.purgatory.deletions.iter().filter(|(_, (of, _))| *of == partition);
        let waits: Vec<_> = waits.map(|(id, (_, before))| (*id, *before)).collect();
        let Some(low) = self.low_watermark(partition).filter(|_| !waits.is_empty()) else { return };
        for (id, _) in waits.into_iter().filter(|(_, before)| low >= *before) {
            self.purgatory.deletions.remove(&id);
            cx.fx.cancel_timer(Timer::DelayedDeleteRecords(id));
            cx.fx.respond(id, answer(partition, ErrorCode::None, Some(low)));
        }
    }

    /// A deletion has waited long enough.
    pub fn on_delayed_delete_records(&mut self, cx: &mut Context<'_>, id: RequestId) {
        if let Some((partition, _)) = self.purgatory.deletions.remove(&id) {
            cx.fx.respond(id, answer(partition, ErrorCode::RequestTimedOut, None));
        }
    }

    /// Where the log of the last of all live replicas begins; none while one has not said.
    fn low_watermark(&self, id: TopicPartition) -> Option<Offset> {
        let partition = self.partitions.get(&id)?;
        let mut low = partition.log.log_start_offset();
        for (follower, state) in &partition.leading()?.followers {
            if self.image.broker(*follower).is_some_and(|one| !one.is_fenced()) {
                low = low.min(state.log_start_offset?);
            }
        }
        Some(low)
    }
}

/// Gives up the beginning of a log, and says so.
pub(super) fn begin_log_at(
    cx: &mut Context<'_>,
    partition: TopicPartition,
    log: &mut ReplicatedLog,
    start: Offset,
) -> Result<(), ErrorCode> {
    let from = log.log_start_offset();
    let values = log.records(from, start).map(|(_, record)| record.value).collect::<Vec<_>>();
    if log.maybe_increment_log_start_offset(start)? {
        let values = values.into();
        let kind = EventKind::RecordsDeleted { partition, from, to: start, values };
        let event = cx.fx.record(RuleId::RecordDeletion, kind);
        cx.fx.because(event);
    }
    Ok(())
}

fn answer(partition: TopicPartition, error: ErrorCode, low_watermark: Option<Offset>) -> Response {
    Response::DeleteRecords(Arc::new(DeleteRecordsResponse { partition, error, low_watermark }))
}
