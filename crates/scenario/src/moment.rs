//! A moment of a run, as links, `--at` and `seek` name it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use epochscope_vocabulary::SimTime;

use crate::format::span_of;

/// A moment of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `31s`: everything due at this time is done.
    At(SimTime),
    /// `31s.4`: after the fourth event at this time.
    AfterEvent(SimTime, u32),
    /// `line:12`: after the statement of this line.
    Line(u32),
    /// `marker:NAME`
    Marker(Arc<str>),
    /// `end`
    End,
}

/// Why a text is no moment, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMoment(pub String);

impl fmt::Display for NoMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.0;
        write!(
            f,
            "`{text}` is no moment: write `31s`, `31s.4` (the fourth event at that time), \
             `line:12`, `marker:NAME` or `end`"
        )
    }
}

impl std::error::Error for NoMoment {}

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        read(text).ok_or_else(|| NoMoment(text.chars().take(60).collect()))
    }
}

fn read(text: &str) -> Option<Moment> {
    if text == "end" {
        return Some(Moment::End);
    }
    if let Some(line) = text.strip_prefix("line:") {
        return counted(line).map(Moment::Line);
    }
    if let Some(name) = text.strip_prefix("marker:") {
        return (!name.is_empty()).then(|| Moment::Marker(name.into()));
    }
    match text.split_once('.') {
        Some((time, event)) => Some(Moment::AfterEvent(moment(time)?, counted(event)?)),
        None => moment(text).map(Moment::At),
    }
}

fn moment(text: &str) -> Option<SimTime> {
    span_of(text).map(|span| SimTime::ZERO + span)
}

/// A number from 1.
fn counted(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number > 0)
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => write!(f, "{}", time.since(SimTime::ZERO)),
            Self::AfterEvent(time, event) => write!(f, "{}.{event}", time.since(SimTime::ZERO)),
            Self::Line(line) => write!(f, "line:{line}"),
            Self::Marker(name) => write!(f, "marker:{name}"),
            Self::End => f.write_str("end"),
        }
    }
}
