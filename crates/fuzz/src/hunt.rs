//! One case after the other, each from its seed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use epochscope_engine::rng::{Purpose, Stream, Streams};

use crate::corpus::Corpus;
use crate::damage::damaged;
use crate::smaller::smaller;
use crate::target::Target;

/// Something found wanting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What read it.
    pub target: Target,
    /// The case's seed.
    pub seed: u64,
    /// What is wrong.
    pub what: String,
    /// The case, as small as it was made.
    pub input: Vec<u8>,
}

/// How much memory one case may take at most.
pub const MOST_BYTES: usize = 512 * 1024 * 1024;

/// The peak of what is allocated, as the program's allocator counts it.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// Begins to count anew.
    pub reset: fn(),
    /// The most since then, in bytes.
    pub peak: fn() -> usize,
}

/// The case of a seed.
#[must_use]
pub fn case(corpus: &Corpus, seed: u64) -> (Target, Vec<u8>) {
    let mut stream = Streams::new(seed).stream(Purpose::Faults);
    let target = match stream.below(20) {
        0..8 => Target::Format,
        8..15 => Target::Run,
        15..18 => Target::Link,
        _ => Target::Picture,
    };
    let list = match target {
        Target::Format | Target::Run => &corpus.scenarios,
        Target::Link if stream.below(3) == 0 => &corpus.scenarios,
        Target::Link => &corpus.links,
        Target::Picture => &corpus.pictures,
    };
    let input = pick(&mut stream, list);
    (target, damaged(&mut stream, corpus, input))
}

fn pick<'a>(stream: &mut Stream, list: &'a [Vec<u8>]) -> &'a [u8] {
    let bound = u64::try_from(list.len()).unwrap_or(1).max(1);
    let at = usize::try_from(stream.below(bound)).unwrap_or(0);
    list.get(at).map_or(b"", Vec::as_slice)
}

/// Has a case read; what is wrong with that, made small.
#[must_use]
pub fn hunt(corpus: &Corpus, seed: u64, meter: Option<Meter>) -> Option<Finding> {
    let (target, input) = case(corpus, seed);
    let what = complaint(target, &input, meter)?;
    let is_same = |bytes: &[u8]| complaint(target, bytes, meter).as_deref() == Some(&*what);
    let input = smaller(&input, is_same);
    Some(Finding { target, seed, what, input })
}

/// What is wrong with how a target reads an input.
fn complaint(target: Target, input: &[u8], meter: Option<Meter>) -> Option<String> {
    if let Some(meter) = meter {
        (meter.reset)();
    }
    match catch_unwind(AssertUnwindSafe(|| target.complaint(input))) {
        Ok(Some(what)) => Some(what),
        Ok(None) => {
            let took = meter.map_or(0, |meter| (meter.peak)());
            (took > MOST_BYTES).then(|| format!("takes more than {MOST_BYTES} bytes"))
        }
        Err(cause) => {
            let words = cause.downcast_ref::<String>().map(String::as_str);
            let words = words.or_else(|| cause.downcast_ref::<&str>().copied());
            Some(format!("panic: {}", words.unwrap_or("without a word")))
        }
    }
}
