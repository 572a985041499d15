//! Metrics in observations: what is no metric, and what is not of everybody.

use expect_test::expect;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::said;

fn said_of(release: &str, observation: &str) -> String {
    said(&format!(
        "epochscope 1\nkafka {release}\nbrokers 1\ncontrollers 101\ntopic orders replicas=1\n\
         expect {observation}\n"
    ))
}

#[test]
fn names_that_are_not_right() {
    let wrong = [
        r#"metric UnderReplicatedPartitions 1 = 0"#,
        r#"metric "UnderReplicatedPartition" 1 = 0"#,
        r#"metric "kafka.server:type=KafkaController,name=ActiveControllerCounts" = 1"#,
        r#"metric "PurgatorySize" = 1"#,
        r#"metric "LeaderElectionRateAndTimeMs" = 1"#,
        r#"metric "UnderReplicated" 1 = 1"#,
        r#"metric "UnderReplicated,topic=orders,partition=1" 1 = 1"#,
        r#"metric "LeaderCount" 2 = 1"#,
        r#"metric "LeaderCount" includes 1"#,
    ];
    let all: String = wrong.iter().map(|one| said_of("4.1", one)).collect();
    expect![[r#"
        s:6:15: error: `metric` needs the name of a metric in quotes
          expect metric UnderReplicatedPartitions 1 = 0
                        ^^^^^^^^^^^^^^^^^^^^^^^^^
          write one such as `metric "UnderReplicatedPartitions" 1`
        s:6:15: error: `UnderReplicatedPartition` is no metric known here
          expect metric "UnderReplicatedPartition" 1 = 0
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^
          did you mean `UnderReplicatedPartitions`?
        s:6:15: error: `kafka.server:type=KafkaController,name=ActiveControllerCount…` is no metric known here
          expect metric "kafka.server:type=KafkaController,name=ActiveControllerCounts" = 1
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          did you mean `ActiveControllerCount`?
        s:6:15: error: `PurgatorySize` is no metric known here
          expect metric "PurgatorySize" = 1
                        ^^^^^^^^^^^^^^^
          write it whole, as in `PurgatorySize,delayedOperation=Produce`
        s:6:15: error: only a ZooKeeper controller reports `LeaderElectionRateAndTimeMs`; KRaft's do not
          expect metric "LeaderElectionRateAndTimeMs" = 1
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          count elections: `event became-leader`
        s:6:15: error: `UnderReplicated` is of one partition
          expect metric "UnderReplicated" 1 = 1
                        ^^^^^^^^^^^^^^^^^
          say of which: `"UnderReplicated,topic=T,partition=0"`
        s:6:15: error: `orders` has no partition 1
          expect metric "UnderReplicated,topic=orders,partition=1" 1 = 1
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          its partitions are 0 to 0
        s:6:29: error: there is no broker or controller 2
          expect metric "LeaderCount" 2 = 1
                                      ^
          brokers here: `1`
        s:6:29: error: `metric` cannot be compared by `includes`
          expect metric "LeaderCount" includes 1
                                      ^^^^^^^^
          write `=`, `!=`, `<`, `<=`, `>`, `>=` or `in`
    "#]].assert_eq(&all);
}

#[test]
fn releases_that_lack_a_metric() {
    let of_elr = r#"metric "ElectionFromEligibleLeaderReplicasPerSec" = 0"#;
    let of_unclean = r#"metric "UncleanLeaderElectionsPerSec" = 0"#;
    expect![[r#"
        s:6:15: error: Kafka 4.0 has no `ElectionFromEligibleLeaderReplicasPerSec`
          expect metric "ElectionFromEligibleLeaderReplicasPerSec" = 0
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          it exists since 4.1.0: write `kafka 4.1.0` or later
        s:6:15: error: Kafka 3.8 has no `UncleanLeaderElectionsPerSec`
          expect metric "UncleanLeaderElectionsPerSec" = 0
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          it exists since 3.9: write `kafka 3.9` or later
    "#]]
    .assert_eq(&(said_of("4.0", of_elr) + &said_of("3.8", of_unclean)));
    assert_eq!(said_of("4.1.0", of_elr) + &said_of("3.9", of_unclean), "");
}

#[test]
fn names_that_are_right() {
    for one in [
        r#"metric "LeaderCount" = 1 and metric "LeaderCount" 1 != none"#,
        concat!(
            r#"metric "kafka.controller:name=ActiveControllerCount,type=KafkaController""#,
            " controller = 1"
        ),
        r#"metric "kafka.log:type=Log,topic=orders,partition=0,name=LogEndOffset" 1 in 0,1"#,
        r#"metric "MaxLag,clientId=Replica" <= 2 or metric "MaxLag" 1 > 3"#,
    ] {
        assert_eq!(said_of("4.1", one), "", "{one}");
    }
}
