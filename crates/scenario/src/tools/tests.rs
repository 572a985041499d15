//! Each operation with what its tool prints.

use expect_test::{Expect, expect};

use crate::format::parse;
use crate::run::run;

/// What is printed under the answers of a run, without the events.
fn check(steps: &str, printed: &Expect) {
    let header = "epochscope 1\nbrokers 1..4\ntopic a partitions=3 replicas=1,2,3;2,3,1;3,1,2\n\n";
    let parsed = parse(format!("{header}{steps}").as_bytes()).expect("a scenario");
    let report = run(&parsed.scenario).expect("it can be built");
    assert_eq!(report.stopped, None);
    let lines = report.text.lines().filter_map(|line| line.strip_prefix("| "));
    let is_event = |line: &str| line.trim_start().starts_with(|first: char| first.is_ascii_digit());
    let texts: Vec<_> = lines.filter(|line| line.trim().is_empty() || !is_event(line)).collect();
    printed.assert_eq(&(texts.join("\n") + "\n"));
}

#[test]
fn topics_are_created_altered_and_deleted() {
    check(
        "create b.c replication-factor=2\nrun for=1s\ncreate a replication-factor=1\nrun for=1s\n\
         increase a partitions=2\nrun for=1s\nincrease a partitions=3\nrun for=1s\n\
         increase a partitions=4\nrun for=1s\n\
         delete b.c\nrun for=1s\ndelete b.c\ndescribe b.c\nincrease b.c partitions=7\nrun for=1s\n\
         kill 4\nrun for=12s\nunregister 4\nrun for=1s\ncreate d replication-factor=4\nrun for=1s\n",
        &expect![[r#"
            WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use either, but not both.
            Created topic b.c.
            Error while executing topic command : Topic 'a' already exists.
            Error while executing topic command : The topic a currently has 3 partition(s); 2 would not be an increase.
            Error while executing topic command : Topic already has 3 partition(s).
            Error while executing topic command : Topic 'b.c' does not exist as expected
            Error while executing topic command : Topic 'b.c' does not exist as expected
            Error while executing topic command : Topic 'b.c' does not exist as expected
            Broker 4 is no longer registered.
            Error while executing topic command : Unable to replicate the partition 4 time(s): The target replication factor of 4 cannot be reached because only 3 broker(s) are registered.
        "#]],
    );
}

#[test]
fn settings_and_features_are_altered() {
    check(
        "alter topic a min.insync.replicas=2\nrun for=1s\nalter brokers min.insync.replicas=2\n\
         run for=1s\nalter broker 3 min.insync.replicas=2\nrun for=1s\n\
         alter brokers min.insync.replicas=\nrun for=1s\n\
         alter feature eligible.leader.replicas.version=0\nrun for=1s\n\
         alter feature eligible.leader.replicas.version=1\nrun for=1s\nunregister 4\nrun for=1s\n\
         unregister 4\nrun for=1s\n",
        &expect![[r#"
            Completed updating config for topic a.
            Completed updating default config for brokers in the cluster.
            Error while executing config command with args '--bootstrap-server localhost:9092 --alter --entity-type brokers --entity-name 3 --add-config min.insync.replicas=2'
            java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.InvalidConfigurationException: Broker-level min.insync.replicas cannot be altered while ELR is enabled.
            Error while executing config command with args '--bootstrap-server localhost:9092 --alter --entity-type brokers --entity-default --delete-config min.insync.replicas'
            java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.InvalidConfigurationException: Cluster-level min.insync.replicas cannot be removed while ELR is enabled.
            eligible.leader.replicas.version was disabled.
            eligible.leader.replicas.version was upgraded to 1.
            Broker 4 is no longer registered.
            org.apache.kafka.common.errors.BrokerIdNotRegisteredException: Broker ID 4 is not currently registered
        "#]],
    );
}

#[test]
fn leaders_are_elected() {
    check(
        "kill 1\nrun for=12s\nelect preferred a-0 a-1\nrun for=1s\nelect unclean a-1\nrun for=1s\n\
         start 1\nrun for=20s\nelect preferred a-0 a-1 a-2\nrun for=1s\nelect preferred\n\
         run for=1s\n",
        &expect![[r#"
            Valid replica already elected for partitions a-1
            Error completing leader election (PREFERRED) for partition: a-0: org.apache.kafka.common.errors.PreferredLeaderNotAvailableException: The preferred leader was not available.
            Valid replica already elected for partitions a-1
            Successfully completed leader election (PREFERRED) for partitions a-0
            Valid replica already elected for partitions a-2, a-1
        "#]],
    );
}

/// The names stand in the order of Java's hash set, as the tool has them.
#[test]
fn elected_partitions_are_named_in_the_order_of_a_hash_set() {
    check(
        "create many partitions=4 replicas=1,2;2,1;1,2;2,1\nrun for=1s\nelect preferred many-0 \
         many-1 many-2 many-3\nrun for=1s\n",
        &expect![[r#"
            Created topic many.
            Valid replica already elected for partitions many-0, many-1, many-2, many-3
        "#]],
    );
}

#[test]
fn replicas_are_reassigned() {
    check(
        "reassign a-0 replicas=2,3,4\nrun for=1s\nreassign cancel a-0\nrun for=1s\nkill 4\n\
         run for=12s\nreassign a-1 replicas=2,3,4\nrun for=1s\nreassign cancel a-1\nrun for=1s\n\
         unregister 4\nrun for=1s\nreassign a-1 replicas=2,3,4\nrun for=1s\n",
        &expect![[r#"
            Current partition replica assignment

            {"version":1,"partitions":[{"topic":"a","partition":0,"replicas":[1,2,3],"log_dirs":["any","any","any"]}]}

            Save this to use as the --reassignment-json-file option during rollback
            Successfully started partition reassignment for a-0
            None of the specified partition reassignments are active.
            None of the specified partition moves are active.
            Current partition replica assignment

            {"version":1,"partitions":[{"topic":"a","partition":1,"replicas":[2,3,1],"log_dirs":["any","any","any"]}]}

            Save this to use as the --reassignment-json-file option during rollback
            Successfully started partition reassignment for a-1
            Successfully cancelled partition reassignment for: a-1
            None of the specified partition moves are active.
            Broker 4 is no longer registered.
            Error: Unknown broker id 4
        "#]],
    );
}

/// A description too asks the controller, for the reassignments under way.
#[test]
fn without_a_controller_every_tool_fails() {
    check(
        "kill controllers\ndescribe a\nrun for=61s\nelect preferred\nrun for=61s\ncreate b\n\
         run for=61s\nreassign a-0 replicas=2,3,4\nrun for=61s\nalter topic a min.insync.replicas=2\n\
         run for=61s\n",
        &expect![[r#"
            Error while executing topic command : java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.TimeoutException: Call(callName=listPartitionReassignments, deadlineMs=60000, tries=2, nextAllowedTryMs=60100) timed out at 60000 after 2 attempt(s)
            Timeout waiting for election results
            Timeout waiting for election results
            Error while executing topic command : Call(callName=createTopics, deadlineMs=182000, tries=2, nextAllowedTryMs=182100) timed out at 182000 after 2 attempt(s)
            Error: org.apache.kafka.common.errors.TimeoutException: Call(callName=listPartitionReassignments, deadlineMs=243000, tries=2, nextAllowedTryMs=243100) timed out at 243000 after 2 attempt(s)
            Error while executing config command with args '--bootstrap-server localhost:9092 --alter --entity-type topics --entity-name a --add-config min.insync.replicas=2'
            java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.TimeoutException: Call(callName=incrementalAlterConfigs, deadlineMs=304000, tries=2, nextAllowedTryMs=304100) timed out at 304000 after 2 attempt(s)
        "#]],
    );
}

#[test]
fn without_a_broker_no_tool_finds_anybody() {
    check(
        "kill 1..4\ndescribe\nrun for=61s\ncreate b\nrun for=61s\nunregister 4\nrun for=61s\n",
        &expect![[r#"
            Error while executing topic command : Timed out waiting for a node assignment. Call: listTopics
            Error while executing topic command : Timed out waiting for a node assignment. Call: createTopics
            org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: unregisterBroker
        "#]],
    );
}
