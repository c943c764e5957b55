use std::collections::HashMap;

use events::outbox;
use kernel::Etag;
use uuid::Uuid;

use super::{Act, Command, Deed};
use crate::{
    error::Error,
    record::{
        domain::{Partnership, PartnershipId, Project, ProjectEdit, ProjectId, Theme, ThemeChoice, ThemeCode, Work},
        facts,
        store::{history, partnerships, projects, themes},
    },
};

/// A project to be added.
pub struct Add(pub Work);

/// A change of a project.
pub struct Update {
    /// Which.
    pub project: ProjectId,
    /// The project the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: ProjectEdit,
}

/// A project that is to go.
pub struct Remove {
    /// Which.
    pub project: ProjectId,
    /// The project the caller read.
    pub seen: Etag,
}

/// A project is gone.
pub struct Removed;

impl Command for Add {
    const METHOD: &'static str = "CreateProject";
    type Done = Project;

    async fn run(self, act: &mut Act<'_>) -> Result<Project, Error> {
        let Self(work) = self;
        let under = hold(act, &work.partnerships).await?;
        let first = work.partnerships.first().and_then(|id| under.iter().find(|one| one.id == *id));
        let theirs = || Error::PartnershipNotFound(work.partnerships.first().copied().unwrap_or(PartnershipId(Uuid::nil())));
        act.part_in(first.ok_or_else(theirs)?)?.ok_or_else(theirs)?;
        require_themes(act, &work.themes, &[]).await?;
        let project = Project::added(work, act.now(), act.capacity());
        write_down(act, None, &project, &under, "added", &[]).await?;
        Ok(project)
    }
}

impl Command for Update {
    const METHOD: &'static str = "UpdateProject";
    type Done = Project;

    /// Changes a project. An edit that changes nothing leaves no trace.
    async fn run(self, act: &mut Act<'_>) -> Result<Project, Error> {
        let (before, mut under) = lock(act, self.project, self.seen).await?;
        let (work, fields) = before.work.clone().edited(self.edit);
        if fields.is_empty() {
            return Ok(before);
        }
        if work.ends_too_early() {
            return Err(too_early());
        }
        if fields.contains(&"partnership_ids") {
            let held = hold(act, &work.partnerships).await?;
            let is_new = |one: &&Partnership| !before.work.partnerships.contains(&one.id);
            for partnership in held.iter().filter(is_new) {
                act.part_in(partnership)?.ok_or(Error::PartnershipNotFound(partnership.id))?;
            }
            under.extend(held);
        }
        require_themes(act, &work.themes, &before.work.themes).await?;
        let after = before.clone().changed(work, act.now());
        write_down(act, Some(&before), &after, &under, "updated", &fields).await?;
        Ok(after)
    }
}

impl Command for Remove {
    const METHOD: &'static str = "DeleteProject";
    type Done = Removed;

    async fn run(self, act: &mut Act<'_>) -> Result<Removed, Error> {
        let (project, under) = lock(act, self.project, self.seen).await?;
        projects::remove(act.tx, project.id).await?;
        let deed = Deed { at: act.now(), by: &act.caller.subject, change: facts::REMOVED, fields: &[] };
        history::insert(act.tx, &[deed.to_project(Some(&project), &project, taking_part(&under))]).await?;
        outbox::append(act.tx, act.clock, &facts::project_removed(&project)).await?;
        Ok(Removed)
    }
}

/// It would end before it begins.
fn too_early() -> Error {
    let description = "expected a day that is not before starts_on".to_owned();
    Error::Invalid(kernel::Violations(vec![kernel::Violation { field: "project.ends_on".to_owned(), description }]))
}

/// Holds a project that the caller may change and has read as it is, with its partnerships. Another's is answered like none.
async fn lock(act: &mut Act<'_>, id: ProjectId, seen: Etag) -> Result<(Project, Vec<Partnership>), Error> {
    let none = || Error::ProjectNotFound(id.to_string());
    let project = projects::lock_many(act.tx, &[id.0]).await?.pop().ok_or_else(none)?;
    let under = partnerships::find_many(act.tx, &ids(&project.work.partnerships)).await?;
    let mut is_mine = false;
    for partnership in &under {
        is_mine |= act.part_in(partnership)?.is_some();
    }
    match (is_mine, project.version == seen.0) {
        (false, _) => Err(none()),
        (true, false) => Err(Error::Stale),
        (true, true) => Ok((project, under)),
    }
}

/// Holds partnerships that a project is done under: none of them is removed meanwhile.
async fn hold(act: &mut Act<'_>, named: &[PartnershipId]) -> Result<Vec<Partnership>, Error> {
    let found = partnerships::hold(act.tx, &ids(named)).await?;
    let missing = named.iter().find(|id| found.iter().all(|one| one.id != **id));
    missing.map_or(Ok(found), |id| Err(Error::PartnershipNotFound(*id)))
}

fn ids(of: &[PartnershipId]) -> Vec<Uuid> {
    of.iter().map(|id| id.0).collect()
}

/// Refuses themes that do not exist, and those no longer offered, unless the project had them before.
async fn require_themes(act: &mut Act<'_>, named: &[ThemeChoice], before: &[ThemeChoice]) -> Result<(), Error> {
    let all: HashMap<ThemeCode, Theme> = themes::all(act.tx).await?.into_iter().map(|one| (one.code.clone(), one)).collect();
    for ThemeChoice { code, .. } in named {
        let theme = all.get(code).ok_or_else(|| Error::ThemeNotFound(code.clone()))?;
        if theme.retired && before.iter().all(|had| had.code != *code) {
            return Err(Error::ThemeRetired(code.clone()));
        }
    }
    Ok(())
}

fn taking_part(under: &[Partnership]) -> Vec<String> {
    under.iter().flat_map(|one| &one.terms.participants).map(ToString::to_string).collect()
}

/// Saves a project, writes down who changed what, and tells it.
async fn write_down(
    act: &mut Act<'_>,
    before: Option<&Project>,
    after: &Project,
    under: &[Partnership],
    change: &'static str,
    fields: &[&'static str],
) -> Result<(), Error> {
    projects::save(act.tx, &[after]).await?;
    let deed = Deed { at: act.now(), by: &act.caller.subject, change, fields };
    history::insert(act.tx, &[deed.to_project(before, after, taking_part(under))]).await?;
    let told = facts::project(after, if fields.contains(&"partnership_ids") { facts::MOVED } else { change });
    outbox::append(act.tx, act.clock, &told).await?;
    Ok(())
}
