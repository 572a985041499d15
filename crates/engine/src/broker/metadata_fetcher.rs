//! A broker as an observer of the metadata quorum: it fetches the log, applies what is committed.
//!
//! This is all that a broker ever learns of the cluster, and it may be old. Records arrive before
//! they are committed; only those below the high watermark that the leader has told are applied.
//!
//! Source: Kafka `KafkaRaftClient` (observer), `MetadataLoader`; KIP-595, KIP-1166.
//! Uses: `effects`, `metadata`.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{MetadataFetchRequest, MetadataFetchResponse, Request};
use epochscope_vocabulary::{ControllerId, ErrorCode, Offset, QuorumEpoch, RequestId};

use super::config::BrokerConfig;
use crate::effects::{Channel, Context, Timer};
use crate::metadata::{MetadataEntry, MetadataImage};

/// How long an empty answer may wait (`KafkaRaftClient.MAX_FETCH_WAIT_MS`).
const MAX_WAIT_MS: u64 = 500;

/// Whether the present process has applied anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Publishing {
    /// Not yet: it has records on disk, and does not know how many of them are committed.
    NotYet,
    /// It has.
    Begun,
}

/// What a broker has of the metadata log.
#[derive(Clone, Debug)]
pub struct MetadataFetcher {
    /// What is applied, or, before the first answer, what the disk has.
    image: Arc<MetadataImage>,
    publishing: Publishing,
    /// Fetched and not yet known to be committed; follows the image.
    pending: Vec<MetadataEntry>,
    high_watermark: Option<Offset>,
    quorum_epoch: QuorumEpoch,
    leader: Option<ControllerId>,
    voters: Arc<[ControllerId]>,
    in_flight: Option<RequestId>,
}

impl MetadataFetcher {
    /// An observer of a running broker that has applied all of `image`.
    #[must_use]
    pub fn running(
        image: Arc<MetadataImage>,
        leader: ControllerId,
        voters: Arc<[ControllerId]>,
    ) -> Self {
        let quorum_epoch = image.quorum_epoch();
        Self {
            high_watermark: Some(image.end_offset()),
            publishing: Publishing::Begun,
            leader: Some(leader),
            ..Self::starting(image, voters)
        }
        .in_epoch(quorum_epoch)
    }

    /// An observer whose process starts now with what its disk has.
    #[must_use]
    pub fn starting(image: Arc<MetadataImage>, voters: Arc<[ControllerId]>) -> Self {
        let quorum_epoch = image.quorum_epoch();
        Self {
            image,
            publishing: Publishing::NotYet,
            pending: Vec::new(),
            high_watermark: None,
            quorum_epoch,
            leader: None,
            voters,
            in_flight: None,
        }
    }

    const fn in_epoch(mut self, quorum_epoch: QuorumEpoch) -> Self {
        self.quorum_epoch = quorum_epoch;
        self
    }

    /// The active controller, if it is known.
    #[must_use]
    pub const fn leader(&self) -> Option<ControllerId> {
        self.leader
    }

    /// What is applied; none before the first answer of this process.
    #[must_use]
    pub fn published(&self) -> Option<&Arc<MetadataImage>> {
        match self.publishing {
            Publishing::NotYet => None,
            Publishing::Begun => Some(&self.image),
        }
    }

    /// What the disk has: it outlives the process.
    #[must_use]
    pub const fn on_disk(&self) -> &Arc<MetadataImage> {
        &self.image
    }

    /// The last offset applied, as a heartbeat reports it.
    #[must_use]
    pub fn last_applied(&self) -> Option<Offset> {
        let end = self.published()?.end_offset();
        end.0.checked_sub(1).map(Offset)
    }

    /// Asks for what comes next, unless a request is out.
    pub fn fetch(&mut self, cx: &mut Context<'_>, config: &BrokerConfig) {
        if self.in_flight.is_some() {
            return;
        }
        let Some(target) = self.leader.or_else(|| self.voters.first().copied()) else {
            return;
        };
        let pending = u64::try_from(self.pending.len()).unwrap_or(u64::MAX);
        let last_epoch = self.pending.last().map_or(self.image.quorum_epoch(), |(epoch, _)| *epoch);
        let request = MetadataFetchRequest {
            current_leader_epoch: self.quorum_epoch,
            fetch_offset: self.image.end_offset().plus(pending),
            last_fetched_epoch: last_epoch,
            high_watermark: self.high_watermark,
            max_wait_ms: MAX_WAIT_MS,
        };
        let id = cx.fx.send(
            target.into(),
            Channel::Raft,
            Request::MetadataFetch(Arc::new(request)),
            config.quorum_request_timeout,
        );
        self.in_flight = Some(id);
    }

    /// The quorum cannot be reached: asks again after a while.
    pub fn on_failed(&mut self, cx: &mut Context<'_>, config: &BrokerConfig, id: RequestId) {
        if self.in_flight == Some(id) {
            self.in_flight = None;
            cx.fx.set_timer(Timer::MetadataFetchRetry, config.quorum_retry_backoff);
        }
    }

    /// The quorum has answered. The image to be published now, if there is more of it.
    pub fn on_fetched(
        &mut self,
        cx: &mut Context<'_>,
        config: &BrokerConfig,
        id: RequestId,
        response: &MetadataFetchResponse,
    ) -> Option<Arc<MetadataImage>> {
        if self.in_flight != Some(id) {
            return None;
        }
        self.in_flight = None;
        self.leader = response.leader.or(self.leader);
        self.quorum_epoch = response.quorum_epoch.max(self.quorum_epoch);
        if response.error != ErrorCode::None {
            cx.fx.set_timer(Timer::MetadataFetchRetry, config.quorum_retry_backoff);
            return None;
        }
        self.pending.extend(response.records.iter().cloned());
        self.high_watermark =
            Some(response.high_watermark.max(self.high_watermark.unwrap_or_default()));
        let news = self.apply_committed(cx);
        self.fetch(cx, config);
        news
    }

    fn apply_committed(&mut self, cx: &mut Context<'_>) -> Option<Arc<MetadataImage>> {
        let base = self.image.end_offset();
        let pending = u64::try_from(self.pending.len()).unwrap_or(u64::MAX);
        let committed = self.high_watermark.unwrap_or_default().min(base.plus(pending));
        let first = self.publishing == Publishing::NotYet;
        if committed <= base && !first {
            return None;
        }
        self.publishing = Publishing::Begun;
        if committed > base {
            let count = usize::try_from(committed.0 - base.0).unwrap_or(usize::MAX);
            self.image = cx.images.advance(&self.image, base, &self.pending, committed);
            self.pending.drain(..count.min(self.pending.len()));
        }
        Some(self.image.clone())
    }
}
