//! A broker's life as it reports it: registration, heartbeats, what it believes of its own fencing.
//!
//! A broker registers, fenced; reports every 10 ms until the controller says that it has read its
//! own registration; asks to be unfenced once it has loaded its logs; then reports every
//! `broker.heartbeat.interval.ms`. It never fences itself and never registers again because of an
//! error: that a controller has ruled it out, it learns from the metadata log alone.
//!
//! Source: Kafka `BrokerLifecycleManager`; KIP-631, KIP-841, KIP-966 (previous broker epoch).
//! Uses: `effects`, `release`.

use std::sync::Arc;

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{
    BrokerControlState, BrokerHeartbeatRequest, BrokerHeartbeatResponse, BrokerRegistrationRequest,
    BrokerRegistrationResponse, Request, Wish,
};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{
    BrokerEpoch, BrokerId, ControllerId, DirectoryId, ErrorCode, Offset, RequestId, SimDuration,
};

use super::config::BrokerConfig;
use super::forwarding::CONTROLLER_POLL;
use crate::effects::{Channel, Context, Timer};
use crate::release::HeartbeatPatience;

/// How often a starting broker reports.
const STARTING_INTERVAL: SimDuration = SimDuration::from_ms(10);
/// When a broker that shuts down reports again for the first time.
const FIRST_SHUTDOWN_INTERVAL: SimDuration = SimDuration::from_ms(50);
/// When a report goes out again that did not reach the controller (`reconnect.backoff.ms`).
const RECONNECT_BACKOFF: SimDuration = SimDuration::from_ms(50);
/// The first pause after a refusal before 4.1 (`resendExponentialBackoff`).
const RESEND_BACKOFF: SimDuration = SimDuration::from_ms(100);
/// How long a broker waits for leave to shut down.
const CONTROLLED_SHUTDOWN_TIMEOUT: SimDuration = SimDuration::from_secs(300);

/// `BrokerState`, in Kafka's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BrokerState {
    /// Catching up with the metadata log, registered or not yet.
    Starting,
    /// Caught up; not yet unfenced for the first time.
    Recovery,
    /// Unfenced at least once.
    Running,
    /// Told to stop; waiting for its leaderships to move.
    PendingControlledShutdown,
    /// Has leave to end.
    ShuttingDown,
}

/// Whether the broker could serve if it were unfenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readiness {
    /// Its logs are not loaded.
    NotReady,
    /// The first metadata is published and the logs are loaded.
    Ready,
}

/// When the next report goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgency {
    /// At its time.
    Normal,
    /// As soon as the present one is answered.
    Soon,
}

/// What a broker knows of its own registration.
#[derive(Clone, Debug)]
pub struct BrokerLifecycleManager {
    id: BrokerId,
    rack: Option<Arc<str>>,
    incarnation: u32,
    previous_broker_epoch: Option<BrokerEpoch>,
    state: BrokerState,
    broker_epoch: Option<BrokerEpoch>,
    readiness: Readiness,
    urgency: Urgency,
    in_flight: Option<RequestId>,
    shutdown_reports: u32,
    /// Reports that failed since the last that did not.
    failed_attempts: u32,
    /// The log directories that work as the process starts.
    pub log_dirs: Vec<DirectoryId>,
    /// Those that have failed since, and whether the controller has been told.
    offline_log_dirs: Vec<(DirectoryId, bool)>,
    /// Those that the present report tells of.
    telling: Vec<DirectoryId>,
}

impl BrokerLifecycleManager {
    /// A broker whose process starts now.
    #[must_use]
    pub const fn starting(
        id: BrokerId,
        rack: Option<Arc<str>>,
        incarnation: u32,
        previous_broker_epoch: Option<BrokerEpoch>,
    ) -> Self {
        Self {
            id,
            rack,
            incarnation,
            previous_broker_epoch,
            state: BrokerState::Starting,
            broker_epoch: None,
            readiness: Readiness::NotReady,
            urgency: Urgency::Normal,
            in_flight: None,
            shutdown_reports: 0,
            failed_attempts: 0,
            log_dirs: Vec::new(),
            offline_log_dirs: Vec::new(),
            telling: Vec::new(),
        }
    }

    /// A broker that has long been registered and unfenced.
    #[must_use]
    pub const fn running(id: BrokerId, rack: Option<Arc<str>>, broker_epoch: BrokerEpoch) -> Self {
        let mut lifecycle = Self::starting(id, rack, 0, None);
        lifecycle.state = BrokerState::Running;
        lifecycle.broker_epoch = Some(broker_epoch);
        lifecycle.readiness = Readiness::Ready;
        lifecycle
    }

    /// What it is doing with its life.
    #[must_use]
    pub const fn state(&self) -> BrokerState {
        self.state
    }

    /// Its epoch, once it is registered.
    #[must_use]
    pub const fn broker_epoch(&self) -> Option<BrokerEpoch> {
        self.broker_epoch
    }

    /// Whether its port is open: request processing begins with the first unfencing.
    #[must_use]
    pub fn accepts_requests(&self) -> bool {
        self.state >= BrokerState::Running
    }

    /// Begins to register.
    pub fn begin(&mut self, cx: &mut Context<'_>, config: &BrokerConfig, view: ControllerView) {
        cx.fx.set_timer(Timer::RegistrationDeadline, config.initial_registration_timeout);
        self.report(cx, config, view);
    }

    /// The first metadata is published and the logs are loaded.
    pub fn on_ready(&mut self, cx: &mut Context<'_>, config: &BrokerConfig, view: ControllerView) {
        self.readiness = Readiness::Ready;
        if self.state == BrokerState::Recovery {
            self.report_soon(cx, config, view);
        }
    }

    /// A log directory has failed: the controller is told at once, or the broker stops.
    pub fn on_directory_failure(
        &mut self,
        cx: &mut Context<'_>,
        config: &BrokerConfig,
        (view, directory): (ControllerView, DirectoryId),
    ) {
        self.offline_log_dirs.push((directory, false));
        let deadline = Timer::DirectoryFailureDeadline(directory);
        cx.fx.set_timer(deadline, config.log_dir_failure_timeout);
        if self.broker_epoch.is_some() {
            self.report_soon(cx, config, view);
        }
    }

    fn directories_are_told(&mut self, cx: &mut Context<'_>, told: &[DirectoryId]) {
        for (directory, is_told) in &mut self.offline_log_dirs {
            if !*is_told && told.contains(directory) {
                *is_told = true;
                cx.fx.cancel_timer(Timer::DirectoryFailureDeadline(*directory));
            }
        }
    }

    /// SIGTERM: asks the controller for leave to end.
    pub fn begin_shutdown(
        &mut self,
        cx: &mut Context<'_>,
        config: &BrokerConfig,
        view: ControllerView,
    ) {
        match self.state {
            BrokerState::Running => {
                self.state = BrokerState::PendingControlledShutdown;
                cx.fx.set_timer(Timer::ControlledShutdownDeadline, CONTROLLED_SHUTDOWN_TIMEOUT);
                self.report_soon(cx, config, view);
            }
            BrokerState::Starting | BrokerState::Recovery => {
                self.state = BrokerState::ShuttingDown;
                cx.fx.exit();
            }
            BrokerState::PendingControlledShutdown | BrokerState::ShuttingDown => {}
        }
    }

    /// Time for the next report.
    pub fn on_timer(&mut self, cx: &mut Context<'_>, config: &BrokerConfig, view: ControllerView) {
        self.report(cx, config, view);
    }

    /// The deadline of the first registration.
    pub fn on_registration_deadline(&mut self, cx: &mut Context<'_>) {
        if self.state < BrokerState::Running {
            let error = ErrorCode::RequestTimedOut;
            cx.fx.record(RuleId::Registration, EventKind::Halted { error });
            cx.fx.exit();
        }
    }

    /// The controller's answer to a registration.
    pub fn on_registration(
        &mut self,
        cx: &mut Context<'_>,
        config: &BrokerConfig,
        response: &BrokerRegistrationResponse,
        view: ControllerView,
    ) {
        self.in_flight = None;
        match response.broker_epoch {
            Some(epoch) if response.error == ErrorCode::None => {
                self.broker_epoch = Some(epoch);
                self.failed_attempts = 0;
                self.report(cx, config, view);
            }
            Some(_) | None if response.error == ErrorCode::NotController => {
                self.on_unreachable(cx);
            }
            Some(_) | None => self.on_failure(cx, config),
        }
    }

    /// The controller's answer to a heartbeat.
    pub fn on_heartbeat(
        &mut self,
        cx: &mut Context<'_>,
        config: &BrokerConfig,
        response: &BrokerHeartbeatResponse,
        view: ControllerView,
    ) {
        self.in_flight = None;
        let told = std::mem::take(&mut self.telling);
        if response.error == ErrorCode::NotController {
            return self.on_unreachable(cx);
        }
        if response.error != ErrorCode::None {
            return self.on_failure(cx, config);
        }
        self.failed_attempts = 0;
        self.directories_are_told(cx, &told);
        let mut next = config.heartbeat_interval;
        match self.state {
            BrokerState::Starting => {
                next = STARTING_INTERVAL;
                if response.caught_up {
                    self.state = BrokerState::Recovery;
                    if self.readiness == Readiness::Ready {
                        self.urgency = Urgency::Soon;
                    }
                }
            }
            BrokerState::Recovery => {
                if response.state != BrokerControlState::Fenced {
                    self.state = BrokerState::Running;
                    cx.fx.cancel_timer(Timer::RegistrationDeadline);
                }
            }
            BrokerState::Running => {}
            BrokerState::PendingControlledShutdown => {
                if response.state == BrokerControlState::ShutdownNow {
                    self.state = BrokerState::ShuttingDown;
                    cx.fx.exit();
                    return;
                }
                if self.shutdown_reports == 0 {
                    next = FIRST_SHUTDOWN_INTERVAL;
                }
                self.shutdown_reports += 1;
            }
            BrokerState::ShuttingDown => return,
        }
        if self.urgency == Urgency::Soon {
            self.report(cx, config, view);
        } else {
            cx.fx.set_timer(Timer::Heartbeat, next);
        }
    }

    /// The present report has reached no active controller: it goes out again, to whom the broker
    /// then takes for it.
    pub fn on_unreachable(&mut self, cx: &mut Context<'_>) {
        self.in_flight = None;
        cx.fx.set_timer(Timer::Heartbeat, RECONNECT_BACKOFF);
    }

    /// The present report was refused: the next one goes out later.
    ///
    /// Simplified: the pauses before 4.1 have no jitter.
    fn on_failure(&mut self, cx: &mut Context<'_>, config: &BrokerConfig) {
        self.in_flight = None;
        self.urgency = Urgency::Normal;
        let pause = match cx.rules.heartbeat_patience {
            HeartbeatPatience::HeartbeatInterval => config.heartbeat_interval,
            HeartbeatPatience::HalfTheSession => {
                let factor = 1_u64.checked_shl(self.failed_attempts).unwrap_or(u64::MAX);
                let grown = RESEND_BACKOFF.0.saturating_mul(factor);
                SimDuration(grown.min(config.session_timeout.0))
            }
        };
        self.failed_attempts = self.failed_attempts.saturating_add(1);
        cx.fx.set_timer(Timer::Heartbeat, pause);
    }

    fn report_soon(&mut self, cx: &mut Context<'_>, config: &BrokerConfig, view: ControllerView) {
        if self.in_flight.is_some() {
            self.urgency = Urgency::Soon;
        } else {
            self.report(cx, config, view);
        }
    }

    fn report(&mut self, cx: &mut Context<'_>, config: &BrokerConfig, view: ControllerView) {
        if self.in_flight.is_some() {
            return;
        }
        self.urgency = Urgency::Normal;
        let Some(controller) = view.active else {
            cx.fx.set_timer(Timer::Heartbeat, CONTROLLER_POLL);
            return;
        };
        self.telling = self.offline_log_dirs.iter().map(|(dir, _)| *dir).collect();
        let request = match self.broker_epoch {
            None => Request::BrokerRegistration(Arc::new(BrokerRegistrationRequest {
                broker: self.id,
                incarnation: self.incarnation,
                rack: self.rack.clone(),
                previous_broker_epoch: self.previous_broker_epoch,
                log_dirs: self.log_dirs.clone(),
                features: cx.rules.features,
            })),
            Some(broker_epoch) => Request::BrokerHeartbeat(Arc::new(BrokerHeartbeatRequest {
                broker: self.id,
                broker_epoch,
                current_metadata_offset: view.last_applied,
                wish: self.wish(),
                offline_log_dirs: self.telling.clone(),
            })),
        };
        let patience = patience(cx.rules.heartbeat_patience, config);
        let id = cx.fx.send(controller.into(), Channel::Heartbeat, request, patience);
        self.in_flight = Some(id);
    }

    const fn wish(&self) -> Wish {
        match (self.state, self.readiness) {
            (BrokerState::PendingControlledShutdown | BrokerState::ShuttingDown, _) => {
                Wish::ShutDown
            }
            (BrokerState::Recovery, Readiness::Ready) | (BrokerState::Running, _) => Wish::Unfence,
            (BrokerState::Starting | BrokerState::Recovery, _) => Wish::Fence,
        }
    }
}

/// How long an answer may take.
fn patience(rule: HeartbeatPatience, config: &BrokerConfig) -> SimDuration {
    let most = match rule {
        HeartbeatPatience::HeartbeatInterval => config.heartbeat_interval,
        HeartbeatPatience::HalfTheSession => SimDuration(config.session_timeout.0 / 2),
    };
    most.min(config.controller_socket_timeout)
}

/// What the rest of the broker tells its life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControllerView {
    /// The active controller, if it is known.
    pub active: Option<ControllerId>,
    /// The last metadata offset applied; none before the first.
    pub last_applied: Option<Offset>,
}
