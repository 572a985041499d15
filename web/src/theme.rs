//! Light or dark: the system's choice until the reader makes one, which is remembered.

use web_sys::window;

const KEY: &str = "epochscope-theme";

/// What the page looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The remembered choice, else the system's.
    pub(crate) fn current() -> Self {
        match stored().as_deref() {
            Some("dark") => Self::Dark,
            Some("light") => Self::Light,
            _ => Self::of_system(),
        }
    }

    /// The other one.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Makes the page look so and remembers it. Storage may be forbidden; then it lasts as long as
    /// the page.
    pub(crate) fn choose(self) {
        self.put_on();
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, self.name());
        }
    }

    /// Puts a remembered choice on the page. Without one the style sheet follows the system.
    pub(crate) fn restore() {
        if stored().is_some() {
            Self::current().put_on();
        }
    }

    fn put_on(self) {
        let root = window().and_then(|w| w.document()).and_then(|d| d.document_element());
        if let Some(root) = root {
            let _ = root.set_attribute("data-theme", self.name());
        }
    }

    fn of_system() -> Self {
        let dark = window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok()?);
        if dark.is_some_and(|query| query.matches()) { Self::Dark } else { Self::Light }
    }
}

/// The browser's storage, where it is allowed.
pub(crate) fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok()?
}

fn stored() -> Option<String> {
    storage()?.get_item(KEY).ok()?
}
