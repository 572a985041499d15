//! What exists at a line of the script: brokers, topics, clients, names, and the time at least.
//!
//! Uses: `errors`.

use std::sync::Arc;

use epochscope_vocabulary::command::{ClientKind, PartitionName, Polling};
use epochscope_vocabulary::{SimDuration, SimTime, SortedMap, SortedSet};

use super::errors::{Place, Problems, listed, shown};
use super::features::METADATA_VERSION;
use super::limits;
use super::releases::position;

/// What a builder of statements reads and writes.
pub(crate) struct Reader<'r, 'a> {
    /// Where errors go.
    pub(crate) problems: &'r mut Problems<'a>,
    /// What exists.
    pub(crate) world: &'r mut World,
}

/// What exists so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    /// Brokers with their racks.
    pub(crate) brokers: SortedMap<u32, Option<Arc<str>>>,
    /// Controllers.
    pub(crate) controllers: SortedSet<u32>,
    /// Whether the header named its nodes without an error: if not, nothing is said of nodes.
    pub(crate) nodes_are: Certainty,
    /// Topics, with the number of their partitions where it is known.
    pub(crate) topics: SortedMap<Arc<str>, Option<u32>>,
    /// The log directories that the header names.
    pub(crate) directories: SortedSet<Arc<str>>,
    /// The directories of metadata logs that the header names.
    pub(crate) metadata_directories: SortedSet<Arc<str>>,
    /// Clients.
    pub(crate) clients: SortedMap<Arc<str>, ClientFacts>,
    /// Names that requests by hand were sent under.
    pub(crate) senders: SortedSet<Arc<str>>,
    /// Records with a text of their own.
    pub(crate) values: SortedSet<Arc<str>>,
    /// Markers.
    pub(crate) markers: SortedSet<Arc<str>>,
    /// Checks that `end` may end.
    pub(crate) checks: SortedSet<Arc<str>>,
    /// The time is this or later.
    pub(crate) now: SimTime,
    /// How many partitions a topic has that does not say it, if that is known.
    pub(crate) default_partitions: Option<u32>,
    /// Features that the header has set.
    pub(crate) features: SortedSet<&'static str>,
    /// Records sent so far.
    pub(crate) records: u64,
    /// Partitions made so far.
    pub(crate) partitions: u64,
    /// Replicas made so far.
    pub(crate) replicas: u64,
    /// The release that the scenario runs on.
    pub(crate) release: Arc<str>,
    /// Whether it counts what a release has.
    pub(crate) releases_are: Certainty,
    /// The newest release that some process is of, if it is newer.
    pub(crate) newer: Option<Arc<str>>,
    /// The highest metadata version that the cluster has so far, if that is known.
    pub(crate) metadata_version: Option<u16>,
}

/// What is known of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientFacts {
    /// What it does.
    pub(crate) kind: ClientKind,
    /// Its topic, if its line named one that exists.
    pub(crate) topic: Option<Arc<str>>,
    /// When it polls.
    pub(crate) polling: Polling,
}

/// Whether a list is known whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// It is.
    #[default]
    Known,
    /// An error has hidden a part of it.
    Unknown,
}

/// Words that no client, marker or request may be called.
const RESERVED: &[&str] =
    &["to", "all", "none", "admin", "raw", "controller", "brokers", "controllers", "clients"];

impl World {
    /// Whether there is a broker of this number, as far as is known.
    pub(crate) fn may_be_broker(&self, id: u32) -> bool {
        self.nodes_are == Certainty::Unknown || self.brokers.contains_key(&id)
    }

    /// Whether some broker stands in this rack, as far as is known.
    pub(crate) fn may_be_rack(&self, rack: &str) -> bool {
        self.nodes_are == Certainty::Unknown || self.racks().any(|known| known == rack)
    }

    /// The racks, a rack as often as it has brokers.
    pub(crate) fn racks(&self) -> impl Iterator<Item = &str> {
        self.brokers.values().flatten().map(|rack| &**rack)
    }

    /// The newest release that some process is of; nothing if none was said.
    pub(crate) fn newest(&self) -> &str {
        self.newer.as_deref().unwrap_or(&self.release)
    }

    /// Nothing is known of releases: what is skipped may speak of all.
    pub(crate) fn without_release(&mut self) {
        (self.releases_are, self.metadata_version) = (Certainty::Unknown, None);
    }

    /// Some process is of this release from here on.
    pub(crate) fn add_release(&mut self, release: &Arc<str>) {
        if position(release) > position(self.newest()) {
            self.newer = Some(release.clone());
        }
    }

    /// From here on the cluster may have this metadata version.
    pub(crate) fn raise_metadata_version(&mut self, feature: &str, level: u16) {
        if feature == METADATA_VERSION {
            self.metadata_version = self.metadata_version.map(|now| now.max(level));
        }
    }

    /// "brokers here: `1`, `2` or `3`"
    pub(crate) fn brokers_here(&self) -> String {
        let ids: Vec<String> = self.brokers.keys().take(12).map(u32::to_string).collect();
        let more = if self.brokers.len() > ids.len() { " and more" } else { "" };
        format!("brokers here: {}{more}", listed(ids.iter().map(String::as_str)))
    }
}

impl World {
    /// After an error in a line that makes something: it is supposed to be there all the same, so
    /// that one mistake makes one error.
    pub(crate) fn suppose(&mut self, verb: &str, name: &str) {
        let is_name = name.len() < 250
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let kind = match verb {
            "producer" => ClientKind::Producer,
            "consumer" => ClientKind::Consumer,
            "topic" | "create" if is_name => {
                self.topics.entry(name.into()).or_insert(None);
                return;
            }
            _ => return,
        };
        let facts = ClientFacts { kind, topic: None, polling: Polling::Manual };
        if is_name {
            self.clients.entry(name.into()).or_insert(facts);
        }
    }
}

impl Reader<'_, '_> {
    /// Notes an error and answers nothing.
    pub(crate) fn fail<T>(
        &mut self,
        place: Place,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Option<T> {
        self.problems.error(place, message, fix);
        None
    }

    /// Notes that the language has this and the simulator does not.
    pub(crate) fn not_yet<T>(&mut self, place: Place, what: &str, fix: &str) -> Option<T> {
        self.fail(place, format!("not yet: {what}"), fix)
    }

    /// A log directory that some broker has.
    pub(crate) fn directory(&mut self, word: &str, place: Place) -> Option<Arc<str>> {
        let known = self.world.log_directories();
        if let Some(path) = known.iter().find(|path| &***path == word) {
            return Some(path.clone());
        }
        let message = format!("no broker has a log directory `{}`", shown(word));
        let here = format!("log directories here: {}", listed(known.iter().map(|path| &**path)));
        let fix = self.problems.did_you_mean(word, known.iter().map(|path| &**path), here);
        self.fail(place, message, fix)
    }

    /// A name of the language's form.
    pub(crate) fn name(&mut self, word: &str, place: Place) -> Option<Arc<str>> {
        let mut characters = word.chars();
        let begins = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !begins || !characters.all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
            let message = format!("`{}` is no name", shown(word));
            let fix = "a name begins with a letter or `_`, and has letters, digits, `.`, `_`, `-`";
            return self.fail(place, message, fix);
        }
        if RESERVED.contains(&word) {
            let message = format!("`{word}` means something else here");
            let fix =
                format!("choose another name: {} are taken", listed(RESERVED.iter().copied()));
            return self.fail(place, message, fix.replace(" or ", " and "));
        }
        Some(word.into())
    }

    /// A topic's name of Kafka's form.
    pub(crate) fn topic_name(&mut self, word: &str, place: Place) -> Option<Arc<str>> {
        let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if word.is_empty() || word.len() > 249 || word == "." || word == ".." {
            let message = format!("`{}` is no name for a topic", shown(word));
            return self.fail(
                place,
                message,
                "a topic's name has 1 to 249 characters, not only dots",
            );
        }
        if !word.chars().all(legal) {
            let message = format!("`{}` is no name for a topic", shown(word));
            return self.fail(place, message, "use letters, digits, `.`, `_` and `-`");
        }
        Some(word.into())
    }

    /// A topic that exists.
    pub(crate) fn topic(&mut self, word: &str, place: Place) -> Option<Arc<str>> {
        if let Some((name, _)) = self.world.topics.get_key_value(word) {
            return Some(name.clone());
        }
        let message = format!("there is no topic `{}` here", shown(word));
        let otherwise = format!("create it before: `create {} partitions=1`", shown(word));
        let known = self.world.topics.keys().map(|name| &**name);
        let fix = self.problems.did_you_mean(word, known, otherwise);
        self.fail(place, message, fix)
    }

    /// A partition that exists: the last hyphen counts.
    pub(crate) fn partition(&mut self, word: &str, place: Place) -> Option<PartitionName> {
        let split = word.rsplit_once('-').filter(|(topic, _)| !topic.is_empty());
        let Some((topic, Some(partition))) =
            split.map(|(topic, number)| (topic, super::values::whole_number(number)))
        else {
            let message = format!("`{}` is no partition", shown(word));
            let fix = match self.world.topics.contains_key(word) {
                true => format!("did you mean `{word}-0`?"),
                false => "write the topic, a hyphen and a number: `orders-0`".to_owned(),
            };
            return self.fail(place, message, fix);
        };
        if self.world.topics.contains_key(word) && !self.world.topics.contains_key(topic) {
            let message = format!("`{word}` is a topic, not a partition");
            return self.fail(place, message, format!("did you mean `{word}-0`?"));
        }
        let topic = self.topic(topic, place.part(0, topic.len()))?;
        if let Some(Some(count)) = self.world.topics.get(&topic).copied()
            && partition >= u64::from(count)
        {
            let message = format!("`{topic}` has no partition {partition}");
            let fix = format!("its partitions are 0 to {}", count.saturating_sub(1));
            return self.fail(place, message, fix);
        }
        let partition = u32::try_from(partition).ok()?;
        Some(PartitionName { topic, partition })
    }

    /// A client of this kind (any, if none is said) that exists.
    pub(crate) fn client(
        &mut self,
        word: &str,
        kind: Option<ClientKind>,
        place: Place,
    ) -> Option<Arc<str>> {
        let found =
            self.world.clients.get_key_value(word).map(|(name, facts)| (name.clone(), facts.kind));
        match found {
            Some((name, is)) if kind.is_none_or(|kind| kind == is) => Some(name),
            Some((name, is)) => {
                let (is, other) = match is {
                    ClientKind::Producer => ("producer", "consumer"),
                    ClientKind::Consumer => ("consumer", "producer"),
                };
                let fix = format!("name a {other}, or begin one: `{other} NAME topic=…`");
                self.fail(place, format!("`{name}` is a {is}"), fix)
            }
            None => {
                let message = format!("there is no client `{}` here", shown(word));
                let verb = match kind {
                    Some(ClientKind::Consumer) => "consumer",
                    _ => "producer",
                };
                let otherwise = if RESERVED.contains(&word) {
                    "name a client of the scenario's own".to_owned()
                } else {
                    format!("begin it before: `{verb} {} topic=…`", shown(word))
                };
                let known = self.world.clients.iter();
                let known = known.filter(|(_, facts)| kind.is_none_or(|kind| kind == facts.kind));
                let fix = self.problems.did_you_mean(word, known.map(|(n, _)| &**n), otherwise);
                self.fail(place, message, fix)
            }
        }
    }

    /// A partition must be of the client's topic.
    pub(crate) fn of_its_topic(
        &mut self,
        client: &str,
        partition: &PartitionName,
        place: Place,
    ) -> Option<()> {
        let topic = self.world.clients.get(client).and_then(|facts| facts.topic.clone());
        match topic.filter(|topic| *topic != partition.topic) {
            None => Some(()),
            Some(topic) => {
                let message = format!("`{client}` is a client of `{topic}`");
                let fix = format!("name a partition of that topic: `{topic}-0`");
                self.fail(place, message, fix)
            }
        }
    }

    /// The clock moves by this much at least.
    pub(crate) fn pass(&mut self, span: SimDuration, place: Place) -> Option<()> {
        let to = self.world.now + span;
        self.pass_to(to, place)
    }

    /// The clock moves to this time.
    pub(crate) fn pass_to(&mut self, to: SimTime, place: Place) -> Option<()> {
        if to < self.world.now {
            let (now, to) = (spoken(self.world.now), spoken(to));
            let message = format!("{to} has passed: it is {now} or later here");
            return self.fail(place, message, format!("write {now} or later, or move the line up"));
        }
        if to.since(SimTime::ZERO) > limits::TIME {
            let message = format!("the run would last longer than {}", limits::TIME);
            return self.fail(place, message, format!("end at {} or before", limits::TIME));
        }
        self.world.now = to;
        Some(())
    }

    /// A record's text: each is unique.
    pub(crate) fn value(&mut self, text: &str, place: Place) -> Option<Arc<str>> {
        let generated = text.rsplit_once('-').filter(|(client, number)| {
            self.world.clients.contains_key(*client)
                && super::values::whole_number(number).is_some()
        });
        if let Some((client, _)) = generated {
            let message = format!("`{}` is a name of {client}'s own records", shown(text));
            let fix = "give the record another text; `records=N` sends those";
            return self.fail(place, message, fix);
        }
        if !self.world.values.insert(text.into()) {
            let message = format!("there is a record `{}` already", shown(text));
            return self.fail(place, message, "give each record a text of its own");
        }
        self.records(1, place)?;
        Some(text.into())
    }

    /// So many records more.
    pub(crate) fn records(&mut self, count: u64, place: Place) -> Option<()> {
        self.world.records = self.world.records.saturating_add(count);
        if self.world.records > limits::RECORDS {
            let message = format!("more than {} records are sent", limits::RECORDS);
            return self.fail(place, message, format!("send {} in all at most", limits::RECORDS));
        }
        Some(())
    }
}

/// A time as the language writes it.
pub(crate) fn spoken(time: SimTime) -> String {
    format!("`{}`", time.since(SimTime::ZERO))
}
