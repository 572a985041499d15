//! A broker's card with its log.
//!
//! Uses: `stage`, `marks`, `shape`, `layout`, `narration`, `palette`, `scene`.

use super::super::marks::{epoch, group, letter, line, text};
use super::super::shape::{Anchor, Font, Paint, Shape};
use super::card_group;
use crate::layout::{Column, Detail, Rect, RowGrid, shortened};
use crate::narration;
use crate::palette::epoch_letter;
use crate::scene::{
    BrokerCard, Cell, Chip, ChipMark, Ghost, ProcessStatus, Promise, Replica, Role, WantedText,
};

/// The card.
pub(super) fn card(broker: &BrokerCard, column: &Column, rows: RowGrid) -> Shape {
    let role = broker.replica.as_ref().map(|replica| replica.role);
    let is_down = matches!(broker.process, ProcessStatus::Killed | ProcessStatus::Stopped);
    let edge = match role {
        Some(Role::StaleLeader) => Paint::line("bad", 16).dashed("5 3"),
        _ if is_down => Paint::line("off", 10).dashed("2 2"),
        _ if broker.process == ProcessStatus::Paused => Paint::line("warn", 10).dashed("8 3"),
        _ if !broker.cut_off.is_empty() => Paint::line("diverged", 20).dashed("1 4"),
        _ => Paint::line("line", 10),
    };
    let mut shapes = head(broker, column);
    shapes.extend(others(broker, column, rows));
    if let Some(replica) = &broker.replica {
        shapes.extend(log(replica, column, rows));
    }
    shapes.extend(cut_off(broker, column));
    shapes.extend(foot(broker, column, rows));
    let name = format!("Broker {}: {}", broker.id, narration::process(broker).0);
    card_group(name, column.card, edge.on("panel"), shapes)
}

fn tone(class: &str) -> &'static str {
    match class {
        "ok" => "ok",
        "warn" => "warn",
        "bad" => "bad",
        "meta" => "meta",
        "off" => "off",
        _ => "dim",
    }
}

fn head(broker: &BrokerCard, column: &Column) -> Vec<Shape> {
    let card = column.card;
    let (state, class) = narration::process(broker);
    let (left, mut y) = (card.x + if column.detail == Detail::Brief { 8 } else { 12 }, card.y + 25);
    let size = if column.is_bystander { 125 } else { 140 };
    let mut shapes =
        vec![text(left, y, format!("broker {}", broker.id), Font::new("ink", size).bold(650))];
    let font = Font::new(tone(class), 115);
    match column.detail {
        Detail::Full => shapes.push(text(left + 80, y, state, font)),
        Detail::Medium | Detail::Brief => {
            y += 17;
            shapes.push(text(left, y, state, font));
        }
    }
    let Some(replica) = &broker.replica else {
        let words = if column.is_bystander { "no replica" } else { "no replica yet" };
        shapes.push(text(left, y + 25, words, Font::new("dim", 115)));
        return shapes;
    };
    let is_brief = column.detail == Detail::Brief;
    if is_brief {
        let words = narration::part_in_short(replica.part.0);
        shapes.push(part(words, replica, (column.card.right() - 8, y)));
    }
    let below = if is_brief { 8 } else { 12 };
    shapes.extend(badge(replica, column, left, y + below));
    shapes
}

/// The replicas of other partitions: the leader's letter filled, the others' not.
fn others(broker: &BrokerCard, column: &Column, rows: RowGrid) -> Vec<Shape> {
    let all = &broker.others;
    let chip = |(index, chip): (usize, &Chip)| {
        let place = column.chip(index, all.len(), rows);
        let [ink, fill, _] = epoch(chip.leader_epoch);
        let (paint, ink) = match chip.mark() {
            ChipMark::Leads => (Paint::fill(fill), "panel"),
            ChipMark::Stale => (Paint::line("bad", 12).dashed("3 2").on("bad-tint"), "bad"),
            ChipMark::InSync => (Paint::line(fill, 12), ink),
            ChipMark::Out => (Paint::line("off", 12).dashed("3 2"), "off"),
        };
        let font = Font::new(ink, 100).bold(700).mono().at(Anchor::Middle);
        let words = epoch_letter(chip.leader_epoch);
        let letter = text(place.x + place.width / 2, place.y + 11, words, font);
        group(narration::chip(chip), vec![Shape::Rect(place, 3, paint), letter])
    };
    all.iter().enumerate().map(chip).collect()
}

/// Whom cut links keep it from, in as many lines as there is room for.
fn cut_off(broker: &BrokerCard, column: &Column) -> Vec<Shape> {
    if broker.cut_off.is_empty() {
        return Vec::new();
    }
    let place = column.cut_off();
    let sign = format!(
        "M{} {}h3l1.5-3M{} {}h-3L{} {}M{} {}l-3 10",
        place.x - 1,
        place.y + 9,
        place.x + 11,
        place.y + 9,
        place.x + 7,
        place.y + 12,
        place.x + 6,
        place.y + 4
    );
    let font = Font::new("diverged", if column.is_bystander { 100 } else { 110 });
    let letters = usize::try_from((place.width - 2) * 10 / 58).unwrap_or_default();
    // Beside the sign there is less room.
    let said = format!("\u{a0}\u{a0}\u{a0}{}", narration::cut_off(broker));
    let mut lines: Vec<String> = vec![String::new()];
    for word in said.split(' ') {
        let long = |line: &str| line.chars().count();
        let fits = lines.last().is_some_and(|line| long(line) + long(word) < letters);
        match lines.last_mut() {
            Some(line) if fits || place.height < 20 => {
                let space = if line.is_empty() { "" } else { " " };
                line.push_str(&format!("{space}{word}"));
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let rows = lines.into_iter().filter(|line| !line.is_empty()).zip(0..place.height / 15);
    let line = |(line, row): (String, i32)| {
        let inset = if line.starts_with('\u{a0}') { 15 } else { 0 };
        let line = shortened(line.trim_start(), letters);
        text(place.x + inset, place.y + 13 + 14 * row, line, font)
    };
    let sign = Shape::Path(sign, Paint::line("diverged", 15));
    std::iter::once(sign).chain(rows.map(line)).collect()
}

fn badge(replica: &Replica, column: &Column, x: i32, y: i32) -> Vec<Shape> {
    let full = column.detail == Detail::Full;
    let (words, paint, ink) = match replica.role {
        Role::Leader => ("Leader", Paint::fill("ink"), "panel"),
        Role::StaleLeader => (
            if column.detail == Detail::Brief { "Stale" } else { "Stale leader" },
            Paint::line("bad", 12).dashed("3 2").on("bad-tint"),
            "bad",
        ),
        Role::Follower(_) => ("Follower", Paint::line("edge", 12), "ink"),
        Role::Leaderless => ("Leaderless", Paint::line("edge", 12), "ink"),
        Role::Crashed => ("Crashed", Paint::line("off", 12).dashed("3 2"), "off"),
        Role::Stopped => ("Stopped", Paint::line("off", 12).dashed("3 2"), "off"),
        Role::Offline => ("Offline", Paint::line("bad", 12).dashed("3 2"), "bad"),
    };
    let width = i32::try_from(words.len()).unwrap_or_default() * 7 + 18;
    let place = Rect { x, y, width, height: 19 };
    let font = Font::new(ink, 110).bold(650).at(Anchor::Middle);
    let mut shapes = vec![Shape::Rect(place, 9, paint), text(x + width / 2, y + 13, words, font)];
    let tag = Rect { x: x + width + 6, y: y + 1, width: 17, height: 17 };
    shapes.extend(letter(replica.leader_epoch, tag));
    let note = Font::new("dim", 115);
    if full && replica.role != Role::StaleLeader {
        let words = format!("epoch {}", replica.leader_epoch);
        shapes.push(text(tag.right() + 5, y + 13, words, note));
    }
    if column.detail != Detail::Brief && (full || replica.role != Role::StaleLeader) {
        shapes.push(part(replica.part.0, replica, (column.card.right() - 10, y + 13)));
    }
    shapes
}

/// What part it has in the partition, in these words.
fn part(words: &'static str, replica: &Replica, (x, y): (i32, i32)) -> Shape {
    let tone = replica.part.1;
    let font = Font::new(if tone.is_empty() { "dim" } else { tone }, 115);
    text(x, y, words, font.at(Anchor::End))
}

fn log(replica: &Replica, column: &Column, rows: RowGrid) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let is_brief = column.detail == Detail::Brief;
    for cell in &replica.cells {
        let has_ghost = replica.ghosts.iter().any(|ghost| ghost.offset == cell.offset);
        let whole = column.cells_width;
        let width = if has_ghost && !is_brief { whole * 3 / 5 } else { whole };
        shapes.extend(self::cell(cell, column, rows, width));
    }
    shapes.extend(replica.ghosts.iter().filter_map(|one| ghost(one, replica, column, rows)));
    shapes.extend(marks(replica, column, rows));
    shapes
}

fn cell(cell: &Cell, column: &Column, rows: RowGrid, width: i32) -> Option<Shape> {
    let y = rows.y(cell.offset)?;
    let (x, height) = (column.cells_x, rows.cell_height);
    let [ink, fill, tint] = epoch(cell.epoch);
    let edge = Paint::line(fill, 10);
    let is_brief = column.detail == Detail::Brief;
    let (body, stripe, letter_ink) = if cell.is_committed {
        (edge.on(tint), Paint::fill(fill), "panel")
    } else {
        (edge.on("panel"), edge.on("panel"), ink)
    };
    let middle = y + height / 2 + 4;
    let room = if is_brief { (width - 36) * 10 / 63 } else { (width - 42) / 7 };
    let letters = usize::try_from(room).unwrap_or_default();
    let way =
        format!("M{} {y}h15v{height}h-15a3 3 0 0 1-3-3v-{}a3 3 0 0 1 3-3z", x + 3, height - 6);
    let small = Font::new(letter_ink, 110).bold(700).mono().at(Anchor::Middle);
    let value = Font::new("ink", if is_brief { 105 } else { 115 }).bold(500).mono();
    let mut shapes = vec![
        Shape::Rect(Rect { x, y, width, height }, 3, body),
        Shape::Path(way, stripe),
        text(x + 9, middle, epoch_letter(cell.epoch), small),
        text(x + if is_brief { 20 } else { 24 }, middle, shortened(&cell.text, letters), value),
    ];
    let (right, centre) = (x + width - 11, y + height / 2);
    match cell.promise {
        Promise::None => {}
        Promise::Acknowledged => shapes.push(tick(right, centre)),
        Promise::Waiting => shapes.push(clock(right, centre)),
    }
    if cell.differs {
        let teeth = "l-3 3 3 3".repeat(usize::try_from((height / 6).max(1)).unwrap_or(1));
        let way = format!("M{} {y}{teeth}", x - 4);
        shapes.push(Shape::Path(way, Paint::line("diverged", 15)));
    }
    let told = match cell.promise {
        Promise::None => "",
        Promise::Acknowledged => ", acknowledged",
        Promise::Waiting => ", its client waits",
    };
    let name = format!("offset {}, epoch {}: {}{told}", cell.offset, cell.epoch, cell.text);
    Some(group(name, shapes))
}

/// Its client was told.
pub(super) fn tick(x: i32, y: i32) -> Shape {
    Shape::Path(format!("M{} {y}l2.6 2.8 4.6-5.6", x - 4), Paint::line("ok", 17))
}

/// Its client waits.
fn clock(x: i32, y: i32) -> Shape {
    let way =
        format!("M{} {y}a4.6 4.6 0 1 1 9.2 0a4.6 4.6 0 1 1-9.2 0M{x} {}v2.4l1.8 1.2", x - 5, y - 2);
    Shape::Path(way, Paint::line("meta", 14))
}

fn ghost(ghost: &Ghost, replica: &Replica, column: &Column, rows: RowGrid) -> Option<Shape> {
    let y = rows.y(ghost.offset)?;
    let is_taken = ghost.offset < replica.log_end_offset;
    if is_taken && column.detail == Detail::Brief {
        return None;
    }
    let whole = column.cells_width;
    let (x, width) = if is_taken {
        (column.cells_x + whole * 3 / 5 + 4, whole * 2 / 5 - 4)
    } else {
        (column.cells_x, whole)
    };
    let place = Rect { x, y, width, height: rows.cell_height };
    let letters = usize::try_from((width - 8) / 7).unwrap_or_default();
    let font = Font::new("diverged", 105).bold(500).mono().at(Anchor::Middle);
    let font = Font { is_struck: true, ..font };
    let middle = y + rows.cell_height / 2;
    let mut shapes = vec![
        Shape::Rect(place, 3, Paint::line("diverged", 10).dashed("3 2.5")),
        text(x + width / 2, middle + 4, shortened(&ghost.text, letters), font),
    ];
    if ghost.promise_broken && !is_taken {
        let (x, y) = (place.right() - 10, middle);
        let way = format!(
            "M{} {y}a5 5 0 1 1 10 0a5 5 0 1 1-10 0M{} {}l4.4 4.4m0-4.4l-4.4 4.4",
            x - 5,
            decimal(x),
            decimal(y)
        );
        shapes.push(Shape::Path(way, Paint::line("bad", 15).on("panel")));
    }
    Some(group(format!("{} was here and was truncated", ghost.text), shapes))
}

/// 2.2 to the left of a number.
fn decimal(value: i32) -> String {
    format!("{}.8", value - 3)
}

fn marks(replica: &Replica, column: &Column, rows: RowGrid) -> Vec<Shape> {
    let (from, to) = (column.cells_x - 3, column.cells_x + column.cells_width + 4);
    let (hw, leo) = (replica.high_watermark, replica.log_end_offset);
    let is_brief = column.detail == Detail::Brief;
    let mut shapes = Vec::new();
    let tab = |words: String, y: i32, ground: &'static str, ink: &'static str| {
        let width = i32::try_from(words.len()).unwrap_or_default() * 7 + 8;
        let x = if is_brief { to - 4 - width + 3 } else { to };
        let place = Rect { x, y: y - 7, width, height: 14 };
        let font = Font::new(ink, 100).bold(600).mono();
        vec![Shape::Rect(place, 3, Paint::fill(ground)), text(x + 4, y + 4, words, font)]
    };
    if let Some(y) = rows.line_y(leo) {
        let below = match (is_brief, hw == leo) {
            (false, false) => 0,
            (false, true) => 14,
            (true, _) => 13,
        };
        shapes.push(line((from, y), (to, y), Paint::line("edge", 12).dashed("2 2")));
        shapes.extend(tab(format!("LEO {leo}"), y + below, "", "dim"));
    }
    if let Some(y) = rows.line_y(hw) {
        shapes.push(line((from, y), (to, y), Paint::line("ink", 22)));
        shapes.extend(tab(format!("HW {hw}"), y, "ink", "panel"));
    }
    shapes
}

/// What waits here.
fn foot(broker: &BrokerCard, column: &Column, rows: RowGrid) -> Vec<Shape> {
    let card = column.card;
    let top = match column.detail {
        Detail::Brief => card.bottom() - 54,
        Detail::Full | Detail::Medium => rows.top + rows.count * rows.step + 8,
    };
    let Some(replica) = &broker.replica else { return Vec::new() };
    let letters = usize::try_from((card.width - 34) * 10 / 62).unwrap_or_default();
    let words = |text: &str| shortened(text, letters);
    let produce = replica.waiting.iter().find_map(|request| match &request.wants {
        WantedText::HighWatermark(required, records) => Some((required, records)),
        WantedText::Record(_) | WantedText::CommittedRecord(_) => None,
    });
    if let Some((required, records)) = produce {
        let place = Rect { x: card.x + 8, y: top, width: card.width - 16, height: 42 };
        return vec![
            Shape::Rect(place, 6, Paint::fill("meta-tint")),
            clock(place.x + 13, top + 14),
            text(
                place.x + 23,
                top + 18,
                words(&format!("Waiting: {records}")),
                Font::new("meta", 110).bold(600),
            ),
            text(
                place.x + 8,
                top + 34,
                words(&format!("acks=all needs HW {required}")),
                Font::new("ink", 110),
            ),
        ];
    }
    let mut shapes = Vec::new();
    let mut y = top + 14;
    if broker.inbox > 0 {
        let inbox = format!("{} in its inbox, unread", broker.inbox);
        shapes.push(text(card.x + 14, y, words(&inbox), Font::new("warn", 110).bold(600)));
        y += 17;
    }
    let waits = narration::purgatory(broker);
    shapes.push(text(card.x + 14, y, words(&waits), Font::new("dim", 110)));
    shapes
}
