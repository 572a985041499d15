//! A picture's shapes as SVG of the page: one function for all of them.
//!
//! Colours are the tokens of the style sheet, as attributes; what can be pressed is a button, and
//! says in its attributes where it leads.

use epochscope_view::layout::Point;
use epochscope_view::picture::{Anchor, Font, Group, Jump, Paint, Picture, Shape, tenths, turned};
use epochscope_vocabulary::RequestId;
use yew::AttrValue;

use crate::element::{Element, el};

/// The picture; of the request that is followed, all messages are pressed.
pub(crate) fn draw(picture: &Picture, follow: Option<RequestId>) -> Element {
    let Picture { width, height, shapes, .. } = picture;
    let svg = el("svg")
        .number("width", *width)
        .number("height", *height)
        .attr("viewBox", format!("0 0 {width} {height}"));
    all(svg, shapes, follow)
}

fn all(place: Element, shapes: &[Shape], follow: Option<RequestId>) -> Element {
    place.all(shapes.iter().map(|one| shape(one, follow)))
}

fn shape(shape: &Shape, follow: Option<RequestId>) -> Element {
    match shape {
        Shape::Rect(place, radius, paint) => {
            let rect = el("rect")
                .number("x", place.x)
                .number("y", place.y)
                .number("width", place.width)
                .number("height", place.height)
                .number("rx", *radius);
            painted(rect, *paint)
        }
        Shape::Line(from, to, paint) => {
            path(format!("M{} {}L{} {}", from.x, from.y, to.x, to.y), *paint)
        }
        Shape::Path(way, paint) => path(way.clone(), *paint),
        Shape::Text(place, words, font) => text(*place, words, *font),
        Shape::Group(one) => group(one, follow),
    }
}

fn path(way: String, paint: Paint) -> Element {
    painted(el("path").attr("d", way), paint)
}

fn painted(shape: Element, paint: Paint) -> Element {
    let shape = shape.attr("fill", token(paint.fill));
    if paint.stroke.is_empty() {
        return shape;
    }
    shape
        .attr("stroke", token(paint.stroke))
        .attr("stroke-width", tenths(paint.width))
        .maybe("stroke-dasharray", (!paint.dash.is_empty()).then_some(paint.dash))
}

fn token(name: &'static str) -> AttrValue {
    match name {
        "" => "none".into(),
        "transparent" => name.into(),
        _ => format!("var(--{name})").into(),
    }
}

fn text(place: Point, words: &str, font: Font) -> Element {
    let anchor = match font.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let (x, y) = if font.along.is_some() { (0, -4) } else { (place.x, place.y) };
    el("text")
        .class(font.is_mono.then_some("mono"))
        .class((!font.rim.is_empty()).then_some("rim"))
        .number("x", x)
        .number("y", y)
        .attr("fill", token(font.fill))
        .attr("font-size", tenths(font.size))
        .number("font-weight", font.weight)
        .attr("text-anchor", anchor)
        .maybe("transform", font.along.map(|along| turned(place, along)))
        .text(words.to_owned())
}

fn group(group: &Group, follow: Option<RequestId>) -> Element {
    let (at, request) = match group.jump {
        None => return all(el("g"), &group.shapes, follow),
        Some(Jump::Moment(at)) => (at, None),
        Some(Jump::Request(request, at)) => (at, Some(request)),
    };
    let button = el("g role=button tabindex=-1")
        .class(group.is_dimmed.then_some("dimmed"))
        .attr("aria-label", group.label.clone())
        .maybe("aria-pressed", request.map(|_| (request == follow).to_string()))
        .attr("data-at", at.0.to_string())
        .maybe("data-request", request.map(|request| request.0.to_string()));
    all(button, &group.shapes, follow)
}
