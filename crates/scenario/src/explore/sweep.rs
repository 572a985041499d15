//! Many seeds, as many at a time as there are hands, and what has come of them all.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use epochscope_engine::Rejected;
use epochscope_vocabulary::put_in_order;

use super::sometimes::Happened;
use super::{Explored, Found, Search};

/// What many seeds have brought.
#[derive(Clone, Debug, Default)]
pub struct Sweep {
    /// How many seeds.
    pub seeds: u64,
    /// How many steps were carried out.
    pub steps: u64,
    /// How many events there were.
    pub events: u64,
    /// Simulated time, in whole seconds of each seed.
    pub seconds: u64,
    /// What happened that happens only sometimes.
    pub happened: Happened,
    /// The runs that fail, in order of their seeds.
    pub found: Vec<(u64, Found)>,
}

impl Sweep {
    /// Takes what one seed has brought.
    pub fn take(&mut self, explored: Explored) {
        self.seeds += 1;
        self.steps += u64::try_from(explored.steps).unwrap_or(0);
        self.events += explored.events;
        self.seconds += explored.time.0 / 1_000_000;
        self.happened.add(&explored.happened);
        self.found.extend(explored.found.map(|found| (explored.seed, found)));
    }

    /// The first failing run of each way to fail, with how many others fail so.
    #[must_use]
    pub fn ways(&self) -> Vec<(u64, &Found, u64)> {
        let mut ways: Vec<(u64, &Found, u64)> = Vec::new();
        for (seed, found) in &self.found {
            match ways.iter_mut().find(|(_, other, _)| other.failure.kind == found.failure.kind) {
                Some((.., more)) => *more += 1,
                None => ways.push((*seed, found, 0)),
            }
        }
        ways
    }
}

/// Explores all seeds of a range with `hands` threads; `done` is called after each.
///
/// # Errors
/// When the cluster cannot be built.
pub fn sweep(
    search: &Search,
    seeds: Range<u64>,
    hands: NonZeroUsize,
    done: impl Fn() + Sync,
) -> Result<Sweep, Rejected> {
    let next = AtomicU64::new(seeds.start);
    let whole = Mutex::new(Ok(Sweep::default()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let explored = search.explore(seed);
            // Another hand's panic leaves what was counted whole.
            let mut whole = whole.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match (&mut *whole, explored) {
                (Ok(sweep), Ok(explored)) => sweep.take(explored),
                (whole, Err(rejected)) => *whole = Err(rejected),
                (Err(_), Ok(_)) => {}
            }
            drop(whole);
            done();
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..hands.get() {
            scope.spawn(work);
        }
        work();
    });
    let mut sweep = whole.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)?;
    put_in_order(&mut sweep.found, |(one, _), (other, _)| one < other);
    Ok(sweep)
}
