//! Marks of SVG: each kind is built in one place.

use epochscope_view::layout::Rect;
use yew::AttrValue;

use crate::element::{Element, el, group};

/// A picture of a size.
pub(crate) fn picture(shape: &'static str, width: i32, height: i32) -> Element {
    el(shape)
        .number("width", width)
        .number("height", height)
        .attr("viewBox", format!("0 0 {width} {height}"))
}

/// Anything that fills a place.
pub(crate) fn at(shape: &'static str, place: Rect) -> Element {
    let Rect { x, y, width, height } = place;
    el(shape).number("x", x).number("y", y).number("width", width).number("height", height)
}

/// Marks that say what they are to who points at them.
pub(crate) fn titled(shape: &'static str, title: impl Into<AttrValue>) -> Element {
    titled_with(shape, title.into())
}

fn titled_with(shape: &'static str, title: AttrValue) -> Element {
    el(shape).with(el("title").text(title))
}

/// A rectangle with round corners.
pub(crate) fn rect(class: &'static str, place: Rect, radius: i32) -> Element {
    at("rect", place).class(class).number("rx", radius)
}

/// Words at a place.
pub(crate) fn text(class: &'static str, x: i32, y: i32, words: impl Into<AttrValue>) -> Element {
    words_at(class, x, y, words.into())
}

fn words_at(class: &'static str, x: i32, y: i32, words: AttrValue) -> Element {
    el("text").class(class).number("x", x).number("y", y).text(words)
}

/// Words on a plate, so that nothing below makes them hard to read.
pub(crate) fn plated(class: &'static str, plate: Rect, radius: i32, words: AttrValue) -> Element {
    let words = words_at("", plate.x + 4, plate.y + 11, words);
    group().with(rect(class, plate, radius)).with(words)
}

/// A line from one place to another.
pub(crate) fn line(class: &'static str, from: (i32, i32), to: (i32, i32)) -> Element {
    el("line")
        .class(class)
        .number("x1", from.0)
        .number("y1", from.1)
        .number("x2", to.0)
        .number("y2", to.1)
}

/// A path.
pub(crate) fn path(class: &'static str, way: impl Into<AttrValue>) -> Element {
    path_along(class, way.into())
}

fn path_along(class: &'static str, way: AttrValue) -> Element {
    el("path").class(class).attr("d", way)
}

/// A circle around a place.
pub(crate) fn circle(x: i32, y: i32, radius: i32) -> Element {
    el("circle").number("cx", x).number("cy", y).number("r", radius)
}
