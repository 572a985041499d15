//! A picture as an SVG file that needs nothing else: no style sheet, no font, no script.
//!
//! Every colour is an attribute, so that any program and any page shows it alike; words may come
//! from a scenario, and none of them can become markup.
//!
//! Uses: `shape`, `embedded`, `palette`.

use std::fmt::Write as _;

use super::embedded::{self, Embedded};
use super::shape::{Anchor, Font, Group, Paint, Picture, Shape, tenths, turned};
use crate::layout::{Point, Rect};
use crate::palette::TOKENS;

/// Which of its two values each colour has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// On light ground.
    Light,
    /// On dark ground.
    Dark,
}

const SANS: &str = "-apple-system, BlinkMacSystemFont, &#39;Segoe UI&#39;, Inter, Roboto, \
                    system-ui, sans-serif";
const MONO: &str = "ui-monospace, &#39;SF Mono&#39;, Menlo, Consolas, &#39;JetBrains Mono&#39;, \
                    &#39;DejaVu Sans Mono&#39;, monospace";

/// The file, with what it takes to run it inside.
#[must_use]
pub fn to_svg(picture: &Picture, theme: Theme, embedded: &Embedded) -> String {
    let Picture { width, height, .. } = picture;
    let mut writer = Writer { theme, text: String::new() };
    writer.put(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{SANS}\">\n"
    ));
    writer.element("title", &picture.title);
    writer.element("desc", &picture.about);
    writer.put(&embedded::to_metadata(embedded));
    picture.shapes.iter().for_each(|shape| writer.shape(shape));
    writer.put("</svg>\n");
    writer.text
}

struct Writer {
    theme: Theme,
    text: String,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let _ = write!(self.text, " {name}=\"{value}\"");
    }

    fn number(&mut self, name: &str, value: i32) {
        self.attribute(name, &value.to_string());
    }

    fn element(&mut self, name: &str, words: &str) {
        let words = escaped(words);
        let _ = writeln!(self.text, "<{name}>{words}</{name}>");
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect(place, radius, paint) => self.rect(*place, *radius, *paint),
            Shape::Line(from, to, paint) => self.line(*from, *to, *paint),
            Shape::Path(way, paint) => {
                self.put("<path");
                self.attribute("d", way);
                self.paint(*paint);
                self.put("/>\n");
            }
            Shape::Text(place, words, font) => self.words(*place, words, *font),
            Shape::Group(group) => self.group(group),
        }
    }

    fn rect(&mut self, place: Rect, radius: i32, paint: Paint) {
        self.put("<rect");
        self.number("x", place.x);
        self.number("y", place.y);
        self.number("width", place.width.max(0));
        self.number("height", place.height.max(0));
        if radius > 0 {
            self.number("rx", radius);
        }
        self.paint(paint);
        self.put("/>\n");
    }

    fn line(&mut self, from: Point, to: Point, paint: Paint) {
        // What is only there to be pressed is no part of a still picture.
        if paint.stroke == "transparent" {
            return;
        }
        self.put("<line");
        for (name, value) in [("x1", from.x), ("y1", from.y), ("x2", to.x), ("y2", to.y)] {
            self.number(name, value);
        }
        self.paint(paint);
        self.put("/>\n");
    }

    fn group(&mut self, group: &Group) {
        self.put("<g");
        if group.moved != (Point { x: 0, y: 0 }) {
            let Point { x, y } = group.moved;
            self.attribute("transform", &format!("translate({x} {y})"));
        }
        if group.is_dimmed {
            self.attribute("opacity", "0.3");
        }
        self.put(">");
        if !group.label.is_empty() {
            self.element("title", &group.label);
        }
        group.shapes.iter().for_each(|shape| self.shape(shape));
        self.put("</g>\n");
    }

    fn paint(&mut self, paint: Paint) {
        self.attribute("fill", self.colour(paint.fill));
        if !paint.stroke.is_empty() {
            self.attribute("stroke", self.colour(paint.stroke));
            self.attribute("stroke-width", &tenths(paint.width));
            if !paint.dash.is_empty() {
                self.attribute("stroke-dasharray", paint.dash);
            }
        }
    }

    fn words(&mut self, place: Point, words: &str, font: Font) {
        self.put("<text");
        match font.along {
            Some(along) => {
                self.attribute("transform", &turned(place, along));
                self.number("y", -4);
            }
            None => {
                self.number("x", place.x);
                self.number("y", place.y);
            }
        }
        self.attribute("fill", self.colour(font.fill));
        self.attribute("font-size", &tenths(font.size));
        if font.weight != 400 {
            self.number("font-weight", font.weight);
        }
        if font.is_mono {
            self.attribute("font-family", MONO);
        }
        match font.anchor {
            Anchor::Start => {}
            Anchor::Middle => self.attribute("text-anchor", "middle"),
            Anchor::End => self.attribute("text-anchor", "end"),
        }
        if font.is_struck {
            self.attribute("text-decoration", "line-through");
        }
        if !font.rim.is_empty() {
            self.attribute("stroke", self.colour(font.rim));
            self.attribute("stroke-width", "3");
            self.attribute("stroke-linejoin", "round");
            self.attribute("paint-order", "stroke");
        }
        let words = escaped(words);
        let _ = writeln!(self.text, ">{words}</text>");
    }

    fn colour(&self, name: &str) -> &'static str {
        let token = TOKENS.iter().find(|token| token.name == name);
        token.map_or("none", |token| match self.theme {
            Theme::Light => token.light,
            Theme::Dark => token.dark,
        })
    }
}

/// Words as XML has them: no letter of it is markup, and none is one that XML forbids.
pub(super) fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len() + words.len() / 8);
    for letter in words.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&#39;"),
            '\r' => text.push_str("&#13;"),
            '\t' | '\n' => text.push(letter),
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => text.push('\u{fffd}'),
            _ => text.push(letter),
        }
    }
    text
}
