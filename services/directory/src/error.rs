use events::feed::FeedError;
use kernel::{Code, CollectiviteId, Fault, Violation, Violations};
use tonic::Status;

use crate::{
    domain::{ContactId, NetworkId, PartnerId, ProposalId, Refusal},
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
    /// No such country.
    #[error("there is no such country")]
    CountryNotFound,
    /// No such partner.
    #[error("no partner {0}")]
    PartnerNotFound(PartnerId),
    /// There is one of that place, or of that name in that division; which one, where it is known.
    #[error("there is a partner of that place, or of that name in that division of the country")]
    PartnerExists(Option<PartnerId>),
    /// No such proposal.
    #[error("no proposal {0}")]
    ProposalNotFound(ProposalId),
    /// The collectivité has an open proposal for the partner.
    #[error("there is an open proposal of this collectivité for this partner")]
    AlreadyProposed,
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
            Self::CountryNotFound => (Code::NotFound, "COUNTRY_NOT_FOUND"),
            Self::PartnerNotFound(_) => (Code::NotFound, "PARTNER_NOT_FOUND"),
            Self::PartnerExists(_) => (Code::AlreadyExists, "PARTNER_EXISTS"),
            Self::ProposalNotFound(_) => (Code::NotFound, "PROPOSAL_NOT_FOUND"),
            Self::AlreadyProposed => (Code::AlreadyExists, "ALREADY_PROPOSED"),
            Self::RecipientNotFound => (Code::NotFound, "RECIPIENT_NOT_FOUND"),
            Self::RoleTooLow => (Code::PermissionDenied, "ROLE_TOO_LOW"),
            Self::Stale => (Code::Aborted, "STALE_ETAG"),
            Self::NetworkNameTaken => (Code::AlreadyExists, "NETWORK_NAME_TAKEN"),
            Self::Refused(Refusal::AlreadyEnded) => (Code::FailedPrecondition, "ALREADY_ENDED"),
            Self::Refused(Refusal::SuccessionCycle) => (Code::FailedPrecondition, "SUCCESSION_CYCLE"),
            Self::Refused(Refusal::TooManyContacts) => (Code::FailedPrecondition, "TOO_MANY_CONTACTS"),
            Self::Refused(Refusal::PartnerShared) => (Code::FailedPrecondition, "PARTNER_SHARED"),
            Self::Refused(Refusal::PartnerMerged) => (Code::FailedPrecondition, "PARTNER_MERGED"),
            Self::Refused(Refusal::NotMerged) => (Code::FailedPrecondition, "NOT_MERGED"),
            Self::Refused(Refusal::DifferentCountries) => (Code::FailedPrecondition, "DIFFERENT_COUNTRIES"),
            Self::Refused(Refusal::ProposalDecided) => (Code::FailedPrecondition, "PROPOSAL_DECIDED"),
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

    fn metadata(&self) -> Vec<(&'static str, String)> {
        if let Self::PartnerExists(Some(id)) = self { vec![("partner_id", id.to_string())] } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        matches!(self, Self::Away(_) | Self::TooManyExports).then_some(std::time::Duration::from_secs(5))
    }

    fn french(&self) -> Option<String> {
        let words = match self {
            Self::Stale => "Cette page a été modifiée pendant que vous écriviez. Relisez-la avant d'enregistrer.",
            Self::NetworkNameTaken => "Un réseau porte déjà ce nom.",
            Self::PartnerExists(_) => "Ce partenaire existe déjà : un autre porte ce nom, ou se trouve à ce lieu.",
            Self::AlreadyProposed => {
                "Votre collectivité a déjà proposé une modification de ce partenaire. Le ministère ne l'a pas encore traitée."
            }
            Self::Refused(Refusal::PartnerShared) => {
                "D'autres collectivités travaillent avec ce partenaire. Vous pouvez proposer une modification au ministère."
            }
            Self::Refused(Refusal::PartnerMerged) => "Ce partenaire a été réuni avec un autre, qui le remplace.",
            Self::RoleTooLow => "Votre rôle permet de lire cette page, pas de la modifier.",
            Self::Refused(Refusal::TooManyContacts) => "Une collectivité peut avoir 500 contacts au plus.",
            Self::Away(_) => "Le service ne répond pas. Réessayez dans une minute.",
            _ => return None,
        };
        Some(words.to_owned())
    }
}

impl Error {
    /// A proposal that leaves the partner as it is.
    #[must_use]
    pub fn nothing_proposed() -> Self {
        let description = "expected a change: this is what the partner is".to_owned();
        Self::Invalid(Violations(vec![Violation { field: "partner".to_owned(), description }]))
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
            Some(store::countries::EXISTS) => Self::CountryNotFound,
            Some(store::proposals::ALREADY) => Self::AlreadyProposed,
            Some(broken) if store::partners::EXISTS.contains(&broken) => Self::PartnerExists(None),
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
