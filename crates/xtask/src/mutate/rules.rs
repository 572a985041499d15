//! The rules that are broken one at a time, each by one replacement in the source.
//!
//! A replacement must fit exactly once. Where the code around a rule changes, its row changes with
//! it: that is the price of breaking exactly what is meant.

/// A rule of Kafka, and how it is broken.
pub(crate) struct Mutation {
    /// What is broken, in a word or two.
    pub(crate) name: &'static str,
    /// Where, from the root on.
    pub(crate) file: &'static str,
    /// What stands there.
    pub(crate) from: &'static str,
    /// What is put in its place.
    pub(crate) to: &'static str,
}

macro_rules! mutations {
    ($($name:literal in $file:literal: $from:literal => $to:literal;)+) => {
        /// Every rule that is broken.
        pub(crate) const MUTATIONS: &[Mutation] = &[$(Mutation {
            name: $name,
            file: concat!("crates/engine/src/", $file),
            from: $from,
            to: $to,
        },)+];
    };
}

mutations! {
    "strict-min-isr" in "broker/partition/high_watermark.rs":
        "MinIsrGate::Strict => leader.isr_size < leader.min_isr," => "MinIsrGate::Strict => false,";
    "fetch-leader-epoch" in "broker/partition/replica.rs":
        "Some(named) if named < self.leader_epoch => Err(ErrorCode::FencedLeaderEpoch),"
        => "Some(named) if named < self.leader_epoch => Ok(()),";
    "maximal-isr" in "broker/partition/replica.rs":
        "in_maximal_isr: state.isr.is_in_maximal_isr(*follower),"
        => "in_maximal_isr: state.isr.isr().first() == Some(follower),";
    "latest-offset" in "broker/partition/replica.rs":
        "self.leading().filter(|leader| high_watermark >= leader.epoch_start_offset);"
        => "self.leading();";
    "isr-shrink" in "broker/partition/isr_changes.rs":
        "if gone.is_empty() {" => "if gone.len() < 1_000 {";
    "isr-join-at-epoch-start" in "broker/partition/isr_changes.rs":
        "let start = Some(state.epoch_start_offset);" => "let start = None;";
    "elr-after-crash" in "controller/partition_change_builder.rs":
        "&& !self.unclean_shutdown_replicas.contains(candidate)" => "";
    "election-from-isr" in "controller/partition_change_builder.rs":
        "holds_committed && (self.is_acceptable)(replica)"
        => "(holds_committed || !self.target_isr.is_empty()) && (self.is_acceptable)(replica)";
    "truncation" in "broker/partition/truncation.rs":
        "OffsetTruncationState::Completed(agreed.min(log_end_offset))"
        => "OffsetTruncationState::Completed(agreed.max(log_end_offset))";
    "sequence-check" in "log/producer_state.rs":
        "if batch.base_sequence == expected_sequence(known, batch.producer_epoch) {"
        => "if batch.base_sequence <= LAST_SEQUENCE {";
    "duplicate-batches" in "log/producer_state.rs":
        "return Ok(SequenceVerdict::Duplicate(stored));"
        => "return Ok(match stored { _ => SequenceVerdict::Append });";
    "alter-partition-partition-epoch" in "controller/alter_partition.rs":
        "if proposal.partition_epoch < partition_epoch {"
        => "if proposal.partition_epoch.is_none() {";
    "alter-partition-leader-epoch" in "controller/alter_partition.rs":
        "if proposal.leader_epoch < leader_epoch {" => "if proposal.leader_epoch.is_none() {";
    "alter-partition-broker-epoch" in "controller/alter_partition.rs":
        "active(state) && member.broker_epoch.is_none_or(|named| named == known)"
        => "active(state) && member.broker_epoch.is_none_or(|_| known == known)";
    "min-isr-admission" in "broker/partition/replica.rs":
        "count(state.isr.isr()) < self.min_insync_replicas {"
        => "count(state.isr.isr()) < 1 {";
    "one-vote-an-epoch" in "quorum/raft_requests.rs":
        "if grants && kind == VoteKind::Standard {"
        => "if grants && kind == VoteKind::Standard && epoch < self.epoch() {";
    "votes-for-complete-logs" in "quorum/raft_requests.rs":
        "if (request.last_epoch, request.last_offset) >= mine {"
        => "if (request.last_epoch, request.last_offset) >= mine || mine.1 > Offset::ZERO {";
    "quorum-commits-its-own-epoch" in "quorum/leader.rs":
        "Some(end) if end > self.epoch_start_offset && Some(end) > self.high_watermark => {"
        => "Some(end) if Some(end) > self.high_watermark => {";
    "zk-placement-shift" in "zookeeper/admin_utils.rs":
        "self.shift += 1;" => "self.shift += 0;";
    "zk-placement-racks" in "zookeeper/admin_utils.rs":
        "let is_new = !racks.contains(&rack);" => "let is_new = true;";
}

impl Mutation {
    /// A source with the rule broken.
    pub(crate) fn break_rule(&self, source: &str) -> Result<String, String> {
        match source.matches(self.from).count() {
            1 => Ok(source.replacen(self.from, self.to, 1)),
            fits => Err(format!(
                "{}: the replacement fits {fits} times in {}, not once: `{}`; mend its row in \
                 crates/xtask/src/mutate/rules.rs",
                self.name, self.file, self.from
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::root;

    #[test]
    fn each_replacement_fits_once_and_changes_something() {
        let complaints: Vec<String> = MUTATIONS
            .iter()
            .filter_map(|one| {
                let source = std::fs::read_to_string(root().join(one.file)).unwrap_or_default();
                match one.break_rule(&source) {
                    Ok(broken) if broken != source => None,
                    Ok(_) => Some(format!("{}: nothing is broken", one.name)),
                    Err(complaint) => Some(complaint),
                }
            })
            .collect();
        assert_eq!(complaints, Vec::<String>::new());
    }

    #[test]
    fn a_replacement_that_fits_twice_is_named() {
        let twice = format!("{0} {0}", MUTATIONS[0].from);
        assert!(MUTATIONS[0].break_rule(&twice).is_err_and(|text| text.contains("fits 2 times")));
    }
}
