//! The model, and what each message does to it.
//!
//! A frame while playing moves the run on; Yew renders only when that made a new scene.

mod commands;
mod compare;
mod inspect;
mod look;
mod map;
mod opening;
mod playback;
mod spacetime;
mod view;
mod wanted;
mod watch;

use std::mem;
use std::sync::Arc;

use epochscope_view::inspector::Ask;
use epochscope_view::layout::{Layout, Room};
use epochscope_view::map::{Map, Query};
use epochscope_view::scene::{Scene, StepProgress};
use epochscope_view::session::{Action, BuiltIn, EMPTY_CLUSTER, LinkOpening, Session, TextError};
use epochscope_view::spacetime::Diagram;
use epochscope_vocabulary::{RequestId, SimTime};
use web_sys::Element;
use yew::{Callback, Component, Context, Html, NodeRef};

use crate::address::Address;
use crate::catalogue::{self, Source};
use crate::commands::{Commands, Speak};
use crate::frame::{FrameClock, Movers};
use crate::share::Form;
use crate::speed::Speed;
use crate::theme::Theme;
use crate::transport::Playing;
use crate::views::View;
use compare::Twin;
use inspect::Inspected;
pub(crate) use look::Look;
use wanted::{Opens, Wanted};
use watch::Watch;

/// What can be asked of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Msg {
    /// Open a shipped scenario.
    Open(String),
    /// Open one and play it.
    Watch(String),
    /// The text of a shipped scenario has come, or why it has not.
    Brought(&'static str, Result<String, String>),
    /// Ask once more for a text that could not be had.
    TryAgain,
    /// Back to the start page.
    Home,
    /// Open what the address has come to hold.
    Address,
    /// Ask the map.
    Map(crate::map::Ask),
    /// Look at the run in another way.
    Look(View),
    /// Follow a request through space and time, or none.
    Follow(Option<RequestId>),
    /// Save a picture of what is shown.
    SavePicture(Form),
    /// Show what there is to share, or no more.
    Share(bool),
    /// Show what keys do, or no more.
    Help(bool),
    /// Compare with the variation of this number.
    CompareWith(usize),
    /// To where the two runs part next.
    NextParting,
    /// Open the reader's own text.
    OpenText(String),
    /// Open the text of a file.
    OpenFile(String),
    /// Open a link that was in a picture.
    OpenLink(String),
    /// Open a cluster in which nothing happens by itself.
    OpenEmpty,
    /// Say why something cannot be done.
    Refuse(String),
    /// Play or pause.
    TogglePlay,
    /// To the end.
    SeekEnd,
    /// So many seconds on or back.
    SeekBy(i64),
    /// Do this with the run; what moves in time ends playing.
    Act(Action),
    /// Say this to the cluster.
    Say(String),
    /// What palette and menus ask of the page.
    Speak(Speak),
    /// Ask the inspector.
    Ask(Ask),
    /// Search the ledger.
    Search(Ask),
    /// Bring the open question into sight.
    ShowQuestion,
    /// Answer the open question and go on; none passes it by.
    Answer(Option<usize>),
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
    /// The texts of those that were asked for, as far as they have come.
    texts: Vec<(&'static str, Option<String>)>,
    wanted: Option<Wanted>,
    send: Callback<Msg>,
    source: Source,
    session: Option<Session>,
    twin: Option<Twin>,
    is_sharing: bool,
    is_helping: bool,
    /// Whether the keyboard is to be led to the controls of a run that the reader has opened.
    leads_focus: bool,
    scene: Option<Arc<Scene>>,
    errors: Vec<TextError>,
    /// A link that is being opened.
    opening: Option<LinkOpening>,
    look: Look,
    commands: Commands,
    address: Address,
    /// The present step, and whether the list of steps has still to be scrolled to it.
    present_step: (Option<usize>, bool),
    /// The pictures of the start page, as far as they are worked out, and the one at work.
    previews: Vec<Arc<Scene>>,
    previewing: Option<Session>,
    refusal: Option<String>,
    /// The last sentence told to those who listen, and when: not more often than they can hear.
    announced: (String, f64),
    /// The moment shown, in simulated microseconds; fractions of one pass while playing slowly.
    playhead: f64,
    last_frame: Option<f64>,
    playing: Playing,
    theme: Theme,
    room: Option<Room>,
    layout: Option<Arc<Layout>>,
    /// The map, while that is looked at, and what is asked of it.
    map: Arc<Map>,
    map_query: Query,
    diagram: Option<Arc<Diagram>>,
    /// How far down in the diagram the moment is that has to come into sight.
    sight: Option<i32>,
    /// What has had the focus in the last diagram.
    focused: Option<String>,
    /// The part of the run that the time bar magnifies.
    lens: (SimTime, SimTime),
    inspected: Inspected,
    ledger: Inspected,
    movers: Movers,
    clock: FrameClock,
    root: NodeRef,
    watch: Watch,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        Theme::restore();
        let link = ctx.link().clone();
        let clock = FrameClock::new(move |now| link.send_message(Msg::Frame(now)));
        let scenarios = catalogue::built_in();
        let mut app = Self {
            source: Source::Own,
            scenarios,
            texts: Vec::new(),
            wanted: None,
            send: ctx.link().callback(|msg: Msg| msg),
            session: None,
            twin: None,
            is_sharing: false,
            is_helping: false,
            leads_focus: false,
            scene: None,
            errors: Vec::new(),
            opening: None,
            look: Look::default(),
            commands: Commands::default(),
            address: Address::default(),
            present_step: (None, false),
            previews: Vec::new(),
            previewing: None,
            refusal: None,
            announced: (String::new(), 0.0),
            playhead: 0.0,
            last_frame: None,
            playing: Playing::No,
            theme: Theme::current(),
            room: None,
            layout: None,
            map: Arc::default(),
            map_query: Query::default(),
            diagram: None,
            sight: None,
            focused: None,
            lens: (SimTime::ZERO, SimTime::ZERO),
            inspected: Inspected::default(),
            ledger: Inspected::ledger(),
            movers: Movers::default(),
            clock,
            root: NodeRef::default(),
            watch: Watch::new(ctx),
        };
        app.clock.request();
        app.open_address();
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if let Msg::Frame(now) = msg {
            return self.frame(now);
        }
        // What the browser says by itself is no answer to a refusal.
        if !matches!(msg, Msg::Room(_) | Msg::Address | Msg::Brought(..)) {
            self.refusal = None;
        }
        match msg {
            Msg::Open(name) => self.open(&name, Opens::Still),
            Msg::Watch(name) => self.open(&name, Opens::Playing),
            Msg::Brought(name, told) => self.take_text(name, told),
            Msg::TryAgain => self.try_again(),
            Msg::Home => self.go_home(),
            Msg::Address => self.open_address(),
            Msg::Map(ask) => self.ask_map(ask),
            Msg::Look(view) => self.look_at(view),
            Msg::Follow(request) => {
                self.look.follow = request;
                self.touch();
            }
            Msg::SavePicture(form) => self.save_picture(form, ctx.link().callback(|msg: Msg| msg)),
            Msg::Share(shown) => {
                self.is_sharing = shown;
                self.playing = Playing::No;
            }
            Msg::Help(shown) => self.is_helping = shown,
            Msg::CompareWith(index) => self.compare_with(index),
            Msg::NextParting => self.seek_parting(),
            Msg::OpenText(text) => self.open_text(&text),
            Msg::OpenFile(text) => self.open_file(&text),
            Msg::OpenLink(link) => self.open_picture(&link),
            Msg::OpenEmpty => self.open_text(EMPTY_CLUSTER),
            Msg::Refuse(why) => self.refusal = Some(why),
            Msg::TogglePlay => self.toggle_play(),
            Msg::SeekEnd => self.step(Action::Seek(self.end())),
            Msg::SeekBy(seconds) => {
                let to = self.now().0.saturating_add_signed(seconds * 1_000_000);
                self.step(Action::Seek(SimTime(to).min(self.end())));
            }
            Msg::Act(action @ Action::Show(_)) => self.act(action),
            Msg::Act(action) => self.step(action),
            Msg::Say(line) => self.say(&line),
            Msg::Speak(speak) => self.speak(speak),
            Msg::Ask(ask) => self.ask(ask),
            Msg::Search(ask) => self.search(ask),
            Msg::ShowQuestion => watch::show_question(),
            Msg::Answer(choice) => {
                self.act(Action::Answer(choice));
                self.toggle_play();
            }
            Msg::Speed(speed) => self.play_at(speed),
            Msg::ToggleTheme => {
                self.theme = self.theme.other();
                self.theme.choose();
            }
            Msg::Room(room) => {
                if self.room == Some(room) {
                    return false;
                }
                self.room = Some(room);
                self.layout = None;
            }
            Msg::Frame(_) => {}
        }
        self.refresh();
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.draw(&ctx.link().callback(|msg: Msg| msg))
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first_render: bool) {
        let Some(root) = self.root.cast::<Element>() else { return };
        if first_render {
            self.watch.start();
        }
        self.watch.observe(&root);
        if let Some(focused) = self.focused.take() {
            watch::lead_focus(&root, &focused);
        }
        if let Some(y) = self.sight.take() {
            watch::keep_in_sight(&root, y);
        }
        if let (Some(scene), Some(layout)) = (&self.scene, &self.layout) {
            self.movers = Movers::find(&root, scene, layout);
            self.place();
            let present =
                scene.steps.iter().position(|step| step.progress == StepProgress::Present);
            if self.present_step.0 != present {
                // At the next frame the browser knows without reckoning where everything is.
                self.present_step = (present, true);
                self.clock.request();
            }
            if mem::take(&mut self.leads_focus) {
                watch::lead_focus(&root, ".play");
            }
        }
    }
}
