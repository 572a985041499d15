//! The diagram of the space-time view, worked out in slices while that view is open.

use std::sync::Arc;

use epochscope_view::spacetime::{Diagram, Wanted};

use super::playback::{BUDGET, SLICE_MS, page_now};
use super::{App, watch};
use crate::views::View;

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
        let Some(stretch) = stretch else {
            self.clock.request();
            return self.diagram.take().is_some();
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
        self.diagram = Some(Arc::new(diagram));
        true
    }
}
