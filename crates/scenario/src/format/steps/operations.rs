//! Statements that an administrator's tools carry out.

use epochscope_vocabulary::command::{Alterations, Command, NodeSelector};
use epochscope_vocabulary::config::Scope;
use epochscope_vocabulary::rpc::ElectionType;

use crate::format::arguments::Args;
use crate::format::features;
use crate::format::forms::{Form, PairRow, alterations, many, maybe, needed, one, pair, settings};
use crate::format::kinds::Kind;
use crate::format::topics;
use crate::format::values::Arg;
use crate::format::world::Reader;
use crate::script::Statement;

const VIA: PairRow = pair("via", Kind::Node);

const fn row(
    verb: &'static str,
    about: &'static str,
    build: fn(&mut Reader, &Args) -> Option<Statement>,
) -> Form<Statement> {
    Form::plain(verb, &[], &[VIA], about, build)
}

/// The rows.
pub(crate) const FORMS: &[Form<Statement>] = &[
    Form {
        slots: &[one("TOPIC", Kind::NewTopic)],
        pairs: &[topics::PARTITIONS, topics::REPLICATION_FACTOR, topics::REPLICAS, VIA],
        settings: settings(Scope::Topic),
        later: &[("leader", "the first leader of a topic that a step creates cannot be chosen")],
        ..row("create", "creates a topic; replicas by hand or by Kafka's own placement", create)
    },
    Form { slots: &[one("TOPIC", Kind::Topic)], ..row("delete", "deletes a topic", delete) },
    Form {
        slots: &[one("TOPIC", Kind::Topic)],
        settings: alterations(Scope::Topic),
        ..row("alter topic", "changes settings of a topic; an empty value removes one", alter_topic)
    },
    Form {
        slots: &[one("B", Kind::Broker)],
        settings: alterations(Scope::Server),
        ..row("alter broker", "changes settings of one broker", alter_broker)
    },
    Form {
        settings: alterations(Scope::Server),
        ..row("alter brokers", "changes the default settings of all brokers", alter_brokers)
    },
    Form {
        pairs: &[features::ELIGIBLE, features::VERSION, VIA],
        ..row("alter feature", "changes a feature's level (`kafka-features`)", alter_feature)
    },
    Form {
        slots: &[many("P", Kind::Partition)],
        ..row(
            "elect preferred",
            "gives first replicas their leadership back: of these partitions \
            or of all",
            elect_preferred,
        )
    },
    Form {
        slots: &[one("P", Kind::Partition)],
        ..row(
            "elect unclean",
            "elects a leader from outside the ISR: what it lacks is lost",
            elect_unclean,
        )
    },
    Form {
        slots: &[one("P", Kind::Partition)],
        ..row("reassign cancel", "takes a partition's reassignment back", cancel_reassignment)
    },
    Form {
        slots: &[one("P", Kind::Partition)],
        pairs: &[needed("replicas", Kind::Replicas), VIA],
        ..row(
            "reassign",
            "gives a partition other replicas: the new ones catch up, then the old ones leave",
            reassign,
        )
    },
    Form {
        slots: &[one("TOPIC", Kind::Topic)],
        pairs: &[topics::ALL_PARTITIONS, topics::REPLICAS, VIA],
        ..row(
            "increase",
            "gives a topic more partitions, so many in all; replicas by hand (a list for each \
             new partition) or by Kafka's own placement",
            increase,
        )
    },
    Form {
        slots: &[one("B", Kind::Broker)],
        ..row("unregister", "takes a broker off the controllers' list", unregister)
    },
    Form {
        slots: &[maybe("TOPIC", Kind::Topic)],
        ..row("describe", "prints what `kafka-topics.sh --describe` would", describe)
    },
];

fn via(args: &Args) -> Option<NodeSelector> {
    args.node("via")
}

fn create(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let spec = topics::read(reader, args)?;
    Some(Statement::Command(Command::CreateTopic(spec, via(args))))
}

fn delete(_: &mut Reader, args: &Args) -> Option<Statement> {
    Some(Statement::Command(Command::DeleteTopic(args.word("TOPIC")?, via(args))))
}

fn describe(_: &mut Reader, args: &Args) -> Option<Statement> {
    Some(Statement::Command(Command::Describe(args.word("TOPIC"), via(args))))
}

/// Nothing to alter is no alteration; settings that are not modelled count.
fn some_alteration(reader: &mut Reader, args: &Args) -> Option<()> {
    if args.alterations.is_empty() && args.ignored.is_empty() {
        let fix = format!("write `{}`", args.syntax);
        return reader.fail(args.place, "no setting is named", fix);
    }
    Some(())
}

fn alter_topic(reader: &mut Reader, args: &Args) -> Option<Statement> {
    some_alteration(reader, args)?;
    let topic = args.word("TOPIC")?;
    Some(Statement::Command(Command::AlterTopic(topic, args.alterations.clone(), via(args))))
}

/// Kafka takes at run time what a topic may have too (`DynamicBrokerConfig`), of what is modelled.
fn broker_alterations(reader: &mut Reader, args: &Args) -> Option<Alterations> {
    some_alteration(reader, args)?;
    let fixed = args.alterations.iter().find(|(key, _)| !key.is_for_topics());
    let Some((key, _)) = fixed else { return Some(args.alterations.clone()) };
    let message = format!("Kafka cannot change `{}` while a broker runs", key.name());
    reader.fail(args.place_of(key.name()), message, "write it in a `config` line of the header")
}

fn alter_broker(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let altered = broker_alterations(reader, args)?;
    let Some(NodeSelector::Number(id)) = args.node("B") else { return None };
    Some(Statement::Command(Command::AlterBroker(Some(id), altered, via(args))))
}

fn alter_brokers(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let altered = broker_alterations(reader, args)?;
    Some(Statement::Command(Command::AlterBroker(None, altered, via(args))))
}

fn alter_feature(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let (feature, level) = features::altered(reader, args)?;
    Some(Statement::Command(Command::AlterFeature(feature, level, via(args))))
}

fn cancel_reassignment(_: &mut Reader, args: &Args) -> Option<Statement> {
    Some(Statement::Command(Command::Reassign(args.partition("P")?, None, via(args))))
}

fn lists(args: &Args) -> Vec<Vec<u32>> {
    match args.get("replicas").map(|given| &given.arg) {
        Some(Arg::ReplicaLists(lists)) => lists.clone(),
        _ => Vec::new(),
    }
}

fn reassign(_: &mut Reader, args: &Args) -> Option<Statement> {
    let replicas = lists(args).into_iter().next();
    Some(Statement::Command(Command::Reassign(args.partition("P")?, replicas, via(args))))
}

fn increase(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let (topic, partitions) = (args.word("TOPIC")?, args.small("partitions")?);
    topics::grow(reader, args, (&topic, partitions))?;
    let (replicas, via) = (lists(args), via(args));
    Some(Statement::Command(Command::IncreasePartitions { topic, partitions, replicas, via }))
}

fn unregister(_: &mut Reader, args: &Args) -> Option<Statement> {
    let Some(NodeSelector::Number(id)) = args.node("B") else { return None };
    Some(Statement::Command(Command::Unregister(id, via(args))))
}

fn elect_preferred(_: &mut Reader, args: &Args) -> Option<Statement> {
    elect(args, ElectionType::Preferred)
}

fn elect_unclean(_: &mut Reader, args: &Args) -> Option<Statement> {
    elect(args, ElectionType::Unclean)
}

fn elect(args: &Args, kind: ElectionType) -> Option<Statement> {
    let partitions = args.all("P").filter_map(|given| match &given.arg {
        Arg::Partition(partition) => Some(partition.clone()),
        _ => None,
    });
    Some(Statement::Command(Command::Elect(kind, partitions.collect(), via(args))))
}
