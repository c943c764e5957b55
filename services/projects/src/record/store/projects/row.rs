use chrono::{DateTime, Utc};
use kernel::Version;
use sqlx::types::Json;
use uuid::Uuid;

use crate::record::domain::{
    BudgetLine, Day, Line, Link, Origin, PartnershipId, Project, ProjectId, ProjectStatus, Prose, ThemeChoice, ThemeCode, Work,
};

/// A row of the table.
#[derive(serde::Serialize)]
pub(super) struct Row {
    pub(super) id: ProjectId,
    pub(super) legacy_id: Option<i64>,
    pub(super) title: String,
    pub(super) sdgs: Vec<i32>,
    pub(super) status: Option<ProjectStatus>,
    pub(super) starts_on: Option<String>,
    pub(super) ends_on: Option<String>,
    pub(super) context: String,
    pub(super) history: String,
    pub(super) budget: Json<Vec<BudgetLine>>,
    pub(super) operators: Vec<String>,
    pub(super) links: Json<Vec<Link>>,
    pub(super) origin: Origin,
    pub(super) source: String,
    pub(super) to_confirm: bool,
    pub(super) verified_at: Option<DateTime<Utc>>,
    pub(super) verified_as: String,
    pub(super) changed_here: bool,
    pub(super) version: Version,
    pub(super) updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub(super) partnerships: Vec<Uuid>,
    #[serde(skip)]
    pub(super) themes: Vec<String>,
    #[serde(skip)]
    pub(super) priorities: Vec<i32>,
}

impl From<&Project> for Row {
    fn from(from: &Project) -> Self {
        let (work, provenance) = (&from.work, &from.provenance);
        Self {
            id: from.id,
            legacy_id: from.legacy_id,
            title: work.title.to_string(),
            sdgs: work.sdgs.clone(),
            status: work.status,
            starts_on: work.starts_on.as_ref().map(ToString::to_string),
            ends_on: work.ends_on.as_ref().map(ToString::to_string),
            context: work.context.as_str().to_owned(),
            history: work.history.as_str().to_owned(),
            budget: Json(work.budget.clone()),
            operators: work.operators.iter().map(ToString::to_string).collect(),
            links: Json(work.links.clone()),
            origin: provenance.origin,
            source: provenance.source.to_string(),
            to_confirm: provenance.to_confirm,
            verified_at: provenance.verified.map(|(at, _)| at),
            verified_as: provenance.verified.map_or("", |(_, by)| by.word()).to_owned(),
            changed_here: from.changed_here,
            version: from.version,
            updated_at: from.updated_at,
            partnerships: Vec::new(),
            themes: Vec::new(),
            priorities: Vec::new(),
        }
    }
}

impl From<Row> for Project {
    fn from(row: Row) -> Self {
        let themes = row.themes.into_iter().zip(row.priorities);
        let work = Work {
            partnerships: row.partnerships.into_iter().map(PartnershipId).collect(),
            title: Line::stored(row.title),
            themes: themes.map(|(code, priority)| ThemeChoice { code: ThemeCode::stored(code), priority }).collect(),
            sdgs: row.sdgs,
            status: row.status,
            starts_on: row.starts_on.map(Day::stored),
            ends_on: row.ends_on.map(Day::stored),
            context: Prose::stored(row.context),
            history: Prose::stored(row.history),
            budget: row.budget.0,
            operators: row.operators.into_iter().map(Line::stored).collect(),
            links: row.links.0,
        };
        let provenance = super::super::provenance(row.origin, row.source, row.to_confirm, row.verified_at, &row.verified_as);
        let Row { id, legacy_id, changed_here, version, updated_at, .. } = row;
        Self { id, legacy_id, work, provenance, changed_here, version, updated_at }
    }
}
