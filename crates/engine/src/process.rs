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

/// A timer as it was set: a later setting of the same timer makes this one void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// When it goes off.
    pub at: SimTime,
    /// Which setting this is.
    pub sequence: u64,
    /// What set it.
    pub cause: EventId,
}

/// One process and its timers.
#[derive(Clone, Debug)]
pub struct Process {
    status: ProcessStatus,
    timers: SortedMap<Timer, Setting>,
    inbox: Vec<Message>,
    expired: Vec<(Timer, Setting)>,
    /// Which pause the present one is.
    pause: u64,
}

impl Default for Process {
    fn default() -> Self {
        Self {
            status: ProcessStatus::Running,
            timers: SortedMap::new(),
            inbox: Vec::new(),
            expired: Vec::new(),
            pause: 0,
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

    /// Sets or moves a timer.
    pub fn set_timer(&mut self, timer: Timer, setting: Setting) {
        self.timers.insert(timer, setting);
    }

    /// Forgets a timer.
    pub fn cancel_timer(&mut self, timer: Timer) {
        self.timers.remove(&timer);
    }

    /// A setting's moment has come: true if it still holds and the process runs. A paused process
    /// keeps it for later.
    pub fn timer_is_due(&mut self, timer: Timer, sequence: u64) -> Option<Setting> {
        let setting = *self.timers.get(&timer)?;
        if setting.sequence != sequence {
            return None;
        }
        if self.status == ProcessStatus::Paused {
            self.expired.push((timer, setting));
            return None;
        }
        self.timers.remove(&timer);
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

    /// Gives an expired timer its new place in the queue, unless it was set again meanwhile.
    pub fn put_off(&mut self, timer: Timer, expired: Setting, sequence: u64) {
        if let Some(setting) = self.timers.get_mut(&timer)
            && setting.sequence == expired.sequence
        {
            setting.sequence = sequence;
        }
    }

    /// Goes on: what waited in the inbox, then the timers that went off meanwhile and still hold.
    pub fn resume(&mut self) -> (Vec<Message>, Vec<(Timer, Setting)>) {
        self.status = ProcessStatus::Running;
        (std::mem::take(&mut self.inbox), std::mem::take(&mut self.expired))
    }

    /// Ends. Timers and inbox are gone; the messages that were in it are given back.
    pub fn end(&mut self, status: ProcessStatus) -> Vec<Message> {
        self.timers.clear();
        self.expired.clear();
        self.status = status;
        std::mem::take(&mut self.inbox)
    }

    /// Runs again, with nothing of its former life.
    pub const fn start(&mut self) {
        self.status = ProcessStatus::Running;
    }
}
