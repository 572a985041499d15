//! A picture's shapes as SVG of the page: one function for all of them.
//!
//! Colours are the tokens of the style sheet, as attributes; what can be pressed is a button, and
//! says in its attributes where it leads.

use epochscope_view::layout::Point;
use epochscope_view::picture::{Anchor, Font, Group, Jump, Paint, Picture, Shape, tenths, turned};
use epochscope_vocabulary::RequestId;
use yew::{AttrValue, Html, html};

use crate::svg::px;

/// The picture; of the request that is followed, all messages are pressed.
pub(crate) fn draw(picture: &Picture, class: &'static str, follow: Option<RequestId>) -> Html {
    let (width, height) = (picture.width, picture.height);
    html! {
        <svg {class} width={px(width)} height={px(height)}
            viewBox={format!("0 0 {width} {height}")}>
            { for picture.shapes.iter().map(|one| shape(one, follow)) }
        </svg>
    }
}

fn shape(shape: &Shape, follow: Option<RequestId>) -> Html {
    match shape {
        Shape::Rect(place, radius, paint) => {
            let look = Look::of(*paint);
            html! {
                <rect x={px(place.x)} y={px(place.y)} width={px(place.width)}
                    height={px(place.height)} rx={px(*radius)} fill={look.fill}
                    stroke={look.stroke} stroke-width={look.width} stroke-dasharray={look.dash} />
            }
        }
        Shape::Line(from, to, paint) => {
            path(format!("M{} {}L{} {}", from.x, from.y, to.x, to.y).into(), *paint)
        }
        Shape::Path(way, paint) => path(way.clone().into(), *paint),
        Shape::Text(place, words, font) => text(*place, words, *font),
        Shape::Group(one) => group(one, follow),
    }
}

/// How a shape is painted, as attributes.
struct Look {
    fill: AttrValue,
    stroke: Option<AttrValue>,
    width: Option<AttrValue>,
    dash: Option<&'static str>,
}

impl Look {
    fn of(paint: Paint) -> Self {
        let stroke = (!paint.stroke.is_empty()).then(|| token(paint.stroke));
        let width = stroke.is_some().then(|| tenths(paint.width).into());
        let dash = (!paint.dash.is_empty()).then_some(paint.dash);
        Self { fill: token(paint.fill), stroke, width, dash }
    }
}

fn token(name: &'static str) -> AttrValue {
    match name {
        "" => "none".into(),
        "transparent" => name.into(),
        _ => format!("var(--{name})").into(),
    }
}

fn path(way: AttrValue, paint: Paint) -> Html {
    let look = Look::of(paint);
    html! {
        <path d={way} fill={look.fill} stroke={look.stroke} stroke-width={look.width}
            stroke-dasharray={look.dash} />
    }
}

fn text(place: Point, words: &str, font: Font) -> Html {
    let anchor = match font.anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    };
    let (x, y) = if font.along.is_some() { (0, -4) } else { (place.x, place.y) };
    let class = match (font.is_mono, font.rim.is_empty()) {
        (false, true) => None,
        (true, true) => Some("mono"),
        (false, false) => Some("rim"),
        (true, false) => Some("mono rim"),
    };
    html! {
        <text {class} x={px(x)} y={px(y)} fill={token(font.fill)} font-size={tenths(font.size)}
            font-weight={px(font.weight)} text-anchor={anchor}
            transform={font.along.map(|along| turned(place, along))}>{ words.to_owned() }</text>
    }
}

fn group(group: &Group, follow: Option<RequestId>) -> Html {
    let (at, request) = match group.jump {
        None => (None, None),
        Some(Jump::Moment(at)) => (Some(at), None),
        Some(Jump::Request(request, at)) => (Some(at), Some(request)),
    };
    let is_button = at.is_some();
    let is_pressed = request.map(|request| (Some(request) == follow).to_string());
    html! {
        <g class={group.is_dimmed.then_some("dimmed")} role={is_button.then_some("button")}
            tabindex={is_button.then_some("-1")} aria-pressed={is_pressed}
            aria-label={is_button.then(|| group.label.clone())}
            data-at={at.map(|at| at.0.to_string())}
            data-request={request.map(|request| request.0.to_string())}>
            { for group.shapes.iter().map(|one| shape(one, follow)) }
        </g>
    }
}
