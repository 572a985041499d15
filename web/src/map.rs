//! The map: racks, their brokers, a chip for each replica, and what each loss would do.
//!
//! One place hears of everything: pointing at a rack, a broker or a row of the table asks what its
//! loss would do, a press of a chip shows its partition everywhere, arrows go from chip to chip.

use std::sync::Arc;

use epochscope_view::map::{Broker, Detail, HEADINGS, Loss, Map, Rack, Worst};
use epochscope_view::orders::{Thing, ThingKind};
use epochscope_view::session::Action;
use epochscope_vocabulary::{TopicId, TopicPartition};
use wasm_bindgen::JsCast;
use web_sys::{Element as Node, HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::{Callback, Event, Html, InputEvent, TargetCast};

mod broker;

use self::broker::BrokerView;
use crate::app::Msg;
use crate::commands::opener;
use crate::element::{Element, On, el, group};
use crate::part::{Own, Part, keyed};

/// What is asked of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Only partitions in whose name this stands.
    Filter(String),
    /// What this loss would do.
    Loss(Option<usize>),
}

/// What the view shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MapView {
    /// The map.
    pub(crate) map: Arc<Map>,
    /// How long it is until the next check, in words.
    pub(crate) check: String,
    /// What the filter says.
    pub(crate) filter: String,
    /// The loss that is pointed at.
    pub(crate) loss: Option<usize>,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

impl Part for MapView {
    fn draw(&self, _own: &Own) -> Html {
        let hear = {
            let (send, pointed) = (self.send.clone(), self.loss);
            // A row that is there only while it is asked for must stay until it is reached.
            let keeps = self.map.detail == Detail::Field;
            Callback::from(move |event: Event| listen(&event, (pointed, keeps), &send))
        };
        let racks = el("div.map-racks").all(self.map.racks.iter().map(|one| self.rack(one)));
        el("div.map data-room= data-stage=drawn")
            .class((self.map.detail == Detail::Field).then_some("many"))
            .on(On::Click, hear.clone())
            .on(On::FocusIn, hear.clone())
            .on(On::KeyDown, hear.clone())
            .on(On::PointerMove, hear.clone())
            .on(On::PointerLeave, hear)
            .with(self.figures())
            .with(self.filter())
            .with(racks)
            .with(self.legend())
            .with(
                el("div.map-lower")
                    .with(self.balance())
                    .with(worst(&self.map.worst))
                    .with(self.losses()),
            )
            .html()
    }
}

impl MapView {
    fn figures(&self) -> Element {
        let figure = |(count, name, tone): &(usize, &'static str, &'static str)| {
            el("li").class(*tone).with(el("b").text(count.to_string())).text(*name)
        };
        el("ul.map-figures aria-label='Cluster in numbers'")
            .all(self.map.figures.iter().map(figure))
    }

    /// The topics, and what only some of them are chosen by.
    fn filter(&self) -> Element {
        let typed = self.send.reform(|event: InputEvent| {
            Msg::Map(Ask::Filter(event.target_unchecked_into::<HtmlInputElement>().value()))
        });
        let input = el("input type=search autocomplete=off aria-label='Partition or topic' \
            placeholder='Partition or topic'")
        .value(self.filter.clone().into())
        .on(On::Input, typed);
        let topic = |(name, letters, count): &(Arc<str>, String, usize)| {
            let words = match letters.as_str() {
                "" => format!("{name} {count}"),
                letters => format!("{letters} = {name} {count}"),
            };
            let is_chosen = *self.filter == **name;
            let filter = if is_chosen { String::new() } else { name.to_string() };
            el("button type=button")
                .key(&**name)
                .attr("aria-pressed", if is_chosen { "true" } else { "false" })
                .click(&self.send, Msg::Map(Ask::Filter(filter)))
                .text(words)
        };
        let topics = self.map.topics.iter().take(MOST_TOPICS).map(topic);
        let (some, all) = self.map.matches;
        let matches = (some != all).then(|| el("span").text(format!("{some} of {all} partitions")));
        el("div.choice role=search")
            .with(input)
            .with(el("div.segments role=group aria-label=Topic").all(topics))
            .with(matches)
    }

    fn rack(&self, rack: &Rack) -> Element {
        let broker = |broker: &Arc<Broker>| {
            let drawn = BrokerView {
                broker: broker.clone(),
                detail: self.map.detail,
                each: self.map.each,
                fair_tenths: self.map.fair_tenths,
                most_led: self.map.most_led,
                is_lost: self.is_lost(broker),
                send: self.send.clone(),
            };
            keyed(Some(broker.id.0), drawn)
        };
        let name = rack.name.as_deref().unwrap_or("no rack").to_owned();
        let menu = rack.name.as_ref().map(|name| {
            opener(&Thing::new(ThingKind::Rack, name.clone()), "quiet square", &self.send)
        });
        let loss = rack.loss.and_then(|place| Some((place, self.map.losses.get(place)?)));
        let what_if = loss.map(|(place, _)| {
            let name = format!("What if {name} goes?");
            pointing(el("button.quiet type=button"), place)
                .attr("aria-label", name)
                .text("What if?")
        });
        let head = el("header")
            .with(el("h3").text(name.clone()))
            .with(el("span").text(rack.about.clone()));
        let head = match loss {
            Some((place, _)) => pointing(head, place),
            None => head,
        };
        el("section.map-rack")
            .key(name.clone())
            .attr("aria-label", format!("Rack {name}"))
            .with(head.with(what_if).with(menu))
            .with(el("div.map-brokers").all(rack.brokers.iter().map(broker)))
    }

    fn is_lost(&self, broker: &Broker) -> bool {
        let loss = self.loss.and_then(|loss| self.map.losses.get(loss));
        loss.is_some_and(|loss| loss.brokers.contains(&broker.id))
    }

    fn legend(&self) -> Element {
        let entry = |class: &'static str, mark: &'static str, words: &'static str| {
            el("li").with(el("i.key").class(class).text(mark)).text(words)
        };
        let stars = || {
            group().with(entry("leads", "\u{2605}", "preferred, leads")).with(entry(
                "",
                "\u{2606}",
                "preferred, led by another",
            ))
        };
        let squares = match self.map.each {
            1 => "one square is one replica; the number is partitions led".to_owned(),
            each => format!("one square is {each} replicas; the number is partitions led"),
        };
        let told = match self.map.detail {
            Detail::Field => squares,
            Detail::Chips | Detail::Squares => {
                "bars: partitions led, with a mark at a fair share".to_owned()
            }
        };
        el("ul.map-legend aria-label=Marks")
            .with(entry("leads", "", "leader"))
            .with(entry("", "", "follower in the ISR"))
            .with(entry("out", "", "out of the ISR"))
            .with(entry("offline", "", "no leader"))
            .with((self.map.detail == Detail::Chips).then(stars))
            .with(el("li").text(told))
    }

    fn balance(&self) -> Element {
        let elect = el("button type=button")
            .click(&self.send, Msg::Say("elect preferred".to_owned()))
            .text("Elect preferred now");
        el("section.map-balance aria-label='Preferred leaders'")
            .with(el("h2").text("Preferred leaders").with(el("span.meta").text(self.check.clone())))
            .with(el("p").text(self.map.balance.clone()))
            .with(el("p.note").text(
                "leader.imbalance.per.broker.percentage is obeyed by ZooKeeper controllers, \
                 ignored by KRaft.",
            ))
            .with(elect)
    }

    fn losses(&self) -> Element {
        let heading = |name: &'static str| el("th scope=col").text(name);
        let head = el("tr").with(el("td")).all(HEADINGS.map(heading)).with(el("td"));
        let now = self.map.now.map(|count| el("td").text(count.to_string()));
        let now = el("tr").with(el("th scope=row").text("nothing")).all(now).with(el("td"));
        // Of many brokers only the one that was pointed at last has a row, below the racks.
        let is_short = self.map.detail == Detail::Field;
        let racks = self.map.racks.iter().filter(|rack| rack.loss.is_some()).count();
        let has_row = |place: usize| !is_short || place < racks || self.loss == Some(place);
        let rows = (0..).zip(&self.map.losses).filter(|(place, _)| has_row(*place));
        let rows = rows.map(|(place, loss)| self.loss(place, loss));
        let hint = is_short.then(|| el("p.note").text("Point at a broker for a row of its own."));
        let told = el("p role=status").text(self.map.told.clone().unwrap_or_default());
        el("section.map-losses aria-label='What if we lose'")
            .with(el("h2").text("What if we lose"))
            .with(told)
            .with(hint)
            .with(
                el("table.rows").with(el("thead").with(head)).with(el("tbody").with(now).all(rows)),
            )
    }

    fn loss(&self, place: usize, loss: &Loss) -> Element {
        let tones = ["bad", "warn", "", ""];
        let cell = |at: usize| {
            let count = loss.counts.map(|counts| counts[at]);
            let text = count.map_or_else(|| "\u{2026}".to_owned(), |count| count.to_string());
            let is_worse = count.is_some_and(|count| count > self.map.now[at]);
            el("td").class(is_worse.then_some(tones[at])).text(text)
        };
        let name = pointing(el("button.link type=button"), place).text(loss.name.clone());
        let kill = el("button.quiet type=button")
            .attr("aria-label", format!("Kill {}", loss.name))
            .attr("title", loss.order.clone())
            .click(&self.send, Msg::Say(loss.order.clone()))
            .text("Kill");
        let row =
            el("tr").key(loss.name.clone()).class((self.loss == Some(place)).then_some("present"));
        pointing(row, place)
            .with(el("th scope=row").with(name))
            .all((0..4).map(cell))
            .with(el("td").with(kill))
    }
}

/// As many topics have a button each.
const MOST_TOPICS: usize = 12;

/// Something that asks what a loss would do when it is pointed at.
fn pointing(element: Element, loss: usize) -> Element {
    element.attr("data-loss", loss.to_string())
}

/// The partitions that are worst off, each with the way to all that is known of it.
fn worst(all: &[Worst]) -> Element {
    let heading = |name: &'static str| el("th scope=col").text(name);
    let head = ["partition", "leader", "replicas", "ISR", "state"].map(heading);
    let row = |one: &Worst| {
        let [name, leader, replicas, isr] = one.cells.each_ref().map(|cell| cell.clone());
        let TopicPartition { topic, partition } = one.partition;
        let link = el("button.link type=button")
            .attr("data-chip", format!("{}.{partition}", topic.0))
            .text(name.clone());
        el("tr")
            .key(name)
            .with(el("th scope=row").with(link))
            .all([leader, replicas, isr].map(|cell| el("td").text(cell)))
            .with(el("td").class(one.state.1).text(one.state.0))
    };
    let table = el("table.rows").with(el("thead").with(el("tr").all(head)));
    el("section.map-worst aria-label='Partitions, worst first'")
        .with(el("h2").text("Partitions, worst first"))
        .with(table.with(el("tbody").all(all.iter().map(row))))
}

/// Anything that is done on the map.
fn listen(event: &Event, (pointed, keeps): (Option<usize>, bool), send: &Callback<Msg>) {
    let Some(target) = event.target_dyn_into::<Node>() else { return };
    let attribute = |name: &'static str| {
        let found = target.closest(&format!("[{name}]")).ok().flatten()?;
        found.get_attribute(name)
    };
    if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
        let ways = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
        let Some(way) = ways.iter().position(|way| *way == key.key()) else { return };
        if go(&target, way % 2 == 1).is_some() {
            event.prevent_default();
            event.stop_propagation();
        }
        return;
    }
    if event.type_() == "click"
        && let Some(partition) = attribute("data-chip").and_then(|chip| partition_of(&chip))
    {
        return send.emit(Msg::Act(Action::Show(partition)));
    }
    let loss = attribute("data-loss").and_then(|loss| loss.parse().ok());
    let loss = if keeps { loss.or(pointed) } else { loss };
    if loss != pointed {
        send.emit(Msg::Map(Ask::Loss(loss)));
    }
}

fn partition_of(chip: &str) -> Option<TopicPartition> {
    let (topic, partition) = chip.split_once('.')?;
    Some(TopicPartition { topic: TopicId(topic.parse().ok()?), partition: partition.parse().ok()? })
}

/// Moves the focus to the next chip, or to the one before.
fn go(from: &Node, on: bool) -> Option<()> {
    let chip = from.closest(".map-chips button").ok()??;
    let all = chip.closest(".map").ok()??.query_selector_all(".map-chips button").ok()?;
    let here = (0..all.length()).find(|index| all.get(*index).is_some_and(|one| *one == **chip))?;
    let next = if on { here + 1 } else { here.checked_sub(1)? };
    all.get(next)?.dyn_into::<HtmlElement>().ok()?.focus().ok()
}
