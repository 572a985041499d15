//! Racks, columns and rows.
//!
//! Uses: `layout`, `scene`.

use std::sync::Arc;

use epochscope_vocabulary::{BrokerId, Offset};

use super::{BYSTANDER, NARROWEST, Rect, WIDEST, count};
use crate::scene::{BrokerCard, Rows, Scene};

/// What a band of brokers in one rack has below its cards.
pub(super) const RACK_BOTTOM: i32 = 10;

/// What a line of other partitions takes above the rows.
const OTHERS: i32 = 20;
/// How far above the rows their chips begin.
const CHIPS: i32 = 30;
/// A chip's width and height, and the space to the next one.
const CHIP: i32 = 15;
const CHIP_GAP: i32 = 2;

/// What stands above the rows of every card.
pub(super) fn header(scene: &Scene, detail: Detail) -> i32 {
    let has_others = scene.brokers.iter().any(|broker| !broker.others.is_empty());
    detail.header() + if has_others { OTHERS } else { 0 }
}

/// What stands below the rows of every card.
pub(super) fn footer(scene: &Scene, detail: Detail) -> i32 {
    let is_cut = scene.brokers.iter().any(|broker| !broker.cut_off.is_empty());
    detail.footer() + if is_cut { detail.cut_off() } else { 0 }
}

/// A rack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RackBand {
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Where it is.
    pub place: Rect,
}

/// A broker's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Whose.
    pub broker: BrokerId,
    /// Its card.
    pub card: Rect,
    /// The left edge of its cells.
    pub cells_x: i32,
    /// The width of its cells.
    pub cells_width: i32,
    /// How much it says.
    pub detail: Detail,
    /// Whether its broker has nothing to do with the partition shown.
    pub is_bystander: bool,
}

impl Column {
    /// The place of one of so many chips, for other partitions.
    #[must_use]
    pub fn chip(&self, index: usize, chips: usize, rows: RowGrid) -> Rect {
        let width = CHIP.min(self.cells_width / count(chips).max(1) - CHIP_GAP);
        let x = self.cells_x + count(index) * (width + CHIP_GAP);
        Rect { x, y: rows.top - CHIPS, width, height: CHIP }
    }

    /// Where it is told whom cut links keep the broker from.
    #[must_use]
    pub fn cut_off(&self) -> Rect {
        let height = self.detail.cut_off();
        let (margin, below) = match self.detail {
            Detail::Full | Detail::Medium => (14, 8),
            // Above the button of its menu.
            Detail::Brief => (if self.is_bystander { 4 } else { 7 }, self.detail.footer() - 5),
        };
        let y = self.card.bottom() - below - height;
        Rect { x: self.card.x + margin, y, width: self.card.width - 2 * margin, height }
    }
}

/// How much a column has room to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// All of it, with labels beside the cells.
    Full,
    /// The same in one more line.
    Medium,
    /// Short words; labels lie on the borders between rows, which are further apart.
    Brief,
}

impl Detail {
    const fn of(width: i32) -> Self {
        match width {
            ..165 => Self::Brief,
            165..236 => Self::Medium,
            236.. => Self::Full,
        }
    }

    /// What stands above the rows.
    const fn header(self) -> i32 {
        match self {
            Self::Full => 72,
            Self::Medium => 88,
            Self::Brief => 84,
        }
    }

    /// What stands below the rows.
    const fn footer(self) -> i32 {
        match self {
            Self::Full | Self::Medium => 66,
            Self::Brief => 62,
        }
    }

    /// What it takes to tell whom cut links keep a broker from.
    const fn cut_off(self) -> i32 {
        match self {
            Self::Full => 18,
            Self::Medium => 33,
            Self::Brief => 47,
        }
    }

    pub(super) const fn row_step(self) -> i32 {
        match self {
            Self::Full | Self::Medium => 23,
            Self::Brief => 35,
        }
    }
}

/// The rows of offsets that are shown: the newest, and one more for the next record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowGrid {
    /// The offset of the first row.
    pub first: Offset,
    /// How many rows.
    pub count: i32,
    /// From one row to the next.
    pub step: i32,
    /// A cell's height.
    pub cell_height: i32,
    /// The upper edge of the first row.
    pub top: i32,
}

impl RowGrid {
    pub(super) fn new(rows: Rows, rows_high: i32, step: i32, top: i32) -> Self {
        let shown = u64::try_from(rows_high - 1).unwrap_or_default();
        let first = Offset(rows.last.0.saturating_sub(shown)).max(rows.first);
        let cell_height = if step > 30 { 26 } else { 19 };
        Self { first, count: rows_high, step, cell_height, top }
    }

    /// The upper edge of the row of `offset`, if it is shown.
    #[must_use]
    pub fn y(&self, offset: Offset) -> Option<i32> {
        let row = offset.0.checked_sub(self.first.0)?;
        let row = i32::try_from(row).ok().filter(|row| *row < self.count)?;
        Some(self.top + row * self.step)
    }

    /// Where the line before `offset` runs: between its row and the one above.
    #[must_use]
    pub fn line_y(&self, offset: Offset) -> Option<i32> {
        let gap = (self.step - self.cell_height) / 2;
        self.y(offset).map(|y| y - gap)
    }

    /// The offsets shown.
    pub fn offsets(&self) -> impl Iterator<Item = Offset> + use<> {
        let first = self.first;
        let count = u64::try_from(self.count).unwrap_or_default();
        (0..count).map(move |row| first.plus(row))
    }
}

/// The room for columns and the distances between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) rack_padding: i32,
    pub(super) rack_gap: i32,
    pub(super) card_gap: i32,
}

/// Columns and racks put beside each other.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) racks: Vec<RackBand>,
    pub(super) columns: Vec<Column>,
    pub(super) detail: Detail,
    pub(super) right: i32,
}

impl Placed {
    /// Puts those who have nothing to do with the partition behind all others.
    pub(super) fn put_bystanders_last(&mut self, frame: Frame) {
        let (behind, before): (Vec<_>, Vec<_>) =
            self.columns.iter_mut().partition(|column| column.is_bystander);
        let mut x = frame.left;
        for column in before.into_iter().chain(behind) {
            column.cells_x += x - column.card.x;
            column.card.x = x;
            x = column.card.right() + frame.card_gap;
        }
    }

    /// Gives all cards this height, and the racks what belongs to it.
    pub(super) fn stretch(&mut self, card_height: i32) {
        for column in &mut self.columns {
            column.card.height = card_height;
        }
        let end = self.columns.first().map_or(0, |column| column.card.bottom());
        for rack in &mut self.racks {
            rack.place.height = end + RACK_BOTTOM - rack.place.y;
        }
    }
}

/// The room that rack names take above the cards.
pub(super) fn rack_title(scene: &Scene) -> i32 {
    if scene.brokers.iter().any(|broker| broker.rack.is_some()) { 26 } else { 10 }
}

pub(super) fn place(scene: &Scene, frame: Frame, card_y: i32) -> Placed {
    let brokers = scene.on_stage();
    let racks: Vec<&[&Arc<BrokerCard>]> =
        brokers.chunk_by(|one, other| one.rack == other.rack).collect();
    let width = column_width(scene, &brokers, frame, racks.len());
    let detail = Detail::of(width);
    let mut placed = Placed { racks: Vec::new(), columns: Vec::new(), detail, right: frame.left };
    let band_y = card_y - rack_title(scene);
    let mut x = frame.left;
    for rack in racks {
        let start = x;
        x += frame.rack_padding;
        for broker in rack {
            let is_bystander = scene.is_bystander(broker);
            let width = if is_bystander { BYSTANDER } else { width };
            let detail = if is_bystander { Detail::Brief } else { detail };
            let card = Rect { x, y: card_y, width, height: 0 };
            placed.columns.push(Column { is_bystander, ..column(broker.id, card, detail) });
            x += width + frame.card_gap;
        }
        x += frame.rack_padding - frame.card_gap;
        let place = Rect { x: start, y: band_y, width: x - start, height: 0 };
        let name = rack.first().and_then(|broker| broker.rack.clone());
        placed.racks.push(RackBand { name, place });
        placed.right = x;
        x += frame.rack_gap;
    }
    placed
}

fn column_width(scene: &Scene, brokers: &[&Arc<BrokerCard>], frame: Frame, racks: usize) -> i32 {
    let (racks, all) = (count(racks), count(brokers.len()));
    let bystanders = brokers.iter().filter(|broker| scene.is_bystander(broker));
    let bystanders = count(bystanders.count());
    let between = 2 * racks * frame.rack_padding
        + (racks - 1) * frame.rack_gap
        + (all - racks) * frame.card_gap;
    let free = frame.right - frame.left - between - bystanders * BYSTANDER;
    (free / (all - bystanders).max(1)).clamp(NARROWEST, WIDEST)
}

fn column(broker: BrokerId, card: Rect, detail: Detail) -> Column {
    // Beside the cells of a full column stand the tabs of high watermark and log end.
    let (left, right) = match detail {
        Detail::Full | Detail::Medium => (12, 58),
        Detail::Brief => (7, 6),
    };
    let (cells_x, cells_width) = (card.x + left, card.width - left - right);
    Column { broker, card, cells_x, cells_width, detail, is_bystander: false }
}
