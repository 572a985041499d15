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
    // Since 4.0 the tool also says whether the broker is fenced.
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
