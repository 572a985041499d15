//! Names of nodes, partitions and clients, resolved; or why they cannot be.

use std::sync::Arc;

use epochscope_vocabulary::cluster_spec::LinkEnd;
use epochscope_vocabulary::command::{NodeSelector, NodeSet, PartitionName};
use epochscope_vocabulary::{
    BrokerId, ClientId, ControllerId, NodeId, SortedSet, TopicId, TopicPartition,
};

use super::{Cluster, Nodes, Rejected};
use crate::broker::Broker;
use crate::broker::partition::replica::Partition;
use crate::client::ClientNode;
use crate::controller::ControllerNode;
use crate::metadata::MetadataImage;

/// One node, to act.
pub(super) enum Node<'a> {
    Broker(&'a mut Broker),
    Controller(&'a mut ControllerNode),
    Client(&'a mut ClientNode),
}

impl Nodes {
    /// The node of this name.
    pub(super) fn get_mut(&mut self, node: NodeId) -> Option<Node<'_>> {
        match node {
            NodeId::Broker(id) => self.brokers.get_mut(&id).map(Node::Broker),
            NodeId::Controller(id) => self.controllers.get_mut(&id).map(Node::Controller),
            NodeId::Client(id) => self.clients.get_mut(&id).map(Node::Client),
        }
    }

    /// The leader whom the controllers have, if it leads in their epoch and so knows it.
    ///
    /// A process that has come back and not registered yet may believe so too, by what the
    /// metadata said of its former life; its port is still closed, and it is not meant here.
    pub(super) fn true_leader(
        &self,
        image: &MetadataImage,
        partition: TopicPartition,
    ) -> Option<(BrokerId, &Partition)> {
        let registration = image.partition(partition)?;
        let id = registration.leader?;
        let running = self.brokers.get(&id)?.running()?;
        let replica = running.replicas.partitions().get(&partition)?;
        let knows =
            replica.leading().is_some() && replica.leader_epoch == registration.leader_epoch;
        let epoch = running.lifecycle.broker_epoch();
        let is_registered =
            epoch.is_some() && epoch == image.broker(id).map(|registered| registered.broker_epoch);
        (knows && is_registered).then_some((id, replica))
    }
}

impl Cluster {
    pub(super) fn select(&self, selector: &NodeSelector) -> Result<SortedSet<NodeId>, Rejected> {
        let brokers = || self.nodes.brokers.keys().map(|id| NodeId::Broker(*id));
        Ok(match selector {
            NodeSelector::Number(number) => SortedSet::from([self.numbered(*number)?]),
            NodeSelector::Range(first, last) => {
                (*first..=*last).map(|one| self.numbered(one)).collect::<Result<_, _>>()?
            }
            NodeSelector::Rack(rack) => {
                let in_rack: SortedSet<_> = self
                    .nodes
                    .brokers
                    .values()
                    .filter(|broker| broker.rack.as_ref() == Some(rack))
                    .map(|broker| NodeId::Broker(broker.id))
                    .collect();
                if in_rack.is_empty() {
                    return Err(Rejected::new(format!("there is no broker in rack `{rack}`")));
                }
                in_rack
            }
            NodeSelector::Brokers => brokers().collect(),
            NodeSelector::Controllers => {
                self.nodes.controllers.keys().map(|id| NodeId::Controller(*id)).collect()
            }
            NodeSelector::Clients => {
                self.nodes.clients.keys().map(|id| NodeId::Client(*id)).collect()
            }
            NodeSelector::ActiveController => match self.active_controller() {
                Some(active) => SortedSet::from([NodeId::Controller(active)]),
                None => return Err(Rejected::new("no controller is active now")),
            },
            NodeSelector::Client(name) => SortedSet::from([NodeId::Client(self.client_id(name)?)]),
        })
    }

    pub(super) fn select_all(&self, set: &NodeSet) -> Result<SortedSet<NodeId>, Rejected> {
        let mut all = SortedSet::new();
        for selector in &set.0 {
            all.extend(self.select(selector)?);
        }
        Ok(all)
    }

    /// The brokers of a set, for orders that only brokers can be given.
    pub(super) fn select_brokers(&self, set: &NodeSet) -> Result<Vec<BrokerId>, Rejected> {
        let broker = |node| match node {
            NodeId::Broker(id) => Ok(id),
            NodeId::Controller(id) => Err(Rejected::new(format!(
                "{id} is a controller, and has no logs of partitions; name a broker"
            ))),
            NodeId::Client(_) => Err(Rejected::new("a client has no logs; name a broker")),
        };
        self.select_all(set)?.into_iter().map(broker).collect()
    }

    /// The nodes of a set that have a process which can fail.
    pub(super) fn select_processes(&self, set: &NodeSet) -> Result<Vec<NodeId>, Rejected> {
        let process = |node| match node {
            NodeId::Broker(_) | NodeId::Controller(_) => Ok(node),
            NodeId::Client(_) => Err(Rejected::new("clients have no process that can fail")),
        };
        self.select_all(set)?.into_iter().map(process).collect()
    }

    pub(super) fn select_link_end(&self, end: &LinkEnd) -> Result<SortedSet<NodeId>, Rejected> {
        match end {
            LinkEnd::Rack(rack) => self.select(&NodeSelector::Rack(rack.clone())),
            LinkEnd::Nodes(set) => self.select_all(set),
        }
    }

    fn numbered(&self, number: u32) -> Result<NodeId, Rejected> {
        if self.nodes.brokers.contains_key(&BrokerId(number)) {
            Ok(NodeId::Broker(BrokerId(number)))
        } else if self.nodes.controllers.contains_key(&ControllerId(number)) {
            Ok(NodeId::Controller(ControllerId(number)))
        } else {
            Err(Rejected::new(format!("there is no broker or controller {number}")))
        }
    }

    pub(super) fn client_id(&self, name: &str) -> Result<ClientId, Rejected> {
        self.names
            .find_client(name)
            .filter(|id| self.nodes.clients.contains_key(id))
            .ok_or_else(|| Rejected::new(format!("there is no client `{name}`")))
    }

    /// The topic of this name, as the active controller has committed it.
    pub(super) fn topic_id(&self, name: &str) -> Result<TopicId, Rejected> {
        self.committed_image()
            .topic_id(name)
            .ok_or_else(|| Rejected::new(format!("there is no topic `{name}`")))
    }

    pub(super) fn partition_id(&self, name: &PartitionName) -> Result<TopicPartition, Rejected> {
        let topic = self.topic_id(&name.topic)?;
        let id = TopicPartition { topic, partition: name.partition };
        match self.committed_image().partition(id) {
            Some(_) => Ok(id),
            None => Err(Rejected::new(format!(
                "topic `{}` has no partition {}",
                name.topic, name.partition
            ))),
        }
    }

    pub(super) fn committed_image(&self) -> &Arc<crate::metadata::MetadataImage> {
        &self.decided
    }
}
