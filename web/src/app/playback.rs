//! How the model moves in time: opening, playing, stepping, and what a frame does.

use std::mem;
use std::sync::Arc;

use epochscope_view::layout::Layout;
use epochscope_view::layout::timebar::lens;
use epochscope_view::narration;
use epochscope_view::scene::Scene;
use epochscope_view::session::{Action, Session};
use epochscope_vocabulary::SimTime;
use web_sys::{Element, window};

use super::App;
use super::commands::reach;
use super::watch::{page_size, show_present_step};
use crate::panic;
use crate::timebar;
use crate::transport::Playing;

/// Work on the main thread goes in slices of this many milliseconds.
pub(super) const SLICE_MS: f64 = 4.0;
/// Entries of the engine's queue between two looks at the clock.
pub(super) const BUDGET: u64 = 16;
/// A quiet stretch that would take longer than this is skipped, up to a third of it.
const QUIET_MS: f64 = 3_500.0;
/// A skipped stretch takes about this long.
const SKIP_MS: f64 = 700.0;
/// Less than this left to skip is nothing left: what remains after subtracting may be a fraction.
const LEAST_SKIP_MICROS: f64 = 10.0;
/// While playing, sentences are told this far apart.
const ANNOUNCE_MS: f64 = 3_000.0;

impl App {
    pub(super) fn toggle_play(&mut self) {
        if self.playing != Playing::No {
            return self.rest();
        }
        if self.session.as_ref().is_some_and(Session::is_at_end) {
            self.step(Action::Restart);
        }
        self.playing = Playing::Yes;
        self.last_frame = None;
        self.clock.request();
    }

    /// Ends playing.
    pub(super) fn rest(&mut self) {
        self.playing = Playing::No;
        if let Some(session) = &mut self.session {
            session.rest();
        }
    }

    /// Moves in time by hand, which ends playing.
    pub(super) fn step(&mut self, action: Action) {
        self.playing = Playing::No;
        self.act(action);
    }

    pub(super) fn act(&mut self, action: Action) {
        let Some(session) = &mut self.session else { return };
        let is_other_run = matches!(action, Action::Undo | Action::Redo | Action::OpenFuture(_));
        if let Err(refusal) = session.dispatch(action) {
            self.refusal = Some(refusal);
        }
        if is_other_run {
            self.compare_again();
        }
        self.go_on();
    }

    /// Goes on from where the session has come to.
    pub(super) fn go_on(&mut self) {
        self.playhead = micros(self.now());
        self.touch();
    }

    /// What is looked at has changed, and the address is to tell it.
    pub(super) fn touch(&mut self) {
        self.address.touch(page_now());
        self.clock.request();
    }

    pub(super) fn now(&self) -> SimTime {
        self.session.as_ref().map_or(SimTime::ZERO, Session::now)
    }

    pub(super) fn end(&self) -> SimTime {
        self.session.as_ref().map_or(SimTime::ZERO, Session::end)
    }

    /// Takes the present scene and lays it out. True when there is something new to draw.
    pub(super) fn refresh(&mut self) -> bool {
        let Some(session) = &mut self.session else { return false };
        panic::note_moment(&session.now().to_string());
        let scene = session.scene();
        let mut is_new = self.scene.as_ref().is_none_or(|old| !Arc::ptr_eq(old, &scene));
        let lens = lens(moment(self.playhead), self.look.speed.lens());
        is_new |= self.lens != lens;
        self.lens = lens;
        if let Some(room) = self.room.filter(|_| is_new || self.layout.is_none()) {
            let layout = Layout::of(&scene, room);
            if self.layout.as_deref() != Some(&layout) {
                self.layout = Some(Arc::new(layout));
                is_new = true;
            }
        }
        is_new |= self.refresh_diagram();
        is_new |= self.refresh_map();
        if is_new {
            self.address.touch(page_now());
        }
        self.announce(&scene);
        self.scene = Some(scene);
        is_new | self.follow_there() | self.inspect()
    }

    fn announce(&mut self, scene: &Scene) {
        let now = page_now();
        let is_due = self.playing == Playing::No || now - self.announced.1 > ANNOUNCE_MS;
        let Some(last) = scene.recent.last().filter(|_| is_due) else { return };
        let sentence = format!("{} {}.", last.node, last.text);
        if self.announced.0 != sentence {
            self.announced = (sentence, now);
        }
    }

    /// One frame: looks ahead while there is something to find out, and plays.
    pub(super) fn frame(&mut self, now: f64) -> bool {
        if mem::take(&mut self.present_step.1)
            && let Some(root) = self.root.cast::<Element>()
        {
            show_present_step(&root);
        }
        if let Some(selector) = self.commands.reach.take() {
            reach(selector);
        }
        if self.opening.is_some() {
            return self.open_link();
        }
        if self.session.is_none() {
            return self.preview();
        }
        let elapsed = self.last_frame.replace(now).map_or(0.0, |last| (now - last).min(100.0));
        let Some(session) = &mut self.session else { return false };
        let deadline = page_now() + SLICE_MS;
        let mut all_is_known = session.look_ahead(BUDGET);
        while !all_is_known && page_now() < deadline {
            all_is_known = session.look_ahead(BUDGET);
        }
        while all_is_known && !self.look_ahead_there() {
            all_is_known = page_now() < deadline;
        }
        let was_playing = self.playing;
        if was_playing != Playing::No {
            self.play_on(elapsed, deadline);
        }
        let is_new = self.refresh() || was_playing != self.playing;
        let has_more_to_write = self.settle_address();
        if !all_is_known || self.playing != Playing::No || has_more_to_write {
            self.clock.request();
        }
        if !is_new {
            self.place();
        }
        is_new
    }

    /// Lets the address hold what is shown, once it rests. True while that is still to come.
    fn settle_address(&mut self) -> bool {
        let Some(session) = &self.session else { return false };
        let (look, inspected) = (&self.look, &self.inspected);
        self.address.settle(page_now(), || session.link(&look.words(inspected)))
    }

    fn play_on(&mut self, elapsed: f64, deadline: f64) {
        let Some(session) = &mut self.session else { return };
        let rate = self.look.speed.micros_per_ms();
        let quiet_ms = match session.next_visible() {
            Some(next) => (micros(next) - self.playhead) / rate,
            None => 0.0,
        };
        // The last stretch before something happens passes at the chosen speed again.
        let skipped = (quiet_ms - QUIET_MS / 3.0) * rate;
        let goes_on_skipping = self.playing == Playing::Skipping && skipped > LEAST_SKIP_MICROS;
        let until = if quiet_ms > QUIET_MS || goes_on_skipping {
            self.playing = Playing::Skipping;
            let step = (skipped * elapsed / SKIP_MS).max(rate * elapsed * 8.0);
            self.playhead + step.min(skipped)
        } else {
            self.playing = Playing::Yes;
            self.playhead + elapsed * rate
        };
        let until = until.min(micros(session.end()));
        let mut reached = session.advance(moment(until), BUDGET);
        while !reached && page_now() < deadline {
            reached = session.advance(moment(until), BUDGET);
        }
        let is_asking = session.is_asking();
        self.playhead = if reached && !is_asking { until } else { micros(session.now()) };
        if is_asking || reached && session.is_at_end() {
            self.playing = Playing::No;
        }
    }

    /// Moves what moves between events.
    pub(super) fn place(&self) {
        let Some(scene) = &self.scene else { return };
        let now = moment(self.playhead);
        self.movers.place_tags(now);
        let scales = timebar::Scales::new(scene.timeline.end, self.lens, page_size());
        self.movers.place_playhead(scales.whole.x(now), scales.lens.x(now));
        self.movers.show_time(&format!("{} s", narration::moment(now)));
    }
}

pub(super) fn page_now() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

#[expect(clippy::cast_precision_loss, reason = "a day in microseconds is far below 2^53")]
pub(super) fn micros(at: SimTime) -> f64 {
    at.0 as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "playheads are from 0 to a day in microseconds"
)]
fn moment(playhead: f64) -> SimTime {
    SimTime(playhead.max(0.0) as u64)
}
