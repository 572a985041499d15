//! Speaking to a run as a page does.

use epochscope_vocabulary::SimTime;

use super::{Session, Typed};
use crate::fixture::ms;
use crate::session::Action;

fn zombie() -> Session {
    let mut session = Session::built_in("zombie-leader").expect("it runs");
    session.dispatch(Action::Seek(ms(10_000))).expect("never refused");
    session
}

#[test]
fn a_statement_is_said_at_the_playhead_or_at_its_time() {
    let mut session = zombie();
    session.say("pause 2 for=1s").expect("it runs");
    assert_eq!(session.now(), ms(10_000));
    session.say("@+2s kill 3").expect("it runs");
    assert_eq!(session.now(), ms(12_000));
    session.say("@11s flush 1").expect("it runs");
    assert_eq!(session.now(), ms(11_000));
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let mut session = zombie();
    let table = [
        ("resume 1", 1, "cannot resume broker 1: it runs", None),
        ("@15s resume 1", 1, "cannot resume broker 1: it runs", None),
        ("kill 7", 6, "there is no broker or controller 7", Some("brokers here: `1`, `2` or `3`")),
        (
            "@5s say Hello",
            1,
            "`say` is not said to a cluster",
            Some("write it into the scenario's text"),
        ),
        (
            "run for=1s",
            1,
            "`run` is not said to a cluster",
            Some("play, or go to another moment on the time bar"),
        ),
        (
            "marker here",
            1,
            "`marker` is not said to a cluster",
            Some("write it into the scenario's text"),
        ),
    ];
    for (line, column, message, fix) in table {
        let error = session.say(line).expect_err(line);
        let found = (error.column, error.message.as_str(), error.fix.as_deref());
        assert_eq!(found, (column, message, fix), "{line}");
        assert_eq!(session.now(), ms(10_000), "{line}");
    }
    assert!(session.dispatch(Action::Undo).is_ok());
    assert!(session.now() > SimTime::ZERO);
}

#[test]
fn typing_tells_what_is_missing_and_what_is_wrong() {
    let mut session = zombie();
    let kind = |session: &Session, line: &str| match session.check(line) {
        Typed::Empty => "empty",
        Typed::Unfinished(_) => "unfinished",
        Typed::Wrong(_) => "wrong",
        Typed::Whole => "whole",
    };
    let table = [
        ("", "empty"),
        ("ki", "unfinished"),
        ("kill 1", "whole"),
        ("kill 9", "wrong"),
        ("run for=1s", "wrong"),
        ("refresh late", "wrong"),
    ];
    for (line, expected) in table {
        assert_eq!(kind(&session, line), expected, "{line}");
    }
    session.say("producer late topic=orders").expect("good");
    assert_eq!(kind(&session, "refresh late"), "whole");
    let offered = session.complete("refresh l", 9);
    let texts: Vec<&str> = offered.items.iter().map(|item| &*item.text).collect();
    assert_eq!(texts, ["late", "legacy"]);
}
