//! What a release does not have yet, or no longer.

use crate::said;
use expect_test::expect;

/// What is said about these lines of a header, or steps, on a release.
fn on(release: &str, lines: &str) -> String {
    said(&format!(
        "epochscope 1\nkafka {release}\nbrokers 1..3\ncontrollers 101..103\n\
         topic orders partitions=1 replicas=1,2,3\nproducer shop topic=orders\n{lines}\n"
    ))
}

/// The first error's words, without place and picture.
fn in_short(release: &str, lines: &str) -> String {
    let said = on(release, lines);
    let first = said.lines().next().and_then(|line| line.split_once(' '));
    let fix = said.lines().nth(3).unwrap_or_default().trim();
    format!("{}; {fix}\n", first.map_or("nothing", |(_, words)| words))
}

#[test]
fn a_setting_has_its_first_release_and_its_last() {
    expect![[r#"
        s:7:8: error: Kafka 3.6 has no `retry.backoff.max.ms`
          config retry.backoff.max.ms=5
                 ^^^^^^^^^^^^^^^^^^^^
          it exists since 3.7: write `kafka 3.7` or later
    "#]]
    .assert_eq(&on("3.6", "config retry.backoff.max.ms=5"));
    expect![[r#"
        s:7:28: error: Kafka 3.6 has no `retry.backoff.max.ms`
          producer late topic=orders retry.backoff.max.ms=500
                                     ^^^^^^^^^^^^^^^^^^^^
          it exists since 3.7: write `kafka 3.7` or later
    "#]]
    .assert_eq(&on("3.6", "producer late topic=orders retry.backoff.max.ms=500"));
    let mut table = String::new();
    for (release, name) in [
        ("3.7", "log.dir.failure.timeout.ms=5"),
        ("3.8", "log.dir.failure.timeout.ms=5"),
        ("3.8", "unclean.leader.election.interval.ms=5"),
        ("3.9", "unclean.leader.election.interval.ms=5"),
        ("3.6", "eligible.leader.replicas.enable=true"),
        ("3.9", "eligible.leader.replicas.enable=true"),
        ("4.0.0", "eligible.leader.replicas.enable=true"),
        ("3.9", "zookeeper.connect=a"),
        ("4.1", "zookeeper.connect=a"),
        ("4.2", "cordoned.log.dirs=/d1"),
        ("4.3", "cordoned.log.dirs=/d1"),
        ("4.3", "unclean.recovery.strategy=Balanced"),
        ("3.4", "group.coordinator.threads=1"),
        ("3.6", "log.dirs=/d1,/d2"),
        ("3.6", "log.dirs=/d1"),
        ("3.7", "log.dirs=/d1,/d2"),
        ("3.9", "leader.imbalance.per.broker.percentage=5"),
        ("4.1", "leader.imbalance.per.broker.percentage=5"),
        ("4.1", "log.dirs=/d1,/d2\nfeature metadata.version=3.6-IV2"),
    ] {
        table.push_str(&format!(
            "{release} {name}: {}",
            in_short(release, &format!("config {name}"))
        ));
    }
    expect![[r#"
        3.7 log.dir.failure.timeout.ms=5: error: Kafka 3.7 has no `log.dir.failure.timeout.ms`; it exists since 3.8: write `kafka 3.8` or later
        3.8 log.dir.failure.timeout.ms=5: nothing; 
        3.8 unclean.leader.election.interval.ms=5: error: Kafka 3.8 has no `unclean.leader.election.interval.ms`; it exists since 3.9: write `kafka 3.9` or later
        3.9 unclean.leader.election.interval.ms=5: nothing; 
        3.6 eligible.leader.replicas.enable=true: error: Kafka 3.6 has no `eligible.leader.replicas.enable`; it exists since 3.7: write `kafka 3.7` or later
        3.9 eligible.leader.replicas.enable=true: warning: `eligible.leader.replicas.enable` is not modelled: it has no effect here; leave it out, or keep it as a note
        4.0.0 eligible.leader.replicas.enable=true: error: Kafka 4.0.0 has no `eligible.leader.replicas.enable`; it ended with 3.9: leave it out, or write `kafka 3.9`
        3.9 zookeeper.connect=a: warning: `zookeeper.connect` is not modelled: it has no effect here; leave it out, or keep it as a note
        4.1 zookeeper.connect=a: error: Kafka 4.1 has no `zookeeper.connect`; it ended with 3.9: leave it out, or write `kafka 3.9`
        4.2 cordoned.log.dirs=/d1: error: Kafka 4.2 has no `cordoned.log.dirs`; it exists since 4.3: write `kafka 4.3` or later
        4.3 cordoned.log.dirs=/d1: warning: `cordoned.log.dirs` is not modelled: it has no effect here; leave it out, or keep it as a note
        4.3 unclean.recovery.strategy=Balanced: error: no release of Kafka has `unclean.recovery.strategy` yet: it is a plan of KIP-966; leave it out
        3.4 group.coordinator.threads=1: error: Kafka 3.4 has no `group.coordinator.threads`; it exists since 3.5: write `kafka 3.5` or later
        3.6 log.dirs=/d1,/d2: error: metadata version 3.6-IV2 has no log directories that fail one by one; they exist since 3.7-IV2: write `kafka 3.7` or later
        3.6 log.dirs=/d1: nothing; 
        3.7 log.dirs=/d1,/d2: nothing; 
        3.9 leader.imbalance.per.broker.percentage=5: warning: KRaft does not read `leader.imbalance.per.broker.percentage`: it has no effect; leave it out, or keep it as a note
        4.1 leader.imbalance.per.broker.percentage=5: error: Kafka 4.1 has no `leader.imbalance.per.broker.percentage`; it ended with 3.9, and KRaft never read it: leave it out
        4.1 log.dirs=/d1,/d2
        feature metadata.version=3.6-IV2: error: metadata version 3.6-IV2 has no log directories that fail one by one; they exist since 3.7-IV2: write `kafka 3.7` or later
    "#]].assert_eq(&table);
}

#[test]
fn a_feature_has_its_first_release() {
    let mut table = String::new();
    for (release, line) in [
        ("3.9", "feature eligible.leader.replicas.version=1"),
        ("4.0.0", "feature eligible.leader.replicas.version=1"),
        ("3.9", "feature metadata.version=4.0-IV3"),
        ("4.0", "feature metadata.version=4.0-IV3"),
        ("4.0", "feature metadata.version=3.3-IV2"),
        ("3.9", "feature metadata.version=3.3-IV2"),
        ("3.9", "alter feature metadata.version=4.1-IV1"),
        ("3.9", "alter feature eligible.leader.replicas.version=1"),
        ("4.1", "kafka broker=2 3.9"),
        ("4.1", "kafka broker=2 3.9\nfeature metadata.version=3.9-IV0"),
        ("3.9", "kafka broker=2 4.1"),
        ("3.9", "kafka broker=2 4.1\nalter feature metadata.version=4.1-IV1"),
        ("3.9", "kill 1\nstart 1 kafka=4.1\nalter feature metadata.version=4.1-IV1"),
        ("3.9", "kill 1\nstart 1 kafka=4.1\nalter feature metadata.version=4.2-IV1"),
    ] {
        table.push_str(&format!("{release} {line:?}: {}", in_short(release, line)));
    }
    expect![[r#"
        3.9 "feature eligible.leader.replicas.version=1": error: Kafka 3.9 has no `eligible.leader.replicas.version`; it exists since 4.0.0: write `kafka 4.0.0` or later
        4.0.0 "feature eligible.leader.replicas.version=1": nothing; 
        3.9 "feature metadata.version=4.0-IV3": error: Kafka 3.9 has no metadata version 4.0-IV3; it exists since 4.0.0: write `kafka 4.0.0` or later
        4.0 "feature metadata.version=4.0-IV3": nothing; 
        4.0 "feature metadata.version=3.3-IV2": error: Kafka 4.0 has no metadata version 3.3-IV2; it ended with 3.9: write 3.3-IV3 or later
        3.9 "feature metadata.version=3.3-IV2": nothing; 
        3.9 "alter feature metadata.version=4.1-IV1": error: Kafka 3.9 has no metadata version 4.1-IV1; it exists since 4.1.0: write `kafka 4.1.0` or later
        3.9 "alter feature eligible.leader.replicas.version=1": error: Kafka 3.9 has no `eligible.leader.replicas.version`; it exists since 4.0.0: write `kafka 4.0.0` or later
        4.1 "kafka broker=2 3.9": error: broker 2 cannot register: Kafka 3.9 has no metadata version 4.1-IV1; write `feature metadata.version=3.9-IV0`
        4.1 "kafka broker=2 3.9\nfeature metadata.version=3.9-IV0": nothing; 
        3.9 "kafka broker=2 4.1": nothing; 
        3.9 "kafka broker=2 4.1\nalter feature metadata.version=4.1-IV1": nothing; 
        3.9 "kill 1\nstart 1 kafka=4.1\nalter feature metadata.version=4.1-IV1": nothing; 
        3.9 "kill 1\nstart 1 kafka=4.1\nalter feature metadata.version=4.2-IV1": error: Kafka 4.1 has no metadata version 4.2-IV1; it exists since 4.2: write `kafka 4.2` or later
    "#]].assert_eq(&table);
}

#[test]
fn a_statement_or_an_observation_has_its_first_release() {
    let mut table = String::new();
    for (release, line) in [
        ("3.6", "fail 1 dir=kafka-logs"),
        ("3.7", "fail 1 dir=kafka-logs"),
        ("3.6", "kill 1\nrepair 1 dir=kafka-logs"),
        ("3.6", "alter topic orders min.insync.replicas=2 via=101"),
        ("3.6", "alter topic orders min.insync.replicas=2 via=controller"),
        ("3.7", "alter topic orders min.insync.replicas=2 via=101"),
        ("3.6", "alter topic orders min.insync.replicas=2 via=1"),
        ("3.9", "expect elr orders-0 = none"),
        ("3.9", "only 4.1 expect elr orders-0 = none"),
        ("3.9", "kill 1\nstart 1 kafka=4.1\nexpect elr orders-0 = none"),
        ("4.0.0", "expect elr orders-0 = none"),
        ("3.9", "never last-known-elr orders-0 includes 1"),
        ("3.9", "expect quorum-role 101 = prospective"),
        ("3.9", "expect quorum-role 101 = candidate"),
        ("4.0.0", "expect quorum-role 101 = prospective"),
        ("3.8", "expect metric \"UncleanLeaderElectionsPerSec\" = 0"),
        ("4.0", "expect metric \"ElectionFromEligibleLeaderReplicasPerSec\" = 0"),
    ] {
        table.push_str(&format!("{release} {line:?}: {}", in_short(release, line)));
    }
    expect![[r#"
        3.6 "fail 1 dir=kafka-logs": error: metadata version 3.6-IV2 has no log directories that fail one by one; they exist since 3.7-IV2: write `kafka 3.7` or later
        3.7 "fail 1 dir=kafka-logs": nothing; 
        3.6 "kill 1\nrepair 1 dir=kafka-logs": error: metadata version 3.6-IV2 has no log directories that fail one by one; they exist since 3.7-IV2: write `kafka 3.7` or later
        3.6 "alter topic orders min.insync.replicas=2 via=101": error: Kafka 3.6 has no administrator that asks a controller; it exists since 3.7: write `kafka 3.7` or later
        3.6 "alter topic orders min.insync.replicas=2 via=controller": error: Kafka 3.6 has no administrator that asks a controller; it exists since 3.7: write `kafka 3.7` or later
        3.7 "alter topic orders min.insync.replicas=2 via=101": nothing; 
        3.6 "alter topic orders min.insync.replicas=2 via=1": nothing; 
        3.9 "expect elr orders-0 = none": error: Kafka 3.9 has no `elr`; it exists since 4.0.0: write `kafka 4.0.0` or later
        3.9 "only 4.1 expect elr orders-0 = none": nothing; 
        3.9 "kill 1\nstart 1 kafka=4.1\nexpect elr orders-0 = none": nothing; 
        4.0.0 "expect elr orders-0 = none": nothing; 
        3.9 "never last-known-elr orders-0 includes 1": error: Kafka 3.9 has no `last-known-elr`; it exists since 4.0.0: write `kafka 4.0.0` or later
        3.9 "expect quorum-role 101 = prospective": error: Kafka 3.9 has no `prospective`; it exists since 4.0.0: write `kafka 4.0.0` or later
        3.9 "expect quorum-role 101 = candidate": nothing; 
        4.0.0 "expect quorum-role 101 = prospective": nothing; 
        3.8 "expect metric \"UncleanLeaderElectionsPerSec\" = 0": error: Kafka 3.8 has no `UncleanLeaderElectionsPerSec`; it exists since 3.9: write `kafka 3.9` or later
        4.0 "expect metric \"ElectionFromEligibleLeaderReplicasPerSec\" = 0": error: Kafka 4.0 has no `ElectionFromEligibleLeaderReplicasPerSec`; it exists since 4.1.0: write `kafka 4.1.0` or later
    "#]].assert_eq(&table);
}
