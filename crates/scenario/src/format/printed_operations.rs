//! Statements of an administrator's tools as words and pairs.
//!
//! Uses: `printed`, `settings`.

use epochscope_vocabulary::command::{Alterations, Command, TopicSpec, Via};
use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::rpc::ElectionType;

use super::features::level_text;
use super::printed::{Line, joined, joined_lists, node, of_client, partition, topic};
use super::settings::value_text;

/// An order to an administrator, or one that is none.
pub(super) fn operation(command: &Command) -> Line {
    match command {
        Command::CreateTopic(spec, by) => {
            let settings = Settings::default();
            let bare = TopicSpec { settings, ..spec.clone() };
            via(topic(Line::new("create"), &bare), by).settings(&spec.settings)
        }
        Command::DeleteTopic(name, by) => via(Line::new("delete").word(name), by),
        Command::AlterTopic(name, changes, by) => {
            altered(via(Line::new("alter topic").word(name), by), changes)
        }
        Command::AlterBroker(Some(id), changes, by) => {
            altered(via(Line::new("alter broker").word(id.to_string()), by), changes)
        }
        Command::AlterBroker(None, changes, by) => {
            altered(via(Line::new("alter brokers"), by), changes)
        }
        Command::Elect(kind, partitions, by) => {
            let line = Line::new(match kind {
                ElectionType::Preferred => "elect preferred",
                ElectionType::Unclean => "elect unclean",
            });
            via(partitions.iter().fold(line, |line, name| line.word(partition(name))), by)
        }
        Command::Reassign(name, Some(list), by) => {
            let line = Line::new("reassign").word(partition(name));
            via(line.pair("replicas", joined(list)), by)
        }
        Command::Reassign(name, None, by) => {
            via(Line::new("reassign cancel").word(partition(name)), by)
        }
        Command::IncreasePartitions { topic, partitions, replicas, via: by } => {
            let line = Line::new("increase").word(topic).pair("partitions", partitions.to_string());
            via(line.maybe_pair("replicas", joined_lists(replicas)), by)
        }
        Command::Unregister(id, by) => via(Line::new("unregister").word(id.to_string()), by),
        Command::AlterFeature(name, level, by) => {
            via(Line::new("alter feature").pair(name, level_text(name, *level)), by)
        }
        Command::Describe(name, by) => via(Line::new("describe").maybe_word(name.as_ref()), by),
        other => of_client(other),
    }
}

fn altered(mut line: Line, changes: &Alterations) -> Line {
    for (key, value) in changes {
        let text = value.as_ref().map_or(String::new(), |value| value_text(*key, value));
        line = line.pair(key.name(), text);
    }
    line
}

fn via(line: Line, via: &Via) -> Line {
    line.maybe_pair("via", via.as_ref().map(node))
}
