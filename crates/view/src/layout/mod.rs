//! Where everything goes for a given room: whole pixels, no colours, no markup.
//!
//! Logs run down, and one row is one offset on every broker, so that the picture reads as a diff of
//! logs. Columns shrink to [`NARROWEST`] and grow to [`WIDEST`], those of brokers without a replica
//! have [`BYSTANDER`]; what does not fit then scrolls sideways beside the axis of offsets, which
//! stays. Rooms narrower than [`COMPACT_BELOW`] show the cards alone: their surroundings become
//! lists.
//!
//! Uses: its folder, `scene`.

mod columns;
mod routes;
pub mod timebar;

#[cfg(test)]
mod tests;

pub use columns::{Column, Detail, RackBand, RowGrid};
pub use routes::{Heading, Point, Route, shortened};

use epochscope_vocabulary::ClientId;

use crate::scene::{Rows, Scene};

/// The least width of a broker's column.
pub const NARROWEST: i32 = 102;
/// The greatest width of a broker's column.
pub const WIDEST: i32 = 262;
/// The width of a broker without a replica of the partition shown.
pub const BYSTANDER: i32 = 76;
/// Rooms narrower than this get the compact form.
pub const COMPACT_BELOW: i32 = 600;

/// The room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// In pixels.
    pub width: i32,
    /// In pixels; the picture may be higher, never lower.
    pub height: i32,
}

/// How the picture is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Controllers above, clients below, messages between them.
    Full,
    /// The cards alone.
    Compact,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

impl Rect {
    /// The right edge.
    #[must_use]
    pub const fn right(self) -> i32 {
        self.x + self.width
    }

    /// The lower edge.
    #[must_use]
    pub const fn bottom(self) -> i32 {
        self.y + self.height
    }
}

/// Where everything of one scene goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How it is put together.
    pub form: Form,
    /// The picture's width.
    pub width: i32,
    /// The picture's height.
    pub height: i32,
    /// The width of the axis of offsets, at the left of everything.
    pub axis_width: i32,
    /// The controllers; none in the compact form.
    pub quorum: Option<Rect>,
    /// Racks; none in the compact form.
    pub racks: Vec<RackBand>,
    /// A column for each broker, in the scene's order.
    pub columns: Vec<Column>,
    /// Rows of offsets.
    pub rows: RowGrid,
    /// Clients in the scene's order; none in the compact form.
    pub clients: Vec<(ClientId, Rect)>,
    /// The ways of the messages; none in the compact form.
    pub routes: Vec<Route>,
}

const EDGE: i32 = 16;
const QUORUM: Rect = Rect { x: EDGE, y: 12, width: 0, height: 72 };
const GAP_ABOVE: i32 = 48;
const LANE: i32 = 27;
/// Rooms of this height have one more lane if all fits then, and of that in any case.
const HIGH: i32 = 560;
const HIGHER: i32 = 600;
const CLIENT_HEIGHT: i32 = 72;
const CLIENT_WIDTH: i32 = 190;
const CLIENT_GAP: i32 = 12;
const LEAST_ROWS: i32 = 4;
const MOST_ROWS: i32 = 24;

/// As many brokers as are named one by one beside so many controllers, in rows of three.
#[must_use]
pub fn readers_named(place: Rect, controllers: usize) -> usize {
    let free = place.width - READERS_LEFT - count(controllers) * CONTROLLER;
    usize::try_from(3 * (free / READER).max(1)).unwrap_or_default()
}

/// What the title of the controllers' strip takes, a controller, and a broker that reads.
const READERS_LEFT: i32 = 220;
const CONTROLLER: i32 = 86;
const READER: i32 = 160;

impl Layout {
    /// The layout of `scene` in `room`.
    #[must_use]
    pub fn of(scene: &Scene, room: Room) -> Self {
        if room.width < COMPACT_BELOW {
            compact(scene, scene.rows, room)
        } else {
            full(scene, room)
        }
    }

    /// The cards alone: the compact form whatever the room, with room for these rows.
    #[must_use]
    pub fn of_cards(scene: &Scene, rows: Rows, room: Room) -> Self {
        compact(scene, rows, room)
    }
}

fn full(scene: &Scene, room: Room) -> Layout {
    let axis_width = 56;
    let frame = columns::Frame {
        left: axis_width + 8,
        right: room.width - EDGE,
        rack_padding: 8,
        rack_gap: 12,
        card_gap: 8,
    };
    let card_y = QUORUM.bottom() + GAP_ABOVE + columns::rack_title(scene);
    let mut placed = columns::place(scene, frame, card_y);
    let width = room.width.max(placed.right + EDGE);
    let client_rows = clients_high(scene, width);
    let clients_height = client_rows * (CLIENT_HEIGHT + 8);
    let header = columns::header(scene, placed.detail);
    let footer = columns::footer(scene, placed.detail);
    let step = placed.detail.row_step();
    let around = columns::RACK_BOTTOM + 20 + clients_height;
    // High rows are fewer, and many brokers have much to say.
    let (least_rows, fewest) = match placed.detail {
        Detail::Brief => (LEAST_ROWS - 1, 2),
        Detail::Full | Detail::Medium => (LEAST_ROWS, 1),
    };
    let least = card_y + header + least_rows * step + footer + around;
    // A lane less, rather than clients that one has to scroll to.
    let fits = |lanes: &i32| room.height >= least + lanes * LANE;
    let lanes = match room.height {
        HIGHER.. => 3,
        height => (fewest..=if height < HIGH { 2 } else { 3 }).rev().find(fits).unwrap_or(2),
    };
    let below = around + lanes * LANE;
    let free = room.height - card_y - header - footer - below;
    let count = (free / step).clamp(least_rows, MOST_ROWS);
    placed.stretch(header + count * step + footer);
    let cards_end = card_y + header + count * step + footer + columns::RACK_BOTTOM;
    let height = room.height.max(card_y + header + count * step + footer + below);
    let clients_y = height - clients_height;
    let clients = clients(scene, width, clients_y);
    let quorum = Rect { width: room.width - 2 * EDGE, ..QUORUM };
    let mut layout = Layout {
        form: Form::Full,
        width,
        height,
        axis_width,
        quorum: Some(quorum),
        racks: placed.racks,
        columns: placed.columns,
        rows: RowGrid::new(scene.rows, count, step, card_y + header),
        clients,
        routes: Vec::new(),
    };
    let lanes = routes::Lanes { top: cards_end, bottom: clients_y, step: LANE };
    layout.routes = routes::routes(scene, &layout, lanes);
    layout
}

fn compact(scene: &Scene, rows: Rows, room: Room) -> Layout {
    let axis_width = 28;
    let frame = columns::Frame {
        left: axis_width + 6,
        right: room.width - 8,
        rack_padding: 0,
        rack_gap: 5,
        card_gap: 5,
    };
    let mut placed = columns::place(scene, frame, 2);
    placed.put_bystanders_last(frame);
    let header = columns::header(scene, placed.detail);
    let footer = columns::footer(scene, placed.detail);
    let step = placed.detail.row_step();
    let count = ((room.height - 4 - header - footer) / step).clamp(LEAST_ROWS + 2, MOST_ROWS);
    placed.stretch(header + count * step + footer);
    Layout {
        form: Form::Compact,
        width: room.width.max(placed.right + 8),
        height: 4 + header + count * step + footer,
        axis_width,
        quorum: None,
        racks: Vec::new(),
        columns: placed.columns,
        rows: RowGrid::new(rows, count, step, 2 + header),
        clients: Vec::new(),
        routes: Vec::new(),
    }
}

/// How many clients stand side by side.
fn clients_abreast(scene: &Scene, width: i32) -> i32 {
    let most = ((width - 2 * EDGE + CLIENT_GAP) / (CLIENT_WIDTH + CLIENT_GAP)).max(1);
    most.min(count(scene.clients.len()))
}

fn clients_high(scene: &Scene, width: i32) -> i32 {
    let abreast = clients_abreast(scene, width);
    if abreast == 0 { 0 } else { (count(scene.clients.len()) + abreast - 1) / abreast }
}

fn clients(scene: &Scene, width: i32, y: i32) -> Vec<(ClientId, Rect)> {
    let abreast = clients_abreast(scene, width);
    let place = |index: usize| {
        let (row, column) = (count(index) / abreast, count(index) % abreast);
        let each = (width - 2 * EDGE - (abreast - 1) * CLIENT_GAP) / abreast;
        let each = each.min(2 * CLIENT_WIDTH);
        Rect {
            x: EDGE + column * (each + CLIENT_GAP),
            y: y + row * (CLIENT_HEIGHT + 8),
            width: each,
            height: CLIENT_HEIGHT,
        }
    };
    scene.clients.iter().enumerate().map(|(index, client)| (client.id, place(index))).collect()
}

/// How many there are, for arithmetic in pixels.
fn count(items: usize) -> i32 {
    i32::try_from(items).unwrap_or(i32::MAX)
}
