//! What the inspector is asked, and its page: looked at anew a few times a second while playing.

use std::sync::Arc;

use epochscope_view::inspector::{Ask, Jump, Page, Panel, Query};

use super::playback::page_now;
use super::{App, watch};
use crate::transport::Playing;

/// While playing, a page is looked at anew this far apart.
const APART_MS: f64 = 250.0;

/// The inspector's part of the model.
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
}

impl App {
    pub(super) fn ask(&mut self, ask: Ask) {
        self.inspected.at = 0.0;
        if let Ask::Jump(Jump::Why(_) | Jump::Record(_) | Jump::Request(..)) = ask {
            // What was asked about stands still.
            self.rest();
            watch::show_inspector();
        }
        if let Some(action) = self.inspected.query.ask(ask) {
            self.step(action);
        }
    }

    /// Looks at the page that is asked for. True when there is something new on it.
    pub(super) fn inspect(&mut self) -> bool {
        let Some(session) = &mut self.session else { return false };
        let now = page_now();
        if self.playing != Playing::No && now - self.inspected.at < APART_MS {
            return false;
        }
        self.inspected.at = now;
        let page = session.panel(&self.inspected.query);
        if session.is_searching() {
            self.clock.request();
        }
        let is_new = !Arc::ptr_eq(&page, &self.inspected.page);
        self.inspected.page = page;
        is_new
    }
}
