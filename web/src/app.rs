//! The model, and what each message does to it.
//!
//! A frame while playing moves the run on; Yew renders only when that made a new scene.

use std::sync::Arc;

use epochscope_view::layout::{Layout, Room};
use epochscope_view::scene::Scene;
use epochscope_view::session::{Action, BuiltIn, Session, TextError};
use epochscope_vocabulary::SimTime;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, KeyboardEvent, ResizeObserver, window};
use yew::{Component, Context, Html, NodeRef, html};

use crate::catalogue::{self, Source};
use crate::editor::Editor;
use crate::frame::{FrameClock, Movers};
use crate::header::Header;
use crate::inspector::Inspector;
use crate::keyboard;
use crate::panic;
use crate::speed::Speed;
use crate::stage::Stage;
use crate::story::Story;
use crate::theme::Theme;
use crate::timebar;
use crate::transport::{Playing, Transport};

/// What can be asked of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Msg {
    /// Open a shipped scenario.
    Open(String),
    /// Open the reader's own text.
    OpenText(String),
    /// Play or pause.
    TogglePlay,
    /// One event on.
    Step,
    /// One event back.
    StepBack,
    /// On to the next statement.
    StepStatement,
    /// To the beginning.
    Restart,
    /// To the end.
    SeekEnd,
    /// So many seconds on or back.
    SeekBy(i64),
    /// To this moment.
    Seek(SimTime),
    /// Do this to the cluster.
    Act(Action),
    /// Play at this speed.
    Speed(Speed),
    /// Light to dark or back.
    ToggleTheme,
    /// The stage has another size.
    Room(Room),
    /// A frame is due, at this time of the page.
    Frame(f64),
}

/// The whole page.
#[derive(Debug)]
pub(crate) struct App {
    scenarios: Vec<BuiltIn>,
    source: Source,
    session: Option<Session>,
    scene: Option<Arc<Scene>>,
    errors: Vec<TextError>,
    refusal: Option<String>,
    /// The last sentence told to those who listen, and when: not more often than they can hear.
    announced: (String, f64),
    /// The moment shown, in simulated microseconds; fractions of one pass while playing slowly.
    playhead: f64,
    last_frame: Option<f64>,
    playing: Playing,
    speed: Speed,
    theme: Theme,
    room: Option<Room>,
    layout: Option<Arc<Layout>>,
    movers: Movers,
    clock: FrameClock,
    root: NodeRef,
    watch: Watch,
}

/// What the page listens to outside of Yew, for as long as it lives.
#[derive(Debug)]
struct Watch {
    keys: Closure<dyn FnMut(KeyboardEvent)>,
    resized: Closure<dyn FnMut()>,
    observer: Option<ResizeObserver>,
}

/// Work on the main thread goes in slices of this many milliseconds.
const SLICE_MS: f64 = 4.0;
/// Entries of the engine's queue between two looks at the clock.
const BUDGET: u64 = 256;
/// A quiet stretch that would take longer than this is skipped.
const QUIET_MS: f64 = 1_200.0;
/// While playing, sentences are told this far apart.
const ANNOUNCE_MS: f64 = 3_000.0;
/// A skipped stretch takes about this long.
const SKIP_MS: f64 = 500.0;

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        Theme::restore();
        let link = ctx.link().clone();
        let clock = FrameClock::new(move |now| link.send_message(Msg::Frame(now)));
        let scenarios = catalogue::built_in();
        let first = catalogue::first(&scenarios).map(|known| known.name.to_owned());
        let mut app = Self {
            source: Source::Own,
            scenarios,
            session: None,
            scene: None,
            errors: Vec::new(),
            refusal: None,
            announced: (String::new(), 0.0),
            playhead: 0.0,
            last_frame: None,
            playing: Playing::No,
            speed: Speed::default(),
            theme: Theme::current(),
            room: None,
            layout: None,
            movers: Movers::default(),
            clock,
            root: NodeRef::default(),
            watch: Watch::new(ctx),
        };
        if let Some(name) = first {
            app.open(&name);
        }
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if let Msg::Frame(now) = msg {
            return self.frame(now);
        }
        self.refusal = None;
        match msg {
            Msg::Open(name) => self.open(&name),
            Msg::OpenText(text) => self.open_text(&text),
            Msg::TogglePlay => self.toggle_play(),
            Msg::Step => self.step(Action::Step),
            Msg::StepBack => self.step(Action::StepBack),
            Msg::StepStatement => self.step(Action::StepStatement),
            Msg::Restart => self.step(Action::Restart),
            Msg::SeekEnd => self.step(Action::Seek(self.end())),
            Msg::SeekBy(seconds) => {
                let to = self.now().0.saturating_add_signed(seconds * 1_000_000);
                self.step(Action::Seek(SimTime(to).min(self.end())));
            }
            Msg::Seek(to) => self.step(Action::Seek(to)),
            Msg::Act(action) => self.act(action),
            Msg::Speed(speed) => self.speed = speed,
            Msg::ToggleTheme => {
                self.theme = self.theme.other();
                self.theme.choose();
            }
            Msg::Room(room) => {
                if self.room == Some(room) {
                    return false;
                }
                self.room = Some(room);
            }
            Msg::Frame(_) => {}
        }
        self.refresh();
        let _ = ctx;
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg: Msg| msg);
        let (Some(session), Some(scene)) = (&self.session, &self.scene) else {
            return self.view_without_run(ctx);
        };
        let title = session.title();
        html! {
            <div class="page" ref={self.root.clone()}
                data-playing={(self.playing != Playing::No).then_some("true")}>
                <p class="hidden" aria-live="polite">{ &self.announced.0 }</p>
                <Header scenarios={self.scenarios.clone()} source={self.source.clone()}
                    title={title.clone()} theme={self.theme} send={send.clone()} />
                <aside class="story" aria-label="Story">
                    <Story title={title} about={session.about()} steps={scene.steps.clone()}
                        caption={scene.caption.clone()} />
                    <Editor text={session.text()} errors={self.errors.clone()}
                        send={send.clone()} />
                </aside>
                <main class="stage" aria-label="Stage">
                    if let Some(layout) = &self.layout {
                        <Stage scene={scene.clone()} layout={layout.clone()} send={send.clone()} />
                    } else {
                        <div class="room" data-room="" />
                    }
                </main>
                <Inspector scene={scene.clone()} />
                <footer class="bottom" aria-label="Time">
                    <Transport playing={self.playing} speed={self.speed} send={send.clone()}
                        split_brain={self.split_brain()} refusal={self.refusal.clone()} />
                    <timebar::TimeBar timeline={scene.timeline.clone()} at={scene.at}
                        width={self.bar_width()} {send} />
                </footer>
            </div>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first_render: bool) {
        let Some(root) = self.root.cast::<Element>() else { return };
        if first_render {
            self.watch.start();
        }
        self.watch.observe(&root);
        if let (Some(scene), Some(layout)) = (&self.scene, &self.layout) {
            self.movers = Movers::find(&root, scene, layout);
            self.place();
        }
    }
}

impl App {
    fn open(&mut self, name: &str) {
        self.source = Source::BuiltIn(name.to_owned());
        let opened = Session::built_in(name);
        self.take(opened);
    }

    fn open_text(&mut self, text: &str) {
        let opened = Session::open(text.as_bytes());
        if opened.is_ok() {
            self.source = Source::Own;
        }
        self.take(opened);
    }

    fn take(&mut self, opened: Result<Session, Vec<TextError>>) {
        match opened {
            Ok(session) => {
                panic::note_scenario(&session.text());
                self.session = Some(session);
                self.scene = None;
                self.errors.clear();
                self.playing = Playing::No;
                self.playhead = 0.0;
                self.clock.request();
                self.refresh();
            }
            Err(errors) => self.errors = errors,
        }
    }

    fn toggle_play(&mut self) {
        let at_end = self.now() >= self.end();
        if self.playing != Playing::No {
            self.playing = Playing::No;
            return;
        }
        if at_end {
            self.step(Action::Restart);
        }
        self.playing = Playing::Yes;
        self.last_frame = None;
        self.clock.request();
    }

    /// Moves in time by hand, which ends playing.
    fn step(&mut self, action: Action) {
        self.playing = Playing::No;
        self.act(action);
    }

    fn act(&mut self, action: Action) {
        let Some(session) = &mut self.session else { return };
        // What plays may be ahead of the last event: an order is given at the moment one sees.
        session.advance(moment(self.playhead), u64::MAX);
        if let Err(refusal) = session.dispatch(action) {
            self.refusal = Some(refusal);
        }
        self.playhead = micros(session.now());
        self.clock.request();
    }

    /// Takes the present scene and lays it out. True when either is new.
    fn refresh(&mut self) -> bool {
        let Some(session) = &mut self.session else { return false };
        panic::note_moment(&session.now().to_string());
        let scene = session.scene();
        let is_new = self.scene.as_ref().is_none_or(|old| !Arc::ptr_eq(old, &scene));
        if let Some(room) = self.room {
            let layout = Layout::of(&scene, room);
            if self.layout.as_deref() != Some(&layout) {
                self.layout = Some(Arc::new(layout));
            }
        }
        self.announce(&scene);
        self.scene = Some(scene);
        is_new
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
    fn frame(&mut self, now: f64) -> bool {
        let elapsed = self.last_frame.replace(now).map_or(0.0, |last| (now - last).min(100.0));
        let Some(session) = &mut self.session else { return false };
        let deadline = page_now() + SLICE_MS;
        let mut looks_ahead = false;
        while !session.look_ahead(BUDGET) {
            looks_ahead = true;
            if page_now() >= deadline {
                break;
            }
        }
        if self.playing != Playing::No {
            self.play_on(elapsed, deadline);
        }
        let is_new = self.refresh();
        if looks_ahead || self.playing != Playing::No {
            self.clock.request();
        }
        if !is_new {
            self.place();
        }
        is_new
    }

    fn play_on(&mut self, elapsed: f64, deadline: f64) {
        let Some(session) = &mut self.session else { return };
        let rate = self.speed.micros_per_ms();
        let quiet = session.next_visible().map_or(0.0, |next| micros(next) - self.playhead) / rate;
        let was = self.playing;
        self.playing = if quiet > QUIET_MS { Playing::Skipping } else { Playing::Yes };
        let mut span = elapsed * rate;
        if self.playing == Playing::Skipping {
            // The last stretch before the event passes at the chosen speed again.
            let left = (quiet - QUIET_MS / 2.0) * rate;
            span = span.max((left * elapsed / SKIP_MS).max(rate * elapsed * 4.0)).min(left);
        }
        let _ = was;
        let until = (self.playhead + span).min(micros(session.end()));
        let mut reached = false;
        while !reached {
            reached = session.advance(moment(until), BUDGET);
            if page_now() >= deadline {
                break;
            }
        }
        self.playhead = if reached { until } else { micros(session.now()) };
        if reached && session.is_at_end() {
            self.playing = Playing::No;
        }
    }

    /// Moves what moves between events.
    fn place(&self) {
        let (Some(scene), true) = (&self.scene, self.layout.is_some()) else { return };
        let now = moment(self.playhead);
        self.movers.place_tags(now);
        let scale = timebar::scale(scene.timeline.end, self.bar_width());
        let ms = now.0 / 1_000;
        self.movers.place_playhead(scale.x(now), &format!("{}.{:03} s", ms / 1_000, ms % 1_000));
    }

    fn now(&self) -> SimTime {
        self.session.as_ref().map_or(SimTime::ZERO, Session::now)
    }

    fn end(&self) -> SimTime {
        self.session.as_ref().map_or(SimTime::ZERO, Session::end)
    }

    fn split_brain(&self) -> Option<String> {
        let partition = self.scene.as_ref()?.partition.as_ref()?;
        let leaders: Vec<String> =
            partition.presumed_leaders.iter().map(ToString::to_string).collect();
        (leaders.len() > 1).then(|| format!("Split brain: {} both lead", leaders.join(" and ")))
    }

    fn bar_width(&self) -> i32 {
        let width = window().and_then(|w| w.inner_width().ok()).and_then(|width| width.as_f64());
        let width = width.unwrap_or(1024.0);
        #[expect(clippy::cast_possible_truncation, reason = "a window's width in pixels")]
        let pixels = width as i32;
        pixels
    }

    fn view_without_run(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg: Msg| msg);
        html! {
            <div class="page empty" ref={self.root.clone()}>
                <Header scenarios={self.scenarios.clone()} source={self.source.clone()}
                    title="" theme={self.theme} send={send.clone()} />
                <main class="alone" data-stage="drawn">
                    <h1>{ "Nothing to show yet" }</h1>
                    <p>{ "Choose a scenario above, or write one here." }</p>
                    <Editor text="" errors={self.errors.clone()} {send} />
                </main>
            </div>
        }
    }
}

impl Watch {
    fn new(ctx: &Context<App>) -> Self {
        let link = ctx.link().clone();
        let keys = Closure::new(move |event: KeyboardEvent| {
            if let Some(msg) = keyboard::message(&event) {
                event.prevent_default();
                link.send_message(msg);
            }
        });
        let link = ctx.link().clone();
        let resized = Closure::new(move || {
            if let Some(room) = measure() {
                link.send_message(Msg::Room(room));
            }
        });
        Self { keys, resized, observer: None }
    }

    fn start(&mut self) {
        if let Some(document) = window().and_then(|window| window.document()) {
            let keys = self.keys.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback("keydown", keys);
        }
        self.observer = ResizeObserver::new(self.resized.as_ref().unchecked_ref()).ok();
    }

    /// Observing again what is observed already does nothing.
    fn observe(&self, root: &Element) {
        let room = root.query_selector("[data-room]").ok().flatten();
        if let (Some(observer), Some(room)) = (&self.observer, room) {
            observer.observe(&room);
        }
    }
}

/// The room of the stage; in the compact form as much of the window as the rest leaves.
fn measure() -> Option<Room> {
    let window = window()?;
    let room = window.document()?.query_selector("[data-room]").ok()??;
    let (width, mut height) = (room.client_width(), room.client_height());
    if width < epochscope_view::layout::COMPACT_BELOW {
        #[expect(clippy::cast_possible_truncation, reason = "a window's height in pixels")]
        let whole = window.inner_height().ok()?.as_f64()? as i32;
        height = whole - 370;
    }
    (width > 0).then_some(Room { width, height })
}

fn page_now() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

#[expect(clippy::cast_precision_loss, reason = "a day in microseconds is far below 2^53")]
fn micros(at: SimTime) -> f64 {
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
