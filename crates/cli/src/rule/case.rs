//! One line of recorded questions.

use serde_json::Value;

use super::fields::{Fields, Read, Wrong, anything, fields, object, text};
use super::repeated;

/// A question, with Kafka's answer if that is told.
pub(crate) struct Case {
    /// Which one it is.
    pub(crate) id: String,
    /// Which rule is asked.
    pub(crate) kind: String,
    /// What it is asked.
    pub(crate) input: Value,
    /// What Kafka answered.
    pub(crate) out: Option<Value>,
}

impl Case {
    /// Reads a line.
    pub(crate) fn read(line: &str) -> Read<Self> {
        let value: Value = serde_json::from_str(line).map_err(|error| {
            let what = format!("column {}: this is no JSON: {}", error.column(), in_words(&error));
            Wrong::new(what, r#"{"id": ..., "kind": ..., "in": {...}} in one line"#)
        })?;
        repeated::none(line)?;
        fields(&value, |line| {
            Ok(Self {
                id: line.get("id", text)?.to_owned(),
                kind: line.get("kind", text)?.to_owned(),
                input: line.get("in", object)?.clone(),
                out: line.maybe("out", anything)?.cloned(),
            })
        })
    }

    /// Reads the question's fields. Any may have a name and a family, for those who look for it.
    pub(crate) fn ask<'a, T>(&'a self, read: impl FnOnce(&mut Fields<'a>) -> Read<T>) -> Read<T> {
        let asked = fields(&self.input, |input| {
            let found = read(input)?;
            input.maybe("name", text)?;
            input.maybe("family", text)?;
            Ok(found)
        });
        asked.map_err(|wrong| wrong.within("in"))
    }
}

/// What the parser says, without the place, which is told already.
fn in_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}
