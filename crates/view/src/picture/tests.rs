//! Pictures as files: the marks in them, their colours, and what may not break out of them.

use epochscope_scenario::moment::Moment;
use expect_test::expect;

use super::svg::escaped;
use super::{Embedded, Picture, Theme, from_png, from_svg, to_svg, with_embedded};
use crate::fixture::ms;
use crate::palette::TOKENS;
use crate::session::{Action, Looks, Session, View};

/// The views of a page; none stands for the lanes.
const VIEWS: [Option<View>; 3] = [Some(View::Stage), Some(View::SpaceTime), None];

fn zombie() -> Session {
    let mut session = Session::built_in("zombie-leader").expect("it runs");
    while !session.look_ahead(10_000) {}
    session.seek_moment(&Moment::At(ms(32_001))).expect("it comes to it");
    session
}

fn picture(session: &mut Session, view: Option<View>, width: i32) -> Picture {
    match view {
        Some(view) => session.picture(Looks { view, width, follow: None }),
        None => session.lanes_picture(width),
    }
}

fn svg(session: &mut Session, (view, width): (Option<View>, i32), theme: Theme) -> String {
    let picture = picture(session, view, width);
    to_svg(&picture, theme, &session.embedded("stage", "https://example.org/"))
}

/// The words in a file, one a line.
fn words(svg: &str) -> String {
    let lines = svg.split("</text>").filter_map(|part| {
        let (before, words) = part.rsplit_once('>')?;
        before.rsplit_once('<').filter(|(_, tag)| tag.starts_with("text")).map(|_| words)
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// A reader of XML that knows elements, attributes and words, and that all must be balanced.
fn hold_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in svg.split('<').skip(1) {
        let (tag, words) = part.split_once('>').expect("a tag ends");
        assert!(!words.contains('>'), "{words}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = tag.split([' ', '/']).next().expect("a name");
        let allowed = [
            "svg",
            "title",
            "desc",
            "metadata",
            "epochscope",
            "link",
            "scenario",
            "g",
            "rect",
            "line",
            "path",
            "text",
        ];
        assert!(allowed.contains(&name), "<{name}>");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        for banned in [" styl", " on", "href", "class="] {
            assert!(!tag.contains(banned), "{tag}");
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_stage_of_two_leaders_in_words() {
    let svg = svg(&mut zombie(), (Some(View::Stage), 1100), Theme::Light);
    expect![[r#"
        The zombie leader
        orders-0, Kafka 4.1 KRaft
        32.001 s
        The controller has fenced broker 1, and broker 2 leads with a new epoch. Broker 1 cannot know.
        us-east-1a
        us-east-1b
        us-east-1c
        Controller quorum
        metadata committed to 82
        101
        e1
        active
        at 82
        102
        e1
        follower
        at 82
        103
        e1
        follower
        at 82
        broker 1 behind, at 56
        broker 2 at 82
        broker 3 at 82
        offset
        9
        10
        11
        12
        broker 1
        awake
        Stale leader
        a
        not in ISR
        a
        legacy-9
        a
        order-10
        a
        order-11
        LEO 12
        HW 10
        Waiting: order-11
        acks=all needs HW 12
        broker 2
        running
        Leader
        b
        epoch 1
        in ISR
        a
        legacy-9
        LEO 10
        HW 10
        A fetch waits: broker 3
        broker 3
        running
        Follower
        b
        epoch 1
        in ISR
        a
        legacy-9
        LEO 10
        HW 10
        Nothing waits here
        legacy
        acks=1
        old metadata: writes to 1
        order-10 written
        checkout
        acks=all, idempotent
        old metadata: writes to 1
        order-11 unanswered
        billing
        consumer, at offset 10
        old metadata: reads from 1

        Metadata 58 to 82
        Fetch 10, epoch 0
        below this replica&#39;s high watermark
        above it
        truncated
        its client was told it is written
    "#]].assert_eq(&words(&svg));
}

#[test]
fn the_lanes_in_words() {
    let svg = svg(&mut zombie(), (None, 1100), Theme::Light);
    expect![[r#"
        The zombie leader
        orders-0, Kafka 4.1 KRaft
        Broker 1 leads
        a
        epoch 0
        paused
        Broker 2 leads
        b
        epoch 1
        Answers
        legacy-0 and 9 more
        In-sync replicas
        Events
        produce legacy records=10
        pause 1 for=12s
        1 fenced
        2 leads, epoch 1
        0 s
        5 s
        10 s
        15 s
        20 s
        25 s
        30 s
        Around 32.001 s
        Broker 1 leads
        paused
        Broker 2 leads
        b
        epoch 1
        Split brain: two lead for 2 ms
        Answers
        order-10
        order-11
        In-sync replicas
        Events
        1 wakes
        1 truncates 10 to 11
        AckedSurvives
        31.975
        31.980
        31.985
        31.990
        31.995
        32.000
        32.005
        32.010
        32.015
    "#]]
    .assert_eq(&words(&svg));
}

#[test]
fn every_picture_is_well_formed_and_holds_its_scenario() {
    let mut session = zombie();
    for view in VIEWS {
        for theme in [Theme::Light, Theme::Dark] {
            for width in [320, 700, 1440] {
                let svg = svg(&mut session, (view, width), theme);
                hold_well_formed(&svg);
                let inside = from_svg(&svg).expect("it is inside");
                assert!(inside.scenario.starts_with("epochscope 1\n"));
                assert!(!inside.scenario.contains("\n|"));
                assert!(inside.link.starts_with("https://example.org/#e1"), "{}", inside.link);
            }
        }
    }
}

#[test]
fn every_shape_is_painted_with_a_token() {
    fn hold(shape: &super::Shape) {
        use super::Shape;
        let is_token = |name: &str| {
            name.is_empty() || name == "transparent" || TOKENS.iter().any(|one| one.name == name)
        };
        match shape {
            Shape::Rect(_, _, paint) | Shape::Line(_, _, paint) | Shape::Path(_, paint) => {
                assert!(is_token(paint.fill) && is_token(paint.stroke), "{paint:?}");
            }
            Shape::Text(_, _, font) => {
                assert!(is_token(font.fill) && is_token(font.rim), "{font:?}");
            }
            Shape::Group(group) => group.shapes.iter().for_each(hold),
        }
    }
    let mut session = zombie();
    for view in VIEWS {
        picture(&mut session, view, 900).shapes.iter().for_each(hold);
    }
}

#[test]
fn each_theme_has_its_own_colours() {
    let mut session = zombie();
    let light = svg(&mut session, (Some(View::Stage), 1100), Theme::Light);
    let dark = svg(&mut session, (Some(View::Stage), 1100), Theme::Dark);
    assert!(light.contains("#F6F7F9") && !light.contains("#0D1217"));
    assert!(dark.contains("#0D1217") && !dark.contains("#F6F7F9"));
}

const HOSTILE: [&str; 9] = [
    "</scenario></epochscope></metadata><script>alert(1)</script>",
    "]]><svg onload=alert(1)>",
    "&lt;script&gt; &amp;amp; &#60;b&#62;",
    "<!--",
    "\" onload=\"alert(1)",
    "' class='x",
    "tabs\tand\r\nlines\n\nand spaces  ",
    "<epochscope xmlns=\"urn:epochscope:picture:1\"><scenario>another</scenario>",
    "\u{202e}right to left, \u{1f600}, ünï",
];

#[test]
fn nothing_breaks_out_and_all_comes_back() {
    let picture = zombie().lanes_picture(600);
    for text in HOSTILE {
        let embedded = Embedded { scenario: text.to_owned(), link: format!("#{text}") };
        let mut picture = picture.clone();
        picture.title = text.to_owned();
        picture.about = text.to_owned();
        let svg = to_svg(&picture, Theme::Light, &embedded);
        hold_well_formed(&svg);
        assert_eq!(from_svg(&svg).as_ref(), Some(&embedded), "{text}");
        let png = with_embedded(PNG, &embedded).expect("it is a PNG");
        assert_eq!(from_png(&png).as_ref(), Some(&embedded), "{text}");
    }
}

#[test]
fn a_hostile_scenario_makes_a_well_formed_picture() {
    let text = "epochscope 1\ntitle    </title><script>alert(1)</script>&amp; \"x\"\n\
        brokers  1\ntopic    orders partitions=1 replicas=1\n\
        producer shop topic=orders acks=1\n\n\
        say ]]></desc><img src=x onerror=alert(1)>\n\
        produce shop \"</text><script>\"\nrun for=1s\n";
    let mut session = Session::open(text.as_bytes()).expect("it is right");
    while !session.look_ahead(10_000) {}
    session.dispatch(Action::Seek(ms(900))).expect("seeking is never refused");
    for view in VIEWS {
        let picture = picture(&mut session, view, 900);
        let svg = to_svg(&picture, Theme::Dark, &session.embedded("stage", "\" onload=\"x"));
        hold_well_formed(&svg);
        assert_eq!(from_svg(&svg).map(|inside| inside.scenario).as_deref(), Some(text));
    }
}

#[test]
fn letters_that_no_file_may_hold_are_replaced() {
    assert_eq!(escaped("a\0b\u{1b}c\u{ffff}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
}

#[test]
fn other_files_hold_no_scenario() {
    for other in [
        "",
        "<svg/>",
        "urn:epochscope:picture:1",
        "<svg><title>urn:epochscope:picture:1</title><scenario>x</scenario></svg>",
        "<svg><a xmlns=\"urn:epochscope:picture:1\"",
        "<svg><a xmlns=\"urn:epochscope:picture:1\"><scenario>&bad;</scenario></a></svg>",
        "<svg><a xmlns=\"urn:epochscope:picture:1\"><scenario>&#xd800;</scenario></a></svg>",
        "<svg><a xmlns=\"urn:epochscope:picture:1\"><scenario>& no end",
        "<svg><a xmlns=\"urn:epochscope:picture:1\"><scenarios>x</scenarios></a></svg>",
    ] {
        assert_eq!(from_svg(other), None, "{other}");
    }
    let long = format!("<a xmlns=\"urn:epochscope:picture:1\"><scenario>{}", "x".repeat(17 << 20));
    assert_eq!(from_svg(&long), None);
}

#[test]
fn another_program_may_have_written_the_file_anew() {
    let text = "<?xml version='1.0'?>\n<svg xmlns:e='urn:epochscope:picture:1'><metadata id='m'>\
        <e:epochscope><e:link\n >#e1abc</e:link><e:scenario id='x'>a &lt; b&#10;c &#x263a;\
        </e:scenario></e:epochscope></metadata></svg>";
    let inside = from_svg(text).expect("it is inside");
    assert_eq!((&*inside.link, &*inside.scenario), ("#e1abc", "a < b\nc \u{263a}"));
}

/// One transparent pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42,
    0x60, 0x82,
];

#[test]
fn a_picture_of_pixels_cut_short_anywhere_is_no_picture_or_holds_less() {
    let embedded = Embedded { scenario: "epochscope 1\n".to_owned(), link: "#e1".to_owned() };
    let png = with_embedded(PNG, &embedded).expect("it is a PNG");
    for end in 0..png.len() {
        let _ = from_png(&png[..end]);
        let _ = with_embedded(&png[..end], &embedded);
    }
    for at in 8..png.len() {
        let mut damaged = png.clone();
        damaged[at] ^= 0xff;
        let _ = from_png(&damaged);
    }
    assert_eq!(from_png(PNG), None);
    assert_eq!(with_embedded(b"GIF89a", &embedded), None);
}
