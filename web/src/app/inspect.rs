//! What the inspector is asked, and its page: looked at anew a few times a second while playing.

use std::sync::Arc;

use epochscope_view::inspector::{Ask, Jump, Page, Panel, Query};
use epochscope_view::session::Session;

use super::playback::page_now;
use super::{App, watch};
use crate::transport::Playing;
use crate::views::View;

/// While playing, a page is looked at anew this far apart.
const APART_MS: f64 = 250.0;

/// A page of what stands behind the picture.
#[derive(Debug, Default)]
pub(super) struct Inspected {
    pub(super) query: Query,
    pub(super) page: Arc<Page>,
    at: f64,
}

impl Inspected {
    /// What the page of causes is about, while that is shown.
    pub(super) fn asked(&self) -> Option<Jump> {
        self.query.subject.filter(|_| self.query.panel == Panel::Why)
    }

    /// The page of every record.
    pub(super) fn ledger() -> Self {
        Self::of(Query::of(Panel::Ledger))
    }

    /// The page that is asked for, not looked at yet.
    pub(super) fn of(query: Query) -> Self {
        Self { query, ..Self::default() }
    }

    /// Looks at the page anew. True when there is something new on it.
    fn look(&mut self, session: &mut Session, playing: Playing) -> bool {
        let now = page_now();
        if playing != Playing::No && now - self.at < APART_MS {
            return false;
        }
        self.at = now;
        let page = session.panel(&self.query);
        let is_new = !Arc::ptr_eq(&page, &self.page);
        self.page = page;
        is_new
    }
}

impl App {
    pub(super) fn ask(&mut self, ask: Ask) {
        if let Ask::Jump(Jump::Compare(setting)) = ask {
            return self.compare_with_setting(setting);
        }
        self.inspected.at = 0.0;
        if let Ask::Jump(Jump::Why(_) | Jump::Record(_) | Jump::Request(..)) = ask {
            // What was asked about stands still.
            self.rest();
            watch::show_inspector();
        }
        if let Some(action) = self.inspected.query.ask(ask) {
            self.step(action);
        }
        self.touch();
    }

    /// Searches the ledger.
    pub(super) fn search(&mut self, ask: Ask) {
        self.ledger.at = 0.0;
        self.ledger.query.ask(ask);
    }

    /// Looks at the pages that are asked for. True when there is something new on one.
    pub(super) fn inspect(&mut self) -> bool {
        let Some(session) = &mut self.session else { return false };
        let mut is_new = self.inspected.look(session, self.playing);
        if session.is_searching() {
            self.clock.request();
        }
        if self.look.view == View::Records {
            is_new |= self.ledger.look(session, self.playing);
        }
        is_new
    }
}
