//! Marks of SVG: each kind is built in one place, since `html!` writes out all of it wherever it
//! stands.

use epochscope_view::layout::Rect;
use yew::{AttrValue, Html, html};

/// A number of pixels as an attribute.
pub(crate) fn px(pixels: i32) -> AttrValue {
    AttrValue::from(pixels.to_string())
}

/// No attribute for no class.
fn some(class: &'static str) -> Option<&'static str> {
    (!class.is_empty()).then_some(class)
}

/// A rectangle with round corners.
pub(crate) fn rect(class: &'static str, place: Rect, radius: i32) -> Html {
    let Rect { x, y, width, height } = place;
    html! {
        <rect class={some(class)} x={px(x)} y={px(y)} width={px(width)} height={px(height)}
            rx={px(radius)} />
    }
}

/// Words at a place.
pub(crate) fn text(class: &'static str, x: i32, y: i32, words: impl Into<AttrValue>) -> Html {
    words_at(class, x, y, words.into())
}

fn words_at(class: &'static str, x: i32, y: i32, words: AttrValue) -> Html {
    html! { <text class={some(class)} x={px(x)} y={px(y)}>{ words }</text> }
}

/// A line from one place to another.
pub(crate) fn line(class: &'static str, from: (i32, i32), to: (i32, i32)) -> Html {
    html! {
        <line class={some(class)} x1={px(from.0)} y1={px(from.1)} x2={px(to.0)} y2={px(to.1)} />
    }
}

/// A path.
pub(crate) fn path(class: &'static str, way: impl Into<AttrValue>) -> Html {
    path_along(class, way.into())
}

fn path_along(class: &'static str, way: AttrValue) -> Html {
    html! { <path class={some(class)} d={way} /> }
}
