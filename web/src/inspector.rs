//! Who believes what, what happened lately, and what the marks mean.

use std::sync::Arc;

use epochscope_view::narration::moment;
use epochscope_view::palette::epoch_letter;
use epochscope_view::scene::{BrokerCard, PartitionState, Role, Scene, Sentence, Tone};
use epochscope_vocabulary::{BrokerId, Offset};
use yew::{Html, Properties, classes, component, html};

/// What the panel shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct InspectorProps {
    /// The moment.
    pub(crate) scene: Arc<Scene>,
}

/// The panel at the right.
#[component]
pub(crate) fn Inspector(props: &InspectorProps) -> Html {
    let scene = &props.scene;
    html! {
        <aside class="inspector" aria-label="Partition and events">
            if let Some(partition) = &scene.partition {
                <h2>{ &partition.name }</h2>
                { described(partition) }
                { beliefs(partition, &scene.brokers) }
            }
            <Events recent={scene.recent.clone()} />
            { legend() }
        </aside>
    }
}

fn described(partition: &PartitionState) -> Html {
    let leader = partition.leader.map_or_else(|| "none".to_owned(), |leader| leader.to_string());
    html! {
        <p class="described">
            { format!("Leader: {leader}  Replicas: {}  Isr: {}\nElr: {}  min.insync.replicas={}",
                ids(&partition.replicas), ids(&partition.isr), ids(&partition.elr),
                partition.min_insync_replicas) }
        </p>
    }
}

fn beliefs(partition: &PartitionState, brokers: &[Arc<BrokerCard>]) -> Html {
    let epoch = partition.leader_epoch;
    let leader = partition.leader.map_or_else(|| "–".to_owned(), |leader| leader.to_string());
    html! {
        <table class="beliefs">
            <caption>{ "Who believes what" }</caption>
            <thead>
                <tr>
                    <th scope="col"><span class="hidden">{ "Node" }</span></th>
                    <th scope="col">{ "leader" }</th>
                    <th scope="col">{ "epoch" }</th>
                    <th scope="col">{ "ISR" }</th>
                    <th scope="col">{ "HW" }</th>
                    <th scope="col">{ "LEO" }</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">{ "controller" }</th>
                    <td>{ leader }</td>
                    <td>{ format!("{epoch} {}", epoch_letter(epoch)) }</td>
                    <td>{ ids(&partition.isr) }</td>
                    <td>{ "–" }</td>
                    <td>{ "–" }</td>
                </tr>
                { for brokers.iter().filter_map(|broker| belief(broker)) }
            </tbody>
        </table>
    }
}

fn belief(broker: &BrokerCard) -> Option<Html> {
    let replica = broker.replica.as_ref()?;
    let (leader, class) = match replica.role {
        Role::Leader => (broker.id.to_string(), None),
        Role::StaleLeader => (broker.id.to_string(), Some("wrong")),
        Role::Follower(leader) => (leader.to_string(), None),
        Role::Leaderless => ("none".to_owned(), None),
        Role::Crashed | Role::Stopped => ("–".to_owned(), Some("down")),
    };
    let epoch = replica.leader_epoch;
    let isr = if replica.own_isr.is_empty() { "–".to_owned() } else { ids(&replica.own_isr) };
    let number = |offset: Offset| offset.to_string();
    Some(html! {
        <tr key={broker.id.0} {class}>
            <th scope="row">{ format!("broker {}", broker.id) }</th>
            <td>{ leader }</td>
            <td>{ format!("{epoch} {}", epoch_letter(epoch)) }</td>
            <td>{ isr }</td>
            <td>{ number(replica.high_watermark) }</td>
            <td>{ number(replica.log_end_offset) }</td>
        </tr>
    })
}

fn ids(brokers: &[BrokerId]) -> String {
    brokers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// What happened lately.
#[derive(Clone, Debug, PartialEq, Properties)]
struct EventsProps {
    recent: Arc<[Sentence]>,
}

#[component]
fn Events(props: &EventsProps) -> Html {
    let recent = &props.recent;
    html! {
        <section class="events" aria-labelledby="events">
            <h2 id="events">{ "Events" }</h2>
            if recent.is_empty() { <p class="note">{ "Nothing has happened yet." }</p> }
            <ol tabindex="0" aria-label="Latest events first">
                for (index, sentence) in recent.iter().rev().enumerate() {
                    <li key={sentence.event.0}
                        class={classes!(tone(sentence.tone), (index == 0).then_some("latest"))}>
                        <span class="moment">{ moment(sentence.at) }</span>
                        <span><b>{ &sentence.node }</b>{ " " }{ &sentence.text }</span>
                    </li>
                }
            </ol>
        </section>
    }
}

/// A tone's class.
pub(crate) const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Bad => "bad",
        Tone::Good => "ok",
        Tone::Meta => "meta",
        Tone::Diverged => "diverged",
    }
}

fn legend() -> Html {
    html! {
        <dl class="legend">
            <div><dt><span class="key committed epoch-a">{ "a" }</span></dt>
                <dd>{ "below this HW" }</dd></div>
            <div><dt><span class="key hollow epoch-b">{ "b" }</span></dt>
                <dd>{ "above it" }</dd></div>
            <div><dt><span class="key gone">{ "x" }</span></dt><dd>{ "truncated" }</dd></div>
            <div><dt class="ok">{ crate::icons::Icon::Tick.draw() }</dt>
                <dd>{ "acknowledged" }</dd></div>
        </dl>
    }
}
