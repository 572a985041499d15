//! A trace as a scenario of our language.
//!
//! The driver went step by step and waited for what it had asked, so the scenario is made of waits
//! too; recorded times come in only where something was still under way.

use epochscope_scenario::format::print;
use epochscope_scenario::script::Scenario;

use super::steps::Act;
use super::trace::Trace;
use super::writer::Writer;
use crate::rule::fields::Read;

/// A scenario, and what to look at while it runs.
pub(super) struct Plan {
    /// The scenario.
    pub(super) scenario: Scenario,
    /// The topic's name in it.
    pub(super) topic: String,
    /// What to look at when so many statements are done, in order.
    pub(super) looks: Vec<(usize, Look)>,
    /// Every record, in order of its sending.
    pub(super) sent: Vec<Sent>,
    /// Brokers that the steps touch.
    pub(super) touched: Vec<u32>,
}

/// Something to look at.
#[derive(Clone, Debug)]
pub(super) enum Look {
    /// What this consumer, or this sender of a Fetch, has read; the number is that of the reading.
    Read { reading: usize, client: String, from: u64 },
    /// All logs.
    Logs(String),
    /// The partitions, as an administrator sees them.
    Describe(String),
    /// This broker's log from here on.
    WatchFrom(u32),
    /// And up to here.
    WatchTo { name: String, broker: u32 },
    /// What the step of this number gave to the administrator.
    Answer(usize),
}

/// A record.
pub(super) struct Sent {
    pub(super) value: String,
    /// The client's name in the trace.
    pub(super) label: String,
    /// Its name in the scenario.
    pub(super) client: String,
    /// As the trace writes it.
    pub(super) acks: String,
    pub(super) partition: u32,
    /// Sent by one request to one broker.
    pub(super) is_raw: bool,
}

/// Makes the scenario. What races on a real machine is decided by nothing here, or `draw`n from
/// this seed.
pub(super) fn plan(trace: &Trace, draw: Option<u64>) -> Read<Plan> {
    let mut writer = Writer::new(trace)?;
    writer.header(draw);
    writer.find_watches();
    let mut describes = trace.describes.iter();
    for (number, step) in trace.steps.iter().enumerate() {
        if matches!(step.act, Act::Describe) {
            writer.read_until(step.at_ms);
        }
        writer.step(number, step);
        if matches!(step.act, Act::Describe)
            && let Some((_, name)) = describes.next()
        {
            writer.look(Look::Describe(name.clone()));
        }
    }
    writer.read_until(u64::MAX);
    writer.finish()
}

/// The scenario's text in the canonical form.
pub(super) fn text(plan: &Plan) -> String {
    print(&plan.scenario)
}
