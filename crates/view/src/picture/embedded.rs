//! The scenario inside a picture: whoever gets the picture can run it.
//!
//! It stands in the file's `<metadata>`, escaped. Reading looks for just these elements and
//! understands no other XML: a picture comes from anywhere.
//!
//! Uses: `svg`, `png`.

use super::png;
use super::svg::escaped;

/// What it takes to run what a picture shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embedded {
    /// The scenario's text.
    pub scenario: String,
    /// The link to the moment shown: an address, or its fragment.
    pub link: String,
}

/// By this name the elements are known.
const NAMESPACE: &str = "urn:epochscope:picture:1";
/// Longer pictures are not looked into.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;
/// As long as either text may be.
pub(super) const LONGEST_TEXT: usize = 1024 * 1024;

/// Whether a file begins as a picture does; no scenario does.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1024)];
    let is_markup = start.trim_ascii_start().starts_with(b"<");
    bytes.starts_with(png::SIGNATURE)
        || is_markup && start.windows(4).any(|letters| letters == b"<svg")
}

/// What is inside a picture of either kind; none if it is no picture of this program, or not whole.
#[must_use]
pub fn from_file(bytes: &[u8]) -> Option<Embedded> {
    if bytes.starts_with(png::SIGNATURE) {
        return png::from_png(bytes);
    }
    from_svg(str::from_utf8(bytes).ok()?)
}

/// The link inside a file, if it is a picture that holds one.
#[must_use]
pub fn link_in(bytes: &[u8]) -> Option<String> {
    let inside = is_picture(bytes).then(|| from_file(bytes)).flatten()?;
    Some(inside.link).filter(|link| !link.is_empty())
}

/// As an element of the file.
pub(super) fn to_metadata(embedded: &Embedded) -> String {
    let (scenario, link) = (escaped(&embedded.scenario), escaped(&embedded.link));
    format!(
        "<metadata>\n<epochscope xmlns=\"{NAMESPACE}\">\n<link>{link}</link>\n\
         <scenario>{scenario}</scenario>\n</epochscope>\n</metadata>\n"
    )
}

/// What is inside a picture; none if it is no picture of this program, or not whole.
#[must_use]
pub fn from_svg(text: &str) -> Option<Embedded> {
    if text.len() > LONGEST {
        return None;
    }
    // The name must stand in an element's tag, where no words of a picture can be.
    let mut rest = text;
    let ours = loop {
        let (_, tag) = rest.split_once('<')?;
        let (inside, after) = tag.split_once('>')?;
        if inside.contains(NAMESPACE) {
            break after;
        }
        rest = after;
    };
    let link = element(ours, "link").unwrap_or_default();
    let scenario = element(ours, "scenario").unwrap_or_default();
    (!link.is_empty() || !scenario.is_empty()).then_some(Embedded { scenario, link })
}

/// The words of the first element of this name, with whatever prefix.
fn element(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (_, tag) = rest.split_once('<')?;
        let (inside, after) = tag.split_once('>')?;
        let full = inside.split_ascii_whitespace().next().unwrap_or_default();
        if full.rsplit(':').next() == Some(name) {
            let words = after.split('<').next().unwrap_or_default();
            return (words.len() <= LONGEST_TEXT).then(|| unescaped(words)).flatten();
        }
        rest = after;
    }
}

/// The words that were escaped; none where an entity is none of XML's own.
fn unescaped(words: &str) -> Option<String> {
    let mut text = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, entity)) = rest.split_once('&') {
        text.push_str(before);
        let (name, after) = entity.split_once(';')?;
        text.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => numbered(name)?,
        });
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}
