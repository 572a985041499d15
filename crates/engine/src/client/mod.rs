//! Clients: producers, consumers and administrators, each with what it believes of the cluster.
//!
//! A client is driven like Kafka's: whatever happens (an answer, a lost connection, an order, a
//! moment it waited for) changes its state, and then it looks at all of its state for what can be
//! sent now and when it must look again. Old metadata is the point: a client believes what it was
//! last told, and finds out by being refused.
//!
//! Source: Kafka `KafkaProducer`, `KafkaConsumer`, `KafkaAdminClient`, `NetworkClient`.
//! Uses: `effects`, `observe`.

use std::sync::Arc;

use epochscope_vocabulary::command::{ClientSpec, MetadataUse, PartitionName};
use epochscope_vocabulary::rpc::{OffsetSpec, Request, Response, TopicMetadata};
use epochscope_vocabulary::{
    BrokerId, ClientId, ErrorCode, Names, NodeId, Offset, ProducerId, RequestId, SimDuration,
    ValueId,
};

use crate::effects::{Context, Disconnect, Timer};
use crate::observe::{ClientObservation, ProduceResult};

/// What a client knows when it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// It has run for a while: a client of the header at time 0.
    AtTimeZero {
        /// Its topic as the brokers know it; none if there is no such topic.
        topic: Option<TopicMetadata>,
        /// An idempotent producer's id; without one it asks for one first.
        producer_id: Option<ProducerId>,
    },
    /// Nothing but where to ask (`bootstrap.servers`): a client added later.
    Nothing,
}

/// Why a client cannot do what it was told.
pub type Rejection = &'static str;

/// A client's last answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientResult {
    /// There has been none.
    Nothing,
    /// It waits for one.
    Pending,
    /// A producer's last record to have got an answer is written.
    Acked,
    /// A producer has given records up, or a consumer has stopped, with this error.
    Failed(ErrorCode),
    /// What `admin` or a sender of raw requests was told: `NONE` if it is well.
    Answered(ErrorCode),
}

/// A client.
#[derive(Clone, Debug)]
pub struct ClientNode {
    id: ClientId,
}

impl ClientNode {
    /// A producer or consumer that starts now.
    pub fn start(
        _cx: &mut Context<'_>,
        _spec: &ClientSpec,
        id: ClientId,
        _bootstrap: &[BrokerId],
        _knowledge: Knowledge,
    ) -> Self {
        Self { id }
    }

    /// An administrator or a sender of raw requests: `admin`, `raw` or another name.
    #[must_use]
    pub fn admin(id: ClientId, _brokers: &[BrokerId]) -> Self {
        Self { id }
    }

    /// An answer has come.
    pub fn on_response(
        &mut self,
        _cx: &mut Context<'_>,
        _from: NodeId,
        _request: RequestId,
        _response: &Response,
    ) {
    }

    /// A request will never be answered.
    pub fn on_disconnect(
        &mut self,
        _cx: &mut Context<'_>,
        _to: NodeId,
        _request: RequestId,
        _why: Disconnect,
    ) {
    }

    /// A moment that the client waited for is here.
    pub fn on_timer(&mut self, _cx: &mut Context<'_>, _timer: Timer) {}

    /// Sends records through a producer; without a partition it chooses, by the key if there is one.
    ///
    /// # Errors
    /// If the client is no producer.
    pub fn produce(
        &mut self,
        _cx: &mut Context<'_>,
        _partition: Option<u32>,
        _values: Vec<ValueId>,
        _key: Option<&str>,
        _metadata: MetadataUse,
    ) -> Result<(), Rejection> {
        Ok(())
    }

    /// Begins a steady stream of so many records a second, or with 0 ends it.
    ///
    /// # Errors
    /// If the client is no producer.
    pub fn load(
        &mut self,
        _cx: &mut Context<'_>,
        _rate: u32,
        _span: Option<SimDuration>,
    ) -> Result<(), Rejection> {
        Ok(())
    }

    /// Names for the next records without a text: `C-0`, `C-1` and so on, counting with the load.
    pub fn next_values(&mut self, _cx: &mut Context<'_>, _count: u32) -> Vec<ValueId> {
        Vec::new()
    }

    /// A manual consumer polls, for so many records or so long at most. Without either it ends with
    /// the first records.
    ///
    /// # Errors
    /// If the client is no manual consumer.
    pub fn consume(
        &mut self,
        _cx: &mut Context<'_>,
        _records: Option<u32>,
        _span: Option<SimDuration>,
    ) -> Result<(), Rejection> {
        Ok(())
    }

    /// Moves a consumer's position.
    ///
    /// # Errors
    /// If the client is no consumer, or does not know the partition.
    pub fn seek(
        &mut self,
        _cx: &mut Context<'_>,
        _partition: u32,
        _offset: Offset,
    ) -> Result<(), Rejection> {
        Ok(())
    }

    /// Refreshes a producer's or consumer's metadata now.
    ///
    /// # Errors
    /// If the client is neither.
    pub fn refresh(&mut self, _cx: &mut Context<'_>) -> Result<(), Rejection> {
        Ok(())
    }

    /// Sends one request by hand, without metadata and without a retry.
    ///
    /// # Errors
    /// If the client is a producer or consumer.
    pub fn raw(
        &mut self,
        _cx: &mut Context<'_>,
        _to: BrokerId,
        _request: Request,
    ) -> Result<(), Rejection> {
        Ok(())
    }

    /// Sends an administrative request, again after a lost connection or `NOT_CONTROLLER`.
    ///
    /// # Errors
    /// If the client is a producer or consumer.
    pub fn administer(
        &mut self,
        _cx: &mut Context<'_>,
        _via: Option<NodeId>,
        _request: Request,
    ) -> Result<(), Rejection> {
        Ok(())
    }

    /// Asks the leader of a partition for an end of its log.
    ///
    /// # Errors
    /// If the client is a producer or consumer.
    pub fn list_offsets(
        &mut self,
        _cx: &mut Context<'_>,
        _partition: &PartitionName,
        _spec: OffsetSpec,
    ) -> Result<(), Rejection> {
        Ok(())
    }

    /// Its number.
    #[must_use]
    pub const fn id(&self) -> ClientId {
        self.id
    }

    /// A producer or consumer as it can be seen; nothing for an administrator.
    #[must_use]
    pub fn observe(&self, _names: &Names) -> Option<ClientObservation> {
        None
    }

    /// What became of a record at this producer.
    #[must_use]
    pub fn result_of(&self, _value: ValueId) -> Option<ProduceResult> {
        None
    }

    /// The client's last answer.
    #[must_use]
    pub fn last_result(&self) -> ClientResult {
        ClientResult::Nothing
    }

    /// How many times the client was given this error, by a broker or by its own transport.
    #[must_use]
    pub fn error_count(&self, _code: ErrorCode) -> u64 {
        0
    }

    /// The last answer to this sender as compact JSON, its keys in a fixed order.
    #[must_use]
    pub fn last_response_json(&self, _names: &Names) -> Option<Arc<str>> {
        None
    }

    /// Whether this consumer has read the record.
    #[must_use]
    pub fn has_read(&self, _value: ValueId) -> bool {
        false
    }

    /// A consumer's position.
    #[must_use]
    pub fn position(&self, _partition: u32) -> Option<Offset> {
        None
    }

    /// Whom the client believes to lead.
    #[must_use]
    pub fn leader(&self, _partition: u32) -> Option<BrokerId> {
        None
    }

    /// Whether nothing is pending: no record without an answer, no load, no told poll, no request
    /// of an administrator. A consumer that polls by itself is idle.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        true
    }

    /// Whether a load runs.
    #[must_use]
    pub fn load_runs(&self) -> bool {
        false
    }
}
