//! Reading the fields of a case. Whatever is wrong is told with its place and what was expected.

use epochscope_vocabulary::metadata_record::LeaderRecoveryState;
use epochscope_vocabulary::{BrokerId, Offset, SimTime};
use serde_json::{Map, Value};

/// What is wrong with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    place: String,
    what: String,
    expected: String,
}

/// Something read, or what is wrong with it.
pub(crate) type Read<T> = Result<T, Wrong>;

impl Wrong {
    /// Something wrong right here.
    pub(crate) fn new(what: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { place: String::new(), what: what.into(), expected: expected.into() }
    }

    /// The same, seen from what holds this field or member.
    pub(crate) fn within(mut self, step: &str) -> Self {
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        self.place = format!("{step}{dot}{}", self.place);
        self
    }

    /// The place and what is wrong there.
    pub(crate) fn message(&self) -> String {
        let Self { place, what, .. } = self;
        if place.is_empty() { what.clone() } else { format!("{place}: {what}") }
    }

    /// What was expected.
    pub(crate) fn expected(&self) -> &str {
        &self.expected
    }
}

/// An object's fields, of which each has to be asked for.
pub(crate) struct Fields<'a> {
    all: &'a Map<String, Value>,
    asked: Vec<&'static str>,
}

static NULL: Value = Value::Null;

/// Reads an object; a field that `read` does not ask for is wrong.
pub(crate) fn fields<'a, T>(
    value: &'a Value,
    read: impl FnOnce(&mut Fields<'a>) -> Read<T>,
) -> Read<T> {
    let all = value.as_object().ok_or_else(|| unlike(value, "an object"))?;
    let mut fields = Fields { all, asked: Vec::new() };
    let found = read(&mut fields)?;
    match all.keys().find(|name| !fields.asked.contains(&name.as_str())) {
        None => Ok(found),
        Some(unknown) => {
            let known = format!("one of {}", fields.asked.join(", "));
            Err(Wrong::new("there is no such field", known).within(unknown))
        }
    }
}

impl<'a> Fields<'a> {
    /// A field that has to be there.
    pub(crate) fn get<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Read<T>,
    ) -> Read<T> {
        self.asked.push(name);
        let found = match self.all.get(name) {
            Some(value) => read(value),
            None => {
                let expected = read(&NULL).err().map_or("any value".to_owned(), |w| w.expected);
                Err(Wrong::new("this field is missing", expected))
            }
        };
        found.map_err(|wrong| wrong.within(name))
    }

    /// A field that may be left out.
    pub(crate) fn maybe<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Read<T>,
    ) -> Read<Option<T>> {
        if self.all.contains_key(name) {
            self.get(name, read).map(Some)
        } else {
            self.asked.push(name);
            Ok(None)
        }
    }
}

/// A value of another kind than expected.
pub(crate) fn unlike(value: &Value, expected: impl Into<String>) -> Wrong {
    let mut text = value.to_string();
    if text.chars().count() > 40 {
        text = text.chars().take(37).chain("...".chars()).collect();
    }
    Wrong::new(format!("{text} cannot stand here"), expected)
}

/// A word that means nothing here.
pub(crate) fn unknown(word: &str, known: &[&str]) -> Wrong {
    Wrong::new(format!("`{word}` is not known here"), format!("one of {}", known.join(", ")))
}

/// An operation that there is not.
pub(crate) fn unknown_op<T>(op: &str, known: &[&str]) -> Read<T> {
    Err(unknown(op, known).within("op"))
}

/// An object as it is: its fields are read later.
pub(crate) fn object(value: &Value) -> Read<&Value> {
    if value.is_object() { Ok(value) } else { Err(unlike(value, "an object")) }
}

/// The value as it is.
pub(crate) fn anything(value: &Value) -> Read<&Value> {
    Ok(value)
}

/// A reader of what `read` reads, or null.
pub(crate) fn nullable<'a, T>(
    read: impl FnOnce(&'a Value) -> Read<T>,
) -> impl FnOnce(&'a Value) -> Read<Option<T>> {
    |value| if value.is_null() { Ok(None) } else { read(value).map(Some) }
}

/// A reader of lists.
pub(crate) fn list<'a, T>(
    mut read: impl FnMut(&'a Value) -> Read<T>,
) -> impl FnOnce(&'a Value) -> Read<Vec<T>> {
    move |value| {
        let members = value.as_array().ok_or_else(|| unlike(value, "a list"))?;
        let read = |(at, member)| read(member).map_err(|wrong| wrong.within(&format!("[{at}]")));
        members.iter().enumerate().map(read).collect()
    }
}

/// A reader of words.
pub(crate) fn choice<'a, T: Copy>(words: &[(&str, T)]) -> impl FnOnce(&'a Value) -> Read<T> {
    move |value| {
        let word = value.as_str();
        let found = word.and_then(|word| words.iter().find(|(known, _)| *known == word));
        found.map(|(_, meant)| *meant).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            unlike(value, format!("one of {}", known.join(", ")))
        })
    }
}

pub(crate) fn text(value: &Value) -> Read<&str> {
    value.as_str().ok_or_else(|| unlike(value, "a text"))
}

pub(crate) fn flag(value: &Value) -> Read<bool> {
    value.as_bool().ok_or_else(|| unlike(value, "true or false"))
}

/// A number that cannot be negative.
pub(crate) fn number<N: TryFrom<u64>>(value: &Value) -> Read<N> {
    let number = value.as_u64().and_then(|number| N::try_from(number).ok());
    number.ok_or_else(|| unlike(value, format!("a whole number from 0 to {}", highest::<N>())))
}

/// A number where Kafka writes a negative one, mostly -1, for "none".
pub(crate) fn number_or_none<N: TryFrom<u64>>(value: &Value) -> Read<Option<N>> {
    if value.as_i64().is_some_and(i64::is_negative) {
        return Ok(None);
    }
    let expected = || format!("a whole number from 0 to {}, or -1 for none", highest::<N>());
    number(value).map(Some).map_err(|_: Wrong| unlike(value, expected()))
}

fn highest<N>() -> u64 {
    let bits = u32::try_from(size_of::<N>() * 8).unwrap_or(u64::BITS);
    u64::MAX >> u64::BITS.saturating_sub(bits)
}

/// Any whole number.
pub(crate) fn signed(value: &Value) -> Read<i64> {
    value.as_i64().ok_or_else(|| unlike(value, "a whole number"))
}

/// How many of something are to be made: not more than fit into memory.
pub(crate) fn count(value: &Value) -> Read<u32> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    number
        .filter(|number| *number <= MOST)
        .ok_or_else(|| unlike(value, format!("a whole number from 0 to {MOST}")))
}

/// How many records a batch has: one is the least.
pub(crate) fn records(value: &Value) -> Read<u32> {
    let expected = || unlike(value, format!("a whole number from 1 to {MOST}"));
    count(value).ok().filter(|number| *number > 0).ok_or_else(expected)
}

/// The most records or partitions that one operation makes.
pub(crate) const MOST: u32 = 1_000_000;

pub(crate) fn offset(value: &Value) -> Read<Offset> {
    number(value).map(Offset)
}

pub(crate) fn offset_or_none(value: &Value) -> Read<Option<Offset>> {
    Ok(number_or_none(value)?.map(Offset))
}

pub(crate) fn millis(value: &Value) -> Read<SimTime> {
    let number: u64 = number(value)?;
    let micros = number.checked_mul(1_000).ok_or_else(|| unlike(value, "a number of ms"))?;
    Ok(SimTime(micros))
}

pub(crate) fn broker(value: &Value) -> Read<BrokerId> {
    number(value).map(BrokerId)
}

pub(crate) fn brokers(value: &Value) -> Read<Vec<BrokerId>> {
    list(broker)(value)
}

pub(crate) fn leader(value: &Value) -> Read<Option<BrokerId>> {
    Ok(number_or_none(value)?.map(BrokerId))
}

pub(crate) fn recovery_state(value: &Value) -> Read<LeaderRecoveryState> {
    choice(&[
        ("RECOVERED", LeaderRecoveryState::Recovered),
        ("RECOVERING", LeaderRecoveryState::Recovering),
    ])(value)
}
