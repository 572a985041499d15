//! What is taken, and how it is printed.

use epochscope_scenario::format::{parse, parse_step, print, print_step};
use expect_test::expect;

use crate::{HEADER, rendered, said_of_steps};

/// The canonical form of steps below the common header.
fn printed(steps: &str) -> String {
    let parsed = parse(format!("{HEADER}{steps}").as_bytes());
    match parsed {
        Ok(parsed) => {
            let text = print(&parsed.scenario);
            text.split_once("\n\n").map(|(_, steps)| steps.to_owned()).unwrap_or_default()
        }
        Err(errors) => rendered(&errors),
    }
}

#[test]
fn every_statement() {
    let steps = "\
run for=10s
run until=31s show=leadership,metadata
run until leader orders-0 = 1 and isr orders-0 includes 1,2 or lost \"a\" within=30s
run until=settled
kill 1 losing=unflushed
kill 1,2 losing=3
kill rack:a
start brokers after=2s
stop 1..2
pause 1 for=12s
resume 1
wipe 3
cut 1,2 3
cut 1 to 101
cut 1
cut controllers
cut checkout 1
heal 1 to 101
heal 1
heal
delay 1 to 2 by=50ms
drop 1 to 2 rate=10%
slow 3 by=20ms
hold Fetch from=1 to=2 response=true topic=orders
hold *
release Fetch from=1 to=2 count=1
discard Produce from=checkout
checkpoint 1
flush brokers
create late partitions=2 replicas=1,2;2,3 via=controller min.insync.replicas=2
delete late via=1
alter topic orders min.insync.replicas= unclean.leader.election.enable=true
alter broker 3 unclean.leader.election.enable=true
alter brokers min.insync.replicas=2
elect preferred
elect preferred orders-0 orders-1
elect unclean orders-0
describe
describe orders
produce checkout records=10
produce checkout orders-0 \"a\" \"b c\" key=k metadata=fresh
load checkout rate=20/s for=10s
load checkout off
producer other topic=logs-2024 acks=0
consumer more topic=logs-2024 manual=true client.rack=b
request Produce orders-0 \"v\" to=1 acks=1 timeout.ms=9000
request Fetch orders-0 to=1 offset=0 current-leader-epoch=0 client.rack=b as=probe
request OffsetForLeaderEpoch orders-0 to=1 epoch=0 current-leader-epoch=0
list-offsets orders-0 latest
consume audit records=5 for=2s
seek billing orders-0 offset=5
refresh checkout
say It is # not a comment, \"quoted\" or not.
marker here
focus orders-0
focus 1
focus topic:orders
focus \"a record\"
view stage
ask Which?
  option \"this\" correct=true because=\"it is\"
  option \"that\"
expect response probe = \"{}\"
always leader orders-0 in 1,2 as=steady
end steady
never lost \"a\"
eventually log orders-0@1 = \"a.0\" within=30s
";
    assert_eq!(printed(steps), steps);
}

#[test]
fn every_observation() {
    let steps = "\
expect leader orders-0 = 1
expect leader logs-2024-0@101 = none
expect isr orders-0@1 = 1,2
expect elr orders-0 = none
expect last-known-elr orders-0 excludes 1
expect replicas orders-0 = 1,2,3
expect leader-epoch orders-0 >= 1
expect partition-epoch orders-0 != 0
expect leader-recovery orders-0 = recovered
expect presumed-leaders orders-0 = 1,2
expect role orders-0@1 in leader,follower
expect high-watermark orders-0@1 <= 10
expect follower-offset orders-0@1 2 = none
expect maximal-isr orders-0@1 = 1
expect log orders-0@1 = \"a.0 b.0\"
expect epoch-cache orders-0@1 includes \"0:0\"
expect broker 1 = running
expect registration 1 = unfenced
expect broker-epoch 1 > 0
expect metadata-offset 101 > 3
expect active-controller = 101
expect controller-epoch = 1
expect quorum-role 101 = leader
expect quorum-epoch controller = 1
expect acked \"a\"
expect lost \"a\" = false
expect acked-lost = 0
expect acked-count orders-0 = 10
expect result checkout = acked
expect result checkout \"a\" in pending,NOT_ENOUGH_REPLICAS
expect result admin != pending
expect errors checkout NOT_LEADER_OR_FOLLOWER = 2
expect read billing \"a\"
expect position billing orders-0 = 3
expect client-leader checkout orders-1 = none
expect under-replicated = 0
expect leader-count 1 = 2
expect diverged orders-0 != true
expect violated = none
expect violated includes AckedSurvives
expect violated-unexcused = L1,HwBounds
expect held * = 0
expect event became-leader orders-0 = 1
expect event paused 1 = 0
";
    assert_eq!(printed(steps), steps);
}

#[test]
fn other_spellings_have_one_form() {
    let steps = "\n\n  # Above.\n\n   @2s   kill   1 # beside\n| 2.000 trace\n\n\n@+500ms kill 2\n\
                 only 4.1 heal\nexpect lost \"a\" = true\nrun until acked \"a\" within=1m\n\
                 expect leader orders-0@controller:101 = 1\nrun   show=ack for=1000ms\n# End.\n";
    expect![[r##"
        # Above.
        @2s kill 1   # beside

        @+500ms kill 2
        only 4.1 heal
        expect lost "a"
        run until acked "a"
        expect leader orders-0@101 = 1
        run for=1s show=ack
        # End.
    "##]]
    .assert_eq(&printed(steps));
}

#[test]
fn the_header_has_one_order() {
    let text = "# Top.\nepochscope 1\n\nconsumer c topic=t client.rack=\"a b\"\ntopic t partitions=1 # T\n\
                # Said by hand.\nseed 1\nnetwork c 1 latency=5ms\nnetwork a b jitter=1ms\n\
                feature metadata.version=4.1-IV1 eligible.leader.replicas.version=0\n\
                config brokers retention.ms=1\nbrokers 1,2@a 3@a 5@b\ntitle  T  itle \n";
    let text = text.replace("config brokers retention.ms=1", "config brokers log.retention.ms=1");
    let printed = parse(text.as_bytes()).map(|parsed| print(&parsed.scenario));
    expect![[r##"
        # Top.
        epochscope 1
        title    T  itle
        kafka    4.3
        # Said by hand.
        seed     1
        brokers  1..3@a 5@b
        network  c 1 latency=5ms
        network  a b jitter=1ms
        config   brokers log.retention.ms=1
        feature  eligible.leader.replicas.version=0
        feature  metadata.version=4.1-IV1
        topic    t partitions=1   # T
        consumer c topic=t client.rack="a b"
    "##]]
    .assert_eq(&printed.unwrap_or_else(|errors| rendered(&errors)));
}

#[test]
fn known_settings_that_are_not_modelled_are_kept_and_said() {
    let steps = "alter topic orders retention.ms=1000\ncreate late cleanup.policy=compact\n";
    expect![[r#"
        s:10:20: warning: `retention.ms` is not modelled: it has no effect here
          alter topic orders retention.ms=1000
                             ^^^^^^^^^^^^
          leave it out, or keep it as a note
        s:11:13: warning: `cleanup.policy` is not modelled: it has no effect here
          create late cleanup.policy=compact
                      ^^^^^^^^^^^^^^
          leave it out, or keep it as a note
    "#]]
    .assert_eq(&said_of_steps(steps));
    assert_eq!(printed(steps), steps);
}

#[test]
fn a_statement_beside_an_open_scenario() {
    let parsed = parse(format!("{HEADER}run for=10s\ncreate late partitions=1\n").as_bytes());
    let scenario = parsed.expect("the header is good").scenario;
    let one = |text: &str| match parse_step(text, &scenario) {
        Ok(step) => print_step(&step),
        Err(errors) => rendered(&errors),
    };
    expect!["@3s kill 1 losing=1"].assert_eq(&one("@3s  kill 1   losing=1"));
    expect!["expect leader late-0 = 1"].assert_eq(&one("expect leader late-0 = 1"));
    expect![[r#"
        s:1:15: error: there is no topic `later` here
          expect leader later-0 = 1
                        ^^^^^
          did you mean `late`?
    "#]]
    .assert_eq(&one("expect leader later-0 = 1"));
    expect![[r#"
        s:2:1: error: one statement at a time
          kill 2
          ^^^^^^
          leave the other lines out
    "#]]
    .assert_eq(&one("kill 1\nkill 2"));
    expect![[r#"
        s:1:1: error: an `option` stands below its `ask`
          option "x"
          ^^^^^^^^^^
          begin with `ask`
    "#]]
    .assert_eq(&one("option \"x\""));
    expect![].assert_eq(&one(""));
}
