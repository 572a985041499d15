//! The ways of looking at a run, and the tabs that choose among them.

use yew::Callback;

use crate::app::Msg;
use crate::element::{Element, el};

/// A way of looking at a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// The cluster at one moment.
    #[default]
    Stage,
    /// All partitions, where their replicas live.
    Map,
    /// Requests over a stretch of time.
    SpaceTime,
    /// What became of every record.
    Records,
    /// Two runs of one schedule.
    Compare,
}

impl View {
    /// All of them, in the order in which they are offered.
    pub(crate) const ALL: [Self; 5] =
        [Self::Stage, Self::Map, Self::SpaceTime, Self::Records, Self::Compare];

    /// Its name for people.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Stage => "Stage",
            Self::Map => "Map",
            Self::SpaceTime => "Space-time",
            Self::Records => "Records",
            Self::Compare => "Compare",
        }
    }

    /// Its name in links.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Map => "map",
            Self::SpaceTime => "spacetime",
            Self::Records => "records",
            Self::Compare => "compare",
        }
    }

    /// The view of this name; the stage for names of other versions.
    pub(crate) fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.word() == word).unwrap_or_default()
    }
}

/// The choice.
pub(crate) fn choice(chosen: View, send: &Callback<Msg>) -> Element {
    let tab = |view: View| {
        el("button.quiet type=button")
            .maybe("aria-current", (view == chosen).then_some("page"))
            .click(send, Msg::Look(view))
            .text(view.label())
    };
    el("nav.views aria-label=Views").all(View::ALL.into_iter().map(tab))
}
