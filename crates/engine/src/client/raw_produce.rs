//! What a raw produce tells of its records: that they were sent, and that they are written.
//!
//! So a record sent by hand has a fate like any other. Its refusal needs no event of its own: the
//! answer is the sender's result.
//!
//! Uses: `effects`.

use epochscope_vocabulary::event::EventKind;
use epochscope_vocabulary::rpc::{Acks, ProduceRequest, Request, Response};
use epochscope_vocabulary::rule::RuleId;
use epochscope_vocabulary::{BrokerId, ErrorCode};

use crate::effects::Context;

/// Says what is sent; the request is due to that.
pub(super) fn say_sent(cx: &mut Context<'_>, to: BrokerId, request: &Request) {
    let Some(produce) = as_produce(request) else { return };
    for batch in &produce.batches {
        let kind = EventKind::ProduceSent {
            partition: batch.partition,
            to,
            values: batch.values.clone(),
            acks: produce.acks,
            attempt: 0,
        };
        let event = cx.fx.record(RuleId::Command, kind);
        cx.fx.because(event);
    }
}

/// Says what an answer acknowledges.
pub(super) fn say_acknowledged(cx: &mut Context<'_>, request: &Request, response: &Response) {
    let (Some(produce), Response::Produce(answer)) = (as_produce(request), response) else {
        return;
    };
    let rule = match produce.acks {
        Acks::None => RuleId::Transport,
        Acks::Leader => RuleId::AckLeader,
        Acks::All => RuleId::AckAll,
    };
    for batch in &produce.batches {
        let written = answer
            .partitions
            .iter()
            .find(|one| one.partition == batch.partition && one.error == ErrorCode::None);
        if let Some(written) = written {
            let kind = EventKind::Acknowledged {
                partition: batch.partition,
                offset: written.base_offset,
                values: batch.values.clone(),
            };
            cx.fx.record(rule, kind);
        }
    }
}

fn as_produce(request: &Request) -> Option<&ProduceRequest> {
    if let Request::Produce(produce) = request { Some(produce) } else { None }
}
