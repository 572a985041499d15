//! The time line as a picture: the whole run, and the part around the moment.
//!
//! Uses: `shape`, `marks`, `layout`, `narration`, `palette`, `timeline`.

use epochscope_vocabulary::{BrokerId, SimDuration, SimTime};

use super::marks::{Frame, epoch, grounded, group, hatched, heading, letter, line, text, tone};
use super::shape::{Anchor, Font, Paint, Picture, Shape};
use crate::layout::Rect;
use crate::layout::timebar::{PlacedTick, Scale, lens, ticks};
use crate::narration::{moment, span};
use crate::timeline::{Acts, Band, Timeline};

/// The part of the run that is magnified.
const LENS: SimDuration = SimDuration::from_ms(40);
const LEFT: i32 = 132;
const RIGHT: i32 = 24;
const TOP: i32 = 56;

/// The picture.
pub(crate) fn lanes(timeline: &Timeline, at: SimTime, width: i32, frame: &Frame) -> Picture {
    let width = width.max(LEFT + RIGHT + 200);
    let leaders = timeline.ever_led();
    let scale = |from, to| Scale { from, to, left: LEFT, width: width - LEFT - RIGHT };
    let (from, to) = lens(at, LENS);
    let rows = i32::try_from(leaders.len()).unwrap_or_default().max(1);
    let in_sync = i32::try_from(timeline.ever_in_sync().len()).unwrap_or_default();
    let mut picture = Picture {
        width,
        height: 0,
        title: frame.title.clone(),
        about: about(timeline, at),
        shapes: Vec::new(),
    };
    picture.shapes = heading(&picture, &frame.beside);
    let whole = Part { scale: scale(SimTime::ZERO, timeline.end.max(at)), top: TOP, rows, in_sync };
    picture.shapes.extend(whole.draw(timeline, &leaders, at));
    let second = TOP + whole.height() + 34;
    let title = format!("Around {} s", moment(at));
    picture.shapes.push(text(24, second - 12, title, Font::new("ink", 130).bold(650)));
    let near = Part { scale: scale(from, to), top: second, rows, in_sync };
    picture.shapes.extend(near.draw(timeline, &leaders, at));
    picture.height = second + near.height() + 20;
    grounded(picture, "bg")
}

/// Lanes over a stretch of time, with what happened below them.
struct Part {
    scale: Scale,
    top: i32,
    rows: i32,
    /// How many replicas were ever in sync.
    in_sync: i32,
}

const STEP: i32 = 24;
const BAND: i32 = 18;
/// From one replica's line to the next.
const SYNC: i32 = 5;

impl Part {
    fn lanes_end(&self) -> i32 {
        self.top + self.rows * STEP
    }

    fn height(&self) -> i32 {
        self.rows * STEP + 90 + self.in_sync * SYNC
    }

    fn draw(&self, timeline: &Timeline, leaders: &[BrokerId], at: SimTime) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for (row, broker) in (0..).zip(leaders) {
            let y = self.top + row * STEP;
            let name = format!("Broker {broker} leads");
            shapes.push(text(24, y + 13, name, Font::new("dim", 115)));
            let is_seen = |band: &&Band| {
                band.broker == *broker && band.to > self.scale.from && band.from < self.scale.to
            };
            shapes.extend(timeline.bands.iter().filter(is_seen).map(|band| self.band(band, y)));
        }
        shapes.extend(self.split_brain(timeline));
        let name = |y: i32, words: &str| text(24, y, words, Font::new("dim", 115));
        let mut y = self.lanes_end() + 4;
        shapes.push(name(y + 11, "Answers"));
        shapes.extend(ticks(&timeline.answers, self.scale, 1).iter().map(|tick| event(tick, y)));
        y += 20;
        shapes.push(name(y + 9, "In-sync replicas"));
        shapes.extend(self.isr(timeline, y));
        y += SYNC * self.in_sync + 8;
        shapes.push(name(y + 11, "Events"));
        shapes.extend(ticks(&timeline.ticks, self.scale, 2).iter().map(|tick| event(tick, y)));
        shapes.extend(self.axis(y + 46));
        shapes.extend(self.playhead(at, y + 34));
        shapes
    }

    /// A line for each replica, where it is in sync.
    fn isr(&self, timeline: &Timeline, y: i32) -> Vec<Shape> {
        let brokers = timeline.ever_in_sync();
        let mut shapes = Vec::new();
        let seen = timeline
            .isr
            .iter()
            .filter(|span| span.to > self.scale.from && span.from < self.scale.to);
        for span in seen {
            let (from, to) = (self.scale.x(span.from), self.scale.x(span.to));
            for (row, broker) in (0..).zip(&brokers) {
                let is_in = span.isr.contains(broker);
                let paint = Paint::fill(if is_in { "ok" } else { "line" });
                let (y, width) = (y + 2 + row * SYNC, (to - from).max(2));
                shapes.push(Shape::Rect(Rect { x: from, y, width, height: 3 }, 1, paint));
            }
        }
        shapes
    }

    fn band(&self, band: &Band, y: i32) -> Shape {
        let [ink, fill, tint] = epoch(band.epoch);
        let (from, to) = (self.scale.x(band.from), self.scale.x(band.to));
        let place = Rect { x: from, y, width: (to - from).max(2), height: BAND };
        let edge = Paint::line(fill, 10);
        let is_paused = band.acts == Acts::Paused;
        let words = if is_paused { "paused" } else { "" };
        let mut shapes = if is_paused {
            vec![Shape::Rect(place, 3, edge.on("panel").dashed("3 2")), hatched(place, fill)]
        } else {
            vec![Shape::Rect(place, 3, edge.on(tint))]
        };
        if place.width > 80 {
            if is_paused {
                let plate = Rect { x: from + 6, y: y + 2, width: 50, height: BAND - 4 };
                shapes.push(Shape::Rect(plate, 3, Paint::fill("panel")));
                shapes.push(text(from + 11, y + 13, words, Font::new(ink, 115)));
            } else {
                let tag = Rect { x: from + 1, y: y + 1, width: 16, height: BAND - 2 };
                shapes.extend(letter(band.epoch, tag));
                let words = format!("epoch {}", band.epoch);
                shapes.push(text(from + 23, y + 13, words, Font::new(ink, 115)));
            }
        }
        let label = format!(
            "Broker {} believes it leads in epoch {} from {} to {}{}{words}",
            band.broker,
            band.epoch,
            moment(band.from),
            moment(band.to),
            if is_paused { ", " } else { "" },
        );
        group(label, shapes)
    }

    fn split_brain(&self, timeline: &Timeline) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for (from, to) in &timeline.split_brain {
            if *to < self.scale.from || *from > self.scale.to {
                continue;
            }
            let (x, right) = (self.scale.x(*from), self.scale.x(*to));
            let height = self.lanes_end() - self.top;
            let place = Rect { x: x - 2, y: self.top - 3, width: (right - x).max(2) + 4, height };
            shapes.push(Shape::Rect(place, 3, Paint::line("bad", 16)));
            if right - x > 30 {
                let words = format!("Split brain: two lead for {}", span(to.since(*from)));
                let font = Font::new("bad", 115).bold(650).rimmed("bg");
                shapes.push(text(place.right() + 6, self.top + 12, words, font));
            }
        }
        shapes
    }

    fn axis(&self, y: i32) -> Vec<Shape> {
        let marks = self.scale.marks(90);
        let whole_seconds = marks.iter().all(|at| at.0.is_multiple_of(1_000_000));
        let mark = |at: &SimTime| {
            let words = if whole_seconds { format!("{} s", at.0 / 1_000_000) } else { moment(*at) };
            let font = Font::new("faint", 110).mono().at(Anchor::Middle);
            text(self.scale.x(*at), y, words, font)
        };
        marks.iter().map(mark).collect()
    }

    fn playhead(&self, at: SimTime, bottom: i32) -> Vec<Shape> {
        if !(self.scale.from..=self.scale.to).contains(&at) {
            return Vec::new();
        }
        let x = self.scale.x(at);
        vec![line((x, self.top - 6), (x, bottom), Paint::line("accent", 16))]
    }
}

fn event(tick: &PlacedTick, y: i32) -> Shape {
    let y = y + 14 * i32::try_from(tick.row).unwrap_or_default();
    let colour = tone(tick.tone);
    let length = if tick.label_x.is_some() { 12 } else { 4 };
    let mut shapes = vec![line((tick.x, y), (tick.x, y + length), Paint::line(colour, 18))];
    if let Some(x) = tick.label_x {
        shapes.push(text(x, y + 10, tick.label.to_string(), Font::new(colour, 115)));
    }
    group(format!("{} {}", moment(tick.at), tick.label), shapes)
}

fn about(timeline: &Timeline, at: SimTime) -> String {
    let band = |band: &Band| {
        let can = if band.acts == Acts::Paused { ", paused" } else { "" };
        let (from, to) = (moment(band.from), moment(band.to));
        format!("broker {} in epoch {} from {from} to {to}{can}", band.broker, band.epoch)
    };
    let bands: Vec<String> = timeline.bands.iter().map(band).collect();
    let mut words = format!("At {} s. Believed to lead: {}.", moment(at), bands.join("; "));
    for (from, to) in &timeline.split_brain {
        words.push_str(&format!(" Two led at once from {} to {}.", moment(*from), moment(*to)));
    }
    words
}
