//! Where a run ends that has no end of its own, or would take all memory.

use std::sync::Arc;

use epochscope_engine::Endless;
use epochscope_vocabulary::SimTime;
use epochscope_vocabulary::config::{ConfigValue, Settings, ValueKind};

use super::Execution;
use super::phase::{Phase, Stopped};
use crate::format::limits;

impl Execution {
    /// Ends a run that is above a limit: a load without an end is not counted before it runs, and
    /// whether a moment has an end shows only when it has come.
    pub(super) fn stop_above_the_limit(&mut self) {
        if self.stopped.is_some() {
            return;
        }
        if let Some(endless) = self.cluster.endless().cloned() {
            self.give_up(&endless);
        } else if u64::from(self.cluster.names().value_count()) > limits::RECORDS && !self.is_over()
        {
            let most = limits::RECORDS;
            self.stop_here(format!("more than {most} records are sent: end the load before"), None);
        }
    }

    /// Ends a run that the cluster has given up, or a copy of it that looks ahead.
    pub(super) fn give_up(&mut self, endless: &Endless) {
        let (reason, fix) = match endless {
            Endless::Standstill { at, last } => {
                let at = at.since(SimTime::ZERO);
                let mut reason = format!("time stands still at {at}");
                let words: Vec<&str> = last.split_whitespace().skip(1).collect();
                if !words.is_empty() {
                    reason = format!("{reason}: over and over `{}`", words.join(" "));
                }
                (reason, self.time_for_zeros())
            }
            Endless::Crowded => {
                let now = self.cluster.now().since(SimTime::ZERO);
                let reason = format!("more than a million messages are on their way at {now}");
                (reason, "let less be sent, or let it arrive sooner".to_owned())
            }
        };
        self.stop_here(reason, Some(fix));
    }

    /// What is to be given a time: whatever has none, by the header.
    fn time_for_zeros(&self) -> String {
        let spec = &self.scenario.cluster;
        let settings = spec.config.iter().map(|line| &line.settings);
        let settings = settings.chain(spec.clients.iter().map(|client| &client.settings));
        let mut names: Vec<&str> = Vec::new();
        for name in settings.flat_map(zeros) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        match names.as_slice() {
            [] => "give it some time".to_owned(),
            _ => format!("give `{}` more than 0 ms", names.join("`, `")),
        }
    }

    fn stop_here(&mut self, reason: String, fix: Option<String>) {
        let line = self.scenario.steps.get(self.step).map_or(0, |step| step.line);
        self.stopped = Some(Arc::new(Stopped { step: self.step, line, reason, fix }));
        self.phase = Phase::Stopped;
    }
}

/// Times that are said to be none.
fn zeros(settings: &Settings) -> impl Iterator<Item = &'static str> {
    let is_zero = |value: &ConfigValue| *value == ConfigValue::Number(0);
    let set = settings.0.iter().filter(move |(_, value)| is_zero(value));
    let times = set.map(|(key, _)| key.setting());
    times.filter(|setting| setting.kind == ValueKind::Ms).map(|setting| setting.name)
}
