//! The licences of everything we build with or test with, against a list of accepted ones.

use std::fs;

use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

use crate::Outcome;
use crate::program::{metadata, root};
use crate::tools::BROWSER_TESTS;

/// Accepted for Rust crates: they let anybody ship the result under our own two licences.
const CRATES: &[&str] =
    &["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unicode-3.0", "Zlib"];

/// Accepted for npm packages too, which are used by tests and never shipped.
const TESTS_ONLY: &[&str] = &["MPL-2.0"];

/// Checks every crate of `Cargo.lock`, for all targets, and every npm package.
pub(crate) fn check() -> Outcome {
    let mut packages = crates(&metadata(&["--locked", "--all-features"])?)?;
    let count = packages.len();
    packages.retain(|package| !is_accepted(&package.licence, CRATES));
    let lock = root().join(BROWSER_TESTS).join("package-lock.json");
    let text = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let lock: Value = serde_json::from_str(&text).map_err(|error| format!("{error}"))?;
    let npm = npm(&lock)?;
    println!("{count} crates and {} npm packages", npm.len());
    let accepted = [CRATES, TESTS_ONLY].concat();
    packages.extend(npm.into_iter().filter(|package| !is_accepted(&package.licence, &accepted)));
    if packages.is_empty() {
        return Ok(());
    }
    let lines = packages.iter().map(|package| format!("{}: {}", package.name, package.licence));
    Err(format!("licences not accepted:\n{}", lines.collect::<Vec<_>>().join("\n")))
}

#[derive(Debug, PartialEq, Eq)]
struct Package {
    name: String,
    licence: String,
}

/// All packages that come from elsewhere; ours have no `source`.
fn crates(metadata: &Value) -> Outcome<Vec<Package>> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let foreign = packages.iter().filter(|package| !package["source"].is_null());
    Ok(foreign.map(|package| named(&package["name"], &package["license"])).collect())
}

/// All packages of an npm lock file but the first, which is ours.
fn npm(lock: &Value) -> Outcome<Vec<Package>> {
    let packages = lock["packages"].as_object().ok_or("package-lock.json names no packages")?;
    let foreign = packages.iter().filter(|(path, _)| !path.is_empty());
    Ok(foreign.map(|(path, entry)| named(&Value::from(path.as_str()), &entry["license"])).collect())
}

fn named(name: &Value, licence: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or("none stated").to_owned();
    Package { name: text(name), licence: text(licence) }
}

/// Whether the accepted licences satisfy the expression; a slash is the old way to write OR.
fn is_accepted(licence: &str, accepted: &[&str]) -> bool {
    let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
        return false;
    };
    expression.evaluate(|wanted: &LicenseReq| {
        // An exception (`WITH …`) only ever permits more than the licence alone.
        let name = wanted.license.id().map(|id| id.name);
        name.is_some_and(|name| accepted.contains(&name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_accepted_alternative_is_enough() {
        for good in ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR Zlib) AND ISC"] {
            assert!(is_accepted(good, CRATES), "{good}");
        }
        assert!(is_accepted("Apache-2.0 WITH LLVM-exception", CRATES));
    }

    #[test]
    fn a_licence_off_the_list_fails() {
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "none stated", "", "MPL-2.0"] {
            assert!(!is_accepted(bad, CRATES), "{bad}");
        }
    }

    #[test]
    fn a_package_without_a_licence_is_not_overlooked() {
        let metadata = serde_json::json!({"packages": [
            {"name": "ours", "source": null, "license": null},
            {"name": "theirs", "source": "somewhere", "license": null},
        ]});
        let theirs = Package { name: "theirs".into(), licence: "none stated".into() };
        assert_eq!(crates(&metadata), Ok(vec![theirs]));
    }
}
