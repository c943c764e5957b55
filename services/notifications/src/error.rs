use kernel::{Code, Fault, Violation, Violations};
use tonic::Status;

use crate::domain::MessageId;

/// Why notifications refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such mail, or not the caller's.
    #[error("no mail {0} that you may see here")]
    MessageNotFound(MessageId),
    /// The right is over the right thing and does not go far enough.
    #[error("only an administrator of the collectivité may see its mails")]
    RoleTooLow,
    /// It is still on its way, or arrived.
    #[error("it is still on its way, or was delivered")]
    NotEnded,
    /// What it says is no longer so.
    #[error("what it says is no longer so")]
    Outdated,
    /// The address has had as many as a day allows.
    #[error("this address has had as many mails as a day allows")]
    TooMany,
    /// Who knows whether the mail is still good does not answer.
    #[error("{0} does not answer")]
    NeighbourAway(String),
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Violations),
    /// The `request_id` came before with another body.
    #[error(transparent)]
    Reused(#[from] events::answers::ReusedRequestId),
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
            Self::MessageNotFound(_) => (Code::NotFound, "MESSAGE_NOT_FOUND"),
            Self::RoleTooLow => (Code::PermissionDenied, "ROLE_TOO_LOW"),
            Self::NotEnded => (Code::FailedPrecondition, "MESSAGE_NOT_ENDED"),
            Self::Outdated => (Code::FailedPrecondition, "MESSAGE_OUTDATED"),
            Self::TooMany => (Code::ResourceExhausted, "TOO_MANY_MESSAGES"),
            Self::NeighbourAway(_) => (Code::Unavailable, "NEIGHBOUR_AWAY"),
            Self::Invalid(_) => (Code::InvalidArgument, "INVALID_REQUEST"),
            Self::Reused(_) => (Code::InvalidArgument, "REQUEST_ID_REUSED"),
            Self::Away(_) => (Code::Unavailable, "DATABASE_AWAY"),
            Self::Database(_) => (Code::Internal, "INTERNAL"),
        }
    }

    fn violations(&self) -> &[Violation] {
        if let Self::Invalid(violations) = self { &violations.0 } else { &[] }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Away(_) | Self::NeighbourAway(_) => Some(std::time::Duration::from_secs(5)),
            Self::TooMany => Some(std::time::Duration::from_hours(1)),
            _ => None,
        }
    }

    fn french(&self) -> Option<String> {
        let words = match self {
            Self::RoleTooLow => "Seul un administrateur de la collectivité peut voir ses courriels.",
            Self::NotEnded => "Ce courriel est encore en route, ou il est arrivé.",
            Self::Outdated => "Ce que dit ce courriel n'est plus vrai, ou son lien ne sert plus. Faites une nouvelle demande.",
            Self::TooMany => "Cette adresse a reçu trop de courriels aujourd'hui. Réessayez demain.",
            Self::Away(_) | Self::NeighbourAway(_) => "Le service ne répond pas. Réessayez dans une minute.",
            _ => return None,
        };
        Some(words.to_owned())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if database::is_away(&error) { Self::Away(error) } else { Self::Database(error) }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        runtime::status(&error)
    }
}
