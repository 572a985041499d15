//! Commands: each to the part that obeys it.

use epochscope_vocabulary::command::{Command, NodeSet};
use epochscope_vocabulary::{EventId, NodeId};

use super::build::release_named;
use super::{Cluster, Rejected};

impl Cluster {
    pub(super) fn obey(
        &mut self,
        command: &Command,
        text: &str,
        cause: EventId,
    ) -> Result<(), Rejected> {
        match command {
            Command::Kill(who, losing) => {
                self.each_process(who, |cluster, id| cluster.kill(id, *losing, cause))
            }
            Command::Stop(who) => self.each_process(who, |cluster, id| cluster.stop(id, cause)),
            Command::Start(who, after, release) => {
                let release = release.as_deref().map(release_named).transpose()?;
                self.each_process(who, |cluster, id| cluster.start(id, (*after, release), cause))
            }
            Command::Pause(who, span) => {
                self.each_process(who, |cluster, id| cluster.pause(id, *span, cause))
            }
            Command::Resume(who) => self.each_process(who, |cluster, id| cluster.resume(id, cause)),
            Command::Wipe(who, dir) => {
                self.each_process(who, |cluster, id| cluster.wipe(id, dir.as_ref(), cause))
            }
            Command::FailDirectory(who, dir) => {
                self.each_broker(who, |cluster, id| cluster.fail_directory(id, dir, cause))
            }
            Command::RepairDirectory(who, dir) => {
                self.each_broker(who, |cluster, id| cluster.repair_directory(id, dir, cause))
            }
            Command::Fault(fault) => self.begin_fault(fault, text, cause),
            Command::Heal(scope) => self.heal(scope, text, cause),
            Command::Hold(spec) => self.hold(spec),
            Command::Release(spec, count) => self.release(spec, *count, cause),
            Command::Discard(spec, count) => self.discard(spec, *count, cause),
            Command::Checkpoint(who) => {
                self.each_running(who, cause, crate::broker::Broker::checkpoint)
            }
            Command::Flush(who) => self.each_running(who, cause, crate::broker::Broker::flush),
            Command::CreateTopic(..)
            | Command::DeleteTopic(..)
            | Command::AlterTopic(..)
            | Command::AlterBroker(..)
            | Command::Elect(..)
            | Command::Reassign(..)
            | Command::IncreasePartitions { .. }
            | Command::Unregister(..)
            | Command::AlterFeature(..)
            | Command::Describe(..)
            | Command::ListOffsets(..)
            | Command::DeleteRecords(..) => self.administer(command, cause),
            Command::Produce { .. }
            | Command::Load { .. }
            | Command::AddClient(_)
            | Command::Request { .. }
            | Command::Consume { .. }
            | Command::Seek(..)
            | Command::Refresh(_) => self.order_client(command, cause),
        }
    }

    fn each_process(
        &mut self,
        who: &NodeSet,
        mut act: impl FnMut(&mut Self, NodeId) -> Result<(), Rejected>,
    ) -> Result<(), Rejected> {
        for node in self.select_processes(who)? {
            act(self, node)?;
        }
        Ok(())
    }

    fn each_running(
        &mut self,
        who: &NodeSet,
        cause: EventId,
        act: fn(&mut crate::broker::Broker, &mut crate::effects::Context<'_>),
    ) -> Result<(), Rejected> {
        use crate::observe::ProcessStatus;
        for id in self.select_brokers(who)? {
            if self.status(NodeId::Broker(id)) != ProcessStatus::Running {
                return Err(Rejected::new(format!("broker {id} does not run")));
            }
            self.call(NodeId::Broker(id), cause, |nodes, cx| {
                if let Some(broker) = nodes.brokers.get_mut(&id) {
                    act(broker, cx);
                }
            });
        }
        Ok(())
    }
}
