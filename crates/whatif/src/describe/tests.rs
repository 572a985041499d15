//! Descriptions in the form of each release, and texts that are none.

use epochscope_engine::describe::TopicDescription;
use expect_test::{Expect, expect};

use super::*;
use crate::sample::Sample;

/// What was understood, a line a topic and a partition.
fn shown(text: &str) -> String {
    let ids =
        |list: &[BrokerId]| list.iter().map(BrokerId::to_string).collect::<Vec<_>>().join(",");
    let ids = |list: &[BrokerId]| if list.is_empty() { "()".to_owned() } else { ids(list) };
    let or = |list: &Option<Vec<BrokerId>>| list.as_deref().map_or("-".to_owned(), ids);
    match read(text) {
        Ok(Described { topics, notes }) => {
            let mut shown = String::new();
            for Topic { name, configs, partitions } in topics {
                let configs: Vec<_> = configs.iter().map(|(k, v)| format!("{k}={v}")).collect();
                shown += &format!("{name} [{}]\n", configs.join("; "));
                for Partition { number, state } in partitions {
                    let leader = state.leader.map_or("none".to_owned(), |id| id.to_string());
                    let (replicas, isr) = (ids(&state.replicas), ids(&state.isr));
                    let elr = (or(&state.elr), or(&state.last_known_elr));
                    shown += &format!("  {number}: {leader} of {replicas} isr {isr}");
                    shown += &format!(" elr {} last {}", elr.0, elr.1);
                    if let Some(Reassignment { adding, removing }) = &state.reassignment {
                        shown += &format!(" +{} -{}", ids(adding), ids(removing));
                    }
                    shown += "\n";
                }
            }
            let note = |note: Note| format!("{}: note: {}\n", note.line, note.text);
            shown + &notes.into_iter().map(note).collect::<String>()
        }
        Err(mistakes) => mistakes
            .iter()
            .map(|it| format!("{}: {}\n  expected {}\n", it.line, it.message, it.expected))
            .collect(),
    }
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&shown(text));
}

#[test]
fn release_0_8_0() {
    check(
        "topic: logs\tpartition: 0\tleader: 1\treplicas: 1,2\tisr: 1,2\n\
         topic: logs\tpartition: 1\tleader: none\treplicas: 2\tisr: \n",
        expect![[r#"
            logs []
              0: 1 of 1,2 isr 1,2 elr - last -
              1: none of 2 isr () elr - last -
            1: note: topics without a line of their own, as by the tool's filters: 1 of 1; partitions left out are not counted, and min.insync.replicas is not known
        "#]],
    );
}

#[test]
fn releases_0_8_1_to_2_3() {
    check(
        "Topic:orders\tPartitionCount:2\tReplicationFactor:2\t\
         Configs:cleanup.policy=compact,delete,min.insync.replicas=2\tMarkedForDeletion:true\n\
         \tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n\
         \tTopic: orders\tPartition: 1\tLeader: -1\tReplicas: 2,1\tIsr: 2\tMarkedForDeletion: true\n",
        expect![[r#"
            orders [cleanup.policy=compact,delete; min.insync.replicas=2]
              0: 1 of 1,2 isr 1,2 elr - last -
              1: none of 2,1 isr 2 elr - last -
        "#]],
    );
}

#[test]
fn releases_2_4_to_2_7() {
    check(
        "Topic: orders\tPartitionCount: 1\tReplicationFactor: 3\tConfigs: segment.bytes=1073741824\n\
         \tTopic: orders\tPartition: 0\tLeader: 2\tReplicas: 1,2,3\tIsr: 2,3\n",
        expect![[r#"
            orders [segment.bytes=1073741824]
              0: 2 of 1,2,3 isr 2,3 elr - last -
        "#]],
    );
}

#[test]
fn releases_2_8_to_3_7() {
    check(
        "Topic: orders\tTopicId: MkdpSndvSto17nczecQpbg\tPartitionCount: 1\tReplicationFactor: 2\t\
         Configs: follower.replication.throttled.replicas=0:1,0:3,min.insync.replicas=1\n\
         \tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 3,1,2\tIsr: 1,2\t\
         Adding Replicas: 3\tRemoving Replicas: 2\n",
        expect![[r#"
            orders [follower.replication.throttled.replicas=0:1,0:3; min.insync.replicas=1]
              0: 1 of 3,1,2 isr 1,2 elr - last - +3 -2
        "#]],
    );
}

#[test]
fn releases_from_3_8() {
    check(
        "Topic: t\tTopicId: RwATrH2LThW5oVyv6trvWQ\tPartitionCount: 3\tReplicationFactor: 3\tConfigs: \n\
         \tTopic: t\tPartition: 0\tLeader: 2\tReplicas: 1,2,3\tIsr: 2,3,1\tElr: \tLastKnownElr: \n\
         \tTopic: t\tPartition: 1\tLeader: none\tReplicas: 1,2,3\tIsr: \tElr: 2,3\tLastKnownElr: 1\n\
         \tTopic: t\tPartition: 2\tLeader: 2\tReplicas: 1,2,3\tIsr: 2\tElr: N/A\tLastKnownElr: N/A\n",
        expect![[r#"
            t []
              0: 2 of 1,2,3 isr 2,3,1 elr () last ()
              1: none of 1,2,3 isr () elr 2,3 last 1
              2: 2 of 1,2,3 isr 2 elr - last -
        "#]],
    );
}

#[test]
fn a_copy_with_blanks_for_tabs_and_lines_of_others() {
    check(
        "\u{feff}$ kafka-topics.sh --bootstrap-server b:9092 --describe\r\n\
         OpenJDK 64-Bit Server VM warning: Options were deprecated\r\n\
         [2025-01-02 03:04:05,678] WARN [AdminClient clientId=adminclient-1] late (org.apache)\r\n\
         \r\n\
         Topic: orders    TopicId: Mk   PartitionCount: 1   ReplicationFactor: 2    Configs: \r\n\
         \x20   Topic: orders    Partition: 0    Leader: 1    Replicas: 1,2    Isr: 1,2    \
         Adding Replicas:    Removing Replicas: 2   Elr:     LastKnownElr: \r\n",
        expect![[r#"
            orders []
              0: 1 of 1,2 isr 1,2 elr () last () +() -2
            1: note: 3 lines are no part of the description: passed over
        "#]],
    );
}

#[test]
fn a_filter_leaves_the_topics_own_lines_out() {
    check(
        "\tTopic: a\tPartition: 7\tLeader: 1\tReplicas: 1,2\tIsr: 1\n",
        expect![[r#"
        a []
          7: 1 of 1,2 isr 1 elr - last -
        1: note: topics without a line of their own, as by the tool's filters: 1 of 1; partitions left out are not counted, and min.insync.replicas is not known
    "#]],
    );
}

#[test]
fn a_vendors_columns_are_passed_over() {
    check(
        "Topic: a\tPartitionCount: 1\tReplicationFactor: 2\tConfigs: \n\
         \tTopic: a\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\tOffline: \tLiveObservers: 3\n",
        expect![[r#"
            a []
              0: 1 of 1,2 isr 1,2 elr - last -
            2: note: the column `Offline` is none of Apache Kafka's: passed over
            2: note: the column `LiveObservers` is none of Apache Kafka's: passed over
        "#]],
    );
}

#[test]
fn every_bad_line_is_told() {
    check(
        "Topic: a\tPartitionCount: 9\tReplicationFactor: 2\tConfigs: \n\
         \tTopic: a\tPartition: 0\tLeader: x\tReplicas: 1,2\tIsr: 1,2\n\
         \tTopic: a\tPartition: 1\tLeader: 1\tReplicas: 1;2\tIsr: 1,2\n\
         \tTopic: a\tPartition: 2\tLeader: 1\tReplicas: 1,2\tIs\n\
         \tTopic: a\tPartition: 3\tLeader: 1\tReplicas: 1,1\tIsr: 1\n\
         \tTopic: a\tPartition: 4\tLeader: 1\tReplicas: 1,2\tIsr: 1,3\n\
         \tTopic: a\tPartition: 5\tLeader: 1\tReplicas: 1,2\tIsr: 2\n\
         \tTopic: a\tPartition: 6\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n\
         \tTopic: a\tPartition: 6\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n\
         \tTopic: a b\tPartition: 7\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n\
         \tTopic: \u{e4}\tPartition: 8\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n\
         Topic: a\tPartitionCount: 9\tReplicationFactor: 2\tConfigs: \n\
         Topic: b\tPart\n\
         Error while executing topic command : Topic 'c' does not exist as expected\n\
         what is this\n",
        expect![[r#"
            2: `x` cannot stand behind `Leader:`
              expected a broker's number, or `none`
            3: `1;2` cannot stand behind `Replicas:`
              expected numbers of brokers with commas between
            4: `Is` stands between the columns
              expected `Column: value`, with tabs between; the line may be cut off
            5: broker 1 stands twice in a list
              expected each once
            6: broker 3 is in sync and no replica
              expected an `Isr` out of `Replicas`; describe again if something was being moved
            7: broker 1 leads and is not in sync
              expected a leader that stands in `Isr`, or `none`
            9: a-6 stands here a second time, first in line 8
              expected one line for each partition
            10: `b` stands between the columns
              expected `Column: value`, with tabs between; the line may be cut off
            11: `ä` is no name of a topic
              expected up to 249 letters, digits, `.`, `_` and `-`
            12: topic a is described a second time, first in line 1
              expected one description of each topic
            13: `Part` stands between the columns
              expected `Column: value`, with tabs between; the line may be cut off
            14: the tool itself failed here
              expected a description; run the tool again once that is mended
            15: `what is this` describes no topic and no partition
              expected the output of `kafka-topics.sh --describe`, with lines such as `Topic: orders	Partition: 0	Leader: 1	Replicas: 1,2,3	Isr: 1,2,3`
        "#]],
    );
}

#[test]
fn texts_of_another_kind() {
    check(
        "",
        expect![[r#"
        1: there is no topic in this text
          expected the output of `kafka-topics.sh --describe`, with lines such as `Topic: orders	Partition: 0	Leader: 1	Replicas: 1,2,3	Isr: 1,2,3`
    "#]],
    );
    check(
        "{\"a\": 1}\nmore\nand more\n",
        expect![[r#"
        1: `{"a": 1}` describes no topic and no partition
          expected the output of `kafka-topics.sh --describe`, with lines such as `Topic: orders	Partition: 0	Leader: 1	Replicas: 1,2,3	Isr: 1,2,3`
    "#]],
    );
    check(
        "Topic: a\tPartitionCount: 1\tReplicationFactor: 2\tConfigs: x=1\n",
        expect![[r#"
        1: no topic here has a line for any partition (`--topics-with-overrides`?)
          expected the output of `kafka-topics.sh --describe`, with lines such as `Topic: orders	Partition: 0	Leader: 1	Replicas: 1,2,3	Isr: 1,2,3`
    "#]],
    );
}

/// What the simulator prints as the tool is read back as it was.
#[test]
fn what_is_printed_is_read() {
    let text = Sample { brokers: 7, racks: 3, topics: 40, partitions: 9 }.describe();
    let described = read(&text).expect("it is a description");
    assert_eq!(described.notes, []);
    let mut lines = text.lines();
    let printed = described.topics.into_iter().map(|topic| TopicDescription {
        name: topic.name,
        id: lines.find_map(|line| Some(line.split_once("TopicId: ")?.1.get(..22)?.to_owned())),
        configs: topic.configs,
        partitions: topic.partitions.into_iter().map(|partition| partition.state).collect(),
    });
    let printed: String = printed.map(|topic| topic.text()).collect();
    assert_eq!(printed, text);
}
