//! One replica's log in its column: cells, ghosts, high watermark and log end.

use epochscope_view::inspector::Jump;
use epochscope_view::layout::{Column, Detail, Rect, RowGrid, shortened};
use epochscope_view::scene::{Cell, Ghost, Replica};

use super::card::Card;
use super::{cells, leads};
use crate::element::{Element, el, group};
use crate::svg;

/// The log. It is told in words on its card; the marks are for the eye.
pub(super) fn draw(replica: &Replica, card: &Card) -> Element {
    let Card { column, rows, .. } = card;
    let rows = *rows;
    let ghost_at = |offset| replica.ghosts.iter().find(|ghost| ghost.offset == offset);
    let shown = replica.cells.iter().filter(|cell| rows.y(cell.offset).is_some());
    let cell = |cell: &Cell| {
        let width = match (ghost_at(cell.offset), column.detail) {
            (Some(_), Detail::Full | Detail::Medium) => column.cells_width * 3 / 5,
            (Some(ghost), Detail::Brief) if ghost.offset < replica.log_end_offset => {
                column.cells_width - BRIEF_GHOST - 3
            }
            (Some(_), Detail::Brief) | (None, _) => column.cells_width,
        };
        cells::draw(cell, card, width)
    };
    let ghosts = replica.ghosts.iter().map(|ghost| ghost_mark(ghost, replica, card));
    el("g aria-hidden=true")
        .with(empty_row(replica, column, rows))
        .with(group().all(shown.map(cell)))
        .with(group().all(ghosts))
        .with(marks(replica, column, rows))
}

/// Where the next record will go.
fn empty_row(replica: &Replica, column: &Column, rows: RowGrid) -> Option<Element> {
    let y = rows.y(replica.log_end_offset)? + rows.cell_height;
    let (from, to) = (column.cells_x, column.cells_x + column.cells_width);
    Some(svg::line("slot", (from, y), (to, y)))
}

/// Beside a record in a brief column there is room for a cross.
const BRIEF_GHOST: i32 = 16;

fn ghost_mark(ghost: &Ghost, replica: &Replica, card: &Card) -> Option<Element> {
    let Card { column, rows, asked, send, .. } = card;
    let y = rows.y(ghost.offset)?;
    let taken = ghost.offset < replica.log_end_offset;
    let whole = column.cells_width;
    let (x, width) = match (taken, column.detail) {
        (true, Detail::Full | Detail::Medium) => {
            (column.cells_x + whole * 3 / 5 + 4, whole * 2 / 5 - 4)
        }
        (true, Detail::Brief) => (column.cells_x + whole - BRIEF_GHOST, BRIEF_GHOST),
        (false, _) => (column.cells_x, whole),
    };
    let words = match width {
        BRIEF_GHOST => "×".to_owned(),
        _ => shortened(&ghost.text, usize::try_from((width - 8) / 7).unwrap_or_default()),
    };
    let middle = y + rows.cell_height / 2 + 4;
    let broken = || {
        el("g.broken")
            .attr("transform", format!("translate({} {})", x + width - 10, middle - 4))
            .with(el("circle r=5"))
            .with(el("path d='M-2.2-2.2l4.4 4.4m0-4.4-4.4 4.4'"))
    };
    let mark = svg::titled("g.ghost", format!("{} was here and was truncated", ghost.text));
    let mark = leads(mark, Jump::Record(ghost.value), *asked, send)
        .key(format!("ghost {}", ghost.offset))
        .with(svg::rect("", Rect { x, y, width, height: rows.cell_height }, 3))
        .with(svg::text("", x + width / 2, middle, words))
        .with((ghost.promise_broken && !taken).then(broken));
    Some(mark)
}

/// The thick bar before the first record not known to be committed, the dotted one at the end.
fn marks(replica: &Replica, column: &Column, rows: RowGrid) -> Element {
    let (from, to) = (column.cells_x - 3, column.cells_x + column.cells_width + 4);
    let line = |class: &'static str, y: i32| svg::line(class, (from, y), (to, y));
    let (hw, leo) = (replica.high_watermark, replica.log_end_offset);
    // In a brief column the label lies in the row of the next record: not upon a ghost there.
    let hidden = column.detail == Detail::Brief && replica.ghosts.iter().any(|g| g.offset == leo);
    // Of two marks at one place the labels stand one below the other.
    let below = match (column.detail, hw == leo) {
        (Detail::Full | Detail::Medium, false) => 0,
        (Detail::Full | Detail::Medium, true) => 14,
        (Detail::Brief, _) => 13,
    };
    let log_end = rows.line_y(leo).map(|y| {
        let tab = (!hidden).then(|| tab("log-end-tab", format!("LEO {leo}"), column, y + below));
        group().with(line("log-end", y)).with(tab)
    });
    let high_watermark = rows.line_y(hw).map(|y| {
        let tab = tab("high-watermark-tab", format!("HW {hw}"), column, y);
        group().with(line("high-watermark", y)).with(tab)
    });
    group().with(log_end).with(high_watermark)
}

/// The label of a bar.
fn tab(class: &'static str, text: String, column: &Column, y: i32) -> Element {
    let width = 7 * i32::try_from(text.len()).unwrap_or_default() + 8;
    let end = column.cells_x + column.cells_width;
    let x = match column.detail {
        Detail::Full | Detail::Medium => end + 4,
        Detail::Brief => end - width + 3,
    };
    let plate = Rect { x, y: y - 7, width, height: 14 };
    el("g").class(class).with(svg::plated("", plate, 3, text.into()))
}
