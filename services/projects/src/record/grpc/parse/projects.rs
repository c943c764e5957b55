use atlas_proto::projects::v1 as pb;
use kernel::{Etag, Fields, RequestId, Violations};

use super::{Part, cents, narrowed, natural_key, page, provenance, request_id};
use crate::record::{
    commands::{
        imports::{NamedWork, Sourced},
        projects::{Add, Remove, Update},
    },
    domain::{BudgetLine, Line, Link, PartnershipId, ProjectEdit, ProjectStatus, ThemeChoice, ThemeCode, Work},
    queries::Which,
    store::projects::Filter,
};

/// What an agent may write.
const PATHS: [&str; 12] =
    ["partnership_ids", "title", "themes", "sdgs", "status", "starts_on", "ends_on", "context", "history", "budget", "operators", "links"];

/// Reads which project is asked for.
pub fn which(request: &pb::GetProjectRequest) -> Result<Which, Violations> {
    let mut fields = Fields::default();
    let which = match &request.which {
        Some(pb::get_project_request::Which::ProjectId(id)) => fields.parse("project_id", id).map(Which::Id),
        Some(pb::get_project_request::Which::LegacyId(number)) => {
            fields.check("legacy_id", i64::try_from(*number).is_ok(), "expected a number of the former Atlas");
            i64::try_from(*number).ok().map(Which::Legacy)
        }
        None => {
            fields.note("project_id", "expected project_id or legacy_id");
            None
        }
    };
    fields.finish(which)
}

/// Reads a list's filter and page.
pub fn list(request: pb::ListProjectsRequest) -> Result<(Filter, i64), Violations> {
    let mut fields = Fields::default();
    narrowed(&mut fields, &request.collectivite_id, &request.country_iso2, "");
    let partnership = fields.parse_optional("partnership_id", &request.partnership_id);
    let partner = fields.parse_optional("partner_id", &request.partner_id);
    fields.parse_optional::<ThemeCode>("theme_code", &request.theme_code);
    fields.check("sdg", (0..=17).contains(&request.sdg), "expected 1 to 17, or 0 for all");
    let page = page(&mut fields, request.page_size, &request.page_token, 100, 500);
    let pb::ListProjectsRequest { collectivite_id, country_iso2, theme_code, sdg, .. } = request;
    let filter = |after| Filter { after, collectivite: collectivite_id, partnership, partner, country_iso2, theme: theme_code, sdg };
    fields.finish(page.map(|page| (filter(page.after), page.size)))
}

/// Reads a project to be added.
pub fn create(request: &pb::CreateProjectRequest) -> Result<(RequestId, Add), Violations> {
    let mut fields = Fields::default();
    let wire = request.project.clone().unwrap_or_default();
    fields.check("project", request.project.is_some(), "expected a project");
    let id = request_id(&mut fields, &request.request_id);
    let part = Part::whole("project", PATHS.to_vec());
    let partnerships = partnerships(&mut fields, &part, &wire);
    let work = work(&mut fields, &part, &wire, partnerships);
    theme_there(&mut fields, &part, &wire);
    fields.finish(id.zip(work.map(Add)))
}

/// Reads an edit of a project.
pub fn update(request: &pb::UpdateProjectRequest) -> Result<(RequestId, Update), Violations> {
    let mut fields = Fields::default();
    let wire = request.project.clone().unwrap_or_default();
    fields.check("project", request.project.is_some(), "expected the project with its etag");
    let which = fields.parse("project.project_id", &wire.project_id);
    let seen: Option<Etag> = fields.parse("project.etag", &wire.etag);
    let id = request_id(&mut fields, &request.request_id);
    let part = Part::masked(&mut fields, "project", request.update_mask.as_ref(), &PATHS);
    let partnerships = partnerships(&mut fields, &part, &wire);
    let edit = ProjectEdit { partnerships, ..edit(&mut fields, &part, &wire) };
    theme_there(&mut fields, &part, &wire);
    fields.finish(which.zip(seen).zip(id).map(|((project, seen), id)| (id, Update { project, seen, edit })))
}

/// Reads which project is to go.
pub fn remove(request: &pb::DeleteProjectRequest) -> Result<(RequestId, Remove), Violations> {
    let mut fields = Fields::default();
    let project = fields.parse("project_id", &request.project_id);
    let seen = fields.parse("etag", &request.etag);
    let id = request_id(&mut fields, &request.request_id);
    fields.finish(project.zip(seen).zip(id).map(|((project, seen), id)| (id, Remove { project, seen })))
}

/// Reads a project as a source has it. A source may not say a theme: then it is missing.
pub fn imported(wire: &pb::ImportedProject) -> Result<Sourced<NamedWork>, Violations> {
    let mut fields = Fields::default();
    let key = natural_key(&mut fields, &wire.natural_key);
    let project = wire.project.clone().unwrap_or_default();
    let provenance = provenance(&mut fields, project.provenance.as_ref());
    let legacy_id = project.legacy_id.map(i64::try_from).transpose();
    fields.check("legacy_id", legacy_id.is_ok(), "expected a number of the former Atlas");
    let named = project.partnership_ids.len();
    fields.check("partnership_ids", (1..=Work::PARTNERSHIPS).contains(&named), "expected 1 to 20 ids or natural keys");
    let work = work(&mut fields, &Part::whole("", PATHS.to_vec()), &project, Some(Vec::new()));
    let parsed = key.zip(provenance).zip(work.zip(legacy_id.ok()));
    fields.finish(parsed.map(|((natural_key, provenance), (work, legacy_id))| Sourced {
        natural_key,
        provenance,
        content: NamedWork { legacy_id, partnerships: project.partnership_ids, work },
    }))
}

/// What an agent writes has a theme.
fn theme_there(fields: &mut Fields, part: &Part<'_>, wire: &pb::Project) {
    fields.check(&part.field("themes"), !part.has("themes") || !wire.themes.is_empty(), "expected at least one theme");
}

fn partnerships(fields: &mut Fields, part: &Part<'_>, wire: &pb::Project) -> Option<Vec<PartnershipId>> {
    let field = part.field("partnership_ids");
    let ids: Vec<PartnershipId> =
        part.list(fields, "partnership_ids", &wire.partnership_ids, Work::PARTNERSHIPS, |fields, field, id| fields.parse(field, id))?;
    fields.check(&field, !ids.is_empty(), "expected at least one partnership");
    fields.check(&field, is_each_once(&ids), "one is named twice");
    Some(ids)
}

/// Reads all that is said of a project.
fn work(fields: &mut Fields, part: &Part<'_>, wire: &pb::Project, partnerships: Option<Vec<PartnershipId>>) -> Option<Work> {
    let edit = edit(fields, part, wire);
    let work = Work {
        partnerships: partnerships?,
        title: edit.title?,
        themes: edit.themes?,
        sdgs: edit.sdgs?,
        status: edit.status?,
        starts_on: edit.starts_on?,
        ends_on: edit.ends_on?,
        context: edit.context?,
        history: edit.history?,
        budget: edit.budget?,
        operators: edit.operators?,
        links: edit.links?,
    };
    fields.check(&part.field("ends_on"), !work.ends_too_early(), "expected a day that is not before starts_on");
    Some(work)
}

fn edit(fields: &mut Fields, part: &Part<'_>, wire: &pb::Project) -> ProjectEdit {
    let title: Option<Line<300>> = part.text(fields, "title", &wire.title);
    fields.check(&part.field("title"), title.as_ref().is_none_or(|title| !title.is_empty()), "expected a title");
    let themes = part.list(fields, "themes", &wire.themes, Work::THEMES, theme);
    let is_once = themes.as_ref().is_none_or(|themes| is_each_once(&themes.iter().map(|theme| &theme.code).collect::<Vec<_>>()));
    fields.check(&part.field("themes"), is_once, "one is named twice");
    ProjectEdit {
        partnerships: None,
        title,
        themes,
        sdgs: part.sdgs(fields, &wire.sdgs),
        status: part.has("status").then(|| status(wire)),
        starts_on: part.day(fields, "starts_on", &wire.starts_on),
        ends_on: part.day(fields, "ends_on", &wire.ends_on),
        context: part.text(fields, "context", &wire.context),
        history: part.text(fields, "history", &wire.history),
        budget: part.list(fields, "budget", &wire.budget, Work::BUDGET, budget_line),
        operators: part.list(fields, "operators", &wire.operators, Work::OPERATORS, |fields, field, text| operator(fields, field, text)),
        links: part.list(fields, "links", &wire.links, Work::LINKS, link),
    }
}

fn status(wire: &pb::Project) -> Option<ProjectStatus> {
    match wire.status() {
        pb::ProjectStatus::Unspecified => None,
        pb::ProjectStatus::Planned => Some(ProjectStatus::Planned),
        pb::ProjectStatus::Ongoing => Some(ProjectStatus::Ongoing),
        pb::ProjectStatus::Completed => Some(ProjectStatus::Completed),
        pb::ProjectStatus::Suspended => Some(ProjectStatus::Suspended),
        pb::ProjectStatus::Abandoned => Some(ProjectStatus::Abandoned),
    }
}

fn theme(fields: &mut Fields, field: &str, wire: &pb::ProjectTheme) -> Option<ThemeChoice> {
    fields.check(&format!("{field}.priority"), (1..=3).contains(&wire.priority), "expected 1 (most) to 3");
    let code = fields.parse(&format!("{field}.theme_code"), &wire.theme_code)?;
    Some(ThemeChoice { code, priority: wire.priority })
}

fn budget_line(fields: &mut Fields, field: &str, wire: &pb::BudgetLine) -> Option<BudgetLine> {
    fields.check(&format!("{field}.year"), (1900..=2200).contains(&wire.year), "expected a year from 1900 to 2200");
    let amount_cents = cents(fields, &format!("{field}.amount_cents"), wire.amount_cents);
    let source = fields.parse(&format!("{field}.source"), &wire.source)?;
    Some(BudgetLine { year: wire.year, source, amount_cents })
}

fn operator(fields: &mut Fields, field: &str, text: &str) -> Option<Line<200>> {
    let name: Line<200> = fields.parse(field, text)?;
    fields.check(field, !name.is_empty(), "expected the name of an organisation");
    Some(name)
}

fn link(fields: &mut Fields, field: &str, wire: &pb::ProjectLink) -> Option<Link> {
    let label = fields.parse(&format!("{field}.label"), &wire.label);
    let url = fields.parse(&format!("{field}.url"), &wire.url);
    Some(Link { label: label?, url: url? })
}

fn is_each_once<T: Ord>(all: &[T]) -> bool {
    let mut sorted: Vec<&T> = all.iter().collect();
    sorted.sort();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
