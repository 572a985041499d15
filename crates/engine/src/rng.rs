//! Seeded random streams, one for each purpose, so that a new draw for one moves no other.
//!
//! A run has one seed. A stream is a PCG generator whose state and sequence are mixed from that
//! seed and from what the stream is for; a stream is derived, never handed on, so neither the order
//! in which streams are made nor how much is drawn from another has an influence.
//!
//! Mixing: `SplitMix64`'s finaliser, folded over the seed, the purpose's number and its fields, in
//! that order. Changing the numbers below, or this, changes every run.
//!
//! Source: M. O'Neill, PCG; G. Steele and others, `SplitMix`.
//! Uses: nothing.

use epochscope_vocabulary::{ClientId, NodeId};
use rand_core::RngCore;
use rand_pcg::Pcg32;

/// What random numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The delays of what one node sends another.
    NetworkJitter {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
    },
    /// When a node's periodic timers first fire, and its election timeouts.
    TimerPhase(NodeId),
    /// A client's back-off.
    BackOff(ClientId),
    /// Automatic replica placement: it seeds Kafka's own generator.
    Placement,
    /// Faults that a search invents.
    Faults,
}

/// The streams of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
}

/// Random numbers for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    generator: Pcg32,
}

impl Streams {
    /// The streams of the run with this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The stream for `purpose`, from its beginning.
    #[must_use]
    pub fn stream(&self, purpose: Purpose) -> Stream {
        let state = purpose
            .words()
            .into_iter()
            .fold(mix(self.seed), |hash, word| {
                // The constant keeps a word of 0 from leaving the hash as it is.
                mix(hash.wrapping_add(GOLDEN_RATIO) ^ word)
            });
        Stream {
            generator: Pcg32::new(state, mix(state)),
        }
    }
}

impl Stream {
    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// A number below `bound`, each as likely: draws from the incomplete run of `bound` numbers at
    /// the bottom of the 64-bit range are thrown away.
    ///
    /// # Panics
    /// If `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "no number is below 0");
        let incomplete = bound.wrapping_neg() % bound;
        loop {
            let drawn = self.next_u64();
            if drawn >= incomplete {
                return drawn % bound;
            }
        }
    }
}

impl Purpose {
    fn words(self) -> [u64; 3] {
        match self {
            Self::NetworkJitter { from, to } => [1, node_word(from), node_word(to)],
            Self::TimerPhase(node) => [2, node_word(node), 0],
            Self::BackOff(client) => [3, u64::from(client.0), 0],
            Self::Placement => [4, 0, 0],
            Self::Faults => [5, 0, 0],
        }
    }
}

fn node_word(node: NodeId) -> u64 {
    let (role, id) = match node {
        NodeId::Broker(broker) => (1, broker.0),
        NodeId::Controller(controller) => (2, controller.0),
        NodeId::Client(client) => (3, client.0),
    };
    (role << 32) | u64::from(id)
}

const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
