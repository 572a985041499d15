//! Every kind of event: what happened, to whom, with what numbers.
//!
//! Uses: `topic`, `macros`.

use std::sync::Arc;

use super::macros::event_kinds;
use super::{Excuse, IsrChange, Leadership, QuorumRole, Topic};
use crate::error_code::ErrorCode;
use crate::ids::{BrokerId, ClientId, ControllerId, NodeId, RequestId, TopicPartition, ValueId};
use crate::metadata_record::MetadataRecord;
use crate::position::{LeaderEpoch, Offset, OffsetAndEpoch, QuorumEpoch};
use crate::rpc::{Acks, ApiKey, VoteKind};
use crate::time::SimTime;

event_kinds! {
    /// Somebody gave an order.
    CommandGiven {
        /// The order as a line of the language.
        text: Arc<str>,
    } Process "command";
    /// A process died at once.
    Killed {} Process "killed";
    /// A process ended after its controlled shutdown.
    Stopped {} Process "stopped";
    /// A process was told to stop and asks the controller for leave.
    ShuttingDown {} Process "shutting-down";
    /// A process runs.
    Started {} Process "started";
    /// A process stands still; its sockets stay open.
    Paused {} Process "paused";
    /// A process goes on.
    Resumed {} Process "resumed";
    /// A disk was emptied.
    Wiped {
        /// Only this log directory of it.
        dir: Option<Arc<str>>,
    } Process "wiped";
    /// A log directory stopped working.
    DirectoryFailed { #[doc = "Its path."] dir: Arc<str>, } Process "directory-failed";
    /// A log directory works again, from the next start of its broker on.
    DirectoryRepaired { #[doc = "Its path."] dir: Arc<str>, } Process "directory-repaired";
    /// A log lost its tail with its process.
    TailLost {
        /// Whose log.
        partition: TopicPartition,
        /// Its end before.
        from: Offset,
        /// Its end after.
        to: Offset,
        /// The records that are gone from it.
        values: Arc<[ValueId]>,
    } Truncation "tail-lost";
    /// A broker ended itself.
    Halted {
        /// Why.
        error: ErrorCode,
    } Process "halted";

    /// A link or node fault began.
    FaultBegan {
        /// The fault as a line of the language.
        text: Arc<str>,
    } Network "fault";
    /// Link or node faults ended.
    Healed {
        /// What ended, as a line of the language.
        text: Arc<str>,
    } Network "healed";
    /// A hold keeps a message back.
    Held { request: RequestId, api_key: ApiKey, from: NodeId } Network "held";
    /// A held message was let through.
    Released { request: RequestId, api_key: ApiKey, from: NodeId } Network "released";
    /// A message was thrown away: by hand, or because its receiver is gone.
    Discarded { request: RequestId, api_key: ApiKey, from: NodeId } Network "discarded";
    /// A request's sender gave up waiting and closed the connection.
    RequestTimedOut {
        /// The request.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Who did not answer.
        to: NodeId,
    } Network "request-timed-out";
    /// A connection broke under a request.
    Disconnected {
        /// The request.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// The other end.
        to: NodeId,
    } Network "disconnected";
    /// A request left its sender.
    RequestSent {
        /// The request.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Its receiver.
        to: NodeId,
    } Rpc "request-sent";
    /// A response left.
    ResponseSent {
        /// The request that it answers.
        request: RequestId,
        /// Its kind.
        api_key: ApiKey,
        /// Its receiver.
        to: NodeId,
    } Rpc "response-sent";

    /// The controller has not heard from a broker for its session time-out.
    SessionExpired {
        /// The broker.
        broker: BrokerId,
        /// When it was last heard from.
        last_contact: SimTime,
    } Metadata "session-expired";
    /// The controller refused a registration.
    RegistrationRefused {
        /// The broker.
        broker: BrokerId,
        /// Why.
        error: ErrorCode,
    } Metadata "registration-refused";
    /// The active controller wrote a record; it is not committed yet.
    RecordAppended {
        /// Where.
        offset: Offset,
        /// What.
        record: Arc<MetadataRecord>,
    } Metadata "record-appended";
    /// A majority of the controllers has the metadata log up to here.
    MetadataCommitted {
        /// The metadata log's high watermark.
        high_watermark: Offset,
    } MetadataLog "metadata-committed";
    /// A broker replayed metadata.
    MetadataApplied {
        /// The last offset it had applied before, exclusive end.
        from: Offset,
        /// And now, exclusive end.
        to: Offset,
    } MetadataLog "metadata-applied";

    /// A controller's state in the quorum is another: its role, in which epoch, and who leads that
    /// epoch as far as it knows.
    QuorumStateChanged { role: QuorumRole, epoch: QuorumEpoch, leader: Option<ControllerId> }
        Quorum "quorum-state";
    /// A controller gave its vote, or would if it is a pre-vote.
    VoteGranted { nominee: ControllerId, epoch: QuorumEpoch, kind: VoteKind }
        Quorum "vote-granted";
    /// A controller refused its vote.
    VoteRefused { nominee: ControllerId, epoch: QuorumEpoch, kind: VoteKind }
        Quorum "vote-refused";
    /// A controller cut its copy of the metadata log.
    MetadataTruncated { from: Offset, to: Offset } Quorum "metadata-truncated";
    /// The quorum's leader knows all that is committed and begins to decide.
    ControllerClaimed { epoch: QuorumEpoch } Quorum "controller-claimed";
    /// A controller decides no longer; what it had not committed is undone.
    ControllerRenounced { epoch: QuorumEpoch } Quorum "controller-renounced";

    /// A broker began to lead.
    BecameLeader {
        partition: TopicPartition,
        /// The epoch.
        leader_epoch: LeaderEpoch,
        /// Where the epoch starts in its log.
        start_offset: Offset,
    } Leadership "became-leader";
    /// A broker began to follow.
    BecameFollower {
        partition: TopicPartition,
        /// The epoch.
        leader_epoch: LeaderEpoch,
        /// Whom; none while there is no leader.
        leader: Option<BrokerId>,
    } Leadership "became-follower";
    /// A broker deleted its replica.
    ReplicaDeleted {
        partition: TopicPartition,
    } Leadership "replica-deleted";

    /// A broker stopped serving a replica: its log directory has failed.
    ReplicaOffline {
        partition: TopicPartition,
    } Leadership "replica-offline";

    /// A leader asks for another ISR.
    IsrProposed {
        partition: TopicPartition,
        /// Bigger or smaller.
        change: IsrChange,
        /// The ISR it wants.
        isr: Arc<[BrokerId]>,
        /// The replicas that come or go.
        replicas: Arc<[BrokerId]>,
    } Isr "isr-proposed";
    /// A leader holds another ISR.
    IsrChanged {
        partition: TopicPartition,
        /// The ISR.
        isr: Arc<[BrokerId]>,
    } Isr "isr-changed";
    /// The controller refused an ISR.
    IsrRefused {
        partition: TopicPartition,
        /// Why.
        error: ErrorCode,
    } Isr "isr-refused";

    /// A leader wrote records.
    Appended {
        partition: TopicPartition,
        /// The first record's offset.
        offset: Offset,
        /// The leader's epoch.
        leader_epoch: LeaderEpoch,
        values: Arc<[ValueId]>,
        /// Whether the controller knows this leader.
        leadership: Leadership,
    } Append "appended";
    /// A follower wrote what it fetched.
    Replicated {
        partition: TopicPartition,
        /// The first record's offset.
        offset: Offset,
        values: Arc<[ValueId]>,
        /// From whom.
        leader: BrokerId,
    } Append "replicated";
    /// A leader found a batch in its memory and did not write it again.
    DuplicateAnswered {
        partition: TopicPartition,
        /// The offset it has already.
        offset: Offset,
        values: Arc<[ValueId]>,
    } Append "duplicate-answered";
    /// A produce waits for the high watermark.
    ProduceDelayed {
        partition: TopicPartition,
        /// The high watermark that it needs.
        required: Offset,
        /// The request.
        request: RequestId,
    } Append "produce-delayed";
    /// A leader moved the high watermark.
    HighWatermarkAdvanced {
        partition: TopicPartition,
        /// Before.
        from: Offset,
        /// After.
        to: Offset,
        /// Whom it counted.
        isr: Arc<[BrokerId]>,
    } HighWatermark "high-watermark";
    /// A follower learned another high watermark.
    FollowerHighWatermark {
        partition: TopicPartition,
        /// Before.
        from: Offset,
        /// After.
        to: Offset,
    } HighWatermark "follower-high-watermark";
    /// A broker wrote its high-watermark checkpoint.
    Checkpointed {} Disk "checkpointed";
    /// A broker flushed its logs to disk.
    Flushed {} Disk "flushed";
    /// A leader told a follower where their logs part.
    Diverged {
        partition: TopicPartition,
        /// The follower.
        follower: BrokerId,
        /// The end of its log.
        fetch_offset: Offset,
        /// The epoch of its last record.
        last_fetched_epoch: LeaderEpoch,
        /// Where that epoch ends for the leader.
        end: OffsetAndEpoch,
    } Truncation "diverging-epoch";
    /// A follower cut its log.
    Truncated {
        partition: TopicPartition,
        /// Its end before.
        from: Offset,
        /// Its end after.
        to: Offset,
        /// The records cut off.
        values: Arc<[ValueId]>,
    } Truncation "truncated";

    /// A replica gave up the beginning of its log, as somebody asked.
    RecordsDeleted {
        partition: TopicPartition, values: Arc<[ValueId]>,
        #[doc = "Its start before."] from: Offset, #[doc = "And after."] to: Offset,
    } Truncation "records-deleted";

    /// A producer sent a batch.
    ProduceSent {
        partition: TopicPartition,
        /// To whom.
        to: BrokerId,
        values: Arc<[ValueId]>,
        /// Whose word it waits for.
        acks: Acks,
        /// How often it was sent before.
        attempt: u32,
    } Ack "produce-sent";
    /// A producer was told that its records are written.
    Acknowledged {
        partition: TopicPartition,
        /// The first record's offset; unknown with acks=0.
        offset: Option<Offset>,
        values: Arc<[ValueId]>,
    } Ack "acknowledged";
    /// A producer was refused and will try again.
    ProduceRetried {
        partition: TopicPartition,
        /// Why it was refused.
        error: ErrorCode,
        values: Arc<[ValueId]>,
    } Ack "retried";
    /// A producer gave records up.
    ProduceFailed {
        /// The partition, if one was chosen.
        partition: Option<TopicPartition>,
        /// What it tells its user.
        error: ErrorCode,
        values: Arc<[ValueId]>,
    } Ack "failed";
    /// A client learned who leads.
    ClientMetadata {
        partition: TopicPartition,
        /// The leader.
        leader: Option<BrokerId>,
        /// Its epoch.
        leader_epoch: LeaderEpoch,
    } Read "client-metadata";
    /// A consumer read records.
    Consumed {
        partition: TopicPartition,
        /// The first record's offset.
        offset: Offset,
        values: Arc<[ValueId]>,
        /// From whom.
        from: BrokerId,
    } Read "read";
    /// A consumer's fetch was refused.
    FetchRefused {
        partition: TopicPartition,
        /// Why.
        error: ErrorCode,
        /// By whom.
        from: BrokerId,
    } Read "fetch-refused";
    /// A consumer's position was moved by its reset policy or by a seek.
    PositionReset {
        partition: TopicPartition,
        /// To where.
        offset: Offset,
    } Read "position-reset";
    /// A consumer found that the log it has read was truncated.
    LogTruncationDetected {
        partition: TopicPartition,
        /// Where it stood.
        position: Offset,
        /// Where the logs part.
        end: Offset,
    } Read "log-truncation-detected";

    /// An administrator, or `raw`, got an answer.
    Answered {
        /// Who got it.
        client: ClientId,
        /// Kind of the request.
        api_key: ApiKey,
        /// What it says.
        error: ErrorCode,
        /// The answer in full, as text.
        text: Arc<str>,
    } Admin "answered";

    /// A property of replication does not hold.
    InvariantViolated {
        /// The property's name.
        name: &'static str,
        /// Whether this set-up promises it.
        excuse: Excuse,
        /// What exactly.
        text: Arc<str>,
    } Invariant "violated";
    /// A step of the script could not be obeyed and was left out.
    StepSkipped {
        /// The step as a line of the language.
        text: Arc<str>,
        /// Why.
        reason: Arc<str>,
    } Process "step-skipped";
}
