//! A line that a person says beside a run, as an order to its cluster: in a page, in a link, on a
//! terminal.
//!
//! It may speak of all that the scenario makes and of what was said on the way to the playhead.
//! Only what is said to the cluster can be done in a run; the rest belongs into the scenario.
//!
//! Uses: `format`, `player`, `script`.

use std::fmt;

use epochscope_vocabulary::{Command, SimTime};

use crate::format::{Context, ScenarioError, parse_step_in, print_command};
use crate::player::{Player, is_due};
use crate::script::{At, Statement, Step};

/// A run that is spoken to.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The run.
    pub player: Player,
    context: Context,
}

/// An order with its time, if the line says one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// When.
    pub at: Option<At>,
    /// What.
    pub command: Command,
}

/// Why a line cannot be obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no statement: everything that is wrong with it.
    Text(Vec<ScenarioError>),
    /// It is one for a scenario, not for a run; this is its verb.
    NotSaidToTheCluster(String),
    /// The cluster cannot do it now.
    Rejected(String),
}

impl Acting {
    /// A run that nobody has spoken to yet.
    #[must_use]
    pub fn new(player: Player) -> Self {
        let context = context(&player);
        Self { player, context }
    }

    /// Does what a line says at a time of the run.
    ///
    /// # Errors
    /// Why it cannot be done; nothing has changed then but the playhead's time.
    pub fn act(&mut self, at: SimTime, line: &str) -> Result<(), Refusal> {
        let command = self.read(line)?.command;
        self.obey(at, command, line)
    }

    /// What a line says.
    ///
    /// # Errors
    /// Why it can be no order.
    pub fn read(&self, line: &str) -> Result<Order, Refusal> {
        read(line, &self.context)
    }

    /// Gives an order that was read.
    ///
    /// # Errors
    /// Why the cluster cannot do it.
    pub fn obey(&mut self, at: SimTime, command: Command, line: &str) -> Result<(), Refusal> {
        let acted = self.player.act(at, command.clone(), line);
        acted.map_err(|rejected| Refusal::Rejected(rejected.reason))?;
        self.context.add(&command);
        Ok(())
    }
}

/// What may be spoken of at a player's playhead.
#[must_use]
pub fn context(player: &Player) -> Context {
    let mut context = Context::of(player.scenario());
    for act in player.acts_behind() {
        context.add(&act.command);
    }
    context
}

/// As much may be due at one moment before an order given at it can be tried.
const DUE_BEFORE: u64 = 2_000;

/// Why the cluster would not obey at the playhead, tried on a copy; none if it would, or if too
/// much is due before.
#[must_use]
pub fn would_refuse(player: &Player, at: SimTime, command: &Command) -> Option<String> {
    let at = at.max(player.now());
    let mut copy = player.playhead().clone();
    let last = copy.units() + DUE_BEFORE;
    while is_due(&copy, at) {
        if copy.units() > last {
            return None;
        }
        if copy.advance().is_none() {
            copy.go_on();
        }
    }
    let tried = copy.act(at, command, &print_command(command));
    tried.err().map(|rejected| rejected.reason)
}

/// What a line says, where this may be spoken of.
///
/// # Errors
/// Why it can be no order.
pub fn read(line: &str, context: &Context) -> Result<Order, Refusal> {
    let step = parse_step_in(line, context).map_err(Refusal::Text)?;
    let is_skipped = step.only.as_ref().is_some_and(|range| !range.contains(context.release()));
    match order(&step).filter(|_| !is_skipped) {
        Some(order) => Ok(order),
        None => Err(Refusal::NotSaidToTheCluster(verb(line).to_owned())),
    }
}

/// The order that a step is, if it is one.
#[must_use]
pub fn order(step: &Step) -> Option<Order> {
    match &step.statement {
        Statement::Command(command) => Some(Order { at: step.at, command: command.clone() }),
        _ => None,
    }
}

impl Order {
    /// The order as its line is printed, without a time.
    #[must_use]
    pub fn text(&self) -> String {
        print_command(&self.command)
    }

    /// When it is given, said at this time.
    #[must_use]
    pub fn at(&self, now: SimTime) -> SimTime {
        match self.at {
            Some(At::Absolute(at)) => at,
            Some(At::After(span)) => now + span,
            None => now,
        }
    }
}

fn verb(line: &str) -> &str {
    let mut words = line.split_whitespace();
    words.find(|word| !word.starts_with('@')).unwrap_or_default()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(errors) => f.write_str(errors.first().map_or("", |error| &error.message)),
            Self::NotSaidToTheCluster(_) => {
                f.write_str("only what is said to the cluster can be done here")
            }
            Self::Rejected(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Refusal {}
