//! How a cluster starts: what the header of a scenario says.

use std::sync::Arc;

use crate::command::{ClientSpec, NodeSet, TopicSpec};
use crate::config::Settings;
use crate::time::SimDuration;

/// A broker and its rack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerSpec {
    /// Its `node.id`.
    pub id: u32,
    /// Its `broker.rack`.
    pub rack: Option<Arc<str>>,
}

/// One end of a link that a `network` line speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// A rack.
    Rack(Arc<str>),
    /// Nodes.
    Nodes(NodeSet),
}

/// A `network` line: the default of every link, or of the links between two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkSpec {
    /// Which links; none means all.
    pub between: Option<(LinkEnd, LinkEnd)>,
    /// One way.
    pub latency: Option<SimDuration>,
    /// Up to this much more, drawn for each message.
    pub jitter: Option<SimDuration>,
}

/// Whose server.properties a `config` line sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigTarget {
    /// Everybody's.
    All,
    /// All brokers'.
    Brokers,
    /// All controllers'.
    Controllers,
    /// One broker's.
    Broker(u32),
}

/// A `config` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigSpec {
    /// Whose.
    pub target: ConfigTarget,
    /// What.
    pub settings: Settings,
}

/// What runs at time 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beginning {
    /// Everything, and has long run.
    #[default]
    Warm,
    /// Nothing: disks are formatted, and that is all.
    Cold,
}

/// Everything that is decided before time 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSpec {
    /// The release whose rules hold, as the scenario names it: `4.1`.
    pub release: Arc<str>,
    /// Brokers that are of another release.
    pub releases: Vec<(u32, Arc<str>)>,
    /// The seed of every random draw.
    pub seed: u64,
    /// The brokers, in the order written.
    pub brokers: Vec<BrokerSpec>,
    /// The controllers.
    pub controllers: Vec<u32>,
    /// The controller that is active at the start; none means the lowest.
    pub active_controller: Option<u32>,
    /// Later lines win.
    pub network: Vec<NetworkSpec>,
    /// Later lines win, and a broker's own wins over all.
    pub config: Vec<ConfigSpec>,
    /// Finalised features that differ from a new cluster's.
    pub features: Vec<(Arc<str>, u16)>,
    /// What runs at time 0.
    pub beginning: Beginning,
    /// Topics that exist at time 0.
    pub topics: Vec<TopicSpec>,
    /// Producers and consumers that exist at time 0.
    pub clients: Vec<ClientSpec>,
}

impl Default for ClusterSpec {
    fn default() -> Self {
        Self {
            release: "4.1".into(),
            releases: Vec::new(),
            seed: 1,
            brokers: Vec::new(),
            controllers: vec![100],
            active_controller: None,
            network: Vec::new(),
            config: Vec::new(),
            features: Vec::new(),
            beginning: Beginning::Warm,
            topics: Vec::new(),
            clients: Vec::new(),
        }
    }
}
