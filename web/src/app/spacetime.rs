//! The diagram of the space-time view: worked out in slices while that view is open.

use std::sync::Arc;

use epochscope_view::spacetime::{Diagram, Wanted};

use super::playback::{BUDGET, SLICE_MS, page_now};
use super::{App, watch};
use crate::views::View;

/// The narrowest picture before the size of the view is known.
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
        if self.diagram.as_deref() == Some(&diagram) {
            return false;
        }
        self.diagram = Some(Arc::new(diagram));
        true
    }
}
