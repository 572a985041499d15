//! A word on standard error about whatever takes more than a second.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use epochscope_vocabulary::SimTime;

/// Whether a long run reports on itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It does.
    Reported,
    /// It does not.
    Silent,
}

/// Reports until it is dropped.
pub(crate) struct Reporter {
    count: Arc<AtomicU64>,
    watch: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Reporter {
    /// Begins to watch a run of the scenario of this name.
    pub(crate) fn start(progress: Progress, name: &str) -> Self {
        let name = name.to_owned();
        Self::counting(progress, move |now| {
            let seconds = now / 1_000_000;
            format!("epochscope: running {name}: {seconds} s of simulated time")
        })
    }

    /// Begins to watch something that is counted; `text` says how far it is.
    pub(crate) fn counting(
        progress: Progress,
        text: impl Fn(u64) -> String + Send + 'static,
    ) -> Self {
        let count = Arc::new(AtomicU64::new(0));
        let watch = match progress {
            Progress::Silent => None,
            Progress::Reported => {
                let (sender, receiver) = mpsc::channel();
                let count = count.clone();
                let text = move || text(count.load(Ordering::Relaxed));
                let watching = move || watch(text, |wait| receiver.recv_timeout(wait));
                Some((sender, thread::spawn(watching)))
            }
        };
        Self { count, watch }
    }

    /// How far the simulated clock has come.
    pub(crate) fn at(&self, time: SimTime) {
        self.count(time.0);
    }

    /// How far the count has come.
    pub(crate) fn count(&self, count: u64) {
        self.count.store(count, Ordering::Relaxed);
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.watch.take() {
            drop(sender);
            // If it has panicked, it has said so.
            let _ = thread.join();
        }
    }
}

/// On a terminal one line that changes; else a line after 1, 2, 4 … seconds.
fn watch(text: impl Fn() -> String, wait: impl Fn(Duration) -> Result<(), RecvTimeoutError>) {
    let is_terminal = io::stderr().is_terminal();
    let mut pause = Duration::from_secs(1);
    let mut has_spoken = false;
    while wait(pause) == Err(RecvTimeoutError::Timeout) {
        let text = text();
        let mut err = io::stderr().lock();
        let _ = match is_terminal {
            true => write!(err, "\r{text}\u{1b}[K").and_then(|()| err.flush()),
            false => writeln!(err, "{text}"),
        };
        has_spoken = true;
        pause = if is_terminal { Duration::from_millis(200) } else { pause * 2 };
    }
    if has_spoken && is_terminal {
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
    }
}
