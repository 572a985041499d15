//! Speaking to the run: statements at the playhead, what may stand next in one, what can be done.
//!
//! Uses: `orders`.

use epochscope_scenario::acting::{self, Refusal};
use epochscope_scenario::format::{self, Draft, Offered};
use epochscope_vocabulary::SimTime;

pub use epochscope_scenario::format::{Completion, Completions};

use super::{Session, TextError, text_error, whole_text};
use crate::orders::{self, Moment, Order, Thing};

/// How far a line has come that is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Typed {
    /// There is nothing in it.
    #[default]
    Empty,
    /// It lacks this.
    Unfinished(TextError),
    /// This is wrong, whatever follows.
    Wrong(TextError),
    /// It can be said.
    Whole,
}

impl Session {
    /// Says a statement to the cluster at the playhead, or at the time that the line says.
    ///
    /// # Errors
    /// Why it cannot be obeyed; nothing has changed then.
    pub fn say(&mut self, line: &str) -> Result<(), TextError> {
        let order = self.read_order(line)?;
        let before = self.now();
        self.seen = None;
        self.at = order.at(before);
        let obeyed = self.order(order.command);
        if obeyed.is_err() && self.at != before {
            self.player.seek(before);
            self.at = before;
        }
        obeyed.map_err(whole_text)
    }

    /// What a line says to the cluster at the playhead.
    pub(super) fn read_order(&self, line: &str) -> Result<acting::Order, TextError> {
        acting::read(line, &acting::context(&self.player)).map_err(|refusal| refused(&refusal))
    }

    /// What may stand at a cursor (in bytes) of a line that is typed to be said.
    #[must_use]
    pub fn complete(&self, line: &str, cursor: usize) -> Completions {
        format::complete(line, cursor, &acting::context(&self.player), Offered::Orders)
    }

    /// What is wrong with a line as it is typed.
    #[must_use]
    pub fn check(&self, line: &str) -> Typed {
        match format::draft(line, &acting::context(&self.player)) {
            Draft::Empty => Typed::Empty,
            Draft::Unfinished(error) => Typed::Unfinished(text_error(&error)),
            Draft::Wrong(error) => Typed::Wrong(text_error(&error)),
            Draft::Whole(step) if acting::order(&step).is_some() => Typed::Whole,
            Draft::Whole(_) => Typed::Wrong(belongs_to_the_scenario(line)),
        }
    }

    /// Everything that something can be done with.
    #[must_use]
    pub fn things(&self) -> Vec<Thing> {
        orders::things(self.player.cluster())
    }

    /// What can be done with a thing at the playhead.
    #[must_use]
    pub fn orders(&self, thing: &Thing) -> Vec<Order> {
        orders::orders(thing, &self.moment())
    }

    /// The few of these that are done most, in places that hardly change.
    #[must_use]
    pub fn usual_orders(&self, thing: &Thing) -> Vec<Order> {
        orders::usual(thing, &self.moment())
    }

    /// Why an order cannot be done at the playhead, with the values that it begins with.
    #[must_use]
    pub fn why_not(&self, order: &Order) -> Option<String> {
        orders::refusal(order, &self.moment())
    }

    fn moment(&self) -> Moment<'_> {
        Moment::of(&self.player, self.now().max(SimTime::ZERO))
    }
}

fn refused(refusal: &Refusal) -> TextError {
    match refusal {
        Refusal::Text(errors) => match errors.first() {
            Some(error) => text_error(error),
            None => whole_text(refusal.to_string()),
        },
        Refusal::NotSaidToTheCluster(verb) => belongs_to_the_scenario(verb),
        Refusal::Rejected(reason) => whole_text(reason.clone()),
    }
}

/// A statement that is none to a cluster.
fn belongs_to_the_scenario(line: &str) -> TextError {
    let mut words = line.split_whitespace();
    let verb = words.find(|word| !word.starts_with('@')).unwrap_or_default();
    let fix = match verb {
        "run" => "play, or go to another moment on the time bar",
        _ => "write it into the scenario's text",
    };
    let message = format!("`{verb}` is not said to a cluster");
    TextError { fix: Some(fix.to_owned()), ..whole_text(message) }
}

#[cfg(test)]
mod tests;
