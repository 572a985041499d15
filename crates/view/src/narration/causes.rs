//! Why something happened, or does not happen yet, and what became of a record, in words.
//!
//! Uses: `narration`.

use epochscope_engine::invariant::Invariant;
use epochscope_engine::observe::RecordFate;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{BrokerId, Event, Names, Offset, SimTime};

use super::moment;

/// A tone's class, empty for none.
type ToneClass = &'static str;

/// What became of a record, in few words.
#[must_use]
pub fn fate(fate: &RecordFate) -> (&'static str, ToneClass) {
    let (acked, failed) = (fate.acked_at.is_some(), fate.failed.is_some());
    match (fate.lost, acked, failed, fate.appended) {
        (true, true, _, _) => ("lost after the ack", "bad"),
        (true, false, true, _) => ("lost, its producer was told", "warn"),
        (true, false, false, _) => ("lost, no answer yet", "warn"),
        (false, _, _, _) if fate.deleted => ("deleted", "off"),
        (false, _, _, _) if fate.duplicated => ("written twice", "warn"),
        (false, true, _, _) if fate.committed => ("kept", "ok"),
        (false, true, _, _) => ("acked, not committed", "warn"),
        (false, false, true, true) => ("refused, yet written", "warn"),
        (false, false, true, false) => ("never written", "off"),
        (false, false, false, true) if fate.committed => ("committed, no answer yet", "meta"),
        (false, false, false, true) => ("written, waits", "meta"),
        (false, false, false, false) => ("sent", ""),
    }
}

/// The same as a heading.
#[must_use]
pub fn fate_of(name: &str, fate: &RecordFate) -> String {
    let text = match self::fate(fate).0 {
        "lost after the ack" => "was acknowledged and is lost",
        "lost, its producer was told" => "is lost, and its producer was told",
        "lost, no answer yet" => "is lost, and its producer still waits",
        "written twice" => "stands in the log twice",
        "kept" => "was acknowledged and is committed",
        "acked, not committed" => "was acknowledged and is not committed",
        "refused, yet written" => "was given up, and yet it is written",
        "never written" => "was given up and never written",
        "committed, no answer yet" => "is committed, and its producer still waits",
        "deleted" => "was deleted, as somebody had asked",
        "written, waits" => "is written by a leader and not committed",
        _ => "is sent and not written",
    };
    format!("{name} {text}")
}

/// What the property of this name says.
#[must_use]
pub(crate) fn property(name: &str) -> &'static str {
    Invariant::named(name).map_or("", |invariant| invariant.row().about)
}

/// What would have kept a record whose producer was told that it is written, with the setting that
/// would; none if nothing in sight.
#[must_use]
pub fn remedy(
    fate: &RecordFate,
    min_insync_replicas: u32,
    replicas: usize,
) -> Option<(&'static str, &'static str)> {
    if !fate.lost || fate.acked_at.is_none() {
        return None;
    }
    Some(match fate.acks {
        Acks::None | Acks::Leader => (
            "With acks=all the leader alone could not have said yes: the answer waits until every \
             replica in the ISR has the record.",
            "acks=all",
        ),
        Acks::All if min_insync_replicas < 2 && replicas > 1 => (
            "With min.insync.replicas=2 an ISR of the leader alone could not have said yes.",
            "min.insync.replicas=2",
        ),
        Acks::All => (
            "Every replica in the ISR had the record: with unclean.leader.election.enable=false, \
             and disks that keep what they flushed, one of them would lead.",
            "unclean.leader.election.enable=false",
        ),
    })
}

/// What an order was, and when if that was earlier.
#[must_use]
pub fn ordered(order: &Event, at: SimTime) -> String {
    let EventKind::CommandGiven { text } = &order.kind else { return String::new() };
    let earlier = (order.at < at).then(|| format!(" at {}", moment(order.at)));
    format!("ordered{}: {text}", earlier.unwrap_or_default())
}

/// Time that set something off, with its beginning.
#[must_use]
pub fn timer(since: Option<SimTime>) -> String {
    since.map_or_else(|| "a timer".to_owned(), |at| format!("a timer set at {}", moment(at)))
}

/// A message that set something off.
#[must_use]
pub fn arrived(message: &Event, names: &Names) -> String {
    let sender = message.node.map(|node| names.node_name(node)).unwrap_or_default();
    let what = if let EventKind::RequestSent { api_key, .. } = &message.kind {
        format!("{} from", api_key.name())
    } else if let EventKind::ResponseSent { api_key, .. } = &message.kind {
        format!("answer to {} from", api_key.name())
    } else {
        "message from".to_owned()
    };
    format!("{what} {sender}, sent {}", moment(message.at))
}

/// What a follower lacks for a high watermark to get somewhere.
#[must_use]
pub fn lacks(follower: BrokerId, known: Option<Offset>, required: Offset, state: &str) -> String {
    match known {
        Some(end) => format!(
            "broker {follower} is in the ISR and has fetched up to {end} of {required}; it {state}"
        ),
        None => {
            format!("broker {follower} is in the ISR and has not fetched in this epoch; it {state}")
        }
    }
}
