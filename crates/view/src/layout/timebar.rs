//! The time bar: moments to pixels, round numbers for its axis, labels that do not overprint.
//!
//! Uses: `timeline`.

use std::sync::Arc;

use epochscope_vocabulary::{SimDuration, SimTime};

use crate::scene::Tone;
use crate::timeline::Tick;

/// A stretch of time on a stretch of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The time at the left end.
    pub from: SimTime,
    /// The time at the right end.
    pub to: SimTime,
    /// The left end.
    pub left: i32,
    /// From end to end.
    pub width: i32,
}

impl Scale {
    /// Where a moment is. Outside of the stretch: at its nearer end.
    #[must_use]
    pub fn x(&self, at: SimTime) -> i32 {
        let at = at.clamp(self.from, self.to);
        let whole = i128::from(self.to.since(self.from).0.max(1));
        let part = i128::from(at.since(self.from).0) * i128::from(self.width);
        self.left + i32::try_from((part + whole / 2) / whole).unwrap_or_default()
    }

    /// Which moment is at `x`.
    #[must_use]
    pub fn moment(&self, x: i32) -> SimTime {
        let part = u64::try_from((x - self.left).clamp(0, self.width)).unwrap_or_default();
        let whole = u64::try_from(self.width.max(1)).unwrap_or(1);
        self.from + SimDuration(self.to.since(self.from).0 / whole * part)
    }

    /// Round moments, as many as fit with `apart` pixels between them.
    #[must_use]
    pub fn marks(&self, apart: i32) -> Vec<SimTime> {
        let fits = u64::try_from((self.width / apart).max(1)).unwrap_or(1);
        let step = round_step((self.to.since(self.from).0 / fits).max(1));
        let first = self.from.0.div_ceil(step) * step;
        (0..).map(|n| SimTime(first + n * step)).take_while(|at| *at <= self.to).collect()
    }
}

/// The least of 1, 2, 5, 10, 20, 50 ... microseconds that is not below `span`.
fn round_step(span: u64) -> u64 {
    let mut unit = 1;
    loop {
        for step in [unit, 2 * unit, 5 * unit] {
            if step >= span {
                return step;
            }
        }
        unit *= 10;
    }
}

/// The part of a run that the time bar magnifies around `at`.
///
/// It moves on by pages, not with each moment, so that it can be looked at while time passes.
#[must_use]
pub fn lens(at: SimTime, span: SimDuration) -> (SimTime, SimTime) {
    let page = (span.0 * 3 / 4).max(1);
    let from = SimTime((at.0 / page * page).saturating_sub(span.0 / 8));
    (from, from + span)
}

/// A tick with or without its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedTick {
    /// When.
    pub at: SimTime,
    /// Where.
    pub x: i32,
    /// In which of the rows below each other.
    pub row: usize,
    /// How it bears on the story.
    pub tone: Tone,
    /// What.
    pub label: Arc<str>,
    /// Where its label begins, if there is room for it.
    pub label_x: Option<i32>,
}

/// A letter of a tick's label, on the safe side for wide system fonts.
const LETTER: i32 = 7;

/// Ticks with labels in so many rows; a label is given up rather than printed over another, or in
/// a single row over the next tick.
#[must_use]
pub fn ticks(ticks: &[Tick], scale: Scale, rows: usize) -> Vec<PlacedTick> {
    let mut free_from = vec![i32::MIN; rows];
    let mut placed: Vec<PlacedTick> = Vec::new();
    let inside = ticks.iter().filter(|tick| (scale.from..=scale.to).contains(&tick.at));
    let mut inside = inside.peekable();
    while let Some(tick) = inside.next() {
        let x = scale.x(tick.at);
        let end = x + 5 + super::count(tick.label.chars().count()) * LETTER;
        let next = inside.peek().map(|next| scale.x(next.at)).filter(|next| rows == 1 && *next > x);
        let right = next.unwrap_or(i32::MAX).min(scale.left + scale.width);
        let free = free_from.iter().position(|free| x > *free && end <= right);
        // Ticks on one pixel are one tick, unless there is room for the other label as well.
        let is_new = placed.last().is_none_or(|last| last.x != x);
        if let Some(row) = free {
            free_from[row] = end + 8;
        } else if !is_new {
            continue;
        }
        let label_x = free.map(|_| x + 5);
        let (at, tone, label) = (tick.at, tick.tone, tick.label.clone());
        placed.push(PlacedTick { at, x, row: free.unwrap_or(0), tone, label, label_x });
    }
    placed
}
