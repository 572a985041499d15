//! The stage as a picture: controllers, racks, cards with logs, messages, clients.
//!
//! The same layout as the page's, drawn with nothing but shapes: no HTML, and no buttons.
//!
//! Uses: its folder, `shape`, `marks`, `layout`, `narration`, `scene`.

mod around;
mod card;

use super::marks::{Frame, grounded, group, heading, line, moved, text};
use super::shape::{Anchor, Font, Paint, Picture, Shape};
use crate::layout::{Form, Layout, Rect, Room};
use crate::narration::{self, moment};
use crate::scene::Scene;

const HEAD: i32 = 66;
const FOOT: i32 = 40;

/// The picture, so wide if that is wide enough.
pub(crate) fn stage(scene: &Scene, width: i32, frame: &Frame) -> Picture {
    let layout = Layout::of(scene, Room { width, height: 560 });
    let mut picture = Picture {
        width: layout.width,
        height: layout.height + HEAD + FOOT,
        title: frame.title.clone(),
        about: about(scene, frame),
        shapes: Vec::new(),
    };
    let now = Font::new("accent", 130).bold(650).mono();
    picture.shapes = heading(&picture, &frame.beside);
    picture.shapes.push(text(24, 54, format!("{} s", moment(scene.at)), now));
    if let Some(caption) = &scene.caption {
        let letters = usize::try_from((picture.width - 140) / 7).unwrap_or_default();
        let words = crate::layout::shortened(caption, letters);
        picture.shapes.push(text(110, 54, words, Font::new("ink", 130)));
    }
    picture.shapes.push(moved(0, HEAD, inner(scene, &layout)));
    picture.shapes.extend(legend(layout.width, picture.height - 16));
    grounded(picture, "bg")
}

fn inner(scene: &Scene, layout: &Layout) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for rack in &layout.racks {
        let Rect { x, y, .. } = rack.place;
        shapes.push(Shape::Rect(rack.place, 12, Paint::fill("sunk")));
        if let Some(name) = &rack.name {
            shapes.push(text(x + 14, y + 18, name.to_string(), Font::new("dim", 115).bold(600)));
        }
    }
    shapes.extend(layout.routes.iter().map(around::way));
    if let Some(place) = layout.quorum {
        shapes.push(around::quorum(&scene.quorum, place));
    }
    shapes.extend(axis(scene, layout));
    let cards = layout.columns.iter().zip(scene.on_stage());
    shapes.extend(cards.map(|(column, broker)| card::card(broker, column, layout.rows)));
    for client in &scene.clients {
        let place = layout.clients.iter().find(|(id, _)| *id == client.id);
        shapes.extend(place.map(|(_, place)| around::client(client, *place)));
    }
    shapes.extend(layout.routes.iter().filter_map(|route| around::tag(scene, route)));
    shapes
}

fn axis(scene: &Scene, layout: &Layout) -> Vec<Shape> {
    let right = layout.axis_width - if layout.form == Form::Full { 8 } else { 4 };
    let rows = layout.rows;
    let is_diverged =
        |offset| scene.rows.diverged.is_some_and(|(from, to)| (from..to).contains(&offset));
    let mut shapes = Vec::new();
    if layout.form == Form::Full {
        let font = Font::new("dim", 110).at(Anchor::End);
        shapes.push(text(right, rows.top - 10, "offset", font));
    }
    for offset in rows.offsets() {
        let y = rows.y(offset).unwrap_or_default() + rows.cell_height / 2 + 4;
        let (fill, weight) = if is_diverged(offset) { ("diverged", 700) } else { ("faint", 500) };
        let font = Font::new(fill, 110).bold(weight).mono().at(Anchor::End);
        shapes.push(text(right, y, offset.to_string(), font));
    }
    shapes.extend(bracket(scene, layout));
    shapes
}

fn bracket(scene: &Scene, layout: &Layout) -> Vec<Shape> {
    let rows = layout.rows;
    let Some((from, to)) = scene.rows.diverged.filter(|_| layout.form == Form::Full) else {
        return Vec::new();
    };
    let last = epochscope_vocabulary::Offset(to.0.saturating_sub(1));
    let (Some(top), Some(end)) = (rows.y(from.max(rows.first)), rows.y(last)) else {
        return Vec::new();
    };
    let bottom = end + rows.cell_height;
    let paint = Paint::line("diverged", 15);
    vec![
        line((19, top), (19, bottom), paint),
        line((19, top), (24, top), paint),
        line((19, bottom), (24, bottom), paint),
    ]
}

/// What the marks mean.
fn legend(width: i32, y: i32) -> Vec<Shape> {
    let font = Font::new("dim", 115);
    let mut shapes = Vec::new();
    let cell = |x: i32, paint| Shape::Rect(Rect { x, y: y - 11, width: 26, height: 14 }, 3, paint);
    let edge = Paint::line("epoch-a-fill", 10);
    let entries = [
        (edge.on("epoch-a-tint"), "below this replica's high watermark"),
        (edge.on("panel"), "above it"),
        (Paint::line("diverged", 10).dashed("3 2.5"), "truncated"),
    ];
    let mut x = 24;
    for (paint, words) in entries {
        let end = x + 60 + i32::try_from(words.len()).unwrap_or_default() * 6;
        if end > width {
            return shapes;
        }
        shapes.extend([cell(x, paint), text(x + 33, y, words, font)]);
        x = end;
    }
    let marks = [(card::tick(x + 8, y - 4), "its client was told it is written")];
    for (mark, words) in marks {
        if x + 250 < width {
            shapes.extend([mark, text(x + 20, y, words, font)]);
        }
    }
    shapes
}

/// The scene in words.
fn about(scene: &Scene, frame: &Frame) -> String {
    let mut words = format!("{} At {} s.", frame.beside, moment(scene.at));
    if let Some(caption) = &scene.caption {
        words.push_str(&format!(" {caption}"));
    }
    for broker in scene.on_stage() {
        words.push_str(&format!(" Broker {}: {}.", broker.id, narration::process(broker).0));
        if let Some(replica) = &broker.replica {
            words.push_str(&format!(" {}", narration::replica(broker, replica)));
        }
    }
    for client in &scene.clients {
        let (belief, _) = narration::belief(client);
        let (told, _) = narration::told(client);
        words.push_str(&format!(" {}: {belief}", client.name));
        words.push_str(&if told.is_empty() { ".".to_owned() } else { format!("; {told}.") });
    }
    words
}

/// A named group with a card behind it.
fn card_group(label: String, place: Rect, paint: Paint, mut shapes: Vec<Shape>) -> Shape {
    shapes.insert(0, Shape::Rect(place, 9, paint));
    group(label, shapes)
}
