//! Statements that break processes and links, and hold single messages.

use epochscope_vocabulary::SimDuration;
use epochscope_vocabulary::command::{
    Command, HealScope, HoldSpec, LinkFault, Losing, MessageHalf, NodeSet, Ways,
};

use crate::format::arguments::Args;
use crate::format::forms::{Form, PairRow, Slot, maybe, needed, one, pair};
use crate::format::kinds::Kind;
use crate::format::values::Arg;
use crate::format::world::Reader;
use crate::script::Statement;

const BROKERS: &[Slot] = &[one("NODES", Kind::Brokers)];
const PROCESSES: &[Slot] = &[one("NODES", Kind::Processes)];
const TWO_SETS: &[Slot] =
    &[one("NODES", Kind::Nodes), maybe("to", Kind::Literal("to")), maybe("OTHERS", Kind::Nodes)];
const ONE_WAY: &[Slot] =
    &[one("NODES", Kind::Nodes), one("to", Kind::Literal("to")), one("OTHERS", Kind::Nodes)];
const HELD: &[Slot] = &[one("KIND", Kind::ApiKey)];
const FROM: PairRow = pair("from", Kind::AnyNode);
const TO: PairRow = pair("to", Kind::AnyNode);
const RESPONSE: PairRow = pair("response", Kind::Switch);
const TOPIC: PairRow = pair("topic", Kind::Topic);
const COUNT: PairRow = pair("count", Kind::Number(1, 1_000_000));

/// The rows.
pub(crate) const FORMS: &[Form<Statement>] = &[
    Form::plain(
        "kill",
        PROCESSES,
        &[pair("losing", Kind::Losing)],
        "the process dies (SIGKILL): the page cache survives, or what is not flushed is lost \
         (power loss), or the last N records of each of its logs",
        kill,
    ),
    Form::plain(
        "stop",
        PROCESSES,
        &[],
        "controlled shutdown (SIGTERM), then the process ends",
        stop,
    ),
    Form::plain(
        "start",
        PROCESSES,
        &[pair("after", Kind::Span), pair("kafka", Kind::Text)],
        "starts the process, ready at once or after this span; with `kafka` it is of that release \
         from then on",
        start,
    ),
    Form::plain(
        "pause",
        PROCESSES,
        &[pair("for", Kind::Span)],
        "nothing runs (GC pause, SIGSTOP): sockets stay open, the inbox fills, time passes",
        pause,
    ),
    Form::plain(
        "resume",
        PROCESSES,
        &[],
        "goes on: first the inbox in order of arrival, then expired timers",
        resume,
    ),
    Form::plain(
        "wipe",
        PROCESSES,
        &[pair("dir", Kind::Directory)],
        "empties its disk, or one log directory of it, while it is down",
        wipe,
    ),
    Form::plain(
        "fail",
        BROKERS,
        &[needed("dir", Kind::Directory)],
        "a log directory stops working; without any, or without the first, the broker halts",
        fail,
    ),
    Form::plain(
        "repair",
        BROKERS,
        &[needed("dir", Kind::Directory)],
        "a log directory is back with what it held, used from the next start",
        repair,
    ),
    Form::plain(
        "cut",
        TWO_SETS,
        &[],
        "the bytes between two sets stand still, both ways or (`to`) one way; one set alone is \
         cut off from everybody",
        cut,
    ),
    Form::plain(
        "heal",
        &[
            maybe("NODES", Kind::Nodes),
            maybe("to", Kind::Literal("to")),
            maybe("OTHERS", Kind::Nodes),
        ],
        &[],
        "undoes the cut, delay, drop or slow with the same words; alone, all of them",
        heal,
    ),
    Form::plain(
        "delay",
        ONE_WAY,
        &[needed("by", Kind::Span)],
        "a slower link, until `heal`",
        delay,
    ),
    Form::plain(
        "drop",
        ONE_WAY,
        &[needed("rate", Kind::Percent)],
        "a lossy link, until `heal`",
        drop_some,
    ),
    Form::plain(
        "slow",
        PROCESSES,
        &[needed("by", Kind::Span)],
        "each request takes longer at these nodes, until `heal`",
        slow,
    ),
    Form::plain(
        "hold",
        HELD,
        &[FROM, TO, RESPONSE, TOPIC],
        "keeps such requests (or their answers: `from` is then who answers) back at their arrival, \
         in order; `*` is all kinds",
        hold,
    ),
    Form::plain(
        "release",
        HELD,
        &[FROM, TO, RESPONSE, TOPIC, COUNT],
        "lets held messages through, so many or all; with all, the hold ends",
        release,
    ),
    Form::plain(
        "discard",
        HELD,
        &[FROM, TO, RESPONSE, TOPIC, COUNT],
        "throws held messages away, so many or all; with all, the hold ends",
        discard,
    ),
    Form::plain("checkpoint", BROKERS, &[], "writes its high-watermark checkpoint now", checkpoint),
    Form::plain("flush", BROKERS, &[], "flushes its page cache now", flush),
];

fn command(command: Command) -> Option<Statement> {
    Some(Statement::Command(command))
}

fn kill(_: &mut Reader, args: &Args) -> Option<Statement> {
    let losing = match args.get("losing").map(|given| &given.arg) {
        Some(Arg::Losing(losing)) => *losing,
        _ => Losing::Nothing,
    };
    command(Command::Kill(args.nodes("NODES")?, losing))
}

fn stop(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Stop(args.nodes("NODES")?))
}

fn start(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let after = args.span("after").unwrap_or(SimDuration::ZERO);
    let release = match args.word("kafka") {
        Some(word) => {
            let release = reader.modelled_release(&word, args.place_of("kafka"))?;
            reader.world.add_release(&release);
            Some(release)
        }
        None => None,
    };
    command(Command::Start(args.nodes("NODES")?, after, release))
}

fn pause(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Pause(args.nodes("NODES")?, args.span("for")))
}

fn resume(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Resume(args.nodes("NODES")?))
}

fn wipe(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Wipe(args.nodes("NODES")?, args.word("dir")))
}

fn fail(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::FailDirectory(args.nodes("NODES")?, args.word("dir")?))
}

fn repair(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::RepairDirectory(args.nodes("NODES")?, args.word("dir")?))
}

fn checkpoint(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Checkpoint(args.nodes("NODES")?))
}

fn flush(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Flush(args.nodes("NODES")?))
}

/// `A`, `A B` or `A to B`.
fn sets(reader: &mut Reader, args: &Args) -> Option<(NodeSet, Option<NodeSet>, Ways)> {
    let from = args.nodes("NODES")?;
    let to = args.nodes("OTHERS");
    let ways = match args.get("to") {
        Some(word) if to.is_none() => {
            return reader.fail(word.place, "nodes are missing after `to`", "write `cut 1 to 2`");
        }
        Some(_) => Ways::OneWay,
        None => Ways::Both,
    };
    Some((from, to, ways))
}

fn cut(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let (from, to, ways) = sets(reader, args)?;
    command(Command::Fault(LinkFault::Cut { from, to, ways }))
}

fn heal(reader: &mut Reader, args: &Args) -> Option<Statement> {
    if args.get("NODES").is_none() {
        return match args.get("to") {
            Some(word) => {
                reader.fail(word.place, "nodes are missing before `to`", "write `heal 1 to 2`")
            }
            None => command(Command::Heal(HealScope::All)),
        };
    }
    let (from, to, ways) = sets(reader, args)?;
    command(Command::Heal(HealScope::Of { from, to, ways }))
}

fn delay(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let (from, to, _) = sets(reader, args)?;
    command(Command::Fault(LinkFault::Delay { from, to: to?, by: args.span("by")? }))
}

fn drop_some(reader: &mut Reader, args: &Args) -> Option<Statement> {
    let (from, to, _) = sets(reader, args)?;
    command(Command::Fault(LinkFault::Drop { from, to: to?, percent: args.small("rate")? }))
}

fn slow(_: &mut Reader, args: &Args) -> Option<Statement> {
    let (nodes, by) = (args.nodes("NODES")?, args.span("by")?);
    command(Command::Fault(LinkFault::Slow { nodes, by }))
}

fn held(args: &Args) -> Option<HoldSpec> {
    let api_key = match args.get("KIND").map(|given| &given.arg) {
        Some(Arg::ApiKey(key)) => *key,
        _ => None,
    };
    let half = if args.is_on("response") { MessageHalf::Response } else { MessageHalf::Request };
    let (from, to) = (args.node("from"), args.node("to"));
    Some(HoldSpec { api_key, half, from, to, topic: args.word("topic") })
}

fn hold(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Hold(held(args)?))
}

fn release(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Release(held(args)?, args.small("count")))
}

fn discard(_: &mut Reader, args: &Args) -> Option<Statement> {
    command(Command::Discard(held(args)?, args.small("count")))
}
