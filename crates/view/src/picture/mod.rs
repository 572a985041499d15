//! A picture as plain data: shapes with the names of their colours, for a page or for a file.
//!
//! The stage, the time line and the space-time diagram are put together here from their layouts;
//! [`to_svg`] writes a file of its own from any of them, and a page draws the same shapes.
//!
//! Uses: its folder.

mod embedded;
mod lanes;
mod marks;
mod png;
mod qr;
mod shape;
mod spacetime;
mod stage;
mod svg;

#[cfg(test)]
mod tests;

pub use embedded::{Embedded, from_file, from_svg, is_picture, link_in};
pub use png::{from_png, with_embedded};
pub use qr::{QrCode, qr_code};
pub use shape::{Anchor, Font, Group, Jump, Paint, Picture, Shape};
pub use shape::{tenths, turned};
pub use spacetime::{LEGEND, names, spacetime};
pub use svg::{Theme, to_svg};

pub(crate) use lanes::lanes;
pub(crate) use marks::Frame;
pub(crate) use spacetime::framed;
pub(crate) use stage::stage;
