//! Numbers as attributes of SVG.

use yew::AttrValue;

/// A number of pixels as an attribute.
pub(crate) fn px(pixels: i32) -> AttrValue {
    AttrValue::from(pixels.to_string())
}
