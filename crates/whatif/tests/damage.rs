//! Damaged texts are read or refused, never more than that.

use epochscope_engine::java_random::RandomSource;
use epochscope_whatif::cluster::Cluster;
use epochscope_whatif::leaders::Leaders;
use epochscope_whatif::losses::losses;
use epochscope_whatif::moves::Plan;
use epochscope_whatif::sample::Sample;
use epochscope_whatif::spread::Spread;
use epochscope_whatif::story::story;
use epochscope_whatif::{describe, racks};

const PIECES: [&str; 14] = [
    "Topic:",
    "\t",
    "Leader: none",
    "-1",
    "99999999999",
    "2147483647",
    ",",
    "\n",
    "Isr:",
    "Elr: 1,2",
    "Adding Replicas: 7",
    "\u{feff}",
    "\u{1f600}",
    "min.insync.replicas=9",
];

fn draw(random: &mut RandomSource, below: usize) -> usize {
    let bound = u32::try_from(below.max(1)).expect("texts are short");
    usize::try_from(random.next_int(bound)).expect("it fits")
}

fn damaged(text: &str, random: &mut RandomSource) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=draw(random, 3) {
        let (at, end) = (draw(random, chars.len()), draw(random, chars.len()));
        match draw(random, 4) {
            0 => chars.truncate(at),
            1 => drop(chars.drain(at.min(end)..end)),
            2 => {
                let piece = PIECES[draw(random, PIECES.len())];
                drop(chars.splice(at..at, piece.chars()));
            }
            _ => {
                let piece: Vec<char> = chars[at.min(end)..end].to_vec();
                drop(chars.splice(at..at, piece));
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn nothing_panics_and_what_is_read_can_be_judged() {
    let sample = Sample { brokers: 5, racks: 2, topics: 8, partitions: 2 };
    let (text, told) = (sample.describe(), sample.racks());
    let mut read = 0;
    for seed in 0..3_000 {
        let mut random = RandomSource::java(seed);
        let Ok(racks) = racks::read(&damaged(&told, &mut random)) else { continue };
        let Ok(described) = describe::read(&damaged(&text, &mut random)) else { continue };
        let cluster = Cluster::new(described.topics, &racks, 2);
        let plan = Plan::of(&cluster, &Spread::of(&cluster));
        let (before, after) = (losses(&cluster), losses(&plan.carried_out(&cluster)));
        let worst = before.racks.iter().chain(&after.brokers).max_by_key(|loss| loss.tally);
        if let Some(worst) = worst {
            assert!(story(&cluster, worst, "a text").text.starts_with("epochscope 1\n"));
        }
        assert_eq!(Leaders::of(&cluster).brokers.len(), cluster.brokers.len());
        read += 1;
    }
    assert!(read > 100, "{read}");
}
