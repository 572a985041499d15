//! The two questions a consumer asks a leader beside fetching: where does the log begin or end
//! (ListOffsets), and where does the epoch of my last record end (OffsetForLeaderEpoch)?
//!
//! The second comes with every new leader. If the leader's log leaves that epoch before the
//! consumer's position, records that were read are gone.
//!
//! Source: Kafka `OffsetFetcher`, `OffsetsForLeaderEpochUtils`,
//! `SubscriptionState.maybeCompleteValidation`; KIP-320.
//! Uses: `effects`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    ListOffsetsRequest, ListOffsetsResponse, OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse, Request,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ErrorCode, Offset, OffsetAndEpoch, RequestId, SimTime};

use super::Consumer;
use super::position::{Assigned, FetchState, Position};
use crate::effects::{Channel, Context};

impl Consumer {
    /// Asks what has to be known before partitions can be fetched.
    pub(super) fn ask_questions(&mut self, cx: &mut Context<'_>) {
        let known: Vec<u32> = self.partitions.keys().copied().collect();
        for partition in known {
            let request = self.question(partition, cx.now());
            let (Some(assigned), Some(request)) = (self.partitions.get_mut(&partition), request)
            else {
                continue;
            };
            let Some(leader) = assigned.leader else {
                continue;
            };
            cx.fx.because(assigned.cause);
            let timeout = self.core.request_timeout;
            let to = leader.broker.into();
            let id = cx.fx.send(to, Channel::Data, request, timeout);
            set_asked(assigned, Some(id));
        }
    }

    /// The question that a partition has now, if it has one and may ask it.
    fn question(&self, partition: u32, now: SimTime) -> Option<Request> {
        let assigned = self.partitions.get(&partition)?;
        let leader = assigned.leader?;
        let may_ask = assigned.not_before <= now
            && self.has_leader(partition)
            && self.core.connections.is_ready(leader.broker, now);
        let partition = self.core.metadata.partition(partition)?;
        let current_leader_epoch = Some(leader.epoch);
        match assigned.state {
            FetchState::Reset { spec, asked: None } if may_ask => {
                Some(Request::ListOffsets(Arc::new(ListOffsetsRequest {
                    partition,
                    spec,
                    current_leader_epoch,
                })))
            }
            FetchState::Validation { asked: None } if may_ask => {
                let leader_epoch = assigned.position?.epoch?;
                let request =
                    OffsetForLeaderEpochRequest { partition, current_leader_epoch, leader_epoch };
                Some(Request::OffsetForLeaderEpoch(Arc::new(request)))
            }
            FetchState::Reset { .. }
            | FetchState::Validation { .. }
            | FetchState::Fetching
            | FetchState::Stopped(_) => None,
        }
    }

    /// An end of the log.
    pub(super) fn on_offset(
        &mut self,
        cx: &mut Context<'_>,
        request: RequestId,
        response: &ListOffsetsResponse,
    ) {
        let Some(partition) = self.partition_asking(request) else {
            return;
        };
        match response.offset {
            Some(offset) if response.error == ErrorCode::None => {
                let epoch = response.leader_epoch;
                let position = Position { offset, epoch };
                self.move_to(cx, partition, position, RuleId::OffsetReset);
            }
            _ => self.on_question_refused(cx, partition, response.error),
        }
    }

    /// The end of the epoch of the last record read.
    pub(super) fn on_epoch_end(
        &mut self,
        cx: &mut Context<'_>,
        request: RequestId,
        response: &OffsetForLeaderEpochResponse,
    ) {
        let Some(partition) = self.partition_asking(request) else {
            return;
        };
        if response.error != ErrorCode::None {
            self.on_question_refused(cx, partition, response.error);
            return;
        }
        let Some(assigned) = self.partitions.get_mut(&partition) else {
            return;
        };
        let Some(position) = assigned.position else {
            return;
        };
        match response.end {
            Some(end) if end.offset >= position.offset => {
                assigned.cause = cx.fx.cause();
                assigned.state = FetchState::Fetching;
            }
            end => self.on_truncated(cx, partition, position.offset, end),
        }
    }

    /// A question was lost.
    pub(super) fn on_question_lost(&mut self, cx: &Context<'_>, request: RequestId) {
        if let Some(partition) = self.partition_asking(request) {
            self.ask_again(cx, partition);
        }
    }

    /// The leader's log parts from what was read before the position.
    fn on_truncated(
        &mut self,
        cx: &mut Context<'_>,
        partition: u32,
        position: Offset,
        end: Option<OffsetAndEpoch>,
    ) {
        let Some(at) = self.core.metadata.partition(partition) else {
            return;
        };
        let kind = EventKind::LogTruncationDetected {
            partition: at,
            position,
            end: end.map_or(Offset::ZERO, |end| end.offset),
        };
        let detected = cx.fx.record(RuleId::ConsumerTruncation, kind);
        cx.fx.because(detected);
        match end {
            Some(end) if self.has_policy() => {
                let position = Position { offset: end.offset, epoch: Some(end.epoch) };
                self.move_to(cx, partition, position, RuleId::ConsumerTruncation);
                if let Some(assigned) = self.partitions.get_mut(&partition) {
                    assigned.state = FetchState::Fetching;
                }
            }
            _ => self.lose_position(partition, detected),
        }
    }

    fn on_question_refused(&mut self, cx: &Context<'_>, partition: u32, error: ErrorCode) {
        self.core.count(error);
        self.core.metadata.want(cx.fx.cause());
        self.ask_again(cx, partition);
    }

    fn ask_again(&mut self, cx: &Context<'_>, partition: u32) {
        let retry_at = cx.now() + self.core.retry.initial();
        if let Some(assigned) = self.partitions.get_mut(&partition) {
            assigned.not_before = retry_at;
            assigned.cause = cx.fx.cause();
            set_asked(assigned, None);
        }
    }

    /// Whose question this request is; none if the partition has moved on since.
    fn partition_asking(&self, request: RequestId) -> Option<u32> {
        let mut partitions = self.partitions.iter();
        let asks = |assigned: &Assigned| match assigned.state {
            FetchState::Reset { asked, .. } | FetchState::Validation { asked } => {
                asked == Some(request)
            }
            FetchState::Fetching | FetchState::Stopped(_) => false,
        };
        let found = partitions.find(|(_, assigned)| asks(assigned));
        found.map(|(partition, _)| *partition)
    }
}

const fn set_asked(assigned: &mut Assigned, request: Option<RequestId>) {
    match &mut assigned.state {
        FetchState::Reset { asked, .. } | FetchState::Validation { asked } => *asked = request,
        FetchState::Fetching | FetchState::Stopped(_) => {}
    }
}
