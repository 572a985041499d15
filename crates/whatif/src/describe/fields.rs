//! The columns of one line of a description. Tabs between them may have become blanks on the way.

use std::str::SplitWhitespace;

use epochscope_vocabulary::BrokerId;

use super::Wrong;

/// A column that some release of Kafka prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Topic,
    TopicId,
    PartitionCount,
    ReplicationFactor,
    Configs,
    MarkedForDeletion,
    Partition,
    Leader,
    Replicas,
    Isr,
    AddingReplicas,
    RemovingReplicas,
    Elr,
    LastKnownElr,
}

const COLUMNS: [(&str, Column); 14] = [
    ("Topic", Column::Topic),
    ("Partition", Column::Partition),
    ("Leader", Column::Leader),
    ("Replicas", Column::Replicas),
    ("Isr", Column::Isr),
    ("Elr", Column::Elr),
    ("LastKnownElr", Column::LastKnownElr),
    ("TopicId", Column::TopicId),
    ("PartitionCount", Column::PartitionCount),
    ("ReplicationFactor", Column::ReplicationFactor),
    ("Configs", Column::Configs),
    ("MarkedForDeletion", Column::MarkedForDeletion),
    // Written in two words, of which the first comes without a colon.
    ("Adding", Column::AddingReplicas),
    ("Removing", Column::RemovingReplicas),
];

impl Column {
    /// As Kafka writes it.
    pub(super) fn label(self) -> String {
        let name = COLUMNS.iter().find(|(_, column)| *column == self).map_or("", |(name, _)| name);
        match self {
            Self::AddingReplicas | Self::RemovingReplicas => format!("{name} Replicas:"),
            _ => format!("{name}:"),
        }
    }
}

/// One line, taken apart.
pub(super) struct Fields<'a> {
    known: Vec<(Column, &'a str)>,
    unknown: Vec<&'a str>,
}

/// Whether the line is about a topic. Releases before 0.8.1 wrote labels small.
pub(super) fn starts_a_topic(line: &str) -> bool {
    line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("topic:"))
}

impl<'a> Fields<'a> {
    pub(super) fn read(line: &'a str) -> Result<Self, Wrong> {
        let (line, configs) = without_configs(line);
        let mut fields = Self { known: Vec::with_capacity(8), unknown: Vec::new() };
        let mut words = line.split_whitespace();
        let mut value_wanted = None;
        while let Some(word) = words.next() {
            if let Some((column, rest)) = label(word, &mut words) {
                match column {
                    Some(column) => fields.known.push((column, rest)),
                    None => fields.unknown.push(word.trim_end_matches(':')),
                }
                value_wanted = rest.is_empty().then_some(column);
            } else if let Some(column) = value_wanted.take() {
                if let (Some(_), Some(last)) = (column, fields.known.last_mut()) {
                    last.1 = word;
                }
            } else {
                let message = format!("`{word}` stands between the columns");
                let expected = "`Column: value`, with tabs between; the line may be cut off";
                return Err((message, expected.to_owned()));
            }
        }
        fields.known.extend(configs.map(|configs| (Column::Configs, configs)));
        Ok(fields)
    }

    /// Labels that no release has.
    pub(super) fn unknown(&self) -> &[&'a str] {
        &self.unknown
    }

    fn get(&self, wanted: Column) -> Option<&'a str> {
        self.known.iter().find(|(column, _)| *column == wanted).map(|(_, value)| *value)
    }

    /// The topic's name.
    pub(super) fn topic(&self) -> Result<&'a str, Wrong> {
        let name = self.get(Column::Topic).unwrap_or_default();
        let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if !name.is_empty() && name.len() <= 249 && name.chars().all(is_legal) {
            return Ok(name);
        }
        let expected = "up to 249 letters, digits, `.`, `_` and `-`".to_owned();
        Err((format!("`{name}` is no name of a topic"), expected))
    }

    pub(super) fn number(&self, column: Column) -> Result<Option<u32>, Wrong> {
        self.get(column).map(|value| number(column, value)).transpose()
    }

    /// A list of brokers. `N/A` is what tools print for brokers that do not tell.
    pub(super) fn brokers(&self, column: Column) -> Result<Option<Vec<BrokerId>>, Wrong> {
        match self.get(column) {
            None | Some("N/A") => Ok(None),
            Some("") => Ok(Some(Vec::new())),
            Some(list) => {
                let ids = list.split(',').map(|id| number(column, id).map(BrokerId));
                ids.collect::<Result<_, _>>().map(Some)
            }
        }
    }

    /// Who leads: `none`, or -1 in releases that had it so.
    pub(super) fn leader(&self) -> Result<Option<BrokerId>, Wrong> {
        match self.get(Column::Leader) {
            Some("none" | "-1") => Ok(None),
            Some(id) => number(Column::Leader, id).map(|id| Some(BrokerId(id))),
            None => {
                let message = "this line has no `Leader:`: it may be cut off".to_owned();
                Err((message, "the whole line, up to `Isr:` or further".to_owned()))
            }
        }
    }

    /// Settings: `a=1,b=x,y` is two of them.
    pub(super) fn configs(&self) -> Result<Vec<(String, String)>, Wrong> {
        let mut configs: Vec<(String, String)> = Vec::new();
        for part in self.get(Column::Configs).unwrap_or_default().split(',') {
            match (part.split_once('='), configs.last_mut()) {
                (Some((name, value)), _) => configs.push((name.to_owned(), value.to_owned())),
                (None, Some((_, value))) => {
                    value.push(',');
                    value.push_str(part);
                }
                (None, None) => {}
            }
        }
        configs.iter().try_for_each(|(name, value)| config(name, value.trim()))?;
        Ok(configs)
    }
}

/// Kafka checks settings before it takes them: another value was typed or cut off.
fn config(name: &str, value: &str) -> Result<(), Wrong> {
    let is_number =
        || value.parse().is_ok_and(|number| (1..=i32::MAX.unsigned_abs()).contains(&number));
    let is_switch = || ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word));
    let (is_right, expected) = match name {
        "min.insync.replicas" => (is_number(), "a whole number from 1"),
        "unclean.leader.election.enable" => (is_switch(), "`true` or `false`"),
        _ => return Ok(()),
    };
    let message = || format!("`{value}` is no value of `{name}`");
    if is_right { Ok(()) } else { Err((message(), expected.to_owned())) }
}

/// The line without its settings, whose values may look like anything; they come last but for one
/// column.
fn without_configs(line: &str) -> (&str, Option<&str>) {
    let Some(at) = line.find("Configs:") else {
        return (line, None);
    };
    let configs = &line[at + "Configs:".len()..];
    let end = configs.find("MarkedForDeletion:").unwrap_or(configs.len());
    (&line[..at], Some(configs[..end].trim()))
}

/// The column that a word begins, if it does, and what stands in the word behind the colon.
fn label<'a>(word: &'a str, words: &mut SplitWhitespace<'a>) -> Option<(Option<Column>, &'a str)> {
    let is = |name: &str| COLUMNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((name, rest)) = word.split_once(':') {
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
        return is_name.then(|| (is(name).map(|(_, column)| *column), rest));
    }
    if word != "Adding" && word != "Removing" {
        return None;
    }
    let rest = words.clone().next()?.strip_prefix("Replicas:")?;
    words.next();
    Some((is(word).map(|(_, column)| *column), rest))
}

/// Kafka's numbers are Java's `int`.
fn number(column: Column, text: &str) -> Result<u32, Wrong> {
    let number = text.parse().ok().filter(|number| *number <= i32::MAX.unsigned_abs());
    number.ok_or_else(|| {
        let expected = match column {
            Column::Partition | Column::PartitionCount => "a whole number",
            Column::Leader => "a broker's number, or `none`",
            _ => "numbers of brokers with commas between",
        };
        (format!("`{text}` cannot stand behind `{}`", column.label()), expected.to_owned())
    })
}
