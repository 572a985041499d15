//! Completion out of the parser's tables, and lines as they are typed.

use epochscope_scenario::format::{Context, Draft, Offered, complete, draft, parse};
use epochscope_scenario::library;
use proptest::prelude::*;

const SCENARIO: &str = "\
epochscope 1
brokers 1@a 2@a 3@b
controllers 101..103
topic orders partitions=2 replicas=1,2,3
topic payments partitions=1
producer checkout topic=orders
producer legacy topic=orders acks=1
consumer billing topic=orders manual=true

produce checkout orders-0 \"order-1\"
always leader orders-0 = 1 as=leads
marker here
";

fn context() -> Context {
    Context::of(&parse(SCENARIO.as_bytes()).expect("good").scenario)
}

/// The line, its cursor at the bar, and what is offered there.
fn offered(line: &str) -> Vec<String> {
    let cursor = line.find('|').unwrap_or(line.len());
    let line = line.replacen('|', "", 1);
    let found = complete(&line, cursor, &context(), Offered::All);
    found.items.into_iter().map(|item| item.text).collect()
}

#[test]
fn offers_what_may_stand_next() {
    let table: &[(&str, &[&str])] = &[
        ("ki", &["kill"]),
        ("elect", &["elect preferred", "elect unclean"]),
        ("elect p", &["preferred"]),
        ("alter topic o", &["orders"]),
        ("flush 2,", &["2,1", "2,3", "2,rack:a", "2,rack:b", "2,brokers"]),
        ("kill controller,1", &["controller,101", "controller,102", "controller,103"]),
        ("kill rack:", &["rack:a", "rack:b"]),
        ("kill 1 ", &["losing="]),
        ("kill 1 losing=", &["losing=nothing", "losing=unflushed"]),
        ("kill 1 losing=unflushed ", &[]),
        ("pause 1 for=12", &["for=12s", "for=12ms", "for=12m", "for=12us", "for=12h"]),
        ("@+5", &["@+5s", "@+5ms", "@+5m", "@+5us", "@+5h"]),
        ("@5s wi", &["wipe"]),
        ("produce l", &["legacy"]),
        ("consume ", &["billing", "records=", "for="]),
        ("produce legacy orders-", &["orders-0", "orders-1"]),
        ("produce legacy metadata=", &["metadata=fresh", "metadata=stale"]),
        ("producer late topic=p", &["topic=payments"]),
        ("producer late topic=orders acks=", &["acks=all", "acks=1", "acks=0"]),
        ("alter topic orders insync", &["min.insync.replicas="]),
        (
            "alter topic orders unclean.leader.election.enable=t",
            &["unclean.leader.election.enable=true"],
        ),
        ("hold Fe", &["Fetch"]),
        ("hold Fetch from=1 to", &["to=", "topic="]),
        ("release Fetch from=1 to=bi", &["to=billing"]),
        ("cut 1 t", &["to"]),
        ("cut 1 c", &["controllers", "controller", "clients", "checkout"]),
        ("run un", &["until", "until="]),
        ("run until=s", &["until=settled"]),
        ("run for=1s show=metadata,lea", &["show=metadata,leadership"]),
        ("expect leader-e", &["leader-epoch"]),
        (
            "expect leader orders-1@",
            &[
                "orders-1@1",
                "orders-1@2",
                "orders-1@3",
                "orders-1@101",
                "orders-1@102",
                "orders-1@103",
            ],
        ),
        ("expect leader orders-0 ", &["=", "!=", "in"]),
        ("expect leader orders-0 = ", &["1", "2", "3", "none"]),
        ("expect isr orders-0 includes 1,", &["1,2", "1,3"]),
        ("expect lost \"", &["\"order-1\""]),
        ("expect lost \"order-1\" a", &["and"]),
        ("expect lost \"order-1\" and ack", &["acked", "acked-lost", "acked-count"]),
        (
            "expect result checkout = NOT_ENOUGH",
            &["NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND"],
        ),
        ("expect broker 1 = r", &["running"]),
        ("expect violated includes AckedS", &["AckedSurvives"]),
        ("run until leader orders-0 = 2 wi", &["within="]),
        ("end ", &["leads"]),
        ("focus topic:", &["topic:orders", "topic:payments"]),
        ("view s", &["stage", "spacetime"]),
        ("only 4.1 ki", &["kill"]),
        ("kafka 4.1", &["4.1.0"]),
        ("start 1 kafka=4.0", &["kafka=4.0.0"]),
        (
            "alter feature metadata.version=4.1",
            &["metadata.version=4.1-IV0", "metadata.version=4.1-IV1"],
        ),
        ("topic more leader=", &["leader=1", "leader=2", "leader=3"]),
        ("topic more replicas=1,2;2,", &["replicas=1,2;2,1", "replicas=1,2;2,3"]),
        ("k|l 1", &["kill", "kafka"]),
        ("say ki", &[]),
        ("kill 1 # ", &[]),
        ("nonsense ", &[]),
    ];
    let wrong = table.iter().filter(|(line, expected)| offered(line) != *expected);
    let wrong: Vec<_> = wrong.map(|(line, _)| (line, offered(line))).collect();
    assert_eq!(wrong, []);
}

#[test]
fn a_word_is_replaced_as_a_whole() {
    assert_eq!(complete("| 1 ki", 6, &context(), Offered::All).items, []);
    let found = complete("kill 1 losing=no", 10, &context(), Offered::Orders);
    assert_eq!(found.replace, 7..16);
    assert_eq!(found.items[0].text, "losing=");
    assert_eq!(found.syntax.as_deref(), Some("kill NODES [losing=nothing|unflushed|N]"));
}

#[test]
fn orders_are_what_a_running_cluster_hears() {
    let found = complete("", 0, &context(), Offered::Orders);
    let verbs: Vec<&str> = found.items.iter().map(|item| &*item.text).collect();
    assert!(verbs.contains(&"kill") && verbs.contains(&"produce"), "{verbs:?}");
    assert!(!verbs.contains(&"expect") && !verbs.contains(&"topic"), "{verbs:?}");
    assert!(found.items.iter().all(|item| !item.about.is_empty()));
}

/// "empty", "whole", or where what is missing or wrong is, and what.
fn drafted(line: &str) -> String {
    match draft(line, &context()) {
        Draft::Empty => "empty".to_owned(),
        Draft::Whole(_) => "whole".to_owned(),
        Draft::Unfinished(error) => format!("unfinished: {}", error.message),
        Draft::Wrong(error) => format!("wrong at {}: {}", error.column, error.message),
    }
}

#[test]
fn not_finished_is_not_wrong() {
    let table = [
        ("", "empty"),
        ("k", "unfinished: there is no statement `k`"),
        ("kx", "wrong at 1: there is no statement `kx`"),
        ("kx ", "wrong at 1: there is no statement `kx`"),
        (
            "kill",
            "unfinished: `kill` lacks nodes such as `1`, `1,2`, `101..103`, `rack:a`, `brokers`",
        ),
        (
            "kill ",
            "unfinished: `kill` lacks nodes such as `1`, `1,2`, `101..103`, `rack:a`, `brokers`",
        ),
        ("kill 1", "whole"),
        ("kill 1,", "unfinished: a node is missing"),
        ("kill 9", "wrong at 6: there is no broker or controller 9"),
        ("kill 9 ", "wrong at 6: there is no broker or controller 9"),
        ("kill 1 lo", "unfinished: `lo` is one word too many"),
        ("kill 1 los=1", "wrong at 8: `kill` takes no `los=`"),
        ("kill 1 losing=", "unfinished: the value is missing"),
        ("kill 1 losing=un", "unfinished: `un` cannot stand here"),
        ("kill 1 losing=un ", "wrong at 15: `un` cannot stand here"),
        ("kill 1 losing=x", "wrong at 15: `x` cannot stand here"),
        ("pause 1 for=12", "unfinished: `12` has no unit"),
        ("delay 1 to 2", "unfinished: `delay` needs `by=`"),
        ("delay 1 to 2 ", "unfinished: `delay` needs `by=`"),
        ("delay 1", "unfinished: `delay` lacks the word `to`"),
        ("cut 1 to", "unfinished: nodes are missing after `to`"),
        ("start cold", "wrong at 1: `start cold` belongs to the header"),
        ("expire 1", "wrong at 1: not yet: ZooKeeper sessions are not modelled"),
        ("alter", "unfinished: a word is missing after `alter`"),
        ("alter t", "unfinished: `alter` does not go with `t`"),
        ("alter x", "wrong at 7: `alter` does not go with `x`"),
        ("alter topic orders", "unfinished: no setting is named"),
        ("produce legacy", "unfinished: it is not said which records to send"),
        ("produce legacy \"a", "unfinished: this quote is not closed"),
        (
            "produce legacy \"a\" records=2 ",
            "wrong at 28: `records` and texts contradict each other",
        ),
        ("produce legacy \"order-1\"", "wrong at 16: there is a record `order-1` already"),
        ("expect", "unfinished: an observation is missing here"),
        ("expect leader", "unfinished: what `leader` is of is missing here"),
        ("expect leader ", "unfinished: what `leader` is of is missing here"),
        ("expect leader orders-0", "unfinished: `leader` is compared with nothing"),
        ("expect leader orders-0 ", "unfinished: `leader` is compared with nothing"),
        ("expect leader orders-7 ", "wrong at 15: `orders` has no partition 7"),
        ("expect leader orders-0 =", "unfinished: the value of `leader` is missing here"),
        ("expect leader orders-0 = 2 and", "unfinished: an observation is missing here"),
        ("expect leader orders-0 = 2", "whole"),
        ("@31s", "unfinished: a statement is missing here"),
        ("@31", "unfinished: `31` has no unit"),
        ("only 4.1", "unfinished: a statement is missing here"),
        ("producer late", "unfinished: `producer` needs `topic=`"),
        (
            "producer late topic=orders acks=1 enable.idempotence=true",
            "wrong at 28: an idempotent producer needs `acks=all`",
        ),
        ("say", "unfinished: a text is missing after `say`"),
        ("topic more", "wrong at 1: `topic` belongs to the header"),
    ];
    let wrong = table.iter().filter(|(line, expected)| drafted(line) != *expected);
    let wrong: Vec<_> = wrong.map(|(line, _)| (line, drafted(line))).collect();
    assert_eq!(wrong, []);
}

/// Every place in a line that a word begins at, with the word.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        quoted ^= c == '"';
        if c == ' ' && !quoted {
            if at > start {
                words.push((start, &line[start..at]));
            }
            start = at + 1;
        }
    }
    words
}

/// Words that cannot be foreseen: free text, names and numbers that the line itself makes.
fn is_free(line: &str, at: usize, word: &str) -> bool {
    let value = word.split_once('=').map_or(word, |(_, value)| value);
    let is_number = value.chars().all(|c| c.is_ascii_digit() || ".,;-".contains(c));
    let verb = words(line).into_iter().map(|(_, word)| word).find(|word| !word.starts_with('@'));
    let makes_a_name = ["title", "about", "say", "ask", "seed", "brokers", "controllers", "option"]
        .into_iter()
        .chain(["topic", "create", "producer", "consumer", "marker", "config", "network"])
        .any(|known| verb == Some(known));
    let is_second = words(line).get(1).is_some_and(|(second, _)| *second == at);
    let is_text = ["title", "about", "say", "ask", "brokers", "controllers"]
        .iter()
        .any(|known| verb == Some(known) && at > 0 && !line[..at].trim().starts_with('@'));
    let is_check = word.starts_with("as=") || verb == Some("end");
    is_number || is_text || is_check || value.starts_with('"') || (makes_a_name && is_second)
}

/// The next word of each line of the shipped scenarios is offered where it begins. What is not are
/// free texts, the names that a line makes, and numbers.
#[test]
fn the_next_word_of_shipped_scenarios_is_offered() {
    let (mut asked, mut missing) = (0, Vec::new());
    for shipped in library::shipped() {
        let context = Context::of(&parse(shipped.text().as_bytes()).expect("good").scenario);
        for line in shipped.text().lines().filter(|line| !line.starts_with(['|', '#'])) {
            for (at, word) in words(line) {
                if is_free(line, at, word) || word.starts_with('#') {
                    continue;
                }
                let begins = |cursor: usize, wanted: &str| {
                    let found = complete(line, cursor, &context, Offered::All);
                    found.items.iter().any(|item| {
                        item.text == wanted || item.text.starts_with(&format!("{wanted} "))
                    })
                };
                asked += 1;
                let is_offered = match word.split_once('=') {
                    Some((name, value))
                        if !name.is_empty() && !value.is_empty() && !word.starts_with('"') =>
                    {
                        let digits = value.chars().take_while(char::is_ascii_digit).count();
                        let list = value.rfind([',', ';']).map_or(0, |comma| comma + 1);
                        let typed = at + name.len() + 1 + digits.max(list);
                        begins(at, &format!("{name}=")) && begins(typed, word)
                    }
                    _ => {
                        let digits = word.trim_start_matches(['@', '+']);
                        let skipped = word.len() - digits.len();
                        let digits = digits.chars().take_while(char::is_ascii_digit).count();
                        begins(at, word)
                            || begins(at + skipped + digits, word)
                            || word.rfind([',', '@']).is_some_and(|at_| begins(at + at_ + 1, word))
                    }
                };
                if !is_offered {
                    missing.push(format!("{}: {line} [{word}]", shipped.name));
                }
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
    assert_eq!(missing, Vec::<String>::new(), "{} of {asked}", missing.len());
}

/// Verbs of which two words may be missing at once: the reader of drafts calls that wrong too soon.
const LONG: [&str; 2] = ["request", "seek"];

/// No prefix of any line brings the completion or the reader of drafts down, and a whole line of
/// steps is whole. What a driver wrote, with settings that contradict each other until the last of
/// them stands there, is not taken for what somebody types.
#[test]
fn every_prefix_of_shipped_scenarios_is_taken() {
    let mut wrong = Vec::new();
    for shipped in library::shipped() {
        let scenario = parse(shipped.text().as_bytes()).expect("good").scenario;
        for (step, line) in scenario.steps.iter().map(|step| {
            let line = shipped.text().lines().nth(step.line as usize - 1).expect("its line");
            (step, line)
        }) {
            let mut before = scenario.clone();
            before.steps.retain(|other| other.line < step.line);
            let context = Context::of(&before);
            for cursor in (0..=line.len()).filter(|at| line.is_char_boundary(*at)) {
                let _ = complete(line, cursor, &context, Offered::All);
                let draft = draft(&line[..cursor], &context);
                if shipped.recorded.is_none()
                    && !LONG.iter().any(|verb| line.starts_with(verb))
                    && let Draft::Wrong(error) = draft
                {
                    wrong.push(format!("{}: {} {}", shipped.name, &line[..cursor], error.message));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "{}", wrong.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_text_is_taken(line in "[a-z0-9=\",;@:.#| \\\\é-]{0,40}", cursor in 0usize..45) {
        let context = context();
        let found = complete(&line, cursor, &context, Offered::All);
        prop_assert!(line.get(found.replace.clone()).is_some());
        let _ = draft(&line, &context);
    }
}
