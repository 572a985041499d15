//! A JSON value that prints itself compactly, its keys in the order given.
//!
//! Uses: nothing.

use std::fmt::{self, Write as _};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    /// Nothing: an object leaves out its key.
    Absent,
    /// A whole number.
    Number(u64),
    /// A truth value.
    Bool(bool),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    /// An object of these, without what is absent.
    pub(crate) fn object<const N: usize>(fields: [(&'static str, Self); N]) -> Self {
        let fields = fields.into_iter();
        Self::Object(fields.filter(|(_, value)| *value != Self::Absent).collect())
    }

    /// A list of these.
    pub(crate) fn list(items: impl Iterator<Item = Self>) -> Self {
        Self::List(items.collect())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("null"),
            Self::Number(number) => number.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Text(text) => quote(f, text),
            Self::List(items) => {
                f.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    comma(f, at)?;
                    item.fmt(f)?;
                }
                f.write_char(']')
            }
            Self::Object(fields) => {
                f.write_char('{')?;
                for (at, (key, value)) in fields.iter().enumerate() {
                    comma(f, at)?;
                    quote(f, key)?;
                    f.write_char(':')?;
                    value.fmt(f)?;
                }
                f.write_char('}')
            }
        }
    }
}

fn comma(f: &mut fmt::Formatter<'_>, at: usize) -> fmt::Result {
    if at > 0 { f.write_char(',') } else { Ok(()) }
}

fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_compactly_and_reads_back() {
        let json = Json::object([
            ("b", Json::Number(u64::MAX)),
            ("none", Json::Absent),
            ("a", "q\"b\\n\nt\tc\u{1}é".into()),
            ("l", Json::list([Json::Bool(true), 7_u32.into()].into_iter())),
        ]);
        let text = json.to_string();
        assert_eq!(text, r#"{"b":18446744073709551615,"a":"q\"b\\n\nt\tc\u0001é","l":[true,7]}"#);
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read["a"], "q\"b\\n\nt\tc\u{1}é");
    }
}
