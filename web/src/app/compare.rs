//! A second run beside the first: the same schedule with one difference, one playhead.

use std::sync::Arc;

use epochscope_view::layout::Layout;
use epochscope_view::scene::Scene;
use epochscope_view::session::{Action, Session, Variation};

use super::App;
use super::playback::{BUDGET, page_now};
use crate::compare::{Side, Sides};
use crate::transport::Playing;
use crate::views::View;

/// While playing, what takes long is told this far apart.
const TELL_MS: f64 = 250.0;

/// The second run.
#[derive(Debug)]
pub(super) struct Twin {
    session: Session,
    variations: Vec<Variation>,
    chosen: usize,
    shown: Option<Arc<Sides>>,
    told_at: f64,
}

impl App {
    /// Runs another variation beside the run; the first one if none was chosen yet.
    pub(super) fn compare_with(&mut self, chosen: usize) {
        let Some(session) = &self.session else { return };
        self.run_beside(session.variations(), chosen);
    }

    fn run_beside(&mut self, variations: Vec<Variation>, chosen: usize) {
        let Some(session) = &self.session else { return };
        let chosen = chosen.min(variations.len().saturating_sub(1));
        let other = variations.get(chosen).and_then(|variation| session.twin(variation));
        self.twin =
            other.map(|session| Twin { session, variations, chosen, shown: None, told_at: 0.0 });
        self.clock.request();
    }

    /// Runs the same schedule with a setting beside the run.
    pub(super) fn compare_with_setting(&mut self, setting: &str) {
        let Some(session) = &self.session else { return };
        let variations = session.variations();
        let Some(found) = variations.iter().position(|variation| variation.to == setting) else {
            self.refusal = Some(format!("This scenario cannot be run with {setting}."));
            return;
        };
        self.turn_to(View::Compare);
        self.run_beside(variations, found);
        self.commands.reach = Some(".compare select");
    }

    /// The run is another than before: the second one is made anew.
    pub(super) fn compare_again(&mut self) {
        if self.look.view == View::Compare {
            self.compare_with(self.twin.as_ref().map_or(0, |twin| twin.chosen));
        } else {
            self.twin = None;
        }
    }

    /// To the next moment at which the two runs part.
    pub(super) fn seek_parting(&mut self) {
        let (Some(session), Some(twin)) = (&self.session, &self.twin) else { return };
        let later = session.parting(&twin.session, Some(session.now()));
        match later.or_else(|| session.parting(&twin.session, None)) {
            Some(parting) => self.step(Action::Seek(parting.at)),
            None => self.refusal = Some("The two runs do not part.".to_owned()),
        }
    }

    /// Finds out a little more of what will come in the second run. True when all is known.
    pub(super) fn look_ahead_there(&mut self) -> bool {
        self.twin.as_mut().is_none_or(|twin| twin.session.look_ahead(BUDGET))
    }

    /// Brings the second run to the moment of the first. True when there is something new to draw.
    pub(super) fn follow_there(&mut self) -> bool {
        let (Some(session), Some(twin), Some(scene)) = (&self.session, &mut self.twin, &self.scene)
        else {
            return false;
        };
        if twin.session.now() != session.now() {
            twin.session.go_with(session);
        }
        let other = twin.session.scene();
        let Some(room) = self.room else { return false };
        let is_due = self.playing == Playing::No || page_now() - twin.told_at > TELL_MS;
        let known = twin.shown.as_ref();
        if let Some(known) = known
            && Arc::ptr_eq(&known.left.scene, scene)
            && Arc::ptr_eq(&known.right.scene, &other)
            && known.room == room
            && (!is_due || self.playing == Playing::No)
        {
            return false;
        }
        let (left, right, parting) = match known.filter(|_| !is_due) {
            Some(known) => (known.left.outcome, known.right.outcome, known.parting.clone()),
            None => {
                twin.told_at = page_now();
                let parting = session.parting(&twin.session, None);
                (session.outcome(), twin.session.outcome(), parting)
            }
        };
        let side = |scene: &Arc<Scene>, beside: &Scene, outcome| Side {
            scene: Arc::clone(scene),
            layout: Arc::new(Layout::of_cards(scene, scene.rows_with(beside), room)),
            outcome,
        };
        twin.shown = Some(Arc::new(Sides {
            left: side(scene, &other, left),
            right: side(&other, scene, right),
            marked: scene.rows_other_than(&other),
            parting,
            room,
            variations: twin.variations.clone(),
            chosen: twin.chosen,
        }));
        true
    }

    /// Both runs, if there are two.
    pub(super) fn sides(&self) -> Option<Arc<Sides>> {
        self.twin.as_ref()?.shown.clone()
    }
}
