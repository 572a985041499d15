//! Layouts of the scene of two leaders, in rooms from a phone to a wide screen.

use std::sync::Arc;

use epochscope_vocabulary::{
    BrokerId, ControllerId, LeaderEpoch, NodeId, Offset, SimDuration, SimTime,
};

use super::timebar::{Scale, lens, ticks};
use super::{
    BYSTANDER, Column, Detail, Form, Layout, NARROWEST, Point, Rect, Room, Route, WIDEST,
    readers_named,
};
use crate::fixture;
use crate::scene::build::{Surroundings, scene};
use crate::scene::{Chip, Message, Reading, Role, Scene};
use crate::timeline::{Timeline, TimelineBuilder};
use crate::trace::History;

fn scene_with(reading: &Reading) -> Scene {
    let around = Surroundings {
        timeline: Arc::new(Timeline::default()),
        recent: Arc::new([]),
        steps: Arc::new([]),
        caption: None,
        question: None,
        forks: Arc::new([]),
    };
    scene(reading, &History::default(), around, None)
}

fn two_leaders() -> Scene {
    scene_with(&fixture::two_leaders())
}

/// The scene with more brokers, each in a rack of its own.
fn with_brokers(count: u32) -> Scene {
    let mut reading = fixture::two_leaders();
    for id in 4..=count {
        let mut broker = reading.brokers[2].clone();
        broker.id = BrokerId(id);
        broker.rack = Some(format!("rack-{id}").into());
        reading.brokers.push(broker);
    }
    scene_with(&reading)
}

const ROOMS: [Room; 5] = [
    Room { width: 340, height: 320 },
    Room { width: 700, height: 600 },
    Room { width: 884, height: 690 },
    Room { width: 1400, height: 900 },
    Room { width: 600, height: 10 },
];

fn overlap(one: Rect, other: Rect) -> bool {
    one.x < other.right()
        && other.x < one.right()
        && one.y < other.bottom()
        && other.y < one.bottom()
}

#[test]
fn nothing_lies_upon_anything_else() {
    for brokers in [3, 5, 9] {
        let scene = with_brokers(brokers);
        for room in ROOMS {
            let layout = Layout::of(&scene, room);
            let cards = layout.columns.iter().map(|column| column.card);
            let clients = layout.clients.iter().map(|(_, place)| *place);
            let all: Vec<Rect> = cards.chain(clients).chain(layout.quorum).collect();
            for (index, one) in all.iter().enumerate() {
                assert!(one.right() <= layout.width && one.bottom() <= layout.height, "{room:?}");
                for other in &all[index + 1..] {
                    assert!(!overlap(*one, *other), "{room:?}: {one:?} and {other:?}");
                }
            }
        }
    }
}

#[test]
fn columns_keep_to_their_bounds_and_then_the_picture_scrolls() {
    for brokers in [3, 9, 30] {
        let scene = with_brokers(brokers);
        for room in ROOMS {
            let layout = Layout::of(&scene, room);
            for (column, broker) in layout.columns.iter().zip(&scene.brokers) {
                let bounds = match broker.replica {
                    Some(_) => NARROWEST..=WIDEST,
                    None => BYSTANDER..=BYSTANDER,
                };
                assert!(bounds.contains(&column.card.width));
            }
            assert!(layout.width >= room.width);
        }
    }
    let phone = Layout::of(&with_brokers(9), ROOMS[0]);
    assert!(phone.width > ROOMS[0].width);
}

/// Brokers 4 to 9 hold nothing; all have five other partitions and are cut off from some.
fn crowded() -> Scene {
    let mut scene = with_brokers(9);
    let partition = scene.partition.as_ref().expect("a partition").partition;
    for broker in &mut scene.brokers {
        let broker = Arc::make_mut(broker);
        broker.cut_off = "all brokers, controllers".to_owned();
        let chip = Chip {
            partition,
            name: "orders-1".into(),
            role: Role::Leader,
            leader_epoch: LeaderEpoch(0),
            in_isr: true,
            high_watermark: Offset(0),
            log_end_offset: Offset(0),
        };
        broker.others = vec![chip; 5];
    }
    scene
}

#[test]
fn chips_and_cuts_lie_on_their_card_and_upon_nothing_else() {
    for scene in [crowded(), with_brokers(3)] {
        for room in ROOMS {
            let layout = Layout::of(&scene, room);
            let (rows, bottom) =
                (layout.rows, layout.rows.top + layout.rows.count * layout.rows.step);
            for column in &layout.columns {
                let last = column.chip(4, 5, rows);
                assert!(last.width >= 10 && last.right() <= column.card.right() - 5, "{room:?}");
                // The high watermark's label may lie on the border above the first row.
                assert!(last.bottom() <= rows.top - 11);
                let cut = column.cut_off();
                assert!(cut.y > column.card.y && cut.bottom() < column.card.bottom());
                assert!(cut.x > column.card.x && cut.right() < column.card.right());
                assert!(column.is_bystander || scene.brokers.len() == 3 || cut.y >= bottom);
            }
        }
    }
}

#[test]
fn a_broker_that_is_to_hold_a_replica_is_no_bystander() {
    let mut scene = with_brokers(5);
    Arc::make_mut(&mut scene.brokers[1]).replica = None;
    let layout = Layout::of(&scene, ROOMS[3]);
    let bystanders: Vec<bool> = layout.columns.iter().map(|column| column.is_bystander).collect();
    assert_eq!(bystanders, [false, false, false, true, true]);
    assert_eq!(layout.columns[1].card.width, layout.columns[0].card.width);
}

#[test]
fn a_phone_shows_brokers_with_a_replica_before_all_others() {
    let mut scene = with_brokers(6);
    scene.brokers.rotate_left(3);
    let layout = Layout::of(&scene, ROOMS[0]);
    let mut columns: Vec<_> = layout.columns.iter().collect();
    columns.sort_by_key(|column| column.card.x);
    let order: Vec<u32> = columns.iter().map(|column| column.broker.0).collect();
    assert_eq!(order, [1, 2, 3, 4, 5, 6]);
    let cells =
        |column: &&Column| column.cells_x > column.card.x && column.cells_x < column.card.right();
    assert!(columns.iter().all(cells));
}

#[test]
fn brokers_are_named_beside_the_controllers_as_long_as_there_is_room() {
    let named = |width: i32| readers_named(Rect { width, ..Rect::default() }, 3);
    assert_eq!([560, 688, 820, 1000, 1400].map(named), [3, 3, 6, 9, 15]);
}

/// Where tags are from the beginning of their way to its end.
fn tags(route: &Route) -> Vec<Rect> {
    let at = |thousandths: i32| {
        let Point { x, y } = route.position(thousandths).expect("a way");
        Rect { x: x - route.tag_width / 2, y: y - 10, width: route.tag_width, height: 20 }
    };
    (0..=10).map(|tenth| at(tenth * 100)).collect()
}

#[test]
fn tags_above_cards_cover_neither_each_other_nor_names_of_racks() {
    for brokers in [3, 6, 9] {
        let mut scene = with_brokers(brokers);
        scene.messages = scene.brokers.iter().flat_map(|broker| both_ways(broker.id)).collect();
        for room in [ROOMS[1], ROOMS[2], ROOMS[3]] {
            let layout = Layout::of(&scene, room);
            for (index, route) in layout.routes.iter().enumerate() {
                for tag in tags(route) {
                    for rack in &layout.racks {
                        let letters = rack.name.as_ref().map_or(0, |name| name.len());
                        let width = i32::try_from(letters).expect("few") * 7;
                        let (x, y) = (rack.place.x + 14, rack.place.y + 9);
                        let name = Rect { x, y, width, height: 12 };
                        assert!(!overlap(tag, name), "{room:?}: {}", route.label);
                    }
                    let others = layout.routes[index + 1..].iter().flat_map(tags);
                    for other in others {
                        assert!(!overlap(tag, other), "{room:?}: {tag:?} and {other:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn tags_below_the_cards_keep_to_lanes_of_their_own() {
    let mut scene = two_leaders();
    let message = scene.messages.iter().find(|one| !one.is_metadata).expect("a message");
    let all = (0..3).map(|lane| Arc::new(Message { lane, ..(**message).clone() }));
    scene.messages = all.collect();
    for room in [ROOMS[1], ROOMS[2], ROOMS[3]] {
        let layout = Layout::of(&scene, room);
        for (index, route) in layout.routes.iter().enumerate() {
            for tag in tags(route) {
                assert!(tag.x >= 0 && tag.right() <= layout.width, "{room:?}");
                let others = layout.routes[index + 1..].iter().flat_map(tags);
                for other in others {
                    assert!(!overlap(tag, other), "{room:?}: {tag:?} and {other:?}");
                }
            }
        }
    }
}

/// What a broker and a controller say to each other at the same time.
fn both_ways(broker: BrokerId) -> [Arc<Message>; 2] {
    let scene = two_leaders();
    let message = scene.messages.first().expect("a message");
    let (from, to) = (NodeId::Broker(broker), NodeId::Controller(ControllerId(102)));
    let one = Message { from, to, label: "BrokerHeartbeat".into(), lane: 0, ..(**message).clone() };
    let other = Message { from: to, to: from, lane: 1, ..one.clone() };
    [one, other].map(Arc::new)
}

#[test]
fn one_row_is_one_offset_on_every_broker_and_the_newest_is_shown() {
    let scene = two_leaders();
    for room in ROOMS {
        let layout = Layout::of(&scene, room);
        assert!(layout.rows.y(scene.rows.end).is_some(), "the next record has a row");
        let last = layout.rows.offsets().last().expect("rows");
        assert!(last >= scene.rows.end);
    }
}

#[test]
fn a_phone_shows_three_brief_columns_without_scrolling() {
    let layout = Layout::of(&two_leaders(), Room { width: 360, height: 340 });
    assert_eq!(layout.form, Form::Compact);
    assert_eq!(layout.width, 360);
    assert!(layout.columns.iter().all(|column| column.detail == Detail::Brief));
    assert!(layout.routes.is_empty());
}

#[test]
fn messages_run_from_card_to_card() {
    let scene = two_leaders();
    let layout = Layout::of(&scene, ROOMS[2]);
    assert_eq!(layout.routes.len(), scene.messages.len());
    for route in &layout.routes {
        let (start, end) = (route.position(0).expect("a way"), route.position(1000).expect("one"));
        let on_any = |x: i32, y: i32| {
            let point = Rect { x, y, width: 1, height: 1 };
            layout.columns.iter().any(|column| overlap(column.card, point))
        };
        assert!(!on_any(start.x, start.y) && !on_any(end.x, end.y), "a tag covers a card");
    }
}

#[test]
fn moments_and_pixels_agree() {
    let to = fixture::ms(60_000);
    let scale = Scale { from: SimTime::ZERO, to, left: 132, width: 1200 };
    assert_eq!(scale.x(SimTime::ZERO), 132);
    assert_eq!(scale.x(fixture::ms(30_000)), 732);
    assert_eq!(scale.x(fixture::ms(90_000)), 1332);
    assert_eq!(scale.moment(732), fixture::ms(30_000));
    assert_eq!(scale.moment(-5), SimTime::ZERO);
    let marks: Vec<u64> = scale.marks(90).iter().map(|at| at.0 / 1_000_000).collect();
    assert_eq!(marks, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
}

#[test]
fn the_lens_holds_the_moment_and_stays_for_a_while() {
    let span = SimDuration::from_ms(40);
    for micros in (0..100_000).step_by(700) {
        let (from, to) = lens(SimTime(micros), span);
        assert!((from..=to).contains(&SimTime(micros)));
    }
    assert_eq!(lens(fixture::ms(32_001), span), lens(fixture::ms(32_009), span));
}

#[test]
fn labels_of_ticks_do_not_overprint() {
    let reading = fixture::two_leaders();
    let mut builder = TimelineBuilder::new(reading.shown.expect("a partition"), None);
    for event in fixture::trace(&reading) {
        builder.take(&event, &reading.names);
    }
    let to = fixture::ms(60_000);
    let scale = Scale { from: SimTime::ZERO, to, left: 0, width: 600 };
    let placed = ticks(&builder.timeline(to).ticks, scale, 2);
    let labels: Vec<_> = placed.iter().map(|tick| (&*tick.label, tick.label_x.is_some())).collect();
    // On one pixel with the first one, and yet in a row of its own: broker 3 truncating.
    let expected = [("2 leads, epoch 1", true), ("3 truncates 9", true), ("1 wakes", false)];
    assert_eq!(labels, expected);
}

#[test]
fn clients_stay_in_sight_for_a_lane_less() {
    let scene = two_leaders();
    let height = |room: i32| Layout::of(&scene, Room { width: 900, height: room }).height;
    let least = (400..700).find(|room| height(*room) == *room).expect("some room is enough");
    for room in least..700 {
        let is_higher = (600..height(600)).contains(&room);
        assert!(is_higher || height(room) == room, "{room}");
    }
    assert!(height(least - 1) > least, "with two lanes again, one has to scroll");
}
