//! `whatif`: what losing brokers or racks would do to a real cluster, out of what Kafka's own tools
//! print of it.

mod beside;
mod html;
mod json;
mod options;
mod plan_file;
mod proposal;
mod read;
mod report;
mod scenario;
mod table;
mod words;

use std::fs;
use std::path::Path;

pub(crate) use self::options::WhatifOptions;

use self::report::Report;
use crate::input;
use crate::output::{self, Lines};
use crate::problem::{Outcome, Problem, Verdict};

/// Reads, works out, prints.
pub(crate) fn command(options: &WhatifOptions) -> Outcome {
    let report = Report::new(read::read(options)?, options)?;
    if options.scenario || options.link {
        report.remark();
        let story = scenario::story(&report)?;
        let text = if options.link { scenario::link(&story, &options.base)? } else { story.text };
        write_moves(options.reassignment.as_deref(), &report)?;
        output::print(&text)?;
        return Ok(Verdict::Fine);
    }
    let text = if options.json {
        json::text(&report)
    } else if options.html {
        html::page(&report, &options.base)
    } else {
        table::text(&report)
    };
    write_moves(options.reassignment.as_deref(), &report)?;
    let mut lines = Lines::new();
    lines.write(text.as_bytes());
    lines.finish()?;
    Ok(Verdict::Fine)
}

fn write_moves(file: Option<&Path>, report: &Report) -> Result<(), Problem> {
    let Some(file) = file else { return Ok(()) };
    let name = file.display().to_string();
    if input::is_stdin(file) {
        let fix = "name a file; standard output has the report";
        return Err(Problem::new("--reassignment", "`-` is no file", fix));
    }
    if report.plan.moves.is_empty() {
        output::complain(&format!("{name}: warning: nothing is to be moved, so it is not written"));
        return Ok(());
    }
    let text = plan_file::written(&report.input.cluster, &report.plan);
    fs::write(file, text).map_err(|error| {
        let what = format!("it cannot be written: {error}");
        Problem::new(&name, &what, "name a place that has room and may be written to")
    })
}
