//! Administrative requests that a broker passes on to the active controller.
//!
//! One that does not reach it, or reaches a controller that is no longer active, is sent again once
//! the broker knows whom to ask. Who asked decides for itself how long to wait.
//!
//! A description of topics is the broker's own, but whoever asks for it asks the controller for the
//! reassignments under way as well: without a controller there is none.
//!
//! Source: Kafka `ForwardingManager`, `NodeToControllerChannelManager`; KIP-590. `TopicCommand`
//! for descriptions.
//! Simplified: the five requests of `kafka-topics.sh --describe` are one, passed on at its end.
//! Uses: `effects`.

use std::sync::Arc;

use epochscope_vocabulary::rpc::{Request, Response};
use epochscope_vocabulary::{ErrorCode, RequestId, SimDuration};

use super::Running;
use super::config::BrokerConfig;
use crate::effects::{Channel, Context, Timer};

/// How often a broker looks whether it knows the controller (`NodeToControllerRequestThread`).
pub const CONTROLLER_POLL: SimDuration = SimDuration::from_ms(100);

/// A request to be passed on.
#[derive(Clone, Debug)]
pub struct Forwarded {
    /// The request to answer.
    pub asked: RequestId,
    /// What to pass on.
    pub request: Request,
}

impl Running {
    /// Passes a request on (Envelope).
    pub(super) fn forward(
        &mut self,
        cx: &mut Context<'_>,
        config: &BrokerConfig,
        forwarded: Forwarded,
    ) {
        let Some(controller) = self.raft.leader() else {
            return self.forward_later(cx, forwarded);
        };
        let timeout = config.controller_socket_timeout;
        let request = forwarded.request.clone();
        let sent = cx.fx.send(controller.into(), Channel::Forwarding, request, timeout);
        self.forwarded.insert(sent, forwarded);
    }

    /// Keeps it for later.
    pub(super) fn forward_later(&mut self, cx: &mut Context<'_>, forwarded: Forwarded) {
        self.unsent.push(forwarded);
        cx.fx.set_timer(Timer::Forward, CONTROLLER_POLL);
    }

    /// Tries all of them again.
    pub(super) fn forward_again(&mut self, cx: &mut Context<'_>, config: &BrokerConfig) {
        for forwarded in std::mem::take(&mut self.unsent) {
            self.forward(cx, config, forwarded);
        }
    }

    /// The controller has answered, if it is one.
    pub(super) fn on_forwarded(
        &mut self,
        cx: &mut Context<'_>,
        forwarded: Forwarded,
        response: &Response,
    ) {
        if response.error() == ErrorCode::NotController {
            self.forward_later(cx, forwarded);
        } else if let Request::DescribeTopicPartitions(body) = &forwarded.request {
            let answer = self.replicas.describe(cx, body);
            cx.fx.respond(forwarded.asked, Response::DescribeTopicPartitions(Arc::new(answer)));
        } else {
            cx.fx.respond(forwarded.asked, response.clone());
        }
    }
}
