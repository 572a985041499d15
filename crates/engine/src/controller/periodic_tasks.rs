//! What the active controller does unasked: fencing the silent, balancing, filling the idle log.
//!
//! A task runs again one period after its last run, or after 10 ms when it has left work behind.
//!
//! Source: Kafka `PeriodicTaskControlManager`, `QuorumController` (its `register…` methods).
//! Uses: `effects`, `release`, `rng`.

use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::metadata_record::MetadataRecord;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{ControllerId, NodeId, SimDuration};

use super::controller_result::ControllerResult;
use super::quorum_controller::{Balance, QuorumController};
use super::replication_control::Remaining;
use crate::effects::{Context, Timer};
use crate::release::{BrokerSessions, LeaderBalance, UncleanElectionConfig};
use crate::rng::Purpose;

/// When a task that has left work behind runs again.
const SOON: SimDuration = SimDuration::from_ms(10);

impl QuorumController {
    /// Sets the timers of a controller that has just become active: each a period from now.
    pub(super) fn begin_tasks(&self, cx: &mut Context<'_>) {
        let settings = &self.state.settings;
        cx.fx.set_timer(Timer::StaleBrokers, stale_brokers_period(settings));
        if no_op_period(settings) > SimDuration::ZERO {
            cx.fx.set_timer(Timer::NoOpRecord, no_op_period(settings));
        }
        self.begin_elections(cx);
    }

    /// Forgets them.
    pub(super) fn end_tasks(cx: &mut Context<'_>) {
        for task in
            [Timer::StaleBrokers, Timer::NoOpRecord, Timer::LeaderBalance, Timer::UncleanElection]
        {
            cx.fx.cancel_timer(task);
        }
    }

    /// Sets the timers of time 0. The frequent tasks have been running for long: where in their
    /// periods they stand is drawn. Elections come one period after the start.
    pub(super) fn resume_tasks(&self, cx: &mut Context<'_>, id: ControllerId) {
        let settings = &self.state.settings;
        let mut stream = cx.streams.stream(Purpose::TimerPhase(NodeId::Controller(id)));
        let mut phase = |period: SimDuration| SimDuration(1 + stream.below(period.0.max(1)));
        let stale = phase(stale_brokers_period(settings));
        let no_op = phase(no_op_period(settings));
        cx.fx.set_timer(Timer::StaleBrokers, stale);
        if no_op_period(settings) > SimDuration::ZERO {
            cx.fx.set_timer(Timer::NoOpRecord, no_op);
        }
        self.begin_elections(cx);
    }

    fn begin_elections(&self, cx: &mut Context<'_>) {
        let settings = &self.state.settings;
        let is_periodic = self.state.rules.leader_balance == LeaderBalance::Periodic;
        if settings.switch(ConfigKey::AutoLeaderRebalanceEnable) && is_periodic {
            cx.fx.set_timer(Timer::LeaderBalance, balance_period(settings));
        }
        if self.state.rules.unclean_config == UncleanElectionConfig::Honoured {
            cx.fx.set_timer(Timer::UncleanElection, unclean_election_period(settings));
        }
    }

    /// Fences one broker whose session is over.
    pub(super) fn fence_stale_broker(&mut self, cx: &mut Context<'_>) {
        let period = stale_brokers_period(&self.state.settings);
        let Some(expired) = self.state.next_expired_session(cx.now()) else {
            return self.look_for_stale_brokers_later(cx);
        };
        let soon = match self.state.rules.sessions {
            BrokerSessions::OfUnfenced => SimDuration::ZERO,
            BrokerSessions::ByBrokerEpoch => SOON.min(period),
        };
        cx.fx.set_timer(Timer::StaleBrokers, soon);
        let (broker, last_contact) = (expired.broker, expired.last_contact);
        if let Ok(Some(records)) = self.state.fence_stale_broker(broker, expired.broker_epoch) {
            let kind = EventKind::SessionExpired { broker, last_contact };
            let event = cx.fx.record(RuleId::SessionExpiry, kind);
            cx.fx.because(event);
            self.write(cx, RuleId::SessionExpiry, records, None);
        }
    }

    /// A period later, or (before 4.0) when the oldest session ends.
    fn look_for_stale_brokers_later(&self, cx: &mut Context<'_>) {
        let period = stale_brokers_period(&self.state.settings);
        let session = self.state.settings.span(ConfigKey::BrokerSessionTimeoutMs);
        match (self.state.rules.sessions, self.state.oldest_contact()) {
            (BrokerSessions::OfUnfenced, Some(oldest)) => {
                let end = (oldest + session).max(cx.now() + SimDuration::from_ms(1));
                cx.fx.set_timer_at(Timer::StaleBrokers, end);
            }
            (_, _) => cx.fx.set_timer(Timer::StaleBrokers, period),
        }
    }

    /// Before 4.0 leaders are balanced an interval after a decision that left an imbalance.
    pub(super) fn balance_later(&mut self, cx: &mut Context<'_>) {
        let enabled = self.state.settings.switch(ConfigKey::AutoLeaderRebalanceEnable);
        let is_due = self.state.rules.leader_balance == LeaderBalance::AfterImbalance
            && self.balance == Balance::NotPlanned
            && !self.state.imbalanced.is_empty();
        if enabled && is_due {
            self.balance = Balance::Planned;
            cx.fx.set_timer(Timer::LeaderBalance, balance_period(&self.state.settings));
        }
    }

    /// Writes a record that says nothing, so that the high watermark moves.
    pub(super) fn write_no_op_record(&mut self, cx: &mut Context<'_>) {
        cx.fx.set_timer(Timer::NoOpRecord, no_op_period(&self.state.settings));
        self.write(cx, RuleId::MetadataCommit, vec![MetadataRecord::NoOpRecord], None);
    }

    /// Gives preferred leaders their partitions back.
    pub(super) fn balance_leaders(&mut self, cx: &mut Context<'_>) {
        let result = self.state.balance_partition_leaders();
        let period = balance_period(&self.state.settings);
        self.balance = Balance::NotPlanned;
        match (self.state.rules.leader_balance, result.reply) {
            (LeaderBalance::AfterImbalance, Remaining::Nothing) => {}
            (LeaderBalance::AfterImbalance | LeaderBalance::Periodic, _) => {
                cx.fx.set_timer(Timer::LeaderBalance, next_run(&result, period));
            }
        }
        self.write(cx, RuleId::PreferredElection, result.records, None);
    }

    /// Looks at leaderless partitions that may be led uncleanly.
    pub(super) fn elect_unclean_leaders(&mut self, cx: &mut Context<'_>) {
        let result = self.state.elect_unclean_leaders();
        let period = unclean_election_period(&self.state.settings);
        cx.fx.set_timer(Timer::UncleanElection, next_run(&result, period));
        self.write(cx, RuleId::UncleanElection, result.records, None);
    }
}

fn next_run(result: &ControllerResult<Remaining>, period: SimDuration) -> SimDuration {
    match result.reply {
        Remaining::Nothing => period,
        Remaining::More => SOON,
    }
}

/// An eighth of the session time-out, but at least a millisecond.
fn stale_brokers_period(settings: &Settings) -> SimDuration {
    let session = settings.span(ConfigKey::BrokerSessionTimeoutMs);
    SimDuration(session.0 / 8).max(SimDuration::from_ms(1))
}

fn no_op_period(settings: &Settings) -> SimDuration {
    settings.span(ConfigKey::MetadataMaxIdleIntervalMs)
}

fn balance_period(settings: &Settings) -> SimDuration {
    settings.span(ConfigKey::LeaderImbalanceCheckIntervalSeconds)
}

fn unclean_election_period(settings: &Settings) -> SimDuration {
    settings.span(ConfigKey::UncleanLeaderElectionIntervalMs)
}
