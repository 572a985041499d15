//! Simpler forms of a schedule: shorter waits, smaller orders, a smaller cluster.

use epochscope_vocabulary::command::{
    LinkFault, Losing, MetadataUse, NodeSelector, Records, TopicSpec,
};
use epochscope_vocabulary::{Command, SimDuration};

use super::shrink::{Candidate, set_wait, wait_of};
use crate::script::{Scenario, Statement};

/// Each wait gone, or shorter and rounder.
pub(super) fn waits(from: &Candidate) -> Vec<Candidate> {
    let tails = shorter(from.tail.0).into_iter();
    let mut forms: Vec<Candidate> =
        tails.map(|tail| Candidate { tail: SimDuration(tail), ..from.clone() }).collect();
    for (at, step) in from.steps.iter().enumerate() {
        let span = wait_of(step).0;
        for shorter in shorter(span) {
            let mut form = from.clone();
            set_wait(&mut form.steps[at], SimDuration(shorter));
            forms.push(form);
        }
    }
    forms
}

/// None at all, whole tens of seconds, seconds, tenths, milliseconds; then half of it.
fn shorter(span: u64) -> Vec<u64> {
    const UNITS: [u64; 6] = [10_000_000, 1_000_000, 100_000, 10_000, 1_000, 250];
    let mut found = vec![0];
    found.extend(UNITS.iter().map(|unit| *unit.min(&span)));
    found.extend(UNITS.iter().map(|unit| span / unit * unit));
    found.push(span / 2);
    found.retain(|shorter| *shorter < span);
    found.dedup();
    found
}

/// Each order smaller.
pub(super) fn commands(from: &Candidate) -> Vec<Candidate> {
    let mut forms = Vec::new();
    for (at, step) in from.steps.iter().enumerate() {
        let Statement::Command(command) = &step.statement else { continue };
        for smaller in smaller(command) {
            let mut form = from.clone();
            form.steps[at].statement = Statement::Command(smaller);
            forms.push(form);
        }
    }
    forms
}

fn smaller(command: &Command) -> Vec<Command> {
    let mut found = Vec::new();
    let mut add = |smaller: Command| {
        if smaller != *command {
            found.push(smaller);
        }
    };
    match command {
        Command::Produce { client, partition, records, key, metadata } => {
            let produce = |records: Records, metadata: MetadataUse| Command::Produce {
                client: client.clone(),
                partition: partition.clone(),
                records,
                key: key.clone(),
                metadata,
            };
            add(produce(Records::Count(1), MetadataUse::AsKafka));
            add(produce(Records::Count(1), *metadata));
            add(produce(records.clone(), MetadataUse::AsKafka));
        }
        Command::Load { client, rate, span } => {
            add(Command::Produce {
                client: client.clone(),
                partition: None,
                records: Records::Count(1),
                key: None,
                metadata: MetadataUse::AsKafka,
            });
            let half = span.map(|span| SimDuration((span.0 / 2_000).max(1) * 1_000));
            add(Command::Load { client: client.clone(), rate: (rate / 2).max(1), span: half });
        }
        Command::Kill(who, Losing::Last(_)) => add(Command::Kill(who.clone(), Losing::Last(1))),
        Command::Start(who, _, release) => {
            add(Command::Start(who.clone(), SimDuration::ZERO, release.clone()));
        }
        Command::Pause(who, Some(_)) => add(Command::Pause(who.clone(), None)),
        Command::Fault(LinkFault::Delay { from, to, .. }) => {
            let by = SimDuration::from_ms(100);
            add(Command::Fault(LinkFault::Delay { from: from.clone(), to: to.clone(), by }));
        }
        Command::CreateTopic(topic, via) => {
            let one = TopicSpec { partitions: Some(1), ..topic.clone() };
            add(Command::CreateTopic(one, via.clone()));
        }
        Command::AddClient(spec) => {
            let mut plain = spec.clone();
            plain.settings.0.pop_first();
            add(Command::AddClient(plain));
        }
        _ => {}
    }
    found
}

/// Each part of the header gone, and fewer nodes.
pub(super) fn headers(from: &Candidate) -> Vec<Candidate> {
    let mut forms = Vec::new();
    let mut add = |change: &dyn Fn(&mut Scenario)| {
        let mut form = from.clone();
        change(&mut form.set_up);
        if form != *from {
            forms.push(form);
        }
    };
    let cluster = &from.set_up.cluster;
    for at in (0..cluster.clients.len()).rev() {
        add(&|set_up| drop(set_up.cluster.clients.remove(at)));
    }
    for at in (0..cluster.topics.len()).rev() {
        add(&|set_up| drop(set_up.cluster.topics.remove(at)));
        add(&|set_up| one_partition(&mut set_up.cluster.topics[at]));
    }
    for broker in cluster.brokers.iter().rev() {
        add(&|set_up| without(set_up, broker.id));
    }
    for at in (0..cluster.network.len()).rev() {
        add(&|set_up| drop(set_up.cluster.network.remove(at)));
    }
    for at in (0..cluster.config.len()).rev() {
        add(&|set_up| drop(set_up.cluster.config.remove(at)));
    }
    add(&|set_up| {
        set_up.cluster.controllers.truncate(1);
        set_up.cluster.active_controller = None;
    });
    add(&|set_up| set_up.cluster.seed = 1);
    forms
}

fn one_partition(topic: &mut TopicSpec) {
    topic.replicas.truncate(1);
    topic.partitions = topic.partitions.map(|_| 1);
}

/// A broker is not there, nor are its replicas.
fn without(set_up: &mut Scenario, broker: u32) {
    set_up.cluster.brokers.retain(|one| one.id != broker);
    for topic in &mut set_up.cluster.topics {
        for replicas in &mut topic.replicas {
            replicas.retain(|one| *one != broker);
        }
    }
    let names = |nodes: &epochscope_vocabulary::command::NodeSet| {
        nodes.0.contains(&NodeSelector::Number(broker))
    };
    set_up.steps.retain(|step| match &step.statement {
        Statement::Command(Command::Kill(who, _) | Command::Stop(who)) => !names(who),
        _ => true,
    });
}
