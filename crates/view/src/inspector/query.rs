//! What is asked of the inspector, and what an answer's jump does to it.
//!
//! Uses: `inspector`, `session`.

use epochscope_vocabulary::NodeId;

use super::{Jump, Panel};
use crate::session::Action;

/// Inputs of a page.
const SLOTS: usize = 4;
/// The slot of a page's search text.
pub(super) const SEARCH: usize = 0;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Which page.
    pub panel: Panel,
    /// What was asked about last.
    pub subject: Option<Jump>,
    /// The node chosen.
    pub node: Option<NodeId>,
    /// What is typed and chosen on each page.
    inputs: [[String; SLOTS]; Panel::COUNT],
}

/// One thing asked of the inspector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// For a page.
    Panel(Panel),
    /// To follow a row.
    Jump(Jump),
    /// With this typed or chosen in an input of the page.
    Input(usize, String),
}

impl Query {
    /// For a page.
    #[must_use]
    pub fn of(panel: Panel) -> Self {
        Self { panel, ..Self::default() }
    }

    /// What is typed or chosen in an input of the page asked for.
    #[must_use]
    pub fn input(&self, slot: usize) -> &str {
        &self.inputs[self.panel as usize][slot]
    }

    /// Takes in what is asked; gives back what a session is to do for it.
    pub fn ask(&mut self, ask: Ask) -> Option<Action> {
        match ask {
            Ask::Panel(panel) => self.panel = panel,
            Ask::Input(slot, value) => {
                if let Some(input) = self.inputs[self.panel as usize].get_mut(slot) {
                    *input = value;
                }
            }
            Ask::Jump(jump) => return self.follow(jump),
        }
        None
    }

    fn follow(&mut self, jump: Jump) -> Option<Action> {
        match jump {
            Jump::Moment(event) => {
                if self.panel != Panel::Why {
                    self.subject = Some(jump);
                }
                return Some(Action::SeekEvent(event));
            }
            Jump::Why(_) | Jump::Record(_) | Jump::Request(..) => {
                self.subject = Some(jump);
                self.panel = Panel::Why;
            }
            // A matter of the page, which has two runs.
            Jump::Compare(_) => {}
            Jump::Node(node) => {
                self.node = Some(node);
                self.panel = match node {
                    NodeId::Broker(broker) => {
                        self.inputs[Panel::Log as usize][0] = format!("broker {broker}");
                        Panel::Log
                    }
                    NodeId::Controller(_) => Panel::Metadata,
                    NodeId::Client(_) => Panel::Clients,
                };
            }
        }
        None
    }
}
