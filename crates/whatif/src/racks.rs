//! Reads which broker stands in which rack: `1=az-a` a line, or what
//! `kafka-broker-api-versions.sh` prints, the one tool of Kafka's that names racks.

use std::sync::Arc;

use epochscope_vocabulary::BrokerId;

use crate::cluster::Racks;
use crate::mistake::Mistake;

/// What was expected of a line.
const A_RACK: &str = "`1=az-a`, `1,2,3=az-a` or `1..3=az-a`, one a line";

/// The most brokers that a range may name.
const LONGEST_RANGE: u32 = 10_000;

/// Reads a text. What stands behind `#`, and blank lines, are nothing.
///
/// # Errors
/// Every line that cannot be read, and every broker that is given two racks.
pub fn read(text: &str) -> Result<Racks, Vec<Mistake>> {
    let mut racks = Racks::new();
    let mut mistakes = Vec::new();
    let from_tool = text.lines().any(|line| line.contains("(id: ") && line.contains(" rack: "));
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let read = if from_tool { of_tool(line) } else { by_hand(line) };
        match read {
            Ok((brokers, rack)) => {
                for broker in brokers {
                    let before = racks.insert(broker, rack.clone());
                    if before.is_some_and(|before| before != rack) {
                        let message = format!("broker {broker} has another rack already");
                        mistakes.push(Mistake::new(number, message, "one rack for each broker"));
                    }
                }
            }
            Err(message) => mistakes.push(Mistake::new(number, message, A_RACK)),
        }
    }
    if racks.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake::new(1, "no broker has a rack here", A_RACK));
    }
    if mistakes.is_empty() { Ok(racks) } else { Err(mistakes) }
}

/// Brokers and their rack; an empty list for a line that says nothing.
type Told = (Vec<BrokerId>, Arc<str>);

/// `host:9092 (id: 1 rack: az-a isFenced: false) -> (`; other lines list versions of requests.
fn of_tool(line: &str) -> Result<Told, String> {
    let nothing = || Ok((Vec::new(), Arc::from("")));
    let Some((_, node)) = line.split_once("(id: ") else {
        return nothing();
    };
    let (id, rest) = node.split_once(" rack: ").unwrap_or((node, ""));
    // Later releases say `isFenced:` behind it.
    let rack = rest.split([')', '\n']).next().unwrap_or_default();
    let rack = rack.split(" isFenced:").next().unwrap_or_default().trim();
    if rack == "null" || rack.is_empty() {
        return nothing();
    }
    Ok((vec![broker(id)?], Arc::from(rack)))
}

fn by_hand(line: &str) -> Result<Told, String> {
    let line = line.split('#').next().unwrap_or_default().trim();
    if line.is_empty() {
        return Ok((Vec::new(), Arc::from("")));
    }
    let told = line.split_once(['=', ':', '@']).or_else(|| line.split_once(char::is_whitespace));
    let (ids, rack) = told.ok_or_else(|| format!("`{line}` names no rack"))?;
    let rack = rack.trim();
    if rack.is_empty() {
        return Err(format!("`{line}` names no rack"));
    }
    let mut brokers = Vec::new();
    for part in ids.split(',') {
        match part.split_once("..") {
            None => brokers.push(broker(part)?),
            Some((first, last)) => {
                let (first, last) = (broker(first)?.0, broker(last)?.0);
                if last < first || last - first >= LONGEST_RANGE {
                    return Err(format!("`{part}` is no range of brokers"));
                }
                brokers.extend((first..=last).map(BrokerId));
            }
        }
    }
    Ok((brokers, Arc::from(rack)))
}

fn broker(text: &str) -> Result<BrokerId, String> {
    let text = text.trim();
    let number = text.parse().ok().filter(|number| *number <= i32::MAX.unsigned_abs());
    number.map(BrokerId).ok_or_else(|| format!("`{text}` is no number of a broker"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was understood, or what is wrong.
    fn shown(text: &str) -> String {
        match read(text) {
            Ok(racks) => racks.iter().map(|(id, rack)| format!("{id}={rack} ")).collect(),
            Err(mistakes) => {
                mistakes.iter().map(|it| format!("{}: {}\n", it.line, it.message)).collect()
            }
        }
    }

    #[test]
    fn lines_by_hand() {
        let text = "\u{feff}# ours\r\n1=az-a\r\n2,4 = az-b # two\n5..6@az-c\n\n7: dc/1\n8 az-a\n";
        assert_eq!(shown(text), "1=az-a 2=az-b 4=az-b 5=az-c 6=az-c 7=dc/1 8=az-a ");
        assert_eq!(shown("1=a\n1=a\n"), "1=a ");
    }

    #[test]
    fn what_the_tool_prints() {
        let text = "b1:9092 (id: 1 rack: az-a) -> (\n\tProduce(0): 0 to 11 [usable: 11],\n)\n\
                    b2:9092 (id: 2 rack: az b isFenced: false) -> (\n)\n\
                    b3:9092 (id: 3 rack: null isFenced: false) -> ERROR: none\n";
        assert_eq!(shown(text), "1=az-a 2=az b ");
    }

    #[test]
    fn what_is_wrong() {
        let text = "1=a\n1=b\nx=a\n3\n3=\n9..3=a\n99999999999=a\n1..999999=a\n";
        let expected = "2: broker 1 has another rack already\n3: `x` is no number of a broker\n\
                        4: `3` names no rack\n5: `3=` names no rack\n\
                        6: `9..3` is no range of brokers\n\
                        7: `99999999999` is no number of a broker\n\
                        8: `1..999999` is no range of brokers\n";
        assert_eq!(shown(text), expected);
        assert_eq!(shown("# nothing\n"), "1: no broker has a rack here\n");
    }
}
