//! `epochscope`: Kafka's replication on the terminal, from a scenario file.
//!
//! Standard output carries the answer and nothing else; whatever is wrong goes to standard error.
//! Exit status: 0 fine; 1 an expectation or check failed; 2 bad input, and nothing was written, but
//! for `rule` and `conform`, which answer every other line.

mod arguments;
mod check;
mod compare;
mod conform;
mod describe;
mod explore;
mod fmt;
mod help;
mod input;
mod link;
mod list;
mod live;
mod moment;
mod output;
mod paint;
mod picture;
mod place;
mod problem;
mod progress;
mod render;
mod rule;
mod run;
mod state;
mod whatif;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::problem::{Outcome, Verdict};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => {
            // Nobody may be left to read it; the status says it too.
            let _ = message.print();
            return ExitCode::from(u8::try_from(message.exit_code()).unwrap_or(2));
        }
    };
    match carry_out(&arguments) {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::from(1),
        Err(problem) => {
            output::complain(&problem.to_string());
            ExitCode::from(2)
        }
    }
}

fn carry_out(arguments: &Arguments) -> Outcome {
    match &arguments.command {
        Command::Run(options) => run::command(options, arguments.progress()),
        Command::List(options) => list::command(options),
        Command::State(options) => state::command(options, arguments.progress()),
        Command::Describe(options) => describe::command(options, arguments.progress()),
        Command::Link(options) => link::link(options, arguments.progress()),
        Command::Open(options) => link::open(options, arguments.progress()),
        Command::Render(options) => render::command(options, arguments.progress()),
        Command::Fmt(options) => fmt::command(options),
        Command::Check(options) => check::command(options),
        Command::Rule => rule::command(),
        Command::Conform(options) => conform::command(options),
        Command::Explore(options) => explore::command(options, arguments.progress()),
        Command::Place(options) => place::command(options),
        Command::Whatif(options) => whatif::command(options),
        Command::Help { topic } => help::command(topic.as_deref()),
        Command::Completions { shell } => help::completions(*shell),
    }
}
