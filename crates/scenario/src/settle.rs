//! When a cluster comes to rest: looked for on a copy.
//!
//! A cluster is at rest from the first moment after which, for long enough, no role, epoch, ISR,
//! ELR, log, high watermark or client's result changes. Long enough is 1.5 times
//! `replica.lag.time.max.ms`, at least 45 s: a silent follower is noticed within that, and an
//! unanswered fetch takes 30 s.

use epochscope_engine::Cluster;
use epochscope_vocabulary::config::ConfigKey;
use epochscope_vocabulary::event::{EventKind, Topic};
use epochscope_vocabulary::{Event, SimDuration, SimTime};

/// At least so long nothing must change.
const LEAST_QUIET: SimDuration = SimDuration::from_secs(45);
/// A cluster that has not come to rest within this is taken never to.
const LONGEST_LOOK: SimDuration = SimDuration::from_secs(3_600);

/// The moment from which on nothing changes.
///
/// # Errors
/// When a load runs or a hold stands, or when the cluster does not come to rest.
pub fn settling_time(cluster: &Cluster) -> Result<SimTime, String> {
    if let Some(what) = cluster.unsettling() {
        return Err(format!("the cluster cannot settle while {what}: end it first"));
    }
    let mut copy = cluster.clone();
    copy.switch_leader_balancing_off();
    let start = copy.now();
    let quiet = quiet_span(cluster);
    let mut last_change = start;
    while let Some(next) = copy.next_at() {
        if next > last_change + quiet {
            break;
        }
        if next > start + LONGEST_LOOK {
            return Err("the cluster does not come to rest within an hour".to_owned());
        }
        for event in copy.step().unwrap_or_default() {
            if is_change(&event) {
                last_change = event.at;
            }
        }
    }
    Ok(last_change)
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
        kind => match kind.topic() {
            Topic::Leadership
            | Topic::Isr
            | Topic::Append
            | Topic::Truncation
            | Topic::Ack
            | Topic::Admin
            | Topic::HighWatermark
            | Topic::Process => true,
            Topic::Network
            | Topic::Metadata
            | Topic::Read
            | Topic::Invariant
            | Topic::MetadataLog
            | Topic::Disk
            | Topic::Rpc => false,
        },
    }
}
