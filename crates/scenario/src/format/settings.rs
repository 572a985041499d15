//! Kafka's settings in a line: known, known but not modelled, or unknown; and their values.
//!
//! Uses: `arguments`, `forms`, `world`.

use std::sync::Arc;

use epochscope_vocabulary::config::{
    ConfigKey, ConfigValue, DefaultValue, SETTINGS, Scope, Setting, ValueKind, not_modelled,
};

use super::arguments::Args;
use super::errors::{Place, listed, shown};
use super::forms::{Removal, SettingsRow};
use super::lexer::Pair;
use super::since;
use super::startup;
use super::values::{self, whole_number};
use super::world::Reader;

/// Every scope with the words for it.
const SCOPES: [(Scope, &str); 4] = [
    (Scope::Server, "server setting"),
    (Scope::Topic, "topic setting"),
    (Scope::Producer, "producer setting"),
    (Scope::Consumer, "consumer setting"),
];

/// Reads a pair that is none of its statement's own, into the statement's settings.
pub(crate) fn read_pair(
    reader: &mut Reader,
    row: SettingsRow,
    own: Vec<&'static str>,
    (args, pair): (&mut Args, &Pair),
) {
    if since::setting(reader, pair.name, pair.name_place).is_none() {
        return;
    }
    let Some(key) = ConfigKey::named(pair.name, row.scope) else {
        not_modelled_or_unknown(reader, row.scope, own, (args, pair));
        return;
    };
    let setting = key.setting();
    if pair.value.is_empty() && row.removal == Removal::Allowed {
        args.alterations.push((key, None));
        return;
    }
    if let Some(value) =
        read_value(reader, setting, &pair.value, (pair.name_place, pair.value_place))
    {
        if key == ConfigKey::LogDirs {
            let (list, place) = (&pair.value, pair.value_place);
            let checked = startup::directories(reader, list, place);
            if checked.and_then(|()| since::directories(reader, list, place)).is_none() {
                return;
            }
        }
        args.setting_places.push((setting.name, pair.name_place.to(pair.value_place)));
        args.alterations.push((key, Some(value.clone())));
        args.settings.0.insert(key, value);
    }
}

fn not_modelled_or_unknown(
    reader: &mut Reader,
    scope: Scope,
    own: Vec<&'static str>,
    (args, pair): (&mut Args, &Pair),
) {
    if not_modelled(scope).any(|name| name == pair.name) {
        let message = match since::is_for_zookeeper(pair.name) {
            true => format!("KRaft does not read `{}`: it has no effect", pair.name),
            false => format!("`{}` is not modelled: it has no effect here", pair.name),
        };
        reader.problems.warning(pair.name_place, message, "leave it out, or keep it as a note");
        args.ignored.push((Arc::from(pair.name), Arc::from(pair.value.as_str())));
        return;
    }
    let message = format!("`{}` is not a {}", shown(pair.name), scope_text(scope));
    let elsewhere = SCOPES.iter().find(|(other, _)| is_setting(pair.name, *other));
    let fix = match elsewhere {
        Some((_, text)) => format!("it is a {text}: write it in a line for those"),
        None => {
            let modelled = SETTINGS.iter().filter(|setting| setting.scopes.contains(&scope));
            let known = own.into_iter().chain(modelled.map(|setting| setting.name));
            let known = known.chain(not_modelled(scope));
            let otherwise = "see the settings in `epochscope help language`";
            reader.problems.did_you_mean(pair.name, known, otherwise)
        }
    };
    reader.problems.error(pair.name_place, message, fix);
}

/// "server setting"
pub(crate) fn scope_text(scope: Scope) -> &'static str {
    SCOPES.iter().find(|(known, _)| *known == scope).map_or("setting", |(_, text)| text)
}

fn is_setting(name: &str, scope: Scope) -> bool {
    ConfigKey::named(name, scope).is_some() || not_modelled(scope).any(|other| other == name)
}

fn read_value(
    reader: &mut Reader,
    setting: &Setting,
    word: &str,
    (name_place, value_place): (Place, Place),
) -> Option<ConfigValue> {
    let place = if word.is_empty() { name_place } else { value_place };
    let value = match setting.kind {
        ValueKind::Bool => match word {
            "true" => Some(ConfigValue::Bool(true)),
            "false" => Some(ConfigValue::Bool(false)),
            _ => None,
        },
        ValueKind::Acks => match word {
            "all" | "-1" => Some(ConfigValue::Number(-1)),
            "0" => Some(ConfigValue::Number(0)),
            "1" => Some(ConfigValue::Number(1)),
            _ => None,
        },
        ValueKind::Word(words) => words.contains(&word).then(|| ConfigValue::Text(Arc::from(word))),
        ValueKind::Text => (!word.is_empty()).then(|| ConfigValue::Text(Arc::from(word))),
        ValueKind::Brokers => {
            let are_numbers = word.split(',').all(|one| one.parse::<u32>().is_ok());
            are_numbers.then(|| ConfigValue::Text(Arc::from(word)))
        }
        ValueKind::Ms | ValueKind::Seconds | ValueKind::Bytes | ValueKind::Count => {
            number(word).filter(|n| in_range(*n, setting)).map(ConfigValue::Number)
        }
    };
    if value.is_some() {
        return value;
    }
    let message = match word.is_empty() {
        true => format!("the value of `{}` is missing", setting.name),
        false => format!("`{}` is no value for `{}`", shown(word), setting.name),
    };
    reader.fail(place, message, fix_of_value(setting, word))
}

fn number(word: &str) -> Option<i64> {
    match word.strip_prefix('-') {
        Some(digits) => whole_number(digits).and_then(|n| i64::try_from(n).ok()).map(|n| -n),
        None => whole_number(word).and_then(|n| i64::try_from(n).ok()),
    }
}

fn in_range(number: i64, setting: &Setting) -> bool {
    (setting.range.0..=setting.range.1).contains(&number)
}

/// What to write instead; a span with a unit is turned into Kafka's own number.
fn fix_of_value(setting: &Setting, word: &str) -> String {
    let per_unit = match setting.kind {
        ValueKind::Ms => 1_000,
        ValueKind::Seconds => 1_000_000,
        _ => 0,
    };
    if per_unit > 0
        && let Some(span) = values::span(word)
        && span.0.is_multiple_of(per_unit)
    {
        let unit = if per_unit == 1_000 { "milliseconds" } else { "seconds" };
        return format!("Kafka counts it in {unit}: write `{}`", span.0 / per_unit);
    }
    match default_text(setting) {
        Some(default) => format!("write {} (Kafka's default is `{default}`)", wanted(setting)),
        None => format!("write {}", wanted(setting)),
    }
}

/// What a setting's value looks like, in words.
pub(crate) fn wanted(setting: &Setting) -> String {
    let unit = match setting.kind {
        ValueKind::Ms => " of milliseconds",
        ValueKind::Seconds => " of seconds",
        ValueKind::Bytes => " of bytes",
        ValueKind::Count => "",
        ValueKind::Bool => return "`true` or `false`".to_owned(),
        ValueKind::Acks => return "`0`, `1` or `all`".to_owned(),
        ValueKind::Word(words) => return listed(words.iter().copied()),
        ValueKind::Text => return "a text".to_owned(),
        ValueKind::Brokers => return "brokers such as `1,2`".to_owned(),
    };
    match setting.range {
        (low, i64::MAX) => format!("a whole number{unit} from {low}"),
        (low, high) => format!("a whole number{unit} from {low} to {high}"),
    }
}

/// Kafka's default as it is written.
pub(crate) fn default_text(setting: &Setting) -> Option<String> {
    match setting.default {
        DefaultValue::Number(-1) if setting.kind == ValueKind::Acks => Some("all".to_owned()),
        DefaultValue::Number(number) => Some(number.to_string()),
        DefaultValue::Bool(value) => Some(value.to_string()),
        DefaultValue::Text(text) => Some(text.to_owned()),
        DefaultValue::Unset => None,
    }
}

/// A setting's value as it is written.
pub(crate) fn value_text(key: ConfigKey, value: &ConfigValue) -> String {
    match value {
        ConfigValue::Number(-1) if key.setting().kind == ValueKind::Acks => "all".to_owned(),
        ConfigValue::Text(text) => super::lexer::quote_if_needed(text),
        other => other.to_string(),
    }
}
