//! What Kafka's processes refuse when they start, since their settings contradict each other.
//!
//! Source: Kafka `KafkaConfig.validateValues`, `LogManager.createAndValidateLogDirs`,
//! `FeatureControlManager`.
//! Uses: `features`, `world`, `worlds`.

use epochscope_engine::controller::feature_control::{
    ELIGIBLE_LEADER_REPLICAS_VERSION, ELR_SUPPORTED,
};
use epochscope_vocabulary::ClusterSpec;
use epochscope_vocabulary::cluster_spec::{ConfigSpec, ConfigTarget};
use epochscope_vocabulary::config::{ConfigKey, Settings};

use super::errors::Place;
use super::features::version_name;
use super::world::Reader;
use super::worlds::first_metadata_version;
use crate::script::{HeaderLine, Scenario};

/// `replica.fetch.wait.max.ms` is at most each of these; with Kafka's reason.
const NOT_BELOW_FETCH_WAIT: [(ConfigKey, &str); 2] = [
    (ConfigKey::ReplicaSocketTimeoutMs, "to prevent unnecessary socket timeouts"),
    (ConfigKey::ReplicaLagTimeMaxMs, "to prevent frequent changes in ISR"),
];

/// The directories of `log.dirs`: one at least, and none twice.
pub(crate) fn directories(reader: &mut Reader, list: &str, place: Place) -> Option<()> {
    let named = || list.split(',').map(str::trim).filter(|path| !path.is_empty());
    if named().next().is_none() {
        let message = "at least one log directory must be defined";
        return reader.fail(place, message, "name one: `log.dirs=/d0`");
    }
    let same = |one: &str, other: &str| one.trim_end_matches('/') == other.trim_end_matches('/');
    let twice = named().enumerate().find(|(at, path)| named().take(*at).any(|it| same(it, path)));
    match twice {
        Some((_, path)) => {
            let message = format!("duplicate log directory found: {path}");
            reader.fail(place, message, "name each directory once")
        }
        None => Some(()),
    }
}

/// Settings of one process that contradict each other.
pub(crate) fn check_settings(reader: &mut Reader, scenario: &Scenario) {
    let cluster = &scenario.cluster;
    let brokers = cluster.brokers.iter().map(|broker| Process::Broker(broker.id));
    for process in [Process::Controllers].into_iter().chain(brokers) {
        let (wait, said) = setting(cluster, process, ConfigKey::ReplicaFetchWaitMaxMs);
        for (key, reason) in NOT_BELOW_FETCH_WAIT {
            let (limit, also_said) = setting(cluster, process, key);
            let Some(line) = said.max(also_said).filter(|_| wait > limit) else { continue };
            let line = scenario.header_notes.get(&HeaderLine::Config(line)).map_or(1, |it| it.line);
            let place = reader.problems.whole_line(line);
            let (name, wait_name) = (key.name(), ConfigKey::ReplicaFetchWaitMaxMs.name());
            let message = format!(
                "`{wait_name}` must be less than or equal to `{name}` {reason}: {wait} is more \
                 than {limit}"
            );
            let fix = format!("write `{name}={wait}` or more, or a smaller `{wait_name}`");
            return reader.problems.error(place, message, fix);
        }
    }
}

/// Whose server.properties.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Process {
    Controllers,
    Broker(u32),
}

/// A process's setting in milliseconds, and the last line that says it.
fn setting(cluster: &ClusterSpec, process: Process, key: ConfigKey) -> (i64, Option<usize>) {
    let is_own = |target| match target {
        ConfigTarget::Broker(id) => process == Process::Broker(id),
        ConfigTarget::All | ConfigTarget::Controllers | ConfigTarget::Brokers => false,
    };
    let is_general = |target| match target {
        ConfigTarget::All => true,
        ConfigTarget::Controllers => process == Process::Controllers,
        ConfigTarget::Brokers => process != Process::Controllers,
        ConfigTarget::Broker(_) => false,
    };
    let lines = || cluster.config.iter().enumerate().rev();
    let says = |(_, line): &(usize, &ConfigSpec)| line.settings.0.contains_key(&key);
    let own = lines().filter(says).find(|(_, line)| is_own(line.target));
    let line = own.or_else(|| lines().filter(says).find(|(_, line)| is_general(line.target)));
    match line {
        Some((at, line)) => (line.settings.number(key), Some(at)),
        None => (Settings::default().number(key), None),
    }
}

/// Eligible leader replicas on a metadata version that does not have them, which no administrator
/// could switch on either.
pub(crate) fn check_features(reader: &mut Reader, scenario: &Scenario) {
    let Some(level) = first_metadata_version(&scenario.cluster) else { return };
    let features = scenario.cluster.features.iter().enumerate();
    let mut asked =
        features.filter(|(_, (name, on))| &**name == ELIGIBLE_LEADER_REPLICAS_VERSION && *on > 0);
    let Some((at, _)) = asked.next().filter(|_| level < ELR_SUPPORTED) else { return };
    let line = scenario.header_notes.get(&HeaderLine::Feature(at)).map_or(1, |it| it.line);
    let place = reader.problems.whole_line(line);
    let (now, needed) = (version_name(level), version_name(ELR_SUPPORTED));
    let message = format!(
        "{ELIGIBLE_LEADER_REPLICAS_VERSION} could not be set to 1 because it depends on metadata \
         version {needed}: this cluster has {now}"
    );
    let fix = format!("leave it out, or write `feature metadata.version={needed}` or later");
    reader.problems.error(place, message, fix);
}
