//! The header of a trace's scenario: the cluster as it was set up.

use epochscope_scenario::format::releases;
use epochscope_vocabulary::config::Scope;

use super::clients::is_modelled;
use super::steps::{Act, value_of};
use super::writer::Writer;

impl Writer<'_> {
    pub(super) fn header(&mut self, draw: Option<u64>) {
        let trace = self.trace;
        let release = releases::position(&trace.release)
            .map_or(trace.release.as_str(), |at| releases::RELEASES[at]);
        let brokers = trace.brokers.iter().map(|(id, rack)| match rack {
            Some(rack) => format!(" {id}@{rack}"),
            None => format!(" {id}"),
        });
        let controllers = trace.controllers.iter().map(|id| format!(" {id}"));
        let active = trace.active.map_or(String::new(), |id| format!(" active={id}"));
        self.header.extend([
            "epochscope 1".to_owned(),
            format!("title {}: {}", trace.id, trace.title),
            format!("about Recorded on Apache Kafka {}: same outcome.", trace.release),
            format!("kafka {release}"),
            format!("brokers{}", brokers.collect::<String>()),
            format!("controllers{}{active}", controllers.collect::<String>()),
        ]);
        if let Some(seed) = draw {
            self.header
                .extend([format!("seed {seed}"), "network latency=1ms jitter=1ms".to_owned()]);
        }
        let fails = |step: &super::trace::Step| matches!(step.act, Act::FailDir(..));
        if trace.steps.iter().any(fails) && value_of(&trace.settings, "broker.log.dirs").is_none() {
            self.header.push("config brokers log.dirs=/d1,/d2".to_owned());
        }
        for (whose, prefix) in [("brokers", "broker."), ("controllers", "controller.")] {
            let own = trace.settings.iter().filter_map(|(name, value)| {
                let name = name.strip_prefix(prefix)?;
                is_modelled(name, Scope::Server).then(|| format!(" {name}={value}"))
            });
            let settings = own.collect::<String>();
            if !settings.is_empty() {
                self.header.push(format!("config {whose}{settings}"));
            }
        }
        if trace.elr_version == 0 {
            self.header.push("feature eligible.leader.replicas.version=0".to_owned());
        }
    }
}
