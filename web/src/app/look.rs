//! What of a run is looked at: it travels with links.

use epochscope_view::inspector::{Jump, Panel};
use epochscope_vocabulary::{EventId, RequestId, ValueId};

use super::App;
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
    /// In words, as links have it; the session puts the partition after the first.
    pub(crate) fn words(&self) -> String {
        let mut words = self.view.word().to_owned();
        if let Some(request) = self.follow {
            words.push_str(&format!(" request={}", request.0));
        }
        if self.panel != Panel::default() {
            words.push_str(&format!(" panel={}", panel_word(self.panel)));
        }
        if self.speed != Speed::default() {
            words.push_str(&format!(" speed={}", self.speed.word()));
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
        let word = |name: &str| words.split(' ').find_map(|word| word.strip_prefix(name));
        let number = |name: &str| word(name).and_then(|number| number.parse::<u64>().ok());
        let panels = Panel::ALL.iter().map(|(panel, _)| *panel);
        let panel =
            word("panel=").and_then(|word| panels.clone().find(|panel| panel_word(*panel) == word));
        let speed = word("speed=")
            .and_then(|word| Speed::ALL.into_iter().find(|speed| speed.word() == word));
        let event = number("event=").map(|event| Jump::Why(EventId(event)));
        let record = number("record=").and_then(|record| u32::try_from(record).ok());
        Self {
            view: View::of_word(words.split(' ').next().unwrap_or_default()),
            follow: number("request=").map(RequestId),
            speed: speed.unwrap_or_default(),
            panel: panel.unwrap_or_default(),
            subject: event.or(record.map(|record| Jump::Record(ValueId(record)))),
        }
    }
}

/// The name of an inspector's page in links.
fn panel_word(panel: Panel) -> String {
    let name = Panel::ALL.iter().find(|(known, _)| *known == panel).map_or("", |(_, name)| name);
    name.to_ascii_lowercase()
}

impl App {
    /// Looks at the run in another way.
    pub(super) fn look_at(&mut self, view: View) {
        if self.look.view == view {
            return;
        }
        self.look.view = view;
        self.room = None;
        self.layout = None;
        self.compare_again();
        self.touch();
    }

    /// Lets time pass so fast from now on.
    pub(super) fn play_at(&mut self, speed: Speed) {
        self.look.speed = speed;
        self.touch();
    }
}
