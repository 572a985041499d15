//! What the processes report over JMX, but for metrics of one replica: `partitions` has the same.

use epochscope_engine::Cluster;
use epochscope_engine::metrics::thresholds::{Light, light_of_all};
use epochscope_engine::metrics::{METRICS, MetricRow};

use super::schema::{MetricState, ReportedState};

/// All metrics, in the order of the reference.
pub(super) fn metrics(cluster: &Cluster) -> Vec<MetricState> {
    let rows = METRICS.iter().filter(|row| !row.is_of_a_replica());
    rows.map(|row| metric(cluster, row)).collect()
}

fn metric(cluster: &Cluster, row: &MetricRow) -> MetricState {
    let each = cluster.metric_of_each(row, None);
    let values: Vec<u64> = each.iter().map(|(_, value)| *value).collect();
    let reported = |(node, value)| ReportedState { node: cluster.names().node_name(node), value };
    MetricState {
        name: row.jmx_name(),
        all: cluster.metric_of_all(row, None),
        light: light_of_all(row.metric, &values).map(Light::word),
        processes: each.into_iter().map(reported).collect(),
    }
}
