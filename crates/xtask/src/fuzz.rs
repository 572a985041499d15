//! `cargo xtask fuzz`: a long hunt for inputs that something reads badly.

use crate::Outcome;
use crate::program::{cargo, run, target_directory};

/// Hunts for some minutes, from some seed on; what is found lies below the target directory.
pub(crate) fn command(arguments: &[&str]) -> Outcome {
    let known = |word: &str| ["--minutes", "--cases", "--from"].contains(&word);
    let pairs = arguments.chunks(2);
    if pairs
        .clone()
        .any(|pair| pair.len() != 2 || !known(pair[0]) || pair[1].parse::<u64>().is_err())
    {
        return Err("write `cargo xtask fuzz [--minutes N] [--cases N] [--from SEED]`".to_owned());
    }
    let out = target_directory()?.join("fuzz").display().to_string();
    let mut hunt = cargo(&["run", "--locked", "--quiet", "--package", "epochscope-fuzz", "--"]);
    run(hunt.args(["--out", &out]).args(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_options_are_told() {
        for wrong in [&["--minutes"][..], &["--hours", "1"], &["--from", "x"]] {
            assert!(command(wrong).is_err_and(|text| text.contains("--minutes N")));
        }
    }
}
