//! The words of a trace line: what stands behind the kind of an event.
//!
//! Uses: `event`, `names`. The only English here is Kafka's own terms and `key=value` pairs; prose
//! is the view's.

use super::records::record_text;
use super::{EventKind, Excuse, IsrChange, Leadership};
use crate::ids::{BrokerId, ValueId};
use crate::names::Names;
use crate::rpc::VoteKind;

/// Broker ids with commas, or `none`.
pub(super) fn ids(list: &[BrokerId]) -> String {
    if list.is_empty() {
        return "none".to_owned();
    }
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

pub(super) fn id_or_none(id: Option<BrokerId>) -> String {
    id.map_or_else(|| "none".to_owned(), |id| id.to_string())
}

/// Record texts in quotes; of more than six the first, a dash and the last.
fn texts(names: &Names, values: &[ValueId]) -> String {
    let quoted = |id: &ValueId| format!("\"{}\"", one_line(names.value_text(*id)));
    match values {
        [first, .., last] if values.len() > 6 => {
            format!("{} .. {} ({} records)", quoted(first), quoted(last), values.len())
        }
        _ => values.iter().map(quoted).collect::<Vec<_>>().join(" "),
    }
}

/// A text without what would end a line of the trace or move a terminal's cursor.
fn one_line(text: &str) -> String {
    let shown = |letter: char| {
        let escaped = letter.is_control().then(|| letter.escape_default().to_string());
        escaped.unwrap_or_else(|| letter.to_string())
    };
    text.chars().map(shown).collect()
}

impl EventKind {
    /// Appends what this kind of event has to say.
    pub(super) fn write_details(&self, names: &Names, out: &mut String) {
        let text = self
            .process_details(names)
            .or_else(|| self.network_details(names))
            .or_else(|| self.metadata_details(names))
            .or_else(|| self.quorum_details())
            .or_else(|| self.partition_details(names))
            .or_else(|| self.append_details(names))
            .or_else(|| self.log_details(names))
            .or_else(|| self.producer_details(names))
            .or_else(|| self.consumer_details(names));
        out.push_str(&text.unwrap_or_default());
    }

    fn process_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::CommandGiven { text } | Self::FaultBegan { text } | Self::Healed { text } => {
                text.to_string()
            }
            Self::Wiped { dir } => dir.as_deref().unwrap_or_default().to_owned(),
            Self::DirectoryFailed { dir } | Self::DirectoryRepaired { dir } => dir.to_string(),
            Self::TailLost { partition, from, to, values } => format!(
                "{} {from} -> {to}  lost {}",
                names.partition_name(*partition),
                texts(names, values)
            ),
            Self::Halted { error } => error.to_string(),
            Self::StepSkipped { text, reason } => format!("{text}  {reason}"),
            Self::InvariantViolated { name, excuse, text } => match excuse {
                Excuse::None => format!("{name}: {text}"),
                Excuse::SetUp => format!("{name}: {text}  (not promised by this set-up)"),
            },
            _ => return None,
        })
    }

    fn network_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::Held { request, api_key, from }
            | Self::Released { request, api_key, from }
            | Self::Discarded { request, api_key, from } => {
                format!("{api_key} #{} from {}", request.0, names.node_name(*from))
            }
            Self::RequestSent { request, api_key, to }
            | Self::ResponseSent { request, api_key, to }
            | Self::RequestTimedOut { request, api_key, to }
            | Self::Disconnected { request, api_key, to } => {
                format!("{api_key} #{} to {}", request.0, names.node_name(*to))
            }
            _ => return None,
        })
    }

    fn metadata_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::SessionExpired { broker, last_contact } => {
                format!("broker {broker}  last contact {last_contact}")
            }
            Self::RegistrationRefused { broker, error } => format!("broker {broker}  {error}"),
            Self::RecordAppended { offset, record } => {
                format!("{offset} {}", record_text(names, record))
            }
            Self::MetadataCommitted { high_watermark } => format!("up to {high_watermark}"),
            Self::MetadataApplied { from, to } => format!("{from} -> {to}"),
            _ => return None,
        })
    }

    fn quorum_details(&self) -> Option<String> {
        Some(match self {
            Self::QuorumStateChanged { role, epoch, leader } => {
                let leader = leader.map_or_else(|| "none".to_owned(), |id| id.to_string());
                format!("{} epoch={epoch} leader={leader}", role.word())
            }
            Self::VoteGranted { nominee, epoch, kind }
            | Self::VoteRefused { nominee, epoch, kind } => {
                let kind = match kind {
                    VoteKind::PreVote => "  pre-vote",
                    VoteKind::Standard => "",
                };
                format!("to {nominee} epoch={epoch}{kind}")
            }
            Self::MetadataTruncated { from, to } => format!("{from} -> {to}"),
            Self::ControllerClaimed { epoch } | Self::ControllerRenounced { epoch } => {
                format!("epoch={epoch}")
            }
            _ => return None,
        })
    }

    fn partition_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::BecameLeader { partition, leader_epoch, start_offset } => format!(
                "{} leader_epoch={leader_epoch} start_offset={start_offset}",
                names.partition_name(*partition)
            ),
            Self::BecameFollower { partition, leader_epoch, leader } => format!(
                "{} leader_epoch={leader_epoch} leader={}",
                names.partition_name(*partition),
                id_or_none(*leader)
            ),
            Self::ReplicaDeleted { partition } | Self::ReplicaOffline { partition } => {
                names.partition_name(*partition)
            }
            Self::IsrProposed { partition, change, isr, replicas } => {
                let verb = match change {
                    IsrChange::Expand => "add",
                    IsrChange::Shrink => "remove",
                };
                format!(
                    "{} isr={}  {verb} {}",
                    names.partition_name(*partition),
                    ids(isr),
                    ids(replicas)
                )
            }
            Self::IsrChanged { partition, isr } => {
                format!("{} isr={}", names.partition_name(*partition), ids(isr))
            }
            Self::IsrRefused { partition, error } => {
                format!("{} {error}", names.partition_name(*partition))
            }
            _ => return None,
        })
    }

    fn append_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::Appended { partition, offset, leader_epoch, values, leadership } => format!(
                "{} offset={offset} leader_epoch={leader_epoch} {}{}",
                names.partition_name(*partition),
                texts(names, values),
                match leadership {
                    Leadership::True => "",
                    Leadership::Presumed => "  presumed leader",
                }
            ),
            Self::Replicated { partition, offset, values, leader } => format!(
                "{} offset={offset} {}  from broker {leader}",
                names.partition_name(*partition),
                texts(names, values)
            ),
            Self::DuplicateAnswered { partition, offset, values } => {
                let name = names.partition_name(*partition);
                format!("{name} offset={offset} {}", texts(names, values))
            }
            Self::ProduceDelayed { partition, required, .. } => {
                format!("{} waits for high watermark {required}", names.partition_name(*partition))
            }
            _ => return None,
        })
    }

    fn log_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::HighWatermarkAdvanced { partition, from, to, isr } => {
                let name = names.partition_name(*partition);
                format!("{name} {from} -> {to}  isr={}", ids(isr))
            }
            Self::FollowerHighWatermark { partition, from, to } => {
                format!("{} {from} -> {to}", names.partition_name(*partition))
            }
            Self::Diverged { partition, follower, fetch_offset, last_fetched_epoch, end } => {
                format!(
                    "{} to broker {follower}: fetch_offset={fetch_offset} \
                 last_fetched_epoch={last_fetched_epoch} -> epoch={} end_offset={}",
                    names.partition_name(*partition),
                    end.epoch,
                    end.offset
                )
            }
            Self::RecordsDeleted { partition, from, to, values } => format!(
                "{} {from} -> {to}  deleted {}",
                names.partition_name(*partition),
                texts(names, values)
            ),
            Self::Truncated { partition, from, to, values } => format!(
                "{} {from} -> {to}  cut {}",
                names.partition_name(*partition),
                texts(names, values)
            ),
            _ => return None,
        })
    }

    fn producer_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::ProduceSent { partition, to, values, acks, attempt } => {
                let acks = acks.word();
                let again = if *attempt == 0 { String::new() } else { format!(" retry={attempt}") };
                let name = names.partition_name(*partition);
                format!("{name} to broker {to} acks={acks}{again} {}", texts(names, values))
            }
            Self::Acknowledged { partition, offset, values } => format!(
                "{} {}{}",
                names.partition_name(*partition),
                offset.map_or_else(String::new, |offset| format!("offset={offset} ")),
                texts(names, values)
            ),
            Self::ProduceRetried { partition, error, values } => {
                format!("{} {error} {}", names.partition_name(*partition), texts(names, values))
            }
            Self::ProduceFailed { partition, error, values } => format!(
                "{}{error} {}",
                partition.map_or_else(String::new, |p| format!("{} ", names.partition_name(p))),
                texts(names, values)
            ),
            _ => return None,
        })
    }

    fn consumer_details(&self, names: &Names) -> Option<String> {
        Some(match self {
            Self::ClientMetadata { partition, leader, leader_epoch } => format!(
                "{} leader={} leader_epoch={leader_epoch}",
                names.partition_name(*partition),
                id_or_none(*leader)
            ),
            Self::Consumed { partition, offset, values, from } => format!(
                "{} offset={offset} {}  from broker {from}",
                names.partition_name(*partition),
                texts(names, values)
            ),
            Self::FetchRefused { partition, error, from } => {
                format!("{} {error}  by broker {from}", names.partition_name(*partition))
            }
            Self::PositionReset { partition, offset } => {
                format!("{} to {offset}", names.partition_name(*partition))
            }
            Self::LogTruncationDetected { partition, position, end } => {
                format!("{} position={position} end={end}", names.partition_name(*partition))
            }
            Self::Answered { api_key, error, .. } => format!("{api_key} {error}"),
            _ => return None,
        })
    }
}
