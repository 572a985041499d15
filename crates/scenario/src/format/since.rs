//! Since when Kafka has what a scenario may ask for, and until when.
//!
//! What all modelled releases have stands in no table. A scenario that asks for what none of its
//! processes has is told so, wherever the word stands: for a setting, a feature, a statement, an
//! observation and what that is compared with.
//!
//! Source: the classes with settings, features and metrics at the tags of Kafka 3.3 to 4.2.
//! Uses: `features`, `releases`, `world`.

use epochscope_engine::release::{DIRECTORY_ASSIGNMENT, Release};
use epochscope_vocabulary::command::NodeSelector;

use super::arguments::Args;
use super::errors::Place;
use super::features;
use super::releases::{newest_modelled, position};
use super::values::Arg;
use super::world::{Certainty, Reader};

/// Settings by the first release that has them, with blanks between.
pub(crate) const SETTINGS_SINCE: &[(&str, &str)] = &[
    (
        "3.4",
        "auto.include.jmx.reporter metadata.log.max.snapshot.interval.ms \
         producer.id.expiration.check.interval.ms producer.id.expiration.ms",
    ),
    (
        "3.5",
        "group.consumer.assignors group.consumer.heartbeat.interval.ms \
         group.consumer.max.heartbeat.interval.ms group.consumer.max.session.timeout.ms \
         group.consumer.max.size group.consumer.min.heartbeat.interval.ms \
         group.consumer.min.session.timeout.ms group.consumer.session.timeout.ms \
         group.coordinator.threads server.max.startup.time.ms unstable.api.versions.enable",
    ),
    (
        "3.6",
        "log.local.retention.bytes log.local.retention.ms log.message.timestamp.after.max.ms \
         log.message.timestamp.before.max.ms message.timestamp.after.max.ms \
         message.timestamp.before.max.ms transaction.partition.verification.enable",
    ),
    (
        "3.7",
        "retry.backoff.max.ms eligible.leader.replicas.enable enable.metrics.push \
         group.coordinator.rebalance.protocols group.protocol group.remote.assignor \
         telemetry.max.bytes",
    ),
    (
        "3.8",
        "log.dir.failure.timeout.ms compression.gzip.level compression.lz4.level \
         compression.zstd.level controller.quorum.bootstrap.servers \
         group.consumer.migration.policy group.coordinator.append.linger.ms \
         log.initial.task.delay.ms max.request.partition.size.limit metadata.recovery.strategy \
         remote.fetch.max.wait.ms remote.log.manager.copy.max.bytes.per.second \
         unstable.feature.versions.enable",
    ),
    (
        "3.9",
        "unclean.leader.election.interval.ms group.share.delivery.count.limit \
         group.share.heartbeat.interval.ms group.share.max.record.lock.duration.ms \
         group.share.max.size group.share.partition.max.record.locks \
         group.share.record.lock.duration.ms group.share.session.timeout.ms \
         remote.log.copy.disable remote.log.delete.on.disable",
    ),
    (
        "4.0.0",
        "controller.performance.always.log.threshold.ms controller.performance.sample.period.ms \
         metadata.recovery.rebootstrap.trigger.ms remote.list.offsets.request.timeout.ms \
         share.coordinator.append.linger.ms \
         share.coordinator.snapshot.update.records.per.snapshot \
         share.coordinator.state.topic.min.isr share.coordinator.state.topic.num.partitions \
         share.coordinator.state.topic.replication.factor",
    ),
    ("4.1.0", "share.acknowledgement.mode transaction.two.phase.commit.enable"),
    ("4.2", "controller.quorum.auto.join.enable"),
    ("4.3", "cordoned.log.dirs"),
];

/// Settings by the last release that has them.
pub(crate) const SETTINGS_UNTIL: &[(&str, &str)] = &[
    (
        "3.9",
        "auto.include.jmx.reporter control.plane.listener.name controlled.shutdown.max.retries \
         controlled.shutdown.retry.backoff.ms eligible.leader.replicas.enable \
         inter.broker.protocol.version leader.imbalance.per.broker.percentage \
         log.message.format.version log.message.timestamp.difference.max.ms \
         message.format.version message.timestamp.difference.max.ms offsets.commit.required.acks \
         password.encoder.secret reserved.broker.max.id zookeeper.connect \
         zookeeper.connection.timeout.ms zookeeper.session.timeout.ms",
    ),
    ("4.0", "metadata.log.segment.min.bytes"),
];

/// Settings that controllers with ZooKeeper alone read, though those with KRaft knew the name: its
/// end is KAFKA-18743.
const FOR_ZOOKEEPER: &[&str] = &["leader.imbalance.per.broker.percentage"];

/// Whether KRaft does not read a setting that it knows.
pub(crate) fn is_for_zookeeper(name: &str) -> bool {
    FOR_ZOOKEEPER.contains(&name)
}

/// Settings that Kafka has announced and no release has.
pub(crate) const SETTINGS_OF_NO_RELEASE: &[&str] = &[
    "unclean.recovery.strategy",
    "unclean.recovery.manager.enabled",
    "unclean.recovery.timeout.ms",
];

/// Observations by the first release that has what they speak of.
pub(crate) const OBSERVATIONS_SINCE: &[(&str, &str)] =
    &[("elr", "4.0.0"), ("last-known-elr", "4.0.0")];

/// Words that an observation is compared with: those of pre-votes (KIP-996).
pub(crate) const VALUES_SINCE: &[(&str, &str, &str)] = &[("quorum-role", "prospective", "4.0.0")];

/// Statements that need a metadata version: one log directory of several fails (KIP-858).
pub(crate) const STATEMENTS_SINCE: &[(&str, u16)] =
    &[("fail", DIRECTORY_ASSIGNMENT), ("repair", DIRECTORY_ASSIGNMENT)];

/// What a metadata version below 3.7-IV2 lacks.
const DIRECTORIES: &str = "log directories that fail one by one";
/// Since when an administrator can ask a controller himself (KIP-919).
pub(crate) const CONTROLLERS_ASKED_SINCE: &str = "3.7";

/// The release in whose list a name stands.
fn listed_in(table: &[(&'static str, &str)], name: &str) -> Option<&'static str> {
    let row = table.iter().find(|(_, names)| names.split(' ').any(|one| one == name));
    row.map(|(release, _)| *release)
}

/// A setting that the scenario's release has.
pub(crate) fn setting(reader: &mut Reader, name: &str, place: Place) -> Option<()> {
    if SETTINGS_OF_NO_RELEASE.contains(&name) {
        let message = format!("no release of Kafka has `{name}` yet: it is a plan of KIP-966");
        return reader.fail(place, message, "leave it out");
    }
    if let Some(since) = listed_in(SETTINGS_SINCE, name) {
        reader.since(since, name, place)?;
    }
    match listed_in(SETTINGS_UNTIL, name) {
        Some(until) => reader.until(until, name, place),
        None => Some(()),
    }
}

/// An observation that the scenario's release has.
pub(crate) fn observation(reader: &mut Reader, name: &str, place: Place) -> Option<()> {
    match OBSERVATIONS_SINCE.iter().find(|(known, _)| *known == name) {
        Some((_, since)) => reader.since(since, name, place),
        None => Some(()),
    }
}

/// A word that the observation can be in the scenario's release.
pub(crate) fn value(reader: &mut Reader, (name, word): (&str, &str), place: Place) -> Option<()> {
    match VALUES_SINCE.iter().find(|row| (row.0, row.1) == (name, word)) {
        Some((_, _, since)) => reader.since(since, word, place),
        None => Some(()),
    }
}

/// A statement that the scenario's release has, with its pairs.
pub(crate) fn statement(reader: &mut Reader, verb: &str, args: &Args) -> Option<()> {
    if let Some((_, level)) = STATEMENTS_SINCE.iter().find(|(known, _)| *known == verb) {
        reader.since_metadata_version(*level, DIRECTORIES, args.place)?;
    }
    let Some(via) = args.get("via") else { return Some(()) };
    let is_controller = match &via.arg {
        Arg::Node(NodeSelector::Number(id)) => reader.world.controllers.contains(id),
        Arg::Node(NodeSelector::ActiveController) => true,
        _ => false,
    };
    match is_controller {
        true => {
            let what = "administrator that asks a controller";
            reader.since_said(CONTROLLERS_ASKED_SINCE, what, via.place)
        }
        false => Some(()),
    }
}

/// Several log directories, which a broker may have.
pub(crate) fn directories(reader: &mut Reader, list: &str, place: Place) -> Option<()> {
    match list.contains(',') {
        true => reader.since_metadata_version(DIRECTORY_ASSIGNMENT, DIRECTORIES, place),
        false => Some(()),
    }
}

impl Reader<'_, '_> {
    /// Refuses what none of the scenario's processes has yet.
    pub(crate) fn since(&mut self, since: &str, name: &str, place: Place) -> Option<()> {
        self.since_said(since, &format!("`{name}`"), place)
    }

    pub(crate) fn since_said(&mut self, since: &str, what: &str, place: Place) -> Option<()> {
        let newest = self.world.newest();
        let is_open = newest.is_empty() || self.world.releases_are == Certainty::Unknown;
        if is_open || position(newest) >= position(since) {
            return Some(());
        }
        let message = format!("Kafka {newest} has no {what}");
        let fix = format!("it exists since {since}: write `kafka {since}` or later");
        self.fail(place, message, fix)
    }

    /// Refuses what the scenario's release has no longer.
    fn until(&mut self, until: &str, name: &str, place: Place) -> Option<()> {
        let said = Some(&*self.world.release).filter(|release| !release.is_empty());
        let release = said.unwrap_or(newest_modelled());
        let is_open = self.world.releases_are == Certainty::Unknown;
        if is_open || position(release) <= position(until) {
            return Some(());
        }
        let message = format!("Kafka {release} has no `{name}`");
        let fix = match is_for_zookeeper(name) {
            true => format!("it ended with {until}, and KRaft never read it: leave it out"),
            false => format!("it ended with {until}: leave it out, or write `kafka {until}`"),
        };
        self.fail(place, message, fix)
    }

    /// Refuses what the cluster's metadata version does not have yet.
    fn since_metadata_version(&mut self, level: u16, what: &str, place: Place) -> Option<()> {
        let Some(now) = self.world.metadata_version.filter(|now| *now < level) else {
            return Some(());
        };
        let (now, since) = (features::version_name(now), features::version_name(level));
        let message = format!("metadata version {now} has no {what}");
        let release = since.split('-').next().unwrap_or_default();
        let fix = format!("they exist since {since}: write `kafka {release}` or later");
        self.fail(place, message, fix)
    }
}

/// The level of `metadata.version` that a cluster of this release begins with.
pub(crate) fn metadata_version_of(release: &str) -> Option<u16> {
    Release::named(release).map(Release::metadata_version)
}
