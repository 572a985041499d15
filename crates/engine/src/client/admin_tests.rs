//! What an administrator and a sender of raw requests do, call by call.

use std::sync::Arc;

use epochscope_vocabulary::command::PartitionName;
use epochscope_vocabulary::rpc::{
    Acks, AdminResponse, DeleteTopicsRequest, DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse, FetchPartition, FetchRequest, Fetcher, OffsetSpec,
    ProduceBatch, ProducePartitionResponse, ProduceRequest, ProduceResponse, Request, Response,
};
use epochscope_vocabulary::{BrokerId, ErrorCode as E, Offset};
use expect_test::expect;

use crate::client::ClientResult;
use crate::client::tests::Bench;
use crate::effects::Disconnect;

fn delete() -> Request {
    Request::DeleteTopics(Arc::new(DeleteTopicsRequest { topic: "orders".into() }))
}

fn deleted(error: E) -> Response {
    Response::DeleteTopics(Arc::new(AdminResponse { error, message: None }))
}

#[test]
fn an_administrator_goes_on_with_another_broker_until_it_is_answered() {
    let mut bench = Bench::admin();
    bench.met("delete", |client, cx| {
        client.administer(cx, None, delete()).expect("an administrator");
    });
    assert_eq!(bench.client.last_result(), ClientResult::Pending);
    bench.at(30_000).lose(0, Disconnect::TimedOut);
    bench.next_timer();
    bench.answer(1, deleted(E::NotController));
    bench.next_timer();
    bench.answer(2, deleted(E::None));
    bench.check(&expect![[r#"
        > 0.000 #0: delete
        #1 send r0 DeleteTopics to broker 1  because #0
        > 30.000 #2: r0 TimedOut
        timer Wake at 30.102
        > 30.102 #3: Wake
        #4 send r1 DeleteTopics to broker 2  because #2
        > 30.102 #5: answer to r1 DeleteTopics
        timer Wake at 30.321
        > 30.321 #6: Wake
        #7 send r2 DeleteTopics to broker 3  because #5
        > 30.321 #8: answer to r2 DeleteTopics
        #9 answered DeleteTopics NONE  because #8
    "#]]);
    assert_eq!(bench.client.last_result(), ClientResult::Answered(E::None));
    assert!(bench.client.is_idle());
}

#[test]
fn an_administrator_gives_up_after_a_minute() {
    let mut bench = Bench::admin();
    bench.met("delete", |client, cx| {
        let via = Some(BrokerId(2).into());
        client.administer(cx, via, delete()).expect("an administrator");
    });
    bench.at(30_000).lose(0, Disconnect::TimedOut);
    bench.next_timer();
    bench.at(60_000).lose(1, Disconnect::TimedOut);
    bench.check(&expect![[r#"
        > 0.000 #0: delete
        #1 send r0 DeleteTopics to broker 2  because #0
        > 30.000 #2: r0 TimedOut
        timer Wake at 30.102
        > 30.102 #3: Wake
        #4 send r1 DeleteTopics to broker 2  because #2
        > 60.000 #5: r1 TimedOut
        #6 answered DeleteTopics REQUEST_TIMED_OUT  because #5
    "#]]);
    let timed_out = ClientResult::Answered(E::RequestTimedOut);
    assert_eq!(bench.client.last_result(), timed_out);
}

#[test]
fn a_description_is_answered_in_full() {
    let mut bench = Bench::admin();
    bench.met("describe", |client, cx| {
        let request = DescribeTopicPartitionsRequest { topic: None };
        let request = Request::DescribeTopicPartitions(Arc::new(request));
        client.administer(cx, None, request).expect("an administrator");
    });
    let text = "Topic: orders\tPartitionCount: 1".into();
    let answer = DescribeTopicPartitionsResponse { error: E::None, text };
    bench.at(2).answer(0, Response::DescribeTopicPartitions(Arc::new(answer)));
    bench.check(&expect![[r#"
        > 0.000 #0: describe
        #1 send r0 DescribeTopicPartitions to broker 1  because #0
        > 0.002 #2: answer to r0 DescribeTopicPartitions
        #3 answered DescribeTopicPartitions NONE  because #2
    "#]]);
}

#[test]
fn a_raw_request_is_sent_once_and_its_answer_kept_as_json() {
    let mut bench = Bench::admin();
    let wish = FetchPartition {
        partition: bench.partition(0),
        fetch_offset: Offset(0),
        current_leader_epoch: None,
        last_fetched_epoch: None,
        log_start_offset: Offset(0),
    };
    let request = Request::Fetch(Arc::new(FetchRequest {
        fetcher: Fetcher::Consumer { rack: None },
        max_wait_ms: 500,
        partitions: vec![wish],
    }));
    for _ in 0..3 {
        let request = request.clone();
        bench.met("fetch", |client, cx| {
            client.raw(cx, BrokerId(1), request).expect("a raw sender");
        });
    }
    let records = bench.fetched(&[("a", 5)]);
    bench.at(2).answer(0, records);
    let refusal = bench.fetch_refused(E::NotLeaderOrFollower, Some((2, 6)));
    bench.at(3).answer(1, refusal);
    bench.at(4).lose(2, Disconnect::Reset);
    bench.check(&expect![[r#"
        > 0.000 #0: fetch
        #1 send r0 Fetch to broker 1: orders-0 offset=0  because #0
        > 0.000 #2: fetch
        #3 send r1 Fetch to broker 1: orders-0 offset=0  because #2
        > 0.000 #4: fetch
        #5 send r2 Fetch to broker 1: orders-0 offset=0  because #4
        > 0.002 #6: answer to r0 Fetch
        #7 answered Fetch NONE  because #6
        > 0.003 #8: answer to r1 Fetch
        #9 answered Fetch NOT_LEADER_OR_FOLLOWER  because #8
        > 0.004 #10: r2 Reset
        #11 answered Fetch NETWORK_EXCEPTION  because #10
    "#]]);
    expect![[r#"{"errorCode":"NETWORK_EXCEPTION"}"#]]
        .assert_eq(&bench.client.last_response_json(&bench.names).unwrap_or_default());
    assert_eq!(bench.client.error_count(E::NotLeaderOrFollower), 1);
}

#[test]
fn a_raw_produce_tells_what_it_sends_and_what_is_acknowledged() {
    let mut bench = Bench::admin();
    for acks in [Acks::None, Acks::Leader, Acks::All] {
        let values = Arc::from([bench.names.value("a")]);
        let batch = ProduceBatch { partition: bench.partition(0), values, sequence: None };
        let body = ProduceRequest { acks, timeout_ms: 30_000, batches: vec![batch] };
        let request = Request::Produce(Arc::new(body));
        bench.met("produce", |client, cx| {
            client.raw(cx, BrokerId(1), request).expect("a raw sender");
        });
    }
    let answer = |partition, error, base_offset| {
        let one = ProducePartitionResponse { partition, error, base_offset, current_leader: None };
        Response::Produce(Arc::new(ProduceResponse { partitions: vec![one] }))
    };
    let partition = bench.partition(0);
    bench.answer(1, answer(partition, E::None, Some(Offset(7))));
    bench.answer(2, answer(partition, E::NotEnoughReplicas, None));
    bench.check(&expect![[r#"
        > 0.000 #0: produce
        #1 produce sent orders-0 to broker 1 acks=0 "a"  because #0
        #2 send r0 Produce to broker 1: orders-0 "a"  because #1
        > 0.000 #3: produce
        #4 produce sent orders-0 to broker 1 acks=1 "a"  because #3
        #5 send r1 Produce to broker 1: orders-0 "a"  because #4
        > 0.000 #6: produce
        #7 produce sent orders-0 to broker 1 acks=all "a"  because #6
        #8 send r2 Produce to broker 1: orders-0 "a"  because #7
        > 0.000 #9: answer to r1 Produce
        #10 answered Produce NONE  because #9
        #11 acknowledged orders-0 offset=7 "a"  because #9
        > 0.000 #12: answer to r2 Produce
        #13 answered Produce NOT_ENOUGH_REPLICAS  because #12
    "#]]);
}

#[test]
fn list_offsets_asks_who_leads_and_then_the_leader() {
    let mut bench = Bench::admin();
    bench.met("list-offsets", |client, cx| {
        let partition = PartitionName { topic: "orders".into(), partition: 0 };
        client
            .ask_leader(
                cx,
                &partition,
                crate::client::asked::Asked::ListOffsets(OffsetSpec::Latest),
            )
            .expect("an administrator");
    });
    let leaderless = bench.metadata(&[(None, 5)]);
    bench.at(2).answer(0, leaderless);
    bench.next_timer();
    let leader = bench.metadata(&[(Some(3), 6)]);
    bench.answer(1, leader);
    let offset = bench.offset(12, Some(6));
    bench.answer(2, offset);
    bench.check(&expect![[r#"
        > 0.000 #0: list-offsets
        #1 send r0 Metadata to broker 1  because #0
        > 0.002 #2: answer to r0 Metadata
        timer Wake at 0.104
        > 0.104 #3: Wake
        #4 send r1 Metadata to broker 2  because #2
        > 0.104 #5: answer to r1 Metadata
        #6 send r2 ListOffsets to broker 3: Latest  because #5
        > 0.104 #7: answer to r2 ListOffsets
        #8 answered ListOffsets NONE  because #7
    "#]]);
}
