use events::feed::FeedError;
use kernel::{Code, CollectiviteId, Fault, Violation, Violations};
use tonic::Status;

use crate::{
    domain::{ContactId, NetworkId, Refusal},
    store,
};

/// Why directory refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such collectivité, or not the caller's.
    #[error("no collectivité {0} that you may use here")]
    CollectiviteNotFound(CollectiviteId),
    /// No such contact, or not the caller's.
    #[error("no contact {0} that you may use here")]
    ContactNotFound(ContactId),
    /// No such network.
    #[error("no network {0}")]
    NetworkNotFound(NetworkId),
    /// Nobody is behind a reference, or the caller may not know who is.
    #[error("nobody can be written to there")]
    RecipientNotFound,
    /// One of the networks that were named.
    #[error("one of the networks does not exist")]
    UnknownNetwork,
    /// The right is over the right thing and does not go far enough.
    #[error("your role may read this and not change it")]
    RoleTooLow,
    /// It changed since the caller read it.
    #[error("it changed since it was read")]
    Stale,
    /// There is a network of that name.
    #[error("there is a network of that name")]
    NetworkNameTaken,
    /// The rules forbid it now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Violations),
    /// The `request_id` came before with another body.
    #[error(transparent)]
    Reused(#[from] events::answers::ReusedRequestId),
    /// The change feed ended.
    #[error("the change feed ended")]
    Feed(#[source] FeedError),
    /// Too many exports at once.
    #[error("four exports run already: try again in a few seconds")]
    TooManyExports,
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
            Self::CollectiviteNotFound(_) => (Code::NotFound, "COLLECTIVITE_NOT_FOUND"),
            Self::ContactNotFound(_) => (Code::NotFound, "CONTACT_NOT_FOUND"),
            Self::NetworkNotFound(_) | Self::UnknownNetwork => (Code::NotFound, "NETWORK_NOT_FOUND"),
            Self::RecipientNotFound => (Code::NotFound, "RECIPIENT_NOT_FOUND"),
            Self::RoleTooLow => (Code::PermissionDenied, "ROLE_TOO_LOW"),
            Self::Stale => (Code::Aborted, "STALE_ETAG"),
            Self::NetworkNameTaken => (Code::AlreadyExists, "NETWORK_NAME_TAKEN"),
            Self::Refused(Refusal::AlreadyEnded) => (Code::FailedPrecondition, "ALREADY_ENDED"),
            Self::Refused(Refusal::SuccessionCycle) => (Code::FailedPrecondition, "SUCCESSION_CYCLE"),
            Self::Refused(Refusal::TooManyContacts) => (Code::FailedPrecondition, "TOO_MANY_CONTACTS"),
            Self::Invalid(_) => (Code::InvalidArgument, "INVALID_REQUEST"),
            Self::Reused(_) => (Code::InvalidArgument, "REQUEST_ID_REUSED"),
            Self::Feed(error) => error.code(),
            Self::TooManyExports => (Code::ResourceExhausted, "TOO_MANY_EXPORTS"),
            Self::Away(_) => (Code::Unavailable, "DATABASE_AWAY"),
            Self::Database(_) => (Code::Internal, "INTERNAL"),
        }
    }

    fn violations(&self) -> &[Violation] {
        if let Self::Invalid(violations) = self { &violations.0 } else { &[] }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        matches!(self, Self::Away(_) | Self::TooManyExports).then_some(std::time::Duration::from_secs(5))
    }

    fn french(&self) -> Option<String> {
        let words = match self {
            Self::Stale => "Cette page a été modifiée pendant que vous écriviez. Relisez-la avant d'enregistrer.",
            Self::NetworkNameTaken => "Un réseau porte déjà ce nom.",
            Self::RoleTooLow => "Votre rôle permet de lire cette page, pas de la modifier.",
            Self::Refused(Refusal::TooManyContacts) => "Une collectivité peut avoir 500 contacts au plus.",
            Self::Away(_) => "Le service ne répond pas. Réessayez dans une minute.",
            _ => return None,
        };
        Some(words.to_owned())
    }
}

impl From<FeedError> for Error {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::InvalidToken => {
                Self::Invalid(Violations(vec![Violation { field: "cursor".to_owned(), description: error.to_string() }]))
            }
            other => Self::Feed(other),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match database::violated(&error) {
            Some(store::networks::NAME_TAKEN) => Self::NetworkNameTaken,
            Some(store::networks::EXISTS) => Self::UnknownNetwork,
            _ if database::is_away(&error) => Self::Away(error),
            _ => Self::Database(error),
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        runtime::status(&error)
    }
}
