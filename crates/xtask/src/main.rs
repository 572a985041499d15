//! The project's own commands: `cargo xtask serve`, `cargo xtask test`, and the parts of both.
//!
//! Whatever a command needs and can install, it installs; where it cannot, it says what to do.

mod bench;
mod browser;
mod files;
mod fuzz;
mod layering;
mod licences;
mod markdown;
mod mutate;
mod pack;
mod page;
mod program;
mod serve;
mod size;
mod stages;
mod tidy;
mod tools;
mod wasm;

use std::process::ExitCode;

/// What every command answers: nothing, or one message for the person who typed it.
type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo xtask COMMAND

  serve       build the page and serve it on 127.0.0.1
                --open      open it in the browser
                --port N    instead of the port in Trunk.toml; the next free one if it is taken
                --dev       build in seconds; the wasm file is several times as large
  build       build the page into dist/ (--dev as above)
  test        all that CI runs, stage by stage; or only the stages named after it
  measure     load the built page in Chromium: bytes, time to a drawn stage, script a frame
  bench       events a second, natively and as wasm
  fuzz        broken texts, links and pictures for all that reads them
                --minutes N   for so long; 1 without it
                --cases N     or so many
                --from SEED   beginning with this one
  mutate      break rules of Kafka one at a time: which tests notice? (some minutes each)
                --all       go on to the slower tests
                NAME ...    only these rules
  help        this text

Stages of `test`, each a command of its own:
";

/// What asks for that text, alone or behind a command.
const HELP_WORDS: &[&str] = &["help", "--help", "-h"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Outcome {
    let (command, rest) = arguments.split_first().unwrap_or((&"help", &[]));
    if [*command, *rest.first().unwrap_or(&"")].iter().any(|word| HELP_WORDS.contains(word)) {
        print!("{HELP}{}", stages::list());
        return Ok(());
    }
    match *command {
        "serve" => return serve::command(rest),
        "build" => return page::command(rest),
        "test" => return stages::command(rest),
        "fuzz" => return fuzz::command(rest),
        "mutate" => return mutate::command(rest),
        _ => {}
    }
    if !rest.is_empty() {
        return Err(format!("{command} takes no arguments, not `{}`", rest.join(" ")));
    }
    match *command {
        "measure" => browser::measure(),
        "bench" => bench::command(),
        name => match stages::find(name) {
            Some(stage) => stage.run(),
            None => Err(format!("there is no command `{name}`; `cargo xtask help` lists them")),
        },
    }
}
