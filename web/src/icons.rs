//! Small pictures on buttons, drawn on a grid of 16 by 16. All are decoration: buttons have names.

use yew::Html;

use crate::element::el;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// Start playing, start a process.
    Play,
    /// Stop playing, pause a process.
    Pause,
    /// One event on.
    StepOn,
    /// One event back.
    StepBack,
    /// On to the next statement.
    Statement,
    /// From the beginning.
    Restart,
    /// Kill a process.
    Kill,
    /// Let a process go on.
    Resume,
    /// Switch to dark colours.
    Moon,
    /// Switch to light colours.
    Sun,
    /// An answered record.
    Tick,
    /// A waiting record.
    Clock,
    /// Something new.
    Plus,
    /// A file.
    File,
    /// Take back.
    Undo,
    /// Give again.
    Redo,
    /// A link.
    Link,
    /// Stop a process.
    Stop,
    /// Cut links.
    Cut,
    /// More to choose from.
    More,
    /// A line to be written.
    Prompt,
    /// Take away.
    Cross,
}

impl Icon {
    const fn is_solid(self) -> bool {
        matches!(self, Self::Play | Self::Pause | Self::Resume | Self::More)
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Play => "M4 2.6v10.8L13 8z",
            Self::Pause => "M4 3h3v10H4zM9 3h3v10H9z",
            Self::StepOn => "M4 3.5v9L10.5 8zM12.5 3.5v9",
            Self::StepBack => "M12 3.5v9L5.5 8zM3.5 3.5v9",
            Self::Statement => "M3 3.5v9L7.5 8zM8 3.5v9l4.500-4.500zM13.500 3.500v9",
            Self::Restart => "M3 8a5 5 0 1 0 1.600-3.700M4.500 1.800v2.700h2.700",
            Self::Kill => "M9 1.500 3.500 9H8l-1 5.500L12.500 7H8z",
            Self::Resume => "M3 3h3v10H3zM7.500 3v10L14 8z",
            Self::Moon => "M13.500 9.500A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7z",
            Self::Sun => {
                "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15\
                 M3 3l1.100 1.100M11.900 11.900 13 13M13 3l-1.100 1.100M4.100 11.900 3 13"
            }
            Self::Tick => "M3.500 8.500l3 3 6-7",
            Self::Plus => "M8 3v10M3 8h10",
            Self::File => "M4 1.500h5l3 3v10H4zM9 1.500v3h3",
            Self::Undo => "M6.500 3 3 6.500 6.500 10M3.500 6.500h6a3.500 3.500 0 0 1 0 7H7",
            Self::Redo => "M9.500 3 13 6.500 9.500 10M12.500 6.500h-6a3.500 3.500 0 0 0 0 7H9",
            Self::Link => {
                "M6.500 9.500l3-3M7 4.500 8.500 3a3.200 3.200 0 0 1 4.500 4.500L11.500 9M9 11.500 7.500 13A3.200\
                 3.200 0 0 1 3 8.500L4.500 7"
            }
            Self::Stop => "M3.500 3.500h9v9h-9z",
            Self::Cut => "M1.500 8h3l1.500-3M14.500 8h-3L10 11M9.500 2.500l-3 11",
            Self::More => "M3 7h2v2H3zM7 7h2v2H7zM11 7h2v2h-2z",
            Self::Prompt => "M2.500 4l4 4-4 4M8.500 12.500h5",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Clock => "M8 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11M8 5v3l2 1.500",
        }
    }

    /// The picture.
    pub(crate) fn draw(self) -> Html {
        el("svg.icon viewBox='0 0 16 16' aria-hidden=true focusable=false")
            .class(self.is_solid().then_some("solid"))
            .with(el("path").attr("d", self.path()))
            .html()
    }
}

/// The logo: three records of one epoch and one of the next.
pub(crate) fn logo() -> Html {
    el("svg.logo viewBox='0 0 20 20' aria-hidden=true focusable=false")
        .with(el("rect.old x=1 y=1 width=8 height=8 rx=2"))
        .with(el("rect.old x=1 y=11 width=8 height=8 rx=2"))
        .with(el("rect.old x=11 y=1 width=8 height=8 rx=2"))
        .with(el("rect.new x=11.8 y=11.8 width=6.4 height=6.4 rx=1.6"))
        .html()
}
