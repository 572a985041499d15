//! Orders to disks: log directories that fail, come back or are emptied.

use std::sync::Arc;

use epochscope_vocabulary::command::NodeSet;
use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, EventId, NodeId};

use super::{Cluster, Node, Rejected};
use crate::broker::log_manager::{DirectoryState, LogDirectory};
use crate::observe::ProcessStatus;

const DOWN: [ProcessStatus; 2] = [ProcessStatus::Stopped, ProcessStatus::Killed];

impl Cluster {
    /// Empties the disk of a process that is down, or one directory of a broker's.
    pub(super) fn wipe(
        &mut self,
        node: NodeId,
        dir: Option<&Arc<str>>,
        cause: EventId,
    ) -> Result<(), Rejected> {
        self.must_be(node, &DOWN, "wipe")?;
        match (dir, node) {
            (None, _) => {}
            (Some(dir), NodeId::Broker(id)) => {
                if self.directory(id, dir)?.state == DirectoryState::Failed {
                    return Err(Rejected::new(format!(
                        "log directory `{dir}` of broker {id} has failed; `repair` it first"
                    )));
                }
            }
            (Some(_), NodeId::Controller(_) | NodeId::Client(_)) => {
                return Err(Rejected::new("only brokers have log directories; leave `dir=` out"));
            }
        }
        match self.nodes.get_mut(node) {
            Some(Node::Broker(broker)) => broker.wipe(dir.map(|dir| &**dir)),
            Some(Node::Controller(controller)) => controller.wipe(),
            Some(Node::Client(_)) | None => {}
        }
        let kind = EventKind::Wiped { dir: dir.cloned() };
        self.say_of(Some(node), RuleId::Command, kind, &[cause]);
        Ok(())
    }

    /// For orders to brokers' disks alone.
    pub(super) fn each_broker(
        &mut self,
        who: &NodeSet,
        mut act: impl FnMut(&mut Self, BrokerId) -> Result<(), Rejected>,
    ) -> Result<(), Rejected> {
        for id in self.select_brokers(who)? {
            act(self, id)?;
        }
        Ok(())
    }

    /// A log directory stops working.
    pub(super) fn fail_directory(
        &mut self,
        id: BrokerId,
        dir: &Arc<str>,
        cause: EventId,
    ) -> Result<(), Rejected> {
        if self.directory(id, dir)?.state == DirectoryState::Failed {
            let why = format!("log directory `{dir}` of broker {id} has failed already");
            return Err(Rejected::new(why));
        }
        let present = [ProcessStatus::Running, DOWN[0], DOWN[1]];
        self.must_be(NodeId::Broker(id), &present, "fail a log directory of")?;
        let node = NodeId::Broker(id);
        self.wake_polls_of(node);
        let kind = EventKind::DirectoryFailed { dir: dir.clone() };
        let event = self.say_of(Some(node), RuleId::Command, kind, &[cause]);
        self.call(node, event, |nodes, cx| {
            if let Some(broker) = nodes.brokers.get_mut(&id) {
                broker.fail_directory(cx, dir);
            }
        });
        Ok(())
    }

    /// A log directory is back with what it held.
    pub(super) fn repair_directory(
        &mut self,
        id: BrokerId,
        dir: &Arc<str>,
        cause: EventId,
    ) -> Result<(), Rejected> {
        if self.directory(id, dir)?.state != DirectoryState::Failed {
            let why = format!("log directory `{dir}` of broker {id} has not failed");
            return Err(Rejected::new(why));
        }
        if let Some(broker) = self.nodes.brokers.get_mut(&id) {
            broker.repair_directory(dir);
        }
        let kind = EventKind::DirectoryRepaired { dir: dir.clone() };
        self.say_of(Some(NodeId::Broker(id)), RuleId::Command, kind, &[cause]);
        Ok(())
    }

    /// A broker's log directories, and what is the matter with each.
    #[must_use]
    pub fn log_directories(&self, id: BrokerId) -> Vec<(Arc<str>, DirectoryState)> {
        let Some(broker) = self.nodes.brokers.get(&id) else { return Vec::new() };
        let directories = broker.log_manager().directories().iter();
        directories.map(|one| (one.path.clone(), one.state)).collect()
    }

    fn directory(&self, id: BrokerId, dir: &str) -> Result<&LogDirectory, Rejected> {
        let Some(broker) = self.nodes.brokers.get(&id) else {
            return Err(Rejected::new(format!("there is no broker {id}")));
        };
        let manager = broker.log_manager();
        manager.named(dir).ok_or_else(|| {
            let paths = manager.disk().map(|one| format!("`{}`", one.path));
            let paths: Vec<String> = paths.collect();
            let there = paths.join(" and ");
            Rejected::new(format!("broker {id} has no log directory `{dir}`; it has {there}"))
        })
    }
}
