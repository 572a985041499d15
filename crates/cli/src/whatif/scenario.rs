//! A loss as a scenario, and the link to it.

use std::path::Path;

use epochscope_scenario::format::{limits, parse, print};
use epochscope_scenario::link::Link;
use epochscope_scenario::moment::Moment;
use epochscope_scenario::player::Player;
use epochscope_whatif::story::{self, Story};

use super::report::Report;
use crate::output;
use crate::problem::Problem;

/// The scenario in its canonical form; what was left out goes to standard error.
pub(super) fn story(report: &Report) -> Result<Story, Problem> {
    let Some(told) = of(report) else {
        let fix = "name a loss with `--lose`, say with `--racks` who stands where";
        return Err(Problem::new(&report.input.name, "no single loss harms anything", fix));
    };
    if told.partitions == 0 {
        let what = "no partition can be told of in a scenario: replicas lag, move or wait for a \
                    leader";
        let fix = "describe again when some are in sync; the tables tell of all of them";
        return Err(Problem::new(&report.input.name, what, fix));
    }
    for left_out in &told.left_out {
        output::complain(&format!("{}: warning: {left_out}", report.input.name));
    }
    Ok(told)
}

/// The scenario, if any loss harms anything.
pub(super) fn of(report: &Report) -> Option<Story> {
    // Who is given the scenario need not know where the file lies.
    let name = Path::new(&report.input.name).file_name().and_then(|name| name.to_str());
    let mut told = story::story(report.cluster(), report.worst()?, name.unwrap_or("a file"));
    debug_assert!(told.text.len() <= limits::TEXT);
    if let Ok(parsed) = parse(told.text.as_bytes()) {
        told.text = print(&parsed.scenario);
    }
    Some(told)
}

/// The link to the end of the story.
pub(super) fn link(story: &Story, base: &str) -> Result<String, Problem> {
    let refuse = |what: &str| Problem::new("--link", what, "use `--scenario`, and share the file");
    let parsed = parse(story.text.as_bytes());
    let parsed = parsed.map_err(|errors| {
        Problem::of_texts(&errors.iter().map(|it| it.render("scenario")).collect::<Vec<_>>())
    })?;
    let mut player = Player::new(parsed.scenario).map_err(|rejected| refuse(&rejected.reason))?;
    player.seek_moment(&Moment::End).map_err(|why| refuse(&why))?;
    let link = Link::of_run(&story.text, &player, player.now(), "");
    let fragment = link.fragment().ok_or_else(|| refuse("this is too long for a link"))?;
    Ok(format!("{}#{fragment}\n", base.trim_end_matches('#')))
}
