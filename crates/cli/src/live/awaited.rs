//! What a driver waited for, as an observation of our language.

use serde_json::Value;

/// The observation; none if the driver waited in vain, or in words that say nothing to us.
pub(super) fn observation(topic: &str, what: &str, found: &Value) -> Option<String> {
    let in_vain = |text: &str| text.contains("TIMEOUT") || text.contains("timeout");
    if in_vain(what) || in_vain(&found.to_string()) {
        return None;
    }
    let what = what.strip_suffix(" again").unwrap_or(what);
    let each = what.split(" or ").map(|one| known(topic, one, found));
    let each: Option<Vec<String>> = each.collect();
    each.map(|each| each.join(" or ")).or_else(|| as_found(topic, found))
}

fn known(topic: &str, what: &str, found: &Value) -> Option<String> {
    let first = format!("{topic}-0");
    let words: Vec<&str> = what.split_whitespace().filter(|word| *word != "and").collect();
    let at = |number: &str| number.parse::<u32>().ok().map(|number| format!("{topic}-{number}"));
    Some(match words.as_slice() {
        ["no", "leader"] => format!("leader {first} = none"),
        ["leader", broker] => format!("leader {first} = {}", number(broker)?),
        ["broker", broker, state @ ("fenced" | "unfenced")] => {
            format!("registration {} = {state}", number(broker)?)
        }
        ["replicas", list] => format!("replicas {first} = {}", numbers(list)?),
        ["ISR", "of", _] => format!("isr {first} = {}", set_found(found)?),
        ["ISR", "of", _, "for", partition] => {
            format!("isr {} = {}", at(partition)?, set_found(found)?)
        }
        ["ISR", list @ ..] => format!("isr {first} = {}", numbers(&list.concat())?),
        [partition, "led", "by", broker] => {
            format!("leader {} = {}", at(partition)?, number(broker)?)
        }
        [broker, "no", "longer", "leads", partition] => {
            format!("leader {} != {}", at(partition)?, number(broker)?)
        }
        ["broker", rest @ ..] => known(topic, &rest.join(" "), found)?,
        [brokers @ .., way @ ("in" | "out"), "ISR"]
        | [brokers @ .., way @ ("in" | "out"), "of", "ISR"] => member(&first, brokers, way)?,
        [brokers @ .., way @ "in", "ISR", "of", partition]
        | [brokers @ .., way @ "out", "of", "ISR", "of", partition] => {
            member(&at(partition)?, brokers, way)?
        }
        _ => return None,
    })
}

fn member(partition: &str, brokers: &[&str], way: &str) -> Option<String> {
    let operator = if way == "in" { "includes" } else { "excludes" };
    Some(format!("isr {partition} {operator} {}", numbers(&brokers.join(","))?))
}

fn number(word: &str) -> Option<u32> {
    word.parse().ok()
}

fn numbers(list: &str) -> Option<String> {
    let list = list.trim_matches(['[', ']']);
    if list.is_empty() {
        return Some("none".to_owned());
    }
    let all: Option<Vec<u32>> = list.split(',').map(|word| word.trim().parse().ok()).collect();
    let all = all?.iter().map(ToString::to_string).collect::<Vec<_>>();
    Some(all.join(","))
}

fn set_found(found: &Value) -> Option<String> {
    let members = found.get("isr")?.as_array()?;
    numbers(&members.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

/// The state in which the driver found the partition then.
fn as_found(topic: &str, found: &Value) -> Option<String> {
    let leader = found.get("leader")?.as_i64()?;
    let leader = u32::try_from(leader).map_or("none".to_owned(), |leader| leader.to_string());
    let isr = set_found(found)?;
    Some(format!("leader {topic}-0 = {leader} and isr {topic}-0 = {isr}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_awaited_is_an_observation() {
        let found = json!({ "leader": -1, "isr": [2, 1], "elr": [], "leader_epoch": 1 });
        for (words, expected) in [
            ("leader 2", "leader t-0 = 2"),
            ("no leader", "leader t-0 = none"),
            ("broker 1 in ISR", "isr t-0 includes 1"),
            ("2 in ISR again", "isr t-0 includes 2"),
            ("4 and 5 in ISR", "isr t-0 includes 4,5"),
            ("3 out of ISR", "isr t-0 excludes 3"),
            ("3 out of ISR or no leader", "isr t-0 excludes 3 or leader t-0 = none"),
            ("1 in ISR of 4", "isr t-4 includes 1"),
            ("ISR [1]", "isr t-0 = 1"),
            ("ISR of 2", "isr t-0 = 2,1"),
            ("ISR of 2 for 3", "isr t-3 = 2,1"),
            ("broker 3 fenced", "registration 3 = fenced"),
            ("replicas 4,5,6", "replicas t-0 = 4,5,6"),
            ("0 led by 1", "leader t-0 = 1"),
            ("1 no longer leads 2", "leader t-2 != 1"),
            ("the reassignment to be over", "leader t-0 = none and isr t-0 = 2,1"),
        ] {
            assert_eq!(observation("t", words, &found).as_deref(), Some(expected), "{words}");
        }
        assert_eq!(observation("t", "leader 2", &json!("TIMEOUT")), None);
        assert_eq!(observation("t", "something else", &Value::Null), None);
    }
}
