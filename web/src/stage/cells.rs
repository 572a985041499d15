//! A record's cell: letter of its epoch, text, what its client was told, and a zig-zag edge where
//! it differs from the leader's.

use epochscope_view::inspector::Jump;
use epochscope_view::layout::{Detail, Rect, shortened};
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::scene::{Cell, Promise};

use super::card::Card;
use super::leads;
use crate::element::{Element, el};
use crate::svg;

/// The cell, `width` wide.
pub(super) fn draw(cell: &Cell, card: &Card, width: i32) -> Option<Element> {
    let Card { column, rows, asked, send, .. } = card;
    let y = rows.y(cell.offset)?;
    let (x, height) = (column.cells_x, rows.cell_height);
    let filled = if cell.is_committed { "committed" } else { "hollow" };
    let brief = column.detail == Detail::Brief;
    let room = if brief { (width - 36) * 10 / 63 } else { (width - 42) / 7 };
    let letters = usize::try_from(room).unwrap_or_default();
    let middle = y + height / 2 + 4;
    let value = shortened(&cell.text, letters).to_string();
    let key = format!("{} {}", cell.offset, cell.value.0);
    let says = format!("offset {}, epoch {}: {}", cell.offset, cell.epoch, cell.text);
    let differs = cell.differs.then(|| svg::path("differs", zig_zag(x - 4, y, height)));
    let mark = svg::titled("g.cell", says);
    let cell = leads(mark, Jump::Record(cell.value), *asked, send)
        .key(key)
        .class(epoch_class(cell.epoch))
        .class(filled)
        .with(svg::rect("body", Rect { x, y, width, height }, 3))
        .with(svg::path("stripe", stripe(x, y, height)))
        .with(svg::text("epoch", x + 9, middle, epoch_letter(cell.epoch)))
        .with(svg::text("value", x + if brief { 20 } else { 24 }, middle, value))
        .with(promise(cell.promise, x + width - 11, y + height / 2))
        .with(differs);
    Some(cell)
}

/// The left part of a cell, round at its left corners.
fn stripe(x: i32, y: i32, height: i32) -> String {
    format!("M{} {y}h15v{height}h-15a3 3 0 0 1-3-3v-{}a3 3 0 0 1 3-3z", x + 3, height - 6)
}

fn promise(promise: Promise, x: i32, y: i32) -> Option<Element> {
    match promise {
        Promise::None => None,
        Promise::Acknowledged => {
            Some(svg::path("tick", format!("M{} {y}l2.600 2.800 4.600-5.600", x - 4)))
        }
        Promise::Waiting => Some(
            el("g.clock")
                .attr("transform", format!("translate({x} {y})"))
                .with(el("circle r=4.600"))
                .with(el("path d='M0-2.400v2.400l1.800 1.200'")),
        ),
    }
}

fn zig_zag(x: i32, y: i32, height: i32) -> String {
    let teeth = (height / 6).max(1);
    let mut path = format!("M{x} {y}");
    for _ in 0..teeth {
        path.push_str("l-3 3 3 3");
    }
    path
}
