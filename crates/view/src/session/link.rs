//! The run as a link, and a link's run.
//!
//! Uses: nothing.

use std::fmt;
use std::sync::Arc;

use epochscope_scenario::link::travel::{OpenError, Opened, Opening};
use epochscope_scenario::link::{Link, Source};

use super::Session;

/// A link that was read. The text of the scenario that it names may have to be brought yet.
pub struct ReadLink {
    link: Link,
    wanted: Option<&'static str>,
}

impl ReadLink {
    /// Reads an address that ends in a link.
    ///
    /// # Errors
    /// Why it cannot be opened, in words.
    pub fn of(address: &str) -> Result<Self, String> {
        let link = Link::read(address).map_err(|error| error.to_string())?;
        let wanted = link.shipped().map_err(|error| error.to_string())?.map(|shipped| shipped.name);
        Ok(Self { link, wanted })
    }

    /// The shipped scenario whose text is wanted, if one is.
    #[must_use]
    pub const fn wanted(&self) -> Option<&'static str> {
        self.wanted
    }
}

/// A link being opened, in slices.
pub struct LinkOpening {
    opening: Opening,
}

/// A link that was opened.
pub struct OpenedLink {
    /// Its run, at its moment.
    pub session: Session,
    /// The shipped scenario that it began with; none of a text of the sender's own.
    pub scenario: Option<String>,
    /// What the page showed, in its words: the view first.
    pub look: String,
    /// What is other than the sender saw it, in words; empty if nothing is.
    pub differences: Vec<String>,
}

impl LinkOpening {
    /// Begins to open a link, with the text that it wants.
    ///
    /// # Errors
    /// Why it cannot be opened, in words.
    pub fn begin(read: ReadLink, text: &str) -> Result<Self, String> {
        let opening = Opening::begin_with(read.link, text);
        let opening = opening.map_err(|error: OpenError| error.to_string())?;
        Ok(Self { opening })
    }

    /// Goes on by so many entries of the engine's queue at most. True when all is there.
    pub fn advance(&mut self, budget: u64) -> bool {
        self.opening.advance(budget)
    }

    /// What was opened.
    #[must_use]
    pub fn finish(self) -> OpenedLink {
        let Opened { link, text, player, differences } = self.opening.finish();
        let mut session = Session::of(text.into(), player);
        session.at = link.moment.max(session.player.now());
        session.pass_questions();
        session.look_at(&link.look);
        session.refresh_timeline();
        let scenario = match link.source {
            Source::Shipped { name, .. } => Some(name),
            Source::Text(_) => None,
        };
        let differences = differences.iter().map(ToString::to_string).collect();
        OpenedLink { session, scenario, look: link.look, differences }
    }
}

impl fmt::Debug for ReadLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadLink")
    }
}

impl fmt::Debug for LinkOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkOpening")
    }
}

impl fmt::Debug for OpenedLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenedLink")
    }
}

impl Session {
    /// The end of an address that shows this moment again; none when the text is too long for one.
    ///
    /// `look` is what the page shows, in words of its own: the view first.
    #[must_use]
    pub fn link(&self, look: &str) -> Option<String> {
        let (view, rest) = look.split_once(' ').unwrap_or((look, ""));
        let partition = self.shown.map(|shown| self.player.names().partition_name(shown));
        let look = format!("{view} {} {rest}", partition.as_deref().unwrap_or("-"));
        Link::of_run(&self.text, &self.player, self.now(), look.trim_end()).fragment()
    }

    /// The scenario as it is carried out, with the reader's own orders in it.
    #[must_use]
    pub fn script(&self) -> String {
        self.player.as_whole_script(self.further())
    }

    /// Looks at the partition that a link was looking at, if it is there.
    fn look_at(&mut self, look: &str) {
        let Some(name) = look.split(' ').nth(1) else { return };
        let found = self.player.cluster().partitions().find(|one| one.name == name);
        self.shown = found.map(|one| one.partition).or(self.shown);
    }

    pub(super) fn of(text: Arc<str>, player: epochscope_scenario::player::Player) -> Self {
        Self {
            text,
            shown: super::read::first(player.start()),
            player,
            focused: None,
            at: epochscope_vocabulary::SimTime::ZERO,
            history: crate::trace::History::default(),
            timeline: Arc::default(),
            seen: None,
            mapped: None,
            shelf: None,
            answers: super::Answers::default(),
            changed: Vec::new(),
            undone: Vec::new(),
            inspected: <[super::inspect::Inspected; 2]>::default(),
        }
    }
}
