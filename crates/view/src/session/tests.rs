//! The shipped story through the door that a page uses.

use epochscope_vocabulary::{BrokerId, SimTime};

use super::{Action, Session};
use crate::fixture::ms;
use crate::scene::{ProcessStatus, Role, Scene, Tone};
use expect_test::expect;
use std::sync::Arc;

fn zombie() -> Session {
    let mut session = asked();
    at(&mut session, ms(60_000));
    session.dispatch(Action::Answer(None)).expect("a question may be passed by");
    session.dispatch(Action::Restart).expect("always possible");
    session
}

/// The story with its question still to come.
fn asked() -> Session {
    let mut session = Session::built_in("zombie-leader").expect("it runs");
    while !session.look_ahead(1_000) {}
    session
}

fn at(session: &mut Session, moment: SimTime) -> Arc<Scene> {
    session.dispatch(Action::Seek(moment)).expect("seeking is never refused");
    session.scene()
}

fn role(scene: &Scene, broker: u32) -> Option<Role> {
    let card = scene.brokers.iter().find(|card| card.id == BrokerId(broker))?;
    card.replica.as_ref().map(|replica| replica.role)
}

#[test]
fn every_shipped_scenario_opens_and_has_a_title() {
    for known in Session::built_in_scenarios() {
        let opened = Session::built_in(known.name);
        assert!(opened.is_ok(), "{}: {:?}", known.name, opened.err());
        assert_ne!(known.title, known.name);
    }
}

#[test]
fn the_zombie_is_a_stale_leader_and_then_a_follower() {
    let mut session = zombie();
    assert_eq!(role(&at(&mut session, ms(10_000)), 1), Some(Role::Leader));
    let asleep = at(&mut session, ms(31_500));
    assert_eq!(role(&asleep, 1), Some(Role::StaleLeader));
    assert_eq!(role(&asleep, 2), Some(Role::Leader));
    assert_eq!(asleep.brokers[0].process, ProcessStatus::Paused);
    let after = at(&mut session, ms(40_000));
    assert_eq!(role(&after, 1), Some(Role::Follower(BrokerId(2))));
    assert!(!after.brokers[0].replica.as_ref().expect("a replica").ghosts.is_empty());
}

#[test]
fn two_led_at_once_and_the_time_bar_says_when() {
    let mut session = zombie();
    let timeline = session.scene().timeline.clone();
    let (from, to) = timeline.split_brain.first().copied().expect("a span");
    assert_eq!(from, ms(32_000));
    let between = SimTime(from.0.midpoint(to.0));
    let scene = at(&mut session, between);
    let partition = scene.partition.as_ref().expect("a partition");
    assert_eq!(partition.acting_leaders, [BrokerId(1), BrokerId(2)]);
}

#[test]
fn a_scene_is_new_only_when_something_has_changed() {
    let mut session = zombie();
    let one = at(&mut session, ms(30_000));
    let other = session.scene();
    assert!(Arc::ptr_eq(&one, &other));
    let later = at(&mut session, ms(32_100));
    assert!(!Arc::ptr_eq(&one, &later));
}

#[test]
fn stepping_back_undoes_a_step() {
    let mut session = zombie();
    at(&mut session, ms(31_900));
    session.dispatch(Action::Step).expect("a step");
    let one = session.scene();
    session.dispatch(Action::Step).expect("a step");
    session.dispatch(Action::StepBack).expect("a step back");
    let again = session.scene();
    assert_eq!((one.at, &one.brokers, &one.recent), (again.at, &again.brokers, &again.recent));
}

#[test]
fn an_order_is_obeyed_and_an_impossible_one_is_refused() {
    let mut session = zombie();
    at(&mut session, ms(5_000));
    session.say("kill 3").expect("it runs");
    assert_eq!(role(&session.scene(), 3), Some(Role::Crashed));
    let refusal = session.say("kill 3");
    assert!(refusal.is_err());
    session.say("start 3").expect("it is down");
}

#[test]
fn what_is_wrong_in_a_text_is_shown_at_its_place() {
    let errors = Session::open(b"epochscope 1\nbrokers 1..3\nconfg x=1\n").expect_err("wrong");
    let error = errors.first().expect("one");
    assert_eq!((error.line, error.column), (3, 1));
    assert!(error.excerpt.contains("^^^^^"), "{}", error.excerpt);
}

#[test]
fn no_bytes_at_all_make_a_session_panic() {
    for text in [&b""[..], b"\xff\xfe", b"epochscope 1", b"epochscope 1\nbrokers 1\n"] {
        let _ = Session::open(text);
    }
}

#[test]
fn focus_chooses_the_partition_until_the_reader_does() {
    let text = "epochscope 1\nbrokers 1..3\ncontrollers 101..103\ntopic a replicas=1,2,3\n\
        topic b replicas=2,3,1\n\nrun for=1s\nfocus b-0\nrun for=1s\nfocus a-0\nrun for=1s\n";
    let mut session = Session::open(text.as_bytes()).expect("it is right");
    while !session.look_ahead(1_000) {}
    let shown = |session: &mut Session, moment| {
        at(session, moment).partition.as_ref().map(|partition| partition.name.to_string())
    };
    assert_eq!(shown(&mut session, ms(500)).as_deref(), Some("a-0"));
    assert_eq!(shown(&mut session, ms(1_500)).as_deref(), Some("b-0"));
    let chosen = session.scene().choices[0].0;
    session.dispatch(Action::Show(chosen)).expect("it is there");
    assert_eq!(shown(&mut session, ms(1_600)).as_deref(), Some("a-0"));
    assert_eq!(shown(&mut session, ms(2_500)).as_deref(), Some("a-0"));
    assert_eq!(shown(&mut session, ms(1_500)).as_deref(), Some("b-0"));
}

#[test]
fn time_does_not_pass_a_question_and_nothing_leaks_its_answer() {
    let mut session = asked();
    let scene = at(&mut session, ms(40_000));
    assert_eq!(scene.at, ms(30_000));
    let question = scene.question.as_ref().expect("a question");
    assert!(question.is_open && question.choices.iter().all(|choice| choice.verdict.is_none()));
    assert_eq!(scene.timeline.veil, Some(ms(30_000)));
    assert!(scene.timeline.split_brain.is_empty());
    assert!(scene.timeline.ticks.iter().all(|tick| tick.at <= ms(30_000)));
    assert!(scene.timeline.answers.iter().all(|told| told.tone == Tone::Good));

    session.dispatch(Action::Answer(Some(1))).expect("it waits for one");
    let scene = at(&mut session, ms(30_000));
    let question = scene.question.as_ref().expect("it stays in sight");
    let verdicts = question.choices.iter().filter_map(|choice| choice.verdict.as_ref());
    assert_eq!(verdicts.filter(|verdict| verdict.was_chosen).count(), 1);
    let scene = at(&mut session, ms(40_000));
    assert_eq!((scene.at, scene.timeline.veil), (ms(40_000), None));
    assert!(scene.timeline.answers.iter().any(|told| told.tone == Tone::Bad));
}

#[test]
fn orders_stand_among_the_steps_and_can_be_taken_back() {
    let mut session = zombie();
    at(&mut session, ms(10_000));
    session.say("kill 3").expect("3 runs");
    let own = |scene: &Scene| {
        let steps = scene.steps.iter().filter(|step| step.own.is_some());
        steps.map(|step| format!("{} {}", step.verb, step.rest)).collect::<Vec<_>>()
    };
    assert_eq!(own(&session.scene()), ["kill 3"]);
    assert_eq!(session.scene().forks.len(), 2);
    session.dispatch(Action::Undo).expect("always possible");
    assert!(own(&session.scene()).is_empty());
    assert_eq!((session.now(), session.scene().forks.len()), (ms(10_000), 2));
    session.dispatch(Action::Redo).expect("always possible");
    assert_eq!(own(&session.scene()), ["kill 3"]);
    session.dispatch(Action::OpenFuture(0)).expect("always possible");
    assert!(session.scene().forks[0].is_open);
}

#[test]
fn the_lanes_say_who_was_in_sync_and_when_writes_were_taken() {
    let mut session = zombie();
    let timeline = session.scene().timeline.clone();
    let isr = timeline.isr.iter().map(|span| {
        let isr: Vec<String> = span.isr.iter().map(ToString::to_string).collect();
        format!("{} to {} ISR {}", span.from, span.to, isr.join(","))
    });
    let writes = timeline.writes.iter();
    let writes = writes.map(|span| format!("{} to {} {:?}", span.from, span.to, span.writes));
    expect![[r#"
        0.000 to 27.420806 ISR 1,2,3
        27.420806 to 32.535 ISR 2,3
        32.535 to 60.000 ISR 2,3,1
        0.000 to 20.000 Taken
        20.000 to 27.420806 Silent
        27.420806 to 60.000 Taken"#]]
    .assert_eq(&isr.chain(writes).collect::<Vec<_>>().join("\n"));
}

#[test]
fn one_word_decides_whether_the_record_is_lost() {
    let mut left = zombie();
    at(&mut left, ms(33_000));
    let variations = left.variations();
    let names = variations.iter().map(|v| format!("{} -> {}", v.from, v.to));
    let names: Vec<String> = names.collect();
    expect![[r#"
        acks=1 -> acks=all
        enable.idempotence=true -> enable.idempotence=false
        min.insync.replicas=2 -> min.insync.replicas=1
        unclean.leader.election.enable=false -> unclean.leader.election.enable=true
        eligible.leader.replicas.version=1 -> eligible.leader.replicas.version=0
        kafka 4.1 -> kafka 3.3
        kafka 4.1 -> kafka 3.4
        kafka 4.1 -> kafka 3.5
        kafka 4.1 -> kafka 3.6
        kafka 4.1 -> kafka 3.7
        kafka 4.1 -> kafka 3.8
        kafka 4.1 -> kafka 3.9
        kafka 4.1 -> kafka 4.0.0
        kafka 4.1 -> kafka 4.0
        kafka 4.1 -> kafka 4.1.0
        kafka 4.1 -> kafka 4.2
        kafka 4.1 -> kafka 4.3
        seed 7 -> seed 8"#]]
    .assert_eq(&names.join("\n"));
    let all = variations.iter().find(|v| v.to == "acks=all").expect("legacy has acks=1");
    let mut right = left.twin(all).expect("it runs");
    while !right.look_ahead(1_000) {}
    assert_eq!(right.now(), left.now());
    let (one, other) = (left.outcome(), right.outcome());
    assert_eq!((one.lost_after_ack, other.lost_after_ack), (1, 0));
    let parting = left.parting(&right, None).expect("they part");
    assert_eq!((parting.at, parting.left), (ms(6), None));
    assert_eq!(parting.right.as_deref(), Some("Broker 1 keeps a produce waiting for HW 10"));
    let next = left.parting(&right, Some(parting.at)).expect("and again");
    assert!(next.at > parting.at);
}

#[test]
fn a_future_is_compared_with_another() {
    let mut session = zombie();
    at(&mut session, ms(10_000));
    session.say("kill 3").expect("3 runs");
    let variations = session.variations();
    let scripted = variations.iter().find(|v| v.to == "as scripted").expect("the old future stays");
    assert_eq!(scripted.from, "kill 3 at 10.000 s");
    let mut twin = session.twin(scripted).expect("it is there");
    assert!(twin.scene().brokers.iter().all(|b| b.process == ProcessStatus::Running));
}

#[test]
fn playing_up_to_a_question_shows_it() {
    let mut session = asked();
    at(&mut session, ms(26_000));
    for tenth in 0..60 {
        session.advance(ms(26_000 + 100 * tenth), 1_000_000);
        session.scene();
    }
    let scene = session.scene();
    assert!(session.is_asking() && scene.question.is_some());
    assert_eq!(scene.at, ms(30_000));
}

#[test]
fn a_card_tells_of_the_brokers_other_partitions() {
    let text = b"epochscope 1\nbrokers 1 2 3\ntopic orders partitions=7 replicas=1,2,3\n\
        producer shop topic=orders acks=all\nrun for=10s\nkill 3\nrun for=20s\n";
    let mut session = Session::open(text).expect("it runs");
    while !session.look_ahead(1_000) {}
    let end = session.end();
    let scene = at(&mut session, end);
    let told: Vec<String> = scene.brokers.iter().map(|broker| told(&broker.others)).collect();
    expect![[r#"
        orders-1: Leader. Leader epoch 0, in ISR. High watermark 0, log end offset 0.
        orders-1: Follower of broker 1. Leader epoch 0, in ISR. High watermark 0, log end offset 0.
        orders-1: Crashed; this is what its disk holds. Leader epoch 0, not in ISR. High watermark 0, log end offset 0."#]]
    .assert_eq(&told.join("\n"));
    assert!(scene.brokers.iter().all(|broker| broker.others.len() == 5));
}

fn told(others: &[crate::scene::Chip]) -> String {
    others.first().map(crate::narration::chip).unwrap_or_default()
}

#[test]
fn an_order_is_given_in_other_words_and_those_after_it_again() {
    let mut session = zombie();
    at(&mut session, ms(5_000));
    session.say("kill 3").expect("3 runs");
    at(&mut session, ms(8_000));
    session.say("start 3").expect("3 is down");
    session.reword(0, "stop 3").expect("3 runs");
    let own = |session: &mut Session| -> Vec<String> {
        let scene = session.scene();
        let own = scene.steps.iter().filter(|step| step.own.is_some());
        own.map(|step| format!("{} {} {}", step.at.unwrap_or_default(), step.verb, step.rest))
            .collect()
    };
    assert_eq!(own(&mut session), ["5.000 stop 3", "8.000 start 3"]);
    let refused = session.reword(0, "pause 2").expect_err("3 runs, so it cannot be started");
    assert!(refused.message.starts_with("then `start 3` cannot be obeyed"), "{}", refused.message);
    assert_eq!(own(&mut session), ["5.000 stop 3", "8.000 start 3"]);
    let futures = session.scene().forks.len();
    session.reword(0, "pause 2").expect_err("still");
    assert_eq!(session.scene().forks.len(), futures);
    session.reword(0, "@9s kill 3").expect_err("it keeps its time");
    session.reword(1, "").expect("it may be taken away");
    assert_eq!(own(&mut session), ["5.000 stop 3"]);
    session.say("pause 2").expect("2 runs");
    session.dispatch(Action::Undo).expect("never refused");
    assert_eq!(own(&mut session), ["5.000 stop 3"], "the later order first");
    session.dispatch(Action::Undo).expect("never refused");
    assert_eq!(own(&mut session), ["5.000 stop 3", "8.000 start 3"], "then the change");
}

#[test]
fn a_change_at_a_question_does_not_pass_it() {
    let mut session = asked();
    at(&mut session, ms(1_000));
    session.say("produce checkout records=1").expect("it can");
    at(&mut session, ms(60_000));
    session.reword(0, "produce checkout records=2").expect("it can");
    while !session.look_ahead(1_000) {}
    assert!(session.is_asking());
    assert_eq!(session.now(), ms(30_000));
}

#[test]
fn markers_are_stops_both_ways() {
    let text = b"epochscope 1\nbrokers 1 2 3\ntopic orders\nrun for=1s\nmarker one\nrun for=1s\n\
        marker two\nrun for=1s\nmarker three\nrun for=1s\n";
    let mut session = Session::open(text).expect("it runs");
    while !session.look_ahead(1_000) {}
    let markers = session.scene().timeline.markers.clone();
    assert_eq!(markers.len(), 3);
    for (moment, _) in &markers {
        session.dispatch(Action::StepMarker).expect("never refused");
        assert_eq!(session.now(), *moment);
    }
    session.dispatch(Action::StepMarker).expect("never refused");
    assert_eq!(session.now(), markers[markers.len() - 1].0, "there is none after the last");
    session.dispatch(Action::Seek(session.end())).expect("never refused");
    for (moment, _) in markers.iter().rev() {
        session.dispatch(Action::StepBackMarker).expect("never refused");
        assert_eq!(session.now(), *moment);
    }
}

#[test]
fn cut_links_are_told_at_the_brokers_that_they_end_at() {
    let text = b"epochscope 1\nbrokers 1 2 3\ncontrollers 101 102\ntopic orders replicas=1,2,3\n\
        producer shop topic=orders\nrun for=1s\ncut 1 2,3\nrun for=1s\ncut 1 101,102\n\
        run for=1s\ncut 3 to 101\nrun for=1s\n";
    let mut session = Session::open(text).expect("it runs");
    while !session.look_ahead(1_000) {}
    let mut told = |moment: u64| -> Vec<String> {
        let scene = at(&mut session, ms(moment));
        scene.brokers.iter().map(|broker| broker.cut_off.clone()).collect()
    };
    assert_eq!(told(500), ["", "", ""]);
    assert_eq!(told(1_500), ["2, 3", "1", "1"]);
    assert_eq!(told(2_500), ["2, 3, controllers", "1", "1"]);
    assert_eq!(told(3_500), ["2, 3, controllers", "1", "1, to 101"]);
}

#[test]
fn a_broker_cut_from_all_of_many_is_not_told_each() {
    let text = b"epochscope 1\nbrokers 1..5\ntopic orders replicas=1,2,3\n\
        producer shop topic=orders\nrun for=1s\ncut 1 2,3,4,5\nrun for=1s\n";
    let mut session = Session::open(text).expect("it runs");
    while !session.look_ahead(1_000) {}
    let scene = at(&mut session, ms(1_500));
    let told: Vec<&str> = scene.brokers.iter().map(|broker| &*broker.cut_off).collect();
    assert_eq!(told, ["all brokers", "1", "1", "1", "1"]);
    let words = crate::narration::card(&scene.brokers[0]);
    assert!(words.contains(" Cut off: all brokers."), "{words}");
    assert_eq!(crate::narration::card(&scene.brokers[3]), "Cut off: 1.");
}

#[test]
fn what_comes_after_a_question_is_not_among_the_steps_before_its_answer() {
    let mut session = asked();
    let said = |session: &mut Session| -> Vec<String> {
        let scene = session.scene();
        scene.steps.iter().map(|step| format!("{} {}", step.verb, step.rest)).collect()
    };
    let before = said(&mut session);
    assert_eq!(before.last().map(String::as_str), Some("hidden until you have answered"));
    assert!(!before.iter().any(|step| step.contains("lost")));
    at(&mut session, ms(60_000));
    session.dispatch(Action::Answer(Some(1))).expect("it is asked");
    assert!(said(&mut session).iter().any(|step| step.contains("lost")));
    let asked = session.scene().question.clone().expect("it was asked last");
    assert!(!asked.is_open && !asked.is_past);
    at(&mut session, ms(31_000));
    assert!(session.scene().question.as_ref().is_some_and(|question| question.is_past));
}

#[test]
fn a_story_that_begins_without_a_topic_has_a_length_and_shows_what_is_made() {
    let mut session = Session::built_in("one-replica").expect("it runs");
    while !session.look_ahead(10_000) {}
    let scene = session.scene();
    assert!(scene.partition.is_none() && scene.timeline.end == session.end());
    let steps: Vec<_> = scene.steps.iter().map(|step| step.rest.to_string()).collect();
    assert!(!steps.iter().any(|rest| rest.contains("show=")), "{steps:?}");
    session.dispatch(Action::Seek(SimTime(500_000))).expect("seeking is never refused");
    let scene = session.scene();
    assert!(scene.partition.is_some() && scene.timeline.end == session.end());
}

#[test]
fn a_moment_without_an_end_is_the_last_and_says_why() {
    let text = "epochscope 1\nbrokers 1\nconfig controller.quorum.request.timeout.ms=0 \
                controller.quorum.retry.backoff.ms=0\ntopic t replicas=1\nrun for=10s\n";
    let mut session = Session::open(text.as_bytes()).expect("it opens");
    while !session.look_ahead(10_000) {}
    assert!(session.advance(ms(20_000), u64::MAX));
    let stopped = session.stopped().unwrap_or_default();
    assert!(stopped.starts_with("Line 5 cannot be obeyed: time stands still at 0"), "{stopped}");
}
