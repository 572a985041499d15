//! `PartitionLeaderElectionAlgorithms` and `Election`, of the ZooKeeper controller.

use epochscope_engine::zookeeper::election::{
    ElectionResult, LeaderRecovery, UncleanElection, leader_for_controlled_shutdown,
    leader_for_offline, leader_for_preferred_replica, leader_for_reassign,
};
use epochscope_vocabulary::rpc::LeaderAndIsr;
use epochscope_vocabulary::{BrokerId, LeaderEpoch, PartitionEpoch};
use serde_json::{Value, json};

use super::answers::{ids, leader_id, recovery_name};
use super::case::Case;
use super::fields::{Fields, Read, brokers, flag, leader, number, recovery_state, text, unknown};

pub(super) fn answer(case: &Case) -> Read<Value> {
    case.ask(|input| {
        let strategy = input.get("strategy", text)?;
        let assignment = input.get("assignment", brokers)?;
        let state = state(input)?;
        let live_or_shutting_down = input.get("live", brokers)?;
        let shutting_down = input.get("shutting_down", brokers)?;
        let is_live = |broker: &BrokerId| !shutting_down.contains(broker);
        let live: Vec<BrokerId> = live_or_shutting_down.iter().copied().filter(is_live).collect();
        Ok(told(&match strategy {
            "offline" => {
                let unclean = unclean(input)?;
                leader_for_offline(&assignment, &state, &live, unclean)
            }
            "reassign" => {
                let target = input.get("reassignment_target", brokers)?;
                leader_for_reassign(&target, &state, &live)
            }
            "preferred" => leader_for_preferred_replica(&assignment, &state, &live),
            "controlled_shutdown" => leader_for_controlled_shutdown(
                &assignment,
                &state,
                &live_or_shutting_down,
                &shutting_down,
            ),
            other => {
                let known = ["offline", "reassign", "preferred", "controlled_shutdown"];
                return Err(unknown(other, &known).within("strategy"));
            }
        }))
    })
}

fn state(input: &mut Fields<'_>) -> Read<LeaderAndIsr> {
    Ok(LeaderAndIsr {
        leader: input.get("leader", leader)?,
        leader_epoch: LeaderEpoch(input.get("leader_epoch", number)?),
        isr: input.get("isr", brokers)?,
        leader_recovery_state: input.get("leader_recovery_state", recovery_state)?,
        partition_epoch: PartitionEpoch(input.get("partition_epoch", number)?),
    })
}

fn unclean(input: &mut Fields<'_>) -> Read<UncleanElection> {
    let allowed = input.get("unclean_allowed", flag)?;
    let tracked = input.get("leader_recovery_supported", flag)?;
    let recovery = if tracked { LeaderRecovery::Tracked } else { LeaderRecovery::Untracked };
    Ok(if allowed { UncleanElection::Allowed(recovery) } else { UncleanElection::Forbidden })
}

fn told(result: &ElectionResult) -> Value {
    let elected = result.leader_and_isr.as_ref();
    json!({
        "leader": elected.and_then(|state| state.leader).map(|leader| leader.0),
        "new_leader_and_isr": elected.map(|state| json!({
            "leader": leader_id(state.leader),
            "leader_epoch": state.leader_epoch.0,
            "isr": ids(&state.isr),
            "leader_recovery_state": recovery_name(state.leader_recovery_state),
            "partition_epoch": state.partition_epoch.0,
        })),
        "live_replicas": ids(&result.live_replicas),
        "unclean_counted": result.is_unclean(),
    })
}
