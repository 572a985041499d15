//! What is around the cards: controllers, clients, messages.
//!
//! Uses: `stage`, `marks`, `shape`, `layout`, `narration`, `scene`.

use epochscope_vocabulary::Offset;

use super::super::marks::{group, text};
use super::super::shape::{Anchor, Font, Paint, Shape};
use super::card_group;
use crate::layout::{Heading, Rect, Route, readers_named, shortened};
use crate::narration;
use crate::scene::{ClientCard, MetadataLag, Quorum, Scene, Transit};

/// The last offset of what ends at `end`.
fn last(end: Offset) -> String {
    end.0.checked_sub(1).map_or_else(|| "nothing".to_owned(), |last| last.to_string())
}

/// The controllers and how far everybody has read their decisions.
pub(super) fn quorum(quorum: &Quorum, place: Rect) -> Shape {
    let Rect { x, y, .. } = place;
    let committed = quorum.committed.map_or_else(
        || "no active controller".to_owned(),
        |end| format!("metadata committed to {}", last(end)),
    );
    let mut shapes = vec![
        text(x + 16, y + 32, "Controller quorum", Font::new("ink", 140).bold(650)),
        text(x + 16, y + 50, committed, Font::new("dim", 115)),
    ];
    let mut left = x + 190;
    for controller in &quorum.controllers {
        let card = Rect { x: left, y: y + 7, width: 78, height: 58 };
        let (paint, ink) = if controller.is_active {
            (Paint::line("meta", 10).on("meta-tint"), "meta")
        } else {
            (Paint::line("line", 10), "dim")
        };
        let epoch = format!("e{}", controller.quorum_epoch);
        let at = format!("at {}", last(controller.log_end_offset));
        shapes.extend([
            Shape::Rect(card, 8, paint),
            text(left + 10, y + 24, controller.id.to_string(), Font::new("ink", 130).bold(650)),
            text(left + 44, y + 24, epoch, Font::new("dim", 110)),
            text(left + 10, y + 41, controller.role, Font::new(ink, 115)),
            text(left + 10, y + 57, at, Font::new("ink", 110).mono()),
        ]);
        if !controller.cut_off.is_empty() {
            let font = Font::new("diverged", 100).bold(650).at(Anchor::End);
            shapes.push(text(card.right() - 6, y + 57, "cut", font));
        }
        left += 86;
    }
    if quorum.brokers.len() > readers_named(place, quorum.controllers.len()) {
        let words = narration::readers(quorum);
        for (row, part) in (0..).zip(words.split("; ")) {
            shapes.push(text(left + 20, y + 22 + row * 18, part, Font::new("ink", 110)));
        }
    } else {
        shapes.extend(readers(quorum, place));
    }
    card_group("Controllers".to_owned(), place, Paint::line("line", 10).on("panel"), shapes)
}

/// How far each broker has read.
fn readers(quorum: &Quorum, place: Rect) -> Vec<Shape> {
    let (mut row, mut right) = (0, place.right() - 16);
    let mut shapes = Vec::new();
    for (broker, offset, lag) in &quorum.brokers {
        let (ink, state) = match lag {
            MetadataLag::UpToDate => ("dim", format!("at {}", last(*offset))),
            MetadataLag::Behind => ("bad", format!("behind, at {}", last(*offset))),
            MetadataLag::Down => ("off", "down".to_owned()),
        };
        let words = format!("broker {broker} {state}");
        let font = Font::new(ink, 110).at(Anchor::End);
        shapes.push(text(right, place.y + 22 + row * 18, words, font));
        row += 1;
        if row == 3 {
            (row, right) = (0, right - 150);
        }
    }
    shapes
}

/// A producer or consumer.
pub(super) fn client(client: &ClientCard, place: Rect) -> Shape {
    let Rect { x, y, width, .. } = place;
    let letters = |room: i32| usize::try_from(room * 10 / 62).unwrap_or_default();
    let (belief, belief_tone) = narration::belief(client);
    let (told, told_tone) = narration::told(client);
    let name_width = i32::try_from(client.name.chars().count()).unwrap_or_default() * 8 + 10;
    let about = shortened(&client.about, letters(width - 24 - name_width));
    let ink = |tone: &'static str| match tone {
        "ok" | "warn" | "bad" | "meta" | "off" => tone,
        _ => "dim",
    };
    let fit = |words: &str| shortened(words, letters(width - 24));
    let shapes = vec![
        text(x + 12, y + 21, client.name.to_string(), Font::new("ink", 130).bold(650)),
        text(x + width - 12, y + 21, about, Font::new("dim", 110).at(Anchor::End)),
        text(x + 12, y + 41, fit(&belief), Font::new(ink(belief_tone), 115)),
        text(x + 12, y + 61, fit(&told), Font::new(ink(told_tone), 115)),
    ];
    card_group(client.name.to_string(), place, Paint::line("line", 10).on("panel"), shapes)
}

/// The line that a message goes along.
pub(super) fn way(route: &Route) -> Shape {
    let corners: Vec<String> =
        route.points.iter().map(|point| format!("{} {}", point.x, point.y)).collect();
    Shape::Path(format!("M{}", corners.join("L")), Paint::line("edge", 11))
}

/// A message where it is at the scene's moment.
pub(super) fn tag(scene: &Scene, route: &Route) -> Option<Shape> {
    let message = scene.messages.iter().find(|message| message.key == route.key)?;
    let place = route.position(message.progress(scene.at))?;
    let (x, y) = (place.x, place.y);
    let half = route.tag_width / 2;
    let (left, right) = (x - half, x + half);
    let (top, bottom) = (y - 10, y + 10);
    let way = match route.heading {
        Heading::Left => format!("M{right} {top}H{left}l-6 10 6 10H{right}z"),
        Heading::Right => format!("M{left} {top}H{right}l6 10-6 10H{left}z"),
        Heading::Up => {
            format!("M{left} {top}H{}l6-6 6 6H{right}V{bottom}H{left}z", x - 6)
        }
        Heading::Down => {
            format!("M{left} {top}H{right}V{bottom}H{}l-6 6-6-6H{left}z", x + 6)
        }
    };
    let (stroke, ground, ink) =
        if message.is_metadata { ("meta", "meta-tint", "meta") } else { ("edge", "panel", "ink") };
    let paint = match message.transit {
        Transit::Arriving(_) | Transit::Inbox => Paint::line(stroke, 12),
        Transit::Cut => Paint::line("diverged", 20).dashed("1 2"),
        Transit::Held => Paint::line("warn", 20).dashed("3 2"),
    };
    let font = Font::new(ink, 110).bold(500).mono().at(Anchor::Middle);
    let shapes =
        vec![Shape::Path(way, paint.on(ground)), text(x, y + 4, route.label.clone(), font)];
    Some(group(format!("{}, {}", message.label, message.ends), shapes))
}
