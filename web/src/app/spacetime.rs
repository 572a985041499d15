//! Ways of looking at a run: the diagram of the space-time view, worked out in slices while that
//! is open, and pictures of what is shown.

use std::sync::Arc;

use epochscope_view::picture;
use epochscope_view::session::{self, Looks};
use epochscope_view::spacetime::{Diagram, Wanted};
use yew::Callback;

use super::playback::{BUDGET, SLICE_MS, page_now};
use super::{App, Msg, watch};
use crate::share::{self, Form};
use crate::theme::Theme;
use crate::views::View;

/// How wide a picture that is saved is to be, whatever the size of the page.
const PICTURE_WIDTH: i32 = 1100;

/// How wide the diagram is to be before the size of the view is known.
const USUAL_WIDTH: i32 = 800;

impl App {
    /// Keeps the diagram up with what is shown. True when it is another one.
    pub(super) fn refresh_diagram(&mut self) -> bool {
        if self.look.view != View::SpaceTime {
            return self.diagram.take().is_some();
        }
        let at = self.now();
        let Some(session) = &mut self.session else { return false };
        let deadline = page_now() + SLICE_MS;
        let mut stretch = session.stretch(BUDGET);
        while stretch.is_none() && page_now() < deadline {
            stretch = session.stretch(BUDGET);
        }
        // The last diagram stays until then, and with it the focus.
        let Some(stretch) = stretch else {
            self.clock.request();
            return false;
        };
        let width = self.room.map_or(USUAL_WIDTH, |room| room.width) - watch::SCROLLBAR;
        let diagram = Diagram::of(&stretch, Wanted { width, at, follow: self.look.follow });
        let known = self.diagram.as_deref();
        if known == Some(&diagram) {
            return false;
        }
        if known.is_none_or(|known| known.at.1 != diagram.at.1) {
            self.sight = diagram.at.1;
        }
        self.focused = watch::focused();
        self.diagram = Some(Arc::new(diagram));
        true
    }

    /// Saves a picture of what is shown, in the page's colours.
    pub(super) fn save_picture(&mut self, form: Form, send: Callback<Msg>) {
        let view = match self.look.view {
            View::Stage | View::Map | View::Records | View::Compare => session::View::Stage,
            View::SpaceTime => session::View::SpaceTime,
        };
        let theme = match self.theme {
            Theme::Light => picture::Theme::Light,
            Theme::Dark => picture::Theme::Dark,
        };
        let look = self.look_in_words();
        let Some(session) = &mut self.session else { return };
        let looks = Looks { view, width: PICTURE_WIDTH, follow: self.look.follow };
        let embedded = session.embedded(&look, &share::here());
        let svg = picture::to_svg(&session.picture(looks), theme, &embedded);
        let name = share::file_name(&session.title(), form.ending());
        match form {
            Form::Svg => share::download(&name, &svg, "image/svg+xml"),
            Form::Png => share::download_png(name, svg, embedded, send),
        }
    }
}
