//! What is refused in a header, and how.

use crate::said;
use expect_test::expect;

#[test]
fn the_example_of_the_reference() {
    let text = "epochscope 1\nkafka 4.1\nseed 7\nbrokers 1..3\ncontrollers 101..103\n# Orders.\n\
                topic orders partitions=1 min.insync.replica=2\n";
    expect![[r#"
        s:7:27: error: `min.insync.replica` is not a topic setting
          topic orders partitions=1 min.insync.replica=2
                                    ^^^^^^^^^^^^^^^^^^
          did you mean `min.insync.replicas`?
    "#]]
    .assert_eq(&said(text));
}

#[test]
fn a_version_is_needed_and_known() {
    expect![[r#"
        s:1:1: error: the scenario is empty
          begin with `epochscope 1`
    "#]]
    .assert_eq(&said(""));
    expect![[r#"
        s:1:1: error: the scenario is empty
          # nothing but a comment
          ^
          begin with `epochscope 1`
    "#]]
    .assert_eq(&said("# nothing but a comment\n"));
    expect![[r#"
        s:1:1: error: the first line does not say which version of the language this is
          brokers 1..3
          ^^^^^^^
          begin with the line `epochscope 1`
    "#]]
    .assert_eq(&said("brokers 1..3\n"));
    expect![[r#"
        s:1:12: error: version `2` of the language is not known
          epochscope 2
                     ^
          write `epochscope 1`
    "#]]
    .assert_eq(&said("epochscope 2\nbrokers 1\n"));
    expect![[r#"
        s:1:1: error: `epochscope` lacks a text
          epochscope
          ^^^^^^^^^^
          write `epochscope 1`
    "#]]
    .assert_eq(&said("epochscope\nbrokers 1\n"));
}

#[test]
fn what_kafka_refuses_when_it_starts() {
    let text = "epochscope 1\nkafka 4.1\nbrokers 1..4\n\
                feature metadata.version=3.9-IV0 eligible.leader.replicas.version=1\n\
                config replica.lag.time.max.ms=400\n\
                config broker=2 log.dirs=/a,/b,/a/\nconfig broker=3 log.dirs=,\n";
    expect![[r#"
        s:4:1: error: eligible.leader.replicas.version could not be set to 1 because it depends on metadata version 4.0-IV1: this cluster has 3.9-IV0
          feature metadata.version=3.9-IV0 eligible.leader.replicas.version=1
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          leave it out, or write `feature metadata.version=4.0-IV1` or later
        s:5:1: error: `replica.fetch.wait.max.ms` must be less than or equal to `replica.lag.time.max.ms` to prevent frequent changes in ISR: 500 is more than 400
          config replica.lag.time.max.ms=400
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          write `replica.lag.time.max.ms=500` or more, or a smaller `replica.fetch.wait.max.ms`
        s:6:26: error: duplicate log directory found: /a/
          config broker=2 log.dirs=/a,/b,/a/
                                   ^^^^^^^^^
          name each directory once
        s:7:26: error: at least one log directory must be defined
          config broker=3 log.dirs=,
                                   ^
          name one: `log.dirs=/d0`
    "#]]
    .assert_eq(&said(text));
    let text = "epochscope 1\nbrokers 1..2\nconfig replica.fetch.wait.max.ms=20000\n\
                config broker=2 replica.socket.timeout.ms=10000\nconfig broker=1 log.dirs=a\n";
    expect![[r#"
        s:4:1: error: `replica.fetch.wait.max.ms` must be less than or equal to `replica.socket.timeout.ms` to prevent unnecessary socket timeouts: 20000 is more than 10000
          config broker=2 replica.socket.timeout.ms=10000
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          write `replica.socket.timeout.ms=20000` or more, or a smaller `replica.fetch.wait.max.ms`
    "#]]
    .assert_eq(&said(text));
    let fine = "epochscope 1\nbrokers 1..2\nconfig replica.fetch.wait.max.ms=40000\n\
                config replica.lag.time.max.ms=40000 replica.socket.timeout.ms=40000\n";
    assert_eq!(said(fine), "");
}

#[test]
fn where_nothing_runs_nothing_is_there() {
    let text = "epochscope 1\nbrokers 1..3\ncontrollers 101..103 active=102\nstart cold\n\
                topic orders partitions=1\nproducer shop topic=orders\nstart 1\n";
    expect![[r#"
        s:3:1: error: with `start cold` no controller is active at time 0
          controllers 101..103 active=102
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          leave `active=` out
        s:5:1: error: with `start cold` there is no topic at time 0
          topic orders partitions=1
          ^^^^^^^^^^^^^^^^^^^^^^^^^
          begin it by a step: `@+10s create ...`
        s:6:1: error: with `start cold` there is no client at time 0
          producer shop topic=orders
          ^^^^^^^^^^^^^^^^^^^^^^^^^^
          begin it by a step: `@+10s producer ...`
    "#]]
    .assert_eq(&said(text));
    expect![[r#"
        s:4:1: error: `start cold` stands in line 3 already
          start cold
          ^^^^^^^^^^
          leave one of them out
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1\nstart cold\nstart cold\nstart 1\n"));
    expect![[r#"
        s:4:1: error: `start cold` belongs to the header
          start cold
          ^^^^^^^^^^
          move it above the first step
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1\nstart 1\nstart cold\n"));
}

#[test]
fn lines_that_may_stand_once() {
    let text = "epochscope 1\nseed 1\nseed 2\nbrokers 1\nbrokers 2\ntitle A\ntitle B\n";
    expect![[r#"
        s:3:1: error: `seed` stands in line 2 already
          seed 2
          ^^^^
          leave one of them out
        s:5:1: error: `brokers` stands in line 4 already
          brokers 2
          ^^^^^^^
          leave one of them out
        s:7:1: error: `title` stands in line 6 already
          title B
          ^^^^^
          leave one of them out
    "#]]
    .assert_eq(&said(text));
}

#[test]
fn releases_that_are_unknown_or_not_there_yet() {
    expect![""].assert_eq(&said("epochscope 1\nkafka 3.9\nbrokers 1\n"));
    expect![[r#"
        s:2:11: error: not yet: clusters run by ZooKeeper are not modelled
          kafka 3.9 zookeeper
                    ^^^^^^^^^
          modelled: `3.3`, `3.4`, `3.5`, `3.6`, `3.7`, `3.8`, `3.9`, `4.0.0`, `4.0`, `4.1.0`, `4.1`, `4.2` or `4.3`
    "#]]
    .assert_eq(&said("epochscope 1\nkafka 3.9 zookeeper\nbrokers 1\n"));
    expect![[r#"
        s:2:11: error: Kafka 4.1 has no zookeeper mode
          kafka 4.1 zookeeper
                    ^^^^^^^^^
          leave the word out
    "#]]
    .assert_eq(&said("epochscope 1\nkafka 4.1 zookeeper\nbrokers 1\n"));
    expect![[r#"
        s:2:7: error: `4.l` is no release of Kafka known here
          kafka 4.l
                ^^^
          modelled: `3.3`, `3.4`, `3.5`, `3.6`, `3.7`, `3.8`, `3.9`, `4.0.0`, `4.0`, `4.1.0`, `4.1`, `4.2` or `4.3`
    "#]]
    .assert_eq(&said("epochscope 1\nkafka 4.l\nbrokers 1\n"));
    expect![[r#"
        s:2:1: error: broker 1 cannot register: Kafka 4.0 has no metadata version 4.3-IV0
          kafka broker=1 4.0
          ^^^^^^^^^^^^^^^^^^
          write `feature metadata.version=4.0-IV3`
    "#]]
    .assert_eq(&said("epochscope 1\nkafka broker=1 4.0\nbrokers 1\n"));
}

#[test]
fn nodes() {
    expect![[r#"
        s:1:1: error: the header names no brokers
          epochscope 1
          ^
          add `brokers 1..3`
    "#]]
    .assert_eq(&said("epochscope 1\n"));
    expect![[r#"
        s:2:14: error: there is a broker 2 already
          brokers 1..3 2
                       ^
          name it once
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1..3 2\n"));
    expect![[r#"
        s:2:9: error: the range goes backwards
          brokers 3..1
                  ^^^^
          write `1..3`
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 3..1\n"));
    expect![[r#"
        s:2:9: error: `one` is no number of a node
          brokers one
                  ^^^
          write a node's number, 0 to 2147483647
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers one\n"));
    expect![[r#"
        s:2:12: error: `4000000000` is no number of a node
          brokers 1..4000000000
                     ^^^^^^^^^^
          write a node's number, 0 to 2147483647
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1..4000000000\n"));
    expect![[r#"
        s:2:16: error: there are more than 200 brokers
          brokers 1..150 201..300
                         ^^^^^^^^
          name 200 at most
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1..150 201..300\n"));
    expect![[r#"
        s:3:1: error: not yet: 3 is both broker and controller: combined mode is not modelled
          controllers 3..5
          ^^^^^^^^^^^^^^^^
          give controllers other numbers: `controllers 101..103`
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1..3\ncontrollers 3..5\n"));
    expect![[r#"
        s:3:13: error: there are more than 9 controllers
          controllers 101..110
                      ^^^^^^^^
          name 9 at most
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1\ncontrollers 101..110\n"));
    expect![[r#"
        s:3:28: error: there is no controller 103
          controllers 101 102 active=103
                                     ^^^
          name one of this line
    "#]]
    .assert_eq(&said("epochscope 1\nbrokers 1\ncontrollers 101 102 active=103\n"));
}

#[test]
fn topics() {
    let text = "epochscope 1\nbrokers 1..3\n\
                topic orders replicas=1,2,2\n\
                topic orders replicas=1,9\n\
                topic a partitions=3 replicas=1,2;2,3\n\
                topic b replicas=1,2 replication-factor=2\n\
                topic c replication-factor=4\n\
                topic d partitions=0\n\
                topic e replicas=1,2 leader=3\n\
                topic f leader=1\n\
                topic g partitions=100000\n\
                topic h/i\n\
                topic j min.insync.replicas=0\n\
                topic k acks=all\n\
                topic l retention.ms=1000\n\
                topic m partitions=1 partitions=2\n\
                topic n partitions=1 two words\n\
                topic\n";
    expect![[r#"
        s:3:27: error: broker 2 stands twice among these replicas
          topic orders replicas=1,2,2
                                    ^
          name each broker once for each partition
        s:4:25: error: there is no broker 9
          topic orders replicas=1,9
                                  ^
          brokers here: `1`, `2` or `3`
        s:5:31: error: `replicas` has 2 lists, and `partitions` says 3
          topic a partitions=3 replicas=1,2;2,3
                                        ^^^^^^^
          give a list for each partition, or one for all
        s:6:41: error: `replicas` says how many replicas there are already
          topic b replicas=1,2 replication-factor=2
                                                  ^
          leave this one out
        s:7:28: error: 4 replicas need 4 brokers, and there are 3
          topic c replication-factor=4
                                     ^
          write `replication-factor=3` or less
        s:8:20: error: `0` cannot stand here
          topic d partitions=0
                             ^
          write a whole number from 1 to 100000
        s:9:29: error: broker 3 is not a replica of every partition
          topic e replicas=1,2 leader=3
                                      ^
          name a broker that stands in each list of `replicas`
        s:10:16: error: without `replicas` nobody knows who may lead
          topic f leader=1
                         ^
          add `replicas=`, or leave `leader=` out
        s:12:7: error: `h/i` is no name for a topic
          topic h/i
                ^^^
          use letters, digits, `.`, `_` and `-`
        s:13:29: error: `0` is no value for `min.insync.replicas`
          topic j min.insync.replicas=0
                                      ^
          write a whole number from 1 to 2147483647 (Kafka's default is `1`)
        s:14:9: error: `acks` is not a topic setting
          topic k acks=all
                  ^^^^
          it is a producer setting: write it in a line for those
        s:15:1: error: there are more than 100000 partitions
          topic l retention.ms=1000
          ^^^^^
          make 100000 in all at most
        s:15:9: warning: `retention.ms` is not modelled: it has no effect here
          topic l retention.ms=1000
                  ^^^^^^^^^^^^
          leave it out, or keep it as a note
        s:16:22: error: `partitions` stands here twice
          topic m partitions=1 partitions=2
                               ^^^^^^^^^^
          leave one of them out
        s:17:22: error: `two` is one word too many
          topic n partitions=1 two words
                               ^^^
          write `topic TOPIC [partitions=N] [replication-factor=N] [replicas=1,2,3;2,3,1] [leader=1] [SETTING=VALUE ...]`
        s:18:1: error: `topic` lacks a topic's name
          topic
          ^^^^^
          write `topic TOPIC [partitions=N] [replication-factor=N] [replicas=1,2,3;2,3,1] [leader=1] [SETTING=VALUE ...]`
    "#]].assert_eq(&said(text));
}

#[test]
fn settings() {
    let text = "epochscope 1\nbrokers 1..3\n\
                config replica.lag.time.max.ms=30s\n\
                config replica.lag.time.max=30000\n\
                config brokers unclean.leader.election.enable=yes\n\
                config broker=4 num.partitions=2\n\
                config broker=1 brokers num.partitions=2\n\
                config broker=3 log.dirs=/d1,/d2\n\
                config min.insync.replicas=\n\
                config\n\
                feature eligible.leader.replicas.version=2\n\
                feature metadata.version=3.9-IV0\n\
                feature transaction.version=2\n\
                feature\n\
                network a b latency=1ms\n\
                network 1 latency=1ms\n\
                network 1 2\n";
    expect![[r#"
        s:3:32: error: `30s` is no value for `replica.lag.time.max.ms`
          config replica.lag.time.max.ms=30s
                                         ^^^
          Kafka counts it in milliseconds: write `30000`
        s:4:8: error: `replica.lag.time.max` is not a server setting
          config replica.lag.time.max=30000
                 ^^^^^^^^^^^^^^^^^^^^
          did you mean `replica.lag.time.max.ms`?
        s:5:47: error: `yes` is no value for `unclean.leader.election.enable`
          config brokers unclean.leader.election.enable=yes
                                                        ^^^
          write `true` or `false` (Kafka's default is `false`)
        s:6:15: error: there is no broker 4
          config broker=4 num.partitions=2
                        ^
          brokers here: `1`, `2` or `3`
        s:7:17: error: `broker=` and this word contradict each other
          config broker=1 brokers num.partitions=2
                          ^^^^^^^
          leave one of them out
        s:9:8: error: the value of `min.insync.replicas` is missing
          config min.insync.replicas=
                 ^^^^^^^^^^^^^^^^^^^
          write a whole number from 1 to 2147483647 (Kafka's default is `1`)
        s:10:1: error: no setting is named
          config
          ^^^^^^
          add one: `min.insync.replicas=2`
        s:11:42: error: `2` cannot stand here
          feature eligible.leader.replicas.version=2
                                                   ^
          write a whole number from 0 to 1
        s:13:9: error: not yet: transactions are not modelled
          feature transaction.version=2
                  ^^^^^^^^^^^^^^^^^^^
          leave `transaction.version=` out
        s:14:1: error: no feature is named
          feature
          ^^^^^^^
          add one: `eligible.leader.replicas.version=0`
        s:15:9: error: no broker is in rack `a`
          network a b latency=1ms
                  ^
          give brokers a rack in the header: `brokers 1@a 2@b`
        s:16:9: error: the other end is missing
          network 1 latency=1ms
                  ^
          name two racks or nodes, or none for all links
        s:17:1: error: this changes nothing
          network 1 2
          ^^^^^^^
          add `latency=2ms` or `jitter=1ms`
    "#]]
    .assert_eq(&said(text));
}

#[test]
fn clients() {
    let text = "epochscope 1\nbrokers 1..3\ntopic orders partitions=1\n\
                producer a topic=order\n\
                producer b\n\
                producer to topic=orders\n\
                producer 2c topic=orders\n\
                producer d topic=orders acks=2\n\
                producer e topic=orders acks=1 enable.idempotence=true\n\
                producer f topic=orders max.in.flight.requests.per.connection=6\n\
                producer g topic=orders retries=0 enable.idempotence=true\n\
                producer h topic=orders delivery.timeout.ms=30000\n\
                producer i topic=orders auto.offset.reset=earliest\n\
                consumer j topic=orders auto.offset.reset=first\n\
                consumer k topic=orders manual=yes\n\
                consumer k topic=orders\n";
    expect![[r#"
        s:4:18: error: there is no topic `order` here
          producer a topic=order
                           ^^^^^
          did you mean `orders`?
        s:5:1: error: `producer` needs `topic=`
          producer b
          ^^^^^^^^
          add `topic=TOPIC`
        s:6:10: error: `to` means something else here
          producer to topic=orders
                   ^^
          choose another name: `to`, `all`, `none`, `admin`, `raw`, `controller`, `brokers`, `controllers` and `clients` are taken
        s:7:10: error: `2c` is no name
          producer 2c topic=orders
                   ^^
          a name begins with a letter or `_`, and has letters, digits, `.`, `_`, `-`
        s:8:30: error: `2` is no value for `acks`
          producer d topic=orders acks=2
                                       ^
          write `0`, `1` or `all` (Kafka's default is `all`)
        s:9:25: error: an idempotent producer needs `acks=all`
          producer e topic=orders acks=1 enable.idempotence=true
                                  ^^^^^^
          write `acks=all`, or add `enable.idempotence=false`
        s:10:25: error: an idempotent producer has 5 requests in flight at most
          producer f topic=orders max.in.flight.requests.per.connection=6
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          write 5 at most, or add `enable.idempotence=false`
        s:11:25: error: an idempotent producer must retry
          producer g topic=orders retries=0 enable.idempotence=true
                                  ^^^^^^^^^
          leave `retries=0` out, or add `enable.idempotence=false`
        s:12:25: error: `delivery.timeout.ms` is less than `linger.ms` and `request.timeout.ms`
          producer h topic=orders delivery.timeout.ms=30000
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^
          write 30005 or more, or a smaller `request.timeout.ms`
        s:13:25: error: `auto.offset.reset` is not a producer setting
          producer i topic=orders auto.offset.reset=earliest
                                  ^^^^^^^^^^^^^^^^^
          it is a consumer setting: write it in a line for those
        s:14:43: error: `first` is no value for `auto.offset.reset`
          consumer j topic=orders auto.offset.reset=first
                                                    ^^^^^
          write `latest`, `earliest` or `none` (Kafka's default is `latest`)
        s:15:32: error: `yes` cannot stand here
          consumer k topic=orders manual=yes
                                         ^^^
          write `true` or `false`
        s:16:10: error: there is a client `k` already
          consumer k topic=orders
                   ^
          give this one another name
    "#]].assert_eq(&said(text));
}

#[test]
fn what_is_not_there_yet_ends_no_header() {
    let text = "epochscope 1\nmode model\nstart cold\ntask Find it.\nbrokers 1..3\nbogus\n\
                topic orders partitions=1\n\nkill 1\ntopic late\n";
    expect![[r#"
        s:2:1: error: not yet: model mode is not there
          mode model
          ^^^^
          leave this line out
        s:4:1: error: not yet: exercises are not modelled
          task Find it.
          ^^^^
          `say`, `ask` and `expect` work; leave this line out
        s:6:1: error: there is no statement `bogus`
          bogus
          ^^^^^
          did you mean `focus`?
        s:7:1: error: with `start cold` there is no topic at time 0
          topic orders partitions=1
          ^^^^^^^^^^^^^^^^^^^^^^^^^
          begin it by a step: `@+10s create ...`
        s:10:1: error: `topic` belongs to the header
          topic late
          ^^^^^
          move it above the first step, or write `create` here
    "#]]
    .assert_eq(&said(text));
}

#[test]
fn topics_that_kafka_cannot_tell_apart_and_too_many_replicas() {
    let text = "epochscope 1\nbrokers 1@ 2@a\ntopic a.b\ntopic a_b\n";
    expect![[r#"
        s:2:11: error: `` is no name for a rack
          brokers 1@ 2@a
                    ^
          write it in letters, digits, `.`, `_` and `-`, as in `1@us-east-1a`
        s:4:7: error: `a_b` and `a.b` differ only in `.` and `_`, as no topics may
          topic a_b
                ^^^
          give this one another name
    "#]]
    .assert_eq(&said(text));
    let text = "epochscope 1\nbrokers 1..200\ntopic t partitions=100000 replication-factor=200\n";
    expect![[r#"
        s:2:1: error: not yet: 100 is both broker and controller: combined mode is not modelled
          brokers 1..200
          ^^^^^^^^^^^^^^
          give controllers other numbers: `controllers 101..103`
        s:3:46: error: there are more than 1000000 replicas
          topic t partitions=100000 replication-factor=200
                                                       ^^^
          make 1000000 in all at most
    "#]]
    .assert_eq(&said(text));
}
