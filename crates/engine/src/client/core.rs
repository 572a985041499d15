//! What a producer and a consumer have in common: metadata, connections, back-offs and one alarm.
//!
//! Source: Kafka `NetworkClient`.
//! Uses: `effects`, `rng`.

use epochscope_vocabulary::command::ClientSpec;
use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::rpc::MetadataResponse;
use epochscope_vocabulary::{
    BrokerId, ClientId, ErrorCode, RequestId, SimDuration, SimTime, SortedMap,
};

use super::Knowledge;
use super::backoff::Backoff;
use super::connections::Connections;
use super::metadata::{ClientMetadata, MetadataTiming};
use crate::effects::{Context, Disconnect, Timer};
use crate::rng::{Purpose, Stream};

/// The common part.
#[derive(Clone, Debug)]
pub(crate) struct ClientCore {
    /// The client's number.
    pub(crate) id: ClientId,
    /// What it believes.
    pub(crate) metadata: ClientMetadata,
    /// Whom it may send to.
    pub(crate) connections: Connections,
    /// `request.timeout.ms`.
    pub(crate) request_timeout: SimDuration,
    /// `retry.backoff.ms`, `retry.backoff.max.ms`.
    pub(crate) retry: Backoff,
    /// Draws for back-offs.
    pub(crate) stream: Stream,
    errors: SortedMap<ErrorCode, u64>,
    wake: Option<SimTime>,
}

impl ClientCore {
    /// A client that starts now.
    pub(crate) fn new(
        cx: &mut Context<'_>,
        spec: &ClientSpec,
        id: ClientId,
        bootstrap: &[BrokerId],
        knowledge: &Knowledge,
    ) -> Self {
        let span = |key| spec.settings.span(key);
        let retry =
            Backoff::new(span(ConfigKey::RetryBackoffMs), span(ConfigKey::RetryBackoffMaxMs));
        let reconnect = Backoff::new(
            span(ConfigKey::ReconnectBackoffMs),
            span(ConfigKey::ReconnectBackoffMaxMs),
        );
        let request_timeout = span(ConfigKey::RequestTimeoutMs);
        let timing = MetadataTiming { max_age: span(ConfigKey::MetadataMaxAgeMs), backoff: retry };
        let mut metadata = match spec.settings.text(ConfigKey::BootstrapServers) {
            None => ClientMetadata::new(spec.topic.clone(), bootstrap, timing),
            Some(named) => {
                let named: Vec<u32> = named.split(',').filter_map(|id| id.parse().ok()).collect();
                let known = bootstrap.iter().filter(|broker| named.contains(&broker.0)).copied();
                ClientMetadata::new(spec.topic.clone(), &known.collect::<Vec<_>>(), timing)
            }
        };
        match knowledge {
            Knowledge::AtTimeZero { topic: Some(topic), .. } => metadata.know(topic),
            Knowledge::AtTimeZero { topic: None, .. } | Knowledge::Nothing => {
                metadata.want(cx.fx.cause());
            }
        }
        Self {
            id,
            metadata,
            connections: Connections::new(reconnect),
            request_timeout,
            retry,
            stream: cx.streams.stream(Purpose::BackOff(id)),
            errors: SortedMap::new(),
            wake: None,
        }
    }

    /// Counts an error that the client was given.
    pub(crate) fn count(&mut self, error: ErrorCode) {
        if error != ErrorCode::None {
            *self.errors.entry(error).or_default() += 1;
        }
    }

    /// How many times it was given this error.
    pub(crate) fn error_count(&self, error: ErrorCode) -> u64 {
        self.errors.get(&error).copied().unwrap_or(0)
    }

    /// A pause before something that failed so many times before is tried again.
    pub(crate) fn pause(&mut self, failures: u32) -> SimDuration {
        self.retry.after(failures, &mut self.stream)
    }

    /// Asks for metadata if that is due.
    pub(crate) fn refresh_if_due(&mut self, cx: &mut Context<'_>, load: &SortedMap<BrokerId, u32>) {
        let timeout = self.request_timeout;
        self.metadata.ask_if_due(cx, &self.connections, load, timeout);
    }

    /// The awaited metadata.
    pub(crate) fn on_metadata(&mut self, cx: &mut Context<'_>, response: &MetadataResponse) {
        self.metadata.on_answer(cx, response, &mut self.stream);
    }

    /// A connection was lost, idle or with this request: the broker is left alone for a while.
    /// Whoever leads there may be gone, so metadata is wanted; if the lost request asked for it, it
    /// is asked again later (`DefaultMetadataUpdater.handleServerDisconnect`).
    pub(crate) fn on_lost(&mut self, cx: &Context<'_>, to: BrokerId, request: Option<RequestId>) {
        let (now, cause) = (cx.now(), cx.fx.cause());
        self.connections.lose(to, now, &mut self.stream);
        if request.is_some_and(|request| self.metadata.awaits(request)) {
            self.metadata.on_lost(cause, now, &mut self.stream);
        } else {
            self.metadata.want(cause);
        }
    }

    /// The alarm has gone off.
    pub(crate) const fn woke(&mut self) {
        self.wake = None;
    }

    /// Sets the one alarm to the first of these moments that is still to come. What is due already
    /// waits for something else, which will come by itself.
    pub(crate) fn wake_at(&mut self, cx: &mut Context<'_>, moments: impl Iterator<Item = SimTime>) {
        let now = cx.now();
        let metadata = self.metadata.wake_at(&self.connections);
        let next = moments.chain(metadata).filter(|at| *at > now).min();
        if next == self.wake {
            return;
        }
        self.wake = next;
        match next {
            Some(at) => cx.fx.set_timer_at(Timer::Wake, at),
            None => cx.fx.cancel_timer(Timer::Wake),
        }
    }
}

/// The error that a client gives itself for a request that was never answered.
pub(crate) const fn lost_error(why: Disconnect) -> ErrorCode {
    match why {
        Disconnect::Reset => ErrorCode::NetworkException,
        Disconnect::TimedOut => ErrorCode::RequestTimedOut,
    }
}
