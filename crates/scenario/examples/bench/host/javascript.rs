//! The clock and the output of a JavaScript host.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn now_ms() -> f64;
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    pub(crate) fn print(line: &str);
}
