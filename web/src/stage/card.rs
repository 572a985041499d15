//! A broker's card: who it is, what it takes itself to be, its log and what waits at it.

use std::sync::Arc;

use epochscope_view::inspector::Jump;
use epochscope_view::layout::{Column, Detail, Rect, RowGrid};
use epochscope_view::narration as words;
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::palette::{epoch_class, epoch_letter};
use epochscope_view::scene::{
    BrokerCard, Chip, ChipMark, ProcessStatus, Replica, Role, WantedText,
};
use epochscope_view::session::Action;
use yew::{Callback, Html};

use super::{html_at, log};
use crate::app::Msg;
use crate::commands::{Speak, opener};
use crate::element::{Element, el, group};
use crate::icons::Icon;
use crate::part::{Own, Part};
use crate::svg;

/// One broker in one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Card {
    /// Who.
    pub(crate) broker: Arc<BrokerCard>,
    /// Where.
    pub(crate) column: Column,
    /// Rows of offsets.
    pub(crate) rows: RowGrid,
    /// Whether it is the chosen one.
    pub(crate) is_chosen: bool,
    /// What the inspector is asked about.
    pub(crate) asked: Option<Jump>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The card.
impl Part for Card {
    fn draw(&self, _own: &Own) -> Html {
        draw(self)
    }
}

fn draw(props: &Card) -> Html {
    let Card { broker, column, .. } = props;
    let replica = broker.replica.as_deref();
    let state = match replica.map(|replica| replica.role) {
        Some(Role::StaleLeader) => "stale",
        Some(Role::Crashed | Role::Stopped | Role::Offline) => "down",
        _ if is_down(broker.process) => "down",
        _ => "up",
    };
    let paused = (broker.process == ProcessStatus::Paused).then_some("paused");
    let detail = match column.detail {
        Detail::Full => "full",
        Detail::Medium => "medium",
        Detail::Brief => "brief",
    };
    let chosen = props.is_chosen.then_some("chosen");
    el("g.broker role=group")
        .class(state)
        .class(paused)
        .class(detail)
        .class(chosen)
        .class(is_cut(broker).then_some("cut-off"))
        .class(column.is_bystander.then_some("bystander"))
        .attr("aria-label", format!("Broker {}", broker.id))
        .click(&props.send, Msg::Speak(Speak::Choose(thing(broker))))
        .with(svg::rect("card", column.card, 9))
        .with(props.is_chosen.then(|| svg::rect("ring", column.card, 9)))
        .with(head(props))
        .with(chips(props))
        .with(replica.map(|replica| log::draw(replica, props)))
        .with(is_cut(broker).then(|| cut_off(props)))
        .with(foot(props))
        .html()
}

fn head(props: &Card) -> Element {
    let Card { broker, column, rows, .. } = props;
    let card = column.card;
    let place = Rect { height: rows.top - card.y - 4, ..card };
    let (state, tone) = words::process(broker);
    let state =
        el("span.state").class(tone).attr("title", words::process_since(broker)).text(state);
    let (beside, below) = match column.detail {
        Detail::Medium => (None, Some(el("div.line.low").with(state))),
        Detail::Full | Detail::Brief => (Some(state), None),
    };
    let is_brief = column.detail == Detail::Brief;
    let part = || broker.replica.as_ref().map(|replica| part_of(replica, column.detail));
    let line = el("div.line")
        .with(el("h3").text(format!("broker {}", broker.id)))
        .with(beside)
        .with(is_brief.then(part).flatten())
        .with((!is_brief).then(|| buttons(props)));
    let content = match &broker.replica {
        Some(replica) => el("div.line")
            .with(badge(replica, column.detail))
            .with((!is_brief).then(part).flatten()),
        None => el("div.line").with(el("span.note").text(match column.is_bystander {
            true => "no replica",
            false => "no replica yet",
        })),
    };
    let said = el("p.hidden").text(words::card(broker));
    html_at(place, el("div.card-head").with(line).with(below).with(content).with(said))
}

/// The replicas of other partitions. For those who do not see them they are one sentence.
fn chips(props: &Card) -> Element {
    let Card { broker, column, rows, send, .. } = props;
    let all = &broker.others;
    let chip = |(index, chip): (usize, &Chip)| {
        let place = column.chip(index, all.len(), *rows);
        let class = match chip.mark() {
            ChipMark::Leads => "leading",
            ChipMark::Stale => "stale-chip",
            ChipMark::InSync => "in-sync",
            ChipMark::Out => "out",
        };
        let letter = epoch_letter(chip.leader_epoch);
        svg::titled("g.chip", words::chip(chip))
            .class(epoch_class(chip.leader_epoch))
            .class(class)
            .click(send, Msg::Act(Action::Show(chip.partition)))
            .with(svg::rect("", place, 3))
            .with(svg::text("", place.x + place.width / 2, place.y + 11, letter))
    };
    el("g aria-hidden=true").all(all.iter().enumerate().map(chip))
}

fn is_cut(broker: &BrokerCard) -> bool {
    !broker.cut_off.is_empty()
}

/// Whom cut links keep it from. The paragraph for those who do not see it says it as well.
fn cut_off(props: &Card) -> Element {
    let says = words::cut_off(&props.broker);
    let line = el("p.cut-off-from aria-hidden=true")
        .attr("title", says.clone())
        .with(Icon::Cut.draw())
        .text(says);
    html_at(props.column.cut_off(), line)
}

/// What the replica takes itself to be.
pub(crate) fn badge(replica: &Replica, detail: Detail) -> Html {
    let (text, class) = match (replica.role, detail) {
        (Role::Leader, _) => ("Leader", "leader"),
        (Role::StaleLeader, Detail::Full | Detail::Medium) => ("Stale leader", "stale"),
        (Role::StaleLeader, Detail::Brief) => ("Stale", "stale"),
        (Role::Follower(_), _) => ("Follower", "follower"),
        (Role::Leaderless, _) => ("Leaderless", "follower"),
        (Role::Crashed, _) => ("Crashed", "off"),
        (Role::Stopped, _) => ("Stopped", "off"),
        (Role::Offline, _) => ("Offline", "stale"),
    };
    let epoch = replica.leader_epoch;
    let has_epoch = detail == Detail::Full && replica.role != Role::StaleLeader;
    group()
        .with(el("span.badge").class(class).text(text))
        .with(
            el("span.letter")
                .class(epoch_class(epoch))
                .attr("title", format!("leader epoch {epoch}"))
                .text(epoch_letter(epoch)),
        )
        .with(has_epoch.then(|| el("span.note").text(format!("epoch {epoch}"))))
        .html()
}

/// What part it has in the partition, in a word where there is little room.
fn part_of(replica: &Replica, detail: Detail) -> Element {
    let (part, tone) = replica.part;
    let is_short = match detail {
        Detail::Full => false,
        Detail::Medium => replica.role == Role::StaleLeader,
        Detail::Brief => true,
    };
    let said = if is_short { words::part_in_short(part) } else { part };
    el("span.isr").class(tone).attr("title", part).text(said)
}

fn thing(broker: &BrokerCard) -> Thing {
    Thing::new(ThingKind::Broker, broker.id.to_string())
}

/// The menu of what can be done with the broker.
fn buttons(props: &Card) -> Element {
    el("span.acts").with(opener(&thing(&props.broker), "square", &props.send))
}

fn foot(props: &Card) -> Element {
    let Card { broker, column, rows, .. } = props;
    let card = column.card;
    let top = match column.detail {
        Detail::Brief => card.bottom() - 56,
        Detail::Full | Detail::Medium => rows.top + rows.count * rows.step + 6,
    };
    let place =
        Rect { x: card.x + 8, y: top, width: card.width - 16, height: card.bottom() - top - 10 };
    match column.detail {
        Detail::Brief => html_at(place, el("div.card-acts").with(buttons(props))),
        Detail::Full | Detail::Medium => html_at(place, el("div.card-foot").with(waiting(broker))),
    }
}

/// What waits at a replica: produces first, since somebody waits for them.
fn waiting(broker: &BrokerCard) -> Element {
    let inbox = broker.inbox > 0;
    let requests = broker.replica.as_ref().map_or(&[][..], |replica| &replica.waiting);
    let produce = requests.iter().find_map(|request| match &request.wants {
        WantedText::HighWatermark(required, records) => Some((required, records)),
        WantedText::Record(_) | WantedText::CommittedRecord(_) => None,
    });
    if let Some((required, records)) = produce {
        let what = el("p.what").with(Icon::Clock.draw()).text(format!("Waiting: {records}"));
        let needs = el("p").text(format!("acks=all needs HW {required}"));
        return el("div.purgatory").with(what).with(needs);
    }
    let unread =
        inbox.then(|| el("p.inbox").text(format!("{} in its inbox, unread", broker.inbox)));
    group().with(unread).with(el("p").text(words::purgatory(broker)))
}

const fn is_down(process: ProcessStatus) -> bool {
    matches!(process, ProcessStatus::Killed | ProcessStatus::Stopped)
}
