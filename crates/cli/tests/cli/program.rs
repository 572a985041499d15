//! Running the built program.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs, process};

/// What a run of the program left behind.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program in the project's folder with this on standard input.
pub(crate) fn run_with(arguments: &[&str], input: &[u8]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_epochscope"))
        .args(arguments)
        .arg("--quiet")
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // A program that reads no input closes the pipe, which is well.
    if let Err(error) = stdin.write_all(input) {
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    }
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    Ended {
        status: output.status.code().expect("no signal ends it"),
        out: String::from_utf8(output.stdout).expect("standard output is text"),
        err: String::from_utf8(output.stderr).expect("standard error is text"),
    }
}

/// Runs the program with nothing on standard input.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    run_with(arguments, b"")
}

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder of this test's own that goes away with it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("epochscope-{}-{name}", process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    /// A file in it with this content, by its path.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).expect("a file can be written");
        path.to_str().expect("the path is text").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A scenario of one broker with these steps.
pub(crate) fn scenario(steps: &str) -> Vec<u8> {
    let header = "epochscope 1\nkafka    4.1\nbrokers  1\n\
                  topic    orders partitions=1 replicas=1\nproducer shop topic=orders acks=1\n";
    format!("{header}\n{steps}").into_bytes()
}
