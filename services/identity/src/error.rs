pub mod accounts;
pub mod teams;

use std::time::Duration;

use kernel::{ClientId, Code, CollectiviteId, Fault, Violation, Violations};
use tonic::Status;

use crate::{
    domain::{assertion::Flaw, client::Refusal, flow},
    store,
};

/// Why identity refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The assertion proves nothing; the flaw is for the journal.
    #[error("the assertion is refused")]
    Assertion(Flaw),
    /// It was used before.
    #[error("the assertion was used before: make a new one for each request")]
    Replayed,
    /// The client does not hold the right, or has to name one.
    #[error("the client does not hold this right, or holds several and named none")]
    Scope,
    /// The client is not registered for a service it named.
    #[error("the client is not registered for one of these services")]
    Target,
    /// Too often in a minute.
    #[error("too many attempts: wait a minute")]
    TooManyAttempts,
    /// No such client.
    #[error("no client {0}")]
    ClientNotFound(ClientId),
    /// There is one of that id.
    #[error("there is a client of that id")]
    ClientExists,
    /// The key is another client's.
    #[error("the key is used already: make a new one")]
    KeyTaken,
    /// It changed since the caller read it.
    #[error("it changed since it was read")]
    Stale,
    /// The rules forbid it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An act of a person is refused.
    #[error(transparent)]
    Person(#[from] accounts::Refused),
    /// An act about a team is refused.
    #[error(transparent)]
    Team(#[from] teams::Refused),
    /// No such collectivité.
    #[error("no collectivité {0}")]
    CollectiviteNotFound(CollectiviteId),
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Violations),
    /// The `request_id` came before with another body.
    #[error(transparent)]
    Reused(#[from] events::answers::ReusedRequestId),
    /// No key signs now.
    #[error("no key signs now")]
    NoKey,
    /// A token cannot be signed.
    #[error("a token cannot be signed")]
    Signing(#[from] jsonwebtoken::errors::Error),
    /// A password was not hashed: its thread ended.
    #[error("a password was not hashed")]
    Hashing(#[source] anyhow::Error),
    /// A kept password is no hash of ours.
    #[error("a kept password is no hash of ours")]
    PasswordHash,
    /// A kept second factor is none.
    #[error("a kept second factor is none")]
    Authenticator,
    /// A passkey cannot be asked, or what is kept of one cannot be read.
    #[error("a passkey cannot be used: {0}")]
    Passkey(String),
    /// A kept draft cannot be read.
    #[error("a kept draft cannot be read")]
    Draft,
    /// What was sealed cannot be opened.
    #[error("a sealed secret cannot be used")]
    Seal(#[from] crate::seal::Broken),
    /// The database is away.
    #[error("the database does not answer")]
    Away(#[source] sqlx::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
}

impl Fault for Error {
    fn code(&self) -> (Code, &'static str) {
        match self {
            Self::Assertion(_) => (Code::Unauthenticated, "ASSERTION_REFUSED"),
            Self::Replayed => (Code::Unauthenticated, "ASSERTION_REPLAYED"),
            Self::Scope => (Code::InvalidArgument, "INVALID_SCOPE"),
            Self::Target => (Code::InvalidArgument, "INVALID_TARGET"),
            Self::TooManyAttempts => (Code::ResourceExhausted, "TOO_MANY_ATTEMPTS"),
            Self::ClientNotFound(_) => (Code::NotFound, "CLIENT_NOT_FOUND"),
            Self::ClientExists => (Code::AlreadyExists, "CLIENT_EXISTS"),
            Self::KeyTaken => (Code::AlreadyExists, "KEY_TAKEN"),
            Self::Stale => (Code::Aborted, "STALE_ETAG"),
            Self::Refused(Refusal::TooManyKeys) => (Code::FailedPrecondition, "TOO_MANY_KEYS"),
            Self::Refused(Refusal::KeyNotFound) => (Code::NotFound, "KEY_NOT_FOUND"),
            Self::Refused(Refusal::LastKey) => (Code::FailedPrecondition, "LAST_KEY"),
            Self::Refused(Refusal::Disabled) => (Code::FailedPrecondition, "CLIENT_DISABLED"),
            Self::Refused(Refusal::RightAboveCaller) => (Code::PermissionDenied, "RIGHT_ABOVE_CALLER"),
            Self::Refused(Refusal::RoleTooLow) => (Code::PermissionDenied, "ROLE_TOO_LOW"),
            Self::Person(refused) => refused.code(),
            Self::Team(refused) => refused.code(),
            Self::CollectiviteNotFound(_) => (Code::NotFound, "COLLECTIVITE_NOT_FOUND"),
            Self::Invalid(_) => (Code::InvalidArgument, "INVALID_REQUEST"),
            Self::Reused(reused) => reused.code(),
            Self::NoKey => (Code::Unavailable, "NO_SIGNING_KEY"),
            Self::Away(_) => (Code::Unavailable, "DATABASE_AWAY"),
            Self::Signing(_)
            | Self::Hashing(_)
            | Self::PasswordHash
            | Self::Authenticator
            | Self::Passkey(_)
            | Self::Draft
            | Self::Seal(_)
            | Self::Database(_) => (Code::Internal, "INTERNAL"),
        }
    }

    fn violations(&self) -> &[Violation] {
        if let Self::Invalid(violations) = self { &violations.0 } else { &[] }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Person(refused) => refused.retry_after(),
            Self::TooManyAttempts => Some(Duration::from_secs(60)),
            Self::Away(_) | Self::NoKey => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}

impl From<flow::Refusal> for Error {
    fn from(refusal: flow::Refusal) -> Self {
        Self::Person(match refusal {
            flow::Refusal::Ended => accounts::Refused::FlowEnded,
            flow::Refusal::StepWrong => accounts::Refused::FlowStepWrong,
        })
    }
}

impl Error {
    /// One field is wrong; the description begins with a reason that a page may match on.
    #[must_use]
    pub fn field(field: &str, description: &str) -> Self {
        Self::Invalid(Violations(vec![Violation { field: field.to_owned(), description: description.to_owned() }]))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match database::violated(&error) {
            Some(store::teams::LIVE) => Self::Team(teams::Refused::AlreadyMember),
            Some(store::requests::OPEN) => Self::Team(teams::Refused::AlreadyAsked),
            Some("clients_pkey") => Self::ClientExists,
            Some("client_keys_kid_key" | "client_keys_pkey") => Self::KeyTaken,
            // Somebody was faster to prove the same address.
            Some(store::accounts::TAKEN) => Self::Person(accounts::Refused::FlowEnded),
            _ if database::is_away(&error) || database::is_deadlock(&error) => Self::Away(error),
            _ => Self::Database(error),
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        runtime::status(&error)
    }
}
