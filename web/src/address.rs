//! The address of the page: it holds the run, the moment and what is looked at, as a link.
//!
//! Moving in time rewrites the address; opening another run adds one, so that the browser's way
//! back leads to the run before.

use wasm_bindgen::JsValue;
use web_sys::{History, window};

/// So long nothing must change before the address does: browsers count.
const REST_MS: f64 = 300.0;
/// What goes on changing is written this often.
const PATIENCE_MS: f64 = 3_000.0;

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Nothing: the start page.
    Nothing,
    /// A shipped scenario, by name: `#@zombie-leader`.
    Named(String),
    /// A link.
    Link(String),
}

/// What the address is to hold, and when it will.
#[derive(Debug, Default)]
pub(crate) struct Address {
    /// When something changed that is not written yet: first, and last.
    changed: Option<(f64, f64)>,
    written: String,
}

impl Address {
    /// What is shown has changed.
    pub(crate) fn touch(&mut self, now: f64) {
        let (since, _) = self.changed.unwrap_or((now, now));
        self.changed = Some((since, now));
    }

    /// Writes the link once nothing has changed for a while. True while that is still to come.
    pub(crate) fn settle(&mut self, now: f64, link: impl FnOnce() -> Option<String>) -> bool {
        match self.changed {
            Some((since, last)) if now - last < REST_MS && now - since < PATIENCE_MS => true,
            Some(_) => {
                self.changed = None;
                self.write(link().map(|link| format!("#{link}")));
                false
            }
            None => false,
        }
    }

    /// Another run, or the start page, is about to be shown: the address so far stays behind.
    pub(crate) fn turn_page(&mut self, link: Option<String>) {
        if self.changed.take().is_some() {
            self.write(link.map(|link| format!("#{link}")));
        }
        if let Some(history) = history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", None);
        }
    }

    /// Names a shipped scenario.
    pub(crate) fn name(&mut self, name: &str) {
        self.write(Some(format!("#@{name}")));
    }

    /// Names the start page.
    pub(crate) fn clear(&mut self) {
        self.changed = None;
        self.write(None);
    }

    /// What the address holds, if it was not this page that wrote it.
    pub(crate) fn asked(&mut self) -> Option<Held> {
        let fragment = window()?.location().hash().ok()?;
        let is_new = fragment != self.written;
        self.written.clone_from(&fragment);
        is_new.then(|| Held::read(&fragment))
    }

    /// A page in a frame of somebody else's may not be allowed to; it works all the same.
    fn write(&mut self, fragment: Option<String>) {
        let Some(window) = window() else { return };
        let (Some(history), Ok(path)) = (history(), window.location().pathname()) else { return };
        let address = fragment.as_deref().unwrap_or(&path);
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
        self.written = fragment.unwrap_or_default();
    }
}

impl Held {
    /// Other words after the `#` are nobody's link.
    fn read(fragment: &str) -> Self {
        let words = fragment.trim_start_matches('#');
        match (words.strip_prefix('@'), words.strip_prefix('e')) {
            (Some(name), _) => Self::Named(name.to_owned()),
            (None, Some(rest)) if rest.starts_with(char::is_numeric) => {
                Self::Link(words.to_owned())
            }
            (None, _) => Self::Nothing,
        }
    }
}

fn history() -> Option<History> {
    window()?.history().ok()
}
