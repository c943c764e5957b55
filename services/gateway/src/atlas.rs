//! The public half: answers from the model alone, reads no cookie, is the same for everybody.

pub mod action;
pub mod collectivite;
pub mod country;
pub mod home;
pub mod pages;
pub mod partner;
pub mod project;
pub mod reader;
pub mod search;
pub mod sitemap;
pub mod territory;
pub mod theme;

pub use reader::{Reader, Seen};

use atlas_proto::directory::v1::CollectiviteType;

/// One line of a list that leads to a collectivité's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The address of its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Where it is; empty where the list says so already.
    pub place: String,
    /// It no longer exists.
    pub ended: bool,
}

/// The words for a kind of collectivité.
#[must_use]
pub const fn kind_key(kind: CollectiviteType) -> &'static str {
    match kind {
        CollectiviteType::Commune => "kind-commune",
        CollectiviteType::Departement => "kind-departement",
        CollectiviteType::Region => "kind-region",
        CollectiviteType::CommunauteCommunes => "kind-communaute-communes",
        CollectiviteType::CommunauteAgglomeration => "kind-communaute-agglomeration",
        CollectiviteType::CommunauteUrbaine => "kind-communaute-urbaine",
        CollectiviteType::Metropole => "kind-metropole",
        CollectiviteType::MetropoleLyon => "kind-metropole-lyon",
        CollectiviteType::Ept => "kind-ept",
        CollectiviteType::CollectiviteUnique => "kind-collectivite-unique",
        CollectiviteType::CollectiviteEuropeenne => "kind-collectivite-europeenne",
        CollectiviteType::CollectiviteOutreMer => "kind-outre-mer",
        CollectiviteType::Unspecified => "kind-other",
    }
}
