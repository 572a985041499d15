//! Files of the reader's: picked or dropped on the page. They stay in the tab.

use epochscope_view::picture;
use epochscope_view::session::file_text;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DragEvent, File, HtmlInputElement};
use yew::{Callback, Event, Html, TargetCast};

use crate::app::Msg;
use crate::element::{On, el};
use crate::icons::Icon;

/// A control that lets the reader choose a file.
pub(crate) fn picker(send: &Callback<Msg>) -> Html {
    let send = send.clone();
    let chosen = Callback::from(move |event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            read(file, send.clone());
        }
        // The same file may be chosen again.
        input.set_value("");
    });
    let input = el("input.hidden type=file accept=.scenario,.txt,.svg,.png,text/plain");
    el("label.button")
        .with(Icon::File.draw())
        .text("Open a file")
        .with(input.on(On::Change, chosen))
        .html()
}

/// Takes the file that was dropped, if there was one.
pub(crate) fn dropped(event: &DragEvent, send: Callback<Msg>) {
    let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
    if let Some(file) = file {
        read(file, send);
    }
}

/// Larger files hold no scenario.
const LARGEST: f64 = 16.0 * 1024.0 * 1024.0;

fn read(file: File, send: Callback<Msg>) {
    let name = file.name();
    if file.size() > LARGEST {
        return send.emit(Msg::Refuse(format!("{name} is too large: at most 16 MiB.")));
    }
    spawn_local(async move {
        let read = JsFuture::from(file.array_buffer()).await;
        let bytes = read.map(|buffer| Uint8Array::new(buffer.unchecked_ref()).to_vec());
        if let Some(link) = bytes.as_deref().ok().and_then(picture::link_in) {
            return send.emit(Msg::OpenLink(link));
        }
        send.emit(match bytes.as_deref().map(file_text) {
            Ok(Ok(text)) => Msg::OpenFile(text),
            Ok(Err(why)) => Msg::Refuse(format!("{name}: {why}.")),
            Err(_) => Msg::Refuse(format!("{name} cannot be read.")),
        });
    });
}
