//! The shipped story as a diagram, and what bounds and follows.

use std::sync::Arc;

use epochscope_vocabulary::{RequestId, SimTime};
use expect_test::expect;

use super::{Diagram, Emphasis, MOST_MARKS, MOST_MESSAGES, Sense, Stretch, Wanted, labels};
use crate::fixture::ms;
use crate::layout::Rect;
use crate::palette::epoch_letter;
use crate::session::{Action, Session};

fn session(name: &str, at: SimTime) -> Session {
    let mut session = Session::built_in(name).expect("it runs");
    while !session.look_ahead(10_000) {}
    // What is asked there is asked of readers, not of tests.
    while session.dispatch(Action::Seek(at)).is_ok() && session.is_asking() {
        session.dispatch(Action::Answer(None)).expect("it is open");
    }
    session
}

fn stretch(session: &mut Session) -> Arc<Stretch> {
    loop {
        if let Some(stretch) = session.stretch(1_000) {
            return stretch;
        }
    }
}

fn wanted(at: SimTime) -> Wanted {
    Wanted { width: 1100, at, follow: None }
}

/// A diagram in lines of text, from above.
fn told(diagram: &Diagram) -> String {
    let mut lines: Vec<(i32, String)> = Vec::new();
    for fold in &diagram.axis.folds {
        lines.push((fold.y, format!("~ {}", crate::narration::span(fold.span))));
    }
    for band in &diagram.bands {
        let (x, end) = (band.place.x, band.place.bottom());
        let letter = epoch_letter(band.epoch);
        lines.push((band.place.y, format!("[{letter} {:?} at {x} to {end}]", band.acts)));
    }
    for split in &diagram.split_brain {
        lines.push((split.place.y, format!("!! {}", split.label)));
    }
    for note in &diagram.notes {
        let shown = if note.label_at.is_some() { "" } else { " (no room)" };
        let (x, tone) = (note.place.x, note.tone);
        lines.push((note.place.y, format!("* {x} {tone:?}: {}{shown}", note.label)));
    }
    for arrow in &diagram.arrows {
        let label = arrow.label.as_ref().map_or("-", |(label, _)| label);
        let lost = if arrow.is_lost { " lost" } else { "" };
        let emphasis = match arrow.emphasis {
            Emphasis::Plain => "",
            Emphasis::Followed => " followed",
            Emphasis::Dimmed => " dimmed",
        };
        let text = format!("{} -> {} {:?}: {label}", arrow.ends, arrow.to.y, arrow.sense);
        lines.push((arrow.from.y, format!("{text}{lost}{emphasis}")));
    }
    lines.sort_by_key(|(y, _)| *y);
    let columns: Vec<String> =
        diagram.columns.iter().map(|c| format!("{} {} ({})", c.x, c.name, c.about)).collect();
    let mut text = format!("{} x {}\n{}\n", diagram.width, diagram.height, columns.join(" | "));
    for (y, line) in lines {
        text.push_str(&format!("{y:>5} {line}\n"));
    }
    let (idle, others) = diagram.left_out;
    text.push_str(&crate::narration::left_out(idle, others));
    text
}

#[test]
fn the_zombie_leader_in_space_and_time() {
    let at = ms(32_001);
    let stretch = stretch(&mut session("zombie-leader", at));
    expect![[r#"
        1100 x 1076
        112 legacy (producer, acks=1) | 262 checkout (producer, acks=all) | 412 billing (consumer) | 562 broker 1 (us-east-1a) | 712 broker 2 (us-east-1b) | 862 broker 3 (us-east-1c) | 1012 controller 101 (active)
           12 [a Running at 555 to 94]
           20 broker 1 0.508 to broker 2 0.509 -> 60 Data: nothing new, HW 10
           20 broker 1 0.508 to broker 3 0.509 -> 60 Data: nothing new, HW 10
           77 ~ 19.4 s
           94 [a Paused at 555 to 430]
           94 * 562 Bad: pauses
          111 ~ 7.3 s
          128 * 1012 Meta: fences 1
          145 ~ 25 ms
          162 * 1012 Meta: leader 2
          202 broker 2 27.421 to controller 101 27.422 -> 242 Metadata: Metadata from 74
          202 broker 3 27.421 to controller 101 27.422 -> 242 Metadata: Metadata from 74
          242 controller 101 27.422 to broker 2 27.423 -> 282 Metadata: Metadata committed to 74
          242 controller 101 27.422 to broker 3 27.423 -> 282 Metadata: -
          282 [b Running at 705 to 1066]
          282 broker 3 27.423 to broker 2 27.424 -> 322 Data: Fetch 10, epoch 1
          339 ~ 3.5 s
          356 legacy 31.005 to broker 1 31.006 -> 396 Data: Produce order-10
          356 checkout 31.005 to broker 1 31.006 -> 396 Data: Produce order-11
          413 ~ 994 ms
          430 [a Running at 555 to 510]
          430 !! split brain, 2 ms
          430 * 562 Plain: wakes
          430 broker 1 32.000 to controller 101 32.001 -> 470 Metadata: Metadata from 58
          430 broker 1 32.000 to legacy 32.001 -> 470 Bad: order-10 written, lost later
          430 broker 1 32.000 to controller 101 32.001 -> 470 Data: BrokerHeartbeat
          470 controller 101 32.001 to broker 1 32.002 -> 510 Metadata: Metadata 58 to 82
          470 billing 32.001 to broker 1 32.002 -> 510 Data: Fetch 10, epoch 0
          510 broker 1 32.002 to checkout 32.003 -> 550 Bad: NOT_LEADER_OR_FOLLOWER
          510 broker 1 32.002 to broker 2 32.003 -> 550 Data: Fetch 12, epoch 1
          510 broker 1 32.002 to billing 32.003 -> 550 Bad: FENCED_LEADER_EPOCH
          550 checkout 32.003 to broker 2 32.004 -> 590 Data: Produce order-11
          550 broker 2 32.003 to broker 1 32.004 -> 590 Diverged: diverging: epoch 0…
          590 * 562 Diverged: truncates order-10 and order-11
          590 * 66 Bad: AckedSurvives
          590 broker 2 32.004 to broker 3 32.005 -> 630 Data: order-11
          590 broker 1 32.004 to broker 2 32.005 -> 630 Data: Fetch 10, epoch 1
          630 billing 32.005 to broker 2 32.006 -> 670 Data: Fetch 10, epoch 1
          630 broker 3 32.005 to broker 2 32.006 -> 670 Data: Fetch 11, epoch 1
          630 broker 2 32.005 to broker 1 32.006 -> 670 Data: order-11
          670 * 712 Plain: HW 11
          670 broker 2 32.006 to checkout 32.007 -> 710 Kept: order-11 written
          670 broker 2 32.006 to billing 32.007 -> 710 Data: order-11
          670 broker 1 32.006 to broker 2 32.007 -> 710 Data: Fetch 11, epoch 1
          727 ~ 499 ms
          744 broker 2 32.506 to broker 3 32.507 -> 784 Data: nothing new, HW 11
          784 broker 2 32.507 to broker 1 32.508 -> 824 Data: nothing new, HW 11
          824 broker 1 32.508 to broker 2 32.509 -> 864 Data: Fetch 11, epoch 1
          864 broker 2 32.509 to controller 101 32.510 -> 904 Metadata: AlterPartition
          921 ~ 25 ms
          938 * 1012 Meta: ISR 2,3,1
         1018 controller 101 32.537 to broker 2 32.538 -> 1058 Metadata: AlterPartition
         1058 * 712 Plain: ISR 2,3,1
        Left out: 238 messages without news."#]].assert_eq(&told(&Diagram::of(&stretch, wanted(at))));
}

/// The request of the first message with these words.
fn request(stretch: &Stretch, words: &str) -> RequestId {
    let found = stretch.sendings.iter().find(|sending| sending.label.contains(words));
    found.expect("it was sent").key.request
}

#[test]
fn a_request_is_followed_to_its_answer_and_from_what_led_to_it() {
    let at = ms(32_001);
    let stretch = stretch(&mut session("zombie-leader", at));
    let refused = request(&stretch, "Produce order-11");
    let diagram = Diagram::of(&stretch, Wanted { follow: Some(refused), ..wanted(at) });
    let followed = diagram.arrows.iter().filter(|arrow| arrow.emphasis == Emphasis::Followed);
    let words: Vec<&str> = followed.map(|arrow| &*arrow.words).collect();
    expect![[r#"
        Produce order-11
        Metadata from 58
        Metadata 58 to 82
        NOT_LEADER_OR_FOLLOWER
        Produce order-11
        Metadata"#]]
    .assert_eq(&words.join("\n"));
    assert!(diagram.arrows.iter().all(|arrow| arrow.emphasis != Emphasis::Plain));
    let nobody = Wanted { follow: Some(RequestId(u64::MAX)), ..wanted(at) };
    let plain = Diagram::of(&stretch, nobody);
    assert!(plain.arrows.iter().all(|arrow| arrow.emphasis == Emphasis::Plain));
}

#[test]
fn a_promise_is_kept_or_broken_by_colour_and_by_word() {
    let at = ms(32_001);
    let stretch = stretch(&mut session("zombie-leader", at));
    let find = |words: &str| {
        let found = stretch.sendings.iter().find(|sending| &*sending.label == words);
        found.map(|sending| sending.sense)
    };
    assert_eq!(find("order-10 written, lost later"), Some(Sense::Bad));
    assert_eq!(find("order-11 written"), Some(Sense::Kept));
    assert_eq!(find("NOT_LEADER_OR_FOLLOWER"), Some(Sense::Bad));
}

#[test]
fn there_is_a_most_of_everything_and_the_rest_is_counted() {
    let at = ms(32_001);
    let mut stretch = (*stretch(&mut session("zombie-leader", at))).clone();
    let (sendings, marks) = (stretch.sendings.clone(), stretch.marks.clone());
    for _ in 0..200 {
        stretch.sendings.extend(sendings.iter().filter(|one| one.rank > 0).cloned());
        stretch.marks.extend(marks.iter().cloned());
    }
    let diagram = Diagram::of(&stretch, wanted(at));
    let arrows: usize = diagram.arrows.len();
    assert!(arrows <= MOST_MESSAGES && diagram.notes.len() <= MOST_MARKS);
    let news = stretch.sendings.iter().filter(|one| one.rank > 0).count();
    assert_eq!(diagram.left_out.1, news - MOST_MESSAGES);
    assert!(diagram.height < 8_000, "{}", diagram.height);
}

#[test]
fn words_lie_upon_no_other_words() {
    for name in ["zombie-leader", "zombie-leader-acks-all"] {
        let at = ms(32_001);
        let stretch = stretch(&mut session(name, at));
        for width in [360, 720, 1100, 2000] {
            let diagram = Diagram::of(&stretch, Wanted { width, ..wanted(at) });
            let notes = diagram.notes.iter().filter_map(|note| {
                let place = note.label_at?;
                let width = labels::width(&note.label);
                let x = if note.ends { place.x - width } else { place.x };
                Some(Rect { x, y: place.y - 9, width, height: labels::LINE - 3 })
            });
            let notes: Vec<Rect> = notes.collect();
            for (index, one) in notes.iter().enumerate() {
                assert!(one.x >= 0 && one.right() <= diagram.width, "{name} {width}: {one:?}");
                let lies_on = |other: &Rect| {
                    one.x < other.right()
                        && other.x < one.right()
                        && one.y < other.bottom()
                        && other.y < one.bottom()
                };
                assert!(!notes[index + 1..].iter().any(lies_on), "{name} {width}: {one:?}");
            }
        }
    }
}

#[test]
fn moments_and_heights_agree() {
    let at = ms(32_001);
    let stretch = stretch(&mut session("zombie-leader", at));
    let axis = Diagram::of(&stretch, wanted(at)).axis;
    let mut before = i32::MIN;
    for tick in &axis.ticks {
        assert_eq!(axis.y(tick.at), tick.y);
        assert_eq!(axis.moment(tick.y), tick.at);
        assert!(tick.y > before);
        before = tick.y;
    }
    assert_eq!(axis.y(SimTime::ZERO), axis.top());
    assert_eq!(axis.y(SimTime(u64::MAX)), axis.bottom());
    assert_eq!(axis.moment(i32::MIN), axis.moment(axis.top()));
    // Within folded time too, later is lower.
    let (one, other) = (axis.y(ms(22_000)), axis.y(ms(25_000)));
    assert!(axis.y(ms(20_000)) < one && one < other && other < axis.y(ms(27_300)));
}

#[test]
fn every_shipped_scenario_has_a_diagram_at_any_time() {
    for known in Session::built_in_scenarios() {
        let mut session = session(known.name, ms(600_000));
        let end = session.end();
        for part in 0..=6 {
            let at = SimTime(end.0 / 6 * part);
            session.dispatch(Action::Seek(at)).expect("seeking is never refused");
            let stretch = stretch(&mut session);
            let diagram = Diagram::of(&stretch, wanted(at));
            assert!(diagram.height < 6_000, "{} {at}: {}", known.name, diagram.height);
            // A recorded story begins before its topic is there.
            let is_empty = part == 0 && known.recorded.is_some();
            assert!(is_empty || diagram.columns.len() > 3, "{} {at}", known.name);
        }
    }
}

#[test]
fn what_comes_after_an_open_question_is_not_shown() {
    let mut session = Session::built_in("zombie-leader").expect("it runs");
    while !session.look_ahead(10_000) {}
    session.dispatch(Action::Seek(ms(30_000))).expect("seeking is never refused");
    assert!(session.is_asking());
    let veiled = stretch(&mut session);
    assert!(veiled.to <= ms(30_000));
    assert!(veiled.sendings.iter().all(|sending| sending.sent_at <= ms(30_000)));
    assert!(veiled.sendings.iter().all(|sending| !sending.label.contains("lost")));
    session.dispatch(Action::Answer(None)).expect("it is open");
    assert!(stretch(&mut session).to > ms(32_000));
}

#[test]
fn the_moment_shown_moves_nothing_else() {
    let at = ms(32_001);
    let stretch = stretch(&mut session("zombie-leader", at));
    let diagram = Diagram::of(&stretch, wanted(at));
    for other in [ms(20_500), ms(31_700), SimTime(32_003_400)] {
        let later = Diagram::of(&stretch, wanted(other));
        assert_eq!((&later.axis, &later.arrows), (&diagram.axis, &diagram.arrows));
        assert!(later.at.1.is_some());
    }
}

#[test]
fn the_same_stretch_is_the_same_value_and_an_order_makes_another() {
    let mut session = session("zombie-leader", ms(32_001));
    let one = stretch(&mut session);
    session.dispatch(Action::Step).expect("a step");
    assert!(Arc::ptr_eq(&one, &stretch(&mut session)));
    session.say("kill 3").expect("it runs");
    while !session.look_ahead(10_000) {}
    assert!(stretch(&mut session).marks.iter().any(|mark| &*mark.label == "crashes"));
}
