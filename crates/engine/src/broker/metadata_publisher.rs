//! How a broker takes committed metadata into use, and when it begins to.
//!
//! A process that starts reads the metadata log and registers while its services still start; only
//! then are its publishers installed and is the first image published, which creates logs, begins
//! to fetch, and makes it ready to be unfenced. So whoever starts has registered before it tells
//! the controller of a new log, and is unfenced a moment after its replicas have begun to fetch.
//!
//! Source: Kafka `BrokerServer.startup`, `BrokerMetadataPublisher`, `MetadataLoader`.
//! Simplified: services start within 250 ms; Kafka's take from 150 ms to seconds, mostly of the
//! virtual machine.
//! Uses: `effects`, `metadata`, its folder.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{Offset, SimDuration};

use super::Running;
use super::config::BrokerConfig;
use crate::effects::{Context, Timer};
use crate::metadata::MetadataImage;

/// From the start of a process to its first publishing, if it has read its metadata by then.
const SERVICES_START: SimDuration = SimDuration::from_ms(250);

/// Whether metadata is taken into use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokerMetadataPublisher {
    /// The services that need it are starting.
    Starting,
    /// It is.
    Installed,
}

impl BrokerMetadataPublisher {
    /// Of a process that starts now.
    pub(super) fn starting(cx: &mut Context<'_>) -> Self {
        cx.fx.set_timer(Timer::InstallPublishers, SERVICES_START);
        Self::Starting
    }
}

impl Running {
    /// What is applied; none before this process knows how far its log is committed.
    #[must_use]
    pub fn published(&self) -> Option<&Arc<MetadataImage>> {
        self.raft.high_watermark().map(|_| self.raft.committed())
    }

    /// The services have started.
    pub(super) fn install_publishers(&mut self, cx: &mut Context<'_>, config: &BrokerConfig) {
        self.publisher = BrokerMetadataPublisher::Installed;
        self.follow_raft(cx, config);
    }

    /// After anything that its part in the quorum has done: who decides, and what is new?
    pub(super) fn follow_raft(&mut self, cx: &mut Context<'_>, config: &BrokerConfig) {
        self.sync_correspondents();
        if self.publisher == BrokerMetadataPublisher::Starting {
            return;
        }
        let news =
            self.published().filter(|image| image.end_offset() > self.replicas.image.end_offset());
        if let Some(image) = news.cloned() {
            self.publish(cx, config, &image);
        }
    }

    /// Takes newly committed metadata into use; the first time, the broker is ready after it.
    fn publish(&mut self, cx: &mut Context<'_>, config: &BrokerConfig, image: &Arc<MetadataImage>) {
        let first = self.replicas.image.end_offset() == Offset::ZERO;
        let kind = EventKind::MetadataApplied {
            from: self.replicas.image.end_offset(),
            to: image.end_offset(),
        };
        let event = cx.fx.record(RuleId::MetadataPropagation, kind);
        cx.fx.because(event);
        self.replicas.apply(cx, image);
        if first {
            self.replicas.checkpoint_high_watermarks(cx);
            self.replicas.schedule_checkpoint(cx);
            self.replicas.shrink_isrs(cx);
            let view = self.view();
            self.lifecycle.on_ready(cx, config, view);
        }
    }
}
