//! What a producer does, call by call.

use epochscope_vocabulary::ErrorCode as E;
use epochscope_vocabulary::command::MetadataUse;
use epochscope_vocabulary::rpc::{InitProducerIdResponse, Response};
use epochscope_vocabulary::{ProducerId, SimDuration};
use expect_test::expect;
use std::sync::Arc;

use crate::client::ClientResult;
use crate::client::tests::Bench;
use crate::effects::Disconnect;
use crate::observe::ProduceResult;

#[test]
fn records_of_one_order_linger_together_and_are_acknowledged_together() {
    let mut bench = Bench::producer("acks=-1");
    bench.produce(&["a", "b"]);
    bench.at(1).produce(&["c"]);
    bench.next_timer();
    let answer = bench.written(10);
    bench.at(8).answer(0, answer);
    bench.check(&expect![[r#"
        > 0.000 #0: start
        timer Wake at 300.000
        > 0.000 #1: produce ["a", "b"]
        timer Wake at 0.005
        > 0.001 #2: produce ["c"]
        > 0.005 #3: Wake
        #4 produce sent orders-0 to broker 1 acks=all "a" "b" "c"  because #1
        #5 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a" "b" "c"  because #4
        timer Wake at 120.000
        > 0.008 #6: answer to r0 Produce
        #7 acknowledged orders-0 offset=10 "a" "b" "c"  because #6
        timer Wake at 300.000
    "#]]);
    let (b, nothing) = (bench.value("b"), bench.value("nothing"));
    let offset = epochscope_vocabulary::Offset(11);
    assert_eq!(bench.client.result_of(b), Some(ProduceResult::Acked(Some(offset))));
    assert_eq!(bench.client.result_of(nothing), None);
    assert_eq!(bench.client.last_result(), ClientResult::Acked);
    assert!(bench.client.is_idle());
}

#[test]
fn with_acks_0_a_record_counts_as_written_when_it_is_sent() {
    let mut bench = Bench::producer("acks=0 linger.ms=0");
    bench.skip().produce(&["a"]);
    bench.at(2).lose(0, Disconnect::Reset);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=0 "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 "a"  because #2
        #4 acknowledged orders-0 "a"  because #2
        > 0.002 #5: r0 Reset
        #6 send r1 Metadata to broker 2  because #5
        no timer Wake
    "#]]);
}

#[test]
fn not_leader_with_a_hint_is_retried_at_once_at_the_new_leader() {
    let mut bench = Bench::producer("acks=1 linger.ms=0");
    bench.skip().produce(&["a"]);
    let answer = bench.refused(E::NotLeaderOrFollower, Some((2, 6)));
    bench.at(2).answer(0, answer);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=1 "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 "a"  because #2
        timer Wake at 120.000
        > 0.002 #4: answer to r0 Produce
        #5 retried orders-0 NOT_LEADER_OR_FOLLOWER "a"  because #4
        #6 client metadata orders-0 leader=2 leader_epoch=6  because #4
        #7 produce sent orders-0 to broker 2 acks=1 retry=1 "a"  because #5 #6
        #8 send r1 Produce to broker 2: orders-0 "a"  because #7
        #9 send r2 Metadata to broker 1  because #5
    "#]]);
    assert_eq!(bench.client.error_count(E::NotLeaderOrFollower), 1);
    assert_eq!(bench.client.leader(0).map(|leader| leader.0), Some(2));
    assert_eq!(bench.client.last_result(), ClientResult::Pending);
}

#[test]
fn a_hint_that_is_no_news_changes_nothing() {
    let mut bench = Bench::producer("acks=1 linger.ms=0");
    bench.skip().produce(&["a"]);
    let answer = bench.refused(E::NotLeaderOrFollower, Some((2, 5)));
    bench.at(2).answer(0, answer);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=1 "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 "a"  because #2
        timer Wake at 120.000
        > 0.002 #4: answer to r0 Produce
        #5 retried orders-0 NOT_LEADER_OR_FOLLOWER "a"  because #4
        #6 send r1 Metadata to broker 2  because #5
        timer Wake at 0.104
    "#]]);
}

#[test]
fn not_leader_without_a_hint_waits_for_metadata_or_for_its_back_off() {
    let mut bench = Bench::producer("acks=1 linger.ms=0");
    bench.skip().produce(&["a"]);
    let answer = bench.refused(E::NotLeaderOrFollower, None);
    bench.at(2).answer(0, answer);
    // The first answer is no news, so the batch goes to the same broker after its back-off.
    let same = bench.metadata(&[(Some(1), 5)]);
    bench.at(4).answer(1, same);
    bench.next_timer();
    let answer = bench.refused(E::NotLeaderOrFollower, None);
    bench.answer(2, answer);
    bench.next_timer();
    let news = bench.metadata(&[(Some(3), 6)]);
    bench.answer(3, news);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=1 "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 "a"  because #2
        timer Wake at 120.000
        > 0.002 #4: answer to r0 Produce
        #5 retried orders-0 NOT_LEADER_OR_FOLLOWER "a"  because #4
        #6 send r1 Metadata to broker 2  because #5
        timer Wake at 0.104
        > 0.004 #7: answer to r1 Metadata
        > 0.104 #8: Wake
        #9 produce sent orders-0 to broker 1 acks=1 retry=1 "a"  because #5
        #10 send r2 Produce to broker 1: orders-0 "a"  because #9
        timer Wake at 120.000
        > 0.104 #11: answer to r2 Produce
        #12 retried orders-0 NOT_LEADER_OR_FOLLOWER "a"  because #11
        timer Wake at 0.113
        > 0.113 #13: Wake
        #14 send r3 Metadata to broker 3  because #12
        timer Wake at 0.273
        > 0.113 #15: answer to r3 Metadata
        #16 client metadata orders-0 leader=3 leader_epoch=6  because #15
        #17 produce sent orders-0 to broker 3 acks=1 retry=2 "a"  because #12 #16
        #18 send r4 Produce to broker 3: orders-0 "a"  because #17
        timer Wake at 120.000
    "#]]);
}

#[test]
fn a_time_out_fails_every_batch_of_the_connection_and_refreshes_metadata_elsewhere() {
    let mut bench = Bench::producer("acks=-1 linger.ms=0");
    bench.skip().produce(&["a"]);
    bench.at(1).produce(&["b"]);
    bench.at(30_000);
    bench.lose(0, Disconnect::TimedOut);
    bench.lose(1, Disconnect::TimedOut);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 120.000
        > 0.001 #4: produce ["b"]
        #5 produce sent orders-0 to broker 1 acks=all "b"  because #4
        #6 send r1 Produce to broker 1: orders-0 epoch=0 sequence=1 "b"  because #5
        > 30.000 #7: r0 TimedOut
        #8 retried orders-0 REQUEST_TIMED_OUT "a"  because #7
        #9 send r2 Metadata to broker 2  because #7
        timer Wake at 30.109
        > 30.000 #10: r1 TimedOut
        #11 retried orders-0 REQUEST_TIMED_OUT "b"  because #10
    "#]]);
}

#[test]
fn a_broker_that_is_down_uses_up_no_retries() {
    let mut bench = Bench::producer("acks=-1 retries=1 linger.ms=0");
    bench.skip().produce(&["a"]);
    bench.at(2).lose(0, Disconnect::Reset);
    let same = bench.metadata(&[(Some(1), 5)]);
    bench.at(4).answer(1, same.clone());
    while !bench.has_sent(2) {
        bench.next_timer();
    }
    bench.lose(2, Disconnect::Reset);
    while !bench.has_sent(4) {
        bench.next_timer();
    }
    bench.answer(4, same);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 120.000
        > 0.002 #4: r0 Reset
        #5 retried orders-0 NETWORK_EXCEPTION "a"  because #4
        #6 send r1 Metadata to broker 2  because #4
        timer Wake at 0.111
        > 0.004 #7: answer to r1 Metadata
        > 0.111 #8: Wake
        #9 send r2 Metadata to broker 1 on Data  because #5
        timer Wake at 120.000
        > 0.111 #10: r2 Reset
        #11 send r3 Metadata to broker 3  because #10
        timer Wake at 0.199
        > 0.199 #12: Wake
        #13 send r4 Metadata to broker 1 on Data  because #5
        timer Wake at 120.000
        > 0.199 #14: answer to r4 Metadata
        #15 produce sent orders-0 to broker 1 acks=all retry=1 "a"  because #5
        #16 send r5 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #15
    "#]]);
}

#[test]
fn a_brokers_own_time_out_does_not_refresh_metadata() {
    let mut bench = Bench::producer("acks=-1 linger.ms=0");
    bench.skip().produce(&["a"]);
    let answer = bench.refused(E::RequestTimedOut, None);
    bench.at(30_000).answer(0, answer);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 120.000
        > 30.000 #4: answer to r0 Produce
        #5 retried orders-0 REQUEST_TIMED_OUT "a"  because #4
        timer Wake at 30.102
    "#]]);
}

#[test]
fn a_batch_is_given_up_when_its_retries_are_used_up() {
    let mut bench = Bench::producer("acks=-1 retries=1 linger.ms=0");
    bench.skip().produce(&["a"]);
    let answer = bench.refused(E::NotEnoughReplicas, None);
    bench.at(2).answer(0, answer.clone());
    bench.next_timer();
    bench.answer(1, answer);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 120.000
        > 0.002 #4: answer to r0 Produce
        #5 retried orders-0 NOT_ENOUGH_REPLICAS "a"  because #4
        timer Wake at 0.104
        > 0.104 #6: Wake
        #7 produce sent orders-0 to broker 1 acks=all retry=1 "a"  because #5
        #8 send r1 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #7
        timer Wake at 120.000
        > 0.104 #9: answer to r1 Produce
        #10 failed orders-0 NOT_ENOUGH_REPLICAS "a"  because #9
        timer Wake at 300.000
    "#]]);
    let failed = ClientResult::Failed(E::NotEnoughReplicas);
    assert_eq!(bench.client.last_result(), failed);
}

#[test]
fn an_error_that_no_retry_can_mend_fails_at_once() {
    let mut bench = Bench::producer("acks=1 linger.ms=0");
    bench.skip().produce(&["a"]);
    let answer = bench.refused(E::InvalidRequiredAcks, None);
    bench.at(2).answer(0, answer);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=1 "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 "a"  because #2
        timer Wake at 120.000
        > 0.002 #4: answer to r0 Produce
        #5 failed orders-0 INVALID_REQUIRED_ACKS "a"  because #4
        timer Wake at 300.000
    "#]]);
}

#[test]
fn a_batch_is_given_up_after_its_delivery_time_out_even_while_it_is_sent() {
    let mut bench = Bench::producer("acks=-1 linger.ms=0 delivery.timeout.ms=1000");
    bench.skip().produce(&["a"]);
    bench.next_timer();
    let late = bench.written(0);
    bench.at(1_500).answer(0, late);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 1.000
        > 1.000 #4: Wake
        #5 failed orders-0 REQUEST_TIMED_OUT "a"  because #1
        timer Wake at 300.000
        > 1.500 #6: answer to r0 Produce
    "#]]);
    let failed = ClientResult::Failed(E::RequestTimedOut);
    assert_eq!(bench.client.last_result(), failed);
}

#[test]
fn idempotent_retries_go_one_by_one_in_order_and_new_batches_stay_behind() {
    let mut bench = Bench::producer("acks=-1 linger.ms=0");
    bench.skip();
    for text in ["a", "b", "c"] {
        bench.produce(&[text]);
    }
    // The second is refused first; it may not overtake.
    let refusal = bench.refused(E::OutOfOrderSequenceNumber, None);
    bench.at(1).answer(1, refusal.clone());
    bench.produce(&["d"]);
    let refusal_of_first = bench.refused(E::NotEnoughReplicas, None);
    bench.at(2).answer(0, refusal_of_first);
    bench.answer(2, refusal);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 120.000
        > 0.000 #4: produce ["b"]
        #5 produce sent orders-0 to broker 1 acks=all "b"  because #4
        #6 send r1 Produce to broker 1: orders-0 epoch=0 sequence=1 "b"  because #5
        > 0.000 #7: produce ["c"]
        #8 produce sent orders-0 to broker 1 acks=all "c"  because #7
        #9 send r2 Produce to broker 1: orders-0 epoch=0 sequence=2 "c"  because #8
        > 0.001 #10: answer to r1 Produce
        #11 retried orders-0 OUT_OF_ORDER_SEQUENCE_NUMBER "b"  because #10
        timer Wake at 0.103
        > 0.001 #12: produce ["d"]
        > 0.002 #13: answer to r0 Produce
        #14 retried orders-0 NOT_ENOUGH_REPLICAS "a"  because #13
        timer Wake at 0.111
        > 0.002 #15: answer to r2 Produce
        #16 retried orders-0 OUT_OF_ORDER_SEQUENCE_NUMBER "c"  because #15
    "#]]);
    for (request, offset) in [(3, 0), (4, 1), (5, 2), (6, 3)] {
        while !bench.has_sent(request) {
            bench.next_timer();
        }
        let answer = bench.written(offset);
        bench.answer(request, answer);
    }
    bench.check(&expect![[r#"
        > 0.111 #17: Wake
        #18 produce sent orders-0 to broker 1 acks=all retry=1 "a"  because #14
        #19 send r3 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #18
        timer Wake at 120.000
        > 0.111 #20: answer to r3 Produce
        #21 acknowledged orders-0 offset=0 "a"  because #20
        #22 produce sent orders-0 to broker 1 acks=all retry=1 "b"  because #11
        #23 send r4 Produce to broker 1: orders-0 epoch=0 sequence=1 "b"  because #22
        > 0.111 #24: answer to r4 Produce
        #25 acknowledged orders-0 offset=1 "b"  because #24
        #26 produce sent orders-0 to broker 1 acks=all retry=1 "c"  because #16
        #27 send r5 Produce to broker 1: orders-0 epoch=0 sequence=2 "c"  because #26
        #28 produce sent orders-0 to broker 1 acks=all "d"  because #12
        #29 send r6 Produce to broker 1: orders-0 epoch=0 sequence=3 "d"  because #28
        > 0.111 #30: answer to r5 Produce
        #31 acknowledged orders-0 offset=2 "c"  because #30
        timer Wake at 120.001
        > 0.111 #32: answer to r6 Produce
        #33 acknowledged orders-0 offset=3 "d"  because #32
        timer Wake at 300.000
    "#]]);
}

#[test]
fn without_idempotence_a_retry_may_be_overtaken() {
    let mut bench = Bench::producer("acks=-1 enable.idempotence=false linger.ms=0");
    bench.skip().produce(&["a"]);
    bench.produce(&["b"]);
    let refusal = bench.refused(E::NotEnoughReplicas, None);
    bench.at(2).answer(0, refusal);
    let written = bench.written(0);
    bench.answer(1, written);
    bench.next_timer();
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 "a"  because #2
        timer Wake at 120.000
        > 0.000 #4: produce ["b"]
        #5 produce sent orders-0 to broker 1 acks=all "b"  because #4
        #6 send r1 Produce to broker 1: orders-0 "b"  because #5
        > 0.002 #7: answer to r0 Produce
        #8 retried orders-0 NOT_ENOUGH_REPLICAS "a"  because #7
        timer Wake at 0.104
        > 0.002 #9: answer to r1 Produce
        #10 acknowledged orders-0 offset=0 "b"  because #9
        > 0.104 #11: Wake
        #12 produce sent orders-0 to broker 1 acks=all retry=1 "a"  because #8
        #13 send r2 Produce to broker 1: orders-0 "a"  because #12
        timer Wake at 120.000
    "#]]);
}

#[test]
fn a_duplicate_counts_as_written_and_a_second_answer_counts_for_nothing() {
    let mut bench = Bench::producer("acks=-1 linger.ms=0");
    bench.skip().produce(&["a"]);
    let duplicate = bench.refused(E::DuplicateSequenceNumber, None);
    bench.at(2).answer(0, duplicate);
    let again = bench.written(5);
    bench.at(3).answer(0, again);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 120.000
        > 0.002 #4: answer to r0 Produce
        #5 acknowledged orders-0 "a"  because #4
        timer Wake at 300.000
        > 0.003 #6: answer to r0 Produce
    "#]]);
}

#[test]
fn a_batch_given_up_leaves_a_gap_and_the_next_one_begins_a_new_producer_epoch() {
    let mut bench = Bench::producer("acks=-1 linger.ms=0");
    bench.skip().produce(&["a"]);
    bench.produce(&["b"]);
    let refusal = bench.refused(E::InvalidRequiredAcks, None);
    bench.at(1).answer(0, refusal);
    let out_of_order = bench.refused(E::OutOfOrderSequenceNumber, None);
    bench.at(2).answer(1, out_of_order);
    bench.next_timer();
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 produce sent orders-0 to broker 1 acks=all "a"  because #1
        #3 send r0 Produce to broker 1: orders-0 epoch=0 sequence=0 "a"  because #2
        timer Wake at 120.000
        > 0.000 #4: produce ["b"]
        #5 produce sent orders-0 to broker 1 acks=all "b"  because #4
        #6 send r1 Produce to broker 1: orders-0 epoch=0 sequence=1 "b"  because #5
        > 0.001 #7: answer to r0 Produce
        #8 failed orders-0 INVALID_REQUIRED_ACKS "a"  because #7
        > 0.002 #9: answer to r1 Produce
        #10 retried orders-0 OUT_OF_ORDER_SEQUENCE_NUMBER "b"  because #9
        timer Wake at 0.104
        > 0.104 #11: Wake
        #12 produce sent orders-0 to broker 1 acks=all retry=1 "b"  because #10
        #13 send r2 Produce to broker 1: orders-0 epoch=1 sequence=0 "b"  because #12
        timer Wake at 120.000
    "#]]);
}

#[test]
fn at_most_five_requests_are_under_way_to_one_broker() {
    let mut bench = Bench::producer("acks=-1 linger.ms=0");
    for text in ["a", "b", "c", "d", "e", "f"] {
        bench.produce(&[text]);
    }
    assert!(bench.has_sent(4) && !bench.has_sent(5));
    let written = bench.written(0);
    bench.skip().at(2).answer(0, written);
    bench.check(&expect![[r#"
        > 0.002 #17: answer to r0 Produce
        #18 acknowledged orders-0 offset=0 "a"  because #17
        #19 produce sent orders-0 to broker 1 acks=all "f"  because #16
        #20 send r5 Produce to broker 1: orders-0 epoch=0 sequence=5 "f"  because #19
    "#]]);
}

#[test]
fn one_request_holds_the_first_batch_of_every_partition_of_its_broker() {
    let leaders = [(Some(1), 0), (Some(2), 0), (Some(1), 0)];
    let mut bench = Bench::producer_knowing("acks=1", Some(&leaders));
    bench.skip();
    for partition in 0..3 {
        bench.at(partition.into());
        bench.produce_to(Some(partition), &[&format!("p{partition}")], MetadataUse::AsKafka);
    }
    bench.next_timer();
    bench.next_timer();
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["p0"]
        timer Wake at 0.005
        > 0.001 #2: produce ["p1"]
        > 0.002 #3: produce ["p2"]
        > 0.005 #4: Wake
        #5 produce sent orders-0 to broker 1 acks=1 "p0"  because #1
        #6 produce sent orders-2 to broker 1 acks=1 "p2"  because #3
        #7 send r0 Produce to broker 1: orders-0 "p0": orders-2 "p2"  because #5
        timer Wake at 0.006
        > 0.006 #8: Wake
        #9 produce sent orders-1 to broker 2 acks=1 "p1"  because #2
        #10 send r1 Produce to broker 2: orders-1 "p1"  because #9
        timer Wake at 120.000
    "#]]);
}

#[test]
fn records_without_partition_or_key_change_partition_with_each_batch() {
    let leaders = [(Some(1), 0), (None, 0), (Some(2), 0)];
    let mut bench = Bench::producer_knowing("acks=1 linger.ms=0", Some(&leaders));
    bench.skip();
    bench.produce_to(None, &["a", "b"], MetadataUse::AsKafka);
    bench.produce_to(None, &["c"], MetadataUse::AsKafka);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a", "b"]
        #2 produce sent orders-0 to broker 1 acks=1 "a" "b"  because #1
        #3 send r0 Produce to broker 1: orders-0 "a" "b"  because #2
        timer Wake at 120.000
        > 0.000 #4: produce ["c"]
        #5 produce sent orders-2 to broker 2 acks=1 "c"  because #4
        #6 send r1 Produce to broker 2: orders-2 "c"  because #5
    "#]]);
}

#[test]
fn a_producer_that_knows_nothing_asks_for_metadata_and_its_id_first() {
    let mut bench = Bench::producer_knowing("acks=-1 linger.ms=0", None);
    bench.produce(&["a"]);
    let leaderless = bench.metadata(&[(None, 3)]);
    bench.at(2).answer(1, leaderless);
    let id = InitProducerIdResponse { error: E::None, producer_id: Some(ProducerId(9)) };
    bench.at(3).answer(0, Response::InitProducerId(Arc::new(id)));
    bench.next_timer();
    let leader = bench.metadata(&[(Some(2), 4)]);
    bench.answer(2, leader);
    bench.check(&expect![[r#"
        > 0.000 #0: start
        #1 send r0 InitProducerId to broker 1  because #0
        #2 send r1 Metadata to broker 1  because #0
        > 0.000 #3: produce ["a"]
        timer Wake at 60.000
        > 0.002 #4: answer to r1 Metadata
        #5 client metadata orders-0 leader=none leader_epoch=3  because #4
        timer Wake at 0.104
        > 0.003 #6: answer to r0 InitProducerId
        > 0.104 #7: Wake
        #8 send r2 Metadata to broker 2  because #3
        timer Wake at 120.002
        > 0.104 #9: answer to r2 Metadata
        #10 client metadata orders-0 leader=2 leader_epoch=4  because #9
        #11 produce sent orders-0 to broker 2 acks=all "a"  because #3 #10
        #12 send r3 Produce to broker 2: orders-0 epoch=0 sequence=0 "a"  because #11
    "#]]);
}

#[test]
fn fresh_metadata_is_awaited_before_the_record_is_sent() {
    let mut bench = Bench::producer("acks=1 linger.ms=0");
    bench.skip();
    bench.produce_to(Some(0), &["a"], MetadataUse::Fresh);
    let news = bench.metadata(&[(Some(2), 6)]);
    bench.at(2).answer(0, news);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        #2 send r0 Metadata to broker 2  because #1
        timer Wake at 60.000
        > 0.002 #3: answer to r0 Metadata
        #4 client metadata orders-0 leader=2 leader_epoch=6  because #3
        #5 produce sent orders-0 to broker 2 acks=1 "a"  because #1 #4
        #6 send r1 Produce to broker 2: orders-0 "a"  because #5
        timer Wake at 120.002
    "#]]);
}

#[test]
fn a_stale_send_goes_to_the_old_leader_and_learns_from_its_errors_then() {
    let mut bench = Bench::producer("acks=1");
    bench.skip();
    bench.produce_to(Some(0), &["a"], MetadataUse::Stale);
    bench.at(1).met("refresh", |client, cx| {
        client.refresh(cx).expect("a producer");
    });
    let news = bench.metadata(&[(Some(2), 6)]);
    bench.at(3).answer(0, news);
    bench.next_timer();
    let refusal = bench.refused(E::NotLeaderOrFollower, Some((3, 7)));
    bench.at(7).answer(1, refusal);
    bench.check(&expect![[r#"
        > 0.000 #1: produce ["a"]
        timer Wake at 0.005
        > 0.001 #2: refresh
        #3 send r0 Metadata to broker 2  because #2
        > 0.003 #4: answer to r0 Metadata
        #5 client metadata orders-0 leader=2 leader_epoch=6  because #4
        > 0.005 #6: Wake
        #7 produce sent orders-0 to broker 1 acks=1 "a"  because #1
        #8 send r1 Produce to broker 1: orders-0 "a"  because #7
        timer Wake at 120.000
        > 0.007 #9: answer to r1 Produce
        #10 retried orders-0 NOT_LEADER_OR_FOLLOWER "a"  because #9
        #11 client metadata orders-0 leader=3 leader_epoch=7  because #9
        #12 produce sent orders-0 to broker 3 acks=1 retry=1 "a"  because #10 #11
        #13 send r2 Produce to broker 3: orders-0 "a"  because #12
        timer Wake at 0.105
    "#]]);
}

#[test]
fn a_load_sends_at_its_rate_for_its_time() {
    let mut bench = Bench::producer("acks=0 linger.ms=0");
    bench.skip().met("load", |client, cx| {
        let span = Some(SimDuration::from_ms(1_000));
        client.load(cx, 3, span).expect("a producer");
    });
    bench.next_timer();
    assert!(bench.client.load_runs());
    bench.next_timer();
    assert!(!bench.client.load_runs());
    bench.check(&expect![[r#"
        > 0.000 #1: load
        #2 produce sent orders-0 to broker 1 acks=0 "shop-0"  because #1
        #3 send r0 Produce to broker 1: orders-0 "shop-0"  because #2
        #4 acknowledged orders-0 "shop-0"  because #2
        timer Load at 0.333333
        > 0.333333 #5: Load
        #6 produce sent orders-0 to broker 1 acks=0 "shop-1"  because #1
        #7 send r1 Produce to broker 1: orders-0 "shop-1"  because #6
        #8 acknowledged orders-0 "shop-1"  because #6
        timer Load at 0.666666
        > 0.666666 #9: Load
        #10 produce sent orders-0 to broker 1 acks=0 "shop-2"  because #1
        #11 send r2 Produce to broker 1: orders-0 "shop-2"  because #10
        #12 acknowledged orders-0 "shop-2"  because #10
    "#]]);
}
