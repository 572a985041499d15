//! The line on top: name, scenario, colours.

use epochscope_view::session::BuiltIn;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use crate::app::Msg;
use crate::catalogue::Source;
use crate::commands;
use crate::icons::{Icon, logo};
use crate::theme::Theme;
use crate::views::{self, View};

/// What the header shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct HeaderProps {
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
#[component]
pub(crate) fn Header(props: &HeaderProps) -> Html {
    let (icon, label) = match props.theme {
        Theme::Light => (Icon::Moon, "Dark colours"),
        Theme::Dark => (Icon::Sun, "Light colours"),
    };
    html! {
        <header class="top">
            <button type="button" class="quiet brand" aria-label="Epochscope: start page"
                onclick={props.send.reform(|_| Msg::Home)}>
                { logo() }<span class="brand-name">{ "Epochscope" }</span>
            </button>
            if let Some(view) = props.view { { picker(props) }{ views::choice(view, &props.send) } }
            <span class="spring" />
            { commands::button(&props.send) }
            <button class="quiet square" type="button" aria-label={label} title={label}
                onclick={props.send.reform(|_| Msg::ToggleTheme)}>{ icon.draw() }</button>
            if props.view.is_some() {
                <button class="main share" type="button" aria-haspopup="dialog"
                    aria-label="Share this moment"
                    onclick={props.send.reform(|_| Msg::Share(true))}>
                    { Icon::Link.draw() }<span>{ "Share this moment" }</span>
                </button>
            }
        </header>
    }
}

/// Which scenario is open.
fn picker(props: &HeaderProps) -> Html {
    let send = props.send.clone();
    let choose = Callback::from(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        if !chosen.is_empty() {
            send.emit(Msg::Open(chosen));
        }
    });
    let is_open = |name: &str| props.source == Source::BuiltIn(name.to_owned());
    html! {
        <label class="picker">
            <span class="hidden">{ "Scenario" }</span>
            <select onchange={choose}>
                if props.source == Source::Own {
                    <option value="" selected=true>
                        { if props.title.is_empty() { "Your own text" } else { &props.title } }
                    </option>
                }
                for known in &props.scenarios {
                    <option key={known.name} value={known.name}
                        selected={is_open(known.name)}>{ known.title.clone() }</option>
                }
            </select>
        </label>
    }
}
