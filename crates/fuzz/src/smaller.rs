//! A smaller case that is found wanting in the same way.

/// As often a smaller case is tried.
const TRIES: u32 = 4_000;

/// Leaves lines out, then bytes, many and then few, while `fails`.
pub(crate) fn smaller(input: &[u8], fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut tries = TRIES;
    let lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == b'\n').collect();
    let kept = leave_out(&lines, &mut tries, |lines| fails(&lines.concat()));
    let bytes = kept.concat();
    let single: Vec<u8> = bytes;
    leave_out(&single, &mut tries, |bytes| fails(bytes))
}

fn leave_out<T: Clone>(all: &[T], tries: &mut u32, fails: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut kept = all.to_vec();
    let mut size = kept.len() / 2;
    while size > 0 {
        let mut start = 0;
        while start < kept.len() && *tries > 0 {
            *tries -= 1;
            let end = (start + size).min(kept.len());
            let mut without = kept.clone();
            without.drain(start..end);
            if fails(&without) {
                kept = without;
            } else {
                start = end;
            }
        }
        size /= 2;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_is_left_out() {
        let input = b"one\ntwo needle three\nfour\n";
        let found = smaller(input, |bytes| String::from_utf8_lossy(bytes).contains("needle"));
        assert_eq!(found, b"needle");
    }
}
