//! A broker's log directories: which of them work, and where each replica lies.
//!
//! Each directory has an id that it got when it was formatted, and that the controller knows. A
//! new log goes where the controller has it, else to the directory with the fewest logs. While a
//! directory is offline no log is made that might lie there already.
//!
//! Source: Kafka `LogManager` (`nextLogDirs`, `handleLogDirFailure`),
//! `Partition.createLogInAssignedDirectoryId`; KIP-112, KIP-858.
//! Simplified: a failed directory is noticed at once, and keeps all that was written to it.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::config::{ConfigKey, Settings};
use epochscope_vocabulary::{DirectoryId, SortedMap, TopicPartition};

/// How many directories, wiped ones included, a broker has ids for.
pub const IDS_OF_A_BROKER: u32 = 1_000_000;

/// Whether a directory works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryState {
    /// It does.
    Online,
    /// It has failed.
    Failed,
    /// It would, but the process takes it for failed until its next start.
    Repaired,
}

/// One of a broker's `log.dirs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDirectory {
    /// Its path.
    pub path: Arc<str>,
    /// The id that it was formatted with.
    pub id: DirectoryId,
    /// Whether it works.
    pub state: DirectoryState,
    /// How many logs it has; not counted where there is only one directory.
    logs: u32,
}

/// The directories, and where each log lies.
#[derive(Clone, Debug, Default)]
pub struct LogManager {
    directories: Vec<LogDirectory>,
    /// The directory of the metadata log, if it is one of these.
    metadata: u32,
    /// The directory of the metadata log, if it holds nothing else.
    own_of_metadata: Option<LogDirectory>,
    /// Empty where there is only one directory.
    homes: SortedMap<TopicPartition, u32>,
    next_id: u32,
}

impl LogManager {
    /// The directories of a broker's settings, newly formatted with ids from `first_id` on.
    #[must_use]
    pub fn formatted(settings: &Settings, first_id: u32) -> Self {
        let text = settings.text(ConfigKey::LogDirs).unwrap_or_default();
        let mut next_id = first_id;
        let mut directories = Vec::new();
        for path in text.split(',').map(str::trim).filter(|path| !path.is_empty()) {
            let id = DirectoryId::Named(next_id);
            next_id += 1;
            let state = DirectoryState::Online;
            directories.push(LogDirectory { path: path.into(), id, state, logs: 0 });
        }
        let said = settings.text(ConfigKey::MetadataLogDir);
        let among = directories.iter().position(|one| Some(&*one.path) == said);
        let metadata = u32::try_from(among.unwrap_or(0)).unwrap_or(0);
        let own_of_metadata = said.filter(|_| among.is_none()).map(|path| {
            let id = DirectoryId::Named(next_id);
            next_id += 1;
            LogDirectory { path: path.into(), id, state: DirectoryState::Online, logs: 0 }
        });
        Self { directories, metadata, own_of_metadata, homes: SortedMap::new(), next_id }
    }

    /// All directories, in the order of `log.dirs`.
    #[must_use]
    pub fn directories(&self) -> &[LogDirectory] {
        &self.directories
    }

    /// That of the metadata log.
    #[must_use]
    pub fn metadata_directory(&self) -> Option<&LogDirectory> {
        self.own_of_metadata.as_ref().or(self.get(self.metadata))
    }

    /// All directories, with one that holds nothing but the metadata log.
    pub fn disk(&self) -> impl Iterator<Item = &LogDirectory> {
        self.directories.iter().chain(&self.own_of_metadata)
    }

    fn disk_mut(&mut self) -> impl Iterator<Item = &mut LogDirectory> {
        self.directories.iter_mut().chain(&mut self.own_of_metadata)
    }

    /// The process starts: what was repaired is used again.
    pub fn load(&mut self) {
        for directory in self.disk_mut() {
            if directory.state == DirectoryState::Repaired {
                directory.state = DirectoryState::Online;
            }
        }
    }

    /// The ids of the directories that work.
    #[must_use]
    pub fn online(&self) -> Vec<DirectoryId> {
        self.working().map(|directory| directory.id).collect()
    }

    /// Whether a directory is missing.
    #[must_use]
    pub fn has_offline(&self) -> bool {
        self.working().count() < self.directories.len()
    }

    /// Whether the process cannot go on: no directory works, or not that of the metadata log.
    #[must_use]
    pub fn must_halt(&self) -> bool {
        let metadata = self.metadata_directory();
        let is_lost = metadata.is_none_or(|one| one.state != DirectoryState::Online);
        is_lost || self.working().next().is_none()
    }

    /// Whether there are several directories.
    #[must_use]
    pub const fn is_jbod(&self) -> bool {
        self.directories.len() > 1
    }

    /// Where a log lies that is there.
    #[must_use]
    pub fn directory_of(&self, partition: TopicPartition) -> Option<&LogDirectory> {
        match self.directories.as_slice() {
            [only] => Some(only),
            _ => self.get(*self.homes.get(&partition)?),
        }
    }

    /// Whether a log that is there lies in a directory that works.
    #[must_use]
    pub fn is_online(&self, partition: TopicPartition) -> bool {
        let directory = self.directory_of(partition);
        directory.is_some_and(|one| one.state == DirectoryState::Online)
    }

    /// Finds a place for a new log that the controller has in `assigned`; none if the log may lie
    /// in a directory that is offline.
    pub fn place(
        &mut self,
        partition: TopicPartition,
        assigned: DirectoryId,
    ) -> Option<DirectoryId> {
        let named = self.working().find(|one| one.id == assigned).map(|one| one.id);
        if named.is_none() && self.has_offline() && assigned != DirectoryId::Unassigned {
            return None;
        }
        // The first of those with the fewest logs, in the order of `log.dirs`.
        let fewest = self.working().min_by_key(|one| one.logs).map(|one| one.id);
        let chosen = named.or(fewest)?;
        if self.is_jbod() {
            self.forget(partition);
            let at = self.directories.iter().position(|one| one.id == chosen)?;
            self.directories[at].logs += 1;
            self.homes.insert(partition, u32::try_from(at).unwrap_or(u32::MAX));
        }
        Some(chosen)
    }

    /// A log is gone.
    pub fn forget(&mut self, partition: TopicPartition) {
        if let Some(at) = self.homes.remove(&partition)
            && let Some(directory) = self.get_mut(at)
        {
            directory.logs -= 1;
        }
    }

    /// The directory of this path.
    #[must_use]
    pub fn named(&self, path: &str) -> Option<&LogDirectory> {
        self.disk().find(|one| &*one.path == path)
    }

    /// Changes the state of a directory; gives back its id.
    pub fn set_state(&mut self, path: &str, state: DirectoryState) -> Option<DirectoryId> {
        let directory = self.disk_mut().find(|one| &*one.path == path)?;
        directory.state = state;
        Some(directory.id)
    }

    /// Formats a directory anew, or all that have not failed: the logs that lay there, and whether
    /// the metadata log did.
    pub fn wipe(&mut self, path: Option<&str>) -> Wiped {
        let mut wiped = Wiped { is_metadata_gone: false, directories: Vec::new() };
        let (count, is_metadata_apart) = (self.directories.len(), self.own_of_metadata.is_some());
        let all = self.directories.iter_mut().chain(&mut self.own_of_metadata);
        for (at, directory) in (0..).zip(all) {
            let meant = path.is_none_or(|path| path == &*directory.path);
            if meant && directory.state != DirectoryState::Failed {
                let is_apart = usize::try_from(at) == Ok(count);
                wiped.directories.extend((!is_apart).then_some(at));
                wiped.is_metadata_gone |=
                    if is_metadata_apart { is_apart } else { at == self.metadata };
                (directory.id, directory.logs) = (DirectoryId::Named(self.next_id), 0);
                self.next_id += 1;
            }
        }
        self.homes.retain(|_, home| !wiped.directories.contains(home));
        wiped
    }

    /// Whether a log was in one of these directories.
    #[must_use]
    pub fn is_left(&self, partition: TopicPartition, wiped: &Wiped) -> bool {
        if self.is_jbod() {
            self.homes.contains_key(&partition)
        } else {
            wiped.directories.is_empty()
        }
    }

    fn working(&self) -> impl Iterator<Item = &LogDirectory> {
        self.directories.iter().filter(|one| one.state == DirectoryState::Online)
    }

    fn get(&self, at: u32) -> Option<&LogDirectory> {
        self.directories.get(usize::try_from(at).ok()?)
    }

    fn get_mut(&mut self, at: u32) -> Option<&mut LogDirectory> {
        self.directories.get_mut(usize::try_from(at).ok()?)
    }
}

/// What a formatting took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wiped {
    /// Whether the metadata log is gone.
    pub is_metadata_gone: bool,
    directories: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use epochscope_vocabulary::TopicId;
    use epochscope_vocabulary::config::ConfigValue;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn manager(dirs: &str) -> LogManager {
        let mut settings = Settings::default();
        settings.0.insert(ConfigKey::LogDirs, ConfigValue::Text(dirs.into()));
        LogManager::formatted(&settings, 7)
    }

    fn partition(partition: u32) -> TopicPartition {
        TopicPartition { topic: TopicId(0), partition }
    }

    #[test]
    fn a_new_log_goes_where_the_fewest_are_or_where_the_controller_has_it() {
        let mut manager = manager("/d1,/d2");
        let unassigned = DirectoryId::Unassigned;
        let mut place = |index, wanted| manager.place(partition(index), wanted);
        assert_eq!(place(0, unassigned), Some(DirectoryId::Named(7)));
        assert_eq!(place(1, unassigned), Some(DirectoryId::Named(8)));
        assert_eq!(place(2, DirectoryId::Named(8)), Some(DirectoryId::Named(8)));
        assert_eq!(place(3, unassigned), Some(DirectoryId::Named(7)));
        manager.forget(partition(2));
        assert_eq!(manager.directory_of(partition(2)), None);
    }

    #[test]
    fn no_log_is_made_that_may_lie_in_a_failed_directory() {
        let mut manager = manager("/d1,/d2");
        assert_eq!(manager.set_state("/d2", DirectoryState::Failed), Some(DirectoryId::Named(8)));
        assert_eq!(manager.place(partition(0), DirectoryId::Named(8)), None);
        assert_eq!(manager.place(partition(0), DirectoryId::Migrating), None);
        let first = Some(DirectoryId::Named(7));
        assert_eq!(manager.place(partition(0), DirectoryId::Unassigned), first);
        assert!(manager.has_offline() && !manager.must_halt());
        manager.set_state("/d2", DirectoryState::Repaired);
        assert!(manager.has_offline(), "not before the next start");
        manager.load();
        assert!(!manager.has_offline());
    }

    #[test]
    fn without_the_metadata_log_the_process_halts() {
        let mut manager = manager("/d1,/d2");
        manager.set_state("/d1", DirectoryState::Failed);
        assert!(manager.must_halt());
    }

    #[test]
    fn a_wiped_directory_is_another_one() {
        let mut manager = manager("/d1,/d2");
        manager.place(partition(0), DirectoryId::Unassigned);
        manager.place(partition(1), DirectoryId::Unassigned);
        let wiped = manager.wipe(Some("/d2"));
        assert!(!wiped.is_metadata_gone);
        assert!(manager.is_left(partition(0), &wiped) && !manager.is_left(partition(1), &wiped));
        assert_eq!(manager.online(), [DirectoryId::Named(7), DirectoryId::Named(9)]);
    }
}
