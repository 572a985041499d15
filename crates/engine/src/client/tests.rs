//! A client alone on a bench: each call of a handler is written down with all that it asked for.
//!
//! A transcript line beginning with `>` is what the client met; below stand, in order, what it says
//! happened and what it sends, each with its cause, and then its timers.

use std::fmt::Write as _;
use std::sync::Arc;

use epochscope_vocabulary::command::{ClientKind, ClientSpec, MetadataUse, Polling};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Scope, Settings, ValueKind};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    CurrentLeader, FetchPartitionResponse, FetchResponse, FetchedRecord, ListOffsetsResponse,
    MetadataResponse, OffsetForLeaderEpochResponse, PartitionMetadata, ProducePartitionResponse,
    ProduceResponse, Request, Response, TopicMetadata,
};
use epochscope_vocabulary::{
    BrokerId, ClientId, ErrorCode, Event, EventId, LeaderEpoch, Names, NodeId, Offset,
    OffsetAndEpoch, ProducerId, RequestId, SimDuration, SimTime, SortedMap, TopicId,
    TopicPartition, ValueId,
};
use expect_test::Expect;

use super::{ClientNode, Knowledge};
use crate::effects::{Channel, Context, Counters, Disconnect, Effect, Effects, Timer};
use crate::metadata::SharedImages;
use crate::release::Release;
use crate::releases::Releases;
use crate::rng::Streams;

pub(crate) const BROKERS: [BrokerId; 3] = [BrokerId(1), BrokerId(2), BrokerId(3)];

/// A client, its clock and the transcript of what it did.
pub(crate) struct Bench {
    pub(crate) client: ClientNode,
    pub(crate) names: Names,
    topic: TopicId,
    streams: Streams,
    images: SharedImages,
    counters: Counters,
    now: SimTime,
    timers: SortedMap<Timer, SimTime>,
    sent: SortedMap<u64, NodeId>,
    transcript: String,
}

impl Bench {
    /// A producer called `shop` that knows `orders`: one partition led by broker 1 in epoch 5.
    pub(crate) fn producer(settings: &str) -> Self {
        Self::started(ClientKind::Producer, settings, Some(&[(Some(1), 5)]))
    }

    /// The same, but with these leaders and epochs, or knowing nothing.
    pub(crate) fn producer_knowing(settings: &str, leaders: Option<&[(Option<u32>, u32)]>) -> Self {
        Self::started(ClientKind::Producer, settings, leaders)
    }

    /// A consumer called `shop` that knows the same.
    pub(crate) fn consumer(settings: &str) -> Self {
        Self::started(ClientKind::Consumer, settings, Some(&[(Some(1), 5)]))
    }

    /// An administrator called `shop`.
    pub(crate) fn admin() -> Self {
        let mut names = Names::default();
        let (id, topic) = (names.client("shop"), names.new_topic("orders"));
        Self::around(ClientNode::admin(id, &BROKERS), names, topic)
    }

    fn around(client: ClientNode, names: Names, topic: TopicId) -> Self {
        Self {
            client,
            names,
            topic,
            streams: Streams::new(1),
            images: SharedImages::default(),
            counters: Counters::default(),
            now: SimTime::ZERO,
            timers: SortedMap::new(),
            sent: SortedMap::new(),
            transcript: String::new(),
        }
    }

    fn started(kind: ClientKind, settings: &str, leaders: Option<&[(Option<u32>, u32)]>) -> Self {
        let mut bench = Self::admin();
        let manual = settings.contains("manual");
        let spec = ClientSpec {
            name: "shop".into(),
            kind,
            topic: "orders".into(),
            polling: if manual { Polling::Manual } else { Polling::Continuous },
            settings: parse(settings, kind),
        };
        let knowledge = leaders.map_or(Knowledge::Nothing, |leaders| Knowledge::AtTimeZero {
            topic: Some(bench.topic(leaders)),
            producer_id: Some(ProducerId(7)),
        });
        bench.met("start", |client, cx| {
            *client = ClientNode::start(cx, &spec, ClientId(0), &BROKERS, knowledge);
        });
        bench
    }

    /// A partition of `orders`.
    pub(crate) fn partition(&self, partition: u32) -> TopicPartition {
        TopicPartition { topic: self.topic, partition }
    }

    /// The record of this text.
    pub(crate) fn value(&mut self, text: &str) -> ValueId {
        self.names.value(text)
    }

    /// Gives the client a call, and writes down what it asks for.
    pub(crate) fn met(&mut self, what: &str, act: impl FnOnce(&mut ClientNode, &mut Context<'_>)) {
        let cause = EventId(self.counters.next_event);
        self.counters.next_event += 1;
        let _ = writeln!(self.transcript, "> {} #{}: {what}", self.now, cause.0);
        let node = NodeId::Client(ClientId(0));
        let mut fx = Effects::new(self.now, node, cause, self.counters);
        let rules = Release::V4_1.rules();
        let mut cx = Context {
            fx: &mut fx,
            rules: &rules,
            releases: &Releases::all(Release::V4_1),
            names: &mut self.names,
            streams: &mut self.streams,
            images: &mut self.images,
        };
        act(&mut self.client, &mut cx);
        let (effects, events, counters) = fx.finish();
        self.counters = counters;
        self.write(&effects, &events);
    }

    /// Time passes without anything happening.
    pub(crate) fn at(&mut self, ms: u64) -> &mut Self {
        self.now = SimTime(ms * 1_000);
        self
    }

    /// The next timer goes off.
    pub(crate) fn next_timer(&mut self) {
        let next = self.timers.iter().min_by_key(|(timer, at)| (**at, **timer));
        let (timer, at) = next.map(|(timer, at)| (*timer, *at)).expect("a timer is set");
        self.timers.remove(&timer);
        self.now = at;
        self.met(&format!("{timer:?}"), |client, cx| {
            client.on_timer(cx, timer);
        });
    }

    /// Records are handed over for partition 0.
    pub(crate) fn produce(&mut self, texts: &[&str]) {
        self.produce_to(Some(0), texts, MetadataUse::AsKafka);
    }

    /// Records are handed over.
    pub(crate) fn produce_to(
        &mut self,
        partition: Option<u32>,
        texts: &[&str],
        metadata: MetadataUse,
    ) {
        let values = texts.iter().map(|text| self.value(text)).collect();
        self.met(&format!("produce {texts:?}"), |client, cx| {
            client.produce(cx, partition, values, None, metadata).expect("a producer");
        });
    }

    /// The request of this number is answered.
    pub(crate) fn answer(&mut self, request: u64, response: Response) {
        let from = self.sent[&request];
        let name = response.api_key();
        self.met(&format!("answer to r{request} {name}"), |client, cx| {
            client.on_response(cx, from, RequestId(request), &response);
        });
    }

    /// The request of this number is lost.
    pub(crate) fn lose(&mut self, request: u64, why: Disconnect) {
        let to = self.sent[&request];
        self.met(&format!("r{request} {why:?}"), |client, cx| {
            client.on_disconnect(cx, to, RequestId(request), why);
        });
    }

    /// Whether the request of this number has been sent.
    pub(crate) fn has_sent(&self, request: u64) -> bool {
        self.sent.contains_key(&request)
    }

    /// Compares the transcript since the last comparison.
    pub(crate) fn check(&mut self, expected: &Expect) {
        expected.assert_eq(&std::mem::take(&mut self.transcript));
    }

    /// Forgets the transcript so far: another test reads it.
    pub(crate) fn skip(&mut self) -> &mut Self {
        self.transcript.clear();
        self
    }

    /// What a broker says of `orders` in a metadata answer: leaders and epochs by partition.
    pub(crate) fn topic(&self, leaders: &[(Option<u32>, u32)]) -> TopicMetadata {
        let partitions = (0..).zip(leaders).map(|(number, (leader, epoch))| {
            let error =
                if leader.is_some() { ErrorCode::None } else { ErrorCode::LeaderNotAvailable };
            PartitionMetadata {
                partition: self.partition(number),
                error,
                leader: leader.map(BrokerId),
                leader_epoch: LeaderEpoch(*epoch),
            }
        });
        TopicMetadata {
            name: "orders".into(),
            error: ErrorCode::None,
            topic: Some(self.topic),
            partitions: partitions.collect(),
        }
    }

    /// A metadata answer.
    pub(crate) fn metadata(&self, leaders: &[(Option<u32>, u32)]) -> Response {
        Response::Metadata(Arc::new(MetadataResponse {
            brokers: BROKERS.to_vec(),
            topics: vec![self.topic(leaders)],
        }))
    }

    /// A produce answer for partition 0: written at an offset.
    pub(crate) fn written(&self, offset: u64) -> Response {
        self.produced(ErrorCode::None, Some(offset), None)
    }

    /// A produce answer for partition 0: refused, perhaps with a hint of leader and epoch.
    pub(crate) fn refused(&self, error: ErrorCode, hint: Option<(u32, u32)>) -> Response {
        self.produced(error, None, hint)
    }

    fn produced(
        &self,
        error: ErrorCode,
        offset: Option<u64>,
        hint: Option<(u32, u32)>,
    ) -> Response {
        Response::Produce(Arc::new(ProduceResponse {
            partitions: vec![ProducePartitionResponse {
                partition: self.partition(0),
                error,
                base_offset: offset.map(Offset),
                current_leader: hint.map(current_leader),
            }],
        }))
    }

    /// A fetch answer for partition 0 with these records, each with its leader epoch.
    pub(crate) fn fetched(&mut self, records: &[(&str, u32)]) -> Response {
        let records = records.iter().map(|(text, epoch)| FetchedRecord {
            value: self.names.value(text),
            leader_epoch: LeaderEpoch(*epoch),
            sequence: None,
        });
        let records = records.collect();
        let answer = self.fetch_answer(ErrorCode::None);
        fetch_response(FetchPartitionResponse { records, ..answer })
    }

    /// A fetch answer for partition 0: refused, perhaps with a hint.
    pub(crate) fn fetch_refused(&self, error: ErrorCode, hint: Option<(u32, u32)>) -> Response {
        fetch_response(FetchPartitionResponse {
            current_leader: hint.map(current_leader),
            ..self.fetch_answer(error)
        })
    }

    /// A fetch answer for partition 0: read from this replica instead.
    pub(crate) fn fetch_elsewhere(&self, replica: u32) -> Response {
        fetch_response(FetchPartitionResponse {
            preferred_read_replica: Some(BrokerId(replica)),
            ..self.fetch_answer(ErrorCode::None)
        })
    }

    fn fetch_answer(&self, error: ErrorCode) -> FetchPartitionResponse {
        FetchPartitionResponse {
            partition: self.partition(0),
            error,
            high_watermark: Offset(0),
            log_start_offset: Offset(0),
            diverging_epoch: None,
            preferred_read_replica: None,
            current_leader: None,
            records: Arc::from([]),
        }
    }

    /// An end of partition 0's log.
    pub(crate) fn offset(&self, offset: u64, epoch: Option<u32>) -> Response {
        Response::ListOffsets(Arc::new(ListOffsetsResponse {
            partition: self.partition(0),
            error: ErrorCode::None,
            offset: Some(Offset(offset)),
            leader_epoch: epoch.map(LeaderEpoch),
        }))
    }

    /// Where an epoch ends in partition 0's log: epoch and offset.
    pub(crate) fn epoch_end(&self, end: Option<(u32, u64)>) -> Response {
        Response::OffsetForLeaderEpoch(Arc::new(OffsetForLeaderEpochResponse {
            partition: self.partition(0),
            error: ErrorCode::None,
            end: end.map(|(epoch, offset)| OffsetAndEpoch {
                offset: Offset(offset),
                epoch: LeaderEpoch(epoch),
            }),
        }))
    }

    fn write(&mut self, effects: &[Effect], events: &[Event]) {
        for event in events {
            let causes: Vec<String> = event.causes.iter().map(|id| format!("#{}", id.0)).collect();
            let what = if matches!(event.kind, EventKind::RequestSent { .. }) {
                self.sending(effects, event.id)
            } else {
                let line = event.line(&self.names);
                line.split_whitespace().skip(2).collect::<Vec<_>>().join(" ")
            };
            let id = event.id.0;
            let _ = writeln!(self.transcript, "#{id} {what}  because {}", causes.join(" "));
        }
        for effect in effects {
            match effect {
                Effect::Send { id, to, .. } => {
                    self.sent.insert(id.0, *to);
                }
                Effect::SetTimer(timer, at) => {
                    self.timers.insert(*timer, *at);
                    let _ = writeln!(self.transcript, "timer {timer:?} at {at}");
                }
                Effect::CancelTimer(timer) => {
                    self.timers.remove(timer);
                    let _ = writeln!(self.transcript, "no timer {timer:?}");
                }
                Effect::Respond { .. }
                | Effect::CloseConnectionOf(_)
                | Effect::Disconnect(..)
                | Effect::Exit
                | Effect::Halt => {
                    let _ = writeln!(self.transcript, "{effect:?}");
                }
            }
        }
    }

    fn sending(&self, effects: &[Effect], event: EventId) -> String {
        for effect in effects {
            if let Effect::Send { id, to, channel, request, timeout, cause } = effect
                && *cause == event
            {
                let asks_any = matches!(request, Request::Metadata(_) | Request::InitProducerId(_));
                let usual = if asks_any { Channel::Metadata } else { Channel::Data };
                let on = if *channel == usual { String::new() } else { format!(" on {channel:?}") };
                assert!(*timeout <= SimDuration::from_secs(30), "the right time-out");
                let (to, what) = (self.names.node_name(*to), self.request(request));
                return format!("send r{} {} to {to}{on}{what}", id.0, request.api_key());
            }
        }
        panic!("a request that was said to be sent")
    }

    fn request(&self, request: &Request) -> String {
        let mut out = String::new();
        if let Request::Produce(produce) = request {
            for batch in &produce.batches {
                let _ = write!(out, ": {}", self.names.partition_name(batch.partition));
                if let Some(place) = batch.sequence {
                    let (epoch, base) = (place.producer_epoch, place.base_sequence);
                    let _ = write!(out, " epoch={epoch} sequence={base}");
                }
                for value in &*batch.values {
                    let _ = write!(out, " {:?}", self.names.value_text(*value));
                }
            }
        } else if let Request::Fetch(fetch) = request {
            for wish in &fetch.partitions {
                let name = self.names.partition_name(wish.partition);
                let _ = write!(out, ": {name} offset={}", wish.fetch_offset);
                if let Some(epoch) = wish.current_leader_epoch {
                    let _ = write!(out, " leader_epoch={epoch}");
                }
            }
        } else if let Request::ListOffsets(asked) = request {
            let _ = write!(out, ": {:?}", asked.spec);
        } else if let Request::OffsetForLeaderEpoch(asked) = request {
            let _ = write!(out, ": end of epoch {}", asked.leader_epoch);
            if let Some(epoch) = asked.current_leader_epoch {
                let _ = write!(out, " leader_epoch={epoch}");
            }
        }
        out
    }
}

fn current_leader((leader, epoch): (u32, u32)) -> CurrentLeader {
    CurrentLeader { leader: BrokerId(leader), leader_epoch: LeaderEpoch(epoch) }
}

fn fetch_response(partition: FetchPartitionResponse) -> Response {
    Response::Fetch(Arc::new(FetchResponse { partitions: vec![partition] }))
}

fn parse(settings: &str, kind: ClientKind) -> Settings {
    let scope = match kind {
        ClientKind::Producer => Scope::Producer,
        ClientKind::Consumer => Scope::Consumer,
    };
    let mut parsed = Settings::default();
    for (name, value) in settings.split_whitespace().filter_map(|pair| pair.split_once('=')) {
        let key = ConfigKey::named(name, scope).expect("a setting");
        let value = match key.setting().kind {
            ValueKind::Bool => ConfigValue::Bool(value == "true"),
            ValueKind::Word(_) | ValueKind::Text | ValueKind::Brokers => {
                ConfigValue::Text(value.into())
            }
            ValueKind::Ms
            | ValueKind::Seconds
            | ValueKind::Bytes
            | ValueKind::Count
            | ValueKind::Acks => ConfigValue::Number(value.parse().expect("a number")),
        };
        parsed.0.insert(key, value);
    }
    parsed
}
