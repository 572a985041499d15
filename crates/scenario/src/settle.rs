//! When a cluster comes to rest: looked for on a copy.
//!
//! A cluster is at rest from the first moment after which, for long enough, no role, epoch, ISR,
//! ELR, log, high watermark or client's result changes. Long enough is 1.5 times
//! `replica.lag.time.max.ms`, at least 45 s: a silent follower is noticed within that, and an
//! unanswered fetch takes 30 s. A start that was put off and a pause that will end are waited for.

use epochscope_engine::{Cluster, Endless};
use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::event::{EventKind, Topic};
use epochscope_vocabulary::{Event, SimDuration, SimTime};

/// At least so long nothing must change.
const LEAST_QUIET: SimDuration = SimDuration::from_secs(45);
/// A cluster that has not come to rest within this is taken never to.
const LONGEST_LOOK: SimDuration = SimDuration::from_secs(3_600);

/// As many entries of the copy's queue as one look takes.
const ENTRIES_PER_LOOK: u32 = 256;

/// Why no rest was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsettled {
    /// Something changes again and again.
    Restless(String),
    /// The copy was given up.
    Endless(Endless),
}

/// A look ahead that is going on.
#[derive(Clone, Debug)]
pub struct LookAhead {
    copy: Cluster,
    start: SimTime,
    last_change: SimTime,
    quiet: SimDuration,
}

impl LookAhead {
    /// Begins to look.
    ///
    /// # Errors
    /// When a load runs or a hold stands.
    pub fn from(cluster: &Cluster) -> Result<Self, String> {
        if let Some(what) = cluster.unsettling() {
            return Err(format!("the cluster cannot settle while {what}: end it first"));
        }
        let mut copy = cluster.clone();
        copy.switch_leader_balancing_off();
        let start = copy.now();
        Ok(Self { copy, start, last_change: start, quiet: quiet_span(cluster) })
    }

    /// Looks a little further: the moment from which on nothing changes, once it is found.
    ///
    /// # Errors
    /// When the cluster does not come to rest.
    pub fn look(&mut self) -> Result<Option<SimTime>, Unsettled> {
        for _ in 0..ENTRIES_PER_LOOK {
            if let Some(endless) = self.copy.endless() {
                return Err(Unsettled::Endless(endless.clone()));
            }
            let Some(next) = self.copy.next_at() else {
                return Ok(Some(self.last_change));
            };
            if next > self.last_change + self.quiet && !self.copy.has_put_off() {
                return Ok(Some(self.last_change));
            }
            if next > self.start + LONGEST_LOOK {
                let reason = "the cluster does not come to rest within an hour".to_owned();
                return Err(Unsettled::Restless(reason));
            }
            for event in self.copy.step().unwrap_or_default() {
                if is_change(&event) {
                    self.last_change = event.at;
                }
            }
        }
        Ok(None)
    }
}

fn quiet_span(cluster: &Cluster) -> SimDuration {
    let lags = cluster
        .spec()
        .config
        .iter()
        .map(|line| line.settings.span(ConfigKey::ReplicaLagTimeMaxMs))
        .max()
        .unwrap_or(SimDuration::from_secs(30));
    SimDuration(lags.0 + lags.0 / 2).max(LEAST_QUIET)
}

fn is_change(event: &Event) -> bool {
    match &event.kind {
        EventKind::RecordAppended { .. } => event.kind.topic() == Topic::Metadata,
        EventKind::ControllerClaimed { .. } | EventKind::ControllerRenounced { .. } => true,
        kind => match kind.topic() {
            Topic::Leadership
            | Topic::Isr
            | Topic::Append
            | Topic::Truncation
            | Topic::Ack
            | Topic::Admin
            | Topic::HighWatermark
            | Topic::Process => true,
            // Without a majority the controllers that are left ask for votes for ever.
            Topic::Quorum
            | Topic::Network
            | Topic::Metadata
            | Topic::Read
            | Topic::Invariant
            | Topic::MetadataLog
            | Topic::Disk
            | Topic::Rpc => false,
        },
    }
}
