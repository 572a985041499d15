//! Two of wasm-bindgen's programs, built from this workspace instead of installed beside it.
//!
//! `wasm-glue bindgen …` writes the JavaScript around a wasm file, and `wasm-glue test …` runs a
//! wasm test binary in Node. One `Cargo.lock` then pins the application and both tools to the same
//! version, which wasm-bindgen insists on, and nothing has to be on `PATH`.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use wasm_bindgen_cli::{wasm_bindgen, wasm_bindgen_test_runner};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let tool = arguments.next().unwrap_or_default();
    // Both parsers expect the name of a program in front, for their messages.
    let line = std::iter::once(OsString::from("wasm-glue")).chain(arguments);
    let outcome = match tool.to_str() {
        Some("bindgen") => wasm_bindgen::run_cli_with_args(line),
        Some("test") => wasm_bindgen_test_runner::run_cli_with_args(line),
        _ => {
            eprintln!("usage: wasm-glue bindgen|test ARGUMENTS…");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}
