//! Logs drawn as text, for tests of predicates.

use epochscope_vocabulary::{LeaderEpoch, Offset, ValueId};

use crate::log::{FetchedDataCheck, LogRecord, ReplicatedLog};

/// `"1.0 2.0 3.1"`: values 1 and 2 of epoch 0, value 3 of epoch 1.
pub(crate) fn records(text: &str) -> Vec<LogRecord> {
    let number = |text: &str| text.parse::<u32>().unwrap();
    text.split_whitespace()
        .map(|word| {
            let (value, epoch) = word.split_once('.').unwrap();
            let (value, leader_epoch) = (ValueId(number(value)), LeaderEpoch(number(epoch)));
            LogRecord { value, leader_epoch, sequence: None }
        })
        .collect()
}

/// A log of [`records`].
pub(crate) fn log(text: &str) -> ReplicatedLog {
    let mut log = ReplicatedLog::new();
    log.append_as_follower(Offset::ZERO, &records(text), FetchedDataCheck::Unchecked).unwrap();
    log
}

/// A log of [`records`] with a high watermark.
pub(crate) fn with_high_watermark(text: &str, high_watermark: u64) -> ReplicatedLog {
    let mut log = log(text);
    log.update_high_watermark(Offset(high_watermark));
    log
}
