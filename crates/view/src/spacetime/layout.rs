//! Where everything of a stretch goes.
//!
//! Uses: `axis`, `choice`, `labels`, `stretch`, `layout`, `narration`, `scene`, `timeline`.

use std::sync::Arc;

use epochscope_vocabulary::{LeaderEpoch, NodeId, RequestId, SimTime};

use super::axis::Axis;
use super::choice::{self, Choice};
use super::labels::{self, LINE, Taken};
use super::stretch::{Ended, Mark, Sending, Sense, Stretch};
use crate::layout::{Point, Rect, shortened};
use crate::narration;
use crate::scene::{MessageKey, Tone};
use crate::timeline::Acts;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The room there is, in pixels; the picture may be wider.
    pub width: i32,
    /// The moment shown.
    pub at: SimTime,
    /// The request to follow.
    pub follow: Option<RequestId>,
}

/// The diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    /// Its width.
    pub width: i32,
    /// Its height, without the names of the columns.
    pub height: i32,
    /// Life lines, from the left.
    pub columns: Vec<Column>,
    /// Time.
    pub axis: Axis,
    /// Who believed to lead.
    pub bands: Vec<Band>,
    /// Where two did at once.
    pub split_brain: Vec<SplitBrain>,
    /// Requests and responses.
    pub arrows: Vec<Arrow>,
    /// What happened at a node, or to all.
    pub notes: Vec<Note>,
    /// The moment shown, and where it is if it is in the stretch.
    pub at: (SimTime, Option<i32>),
    /// Messages without news, and other ones, for which there was no room.
    pub left_out: (usize, usize),
}

/// A life line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Whose.
    pub id: NodeId,
    /// Their name.
    pub name: Arc<str>,
    /// What they are.
    pub about: Arc<str>,
    /// Where it is.
    pub x: i32,
}

/// A span in which a broker believed to lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Where.
    pub place: Rect,
    /// In which epoch.
    pub epoch: LeaderEpoch,
    /// Whether it could act.
    pub acts: Acts,
    /// Whether it began to lead, or to act again, within the stretch.
    pub begins: bool,
}

/// A span in which two led at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitBrain {
    /// Where.
    pub place: Rect,
    /// The words for it.
    pub label: Arc<str>,
}

/// A request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Which; of several that go the same way at the same time, the first.
    pub key: MessageKey,
    /// When it left.
    pub sent_at: SimTime,
    /// Its sender and receiver with the times: `legacy 31.005 to broker 1 31.006`.
    pub ends: Arc<str>,
    /// Where it leaves.
    pub from: Point,
    /// Where it arrives, or is lost.
    pub to: Point,
    /// All it says.
    pub words: String,
    /// What of that fits, and where its middle is.
    pub label: Option<(String, Point)>,
    /// What it meant.
    pub sense: Sense,
    /// Whether it is lost on its way.
    pub is_lost: bool,
    /// Whether it is what the reader looks for.
    pub emphasis: Emphasis,
}

/// Whether something is what the reader looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    /// Nothing is looked for.
    Plain,
    /// It is.
    Followed,
    /// It is not.
    Dimmed,
}

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub moment: SimTime,
    /// Where it happened; on the axis if it concerns all.
    pub place: Point,
    /// Whether it concerns all.
    pub is_for_all: bool,
    /// Its words.
    pub label: Arc<str>,
    /// As many of them as there is room for.
    pub words: Arc<str>,
    /// Where these begin, or end when `ends`; none if there is no room.
    pub label_at: Option<Point>,
    /// Whether the words end at their place.
    pub ends: bool,
    /// How it bears on the story.
    pub tone: Tone,
}

/// Where the axis of time is.
pub(crate) const AXIS_X: i32 = 66;
const LEFT: i32 = 112;
const RIGHT: i32 = 84;
const NARROWEST: i32 = 100;
const WIDEST: i32 = 190;
/// The height of the names of the columns, which stand above the diagram and may stay in sight.
pub(crate) const NAMES: i32 = 46;
const TOP: i32 = 20;
const BOTTOM: i32 = 18;
/// Half the width of a band.
const HALF_BAND: i32 = 7;

impl Diagram {
    /// The diagram of a stretch.
    #[must_use]
    pub fn of(stretch: &Stretch, wanted: Wanted) -> Self {
        let choice = choice::choose(stretch, &wanted);
        let between = i32::try_from(choice.nodes.len().saturating_sub(1)).unwrap_or(i32::MAX);
        let step = ((wanted.width - LEFT - RIGHT) / between.max(1)).clamp(NARROWEST, WIDEST);
        let column = |(index, node): (usize, &&super::Node)| Column {
            id: node.id,
            name: node.name.clone(),
            about: fitted(&node.about, step),
            x: LEFT + step.saturating_mul(i32::try_from(index).unwrap_or_default()),
        };
        let columns: Vec<Column> = choice.nodes.iter().enumerate().map(column).collect();
        let is_inside = (stretch.from..=stretch.to).contains(&wanted.at);
        let mut moments = choice.moments(stretch);
        // The moment shown moves no other moment: the picture stands still while time passes.
        if moments.is_empty() {
            moments.push(wanted.at);
        }
        let axis = Axis::new(moments, choice.hop(), TOP);
        let last = columns.last().map_or(LEFT, |column| column.x);
        let width = (last + RIGHT).max(wanted.width);
        let mut placing = Placing {
            columns: &columns,
            axis: &axis,
            step,
            right: width - 4,
            taken: Taken::default(),
        };
        let bands = placing.bands(stretch);
        let split_brain = placing.split_brain(stretch);
        let notes = placing.notes(&choice.marks);
        let arrows = placing.arrows(&choice);
        Self {
            width,
            height: axis.bottom() + BOTTOM,
            at: (wanted.at, is_inside.then(|| axis.y(wanted.at))),
            bands,
            notes,
            split_brain,
            arrows,
            left_out: choice.left_out,
            columns,
            axis,
        }
    }
}

/// What somebody is, or the end of it, in the width of a column.
fn fitted(about: &Arc<str>, step: i32) -> Arc<str> {
    let letters = labels::letters(step - 4);
    match about.split_once(", ") {
        Some((_, end)) if about.chars().count() > letters => shortened(end, letters).into(),
        _ => shortened(about, letters).into(),
    }
}

struct Placing<'a> {
    columns: &'a [Column],
    axis: &'a Axis,
    step: i32,
    right: i32,
    taken: Taken,
}

impl Placing<'_> {
    fn x(&self, node: NodeId) -> Option<i32> {
        self.columns.iter().find(|column| column.id == node).map(|column| column.x)
    }

    fn bands(&mut self, stretch: &Stretch) -> Vec<Band> {
        let band = |band: &crate::timeline::Band| {
            let x = self.x(band.broker.into())? - HALF_BAND;
            let begins = band.from >= stretch.from;
            let top = if begins { self.axis.y(band.from) } else { self.axis.top() - 8 };
            let goes_on = band.to >= stretch.to;
            let bottom = if goes_on { self.axis.bottom() + 8 } else { self.axis.y(band.to) };
            let place = Rect { x, y: top, width: 2 * HALF_BAND, height: (bottom - top).max(2) };
            Some(Band { place, epoch: band.epoch, acts: band.acts, begins })
        };
        let bands: Vec<Band> = stretch.bands.iter().filter_map(band).collect();
        bands.iter().for_each(|band| self.taken.force(band.place));
        bands
    }

    fn split_brain(&mut self, stretch: &Stretch) -> Vec<SplitBrain> {
        let mut all = Vec::new();
        for (from, to) in &stretch.split_brain {
            let leads = |band: &&crate::timeline::Band| {
                band.acts == Acts::Running && band.from < *to && band.to > *from
            };
            let led = stretch.bands.iter().filter(leads);
            let xs: Vec<i32> = led.filter_map(|band| self.x(band.broker.into())).collect();
            let (Some(left), Some(right)) = (xs.iter().min(), xs.iter().max()) else { continue };
            let (top, bottom) = (self.axis.y(*from), self.axis.y(*to));
            let (x, width) = (left - 20, right - left + 40);
            let place = Rect { x, y: top, width, height: (bottom - top).max(4) };
            let label = narration::split_brain(to.since(*from));
            let words = labels::width(&label);
            let y = top - LINE - 3;
            self.taken.force(Rect { x: x + width / 2 - words / 2, y, width: words, height: LINE });
            all.push(SplitBrain { place, label: label.into() });
        }
        all
    }

    fn notes(&mut self, marks: &[&Mark]) -> Vec<Note> {
        marks.iter().filter_map(|mark| self.note(mark)).collect()
    }

    fn note(&mut self, mark: &Mark) -> Option<Note> {
        let y = self.axis.y(mark.at);
        let x = mark.node.map_or(Some(AXIS_X), |node| self.x(node))?;
        let is_for_all = mark.node.is_none();
        let label: Arc<str> =
            shortened(&mark.label, labels::letters(self.step + self.step / 3)).into();
        let width = labels::width(&label);
        // Brokers have their words at the left, since bands have their letters at the right.
        let ends_first = matches!(mark.node, Some(NodeId::Broker(_))) && x - width > AXIS_X;
        let sides = if is_for_all { &[false][..] } else { &[ends_first, !ends_first] };
        let mut found = None;
        'search: for ends in sides {
            for down in [0, LINE, -LINE, 2 * LINE, 3 * LINE] {
                let start = if *ends { x - 13 - width } else { x + 13 };
                let place = Rect { x: start, y: y + down - LINE + 4, width, height: LINE };
                let is_inside = start > AXIS_X && start + width < self.right;
                if is_inside && self.taken.take(place) {
                    let at = if *ends { x - 13 } else { start };
                    found = Some((Point { x: at, y: y + down + 4 }, *ends));
                    break 'search;
                }
            }
        }
        Some(Note {
            moment: mark.at,
            place: Point { x, y },
            is_for_all,
            label: mark.label.clone(),
            words: label,
            label_at: found.map(|(at, _)| at),
            ends: found.is_some_and(|(_, ends)| ends),
            tone: mark.tone,
        })
    }

    /// Messages that go the same way at the same time are one arrow with all their words.
    fn arrows(&mut self, choice: &Choice<'_>) -> Vec<Arrow> {
        let mut arrows: Vec<Arrow> = Vec::new();
        for sending in &choice.sendings {
            let emphasis = match &choice.chain {
                None => Emphasis::Plain,
                Some(chain) if chain.contains(&sending.event) => Emphasis::Followed,
                Some(_) => Emphasis::Dimmed,
            };
            let Some(arrow) = self.arrow(sending, emphasis) else { continue };
            let same = arrows.iter_mut().find(|known| {
                (known.from, known.to, known.sense, known.emphasis)
                    == (arrow.from, arrow.to, arrow.sense, arrow.emphasis)
            });
            match same {
                Some(known) => {
                    known.words.push_str(", ");
                    known.words.push_str(&arrow.words);
                }
                None => arrows.push(arrow),
            }
        }
        for arrow in &mut arrows {
            arrow.label = self.label(arrow);
        }
        arrows
    }

    fn arrow(&self, sending: &Sending, emphasis: Emphasis) -> Option<Arrow> {
        let (from_x, to_x) = (self.x(sending.from)?, self.x(sending.to)?);
        let (at, is_lost) = match sending.ended {
            Ended::Arrived(at) => (at, false),
            Ended::Lost(at) => (at, true),
        };
        let (top, bottom) = (self.axis.y(sending.sent_at), self.axis.y(at));
        let side = (to_x - from_x).signum();
        let clear = |node: NodeId| if matches!(node, NodeId::Broker(_)) { 9 } else { 3 };
        let from = Point { x: from_x + side * clear(sending.from), y: top };
        let mut to = Point { x: to_x - side * clear(sending.to), y: bottom };
        if is_lost {
            to = Point { x: from.x + (to.x - from.x) * 2 / 5, y: from.y + (to.y - from.y) * 2 / 5 };
        }
        let name = |node: NodeId| self.columns.iter().find(|c| c.id == node).map(|c| &*c.name);
        let arrives = if is_lost { "lost".to_owned() } else { narration::moment(at) };
        let ends = format!(
            "{} {} to {} {arrives}",
            name(sending.from)?,
            narration::moment(sending.sent_at),
            name(sending.to)?
        );
        Some(Arrow {
            key: sending.key,
            sent_at: sending.sent_at,
            ends: ends.into(),
            from,
            to,
            words: sending.label.to_string(),
            label: None,
            sense: sending.sense,
            is_lost,
            emphasis,
        })
    }

    /// The words along an arrow, at the first place on it that is free.
    fn label(&mut self, arrow: &Arrow) -> Option<(String, Point)> {
        let (across, down) = (arrow.to.x - arrow.from.x, arrow.to.y - arrow.from.y);
        let length = across.abs().max(1);
        let (far, deep) = (i64::from(across), i64::from(down));
        let room = i32::try_from((far * far + deep * deep).isqrt()).unwrap_or(length);
        let words = shortened(&arrow.words, labels::letters(room - 8));
        let width = labels::width(&words);
        let slope = (length, if across < 0 { -down } else { down });
        for percent in [50, 42, 58, 34, 66, 26, 74, 18, 82] {
            let part = |whole: i32| whole * percent / 100;
            let middle = Point { x: arrow.from.x + part(across), y: arrow.from.y + part(down) };
            let half = width * length / room.max(1) / 2;
            let is_on_it =
                (middle.x - arrow.from.x).abs() >= half && (arrow.to.x - middle.x).abs() >= half;
            if is_on_it && self.taken.take_all(&labels::slanted(middle, 2 * half, slope)) {
                return Some((words, middle));
            }
        }
        None
    }
}
