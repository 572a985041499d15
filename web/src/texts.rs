//! Texts of shipped scenarios: each is a file beside the page, fetched when it is wanted.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, window};
use yew::Callback;

use crate::app::Msg;

/// Fetches the text of this scenario, and tells it, or why it cannot be had.
pub(crate) fn fetch(name: &'static str, send: Callback<Msg>) {
    spawn_local(async move {
        let told = fetched(name).await;
        send.emit(Msg::Brought(name, told));
    });
}

async fn fetched(name: &str) -> Result<String, String> {
    let unheard = |_: JsValue| "The server cannot be reached. Are you offline?".to_owned();
    let window = window().ok_or_else(String::new)?;
    let path = format!("scenarios/{name}.scenario");
    let answer = JsFuture::from(window.fetch_with_str(&path)).await.map_err(unheard)?;
    let answer: Response = answer.unchecked_into();
    if !answer.ok() {
        return Err(format!("The server answers {} to {path}.", answer.status()));
    }
    let text = JsFuture::from(answer.text().map_err(unheard)?).await.map_err(unheard)?;
    Ok(text.as_string().unwrap_or_default())
}
