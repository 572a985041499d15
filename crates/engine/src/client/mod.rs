//! Clients: producers, consumers and administrators, each with what it believes of the cluster.
//!
//! A client is driven like Kafka's: whatever happens (an answer, a lost connection, an order, a
//! moment it waited for) changes its state, and then it looks at all of its state for what can be
//! sent now and when it must look again. Old metadata is the point: a client believes what it was
//! last told, and finds out by being refused.
//!
//! Source: Kafka `KafkaProducer`, `KafkaConsumer`, `KafkaAdminClient`, `NetworkClient`.
//! Uses: `effects`.

mod admin;
#[cfg(test)]
mod admin_tests;
mod answer;
pub mod asked;
mod backoff;
mod by_value;
mod connections;
mod consumer;
mod core;
mod errors;
mod finished;
mod json;
mod metadata;
mod observation;
mod producer;
mod raw_produce;
#[cfg(test)]
mod tests;

use epochscope_vocabulary::command::{ClientKind, ClientSpec, MetadataUse, PartitionName};
use epochscope_vocabulary::rpc::{Request, Response, TopicMetadata};
use epochscope_vocabulary::{
    BrokerId, ClientId, ErrorCode, NodeId, Offset, ProducerId, RequestId, SimDuration, ValueId,
};

pub use self::finished::FinishedCall;

use self::admin::Admin;
use self::asked::Asked;
use self::consumer::Consumer;
use self::producer::{Handover, Producer};
use crate::effects::{Context, Disconnect, Timer};

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
    role: Role,
}

#[derive(Clone, Debug)]
enum Role {
    Producer(Box<Producer>),
    Consumer(Box<Consumer>),
    Admin(Box<Admin>),
}

const NO_PRODUCER: Rejection = "the client is no producer";
const NO_CONSUMER: Rejection = "the client is no consumer";
const NO_ADMIN: Rejection = "the client is a producer or consumer";
const NO_CLIENT: Rejection = "the client is neither a producer nor a consumer";

impl ClientNode {
    /// A producer or consumer that starts now.
    pub fn start(
        cx: &mut Context<'_>,
        spec: &ClientSpec,
        id: ClientId,
        bootstrap: &[BrokerId],
        knowledge: Knowledge,
    ) -> Self {
        let role = match spec.kind {
            ClientKind::Producer => {
                let producer = Producer::start(cx, spec, id, bootstrap, &knowledge);
                Role::Producer(Box::new(producer))
            }
            ClientKind::Consumer => {
                let consumer = Consumer::start(cx, spec, id, bootstrap, &knowledge);
                Role::Consumer(Box::new(consumer))
            }
        };
        Self { id, role }
    }

    /// An administrator or a sender of raw requests: `admin`, `raw` or another name.
    #[must_use]
    pub fn admin(id: ClientId, brokers: &[BrokerId]) -> Self {
        let role = Role::Admin(Box::new(Admin::new(id, brokers)));
        Self { id, role }
    }

    /// An answer has come.
    pub fn on_response(
        &mut self,
        cx: &mut Context<'_>,
        from: NodeId,
        request: RequestId,
        response: &Response,
    ) {
        match (&mut self.role, from) {
            (Role::Producer(producer), NodeId::Broker(from)) => {
                producer.on_response(cx, from, request, response);
            }
            (Role::Consumer(consumer), NodeId::Broker(from)) => {
                consumer.on_response(cx, from, request, response);
            }
            (Role::Admin(admin), _) => admin.on_response(cx, request, response),
            (Role::Producer(_) | Role::Consumer(_), _) => {}
        }
    }

    /// A request will never be answered.
    pub fn on_disconnect(
        &mut self,
        cx: &mut Context<'_>,
        to: NodeId,
        request: RequestId,
        why: Disconnect,
    ) {
        match (&mut self.role, to) {
            (Role::Producer(producer), NodeId::Broker(to)) => {
                producer.on_disconnect(cx, to, request, why);
            }
            (Role::Consumer(consumer), NodeId::Broker(to)) => {
                consumer.on_disconnect(cx, to, request, why);
            }
            (Role::Admin(admin), _) => admin.on_disconnect(cx, request, why),
            (Role::Producer(_) | Role::Consumer(_), _) => {}
        }
    }

    /// A connection was closed by its other end while no request waited on it.
    pub fn on_idle_connection_lost(&mut self, cx: &mut Context<'_>, to: NodeId) {
        match (&mut self.role, to) {
            (Role::Producer(producer), NodeId::Broker(to)) => producer.on_connection_lost(cx, to),
            (Role::Consumer(consumer), NodeId::Broker(to)) => consumer.on_connection_lost(cx, to),
            (Role::Admin(_) | Role::Producer(_) | Role::Consumer(_), _) => {}
        }
    }

    /// A moment that the client waited for is here.
    pub fn on_timer(&mut self, cx: &mut Context<'_>, timer: Timer) {
        match &mut self.role {
            Role::Producer(producer) if timer == Timer::Load => producer.on_load(cx),
            Role::Producer(producer) => producer.on_wake(cx),
            Role::Consumer(consumer) if timer == Timer::PollEnd => consumer.on_poll_end(cx),
            Role::Consumer(consumer) => consumer.on_wake(cx),
            Role::Admin(admin) => admin.on_wake(cx),
        }
    }

    /// Sends records through a producer; without a partition it chooses, by the key if there is
    /// one.
    ///
    /// # Errors
    /// If the client is no producer.
    pub fn produce(
        &mut self,
        cx: &mut Context<'_>,
        partition: Option<u32>,
        values: Vec<ValueId>,
        key: Option<&str>,
        metadata: MetadataUse,
    ) -> Result<(), Rejection> {
        let Role::Producer(producer) = &mut self.role else {
            return Err(NO_PRODUCER);
        };
        producer.results.await_answer();
        let records = Handover { partition, key: key.map(Into::into), values, metadata };
        producer.produce(cx, records);
        Ok(())
    }

    /// Begins a steady stream of so many records a second, or with 0 ends it.
    ///
    /// # Errors
    /// If the client is no producer.
    pub fn load(
        &mut self,
        cx: &mut Context<'_>,
        rate: u32,
        span: Option<SimDuration>,
    ) -> Result<(), Rejection> {
        let Role::Producer(producer) = &mut self.role else {
            return Err(NO_PRODUCER);
        };
        producer.begin_load(cx, rate, span);
        Ok(())
    }

    /// Names for the next records without a text: `C-0`, `C-1` and so on, counting with the load.
    /// None for a client that is no producer.
    pub fn next_values(&mut self, cx: &mut Context<'_>, count: u32) -> Vec<ValueId> {
        match &mut self.role {
            Role::Producer(producer) => producer.next_values(cx, count),
            Role::Consumer(_) | Role::Admin(_) => Vec::new(),
        }
    }

    /// A manual consumer polls, for so many records or so long at most. Without either it ends with
    /// the first records.
    ///
    /// # Errors
    /// If the client is no manual consumer.
    pub fn consume(
        &mut self,
        cx: &mut Context<'_>,
        records: Option<u32>,
        span: Option<SimDuration>,
    ) -> Result<(), Rejection> {
        match &mut self.role {
            Role::Consumer(consumer) => consumer.consume(cx, records, span),
            Role::Producer(_) | Role::Admin(_) => Err(NO_CONSUMER),
        }
    }

    /// Moves a consumer's position.
    ///
    /// # Errors
    /// If the client is no consumer, or does not know the partition.
    pub fn seek(
        &mut self,
        cx: &mut Context<'_>,
        partition: u32,
        offset: Offset,
    ) -> Result<(), Rejection> {
        match &mut self.role {
            Role::Consumer(consumer) => consumer.seek(cx, partition, offset),
            Role::Producer(_) | Role::Admin(_) => Err(NO_CONSUMER),
        }
    }

    /// Refreshes a producer's or consumer's metadata now.
    ///
    /// # Errors
    /// If the client is neither.
    pub fn refresh(&mut self, cx: &mut Context<'_>) -> Result<(), Rejection> {
        match &mut self.role {
            Role::Producer(producer) => producer.refresh(cx),
            Role::Consumer(consumer) => consumer.refresh(cx),
            Role::Admin(_) => return Err(NO_CLIENT),
        }
        Ok(())
    }

    /// Sends one request by hand, without metadata and without a retry.
    ///
    /// # Errors
    /// If the client is a producer or consumer.
    pub fn raw(
        &mut self,
        cx: &mut Context<'_>,
        to: BrokerId,
        request: Request,
    ) -> Result<(), Rejection> {
        self.as_admin()?.raw(cx, to, request);
        Ok(())
    }

    /// Sends an administrative request, again after a lost connection or `NOT_CONTROLLER`.
    ///
    /// # Errors
    /// If the client is a producer or consumer.
    pub fn administer(
        &mut self,
        cx: &mut Context<'_>,
        via: Option<NodeId>,
        request: Request,
    ) -> Result<(), Rejection> {
        self.as_admin()?.administer(cx, via, request);
        Ok(())
    }

    /// Asks the leader of a partition.
    ///
    /// # Errors
    /// If the client is a producer or consumer.
    pub fn ask_leader(
        &mut self,
        cx: &mut Context<'_>,
        partition: &PartitionName,
        asked: Asked,
    ) -> Result<(), Rejection> {
        self.as_admin()?.ask_leader(cx, partition, asked);
        Ok(())
    }

    /// Its number.
    #[must_use]
    pub const fn id(&self) -> ClientId {
        self.id
    }

    fn as_admin(&mut self) -> Result<&mut Admin, Rejection> {
        match &mut self.role {
            Role::Admin(admin) => Ok(admin),
            Role::Producer(_) | Role::Consumer(_) => Err(NO_ADMIN),
        }
    }
}
