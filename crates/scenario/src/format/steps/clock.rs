//! Statements that move the clock.

use epochscope_vocabulary::event::Topic;

use crate::format::arguments::Args;
use crate::format::forms::{Form, one, pair};
use crate::format::kinds::Kind;
use crate::format::values::Arg;
use crate::format::world::Reader;
use crate::script::{DEFAULT_WITHIN, Run, Statement, Until};

/// The rows.
pub(crate) const FORMS: &[Form<Statement>] = &[
    Form {
        verb: "run until",
        slots: &[one("OBSERVATION", Kind::Observation)],
        pairs: &[pair("within", Kind::Span), pair("show", Kind::EventTopics)],
        settings: None,
        later: &[],
        about: "moves the clock to just after the first event with which the observation holds; \
                if that does not come within 60s (or the span said), the run stops there and fails",
        build: run_until,
    },
    Form {
        verb: "run",
        slots: &[],
        pairs: &[
            pair("for", Kind::Span),
            pair("until", Kind::TimeOrSettled),
            pair("show", Kind::EventTopics),
        ],
        settings: None,
        later: &[],
        about: "moves the clock by a span, to a time, or to the first instant after which nothing \
                would change any more; `show` keeps only these classes of event in the trace",
        build: run,
    },
];

fn run_until(_: &mut Reader, args: &Args) -> Option<Statement> {
    let observation = args.observation.clone()?;
    let until = Until::Observation(observation, args.span("within").unwrap_or(DEFAULT_WITHIN));
    Some(Statement::Run(Run { until, show: show(args) }))
}

fn run(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let until = match (args.span("for"), args.get("until").map(|given| &given.arg)) {
        (Some(span), None) => {
            reader.pass(span, args.place_of("for"))?;
            Until::For(span)
        }
        (None, Some(Arg::Time(time))) => {
            reader.pass_to(*time, args.place_of("until"))?;
            Until::Time(*time)
        }
        (None, Some(_)) => Until::Settled,
        (None, None) => {
            let fix = "write `run for=10s`, `run until=31s`, `run until=settled` \
                       or `run until leader orders-0 = 2`";
            return reader.fail(args.place, "`run` does not say how far", fix);
        }
        (Some(_), Some(_)) => {
            let message = "`for` and `until` contradict each other";
            return reader.fail(args.place_of("until"), message, "leave one of them out");
        }
    };
    Some(Statement::Run(Run { until, show: show(args) }))
}

fn show(args: &Args) -> Vec<Topic> {
    match args.get("show").map(|given| &given.arg) {
        Some(Arg::EventTopics(topics)) => topics.clone(),
        _ => Vec::new(),
    }
}
