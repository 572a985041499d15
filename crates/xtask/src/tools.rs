//! What the commands need beside cargo, installed when it is missing and can be.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::Outcome;
use crate::program::{on_path, output, program, root, run};

/// The target of everything that runs in a browser or in Node.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Where the browser tests and their `package.json` live.
pub(crate) const BROWSER_TESTS: &str = "tests/browser";

/// Adds the standard library for wasm unless it is there.
pub(crate) fn ensure_wasm_target() -> Outcome {
    let libraries = output(&mut program("rustc", &["--print", "target-libdir", "--target", WASM]))?;
    if PathBuf::from(libraries.trim()).is_dir() {
        return Ok(());
    }
    let advice = format!("Rust's standard library for {WASM} is missing; install it");
    if on_path("rustup").is_none() {
        return Err(format!("{advice} with the package manager Rust came from, or use rustup"));
    }
    eprintln!("Adding {WASM} to the tool chain …");
    run(&mut program("rustup", &["target", "add", WASM]))
        .map_err(|error| format!("{advice} with `rustup target add {WASM}` ({error})"))
}

/// Fails with advice unless a Node that Playwright accepts is on `PATH`.
pub(crate) fn ensure_node() -> Outcome {
    let advice = "install Node 20 or newer, with npm (https://nodejs.org)";
    let version = output(&mut program("node", &["--version"]))
        .map_err(|_| format!("Node is missing; {advice}"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    match major.parse::<u32>() {
        Ok(major) if major >= 20 => Ok(()),
        _ => Err(format!("Node is {}; {advice}", version.trim())),
    }
}

/// Installs the browser tests' packages when the lock file has changed since the last time.
pub(crate) fn ensure_node_packages() -> Outcome {
    ensure_node()?;
    let folder = root().join(BROWSER_TESTS);
    let installed = folder.join("node_modules/.installed-lock.json");
    let lock = read(&folder.join("package-lock.json"))?;
    if fs::read_to_string(&installed).is_ok_and(|text| text == lock) {
        return Ok(());
    }
    eprintln!("Installing the browser tests' packages …");
    let mut npm = program("npm", &["ci", "--no-audit", "--no-fund"]);
    run(npm.current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    fs::write(&installed, lock).map_err(|error| format!("{}: {error}", installed.display()))
}

/// The Chromium to test with: `$CHROMIUM`, else from `PATH`, else installed through apt.
pub(crate) fn ensure_chromium() -> Outcome<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM").filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    if let Some(path) = chromium_on_path() {
        return Ok(path);
    }
    let advice =
        "install Chromium (on Debian: `apt-get install chromium`) or name one in $CHROMIUM";
    if on_path("apt-get").is_none() || !is_root() {
        return Err(format!("no Chromium is on PATH; {advice}"));
    }
    eprintln!("Installing Chromium …");
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", "chromium"])?;
    chromium_on_path().ok_or_else(|| format!("apt gave no Chromium; {advice}"))
}

/// A Firefox to try the page in: `$FIREFOX`, else from `PATH`, else through apt, else none.
pub(crate) fn ensure_firefox() -> Option<PathBuf> {
    let on_path = || ["firefox-esr", "firefox"].into_iter().find_map(on_path);
    let named = env::var_os("FIREFOX").filter(|path| !path.is_empty()).map(PathBuf::from);
    named.or_else(on_path).or_else(|| {
        crate::program::on_path("apt-get").filter(|_| is_root())?;
        eprintln!("Installing Firefox …");
        apt_get(&["update"]).ok()?;
        apt_get(&["install", "--yes", "--no-install-recommends", "firefox-esr"]).ok()?;
        on_path()
    })
}

fn chromium_on_path() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path)
}

fn is_root() -> bool {
    output(&mut program("id", &["-u"])).is_ok_and(|user| user.trim() == "0")
}

fn apt_get(arguments: &[&str]) -> Outcome {
    // Somebody else may be installing at this moment: wait for the lock instead of failing.
    let mut command = program("apt-get", &["--quiet=2", "-o", "DPkg::Lock::Timeout=300"]);
    run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn read(path: &PathBuf) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
