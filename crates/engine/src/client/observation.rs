//! What can be seen of a client from outside: nothing here changes it.
//!
//! Uses: `observe`.

use epochscope_vocabulary::command::ClientKind;
use epochscope_vocabulary::{BrokerId, ErrorCode, Names, Offset, ValueId};

use super::core::ClientCore;
use super::finished::FinishedCall;
use super::{ClientNode, ClientResult, Role};
use crate::observe::{BatchObservation, ClientObservation, ProduceResult, ProducerIdentity};

impl ClientNode {
    /// A producer or consumer as it can be seen; nothing for an administrator.
    #[must_use]
    pub fn observe(&self, names: &Names) -> Option<ClientObservation> {
        let core = self.core()?;
        let leaders = core.metadata.beliefs().filter_map(|(partition, belief)| {
            let partition = core.metadata.partition(partition)?;
            Some((partition, belief.leader, belief.leader_epoch))
        });
        let mut seen = ClientObservation {
            id: self.id,
            name: names.client_name(self.id).into(),
            kind: ClientKind::Producer,
            acks: None,
            idempotent: false,
            leaders: leaders.collect(),
            positions: Vec::new(),
            results: Vec::new(),
            read_count: 0,
        };
        match &self.role {
            Role::Producer(producer) => {
                seen.acks = Some(producer.acks);
                seen.idempotent = producer.is_idempotent();
                seen.results = producer.results.recent();
            }
            Role::Consumer(consumer) => {
                seen.kind = ClientKind::Consumer;
                seen.positions = consumer.positions();
                seen.read_count = consumer.read_count();
            }
            Role::Admin(_) => return None,
        }
        Some(seen)
    }

    /// Who an idempotent producer is to the brokers.
    #[must_use]
    pub fn identity(&self) -> Option<ProducerIdentity> {
        match &self.role {
            Role::Producer(producer) => producer.observed_identity(),
            Role::Consumer(_) | Role::Admin(_) => None,
        }
    }

    /// What a producer has taken and not got rid of yet, oldest first.
    #[must_use]
    pub fn batches(&self) -> Vec<BatchObservation> {
        match &self.role {
            Role::Producer(producer) => producer.batches(),
            Role::Consumer(_) | Role::Admin(_) => Vec::new(),
        }
    }

    /// The replica that a consumer was sent to by the leader, if it was.
    #[must_use]
    pub fn read_replica(&self, partition: u32) -> Option<BrokerId> {
        match &self.role {
            Role::Consumer(consumer) => consumer.preferred(partition),
            Role::Producer(_) | Role::Admin(_) => None,
        }
    }

    /// What became of a record at this producer.
    #[must_use]
    pub fn result_of(&self, value: ValueId) -> Option<ProduceResult> {
        match &self.role {
            Role::Producer(producer) => producer.results.of(value),
            Role::Consumer(_) | Role::Admin(_) => None,
        }
    }

    /// The client's last answer. An order to produce or a call makes it pending; records of a load
    /// do not.
    #[must_use]
    pub fn last_result(&self) -> ClientResult {
        match &self.role {
            Role::Producer(producer) => producer.results.last(),
            Role::Consumer(consumer) => consumer.last_result(),
            Role::Admin(admin) => admin.result(),
        }
    }

    /// How many times the client was given this error, by a broker or by its own transport.
    #[must_use]
    pub fn error_count(&self, code: ErrorCode) -> u64 {
        match &self.role {
            Role::Producer(producer) => producer.core.error_count(code),
            Role::Consumer(consumer) => consumer.core.error_count(code),
            Role::Admin(admin) => admin.error_count(code),
        }
    }

    /// The last answer to this sender as compact JSON, its keys in a fixed order.
    #[must_use]
    pub fn last_response_json(&self, names: &Names) -> Option<String> {
        match &self.role {
            Role::Admin(admin) => admin.last_answer().map(|answer| answer.json(names)),
            Role::Producer(_) | Role::Consumer(_) => None,
        }
    }

    /// An administrator's last calls, in order of their ends; none stands for what is no call of a
    /// tool.
    #[must_use]
    pub fn finished_calls(&self) -> &[Option<FinishedCall>] {
        match &self.role {
            Role::Admin(admin) => admin.finished(),
            Role::Producer(_) | Role::Consumer(_) => &[],
        }
    }

    /// Whether this consumer has read the record.
    #[must_use]
    pub fn has_read(&self, value: ValueId) -> bool {
        match &self.role {
            Role::Consumer(consumer) => consumer.has_read(value),
            Role::Producer(_) | Role::Admin(_) => false,
        }
    }

    /// A consumer's position.
    #[must_use]
    pub fn position(&self, partition: u32) -> Option<Offset> {
        match &self.role {
            Role::Consumer(consumer) => consumer.position(partition),
            Role::Producer(_) | Role::Admin(_) => None,
        }
    }

    /// Whom the client believes to lead.
    #[must_use]
    pub fn leader(&self, partition: u32) -> Option<BrokerId> {
        self.core()?.metadata.belief(partition)?.leader
    }

    /// Whether nothing is pending: no record without an answer, no load, no told poll, no request
    /// of an administrator. A consumer that polls by itself is idle.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        match &self.role {
            Role::Producer(producer) => producer.is_idle(),
            Role::Consumer(consumer) => consumer.is_idle(),
            Role::Admin(admin) => admin.is_idle(),
        }
    }

    /// Whether a load runs.
    #[must_use]
    pub fn load_runs(&self) -> bool {
        match &self.role {
            Role::Producer(producer) => producer.load_runs(),
            Role::Consumer(_) | Role::Admin(_) => false,
        }
    }

    fn core(&self) -> Option<&ClientCore> {
        match &self.role {
            Role::Producer(producer) => Some(&producer.core),
            Role::Consumer(consumer) => Some(&consumer.core),
            Role::Admin(_) => None,
        }
    }
}
