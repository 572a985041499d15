//! Words that do not lie upon each other.
//!
//! Uses: `layout`.

use crate::layout::{Point, Rect};

/// A letter of a small label, on the safe side for wide system fonts, in tenths of a pixel.
const LETTER: i32 = 63;
/// How high a line of small words is.
pub(super) const LINE: i32 = 13;

/// The places taken by words.
#[derive(Debug, Default)]
pub(super) struct Taken(Vec<Rect>);

impl Taken {
    /// Takes a place unless part of it is taken.
    pub(super) fn take(&mut self, place: Rect) -> bool {
        self.take_all(&[place])
    }

    /// Takes all of these places, or none.
    pub(super) fn take_all(&mut self, places: &[Rect]) -> bool {
        let is_free = |place: &Rect| !self.0.iter().any(|taken| overlap(*taken, *place));
        let all_free = places.iter().all(is_free);
        if all_free {
            self.0.extend(places);
        }
        all_free
    }

    /// Takes a place, whatever lies there.
    pub(super) fn force(&mut self, place: Rect) {
        self.0.push(place);
    }
}

/// The places that words take along a slanted line whose middle is given, above it.
pub(super) fn slanted(middle: Point, width: i32, (across, down): (i32, i32)) -> Vec<Rect> {
    const PIECE: i32 = 16;
    let across = across.abs().max(1);
    let pieces = (width / PIECE).max(1);
    let place = |index: i32| {
        let from_middle = index * PIECE - width / 2;
        let y = middle.y - LINE + (from_middle + PIECE / 2) * down / across;
        Rect { x: middle.x + from_middle, y, width: PIECE, height: LINE - 2 }
    };
    (0..pieces).map(place).collect()
}

const fn overlap(one: Rect, other: Rect) -> bool {
    one.x < other.right()
        && other.x < one.right()
        && one.y < other.bottom()
        && other.y < one.bottom()
}

/// How wide words are.
pub(super) fn width(words: &str) -> i32 {
    i32::try_from(words.chars().count()).unwrap_or(i32::MAX / LETTER) * LETTER / 10 + 2
}

/// As many letters as fit.
pub(super) fn letters(pixels: i32) -> usize {
    usize::try_from(pixels * 10 / LETTER).unwrap_or_default()
}
