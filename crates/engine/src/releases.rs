//! Which release each process of a cluster is of.
//!
//! Uses: `release`.

use epochscope_vocabulary::{NodeId, SortedMap};

use crate::release::Release;

/// The release of each process of a cluster.
#[derive(Clone, Debug)]
pub struct Releases {
    of_all: Release,
    of_some: SortedMap<NodeId, Release>,
}

impl Releases {
    /// All are of one release.
    #[must_use]
    pub fn all(release: Release) -> Self {
        Self { of_all: release, of_some: SortedMap::new() }
    }

    /// This process is of this release from now on.
    pub fn set(&mut self, node: NodeId, release: Release) {
        self.of_some.insert(node, release);
    }

    /// The release of clients and tools.
    #[must_use]
    pub const fn of_clients(&self) -> Release {
        self.of_all
    }

    /// The release of a process.
    #[must_use]
    pub fn of(&self, node: NodeId) -> Release {
        self.of_some.get(&node).copied().unwrap_or(self.of_all)
    }
}
