//! Brokers: registration, heartbeats, sessions, fencing.
//!
//! Source: Kafka `ClusterControlManager`, `ReplicationControlManager.processBrokerHeartbeat`,
//! `maybeFenceStaleBroker`; KIP-631, KIP-841, KIP-966.
//! Uses: `metadata`, `release`.

use epochscope_vocabulary::metadata_record::{MetadataRecord, RegistrationState};
use epochscope_vocabulary::rpc::{
    BrokerControlState, BrokerHeartbeatRequest, BrokerRegistrationRequest,
};
use epochscope_vocabulary::{BrokerEpoch, BrokerId, ErrorCode, SimTime};

use super::broker_heartbeat_manager::{BrokerHeartbeat, Leaderships, Wishes};
use super::controller_result::{ControllerResult, OperationError, refused};
use super::feature_control::has_directories;
use super::partition_changes::BrokerChange;
use super::replay::ControllerState;
use super::striped_replica_placer::Fencing;
use crate::metadata::BrokerRegistration;
use crate::release::{BrokerSessions, UncleanShutdown};

/// The answer to a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeartbeatReply {
    /// Whether the broker has read its own registration.
    pub caught_up: bool,
    /// What it is from now on.
    pub state: BrokerControlState,
}

/// A session that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiredSession {
    /// Whose.
    pub broker: BrokerId,
    /// In which of its epochs.
    pub broker_epoch: BrokerEpoch,
    /// When it was last heard from.
    pub last_contact: SimTime,
}

impl ControllerState {
    /// A broker registers: fenced, after whatever its former incarnation left is cleaned up.
    ///
    /// # Errors
    /// DUPLICATE_BROKER_REGISTRATION while the session of another incarnation lasts;
    /// INVALID_REGISTRATION without log directories; UNSUPPORTED_VERSION from a process that does
    /// not know what the cluster has finalised.
    pub fn register_broker(
        &self,
        request: &BrokerRegistrationRequest,
        now: SimTime,
    ) -> Result<ControllerResult<BrokerEpoch>, OperationError> {
        let broker = request.broker;
        let existing = self.image.broker(broker);
        let same = existing.filter(|existing| existing.incarnation == request.incarnation);
        let has_session = |existing: &BrokerRegistration| match self.rules.sessions {
            BrokerSessions::OfUnfenced if existing.is_fenced() => false,
            BrokerSessions::OfUnfenced | BrokerSessions::ByBrokerEpoch => {
                self.sessions.has_valid_session(broker, existing.broker_epoch, now)
            }
        };
        if existing.filter(|_| same.is_none()).is_some_and(has_session) {
            return Err(ErrorCode::DuplicateBrokerRegistration.into());
        }
        if has_directories(&self.image) && request.log_dirs.is_empty() {
            let what = "No directories specified in request";
            return refused(ErrorCode::InvalidRegistration, what.to_owned());
        }
        self.check_features(&request.features)?;
        let mut records = Vec::new();
        if same.is_none() {
            let stored = existing.map(|existing| existing.broker_epoch);
            let was_clean = stored.is_some() && stored == request.previous_broker_epoch;
            let change = match self.rules.unclean_shutdown {
                UncleanShutdown::Noticed if !was_clean => BrokerChange::CrashedUncleanly(broker),
                UncleanShutdown::Noticed | UncleanShutdown::NotNoticed => {
                    BrokerChange::Leaves(broker)
                }
            };
            records = self.clean_up_after(change)?;
        }
        let fresh = BrokerEpoch(self.next_write_offset().0);
        let broker_epoch = same.map_or(fresh, |same| same.broker_epoch);
        records.push(MetadataRecord::RegisterBrokerRecord {
            broker,
            incarnation: request.incarnation,
            broker_epoch,
            rack: request.rack.clone(),
            log_dirs: if has_directories(&self.image) {
                request.log_dirs.clone()
            } else {
                Vec::new()
            },
            features: request.features,
        });
        Ok(ControllerResult { records, reply: broker_epoch })
    }

    /// A broker is taken off the list. Kafka leaves it in ELRs.
    ///
    /// # Errors
    /// BROKER_ID_NOT_REGISTERED.
    pub fn unregister_broker(
        &self,
        broker: BrokerId,
    ) -> Result<ControllerResult<()>, OperationError> {
        let Some(existing) = self.image.broker(broker) else {
            let what = format!("Broker ID {broker} is not currently registered");
            return refused(ErrorCode::BrokerIdNotRegistered, what);
        };
        let change = BrokerChange::Leaves(broker);
        let mut records = self.partition_changes(change, self.brokers_to_isrs.of(broker))?;
        records.extend(self.partition_changes(change, self.brokers_to_elrs.of(broker))?);
        let broker_epoch = existing.broker_epoch;
        records.push(MetadataRecord::UnregisterBrokerRecord { broker, broker_epoch });
        Ok(ControllerResult { records, reply: () })
    }

    /// A broker was heard from. This counts even if what it says is refused.
    pub fn track_heartbeat(&mut self, broker: BrokerId, epoch: BrokerEpoch, now: SimTime) {
        self.sessions.touch(broker, epoch, now);
        self.last_contacts.insert((broker, epoch), now);
    }

    /// A broker reports and says what it wants. Beside the records this takes note of how far the
    /// broker has read, which is not written anywhere.
    ///
    /// # Errors
    /// STALE_BROKER_EPOCH.
    pub fn process_broker_heartbeat(
        &mut self,
        request: &BrokerHeartbeatRequest,
        wishes: Wishes,
    ) -> Result<ControllerResult<HeartbeatReply>, OperationError> {
        let broker = request.broker;
        self.check_broker_epoch(broker, request.broker_epoch)?;
        let (Some(registration), Some(known)) =
            (self.image.broker(broker), self.heartbeats.broker(broker))
        else {
            return Err(ErrorCode::StaleBrokerEpoch.into());
        };
        let register_record_offset = registration.register_offset;
        let leads = self.leaderships.of(broker).next().is_some();
        let state = self.heartbeats.calculate_next_broker_state(&BrokerHeartbeat {
            broker,
            wishes,
            current_metadata_offset: request.current_metadata_offset,
            register_record_offset,
            leaderships: if leads { Leaderships::Some } else { Leaderships::None },
        });
        let mut records =
            if state == known.state() { Vec::new() } else { self.records_towards(broker, state)? };
        self.heartbeats.touch(broker, fencing(state), request.current_metadata_offset);
        records.extend(self.handle_directories_offline(broker, &request.offline_log_dirs)?);
        let caught_up = request.current_metadata_offset >= Some(register_record_offset);
        Ok(ControllerResult { records, reply: HeartbeatReply { caught_up, state } })
    }

    /// What follows when the records of a heartbeat have their offsets: the broker may stop once
    /// all others have read them.
    pub fn on_heartbeat_written(&mut self, broker: BrokerId, state: BrokerControlState) {
        match state {
            BrokerControlState::ControlledShutdown => {
                // Kafka compares this with the offset of the last record, not with the end.
                let last =
                    epochscope_vocabulary::Offset(self.next_write_offset().0.saturating_sub(1));
                self.heartbeats.maybe_update_controlled_shutdown_offset(broker, last);
            }
            BrokerControlState::Fenced
            | BrokerControlState::Unfenced
            | BrokerControlState::ShutdownNow => {}
        }
    }

    /// Takes the next broker whose session is over off the list of sessions.
    pub fn next_expired_session(&mut self, now: SimTime) -> Option<ExpiredSession> {
        let (broker, broker_epoch) = loop {
            let (broker, epoch) = self.sessions.maybe_remove_expired(now)?;
            let is_fenced = self.image.broker(broker).is_none_or(BrokerRegistration::is_fenced);
            match self.rules.sessions {
                BrokerSessions::OfUnfenced if is_fenced => {}
                BrokerSessions::OfUnfenced | BrokerSessions::ByBrokerEpoch => {
                    break (broker, epoch);
                }
            }
        };
        let last_contact = self.last_contacts.remove(&(broker, broker_epoch)).unwrap_or(now);
        Some(ExpiredSession { broker, broker_epoch, last_contact })
    }

    /// When a broker was last heard from whose session ends next.
    pub fn oldest_contact(&self) -> Option<SimTime> {
        let registered = self.last_contacts.iter().filter(|((broker, epoch), _)| {
            let known = self.image.broker(*broker);
            known.is_some_and(|known| known.broker_epoch == *epoch && !known.is_fenced())
        });
        registered.map(|(_, at)| *at).min()
    }

    /// Fences a broker whose session is over; none if it is registered anew or not at all. One that
    /// is fenced already is fenced once more, without effect.
    ///
    /// # Errors
    /// Only for a contradiction in the controller's own state.
    pub fn fence_stale_broker(
        &mut self,
        broker: BrokerId,
        epoch: BrokerEpoch,
    ) -> Result<Option<Vec<MetadataRecord>>, OperationError> {
        if self.check_broker_epoch(broker, epoch).is_err() {
            return Ok(None);
        }
        let records = self.fence_broker(broker)?;
        self.heartbeats.fence(broker);
        Ok(Some(records))
    }

    /// Whether this is the epoch of the broker's registration.
    ///
    /// # Errors
    /// STALE_BROKER_EPOCH, also when it has none.
    pub(crate) fn check_broker_epoch(
        &self,
        broker: BrokerId,
        epoch: BrokerEpoch,
    ) -> Result<(), OperationError> {
        match self.image.broker(broker) {
            Some(known) if known.broker_epoch == epoch => Ok(()),
            Some(_) | None => Err(ErrorCode::StaleBrokerEpoch.into()),
        }
    }

    /// The epoch and state under which a broker may be named in an ISR.
    pub(crate) fn registered(&self, broker: BrokerId) -> Option<(BrokerEpoch, RegistrationState)> {
        self.image.broker(broker).map(|known| (known.broker_epoch, known.state))
    }

    fn records_towards(
        &self,
        broker: BrokerId,
        state: BrokerControlState,
    ) -> Result<Vec<MetadataRecord>, OperationError> {
        match state {
            BrokerControlState::Fenced | BrokerControlState::ShutdownNow => {
                self.fence_broker(broker)
            }
            BrokerControlState::Unfenced => self.unfence_broker(broker),
            BrokerControlState::ControlledShutdown => self.begin_controlled_shutdown(broker),
        }
    }
}

const fn fencing(state: BrokerControlState) -> Fencing {
    match state {
        BrokerControlState::Fenced | BrokerControlState::ShutdownNow => Fencing::Fenced,
        BrokerControlState::Unfenced | BrokerControlState::ControlledShutdown => Fencing::Unfenced,
    }
}
