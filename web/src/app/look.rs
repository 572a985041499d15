//! What of a run is looked at: it travels with links.

use crate::views::View;

/// What is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// In which way.
    pub(crate) view: View,
}

impl Look {
    /// In words, as links have it; the partition comes between the first and the second.
    pub(crate) fn words(&self) -> String {
        self.view.word().to_owned()
    }

    /// Words of a link. Those of other versions are passed over.
    pub(crate) fn of_words(words: &str) -> Self {
        Self { view: View::of_word(words.split(' ').next().unwrap_or_default()) }
    }
}
