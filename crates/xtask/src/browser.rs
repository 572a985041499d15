//! The browser tests, and measuring the page in a real browser.

use crate::Outcome;
use crate::page::{self, Build};
use crate::program::{program, root, run};
use crate::serve::Site;
use crate::size;
use crate::tools::{BROWSER_TESTS, ensure_chromium, ensure_node_packages};

/// Runs the Playwright tests against the page as readers get it.
pub(crate) fn test() -> Outcome {
    in_node(&["node_modules/@playwright/test/cli.js", "test"])
}

/// `cargo xtask measure`.
pub(crate) fn measure() -> Outcome {
    size::check()?;
    in_node(&["measure.mjs"])
}

/// Builds and serves the page, and runs a script of the test folder that finds both in `env`.
fn in_node(arguments: &[&str]) -> Outcome {
    ensure_node_packages()?;
    let chromium = ensure_chromium()?;
    let settings = page::build(Build::Small)?;
    // Port 0: any free one, so that a page being served for somebody's eyes is left alone.
    let site = Site::listen(&settings.dist, 0)?;
    let address = site.address();
    site.answer_aside();
    let mut node = program("node", arguments);
    node.current_dir(root().join(BROWSER_TESTS)).env("BASE_URL", address);
    run(node.env("CHROMIUM", chromium))
}
