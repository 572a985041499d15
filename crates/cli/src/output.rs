//! Writing to standard output and standard error: coloured on a terminal only, and quiet when
//! nobody is left to read.

use std::io::{self, BufWriter, ErrorKind, Write};

use anstream::AutoStream;

use crate::paint;
use crate::problem::Problem;

/// Writes a text that may have colours; they are left out unless a terminal shows them.
pub(crate) fn print(text: &str) -> Result<(), Problem> {
    let mut out = AutoStream::auto(io::stdout().lock());
    let written = out.write_all(text.as_bytes());
    judge(written.and_then(|()| out.flush()))
}

/// Writes a text to standard error, with colours on a terminal.
pub(crate) fn complain(text: &str) {
    let mut out = AutoStream::auto(io::stderr().lock());
    // Nothing is left to tell it to if this fails.
    let _ = writeln!(out, "{}", paint::error(text));
}

/// Standard output for many lines.
pub(crate) struct Lines {
    out: BufWriter<Box<dyn Write>>,
    /// The first failure; nothing is written after it.
    result: io::Result<()>,
}

impl Lines {
    /// For data: nothing written yet.
    pub(crate) fn new() -> Self {
        Self { out: BufWriter::new(Box::new(io::stdout())), result: Ok(()) }
    }

    /// For text that may have colours; they are left out unless a terminal shows them.
    pub(crate) fn coloured() -> Self {
        let out: Box<dyn Write> = Box::new(AutoStream::auto(io::stdout()));
        Self { out: BufWriter::new(out), result: Ok(()) }
    }

    /// Writes bytes, line ends included.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if self.result.is_ok() {
            self.result = self.out.write_all(bytes);
        }
    }

    /// Lets a reader who waits have what was written.
    pub(crate) fn flush(&mut self) {
        if self.result.is_ok() {
            self.result = self.out.flush();
        }
    }

    /// Writes what is left. A reader that went away wanted no more: no error.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        if self.result.is_ok() {
            self.result = self.out.flush();
        }
        let (_, rest) = self.out.into_parts();
        drop(rest);
        judge(self.result)
    }
}

fn judge(written: io::Result<()>) -> Result<(), Problem> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let what = format!("it cannot be written to: {error}");
            Err(Problem::new("standard output", &what, "write to a place that has room"))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
