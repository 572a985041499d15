//! The decisions of the builder, as tables.

use epochscope_vocabulary::metadata_record::{LeaderRecoveryState, PartitionChangeRecord};
use epochscope_vocabulary::{BrokerId, LeaderEpoch, PartitionEpoch, TopicId, TopicPartition};
use expect_test::{Expect, expect};

use super::{
    Election, ElectionResult, EligibleLeaderReplicas, IsrShrink, LastKnownElr, LastKnownLeader,
    LeaderRecovery, PartitionChangeBuilder, PartitionChangeRules,
};
use crate::metadata::partition_registration::PartitionRegistration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const WITHOUT_ELR: PartitionChangeRules = PartitionChangeRules {
    isr_shrink: IsrShrink::KeepsLeaderEpoch,
    leader_recovery: LeaderRecovery::Tracked,
    elr: EligibleLeaderReplicas::Off,
    last_known_leader: LastKnownLeader::MustBeAcceptable,
    last_known_elr: LastKnownElr::OnLeaderLoss,
};

const WITH_ELR: PartitionChangeRules =
    PartitionChangeRules { elr: EligibleLeaderReplicas::On, ..WITHOUT_ELR };

fn ids(numbers: &[u32]) -> Vec<BrokerId> {
    numbers.iter().copied().map(BrokerId).collect()
}

fn partition(replicas: &[u32], isr: &[u32], leader: Option<u32>) -> PartitionRegistration {
    PartitionRegistration {
        replicas: ids(replicas),
        isr: ids(isr),
        elr: vec![],
        last_known_elr: vec![],
        removing: vec![],
        adding: vec![],
        leader: leader.map(BrokerId),
        leader_recovery_state: LeaderRecoveryState::Recovered,
        leader_epoch: LeaderEpoch(100),
        partition_epoch: PartitionEpoch(200),
        directories: vec![],
    }
}

/// One decision: what is, who may lead, and what is wanted.
struct Decision<'a> {
    rules: PartitionChangeRules,
    partition: PartitionRegistration,
    dead: &'a [u32],
    min_isr: u32,
}

impl Decision<'_> {
    fn decide(&self, want: impl FnOnce(&mut PartitionChangeBuilder<'_>)) -> String {
        let dead = ids(self.dead);
        let is_acceptable = |broker: BrokerId| !dead.contains(&broker);
        let id = TopicPartition { topic: TopicId(0), partition: 0 };
        let mut builder = PartitionChangeBuilder::new(
            id,
            &self.partition,
            &is_acceptable,
            self.rules,
            self.min_isr,
        );
        want(&mut builder);
        let elected = match builder.elect_leader() {
            ElectionResult::Clean(leader) => format!("{leader}"),
            ElectionResult::Unclean(leader) => format!("{leader} unclean"),
            ElectionResult::NoLeader => "nobody".to_owned(),
        };
        let record = builder.build();
        let drawn = record.map_or("no record".to_owned(), |record| draw(&record));
        format!("elects {elected}; {drawn}")
    }
}

/// Only what the record sets.
fn draw(record: &PartitionChangeRecord) -> String {
    let list = |name: &str, brokers: &Option<Vec<BrokerId>>| {
        let brokers = brokers.as_ref()?;
        let numbers: Vec<String> = brokers.iter().map(BrokerId::to_string).collect();
        Some(format!("{name}=[{}]", numbers.join(",")))
    };
    let leader = record
        .leader
        .map(|leader| leader.map_or("leader=none".to_owned(), |leader| format!("leader={leader}")));
    let fields = [
        leader,
        list("isr", &record.isr),
        list("elr", &record.elr),
        list("last_known", &record.last_known_elr),
        list("replicas", &record.replicas),
        list("removing", &record.removing),
        list("adding", &record.adding),
        record.leader_recovery_state.map(|state| format!("{state:?}")),
    ];
    fields.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn table(expected: &Expect, rows: &[(&str, String)]) {
    let lines: String = rows.iter().map(|(name, row)| format!("{name:<32} {row}\n")).collect();
    expected.assert_eq(&lines);
}

/// Replicas 2,1,3, all in sync, led by 1; broker 3 is dead.
fn foo() -> Decision<'static> {
    Decision {
        rules: WITHOUT_ELR,
        partition: partition(&[2, 1, 3], &[2, 1, 3], Some(1)),
        dead: &[3],
        min_isr: 2,
    }
}

#[test]
fn who_leads_goes_on_leading_and_replica_order_decides_else() {
    let isr = |isr: &'static [u32], election| {
        foo().decide(|builder| {
            builder.target_isr = ids(isr);
            builder.election = election;
        })
    };
    table(
        &expect![[r#"
            preferred                        elects 2; leader=2
            online                           elects 1; no record
            unclean                          elects 1; no record
            ISR 1,3, online                  elects 1; isr=[1,3]
            ISR 1,3, preferred               elects 1; isr=[1,3]
            ISR 2,3, online                  elects 2; leader=2 isr=[2,3]
            ISR 3, online                    elects nobody; leader=none isr=[3]
            ISR 3, preferred                 elects nobody; leader=none isr=[3]
            ISR 3, unclean                   elects 2 unclean; leader=2 isr=[2] Recovering
            ISR empty, online                elects nobody; leader=none
        "#]],
        &[
            ("preferred", isr(&[2, 1, 3], Election::Preferred)),
            ("online", isr(&[2, 1, 3], Election::Online)),
            ("unclean", isr(&[2, 1, 3], Election::Unclean)),
            ("ISR 1,3, online", isr(&[1, 3], Election::Online)),
            ("ISR 1,3, preferred", isr(&[1, 3], Election::Preferred)),
            ("ISR 2,3, online", isr(&[2, 3], Election::Online)),
            ("ISR 3, online", isr(&[3], Election::Online)),
            ("ISR 3, preferred", isr(&[3], Election::Preferred)),
            ("ISR 3, unclean", isr(&[3], Election::Unclean)),
            ("ISR empty, online", isr(&[], Election::Online)),
        ],
    );
}

#[test]
fn reassignments_begin_end_and_raise_the_epoch_when_a_replica_goes() {
    let bar = || Decision {
        rules: WITHOUT_ELR,
        partition: PartitionRegistration {
            removing: ids(&[1]),
            adding: ids(&[4]),
            ..partition(&[1, 2, 3, 4], &[1, 2, 3], Some(1))
        },
        dead: &[3],
        min_isr: 2,
    };
    table(
        &expect![[r#"
            another order                    elects 1; replicas=[3,2,1]
            to 1,2: done at once             elects 1; leader=1 isr=[2,1] replicas=[1,2]
            to 1,2,3,4: begins               elects 1; replicas=[1,2,3,4] adding=[4]
            4 comes into the ISR, 1 goes     elects 1; leader=2 isr=[2,3,4] replicas=[2,3,4] removing=[] adding=[]
            turned back                      elects 1; leader=1 replicas=[1,2,3] removing=[] adding=[]
        "#]],
        &[
            ("another order", foo().decide(|b| b.target_replicas = ids(&[3, 2, 1]))),
            (
                "to 1,2: done at once",
                foo().decide(|b| {
                    b.target_replicas = ids(&[1, 2, 3]);
                    b.target_removing = ids(&[3]);
                }),
            ),
            (
                "to 1,2,3,4: begins",
                foo().decide(|b| {
                    b.target_replicas = ids(&[1, 2, 3, 4]);
                    b.target_adding = ids(&[4]);
                }),
            ),
            ("4 comes into the ISR, 1 goes", bar().decide(|b| b.target_isr = ids(&[1, 2, 3, 4]))),
            (
                "turned back",
                bar().decide(|b| {
                    b.target_replicas = ids(&[1, 2, 3]);
                    b.target_removing.clear();
                    b.target_adding.clear();
                }),
            ),
        ],
    );
}

/// Replicas 1,2,3,4 of which three have to be in sync.
fn elr(isr: &[u32], leader: Option<u32>, dead: &'static [u32]) -> Decision<'static> {
    Decision { rules: WITH_ELR, partition: partition(&[1, 2, 3, 4], isr, leader), dead, min_isr: 3 }
}

#[test]
fn replicas_that_leave_below_min_isr_stay_eligible() {
    let with = |mut decision: Decision<'static>, members: &[u32], last_known: &[u32]| {
        decision.partition.elr = ids(members);
        decision.partition.last_known_elr = ids(last_known);
        decision
    };
    let isr = |isr: &'static [u32]| {
        move |builder: &mut PartitionChangeBuilder<'_>| builder.target_isr = ids(isr)
    };
    table(
        &expect![[r#"
            3 and 4 leave                    elects 1; isr=[1,2] elr=[3,4]
            4 leaves                         elects 1; isr=[1,2,3]
            last member dies, 3 eligible     elects 3; leader=3 isr=[3] elr=[1]
            all die at once                  elects nobody; leader=none isr=[] elr=[1,2,3,4] last_known=[1]
            3 and 4 leave, 4 by a crash      elects 1; isr=[1,2] elr=[3]
            only the last known one lives    elects 1 unclean; leader=1 isr=[1] last_known=[] Recovering
            it is dead                       elects nobody; no record
            it lives, but 3 is eligible      elects nobody; no record
            two come back into the ISR       elects 1; isr=[1,2,3] elr=[]
            unclean election                 elects 1 unclean; leader=1 isr=[1] elr=[] last_known=[] Recovering
        "#]],
        &[
            ("3 and 4 leave", elr(&[1, 2, 3, 4], Some(1), &[]).decide(isr(&[1, 2]))),
            ("4 leaves", elr(&[1, 2, 3, 4], Some(1), &[]).decide(isr(&[1, 2, 3]))),
            (
                "last member dies, 3 eligible",
                with(elr(&[1], Some(1), &[1]), &[3], &[]).decide(isr(&[])),
            ),
            ("all die at once", elr(&[1, 2, 3, 4], Some(1), &[1, 2, 3, 4]).decide(isr(&[]))),
            (
                "3 and 4 leave, 4 by a crash",
                elr(&[1, 2, 3, 4], Some(1), &[]).decide(|builder| {
                    builder.target_isr = ids(&[1, 2]);
                    builder.unclean_shutdown_replicas = ids(&[4]);
                }),
            ),
            (
                "only the last known one lives",
                with(elr(&[], None, &[2, 3, 4]), &[], &[1]).decide(|_| {}),
            ),
            ("it is dead", with(elr(&[], None, &[1]), &[], &[1]).decide(|_| {})),
            ("it lives, but 3 is eligible", with(elr(&[], None, &[3]), &[3], &[1]).decide(|_| {})),
            (
                "two come back into the ISR",
                with(elr(&[1], Some(1), &[]), &[2, 3], &[]).decide(isr(&[1, 2, 3])),
            ),
            (
                "unclean election",
                with(elr(&[], None, &[3]), &[3], &[1])
                    .decide(|builder| builder.election = Election::Unclean),
            ),
        ],
    );
}

#[test]
fn without_elr_the_last_member_stays_in_the_isr() {
    let dies = |rules| {
        let decision = Decision { rules, ..elr(&[1], Some(1), &[1]) };
        decision.decide(|builder| builder.target_isr.clear())
    };
    assert_eq!(dies(WITHOUT_ELR), "elects nobody; leader=none");
    assert_eq!(dies(WITH_ELR), "elects nobody; leader=none isr=[] elr=[1] last_known=[1]");
}

/// So Kafka 4.1.2 answers where a broker says in which directory it has a replica.
#[test]
fn a_feature_switched_off_wipes_the_elr_and_keeps_the_last_known_leader() {
    let mut decision = Decision { rules: WITHOUT_ELR, ..elr(&[1], Some(1), &[]) };
    decision.partition.elr = ids(&[2]);
    decision.partition.last_known_elr = ids(&[3]);
    assert_eq!(decision.decide(|_| {}), "elects 1; elr=[]");
}

#[test]
fn before_3_6_a_shrinking_isr_raised_the_leader_epoch() {
    let shrinks = |isr_shrink| {
        let rules = PartitionChangeRules { isr_shrink, ..WITHOUT_ELR };
        Decision { rules, ..foo() }.decide(|builder| builder.target_isr = ids(&[2, 1]))
    };
    assert_eq!(shrinks(IsrShrink::BumpsLeaderEpoch), "elects 1; leader=1 isr=[2,1]");
    assert_eq!(shrinks(IsrShrink::KeepsLeaderEpoch), "elects 1; isr=[2,1]");
}

#[test]
fn before_3_2_an_unclean_election_was_not_remembered() {
    let elects = |leader_recovery| {
        let rules = PartitionChangeRules { leader_recovery, ..WITHOUT_ELR };
        Decision { rules, ..foo() }.decide(|builder| {
            builder.target_isr = ids(&[3]);
            builder.election = Election::Unclean;
        })
    };
    assert_eq!(elects(LeaderRecovery::Untracked), "elects 2 unclean; leader=2 isr=[2]");
    let tracked = "elects 2 unclean; leader=2 isr=[2] Recovering";
    assert_eq!(elects(LeaderRecovery::Tracked), tracked);
}

#[test]
fn up_to_4_0_a_dead_last_known_leader_could_be_elected() {
    let elects = |last_known_leader| {
        let rules = PartitionChangeRules { last_known_leader, ..WITH_ELR };
        let mut decision = Decision { rules, ..elr(&[], None, &[1]) };
        decision.partition.last_known_elr = ids(&[1]);
        decision.decide(|_| {})
    };
    let fenced = "elects 1 unclean; leader=1 isr=[1] last_known=[] Recovering";
    assert_eq!(elects(LastKnownLeader::MayBeUnacceptable), fenced);
    assert_eq!(elects(LastKnownLeader::MustBeAcceptable), "elects nobody; no record");
}

/// The leader goes, while a dead follower stays in the ISR.
#[test]
fn up_to_4_1_0_the_last_known_leader_was_written_when_the_isr_became_empty() {
    let loses = |last_known_elr, isr: &'static [u32]| {
        let rules = PartitionChangeRules { last_known_elr, ..WITH_ELR };
        let decision = Decision { rules, ..elr(&[1, 2], Some(1), &[1, 2, 3, 4]) };
        decision.decide(|builder| builder.target_isr = ids(isr))
    };
    let left = "elects nobody; leader=none isr=[2] elr=[1]";
    assert_eq!(loses(LastKnownElr::OnEmptyIsr, &[2]), left);
    assert_eq!(loses(LastKnownElr::OnLeaderLoss, &[2]), format!("{left} last_known=[1]"));
    let empty = "elects nobody; leader=none isr=[] elr=[1,2] last_known=[1]";
    assert_eq!(loses(LastKnownElr::OnEmptyIsr, &[]), empty);
    assert_eq!(loses(LastKnownElr::OnLeaderLoss, &[]), empty);
}
