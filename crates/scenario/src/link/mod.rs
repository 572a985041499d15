//! A moment of a run as a short text for an address: `e1` and letters that any chat leaves alone.
//!
//! A link holds the scenario (a shipped one by its name, else its text), what its sender did and
//! when, the moment and the view shown, and a digest of the run up to there, so that a version in
//! which the run differs can say so. It holds no state of a cluster: that is carried out again.
//!
//! The form: `e1`, then in base64 for addresses three bytes of checksum, three of the run's digest,
//! three of the scenario's, and a text in lines, coded by a model that knows the language. What
//! `e1` means never changes: the tables are part of it.
//!
//! Uses: its folder, `library`.

mod base64;
mod coder;
mod model;
pub mod travel;

use std::fmt::{self, Write as _};
use std::hash::Hasher;

use epochscope_vocabulary::{SimDuration, SimTime};
use fnv::FnvHasher;

use self::model::Model;
use crate::library::{self, Shipped};

/// What every link of this form begins with.
const FORM: &str = "e1";
/// Bytes before the coded text.
const HEAD: usize = 9;
/// Longer texts travel as files.
pub const LONGEST_TEXT: usize = 64 * 1024;
/// Longer fragments are not looked at: no text of [`LONGEST_TEXT`] needs so much.
pub const LONGEST_FRAGMENT: usize = 2 * LONGEST_TEXT;

/// A moment of a run, as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is run.
    pub source: Source,
    /// What its sender did: when, and as a line of the language; in order.
    pub acts: Vec<(SimTime, String)>,
    /// The moment shown.
    pub moment: SimTime,
    /// How many of the events at that moment have happened; none: all that is due then.
    pub events: Option<u32>,
    /// What is looked at, in words of the page that wrote it.
    pub look: String,
    /// The run's digest up to the moment; [`u32`]s of 24 bits.
    pub digest: u32,
}

/// A scenario, as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// One that comes with the program.
    Shipped {
        /// Its name.
        name: String,
        /// The digest of the text that the sender had.
        digest: u32,
    },
    /// Any other.
    Text(String),
}

/// Why a link cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin as one.
    NoLink,
    /// It is of a later form.
    LaterForm(String),
    /// Letters are missing or changed.
    Damaged,
    /// It is longer than any link.
    TooLong,
    /// It names a scenario that this version does not have.
    NoScenario(String),
}

impl Link {
    /// The link to a scenario's text, without any trace in it: by name if it is a shipped one.
    #[must_use]
    pub fn to(text: &str) -> Self {
        let lines = text.split_inclusive('\n').filter(|line| !line.starts_with('|'));
        let text: &str = &lines.collect::<String>();
        let digest = long_digest(text);
        let half = format!("{:08x}", (digest ^ digest >> 32) & 0xffff_ffff);
        let is_it = |one: &Shipped| one.digest == half && text.contains(one.title);
        let source = match library::shipped().into_iter().find(is_it) {
            Some(shipped) => {
                Source::Shipped { name: shipped.name.to_owned(), digest: folded(digest) }
            }
            None => Source::Text(text.to_owned()),
        };
        let moment = SimTime::ZERO;
        Self { source, acts: Vec::new(), moment, events: None, look: String::new(), digest: 0 }
    }

    /// The shipped scenario whose text is wanted; none if the link holds a text.
    ///
    /// # Errors
    /// When this version does not have it.
    pub fn shipped(&self) -> Result<Option<Shipped>, LinkError> {
        match &self.source {
            Source::Text(_) => Ok(None),
            Source::Shipped { name, .. } => match library::find(name) {
                Some(shipped) => Ok(Some(shipped)),
                None => Err(LinkError::NoScenario(name.clone())),
            },
        }
    }

    /// The scenario's text, and whether it is letter by letter the one that the sender had.
    ///
    /// # Errors
    /// When it is a shipped one that this version does not have.
    pub fn text(&self) -> Result<(String, Sameness), LinkError> {
        let shipped = self.shipped()?;
        Ok(self.text_with(shipped.map_or("", |shipped| shipped.text())))
    }

    /// The same, of a shipped one with the text given.
    pub(crate) fn text_with(&self, shipped: &str) -> (String, Sameness) {
        match &self.source {
            Source::Text(text) => (text.clone(), Sameness::Same),
            Source::Shipped { digest, .. } => {
                let is_same = short_digest(shipped) == *digest;
                let sameness = if is_same { Sameness::Same } else { Sameness::Changed };
                (shipped.to_owned(), sameness)
            }
        }
    }

    /// The link as the fragment of an address, without its `#`; none when the text is too long.
    #[must_use]
    pub fn fragment(&self) -> Option<String> {
        let text = self.as_text();
        if text.len() > LONGEST_TEXT || text.contains('\0') {
            return None;
        }
        let digest = match &self.source {
            Source::Shipped { digest, .. } => *digest,
            Source::Text(text) => short_digest(text),
        };
        Some(format!("{FORM}{}", coded(&text, self.digest, digest)))
    }

    /// The link that an address or its fragment holds.
    ///
    /// # Errors
    /// When there is none that this version can read.
    pub fn read(address: &str) -> Result<Self, LinkError> {
        let fragment = address.rsplit_once('#').map_or(address, |(_, fragment)| fragment).trim();
        if fragment.len() > LONGEST_FRAGMENT {
            return Err(LinkError::TooLong);
        }
        let Some(letters) = fragment.strip_prefix(FORM) else {
            return Err(other_form(fragment));
        };
        let bytes = base64::decoded(letters).ok_or(LinkError::Damaged)?;
        let Some((head, rest)) = bytes.split_at_checked(HEAD) else {
            return Err(LinkError::Damaged);
        };
        let number = |at: usize| u32::from_be_bytes([0, head[at], head[at + 1], head[at + 2]]);
        let text = coder::decode(Model::primed(), rest, LONGEST_TEXT);
        let text = text.ok_or(LinkError::Damaged)?;
        // The checksum is in there too; and what follows a text's end would be passed over.
        if coded(&text, number(3), number(6)) != letters {
            return Err(LinkError::Damaged);
        }
        Self::from_text(&text, number(3), number(6)).ok_or(LinkError::Damaged)
    }

    fn as_text(&self) -> String {
        let mut text = match &self.source {
            Source::Shipped { name, .. } => format!("s {name}\n"),
            Source::Text(_) => "t\n".to_owned(),
        };
        let _ = writeln!(text, "m {}", milliseconds(self.moment.since(SimTime::ZERO)));
        if let Some(events) = self.events {
            let _ = writeln!(text, "n {events}");
        }
        if !self.look.is_empty() {
            let _ = writeln!(text, "l {}", self.look.replace('\n', " "));
        }
        let mut before = SimTime::ZERO;
        for (at, act) in &self.acts {
            let _ = writeln!(text, "{} {act}", milliseconds(at.since(before)));
            before = *at;
        }
        if let Source::Text(scenario) = &self.source {
            text.push('\n');
            text.push_str(scenario);
        }
        text
    }

    fn from_text(text: &str, digest: u32, of_scenario: u32) -> Option<Self> {
        let (first, mut rest) = text.split_once('\n')?;
        let mut link = Self {
            source: match first.strip_prefix("s ") {
                Some(name) => Source::Shipped { name: name.to_owned(), digest: of_scenario },
                None => Source::Text(String::new()),
            },
            acts: Vec::new(),
            moment: SimTime::ZERO,
            events: None,
            look: String::new(),
            digest,
        };
        let mut now = SimTime::ZERO;
        while let Some((line, others)) = rest.split_once('\n') {
            rest = others;
            if line.is_empty() {
                break;
            }
            let (word, about) = line.split_once(' ')?;
            match word {
                "m" => link.moment = SimTime::ZERO + span_of(about)?,
                "n" => link.events = Some(about.parse().ok()?),
                "l" => about.clone_into(&mut link.look),
                after if after.starts_with(|first: char| first.is_ascii_digit()) => {
                    now += span_of(after)?;
                    link.acts.push((now, about.to_owned()));
                }
                // A later version may say more about what is shown.
                _ => {}
            }
        }
        if let Source::Text(scenario) = &mut link.source {
            rest.clone_into(scenario);
        }
        Some(link)
    }
}

/// Whether a scenario is the one that a link was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// It is.
    Same,
    /// Its text has changed since.
    Changed,
}

/// The letters of a link.
fn coded(text: &str, digest: u32, of_scenario: u32) -> String {
    let mut bytes = three(checksum(text, digest, of_scenario)).to_vec();
    bytes.extend(three(digest));
    bytes.extend(three(of_scenario));
    bytes.extend(coder::encode(Model::primed(), text));
    let mut letters = base64::encoded(&bytes);
    // Chat programs take a mark at the end for their own: a zero more changes nothing else.
    while letters.ends_with(['-', '_']) {
        bytes.push(0);
        letters = base64::encoded(&bytes);
    }
    letters
}

fn other_form(fragment: &str) -> LinkError {
    let form: String = fragment.chars().take_while(char::is_ascii_alphanumeric).take(2).collect();
    match form.strip_prefix('e') {
        Some(number) if number.parse::<u32>().is_ok_and(|number| number > 1) => {
            LinkError::LaterForm(form)
        }
        _ => LinkError::NoLink,
    }
}

/// Whole milliseconds, with microseconds behind a point where there are any.
fn milliseconds(span: SimDuration) -> String {
    match (span.0 / 1_000, span.0 % 1_000) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest:03}"),
    }
}

fn span_of(text: &str) -> Option<SimDuration> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let whole: u64 = whole.parse().ok()?;
    let rest: u64 = rest.parse().ok().filter(|rest| *rest < 1_000)?;
    Some(SimDuration(whole.checked_mul(1_000)?.checked_add(rest)?)).filter(|span| span.0 <= LATEST)
}

/// No moment of a link is later: a year.
const LATEST: u64 = 366 * 86_400 * 1_000_000;

/// The 24 bits by which a text is known again.
#[must_use]
pub fn short_digest(text: &str) -> u32 {
    folded(long_digest(text))
}

fn long_digest(text: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// A digest of 64 bits as one of 24.
#[must_use]
pub const fn folded(digest: u64) -> u32 {
    ((digest ^ digest >> 24 ^ digest >> 48) & 0xff_ffff) as u32
}

fn checksum(text: &str, digest: u32, of_scenario: u32) -> u32 {
    short_digest(&format!("{digest} {of_scenario} {text}"))
}

const fn three(number: u32) -> [u8; 3] {
    let [_, first, second, third] = number.to_be_bytes();
    [first, second, third]
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLink => f.write_str("this is no link of Epochscope: one begins with `#e1`"),
            Self::LaterForm(form) => {
                write!(f, "this link is of form `{form}`; this version reads `e1` only")
            }
            Self::Damaged => f.write_str("letters of this link are missing or changed"),
            Self::TooLong => f.write_str("this is longer than any link"),
            Self::NoScenario(name) => {
                write!(f, "this version has no scenario `{name}`, which the link begins with")
            }
        }
    }
}

impl std::error::Error for LinkError {}
