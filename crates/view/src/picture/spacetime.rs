//! The space-time diagram as shapes.
//!
//! Uses: `shape`, `marks`, `layout`, `narration`, `palette`, `spacetime`, `timeline`.

use epochscope_vocabulary::{SimTime, put_in_order};

use super::marks::{
    Frame, arrow_head, at, epoch, grounded, hatched, heading, letter, line, moved, text, tone,
};
use super::shape::{Anchor, Font, Group, Jump, Paint, Picture, Shape};
use crate::layout::{Point, Rect};
use crate::narration::{self, moment};
use crate::spacetime::{AXIS_X, Arrow, Band, Column, Diagram, Emphasis, NAMES, Note, Sense};
use crate::timeline::Acts;

const HEAD: i32 = 40;
const FOOT: i32 = 44;

/// The names of the columns, to stand above the diagram.
#[must_use]
pub fn names(diagram: &Diagram) -> Picture {
    let name = |column: &Column| {
        let font = Font::new("ink", 135).bold(650).at(Anchor::Middle);
        let small = Font::new("dim", 115).at(Anchor::Middle);
        let (name, about) = (column.name.to_string(), column.about.to_string());
        [text(column.x, 20, name, font), text(column.x, 36, about, small)]
    };
    Picture {
        width: diagram.width,
        height: NAMES,
        title: String::new(),
        about: String::new(),
        shapes: diagram.columns.iter().flat_map(name).collect(),
    }
}

/// The diagram below the names of its columns, for a page.
#[must_use]
pub fn spacetime(diagram: &Diagram) -> Picture {
    let mut picture = Picture {
        width: diagram.width,
        height: diagram.height,
        title: String::new(),
        about: about(diagram),
        shapes: Vec::new(),
    };
    let shapes = &mut picture.shapes;
    shapes.extend(
        diagram
            .split_brain
            .iter()
            .map(|split| Shape::Rect(split.place, 8, Paint::fill("bad-tint"))),
    );
    shapes.extend(diagram.columns.iter().map(|column| life_line(column, diagram)));
    shapes.extend(axis(diagram));
    shapes.extend(diagram.bands.iter().flat_map(band));
    shapes.extend(playhead(diagram));
    let (back, front): (Vec<&Arrow>, Vec<&Arrow>) =
        diagram.arrows.iter().partition(|arrow| arrow.emphasis == Emphasis::Dimmed);
    shapes.extend(back.into_iter().chain(front).map(arrow));
    // The lines of what concerns all go through no words.
    let (lines, marks): (Vec<&Note>, Vec<&Note>) =
        diagram.notes.iter().partition(|note| note.is_for_all);
    shapes.extend(lines.into_iter().chain(marks).map(|mark| note(mark, diagram)));
    shapes.extend(diagram.split_brain.iter().map(|split| {
        let middle = split.place.x + split.place.width / 2;
        let font = Font::new("bad", 115).bold(650).at(Anchor::Middle).rimmed("bg");
        text(middle, split.place.y - 6, split.label.to_string(), font)
    }));
    picture
}

/// The diagram as a picture of its own.
pub(crate) fn framed(diagram: &Diagram, frame: &Frame) -> Picture {
    let inner = spacetime(diagram);
    let mut picture = Picture {
        width: inner.width,
        height: inner.height + HEAD + NAMES + FOOT,
        title: frame.title.clone(),
        about: inner.about,
        shapes: Vec::new(),
    };
    let beside = format!("{}. Time runs down.", frame.beside);
    picture.shapes = heading(&picture, &beside);
    picture.shapes.push(moved(0, HEAD, names(diagram).shapes));
    picture.shapes.push(moved(0, HEAD + NAMES, inner.shapes));
    let (idle, others) = diagram.left_out;
    picture.shapes.extend(legend(picture.height - 14, &narration::left_out(idle, others)));
    grounded(picture, "bg")
}

fn life_line(column: &Column, diagram: &Diagram) -> Shape {
    line((column.x, 0), (column.x, diagram.height - 4), Paint::line("line", 15))
}

fn axis(diagram: &Diagram) -> Vec<Shape> {
    let axis = &diagram.axis;
    let mut shapes = vec![line(
        (AXIS_X, axis.top() - 10),
        (AXIS_X, axis.bottom() + 10),
        Paint::line("edge", 12),
    )];
    let is_near = |y: i32| diagram.at.1.is_some_and(|head| (head - y).abs() < 14);
    for tick in &axis.ticks {
        shapes.push(line((AXIS_X - 5, tick.y), (AXIS_X, tick.y), Paint::line("edge", 12)));
        if !is_near(tick.y) {
            let font = Font::new("dim", 110).mono().at(Anchor::End);
            shapes.push(text(AXIS_X - 9, tick.y + 4, moment(tick.at), font));
        }
    }
    for fold in &axis.folds {
        let y = fold.y;
        let gap = Rect { x: AXIS_X - 3, y: y - 3, width: 6, height: 6 };
        shapes.push(Shape::Rect(gap, 0, Paint::fill("bg")));
        let wave = format!("M{} {}l6-5 6 5 6-5m-18 8l6-5 6 5 6-5", AXIS_X - 9, y);
        shapes.push(Shape::Path(wave, Paint::line("edge", 12)));
        let end = diagram.width - 12;
        let paint = Paint::line("line", 10).dashed("2 4");
        shapes.push(line((AXIS_X + 14, y), (end, y), paint));
        let font = Font::new("faint", 105).rimmed("bg");
        shapes.push(text(AXIS_X + 16, y + 4, narration::quiet(fold.span), font));
    }
    shapes
}

fn band(band: &Band) -> Vec<Shape> {
    let [_, fill, tint] = epoch(band.epoch);
    let place = band.place;
    let edge = Paint::line(fill, 12).on(if band.acts == Acts::Paused { "panel" } else { tint });
    let paused = band.acts == Acts::Paused;
    let edge = if paused { edge.dashed("3 2") } else { edge };
    let mut shapes = vec![Shape::Rect(place, 3, edge)];
    if paused {
        shapes.push(hatched(place, fill));
    } else if band.begins || place.height > 60 {
        let y = if band.begins { place.y } else { place.y + 4 };
        shapes.extend(letter(band.epoch, Rect { x: place.x - 1, y, width: 16, height: 16 }));
    }
    shapes
}

fn playhead(diagram: &Diagram) -> Vec<Shape> {
    let (now, Some(y)) = diagram.at else { return Vec::new() };
    let words = moment(now);
    let font = Font::new("on-accent", 110).bold(650).mono().at(Anchor::End);
    let plate = Rect { x: 2, y: y - 9, width: AXIS_X - 2, height: 18 };
    vec![
        line((AXIS_X, y), (diagram.width - 8, y), Paint::line("accent", 15)),
        Shape::Rect(plate, 9, Paint::fill("accent")),
        text(AXIS_X - 8, y + 4, words, font),
    ]
}

const fn colour(sense: Sense) -> &'static str {
    match sense {
        Sense::Data => "dim",
        Sense::Metadata => "meta",
        Sense::Bad => "bad",
        Sense::Diverged => "diverged",
        Sense::Kept => "ok",
    }
}

fn arrow(arrow: &Arrow) -> Shape {
    let colour = colour(arrow.sense);
    let (from, to) = (arrow.from, arrow.to);
    let width = if arrow.emphasis == Emphasis::Followed { 24 } else { 15 };
    let mut shapes = vec![
        // What a finger can hit.
        Shape::Line(from, to, Paint::line("transparent", 240)),
        Shape::Line(from, to, Paint::line(colour, width)),
    ];
    if arrow.is_lost {
        let cross = format!("M{} {}l8 8m0-8l-8 8", to.x - 4, to.y - 4);
        shapes.push(Shape::Path(cross, Paint::line("bad", 20)));
    } else {
        shapes.push(arrow_head(from, to, colour));
    }
    if let Some((words, middle)) = &arrow.label {
        let (across, down) = (to.x - from.x, to.y - from.y);
        let along = if across < 0 { at(-across, -down) } else { at(across, down) };
        let ink = if arrow.sense == Sense::Data { "ink" } else { colour };
        let weight = if arrow.emphasis == Emphasis::Followed { 650 } else { 500 };
        let font = Font::new(ink, 105).bold(weight).mono().at(Anchor::Middle).rimmed("bg");
        let font = Font { along: Some(along), ..font };
        shapes.push(text(middle.x, middle.y, words.clone(), font));
    }
    Shape::Group(Group {
        label: format!("{}, {}", arrow.words, arrow.ends),
        jump: Some(Jump::Request(arrow.key.request, arrow.sent_at)),
        moved: at(0, 0),
        is_dimmed: arrow.emphasis == Emphasis::Dimmed,
        shapes,
    })
}

fn note(note: &Note, diagram: &Diagram) -> Shape {
    let colour = tone(note.tone);
    let mut shapes = Vec::new();
    let Point { x, y } = note.place;
    if note.is_for_all {
        let paint = Paint::line(colour, 10).dashed("5 4");
        shapes.push(line((x, y), (diagram.width - 12, y), paint));
    } else {
        let dot = format!("M{x} {}l4 4-4 4-4-4z", y - 4);
        shapes.push(Shape::Path(dot, Paint::line("panel", 10).on(colour)));
    }
    if let Some(place) = note.label_at {
        let anchor = if note.ends { Anchor::End } else { Anchor::Start };
        let font = Font::new(colour, 115).bold(650).at(anchor).rimmed("bg");
        shapes.push(text(place.x, place.y, note.words.to_string(), font));
    }
    Shape::Group(Group {
        label: format!("{} {}", moment(note.moment), note.label),
        jump: Some(Jump::Moment(note.moment)),
        moved: at(0, 0),
        is_dimmed: false,
        shapes,
    })
}

/// What the colours of messages mean.
pub const LEGEND: [(&str, &str); 5] = [
    ("dim", "data"),
    ("meta", "metadata"),
    ("bad", "refusal, or a promise that is broken"),
    ("diverged", "divergence and truncation"),
    ("ok", "a promise that is kept"),
];

fn legend(y: i32, left_out: &str) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let mut x = 24;
    for (colour, words) in LEGEND {
        shapes.push(line((x, y - 4), (x + 20, y - 4), Paint::line(colour, 15)));
        shapes.push(arrow_head(at(x, y - 4), at(x + 22, y - 4), colour));
        shapes.push(text(x + 28, y, words, Font::new("dim", 115)));
        x += 52 + i32::try_from(words.len()).unwrap_or_default() * 6;
    }
    shapes.push(text(24, y - 18, left_out, Font::new("dim", 115)));
    shapes
}

/// The diagram in words.
fn about(diagram: &Diagram) -> String {
    let names: Vec<&str> = diagram.columns.iter().map(|column| &*column.name).collect();
    let mut told: Vec<(SimTime, String)> = Vec::new();
    for note in &diagram.notes {
        let who = diagram.columns.iter().find(|column| column.x == note.place.x);
        let who = who.map_or("", |column| &*column.name);
        told.push((note.moment, format!("{} {who} {}", moment(note.moment), note.label)));
    }
    told.extend(diagram.arrows.iter().filter_map(|arrow| {
        let matters = !matches!(arrow.sense, Sense::Data | Sense::Metadata);
        matters.then(|| (arrow.sent_at, format!("{}: {}", arrow.ends, arrow.words)))
    }));
    put_in_order(&mut told, |(one, _), (other, _)| one < other);
    let told: Vec<String> = told.into_iter().map(|(_, words)| words).collect();
    format!("Space-time diagram of {}. {}.", names.join(", "), told.join("; "))
}
