//! Scenarios inside pictures: wherever a scenario may stand, so may a picture that holds one.

use std::path::Path;

use epochscope_scenario::link::Link;
use epochscope_view::picture::{Embedded, from_file, is_picture};

use crate::input::{self, Source};
use crate::output;
use crate::problem::{Outcome, Problem, Verdict};

/// The source as it is, or the scenario in it if it is a picture.
pub(crate) fn scenario_in(source: Source) -> Result<Source, Problem> {
    if !is_picture(&source.bytes) {
        return Ok(source);
    }
    let text = scenario(embedded(&source)?, &source.name)?;
    Ok(Source { name: source.name, bytes: text.into_bytes() })
}

/// The link itself, or the one in a picture; none if that holds a scenario too long for a link.
pub(crate) fn link_at(link: &str) -> Result<Option<String>, Problem> {
    if link.contains('#') || !Path::new(link).is_file() {
        return Ok(Some(link.to_owned()));
    }
    let embedded = embedded(&input::read(Path::new(link))?)?;
    Ok((!embedded.link.is_empty()).then_some(embedded.link))
}

/// Prints the scenario in a picture.
pub(crate) fn print_scenario(file: &str) -> Outcome {
    let source = input::read(Path::new(file))?;
    output::print(&scenario(embedded(&source)?, &source.name)?)?;
    Ok(Verdict::Fine)
}

fn embedded(source: &Source) -> Result<Embedded, Problem> {
    from_file(&source.bytes).ok_or_else(|| {
        let fix = "ask for the picture as it was made, or for its scenario";
        Problem::new(&source.name, "this picture holds no scenario", fix)
    })
}

fn scenario(embedded: Embedded, name: &str) -> Result<String, Problem> {
    if !embedded.scenario.is_empty() {
        return Ok(embedded.scenario);
    }
    let text = Link::read(&embedded.link).and_then(|link| link.text());
    let text = text.map_err(|error| Problem::new(name, &error.to_string(), "copy it again"))?;
    Ok(text.0)
}
