//! From a run to its link, and from a link to the run again.
//!
//! Opening goes in slices: a link may ask for hours of simulated time.
//!
//! Uses: `acting`, `format`, `moment`, `player`.

use std::fmt;

use epochscope_vocabulary::SimTime;

use super::{Link, LinkError, Sameness, folded};
use crate::acting::Acting;
use crate::format::{ScenarioError, limits, parse};
use crate::moment::Moment;
use crate::player::{Player, Traced};

/// A link being opened: its run is carried out up to its moment.
#[derive(Debug)]
pub struct Opening {
    link: Link,
    text: String,
    sameness: Sameness,
    acting: Acting,
    done: usize,
    refused: Vec<String>,
}

/// A link that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The link.
    pub link: Link,
    /// The scenario's text.
    pub text: String,
    /// The run, at the link's moment.
    pub player: Player,
    /// What is other than the sender saw it; empty if all is the same.
    pub differences: Vec<Difference>,
}

/// What is other in this version than the sender of a link saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The shipped scenario's text.
    Text,
    /// A statement of the sender's cannot be obeyed: which, and why.
    Refused(String),
    /// What happens up to the moment.
    Run,
}

/// Why a link's run cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The link itself.
    Link(LinkError),
    /// Its scenario's text has errors.
    Scenario(Vec<ScenarioError>),
    /// Its cluster cannot be built.
    Cluster(String),
    /// It asks for more than any scenario may.
    TooMuch,
}

impl Opening {
    /// Begins with the scenario.
    ///
    /// # Errors
    /// When the run cannot begin.
    pub fn begin(link: Link) -> Result<Self, OpenError> {
        let text = link.text().map_err(OpenError::Link)?;
        Self::of(link, text)
    }

    /// The same, with the text of the shipped scenario that the link names.
    ///
    /// # Errors
    /// When the run cannot begin.
    pub fn begin_with(link: Link, shipped: &str) -> Result<Self, OpenError> {
        let text = link.text_with(shipped);
        Self::of(link, text)
    }

    fn of(link: Link, (text, sameness): (String, Sameness)) -> Result<Self, OpenError> {
        let latest = link.acts.last().map_or(link.moment, |(at, _)| link.moment.max(*at));
        if link.acts.len() > limits::STEPS || latest > SimTime::ZERO + limits::TIME {
            return Err(OpenError::TooMuch);
        }
        let parsed = parse(text.as_bytes()).map_err(OpenError::Scenario)?;
        let player =
            Player::new(parsed.scenario).map_err(|rejected| OpenError::Cluster(rejected.reason))?;
        let acting = Acting::new(player);
        Ok(Self { link, text, sameness, acting, done: 0, refused: Vec::new() })
    }

    /// The run as far as it has been carried out.
    #[must_use]
    pub const fn player(&self) -> &Player {
        &self.acting.player
    }

    /// Goes on by so many units at most. True when the moment is reached.
    pub fn advance(&mut self, budget: u64) -> bool {
        if self.is_at_the_start() {
            return true;
        }
        while let Some((at, line)) = self.link.acts.get(self.done) {
            if !self.acting.player.advance(*at, budget) {
                return false;
            }
            let (at, line) = (*at, line.clone());
            if let Err(why) = self.acting.act(at, &line) {
                self.refused.push(format!("`{line}`: {why}"));
            }
            self.done += 1;
        }
        self.acting.player.advance(self.link.moment, budget)
    }

    /// Before anything has happened, also what is due at time 0.
    fn is_at_the_start(&self) -> bool {
        let Link { moment, events, acts, .. } = &self.link;
        *moment == SimTime::ZERO && *events == Some(0) && acts.is_empty()
    }

    /// The run, once the moment is reached.
    #[must_use]
    pub fn finish(self) -> Opened {
        let mut player = self.acting.player;
        if let Some(count) = self.link.events.filter(|count| *count > 0) {
            // If there are fewer events, the run differs, and that is told.
            let _ = player.seek_moment(&Moment::AfterEvent(self.link.moment, count));
        }
        let mut differences = Vec::new();
        if self.sameness == Sameness::Changed {
            differences.push(Difference::Text);
        }
        differences.extend(self.refused.into_iter().map(Difference::Refused));
        if folded(player.digest()) != self.link.digest {
            differences.push(Difference::Run);
        }
        Opened { link: self.link, text: self.text, player, differences }
    }
}

impl Link {
    /// The link to what a player of this text shows at a moment.
    #[must_use]
    pub fn of_run(text: &str, player: &Player, moment: SimTime, look: &str) -> Self {
        let before = player.acts_behind().iter();
        Self {
            acts: before.map(|act| (act.at, act.text.to_string())).collect(),
            moment,
            events: events_seen(player, moment),
            look: look.to_owned(),
            digest: folded(player.digest()),
            ..Self::to(text)
        }
    }
}

/// How many events of this moment lie before the playhead, if that is not all of them.
fn events_seen(player: &Player, moment: SimTime) -> Option<u32> {
    let at_it = |traced: &&Traced| traced.event.at == moment;
    let seen = player.trace().iter().rev().take_while(at_it).count();
    let all = player.whole_trace().iter().filter(at_it).count();
    let is_start = player.playhead().units() == 0;
    (is_start || seen > 0 && seen < all).then(|| u32::try_from(seen).unwrap_or(u32::MAX))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("the scenario's text has changed since"),
            Self::Refused(what) => write!(f, "a statement cannot be obeyed: {what}"),
            Self::Run => f.write_str("in this version the run differs up to this moment"),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(error) => error.fmt(f),
            Self::Scenario(errors) => {
                let count = errors.len();
                let first = errors.first().map_or("", |error| &error.message);
                write!(f, "the link's scenario has {count} errors; the first: {first}")
            }
            Self::Cluster(reason) => write!(f, "the cluster cannot be built: {reason}"),
            Self::TooMuch => f.write_str("the link asks for more than any scenario may"),
        }
    }
}

impl std::error::Error for OpenError {}
