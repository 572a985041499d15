//! Shipped scenarios come to the page when they are wanted: what waits for which text.

use epochscope_view::session::{LinkOpening, ReadLink, Session};
use yew::{Callback, Html};

use super::{App, Msg};
use crate::catalogue::Source;
use crate::element::el;
use crate::texts;

/// What is opened once its text is there.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The scenario.
    pub(super) name: &'static str,
    /// What becomes of it.
    pub(super) opens: Opens,
    /// Why the text cannot be had.
    pub(super) trouble: Option<String>,
}

/// What a scenario's text is wanted for.
#[derive(Debug)]
pub(super) enum Opens {
    /// To stand at its beginning.
    Still,
    /// To be played.
    Playing,
    /// To show what this link shows.
    Link(Box<ReadLink>),
}

impl App {
    /// Opens a scenario, now or when its text is there. A run that is open stays until then.
    pub(super) fn want(&mut self, name: &'static str, opens: Opens) {
        self.wanted = Some(Wanted { name, opens, trouble: None });
        self.open_wanted();
    }

    fn open_wanted(&mut self) {
        let Some(Wanted { name, .. }) = self.wanted else { return };
        let Some(text) = self.text_of(name) else { return };
        let Some(Wanted { opens, .. }) = self.wanted.take() else { return };
        if let Opens::Link(read) = opens {
            return self.begin(LinkOpening::begin(*read, &text));
        }
        match Session::open(text.as_bytes()) {
            Ok(session) => {
                self.source = Source::BuiltIn(name.to_owned());
                self.take(session);
                if matches!(opens, Opens::Playing) {
                    self.toggle_play();
                }
            }
            Err(errors) => {
                let what = errors.first().map_or("", |error| &error.message);
                self.refusal = Some(format!("{name} cannot be opened: {what}."));
            }
        }
    }

    /// The text of a scenario; asks for it if nobody has yet.
    pub(super) fn text_of(&mut self, name: &'static str) -> Option<String> {
        if let Some((_, text)) = self.texts.iter().find(|(known, _)| *known == name) {
            return text.clone();
        }
        self.texts.push((name, None));
        texts::fetch(name, self.send.clone());
        None
    }

    /// A text has come, or cannot be had.
    pub(super) fn take_text(&mut self, name: &'static str, told: Result<String, String>) {
        self.texts.retain(|(known, _)| *known != name);
        let is_wanted = self.wanted.as_ref().is_some_and(|wanted| wanted.name == name);
        match told {
            Ok(text) => {
                self.texts.push((name, Some(text)));
                self.clock.request();
                if is_wanted {
                    self.open_wanted();
                }
            }
            Err(why) if is_wanted => {
                let wanted = self.wanted.take();
                self.close();
                self.wanted = wanted.map(|wanted| Wanted { trouble: Some(why), ..wanted });
            }
            Err(_) => {}
        }
    }

    /// Asks once more for what could not be had.
    pub(super) fn try_again(&mut self) {
        if let Some(wanted) = &mut self.wanted {
            wanted.trouble = None;
        }
        self.open_wanted();
    }

    /// What stands there until the text has come.
    pub(super) fn view_wanted(&self, wanted: &Wanted, send: &Callback<Msg>) -> Html {
        let known = self.scenarios.iter().find(|known| known.name == wanted.name);
        let title = el("h1").text(known.map_or(wanted.name, |known| known.title));
        let Some(trouble) = wanted.trouble.clone() else {
            let words = el("p").text("The story is on its way.");
            return el("main.alone role=status").with(title).with(words).html();
        };
        let again = el("button.main type=button").click(send, Msg::TryAgain).text("Try again");
        el("main.alone")
            .with(title)
            .with(el("p.refusal role=alert").text(format!("The story cannot be loaded. {trouble}")))
            .with(again)
            .html()
    }
}
