//! Damage: lines, words and bytes that go, come, change places or become others.

use epochscope_engine::rng::Stream;

use crate::corpus::Corpus;

/// As long as an input may become.
const LONGEST: usize = 64 * 1024;

/// What goes badly with what expects a number, a name or an end.
const NASTY: &[&[u8]] = &[
    b"0",
    b"1",
    b"-1",
    b"2147483647",
    b"2147483648",
    b"4294967295",
    b"4294967296",
    b"9223372036854775807",
    b"18446744073709551615",
    b"99999999999999999999",
    b"0s",
    b"24h",
    b"100000h",
    b"1us",
    b"1..200",
    b"200..1",
    b"1,1",
    b",",
    b";",
    b"=",
    b"\"",
    b"\\",
    b"@",
    b"@+",
    b"@0s",
    b"#",
    b"|",
    b"..",
    b"-0",
    b"t-4294967296",
    b"*",
    b"none",
    b"all",
    b"to",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0",
    b"\r",
    b"\t",
    b"\xc2\xa0",
    b"\xf0\x9f\xa6\x80",
    b"&amp;",
    b"]]>",
    b"<!--",
    b"%00",
    b"#e1",
    b"e1",
    b"_",
    b"0%",
    b"101%",
    b"0/s",
    b"4294967295/s",
];

/// One damaged copy of an input. Half of all damage is to words: what stays readable goes deeper.
pub(crate) fn damaged(stream: &mut Stream, corpus: &Corpus, input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=stream.below(6) {
        match stream.below(12) {
            0..6 => words(stream, corpus, &mut bytes),
            6..10 => lines(stream, corpus, &mut bytes),
            _ => single_bytes(stream, &mut bytes),
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

fn below(stream: &mut Stream, length: usize) -> usize {
    let bound = u64::try_from(length).unwrap_or(u64::MAX).max(1);
    usize::try_from(stream.below(bound)).unwrap_or(0)
}

fn pick<'a>(stream: &mut Stream, list: &'a [Vec<u8>]) -> &'a [u8] {
    if list.is_empty() { b"" } else { &list[below(stream, list.len())] }
}

/// A word in place of another, before it, or none in its place.
fn words(stream: &mut Stream, corpus: &Corpus, bytes: &mut Vec<u8>) {
    let is_edge = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'=' || *byte == b',';
    let at = below(stream, bytes.len());
    let start = bytes[..at].iter().rposition(is_edge).map_or(0, |edge| edge + 1);
    let end = bytes[at..].iter().position(is_edge).map_or(bytes.len(), |edge| at + edge);
    let (start, end) = (start.min(end), end.max(start));
    let word = if stream.below(3) == 0 {
        NASTY[below(stream, NASTY.len())].to_vec()
    } else {
        pick(stream, &corpus.words).to_vec()
    };
    match stream.below(5) {
        0 => drop(bytes.drain(start..end)),
        1 => drop(bytes.splice(start..start, word.into_iter().chain([b' ']))),
        _ => drop(bytes.splice(start..end, word)),
    }
}

/// A line that goes, comes twice, changes places or comes from elsewhere.
fn lines(stream: &mut Stream, corpus: &Corpus, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> =
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (at, other) = (below(stream, lines.len()), below(stream, lines.len()));
    match stream.below(4) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[other].clone()),
        2 => lines.swap(at, other),
        _ => {
            let text = pick(stream, &corpus.scenarios);
            let all: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
            let from = below(stream, all.len());
            let count = 1 + below(stream, 4);
            let some = all.iter().skip(from).take(count).map(|line| line.to_vec());
            lines.splice(at..at, some);
        }
    }
    *bytes = lines.concat();
}

fn single_bytes(stream: &mut Stream, bytes: &mut Vec<u8>) {
    let at = below(stream, bytes.len());
    let byte = u8::try_from(stream.below(256)).unwrap_or(0);
    match stream.below(4) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, byte),
        2 if !bytes.is_empty() => drop(bytes.remove(at)),
        _ => {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
    }
}
