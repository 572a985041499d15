//! What a word or a pair's value may be: for the parser, and in words for errors and the reference.
//!
//! Uses: nothing.

/// What a word or a pair's value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This very word.
    Literal(&'static str),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A span of time.
    Span,
    /// A time since the start, or `settled`.
    TimeOrSettled,
    /// Records a second.
    Rate,
    /// So many of a hundred.
    Percent,
    /// A whole number of this range.
    Number(u64, u64),
    /// `true` or `false`.
    Switch,
    /// What a killed process loses.
    Losing,
    /// A name that is made here.
    NewName,
    /// A name made elsewhere, or here.
    Name,
    /// A producer that exists.
    Producer,
    /// A consumer that exists.
    Consumer,
    /// A client that exists.
    Client,
    /// A topic that exists.
    Topic,
    /// A topic that is made here.
    NewTopic,
    /// A partition that exists.
    Partition,
    /// A broker.
    Broker,
    /// A broker or controller, or `controller`.
    Node,
    /// Any one node, clients too.
    AnyNode,
    /// Nodes of any sort.
    Nodes,
    /// Brokers, in the words for nodes.
    Brokers,
    /// Brokers and controllers, in the words for nodes.
    Processes,
    /// Numbers and ranges of nodes, with `@rack` behind.
    NewBrokers,
    /// Numbers and ranges of nodes.
    NewNodes,
    /// Lists of brokers, a list for each partition.
    ReplicaLists,
    /// A broker's log directory.
    Directory,
    /// One list of brokers.
    Replicas,
    /// Kinds of request, or `*`.
    ApiKey,
    /// Classes of events.
    EventTopics,
    /// A rack, or nodes: an end of links.
    LinkEnd,
    /// What `focus` looks at.
    Focus,
    /// Any text; in quotes if it has blanks.
    Text,
    /// Text that must be quoted.
    Quoted,
    /// The rest of the line as it is.
    FreeText,
    /// An observation (all that is left of the words).
    Observation,
}

impl Kind {
    /// As it stands in the syntax: `10s`.
    pub(crate) fn sample(self) -> String {
        match self {
            Self::Literal(word) => word.to_owned(),
            Self::Word(words) => words.join("|"),
            Self::Span => "10s".to_owned(),
            Self::TimeOrSettled => "31s|settled".to_owned(),
            Self::Rate => "20/s".to_owned(),
            Self::Percent => "10%".to_owned(),
            Self::Number(..) => "N".to_owned(),
            Self::Switch => "true|false".to_owned(),
            Self::Losing => "nothing|unflushed|N".to_owned(),
            Self::NewName | Self::Name => "NAME".to_owned(),
            Self::Producer | Self::Consumer | Self::Client => "C".to_owned(),
            Self::Topic | Self::NewTopic => "TOPIC".to_owned(),
            Self::Partition => "P".to_owned(),
            Self::Broker => "1".to_owned(),
            Self::Node | Self::AnyNode => "NODE".to_owned(),
            Self::Nodes | Self::Brokers | Self::Processes | Self::NewNodes => "NODES".to_owned(),
            Self::NewBrokers => "1..3@RACK".to_owned(),
            Self::ReplicaLists => "1,2,3;2,3,1".to_owned(),
            Self::Directory => "DIR".to_owned(),
            Self::Replicas => "4,5,6".to_owned(),
            Self::ApiKey => "KIND".to_owned(),
            Self::EventTopics => "metadata,leadership,...".to_owned(),
            Self::LinkEnd => "RACK|NODES".to_owned(),
            Self::Focus => "P|NODE|topic:T|\"record\"".to_owned(),
            Self::Quoted => "\"TEXT\"".to_owned(),
            Self::Text | Self::FreeText => "TEXT".to_owned(),
            Self::Observation => "OBSERVATION".to_owned(),
        }
    }

    /// In words: "a span of time, such as `12s`".
    pub(crate) fn wanted(self) -> String {
        match self {
            Self::Literal(word) => format!("the word `{word}`"),
            Self::Word(words) => super::errors::listed(words.iter().copied()),
            Self::Span => {
                "a span of time: a whole number and `us`, `ms`, `s`, `m` or `h`".to_owned()
            }
            Self::TimeOrSettled => "a time such as `31s`, or `settled`".to_owned(),
            Self::Rate => "a rate such as `20/s`".to_owned(),
            Self::Percent => "a percentage such as `10%`".to_owned(),
            Self::Number(low, u64::MAX) => format!("a whole number from {low}"),
            Self::Number(low, high) => format!("a whole number from {low} to {high}"),
            Self::Switch => "`true` or `false`".to_owned(),
            Self::Losing => "`nothing`, `unflushed` or a number of records".to_owned(),
            Self::NewName | Self::Name => "a name".to_owned(),
            Self::Producer => "a producer's name".to_owned(),
            Self::Consumer => "a consumer's name".to_owned(),
            Self::Client => "a client's name".to_owned(),
            Self::Topic | Self::NewTopic => "a topic's name".to_owned(),
            Self::Partition => "a partition such as `orders-0`".to_owned(),
            Self::Broker => "a broker's number".to_owned(),
            Self::Node => "a broker, a controller or `controller`".to_owned(),
            Self::AnyNode => "a broker, a controller or a client".to_owned(),
            Self::Nodes => "nodes such as `1,2`, `rack:a`, `controllers`, `checkout`".to_owned(),
            Self::Processes => {
                "nodes such as `1`, `1,2`, `101..103`, `rack:a`, `brokers`".to_owned()
            }
            Self::Brokers => "brokers such as `1`, `1,2`, `1..3`, `rack:a`, `brokers`".to_owned(),
            Self::NewBrokers => "brokers such as `1`, `2@us-east-1a`, `1..3@a`".to_owned(),
            Self::NewNodes => "numbers such as `101`, `101..103`".to_owned(),
            Self::Directory => "a log directory".to_owned(),
            Self::Replicas => "brokers such as `1,2,3`".to_owned(),
            Self::ReplicaLists => "brokers such as `1,2,3`, or `1,2,3;2,3,1`".to_owned(),
            Self::ApiKey => "a kind of request such as `Fetch`, or `*`".to_owned(),
            Self::EventTopics => "classes of events such as `metadata,leadership`".to_owned(),
            Self::LinkEnd => "a rack or nodes".to_owned(),
            Self::Focus => "`orders-0`, a node, `topic:orders` or `\"a record\"`".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Quoted => "a text in quotes".to_owned(),
            Self::FreeText => "a text".to_owned(),
            Self::Observation => "an observation such as `leader orders-0 = 2`".to_owned(),
        }
    }
}
