use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};
use sqlx::types::Json;

use crate::record::domain::{
    Capacity, Convention, Day, Framework, Origin, PartnerId, Partnership, PartnershipId, Prose, Standing, Start, Status, Terms,
};

/// A row of the table.
#[derive(serde::Serialize)]
pub(super) struct Row {
    pub(super) id: PartnershipId,
    pub(super) partner_id: PartnerId,
    pub(super) lead_collectivite_id: CollectiviteId,
    pub(super) framework: Option<Framework>,
    pub(super) twinning: bool,
    pub(super) oudin_santini: bool,
    pub(super) status: Option<Status>,
    pub(super) status_since: Option<String>,
    pub(super) start_year: Option<i32>,
    pub(super) start_year_unknown: bool,
    pub(super) conventions: Json<Vec<Convention>>,
    pub(super) description: String,
    pub(super) origin: Origin,
    pub(super) source: String,
    pub(super) to_confirm: bool,
    pub(super) verified_at: Option<DateTime<Utc>>,
    pub(super) verified_as: String,
    pub(super) changed_here: bool,
    pub(super) version: Version,
    pub(super) updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub(super) participants: Vec<String>,
}

impl From<&Partnership> for Row {
    fn from(from: &Partnership) -> Self {
        let (terms, provenance) = (&from.terms, &from.provenance);
        Self {
            id: from.id,
            partner_id: terms.partner,
            lead_collectivite_id: terms.lead.clone(),
            framework: terms.framework,
            twinning: terms.twinning,
            oudin_santini: terms.oudin_santini,
            status: terms.standing.status,
            status_since: terms.standing.since.as_ref().map(ToString::to_string),
            start_year: if let Start::In(year) = terms.start { Some(year) } else { None },
            start_year_unknown: terms.start == Start::Unknown,
            conventions: Json(terms.conventions.clone()),
            description: terms.description.as_str().to_owned(),
            origin: provenance.origin,
            source: provenance.source.to_string(),
            to_confirm: provenance.to_confirm,
            verified_at: provenance.verified.map(|(at, _)| at),
            verified_as: provenance.verified.map_or("", |(_, by): (_, Capacity)| by.word()).to_owned(),
            changed_here: from.changed_here,
            version: from.version,
            updated_at: from.updated_at,
            participants: Vec::new(),
        }
    }
}

impl From<Row> for Partnership {
    fn from(row: Row) -> Self {
        let start = match row.start_year {
            Some(year) => Start::In(year),
            None if row.start_year_unknown => Start::Unknown,
            None => Start::Unsaid,
        };
        let terms = Terms {
            partner: row.partner_id,
            lead: row.lead_collectivite_id,
            participants: row.participants.iter().filter_map(|id| id.parse().ok()).collect(),
            framework: row.framework,
            twinning: row.twinning,
            oudin_santini: row.oudin_santini,
            standing: Standing { status: row.status, since: row.status_since.map(Day::stored) },
            start,
            conventions: row.conventions.0,
            description: Prose::stored(row.description),
        };
        let provenance = super::super::provenance(row.origin, row.source, row.to_confirm, row.verified_at, &row.verified_as);
        Self { id: row.id, terms, provenance, changed_here: row.changed_here, version: row.version, updated_at: row.updated_at }
    }
}
