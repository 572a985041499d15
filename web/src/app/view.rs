//! What the page shows of the model: which parts, and with what.

use std::sync::Arc;

use epochscope_view::scene::Scene;
use epochscope_view::session::Session;
use yew::{Callback, Html};

use super::watch::page_size;
use super::{App, Msg};
use crate::catalogue::recorded;
use crate::commands as speech;
use crate::compare::Compare;
use crate::editor::{Editor, OwnText};
use crate::element::{el, group};
use crate::header::Header;
use crate::inspector::{Inspector, Ledger};
use crate::part::part;
use crate::share::Share;
use crate::spacetime::SpaceTime;
use crate::stage::{Flights, Stage};
use crate::start::Start;
use crate::story::Story;
use crate::timebar::TimeBar;
use crate::transport::{Playing, Transport};
use crate::views::View;

impl App {
    pub(super) fn draw(&self, send: &Callback<Msg>) -> Html {
        let (Some(session), Some(scene)) = (&self.session, &self.scene) else {
            return self.without_run(send);
        };
        let send = || send.clone();
        let around = match self.look.view {
            View::Stage | View::Map | View::SpaceTime | View::Records => {
                self.around_stage(session, scene, &send())
            }
            View::Compare => part(Compare { sides: self.sides(), send: send() }),
        };
        let share = || {
            part(Share {
                title: session.title(),
                link: session.link(&self.look_in_words()),
                script: session.script(),
                send: send(),
            })
        };
        let time = TimeBar {
            timeline: scene.timeline.clone(),
            forks: scene.forks.clone(),
            at: scene.at,
            lens: self.lens,
            page: page_size(),
            send: send(),
        };
        let line = el("div.bottom-line")
            .with(part(self.transport(session, &send())))
            .with(self.view_bar(session, &send()));
        el("div.page")
            .node(&self.root)
            .maybe("data-playing", (self.playing != Playing::No).then_some("true"))
            .with(el("p.hidden aria-live=polite").text(self.announced.0.clone()))
            .with(part(self.header(session.title(), &send())))
            .with(around)
            .with(self.is_sharing.then(share))
            .with(el("footer.bottom aria-label=Time").with(line).with(part(time)))
            .with(self.view_commands(&send()))
            .html()
    }

    fn header(&self, title: String, send: &Callback<Msg>) -> Header {
        Header {
            scenarios: self.scenarios.clone(),
            source: self.source.clone(),
            title,
            view: self.session.as_ref().map(|_| self.look.view),
            theme: self.theme,
            send: send.clone(),
        }
    }

    fn transport(&self, session: &Session, send: &Callback<Msg>) -> Transport {
        Transport {
            playing: self.playing,
            speed: self.look.speed,
            is_asking: session.is_asking(),
            split_brain: self.split_brain(),
            refusal: self.refusal.clone(),
            send: send.clone(),
        }
    }

    /// Story, stage or diagram, and inspector.
    fn around_stage(&self, session: &Session, scene: &Arc<Scene>, send: &Callback<Msg>) -> Html {
        let story = Story {
            title: session.title(),
            about: session.about(),
            recorded: recorded(&self.scenarios, &self.source),
            steps: scene.steps.clone(),
            caption: scene.caption.clone(),
            question: scene.question.clone(),
            forks: scene.forks.clone(),
            stopped: session.stopped(),
            can_redo: session.can_redo(),
            send: send.clone(),
        };
        let text =
            OwnText { text: session.text(), errors: self.errors.clone(), send: send.clone() };
        let (page, panel) = (self.inspected.page.clone(), self.inspected.query.panel);
        let main = el("main.stage")
            .attr("aria-label", self.look.view.label())
            .with(self.in_the_middle(scene, send));
        let story = el("aside.story aria-label=Story")
            .with(part(story))
            .with(speech::prompt(send))
            .with(part(Editor(text)));
        group()
            .with(story)
            .with(main)
            .with(part(Inspector { page, panel, send: send.clone() }))
            .html()
    }

    fn in_the_middle(&self, scene: &Arc<Scene>, send: &Callback<Msg>) -> Html {
        let send = send.clone();
        match self.look.view {
            View::SpaceTime => {
                let (diagram, follow) = (self.diagram.clone(), self.look.follow);
                return part(SpaceTime { diagram, follow, send });
            }
            View::Map => return part(self.map_view(scene, send)),
            View::Records => return part(Ledger { page: self.ledger.page.clone(), send }),
            View::Stage | View::Compare => {}
        }
        let Some(layout) = &self.layout else { return el("div.room data-room=").html() };
        part(Stage {
            scene: scene.clone(),
            layout: layout.clone(),
            flights: self.flights(),
            chosen: self.commands.chosen.clone(),
            asked: self.inspected.asked(),
            marked: Vec::new(),
            send,
        })
    }

    fn split_brain(&self) -> Option<String> {
        let partition = self.scene.as_ref()?.partition.as_ref()?;
        let leaders: Vec<String> =
            partition.acting_leaders.iter().map(ToString::to_string).collect();
        let (last, others) = leaders.split_last()?;
        let all = if others.len() == 1 { "both" } else { "all" };
        (!others.is_empty())
            .then(|| format!("Split brain: {} and {last} {all} lead", others.join(", ")))
    }

    /// Whether messages can be followed by the eye at the speed that time passes now.
    fn flights(&self) -> Flights {
        let is_fast = match self.playing {
            Playing::No => false,
            Playing::Yes => self.look.speed.is_too_fast_for_flights(),
            Playing::Skipping => true,
        };
        if is_fast { Flights::Hidden } else { Flights::Shown }
    }

    fn without_run(&self, send: &Callback<Msg>) -> Html {
        let start = Start {
            scenarios: self.scenarios.clone(),
            previews: self.previews.clone(),
            errors: self.errors.clone(),
            refusal: self.refusal.clone(),
            send: send.clone(),
        };
        el("div.page.empty")
            .node(&self.root)
            .with(part(self.header(String::new(), send)))
            .with(match (&self.wanted, &self.opening) {
                (Some(wanted), _) => self.view_wanted(wanted, send),
                (None, Some(_)) => opening(),
                (None, None) => part(start),
            })
            .with(self.view_commands(send))
            .html()
    }
}

/// What stands there while a link's run is carried out.
fn opening() -> Html {
    el("main.alone role=status")
        .with(el("h1").text("Opening the link"))
        .with(el("p").text("Its run is carried out up to the moment that it shows."))
        .html()
}
