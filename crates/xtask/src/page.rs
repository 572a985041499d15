//! The page in `dist/`, built from the `index.html` and `Trunk.toml` that Trunk reads as well.
//!
//! Each `<link data-trunk …>` stands for something to build or to copy. We know those this project
//! uses and refuse others, so that the page never differs in silence from the one Trunk builds.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::program::root;
use crate::{markdown, pack, wasm};

const LOADER: &str = include_str!("loader.js");

/// What the loader has unpack the application.
const UNPACK: &str = include_str!("unpack.js");

/// The program that unpacks.
const UNPACKER: &str = "unpack.wasm";

/// The style sheets of the page that readers get, in one file.
const STYLES: &str = "styles.css";

/// What `Trunk.toml` says that matters here.
pub(crate) struct Settings {
    /// The page to start from.
    pub(crate) source: PathBuf,
    /// The folder that receives the page.
    pub(crate) dist: PathBuf,
    /// The port to serve it on.
    pub(crate) port: u16,
}

impl Settings {
    /// Reads `Trunk.toml`.
    pub(crate) fn read() -> Outcome<Self> {
        let text = read(&root().join("Trunk.toml"))?;
        let table: Value = toml::from_str(&text).map_err(|error| format!("Trunk.toml: {error}"))?;
        let text = |key: &str| table["build"][key].as_str().map(|path| root().join(path));
        let port = table["serve"]["port"].as_u64().and_then(|port| u16::try_from(port).ok());
        Ok(Self {
            source: text("target").ok_or("Trunk.toml: build.target is missing")?,
            dist: text("dist").ok_or("Trunk.toml: build.dist is missing")?,
            port: port.ok_or("Trunk.toml: serve.port is missing")?,
        })
    }
}

/// How much the compiler should do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// Few bytes: what readers get.
    Small,
    /// Soon: for the person at work on it.
    Quick,
}

/// `cargo xtask build`.
pub(crate) fn command(arguments: &[&str]) -> Outcome {
    let how = match arguments {
        [] => Build::Small,
        ["--dev"] => Build::Quick,
        _ => {
            return Err(format!("build takes only --dev, not `{}`", arguments.join(" ")));
        }
    };
    let settings = build(how)?;
    println!("The page is in {}", settings.dist.display());
    Ok(())
}

/// Builds everything `index.html` asks for into the folder of `Trunk.toml`.
pub(crate) fn build(how: Build) -> Outcome<Settings> {
    let settings = Settings::read()?;
    let dist = &settings.dist;
    let page = read(&settings.source)?;
    let links = Link::all_in(&page)?;
    // What can fail for long comes first: until then the page of the last time stays as it is.
    let compiled = links.iter().map(|link| link.compile(how)).collect::<Outcome<Vec<_>>>()?;
    println!("Putting the page together …");
    if dist.exists() {
        fs::remove_dir_all(dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    }
    fs::create_dir_all(dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    let mut built = String::new();
    let mut from = 0;
    for (link, wasm) in links.iter().zip(&compiled) {
        built.push_str(&page[from..link.place.start]);
        built.push_str(&link.put_into(dist, how, wasm.as_deref())?);
        from = link.place.end;
    }
    built.push_str(&page[from..]);
    write(&dist.join("index.html"), &built)?;
    if how == Build::Small {
        shrink(dist)?;
    }
    Ok(settings)
}

/// Takes out of scripts and style sheets what only their readers need.
fn shrink(folder: &Path) -> Outcome {
    let wrong = |path: &Path, error: &str| format!("{}: {error}", path.display());
    let files = fs::read_dir(folder).map_err(|error| wrong(folder, &error.to_string()))?;
    for entry in files {
        let path = entry.map_err(|error| wrong(folder, &error.to_string()))?.path();
        let text = || read(&path);
        let small = match path.extension().and_then(|extension| extension.to_str()) {
            Some("js") => minifier::js::minify(&text()?).map(|small| small.to_string()),
            Some("css") => minifier::css::minify(&text()?).map(|small| small.to_string()),
            _ => continue,
        };
        let small = small.map_err(|error| wrong(&path, error))?;
        write(&path, &small)?;
    }
    Ok(())
}

/// One `<link data-trunk …>`.
#[derive(Debug)]
struct Link {
    place: std::ops::Range<usize>,
    attributes: Vec<(String, String)>,
}

impl Link {
    fn all_in(page: &str) -> Outcome<Vec<Self>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(start) = page[from..].find("<link").map(|at| from + at) {
            let length = page[start..].find('>').ok_or("index.html: a <link has no end")?;
            let place = start..start + length + 1;
            let attributes = attributes(&page[start + "<link".len()..place.end - 1])?;
            from = place.end;
            if attributes.iter().any(|(name, _)| name == "data-trunk") {
                found.push(Self { place, attributes });
            }
        }
        Ok(found)
    }

    fn attribute(&self, name: &str) -> Outcome<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        let found = found.map(|(_, value)| value.as_str());
        found.ok_or_else(|| format!("index.html: a <link data-trunk> has no `{name}`"))
    }

    /// Puts what the link stands for into the folder; answers the HTML that goes in its place.
    fn put_into(&self, dist: &Path, how: Build, wasm: Option<&Path>) -> Outcome<String> {
        match (self.attribute("rel")?, wasm) {
            (_, Some(wasm)) => self.bind_into(dist, how, wasm),
            ("css", None) => self.style_into(dist, how),
            ("copy-file", None) => self.put_document_into(dist).map(|()| String::new()),
            ("copy-dir", None) => self.copy_scenarios_into(dist).map(|()| String::new()),
            (other, None) => {
                Err(format!("index.html: xtask does not know <link data-trunk rel={other:?}>"))
            }
        }
    }

    /// Style sheets go into one file, which packs better than many, or stay as they are written.
    fn style_into(&self, dist: &Path, how: Build) -> Outcome<String> {
        let link = |name: &str| format!(r#"<link rel="stylesheet" href="./{name}">"#);
        match how {
            Build::Quick => self.copy_into(dist).map(|name| link(&name)),
            Build::Small => {
                let all = dist.join(STYLES);
                let before = if all.exists() { read(&all)? } else { String::new() };
                let more = read(&root().join(self.attribute("href")?))?;
                write(&all, &format!("{before}{more}"))?;
                Ok(if before.is_empty() { link(STYLES) } else { String::new() })
            }
        }
    }

    fn copy_into(&self, dist: &Path) -> Outcome<String> {
        let source = root().join(self.attribute("href")?);
        let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
        fs::copy(&source, dist.join(&name))
            .map_err(|error| format!("{}: {error}", source.display()))?;
        Ok(name)
    }

    /// Puts a page of the documentation into a folder of its own, for browsers.
    fn put_document_into(&self, dist: &Path) -> Outcome {
        let source = root().join(self.attribute("href")?);
        let folder = dist.join("docs");
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let name = Path::new(source.file_name().unwrap_or_default()).with_extension("html");
        write(&folder.join("docs.css"), markdown::STYLES)?;
        write(&folder.join(name), &markdown::html(&read(&source)?))
    }

    /// Copies the folder's scenarios, without their traces, which a page makes itself. Trunk copies
    /// all that is in the folder; the page shows the same.
    fn copy_scenarios_into(&self, dist: &Path) -> Outcome {
        let from = root().join(self.attribute("href")?);
        let into = dist.join(from.file_name().unwrap_or_default());
        let wrong = |error: std::io::Error| format!("{}: {error}", from.display());
        fs::create_dir_all(&into).map_err(wrong)?;
        for entry in fs::read_dir(&from).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            if path.extension().is_some_and(|ending| ending == "scenario") {
                let text = read(&path)?;
                let said = text.split_inclusive('\n').filter(|line| !line.starts_with('|'));
                let name = path.file_name().unwrap_or_default();
                write(&into.join(name), &said.collect::<String>())?;
            }
        }
        Ok(())
    }

    /// Compiles what is to be compiled, and answers the wasm file.
    fn compile(&self, how: Build) -> Outcome<Option<PathBuf>> {
        if self.attribute("rel")? != "rust" {
            return Ok(None);
        }
        let name = self.attribute("data-bin")?;
        let profile = match how {
            Build::Small => self.attribute("data-cargo-profile-release")?,
            Build::Quick => "dev",
        };
        let what = ["--manifest-path", self.attribute("href")?, "--bin", name];
        wasm::compile(&what, profile, name).map(Some)
    }

    fn bind_into(&self, dist: &Path, how: Build, wasm: &Path) -> Outcome<String> {
        let name = self.attribute("data-bin")?;
        wasm::bind(wasm, "web", dist)?;
        let file = match how {
            Build::Small => pack_file(dist, name)?,
            Build::Quick => format!("{name}_bg.wasm"),
        };
        let url = |file: &str| format!(r#"new URL("./{file}", import.meta.url)"#);
        let (before, wasm) = match how {
            Build::Small => {
                unpacker_into(dist)?;
                (UNPACK, format!("unpacked({}, {})", url(UNPACKER), url(&file)))
            }
            Build::Quick => ("", url(&file)),
        };
        let loader = LOADER.replace("{name}", name).replace("{wasm}", &wasm);
        write(&dist.join("loader.js"), &format!("{before}{loader}"))?;
        let preload = [file.as_str(), UNPACKER].map(|file| {
            format!("    <link rel=\"preload\" href=\"./{file}\" as=\"fetch\" crossorigin>\n")
        });
        let preload = match how {
            Build::Small => preload.concat(),
            Build::Quick => preload[0].clone(),
        };
        Ok(format!(
            r#"<link rel="modulepreload" href="./{name}.js">
{preload}    <script type="module" src="./loader.js"></script>"#
        ))
    }
}

/// Puts the program there that unpacks the large one.
fn unpacker_into(dist: &Path) -> Outcome {
    let what = ["--package", "epochscope-unpack", "--lib"];
    let built = wasm::compile(&what, "unpack", "epochscope_unpack")?;
    let wrong = |error: std::io::Error| format!("{}: {error}", built.display());
    let bytes = fs::read(&built).map_err(wrong)?;
    fs::write(dist.join(UNPACKER), bytes).map_err(wrong)
}

/// Puts a packed file in the place of the wasm file; answers its name.
fn pack_file(dist: &Path, name: &str) -> Outcome<String> {
    let path = dist.join(format!("{name}_bg.wasm"));
    let wrong = |error: std::io::Error| format!("{}: {error}", path.display());
    // Shrunk before names are looked for: whatever blanks wasm-bindgen writes, there are none.
    let script = read(&dist.join(format!("{name}.js")))?;
    let script = minifier::js::minify(&script).map_err(|error| format!("{name}.js: {error}"))?;
    let (wasm, script) = pack::shortened(&fs::read(&path).map_err(wrong)?, &script.to_string())?;
    write(&dist.join(format!("{name}.js")), &script)?;
    let packed = path.with_extension("packed");
    fs::write(&packed, pack::pack(&pack::reordered(&wasm)?)?).map_err(wrong)?;
    fs::remove_file(&path).map_err(wrong)?;
    Ok(packed.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// Takes `name="value"` and bare names apart; the page is ours, so quotes are always double.
fn attributes(text: &str) -> Outcome<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').ok_or("index.html: a quote is not closed")?,
            None if after.starts_with('=') => {
                return Err(format!("index.html: write `{name}` with double quotes"));
            }
            None => ("", after),
        };
        found.push((name.to_owned(), value.to_owned()));
        rest = after.trim_start();
    }
    Ok(found)
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sole(page: &str) -> Link {
        let mut links = Link::all_in(page).expect("well formed");
        assert_eq!(links.len(), 1);
        links.remove(0)
    }

    #[test]
    fn links_without_data_trunk_are_left_alone() {
        let page = r#"<link rel="icon" href="data:,"><link data-trunk rel="css" href="a.css">"#;
        let link = sole(page);
        assert_eq!(&page[link.place.clone()], r#"<link data-trunk rel="css" href="a.css">"#);
        assert_eq!(link.attribute("href"), Ok("a.css"));
    }

    #[test]
    fn an_unknown_kind_of_link_is_refused() {
        let link = sole(r#"<link data-trunk rel="tailwind-css" href="a.css">"#);
        let error = link.put_into(Path::new("nowhere"), Build::Quick, None).expect_err("unknown");
        assert!(error.contains("tailwind-css"), "{error}");
    }

    #[test]
    fn a_quote_left_open_is_an_error() {
        assert!(attributes(r#"rel="css"#).is_err());
        assert!(attributes("rel=css").is_err());
    }
}
