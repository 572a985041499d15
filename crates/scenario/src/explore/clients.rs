//! The clients of a schedule and what they do: those of its set-up, and those that it starts.

use std::sync::Arc;

use epochscope_engine::rng::Stream;
use epochscope_vocabulary::command::{
    ClientKind, ClientSpec, MetadataUse, NodeSelector, PartitionName, Polling, RawRequest, Records,
};
use epochscope_vocabulary::config::{ConfigKey, ConfigValue, Settings};
use epochscope_vocabulary::rpc::Acks;
use epochscope_vocabulary::{BrokerId, Command, SimDuration, SortedSet};

use super::sight::{Sight, pick};
use crate::script::{Scenario, Statement};

/// As many clients as a schedule has at most, those of its set-up included.
const MOST: usize = 7;

/// A client.
#[derive(Clone, Debug)]
struct Member {
    name: Arc<str>,
    kind: ClientKind,
    topic: Arc<str>,
}

/// Clients, and the names that are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Clients {
    members: Vec<Member>,
    /// Topics that the text has made by now, whether they are there already or not.
    topics: SortedSet<Arc<str>>,
    started: u32,
    requests: u32,
}

impl Clients {
    /// Those of a set-up.
    pub(super) fn of(set_up: &Scenario) -> Self {
        let mut clients = Self::default();
        clients.topics.extend(set_up.cluster.topics.iter().map(|topic| topic.name.clone()));
        set_up.cluster.clients.iter().for_each(|spec| clients.note(spec));
        for step in &set_up.steps {
            match &step.statement {
                Statement::Command(Command::AddClient(spec)) => clients.note(spec),
                Statement::Command(Command::CreateTopic(topic, _)) => {
                    clients.note_topic(topic.name.clone());
                }
                Statement::Command(Command::DeleteTopic(topic, _)) => clients.forget_topic(topic),
                _ => {}
            }
        }
        clients
    }

    fn note(&mut self, spec: &ClientSpec) {
        let (name, topic) = (spec.name.clone(), spec.topic.clone());
        self.members.push(Member { name, kind: spec.kind, topic });
    }

    /// A topic was made.
    pub(super) fn note_topic(&mut self, name: Arc<str>) {
        self.topics.insert(name);
    }

    /// A topic was deleted: its clients have nothing to do any more.
    pub(super) fn forget_topic(&mut self, name: &str) {
        self.topics.remove(name);
        self.members.retain(|member| &*member.topic != name);
    }

    /// Whether the text may speak of a topic.
    pub(super) fn knows_topic(&self, name: &str) -> bool {
        self.topics.contains(name)
    }

    /// Whether another may be started.
    pub(super) fn has_room(&self) -> bool {
        self.members.len() < MOST
    }

    /// Some client's name.
    pub(super) fn any(&self, stream: &mut Stream) -> Option<Arc<str>> {
        pick(stream, &self.members).map(|member| member.name)
    }

    fn one(&self, stream: &mut Stream, kind: ClientKind) -> Option<Member> {
        let those: Vec<Member> =
            self.members.iter().filter(|member| member.kind == kind).cloned().collect();
        pick(stream, &those)
    }

    /// A partition of a topic, if the controllers have it.
    fn partition(stream: &mut Stream, sight: &Sight<'_>, topic: &str) -> Option<PartitionName> {
        let names = sight.partitions.iter().filter_map(|one| sight.name(one));
        let names: Vec<PartitionName> = names.filter(|name| &*name.topic == topic).collect();
        pick(stream, &names)
    }

    /// Some records.
    pub(super) fn produce(&self, stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
        let member = self.one(stream, ClientKind::Producer)?;
        let partition = match stream.below(2) {
            0 => Some(Self::partition(stream, sight, &member.topic)?),
            _ => None,
        };
        let records = Records::Count(1 + u32::try_from(stream.below(4)).unwrap_or(0));
        let metadata = match stream.below(10) {
            0 => MetadataUse::Fresh,
            1 => MetadataUse::Stale,
            _ => MetadataUse::AsKafka,
        };
        Some(Command::Produce { client: member.name, partition, records, key: None, metadata })
    }

    /// A stream of records, for a while.
    pub(super) fn load(&self, stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
        let client = self.one(stream, ClientKind::Producer)?;
        sight.topics().contains(&client.topic).then_some(())?;
        let rate = u32::try_from(1 + stream.below(20)).unwrap_or(1);
        let span = Some(SimDuration::from_ms(500 + stream.below(8) * 500));
        Some(Command::Load { client: client.name, rate, span })
    }

    /// A request by hand, to a leader or to anybody.
    pub(super) fn request(&mut self, stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
        let one = sight.partition(stream)?;
        let partition = sight.name(one)?;
        if !self.knows_topic(&partition.topic) {
            return None;
        }
        let BrokerId(to) = one.leader.filter(|_| stream.below(3) > 0).or_else(|| {
            let brokers: Vec<BrokerId> = sight.brokers.iter().copied().map(BrokerId).collect();
            pick(stream, &brokers)
        })?;
        let epoch = one.leader_epoch.0.checked_sub(u32::try_from(stream.below(2)).unwrap_or(0));
        let request = match stream.below(5) {
            0 => RawRequest::Fetch {
                offset: stream.below(8),
                current_leader_epoch: epoch,
                client_rack: None,
            },
            1 => RawRequest::OffsetForLeaderEpoch {
                epoch: epoch.unwrap_or(0),
                current_leader_epoch: None,
            },
            _ => {
                self.requests += 1;
                let value = format!("raw-{}", self.requests).into();
                let acks = [Acks::All, Acks::Leader, Acks::None];
                RawRequest::Produce { value, acks: pick(stream, &acks)?, timeout_ms: None }
            }
        };
        let to = NodeSelector::Number(to);
        Some(Command::Request { to, partition, request, sender: "raw".into() })
    }

    /// A producer with one of all `acks`, with and without idempotence, or a consumer.
    pub(super) fn start_another(
        &mut self,
        stream: &mut Stream,
        sight: &Sight<'_>,
    ) -> Option<Command> {
        let there = sight.topics();
        let topics: Vec<Arc<str>> =
            self.topics.iter().filter(|topic| there.contains(*topic)).cloned().collect();
        let topic = pick(stream, &topics)?;
        self.started += 1;
        let kind = if stream.below(4) == 0 { ClientKind::Consumer } else { ClientKind::Producer };
        let stem = if kind == ClientKind::Consumer { 'c' } else { 'p' };
        let settings = match kind {
            ClientKind::Producer => producer_settings(stream),
            ClientKind::Consumer => consumer_settings(stream),
        };
        let name: Arc<str> = format!("x{stem}{}", self.started).into();
        let spec = ClientSpec { name, kind, topic, polling: Polling::Continuous, settings };
        self.note(&spec);
        Some(Command::AddClient(spec))
    }

    /// A consumer goes elsewhere.
    pub(super) fn seek(&self, stream: &mut Stream, sight: &Sight<'_>) -> Option<Command> {
        let member = self.one(stream, ClientKind::Consumer)?;
        let partition = Self::partition(stream, sight, &member.topic)?;
        // A consumer that has no metadata yet knows of no partition.
        sight.cluster.client(&member.name)?.position(partition.partition)?;
        Some(Command::Seek(member.name, partition, stream.below(10)))
    }

    /// A client asks who leads.
    pub(super) fn refresh(&self, stream: &mut Stream) -> Option<Command> {
        self.any(stream).map(Command::Refresh)
    }
}

fn producer_settings(stream: &mut Stream) -> Settings {
    let mut settings = Settings::default();
    match stream.below(6) {
        0 => drop(settings.0.insert(ConfigKey::Acks, ConfigValue::Number(0))),
        1 => drop(settings.0.insert(ConfigKey::Acks, ConfigValue::Number(1))),
        2 => drop(settings.0.insert(ConfigKey::EnableIdempotence, ConfigValue::Bool(false))),
        _ => {}
    }
    if stream.below(2) == 0 {
        let timeout = i64::try_from(500 * (1 + stream.below(12))).unwrap_or(500);
        settings.0.insert(ConfigKey::RequestTimeoutMs, ConfigValue::Number(timeout));
    }
    settings
}

fn consumer_settings(stream: &mut Stream) -> Settings {
    let mut settings = Settings::default();
    if stream.below(3) > 0 {
        let earliest = ConfigValue::Text("earliest".into());
        settings.0.insert(ConfigKey::AutoOffsetReset, earliest);
    }
    settings
}

/// All clients of this kind that a script has, be it in its header or in its steps.
fn specs(script: &Scenario, kind: ClientKind) -> Vec<ClientSpec> {
    let later = script.steps.iter().filter_map(|step| match &step.statement {
        Statement::Command(Command::AddClient(spec)) => Some(spec),
        _ => None,
    });
    let all = script.cluster.clients.iter().chain(later);
    all.filter(|spec| spec.kind == kind).cloned().collect()
}

/// The consumers of a script.
pub(super) fn consumers(script: &Scenario) -> Vec<ClientSpec> {
    specs(script, ClientKind::Consumer)
}

/// The names of a script's producers.
pub(super) fn producers(script: &Scenario) -> Vec<Arc<str>> {
    specs(script, ClientKind::Producer).into_iter().map(|spec| spec.name).collect()
}
