//! Pictures to share: files of shapes and of pixels, with the scenario inside, and the link as a
//! code for phones.

use epochscope_view::picture::{Embedded, qr_code, with_embedded};
use js_sys::{Uint8Array, encode_uri_component};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, window};
use yew::Callback;

use super::save;
use crate::app::Msg;
use crate::element::{Element, el, group};

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Shapes.
    Svg,
    /// Pixels.
    Png,
}

impl Form {
    /// How its files' names end.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

/// Pixels of the file for each one of the picture.
const SCALE: u32 = 2;

/// The buttons that save pictures.
pub(super) fn choice(send: &Callback<Msg>) -> Element {
    let save = |form| el("button type=button").click(send, Msg::SavePicture(form));
    let buttons = el("div.line")
        .with(save(Form::Svg).text("Save as SVG"))
        .with(save(Form::Png).text("Save as PNG"));
    let note = el("p.note").text("The scenario is inside: drop the file here to run it again.");
    group().with(el("h3").text("Picture")).with(buttons).with(note)
}

/// An address as a code for phones; words where it is too long for one.
pub(super) fn qr(address: &str) -> Element {
    let Some(code) = qr_code(address) else {
        return el("p.note").text("The link is too long for a QR code.");
    };
    let picture = el("svg.qr role=img aria-label='The link as a QR code'")
        .attr("viewBox", format!("0 0 {0} {0}", code.size))
        .attr("shape-rendering", "crispEdges")
        .with(el("path").attr("d", code.way));
    el("details").with(el("summary").text("QR code")).with(picture)
}

/// Saves a picture as a file of pixels; says so where the browser cannot draw it.
pub(crate) fn download_png(name: String, svg: String, embedded: Embedded, send: Callback<Msg>) {
    spawn_local(async move {
        let png = pixels(&svg).await.and_then(|png| with_embedded(&png, &embedded));
        let saved = png.and_then(|png| save(&name, &Uint8Array::from(&*png), "image/png"));
        if saved.is_none() {
            let why = "This browser cannot make the picture: save it as SVG.";
            send.emit(Msg::Refuse(why.to_owned()));
        }
    });
}

/// The picture as the bytes of a PNG file.
async fn pixels(svg: &str) -> Option<Vec<u8>> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(&format!("data:image/svg+xml,{}", String::from(encode_uri_component(svg))));
    JsFuture::from(image.decode()).await.ok()?;
    let drawn = draw(&image)?.to_data_url().ok()?;
    let (_, letters) = drawn.split_once(',')?;
    let bytes = window()?.atob(letters).ok()?;
    bytes.chars().map(|letter| u8::try_from(letter).ok()).collect()
}

fn draw(image: &HtmlImageElement) -> Option<HtmlCanvasElement> {
    let canvas = window()?.document()?.create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
    let (width, height) = (image.natural_width() * SCALE, image.natural_height() * SCALE);
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let (width, height) = (f64::from(width), f64::from(height));
    context
        .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)
        .ok()?;
    Some(canvas)
}
