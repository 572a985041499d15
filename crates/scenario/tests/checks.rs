//! Standing checks: each failure is told once, and none is swallowed by another.

use epochscope_scenario::format::parse;
use epochscope_scenario::run::run;

#[test]
fn a_check_that_fails_when_another_begins_is_told() {
    let text = "epochscope 1\nbrokers 1..3\ncontrollers 101..103\ntopic t replicas=1,2,3\n\
        eventually leader t-0 = 2 within=1us\nrun for=2us\nalways leader t-0 = 1\nrun for=1s\n";
    let report = run(&parse(text.as_bytes()).expect("it is right").scenario).expect("it runs");
    let failed: Vec<u32> = report.failures.iter().map(|failure| failure.line).collect();
    assert_eq!(failed, [5], "{}", report.text);
}

#[test]
fn a_load_without_an_end_stops_at_the_limit_of_records() {
    let text = "epochscope 1\nbrokers 1..3\ncontrollers 101..103\ntopic t replicas=1,2,3\n\
        producer p topic=t\nproduce p records=99000\nload p rate=1000/s\nrun for=5s\n";
    let report = run(&parse(text.as_bytes()).expect("it is right").scenario).expect("it runs");
    let stopped = report.stopped.expect("more are sent than may be");
    assert_eq!(stopped.line, 8);
    assert_eq!(stopped.reason, "more than 100000 records are sent: end the load before");
}
