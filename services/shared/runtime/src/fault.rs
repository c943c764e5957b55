use std::{collections::HashMap, time::Duration};

use kernel::{Code, Fault, Violations};
use tonic::Status;
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

/// The domain of our reasons in `google.rpc.ErrorInfo`.
pub const DOMAIN: &str = "atlas";

/// Turns an error into a status: the only place that does, and that logs it, once, with its causes.
#[must_use]
pub fn status(fault: &impl Fault) -> Status {
    let (code, reason) = fault.code();
    let message = match code {
        Code::Internal => {
            tracing::error!(reason, error = fault as &dyn std::error::Error, "request failed");
            "internal error".to_owned()
        }
        Code::Unavailable => {
            tracing::warn!(reason, error = fault as &dyn std::error::Error, "request failed");
            fault.to_string()
        }
        _ => fault.to_string(),
    };
    let mut details = details(reason, fault.metadata(), fault.retry_after());
    for violation in fault.violations() {
        details.add_bad_request_violation(&violation.field, &violation.description);
    }
    if let Some(french) = fault.french() {
        details.set_localized_message("fr", french);
    }
    Status::with_error_details(wire(code), message, details)
}

/// Refuses a malformed request, naming everything that is wrong with it.
#[must_use]
pub fn refuse(violations: &Violations) -> Status {
    let fields: Vec<_> = violations.0.iter().map(|v| FieldViolation::new(&v.field, &v.description)).collect();
    let mut details = details("INVALID_REQUEST", Vec::new(), None);
    details.set_bad_request(fields);
    Status::with_error_details(tonic::Code::InvalidArgument, violations.to_string(), details)
}

/// The reason that a status of ours carries; callers match on it and never on the message.
#[must_use]
pub fn reason(status: &Status) -> Option<String> {
    status.get_details_error_info().map(|info| info.reason)
}

fn details(reason: &str, metadata: Vec<(&'static str, String)>, retry_after: Option<Duration>) -> ErrorDetails {
    let metadata: HashMap<String, String> = metadata.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
    if retry_after.is_some() {
        details.set_retry_info(retry_after);
    }
    details
}

const fn wire(code: Code) -> tonic::Code {
    match code {
        Code::InvalidArgument => tonic::Code::InvalidArgument,
        Code::Unauthenticated => tonic::Code::Unauthenticated,
        Code::PermissionDenied => tonic::Code::PermissionDenied,
        Code::NotFound => tonic::Code::NotFound,
        Code::FailedPrecondition => tonic::Code::FailedPrecondition,
        Code::Aborted => tonic::Code::Aborted,
        Code::AlreadyExists => tonic::Code::AlreadyExists,
        Code::ResourceExhausted => tonic::Code::ResourceExhausted,
        Code::OutOfRange => tonic::Code::OutOfRange,
        Code::Unavailable => tonic::Code::Unavailable,
        Code::DeadlineExceeded => tonic::Code::DeadlineExceeded,
        Code::Internal => tonic::Code::Internal,
    }
}
