//! Lines said beside a run: what they may speak of, and why they are refused.

use epochscope_scenario::acting::{Acting, Refusal, context, read};
use epochscope_scenario::format::parse;
use epochscope_scenario::player::Player;
use epochscope_vocabulary::SimTime;

const TEXT: &str = "\
epochscope 1
brokers 1..3
topic orders partitions=1 replicas=1,2,3
producer shop topic=orders

run for=10s
";

fn acting() -> Acting {
    let scenario = parse(TEXT.as_bytes()).expect("good").scenario;
    Acting::new(Player::new(scenario).expect("it begins"))
}

const fn second(seconds: u64) -> SimTime {
    SimTime(seconds * 1_000_000)
}

#[test]
fn a_line_may_speak_of_what_was_said_before_it() {
    let mut run = acting();
    let refused = run.act(second(1), "consume late records=1");
    assert!(matches!(refused, Err(Refusal::Text(_))), "{refused:?}");
    run.act(second(1), "consumer late topic=orders manual=true").expect("good");
    run.act(second(2), "consume late records=1").expect("it is there now");
    let refusal = run.act(second(3), "resume 1").expect_err("it runs");
    assert_eq!(refusal.to_string(), "cannot resume broker 1: it runs");
    // What was refused has not been said.
    run.act(second(3), "kill 1").expect("good");
    let refusal = run.act(second(4), "pause 1").expect_err("it is down");
    assert_eq!(refusal, Refusal::Rejected("cannot pause broker 1: it is down".to_owned()));
}

#[test]
fn what_was_said_after_the_playhead_is_not_known() {
    let mut run = acting();
    run.act(second(5), "producer late topic=orders").expect("good");
    assert!(read("refresh late", &context(&run.player)).is_ok());
    run.player.seek(second(1));
    assert!(read("refresh late", &context(&run.player)).is_err());
}

#[test]
fn only_the_cluster_is_spoken_to() {
    let run = acting();
    for (line, verb) in [("run for=1s", "run"), ("@2s say Hello", "say"), ("marker x", "marker")] {
        assert_eq!(run.read(line), Err(Refusal::NotSaidToTheCluster(verb.to_owned())), "{line}");
    }
    assert!(run.read("only 3.9 kill 1").is_err());
    let order = run.read("@+2s   kill  1").expect("good");
    assert_eq!((order.text().as_str(), order.at(second(3))), ("kill 1", second(5)));
}
