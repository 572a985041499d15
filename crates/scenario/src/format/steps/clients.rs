//! Statements about clients, and single requests by hand.

use std::sync::Arc;

use epochscope_vocabulary::command::{
    ClientKind, Command, MetadataUse, NodeSelector, Polling, RawRequest, Records,
};
use epochscope_vocabulary::config::Scope;
use epochscope_vocabulary::rpc::{Acks, OffsetSpec};

use crate::format::arguments::Args;
use crate::format::client_lines;
use crate::format::forms::{Form, PairRow, Slot, many, maybe, needed, one, pair, settings};
use crate::format::kinds::Kind;
use crate::format::limits;
use crate::format::values::Arg;
use crate::format::world::Reader;
use crate::script::Statement;

const TO: PairRow = needed("to", Kind::Broker);
const AS: PairRow = pair("as", Kind::NewName);
const CURRENT: PairRow = pair("current-leader-epoch", Kind::Number(0, i32::MAX as u64));
const PARTITION: Slot = one("P", Kind::Partition);

/// The rows.
pub(crate) const FORMS: &[Form<Statement>] = &[
    Form::plain(
        "produce",
        &[one("C", Kind::Producer), maybe("P", Kind::Partition), many("value", Kind::Quoted)],
        &[
            pair("records", Kind::Number(1, limits::RECORDS)),
            pair("key", Kind::Text),
            pair("metadata", Kind::Word(&["fresh", "stale"])),
        ],
        "sends records through producer C: these, or so many called `C-0`, `C-1`, ...; \
         `metadata=fresh` refreshes first, `stale` forbids it for this send",
        produce,
    ),
    Form::plain(
        "load",
        &[one("C", Kind::Producer), maybe("off", Kind::Literal("off"))],
        &[pair("rate", Kind::Rate), pair("for", Kind::Span)],
        "a steady stream of records through producer C; `off` ends it",
        load,
    ),
    Form {
        settings: settings(Scope::Producer),
        ..Form::plain(
            "producer",
            client_lines::SLOTS,
            client_lines::PRODUCER_PAIRS,
            "a producer starts now, knowing nothing",
            producer,
        )
    },
    Form {
        settings: settings(Scope::Consumer),
        ..Form::plain(
            "consumer",
            client_lines::SLOTS,
            client_lines::CONSUMER_PAIRS,
            "a consumer starts now, knowing nothing",
            consumer,
        )
    },
    Form::plain(
        "request Produce",
        &[PARTITION, one("value", Kind::Quoted)],
        &[
            TO,
            needed("acks", Kind::Word(&["0", "1", "all"])),
            pair("timeout.ms", Kind::Number(0, i32::MAX as u64)),
            AS,
        ],
        "one Produce request to that broker: no metadata, no retry; sender `raw` or NAME",
        request_produce,
    ),
    Form::plain(
        "request Fetch",
        &[PARTITION],
        &[
            TO,
            needed("offset", Kind::Number(0, u64::MAX)),
            CURRENT,
            pair("client.rack", Kind::Text),
            AS,
        ],
        "one Fetch request to that broker, as a consumer's",
        request_fetch,
    ),
    Form::plain(
        "request OffsetForLeaderEpoch",
        &[PARTITION],
        &[TO, needed("epoch", Kind::Number(0, i32::MAX as u64)), CURRENT, AS],
        "asks that broker where an epoch ends",
        request_epoch_end,
    ),
    Form::plain(
        "list-offsets",
        &[PARTITION, one("latest|earliest", Kind::Word(&["latest", "earliest"]))],
        &[],
        "asks for a partition's end or start, through `admin`",
        list_offsets,
    ),
    Form::plain(
        "delete-records",
        &[PARTITION],
        &[needed("before", Kind::Number(0, u64::MAX))],
        "deletes a partition's records before an offset (`kafka-delete-records`), through `admin`",
        delete_records,
    ),
    Form::plain(
        "consume",
        &[one("C", Kind::Consumer)],
        &[pair("records", Kind::Number(1, limits::RECORDS)), pair("for", Kind::Span)],
        "a consumer with `manual=true` polls",
        consume,
    ),
    Form::plain(
        "seek",
        &[one("C", Kind::Consumer), PARTITION],
        &[needed("offset", Kind::Number(0, u64::MAX))],
        "moves a consumer's position",
        seek,
    ),
    Form::plain(
        "refresh",
        &[one("C", Kind::Client)],
        &[],
        "a client refreshes its metadata now",
        refresh,
    ),
];

fn produce(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let mut values: Vec<Arc<str>> = Vec::new();
    for given in args.all("value") {
        if let Arg::Word(text) = &given.arg {
            values.push(reader.value(text, given.place)?);
        }
    }
    let records = match (args.small("records"), values.is_empty()) {
        (Some(_), false) => {
            let message = "`records` and texts contradict each other";
            return reader.fail(args.place_of("records"), message, "leave `records=` out");
        }
        (Some(count), true) => {
            reader.records(u64::from(count), args.place_of("records"))?;
            Records::Count(count)
        }
        (None, false) => Records::Values(values),
        (None, true) => {
            let fix = "add `records=10`, or texts: `produce C \"a\" \"b\"`";
            return reader.fail(args.place, "it is not said which records to send", fix);
        }
    };
    let metadata = match args.word("metadata").as_deref() {
        Some("fresh") => MetadataUse::Fresh,
        Some(_) => MetadataUse::Stale,
        None => MetadataUse::AsKafka,
    };
    let (client, partition) = (args.word("C")?, args.partition("P"));
    if let Some(partition) = &partition {
        reader.of_its_topic(&client, partition, args.place_of("P"))?;
    }
    let key = args.word("key");
    Some(Statement::Command(Command::Produce { client, partition, records, key, metadata }))
}

fn load(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let client = args.word("C")?;
    let span = args.span("for");
    let rate = match (args.small("rate"), args.get("off")) {
        (Some(rate), None) => rate,
        (None, Some(_)) if span.is_none() => 0,
        (None, None) => {
            let fix = "add `rate=20/s`, or `off` to end it";
            return reader.fail(args.place, "the rate is missing", fix);
        }
        _ => {
            let place = args.place_of("off");
            return reader.fail(place, "`off` takes no rate and no span", "write `load C off`");
        }
    };
    if let Some(span) = span {
        let records = u64::from(rate).saturating_mul(span.0.div_ceil(1_000_000));
        reader.records(records, args.place_of("for"))?;
    }
    Some(Statement::Command(Command::Load { client, rate, span }))
}

fn producer(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let spec = client_lines::read(reader, args, ClientKind::Producer)?;
    Some(Statement::Command(Command::AddClient(spec)))
}

fn consumer(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let spec = client_lines::read(reader, args, ClientKind::Consumer)?;
    Some(Statement::Command(Command::AddClient(spec)))
}

fn request(reader: &mut Reader, args: &Args, request: RawRequest) -> Option<Statement> {
    let sender = match args.word("as") {
        Some(name) if reader.world.clients.contains_key(&name) => {
            let message = format!("`{name}` is a client");
            return reader.fail(args.place_of("as"), message, "choose another name");
        }
        Some(name) => {
            reader.world.senders.insert(name.clone());
            name
        }
        None => "raw".into(),
    };
    let (to, partition): (NodeSelector, _) = (args.node("to")?, args.partition("P")?);
    Some(Statement::Command(Command::Request { to, partition, request, sender }))
}

fn request_produce(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let value = reader.value(&args.word("value")?, args.place_of("value"))?;
    let acks = match args.word("acks")?.as_ref() {
        "0" => Acks::None,
        "1" => Acks::Leader,
        _ => Acks::All,
    };
    let timeout_ms = args.number("timeout.ms");
    request(reader, args, RawRequest::Produce { value, acks, timeout_ms })
}

fn request_fetch(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let body = RawRequest::Fetch {
        offset: args.number("offset")?,
        current_leader_epoch: args.small("current-leader-epoch"),
        client_rack: args.word("client.rack"),
    };
    request(reader, args, body)
}

fn request_epoch_end(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let body = RawRequest::OffsetForLeaderEpoch {
        epoch: args.small("epoch")?,
        current_leader_epoch: args.small("current-leader-epoch"),
    };
    request(reader, args, body)
}

fn list_offsets(_: &mut Reader, args: &Args) -> Option<Statement> {
    let spec = match args.word("latest|earliest")?.as_ref() {
        "latest" => OffsetSpec::Latest,
        _ => OffsetSpec::Earliest,
    };
    Some(Statement::Command(Command::ListOffsets(args.partition("P")?, spec)))
}

fn delete_records(_: &mut Reader, args: &Args) -> Option<Statement> {
    let (partition, before) = (args.partition("P")?, args.number("before")?);
    Some(Statement::Command(Command::DeleteRecords(partition, before)))
}

fn consume(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let client = args.word("C")?;
    let facts = reader.world.clients.get(&client);
    if facts.is_some_and(|facts| facts.polling == Polling::Continuous) {
        let message = format!("`{client}` polls by itself");
        let fix = format!("add `manual=true` where `{client}` begins");
        return reader.fail(args.place_of("C"), message, fix);
    }
    let (records, span) = (args.small("records"), args.span("for"));
    Some(Statement::Command(Command::Consume { client, records, span }))
}

fn seek(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let (client, partition) = (args.word("C")?, args.partition("P")?);
    reader.of_its_topic(&client, &partition, args.place_of("P"))?;
    Some(Statement::Command(Command::Seek(client, partition, args.number("offset")?)))
}

fn refresh(_: &mut Reader, args: &Args) -> Option<Statement> {
    Some(Statement::Command(Command::Refresh(args.word("C")?)))
}
