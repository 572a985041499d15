//! A process: whether it runs, and what waits for it while it stands still.
//!
//! A paused process (a long garbage collection, SIGSTOP) keeps its sockets: what arrives waits in
//! its inbox, and its clock goes on. When it resumes it first reads its inbox in order of arrival,
//! then its expired timers go off in order of their time.
//!
//! Uses: `effects`, `network`, `observe`.

use epochscope_vocabulary::{EventId, SimTime, SortedMap};

use crate::effects::Timer;
use crate::network::message::Message;
use crate::observe::ProcessStatus;

/// A timer as it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// When it goes off.
    pub at: SimTime,
    /// Its entry in the queue.
    pub sequence: u64,
    /// What set it.
    pub cause: EventId,
}

/// One process and its timers.
#[derive(Clone, Debug)]
pub struct Process {
    status: ProcessStatus,
    /// Timers with an entry in the queue.
    timers: SortedMap<Timer, Setting>,
    inbox: Vec<Message>,
    /// Timers that went off while it stood still, in order of their time.
    expired: Vec<(Timer, Setting)>,
    /// Which pause the present one is.
    pause: u64,
    /// How often it was started.
    starts: u64,
}

impl Default for Process {
    fn default() -> Self {
        Self {
            status: ProcessStatus::Running,
            timers: SortedMap::new(),
            inbox: Vec::new(),
            expired: Vec::new(),
            pause: 0,
            starts: 0,
        }
    }
}

impl Process {
    /// What it does.
    #[must_use]
    pub const fn status(&self) -> ProcessStatus {
        self.status
    }

    /// Whether there is a process at all, running or paused.
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        matches!(self.status, ProcessStatus::Running | ProcessStatus::Paused)
    }

    /// Messages waiting in its inbox.
    #[must_use]
    pub fn inbox(&self) -> &[Message] {
        &self.inbox
    }

    /// Sets or moves a timer; gives back the setting whose entry in the queue is void now.
    pub fn set_timer(&mut self, timer: Timer, setting: Setting) -> Option<Setting> {
        self.expired.retain(|(expired, _)| *expired != timer);
        self.timers.insert(timer, setting)
    }

    /// When a timer goes off, if it is set.
    #[must_use]
    pub fn timer_at(&self, timer: Timer) -> Option<SimTime> {
        self.timers.get(&timer).map(|setting| setting.at)
    }

    /// Forgets a timer; gives back the setting whose entry in the queue is void now.
    pub fn cancel_timer(&mut self, timer: Timer) -> Option<Setting> {
        self.expired.retain(|(expired, _)| *expired != timer);
        self.timers.remove(&timer)
    }

    /// A timer's moment has come: its setting if the process runs. A paused process keeps it for
    /// later.
    pub fn timer_is_due(&mut self, timer: Timer) -> Option<Setting> {
        let setting = self.timers.remove(&timer)?;
        if self.status == ProcessStatus::Paused {
            self.expired.push((timer, setting));
            return None;
        }
        Some(setting)
    }

    /// Keeps a message for a paused process.
    pub fn keep(&mut self, message: Message) {
        self.inbox.push(message);
    }

    /// Stands still.
    pub const fn pause(&mut self) {
        self.status = ProcessStatus::Paused;
    }

    /// Notes which pause this is.
    pub const fn begin_pause(&mut self, pause: u64) {
        self.pause = pause;
    }

    /// Whether it stands still in this very pause.
    #[must_use]
    pub fn is_in_pause(&self, pause: u64) -> bool {
        self.status == ProcessStatus::Paused && self.pause == pause
    }

    /// Goes on: what waited in the inbox, then the timers that went off meanwhile and still hold.
    pub fn resume(&mut self) -> (Vec<Message>, Vec<(Timer, Setting)>) {
        self.status = ProcessStatus::Running;
        (std::mem::take(&mut self.inbox), std::mem::take(&mut self.expired))
    }

    /// Ends. Its inbox is gone, and its timers: their entries in the queue are void now.
    pub fn end(&mut self, status: ProcessStatus) -> Vec<Setting> {
        self.inbox.clear();
        self.expired.clear();
        self.status = status;
        std::mem::take(&mut self.timers).into_values().collect()
    }

    /// Runs again, with nothing of its former life.
    pub const fn start(&mut self) {
        self.status = ProcessStatus::Running;
        self.starts += 1;
    }

    /// How often it was started: a start that was put off is overtaken by another.
    #[must_use]
    pub const fn starts(&self) -> u64 {
        self.starts
    }
}
