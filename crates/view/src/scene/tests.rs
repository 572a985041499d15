//! The scene of two leaders as text: what a painter would get.

use std::fmt::Write as _;
use std::sync::Arc;

use epochscope_vocabulary::{BrokerId, LeaderEpoch, Offset, SimTime};
use expect_test::expect;

use super::build::{Surroundings, scene};
use super::{Chip, ChipMark, MetadataLag, Promise, Quorum, Reading, Role, Scene};
use crate::fixture;
use crate::palette::epoch_letter;
use crate::timeline::{Timeline, TimelineBuilder};
use crate::trace::History;

fn history(reading: &Reading) -> History {
    let mut history = History::default();
    history.follow(fixture::trace(reading).iter());
    history
}

fn around() -> Surroundings {
    Surroundings {
        timeline: Arc::new(Timeline::default()),
        recent: Arc::new([]),
        steps: Arc::new([]),
        caption: None,
        question: None,
        forks: Arc::new([]),
    }
}

fn of(reading: &Reading) -> Scene {
    scene(reading, &history(reading), around(), None)
}

/// One line a cell: `9 a order-9 hollow acked differs`.
fn drawn(scene: &Scene) -> String {
    let mut text = String::new();
    for broker in &scene.brokers {
        let replica = broker.replica.as_ref().expect("a replica");
        let (hw, leo) = (replica.high_watermark, replica.log_end_offset);
        let isr = replica.part.0.to_ascii_lowercase();
        let _ = writeln!(text, "broker {} {:?} {isr} HW {hw} LEO {leo}", broker.id, replica.role);
        for cell in replica.cells.iter().filter(|cell| cell.offset >= Offset(8)) {
            let fill = if cell.is_committed { "filled" } else { "hollow" };
            let _ = write!(text, "  {} {} {}", cell.offset, epoch_letter(cell.epoch), cell.text);
            let promise = match cell.promise {
                Promise::None => "",
                Promise::Acknowledged => " acked",
                Promise::Waiting => " waits",
            };
            let differs = if cell.differs { " differs" } else { "" };
            let _ = writeln!(text, " {fill}{promise}{differs}");
        }
        for ghost in &replica.ghosts {
            let broken = if ghost.promise_broken { " promise broken" } else { "" };
            let _ = writeln!(text, "  {} ghost {}{broken}", ghost.offset, ghost.text);
        }
    }
    text
}

#[test]
fn a_stale_leader_holds_records_that_the_true_one_has_not() {
    let reading = fixture::two_leaders();
    let scene = of(&reading);
    expect![[r#"
        broker 1 StaleLeader not in isr HW 9 LEO 12
          8 a legacy-8 filled
          9 a order-9 hollow acked differs
          10 a order-10 hollow acked differs
          11 a order-13 hollow waits differs
        broker 2 Leader in isr HW 11 LEO 12
          8 a legacy-8 filled
          9 b order-11 filled acked
          10 b order-12 filled acked
          11 b order-14 hollow waits
        broker 3 Follower(BrokerId(2)) in isr HW 11 LEO 12
          8 a legacy-8 filled
          9 b order-11 filled
          10 b order-12 filled
          11 b order-14 hollow
          9 ghost order-9 promise broken
    "#]]
    .assert_eq(&drawn(&scene));
    assert_eq!(scene.rows.diverged, Some((Offset(9), Offset(12))));
    let partition = scene.partition.as_ref().expect("a partition");
    assert_eq!(partition.acting_leaders, [BrokerId(1), BrokerId(2)]);
}

#[test]
fn of_many_brokers_those_are_named_that_lack_metadata() {
    let quorum = |lags: &[MetadataLag]| Quorum {
        controllers: Vec::new(),
        committed: None,
        brokers: (1..).zip(lags).map(|(id, lag)| (BrokerId(id), Offset(4), *lag)).collect(),
    };
    let (current, behind, down) = (MetadataLag::UpToDate, MetadataLag::Behind, MetadataLag::Down);
    let told = |lags: &[MetadataLag]| crate::narration::readers(&quorum(lags));
    assert_eq!(told(&[current, current]), "2 of 2 brokers are up to date");
    let some = "2 of 5 brokers are up to date; behind: 2; down: 4, 5";
    assert_eq!(told(&[current, behind, current, down, down]), some);
}

#[test]
fn chips_tell_apart_without_colour() {
    let chip = |role: Role, in_isr: bool| {
        let partition = fixture::two_leaders().shown.expect("a partition");
        let (high_watermark, log_end_offset) = (Offset(0), Offset(0));
        let (name, leader_epoch) = ("orders-1".into(), LeaderEpoch(0));
        Chip { partition, name, role, leader_epoch, in_isr, high_watermark, log_end_offset }.mark()
    };
    assert_eq!(chip(Role::Leader, true), ChipMark::Leads);
    assert_eq!(chip(Role::StaleLeader, false), ChipMark::Stale);
    assert_eq!(chip(Role::Follower(BrokerId(1)), true), ChipMark::InSync);
    assert_eq!(chip(Role::Follower(BrokerId(1)), false), ChipMark::Out);
    assert_eq!(chip(Role::Leaderless, true), ChipMark::InSync);
    assert_eq!(chip(Role::Crashed, true), ChipMark::Out);
    assert_eq!(chip(Role::Stopped, true), ChipMark::Out);
}

#[test]
fn what_has_not_changed_is_the_same_value() {
    let mut reading = fixture::two_leaders();
    let before = of(&reading);
    reading.brokers[0].inbox = 3;
    reading.at = fixture::ms(32_007);
    let after = scene(&reading, &history(&reading), around(), Some(&before));
    assert!(!Arc::ptr_eq(&before.brokers[0], &after.brokers[0]));
    assert!(Arc::ptr_eq(&before.brokers[1], &after.brokers[1]));
    assert!(Arc::ptr_eq(&before.quorum, &after.quorum));
    assert!(Arc::ptr_eq(&before.clients[2], &after.clients[2]));
    assert!(Arc::ptr_eq(&before.messages[0], &after.messages[0]));
}

#[test]
fn a_message_keeps_its_lane_when_others_arrive() {
    let mut reading = fixture::two_leaders();
    let before = of(&reading);
    let lane = |scene: &Scene, label: &str| {
        scene.messages.iter().find(|m| &*m.label == label).map(|m| m.lane)
    };
    assert_eq!(lane(&before, "order-15"), Some(1));
    assert_eq!(lane(&before, "Fetch 9, epoch 0"), Some(2));
    reading.messages.retain(|message| message.label != "Fetch 12, epoch 1");
    let after = scene(&reading, &history(&reading), around(), Some(&before));
    assert_eq!(lane(&after, "order-15"), Some(1));
    assert_eq!(lane(&after, "Fetch 9, epoch 0"), Some(2));
}

#[test]
fn a_message_is_where_the_time_says() {
    let scene = of(&fixture::two_leaders());
    let message = &scene.messages[0];
    let progress = |at: SimTime| message.progress(at);
    assert_eq!(progress(fixture::ms(32_000)), 0);
    assert_eq!(progress(fixture::ms(32_006)), 500);
    assert_eq!(progress(SimTime(32_006_500)), 625);
    assert_eq!(progress(fixture::ms(40_000)), 1000);
}

#[test]
fn a_sleeping_leader_is_no_split_brain_until_it_wakes() {
    let reading = fixture::two_leaders();
    let partition = reading.shown.expect("a partition");
    let mut start = reading.partitions[0].clone();
    (start.leader, start.leader_epoch) = (Some(BrokerId(1)), LeaderEpoch(0));
    let mut builder = TimelineBuilder::new(partition, Some(&start));
    for event in fixture::trace(&reading) {
        builder.take(&event, &reading.names);
    }
    let timeline = builder.timeline(fixture::ms(40_000));
    let bands: Vec<String> = timeline
        .bands
        .iter()
        .map(|b| format!("{} {} {} to {} {:?}", b.broker, b.epoch, b.from, b.to, b.acts))
        .collect();
    expect![[r#"
        1 0 0.000 to 20.000 Running
        1 0 20.000 to 32.000 Paused
        2 1 29.287 to 40.000 Running
        1 0 32.000 to 40.000 Running"#]]
    .assert_eq(&bands.join("\n"));
    assert_eq!(timeline.split_brain, [(fixture::ms(32_000), fixture::ms(40_000))]);
}

#[test]
fn a_controller_that_is_cut_off_says_from_whom() {
    use crate::session::{Action, Session};
    let mut session = Session::built_in("controller-cut-off").expect("it runs");
    while !session.look_ahead(10_000) {}
    session.dispatch(Action::Seek(fixture::ms(6_000))).expect("seeking is never refused");
    let scene = session.scene();
    let cuts: Vec<&str> = scene.quorum.controllers.iter().map(|one| &*one.cut_off).collect();
    assert_eq!(cuts, ["controllers", "101", "101"]);
}
