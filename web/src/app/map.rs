//! The map: what is asked of it, and keeping it up with what is shown.

use std::sync::Arc;

use epochscope_view::map::Query;
use epochscope_view::narration;
use epochscope_view::scene::Scene;
use yew::Callback;

use super::{App, Msg};
use crate::map::{Ask, MapView};
use crate::views::View;

impl App {
    /// Takes in what is asked.
    pub(super) fn ask_map(&mut self, ask: Ask) {
        match ask {
            Ask::Filter(filter) => self.map_query = Query { filter, loss: None },
            Ask::Loss(loss) => self.map_query.loss = loss,
        }
    }

    /// Keeps the map up with what is shown. True when it is another one.
    pub(super) fn refresh_map(&mut self) -> bool {
        if self.look.view != View::Map {
            return false;
        }
        let Some(session) = &mut self.session else { return false };
        let map = session.map(&self.map_query);
        let is_new = !Arc::ptr_eq(&map, &self.map);
        self.map = map;
        is_new
    }

    /// What the view shows.
    pub(super) fn map_view(&self, scene: &Scene, send: Callback<Msg>) -> MapView {
        MapView {
            map: self.map.clone(),
            check: narration::next_check(scene.at, self.map.next_check),
            filter: self.map_query.filter.clone(),
            loss: self.map_query.loss,
            send,
        }
    }
}
