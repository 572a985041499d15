//! Moving among the futures of a run: back before an order, and forward to it again.
//!
//! Uses: nothing.

use std::sync::Arc;

use super::{Act, Player};

impl Player {
    /// The orders that a person gave on the open branch, in order.
    #[must_use]
    pub fn acts(&self) -> &[Act] {
        &self.branches[self.open].acts
    }

    /// Those of them that the playhead has passed.
    #[must_use]
    pub fn acts_behind(&self) -> &[Act] {
        let acts = self.acts();
        &acts[..acts.partition_point(|act| act.after < self.playhead.units())]
    }

    /// Opens a future, at this unit of it.
    pub fn open_at(&mut self, branch: usize, unit: u64) {
        if branch < self.branches.len() {
            self.open = branch;
            self.playhead = self.branches[branch].checkpoints[0].clone();
            self.seek_unit(unit);
        }
    }

    /// Forgets the futures from this number on, unless one of them is open.
    pub fn forget_from(&mut self, branch: usize) {
        if self.open < branch {
            self.branches.truncate(branch);
        }
    }

    /// Goes back to just before an order of the open branch, into the future that lacks it and all
    /// later ones: the one it left if there is one, else a new one.
    pub fn open_without(&mut self, act: usize) {
        let branch = &self.branches[self.open];
        let Some(after) = branch.acts.get(act).map(|act| act.after) else { return };
        let kept = &branch.acts[..act];
        let known = self.branches.iter().position(|other| other.acts.as_slice() == kept);
        if let Some(known) = known {
            return self.open_at(known, after);
        }
        self.seek_unit(after);
        let branch = &self.branches[self.open];
        let mut without = branch.fork(self.open, after, &self.playhead);
        without.acts = Arc::new(branch.acts[..act].to_vec());
        self.branches.push(without);
        self.open = self.branches.len() - 1;
    }
}
