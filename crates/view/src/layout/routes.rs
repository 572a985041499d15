//! The ways that messages take, and where on its way a message is.
//!
//! What goes between controllers and brokers crosses the gap above the cards straight down or up.
//! What goes between brokers and clients leaves its card, runs along a lane below the cards and
//! turns up or down to its receiver; its tag keeps to the lane, where nobody else is.
//!
//! Uses: `layout`, `scene`.

use std::sync::Arc;

use epochscope_vocabulary::{BrokerId, NodeId};

use super::{Layout, Rect, count};
use crate::scene::{Message, MessageKey, Scene};

/// A point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From above.
    pub y: i32,
}

/// The way of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Of which.
    pub key: MessageKey,
    /// From where, over which corners, to where.
    pub points: Vec<Point>,
    /// The way of its tag's middle, which keeps off the cards at both ends.
    track: Vec<Point>,
    /// The width of its tag.
    pub tag_width: i32,
    /// What fits on the tag.
    pub label: String,
    /// Where its tag points.
    pub heading: Heading,
}

/// Where a tag points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Up.
    Up,
    /// Down.
    Down,
    /// Left.
    Left,
    /// Right.
    Right,
}

/// The lanes below the cards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes {
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) step: i32,
}

/// A monospaced letter of a tag.
const LETTER: i32 = 7;

pub(super) fn routes(scene: &Scene, layout: &Layout, lanes: Lanes) -> Vec<Route> {
    let route = |message: &Arc<Message>| match (message.from, message.to) {
        (NodeId::Controller(_), NodeId::Broker(to)) => {
            above(message, (to, Heading::Down), scene, layout)
        }
        (NodeId::Broker(from), NodeId::Controller(_)) => {
            above(message, (from, Heading::Up), scene, layout)
        }
        (_, _) => below(message, layout, lanes),
    };
    scene.messages.iter().filter_map(route).collect()
}

/// Between a broker and the controllers. Tags that are there together keep one above the other.
fn above(
    message: &Message,
    (broker, heading): (BrokerId, Heading),
    scene: &Scene,
    layout: &Layout,
) -> Option<Route> {
    let card = place(NodeId::Broker(broker), layout)?;
    let quorum = layout.quorum?;
    let beside = scene.messages.iter().filter(|other| is_between(other, broker));
    let lanes = beside.map(|other| other.lane + 1).max().unwrap_or(1).min(MOST_ABOVE);
    let lane = message.lane % lanes;
    let x = card.x + card.width / 2;
    let points = vec![Point { x, y: quorum.bottom() }, Point { x, y: card.y }];
    let mut route = tagged(message, points, heading, card.width - 16);
    let lowest = match names_rack(layout, Rect { x: x - route.tag_width / 2, ..card }, &route) {
        Some(band) => band.y - HALF,
        None => card.y - CLEARANCE,
    };
    let (from, to) = share(lane, lanes, quorum.bottom() + CLEARANCE, lowest);
    route.track = vec![Point { x, y: from }, Point { x, y: to }];
    if heading == Heading::Up {
        route.points.reverse();
        route.track.reverse();
    }
    Some(route)
}

/// The rack whose name or menu a tag would cover, were it to come down to the card.
fn names_rack(layout: &Layout, card: Rect, route: &Route) -> Option<Rect> {
    let (left, right) = (card.x, card.x + route.tag_width);
    let rack = layout
        .racks
        .iter()
        .find(|rack| (rack.place.x..rack.place.right()).contains(&((left + right) / 2)))?;
    let name = rack.name.as_ref()?;
    let end = rack.place.x + 14 + count(name.chars().count()) * LETTER;
    let menu = rack.place.right() - 40;
    (left < end || right > menu).then_some(rack.place)
}

/// The part of a way that one of several tags has, so that none comes upon another.
fn share(lane: u32, lanes: u32, from: i32, to: i32) -> (i32, i32) {
    let (lane, lanes) = (pixels(lane), pixels(lanes));
    let each = ((to - from - (lanes - 1) * TAG) / lanes).max(0);
    let start = from + lane * (each + TAG);
    (start, start + each)
}

fn pixels(count: u32) -> i32 {
    i32::try_from(count).unwrap_or_default()
}

fn is_between(message: &Message, broker: BrokerId) -> bool {
    let ends = (message.from, message.to);
    let broker = NodeId::Broker(broker);
    matches!(ends, (NodeId::Controller(_), to) if to == broker)
        || matches!(ends, (from, NodeId::Controller(_)) if from == broker)
}

/// As many tags as the gap above a card holds.
const MOST_ABOVE: u32 = 2;
/// A tag and the space to the next one.
const TAG: i32 = 23;
/// Half a tag, with its point.
const HALF: i32 = 10;

fn below(message: &Message, layout: &Layout, lanes: Lanes) -> Option<Route> {
    let (from, to) = (place(message.from, layout)?, place(message.to, layout)?);
    let room = (lanes.bottom - lanes.top - 20) / lanes.step;
    let lane = i32::try_from(message.lane).unwrap_or_default() % room.max(1);
    let y = lanes.top + 10 + lane * lanes.step + lanes.step / 2;
    let (start, end) = (port(from, message, lanes, 0), port(to, message, lanes, 1));
    let corners = [Point { x: start.x, y }, Point { x: end.x, y }];
    let mut points = vec![start, corners[0], corners[1], end];
    points.dedup();
    let heading = match (end.x - start.x, end.y < start.y) {
        (-40..=40, true) => Heading::Up,
        (-40..=40, false) => Heading::Down,
        (..-40, _) => Heading::Left,
        (41.., _) => Heading::Right,
    };
    let mut route = tagged(message, points, heading, 230);
    let half = route.tag_width / 2 + HALF;
    let within = |x: i32| x.max(half).min(layout.width - half);
    route.track = corners.map(|corner| Point { x: within(corner.x), y }).to_vec();
    Some(route)
}

/// Where a way leaves or reaches a card: neighbours keep apart, and so do the two ends.
fn port(card: Rect, message: &Message, lanes: Lanes, end: i32) -> Point {
    let slot = i32::try_from(message.lane).unwrap_or_default() % 3;
    let x = card.x + card.width * (1 + 2 * slot + end) / 8 + card.width / 16;
    let y = if card.y < lanes.top { card.bottom() } else { card.y };
    Point { x, y }
}

fn place(node: NodeId, layout: &Layout) -> Option<Rect> {
    match node {
        NodeId::Broker(id) => layout.columns.iter().find(|c| c.broker == id).map(|c| c.card),
        NodeId::Client(id) => layout.clients.iter().find(|(c, _)| *c == id).map(|(_, rect)| *rect),
        NodeId::Controller(_) => layout.quorum,
    }
}

fn tagged(message: &Message, points: Vec<Point>, heading: Heading, widest: i32) -> Route {
    let letters = usize::try_from((widest - 18) / LETTER).unwrap_or_default();
    let label = shortened(&message.label, letters);
    let tag_width = count(label.chars().count()) * LETTER + 18;
    Route { key: message.key, points, track: Vec::new(), tag_width, label, heading }
}

/// The text, or its beginning and an ellipsis.
#[must_use]
pub fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

impl Route {
    /// Where the tag is after `thousandths` of its way: never upon the cards at the two ends.
    #[must_use]
    pub fn position(&self, thousandths: i32) -> Option<Point> {
        along(&self.track, thousandths)
    }
}

/// Half a tag away from a card.
const CLEARANCE: i32 = 13;

fn along(points: &[Point], thousandths: i32) -> Option<Point> {
    let length = |ends: &[Point]| (ends[1].x - ends[0].x).abs() + (ends[1].y - ends[0].y).abs();
    let whole: i32 = points.windows(2).map(length).sum();
    let mut left = whole * thousandths.clamp(0, 1000) / 1000;
    for ends in points.windows(2) {
        let here = length(ends);
        if left <= here {
            let part = |from: i32, to: i32| from + (to - from) * left / here.max(1);
            return Some(Point { x: part(ends[0].x, ends[1].x), y: part(ends[0].y, ends[1].y) });
        }
        left -= here;
    }
    points.last().copied()
}
