//! The browser tests, and measuring the page in a real browser.

use std::path::PathBuf;

use crate::Outcome;
use crate::page::{self, Build};
use crate::program::{program, root, run};
use crate::serve::Site;
use crate::size;
use crate::tools::{BROWSER_TESTS, ensure_chromium, ensure_firefox, ensure_node_packages};

/// Runs the Playwright tests against the page as readers get it.
pub(crate) fn test() -> Outcome {
    in_node(&["node_modules/@playwright/test/cli.js", "test"], ("CHROMIUM", ensure_chromium()?))
}

/// One walk through the page in Firefox; only Chromium is needed to test.
pub(crate) fn firefox() -> Outcome {
    let Some(firefox) = ensure_firefox() else {
        println!("NOT RUN: there is no Firefox here, and apt gives none; name one in $FIREFOX");
        return Ok(());
    };
    in_node(&["firefox.mjs"], ("FIREFOX", firefox))
}

/// `cargo xtask measure`.
pub(crate) fn measure() -> Outcome {
    size::check()?;
    in_node(&["measure.mjs"], ("CHROMIUM", ensure_chromium()?))
}

/// Builds and serves the page, and runs a script of the test folder that finds page and browser in
/// `env`.
fn in_node(arguments: &[&str], browser: (&str, PathBuf)) -> Outcome {
    ensure_node_packages()?;
    let settings = page::build(Build::Small)?;
    // Port 0: any free one, so that a page being served for somebody's eyes is left alone.
    let site = Site::listen(&settings.dist, 0)?;
    let address = site.address();
    site.answer_aside();
    let mut node = program("node", arguments);
    node.current_dir(root().join(BROWSER_TESTS)).env("BASE_URL", address);
    run(node.env(browser.0, browser.1))
}
