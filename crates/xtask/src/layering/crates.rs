//! The table of crates, and the manifests held against it.

use serde_json::Value;

/// What a crate may depend on outside of the workspace, tests aside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outside {
    /// These and no others.
    Only(&'static [&'static str]),
    /// Anything but what speaks to a browser.
    NoBrowser,
    /// Anything.
    Any,
}

struct Layer {
    name: &'static str,
    /// Crates of the workspace it may name.
    uses: &'static [&'static str],
    outside: Outside,
}

/// `vocabulary <- engine <- scenario <- view <- {web, cli}`; the page sees the model only through
/// `view`.
const LAYERS: &[Layer] = &[
    Layer { name: "epochscope-vocabulary", uses: &[], outside: Outside::Only(&["serde"]) },
    Layer {
        name: "epochscope-engine",
        uses: &["epochscope-vocabulary"],
        outside: Outside::Only(&["rand_core", "rand_pcg"]),
    },
    Layer {
        name: "epochscope-scenario",
        uses: &["epochscope-vocabulary", "epochscope-engine"],
        outside: Outside::NoBrowser,
    },
    Layer {
        name: "epochscope-view",
        uses: &["epochscope-vocabulary", "epochscope-engine", "epochscope-scenario"],
        outside: Outside::NoBrowser,
    },
    Layer {
        name: "epochscope-whatif",
        uses: &["epochscope-vocabulary", "epochscope-engine"],
        outside: Outside::Only(&[]),
    },
    Layer {
        name: "epochscope-cli",
        uses: &[
            "epochscope-vocabulary",
            "epochscope-engine",
            "epochscope-scenario",
            "epochscope-view",
            "epochscope-whatif",
        ],
        outside: Outside::NoBrowser,
    },
    Layer {
        name: "epochscope-fuzz",
        uses: &[
            "epochscope-vocabulary",
            "epochscope-engine",
            "epochscope-scenario",
            "epochscope-view",
        ],
        outside: Outside::Only(&["peak_alloc"]),
    },
    Layer {
        name: "epochscope-web",
        uses: &["epochscope-vocabulary", "epochscope-view"],
        outside: Outside::Any,
    },
    Layer { name: "wasm-glue", uses: &[], outside: Outside::Only(&["wasm-bindgen-cli"]) },
    Layer { name: "epochscope-unpack", uses: &[], outside: Outside::Only(&["lol_alloc"]) },
    Layer { name: "xtask", uses: &["epochscope-unpack"], outside: Outside::NoBrowser },
];

/// How the names of crates begin that speak to a browser.
const BROWSER: [&str; 5] = ["gloo", "js-sys", "wasm-bindgen", "web-sys", "yew"];

/// Each dependency that the table does not allow, and each crate that it lacks.
pub(crate) fn complaints(metadata: &Value) -> Vec<String> {
    let none = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&none);
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut found = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
            found.push(format!("{name}: not in the table of layers"));
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap_or(&none) {
            let on = dependency["name"].as_str().unwrap_or_default();
            let for_tests = dependency["kind"].as_str() == Some("dev");
            let allowed = if ours.contains(&on) {
                layer.uses.contains(&on)
            } else {
                for_tests || layer.outside.allows(on)
            };
            if !allowed {
                found.push(format!("{name} may not depend on {on}"));
            }
        }
    }
    found
}

impl Outside {
    fn allows(self, name: &str) -> bool {
        match self {
            Self::Only(names) => names.contains(&name),
            Self::NoBrowser => !BROWSER.iter().any(|start| name.starts_with(start)),
            Self::Any => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(name: &str, on: &str, kind: Option<&str>) -> usize {
        let engine = json!({"name": "epochscope-engine", "dependencies": []});
        let dependencies = json!([{"name": on, "kind": kind}]);
        let package = json!({"name": name, "dependencies": dependencies});
        complaints(&json!({"packages": [engine, package]})).len()
    }

    #[test]
    fn a_crate_that_looks_the_wrong_way() {
        assert_eq!(found("epochscope-vocabulary", "epochscope-engine", None), 1);
        assert_eq!(found("epochscope-vocabulary", "epochscope-engine", Some("dev")), 1);
        assert_eq!(found("epochscope-web", "epochscope-engine", None), 1);
        assert_eq!(found("epochscope-view", "epochscope-engine", None), 0);
    }

    #[test]
    fn a_crate_off_the_list() {
        assert_eq!(found("epochscope-vocabulary", "rand", None), 1);
        assert_eq!(found("epochscope-vocabulary", "rand", Some("build")), 1);
        assert_eq!(found("epochscope-vocabulary", "rand", Some("dev")), 0);
        assert_eq!(found("epochscope-vocabulary", "serde", None), 0);
    }

    #[test]
    fn the_browser_below_web() {
        for name in ["yew", "web-sys", "wasm-bindgen", "gloo-timers", "js-sys"] {
            assert_eq!(found("epochscope-view", name, None), 1, "{name}");
            assert_eq!(found("epochscope-web", name, None), 0, "{name}");
        }
    }

    #[test]
    fn a_crate_that_the_table_lacks() {
        assert_eq!(found("epochscope-new", "serde", None), 1);
    }
}
