//! What can be done with each thing, and that the cluster obeys what is offered.

use epochscope_vocabulary::SimTime;
use expect_test::expect;

use super::{Order, Thing, ThingKind};
use crate::fixture::ms;
use crate::session::{Action, Session};

fn at(name: &str, moment: SimTime) -> Session {
    let mut session = Session::built_in(name).expect("it runs");
    session.advance(moment, u64::MAX);
    session
}

fn listed(session: &Session, kind: ThingKind, name: &str) -> String {
    let thing = Thing::new(kind, name);
    let mut text = format!("{}\n", thing.title());
    let mut group = "";
    for order in session.orders(&thing) {
        if order.group != group {
            group = order.group;
            text.push_str(&format!("{group}\n"));
        }
        assert_eq!(order.blocked, None, "{order:?}");
        let usual = if order.is_usual { "*" } else { " " };
        let said = order.said(&[]);
        text.push_str(&format!(" {usual}{:1} {:32} {said}", order.key, order.label));
        text.push('\n');
    }
    text
}

#[test]
fn a_paused_broker_and_a_cut_that_goes_on() {
    let mut session = at("zombie-leader", ms(28_000));
    session.say("cut 1 2,3").expect("they run");
    session.say("hold Fetch from=1 to=2").expect("they run");
    expect![[r#"
        Broker 1
        Goes on
            Heal: cut 1 2,3                  heal 1 2,3
            End hold: Fetch from=1 to=2      release Fetch from=1 to=2
        Process
         *r Resume                           resume 1
         *k Kill                             kill 1
          l Kill by power loss               kill 1 losing=unflushed
            Kill, losing records…            kill 1 losing=1
            Slow down…                       slow 1 by=20ms
        Network
         *c Cut network                      cut 1
          f Cut from…                        cut 1 2
            Cut what it sends to…            cut 1 to 2
            Cut what it hears from…          cut 2 to 1
          d Delay what it sends to…          delay 1 to 2 by=50ms
            Delay what it hears from…        delay 2 to 1 by=50ms
            Lose some of what it sends to…   drop 1 to 2 rate=10%
            Lose some of what it hears from… drop 2 to 1 rate=10%
        Requests
          h Hold requests to it…             hold Fetch to=1
            Hold its requests…               hold Fetch from=1
            Hold its answers…                hold Fetch from=1 response=true
            Hold answers to it…              hold Fetch to=1 response=true
        Administration
            Change a setting…                alter broker 1 min.insync.replicas=1
    "#]]
    .assert_eq(&listed(&session, ThingKind::Broker, "1"));
    expect![[r#"
        Cluster
        Goes on
            Heal: cut 1 2,3                  heal 1 2,3
            Heal everything                  heal
            End hold: Fetch from=1 to=2      release Fetch from=1 to=2
        Process
         *p Pause                            pause 2,3
            Pause for…                       pause 2,3 for=12s
         *r Resume                           resume 1
         *k Kill                             kill brokers
          l Kill by power loss               kill brokers losing=unflushed
         *s Stop                             stop 2,3
            Flush page cache                 flush 2,3
            Write HW checkpoint              checkpoint 2,3
        Network
         *c Cut brokers from controllers     cut brokers controllers
        Requests
            Hold requests…                   hold Fetch
        Administration
         *e Elect preferred leaders          elect preferred
          t Create a topic…                  create topic partitions=1 replication-factor=3
            Start a producer…                producer shop topic=orders acks=all
            Start a consumer…                consumer reader topic=orders
          i Switch eligible leader replicas… alter feature eligible.leader.replicas.version=0
            Change a default of brokers…     alter brokers min.insync.replicas=1
          d Describe all topics              describe
    "#]]
    .assert_eq(&listed(&session, ThingKind::Cluster, ""));
}

#[test]
fn what_can_be_done_with_everything_else() {
    let mut session = at("zombie-leader", ms(10_000));
    session.say("kill 3").expect("it runs");
    let things = [
        (ThingKind::Broker, "3"),
        (ThingKind::Rack, "us-east-1a"),
        (ThingKind::Controller, "101"),
        (ThingKind::Client, "legacy"),
        (ThingKind::Client, "billing"),
        (ThingKind::Partition, "orders-0"),
        (ThingKind::Topic, "orders"),
        (ThingKind::Link, "1 2"),
        (ThingKind::Cluster, ""),
    ];
    let text: String = things.iter().map(|(kind, name)| listed(&session, *kind, name)).collect();
    expect![[r#"
        Broker 3
        Process
         *s Start                            start 3
            Start after…                     start 3 after=2s
          v Start as another release…        start 3 kafka=4.3
          w Wipe disk                        wipe 3
            Slow down…                       slow 3 by=20ms
        Log directories
          x Fail a log directory…            fail 3 dir=kafka-logs
          z Wipe a log directory…            wipe 3 dir=kafka-logs
        Network
         *c Cut network                      cut 3
          f Cut from…                        cut 3 1
            Cut what it sends to…            cut 3 to 1
            Cut what it hears from…          cut 1 to 3
          d Delay what it sends to…          delay 3 to 1 by=50ms
            Delay what it hears from…        delay 1 to 3 by=50ms
            Lose some of what it sends to…   drop 3 to 1 rate=10%
            Lose some of what it hears from… drop 1 to 3 rate=10%
        Requests
          h Hold requests to it…             hold Fetch to=3
            Hold its requests…               hold Fetch from=3
            Hold its answers…                hold Fetch from=3 response=true
            Hold answers to it…              hold Fetch to=3 response=true
        Administration
            Change a setting…                alter broker 3 min.insync.replicas=1
          u Unregister                       unregister 3
        Rack us-east-1a
        Process
         *p Pause                            pause rack:us-east-1a
            Pause for…                       pause rack:us-east-1a for=12s
         *k Kill                             kill rack:us-east-1a
          l Kill by power loss               kill rack:us-east-1a losing=unflushed
         *s Stop                             stop rack:us-east-1a
            Flush page cache                 flush rack:us-east-1a
            Write HW checkpoint              checkpoint rack:us-east-1a
            Slow down…                       slow rack:us-east-1a by=20ms
        Network
         *c Cut network                      cut rack:us-east-1a
          f Cut from…                        cut rack:us-east-1a 2
            Cut what it sends to…            cut rack:us-east-1a to 2
            Cut what it hears from…          cut 2 to rack:us-east-1a
          d Delay what it sends to…          delay rack:us-east-1a to 2 by=50ms
            Delay what it hears from…        delay 2 to rack:us-east-1a by=50ms
            Lose some of what it sends to…   drop rack:us-east-1a to 2 rate=10%
            Lose some of what it hears from… drop 2 to rack:us-east-1a rate=10%
        Controller 101
        Process
         *p Pause                            pause 101
            Pause for…                       pause 101 for=12s
         *k Kill                             kill 101
         *s Stop                             stop 101
            Slow down…                       slow 101 by=20ms
        Network
         *c Cut network                      cut 101
          b Cut from brokers                 cut 101 brokers
          f Cut from…                        cut 101 1
            Cut what it sends to…            cut 101 to 1
            Cut what it hears from…          cut 1 to 101
          d Delay what it sends to…          delay 101 to 1 by=50ms
            Delay what it hears from…        delay 1 to 101 by=50ms
            Lose some of what it sends to…   drop 101 to 1 rate=10%
            Lose some of what it hears from… drop 1 to 101 rate=10%
        Requests
          h Hold requests to it…             hold Fetch to=101
            Hold its requests…               hold Fetch from=101
            Hold its answers…                hold Fetch from=101 response=true
            Hold answers to it…              hold Fetch to=101 response=true
        Client legacy
        Records
         *s Send a record…                   produce legacy "a"
         *r Send records…                    produce legacy records=10
            Send to a partition…             produce legacy orders-0 "a"
          o Send with old metadata…          produce legacy "a" metadata=stale
         *l Send steadily…                   load legacy rate=20/s
            Send steadily for…               load legacy rate=20/s for=10s
            Refresh metadata                 refresh legacy
        Network
         *c Cut network                      cut legacy
          f Cut from…                        cut legacy 1
            Cut what it sends to…            cut legacy to 1
            Cut what it hears from…          cut 1 to legacy
          d Delay what it sends to…          delay legacy to 1 by=50ms
            Delay what it hears from…        delay 1 to legacy by=50ms
            Lose some of what it sends to…   drop legacy to 1 rate=10%
            Lose some of what it hears from… drop 1 to legacy rate=10%
        Requests
            Hold its requests…               hold Fetch from=legacy
            Hold answers to it…              hold Fetch to=legacy response=true
        Client billing
        Records
         *m Move position…                   seek billing orders-0 offset=0
            Refresh metadata                 refresh billing
        Network
         *c Cut network                      cut billing
          f Cut from…                        cut billing 1
            Cut what it sends to…            cut billing to 1
            Cut what it hears from…          cut 1 to billing
          d Delay what it sends to…          delay billing to 1 by=50ms
            Delay what it hears from…        delay 1 to billing by=50ms
            Lose some of what it sends to…   drop billing to 1 rate=10%
            Lose some of what it hears from… drop 1 to billing rate=10%
        Requests
            Hold its requests…               hold Fetch from=billing
            Hold answers to it…              hold Fetch to=billing response=true
        Partition orders-0
        Requests
            Produce by hand…                 request Produce to=1 orders-0 "a" acks=1
            Fetch by hand…                   request Fetch to=1 orders-0 offset=0
            Ask for the end of an epoch…     request OffsetForLeaderEpoch to=1 orders-0 epoch=0
        Administration
         *e Elect preferred leader           elect preferred orders-0
         *u Elect unclean leader             elect unclean orders-0
         *r Reassign…                        reassign orders-0 replicas=3,2,1
          d Delete records…                  delete-records orders-0 before=10
            Ask for latest offset            list-offsets orders-0 latest
            Ask for earliest offset          list-offsets orders-0 earliest
        Topic orders
        Requests
            Hold requests about it…          hold Fetch topic=orders
        Administration
         *c Change a setting…                alter topic orders min.insync.replicas=1
         *a Add partitions…                  increase orders partitions=2
         *d Describe                         describe orders
            Delete                           delete orders
        Link 1 to 2
        Network
         *c Cut                              cut 1 2
            Cut one way                      cut 1 to 2
            Cut the other way                cut 2 to 1
         *d Delay…                           delay 1 to 2 by=50ms
            Delay the other way…             delay 2 to 1 by=50ms
            Lose some…                       drop 1 to 2 rate=10%
            Lose some the other way…         drop 2 to 1 rate=10%
        Cluster
        Process
         *p Pause                            pause 1,2
            Pause for…                       pause 1,2 for=12s
         *k Kill                             kill 1,2
          l Kill by power loss               kill 1,2 losing=unflushed
         *s Stop                             stop 1,2
         *s Start                            start 3
            Start after…                     start 3 after=2s
            Flush page cache                 flush 1,2
            Write HW checkpoint              checkpoint 1,2
        Network
         *c Cut brokers from controllers     cut brokers controllers
        Requests
            Hold requests…                   hold Fetch
        Administration
         *e Elect preferred leaders          elect preferred
          t Create a topic…                  create topic partitions=1 replication-factor=3
            Start a producer…                producer shop topic=orders acks=all
            Start a consumer…                consumer reader topic=orders
          i Switch eligible leader replicas… alter feature eligible.leader.replicas.version=0
            Change a default of brokers…     alter brokers min.insync.replicas=1
          d Describe all topics              describe
    "#]]
    .assert_eq(&text);
}

/// What begins so, of all that can be done with a thing.
fn lines(session: &Session, kind: ThingKind, name: &str, verbs: &[&str]) -> Vec<String> {
    let orders = session.orders(&Thing::new(kind, name)).into_iter();
    let lines = orders.filter(|order| order.blocked.is_none()).map(|order| order.said(&[]));
    lines.filter(|line| verbs.iter().any(|verb| line.starts_with(verb))).collect()
}

#[test]
fn log_directories_fail_are_repaired_and_emptied() {
    let mut session = at("failed-directory", ms(2));
    let verbs = ["fail", "repair", "wipe"];
    let offered = |session: &Session| lines(session, ThingKind::Broker, "2", &verbs);
    assert_eq!(offered(&session), ["fail 2 dir=/d1"]);
    session.say("fail 2 dir=/d2").expect("it has two");
    assert_eq!(offered(&session), ["fail 2 dir=/d1", "repair 2 dir=/d2"]);
    session.say("kill 2").expect("it runs");
    let down = ["wipe 2", "fail 2 dir=/d1", "repair 2 dir=/d2", "wipe 2 dir=/d1"];
    assert_eq!(offered(&session), down);
}

#[test]
fn a_reassignment_that_goes_on_is_taken_back() {
    let mut session = at("reassignment", ms(500));
    let offered = |session: &Session| {
        lines(session, ThingKind::Partition, "orders-0", &["reassign", "delete-records"])
    };
    let before = ["reassign orders-0 replicas=1,2,4", "delete-records orders-0 before=3"];
    assert_eq!(offered(&session), before);
    session.say("pause 4").expect("it runs");
    session.say("reassign orders-0 replicas=1,2,4").expect("there is a broker 4");
    session.advance(ms(1_500), u64::MAX);
    assert_eq!(offered(&session), ["reassign cancel orders-0", "delete-records orders-0 before=3"]);
}

#[test]
fn controllers_fail_and_come_back_as_brokers_do() {
    let mut session = at("controller-crash", ms(2_000));
    session.say("kill 101").expect("it runs");
    let verbs = ["start", "wipe", "kill", "cut 101 102"];
    let down = lines(&session, ThingKind::Controller, "101", &verbs);
    assert_eq!(down, ["start 101", "start 101 after=2s", "start 101 kafka=4.3", "wipe 101"]);
    let thing = Thing::new(ThingKind::Controller, "101");
    let ends = |order: &Order| order.fields[0].choices.iter().any(|(name, _)| name == "102");
    let orders = session.orders(&thing);
    let cut = orders.iter().find(|order| order.label == "Cut from…").expect("it has links");
    assert!(ends(cut) && !cut.fields[0].choices.iter().any(|(name, _)| name == "101"));
}

#[test]
fn values_take_their_places() {
    let session = at("zombie-leader", ms(10_000));
    let orders = session.orders(&Thing::new(ThingKind::Client, "checkout"));
    let send = orders.iter().find(|order| order.label == "Send a record…").expect("a producer");
    assert_eq!(send.said(&["say \"hi\"".to_owned()]), r#"produce checkout "say \"hi\"""#);
    let delay = orders.iter().find(|order| order.line.starts_with("delay checkout")).expect("one");
    let values = ["2".to_owned(), " 1s ".to_owned()];
    assert_eq!(delay.said(&values), "delay checkout to 2 by=1s");
    assert_eq!(delay.said(&values[..1]), "delay checkout to 2 by=50ms");
}

/// Every order that is offered is a statement that the cluster obeys at that moment, in every
/// shipped scenario; and undoing it leaves the run as it was.
#[test]
fn the_cluster_obeys_what_is_offered() {
    let mut obeyed = 0;
    for shipped in Session::built_in_scenarios() {
        for moment in [0, 7_300, 31_000] {
            let mut session = at(shipped.name, ms(moment));
            for thing in session.things() {
                for order in session.orders(&thing) {
                    assert!(!order.label.is_empty() && !order.line.contains('$'), "{order:?}");
                    if order.blocked.is_some() {
                        continue;
                    }
                    let line = order.said(&[]);
                    let said = session.say(&line);
                    assert!(said.is_ok(), "{} at {moment}: {line}: {said:?}", shipped.name);
                    session.dispatch(Action::Undo).expect("never refused");
                    obeyed += 1;
                }
            }
        }
    }
    assert!(obeyed > 5_000, "{obeyed}");
}

#[test]
fn what_the_cluster_would_refuse_says_why() {
    let mut session = at("zombie-leader", ms(10_000));
    let thing = Thing::new(ThingKind::Rack, "us-east-1a");
    let reason = |session: &Session, line: &str| {
        let order = session.orders(&thing).into_iter().next().expect("one");
        session.why_not(&Order { line: line.to_owned(), fields: Vec::new(), ..order })
    };
    assert_eq!(reason(&session, "stop 1"), None);
    let refused = reason(&session, "resume 1");
    assert_eq!(refused.as_deref(), Some("cannot resume broker 1: it runs"));
    assert_eq!(reason(&session, "kill 9").as_deref(), Some("there is no broker or controller 9"));
    session.say("cut 1 2,3").expect("they run");
    let heal: Vec<String> = session.orders(&Thing::new(ThingKind::Broker, "2"))[..1]
        .iter()
        .map(|order| format!("{}: {:?}", order.label, order.said(&[])))
        .collect();
    assert_eq!(heal, ["Heal: cut 1 2,3: \"heal 1 2,3\""]);
}
