//! A broker's log directories as somebody breaks, repairs or empties them.
//!
//! Source: Kafka `LogManager`, `ReplicaManager.handleLogDirFailure`, `StorageTool`; KIP-858.
//! Uses: `effects`, `quorum`, its folder.

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rule::RuleId;

use super::log_manager::{DirectoryState, LogManager};
use super::{Broker, State};
use crate::effects::Context;
use crate::quorum::raft_client::RaftDisk;

impl Broker {
    /// Its log directories.
    #[must_use]
    pub fn log_manager(&self) -> &LogManager {
        match &self.state {
            State::Up(running) => running.replicas.log_manager(),
            State::Down(disk) => &disk.log_manager,
        }
    }

    /// Whether its last process has ended itself at once.
    #[must_use]
    pub const fn is_halted(&self) -> bool {
        self.halted
    }

    /// A log directory stops working: a running process serves its replicas no more and tells the
    /// controller, or halts.
    pub fn fail_directory(&mut self, cx: &mut Context<'_>, path: &str) {
        let config = self.config.clone();
        match &mut self.state {
            State::Up(running) => {
                let failed = running.replicas.on_directory_failed(cx, path);
                if running.replicas.log_manager().must_halt() {
                    self.halt(cx);
                } else if let Some(directory) = failed {
                    let view = running.view();
                    running.lifecycle.on_directory_failure(cx, &config, (view, directory));
                }
            }
            State::Down(disk) => {
                disk.log_manager.set_state(path, DirectoryState::Failed);
            }
        }
    }

    /// A log directory is back with what it held, from the next start on.
    pub fn repair_directory(&mut self, path: &str) {
        match &mut self.state {
            State::Up(running) => running.replicas.repair_directory(path),
            State::Down(disk) => {
                disk.log_manager.set_state(path, DirectoryState::Repaired);
            }
        }
    }

    /// Empties the disk of a broker that is down, or one log directory of it.
    pub fn wipe(&mut self, path: Option<&str>) {
        let State::Down(disk) = &mut self.state else { return };
        let wiped = disk.log_manager.wipe(path);
        let log_manager = &disk.log_manager;
        disk.logs.retain(|id, _| log_manager.is_left(*id, &wiped));
        disk.clean_shutdown = None;
        if wiped.is_metadata_gone {
            disk.metadata = RaftDisk::default();
        }
    }

    /// `Exit.halt`: no flushing, no good-bye.
    pub(super) fn halt(&mut self, cx: &mut Context<'_>) {
        self.halted = true;
        let error = ErrorCode::KafkaStorageError;
        let halted = cx.fx.record(RuleId::LogDirectories, EventKind::Halted { error });
        cx.fx.because(halted);
        cx.fx.halt();
    }
}
