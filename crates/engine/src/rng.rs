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
    /// The delays of what one node sends another on one way of one of their connections.
    NetworkJitter {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// Which of the ways from one to the other.
        way: u8,
    },
    /// When a node's periodic timers first fire.
    TimerPhase(NodeId),
    /// A client's back-off.
    BackOff(ClientId),
    /// Automatic replica placement: it seeds Kafka's own generator.
    Placement,
    /// Faults that a search invents.
    Faults,
    /// A node's election time-outs, and which voter it asks.
    Quorum {
        /// The node.
        node: NodeId,
        /// How many draws it made before.
        draw: u64,
    },
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
        let state = purpose.words().into_iter().fold(mix(self.seed), |hash, word| {
            // The constant keeps a word of 0 from leaving the hash as it is.
            mix(hash.wrapping_add(GOLDEN_RATIO) ^ word)
        });
        Stream { generator: Pcg32::new(state, mix(state)) }
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
            Self::NetworkJitter { from, to, way } => {
                [1 | u64::from(way) << 8, node_word(from), node_word(to)]
            }
            Self::TimerPhase(node) => [2, node_word(node), 0],
            Self::BackOff(client) => [3, u64::from(client.0), 0],
            Self::Placement => [4, 0, 0],
            Self::Faults => [5, 0, 0],
            Self::Quorum { node, draw } => [6, node_word(node), draw],
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

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::{BrokerId, ControllerId};
    use expect_test::expect;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn link(from: u32, to: u32) -> Purpose {
        Purpose::NetworkJitter { from: BrokerId(from).into(), to: BrokerId(to).into(), way: 0 }
    }

    fn every_kind() -> Vec<Purpose> {
        vec![
            link(1, 2),
            link(2, 1),
            Purpose::NetworkJitter { from: ControllerId(1).into(), to: BrokerId(2).into(), way: 3 },
            Purpose::TimerPhase(BrokerId(1).into()),
            Purpose::TimerPhase(ControllerId(1).into()),
            Purpose::BackOff(ClientId(0)),
            Purpose::Placement,
            Purpose::Faults,
            Purpose::Quorum { node: ControllerId(101).into(), draw: 1 },
        ]
    }

    /// These numbers are a promise: a run of today is the run of next year.
    #[test]
    fn every_purpose_has_its_own_numbers_for_ever() {
        let mut drawn = String::new();
        for seed in [0, 7] {
            for purpose in every_kind() {
                let mut stream = Streams::new(seed).stream(purpose);
                let (first, second) = (stream.next_u64(), stream.next_u64());
                drawn += &format!("{seed} {first:016x} {second:016x} {purpose:?}\n");
            }
        }
        expect![[r#"
            0 e0c176cba516c98b 667319c3cea001f3 NetworkJitter { from: Broker(BrokerId(1)), to: Broker(BrokerId(2)), way: 0 }
            0 594b30575c9a3db2 7151245c923be2ea NetworkJitter { from: Broker(BrokerId(2)), to: Broker(BrokerId(1)), way: 0 }
            0 b48e8f399132bc1e 72d4f25ed8e343ad NetworkJitter { from: Controller(ControllerId(1)), to: Broker(BrokerId(2)), way: 3 }
            0 85d0edbe1afaf21e c4eaae982ba36179 TimerPhase(Broker(BrokerId(1)))
            0 34f9dddd3f55b725 b360181e39c83933 TimerPhase(Controller(ControllerId(1)))
            0 c00ad88b27a475da d040be7cb51d0b46 BackOff(ClientId(0))
            0 bd92eb265a321486 35699445ffef566f Placement
            0 d00a1386cb408262 bc089965b42e0418 Faults
            0 7ea0dfbbaaa21ecd 9c591a61242bd99e Quorum { node: Controller(ControllerId(101)), draw: 1 }
            7 f6e16bbb201a2350 eddb48c41038bfcc NetworkJitter { from: Broker(BrokerId(1)), to: Broker(BrokerId(2)), way: 0 }
            7 186bc303da579402 325a9ff81434cf88 NetworkJitter { from: Broker(BrokerId(2)), to: Broker(BrokerId(1)), way: 0 }
            7 d564f2a8535889c7 6e3d87abb420af67 NetworkJitter { from: Controller(ControllerId(1)), to: Broker(BrokerId(2)), way: 3 }
            7 a176175699c1205b 6cb31a628959e949 TimerPhase(Broker(BrokerId(1)))
            7 d6786c76a468bf6e ef6853996e482e5c TimerPhase(Controller(ControllerId(1)))
            7 3dcef0d9ea915a6e 3ae0d49fd8bf2aa6 BackOff(ClientId(0))
            7 9a02af292616c6eb 3fb73f6e06275cf2 Placement
            7 59c3404242293c10 2dbd1b8d746b3cde Faults
            7 1107ecc966a769aa 3ef8daa7e0ab4dcf Quorum { node: Controller(ControllerId(101)), draw: 1 }
        "#]].assert_eq(&drawn);
    }

    #[test]
    fn draws_for_one_purpose_move_no_other() {
        let streams = Streams::new(7);
        let mut disturbed = streams.stream(link(1, 2));
        let mut other = streams.stream(link(2, 1));
        let _ = other.next_u64();
        assert_eq!(streams.stream(link(1, 2)), disturbed);
        assert_eq!(streams.stream(link(1, 2)).next_u64(), disturbed.next_u64());
    }

    #[test]
    fn numbers_below_a_bound_are_pinned_too() {
        let mut stream = Streams::new(7).stream(Purpose::Faults);
        // Of the numbers below 2^63 + 1 almost every second draw is thrown away.
        let bounds = [1, 2, 6, 100, (1 << 63) + 1, (1 << 63) + 1, u64::MAX];
        let drawn = bounds.map(|bound| stream.below(bound));
        expect!["[0, 0, 1, 53, 203065577972536458, 3592007966574138280, 10956343627255196265]"]
            .assert_eq(&format!("{drawn:?}"));
    }

    proptest! {
        #[test]
        fn a_number_below_a_bound_is_below_it(seed: u64, bound in 1_u64..) {
            let mut stream = Streams::new(seed).stream(Purpose::Faults);
            for _ in 0..10 {
                prop_assert!(stream.below(bound) < bound);
            }
        }
    }
}
