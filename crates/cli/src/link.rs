//! `link` and `open`: a moment of a scenario as a few letters, and back.

use epochscope_scenario::acting::{Acting, Refusal};
use epochscope_scenario::link::travel::{Difference, OpenError, Opened, Opening};
use epochscope_scenario::link::{LONGEST_TEXT, Link, Source};
use epochscope_scenario::moment::Moment;
use epochscope_scenario::player::Player;
use epochscope_vocabulary::SimTime;
use serde::Serialize;

use crate::arguments::{LinkOptions, OpenOptions};
use crate::input::{self, Script};
use crate::moment::{missed, not_built};
use crate::output;
use crate::picture;
use crate::problem::{Outcome, Problem, Verdict};
use crate::progress::{Progress, Reporter};

/// Units carried out between two looks at the clock.
const SLICE: u64 = 10_000;

/// Prints the link to a moment of a scenario.
pub(crate) fn link(options: &LinkOptions, progress: Progress) -> Outcome {
    let script = input::script(&options.file)?;
    let reporter = Reporter::start(progress, &script.name);
    let player = Player::new(script.scenario.clone())
        .map_err(|rejected| not_built(&script, &rejected.reason))?;
    let mut acting = Acting::new(player);
    for line in &options.acts {
        act(&mut acting, line, &script)?;
    }
    let mut player = acting.player;
    let missed = |why: String| missed(&script, &options.at, "--at", &why);
    if options.at != Moment::At(SimTime::ZERO) {
        player.seek_moment(&options.at).map_err(missed)?;
    }
    if let Some(stopped) = player.cluster().endless().and(player.stopped()) {
        return Err(script.stopped(stopped));
    }
    drop(reporter);
    let moment = match options.at {
        Moment::At(at) => at,
        Moment::AfterEvent(..) | Moment::Line(_) | Moment::Marker(_) | Moment::End => player.now(),
    };
    let link = Link::of_run(&script.text, &player, moment, "");
    let fragment = link.fragment().ok_or_else(|| too_long(&script))?;
    output::print(&format!("{}#{fragment}\n", options.base.trim_end_matches('#')))?;
    Ok(Verdict::Fine)
}

fn act(acting: &mut Acting, line: &str, script: &Script) -> Result<(), Problem> {
    let refuse = |what: &str, fix: &str| {
        Problem::new(&script.name, &format!("`--act {line:?}`: {what}"), fix)
    };
    let refused = |refusal: Refusal| match &refusal {
        Refusal::Text(errors) if errors.is_empty() => {
            refuse("there is no statement", "write one such as `--act \"@25s kill 1\"`")
        }
        Refusal::Text(errors) => {
            Problem::of_texts(&errors.iter().map(|error| error.render("--act")).collect::<Vec<_>>())
        }
        Refusal::NotSaidToTheCluster(_) => {
            let fix = "`--at` says how far to go; the rest belongs into the scenario";
            refuse(&refusal.to_string(), fix)
        }
        Refusal::Rejected(reason) => refuse(reason, "see what is there then"),
    };
    let order = acting.read(line).map_err(refused)?;
    let now = acting.player.now();
    let at = order.at(now);
    if at < now {
        let fix = "give them in the order of their times";
        return Err(refuse(&format!("it is {now} already"), fix));
    }
    let text = order.text();
    acting.obey(at, order.command, &text).map_err(refused)
}

fn too_long(script: &Script) -> Problem {
    let what = format!("a link holds at most {} KiB of scenario", LONGEST_TEXT / 1024);
    Problem::new(&script.name, &what, "share the file itself")
}

/// What `open --json` prints.
#[derive(Serialize)]
struct OpenedLink<'a> {
    /// The shipped scenario's name; null for a text of the sender's own.
    scenario: Option<&'a str>,
    text: &'a str,
    moment_us: u64,
    look: &'a str,
    acts: Vec<ActOfLink<'a>>,
    differences: Vec<String>,
}

#[derive(Serialize)]
struct ActOfLink<'a> {
    at_us: u64,
    text: &'a str,
}

/// Prints what a link holds.
pub(crate) fn open(options: &OpenOptions, progress: Progress) -> Outcome {
    let subject = "link";
    let Some(address) = picture::link_at(&options.link)? else {
        return picture::print_scenario(&options.link);
    };
    let link = Link::read(&address)
        .map_err(|error| Problem::new(subject, &error.to_string(), "copy it again, whole"))?;
    let reporter = Reporter::start(progress, subject);
    let mut opening = Opening::begin(link).map_err(|error| match &error {
        OpenError::Scenario(errors) => {
            Problem::of_texts(&errors.iter().map(|one| one.render("link")).collect::<Vec<_>>())
        }
        OpenError::Link(_) | OpenError::Cluster(_) | OpenError::TooMuch => {
            let fix = "open it with the version that it was made with";
            Problem::new(subject, &error.to_string(), fix)
        }
    })?;
    while !opening.advance(SLICE) {}
    drop(reporter);
    let opened = opening.finish();
    if options.json {
        return json(&opened);
    }
    for difference in &opened.differences {
        output::complain(&format!("{subject}: warning: {difference}"));
    }
    let moment = opened.link.moment;
    if opened.link.acts.is_empty() {
        output::complain(&format!("{subject}: it shows {moment}"));
        output::print(&opened.text)?;
    } else {
        output::print(&opened.player.as_script(moment))?;
    }
    Ok(verdict(&opened))
}

fn json(opened: &Opened) -> Outcome {
    let link = &opened.link;
    let scenario = match &link.source {
        Source::Shipped { name, .. } => Some(name.as_str()),
        Source::Text(_) => None,
    };
    let acts = link.acts.iter().map(|(at, text)| ActOfLink { at_us: at.0, text }).collect();
    let all = OpenedLink {
        scenario,
        text: &opened.text,
        moment_us: link.moment.0,
        look: &link.look,
        acts,
        differences: opened.differences.iter().map(Difference::to_string).collect(),
    };
    let text = serde_json::to_string_pretty(&all).unwrap_or_default();
    output::print(&format!("{text}\n"))?;
    Ok(verdict(opened))
}

const fn verdict(opened: &Opened) -> Verdict {
    if opened.differences.is_empty() { Verdict::Fine } else { Verdict::Failed }
}
