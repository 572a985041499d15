//! What the reader wrote and has not run: it outlives the page.

use crate::theme::storage;

const KEY: &str = "epochscope-draft";

/// Keeps it. Storage may be forbidden or full; then it lasts as long as the page.
pub(crate) fn keep(text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, text);
    }
}

/// What was kept, unless it was run since.
pub(crate) fn kept() -> Option<String> {
    storage()?.get_item(KEY).ok()?.filter(|text| !text.trim().is_empty())
}

/// It was run: the address holds it now.
pub(crate) fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
    }
}
