//! The reference is what the tables say, and its file is up to date.

use epochscope_scenario::format::parse;
use epochscope_scenario::reference;

use crate::{HEADER, rendered};

#[test]
fn the_page_is_up_to_date() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/language.md");
    expect_test::expect_file![page].assert_eq(&reference::markdown());
}

#[test]
fn the_page_of_rules_is_up_to_date() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
    expect_test::expect_file![page].assert_eq(&reference::rules());
}

#[test]
fn the_page_of_metrics_is_up_to_date() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/metrics.md");
    expect_test::expect_file![page].assert_eq(&reference::metrics());
}

#[test]
fn the_header_example_of_the_contract() {
    let text = "\
epochscope 1
title    The zombie leader
about    Why a leader that wakes up late may still say yes.
kafka    4.1
seed     7
brokers  1@us-east-1a 2@us-east-1b 3@us-east-1c
controllers 101..103
network  latency=1ms jitter=0ms
network  us-east-1a us-east-1b latency=2ms
config   broker.session.timeout.ms=9000
config   broker=3 log.dirs=/d1,/d2
feature  eligible.leader.replicas.version=1
topic    orders partitions=1 replicas=1,2,3 min.insync.replicas=2
topic    events partitions=12 replication-factor=3
producer checkout topic=orders acks=all enable.idempotence=true
consumer billing topic=orders auto.offset.reset=earliest client.rack=us-east-1b
";
    let parsed = parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{}", rendered(&errors)));
    assert_eq!(parsed.warnings.len(), 0, "{}", rendered(&parsed.warnings));
}

/// Each row's syntax names the verb that the parser reads, so that no row is dead.
#[test]
fn every_statement_of_the_reference_is_known_to_the_parser() {
    for (_, entries) in reference::statements() {
        for entry in entries {
            let found = parse(format!("{HEADER}run for=1s\n{}\n", entry.verb).as_bytes());
            let said = found.err().map(|errors| rendered(&errors)).unwrap_or_default();
            assert!(!said.contains("there is no statement"), "{said}");
        }
    }
}
