//! What may be typed: commands and their options, as `clap` reads and explains them.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use epochscope_scenario::explore::faults::{Availability, FAULTS, FaultKinds};
use epochscope_scenario::format::releases;
use epochscope_scenario::moment::Moment;

use crate::place::PlaceOptions;
use crate::progress::Progress;
use crate::whatif::WhatifOptions;

/// A deterministic simulator of Apache Kafka's replication.
#[derive(Debug, Parser)]
#[command(
    name = "epochscope",
    version,
    disable_help_subcommand = true,
    after_help = "\
A FILE is a scenario; `-` is standard input. A MOMENT is `31s`, `31s.4` (the fourth event at that
time), `line:12` (after the statement of that line), `marker:NAME` or `end`.

Exit status: 0 fine; 1 an expectation or check failed; 2 bad input, and nothing was written (by
`rule` and `conform`: whatever else was asked is answered).
`epochscope help language` explains how scenarios are written."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Say nothing about progress on standard error
    #[arg(long, short, global = true)]
    quiet: bool,
}

impl Arguments {
    /// Whether a long run is to report on itself.
    pub(crate) fn progress(&self) -> Progress {
        if self.quiet { Progress::Silent } else { Progress::Reported }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Carry a scenario out and print it with its trace
    Run(RunOptions),
    /// The scenarios that come with the program; their names stand for files
    List(ListOptions),
    /// Everything that can be observed at a moment
    State(StateOptions),
    /// What `kafka-topics.sh --describe` would print at a moment
    Describe(DescribeOptions),
    /// The shared link to a moment of a scenario
    Link(LinkOptions),
    /// The scenario in a shared link, with what its sender did
    Open(OpenOptions),
    /// A picture of a moment as an SVG file that holds its scenario
    Render(RenderOptions),
    /// Write scenarios in the canonical form, in place
    Fmt(FmtOptions),
    /// Look for all that is wrong with scenarios, without running them
    Check(CheckOptions),
    /// Ask rules of Kafka alone: questions on standard input, answers on standard output
    Rule,
    /// Do what was done to Apache Kafka, ask what it was asked, and compare
    Conform(ConformOptions),
    /// Look for a schedule of faults that breaks what a scenario's cluster promises
    Explore(ExploreOptions),
    /// Where Kafka would put the replicas of a new topic
    Place(PlaceOptions),
    /// What losing brokers or racks would do to a real cluster, from `kafka-topics.sh --describe`
    Whatif(WhatifOptions),
    /// Explain a command, the scenario language, or the rules of Kafka that events cite
    Help {
        /// A command, `language` or `rules`
        topic: Option<String>,
    },
    /// Print a script that completes commands and options in your shell
    Completions {
        /// For which shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// As JSON, with what each is about
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// The scenario; `-` is standard input
    pub(crate) file: PathBuf,

    /// Stop at this moment
    #[arg(long, value_name = "MOMENT")]
    pub(crate) until: Option<Moment>,

    /// Run on this release of Kafka instead of the one in the file
    #[arg(long, value_name = "RELEASE", value_parser = release)]
    pub(crate) kafka: Option<Arc<str>>,

    /// Draw from this seed instead of the one in the file
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// With `--format jsonl`: quiet events too, such as each request and response
    #[arg(long)]
    pub(crate) all: bool,
}

/// What `run` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The script with its trace
    Text,
    /// One event a line, as a JSON object
    Jsonl,
}

#[derive(Debug, Args)]
pub(crate) struct StateOptions {
    /// The scenario; `-` is standard input
    pub(crate) file: PathBuf,

    /// The moment
    #[arg(long, value_name = "MOMENT", default_value = "end")]
    pub(crate) at: Moment,

    /// As JSON (schema `epochscope.state/1`) instead of a short table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DescribeOptions {
    /// The scenario; `-` is standard input
    pub(crate) file: PathBuf,

    /// The moment
    #[arg(long, value_name = "MOMENT", default_value = "end")]
    pub(crate) at: Moment,

    /// Only this topic
    #[arg(long)]
    pub(crate) topic: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LinkOptions {
    /// The scenario; `-` is standard input
    pub(crate) file: PathBuf,

    /// The moment that the link shows
    #[arg(long, value_name = "MOMENT", default_value = "0s")]
    pub(crate) at: Moment,

    /// What is done beside the script, in order: `--act "@31s pause 1"`
    #[arg(long = "act", value_name = "STATEMENT")]
    pub(crate) acts: Vec<String>,

    /// The address that the link is to begin with, without its `#`
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    pub(crate) base: String,
}

#[derive(Debug, Args)]
pub(crate) struct OpenOptions {
    /// The link: an address that ends in `#e1…`, or that end alone; or a picture that holds one
    pub(crate) link: String,

    /// All that the link holds, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RenderOptions {
    /// The scenario; `-` is standard input
    pub(crate) file: PathBuf,

    /// The moment
    #[arg(long, value_name = "MOMENT", default_value = "end")]
    pub(crate) at: Moment,

    /// What the picture shows
    #[arg(long, value_enum, default_value_t = PictureView::Stage)]
    pub(crate) view: PictureView,

    /// Its colours
    #[arg(long, value_enum, default_value_t = PictureTheme::Light)]
    pub(crate) theme: PictureTheme,

    /// Its width in pixels; it may come out wider
    #[arg(long, value_name = "N", default_value_t = 1100,
        value_parser = clap::value_parser!(i32).range(320..=4000))]
    pub(crate) width: i32,

    /// The address that the link in the picture is to begin with, without its `#`
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    pub(crate) base: String,

    /// Where to write it; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureView {
    /// The nodes and their logs
    Stage,
    /// Messages and events around the moment, time running down
    Spacetime,
    /// Who believed to lead when
    Lanes,
    /// All partitions
    Map,
}

/// The colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureTheme {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
}

#[derive(Debug, Args)]
pub(crate) struct FmtOptions {
    /// The scenarios; `-` formats standard input to standard output
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Write nothing; name the files that are not in the canonical form
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// The scenarios; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// One JSON object for each error and warning, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConformOptions {
    /// Traces of real clusters (`.json`), or recorded questions with Kafka's answers, one a line;
    /// `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Counts and differences as one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    /// Run nothing: print the scenario that a trace is turned into
    #[arg(long, conflicts_with = "json")]
    pub(crate) scenario: bool,

    /// Hold this scenario to the one trace, instead of what the trace is turned into: it must do
    /// the same, and may say more
    #[arg(long, value_name = "SCENARIO", conflicts_with = "scenario")]
    pub(crate) story: Option<PathBuf>,

    /// Print a page that tells what was done, Kafka's outcome and ours beside it
    #[arg(long, conflicts_with_all = ["json", "scenario", "story"])]
    pub(crate) document: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExploreOptions {
    /// The scenario whose cluster is explored, after its steps; `-` is standard input
    pub(crate) file: PathBuf,

    /// How many seeds; each makes one schedule
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) seeds: u64,

    /// The first seed
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) from: u64,

    /// What may be done: names of kinds, `default`, `all`, `none`; `-NAME` leaves one out
    #[arg(long, value_name = "KINDS", default_value = "default", allow_hyphen_values = true,
        value_parser = FaultKinds::parse, long_help = faults())]
    pub(crate) faults: FaultKinds,

    /// How many seeds at a time; all processors' worth if it is not said
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Write failing runs into this folder instead of printing them
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// All that came of it as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The kinds of fault, for `help explore`.
fn faults() -> String {
    let mut text = "What may be done: names of kinds with commas between, `default`, `all` or \
        `none`; `-NAME` leaves one out of what was named before it:\n"
        .to_owned();
    for row in FAULTS {
        let when = match row.availability {
            Availability::Unasked => "",
            Availability::Asked => " (only if asked for)",
        };
        text.push_str(&format!("\n  {:<17} {}{when}", row.name, row.about));
    }
    text
}

/// A release of Kafka whose rules are there.
fn release(name: &str) -> Result<Arc<str>, String> {
    let modelled = releases::MODELLED.join(", ");
    let Some(at) = releases::position(name) else {
        return Err(format!("no release of Kafka known here; modelled: {modelled}"));
    };
    let name = releases::RELEASES[at];
    if releases::MODELLED.contains(&name) {
        Ok(name.into())
    } else {
        Err(format!("Kafka {name} is not modelled yet; modelled: {modelled}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_contradicts_itself_nowhere() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_release_has_several_names() {
        assert_eq!(release("4.1"), Ok("4.1".into()));
        assert_eq!(release("4.1.1"), Ok("4.1".into()));
        assert!(release("0.11").is_err_and(|text| text.contains("not modelled yet")));
        assert!(release("9.9").is_err_and(|text| text.contains("no release")));
    }
}
