//! The axis of offsets, with a bracket where logs differ.

use crate::svg::{self, px};
use epochscope_view::layout::{Form, Layout, Rect};
use epochscope_view::scene::Scene;
use epochscope_vocabulary::Offset;
use yew::{Html, html};

/// The axis, over the left edge of the picture.
pub(super) fn draw(scene: &Scene, layout: &Layout) -> Html {
    let width = layout.axis_width;
    let right = width - if layout.form == Form::Full { 8 } else { 4 };
    let rows = layout.rows;
    let is_diverged =
        |offset: &Offset| scene.rows.diverged.is_some_and(|(from, to)| (from..to).contains(offset));
    let number = |offset: Offset| {
        let y = rows.y(offset).unwrap_or_default() + rows.cell_height / 2 + 4;
        let class = if is_diverged(&offset) { "offset diverged" } else { "offset" };
        svg::text(class, right, y, offset.0.to_string())
    };
    let height = rows.count * rows.step + 24;
    html! {
        <svg class="axis" width={px(width)} height={px(layout.height)} aria-hidden="true"
            viewBox={format!("0 0 {width} {}", layout.height)}>
            { svg::rect("ground", Rect { x: 0, y: rows.top - 24, width, height }, 0) }
            if layout.form == Form::Full {
                { svg::text("axis-title", right, rows.top - 10, "offset") }
            }
            { for rows.offsets().map(number) }
            { bracket(scene, layout) }
        </svg>
    }
}

fn bracket(scene: &Scene, layout: &Layout) -> Html {
    let Some((from, to)) = scene.rows.diverged else { return Html::default() };
    let rows = layout.rows;
    let from = from.max(rows.first);
    let last = Offset(to.0.saturating_sub(1));
    let (Some(top), Some(end)) = (rows.y(from), rows.y(last)) else { return Html::default() };
    let height = end + rows.cell_height - top;
    if layout.form == Form::Compact {
        return Html::default();
    }
    let middle = top + height / 2;
    html! {
        <>
            { svg::path("bracket", format!("M24 {top}h-5v{height}h5")) }
            if height > 60 {
                <text class="bracket-name"
                    transform={format!("translate(13 {middle}) rotate(-90)")}>{ "diverged" }</text>
            }
        </>
    }
}
