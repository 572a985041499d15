//! JSON for people too: what fits on a line stands on a line, keys in the order of the schema.

use serde_json::Value;

/// As wide as a line gets, if it is made of several values.
const WIDTH: usize = 100;

/// The value as a text that ends with a line end.
pub(super) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    push(value, 0, 0, &mut text);
    text.push('\n');
    text
}

/// Appends a value; `taken` columns of its line are taken by its indentation and key.
fn push(value: &Value, indent: usize, taken: usize, text: &mut String) {
    let compact = compact(value);
    let (open, close, items): (_, _, Vec<(String, &Value)>) = match value {
        Value::Array(items) if !items.is_empty() => {
            ('[', ']', items.iter().map(|item| (String::new(), item)).collect())
        }
        Value::Object(fields) if !fields.is_empty() => {
            let key = |key: &String| format!("{}: ", Value::from(key.as_str()));
            ('{', '}', fields.iter().map(|(name, value)| (key(name), value)).collect())
        }
        _ => return text.push_str(&compact),
    };
    if indent > 0 && taken + compact.chars().count() < WIDTH {
        return text.push_str(&compact);
    }
    let last = items.len() - 1;
    text.push(open);
    for (index, (key, item)) in items.into_iter().enumerate() {
        text.push('\n');
        text.push_str(&" ".repeat(indent + 2));
        text.push_str(&key);
        push(item, indent + 2, indent + 2 + key.chars().count(), text);
        if index < last {
            text.push(',');
        }
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push(close);
}

/// The value on one line, with blanks after commas and colons.
fn compact(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(compact).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let field =
                |(key, value): (&String, _)| format!("{}: {}", Value::from(&**key), compact(value));
            let fields: Vec<String> = fields.iter().map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
