//! A scenario as data: how the cluster starts, and the steps that follow.
//!
//! `crate::format` makes it from text and text from it. What a person wrote beside the statements
//! (comments, blank lines, settings that change nothing here) is kept in [`Notes`], so that a
//! formatted file loses nothing.

use std::sync::Arc;

use epochscope_vocabulary::command::{NodeSelector, PartitionName};
use epochscope_vocabulary::event::Topic;
use epochscope_vocabulary::rpc::ApiKey;
use epochscope_vocabulary::{ClusterSpec, Command, ErrorCode, SimDuration, SimTime, SortedMap};

use crate::observations::ObservationName;

/// A whole scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// Its title.
    pub title: Option<Arc<str>>,
    /// What it shows, in a sentence.
    pub about: Option<Arc<str>>,
    /// How the cluster starts.
    pub cluster: ClusterSpec,
    /// What stands beside the header's lines. A line that was written has an entry.
    pub header_notes: SortedMap<HeaderLine, Notes>,
    /// What happens then.
    pub steps: Vec<Step>,
    /// Comments after the last step.
    pub comments_at_end: Vec<Arc<str>>,
}

/// A line of the header, in the order in which lines are printed. Numbers are positions in the
/// lists of [`ClusterSpec`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeaderLine {
    /// `epochscope 1`
    Version,
    /// `title`
    Title,
    /// `about`
    About,
    /// `kafka`
    Kafka,
    /// `kafka broker=3`
    KafkaOf(usize),
    /// `seed`
    Seed,
    /// `brokers`
    Brokers,
    /// `controllers`
    Controllers,
    /// `network`
    Network(usize),
    /// `config`
    Config(usize),
    /// `feature`
    Feature(usize),
    /// `start cold`
    StartCold,
    /// `topic`
    Topic(usize),
    /// `producer` or `consumer`
    Client(usize),
}

/// What stands beside a statement and changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Its line in the text it came from, from 1; 0 if it came from no text.
    pub line: u32,
    /// Whether blank lines stand before it (and its comments).
    pub blank_line_above: bool,
    /// Whole-line comments above it, without the `#`.
    pub above: Vec<Arc<str>>,
    /// A comment at the end of its line, without the `#`.
    pub beside: Option<Arc<str>>,
    /// Settings of Kafka that are not modelled, as written.
    pub ignored: Vec<(Arc<str>, Arc<str>)>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its line in the text it came from, from 1; 0 if it came from no text.
    pub line: u32,
    /// Skipped on releases outside of this range (and then no time passes either).
    pub only: Option<ReleaseRange>,
    /// The clock moves to here first.
    pub at: Option<At>,
    /// What is done.
    pub statement: Statement,
    /// What stands beside it. Its `line` equals the step's.
    pub notes: Notes,
}

/// When a step happens, if not at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// `@31s`: as after `run until=31s`.
    Absolute(SimTime),
    /// `@+5s`: as after `run for=5s`.
    After(SimDuration),
}

/// Releases from one to another, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseRange {
    /// The first.
    pub first: Arc<str>,
    /// The last.
    pub last: Arc<str>,
}

/// What a step says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// The clock moves.
    Run(Run),
    /// The cluster is told something.
    Command(Command),
    /// A caption at this moment.
    Say(Arc<str>),
    /// A name to jump to.
    Marker(Arc<str>),
    /// What to look at.
    Focus(Focus),
    /// Which screen to look at.
    View(View),
    /// Stops and asks before going on.
    Ask(Ask),
    /// Must hold now.
    Expect(Observation),
    /// Must hold from here on, until the end or `end NAME`.
    Always(Observation, Option<Arc<str>>),
    /// Must not hold from here on, until the end or `end NAME`.
    Never(Observation, Option<Arc<str>>),
    /// Becomes true from here on, within this span.
    Eventually(Observation, SimDuration),
    /// Ends an `always` or `never` of this name.
    End(Arc<str>),
}

/// How far the clock moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Until when.
    pub until: Until,
    /// Which kinds of event stay in the printed trace; empty means all that are not quiet.
    pub show: Vec<Topic>,
}

/// Where a run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// After so long.
    For(SimDuration),
    /// At this time, with everything due at it done.
    Time(SimTime),
    /// When nothing would change any more.
    Settled,
    /// Just after the first event with which this holds, looked for during this span.
    Observation(Observation, SimDuration),
}

/// How long `run until OBSERVATION` and `eventually` wait if they do not say.
pub const DEFAULT_WITHIN: SimDuration = SimDuration::from_secs(60);

/// What to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Focus {
    /// A partition.
    Partition(PartitionName),
    /// A broker, controller or client.
    Node(NodeSelector),
    /// A topic.
    Topic(Arc<str>),
    /// A record.
    Record(Arc<str>),
}

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Racks, brokers and their logs.
    Stage,
    /// Many partitions at once.
    Map,
    /// Life lines and requests.
    Spacetime,
    /// Leadership, ISR and availability over time.
    Lanes,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its text.
    pub text: Arc<str>,
    /// What may be answered.
    pub options: Vec<Choice>,
}

/// One possible answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its text.
    pub text: Arc<str>,
    /// Whether it is right.
    pub correct: bool,
    /// Why, shown after the answer.
    pub because: Option<Arc<str>>,
    /// What stands beside its line.
    pub notes: Notes,
}

/// Something about the cluster that holds or does not: one of these groups holds, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Joined by `or`; within each, joined by `and`. Neither is ever empty.
    pub any_of: Vec<Vec<Comparison>>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is observed.
    pub name: ObservationName,
    /// Of whom or what.
    pub subject: Subject,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub value: Value,
}

/// Of whom or what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The whole cluster.
    Cluster,
    /// `orders-0`: as the controller has committed it, or the partition as such.
    Partition(PartitionName),
    /// `orders-0@1`, `orders-0@101`: as that node has it.
    Replica(PartitionName, Viewer),
    /// `orders-0@1 2`: what broker 1 knows of replica 2.
    FollowerOf(PartitionName, Viewer, u32),
    /// A broker or controller.
    Node(NodeSelector),
    /// A client.
    Client(Arc<str>),
    /// A client and a record.
    ClientValue(Arc<str>, Arc<str>),
    /// A client and a partition.
    ClientPartition(Arc<str>, PartitionName),
    /// A client and an error code.
    ClientError(Arc<str>, ErrorCode),
    /// A record.
    Value(Arc<str>),
    /// A metric under its name, of a process or of all.
    Metric(Arc<str>, Option<NodeSelector>),
    /// Requests and responses of a kind; none means of all kinds.
    ApiKey(Option<ApiKey>),
    /// Events of a kind, about a partition or a node, or all.
    Event(Arc<str>, Option<EventAbout>),
}

/// Whose copy of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Viewer {
    /// A broker's.
    Broker(u32),
    /// A controller's.
    Controller(u32),
}

/// What counted events are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventAbout {
    /// A partition.
    Partition(PartitionName),
    /// A node.
    Node(NodeSelector),
}

/// How an observed value is compared with the written one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// `=`; lists in order, sets in any.
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `includes`: all that is written is in the observed list, set or text.
    Includes,
    /// `excludes`: nothing that is written is in it.
    Excludes,
    /// `in`: the observed value is one of the written ones.
    In,
}

/// A written value. Which of these an observation takes stands in its row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `none`: nothing, an empty list or set.
    None,
    /// A number; also a broker.
    Number(u64),
    /// `true` or `false`.
    Bool(bool),
    /// One word: a state, a result, an invariant.
    Word(Arc<str>),
    /// Numbers, as written; also brokers. Never empty.
    Numbers(Vec<u64>),
    /// Words, as written. Never empty.
    Words(Vec<Arc<str>>),
    /// Quoted text.
    Text(Arc<str>),
}
