//! Types to words: what the wire shows of each thing.

use atlas_proto::projects::v1 as pb;
use chrono::{DateTime, Utc};
use kernel::Etag;
use prost::Message as _;

use crate::{
    error::Error,
    record::{
        commands,
        domain::{
            BudgetLine, Convention, Day, Framework, Link, Origin, Partnership, Project, ProjectStatus, Provenance, Start, Status, Terms,
            Theme, ThemeChoice,
        },
        facts,
        store::history,
    },
};

/// A partnership.
#[must_use]
pub fn partnership(from: &Partnership) -> pb::Partnership {
    pb::Partnership {
        partnership_id: from.id.to_string(),
        missing: from.terms.missing().into_iter().map(str::to_owned).collect(),
        etag: Etag(from.version).to_string(),
        version: from.version.wire(),
        updated_at: Some(timestamp(from.updated_at)),
        ..terms(&from.terms, &from.provenance)
    }
}

/// What is said of a partnership, and where it comes from.
#[must_use]
pub fn terms(from: &Terms, by: &Provenance) -> pb::Partnership {
    let framework = from.framework.map_or(pb::Framework::Unspecified, pb::Framework::from);
    let status = from.standing.status.map_or(pb::PartnershipStatus::Unspecified, pb::PartnershipStatus::from);
    pb::Partnership {
        partner_id: from.partner.to_string(),
        lead_collectivite_id: from.lead.to_string(),
        collectivite_ids: from.participants.iter().map(ToString::to_string).collect(),
        framework: framework.into(),
        twinning: from.twinning,
        oudin_santini: from.oudin_santini,
        status: status.into(),
        status_since: day(from.standing.since.as_ref()),
        start_year: if let Start::In(year) = from.start { Some(year) } else { None },
        start_year_unknown: from.start == Start::Unknown,
        conventions: from.conventions.iter().map(convention).collect(),
        description: from.description.as_str().to_owned(),
        provenance: Some(provenance(by)),
        ..Default::default()
    }
}

/// A project.
#[must_use]
pub fn project(from: &Project) -> pb::Project {
    let work = &from.work;
    let status = work.status.map_or(pb::ProjectStatus::Unspecified, pb::ProjectStatus::from);
    pb::Project {
        project_id: from.id.to_string(),
        legacy_id: from.legacy_id.map(i64::unsigned_abs),
        partnership_ids: work.partnerships.iter().map(ToString::to_string).collect(),
        title: work.title.to_string(),
        themes: work.themes.iter().map(theme_choice).collect(),
        sdgs: work.sdgs.clone(),
        status: status.into(),
        starts_on: day(work.starts_on.as_ref()),
        ends_on: day(work.ends_on.as_ref()),
        context: work.context.as_str().to_owned(),
        history: work.history.as_str().to_owned(),
        budget: work.budget.iter().map(budget_line).collect(),
        operators: work.operators.iter().map(ToString::to_string).collect(),
        links: work.links.iter().map(link).collect(),
        provenance: Some(provenance(&from.provenance)),
        missing: work.missing().into_iter().map(str::to_owned).collect(),
        etag: Etag(from.version).to_string(),
        version: from.version.wire(),
        updated_at: Some(timestamp(from.updated_at)),
    }
}

/// A theme.
#[must_use]
pub fn theme(from: &Theme) -> pb::Theme {
    pb::Theme {
        code: from.code.to_string(),
        name_fr: from.name_fr.to_string(),
        name_en: from.name_en.to_string(),
        parent_code: from.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        dac_sectors: from.dac_sectors.clone(),
        sdgs: from.sdgs.clone(),
        retired: from.retired,
        rank: from.rank,
        etag: Etag(from.version).to_string(),
        version: from.version.wire(),
    }
}

/// One change of the record.
///
/// # Errors
/// What it was before cannot be read.
pub fn history_entry(from: history::Entry) -> Result<pb::HistoryEntry, Error> {
    let broken = |error: prost::DecodeError| Error::Database(sqlx::Error::Decode(error.into()));
    let before = match from.before.as_deref() {
        None => None,
        Some(bytes) if from.resource == facts::PROJECT => {
            Some(pb::history_entry::Before::Project(pb::Project::decode(bytes).map_err(broken)?))
        }
        Some(bytes) => Some(pb::history_entry::Before::Partnership(pb::Partnership::decode(bytes).map_err(broken)?)),
    };
    Ok(pb::HistoryEntry {
        entry_id: from.id.to_string(),
        changed_at: Some(timestamp(from.changed_at)),
        changed_by: from.changed_by,
        change: from.change,
        fields: from.fields,
        resource_id: from.resource_id.to_string(),
        before,
    })
}

/// The word for where a row comes from.
#[must_use]
pub const fn origin(from: Origin) -> &'static str {
    match from {
        Origin::Officiel => "officiel",
        Origin::Wikipedia => "wikipedia",
        Origin::Demo => "demo",
    }
}

fn provenance(from: &Provenance) -> pb::Provenance {
    pb::Provenance {
        origin: origin(from.origin).to_owned(),
        source: from.source.to_string(),
        to_confirm: from.to_confirm,
        verified_at: from.verified.map(|(at, _)| timestamp(at)),
        verified_as: from.verified.map_or("", |(_, by)| by.word()).to_owned(),
    }
}

fn convention(from: &Convention) -> pb::Convention {
    pb::Convention {
        object: from.object.to_string(),
        forecast_cents: from.forecast_cents,
        signed_on: day(from.signed_on.as_ref()),
        ends_on: day(from.ends_on.as_ref()),
        tacit_renewal: from.tacit_renewal,
        ctes_reference: from.ctes_reference.to_string(),
    }
}

fn theme_choice(from: &ThemeChoice) -> pb::ProjectTheme {
    pb::ProjectTheme { theme_code: from.code.to_string(), priority: from.priority }
}

fn budget_line(from: &BudgetLine) -> pb::BudgetLine {
    pb::BudgetLine { year: from.year, source: from.source.to_string(), amount_cents: from.amount_cents }
}

fn link(from: &Link) -> pb::ProjectLink {
    pb::ProjectLink { label: from.label.to_string(), url: from.url.as_str().to_owned() }
}

fn day(from: Option<&Day>) -> String {
    from.map(ToString::to_string).unwrap_or_default()
}

fn timestamp(at: DateTime<Utc>) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.timestamp(), nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default() }
}

impl From<Framework> for pb::Framework {
    fn from(from: Framework) -> Self {
        match from {
            Framework::Convention => Self::Convention,
            Framework::None => Self::None,
        }
    }
}

impl From<Status> for pb::PartnershipStatus {
    fn from(from: Status) -> Self {
        match from {
            Status::Active => Self::Active,
            Status::Dormant => Self::Dormant,
            Status::Suspended => Self::Suspended,
            Status::Ended => Self::Ended,
        }
    }
}

impl From<ProjectStatus> for pb::ProjectStatus {
    fn from(from: ProjectStatus) -> Self {
        match from {
            ProjectStatus::Planned => Self::Planned,
            ProjectStatus::Ongoing => Self::Ongoing,
            ProjectStatus::Completed => Self::Completed,
            ProjectStatus::Suspended => Self::Suspended,
            ProjectStatus::Abandoned => Self::Abandoned,
        }
    }
}

/// Answers that hold what a command left, and nothing else.
macro_rules! answers {
    ($($answer:ident { $field:ident: $convert:path } from $done:ty;)*) => {$(
        impl From<$done> for pb::$answer {
            fn from(done: $done) -> Self {
                Self { $field: Some($convert(&done)) }
            }
        }
    )*};
}

answers! {
    CreatePartnershipResponse { partnership: partnership } from Partnership;
    UpdatePartnershipResponse { partnership: partnership } from Partnership;
    RequalifyPartnershipResponse { partnership: partnership } from Partnership;
    CreateProjectResponse { project: project } from Project;
    UpdateProjectResponse { project: project } from Project;
    CreateThemeResponse { theme: theme } from Theme;
    UpdateThemeResponse { theme: theme } from Theme;
}

impl From<commands::partnerships::Confirmed> for pb::ConfirmPartnershipsResponse {
    fn from(commands::partnerships::Confirmed(done): commands::partnerships::Confirmed) -> Self {
        Self { partnerships: done.iter().map(partnership).collect() }
    }
}

impl From<commands::partnerships::Removed> for pb::DeletePartnershipResponse {
    fn from(_: commands::partnerships::Removed) -> Self {
        Self {}
    }
}

impl From<commands::projects::Removed> for pb::DeleteProjectResponse {
    fn from(_: commands::projects::Removed) -> Self {
        Self {}
    }
}
