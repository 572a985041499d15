//! After something has happened in the controllers' quorum.

use epochscope_vocabulary::event::QuorumRole;
use epochscope_vocabulary::{ControllerId, EventId, NodeId, Offset, QuorumEpoch};

use super::Round;
use crate::controller::ControllerNode;
use crate::invariant::checkers::Subject;
use crate::invariant::quorum_log::{ControllerDisks, first_parting, lacks_committed};
use crate::invariant::{Allowance, Invariant};

impl Round<'_> {
    /// A controller has another state in the quorum.
    pub(super) fn quorum_state_changed(
        &mut self,
        node: Option<NodeId>,
        (role, epoch): (QuorumRole, QuorumEpoch),
        cause: EventId,
    ) {
        let (Some(NodeId::Controller(id)), QuorumRole::Leader) = (node, role) else { return };
        let other = self.checkers.quorum.begin_leader(epoch, id);
        let broken = other.map(|other| {
            format!("controllers {other} and {id} both lead the quorum in epoch {epoch}")
        });
        self.judge_quorum(Invariant::OneQuorumLeaderPerEpoch, cause, broken);
        self.check_quorum_leader(cause);
    }

    /// A controller knows more of the metadata log to be committed.
    pub(super) fn metadata_committed(&mut self, node: Option<NodeId>, end: Offset, cause: EventId) {
        let Some(NodeId::Controller(id)) = node else { return };
        let Some(controller) = self.nodes.controllers.get(&id) else { return };
        let log = controller.metadata_log();
        self.checkers.quorum.note_committed(log, end);
        let others = self.nodes.controllers.iter().filter(|(other, _)| **other != id);
        let parted = others.filter_map(|(other, node)| {
            let end = end.min(node.committed_image()?.end_offset());
            Some((*other, first_parting(log, node.metadata_log(), end)?))
        });
        let broken = parted.min_by_key(|(_, at)| *at).map(|(other, at)| {
            format!("controllers {id} and {other} have different committed metadata at offset {at}")
        });
        self.judge_quorum(Invariant::QuorumLogMatch, cause, broken);
        self.check_quorum_leader(cause);
    }

    /// Who leads in the latest epoch has all that is committed.
    fn check_quorum_leader(&mut self, cause: EventId) {
        let leads = |(id, node): (&ControllerId, &ControllerNode)| Some((node.leads()?, *id));
        let latest = self.nodes.controllers.iter().filter_map(leads).max();
        let leader = latest.and_then(|(_, id)| Some((id, self.nodes.controllers.get(&id)?)));
        let committed = self.checkers.quorum.committed;
        let short = leader.filter(|(_, node)| lacks_committed(node.metadata_log(), committed));
        let broken = short.map(|(id, _)| {
            let end = committed.0;
            format!("controller {id} leads the quorum and lacks metadata committed up to {end}")
        });
        self.judge_quorum(Invariant::QuorumCompleteness, cause, broken);
    }

    fn judge_quorum(&mut self, invariant: Invariant, cause: EventId, broken: Option<String>) {
        let Some(text) = broken else {
            return self.checkers.heals(invariant, Subject::default());
        };
        if self.checkers.breaks(invariant, Subject::default()) {
            let allowed: &[Allowance] = match self.checkers.quorum.disks {
                ControllerDisks::Whole => &[],
                ControllerDisks::Lost => &[Allowance::LostControllerDisk],
            };
            self.say(invariant, allowed, text, vec![cause]);
        }
    }
}
