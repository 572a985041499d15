//! A broker on the map: a chip or a square for each replica, or a field of so many each.

use std::fmt::Write;
use std::sync::Arc;

use epochscope_view::layout::Rect;
use epochscope_view::map::{Broker, Chip, Detail, Preferred, Standing};
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_vocabulary::TopicPartition;
use yew::{Callback, Html};

use super::pointing;
use crate::app::Msg;
use crate::commands::opener;
use crate::element::{Element, el};
use crate::part::{Own, Part};
use crate::svg;

/// One broker: drawn again when something on it has changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BrokerView {
    pub(super) broker: Arc<Broker>,
    pub(super) detail: Detail,
    pub(super) each: usize,
    pub(super) fair_tenths: usize,
    pub(super) most_led: usize,
    pub(super) is_lost: bool,
    pub(super) send: Callback<Msg>,
}

impl Part for BrokerView {
    fn draw(&self, _own: &Own) -> Html {
        let Self { broker, detail, .. } = self;
        let (state, tone) = broker.state;
        let card = el("section.map-broker")
            .class((tone == "off").then_some("down"))
            .class(self.is_lost.then_some("gone"))
            .attr("aria-label", format!("Broker {}", broker.id));
        if *detail == Detail::Field {
            let (told, tone) = match tone {
                "ok" => (broker.leads.to_string(), ""),
                tone => (state.to_owned(), tone),
            };
            let head = el("header").with(el("h4").text(broker.id.to_string()));
            let head = head.with(el("span").class(tone).text(told));
            let card = pointing(card, broker.loss).attr("tabindex", "0");
            return card.with(head).with(self.field()).html();
        }
        let thing = Thing::new(ThingKind::Broker, broker.id.to_string());
        let head = el("header")
            .with(el("h4").text(format!("broker {}", broker.id)))
            .with(el("span.state").class(tone).text(state))
            .with(opener(&thing, "quiet square", &self.send));
        let chips = el("div.map-chips");
        let chips = chips.class((*detail == Detail::Squares).then_some("squares"));
        card.with(pointing(head, broker.loss))
            .with(el("p").text(broker.about.clone()))
            .with(chips.all(broker.chips.iter().map(|one| chip(one, *detail))))
            .with(self.bar())
            .html()
    }
}

/// A field has so many squares in a row, each of so many units with the space after it.
const FIELD_ROW: usize = 24;
const SQUARE: usize = 4;

impl BrokerView {
    /// All replicas, those that stand alike together.
    fn field(&self) -> Element {
        let mut squares = 0;
        let ways = Standing::ALL.iter().zip(self.broker.field).map(|(standing, count)| {
            let from = squares;
            squares += count.div_ceil(self.each);
            svg::path(standing.class(), way(from, squares))
        });
        let ways: Vec<Element> = ways.collect();
        let size = |squares: usize| i32::try_from(squares * SQUARE).unwrap_or(i32::MAX);
        let (width, height) = (size(FIELD_ROW), size(squares.div_ceil(FIELD_ROW)));
        svg::picture("svg.map-field role=img", width, height)
            .attr("aria-label", self.broker.about.clone())
            .all(ways)
    }

    /// How much it leads, and the mark of a fair share.
    fn bar(&self) -> Element {
        let most = self.most_led.max(1);
        let x = |tenths: usize| i32::try_from(tenths * 20 / most).unwrap_or_default();
        let place = |width| Rect { x: 0, y: 2, width, height: 6 };
        let fair = x(self.fair_tenths);
        let (leads, tenths) = (self.broker.leads, self.fair_tenths);
        let title = format!("leads {leads}; a fair share is {}.{}", tenths / 10, tenths % 10);
        svg::picture("svg.map-bar preserveAspectRatio=none role=img", 200, 10)
            .attr("aria-label", title)
            .with(svg::rect("ground", place(200), 0))
            .with(svg::rect("led", place(x(leads * 10)), 0))
            .with(svg::line("fair", (fair, 0), (fair, 10)))
    }
}

/// Along the squares of a field from one to another, row by row; dashes make squares of it.
fn way(mut from: usize, to: usize) -> String {
    let mut way = String::new();
    while from < to {
        let (row, column) = (from / FIELD_ROW, from % FIELD_ROW);
        let end = to.min((row + 1) * FIELD_ROW);
        let (x, y) = (column * SQUARE, row * SQUARE + SQUARE / 2);
        let _ = write!(way, "M{x} {y}h{}", (end - from) * SQUARE - 1);
        from = end;
    }
    way
}

/// A replica.
fn chip(chip: &Chip, detail: Detail) -> Element {
    let TopicPartition { topic, partition } = chip.partition;
    let star = match chip.preferred {
        Preferred::No => None,
        Preferred::Leads => Some("\u{2605}"),
        Preferred::Elsewhere => Some("\u{2606}"),
    };
    let element = el("button type=button")
        .attr("tabindex", if chip.is_shown { "0" } else { "-1" })
        .class(chip.standing.class())
        .class(chip.harm.class())
        .class(chip.is_shown.then_some("shown"))
        .attr("data-chip", format!("{}.{partition}", topic.0))
        .attr("title", chip.about.clone());
    match detail {
        Detail::Squares | Detail::Field => element,
        Detail::Chips => element
            .attr("aria-label", chip.about.clone())
            .text(chip.label.clone())
            .with(star.map(|star| el("i").text(star))),
    }
}
