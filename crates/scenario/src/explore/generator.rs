//! The inventor of a schedule: what happens next, drawn from a seed and from how the cluster
//! stands.
//!
//! It looks at the cluster so that what it says can be obeyed, and says it as a step of the
//! language. Each seed has its own habits: which kinds of fault it knows, and how long it waits.

use epochscope_engine::rng::{Purpose, Stream, Streams};
use epochscope_vocabulary::{Command, SimDuration};

use super::clients::Clients;
use super::drive::Drive;
use super::faults::{FAULTS, FaultKind, FaultKinds};
use super::orders;
use super::sight::{Sight, pick_by_weight};
use crate::script::{Scenario, Statement, Step};

/// The fewest actions of a schedule, and how many more there may be.
const FEWEST: u64 = 15;
const MORE: u64 = 45;
/// As often another action is drawn when one cannot be done.
const DRAWS: u32 = 20;

/// What may be done next.
#[derive(Clone, Copy, Debug)]
enum Action {
    Fault(FaultKind),
    Start,
    Resume,
    Heal,
    LetGo,
    Produce,
    Load,
    Request,
    NewClient,
    Seek,
    Refresh,
}

/// A schedule being invented.
pub(super) struct Generator {
    stream: Stream,
    kinds: FaultKinds,
    /// How often each of [`PACES`] is gone at.
    paces: [(usize, u64); PACES.len()],
    left: u64,
    clients: Clients,
}

/// Waits, from the shortest and up to how much longer, both in steps of so long: races, requests,
/// elections, time-outs.
const PACES: [(u64, u64, SimDuration); 4] = [
    (0, 40, SimDuration(250)),
    (10, 1_000, SimDuration(1_000)),
    (1, 11, SimDuration(1_000_000)),
    (10, 30, SimDuration(1_000_000)),
];

impl Generator {
    /// The schedule of this seed, for the clients that a set-up has.
    pub(super) fn new(set_up: &Scenario, seed: u64, kinds: &FaultKinds) -> Self {
        let mut stream = Streams::new(seed).stream(Purpose::Faults);
        let kinds = kinds.some(&mut stream);
        let paces = [(0, 2), (1, 6), (2, 5), (3, 1)];
        let paces = paces.map(|(pace, most)| (pace, stream.below(most) + u64::from(pace == 1)));
        let left = FEWEST + stream.below(MORE);
        Self { stream, kinds, paces, left, clients: Clients::of(set_up) }
    }

    /// Lets some time pass; then the next step, or none when the schedule is over.
    pub(super) fn next(&mut self, drive: &mut Drive) -> Option<Step> {
        self.left = self.left.checked_sub(1)?;
        drive.wait(self.wait());
        let sight = Sight::of(drive.cluster());
        let choices = self.choices(&sight);
        for _ in 0..DRAWS {
            let action = pick_by_weight(&mut self.stream, &choices)?;
            if let Some(command) = self.order(action, &sight) {
                return Some(Step::now(Statement::Command(command)));
            }
        }
        None
    }

    fn wait(&mut self) -> SimDuration {
        let pace = pick_by_weight(&mut self.stream, &self.paces).unwrap_or(1);
        let (least, more, unit) = PACES[pace];
        SimDuration((least + self.stream.below(more)) * unit.0)
    }

    /// What may be done, and how likely each is.
    fn choices(&self, sight: &Sight<'_>) -> Vec<(Action, u64)> {
        let of = |count: usize, each: u64, most: u64| {
            u64::try_from(count).unwrap_or(most).saturating_mul(each).min(most)
        };
        let mut choices = vec![
            (Action::Start, of(sight.down.len() + sight.controllers.down.len(), 6, 14)),
            (Action::Resume, of(sight.paused.len() + sight.controllers.paused.len(), 5, 10)),
            (Action::Heal, of(sight.link_faults, 4, 12)),
            (Action::LetGo, of(sight.holds.len(), 6, 15)),
            (Action::Produce, 14),
            (Action::Load, 3),
            (Action::Request, 3),
            (Action::NewClient, if self.clients.has_room() { 4 } else { 0 }),
            (Action::Seek, 1),
            (Action::Refresh, 1),
        ];
        let kinds = FAULTS.iter().map(|row| row.kind).filter(|kind| self.kinds.has(*kind));
        choices.extend(kinds.map(|kind| (Action::Fault(kind), weight(kind, sight))));
        choices
    }

    fn order(&mut self, action: Action, sight: &Sight<'_>) -> Option<Command> {
        let stream = &mut self.stream;
        match action {
            Action::Fault(kind) => orders::fault(stream, sight, kind, &mut self.clients),
            Action::Start => orders::start(stream, sight),
            Action::Resume => orders::resume(stream, sight),
            Action::Heal => orders::heal(stream, sight),
            Action::LetGo => orders::let_go(stream, sight),
            Action::Produce => self.clients.produce(stream, sight),
            Action::Load => self.clients.load(stream, sight),
            Action::Request => self.clients.request(stream, sight),
            Action::NewClient => self.clients.start_another(stream, sight),
            Action::Seek => self.clients.seek(stream, sight),
            Action::Refresh => self.clients.refresh(stream),
        }
    }
}

/// How likely a fault is: less, the more is broken.
fn weight(kind: FaultKind, sight: &Sight<'_>) -> u64 {
    let alive = sight.running.len() + sight.paused.len();
    let is_weak = alive <= sight.brokers.len() / 2;
    match kind {
        FaultKind::Kill | FaultKind::PowerLoss if alive == 0 => 0,
        FaultKind::Kill | FaultKind::PowerLoss => {
            if is_weak {
                2
            } else {
                6
            }
        }
        FaultKind::Stop if sight.running.is_empty() => 0,
        FaultKind::Stop => {
            if is_weak {
                1
            } else {
                4
            }
        }
        FaultKind::Pause if sight.running.is_empty() => 0,
        FaultKind::Pause => 5,
        FaultKind::Wipe if sight.down.is_empty() => 0,
        FaultKind::Cut | FaultKind::OneWay => {
            if sight.link_faults < 4 {
                4
            } else {
                0
            }
        }
        FaultKind::Delay | FaultKind::Drop | FaultKind::Slow => {
            if sight.link_faults < 4 {
                2
            } else {
                0
            }
        }
        FaultKind::Hold => {
            if sight.holds.len() < 3 {
                6
            } else {
                0
            }
        }
        FaultKind::Wipe | FaultKind::Preferred | FaultKind::Reassign => 3,
        FaultKind::Unclean | FaultKind::MinIsr | FaultKind::Topics | FaultKind::Disk => 2,
        FaultKind::UncleanEnable => 1,
        FaultKind::Controllers if sight.controllers.running.is_empty() => 0,
        FaultKind::Controllers => 4,
        FaultKind::ControllerLinks if sight.controllers.all.is_empty() => 0,
        FaultKind::ControllerLinks if sight.link_faults < 4 => 4,
        FaultKind::ControllerLinks => 0,
        FaultKind::WipeDirectory | FaultKind::Directories if !sight.has_directories() => 0,
        FaultKind::Feature if !sight.knows_elr() => 0,
        FaultKind::WipeDirectory | FaultKind::Unregister if sight.down.is_empty() => 0,
        FaultKind::Increase | FaultKind::WipeDirectory | FaultKind::Unregister => 2,
        FaultKind::Directories => 4,
        FaultKind::Feature => 1,
        FaultKind::QuorumHold if sight.holds.len() < 3 => 4,
        FaultKind::QuorumHold => 0,
    }
}
