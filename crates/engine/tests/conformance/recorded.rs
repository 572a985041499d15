//! Reading recorded cases.

use epochscope_vocabulary::{BrokerId, Offset};
use serde_json::Value;

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

pub(crate) fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| panic!("{value} is no flag"))
}

/// A number that cannot be negative.
pub(crate) fn number<N: TryFrom<u64>>(value: &Value) -> N {
    let number = value.as_u64().and_then(|number| N::try_from(number).ok());
    number.unwrap_or_else(|| panic!("{value} is out of range"))
}

/// A number where Kafka writes a negative one, mostly -1, for "none".
pub(crate) fn optional<N: TryFrom<u64>>(value: &Value) -> Option<N> {
    let is_negative = value.as_i64().is_some_and(i64::is_negative);
    (!value.is_null() && !is_negative).then(|| number(value))
}

pub(crate) fn optional_offset(value: &Value) -> Option<Offset> {
    optional(value).map(Offset)
}

pub(crate) fn broker(value: &Value) -> BrokerId {
    BrokerId(number(value))
}

pub(crate) fn brokers(value: &Value) -> Vec<BrokerId> {
    list(value).iter().map(broker).collect()
}

pub(crate) fn ids(brokers: &[BrokerId]) -> Value {
    brokers.iter().map(|broker| broker.0).collect()
}
