//! The table of all that can be done, by the thing that it is done with.
//!
//! Uses: `orders`.

use super::ThingKind;
use ThingKind::{Broker, Client, Cluster, Controller, Link, Partition, Rack, Topic};
use When::{
    Alive, Always, Consumer, Down, LoadRests, LoadRuns, Manual, Moving, Paused, Producer, Running,
    Settled,
};

/// One thing that can be done.
pub(super) struct Row {
    /// With what.
    pub(super) of: &'static [ThingKind],
    /// When it makes sense.
    pub(super) when: When,
    /// In a few words.
    pub(super) label: &'static str,
    /// The statement: `$` is the thing (of a link, `$1` and `$2` are its ends), and what is asked
    /// for stands as `{KIND|LABEL|VALUE}`.
    pub(super) line: &'static str,
    /// The letter that leads to it; behind that `!` if it is done most, and `=` if it keeps its
    /// place among those when it makes no sense.
    pub(super) mark: &'static str,
}

/// When something makes sense.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At any time.
    Always,
    /// For processes that run.
    Running,
    /// That stand still.
    Paused,
    /// That run or stand still.
    Alive,
    /// That are down.
    Down,
    /// For producers.
    Producer,
    /// For producers with a load.
    LoadRuns,
    /// For producers without.
    LoadRests,
    /// For consumers.
    Consumer,
    /// For consumers that poll only when they are told.
    Manual,
    /// For partitions that are being reassigned.
    Moving,
    /// For those that are not.
    Settled,
}

const fn row(
    of: &'static [ThingKind],
    when: When,
    label: &'static str,
    line: &'static str,
    mark: &'static str,
) -> Row {
    Row { of, when, label, line, mark }
}

/// The parts of the menus, in order.
pub(super) const GROUPS: &[(&str, &[Row])] = &[
    ("Process", PROCESS),
    ("Log directories", DISKS),
    ("Records", RECORDS),
    ("Network", NETWORK),
    ("Requests", REQUESTS),
    ("Administration", ADMINISTRATION),
];

const PROCESSES: &[ThingKind] = &[Broker, Controller, Rack, Cluster];
const BROKERS: &[ThingKind] = &[Broker, Rack, Cluster];
const ONE: &[ThingKind] = &[Broker, Controller];

const PROCESS: &[Row] = &[
    row(PROCESSES, Running, "Pause", "pause $", "p!"),
    row(PROCESSES, Running, "Pause for…", "pause $ for={span|For|12s}", ""),
    row(PROCESSES, Paused, "Resume", "resume $", "r!"),
    row(PROCESSES, Alive, "Kill", "kill $", "k!="),
    row(BROKERS, Alive, "Kill by power loss", "kill $ losing=unflushed", "l"),
    row(&[Broker], Alive, "Kill, losing records…", "kill $ losing={number|Of each log|1}", ""),
    row(PROCESSES, Running, "Stop", "stop $", "s!="),
    row(PROCESSES, Down, "Start", "start $", "s!"),
    row(PROCESSES, Down, "Start after…", "start $ after={span|After|2s}", ""),
    row(ONE, Down, "Start as another release…", "start $ kafka={release|Kafka|}", "v"),
    row(ONE, Down, "Wipe disk", "wipe $", "w"),
    row(BROKERS, Running, "Flush page cache", "flush $", ""),
    row(BROKERS, Running, "Write HW checkpoint", "checkpoint $", ""),
    row(SLOWED, Always, "Slow down…", "slow $ by={span|Each request by|20ms}", ""),
];

const SLOWED: &[ThingKind] = &[Broker, Rack, Controller];

const FAILED: &str = "fail $ dir={good dir|Directory|}";

const DISKS: &[Row] = &[
    row(&[Broker], Running, "Fail a log directory…", FAILED, "x"),
    row(&[Broker], Down, "Fail a log directory…", FAILED, "x"),
    row(&[Broker], Always, "Repair a log directory…", "repair $ dir={bad dir|Directory|}", "y"),
    row(&[Broker], Down, "Wipe a log directory…", "wipe $ dir={good dir|Directory|}", "z"),
];

const ENDS: &[ThingKind] = &[Broker, Rack, Client, Controller];
const ALL_ENDS: &[ThingKind] = &[Broker, Rack, Client, Controller];
const DELAY_TO: &str = "delay $ to {node|To|} by={span|By|50ms}";
const DELAY_FROM: &str = "delay {node|From|} to $ by={span|By|50ms}";
const DROP_TO: &str = "drop $ to {node|To|} rate={percent|Lost|10%}";
const DROP_FROM: &str = "drop {node|From|} to $ rate={percent|Lost|10%}";

const NETWORK: &[Row] = &[
    row(ENDS, Always, "Cut network", "cut $", "c!"),
    row(&[Controller], Always, "Cut from brokers", "cut $ brokers", "b"),
    row(&[Cluster], Always, "Cut brokers from controllers", "cut brokers controllers", "c!"),
    row(ALL_ENDS, Always, "Cut from…", "cut $ {node|From|}", "f"),
    row(ALL_ENDS, Always, "Cut what it sends to…", "cut $ to {node|To|}", ""),
    row(ALL_ENDS, Always, "Cut what it hears from…", "cut {node|From|} to $", ""),
    row(ALL_ENDS, Always, "Delay what it sends to…", DELAY_TO, "d"),
    row(ALL_ENDS, Always, "Delay what it hears from…", DELAY_FROM, ""),
    row(ALL_ENDS, Always, "Lose some of what it sends to…", DROP_TO, ""),
    row(ALL_ENDS, Always, "Lose some of what it hears from…", DROP_FROM, ""),
    row(&[Link], Always, "Cut", "cut $1 $2", "c!"),
    row(&[Link], Always, "Cut one way", "cut $1 to $2", ""),
    row(&[Link], Always, "Cut the other way", "cut $2 to $1", ""),
    row(&[Link], Always, "Delay…", "delay $1 to $2 by={span|By|50ms}", "d!"),
    row(&[Link], Always, "Delay the other way…", "delay $2 to $1 by={span|By|50ms}", ""),
    row(&[Link], Always, "Lose some…", "drop $1 to $2 rate={percent|Lost|10%}", ""),
    row(&[Link], Always, "Lose some the other way…", "drop $2 to $1 rate={percent|Lost|10%}", ""),
];

const SENT: &str = "produce $ {record|Record|}";
const SENT_STALE: &str = "produce $ {record|Record|} metadata=stale";
const SENT_TO: &str = "produce $ {partition|To|} {record|Record|}";
const LOADED: &str = "load $ rate={rate|Rate|20/s} for={span|For|10s}";
const FOUGHT: &str = "seek $ {partition|Partition|} offset={number|Offset|0}";
const POLLED: &str = "consume $ records={number|At most|1} for={span|For|2s}";
const BY_HAND: &str = "request Produce to={broker|To|} $ {record|Record|} acks={acks|Acks|1}";
const FETCHED: &str = "request Fetch to={broker|To|} $ offset={number|Offset|0}";
const ENDED: &str = "request OffsetForLeaderEpoch to={broker|To|} $ epoch={number|Epoch|0}";

const RECORDS: &[Row] = &[
    row(&[Client], Producer, "Send a record…", SENT, "s!"),
    row(&[Client], Producer, "Send records…", "produce $ records={number|Records|10}", "r!"),
    row(&[Client], Producer, "Send to a partition…", SENT_TO, ""),
    row(&[Client], Producer, "Send with old metadata…", SENT_STALE, "o"),
    row(&[Client], LoadRests, "Send steadily…", "load $ rate={rate|Rate|20/s}", "l!"),
    row(&[Client], LoadRests, "Send steadily for…", LOADED, ""),
    row(&[Client], LoadRuns, "End steady sending", "load $ off", "e!"),
    row(&[Client], Manual, "Poll…", POLLED, "p!"),
    row(&[Client], Consumer, "Move position…", FOUGHT, "m!"),
    row(&[Client], Always, "Refresh metadata", "refresh $", ""),
];

const HELD_BY: &str = "hold {request|Kind|Fetch} from=$ response=true";
const HELD_TO: &str = "hold {request|Kind|Fetch} to=$ response=true";
const HELD_TOPIC: &str = "hold {request|Kind|Fetch} topic=$";
const SPOKEN_TO: &[ThingKind] = &[Broker, Controller];
const SPEAKERS: &[ThingKind] = &[Broker, Controller, Client];

const REQUESTS: &[Row] = &[
    row(SPOKEN_TO, Always, "Hold requests to it…", "hold {request|Kind|Fetch} to=$", "h"),
    row(SPEAKERS, Always, "Hold its requests…", "hold {request|Kind|Fetch} from=$", ""),
    row(SPOKEN_TO, Always, "Hold its answers…", HELD_BY, ""),
    row(SPEAKERS, Always, "Hold answers to it…", HELD_TO, ""),
    row(&[Topic], Always, "Hold requests about it…", HELD_TOPIC, ""),
    row(&[Cluster], Always, "Hold requests…", "hold {request|Kind|Fetch}", ""),
    row(&[Partition], Always, "Produce by hand…", BY_HAND, ""),
    row(&[Partition], Always, "Fetch by hand…", FETCHED, ""),
    row(&[Partition], Always, "Ask for the end of an epoch…", ENDED, ""),
];

const CREATED: &str = "create {topic name|Name|topic} partitions={number|Partitions|1} \
     replication-factor={replicas|Replicas|3}";
const ADDED: &str = "producer {client name|Name|shop} topic={topic|Topic|} acks={acks|Acks|all}";
const READ: &str = "consumer {client name|Name|reader} topic={topic|Topic|}";
const OF_TOPIC: &str = "alter topic $ {setting|Setting|min.insync.replicas}={value|Value|1}";
const OF_BROKER: &str = "alter broker $ {setting|Setting|min.insync.replicas}={value|Value|1}";
const OF_BROKERS: &str = "alter brokers {setting|Setting|min.insync.replicas}={value|Value|1}";

const MOVED: &str = "reassign $ replicas={moved|Replicas, preferred leader first|}";
const GROWN: &str = "increase $ partitions={more|Partitions in all|}";
const CLEARED: &str = "delete-records $ before={end|All before offset|}";
const UPGRADED: &str = "alter feature metadata.version={metadata version|Version|}";
const ELIGIBLE: &str = "alter feature eligible.leader.replicas.version={switch|Version|}";

const ADMINISTRATION: &[Row] = &[
    row(&[Partition], Always, "Elect preferred leader", "elect preferred $", "e!"),
    row(&[Partition], Always, "Elect unclean leader", "elect unclean $", "u!"),
    row(&[Partition], Settled, "Reassign…", MOVED, "r!"),
    row(&[Partition], Moving, "Cancel the reassignment", "reassign cancel $", "r!"),
    row(&[Partition], Always, "Delete records…", CLEARED, "d"),
    row(&[Partition], Always, "Ask for latest offset", "list-offsets $ latest", ""),
    row(&[Partition], Always, "Ask for earliest offset", "list-offsets $ earliest", ""),
    row(&[Cluster], Always, "Elect preferred leaders", "elect preferred", "e!"),
    row(&[Cluster], Always, "Create a topic…", CREATED, "t"),
    row(&[Cluster], Always, "Start a producer…", ADDED, ""),
    row(&[Cluster], Always, "Start a consumer…", READ, ""),
    row(&[Topic], Always, "Change a setting…", OF_TOPIC, "c!"),
    row(&[Topic], Always, "Add partitions…", GROWN, "a!"),
    row(&[Broker], Always, "Change a setting…", OF_BROKER, ""),
    row(&[Broker], Down, "Unregister", "unregister $", "u"),
    row(&[Cluster], Always, "Raise the metadata version…", UPGRADED, "v"),
    row(&[Cluster], Always, "Switch eligible leader replicas…", ELIGIBLE, "i"),
    row(&[Cluster], Always, "Change a default of brokers…", OF_BROKERS, ""),
    row(&[Topic], Always, "Describe", "describe $", "d!"),
    row(&[Cluster], Always, "Describe all topics", "describe", "d"),
    row(&[Topic], Always, "Delete", "delete $", ""),
];
