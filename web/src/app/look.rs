//! What of a run is looked at: it travels with links.

use epochscope_vocabulary::RequestId;

use crate::views::View;

/// What is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// In which way.
    pub(crate) view: View,
    /// The request that the space-time view follows.
    pub(crate) follow: Option<RequestId>,
}

impl Look {
    /// In words, as links have it; the partition comes between the first and the second.
    pub(crate) fn words(&self) -> String {
        let view = self.view.word();
        match self.follow {
            Some(request) => format!("{view} request={}", request.0),
            None => view.to_owned(),
        }
    }

    /// Words of a link. Those of other versions are passed over.
    pub(crate) fn of_words(words: &str) -> Self {
        let request = words.split(' ').find_map(|word| word.strip_prefix("request=")?.parse().ok());
        let view = View::of_word(words.split(' ').next().unwrap_or_default());
        Self { view, follow: request.map(RequestId) }
    }
}
