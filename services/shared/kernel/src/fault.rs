use std::time::Duration;

use crate::fields::Violation;

/// What an error means to a caller: the canonical codes of gRPC that the Atlas uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The request is malformed.
    InvalidArgument,
    /// No one is signed in, or no longer.
    Unauthenticated,
    /// The caller may see it and may not do it.
    PermissionDenied,
    /// It does not exist, or may not be seen.
    NotFound,
    /// The rules forbid it now.
    FailedPrecondition,
    /// Someone was faster.
    Aborted,
    /// It is there already.
    AlreadyExists,
    /// Too much, too often.
    ResourceExhausted,
    /// The place to read on from is gone.
    OutOfRange,
    /// A part is away.
    Unavailable,
    /// It took too long.
    DeadlineExceeded,
    /// Our fault.
    Internal,
}

/// An error that knows what it means to a caller. Implemented once per service.
pub trait Fault: std::error::Error + 'static {
    /// The canonical code, and the reason (UPPER_SNAKE, public) that callers may match on.
    fn code(&self) -> (Code, &'static str);

    /// What is wrong field by field; none unless the request is malformed.
    fn violations(&self) -> &[Violation] {
        &[]
    }

    /// What else there is to know, by name, for `google.rpc.ErrorInfo`: the id of what is there already.
    fn metadata(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// When to try again, for what passes.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// What a French reader may be told; none when the reason says enough.
    fn french(&self) -> Option<String> {
        None
    }
}
