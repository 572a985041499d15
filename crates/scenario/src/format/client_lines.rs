//! A producer or consumer, in the header or as a step, and what Kafka's client refuses of it.
//!
//! Source: Kafka `ProducerConfig.postProcessAndValidateIdempotenceConfigs`,
//! `KafkaProducer.configureDeliveryTimeout`.
//! Uses: `arguments`, `world`.

use epochscope_vocabulary::command::{ClientKind, ClientSpec, Polling};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Idempotence, Settings};

use super::arguments::Args;
use super::errors::Place;
use super::forms::{PairRow, Slot, needed, one, pair};
use super::kinds::Kind;
use super::values::whole_number;
use super::world::{ClientFacts, Reader};

/// The words after `producer` and `consumer`.
pub(crate) const SLOTS: &[Slot] = &[one("NAME", Kind::NewName)];
/// A producer's pairs.
pub(crate) const PRODUCER_PAIRS: &[PairRow] = &[needed("topic", Kind::Topic)];
/// A consumer's pairs.
pub(crate) const CONSUMER_PAIRS: &[PairRow] =
    &[needed("topic", Kind::Topic), pair("manual", Kind::Switch)];

/// The client that these words describe; from here on it exists.
pub(crate) fn read(reader: &mut Reader, args: &Args, kind: ClientKind) -> Option<ClientSpec> {
    let name = args.word("NAME")?;
    let place = args.place_of("NAME");
    if reader.world.clients.contains_key(&name) || reader.world.senders.contains(&name) {
        let message = format!("there is a client `{name}` already");
        return reader.fail(place, message, "give this one another name");
    }
    let prefix = format!("{name}-");
    let from = std::ops::Bound::Included(prefix.as_str());
    let own = reader.world.values.range::<str, _>((from, std::ops::Bound::Unbounded));
    let own = own.take_while(|value| value.starts_with(&prefix)).take(1_000);
    if let Some(value) = own.clone().find(|v| whole_number(&v[prefix.len()..]).is_some()) {
        let message = format!("`{value}`, sent before, is a name of this client's own records");
        return reader.fail(place, message, "give the client another name");
    }
    let polling = if args.is_on("manual") { Polling::Manual } else { Polling::Continuous };
    let topic = args.word("topic")?;
    let facts = ClientFacts { kind, topic: Some(topic.clone()), polling };
    reader.world.clients.insert(name.clone(), facts);
    check_bootstrap(reader, args)?;
    if kind == ClientKind::Producer {
        check_idempotence(reader, args)?;
        check_delivery_timeout(reader, args)?;
    }
    Some(ClientSpec { name, kind, topic, polling, settings: args.settings.clone() })
}

/// The place of a setting in the line, or the verb.
fn place_of(args: &Args, key: ConfigKey) -> Place {
    let found = args.setting_places.iter().find(|(name, _)| *name == key.name());
    found.map_or(args.place, |(_, place)| *place)
}

/// Whom a client asks first must be somebody.
fn check_bootstrap(reader: &mut Reader, args: &Args) -> Option<()> {
    let key = ConfigKey::BootstrapServers;
    let Some(ConfigValue::Text(said)) = args.settings.0.get(&key) else { return Some(()) };
    let place = place_of(args, key);
    let is_nobody = |id: &u32| !reader.world.may_be_broker(*id);
    let nobody = said.split(',').filter_map(|word| word.parse().ok()).find(is_nobody);
    let Some(id) = nobody else { return Some(()) };
    let fix = reader.world.brokers_here();
    reader.fail(place, format!("there is no broker {id}"), fix)
}

fn check_idempotence(reader: &mut Reader, args: &Args) -> Option<()> {
    let (key, fix) = match args.settings.idempotence() {
        Idempotence::On | Idempotence::Off => return Some(()),
        Idempotence::RefusedByRetries => (ConfigKey::Retries, "leave `retries=0` out"),
        Idempotence::RefusedByAcks => (ConfigKey::Acks, "write `acks=all`"),
        Idempotence::RefusedByInFlight => {
            (ConfigKey::MaxInFlightRequestsPerConnection, "write 5 at most")
        }
    };
    let message = match key {
        ConfigKey::Retries => "an idempotent producer must retry",
        ConfigKey::Acks => "an idempotent producer needs `acks=all`",
        _ => "an idempotent producer has 5 requests in flight at most",
    };
    reader.fail(place_of(args, key), message, format!("{fix}, or add `enable.idempotence=false`"))
}

fn check_delivery_timeout(reader: &mut Reader, args: &Args) -> Option<()> {
    let settings: &Settings = &args.settings;
    let least = settings
        .number(ConfigKey::LingerMs)
        .saturating_add(settings.number(ConfigKey::RequestTimeoutMs));
    let said = settings.0.contains_key(&ConfigKey::DeliveryTimeoutMs);
    if said && settings.number(ConfigKey::DeliveryTimeoutMs) < least {
        let message = "`delivery.timeout.ms` is less than `linger.ms` and `request.timeout.ms`";
        let fix = format!("write {least} or more, or a smaller `request.timeout.ms`");
        return reader.fail(place_of(args, ConfigKey::DeliveryTimeoutMs), message, fix);
    }
    Some(())
}
