//! `help` and `completions`: what the program says about itself.

use clap::CommandFactory as _;
use clap_complete::Shell;
use epochscope_scenario::reference;

use crate::arguments::Arguments;
use crate::output;
use crate::problem::{Outcome, Problem, Verdict};

/// Explains the program, one of its commands, the language, the rules or the metrics.
pub(crate) fn command(topic: Option<&str>) -> Outcome {
    let mut program = Arguments::command();
    program.build();
    let text = match topic {
        None => program.render_long_help().ansi().to_string(),
        Some("language") => reference::markdown(),
        Some("rules") => reference::rules(),
        Some("metrics") => reference::metrics(),
        Some(name) => match program.find_subcommand_mut(name) {
            Some(command) => command.render_long_help().ansi().to_string(),
            None => return Err(unknown(&program, name)),
        },
    };
    output::print(&text)?;
    Ok(Verdict::Fine)
}

fn unknown(program: &clap::Command, name: &str) -> Problem {
    let known: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
    let what = format!("there is no help on `{name}`");
    Problem::new(
        "epochscope",
        &what,
        &format!("there is on: language, rules, metrics, {}", known.join(", ")),
    )
}

/// Prints a shell's script for completing commands and options.
pub(crate) fn completions(shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "epochscope", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Fine)
}
