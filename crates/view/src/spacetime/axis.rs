//! Time downwards: to scale where something happens, folded where nothing does.
//!
//! Uses: nothing.

use epochscope_vocabulary::{SimDuration, SimTime, put_in_order};

/// The height of a usual hop.
const HOP: i32 = 40;
/// Time longer than so many hops in which nothing happens is folded.
const FOLDED_ABOVE: u64 = 3;
/// The height of a fold.
const FOLD: i32 = 34;
/// Ticks are no nearer to each other than this.
const TICKS_APART: i32 = 15;

/// Where moments are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Axis {
    /// Moments with their heights; between them it is to scale.
    points: Vec<(SimTime, i32)>,
    /// Where time is folded.
    pub folds: Vec<Fold>,
    /// Moments that are named.
    pub ticks: Vec<Tick>,
    /// What one usual hop takes: it is as high as 40 pixels.
    pub hop: SimDuration,
}

/// Folded time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Its middle.
    pub y: i32,
    /// How long it is.
    pub span: SimDuration,
}

/// A named moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// When.
    pub at: SimTime,
    /// Where.
    pub y: i32,
}

impl Axis {
    /// For moments in any order, of which there is one at least, the first at `top`.
    pub(super) fn new(mut moments: Vec<SimTime>, hop: SimDuration, top: i32) -> Self {
        put_in_order(&mut moments, |one, other| one < other);
        moments.dedup();
        let hop = SimDuration(hop.0.max(1));
        let mut axis = Self { hop, ..Self::default() };
        let mut y = top;
        let mut before: Option<SimTime> = None;
        for at in moments {
            if let Some(before) = before {
                let span = at.since(before);
                if span.0 > hop.0.saturating_mul(FOLDED_ABOVE) {
                    axis.folds.push(Fold { y: y + FOLD / 2, span });
                    y += FOLD;
                } else {
                    y += scaled(span, hop);
                }
            }
            axis.points.push((at, y));
            if axis.ticks.last().is_none_or(|last| y - last.y >= TICKS_APART) {
                axis.ticks.push(Tick { at, y });
            }
            before = Some(at);
        }
        axis
    }

    /// Where a moment is; outside of it all: at its nearer end.
    #[must_use]
    pub fn y(&self, at: SimTime) -> i32 {
        let next = self.points.partition_point(|(known, _)| *known < at);
        let (Some(after), before) = (self.points.get(next), next.checked_sub(1)) else {
            return self.bottom();
        };
        let Some((from, top)) = before.map(|index| self.points[index]) else { return after.1 };
        part(at.since(from).0, after.0.since(from).0, after.1 - top) + top
    }

    /// Which moment is at a height.
    #[must_use]
    pub fn moment(&self, y: i32) -> SimTime {
        let next = self.points.partition_point(|(_, known)| *known < y);
        let before = next.checked_sub(1).map(|index| self.points[index]);
        match (before, self.points.get(next)) {
            (Some((from, top)), Some((to, bottom))) => {
                let (done, whole) = (u64::from((y - top).unsigned_abs()), to.since(from).0);
                let high = u64::from((bottom - top).unsigned_abs()).max(1);
                from + SimDuration(whole / high * done + whole % high * done / high)
            }
            (Some((at, _)), None) => at,
            (None, Some((at, _))) => *at,
            (None, None) => SimTime::ZERO,
        }
    }

    /// The height of the first moment.
    #[must_use]
    pub fn top(&self) -> i32 {
        self.points.first().map_or(0, |(_, y)| *y)
    }

    /// The height of the last moment.
    #[must_use]
    pub fn bottom(&self) -> i32 {
        self.points.last().map_or(0, |(_, y)| *y)
    }
}

fn scaled(span: SimDuration, hop: SimDuration) -> i32 {
    part(span.0, hop.0, HOP)
}

/// `done` of `whole`, on so many pixels.
fn part(done: u64, whole: u64, pixels: i32) -> i32 {
    let (whole, pixels) = (whole.max(1), u64::from(pixels.unsigned_abs()));
    i32::try_from((done.saturating_mul(pixels) + whole / 2) / whole).unwrap_or(i32::MAX / 4)
}
