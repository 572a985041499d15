//! The calls of an administrator that have come to their ends: what a tool would print of them.
//!
//! Uses: nothing.

use epochscope_vocabulary::rpc::{Request, Response};
use epochscope_vocabulary::{ErrorCode, SimTime};

use super::answer::LastAnswer;

/// More calls than these do not come to their ends at once.
const CALLS_KEPT: usize = 8;

/// A call of an administrator that has come to its end.
#[derive(Clone, Debug)]
pub struct FinishedCall {
    /// What was asked.
    pub request: Request,
    /// The answer, or the error of the last attempt where there is none.
    pub answer: Result<Response, ErrorCode>,
    /// How many attempts failed.
    pub failures: u32,
    /// Until when it had time.
    pub deadline: SimTime,
}

/// The last calls, in order of their ends; none stands for what is no call of a tool.
#[derive(Clone, Debug, Default)]
pub(crate) struct FinishedCalls(Vec<Option<FinishedCall>>);

impl FinishedCalls {
    /// One more: its request if a tool would ask so, its attempts that failed, its deadline.
    pub(super) fn note(
        &mut self,
        asked: Option<Request>,
        answer: &LastAnswer,
        ends: (u32, SimTime),
    ) {
        if self.0.len() == CALLS_KEPT {
            self.0.remove(0);
        }
        let (failures, deadline) = ends;
        self.0.push(asked.map(|request| {
            let answer = match answer {
                LastAnswer::Response(response) => Ok(response.clone()),
                LastAnswer::Lost(error) => Err(*error),
            };
            FinishedCall { request, answer, failures, deadline }
        }));
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Option<FinishedCall>] {
        &self.0
    }
}
