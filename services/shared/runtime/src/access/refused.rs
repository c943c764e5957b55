use std::time::Duration;

use kernel::{Code, Fault};

/// Why a call is not let in. The message never says more than the reason: what is wrong with a token is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No token came with the call.
    #[error("an access token is needed")]
    Missing,
    /// It is not an access token of ours, or not for this service.
    #[error("the access token is not valid here")]
    Invalid,
    /// Its time is over.
    #[error("the access token has expired")]
    Expired,
    /// It was ended before its time.
    #[error("the access token is void")]
    Void,
    /// Whether it is void cannot be known.
    #[error("identity has not been heard lately")]
    FreshnessUnknown,
    /// Its right is not of a kind that the method admits.
    #[error("a right of this kind may not call this method")]
    NotAdmitted,
}

impl Fault for Refused {
    fn code(&self) -> (Code, &'static str) {
        match self {
            Self::Missing => (Code::Unauthenticated, "TOKEN_MISSING"),
            Self::Invalid => (Code::Unauthenticated, "TOKEN_INVALID"),
            Self::Expired => (Code::Unauthenticated, "TOKEN_EXPIRED"),
            Self::Void => (Code::Unauthenticated, "TOKEN_VOID"),
            Self::FreshnessUnknown => (Code::Unavailable, "FRESHNESS_UNKNOWN"),
            Self::NotAdmitted => (Code::PermissionDenied, "CALLER_NOT_ADMITTED"),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::FreshnessUnknown).then_some(Duration::from_secs(1))
    }
}
