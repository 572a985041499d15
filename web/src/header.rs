//! The line on top: name, scenario, colours.

use epochscope_view::session::BuiltIn;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast};

use crate::app::Msg;
use crate::catalogue::{Source, families};
use crate::commands;
use crate::element::{Element, On, el, group};
use crate::icons::{Icon, logo};
use crate::part::{Own, Part};
use crate::theme::Theme;
use crate::views::{self, View};

/// What the header shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    /// The shipped scenarios.
    pub(crate) scenarios: Vec<BuiltIn>,
    /// Which is open.
    pub(crate) source: Source,
    /// Its title.
    pub(crate) title: String,
    /// How the run is looked at; none without one.
    pub(crate) view: Option<View>,
    /// The colours.
    pub(crate) theme: Theme,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The header.
impl Part for Header {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Header) -> Html {
    let (icon, label) = match props.theme {
        Theme::Light => (Icon::Moon, "Dark colours"),
        Theme::Dark => (Icon::Sun, "Light colours"),
    };
    let send = &props.send;
    let brand = el("button.quiet.brand type=button aria-label='Epochscope: start page'")
        .click(send, Msg::Home)
        .with(logo())
        .with(el("span.brand-name").text("Epochscope"));
    let run = props.view.map(|view| group().with(picker(props)).with(views::choice(view, send)));
    let colours = el("button.quiet.square type=button")
        .attr("aria-label", label)
        .attr("title", label)
        .click(send, Msg::ToggleTheme)
        .with(icon.draw());
    let help = el("button.quiet.square.help type=button aria-label='What keys do' \
        title='What keys do (?)' aria-haspopup=dialog aria-keyshortcuts=?")
    .click(send, Msg::Help(true))
    .text("?");
    let share = || {
        el("button.main.share type=button aria-haspopup=dialog aria-label='Share this moment'")
            .click(send, Msg::Share(true))
            .with(Icon::Link.draw())
            .with(el("span").text("Share this moment"))
    };
    el("header.top")
        .with(brand)
        .with(run)
        .with(el("span.spring"))
        .with(commands::button(send))
        .with(help)
        .with(colours)
        .with(props.view.map(|_| share()))
        .html()
}

/// Which scenario is open.
fn picker(props: &Header) -> Element {
    let send = props.send.clone();
    let choose = Callback::from(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        if !chosen.is_empty() {
            send.emit(Msg::Open(chosen));
        }
    });
    let own_title = if props.title.is_empty() { "Your own text" } else { &props.title };
    let own = (props.source == Source::Own)
        .then(|| el("option value= selected=").text(own_title.to_owned()));
    let option = |known: &&BuiltIn| {
        let is_open = props.source == Source::BuiltIn(known.name.to_owned());
        el("option")
            .key(known.name)
            .attr("value", known.name)
            .maybe("selected", is_open.then_some(""))
            .text(known.title)
    };
    let options = group().all(families(&props.scenarios).into_iter().map(|all| {
        let family = all.first().map_or("", |first| first.family);
        el("optgroup").key(family).attr("label", family).all(all.iter().map(option))
    }));
    el("label.picker")
        .with(el("span.hidden").text("Scenario"))
        .with(el("select").on(On::Change, choose).with(own).with(options))
}
