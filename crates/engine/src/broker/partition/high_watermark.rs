//! How far a leader may move its high watermark, given how far each replica has fetched.
//!
//! The high watermark is the lowest log end offset among the *maximal* ISR: the committed ISR plus
//! a member whose addition the controller has not confirmed yet. Waiting for one who then is not
//! added can delay an acknowledgement but never lose one. A replica outside the ISR that keeps up
//! is waited for as well; otherwise it could never catch up and join.
//!
//! Source: Kafka `Partition.maybeIncrementLeaderHW`; KAFKA-15583 (min ISR), KAFKA-15021.
//! Uses: nothing.

use epochscope_vocabulary::Offset;

/// Whether an ISR below `min.insync.replicas` holds the high watermark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MinIsrGate {
    /// No, up to 3.6: `acks=1` records become visible with any ISR.
    Absent,
    /// Yes, from 3.7 (KAFKA-15583): nothing more is committed meanwhile.
    Strict,
}

/// Which replicas outside the ISR are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideIsr {
    /// None, up to 0.10.1.
    Ignored,
    /// All that keep up, from 0.10.2.
    CaughtUp,
    /// Those that keep up and may join the ISR, from 3.6 (KAFKA-15021).
    CaughtUpAndEligible,
}

/// The two differences between releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HighWatermarkRules {
    /// What a small ISR does.
    pub gate: MinIsrGate,
    /// Who else is waited for.
    pub outside_isr: OutsideIsr,
}

/// What a leader knows of one other assigned replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteProgress {
    /// Its log end offset; absent until its first fetch in this leader epoch.
    pub log_end_offset: Option<Offset>,
    /// Whether the maximal ISR holds it.
    pub in_maximal_isr: bool,
    /// Whether it is at the leader's end or was so within `replica.lag.time.max.ms`.
    pub caught_up: bool,
    /// Whether it might join the ISR.
    pub eligible: bool,
}

/// What a leader knows of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaderProgress {
    /// Its log end offset.
    pub log_end_offset: Offset,
    /// The high watermark as it is.
    pub high_watermark: Offset,
    /// Members of the committed ISR.
    pub isr_size: u32,
    /// `min.insync.replicas`, at most the number of replicas.
    pub min_isr: u32,
}

/// Where the high watermark belongs now.
///
/// Never below the present one; equal to it while the gate holds it, and while a replica that is
/// waited for has not fetched yet in this leader epoch. Offsets are exclusive ends: 10 means
/// records 0 to 9 are committed.
#[must_use]
pub fn high_watermark_after(
    rules: HighWatermarkRules,
    leader: LeaderProgress,
    remotes: &[RemoteProgress],
) -> Offset {
    let gated = match rules.gate {
        MinIsrGate::Absent => false,
        MinIsrGate::Strict => leader.isr_size < leader.min_isr,
    };
    if gated {
        return leader.high_watermark;
    }
    let mut lowest = leader.log_end_offset;
    for remote in remotes.iter().filter(|remote| is_waited_for(rules.outside_isr, remote)) {
        let Some(log_end_offset) = remote.log_end_offset else {
            return leader.high_watermark;
        };
        lowest = lowest.min(log_end_offset);
    }
    lowest.max(leader.high_watermark)
}

const fn is_waited_for(outside_isr: OutsideIsr, remote: &RemoteProgress) -> bool {
    let waited_for_outside = match outside_isr {
        OutsideIsr::Ignored => false,
        OutsideIsr::CaughtUp => remote.caught_up,
        OutsideIsr::CaughtUpAndEligible => remote.caught_up && remote.eligible,
    };
    remote.in_maximal_isr || waited_for_outside
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const NOW: HighWatermarkRules = HighWatermarkRules {
        gate: MinIsrGate::Strict,
        outside_isr: OutsideIsr::CaughtUpAndEligible,
    };

    /// A partition as a picture: the leader's log to its end, then each follower's, then who is
    /// what. `I` in the maximal ISR, `k` keeps up outside it, `x` keeps up but may not join, `-`
    /// lags outside it; `?` for an end not known yet.
    struct Picture {
        isr_size: u32,
        min_isr: u32,
        leader: &'static str,
        followers: &'static [(&'static str, char)],
    }

    fn end(log: &str) -> Option<Offset> {
        (log != "?").then(|| Offset(u64::try_from(log.len()).unwrap_or(u64::MAX)))
    }

    fn after(rules: HighWatermarkRules, picture: &Picture) -> u64 {
        let leader = LeaderProgress {
            log_end_offset: end(picture.leader).unwrap_or_default(),
            high_watermark: Offset(2),
            isr_size: picture.isr_size,
            min_isr: picture.min_isr,
        };
        let remote = |(log, kind): &(&str, char)| RemoteProgress {
            log_end_offset: end(log),
            in_maximal_isr: *kind == 'I',
            caught_up: *kind != '-',
            eligible: *kind != 'x',
        };
        let remotes: Vec<RemoteProgress> = picture.followers.iter().map(remote).collect();
        high_watermark_after(rules, leader, &remotes).0
    }

    const PICTURES: &[Picture] = &[
        Picture { isr_size: 1, min_isr: 1, leader: "xxxxx", followers: &[] },
        Picture {
            isr_size: 3,
            min_isr: 2,
            leader: "xxxxx",
            followers: &[("xxxx", 'I'), ("xxx", 'I')],
        },
        Picture {
            isr_size: 3,
            min_isr: 2,
            leader: "xxxxx",
            followers: &[("xxxxx", 'I'), ("x", 'I')],
        },
        Picture {
            isr_size: 3,
            min_isr: 2,
            leader: "xxxxx",
            followers: &[("xxxxx", 'I'), ("?", 'I')],
        },
        Picture {
            isr_size: 2,
            min_isr: 2,
            leader: "xxxxx",
            followers: &[("xxxxx", 'I'), ("x", '-')],
        },
        Picture {
            isr_size: 2,
            min_isr: 2,
            leader: "xxxxx",
            followers: &[("xxxxx", 'I'), ("xxxx", 'k')],
        },
        Picture {
            isr_size: 2,
            min_isr: 2,
            leader: "xxxxx",
            followers: &[("xxxxx", 'I'), ("xxxx", 'x')],
        },
        Picture {
            isr_size: 2,
            min_isr: 2,
            leader: "xxxxx",
            followers: &[("xxxxx", 'I'), ("?", 'k')],
        },
        Picture { isr_size: 1, min_isr: 2, leader: "xxxxx", followers: &[("xxxxx", 'I')] },
    ];

    #[test]
    fn the_high_watermark_is_the_lowest_end_that_is_waited_for() {
        let mut table = String::new();
        for picture in PICTURES {
            table += &format!(
                "isr {} of min {}  {}  {:<28} 2 -> {}\n",
                picture.isr_size,
                picture.min_isr,
                picture.leader,
                picture
                    .followers
                    .iter()
                    .map(|(l, k)| format!("{k}:{l}"))
                    .collect::<Vec<_>>()
                    .join(" "),
                after(NOW, picture)
            );
        }
        expect![[r#"
            isr 1 of min 1  xxxxx                               2 -> 5
            isr 3 of min 2  xxxxx  I:xxxx I:xxx                 2 -> 3
            isr 3 of min 2  xxxxx  I:xxxxx I:x                  2 -> 2
            isr 3 of min 2  xxxxx  I:xxxxx I:?                  2 -> 2
            isr 2 of min 2  xxxxx  I:xxxxx -:x                  2 -> 5
            isr 2 of min 2  xxxxx  I:xxxxx k:xxxx               2 -> 4
            isr 2 of min 2  xxxxx  I:xxxxx x:xxxx               2 -> 5
            isr 2 of min 2  xxxxx  I:xxxxx k:?                  2 -> 2
            isr 1 of min 2  xxxxx  I:xxxxx                      2 -> 2
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn releases_differ_in_the_gate_and_in_who_is_waited_for_outside_the_isr() {
        let below_min = Picture { isr_size: 1, min_isr: 2, leader: "xxxxx", followers: &[] };
        let gate = |gate| after(HighWatermarkRules { gate, ..NOW }, &below_min);
        assert_eq!([gate(MinIsrGate::Absent), gate(MinIsrGate::Strict)], [5, 2]);
        let outside = |outside_isr| {
            ['k', 'x', '-'].map(|kind| {
                let followers = vec![("xxxx", kind)].leak();
                let picture = Picture { isr_size: 1, min_isr: 1, leader: "xxxxx", followers };
                after(HighWatermarkRules { outside_isr, ..NOW }, &picture)
            })
        };
        assert_eq!(outside(OutsideIsr::Ignored), [5, 5, 5]);
        assert_eq!(outside(OutsideIsr::CaughtUp), [4, 4, 5]);
        assert_eq!(outside(OutsideIsr::CaughtUpAndEligible), [4, 5, 5]);
    }
}
