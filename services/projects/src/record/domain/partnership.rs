mod edit;

use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};

use super::{Capacity, Day, Line, PartnerId, PartnershipId, Prose, Provenance, Year};
pub use edit::PartnershipEdit;

/// What one or several collectivités have with one foreign partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partnership {
    /// Its id.
    pub id: PartnershipId,
    /// What is said of it.
    pub terms: Terms,
    /// Where the row comes from.
    pub provenance: Provenance,
    /// Somebody changed it since it was imported.
    pub changed_here: bool,
    /// Counts its changes; its etag.
    pub version: Version,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is said of a partnership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// With whom.
    pub partner: PartnerId,
    /// Who leads.
    pub lead: CollectiviteId,
    /// All that take part, the lead among them, in the order of their ids.
    pub participants: Vec<CollectiviteId>,
    /// With or without a convention; none where nobody said.
    pub framework: Option<Framework>,
    /// It is a twinning.
    pub twinning: bool,
    /// It spends up to 1 % of a water, waste or energy budget.
    pub oudin_santini: bool,
    /// How it stands.
    pub standing: Standing,
    /// Since when it is.
    pub start: Start,
    /// The latest first.
    pub conventions: Vec<Convention>,
    /// What it is about.
    pub description: Prose<5000>,
}

/// Whether a convention binds the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Framework {
    /// Coopération décentralisée.
    Convention,
    /// Any other external action.
    None,
}

/// How a partnership stands, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// None where nobody said.
    pub status: Option<Status>,
    /// Since when it is suspended or ended.
    pub since: Option<Day>,
}

/// How a partnership stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Things happen.
    Active,
    /// Nothing happens, and nobody ended it.
    Dormant,
    /// One side suspended it.
    Suspended,
    /// It is over.
    Ended,
}

/// When a partnership began, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// Nobody was asked.
    #[default]
    Unsaid,
    /// Somebody said that it is not known.
    Unknown,
    /// In that year.
    In(Year),
}

/// A signed text between the two sides.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Convention {
    /// What it is about.
    pub object: Line<500>,
    /// The forecast amount over its whole life, in cents.
    pub forecast_cents: Option<i64>,
    /// When it was signed.
    pub signed_on: Option<Day>,
    /// When it ends.
    pub ends_on: Option<Day>,
    /// It goes on by itself.
    pub tacit_renewal: bool,
    /// The acknowledgement of its transmission to the State.
    pub ctes_reference: Line<100>,
}

impl Status {
    /// Whether it matters since when.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Suspended | Self::Ended)
    }
}

impl Terms {
    /// How many collectivités may take part in one.
    pub const PARTICIPANTS: usize = 200;
    /// How many conventions one may have.
    pub const CONVENTIONS: usize = 20;

    /// The terms in their order: who takes part by id and the lead among them, the latest convention first.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        self.participants = with_lead(self.participants, &self.lead);
        self.conventions = latest_first(self.conventions);
        self
    }

    /// Whether it is over: another one with the same partner may have begun.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.standing.status == Some(Status::Ended)
    }

    /// What is mandatory and missing: paths, in the order of a form.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let without_text = self.framework == Some(Framework::Convention) && self.conventions.is_empty();
        let asked = [
            ("framework", self.framework.is_none()),
            ("status", self.standing.status.is_none()),
            ("start_year", self.start == Start::Unsaid),
            ("conventions", without_text),
        ];
        asked.into_iter().filter(|(_, missing)| *missing).map(|(path, _)| path).collect()
    }
}

fn latest_first(mut conventions: Vec<Convention>) -> Vec<Convention> {
    conventions.sort_by(|one, other| other.signed_on.cmp(&one.signed_on));
    conventions
}

fn with_lead(mut participants: Vec<CollectiviteId>, lead: &CollectiviteId) -> Vec<CollectiviteId> {
    participants.push(lead.clone());
    participants.sort();
    participants.dedup();
    participants
}

impl Partnership {
    /// A partnership as somebody first writes it down.
    #[must_use]
    pub fn added(terms: Terms, at: DateTime<Utc>, by: Capacity) -> Self {
        let provenance = Provenance::typed(at, by);
        Self { id: PartnershipId::made(at), terms: terms.ordered(), provenance, changed_here: true, version: Version(1), updated_at: at }
    }

    /// The partnership after somebody changed its terms.
    #[must_use]
    pub fn changed(self, terms: Terms, at: DateTime<Utc>) -> Self {
        Self { terms, changed_here: true, version: self.version.next(), updated_at: at, ..self }
    }

    /// The partnership after somebody said that it is right and still active; none when it is over.
    #[must_use]
    pub fn confirmed(self, at: DateTime<Utc>, by: Capacity) -> Option<Self> {
        if self.terms.standing.status.is_some_and(Status::is_over) {
            return None;
        }
        let standing = Standing { status: Some(Status::Active), since: None };
        let terms = Terms { standing, ..self.terms };
        let provenance = self.provenance.confirmed(at, by);
        Some(Self { terms, provenance, changed_here: true, version: self.version.next(), updated_at: at, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DateTime<Utc> {
        "2027-05-12T08:14:00Z".parse().unwrap()
    }

    fn terms() -> Terms {
        Terms {
            partner: PartnerId::made(at()),
            lead: "215600503".parse().unwrap(),
            participants: vec!["210100012".parse().unwrap()],
            framework: None,
            twinning: true,
            oudin_santini: false,
            standing: Standing::default(),
            start: Start::Unsaid,
            conventions: Vec::new(),
            description: Prose::default(),
        }
    }

    fn convention(signed_on: &str) -> Convention {
        let signed_on = signed_on.parse().ok();
        Convention {
            object: Line::default(),
            forecast_cents: None,
            signed_on,
            ends_on: None,
            tacit_renewal: false,
            ctes_reference: Line::default(),
        }
    }

    #[test]
    fn what_is_mandatory_is_missing_until_it_is_said() {
        let mut terms = terms();
        assert_eq!(terms.missing(), ["framework", "status", "start_year"]);
        terms.framework = Some(Framework::Convention);
        terms.standing.status = Some(Status::Active);
        terms.start = Start::Unknown;
        assert_eq!(terms.missing(), ["conventions"]);
        terms.conventions = vec![convention("2024")];
        assert!(terms.missing().is_empty());
    }

    #[test]
    fn the_lead_takes_part_and_the_latest_convention_is_first() {
        let conventions = vec![convention("2010"), convention(""), convention("2024-01-02")];
        let ordered = Terms { conventions, ..terms() }.ordered();
        let ids: Vec<&str> = ordered.participants.iter().map(CollectiviteId::as_str).collect();
        assert_eq!(ids, ["210100012", "215600503"]);
        let days: Vec<&str> = ordered.conventions.iter().map(|one| one.signed_on.as_ref().map_or("", Day::as_str)).collect();
        assert_eq!(days, ["2024-01-02", "2010", ""]);
    }

    #[test]
    fn an_edit_names_what_it_changed() {
        let before = terms().ordered();
        let same = PartnershipEdit { twinning: Some(true), participants: Some(vec!["210100012".parse().unwrap()]), ..Default::default() };
        assert_eq!(before.clone().edited(same), (before.clone(), vec![]));
        let edit = PartnershipEdit { lead: "210100012".parse().ok(), start: Some(Start::In(1962)), ..Default::default() };
        let (after, changed) = before.edited(edit);
        assert_eq!(changed, ["lead_collectivite_id", "start_year"]);
        assert_eq!(after.participants.len(), 2);
    }

    #[test]
    fn what_is_dormant_becomes_active_and_what_is_over_cannot_be_confirmed() {
        let standing = |status| Standing { status, since: None };
        let of = |status| Partnership::added(Terms { standing: standing(status), ..terms() }, at(), Capacity::Agent);
        for status in [None, Some(Status::Dormant), Some(Status::Active)] {
            let confirmed = of(status).confirmed(at(), Capacity::Ministere).unwrap();
            assert_eq!(confirmed.terms.standing.status, Some(Status::Active));
            assert_eq!(confirmed.provenance.verified, Some((at(), Capacity::Ministere)));
        }
        for status in [Status::Suspended, Status::Ended] {
            assert_eq!(of(Some(status)).confirmed(at(), Capacity::Agent), None);
        }
    }
}
