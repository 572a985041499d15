//! A broker: takes each request, answer and timer to the part that it belongs to.
//!
//! The broker knows the cluster by the metadata that it has fetched, and a controller by requests
//! alone. What survives its process is its [`Disk`].
//!
//! Source: Kafka `BrokerServer`, `KafkaApis`.
//! Uses: `effects`, `log`, `metadata`, `quorum`, its folder.

pub mod alter_partition_manager;
pub mod assignments_manager;
pub mod client_requests;
pub mod config;
pub mod forwarding;
pub mod lifecycle;
pub mod log_manager;
mod metadata_publisher;
pub mod partition;
pub mod purgatory;
pub mod replica_fetcher;
pub mod replica_manager;
mod routing;
mod storage;

use std::sync::Arc;

use epochscope_vocabulary::command::Losing;
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ControllerId, NodeId, Offset, RequestId, SimDuration, SimTime,
    SortedMap, TopicPartition, ValueId,
};

use self::config::BrokerConfig;
use self::forwarding::Forwarded;
use self::lifecycle::{BrokerLifecycleManager, ControllerView};
use self::log_manager::LogManager;
use self::metadata_publisher::BrokerMetadataPublisher;
use self::replica_manager::ReplicaManager;
use crate::effects::{Context, Timer};
use crate::log::ReplicatedLog;
use crate::metadata::{History, MetadataImage};
use crate::quorum::raft_client::{Member, RaftClient, RaftDisk};
use crate::quorum::voter_set::VoterSet;

/// What survives a broker's process.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// Its partition logs.
    pub logs: SortedMap<TopicPartition, ReplicatedLog>,
    /// Its copy of the metadata log.
    pub metadata: RaftDisk,
    /// Kafka's `.kafka_cleanshutdown`: the broker epoch of a process that ended in good order.
    pub clean_shutdown: Option<BrokerEpoch>,
    /// Its log directories.
    pub log_manager: LogManager,
}

/// The parts of a running broker.
#[derive(Clone, Debug)]
pub struct Running {
    /// Registration and heartbeats.
    pub lifecycle: BrokerLifecycleManager,
    /// Its part in the metadata quorum: it observes.
    pub raft: RaftClient,
    /// What takes committed metadata into use.
    publisher: BrokerMetadataPublisher,
    /// Its replicas.
    pub replicas: ReplicaManager,
    /// Requests passed on to the controller, by the request sent.
    forwarded: SortedMap<RequestId, Forwarded>,
    /// Requests to be passed on once the controller can be reached.
    unsent: Vec<Forwarded>,
}

/// A broker, running or down.
#[derive(Clone, Debug)]
pub struct Broker {
    /// Its number.
    pub id: BrokerId,
    /// Its rack.
    pub rack: Option<Arc<str>>,
    config: Arc<BrokerConfig>,
    voters: VoterSet,
    incarnation: u32,
    state: State,
    /// Whether its last process has ended itself at once.
    pub(crate) halted: bool,
}

#[derive(Clone, Debug)]
enum State {
    Up(Box<Running>),
    Down(Disk),
}

/// What a crash takes from one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TailLoss {
    /// Whose log.
    pub partition: TopicPartition,
    /// Its end before.
    pub from: Offset,
    /// Its end after.
    pub to: Offset,
    /// What is gone.
    pub values: Vec<ValueId>,
}

impl Broker {
    /// A broker that is down, with empty log directories.
    #[must_use]
    pub fn new(
        id: BrokerId,
        rack: Option<Arc<str>>,
        (config, log_manager): (BrokerConfig, LogManager),
        voters: VoterSet,
    ) -> Self {
        let state = State::Down(Disk { log_manager, ..Disk::default() });
        let config = Arc::new(config);
        Self { id, rack, config, voters, incarnation: 0, state, halted: false }
    }

    /// The parts of the running process; none while it is down.
    #[must_use]
    pub fn running(&self) -> Option<&Running> {
        match &self.state {
            State::Up(running) => Some(running),
            State::Down(_) => None,
        }
    }

    fn running_mut(&mut self) -> Option<&mut Running> {
        match &mut self.state {
            State::Up(running) => Some(running),
            State::Down(_) => None,
        }
    }

    /// A replica of the running process, to be broken by a test.
    #[cfg(test)]
    pub(crate) fn replica_mut(
        &mut self,
        id: TopicPartition,
    ) -> Option<&mut partition::replica::Partition> {
        self.running_mut()?.replicas.partitions.get_mut(&id)
    }

    /// Its part in the quorum, to be broken by a test.
    #[cfg(test)]
    pub(crate) fn raft_mut(&mut self) -> Option<&mut RaftClient> {
        self.running_mut().map(|running| &mut running.raft)
    }

    /// What is on disk, while the process is down.
    #[must_use]
    pub fn disk(&self) -> Option<&Disk> {
        match &self.state {
            State::Up(_) => None,
            State::Down(disk) => Some(disk),
        }
    }

    /// A replica's log, of the running process or from disk.
    #[must_use]
    pub fn log(&self, partition: TopicPartition) -> Option<&ReplicatedLog> {
        match &self.state {
            State::Up(running) => running.replicas.log(partition),
            State::Down(disk) => disk.logs.get(&partition),
        }
    }

    /// Whether its port is open.
    #[must_use]
    pub fn accepts_requests(&self) -> bool {
        self.running().is_some_and(|running| running.lifecycle.accepts_requests())
    }

    /// Its image of the metadata: what the process has applied.
    #[must_use]
    pub fn image(&self) -> Option<&Arc<MetadataImage>> {
        self.running()?.published()
    }

    /// Begins time 0 as a broker that has long run: registered, unfenced, all metadata applied.
    pub fn begin_running(&mut self, cx: &mut Context<'_>, history: &History, active: ControllerId) {
        let image = &history.image;
        let broker_epoch = image.broker(self.id).map(|one| one.broker_epoch).unwrap_or_default();
        let disk = match &mut self.state {
            State::Down(disk) => std::mem::take(disk),
            State::Up(_) => return,
        };
        let stored = (disk.logs, disk.log_manager);
        let mut replicas = ReplicaManager::new(self.id, self.config.clone(), stored);
        replicas.set_correspondents(Some(broker_epoch), Some(active));
        let History { log, image: committed } = history.clone();
        let raft = RaftClient::running(self.member(), active, log, committed);
        let lifecycle = BrokerLifecycleManager::running(self.id, self.rack.clone(), broker_epoch);
        let publisher = BrokerMetadataPublisher::Installed;
        let mut running = Running::new(lifecycle, (raft, publisher), replicas);
        running.replicas.apply(cx, image);
        self.state = State::Up(Box::new(running));
    }

    /// See [`ReplicaManager::fetch_went_round`].
    pub fn fetch_went_round(&mut self, id: RequestId, since: SimTime, until: SimTime) {
        if let Some(running) = self.running_mut() {
            running.replicas.fetch_went_round(id, since, until);
        }
    }

    /// See [`ReplicaManager::forget_waiting_fetch`].
    pub fn forget_waiting_fetch(&mut self, id: RequestId) {
        if let Some(running) = self.running_mut() {
            running.replicas.forget_waiting_fetch(id);
        }
    }

    /// Sets the clocks of a broker that has long run, and begins to fetch metadata.
    pub fn begin_clocks(&mut self, cx: &mut Context<'_>, mut phase: impl FnMut(u64) -> u64) {
        let config = self.config.clone();
        let Some(running) = self.running_mut() else {
            return;
        };
        // Kafka's clocks tick in milliseconds.
        let mut within = |span: SimDuration| SimDuration::from_ms(phase((span.0 / 1_000).max(1)));
        cx.fx.set_timer(Timer::Heartbeat, within(config.heartbeat_interval));
        let half = SimDuration(config.replica_lag_time_max.0 / 2);
        cx.fx.set_timer(Timer::IsrExpiration, within(half));
        let checkpoint = config.high_watermark_checkpoint_interval;
        cx.fx.set_timer(Timer::HighWatermarkCheckpoint, within(checkpoint));
        running.raft.begin(cx);
    }

    /// The process starts with what is on disk.
    pub fn start(&mut self, cx: &mut Context<'_>) {
        let State::Down(disk) = &mut self.state else {
            return;
        };
        self.incarnation += 1;
        self.halted = false;
        disk.log_manager.load();
        if disk.log_manager.must_halt() {
            return self.halt(cx);
        }
        let disk = std::mem::take(disk);
        let (mut logs, log_manager) = (disk.logs, disk.log_manager);
        for (id, log) in &mut logs {
            if log_manager.is_online(*id) {
                log.load();
            }
        }
        // A directory that is missing cannot tell that all was in good order.
        let clean_shutdown = disk.clean_shutdown.filter(|_| !log_manager.has_offline());
        let mut lifecycle = BrokerLifecycleManager::starting(
            self.id,
            self.rack.clone(),
            self.incarnation,
            clean_shutdown,
        );
        if cx.rules.tell_directories() {
            lifecycle.log_dirs = log_manager.online();
        }
        let mut raft = RaftClient::starting(self.member(), disk.metadata);
        raft.begin(cx);
        let view = ControllerView { active: raft.leader(), last_applied: None };
        lifecycle.begin(cx, &self.config, view);
        let stored = (logs, log_manager);
        let replicas = ReplicaManager::new(self.id, self.config.clone(), stored);
        let publisher = BrokerMetadataPublisher::starting(cx);
        let running = Running::new(lifecycle, (raft, publisher), replicas);
        self.state = State::Up(Box::new(running));
    }

    /// The process dies at once, and its logs lose what the order says.
    pub fn crash(&mut self, losing: Losing) -> Vec<TailLoss> {
        let mut disk = self.down(None);
        let mut losses = Vec::new();
        for (partition, log) in &mut disk.logs {
            let before = log.clone();
            match losing {
                Losing::Nothing => continue,
                Losing::Unflushed => log.lose_unflushed(),
                Losing::Last(count) => log.lose_tail(count),
            }
            let (from, to) = (before.log_end_offset(), log.log_end_offset());
            if to < from {
                let values = before.records(to, from).map(|(_, record)| record.value).collect();
                losses.push(TailLoss { partition: *partition, from, to, values });
            }
        }
        self.state = State::Down(disk);
        losses
    }

    /// The process ends in good order: logs flushed, high watermarks written, epoch noted.
    pub fn end_cleanly(&mut self) {
        let epoch = self.running().and_then(|running| running.lifecycle.broker_epoch());
        let mut disk = self.down(epoch);
        for (id, log) in &mut disk.logs {
            if disk.log_manager.is_online(*id) {
                log.close();
            }
        }
        if disk.log_manager.has_offline() {
            disk.clean_shutdown = None;
        }
        self.state = State::Down(disk);
    }

    fn member(&self) -> Member {
        let (voters, settings) = (self.voters.clone(), self.config.settings.clone());
        Member { node: NodeId::Broker(self.id), voters, settings }
    }

    fn down(&mut self, clean_shutdown: Option<BrokerEpoch>) -> Disk {
        let state = std::mem::replace(&mut self.state, State::Down(Disk::default()));
        match state {
            State::Up(running) => {
                let metadata = running.raft.into_disk();
                let (logs, log_manager) = running.replicas.into_logs();
                Disk { logs, metadata, clean_shutdown, log_manager }
            }
            State::Down(disk) => disk,
        }
    }

    /// SIGTERM.
    pub fn begin_shutdown(&mut self, cx: &mut Context<'_>) {
        let config = self.config.clone();
        if let Some(running) = self.running_mut() {
            let view = running.view();
            running.lifecycle.begin_shutdown(cx, &config, view);
        }
    }

    /// Writes the high-watermark checkpoint now.
    pub fn checkpoint(&mut self, cx: &mut Context<'_>) {
        if let Some(running) = self.running_mut() {
            running.replicas.checkpoint_high_watermarks(cx);
        }
    }

    /// Writes the logs to the disk itself now.
    pub fn flush(&mut self, cx: &mut Context<'_>) {
        if let Some(running) = self.running_mut() {
            running.replicas.flush(cx);
        }
    }
}

impl Running {
    fn new(
        lifecycle: BrokerLifecycleManager,
        (raft, publisher): (RaftClient, BrokerMetadataPublisher),
        replicas: ReplicaManager,
    ) -> Self {
        let (forwarded, unsent) = (SortedMap::new(), Vec::new());
        Self { lifecycle, raft, publisher, replicas, forwarded, unsent }
    }

    fn view(&self) -> ControllerView {
        ControllerView {
            active: self.raft.leader(),
            last_applied: self
                .published()
                .and_then(|image| image.end_offset().0.checked_sub(1).map(Offset)),
        }
    }

    fn sync_correspondents(&mut self) {
        let epoch = self.lifecycle.broker_epoch();
        self.replicas.set_correspondents(epoch, self.raft.leader());
    }
}
