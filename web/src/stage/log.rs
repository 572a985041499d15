//! One replica's log in its column: cells, ghosts, high watermark and log end.

use epochscope_view::layout::{Column, Detail, Rect, RowGrid, shortened};
use epochscope_view::scene::{Ghost, Replica};
use yew::{Html, html};

use super::cells;
use crate::svg;

/// The log. It is told in words on its card; the marks are for the eye.
pub(super) fn draw(replica: &Replica, column: &Column, rows: RowGrid) -> Html {
    let ghost_at = |offset| replica.ghosts.iter().find(|ghost| ghost.offset == offset);
    let shown = replica.cells.iter().filter(|cell| rows.y(cell.offset).is_some());
    let cell = |cell| {
        let width = match (ghost_at(cell_offset(cell)), column.detail) {
            (Some(_), Detail::Full | Detail::Medium) => column.cells_width * 3 / 5,
            (Some(_), Detail::Brief) | (None, _) => column.cells_width,
        };
        cells::draw(cell, column, rows, width)
    };
    html! {
        <g aria-hidden="true">
            { empty_row(replica, column, rows) }
            { for shown.map(cell) }
            { for replica.ghosts.iter().map(|ghost| ghost_mark(ghost, replica, column, rows)) }
            { marks(replica, column, rows) }
        </g>
    }
}

fn cell_offset(cell: &epochscope_view::scene::Cell) -> epochscope_vocabulary::Offset {
    cell.offset
}

/// Where the next record will go.
fn empty_row(replica: &Replica, column: &Column, rows: RowGrid) -> Html {
    let Some(y) = rows.y(replica.log_end_offset) else { return Html::default() };
    let y = y + rows.cell_height;
    let (from, to) = (column.cells_x, column.cells_x + column.cells_width);
    svg::line("slot", (from, y), (to, y))
}

fn ghost_mark(ghost: &Ghost, replica: &Replica, column: &Column, rows: RowGrid) -> Html {
    let Some(y) = rows.y(ghost.offset) else { return Html::default() };
    let taken = ghost.offset < replica.log_end_offset;
    if taken && column.detail == Detail::Brief {
        return Html::default();
    }
    let whole = column.cells_width;
    let (x, width) = if taken {
        (column.cells_x + whole * 3 / 5 + 4, whole * 2 / 5 - 4)
    } else {
        (column.cells_x, whole)
    };
    let letters = usize::try_from((width - 8) / 7).unwrap_or_default();
    let middle = y + rows.cell_height / 2 + 4;
    html! {
        <g key={format!("ghost {}", ghost.offset)} class="ghost">
            <title>{ format!("{} was here and was truncated", ghost.text) }</title>
            { svg::rect("", Rect { x, y, width, height: rows.cell_height }, 3) }
            { svg::text("", x + width / 2, middle, shortened(&ghost.text, letters).to_string()) }
            if ghost.promise_broken && !taken {
                <g class="broken"
                    transform={format!("translate({} {})", x + width - 10, middle - 4)}>
                    <circle r="5" /><path d="M-2.2-2.2l4.4 4.4m0-4.4-4.4 4.4" />
                </g>
            }
        </g>
    }
}

/// The thick bar before the first record not known to be committed, the dotted one at the end.
fn marks(replica: &Replica, column: &Column, rows: RowGrid) -> Html {
    let (from, to) = (column.cells_x - 3, column.cells_x + column.cells_width + 4);
    let line = |class: &'static str, y: i32| svg::line(class, (from, y), (to, y));
    let (hw, leo) = (replica.high_watermark, replica.log_end_offset);
    let tab = |class: &'static str, text: String, y: i32| {
        let width = 7 * i32::try_from(text.len()).unwrap_or_default() + 8;
        let x = match column.detail {
            Detail::Full | Detail::Medium => column.cells_x + column.cells_width + 4,
            Detail::Brief => column.cells_x + column.cells_width - width + 3,
        };
        html! {
            <g {class}>
                { svg::rect("", Rect { x, y: y - 7, width, height: 14 }, 3) }
                { svg::text("", x + 4, y + 4, text) }
            </g>
        }
    };
    // In a brief column the label lies in the row of the next record: not upon a ghost there.
    let hidden = column.detail == Detail::Brief && replica.ghosts.iter().any(|g| g.offset == leo);
    // Of two marks at one place the labels stand one below the other.
    let below = match (column.detail, hw == leo) {
        (Detail::Full | Detail::Medium, false) => 0,
        (Detail::Full | Detail::Medium, true) => 14,
        (Detail::Brief, _) => 13,
    };
    html! {
        <>
            if let Some(y) = rows.line_y(leo) {
                { line("log-end", y) }
                if !hidden { { tab("log-end-tab", format!("LEO {leo}"), y + below) } }
            }
            if let Some(y) = rows.line_y(hw) {
                { line("high-watermark", y) }
                { tab("high-watermark-tab", format!("HW {hw}"), y) }
            }
        </>
    }
}
