//! What of a run is looked at: it travels with links.

use epochscope_view::inspector::{Jump, Panel, Query};
use epochscope_vocabulary::{EventId, RequestId, ValueId};

use super::App;
use super::inspect::Inspected;
use crate::speed::Speed;
use crate::views::View;

/// What is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// In which way.
    pub(crate) view: View,
    /// The request that the space-time view follows.
    pub(crate) follow: Option<RequestId>,
    /// How fast time passes, and with it how far the time bar magnifies.
    pub(crate) speed: Speed,
}

impl Look {
    /// In words, as links have it, with what is asked of the inspector; the session puts the
    /// partition after the first.
    pub(super) fn words(&self, inspected: &Inspected) -> String {
        let mut words = self.view.word().to_owned();
        if let Some(request) = self.follow {
            words.push_str(&format!(" request={}", request.0));
        }
        let panel = inspected.query.panel;
        if panel != Panel::default() {
            words.push_str(&format!(" panel={}", panel_word(panel)));
        }
        if self.speed != Speed::default() {
            words.push_str(&format!(" speed={}", self.speed.word()));
        }
        match inspected.asked() {
            Some(Jump::Why(event) | Jump::Moment(event)) => {
                words.push_str(&format!(" event={}", event.0));
            }
            Some(Jump::Record(record)) => words.push_str(&format!(" record={}", record.0)),
            // A node is chosen on its page, and who waits is found by asking anew.
            Some(Jump::Node(_) | Jump::Request(..) | Jump::Compare(_)) | None => {}
        }
        words
    }

    /// Words of a link, and what they ask of the inspector. Those of other versions are passed
    /// over.
    pub(super) fn of_words(words: &str) -> (Self, Query) {
        let word = |name: &str| words.split(' ').find_map(|word| word.strip_prefix(name));
        let number = |name: &str| word(name).and_then(|number| number.parse::<u64>().ok());
        let panels = Panel::ALL.iter().map(|(panel, _)| *panel);
        let panel =
            word("panel=").and_then(|word| panels.clone().find(|panel| panel_word(*panel) == word));
        let speed = word("speed=")
            .and_then(|word| Speed::ALL.into_iter().find(|speed| speed.word() == word));
        let event = number("event=").map(|event| Jump::Why(EventId(event)));
        let record = number("record=").and_then(|record| u32::try_from(record).ok());
        let look = Self {
            view: View::of_word(words.split(' ').next().unwrap_or_default()),
            follow: number("request=").map(RequestId),
            speed: speed.unwrap_or_default(),
        };
        let mut query = Query::of(panel.unwrap_or_default());
        query.subject = event.or(record.map(|record| Jump::Record(ValueId(record))));
        (look, query)
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
        if self.look.view != view {
            self.turn_to(view);
            self.compare_again();
        }
    }

    /// Makes room for a view.
    pub(super) fn turn_to(&mut self, view: View) {
        self.look.view = view;
        self.room = None;
        self.layout = None;
        self.touch();
    }

    /// Lets time pass so fast from now on.
    pub(super) fn play_at(&mut self, speed: Speed) {
        self.look.speed = speed;
        self.touch();
    }
}
