//! What is said, as one JSON object. `docs/whatif.md` documents each field.

use epochscope_whatif::cluster::{BrokerState, Cluster, Place};
use epochscope_whatif::fate::{Harm, Tally};
use epochscope_whatif::leaders::{BrokerLeaders, Leaders};
use epochscope_whatif::losses::{Loss, Losses, Lost};
use epochscope_whatif::mistake::Note;
use epochscope_whatif::moves::Reason;
use epochscope_whatif::spread::Spread;
use serde_json::{Map, Value, json};

use super::report::{After, Asked, Report};
use super::words::{key, tenths};

/// The most pairs that are listed, the worst first.
const MOST_PAIRS: usize = 5_000;
/// The most partitions that a list names.
const MOST_NAMED: usize = 10_000;

/// All of it.
pub(super) fn text(report: &Report) -> String {
    let cluster = report.cluster();
    let note = |note: &Note| {
        let line = (note.line > 0).then_some(note.line);
        json!({ "line": line, "text": note.text })
    };
    let all = json!({
        "schema": "epochscope.whatif/1",
        "source": {
            "file": report.input.name,
            "kind": report.input.kind,
            "topics": cluster.topics.len(),
            "partitions": cluster.partition_count(),
            "brokers": cluster.brokers.len(),
            "racks": cluster.racks.iter().map(|rack| &**rack).collect::<Vec<_>>(),
        },
        "notes": report.input.notes.iter().map(note).collect::<Value>(),
        "brokers": brokers(cluster, &report.leaders),
        "leaders": leaders(&report.leaders),
        "losses": losses(cluster, &report.losses),
        "asked": report.asked.as_ref().map(|asked| of_asked(cluster, asked)),
        "weak_spots": weak_spots(cluster, &report.spread),
        "moves": moves(report),
        "after": report.after.as_ref().map(|after| of_after(report, after)),
    });
    // Numbers and texts always have a form in JSON.
    serde_json::to_string(&all).unwrap_or_default() + "\n"
}

fn leaders(leaders: &Leaders) -> Value {
    let share = tenths(leaders.fair_share_tenths()).parse::<f64>();
    json!({
        "led": leaders.led,
        "fair_share": share.map_or(Value::Null, Value::from),
        "not_led_by_preferred": leaders.not_led_by_preferred(),
        "election_would_move": leaders.would_move,
    })
}

fn brokers(cluster: &Cluster, leaders: &Leaders) -> Value {
    let broker = |broker: &BrokerLeaders| {
        let known = cluster.broker(broker.id);
        let imbalance = tenths(broker.imbalance_permille()).parse::<f64>();
        json!({
            "broker": broker.id.0,
            "rack": known.rack.map(|rack| &*cluster.racks[rack]),
            "state": if broker.state == BrokerState::Up { "up" } else { "down" },
            "replicas": broker.replicas,
            "leads": broker.leads,
            "preferred": broker.preferred,
            "not_led": broker.not_led,
            "imbalance_percent": imbalance.unwrap_or_default(),
            "leads_after_election": broker.after_election,
        })
    };
    leaders.brokers.iter().map(broker).collect()
}

fn losses(cluster: &Cluster, losses: &Losses) -> Value {
    let list = |losses: &[Loss]| losses.iter().map(|it| loss(cluster, it)).collect::<Value>();
    let pairs = |losses: &[Loss]| {
        let shown = &losses[..losses.len().min(MOST_PAIRS)];
        json!({ "harmful": losses.len(), "worst": list(shown) })
    };
    json!({
        "now": Value::Object(tally(&losses.now)),
        "racks": list(&losses.racks),
        "brokers": list(&losses.brokers),
        "rack_pairs": pairs(&losses.rack_pairs),
        "broker_pairs": pairs(&losses.broker_pairs),
    })
}

fn loss(cluster: &Cluster, loss: &Loss) -> Value {
    let racks = &cluster.racks;
    let lost = match loss.lost {
        Lost::Broker(id) => json!([id.0]),
        Lost::Brokers(one, other) => json!([one.0, other.0]),
        Lost::Rack(rack) => json!([&*racks[rack]]),
        Lost::Racks(one, other) => json!([&*racks[one], &*racks[other]]),
    };
    let mut fields = Map::from_iter([("lost".to_owned(), lost)]);
    fields.extend(tally(&loss.tally));
    fields.insert("offline_only_together".to_owned(), json!(loss.only_together));
    fields.insert("examples".to_owned(), names(cluster, &loss.examples));
    Value::Object(fields)
}

fn tally(tally: &Tally) -> Map<String, Value> {
    Harm::ALL.into_iter().map(|harm| (key(harm).to_owned(), json!(tally.of(harm)))).collect()
}

fn names(cluster: &Cluster, places: &[Place]) -> Value {
    let shown = places[..places.len().min(MOST_NAMED)].iter();
    shown.map(|place| cluster.name(*place)).collect()
}

fn of_asked(cluster: &Cluster, asked: &Asked) -> Value {
    let harmed = asked.harmed.iter().map(|(place, fate)| {
        let harms = Harm::ALL.into_iter().filter(|harm| fate.has(*harm)).map(key);
        json!({
            "partition": cluster.name(*place),
            "suffers": harms.collect::<Vec<_>>(),
        })
    });
    json!({ "loss": loss(cluster, &asked.loss), "harmed": harmed.collect::<Value>() })
}

fn weak_spots(cluster: &Cluster, spread: &Spread) -> Value {
    let list =
        |places: &[Place]| json!({ "count": places.len(), "partitions": names(cluster, places) });
    json!({
        "sharing_a_rack": list(&spread.sharing),
        "in_one_rack": list(&spread.in_one_rack),
        "single_replica": list(&spread.single),
        "without_slack": list(&spread.without_slack),
        "under_replicated": list(&spread.under_replicated),
        "more_replicas_than_racks": spread.must_share,
        "rack_unknown": spread.rack_unknown,
        "reassigning": spread.reassigning,
    })
}

fn moves(report: &Report) -> Value {
    let cluster = report.cluster();
    let ids = |list: &[epochscope_vocabulary::BrokerId]| -> Value {
        list.iter().map(|id| id.0).collect()
    };
    let plan = report.input.moved.as_ref().unwrap_or(&report.plan);
    let moved = plan.moves.iter().map(|it| {
        json!({ "partition": cluster.name(it.place), "from": ids(&it.from), "to": ids(&it.to) })
    });
    let alone = plan.left_alone.iter().map(|(place, reason)| {
        let reason = match reason {
            Reason::Reassigning => "reassigning",
            Reason::NoBroker => "no_broker",
            Reason::NoLeader => "no_leader",
        };
        json!({ "partition": cluster.name(*place), "reason": reason })
    });
    json!({
        "partitions": moved.collect::<Value>(),
        "copies": plan.copies(),
        "left_alone": alone.collect::<Value>(),
    })
}

fn of_after(report: &Report, after: &After) -> Value {
    let what = if report.input.proposed.is_some() { "proposed" } else { "moves" };
    json!({
        "what": what,
        "brokers": brokers(&after.cluster, &after.leaders),
        "leaders": leaders(&after.leaders),
        "losses": losses(&after.cluster, &after.losses),
        "asked": after.asked.as_ref().map(|asked| of_asked(&after.cluster, asked)),
        "weak_spots": weak_spots(&after.cluster, &after.spread),
        "sharing_a_rack": after.spread.sharing.len(),
    })
}
