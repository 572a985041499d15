//! What of a run is looked at: it travels with links.

use epochscope_view::inspector::{Jump, Panel};
use epochscope_vocabulary::{EventId, RequestId, ValueId};

use crate::speed::Speed;
use crate::views::View;

/// What is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// In which way.
    pub(crate) view: View,
    /// The request that the space-time view follows.
    pub(crate) follow: Option<RequestId>,
    /// The inspector's page.
    pub(crate) panel: Panel,
    /// What it was asked about.
    pub(crate) subject: Option<Jump>,
    /// How fast time passes, and with it how far the time bar magnifies.
    pub(crate) speed: Speed,
}

impl Look {
    /// In words, as links have it; the partition comes between the first and the second.
    pub(crate) fn words(&self) -> String {
        let mut words = self.view.word().to_owned();
        if let Some(request) = self.follow {
            words.push_str(&format!(" request={}", request.0));
        }
        if self.panel != Panel::default() {
            words.push_str(&format!(" panel={}", self.panel as usize));
        }
        if self.speed != Speed::default() {
            words.push_str(&format!(" speed={}", self.speed as usize));
        }
        match self.subject {
            Some(Jump::Why(event) | Jump::Moment(event)) => {
                words.push_str(&format!(" event={}", event.0));
            }
            Some(Jump::Record(record)) => words.push_str(&format!(" record={}", record.0)),
            // A node is chosen on its page, and who waits is found by asking anew.
            Some(Jump::Node(_) | Jump::Request(..) | Jump::Compare(_)) | None => {}
        }
        words
    }

    /// Words of a link. Those of other versions are passed over.
    pub(crate) fn of_words(words: &str) -> Self {
        let number = |name: &str| {
            let word = words.split(' ').find_map(|word| word.strip_prefix(name));
            word.and_then(|number| number.parse::<u64>().ok())
        };
        let panel = number("panel=").and_then(|panel| usize::try_from(panel).ok());
        let panel = panel.and_then(|panel| Panel::ALL.get(panel));
        let speed = number("speed=").and_then(|speed| usize::try_from(speed).ok());
        let speed = speed.and_then(|speed| Speed::ALL.get(speed));
        let event = number("event=").map(|event| Jump::Why(EventId(event)));
        let record = number("record=").and_then(|record| u32::try_from(record).ok());
        Self {
            view: View::of_word(words.split(' ').next().unwrap_or_default()),
            follow: number("request=").map(RequestId),
            speed: speed.copied().unwrap_or_default(),
            panel: panel.map(|(panel, _)| *panel).unwrap_or_default(),
            subject: event.or(record.map(|record| Jump::Record(ValueId(record)))),
        }
    }
}
