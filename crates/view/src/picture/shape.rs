//! What pictures are made of. Whole pixels; colours are names of [`crate::palette::TOKENS`].
//!
//! Uses: `layout`.

use epochscope_vocabulary::{RequestId, SimTime};

use crate::layout::{Point, Rect};

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// What it is called.
    pub title: String,
    /// What is to be seen, in words.
    pub about: String,
    /// From the back to the front.
    pub shapes: Vec<Shape>,
}

/// A shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A rectangle with round corners.
    Rect(Rect, i32, Paint),
    /// A straight line.
    Line(Point, Point, Paint),
    /// A path, in the letters of SVG.
    Path(String, Paint),
    /// Words.
    Text(Point, String, Font),
    /// Shapes that are one thing.
    Group(Group),
}

/// Shapes that are one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is, in words; empty for what only keeps together.
    pub label: String,
    /// Where a press of it leads.
    pub jump: Option<Jump>,
    /// How far its shapes are moved to the right and down.
    pub moved: Point,
    /// Whether it stands back.
    pub is_dimmed: bool,
    /// Its shapes.
    pub shapes: Vec<Shape>,
}

/// Where a press leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// To a moment.
    Moment(SimTime),
    /// To a request that is followed, and the moment of its sending.
    Request(RequestId, SimTime),
}

/// How a shape is painted. No name: not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    /// The colour inside.
    pub fill: &'static str,
    /// The colour of its edge.
    pub stroke: &'static str,
    /// The width of its edge, in tenths of a pixel.
    pub width: i32,
    /// Dashes and gaps, as SVG has them.
    pub dash: &'static str,
}

impl Paint {
    /// Filled.
    #[must_use]
    pub const fn fill(fill: &'static str) -> Self {
        Self { fill, stroke: "", width: 0, dash: "" }
    }

    /// With an edge so many tenths of a pixel wide.
    #[must_use]
    pub const fn line(stroke: &'static str, width: i32) -> Self {
        Self { fill: "", stroke, width, dash: "" }
    }

    /// Filled as well.
    #[must_use]
    pub const fn on(self, fill: &'static str) -> Self {
        Self { fill, ..self }
    }

    /// Dashed.
    #[must_use]
    pub const fn dashed(self, dash: &'static str) -> Self {
        Self { dash, ..self }
    }
}

/// How words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Font {
    /// Their colour.
    pub fill: &'static str,
    /// Their height, in tenths of a pixel.
    pub size: i32,
    /// How bold they are: 400 to 700.
    pub weight: i32,
    /// Whether all letters are equally wide.
    pub is_mono: bool,
    /// Which part of them is at their place.
    pub anchor: Anchor,
    /// The colour of a rim that keeps them readable upon lines.
    pub rim: &'static str,
    /// The direction in which they run, as steps to the right and down; none: to the right.
    pub along: Option<Point>,
    /// Whether they are struck through.
    pub is_struck: bool,
}

/// Which part of words is at their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Their beginning.
    Start,
    /// Their middle.
    Middle,
    /// Their end.
    End,
}

impl Font {
    /// Words of a colour and a height in tenths of a pixel.
    #[must_use]
    pub const fn new(fill: &'static str, size: i32) -> Self {
        Self {
            fill,
            size,
            weight: 400,
            is_mono: false,
            anchor: Anchor::Start,
            rim: "",
            along: None,
            is_struck: false,
        }
    }

    /// So bold.
    #[must_use]
    pub const fn bold(self, weight: i32) -> Self {
        Self { weight, ..self }
    }

    /// With letters of one width.
    #[must_use]
    pub const fn mono(self) -> Self {
        Self { is_mono: true, ..self }
    }

    /// With this part at its place.
    #[must_use]
    pub const fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// With a rim.
    #[must_use]
    pub const fn rimmed(self, rim: &'static str) -> Self {
        Self { rim, ..self }
    }
}

/// The name of a direction for an attribute `transform`: a rotation without angles.
#[must_use]
pub fn turned(place: Point, along: Point) -> String {
    let (right, down) = (i64::from(along.x), i64::from(along.y));
    let length = (right * right + down * down).isqrt().max(1);
    let (cos, sin) = (right * 1000 / length, down * 1000 / length);
    let (cos, sin, back) = (thousandths(cos), thousandths(sin), thousandths(-sin));
    format!("matrix({cos} {sin} {back} {cos} {} {})", place.x, place.y)
}

fn thousandths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    format!("{sign}{}.{:03}", value / 1000, value % 1000)
}

/// Tenths as a decimal number.
#[must_use]
pub fn tenths(value: i32) -> String {
    if value % 10 == 0 {
        (value / 10).to_string()
    } else {
        format!("{}.{}", value / 10, value % 10)
    }
}
