//! What a driver did to a cluster, out of the words in which it wrote that down.

use crate::rule::fields::{Read, Wrong};

/// One thing done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Create(String),
    Delete(String),
    Kill(Vec<u32>),
    Pause(Vec<u32>),
    Resume(Vec<u32>),
    Stop(Vec<u32>),
    Start(Vec<u32>),
    Wipe(Vec<u32>),
    /// A log directory, by its place in `log.dirs`, of a broker.
    FailDir(u32, u32),
    RepairDir(u32, u32),
    Cut {
        one: String,
        other: String,
        both_ways: bool,
    },
    Heal,
    /// A producer sends records one after the other.
    Produce(Send),
    /// One request to one broker.
    Ask(Ask),
    /// A consumer of its own reads from here to the end.
    Consume {
        partition: String,
        from: u64,
        settings: Pairs,
    },
    /// A consumer that stays open.
    OpenConsumer {
        name: String,
        settings: Pairs,
    },
    Poll {
        name: String,
        ms: u64,
    },
    ListOffsets {
        partition: String,
        which: String,
    },
    Describe,
    Elect {
        unclean: bool,
        partition: String,
    },
    AlterTopic {
        topic: String,
        settings: Pairs,
    },
    /// Other replicas for a partition; none cancels.
    Reassign {
        partition: String,
        to: Option<Vec<u32>>,
    },
    /// The driver looked until this held.
    Await(String),
    Look(String),
    /// One broker's log was read all the time while something went on.
    Watch {
        broker: u32,
    },
    /// The state of the partition was written down.
    State,
    RunFor(u64),
    /// Something was looked at that needs no order.
    Nothing,
}

/// Settings by name.
pub(super) type Pairs = Vec<(String, String)>;

/// Records sent by a producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Send {
    pub(super) client: String,
    pub(super) partition: String,
    pub(super) values: Vec<String>,
    pub(super) settings: Pairs,
    /// The driver went on at once.
    pub(super) is_sent_only: bool,
}

/// One request to one broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) kind: AskKind,
    pub(super) to: u32,
    pub(super) partition: String,
    /// All `name=value` of it.
    pub(super) fields: Pairs,
    /// The driver went on at once.
    pub(super) is_sent_only: bool,
}

/// Which request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AskKind {
    Produce,
    Fetch,
    OffsetForLeaderEpoch,
}

const SENT_ONLY: &str = " (sent, not awaited)";

/// The words that a step may begin with.
const KNOWN: &str = "create, delete, kill, pause, resume, stop, start, wipe, cut, heal, produce, \
    request, consume, consumer, poll, list-offsets, describe, elect, kafka-leader-election, alter, \
    reassign, await, look at logs, log of broker, state, leaders, run, fail log dir, repair log dir";

/// Reads one step's words.
pub(super) fn read(text: &str) -> Read<Act> {
    let is_sent_only = text.ends_with(SENT_ONLY);
    let whole = text.strip_suffix(SENT_ONLY).unwrap_or(text);
    let (verb, rest) = whole.split_once(' ').unwrap_or((whole, ""));
    let words: Vec<&str> = rest.split_whitespace().collect();
    let found = match verb {
        "create" => word(&words, 0).map(Act::Create),
        "delete" => word(&words, 0).map(Act::Delete),
        "kill" => numbers(&words).map(Act::Kill),
        "pause" => numbers(&words).map(Act::Pause),
        "resume" => numbers(&words).map(Act::Resume),
        "stop" => numbers(&words).map(Act::Stop),
        "start" => numbers(&words).map(Act::Start),
        "wipe" => numbers(&words).map(Act::Wipe),
        "fail" => directory(&words).map(|(dir, broker)| Act::FailDir(dir, broker)),
        "repair" => directory(&words).map(|(dir, broker)| Act::RepairDir(dir, broker)),
        "cut" => cut(rest),
        "heal" => Some(Act::Heal),
        "produce" => produce(&words, is_sent_only),
        "request" => ask(&words, is_sent_only),
        "consume" => consume(&words),
        "consumer" => {
            let settings = pairs(&words);
            word(&words, 0).map(|name| Act::OpenConsumer { name, settings })
        }
        "poll" => poll(&words),
        "list-offsets" => word(&words, 0)
            .zip(word(&words, 1))
            .map(|(partition, which)| Act::ListOffsets { partition, which }),
        "elect" | "kafka-leader-election" => elect(&words),
        "alter" => {
            let settings = pairs(&words);
            let topic = words.iter().find(|word| **word != "topic").copied();
            topic.map(|topic| Act::AlterTopic { topic: topic.to_owned(), settings })
        }
        "reassign" | "cancel" => reassign(whole, &words),
        "await" => Some(Act::Await(rest.to_owned())),
        "look" => Some(Act::Look(in_brackets(rest))),
        "log" => watch(&words),
        "run" => words
            .first()
            .and_then(|word| word.strip_prefix("for="))
            .and_then(millis)
            .map(Act::RunFor),
        "state" => Some(Act::State),
        "describe" if words.first() == Some(&"quorum") => Some(Act::Nothing),
        "describe" => Some(Act::Describe),
        "leaders" | "controllers" | "quorum" | "placement" => Some(Act::Nothing),
        _ => {
            return Err(Wrong::new(
                format!("there is no step `{verb}`"),
                format!("one of {KNOWN}"),
            ));
        }
    };
    found.ok_or_else(|| {
        Wrong::new(format!("`{text}` is not understood"), "a step as others are written")
    })
}

fn word(words: &[&str], at: usize) -> Option<String> {
    words.get(at).map(|word| (*word).to_owned())
}

fn numbers(words: &[&str]) -> Option<Vec<u32>> {
    let all = words.iter().flat_map(|word| word.split(',')).filter(|word| !word.is_empty());
    let found: Option<Vec<u32>> = all.map(|word| word.parse().ok()).collect();
    found.filter(|found| !found.is_empty())
}

fn pairs(words: &[&str]) -> Pairs {
    let found = words.iter().filter_map(|word| word.split_once('='));
    found.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The value of a pair.
pub(super) fn value_of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn millis(text: &str) -> Option<u64> {
    match text.strip_suffix("ms") {
        Some(number) => number.parse().ok(),
        None => text.strip_suffix('s')?.parse::<u64>().ok().map(|seconds| seconds * 1_000),
    }
}

/// `log dir D of [broker] N`
fn directory(words: &[&str]) -> Option<(u32, u32)> {
    let mut found = words.iter().filter_map(|word| word.parse().ok());
    found.next().zip(found.next())
}

fn cut(rest: &str) -> Option<Act> {
    let (one, other, both_ways) = match (rest.split_once("->"), rest.split_once('|')) {
        (Some((from, to)), _) => (from, to, false),
        (None, Some((one, other))) => (one, other, true),
        (None, None) => return None,
    };
    let side = |text: &str| text.split_whitespace().collect::<Vec<_>>().concat();
    Some(Act::Cut { one: side(one), other: side(other), both_ways })
}

fn produce(words: &[&str], is_sent_only: bool) -> Option<Act> {
    let mut settings = pairs(words);
    let values = value_of(&settings, "values")?.split(',').map(str::to_owned).collect();
    settings.retain(|(name, _)| name != "values");
    let (client, partition) = word(words, 0).zip(word(words, 1))?;
    Some(Act::Produce(Send { client, partition, values, settings, is_sent_only }))
}

fn ask(words: &[&str], is_sent_only: bool) -> Option<Act> {
    let kind = match *words.first()? {
        "Produce" => AskKind::Produce,
        "Fetch" => AskKind::Fetch,
        "OffsetForLeaderEpoch" => AskKind::OffsetForLeaderEpoch,
        _ => return None,
    };
    let fields = pairs(words);
    let to = value_of(&fields, "to")?.parse().ok()?;
    let partition = words.iter().skip(1).find(|word| !word.contains('='))?;
    Some(Act::Ask(Ask { kind, to, partition: (*partition).to_owned(), fields, is_sent_only }))
}

fn consume(words: &[&str]) -> Option<Act> {
    let mut settings = pairs(words);
    let from = value_of(&settings, "from").map_or(Some(0), |from| from.parse().ok())?;
    settings.retain(|(name, _)| name != "from");
    word(words, 0).map(|partition| Act::Consume { partition, from, settings })
}

fn poll(words: &[&str]) -> Option<Act> {
    let ms = millis(words.iter().find_map(|word| word.strip_prefix("for="))?)?;
    word(words, 0).map(|name| Act::Poll { name, ms })
}

fn elect(words: &[&str]) -> Option<Act> {
    let unclean = words.contains(&"unclean");
    let partition =
        words.last().filter(|word| word.contains('-')).map(|word| (*word).to_owned())?;
    (unclean || words.contains(&"preferred")).then_some(Act::Elect { unclean, partition })
}

fn reassign(whole: &str, words: &[&str]) -> Option<Act> {
    let partition = words.iter().find(|word| word.contains('-') && !word.contains('='))?;
    let partition = (*partition).to_owned();
    let list = whole.split_once("to=").map(|(_, list)| list.trim_matches(['[', ']', ' ']));
    let to = match list {
        None | Some("" | "None" | "null" | "cancel") => None,
        Some(list) => Some(numbers(&list.split([',', ' ']).collect::<Vec<_>>())?),
    };
    (to.is_some() || whole.contains("cancel") || list.is_some())
        .then_some(Act::Reassign { partition, to })
}

fn in_brackets(text: &str) -> String {
    let inner = text.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')'));
    inner.map_or(text, |(inner, _)| inner).to_owned()
}

fn watch(words: &[&str]) -> Option<Act> {
    if words.first() == Some(&"dir") {
        return Some(Act::Nothing);
    }
    let broker = words.iter().find_map(|word| word.parse().ok())?;
    Some(Act::Watch { broker })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_a_step_is_read() {
        let send = |words: &str| match read(words) {
            Ok(Act::Produce(send)) => send,
            other => panic!("{words}: {other:?}"),
        };
        let sent = send("produce q1 t-0 acks=1 values=z1,z2 retries=0 (sent, not awaited)");
        assert_eq!((sent.client.as_str(), sent.partition.as_str()), ("q1", "t-0"));
        assert_eq!(sent.values, ["z1", "z2"]);
        assert!(sent.is_sent_only);
        let lists = |to: &[u32]| Some(to.to_vec());
        let reassign = |to| Act::Reassign { partition: "t-0".to_owned(), to };
        let cut = |one: &str, other: &str, both_ways| Act::Cut {
            one: one.to_owned(),
            other: other.to_owned(),
            both_ways,
        };
        for (words, act) in [
            ("kill 2 3", Act::Kill(vec![2, 3])),
            ("fail log dir 1 of broker 3", Act::FailDir(1, 3)),
            ("repair log dir 0 of 2", Act::RepairDir(0, 2)),
            ("cut 1 | 101,102", cut("1", "101,102", true)),
            ("cut 1 -> clients", cut("1", "clients", false)),
            ("reassign t-0 to=[4, 5, 6]", reassign(lists(&[4, 5, 6]))),
            ("reassign t-0 to=None", reassign(None)),
            ("reassign t-0 cancel", reassign(None)),
            ("run for=300ms", Act::RunFor(300)),
            ("run for=2s", Act::RunFor(2_000)),
            ("look at logs (leader dead)", Act::Look("leader dead".to_owned())),
            ("describe t", Act::Describe),
            ("describe quorum", Act::Nothing),
            ("log dir of each replica", Act::Nothing),
            ("poll c for=2000ms", Act::Poll { name: "c".to_owned(), ms: 2_000 }),
            ("log of broker 1 while it resumes", Act::Watch { broker: 1 }),
        ] {
            assert_eq!(read(words), Ok(act), "{words}");
        }
        for words in ["explode 1", "kill", "run", "cut 1", "produce p t-0", "request Vote to=1 t-0"]
        {
            assert!(read(words).is_err(), "{words}");
        }
    }
}
