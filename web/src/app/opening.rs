//! How runs come to the page: shipped scenarios, texts, files, links, and the address.

use epochscope_view::inspector::Query;
use epochscope_view::session::{Action, LinkOpening, OpenedLink, ReadLink, Session};

use super::inspect::Inspected;
use super::playback::{BUDGET, SLICE_MS, micros, page_now};
use super::wanted::Opens;
use super::{App, Look};
use crate::address::Held;
use crate::catalogue::{FEATURED, Source};
use crate::draft;
use crate::panic;
use crate::transport::Playing;

impl App {
    /// Shows what the address asks for.
    pub(super) fn open_address(&mut self) {
        let Some(held) = self.address.asked() else { return };
        match held {
            Held::Nothing => self.close(),
            Held::Named(name) => self.open_named(&name, Opens::Still),
            Held::Link(link) => self.open_link_in(&link),
        }
    }

    /// Begins to open a link, from wherever it came.
    fn open_link_in(&mut self, address: &str) {
        let read = ReadLink::of(address);
        self.close();
        self.open_read(read);
    }

    /// Begins to open the link in a picture. A run that is open stays when that is none.
    pub(super) fn open_picture(&mut self, link: &str) {
        let read = ReadLink::of(link);
        if read.is_ok() {
            self.turn_page();
            self.close();
        }
        self.open_read(read);
    }

    fn open_read(&mut self, read: Result<ReadLink, String>) {
        match read {
            Ok(read) => match read.wanted() {
                Some(name) => self.want(name, Opens::Link(Box::new(read))),
                None => self.begin(LinkOpening::begin(read, "")),
            },
            Err(why) => self.begin(Err(why)),
        }
    }

    pub(super) fn begin(&mut self, opening: Result<LinkOpening, String>) {
        match opening {
            Ok(opening) => {
                self.opening = Some(opening);
                self.clock.request();
            }
            Err(why) => self.refusal = Some(format!("The link cannot be opened: {why}.")),
        }
    }

    /// Back to the start page; the address so far stays in the browser's history.
    pub(super) fn go_home(&mut self) {
        self.turn_page();
        self.close();
        self.address.clear();
    }

    pub(super) fn close(&mut self) {
        self.wanted = None;
        self.session = None;
        self.twin = None;
        self.scene = None;
        self.opening = None;
        self.playing = Playing::No;
        self.errors.clear();
        self.look = Look { speed: self.look.speed, ..Look::default() };
        self.clear_desk(Query::default());
        self.clock.request();
    }

    /// Opens a shipped scenario; what is shown now stays in the browser's history.
    pub(super) fn open(&mut self, name: &str, opens: Opens) {
        self.turn_page();
        self.address.name(name);
        self.open_named(name, opens);
    }

    fn open_named(&mut self, name: &str, opens: Opens) {
        match self.scenarios.iter().find(|known| known.name == name) {
            Some(known) => self.want(known.name, opens),
            None => {
                self.refusal = Some(format!("{name} cannot be opened: there is no such story."))
            }
        }
    }

    pub(super) fn open_text(&mut self, text: &str) {
        match Session::open(text.as_bytes()) {
            Ok(session) => {
                self.turn_page();
                self.wanted = None;
                self.source = Source::Own;
                draft::forget();
                self.take(session);
            }
            Err(errors) => self.errors = errors,
        }
    }

    /// Opens a file's text; what is wrong with it may be out of sight beside an open run.
    pub(super) fn open_file(&mut self, text: &str) {
        self.open_text(text);
        let first = self.errors.first().filter(|_| self.session.is_some());
        self.refusal = first
            .map(|error| format!("The file does not run. Line {}: {}.", error.line, error.message));
    }

    fn turn_page(&mut self) {
        self.leads_focus = true;
        let link = self.session.as_ref().and_then(|session| session.link(&self.look_in_words()));
        self.address.turn_page(link);
    }

    /// What is looked at, as links have it.
    pub(super) fn look_in_words(&self) -> String {
        self.look.words(&self.inspected)
    }

    /// Closes and forgets what belongs to the run before, and asks the inspector for this.
    fn clear_desk(&mut self, query: Query) {
        self.commands.close();
        self.commands.chosen = None;
        (self.is_sharing, self.is_helping) = (false, false);
        self.ledger = Inspected::ledger();
        self.inspected = Inspected::of(query);
    }

    /// Shows another run in the same way.
    pub(super) fn take(&mut self, session: Session) {
        // What was followed and asked about belongs to the run before.
        let look = Look { follow: None, ..self.look.clone() };
        self.show(session, look, Query::default());
    }

    fn show(&mut self, session: Session, look: Look, query: Query) {
        panic::note_scenario(&session.text());
        self.playhead = micros(session.now());
        self.session = Some(session);
        self.scene = None;
        self.diagram = None;
        self.look = look;
        self.clear_desk(query);
        self.compare_again();
        self.errors.clear();
        self.playing = Playing::No;
        self.address.touch(page_now());
        self.clock.request();
        self.refresh();
    }

    /// Works out the pictures of the start page. True when there is one more.
    pub(super) fn preview(&mut self) -> bool {
        let Some(featured) = FEATURED.get(self.previews.len()) else { return false };
        if self.wanted.is_some() {
            return false;
        }
        // All are asked for together.
        let texts: Vec<_> = FEATURED.iter().map(|one| self.text_of(one.name)).collect();
        let text = texts.into_iter().nth(self.previews.len()).flatten();
        let begun = self.previewing.take();
        let Some(mut session) = begun.or_else(|| Session::open(text?.as_bytes()).ok()) else {
            return false;
        };
        self.clock.request();
        let deadline = page_now() + SLICE_MS;
        while !session.look_ahead(BUDGET) {
            if page_now() >= deadline {
                self.previewing = Some(session);
                return false;
            }
        }
        // What is asked there is asked of readers of the story, not of this picture.
        while session.dispatch(Action::Seek(featured.at)).is_ok() && session.is_asking() {
            let _ = session.dispatch(Action::Answer(None));
        }
        self.previews.push(session.scene());
        true
    }

    /// Goes on opening a link. True when its run is there.
    pub(super) fn open_link(&mut self) -> bool {
        let Some(mut opening) = self.opening.take() else { return false };
        let deadline = page_now() + SLICE_MS;
        while !opening.advance(BUDGET) {
            if page_now() >= deadline {
                self.opening = Some(opening);
                self.clock.request();
                return false;
            }
        }
        let OpenedLink { session, scenario, look, differences } = opening.finish();
        self.source = scenario.map_or(Source::Own, Source::BuiltIn);
        let (look, query) = Look::of_words(&look);
        self.show(session, look, query);
        if !differences.is_empty() {
            let differences = differences.join("; ");
            self.refusal = Some(format!("Other than when it was shared: {differences}."));
        }
        true
    }
}
