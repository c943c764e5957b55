use chrono::NaiveDate;
use kernel::{CollectiviteId, Version};

use super::{IdentityCard, Relation, Text};

/// A French local authority or grouping, with what its page shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Collectivite {
    /// What the national register says.
    pub registered: Registered,
    /// The day it ended; none while it lives.
    pub ended_on: Option<NaiveDate>,
    /// What took its place.
    pub successors: Vec<Link>,
    /// What it took the place of.
    pub predecessors: Vec<Link>,
    /// How to reach it.
    pub card: IdentityCard,
    /// Its networks, by name.
    pub networks: Vec<Relation>,
    /// Counts the changes of its contacts.
    pub contacts_revision: Version,
    /// Counts the changes of its networks; the etag of the list.
    pub networks_revision: Version,
    /// Counts the changes of all that is public of it.
    pub version: Version,
}

/// What the national register says of a collectivité.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    /// Its id.
    pub id: CollectiviteId,
    /// Its type.
    pub kind: CollectiviteType,
    /// Its name.
    pub name: Text<200>,
    /// Nine digits; empty where there is none.
    pub siren: String,
    /// Empty for groupings.
    pub insee_code: String,
    /// The postal codes of a commune.
    pub postal_codes: Vec<String>,
    /// The département it lies in, or has its seat in.
    pub department_code: String,
    /// The région it lies in.
    pub region_code: String,
    /// The grouping a commune belongs to; empty for none.
    pub epci_id: String,
    /// Municipal population.
    pub population: Option<i64>,
    /// Where it is.
    pub point: Option<Point>,
    /// Where the row comes from.
    pub origin: Origin,
}

/// The other end of a succession.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The other collectivité.
    pub id: CollectiviteId,
    /// Its name at present.
    pub name: String,
    /// The day it took effect.
    pub effective_on: NaiveDate,
}

/// A point in degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Point {
    /// −90 to 90.
    pub latitude: f64,
    /// −180 to 180.
    pub longitude: f64,
}

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A public register.
    Officiel,
    /// Wikipedia's contributors.
    Wikipedia,
    /// Invented, for demonstration.
    Demo,
}

/// The kinds of collectivité.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CollectiviteType {
    /// A municipality.
    Commune,
    /// A département as an institution.
    Departement,
    /// A région as an institution.
    Region,
    /// CC.
    CommunauteCommunes,
    /// CA.
    CommunauteAgglomeration,
    /// CU.
    CommunauteUrbaine,
    /// A métropole.
    Metropole,
    /// Lyon's, which is also a département.
    MetropoleLyon,
    /// A part of the Métropole du Grand Paris.
    Ept,
    /// CTU: région and département in one.
    CollectiviteUnique,
    /// Alsace.
    CollectiviteEuropeenne,
    /// Overseas.
    CollectiviteOutreMer,
}

impl Collectivite {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &CollectiviteId {
        &self.registered.id
    }
}
