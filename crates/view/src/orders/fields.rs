//! The values that an order asks for: read from the table, filled in for the moment.
//!
//! Uses: `orders`, `facts`, `narration`.

use epochscope_engine::broker::log_manager::{DirectoryState, LogManager};
use epochscope_engine::controller::feature_control::{
    ELIGIBLE_LEADER_REPLICAS_VERSION, METADATA_VERSION,
};
use epochscope_scenario::acting;
use epochscope_scenario::format::later_metadata_versions;
use epochscope_scenario::format::releases::MODELLED;
use epochscope_vocabulary::BrokerId;
use epochscope_vocabulary::config::{SETTINGS, Scope};
use epochscope_vocabulary::rpc::ApiKey;

use super::facts::{Moment, things};
use super::{Field, Thing, ThingKind};

/// More choices than these are left out.
const MOST: usize = 200;

/// A row's line with `{}` for each value, and what is asked for; none if there is nothing to choose
/// from.
pub(super) fn read(
    line: &'static str,
    thing: &Thing,
    moment: &Moment<'_>,
) -> Option<(String, Vec<Field>)> {
    let mut plain = String::new();
    let mut fields = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        let (spec, after) = after.split_once('}')?;
        plain.push_str(before);
        plain.push_str("{}");
        fields.push(field(spec, thing, moment)?);
        rest = after;
    }
    plain.push_str(rest);
    Some((plain, fields))
}

/// `KIND|LABEL|VALUE`
fn field(spec: &'static str, thing: &Thing, moment: &Moment<'_>) -> Option<Field> {
    let mut parts = spec.split('|');
    let (kind, label, value) = (parts.next()?, parts.next()?, parts.next()?);
    let context = &moment.context;
    let free = |value: String| {
        let is_text = kind == "record";
        Some(Field { label, value, choices: Vec::new(), is_text })
    };
    let choices = match kind {
        "record" => return free(context.new_record()),
        "client name" | "topic name" => return free(context.new_name(value)),
        "replicas" => return free(moment.brokers.len().min(3).to_string()),
        "moved" => return free(moved(thing, moment)),
        "more" => return free(partitions(thing, moment).len().saturating_add(1).to_string()),
        "end" => return free(end(thing, moment)),
        "node" => nodes(thing, moment),
        "good dir" => directories(thing, moment, |state| state != DirectoryState::Failed),
        "bad dir" => directories(thing, moment, |state| state == DirectoryState::Failed),
        "release" => plain(MODELLED.iter().rev().map(|one| (*one).to_owned())),
        "metadata version" => {
            let level = moment.cluster().image().feature(METADATA_VERSION);
            let later = later_metadata_versions(level).iter().map(|one| (*one).to_owned());
            let line = |one: &String| format!("alter feature {METADATA_VERSION}={one}");
            plain(later.filter(|one| acting::read(&line(one), context).is_ok()))
        }
        "switch" => {
            let is_on = moment.cluster().image().feature(ELIGIBLE_LEADER_REPLICAS_VERSION) > 0;
            plain(if is_on { ["0", "1"] } else { ["1", "0"] }.map(str::to_owned))
        }
        "broker" => brokers(moment, &[]),
        "topic" => {
            let all = things(moment.cluster()).into_iter();
            let topics = all.filter(|one| one.kind == ThingKind::Topic);
            plain(topics.map(|one| one.name.to_string()))
        }
        "partition" => partitions(thing, moment),
        "request" => {
            let kinds = ApiKey::ALL.iter().map(|key| key.name().to_owned());
            plain(kinds).into_iter().chain([("*".to_owned(), "All kinds".to_owned())]).collect()
        }
        "setting" => {
            let of_topics = SETTINGS.iter().filter(|one| one.scopes.contains(&Scope::Topic));
            plain(of_topics.map(|one| one.name.to_owned()))
        }
        "acks" => plain(["1", "all", "0"].map(str::to_owned)),
        _ => return free(value.to_owned()),
    };
    let first = choices.first()?.0.clone();
    let value = if value.is_empty() { first } else { value.to_owned() };
    Some(Field { label, value, choices, is_text: false })
}

type Choices = Vec<(String, String)>;

fn plain(words: impl IntoIterator<Item = String>) -> Choices {
    words.into_iter().take(MOST).map(|word| (word.clone(), word)).collect()
}

fn brokers(moment: &Moment<'_>, without: &[String]) -> Choices {
    let ids = moment.brokers.iter().map(|one| one.id.to_string());
    let others = ids.filter(|id| !without.contains(id)).take(MOST);
    others.map(|id| (id.clone(), format!("Broker {id}"))).collect()
}

/// The log directories of a broker whose state is so.
fn directories(thing: &Thing, moment: &Moment<'_>, fits: fn(DirectoryState) -> bool) -> Choices {
    let id = thing.name.parse().map(BrokerId);
    let manager = id.ok().and_then(|id| moment.cluster().log_manager(id));
    let all = manager.map_or(&[][..], LogManager::directories).iter();
    plain(all.filter(|one| fits(one.state)).map(|one| one.path.to_string()))
}

/// The replicas that a partition could be given: the last of them goes to a broker that has none.
/// Where all have one, the preferred leader is another.
fn moved(thing: &Thing, moment: &Moment<'_>) -> String {
    let mut replicas = moment.partition(thing).map(|one| one.replicas).unwrap_or_default();
    let free = moment.brokers.iter().map(|one| one.id).find(|id| !replicas.contains(id));
    match (free, replicas.last_mut()) {
        (Some(free), Some(last)) => *last = free,
        _ => replicas.reverse(),
    }
    crate::narration::joined(&replicas, "")
}

/// How far the leader of a partition knows it to be committed.
fn end(thing: &Thing, moment: &Moment<'_>) -> String {
    let leader = moment.partition(thing).and_then(|one| Some((one.leader?, one.partition)));
    let replica = leader.and_then(|(leader, id)| moment.cluster().replica(leader, id));
    replica.map(|replica| replica.high_watermark).unwrap_or_default().to_string()
}

/// The partitions of a topic, or of a client's.
fn partitions(thing: &Thing, moment: &Moment<'_>) -> Choices {
    let topic = match thing.kind {
        ThingKind::Topic => &*thing.name,
        _ => moment.context.topic_of(&thing.name).unwrap_or_default(),
    };
    let of_topic =
        |name: &String| name.strip_prefix(topic).and_then(|rest| rest.strip_prefix('-')).is_some();
    plain(moment.cluster().partitions().map(|one| one.name).filter(of_topic))
}

/// The nodes at the other end of a thing's links.
fn nodes(thing: &Thing, moment: &Moment<'_>) -> Choices {
    let own: Vec<String> = match thing.kind {
        ThingKind::Rack => {
            let in_rack = moment.brokers.iter().filter(|b| b.rack.as_ref() == Some(&thing.name));
            in_rack.map(|broker| broker.id.to_string()).collect()
        }
        _ => vec![thing.name.to_string()],
    };
    let mut all = brokers(moment, &own);
    let cluster = moment.cluster();
    if matches!(thing.kind, ThingKind::Broker | ThingKind::Rack | ThingKind::Controller) {
        let controllers = cluster.controllers().into_iter().map(|one| one.id.to_string());
        let controllers: Vec<String> = controllers.filter(|id| !own.contains(id)).collect();
        if controllers.len() > 1 {
            all.push(("controllers".to_owned(), "All controllers".to_owned()));
        }
        all.extend(controllers.into_iter().map(|id| (id.clone(), format!("Controller {id}"))));
    }
    let is_own = |rack: &&str| thing.kind == ThingKind::Rack && *thing.name == **rack;
    for rack in moment.racks().into_iter().filter(|rack| !is_own(rack)) {
        all.push((format!("rack:{rack}"), format!("Rack {rack}")));
    }
    if thing.kind != ThingKind::Client {
        let clients = cluster.clients().into_iter().map(|one| one.name);
        all.extend(clients.map(|name| (name.to_string(), format!("Client {name}"))));
    }
    all
}
