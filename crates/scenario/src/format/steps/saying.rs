//! Statements that speak to the reader, and checks.

use std::sync::Arc;

use crate::format::arguments::Args;
use crate::format::forms::{Form, PairRow, Slot, one, pair};
use crate::format::kinds::Kind;
use crate::format::values::Arg;
use crate::format::world::Reader;
use crate::script::{Ask, Choice, DEFAULT_WITHIN, Notes, Statement, View};

const TEXT: &[Slot] = &[one("TEXT", Kind::FreeText)];
const OBSERVATION: &[Slot] = &[one("OBSERVATION", Kind::Observation)];
const AS: &[PairRow] = &[pair("as", Kind::NewName)];

/// Statements that speak to the reader.
pub(crate) const SAYING: &[Form<Statement>] = &[
    Form::plain("say", TEXT, &[], "a caption at this moment", say),
    Form::plain("marker", &[one("NAME", Kind::NewName)], &[], "a name to jump to", marker),
    Form::plain(
        "focus",
        &[one("P|NODE|topic:T|\"record\"", Kind::Focus)],
        &[],
        "what to look at",
        focus,
    ),
    Form::plain(
        "view",
        &[one("stage|map|spacetime|lanes", Kind::Word(View::WORDS))],
        &[],
        "which screen to look at",
        view,
    ),
    Form::plain("ask", TEXT, &[], "stops and asks; `option` lines follow", ask),
];

/// Checks.
pub(crate) const CHECKING: &[Form<Statement>] = &[
    Form::plain(
        "expect",
        OBSERVATION,
        &[],
        "holds now; if not, the run goes on and fails at its end",
        expect,
    ),
    Form::plain(
        "always",
        OBSERVATION,
        AS,
        "holds from here on, to the end or to `end NAME`",
        always,
    ),
    Form::plain(
        "never",
        OBSERVATION,
        AS,
        "does not hold from here on, to the end or to `end NAME`",
        never,
    ),
    Form::plain(
        "eventually",
        OBSERVATION,
        &[pair("within", Kind::Span)],
        "becomes true from here on, within 60s or the span said; the clock does not move for it",
        eventually,
    ),
    Form::plain(
        "end",
        &[one("NAME", Kind::Name)],
        &[],
        "ends the `always` or `never` of this name",
        end,
    ),
];

/// The row of an answer: it stands under its `ask` and is no statement of its own.
pub(crate) const OPTION: Form<Choice> = Form {
    verb: "option",
    slots: &[one("TEXT", Kind::Quoted)],
    pairs: &[pair("correct", Kind::Switch), pair("because", Kind::Text)],
    settings: None,
    later: &[],
    about: "one possible answer, below its `ask`",
    build: option,
};

impl View {
    /// Every view with its word.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Stage, "stage"),
        (Self::Map, "map"),
        (Self::Spacetime, "spacetime"),
        (Self::Lanes, "lanes"),
    ];
    const WORDS: &'static [&'static str] = &["stage", "map", "spacetime", "lanes"];

    /// Its word.
    #[must_use]
    pub const fn text(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

fn say(_: &mut Reader, args: &Args) -> Option<Statement> {
    Some(Statement::Say(args.word("TEXT")?))
}

fn marker(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let name = args.word("NAME")?;
    if !reader.world.markers.insert(name.clone()) {
        let message = format!("there is a marker `{name}` already");
        return reader.fail(args.place_of("NAME"), message, "give this one another name");
    }
    Some(Statement::Marker(name))
}

fn focus(_: &mut Reader, args: &Args) -> Option<Statement> {
    match &args.get("P|NODE|topic:T|\"record\"")?.arg {
        Arg::Focus(focus) => Some(Statement::Focus(focus.clone())),
        _ => None,
    }
}

fn view(_: &mut Reader, args: &Args) -> Option<Statement> {
    let word = args.word("stage|map|spacetime|lanes")?;
    let view = View::ALL.iter().find(|(_, text)| *text == &*word)?;
    Some(Statement::View(view.0))
}

fn ask(_: &mut Reader, args: &Args) -> Option<Statement> {
    Some(Statement::Ask(Ask { text: args.word("TEXT")?, options: Vec::new() }))
}

fn option(_: &mut Reader, args: &Args) -> Option<Choice> {
    Some(Choice {
        text: args.word("TEXT")?,
        correct: args.is_on("correct"),
        because: args.word("because"),
        notes: Notes::default(),
    })
}

fn expect(_: &mut Reader, args: &Args) -> Option<Statement> {
    Some(Statement::Expect(args.observation.clone()?))
}

fn always(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let name = check_name(reader, args)?;
    Some(Statement::Always(args.observation.clone()?, name))
}

fn never(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let name = check_name(reader, args)?;
    Some(Statement::Never(args.observation.clone()?, name))
}

fn check_name(reader: &mut Reader, args: &Args) -> Option<Option<Arc<str>>> {
    let Some(name) = args.word("as") else { return Some(None) };
    if !reader.world.checks.insert(name.clone()) {
        let message = format!("a check called `{name}` runs already");
        return reader.fail(args.place_of("as"), message, "give this one another name");
    }
    Some(Some(name))
}

fn eventually(_: &mut Reader, args: &Args) -> Option<Statement> {
    let within = args.span("within").unwrap_or(DEFAULT_WITHIN);
    Some(Statement::Eventually(args.observation.clone()?, within))
}

fn end(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let name = args.word("NAME")?;
    if !reader.world.checks.remove(&name) {
        let message = format!("no check called `{name}` runs here");
        let otherwise = format!("name the check: `always OBSERVATION as={name}`");
        let known = reader.world.checks.iter().map(|name| &**name);
        let fix = reader.problems.did_you_mean(&name, known, otherwise);
        return reader.fail(args.place_of("NAME"), message, fix);
    }
    Some(Statement::End(name))
}
