//! One project: begun, shown with its history, changed, removed, put back as it was.

use atlas_proto::projects::v1::{
    CreateProjectRequest, DeleteProjectRequest, GetProjectRequest, Partnership, Project, UpdateProjectRequest, get_project_request::Which,
    history_entry::Before,
};
use axum::extract::Path;
use prost_types::FieldMask;

use super::{
    Abroad, Record, action_words as say,
    actions::all_partnerships,
    conflict::{Clash, is_stale},
    history::History,
    project_form as fields, themes,
    values::{self, act, based, filled},
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Typed},
    model::id::Id,
    people::{Answer, Block, Halt, Link, Sheet, door::go, offices::request_id},
    session::SignedIn,
};

/// In the address of the page that asks whether it is to go.
const GOING: &str = "supprimer";

/// A project, and what it can be done under.
struct Work<'a> {
    person: &'a SignedIn,
    record: &'a Record,
    it: Project,
    own: Vec<Partnership>,
}

/// `GET /espace/{id}/projets/nouveau`
pub async fn begin(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (record, typed) = (Record::edited(&person, &id)?, person.draft().await?);
    let own = all_partnerships(&person, &record).await?;
    Work { person: &person, record: &record, it: Project::default(), own }.page(&typed).await
}

/// `POST /espace/{id}/projets/nouveau`
pub async fn create(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = sent(form)?;
    act(&form, &["save"])?;
    let own = all_partnerships(&person, &record).await?;
    Work { person: &person, record: &record, it: Project::default(), own }.save(&form).await
}

/// `GET /espace/{id}/projets/{project}`
pub async fn show(person: SignedIn, Path((id, project)): Path<(String, String)>) -> Answer {
    let (record, typed) = (Record::of(&person, &id)?, person.draft().await?);
    let work = Work::of(&person, &record, &project).await?;
    if record.edits && !person.asked(GOING).is_empty() { work.going() } else { work.page(&typed).await }
}

/// `POST /espace/{id}/projets/{project}`
pub async fn send(person: SignedIn, Path((id, project)): Path<(String, String)>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = sent(form)?;
    let act = act(&form, &["save", "restore", "delete"])?;
    let work = Work::of(&person, &record, &project).await?;
    match act {
        "save" => work.save(&form).await,
        "restore" => work.restore(&form).await,
        _ => work.remove(&form).await,
    }
}

fn sent(form: Form) -> Result<Form, Halt> {
    values::sent(themes::gathered(form), fields::FIELDS, &["etag", "request_id", "entry", "page"])
}

async fn get(person: &SignedIn, record: &Record, project: &str) -> Result<Project, Halt> {
    let id: Id = project.parse().map_err(|_| PageError::NotFound)?;
    let request = GetProjectRequest { which: Some(Which::ProjectId(id.to_string())) };
    let told = person.records(&record.right, request, |mut records, asked| async move { records.get_project(asked).await }).await?;
    Ok(told.project.unwrap_or_default())
}

impl<'a> Work<'a> {
    async fn of(person: &'a SignedIn, record: &'a Record, project: &str) -> Result<Self, Halt> {
        let (it, own) = (get(person, record, project).await?, all_partnerships(person, record).await?);
        let theirs = it.partnership_ids.iter().any(|id| own.iter().any(|one| one.partnership_id == *id));
        // One that is done under partnerships of others alone is not this collectivité's to show here.
        if theirs { Ok(Self { person, record, it, own }) } else { Err(PageError::NotFound.into()) }
    }

    fn is_new(&self) -> bool {
        self.it.project_id.is_empty()
    }

    fn done(&self, id: &str, note: &str) -> Answer {
        self.person.say_next(note);
        Ok(go(self.person, &self.record.at(&format!("/projets/{id}"))))
    }

    async fn save(&self, form: &Form) -> Answer {
        let (words, mut typed) = (self.person.words(), Typed::of(form));
        let to = fields::made(words, form, &mut typed, &self.it, &self.own);
        if typed.is_wrong() {
            return self.page(&typed).await;
        }
        let saved = if self.is_new() { self.add(to, form).await } else { self.update(to, form).await };
        match saved {
            Ok(it) => self.done(&it.project_id, "record-published"),
            Err(halt) if is_stale(&halt) => self.clash(form).await,
            Err(Halt::Service(status)) => {
                if runtime::reason(&status).as_deref() == Some("THEME_RETIRED") {
                    typed.wrong("theme_1", words.say("problem-theme-retired"));
                    return self.page(&typed).await;
                }
                self.page(&typed.refused_by_path(status, words, fields::field_of)?).await
            }
            Err(halt) => Err(halt),
        }
    }

    async fn add(&self, project: Project, form: &Form) -> Result<Project, Halt> {
        let request = CreateProjectRequest { project: Some(project), request_id: form.get("request_id").to_owned() };
        let right = &self.record.right;
        let told = self.person.records(right, request, |mut records, asked| async move { records.create_project(asked).await }).await?;
        Ok(told.project.unwrap_or_default())
    }

    async fn update(&self, to: Project, form: &Form) -> Result<Project, Halt> {
        let project_id = self.it.project_id.clone();
        let request = UpdateProjectRequest {
            project: Some(Project { project_id: project_id.clone(), etag: form.get("etag").to_owned(), missing: Vec::new(), ..to }),
            update_mask: Some(FieldMask { paths: fields::PATHS.map(str::to_owned).to_vec() }),
            request_id: form.get("request_id").to_owned(),
        };
        let right = &self.record.right;
        self.person.records(right, request, |mut records, asked| async move { records.update_project(asked).await }).await?;
        Ok(Project { project_id, ..Project::default() })
    }

    async fn clash(&self, form: &Form) -> Answer {
        let now = get(self.person, self.record, &self.it.project_id).await?;
        let abroad = Abroad::of(self.person, self.record, &self.own).await?;
        let history = History::of(self.person, self.record, &self.it.project_id, String::new()).await?;
        let clash = Clash {
            fields: fields::FIELDS,
            form,
            now: fields::values(&now, &self.own),
            etag: now.etag.clone(),
            who: history.last(self.person),
            carried: Vec::new(),
            read: &|name, value| fields::read_as(self.person, &abroad, &self.own, name, value),
        };
        clash.page(self.person, self.record, now.title.clone()).unwrap_or_else(|| self.done(&now.project_id, "record-published"))
    }

    /// Puts it back as it was before a change: what it was comes from the service, never from the form.
    async fn restore(&self, form: &Form) -> Answer {
        let history = History::of(self.person, self.record, &self.it.project_id, form.get("page").to_owned()).await?;
        let found = history.entries.into_iter().find(|entry| entry.entry_id == form.get("entry"));
        let Some(Before::Project(before)) = found.and_then(|entry| entry.before) else { return Err(PageError::NotFound.into()) };
        self.update(before, form).await?;
        self.done(&self.it.project_id, "record-restored")
    }

    async fn remove(&self, form: &Form) -> Answer {
        let project_id = self.it.project_id.clone();
        let request = DeleteProjectRequest { project_id, etag: form.get("etag").to_owned(), request_id: form.get("request_id").to_owned() };
        let right = &self.record.right;
        self.person.records(right, request, |mut records, asked| async move { records.delete_project(asked).await }).await?;
        self.person.say_next("record-removed");
        Ok(go(self.person, &self.record.at("/projets")))
    }

    fn sheet(&self, heading: String) -> Sheet {
        self.record.sheet(self.person, heading).step(self.person.words().say("projects-title"), &self.record.at("/projets"))
    }

    /// « Supprimer … ? »
    fn going(&self) -> Answer {
        let words = self.person.words();
        let form = FormView::new(self.person, &Typed::default()).hidden("etag", &self.it.etag).hidden("request_id", request_id());
        let sheet = self.sheet(words.name("project-remove-title", &self.it.title)).step(&self.it.title, &self.person.path);
        let sheet = sheet.text(words.say("project-remove-text")).form(form.button(words.say("remove-button"), "delete"));
        sheet.part(Block::Links(vec![Link::new(words.say("remove-not"), self.person.at(&self.person.path))])).answer()
    }

    async fn page(&self, typed: &Typed) -> Answer {
        let (person, words) = (self.person, self.person.words());
        let heading = if self.is_new() { words.say("project-new-title") } else { self.it.title.clone() };
        let mut sheet = self.sheet(heading);
        if self.own.is_empty() {
            let way = Link::new(words.say("action-add"), person.at(&self.record.at("/actions/nouvelle")));
            return sheet.notice("info", words.say("project-no-action")).part(Block::Ways(vec![way])).answer();
        }
        if typed.drafted {
            sheet = sheet.notice("info", words.say("draft-filled"));
        }
        let abroad = Abroad::of(person, self.record, &self.own).await?;
        if !self.it.missing.is_empty() {
            sheet = sheet.notice("warning", say::missing(words, &self.it.missing));
        }
        sheet = if self.record.edits { self.form(sheet, typed, &abroad) } else { self.facts(sheet, &abroad) };
        if self.is_new() {
            return sheet.answer();
        }
        History::of(person, self.record, &self.it.project_id, person.asked("page"))
            .await?
            .show(person, self.record, &self.it.etag, sheet)
            .answer()
    }

    fn form(&self, sheet: Sheet, typed: &Typed, abroad: &Abroad) -> Sheet {
        let (person, words) = (self.person, self.person.words());
        let known = fields::values(&self.it, &self.own);
        let shown = filled(typed, &known);
        let etag = if typed.has("etag") { typed.value("etag").to_owned() } else { self.it.etag.clone() };
        let form = fields::fields(FormView::new(person, &shown), person, &shown, abroad, &self.own).hidden("request_id", request_id());
        let form = if self.is_new() { form } else { based(form.hidden("etag", etag), typed, &known) };
        let sheet = sheet.form(form.button(words.say("publish-button"), "save"));
        if self.is_new() {
            return sheet;
        }
        let href = format!("{}?{GOING}=1", person.at(&person.path));
        sheet.part(Block::Links(vec![Link::new(words.say("project-remove"), href)]))
    }

    /// For who reads only.
    fn facts(&self, sheet: Sheet, abroad: &Abroad) -> Sheet {
        let words = self.person.words();
        let known = fields::values(&self.it, &self.own).into_iter();
        let read = known.map(|(name, value)| (name, fields::read_as(self.person, abroad, &self.own, name, &value)));
        let labels = |name: &str| fields::FIELDS.iter().find(|(known, _)| *known == name).map_or("", |(_, label)| *label);
        let facts = read.filter(|(_, text)| !text.is_empty()).map(|(name, text)| (words.say(labels(name)), text.into()));
        sheet.part(Block::Facts(facts.collect()))
    }
}
