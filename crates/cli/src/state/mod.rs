//! `state`: everything that can be observed at a moment, as JSON or as a short table.

mod clients;
mod json;
mod metrics;
mod partitions;
mod schema;
mod table;

use epochscope_engine::Cluster;
use epochscope_scenario::execution::Execution;
use epochscope_vocabulary::NodeId;
use epochscope_vocabulary::metadata_record::RegistrationState;

use crate::arguments::StateOptions;
use crate::input::{self, Script};
use crate::moment::play_to;
use crate::output::{self, Lines};
use crate::problem::{Outcome, Verdict};
use crate::progress::Progress;
use schema::{BrokerState, ControllerState, CutLink, MetadataLogState, ScenarioState, State};

/// The name and version of the JSON's schema, which `docs/state.md` documents.
const SCHEMA: &str = "epochscope.state/1";

/// Prints the state at a moment.
pub(crate) fn command(options: &StateOptions, progress: Progress) -> Outcome {
    let script = input::script(&options.file)?;
    let execution = play_to(&script, &options.at, progress)?;
    let state = observe(&script, &execution);
    if options.json {
        let mut lines = Lines::new();
        // Numbers and texts always have a form in JSON.
        let value = serde_json::to_value(&state).unwrap_or_default();
        lines.write(json::pretty(&value).as_bytes());
        lines.finish()?;
    } else {
        output::print(&table::table(&state))?;
    }
    Ok(Verdict::Fine)
}

fn observe(script: &Script, execution: &Execution) -> State {
    let cluster = execution.cluster();
    let violated = cluster.violated();
    let texts = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    State {
        schema: SCHEMA,
        scenario: scenario(script, execution),
        at_us: cluster.now().0,
        events: cluster.event_count(),
        metadata_log: metadata_log(cluster),
        controllers: controllers(cluster),
        brokers: brokers(cluster),
        partitions: partitions::partitions(cluster),
        clients: clients::clients(cluster),
        in_flight: clients::in_flight(cluster),
        cut_links: cut_links(cluster),
        records: clients::records(cluster),
        violated: texts(&violated.broken),
        violated_unexcused: texts(&violated.unexcused),
        metrics: metrics::metrics(cluster),
    }
}

fn scenario(script: &Script, execution: &Execution) -> ScenarioState {
    let cluster = &script.scenario.cluster;
    ScenarioState {
        title: script.scenario.title.as_ref().map(ToString::to_string),
        kafka: cluster.release.to_string(),
        seed: cluster.seed,
        steps: script.scenario.steps.len(),
        steps_done: execution.step_index().min(script.scenario.steps.len()),
        checks_failed: execution.failed(),
    }
}

fn metadata_log(cluster: &Cluster) -> MetadataLogState {
    let active = cluster.active_controller();
    let observed = cluster.controllers().into_iter().find(|one| Some(one.id) == active);
    MetadataLogState {
        active_controller: active.map(|id| id.0),
        quorum_epoch: cluster.image().quorum_epoch().0,
        committed_offset: cluster.image().end_offset().0,
        log_end_offset: observed.map(|one| one.log_end_offset.0),
    }
}

fn controllers(cluster: &Cluster) -> Vec<ControllerState> {
    let all = cluster.controllers().into_iter();
    let state = all.map(|one| ControllerState {
        id: one.id.0,
        quorum_role: one.quorum_role,
        quorum_epoch: one.quorum_epoch.0,
        log_end_offset: one.log_end_offset.0,
        high_watermark: one.high_watermark.0,
    });
    state.collect()
}

fn brokers(cluster: &Cluster) -> Vec<BrokerState> {
    let all = cluster.brokers().into_iter();
    let state = all.map(|one| BrokerState {
        id: one.id.0,
        rack: one.rack.map(|rack| rack.to_string()),
        process: one.process.word(),
        registration: one.registration.map_or("unregistered", RegistrationState::word),
        broker_epoch: one.broker_epoch.map(|epoch| epoch.0),
        metadata_offset: one.metadata_offset.0,
        inbox: one.inbox,
    });
    state.collect()
}

fn cut_links(cluster: &Cluster) -> Vec<CutLink> {
    let brokers = cluster.brokers().into_iter().map(|one| NodeId::Broker(one.id));
    let controllers = cluster.controllers().into_iter().map(|one| NodeId::Controller(one.id));
    let clients = cluster.clients().into_iter().map(|one| NodeId::Client(one.id));
    let nodes: Vec<NodeId> = controllers.chain(brokers).chain(clients).collect();
    let mut cut = Vec::new();
    for from in &nodes {
        for to in nodes.iter().filter(|to| cluster.is_cut(*from, **to)) {
            let name = |node: &NodeId| cluster.names().node_name(*node);
            cut.push(CutLink { from: name(from), to: name(to) });
        }
    }
    cut
}
