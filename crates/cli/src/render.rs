//! `render`: a picture of a moment.

use std::fs;

use epochscope_view::picture::{Theme, to_svg};
use epochscope_view::session::{Looks, Session, View};

use crate::arguments::{PictureTheme, PictureView, RenderOptions};
use crate::input;
use crate::moment::missed;
use crate::output;
use crate::problem::{Outcome, Problem, Verdict};
use crate::progress::{Progress, Reporter};

/// Units carried out between two looks at the clock.
const SLICE: u64 = 10_000;

/// Draws a moment of a scenario.
pub(crate) fn command(options: &RenderOptions, progress: Progress) -> Outcome {
    if options.view == PictureView::Map {
        let fix = "there are `stage`, `spacetime` and `lanes`";
        return Err(Problem::new("epochscope", "`--view map` is not there yet", fix));
    }
    let theme = match options.theme {
        PictureTheme::Light => Theme::Light,
        PictureTheme::Dark => Theme::Dark,
    };
    let script = input::script(&options.file)?;
    let reporter = Reporter::start(progress, &script.name);
    let mut session = Session::open(script.text.as_bytes()).map_err(|errors| {
        let first = errors.first().map_or("", |error| &error.message);
        Problem::new(&script.name, first, "see `epochscope check`")
    })?;
    while !session.look_ahead(SLICE) {
        reporter.at(session.end());
    }
    session.seek_moment(&options.at).map_err(|why| missed(&script, &options.at, "--at", &why))?;
    let looks = |view| Looks { view, width: options.width, follow: None };
    let (picture, look) = match options.view {
        PictureView::Stage => (session.picture(looks(View::Stage)), "stage"),
        PictureView::Spacetime => (session.picture(looks(View::SpaceTime)), "spacetime"),
        PictureView::Lanes | PictureView::Map => (session.lanes_picture(options.width), "stage"),
    };
    let svg = to_svg(&picture, theme, &session.embedded(look, &options.base));
    drop(reporter);
    if input::is_stdin(&options.output) {
        output::print(&svg)?;
    } else {
        fs::write(&options.output, svg).map_err(|error| {
            let name = options.output.display().to_string();
            let what = format!("it cannot be written: {error}");
            Problem::new(&name, &what, "name a place that may be written to")
        })?;
    }
    Ok(Verdict::Fine)
}
