//! What a search may do to a cluster: one table, with its words, and what is done unasked.

use epochscope_engine::rng::Stream;
use epochscope_vocabulary::SortedSet;

/// A kind of fault, or of order that only an administrator gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A broker dies; its page cache survives.
    Kill,
    /// A broker dies and loses what was not flushed, or its last records.
    PowerLoss,
    /// A broker's disk is emptied while it is down.
    Wipe,
    /// Controlled shutdown.
    Stop,
    /// A broker stands still.
    Pause,
    /// Links are cut both ways.
    Cut,
    /// Links are cut one way.
    OneWay,
    /// Slower links.
    Delay,
    /// Lossy links.
    Drop,
    /// A slower broker.
    Slow,
    /// Requests or answers are held, then let through or thrown away.
    Hold,
    /// Preferred leaders are elected.
    Preferred,
    /// Leaders are elected uncleanly by hand.
    Unclean,
    /// `unclean.leader.election.enable` changes.
    UncleanEnable,
    /// `min.insync.replicas` changes.
    MinIsr,
    /// Topics come and go.
    Topics,
    /// Partitions get other replicas, and such changes are cancelled.
    Reassign,
    /// High watermarks are checkpointed, page caches flushed, out of turn.
    Disk,
    /// Controllers die, stop and stand still.
    Controllers,
    /// Links between controllers are cut, or one controller's to brokers.
    ControllerLinks,
    /// Topics get more partitions.
    Increase,
    /// Log directories fail and are repaired.
    Directories,
    /// Log directories are emptied while their broker is down.
    WipeDirectory,
    /// Brokers that are down are taken off the list.
    Unregister,
    /// Eligible leader replicas are switched on and off.
    Feature,
    /// Messages between controllers are held.
    QuorumHold,
}

/// When a kind takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Unless it is left out.
    Unasked,
    /// Only if it is asked for: it excuses what is promised otherwise, or came later, and the
    /// schedules of old seeds are to stay what they are.
    Asked,
}

/// One row of the table of kinds.
#[derive(Clone, Copy, Debug)]
pub struct FaultRow {
    /// Which.
    pub kind: FaultKind,
    /// As it is asked for.
    pub name: &'static str,
    /// When it takes part.
    pub availability: Availability,
    /// What it does, in a few words.
    pub about: &'static str,
}

const fn row(
    kind: FaultKind,
    name: &'static str,
    availability: Availability,
    about: &'static str,
) -> FaultRow {
    FaultRow { kind, name, availability, about }
}

use Availability::{Asked, Unasked};

/// Every kind, in the order of [`FaultKind`].
pub const FAULTS: &[FaultRow] = &[
    row(FaultKind::Kill, "kill", Unasked, "a broker dies; its page cache survives"),
    row(FaultKind::PowerLoss, "power-loss", Asked, "a broker dies and loses records"),
    row(FaultKind::Wipe, "wipe", Asked, "a broker's disk is emptied while it is down"),
    row(FaultKind::Stop, "stop", Unasked, "controlled shutdown"),
    row(FaultKind::Pause, "pause", Unasked, "a broker stands still, its sockets open"),
    row(FaultKind::Cut, "cut", Unasked, "links are cut both ways"),
    row(FaultKind::OneWay, "one-way", Unasked, "links are cut one way"),
    row(FaultKind::Delay, "delay", Unasked, "slower links"),
    row(FaultKind::Drop, "drop", Unasked, "lossy links"),
    row(FaultKind::Slow, "slow", Unasked, "a slower broker"),
    row(FaultKind::Hold, "hold", Unasked, "requests or answers are held, then let go or lost"),
    row(FaultKind::Preferred, "preferred", Unasked, "preferred leaders are elected"),
    row(FaultKind::Unclean, "unclean", Unasked, "leaders are elected uncleanly by hand"),
    row(
        FaultKind::UncleanEnable,
        "unclean-enable",
        Unasked,
        "unclean.leader.election.enable changes",
    ),
    row(FaultKind::MinIsr, "min-isr", Unasked, "min.insync.replicas changes"),
    row(FaultKind::Topics, "topics", Unasked, "topics are created and deleted"),
    row(FaultKind::Reassign, "reassign", Unasked, "partitions get other replicas"),
    row(FaultKind::Disk, "disk", Unasked, "checkpoints and flushes out of turn"),
    row(FaultKind::Controllers, "controllers", Unasked, "controllers die, stop, stand still"),
    row(
        FaultKind::ControllerLinks,
        "controller-links",
        Unasked,
        "links between controllers, and of one controller to brokers, are cut",
    ),
    row(FaultKind::Increase, "increase", Asked, "topics get more partitions"),
    row(FaultKind::Directories, "directories", Asked, "log directories fail, and are repaired"),
    row(FaultKind::WipeDirectory, "wipe-directory", Asked, "a log directory is emptied"),
    row(FaultKind::Unregister, "unregister", Asked, "brokers that are down are unregistered"),
    row(FaultKind::Feature, "feature", Asked, "eligible leader replicas come and go"),
    row(FaultKind::QuorumHold, "quorum-hold", Asked, "messages between controllers are held"),
];

impl FaultKind {
    /// Its row in [`FAULTS`].
    #[must_use]
    pub const fn row(self) -> &'static FaultRow {
        &FAULTS[self as usize]
    }
}

/// The kinds that take part in a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultKinds(SortedSet<FaultKind>);

impl Default for FaultKinds {
    fn default() -> Self {
        Self::of(|row| row.availability == Unasked)
    }
}

impl FaultKinds {
    fn of(wanted: impl Fn(&FaultRow) -> bool) -> Self {
        Self(FAULTS.iter().filter(|row| wanted(row)).map(|row| row.kind).collect())
    }

    /// Reads a list: names of kinds; `default`, `all` and `none`; `-NAME` leaves one out.
    ///
    /// # Errors
    /// The word that is none of these, with what would be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut kinds = SortedSet::new();
        for word in text.split(',').map(str::trim) {
            let (name, leaves_out) = match word.strip_prefix('-') {
                Some(name) => (name, true),
                None => (word, false),
            };
            let named: Vec<FaultKind> = match name {
                "default" => Self::default().0.iter().copied().collect(),
                "all" => FAULTS.iter().map(|row| row.kind).collect(),
                "none" => Vec::new(),
                name => vec![named(name)?],
            };
            for kind in named {
                if leaves_out {
                    kinds.remove(&kind);
                } else {
                    kinds.insert(kind);
                }
            }
        }
        Ok(Self(kinds))
    }

    /// Whether a kind takes part.
    #[must_use]
    pub fn has(&self, kind: FaultKind) -> bool {
        self.0.contains(&kind)
    }

    /// About six of ten of them: a search that does everything at once does nothing for long.
    #[must_use]
    pub fn some(&self, stream: &mut Stream) -> Self {
        Self(self.0.iter().copied().filter(|_| stream.below(10) < 6).collect())
    }
}

fn named(name: &str) -> Result<FaultKind, String> {
    let found = FAULTS.iter().find(|row| row.name == name);
    found.map(|row| row.kind).ok_or_else(|| {
        let names: Vec<&str> = FAULTS.iter().map(|row| row.name).collect();
        format!("`{name}` is no kind of fault: write {}, default or all", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_their_kinds() {
        assert!(FAULTS.iter().all(|row| row.kind.row().name == row.name));
    }

    #[test]
    fn kinds_are_asked_for_by_name() {
        let kinds = FaultKinds::parse("kill,cut").expect("two kinds");
        assert!(kinds.has(FaultKind::Kill) && kinds.has(FaultKind::Cut));
        assert!(!kinds.has(FaultKind::Stop));
        assert!(!FaultKinds::default().has(FaultKind::Wipe));
        let more = FaultKinds::parse("default,wipe,-kill").expect("a list");
        assert!(more.has(FaultKind::Wipe) && more.has(FaultKind::Pause));
        assert!(!more.has(FaultKind::Kill));
    }

    #[test]
    fn what_is_no_kind_is_told_with_those_that_are() {
        assert!(FaultKinds::parse("kil").is_err_and(|text| text.contains("`kil`")));
    }
}
