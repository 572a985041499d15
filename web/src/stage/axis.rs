//! The axis of offsets, with a bracket where logs differ.

use epochscope_view::layout::{Form, Layout, Rect};
use epochscope_view::scene::Scene;
use epochscope_vocabulary::Offset;

use crate::element::{Element, el, group};
use crate::svg;

/// The axis, over the left edge of the picture.
pub(super) fn draw(scene: &Scene, layout: &Layout) -> Element {
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
    let is_full = layout.form == Form::Full;
    svg::picture("svg.axis aria-hidden=true", width, layout.height)
        .with(svg::rect("ground", Rect { x: 0, y: rows.top - 24, width, height }, 0))
        .with(is_full.then(|| svg::text("axis-title", right, rows.top - 10, "offset")))
        .with(group().all(rows.offsets().map(number)))
        .with(bracket(scene, layout))
}

fn bracket(scene: &Scene, layout: &Layout) -> Option<Element> {
    if layout.form == Form::Compact {
        return None;
    }
    let (from, to) = scene.rows.diverged?;
    let rows = layout.rows;
    let top = rows.y(from.max(rows.first))?;
    let end = rows.y(Offset(to.0.saturating_sub(1)))?;
    let height = end + rows.cell_height - top;
    let middle = top + height / 2;
    let name = || {
        el("text.bracket-name")
            .attr("transform", format!("translate(13 {middle}) rotate(-90)"))
            .text("diverged")
    };
    let bracket = svg::path("bracket", format!("M24 {top}h-5v{height}h5"));
    Some(group().with(bracket).with((height > 60).then(name)))
}
