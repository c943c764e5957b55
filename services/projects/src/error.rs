use events::feed::FeedError;
use kernel::{Code, CollectiviteId, Fault, Violation, Violations};
use tonic::Status;

use crate::record::{
    domain::{PartnerId, PartnershipId, ThemeCode},
    store,
};

/// Why projects refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such collectivité, or not the caller's.
    #[error("no collectivité {0} that you may use here")]
    CollectiviteNotFound(CollectiviteId),
    /// Others took its place.
    #[error("the collectivité {0} was succeeded by others")]
    CollectiviteEnded(CollectiviteId),
    /// No such partner.
    #[error("no partner {0}")]
    PartnerNotFound(PartnerId),
    /// No such partnership, or not the caller's.
    #[error("no partnership {0} that you may use here")]
    PartnershipNotFound(PartnershipId),
    /// The lead has one with this partner.
    #[error("the collectivité leads a partnership with this partner already")]
    PartnershipExists(Option<PartnershipId>),
    /// It is suspended or ended.
    #[error("the partnership {0} is suspended or ended")]
    PartnershipEnded(PartnershipId),
    /// Only the lead may do this.
    #[error("only the collectivité that leads may do this")]
    LeadOnly,
    /// Projects are done under it.
    #[error("projects are done under this partnership")]
    HasProjects,
    /// No such project, or not the caller's.
    #[error("no project {0} that you may use here")]
    ProjectNotFound(String),
    /// No such theme.
    #[error("no theme {0}")]
    ThemeNotFound(ThemeCode),
    /// It is no longer offered.
    #[error("the theme {0} is no longer offered")]
    ThemeRetired(ThemeCode),
    /// There is one of that code.
    #[error("there is a theme of that code")]
    ThemeExists,
    /// It would be above itself.
    #[error("a theme would be above itself")]
    ThemeCycle,
    /// The right is over the right thing and does not go far enough.
    #[error("your role may read this and not change it")]
    RoleTooLow,
    /// It changed since the caller read it.
    #[error("it changed since it was read")]
    Stale,
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
    /// What is not here cannot be asked for.
    #[error("directory does not answer")]
    DirectoryAway(#[source] Box<Status>),
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
            Self::CollectiviteEnded(_) => (Code::FailedPrecondition, "COLLECTIVITE_ENDED"),
            Self::PartnerNotFound(_) => (Code::NotFound, "PARTNER_NOT_FOUND"),
            Self::PartnershipNotFound(_) => (Code::NotFound, "PARTNERSHIP_NOT_FOUND"),
            Self::PartnershipExists(_) => (Code::AlreadyExists, "PARTNERSHIP_EXISTS"),
            Self::PartnershipEnded(_) => (Code::FailedPrecondition, "PARTNERSHIP_ENDED"),
            Self::LeadOnly => (Code::PermissionDenied, "LEAD_ONLY"),
            Self::HasProjects => (Code::FailedPrecondition, "HAS_PROJECTS"),
            Self::ProjectNotFound(_) => (Code::NotFound, "PROJECT_NOT_FOUND"),
            Self::ThemeNotFound(_) => (Code::NotFound, "THEME_NOT_FOUND"),
            Self::ThemeRetired(_) => (Code::FailedPrecondition, "THEME_RETIRED"),
            Self::ThemeExists => (Code::AlreadyExists, "THEME_EXISTS"),
            Self::ThemeCycle => (Code::FailedPrecondition, "THEME_CYCLE"),
            Self::RoleTooLow => (Code::PermissionDenied, "ROLE_TOO_LOW"),
            Self::Stale => (Code::Aborted, "STALE_ETAG"),
            Self::Invalid(_) => (Code::InvalidArgument, "INVALID_REQUEST"),
            Self::Reused(_) => (Code::InvalidArgument, "REQUEST_ID_REUSED"),
            Self::Feed(error) => error.code(),
            Self::TooManyExports => (Code::ResourceExhausted, "TOO_MANY_EXPORTS"),
            Self::DirectoryAway(_) => (Code::Unavailable, "DIRECTORY_AWAY"),
            Self::Away(_) => (Code::Unavailable, "DATABASE_AWAY"),
            Self::Database(_) => (Code::Internal, "INTERNAL"),
        }
    }

    fn violations(&self) -> &[Violation] {
        if let Self::Invalid(violations) = self { &violations.0 } else { &[] }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        if let Self::PartnershipExists(Some(id)) = self { vec![("partnership_id", id.to_string())] } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        matches!(self, Self::Away(_) | Self::DirectoryAway(_) | Self::TooManyExports).then_some(std::time::Duration::from_secs(5))
    }

    fn french(&self) -> Option<String> {
        let words = match self {
            Self::CollectiviteEnded(_) => "Une des collectivités n'existe plus : choisissez celle qui lui a succédé.",
            Self::PartnershipExists(_) => {
                "Votre collectivité a déjà un partenariat avec ce partenaire. Complétez-le, ou terminez-le d'abord."
            }
            Self::PartnershipEnded(_) => {
                "Un des partenariats est suspendu ou terminé : il ne peut pas être confirmé. Rien n'a été confirmé."
            }
            Self::LeadOnly => "Seule la collectivité chef de file peut changer les participants ou supprimer ce partenariat.",
            Self::HasProjects => "Des projets sont menés dans le cadre de ce partenariat : il ne peut pas être supprimé.",
            Self::ThemeRetired(_) => "Cette thématique n'est plus proposée. Choisissez-en une autre.",
            Self::ThemeExists => "Une thématique porte déjà ce code.",
            Self::ThemeCycle => "Une thématique ne peut pas être placée sous elle-même.",
            Self::RoleTooLow => "Votre rôle permet de lire cette fiche, pas de la modifier.",
            Self::Stale => "Cette fiche a été modifiée pendant que vous écriviez. Relisez-la avant d'enregistrer.",
            Self::Away(_) | Self::DirectoryAway(_) => "Le service ne répond pas. Réessayez dans une minute.",
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
            Some(store::partnerships::TAKEN) => Self::PartnershipExists(None),
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
