//! Runs in which a record that was acknowledged is lost, and ones in which it is not.

use epochscope_vocabulary::cluster_spec::{BrokerSpec, ConfigSpec, ConfigTarget};
use epochscope_vocabulary::command::{
    ClientKind, ClientSpec, Losing, MetadataUse, NodeSelector, NodeSet, PartitionName, Polling,
    RawRequest, Records, TopicSpec,
};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Settings};
use epochscope_vocabulary::event::{EventKind, Excuse};
use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{ClusterSpec, Command, Event, EventId, SimDuration, SimTime};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::cluster::Cluster;

mod doctored;

/// A cluster and everything that has happened in it.
struct Run {
    cluster: Cluster,
    events: Vec<Event>,
}

fn settings<const N: usize>(all: [(ConfigKey, ConfigValue); N]) -> Settings {
    Settings(all.into_iter().collect())
}

fn client(name: &str, kind: ClientKind, settings: Settings) -> ClientSpec {
    let topic = "orders".into();
    ClientSpec { name: name.into(), kind, topic, polling: Polling::Continuous, settings }
}

fn brokers(numbers: &[u32]) -> NodeSet {
    NodeSet(numbers.iter().copied().map(NodeSelector::Number).collect())
}

impl Run {
    /// Three brokers, `min.insync.replicas` 2, a producer of each kind and a consumer.
    fn new(of_topic: Settings) -> Self {
        Self::controlled_by(&[101], of_topic)
    }

    fn controlled_by(controllers: &[u32], of_topic: Settings) -> Self {
        let acks = |text: &str| {
            let retries = (ConfigKey::Retries, ConfigValue::Number(0));
            let idempotence = (ConfigKey::EnableIdempotence, ConfigValue::Bool(false));
            let acks = match text {
                "all" => ConfigValue::Number(-1),
                _ => ConfigValue::Number(1),
            };
            settings([(ConfigKey::Acks, acks), retries, idempotence])
        };
        let mut topic = TopicSpec {
            name: "orders".into(),
            partitions: Some(1),
            replicas: vec![vec![1, 2, 3]],
            settings: of_topic,
            ..TopicSpec::default()
        };
        topic.settings.0.entry(ConfigKey::MinInsyncReplicas).or_insert(ConfigValue::Number(2));
        let spec = ClusterSpec {
            brokers: [1, 2, 3].map(|id| BrokerSpec { id, rack: None }).into(),
            controllers: controllers.to_vec(),
            config: vec![ConfigSpec { target: ConfigTarget::All, settings: Settings::default() }],
            topics: vec![topic],
            clients: vec![
                client("one", ClientKind::Producer, acks("1")),
                client("all", ClientKind::Producer, acks("all")),
                client("reader", ClientKind::Consumer, Settings::default()),
            ],
            ..ClusterSpec::default()
        };
        Self { cluster: Cluster::new(&spec).expect("a cluster"), events: Vec::new() }
    }

    fn obey(&mut self, command: &Command) {
        let events = self.cluster.apply(command, "a command").expect("obeyed");
        self.events.extend(events);
    }

    fn pass(&mut self, seconds: u64) {
        let until = self.cluster.now() + SimDuration::from_secs(seconds);
        while self.cluster.next_at().is_some_and(|next| next <= until) {
            self.events.extend(self.cluster.step().expect("something is due"));
        }
        self.cluster.advance_clock(until);
    }

    fn produce(&mut self, client: &str, value: &str, metadata: MetadataUse) {
        self.obey(&Command::Produce {
            client: client.into(),
            partition: None,
            records: Records::Values(vec![value.into()]),
            key: None,
            metadata,
        });
    }

    fn pause_past_the_session(&mut self) {
        self.obey(&Command::Pause(brokers(&[1]), Some(SimDuration::from_secs(15))));
        self.pass(14);
    }

    fn fate(&self, value: &str) -> (bool, bool) {
        let id = self.cluster.names().find_value(value).expect("a value");
        let fate = self.cluster.fate(id).expect("a fate");
        (fate.acked_at.is_some(), fate.lost)
    }

    fn event(&self, id: EventId) -> &Event {
        self.events.iter().find(|event| event.id == id).expect("an event of the run")
    }

    /// What was violated: name, whether excused, and the kinds of the events that caused it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only violations are looked for")]
    fn violations(&self) -> Vec<(&'static str, Excuse, Vec<&'static str>)> {
        let violation = |event: &Event| match &event.kind {
            EventKind::InvariantViolated { name, excuse, .. } => {
                let causes = event.causes.iter().map(|cause| self.event(cause).kind.slug());
                Some((*name, *excuse, causes.collect()))
            }
            _ => None,
        };
        self.events.iter().filter_map(violation).collect()
    }
}

#[test]
fn a_quiet_cluster_breaks_nothing() {
    let mut run = Run::new(Settings::default());
    for number in 0..5 {
        run.produce("all", &format!("r{number}"), MetadataUse::AsKafka);
    }
    run.pass(20);
    assert_eq!(run.violations(), []);
    assert_eq!(run.fate("r4"), (true, false));
    assert!(run.cluster.violated().broken.is_empty());
}

#[test]
fn what_a_zombie_leader_acknowledges_with_acks_1_is_lost_and_excused() {
    let mut run = Run::new(Settings::default());
    run.produce("one", "before", MetadataUse::AsKafka);
    run.pass(2);
    run.pause_past_the_session();
    run.produce("one", "doomed", MetadataUse::Stale);
    run.pass(30);
    assert_eq!(run.fate("doomed"), (true, true));
    assert_eq!(run.fate("before"), (true, false));
    let causes = vec!["truncated", "acknowledged"];
    assert_eq!(run.violations(), [("AckedSurvives", Excuse::SetUp, causes)]);
    assert_eq!(run.cluster.violated().broken, ["AckedSurvives"]);
    assert!(run.cluster.violated().unexcused.is_empty());
}

#[test]
fn with_acks_all_the_same_pause_acknowledges_nothing_that_is_lost() {
    let mut run = Run::new(Settings::default());
    run.produce("all", "before", MetadataUse::AsKafka);
    run.pass(2);
    run.pause_past_the_session();
    run.produce("all", "refused", MetadataUse::Stale);
    run.pass(30);
    assert!(!run.fate("refused").0);
    assert_eq!(run.fate("before"), (true, false));
    assert_eq!(run.violations(), []);
}

#[test]
fn a_record_sent_by_hand_has_a_fate() {
    let mut run = Run::new(Settings::default());
    let request = RawRequest::Produce { value: "raw".into(), acks: Acks::All, timeout_ms: None };
    run.obey(&Command::Request {
        to: NodeSelector::Number(1),
        partition: PartitionName { topic: "orders".into(), partition: 0 },
        request,
        sender: "raw".into(),
    });
    run.pass(5);
    assert_eq!(run.fate("raw"), (true, false));
    assert_eq!(run.violations(), []);
}

#[test]
fn an_unclean_election_excuses_what_it_loses() {
    let unclean = (ConfigKey::UncleanLeaderElectionEnable, ConfigValue::Bool(true));
    let mut run = Run::new(settings([unclean]));
    run.produce("all", "kept", MetadataUse::AsKafka);
    run.pass(2);
    run.obey(&Command::Pause(brokers(&[3]), None));
    run.pass(40);
    run.produce("all", "lost", MetadataUse::AsKafka);
    run.pass(2);
    run.obey(&Command::Kill(brokers(&[1, 2]), Losing::Nothing));
    run.obey(&Command::Resume(brokers(&[3])));
    run.pass(60);
    run.obey(&Command::Start(brokers(&[1, 2]), SimDuration::ZERO, None));
    run.pass(60);
    assert_eq!(run.fate("kept"), (true, false));
    assert_eq!(run.fate("lost"), (true, true));
    let violated = run.cluster.violated();
    assert!(violated.broken.contains(&"AckedSurvives"), "{violated:?}");
    assert!(violated.broken.contains(&"LeaderCompleteness"), "{violated:?}");
    assert!(violated.unexcused.is_empty(), "{violated:?}");
}

#[test]
fn a_lost_disk_breaks_the_strong_isr_until_its_broker_is_ruled_out() {
    let mut run = Run::new(Settings::default());
    run.produce("all", "kept", MetadataUse::AsKafka);
    run.pass(2);
    run.obey(&Command::Kill(brokers(&[3]), Losing::Last(1)));
    run.obey(&Command::Start(brokers(&[3]), SimDuration::ZERO, None));
    run.pass(60);
    assert_eq!(run.fate("kept"), (true, false));
    let violated = run.cluster.violated();
    assert_eq!(violated.broken, ["StrongIsr", "WeakIsr"]);
    assert!(violated.unexcused.is_empty(), "{violated:?}");
    assert!(run.cluster.partitions().all(|one| one.isr.len() == 3));
}

#[test]
fn a_copy_goes_on_by_itself() {
    let mut run = Run::new(Settings::default());
    run.produce("one", "before", MetadataUse::AsKafka);
    run.pass(2);
    let copy = run.cluster.clone();
    run.pause_past_the_session();
    run.produce("one", "doomed", MetadataUse::Stale);
    run.pass(30);
    assert!(copy.violated().broken.is_empty());
    assert!(copy.now() < SimTime::ZERO + SimDuration::from_secs(3));
    assert!(copy.names().find_value("doomed").is_none());
}
