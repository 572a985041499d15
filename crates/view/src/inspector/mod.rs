//! What stands behind the picture, as pages of plain rows: no markup, no colours, no layout.
//!
//! A page is a list of sections: a text, a table, or a chain of causes. Whatever can be asked about
//! carries a [`Jump`]. One component draws any page.
//!
//! Uses: its folder, `narration`, `palette`, `scene`.

mod causes;
mod checks;
mod clients;
mod cluster;
mod events;
mod ledger;
mod log;
mod lookup;
mod metadata;
mod metrics;
mod partition;
mod query;
#[cfg(test)]
mod tests;
mod waiting;
pub(crate) mod why;

pub(crate) use events::Found;
pub use query::{Ask, Query};

use epochscope_engine::Cluster;
use epochscope_scenario::player::{Player, Traced};
use epochscope_vocabulary::{
    BrokerId, EventId, NodeId, RequestId, SimTime, TopicPartition, ValueId,
};

/// The pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// The partition shown: what is decided and who believes what.
    #[default]
    Partition,
    /// All brokers, partitions and messages: the stage as tables.
    Cluster,
    /// One broker's log of it.
    Log,
    /// Producers and consumers.
    Clients,
    /// The metadata log and who has read how far.
    Metadata,
    /// What each process reports over JMX.
    Metrics,
    /// Requests that wait.
    Waiting,
    /// What became of every record.
    Records,
    /// What happened and what will.
    Events,
    /// The chain of causes of what was asked about.
    Why,
    /// What became of every record, in full: a page of its own beside the others.
    Ledger,
}

impl Panel {
    /// As many there are.
    pub const COUNT: usize = Self::ALL.len() + 1;

    /// Those of the inspector with their names, in order.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Partition, "Partition"),
        (Self::Cluster, "Cluster"),
        (Self::Log, "Log"),
        (Self::Clients, "Clients"),
        (Self::Metadata, "Metadata"),
        (Self::Metrics, "Metrics"),
        (Self::Waiting, "Waiting"),
        (Self::Records, "Records"),
        (Self::Events, "Events"),
        (Self::Why, "Why"),
    ];
}

/// Where a row leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// To just after this event, which is then the one asked about.
    Moment(EventId),
    /// To the causes of this event.
    Why(EventId),
    /// To what became of this record, and why.
    Record(ValueId),
    /// To a node: a broker's log, a client.
    Node(NodeId),
    /// To the same schedule with this setting, beside the run as it is.
    Compare(&'static str),
    /// To what a waiting request waits for: at which broker, for which partition, which.
    Request(BrokerId, TopicPartition, RequestId),
}

/// The class of a tone: `ok`, `warn`, `bad`, `meta`, `diverged`, `off`, none, or `moment` for a
/// time.
pub type Tone = &'static str;

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What can be chosen or searched for on it.
    pub controls: Vec<Control>,
    /// What it says.
    pub sections: Vec<Section>,
}

/// Something to choose or to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Which of the page's inputs.
    pub slot: usize,
    /// Its name.
    pub label: &'static str,
    /// What is chosen or typed; with nothing chosen the first option is.
    pub value: String,
    /// What can be chosen; none for a text.
    pub options: Vec<String>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What it says.
    pub body: Body,
}

/// What a section says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A sentence or two.
    Note(String),
    /// What a tool prints.
    Text(String),
    /// Rows.
    Table(Table),
    /// Causes, the latest first.
    Chain(Vec<Link>),
}

/// Rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What the columns are; an empty name is for the eye no heading.
    pub columns: &'static [&'static str],
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// As many as there are columns.
    pub cells: Vec<Cell>,
    /// How the row stands to the moment shown and to what is chosen.
    pub state: RowState,
    /// The tone of the whole row.
    pub tone: Tone,
    /// What it answers to "why?", if it can.
    pub why: Option<Jump>,
}

/// How a row stands to the moment shown and to what is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowState {
    /// As any other.
    #[default]
    Plain,
    /// It is the present one, or the one chosen.
    Present,
    /// It is to come.
    Later,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Its tone.
    pub tone: Tone,
    /// Where it leads to.
    pub jump: Option<Jump>,
}

/// One cause in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which event.
    pub event: EventId,
    /// When.
    pub at: SimTime,
    /// What happened, as a sentence.
    pub sentence: String,
    /// How it bears on the story.
    pub tone: Tone,
    /// What set it off: an order, a timer, a message.
    pub set_off: String,
    /// The rule that decided it, in a sentence; empty where there is nothing to decide.
    pub rule: &'static str,
    /// The rule's class of Kafka and its KIP.
    pub source: String,
    /// The settings that it read, with their values.
    pub settings: Vec<String>,
}

impl Row {
    /// Adds a cell. One function that is called for each, since a cell built in place is long code.
    #[inline(never)]
    fn add(&mut self, text: String, tone: Tone) -> &mut Self {
        self.cells.push(Cell { text, tone, jump: None });
        self
    }

    /// Lets the last cell lead somewhere.
    #[inline(never)]
    fn to(&mut self, jump: Jump) -> &mut Self {
        if let Some(last) = self.cells.last_mut() {
            last.jump = Some(jump);
        }
        self
    }
}

impl Section {
    fn note(heading: &str, text: impl Into<String>) -> Self {
        Self { heading: heading.to_owned(), body: Body::Note(text.into()) }
    }

    fn table(heading: impl Into<String>, columns: &'static [&'static str], rows: Vec<Row>) -> Self {
        Self { heading: heading.into(), body: Body::Table(Table { columns, rows }) }
    }
}

/// A line of a list of facts.
#[inline(never)]
fn fact(name: &str, value: String, tone: Tone) -> Row {
    let mut row = Row::default();
    row.add(name.to_owned(), "").add(value, tone);
    row
}

/// What a page is made of.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    /// The run.
    pub(crate) player: &'a Player,
    /// The moment shown.
    pub(crate) now: SimTime,
    /// The partition shown.
    pub(crate) shown: Option<TopicPartition>,
    /// How many events of the trace may be told.
    pub(crate) known: usize,
    /// What is asked.
    pub(crate) query: &'a Query,
}

impl<'a> Sight<'a> {
    fn cluster(self) -> &'a Cluster {
        self.player.cluster()
    }

    /// What has happened, with the latest last.
    fn past(self) -> &'a [Traced] {
        self.player.trace()
    }

    /// What has happened and what will, as far as it may be told.
    fn known(self) -> &'a [Traced] {
        &self.player.whole_trace()[..self.known]
    }

    fn node_name(self, node: NodeId) -> String {
        self.player.names().node_name(node)
    }

    fn partition_name(self, partition: TopicPartition) -> String {
        self.player.names().partition_name(partition)
    }

    fn record(self, value: ValueId) -> String {
        self.player.names().value_text(value).to_owned()
    }
}

/// What a page may remember from one look to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Events that a search has found.
    pub(crate) found: Found,
    /// Quiet events that a replay has found.
    pub(crate) quiet: why::Quiet,
}

/// The page that is asked for.
pub(crate) fn page(sight: Sight<'_>, memory: &mut Memory) -> Page {
    memory.found.is_behind = false;
    match sight.query.panel {
        Panel::Partition => partition::page(sight),
        Panel::Cluster => cluster::page(sight),
        Panel::Log => log::page(sight),
        Panel::Clients => clients::page(sight),
        Panel::Metadata => metadata::page(sight),
        Panel::Metrics => metrics::page(sight),
        Panel::Waiting => waiting::page(sight),
        Panel::Records | Panel::Ledger => ledger::page(sight),
        Panel::Events => events::page(sight, &mut memory.found),
        Panel::Why => why::page(sight, &mut memory.quiet),
    }
}

/// Broker ids with commas, or a dash.
fn ids(brokers: &[BrokerId]) -> String {
    crate::narration::joined(brokers, "–")
}
