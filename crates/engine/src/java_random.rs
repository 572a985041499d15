//! Kafka's own random sources, so that a placement can be compared with Kafka's draw by draw.
//!
//! Source: the published algorithm of `java.util.Random`; Kafka's test class `MockRandom`.
//! Uses: nothing.

/// `java.util.Random`, or the source that Kafka's tests put in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RandomSource {
    /// `java.util.Random`: its 48-bit state.
    Java(u64),
    /// `MockRandom`: its 64-bit state.
    Mock(u64),
}

impl RandomSource {
    /// `new Random(seed)`.
    #[must_use]
    pub const fn java(seed: u64) -> Self {
        Self::Java((seed ^ JAVA_MULTIPLIER) & JAVA_MASK)
    }

    /// `new MockRandom()`.
    #[must_use]
    pub const fn mock() -> Self {
        Self::Mock(17)
    }

    /// A number below `bound`, by Java's rule.
    ///
    /// # Panics
    /// If `bound` is 0 or not an `int`.
    pub fn next_int(&mut self, bound: u32) -> u32 {
        assert!(bound > 0 && bound <= i32::MAX.unsigned_abs(), "bound {bound} is no positive int");
        let mut drawn = self.next_31();
        if bound.is_power_of_two() {
            return low_32((u64::from(bound) * u64::from(drawn)) >> 31);
        }
        // The last, incomplete run of `bound` numbers is drawn again, so that all are as likely.
        while drawn - drawn % bound + (bound - 1) > i32::MAX.unsigned_abs() {
            drawn = self.next_31();
        }
        drawn % bound
    }

    /// `Collections.shuffle`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for size in (2..=items.len()).rev() {
            let bound = u32::try_from(size).unwrap_or(u32::MAX);
            let other = usize::try_from(self.next_int(bound)).unwrap_or(0);
            items.swap(size - 1, other);
        }
    }

    /// `next(31)`.
    fn next_31(&mut self) -> u32 {
        match self {
            Self::Java(state) => {
                *state = state.wrapping_mul(JAVA_MULTIPLIER).wrapping_add(11) & JAVA_MASK;
                low_32(*state >> (48 - 31))
            }
            Self::Mock(state) => {
                *state = state.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493);
                low_32(*state >> (64 - 31))
            }
        }
    }
}

const JAVA_MULTIPLIER: u64 = 0x0005_DEEC_E66D;
const JAVA_MASK: u64 = (1 << 48) - 1;

/// A number that has no more than 32 bits.
fn low_32(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// What any Java prints for `new Random(42)` and `nextInt(10)`.
    #[test]
    fn java_random_is_javas() {
        let mut random = RandomSource::java(42);
        let drawn: Vec<u32> = (0..5).map(|_| random.next_int(10)).collect();
        assert_eq!(drawn, [0, 3, 8, 4, 0]);
    }

    #[test]
    fn a_power_of_two_takes_the_upper_bits() {
        let mut random = RandomSource::java(42);
        let drawn: Vec<u32> = (0..5).map(|_| random.next_int(16)).collect();
        assert_eq!(drawn, [11, 0, 10, 0, 4]);
    }

    /// With a bound just above 2^30 almost every second draw is thrown away.
    #[test]
    fn draws_from_the_incomplete_run_are_thrown_away() {
        let mut random = RandomSource::java(1);
        let drawn: Vec<u32> = (0..5).map(|_| random.next_int((1 << 30) + 1)).collect();
        assert_eq!(drawn, [215_764_588, 880_641_847, 874_970_313, 446_064_254, 77_814_904]);
    }

    #[test]
    fn a_shuffle_is_that_of_collections() {
        let mut items = [1, 2, 3, 4, 5, 6];
        RandomSource::java(42).shuffle(&mut items);
        assert_eq!(items, [2, 1, 5, 6, 4, 3]);
    }
}
