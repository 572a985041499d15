//! Reading metrics: from the process that reports them, as over JMX.
//!
//! A process that is down has no port, and one that stands still does not answer: it reports
//! nothing. Uses: everything.

use epochscope_vocabulary::{ControllerId, NodeId, TopicPartition};

use super::Cluster;
use crate::metrics::{BrokerMetric, Metric, MetricRow, Whole};
use crate::observe::ProcessStatus;

impl Cluster {
    /// What one process reports; of a replica's metric, of that replica. None where it reports
    /// nothing.
    #[must_use]
    pub fn metric(&self, row: &MetricRow, node: NodeId, of: Option<TopicPartition>) -> Option<u64> {
        let has_it = row.since().is_none_or(|since| self.release_of(node) >= since);
        if !has_it || self.status(node) != ProcessStatus::Running {
            return None;
        }
        match (row.metric, node) {
            (Metric::Controller(metric), NodeId::Controller(id)) => {
                self.nodes.controllers.get(&id)?.metric(metric)
            }
            (Metric::Broker(metric), NodeId::Broker(_)) => self.broker_metric(metric, node),
            (Metric::Replica(metric), NodeId::Broker(id)) => {
                let running = self.nodes.brokers.get(&id)?.running()?;
                running.replicas.replica_metric(metric, of?)
            }
            (Metric::Controller(_) | Metric::Broker(_) | Metric::Replica(_), _) => None,
        }
    }

    fn broker_metric(&self, metric: BrokerMetric, node: NodeId) -> Option<u64> {
        let NodeId::Broker(id) = node else { return None };
        let replicas = &self.nodes.brokers.get(&id)?.running()?.replicas;
        let waiting = replicas.purgatory().fetches.iter();
        // A fetch that goes round without news may be on its way at this moment.
        let waiting = waiting.filter(|(request, _)| self.idle_wait(id, **request) != Some(None));
        replicas.metric(metric, waiting.map(|(_, fetch)| fetch))
    }

    /// What each process reports that reports this at all, in order of their numbers.
    #[must_use]
    pub fn metric_of_each(
        &self,
        row: &MetricRow,
        of: Option<TopicPartition>,
    ) -> Vec<(NodeId, u64)> {
        let brokers = self.nodes.brokers.keys().map(|id| NodeId::Broker(*id));
        let controllers = self.nodes.controllers.keys().map(|id| NodeId::Controller(*id));
        let nodes = brokers.chain(controllers);
        nodes.filter_map(|node| Some((node, self.metric(row, node, of)?))).collect()
    }

    /// What all processes report together, as the row says; none if none reports it.
    #[must_use]
    pub fn metric_of_all(&self, row: &MetricRow, of: Option<TopicPartition>) -> Option<u64> {
        let each = self.metric_of_each(row, of);
        let values = each.iter().map(|(_, value)| *value);
        match row.whole {
            Whole::Sum if each.is_empty() => None,
            Whole::Sum => Some(values.sum()),
            Whole::Greatest => values.max(),
            Whole::Active => {
                let active = NodeId::Controller(self.reporting_controller()?);
                each.iter().find(|(node, _)| *node == active).map(|(_, value)| *value)
            }
        }
    }

    /// The active controller, as far as one can be asked: of several, that of the latest epoch.
    fn reporting_controller(&self) -> Option<ControllerId> {
        let all = self.controllers().into_iter();
        let active = all.filter(|one| one.is_active && one.process == ProcessStatus::Running);
        active.max_by_key(|one| one.quorum_epoch).map(|one| one.id)
    }
}
