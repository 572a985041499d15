//! `epochscope-fuzz [--minutes N] [--cases N] [--from SEED] [--out DIR]`: hunts until the time is
//! over, and writes what it finds into a folder.
//!
//! Exit status: 0 nothing found, 1 something, 2 wrong options, 3 a case that hangs or takes all
//! memory: it is written too.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs, panic, process, thread};

use epochscope_fuzz::Corpus;
use epochscope_fuzz::hunt::{Finding, MOST_BYTES, Meter, case, hunt};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// A case that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(60);
/// Findings after which a hunt ends: they are one mistake, most likely.
const ENOUGH: u64 = 20;

struct Options {
    minutes: u64,
    cases: u64,
    from: u64,
    out: PathBuf,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("epochscope-fuzz: {message}");
            return ExitCode::from(2);
        }
    };
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let corpus = Corpus::of(&root);
    panic::set_hook(Box::new(|_| {}));
    let watched = Arc::new(Mutex::new((options.from, Instant::now())));
    watch(watched.clone(), corpus.clone(), options.out.clone());
    let start = Instant::now();
    let (mut cases, mut found) = (0, 0);
    let told = AtomicU64::new(0);
    while cases < options.cases && start.elapsed() < Duration::from_secs(60 * options.minutes) {
        let seed = options.from + cases;
        *watched.lock().unwrap_or_else(PoisonError::into_inner) = (seed, Instant::now());
        let meter =
            Meter { reset: || ALLOCATOR.reset_peak_usage(), peak: || ALLOCATOR.peak_usage() };
        if let Some(finding) = hunt(&corpus, seed, Some(meter)) {
            found += 1;
            tell(&options, &finding);
        }
        cases += 1;
        if found >= ENOUGH {
            break;
        }
        let minute = start.elapsed().as_secs() / 60;
        if told.swap(minute, Ordering::Relaxed) != minute {
            eprintln!("epochscope-fuzz: {cases} cases, {found} findings, {minute} min");
        }
    }
    println!("{cases} cases from seed {}, {found} findings", options.from);
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn options() -> Result<Options, String> {
    let out = PathBuf::from("fuzz-findings");
    let mut options = Options { minutes: 1, cases: u64::MAX, from: 1, out };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("a value is missing after `{word}`"))?;
        let number = || value.parse().map_err(|_| format!("`{value}` is no number"));
        match word.as_str() {
            "--minutes" => options.minutes = number()?,
            "--cases" => (options.cases, options.minutes) = (number()?, u64::MAX / 60),
            "--from" => options.from = number()?,
            "--out" => options.out = value.into(),
            _ => return Err(format!("there is no option `{word}`")),
        }
    }
    Ok(options)
}

/// Ends the program when a case hangs or takes all memory, and keeps that case.
fn watch(watched: Arc<Mutex<(u64, Instant)>>, corpus: Corpus, out: PathBuf) {
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_millis(200));
            let (seed, since) = *watched.lock().unwrap_or_else(PoisonError::into_inner);
            let hangs = since.elapsed() > LONGEST;
            if hangs || ALLOCATOR.current_usage() > 2 * MOST_BYTES {
                let (target, input) = case(&corpus, seed);
                let what = if hangs { "hangs" } else { "takes all memory" };
                let finding = Finding { target, seed, what: what.to_owned(), input };
                write(&out, &finding);
                process::exit(3);
            }
        }
    });
}

fn tell(options: &Options, finding: &Finding) {
    write(&options.out, finding);
}

fn write(out: &PathBuf, finding: &Finding) {
    let Finding { target, seed, what, input } = finding;
    let path = out.join(format!("{seed}"));
    eprintln!("epochscope-fuzz: {target:?}, seed {seed}: {what}\n  {}", path.display());
    if let Err(error) = fs::create_dir_all(out).and_then(|()| fs::write(&path, input)) {
        eprintln!("epochscope-fuzz: {}: {error}", path.display());
    }
}
