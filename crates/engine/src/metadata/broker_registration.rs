//! One broker as the controller has it registered.
//!
//! Source: Kafka `BrokerRegistration`; KIP-631, KIP-858 (log directories).
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::metadata_record::{RegistrationState, SupportedFeatures};
use epochscope_vocabulary::{BrokerEpoch, DirectoryId, Offset};

/// A registered broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerRegistration {
    /// Its epoch.
    pub broker_epoch: BrokerEpoch,
    /// Which start of its process registered.
    pub incarnation: u32,
    /// Its rack.
    pub rack: Option<Arc<str>>,
    /// What it may do.
    pub state: RegistrationState,
    /// The offset of its registration record: once it has applied that, it may be unfenced.
    pub register_offset: Offset,
    /// Whether this registration has ever begun a controlled shutdown.
    pub shutdown: Shutdown,
    /// Its log directories that work; none where it does not tell.
    pub log_dirs: Vec<DirectoryId>,
    /// The features that it knows.
    pub features: SupportedFeatures,
}

/// Whether a registration has begun its controlled shutdown: Kafka never takes that mark back, so
/// that a broker which is unfenced afterwards is shutting down still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// It has not.
    NotBegun,
    /// It has, be it fenced by now or not.
    Begun,
}

impl BrokerRegistration {
    /// Neither fenced nor shutting down: it may lead and may join an ISR.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        match self.state {
            RegistrationState::Unfenced => true,
            RegistrationState::Fenced | RegistrationState::ControlledShutdown => false,
        }
    }

    /// Whether a replica in this log directory can be used. A broker that tells of no directories
    /// has none that could have failed.
    #[must_use]
    pub fn has_online_dir(&self, directory: DirectoryId) -> bool {
        match directory {
            DirectoryId::Unassigned | DirectoryId::Migrating => true,
            DirectoryId::Lost => false,
            DirectoryId::Named(_) => self.log_dirs.is_empty() || self.log_dirs.contains(&directory),
        }
    }

    pub(super) fn change_to(&mut self, state: RegistrationState) {
        self.state = match (state, self.shutdown) {
            (RegistrationState::Unfenced, Shutdown::Begun)
            | (RegistrationState::ControlledShutdown, _) => {
                self.shutdown = Shutdown::Begun;
                RegistrationState::ControlledShutdown
            }
            (RegistrationState::Unfenced, Shutdown::NotBegun) => RegistrationState::Unfenced,
            (RegistrationState::Fenced, _) => RegistrationState::Fenced,
        };
    }

    /// Whether the controller has ruled it out.
    #[must_use]
    pub const fn is_fenced(&self) -> bool {
        match self.state {
            RegistrationState::Fenced => true,
            RegistrationState::Unfenced | RegistrationState::ControlledShutdown => false,
        }
    }
}
