//! What a consumer does, call by call.

use epochscope_vocabulary::ErrorCode as E;
use epochscope_vocabulary::{Offset, SimDuration};
use expect_test::expect;

use crate::client::ClientResult;
use crate::client::tests::Bench;
use crate::effects::Disconnect;

/// A consumer that has read `a` (epoch 4) and `b` (epoch 5), and fetches on from offset 2: its
/// request under way is number 3.
fn reading(settings: &str) -> Bench {
    let mut bench = Bench::consumer(settings);
    let offset = bench.offset(0, Some(5));
    bench.at(2).answer(0, offset);
    let valid = bench.epoch_end(Some((5, 0)));
    bench.at(4).answer(1, valid);
    let records = bench.fetched(&[("a", 4), ("b", 5)]);
    bench.at(6).answer(2, records);
    bench
}

#[test]
fn a_consumer_asks_where_to_begin_validates_it_and_fetches_on_and_on() {
    let mut bench = reading("auto.offset.reset=earliest");
    let nothing = bench.fetched(&[]);
    bench.at(506).answer(3, nothing);
    bench.check(&expect![[r#"
        > 0.000 #0: start
        #1 send r0 ListOffsets to broker 1: Earliest  because #0
        timer Wake at 300.000
        > 0.002 #2: answer to r0 ListOffsets
        #3 position reset orders-0 to 0  because #2
        #4 send r1 OffsetForLeaderEpoch to broker 1: end of epoch 5 leader_epoch=5  because #3
        > 0.004 #5: answer to r1 OffsetForLeaderEpoch
        #6 send r2 Fetch to broker 1: orders-0 offset=0 leader_epoch=5  because #5
        > 0.006 #7: answer to r2 Fetch
        #8 read orders-0 offset=0 "a" "b" from broker 1  because #7
        #9 send r3 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #8
        > 0.506 #10: answer to r3 Fetch
        #11 send r4 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #10
    "#]]);
    let (a, c) = (bench.value("a"), bench.value("c"));
    assert!(bench.client.has_read(a) && !bench.client.has_read(c));
    assert_eq!(bench.client.position(0), Some(Offset(2)));
}

#[test]
fn a_new_leader_is_asked_where_the_last_epoch_read_ends() {
    let mut bench = reading("auto.offset.reset=earliest");
    let refusal = bench.fetch_refused(E::NotLeaderOrFollower, Some((2, 6)));
    bench.skip().at(8).answer(3, refusal);
    let end = bench.epoch_end(Some((5, 2)));
    bench.at(10).answer(4, end);
    bench.check(&expect![[r#"
        > 0.008 #10: answer to r3 Fetch
        #11 fetch refused orders-0 NOT_LEADER_OR_FOLLOWER by broker 1  because #10
        #12 client metadata orders-0 leader=2 leader_epoch=6  because #10
        #13 send r4 OffsetForLeaderEpoch to broker 2: end of epoch 5 leader_epoch=6  because #12
        #14 send r5 Metadata to broker 1  because #11
        no timer Wake
        > 0.010 #15: answer to r4 OffsetForLeaderEpoch
        #16 send r6 Fetch to broker 2: orders-0 offset=2 leader_epoch=6  because #15
    "#]]);
}

#[test]
fn without_a_hint_the_consumer_waits_for_metadata_or_for_its_back_off() {
    let mut bench = reading("auto.offset.reset=earliest");
    let refusal = bench.fetch_refused(E::FencedLeaderEpoch, None);
    bench.skip().at(8).answer(3, refusal);
    let leaderless = bench.metadata(&[(None, 6)]);
    bench.at(10).answer(4, leaderless);
    while !bench.has_sent(5) {
        bench.next_timer();
    }
    let leader = bench.metadata(&[(Some(2), 7)]);
    bench.answer(5, leader);
    bench.check(&expect![[r#"
        > 0.008 #10: answer to r3 Fetch
        #11 fetch refused orders-0 FENCED_LEADER_EPOCH by broker 1  because #10
        #12 send r4 Metadata to broker 2  because #11
        timer Wake at 0.108
        > 0.010 #13: answer to r4 Metadata
        #14 client metadata orders-0 leader=none leader_epoch=6  because #13
        timer Wake at 0.112
        > 0.112 #15: Wake
        #16 send r5 Metadata to broker 3  because #13
        > 0.112 #17: answer to r5 Metadata
        #18 client metadata orders-0 leader=2 leader_epoch=7  because #17
        #19 send r6 OffsetForLeaderEpoch to broker 2: end of epoch 5 leader_epoch=7  because #18
        timer Wake at 300.112
    "#]]);
}

#[test]
fn truncation_is_detected_and_the_position_goes_back_to_where_the_logs_part() {
    let mut bench = reading("auto.offset.reset=latest");
    let refusal = bench.fetch_refused(E::NotLeaderOrFollower, Some((2, 6)));
    bench.at(8).answer(3, refusal);
    let end = bench.epoch_end(Some((4, 1)));
    bench.skip().at(10).answer(4, end);
    bench.check(&expect![[r#"
        > 0.010 #15: answer to r4 OffsetForLeaderEpoch
        #16 log truncation detected orders-0 position=2 end=1  because #15
        #17 position reset orders-0 to 1  because #16
        #18 send r6 Fetch to broker 2: orders-0 offset=1 leader_epoch=6  because #17
    "#]]);
}

#[test]
fn truncation_stops_a_consumer_without_a_reset_policy() {
    let mut bench = Bench::consumer("auto.offset.reset=none");
    let stopped = ClientResult::Failed(E::OffsetOutOfRange);
    assert_eq!(bench.client.last_result(), stopped, "no position at all");
    bench.met("seek", |client, cx| {
        client.seek(cx, 0, Offset(0)).expect("a consumer");
    });
    let records = bench.fetched(&[("a", 4), ("b", 5)]);
    bench.at(6).answer(0, records);
    assert_eq!(bench.client.last_result(), ClientResult::Nothing);
    let refusal = bench.fetch_refused(E::NotLeaderOrFollower, Some((2, 6)));
    bench.at(8).answer(1, refusal);
    let end = bench.epoch_end(Some((4, 1)));
    bench.at(10).answer(2, end);
    bench.check(&expect![[r#"
        > 0.000 #0: start
        timer Wake at 300.000
        > 0.000 #1: seek
        #2 position reset orders-0 to 0  because #1
        #3 send r0 Fetch to broker 1: orders-0 offset=0 leader_epoch=5  because #2
        > 0.006 #4: answer to r0 Fetch
        #5 read orders-0 offset=0 "a" "b" from broker 1  because #4
        #6 send r1 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #5
        > 0.008 #7: answer to r1 Fetch
        #8 fetch refused orders-0 NOT_LEADER_OR_FOLLOWER by broker 1  because #7
        #9 client metadata orders-0 leader=2 leader_epoch=6  because #7
        #10 send r2 OffsetForLeaderEpoch to broker 2: end of epoch 5 leader_epoch=6  because #9
        #11 send r3 Metadata to broker 1  because #8
        no timer Wake
        > 0.010 #12: answer to r2 OffsetForLeaderEpoch
        #13 log truncation detected orders-0 position=2 end=1  because #12
    "#]]);
    assert_eq!(bench.client.last_result(), stopped);
}

#[test]
fn an_epoch_that_the_new_leader_never_had_resets_the_position() {
    let mut bench = reading("auto.offset.reset=earliest");
    let refusal = bench.fetch_refused(E::NotLeaderOrFollower, Some((2, 6)));
    bench.at(8).answer(3, refusal);
    let undefined = bench.epoch_end(None);
    bench.skip().at(10).answer(4, undefined);
    bench.check(&expect![[r#"
        > 0.010 #15: answer to r4 OffsetForLeaderEpoch
        #16 log truncation detected orders-0 position=2 end=0  because #15
        #17 send r6 ListOffsets to broker 2: Earliest  because #16
    "#]]);
}

#[test]
fn an_offset_out_of_range_is_reset_by_the_policy() {
    for (settings, expected) in [
        (
            "auto.offset.reset=earliest",
            expect![[r#"
            > 0.008 #10: answer to r3 Fetch
            #11 fetch refused orders-0 OFFSET_OUT_OF_RANGE by broker 1  because #10
            #12 send r4 ListOffsets to broker 1: Earliest  because #11
        "#]],
        ),
        (
            "auto.offset.reset=latest",
            expect![[r#"
            > 0.008 #10: answer to r3 Fetch
            #11 fetch refused orders-0 OFFSET_OUT_OF_RANGE by broker 1  because #10
            #12 send r4 ListOffsets to broker 1: Latest  because #11
        "#]],
        ),
    ] {
        let mut bench = reading(settings);
        let refusal = bench.fetch_refused(E::OffsetOutOfRange, None);
        bench.skip().at(8).answer(3, refusal);
        bench.check(&expected);
    }
}

#[test]
fn an_unknown_leader_epoch_is_waited_out_without_new_metadata() {
    let mut bench = reading("auto.offset.reset=earliest");
    let refusal = bench.fetch_refused(E::UnknownLeaderEpoch, None);
    bench.skip().at(8).answer(3, refusal);
    bench.next_timer();
    bench.check(&expect![[r#"
        > 0.008 #10: answer to r3 Fetch
        #11 fetch refused orders-0 UNKNOWN_LEADER_EPOCH by broker 1  because #10
        timer Wake at 0.108
        > 0.108 #12: Wake
        #13 send r4 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #11
        timer Wake at 300.000
    "#]]);
}

#[test]
fn a_preferred_replica_is_read_from_until_it_fails() {
    let mut bench = reading("auto.offset.reset=earliest client.rack=b");
    let elsewhere = bench.fetch_elsewhere(3);
    bench.skip().at(8).answer(3, elsewhere);
    let refusal = bench.fetch_refused(E::OffsetOutOfRange, None);
    bench.at(10).answer(4, refusal);
    let elsewhere = bench.fetch_elsewhere(3);
    bench.at(12).answer(5, elsewhere);
    bench.at(14).lose(6, Disconnect::Reset);
    bench.check(&expect![[r#"
        > 0.008 #10: answer to r3 Fetch
        #11 send r4 Fetch to broker 3: orders-0 offset=2 leader_epoch=5  because #10
        > 0.010 #12: answer to r4 Fetch
        #13 fetch refused orders-0 OFFSET_OUT_OF_RANGE by broker 3  because #12
        #14 send r5 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #13
        > 0.012 #15: answer to r5 Fetch
        #16 send r6 Fetch to broker 3: orders-0 offset=2 leader_epoch=5  because #15
        > 0.014 #17: r6 Reset
        #18 send r7 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #17
        #19 send r8 Metadata to broker 2  because #17
        no timer Wake
    "#]]);
}

#[test]
fn a_lost_connection_is_opened_again_after_a_back_off() {
    let mut bench = reading("auto.offset.reset=earliest");
    bench.skip().at(8).lose(3, Disconnect::Reset);
    let same = bench.metadata(&[(Some(1), 5)]);
    bench.at(10).answer(4, same);
    bench.next_timer();
    bench.check(&expect![[r#"
        > 0.008 #10: r3 Reset
        #11 send r4 Metadata to broker 2  because #10
        timer Wake at 0.059
        > 0.010 #12: answer to r4 Metadata
        > 0.059 #13: Wake
        #14 send r5 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #10
        timer Wake at 300.010
    "#]]);
}

#[test]
fn an_answer_for_a_position_left_meanwhile_is_dropped() {
    let mut bench = reading("auto.offset.reset=earliest");
    bench.skip().at(7).met("seek", |client, cx| {
        client.seek(cx, 0, Offset(0)).expect("a consumer");
    });
    let records = bench.fetched(&[("c", 5)]);
    bench.at(8).answer(3, records);
    bench.check(&expect![[r#"
        > 0.007 #10: seek
        #11 position reset orders-0 to 0  because #10
        > 0.008 #12: answer to r3 Fetch
        #13 send r4 Fetch to broker 1: orders-0 offset=0 leader_epoch=5  because #11
    "#]]);
    let c = bench.value("c");
    assert!(!bench.client.has_read(c));
}

#[test]
fn a_manual_consumer_reads_only_while_it_is_told_to() {
    let mut bench = Bench::consumer("auto.offset.reset=earliest manual");
    assert!(bench.client.is_idle());
    bench.at(10).met("consume", |client, cx| {
        client.consume(cx, Some(3), None).expect("a consumer");
    });
    let offset = bench.offset(0, None);
    bench.at(12).answer(0, offset);
    let records = bench.fetched(&[("a", 5), ("b", 5)]);
    bench.at(14).answer(1, records);
    assert!(!bench.client.is_idle());
    let records = bench.fetched(&[("c", 5), ("d", 5)]);
    bench.at(16).answer(2, records);
    assert!(bench.client.is_idle());
    bench.at(20).met("consume", |client, cx| {
        let span = SimDuration::from_secs(2);
        client.consume(cx, None, Some(span)).expect("a consumer");
    });
    let records = bench.fetched(&[("d", 5)]);
    bench.at(22).answer(3, records);
    bench.next_timer();
    bench.check(&expect![[r#"
        > 0.000 #0: start
        timer Wake at 300.000
        > 0.010 #1: consume
        #2 send r0 ListOffsets to broker 1: Earliest  because #1
        timer PollEnd at 60.010
        > 0.012 #3: answer to r0 ListOffsets
        #4 position reset orders-0 to 0  because #3
        #5 send r1 Fetch to broker 1: orders-0 offset=0 leader_epoch=5  because #4
        > 0.014 #6: answer to r1 Fetch
        #7 read orders-0 offset=0 "a" "b" from broker 1  because #6
        #8 send r2 Fetch to broker 1: orders-0 offset=2 leader_epoch=5  because #7
        > 0.016 #9: answer to r2 Fetch
        #10 read orders-0 offset=2 "c" from broker 1  because #9
        no timer PollEnd
        > 0.020 #11: consume
        #12 send r3 Fetch to broker 1: orders-0 offset=3 leader_epoch=5  because #11
        timer PollEnd at 2.020
        > 0.022 #13: answer to r3 Fetch
        #14 read orders-0 offset=3 "d" from broker 1  because #13
        #15 send r4 Fetch to broker 1: orders-0 offset=4 leader_epoch=5  because #14
        > 2.020 #16: PollEnd
    "#]]);
    assert_eq!(bench.client.position(0), Some(Offset(4)));
    assert!(bench.client.is_idle());
}
