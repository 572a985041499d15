//! The clock and the output of a terminal.

use std::sync::OnceLock;
use std::time::Instant;

static START: OnceLock<Instant> = OnceLock::new();

pub(crate) fn now_ms() -> f64 {
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1_000.0
}

pub(crate) fn print(line: &str) {
    println!("{line}");
}
