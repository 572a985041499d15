//! Pages of the shipped stories as text, and what every chain of causes promises.

use std::fmt::Write as _;
use std::sync::Arc;

use epochscope_vocabulary::{SimTime, ValueId};
use expect_test::expect;

use super::causes::{Cause, MOST_LINKS, Quiet, SetOff, Walk};
use super::{Ask, Body, Jump, Page, Panel, Query, RowState};
use crate::fixture::ms;
use crate::session::{Action, Session};

fn open(name: &str) -> Session {
    let mut session = Session::built_in(name).expect("it runs");
    while !session.look_ahead(10_000) {}
    pass_questions(&mut session);
    session
}

fn pass_questions(session: &mut Session) {
    let end = session.end();
    for _ in 0..8 {
        session.dispatch(Action::Seek(end)).expect("seeking is never refused");
        session.dispatch(Action::Answer(None)).expect("so is answering");
    }
    session.dispatch(Action::Seek(SimTime::ZERO)).expect("seeking is never refused");
}

fn at(name: &str, moment: SimTime) -> Session {
    let mut session = open(name);
    session.dispatch(Action::Seek(moment)).expect("seeking is never refused");
    session.scene();
    session
}

fn query(panel: Panel) -> Query {
    let mut query = Query::default();
    query.ask(Ask::Panel(panel));
    query
}

fn asked(jump: Jump) -> Query {
    let mut query = Query::default();
    query.ask(Ask::Jump(jump));
    query
}

#[test]
fn every_message_on_its_way_tells_why_it_was_sent() {
    let mut asked_of = 0;
    for moment in [500, 20_001, 28_550, 31_002, 32_001, 32_003] {
        let mut session = at("zombie-leader", ms(moment));
        for message in &session.scene().messages {
            let page = session.panel(&asked(Jump::Why(message.cause)));
            let heading = &page.sections[0].heading;
            assert!(heading.contains("sends") || heading.contains("answers"), "{heading}");
            assert!(matches!(&page.sections[0].body, Body::Chain(links) if !links.is_empty()));
            asked_of += 1;
        }
    }
    assert!(asked_of > 6, "{asked_of}");
}

#[test]
fn a_message_sent_after_all_that_is_told_leads_to_its_sending_as_well() {
    let text = b"epochscope 1\nbrokers 1 2 3\ncontrollers 101\ntopic orders replicas=1,2,3\n\
        producer shop topic=orders\nrun for=14s\ncut 1 2,3,101\nrun for=2s\n";
    let mut session = Session::open(text).expect("it runs");
    while !session.look_ahead(10_000) {}
    let end = session.end();
    session.dispatch(Action::Seek(end)).expect("seeking is never refused");
    let scene = session.scene();
    assert!(!scene.messages.is_empty());
    for message in &scene.messages {
        let page = session.panel(&asked(Jump::Why(message.cause)));
        assert_ne!(page.sections[0].heading, "Why?", "{}", message.label);
    }
}

/// A page as text: what is behind a jump is marked with `>`, a tone stands in brackets.
fn text(page: &Page) -> String {
    let mut out = String::new();
    for section in &page.sections {
        let _ = writeln!(out, "## {}", section.heading);
        match &section.body {
            Body::Note(text) | Body::Text(text) => {
                let _ = writeln!(out, "{text}");
            }
            Body::Table(table) => {
                let _ = writeln!(out, "{}", table.columns.join(" | ").trim());
                for row in &table.rows {
                    let cells: Vec<String> = row.cells.iter().map(cell).collect();
                    let state = match row.state {
                        RowState::Plain => "",
                        RowState::Present => "* ",
                        RowState::Later => "~ ",
                    };
                    let tone = if row.tone.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", row.tone)
                    };
                    let _ = writeln!(out, "{state}{}{tone}", cells.join(" | "));
                }
            }
            Body::Chain(links) => {
                for link in links {
                    let _ = writeln!(out, "{} {}", link.at, link.sentence);
                    let said = [
                        link.set_off.as_str(),
                        link.rule,
                        link.source.as_str(),
                        &link.settings.join(" "),
                    ];
                    for line in said.iter().filter(|line| !line.is_empty()) {
                        let _ = writeln!(out, "    {line}");
                    }
                }
            }
        }
    }
    out
}

fn cell(cell: &super::Cell) -> String {
    let jump = if cell.jump.is_some() { ">" } else { "" };
    let tone = if cell.tone.is_empty() { String::new() } else { format!(" [{}]", cell.tone) };
    format!("{jump}{}{tone}", cell.text)
}

fn value(session: &Session, text: &str) -> ValueId {
    session.player().names().find_value(text).expect("a record")
}

#[test]
fn a_lost_record_is_explained_down_to_the_order_that_began_it() {
    let mut session = at("zombie-leader", ms(40_000));
    let lost = value(&session, "order-10");
    let page = session.panel(&asked(Jump::Record(lost)));
    expect![[r###"
        ## order-10
        |
        Fate | lost after the ack [bad]
        Sent | 31.005, legacy, acks=1, orders-0
        Its client was told | written, 32.001 [ok]
        Written | a 10 by broker 1, 32.000
        Held now by brokers | none
        Was committed | no
        Read by | nobody
        ## order-10 was acknowledged and is lost
        32.004 Check AckedSurvives is broken, as this set-up allows: orders-0: "order-10", acknowledged 32.001, is lost.
            No acknowledged record is lost.
        32.004 Broker 1 truncates order-10 and order-11.
            answer to Fetch from broker 2, sent 32.003
            A follower cuts its log to where it agrees with the leader's.
            KIP-101 · AbstractFetcherThread
        32.003 Broker 2 tells broker 1 that their logs part at offset 10.
            Fetch from broker 1, sent 32.002
            A fetch whose last epoch ends earlier in the leader's log is told where the logs part.
            KIP-595 · Partition.readRecords
        32.002 Broker 1 follows broker 2 for orders-0, epoch 1.
            A former leader fails what waits and fetches from the new one.
            KIP-101 · Partition.makeFollower
        32.001 legacy is told: order-10 written.
            answer to Produce from broker 1, sent 32.000
            With acks=1 the leader's own append is enough.
            ReplicaManager
            acks=1
        32.000 Broker 1 writes order-10 at a 10, though it leads no more.
            Produce from legacy, sent 31.005
            A broker takes a produce if it leads by its own metadata and, for acks=all, the ISR is large enough.
            ReplicaManager.appendToLocalLog
            acks=1 min.insync.replicas=2
        32.000 Broker 1 wakes and works through its inbox.
            a timer set at 20.000
        31.005 legacy sends order-10 to broker 1.
            ordered at 31.000: produce legacy "order-10" metadata=stale
            A client asks the leader that it last heard of.
            KIP-951 · Metadata
            metadata.max.age.ms=300000
        27.423806 Broker 2 leads orders-0 in epoch 1 (b), from offset 10.
            A new leader starts its epoch at its log end and keeps its high watermark.
            KIP-101 · Partition.makeLeader
        27.420806 Controller 101 writes metadata 72: orders-0: leader 2, ISR 2,3.
            a timer set at 27.395
            The first assigned replica that is alive and in the ISR leads.
            KIP-631 · PartitionChangeBuilder
            unclean.leader.election.enable=false
        27.395806 Controller 101 has not heard from broker 1 for 9.165 s: its session ends.
            a timer
            The controller fences a broker that it has not heard from for the session time-out.
            KIP-631 · BrokerHeartbeatTracker
            broker.session.timeout.ms=9000
        20.000 Broker 1 stands still; its connections stay open.
            ordered: pause 1 for=12s
        ## What would have kept it
        With acks=all the leader alone could not have said yes: the answer waits until every replica in the ISR has the record.
        ## 

        >Compare with acks=all
        ## Its life
        |
        31.005 [moment] | >legacy sends order-10 to broker 1
        32.000 [moment] | >Broker 1 writes order-10 at a 10, though it leads no more
        32.001 [moment] | >legacy is told: order-10 written [ok]
        32.004 [moment] | >Broker 1 truncates order-10 and order-11 [diverged]
    "###]].assert_eq(&text(&page));
}

#[test]
fn a_waiting_produce_says_who_keeps_it_waiting() {
    let mut session = at("zombie-leader", SimTime(32_001_000));
    let page = session.panel(&query(Panel::Waiting));
    expect![[r#"
        ## broker 1
        who | waits for | since | until
        >checkout | HW 12, for order-11 [meta] | 32.000 [moment] | 62.000 [moment]
        ## broker 2
        who | waits for | since | until
        >broker 3 | a record at 10 | 31.942 [moment] | 32.442 [moment]
        ## broker 3
        Nothing waits here.
    "#]]
    .assert_eq(&text(&page));
    let Body::Table(table) = &page.sections[0].body else { panic!("a table") };
    let jump = table.rows[0].cells[0].jump.expect("a jump");
    let page = session.panel(&asked(jump));
    expect![[r###"
        ## checkout waits at broker 1 for HW 12, for order-11
        The high watermark of orders-0 stands at 10. It is the lowest log end offset of the ISR as the leader counts it, and waits for:
        ## Who keeps it waiting

        >broker 2 is in the ISR and has fetched up to 10 of 12; it runs and does not fetch from here [meta]
        >broker 3 is in the ISR and has fetched up to 10 of 12; it runs and does not fetch from here [meta]
        ## What it came from
        32.000 Broker 1 keeps a produce waiting for HW 12.
            With acks=all the answer waits for the high watermark.
            DelayedProduce
            min.insync.replicas=2
        32.000 Broker 1 writes order-11 at a 11, though it leads no more.
            Produce from checkout, sent 31.005
            A broker takes a produce if it leads by its own metadata and, for acks=all, the ISR is large enough.
            ReplicaManager.appendToLocalLog
            acks=all min.insync.replicas=2
        32.000 Broker 1 wakes and works through its inbox.
            a timer set at 20.000
        31.005 checkout sends order-11 to broker 1.
            ordered at 31.000: produce checkout "order-11" metadata=stale
            A client asks the leader that it last heard of.
            KIP-951 · Metadata
            metadata.max.age.ms=300000
        20.000 Broker 1 stands still; its connections stay open.
            ordered: pause 1 for=12s
    "###]].assert_eq(&text(&page));
}

#[test]
fn every_record_has_its_line_in_the_ledger() {
    let mut session = at("zombie-leader", ms(40_000));
    let page = session.panel(&query(Panel::Records));
    expect![[r#"
        ## Record ledger
        12 sent, 12 acknowledged, 1 acknowledged and lost, 0 never written, 0 written twice
        ## Records
        record | told | written | fate
        >order-11 of checkout, acks=all | 32.007 [moment] | a 11, b 10 | kept, after a retry [ok]
        >order-10 of legacy, acks=1 | 32.001 [moment] | a 10 | lost after the ack [bad]
        >legacy-0 to legacy-9 (10) of legacy, acks=1 | 0.007 [moment] | a 0–9 | kept [ok]
    "#]]
    .assert_eq(&text(&page));
}

#[test]
fn a_partition_is_described_as_the_tool_prints_it() {
    let mut session = at("zombie-leader", SimTime(32_001_000));
    let mut page = (*session.panel(&query(Panel::Partition))).clone();
    page.sections.truncate(2);
    expect![[r#"
        ## orders-0
        Topic: orders
        TopicId: V_Fyk1KrUgniZqLZju4VHw
        PartitionCount: 1  ReplicationFactor: 3
        Configs: min.insync.replicas=2
        Topic: orders  Partition: 0
        Leader: 2  Replicas: 1,2,3  Isr: 2,3
        Elr:  LastKnownElr:
        ## Who believes what
        | leader | epoch | ISR | HW | LEO
        controller | 2 | 1 b | 2,3 | – | –
        >broker 1 | 1 | 0 a | 1,2,3 | 10 | 12 (bad)
        >broker 2 | 2 | 1 b | 2,3 | 10 | 10
        >broker 3 | 2 | 1 b | – | 10 | 10
    "#]]
    .assert_eq(&text(&page));
}

#[test]
fn the_ledger_tells_of_every_record_in_full() {
    let mut session = at("zombie-leader", SimTime(60_000_000));
    let page = session.panel(&query(Panel::Ledger));
    expect![[r#"
        ## Record ledger
        12 sent, 12 acknowledged, 1 acknowledged and lost, 0 never written, 0 written twice
        ## Records
        record | producer | acks | partition | sent | client was told | copies | committed | readable | fate
        >order-11 | checkout | all | orders-0 | 31.005 [moment] | 32.007 [moment] | a 11, held by nobody; b 10 on 1, 2, 3 | yes | yes | kept, after a retry [ok]
        >order-10 | legacy | 1 | orders-0 | 31.005 [moment] | 32.001 [moment] | a 10, held by nobody | no | no | lost after the ack [bad]
        >legacy-0 to legacy-9 (10) | legacy | 1 | orders-0 | 0.005 [moment] | 0.007 [moment] | a 0–9 on 1, 2, 3 | yes | yes | kept [ok]
    "#]].assert_eq(&text(&page));
}

#[test]
fn the_stage_has_a_form_of_tables() {
    let mut session = at("zombie-leader", SimTime(32_001_000));
    let page = session.panel(&query(Panel::Cluster));
    expect![[r#"
        ## Now
        3 brokers, all running. orders-0 is led by broker 2 in epoch 1; in sync: 2,3; min.insync.replicas 2.
        ## Checks
        Every property that is checked holds so far.
        ## orders-0
        broker | role | epoch | sync | HW | LEO | newest records
        >1 | stale leader [bad] | 0 a | not in ISR [warn] | 10 | 12 | 8 legacy-8, 9 legacy-9, 10 order-10, 11 order-11
        >2 | leader | 1 b | in ISR | 10 | 10 | 6 legacy-6, 7 legacy-7, 8 legacy-8, 9 legacy-9
        >3 | follows 2 | 1 b | in ISR | 10 | 10 | 6 legacy-6, 7 legacy-7, 8 legacy-8, 9 legacy-9
        ## On their way
        message | from | to | arrives
        >Metadata 58 to 82 [meta] | controller 101 | broker 1 | 32.002 [moment]
        >Fetch 10, epoch 0 | billing | broker 1 | 32.002 [moment]
    "#]].assert_eq(&text(&page));
}

#[test]
fn metrics_have_lights_and_a_zombie_reports_what_it_believes() {
    let mut session = at("zombie-leader", SimTime(32_001_000));
    let page = session.panel(&query(Panel::Metrics));
    expect![[r#"
        ## Lights
        UnderReplicatedPartitions (warn), AtMinIsrPartitionCount (warn), UnderReplicated (warn)
        ## Processes
        metric | all | light | each process | JMX name
        >UnderReplicatedPartitions [warn] | 1 [warn] | warn [warn] | 1: 0, 2: 1, 3: 0 | kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions [off]
        >UnderMinIsrPartitionCount [ok] | 0 [ok] | ok [ok] | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaManager,name=UnderMinIsrPartitionCount [off]
        >AtMinIsrPartitionCount [warn] | 1 [warn] | warn [warn] | 1: 0, 2: 1, 3: 0 | kafka.server:type=ReplicaManager,name=AtMinIsrPartitionCount [off]
        >LeaderCount | 2 |  | 1: 1, 2: 1, 3: 0 | kafka.server:type=ReplicaManager,name=LeaderCount [off]
        >PartitionCount | 3 |  | 1: 1, 2: 1, 3: 1 | kafka.server:type=ReplicaManager,name=PartitionCount [off]
        >OfflineReplicaCount | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaManager,name=OfflineReplicaCount [off]
        >OfflineLogDirectoryCount [ok] | 0 [ok] | ok [ok] | 1: 0, 2: 0, 3: 0 | kafka.log:type=LogManager,name=OfflineLogDirectoryCount [off]
        >ReassigningPartitions | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaManager,name=ReassigningPartitions [off]
        >IsrShrinksPerSec [ok] | 0 [ok] | ok [ok] | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaManager,name=IsrShrinksPerSec [off]
        >IsrExpandsPerSec | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaManager,name=IsrExpandsPerSec [off]
        >FailedIsrUpdatesPerSec | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaManager,name=FailedIsrUpdatesPerSec [off]
        >MaxLag | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaFetcherManager,name=MaxLag,clientId=Replica [off]
        >FailedPartitionsCount | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.server:type=ReplicaFetcherManager,name=FailedPartitionsCount,clientId=Replica [off]
        >PurgatorySize,delayedOperation=Produce | 1 |  | 1: 1, 2: 0, 3: 0 | kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=Produce [off]
        >PurgatorySize,delayedOperation=Fetch | 1 |  | 1: 0, 2: 1, 3: 0 | kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=Fetch [off]
        >MessagesInPerSec | 12 |  | 1: 12, 2: 0, 3: 0 | kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec [off]
        >BytesInPerSec | 180 |  | 1: 180, 2: 0, 3: 0 | kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec [off]
        >BytesOutPerSec | 150 |  | 1: 150, 2: 0, 3: 0 | kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec [off]
        >ReplicationBytesInPerSec | 300 |  | 1: 0, 2: 150, 3: 150 | kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesInPerSec [off]
        >ReplicationBytesOutPerSec | 330 |  | 1: 330, 2: 0, 3: 0 | kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesOutPerSec [off]
        >last-applied-record-offset | 82 |  | 1: 56, 2: 82, 3: 82 | kafka.server:type=broker-metadata-metrics:last-applied-record-offset [off]
        >ActiveControllerCount [ok] | 1 [ok] | ok [ok] | 101: 1, 102: 0, 103: 0 | kafka.controller:type=KafkaController,name=ActiveControllerCount [off]
        >OfflinePartitionsCount [ok] | 0 [ok] | ok [ok] | 101: 0, 102: 0, 103: 0 | kafka.controller:type=KafkaController,name=OfflinePartitionsCount [off]
        >PreferredReplicaImbalanceCount | 1 |  | 101: 1, 102: 1, 103: 1 | kafka.controller:type=KafkaController,name=PreferredReplicaImbalanceCount [off]
        >GlobalTopicCount | 1 |  | 101: 1, 102: 1, 103: 1 | kafka.controller:type=KafkaController,name=GlobalTopicCount [off]
        >GlobalPartitionCount | 1 |  | 101: 1, 102: 1, 103: 1 | kafka.controller:type=KafkaController,name=GlobalPartitionCount [off]
        >ActiveBrokerCount | 2 |  | 101: 2, 102: 2, 103: 2 | kafka.controller:type=KafkaController,name=ActiveBrokerCount [off]
        >FencedBrokerCount | 1 |  | 101: 1, 102: 1, 103: 1 | kafka.controller:type=KafkaController,name=FencedBrokerCount [off]
        >LastAppliedRecordOffset | 83 |  | 101: 83, 102: 82, 103: 82 | kafka.controller:type=KafkaController,name=LastAppliedRecordOffset [off]
        >LastCommittedRecordOffset | 82 |  | 101: 82, 102: 82, 103: 82 | kafka.controller:type=KafkaController,name=LastCommittedRecordOffset [off]
        >UncleanLeaderElectionsPerSec [ok] | 0 [ok] | ok [ok] | 101: 0, 102: 0, 103: 0 | kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec [off]
        >ElectionFromEligibleLeaderReplicasPerSec [ok] | 0 [ok] | ok [ok] | 101: 0, 102: 0, 103: 0 | kafka.controller:type=ControllerStats,name=ElectionFromEligibleLeaderReplicasPerSec [off]
        ## orders-0
        metric | all | light | each process | JMX name
        >UnderReplicated [warn] | 1 [warn] | warn [warn] | 1: 0, 2: 1, 3: 0 | kafka.cluster:type=Partition,name=UnderReplicated [off]
        >UnderMinIsr | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.cluster:type=Partition,name=UnderMinIsr [off]
        >AtMinIsr | 1 |  | 1: 0, 2: 1, 3: 0 | kafka.cluster:type=Partition,name=AtMinIsr [off]
        >InSyncReplicasCount | 5 |  | 1: 3, 2: 2, 3: 0 | kafka.cluster:type=Partition,name=InSyncReplicasCount [off]
        >ReplicasCount | 6 |  | 1: 3, 2: 3, 3: 0 | kafka.cluster:type=Partition,name=ReplicasCount [off]
        >LogEndOffset | 12 |  | 1: 12, 2: 10, 3: 10 | kafka.log:type=Log,name=LogEndOffset [off]
        >LogStartOffset | 0 |  | 1: 0, 2: 0, 3: 0 | kafka.log:type=Log,name=LogStartOffset [off]
    "#]].assert_eq(&text(&page));
}

#[test]
fn logs_clients_and_metadata_are_shown_as_they_are() {
    let mut session = at("zombie-leader", SimTime(32_001_000));
    let pages: Vec<String> = [Panel::Log, Panel::Clients, Panel::Metadata]
        .map(|panel| text(&session.panel(&query(panel))))
        .into();
    expect![[r#"
        ## orders-0 on broker 1
        |
        Log start offset | 0
        High watermark | 10
        Log end offset | 12
        High watermark on disk (checkpoint) | 10
        Flushed to disk up to | 0
        Leader epoch it knows | 0
        Partition epoch it knows | 0
        ## Leader epoch cache
        epoch | starts at
        0 a | 0
        ## Log directories
        directory | is | replicas
        kafka-logs | online | the metadata log, orders-0
        ## Producer state
        producer | id, epoch | sequences | at offsets
        checkout | 1, 0 | 0 | 11
        ## Records
        offset | epoch | record |
        11 | 0 a | >order-11 | above HW, written, waits [meta]
        10 | 0 a | >order-10 | above HW, acked, not committed [warn]
        9 | 0 a | >legacy-9 | kept [ok]
        8 | 0 a | >legacy-8 | kept [ok]
        7 | 0 a | >legacy-7 | kept [ok]
        6 | 0 a | >legacy-6 | kept [ok]
        5 | 0 a | >legacy-5 | kept [ok]
        4 | 0 a | >legacy-4 | kept [ok]
        3 | 0 a | >legacy-3 | kept [ok]
        2 | 0 a | >legacy-2 | kept [ok]
        1 | 0 a | >legacy-1 | kept [ok]
        0 | 0 a | >legacy-0 | kept [ok]

        ## legacy, producer
        |
        Leader of orders-0, it believes | broker 1, epoch 0: outdated [bad]
        >Told of order-10 | written at 10 [ok]
        >Told of legacy-9 | written at 9 [ok]
        >Told of legacy-8 | written at 8 [ok]
        >Told of legacy-7 | written at 7 [ok]
        >Told of legacy-6 | written at 6 [ok]
        >Told of legacy-5 | written at 5 [ok]
        acks | 1
        enable.idempotence | false
        retries | 2147483647
        delivery.timeout.ms | 120000
        request.timeout.ms | 30000
        linger.ms | 5
        ## checkout, producer
        |
        Leader of orders-0, it believes | broker 1, epoch 0: outdated [bad]
        Producer id | 1, epoch 0
        Next sequence number in partition 0 | 1
        >order-11 | in flight, sequence 0 [meta]
        >Told of order-11 | no answer yet [meta]
        acks | all
        enable.idempotence | true
        retries | 2147483647
        delivery.timeout.ms | 120000
        request.timeout.ms | 30000
        linger.ms | 5
        ## billing, consumer
        |
        Leader of orders-0, it believes | broker 1, epoch 0: outdated [bad]
        Position in orders-0 | 10
        Records read | 10
        On its way to broker 1 | Fetch 10, epoch 0
        auto.offset.reset | earliest
        fetch.max.wait.ms | 500
        client.rack | 

        ## Who has read how far
        node | role | has | applied
        controller 101 | active, epoch 1 [meta] | 83 | 83
        controller 102 | follower, epoch 1 | 83 | 83
        controller 103 | follower, epoch 1 | 83 | 83
        >broker 1 | broker | – | 57, 26 behind [bad]
        >broker 2 | broker | – | 83
        >broker 3 | broker | – | 83
        ## Metadata log
        offset | epoch | record
        83 | ▸ | end of 101, 102, 103; high watermark of 101, 102, 103; applied by 2, 3 [meta] (mark)
        73 | 1 | >BrokerRegistrationChangeRecord broker 1 fenced
        72 | 1 | >PartitionChangeRecord orders-0 leader=2 isr=2,3
        57 | ▸ | applied by 1 [meta] (mark)
        16 | 1 | PartitionRecord orders-0 leader=1 leader_epoch=0 replicas=1,2,3 isr=1,2,3
        15 | 1 | ClearElrRecord orders
        14 | 1 | ConfigRecord topic orders min.insync.replicas=2
        13 | 1 | TopicRecord orders
        12 | 1 | ProducerIdsRecord broker 1 next_producer_id=1000
        11 | 1 | BrokerRegistrationChangeRecord broker 3 unfenced
        10 | 1 | BrokerRegistrationChangeRecord broker 2 unfenced
        9 | 1 | BrokerRegistrationChangeRecord broker 1 unfenced
        8 | 1 | RegisterBrokerRecord broker 3 broker_epoch=8
        7 | 1 | RegisterBrokerRecord broker 2 broker_epoch=7
        6 | 1 | RegisterBrokerRecord broker 1 broker_epoch=6
        5 | 1 | ConfigRecord cluster min.insync.replicas=1
        4 | 1 | FeatureLevelRecord transaction.version=2
        3 | 1 | FeatureLevelRecord group.version=1
        2 | 1 | FeatureLevelRecord eligible.leader.replicas.version=1
        1 | 1 | FeatureLevelRecord metadata.version=27
        0 | 1 | LeaderChangeMessage controller 101 epoch=1
    "#]]
    .assert_eq(&pages.join("\n"));
}

/// Every event of every shipped story has a short chain, the latest first, that begins with an
/// order, a timer or the start, and that is the same when it is asked for again.
#[test]
fn every_chain_is_short_and_begins_somewhere() {
    for known in Session::built_in_scenarios() {
        let session = open(known.name);
        let (mut one, mut other) = (Quiet::default(), Quiet::default());
        let events: Vec<_> = session.player().whole_trace().iter().map(|e| e.event.id).collect();
        for event in events.into_iter().step_by(3) {
            let (chain, is_cut) = Walk::new(session.player(), &mut one).chain(&[event]);
            assert!(chain.len() <= MOST_LINKS, "{}: {event:?}", known.name);
            let ids: Vec<_> = chain.iter().map(|cause| cause.event.id).collect();
            assert!(ids.is_sorted_by(|later, earlier| later > earlier), "{ids:?}");
            assert_eq!(ids.first(), Some(&event));
            let root = chain.last().expect("itself");
            let is_root = !matches!(root.set_off, SetOff::AtOnce | SetOff::Message(_));
            let is_routine = chain.len() == 1 || root.event.at == SimTime::ZERO;
            let told = |one: &Cause| one.event.line(session.player().names());
            let lines: Vec<_> = chain.iter().map(told).collect();
            assert!(is_root || is_cut || is_routine, "{} {}: {lines:#?}", known.name, event.0);
            if event.0 % 5 == 0 {
                let again = Walk::new(session.player(), &mut other).chain(&[event]);
                assert_eq!(again.0.iter().map(|cause| cause.event.id).collect::<Vec<_>>(), ids);
            }
        }
    }
}

#[test]
fn events_are_found_by_kind_node_partition_and_words() {
    let mut session = at("zombie-leader", ms(32_003));
    let mut query = query(Panel::Events);
    for (slot, chosen) in [(1, "Leadership"), (2, "broker 2")] {
        query.ask(Ask::Input(slot, chosen.to_owned()));
    }
    let page = session.panel(&query);
    expect![[r#"
        ## Up to now
        |
        * 27.423 [moment] | >Broker 2 leads orders-0 in epoch 1 (b), from offset 10 [meta]
    "#]]
    .assert_eq(&text(&page));
    query.ask(Ask::Input(1, String::new()));
    query.ask(Ask::Input(2, String::new()));
    query.ask(Ask::Input(0, "ORDER-10".to_owned()));
    expect![[r###"
        ## Up to now
        |
        * 32.001 [moment] | >legacy is told: order-10 written [ok]
        32.000 [moment] | >Broker 1 writes order-10 at a 10, though it leads no more
        31.005 [moment] | >legacy sends order-10 to broker 1
        31.000 [moment] | >Order given: produce legacy "order-10" metadata=stale
        ## To come
        |
        ~ 32.004 [moment] | >Broker 1 truncates order-10 and order-11 [diverged]
        ~ 32.004 [moment] | >Check AckedSurvives is broken, as this set-up allows: orders-0: "order-10", acknowledged 32.001, is lost [bad]
    "###]].assert_eq(&text(&session.panel(&query)));
    query.ask(Ask::Input(0, "nowhere".to_owned()));
    assert!(text(&session.panel(&query)).contains("Nothing of the kind has happened."));
}

/// The sections of a page that have this heading, as text.
fn section(session: &mut Session, panel: Panel, heading: &str) -> String {
    let page = session.panel(&query(panel));
    let sections = page.sections.iter().filter(|one| one.heading == heading).cloned().collect();
    text(&Page { controls: Vec::new(), sections })
}

#[test]
fn replicas_on_their_way_into_and_out_of_a_partition_say_so() {
    let mut session = at("reassignment", ms(1_550));
    let mut both = section(&mut session, Panel::Partition, "Replicas");
    session.dispatch(Action::Seek(ms(1_600))).expect("seeking is never refused");
    both.push_str(&section(&mut session, Panel::Partition, "Replicas"));
    expect![[r#"
        ## Replicas
        replica | is | lacks
        >broker 4 | in ISR | nothing
        >broker 5 | joining ISR [meta] | nothing
        >broker 6 | to be added [meta] | nothing
        >broker 1 | in ISR, to go | –
        >broker 2 | in ISR, to go | nothing
        >broker 3 | in ISR, to go | nothing
        asked for | ISR 5,1,2,3,4, by broker 1 [meta] | 
        partition epoch | 2 | 
        ## Replicas
        replica | is | lacks
        >broker 4 | in ISR | nothing
        >broker 5 | in ISR | nothing
        >broker 6 | to be added [meta] | nothing
        >broker 1 | in ISR, to go | –
        >broker 2 | in ISR, to go | nothing
        >broker 3 | in ISR, to go | nothing
        partition epoch | 3 | 
    "#]]
    .assert_eq(&both);
    let parts: Vec<_> = session
        .scene()
        .brokers
        .iter()
        .filter_map(|broker| Some(format!("{} {}", broker.id, broker.replica.as_ref()?.part.0)))
        .collect();
    expect![[r#"
        1 in ISR, to go
        2 in ISR, to go
        3 in ISR, to go
        4 in ISR
        5 in ISR
        6 to be added"#]]
    .assert_eq(&parts.join("\n"));
}

#[test]
fn a_failed_log_directory_is_told_where_its_replicas_are() {
    let mut session = at("failed-directory", ms(500));
    let other = session.scene().choices[1].0;
    session.dispatch(Action::Show(other)).expect("there is such a partition");
    let mut pages = section(&mut session, Panel::Partition, "Replicas");
    pages.push_str(&section(&mut session, Panel::Log, "Log directories"));
    let scene = session.scene();
    pages.push_str(&crate::narration::purgatory(&scene.brokers[0]));
    expect![[r#"
        ## Replicas
        replica | is | lacks | log directory
        >broker 1 | not in ISR [warn] | not known | /d2
        >broker 2 | in ISR | – | /d2
        >broker 3 | in ISR | nothing | /d2
        partition epoch | 4 |  | 
        ## Log directories
        directory | is | replicas
        /d1 | online | the metadata log, orders-0
        /d2 | failed [bad] | orders-1
        Its log directory /d2 has failed"#]]
    .assert_eq(&pages);
    assert_eq!(scene.timeline.split_brain, [], "who serves no more does not lead");
}

#[test]
fn eligible_leaders_are_told_beside_the_isr() {
    let mut session = at("rolling-upgrade", ms(40_000));
    let page = section(&mut session, Panel::Partition, "Replicas");
    expect![[r#"
        ## Replicas
        replica | is | lacks
        >broker 1 | in ISR | –
        >broker 2 | not in ISR [warn] | nothing
        >broker 3 | in ELR [meta] | nothing
        partition epoch | 8 | 
    "#]]
    .assert_eq(&page);
}

#[test]
fn a_producers_sequence_is_told_where_it_is_counted_and_where_it_is_known() {
    let mut session = at("lost-answer-idempotent", ms(5_000));
    let page = text(&session.panel(&query(Panel::Clients)));
    let known: Vec<&str> = page
        .lines()
        .filter(|line| line.contains("equence") || line.starts_with("Producer id"))
        .collect();
    let mut both = known.join("\n");
    both.push_str(&section(&mut session, Panel::Log, "Producer state"));
    expect![[r#"
        Producer id | 0, epoch 0
        Next sequence number in partition 0 | 2
        >b | in flight, sequence 1 [meta]## Producer state
        producer | id, epoch | sequences | at offsets
        checkout | 0, 0 | 0, 1 | 0, 1
    "#]]
    .assert_eq(&both);
}

/// The chain of causes of the last event whose sentence has these words.
fn chain_of(session: &mut Session, words: &str) -> String {
    let (player, names) = (session.player(), session.player().names());
    let sentence = |event: &epochscope_vocabulary::Event| crate::narration::sentence(event, names);
    let found = player.trace().iter().rfind(|one| sentence(&one.event).contains(words));
    let event = found.expect("it happens").event.id;
    text(&session.panel(&asked(Jump::Why(event))))
}

#[test]
fn chains_go_down_to_what_silenced_a_controller_or_a_disk_and_no_further() {
    let mut session = at("controller-crash", ms(7_000));
    let elected = chain_of(&mut session, "is the active controller");
    assert!(elected.contains("Controller 101 dies at once."), "{elected}");
    assert!(elected.contains("ordered: kill 101"), "{elected}");
    let mut session = at("failed-directory", ms(30_000));
    let halted = chain_of(&mut session, "gives up and ends itself");
    assert!(halted.contains("ordered: fail 1 dir=/d1"), "{halted}");
    let mut session = at("rolling-upgrade", ms(40_000));
    let fenced = chain_of(&mut session, "its session ends");
    assert!(fenced.contains("ordered: kill 2,3") && !fenced.contains("votes"), "{fenced}");
}

#[test]
fn broken_checks_are_named_first_and_say_what_they_promise() {
    let mut session = at("unclean-election", ms(60_000));
    let mut both = section(&mut session, Panel::Partition, "Broken checks");
    both.push_str(&section(&mut session, Panel::Cluster, "Broken checks"));
    expect![[r###"
        ## Broken checks
        |
        52.116 [moment] | >CandidateCompleteness, as this set-up allows [warn]
        52.117 [moment] | >AckedSurvives, as this set-up allows [warn]
        52.117 [moment] | >LeaderCompleteness, as this set-up allows [warn]
        52.117 [moment] | >LatestMonotone, as this set-up allows [warn]
        52.565 [moment] | >NoAckedLostGlobally, as this set-up allows [warn]
        ## Broken checks
        |
        52.116 [moment] | >CandidateCompleteness, as this set-up allows: Every running member of ISR and ELR has every such record. orders-0: broker 3 may lead and lacks the committed record at offset 5 [warn]
        52.117 [moment] | >AckedSurvives, as this set-up allows: No acknowledged record is lost. orders-0: 2 acknowledged records are lost, "r4" to "r5" [warn]
        52.117 [moment] | >LeaderCompleteness, as this set-up allows: The true leader has every record that was ever below a leader's high watermark. orders-0: leader 3 lacks "r4", committed at offset 4 [warn]
        52.117 [moment] | >LatestMonotone, as this set-up allows: What leaders answer to ListOffsets never falls, from epoch to epoch. orders-0: broker 3 tells consumers in epoch 1 that the log ends at 4; it was 6 before [warn]
        52.565 [moment] | >NoAckedLostGlobally, as this set-up allows: A record acknowledged with acks=all is in some replica's log, be it of a dead broker. orders-0: 2 acknowledged records are lost, "r4" to "r5" [warn]
    "###]].assert_eq(&both);
    let first = &session.panel(&query(Panel::Partition)).sections[0];
    assert_eq!(first.heading, "Broken checks");
}

#[test]
fn a_row_leads_to_just_after_its_event() {
    let mut session = at("zombie-leader", ms(40_000));
    let page = session.panel(&query(Panel::Partition));
    let events = page.sections.iter().find(|one| one.heading == "Events").expect("a section");
    let Body::Table(events) = &events.body else { panic!("a table") };
    let jump = events.rows[5].cells[1].jump.expect("a jump");
    let Jump::Moment(event) = jump else { panic!("a moment") };
    let mut query = query(Panel::Partition);
    let action = query.ask(Ask::Jump(jump)).expect("an action");
    session.dispatch(action).expect("seeking is never refused");
    let last = session.player().trace().last().expect("an event").event.id;
    assert!(last >= event);
    assert_eq!(session.now(), session.player().event(event).expect("the event").at);
}

#[test]
fn a_page_is_the_same_value_until_something_on_it_changes() {
    let mut session = at("zombie-leader", ms(19_000));
    let asked = query(Panel::Partition);
    let one = session.panel(&asked);
    session.advance(ms(19_400), u64::MAX);
    assert!(Arc::ptr_eq(&one, &session.panel(&asked)));
    session.advance(ms(28_000), u64::MAX);
    assert!(!Arc::ptr_eq(&one, &session.panel(&asked)));
}

#[test]
fn every_page_of_every_story_can_be_shown_at_any_moment() {
    for known in Session::built_in_scenarios() {
        let mut session = open(known.name);
        for tenth in 0..=10 {
            let to = SimTime(session.end().0 / 10 * tenth);
            session.dispatch(Action::Seek(to)).expect("seeking is never refused");
            session.scene();
            for (panel, _) in Panel::ALL {
                let page = session.panel(&query(panel));
                for section in &page.sections {
                    if let Body::Table(table) = &section.body {
                        assert!(
                            table.rows.iter().all(|row| row.cells.len() == table.columns.len())
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_comes_after_an_open_question_is_not_told() {
    let mut session = Session::built_in("zombie-leader").expect("it runs");
    while !session.look_ahead(10_000) {}
    session.dispatch(Action::Seek(ms(30_000))).expect("seeking is never refused");
    let mut query = query(Panel::Events);
    query.ask(Ask::Input(0, "truncates".to_owned()));
    assert!(!text(&session.panel(&query)).contains("truncates order"));
    pass_questions(&mut session);
    assert!(text(&session.panel(&query)).contains("truncates order"));
}

#[test]
fn a_search_of_many_events_goes_on_at_the_next_looks() {
    let text = "epochscope 1\nbrokers 1..3\ncontrollers 101..103\ntopic a replicas=1,2,3\n\
        producer p topic=a\nconsumer c topic=a\n\nload p rate=100/s for=30s\nrun for=31s\n\
        kill 1\nrun for=1s\n";
    let mut session = Session::open(text.as_bytes()).expect("it is right");
    while !session.look_ahead(10_000) {}
    session.dispatch(Action::Seek(session.end())).expect("seeking is never refused");
    let mut asked = query(Panel::Events);
    asked.ask(Ask::Input(0, "dies at once".to_owned()));
    session.panel(&asked);
    assert!(session.is_searching());
    while session.is_searching() {
        session.panel(&asked);
    }
    assert!(text_has(&session.panel(&asked), "Broker 1 dies at once"));
    session.panel(&query(Panel::Partition));
    assert!(!session.is_searching());
}

fn text_has(page: &Page, words: &str) -> bool {
    text(page).contains(words)
}
