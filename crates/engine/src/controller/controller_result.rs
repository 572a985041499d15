//! What an operation of the controller comes to: records to write, and an answer.
//!
//! Source: Kafka `ControllerResult`.
//! Uses: nothing.

use std::sync::Arc;

use epochscope_vocabulary::ErrorCode;
use epochscope_vocabulary::metadata_record::MetadataRecord;

/// Records and an answer. The state changes only when the records are replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerResult<T> {
    /// The records, to be written together.
    pub records: Vec<MetadataRecord>,
    /// The answer, to be given once they are committed.
    pub reply: T,
}

/// Why an operation writes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationError {
    /// It is refused.
    Refused(ErrorCode, Arc<str>),
    /// The controller's own state contradicts itself: it renounces
    /// (`QuorumController.handleEventException`).
    Fault(&'static str),
}

impl OperationError {
    /// The code that answers the request.
    #[must_use]
    pub const fn error_code(&self) -> ErrorCode {
        match self {
            Self::Refused(error, _) => *error,
            Self::Fault(_) => ErrorCode::UnknownServerError,
        }
    }

    /// Why.
    #[must_use]
    pub fn message(&self) -> Arc<str> {
        match self {
            Self::Refused(_, message) => message.clone(),
            Self::Fault(what) => (*what).into(),
        }
    }
}

/// A refusal without more words than its code's.
impl From<ErrorCode> for OperationError {
    fn from(error: ErrorCode) -> Self {
        Self::Refused(error, error.name().into())
    }
}

/// A refusal in Kafka's words.
pub(crate) fn refused<T>(error: ErrorCode, message: String) -> Result<T, OperationError> {
    Err(OperationError::Refused(error, message.into()))
}
