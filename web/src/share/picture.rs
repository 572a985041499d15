//! Pictures to share: files of shapes and of pixels, with the scenario inside, and the link as a
//! code for phones.

use epochscope_view::picture::{Embedded, qr_code, with_embedded};
use js_sys::{Array, JsString, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement,
    HtmlImageElement, Url, window,
};
use yew::{Callback, Html, html};

use crate::app::Msg;

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
pub(super) fn choice(send: &Callback<Msg>) -> Html {
    let save = |form: Form, words: &'static str| {
        html! {
            <button type="button" onclick={send.reform(move |_| Msg::SavePicture(form))}>
                { words }
            </button>
        }
    };
    html! {
        <>
            <h3>{ "Picture" }</h3>
            <div class="line">
                { save(Form::Svg, "Save as SVG") }
                { save(Form::Png, "Save as PNG") }
            </div>
            <p class="note">{ "The scenario is inside: drop the file here to run it again." }</p>
        </>
    }
}

/// An address as a code for phones; words where it is too long for one.
pub(super) fn qr(address: &str) -> Html {
    let Some(code) = qr_code(address) else {
        return html! { <p class="note">{ "The link is too long for a QR code." }</p> };
    };
    let size = code.size;
    html! {
        <details>
            <summary>{ "QR code" }</summary>
            <svg class="qr" viewBox={format!("0 0 {size} {size}")} role="img"
                aria-label="The link as a QR code" shape-rendering="crispEdges">
                <path d={code.way} />
            </svg>
        </details>
    }
}

/// Saves a picture as a file of shapes.
pub(crate) fn download_svg(name: &str, svg: &str) {
    let _ = text_blob(svg).and_then(|blob| download(name, &blob));
}

/// Saves a picture as a file of pixels; says so where the browser cannot draw it.
pub(crate) fn download_png(
    name: String,
    svg: String,
    embedded: Embedded,
    refuse: Callback<String>,
) {
    spawn_local(async move {
        let png = pixels(&svg).await.and_then(|png| with_embedded(&png, &embedded));
        let saved = png.and_then(|png| {
            let parts = Array::of1(&Uint8Array::from(png.as_slice()));
            download(&name, &Blob::new_with_u8_array_sequence(&parts).ok()?)
        });
        if saved.is_none() {
            refuse.emit("This browser cannot make the picture: save it as SVG.".to_owned());
        }
    });
}

/// The picture as the bytes of a PNG file.
async fn pixels(svg: &str) -> Option<Vec<u8>> {
    let url = Url::create_object_url_with_blob(&text_blob(svg)?).ok()?;
    let canvas = draw(&url).await;
    let _ = Url::revoke_object_url(&url);
    let canvas = canvas?;
    let made = Promise::new(&mut |resolve, _| {
        let _ = canvas.to_blob(&resolve);
    });
    let blob: Blob = JsFuture::from(made).await.ok()?.dyn_into().ok()?;
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

async fn draw(url: &str) -> Option<HtmlCanvasElement> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(url);
    JsFuture::from(image.decode()).await.ok()?;
    let canvas = window()?.document()?.create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
    let (width, height) = (image.natural_width() * SCALE, image.natural_height() * SCALE);
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let (width, height) = (f64::from(width), f64::from(height));
    context
        .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)
        .ok()?;
    Some(canvas)
}

fn text_blob(svg: &str) -> Option<Blob> {
    let bag = BlobPropertyBag::new();
    bag.set_type("image/svg+xml");
    let parts: JsValue = Array::of1(&JsString::from(svg)).into();
    Blob::new_with_str_sequence_and_options(&parts, &bag).ok()
}

fn download(name: &str, blob: &Blob) -> Option<()> {
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let anchor = window()?.document()?.create_element("a").ok()?;
    anchor.set_attribute("href", &url).ok()?;
    anchor.set_attribute("download", name).ok()?;
    anchor.dyn_into::<HtmlElement>().ok()?.click();
    Url::revoke_object_url(&url).ok()
}
