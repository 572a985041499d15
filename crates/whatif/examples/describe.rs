//! Prints a made-up description: `cargo run --example describe -- BROKERS RACKS TOPICS PARTITIONS`;
//! with a fifth word, the racks.

use epochscope_whatif::sample::Sample;

fn main() {
    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let [brokers, racks, topics, partitions] = numbers[..] else {
        eprintln!("four numbers are wanted: brokers, racks, topics, partitions of each");
        return;
    };
    let sample = Sample { brokers, racks, topics, partitions };
    let racks_too = std::env::args().nth(5).is_some();
    print!("{}", if racks_too { sample.racks() } else { sample.describe() });
}
