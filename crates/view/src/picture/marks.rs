//! Marks that several pictures share.
//!
//! Uses: `shape`, `layout`, `palette`, `scene`.

use epochscope_vocabulary::LeaderEpoch;

use super::shape::{Anchor, Font, Group, Paint, Picture, Shape};
use crate::layout::{Point, Rect};
use crate::palette::{epoch_class, epoch_letter};
use crate::scene::Tone;

/// What stands in the heading of a picture that is a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The run's title.
    pub(crate) title: String,
    /// The partition, the release, the moment.
    pub(crate) beside: String,
}

/// The colours of a leader epoch: for text, to fill, and the tint.
pub(super) fn epoch(epoch: LeaderEpoch) -> [&'static str; 3] {
    match epoch_class(epoch) {
        "epoch-a" => ["epoch-a", "epoch-a-fill", "epoch-a-tint"],
        "epoch-b" => ["epoch-b", "epoch-b-fill", "epoch-b-tint"],
        "epoch-c" => ["epoch-c", "epoch-c-fill", "epoch-c-tint"],
        _ => ["epoch-d", "epoch-d-fill", "epoch-d-tint"],
    }
}

/// The colour of a tone.
pub(super) const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "ink",
        Tone::Bad => "bad",
        Tone::Good => "ok",
        Tone::Meta => "meta",
        Tone::Diverged => "diverged",
    }
}

/// A point.
pub(super) const fn at(x: i32, y: i32) -> Point {
    Point { x, y }
}

/// Words.
pub(super) fn text(x: i32, y: i32, words: impl Into<String>, font: Font) -> Shape {
    Shape::Text(Point { x, y }, words.into(), font)
}

/// A straight line.
pub(super) const fn line(from: (i32, i32), to: (i32, i32), paint: Paint) -> Shape {
    Shape::Line(at(from.0, from.1), at(to.0, to.1), paint)
}

/// Shapes that belong together, with their name.
pub(super) fn group(label: impl Into<String>, shapes: Vec<Shape>) -> Shape {
    let (label, moved) = (label.into(), at(0, 0));
    Shape::Group(Group { label, jump: None, moved, is_dimmed: false, shapes })
}

/// Shapes elsewhere.
pub(super) fn moved(x: i32, y: i32, shapes: Vec<Shape>) -> Shape {
    let (label, moved) = (String::new(), at(x, y));
    Shape::Group(Group { label, jump: None, moved, is_dimmed: false, shapes })
}

/// An epoch's letter on its colour.
pub(super) fn letter(of: LeaderEpoch, place: Rect) -> Vec<Shape> {
    let [_, fill, _] = epoch(of);
    let font = Font::new("panel", 110).bold(700).mono().at(Anchor::Middle);
    let middle = (place.x + place.width / 2, place.y + place.height / 2 + 4);
    vec![Shape::Rect(place, 4, Paint::fill(fill)), text(middle.0, middle.1, epoch_letter(of), font)]
}

/// Stripes over a place: somebody who believes and cannot act.
pub(super) fn hatched(place: Rect, colour: &'static str) -> Shape {
    let mut way = String::new();
    let rise = place.width.min(place.height);
    let mut step = 6;
    while step < place.width + place.height {
        let (left, top) = (step.min(place.width), (step - place.width).max(0));
        let length = rise.min(left).min(place.height - top);
        way.push_str(&format!("M{} {}l-{length} {length}", place.x + left, place.y + top));
        step += 6;
    }
    Shape::Path(way, Paint::line(colour, 12))
}

/// The head of an arrow that points from one place to another.
pub(super) fn arrow_head(from: Point, to: Point, colour: &'static str) -> Shape {
    let (across, down) = (i64::from(to.x - from.x), i64::from(to.y - from.y));
    let length = (across * across + down * down).isqrt().max(1);
    // Back along the arrow, then to both sides; in tenths of a pixel.
    let corner = |back: i64, side: i64| {
        let x = i64::from(to.x) * 10 - (across * back - down * side) * 10 / length;
        let y = i64::from(to.y) * 10 - (down * back + across * side) * 10 / length;
        format!("{} {}", decimal(x), decimal(y))
    };
    let way = format!("M{} {}L{}L{}z", to.x, to.y, corner(10, 4), corner(10, -4));
    Shape::Path(way, Paint::fill(colour))
}

fn decimal(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

/// The head of a picture: its title, and in the same line what it is of.
pub(super) fn heading(picture: &Picture, beside: &str) -> Vec<Shape> {
    let title = text(24, 32, picture.title.clone(), Font::new("ink", 180).bold(650));
    let letters = i32::try_from(picture.title.chars().count()).unwrap_or(0);
    let x = (24 + letters * 11 + 24).min(picture.width / 2);
    vec![title, text(x, 32, beside, Font::new("dim", 125))]
}

/// A picture on its ground.
pub(super) fn grounded(mut picture: Picture, ground: &'static str) -> Picture {
    let place = Rect { x: 0, y: 0, width: picture.width, height: picture.height };
    picture.shapes.insert(0, Shape::Rect(place, 0, Paint::fill(ground)));
    picture
}
