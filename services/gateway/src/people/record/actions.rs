//! « Nos actions extérieures » : all of them, to be looked through, and confirmed many at once.

use std::collections::BTreeMap;

use atlas_proto::projects::v1::{
    ConfirmPartnershipsRequest, Framework, ListPartnershipsRequest, ListProjectsRequest, Partnership, Project,
};
use axum::extract::Path;

use super::{Abroad, Record, action_words as say};
use crate::{
    error::PageError,
    forms::{Form, FormView, Typed},
    people::{
        Answer, Block, Halt, Ledger, LedgerGroup, LedgerRow, LedgerTable, Link, Sheet,
        door::go,
        offices::{more, request_id},
    },
    session::SignedIn,
};

/// How many stand on a page: as many as can be confirmed at once.
const PAGE: i32 = 200;
/// How many pages of projects are counted: more than any collectivité has.
const COUNTED: usize = 8;

/// Where the pages of a collectivité are, for its space.
#[must_use]
pub fn ways(person: &SignedIn, id: &str) -> Vec<Link> {
    let abroad = person.desk.services.has_record();
    let all = [
        (abroad, "own-actions-title", "actions"),
        (abroad, "projects-title", "projets"),
        (true, "own-card-title", "fiche"),
        (true, "own-contacts-title", "contacts"),
        (true, "own-networks-title", "reseaux"),
    ];
    let all = all.into_iter().filter(|(there, ..)| *there).map(|(_, key, path)| (key, path));
    all.map(|(key, path)| Link::new(person.words().say(key), person.at(&format!("/espace/{id}/{path}")))).collect()
}

/// `GET /espace/{id}/actions`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let record = Record::of(&person, &id)?;
    page(&person, &record, &Typed::default()).await
}

/// `POST /espace/{id}/actions`: those that are ticked are right and still active.
pub async fn confirm(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = form.joined(&["actions"]);
    form.only(&["actions", "request_id"])?;
    if form.act() != "confirm" {
        return Err(PageError::BadRequest.into());
    }
    let mut typed = Typed::of(&form);
    let partnership_ids: Vec<String> = form.get("actions").split_whitespace().map(str::to_owned).collect();
    if partnership_ids.is_empty() {
        typed.wrong("actions", person.words().say("confirm-none"));
        return page(&person, &record, &typed).await;
    }
    let request = ConfirmPartnershipsRequest { partnership_ids, request_id: form.get("request_id").to_owned() };
    let done = person.records(&record.right, request, |mut records, request| async move { records.confirm_partnerships(request).await });
    match done.await {
        Ok(_) => {
            person.say_next("actions-confirmed");
            Ok(go(&person, &record.at("/actions")))
        }
        Err(halt) if halt.reason().as_deref() == Some("PARTNERSHIP_ENDED") => {
            typed.wrong("actions", person.words().say("confirm-ended"));
            page(&person, &record, &typed).await
        }
        Err(halt) => Err(halt),
    }
}

/// How many projects are done under each partnership.
async fn counted(person: &SignedIn, record: &Record) -> Result<BTreeMap<String, usize>, Halt> {
    let mut counts = BTreeMap::new();
    for it in all_projects(person, record).await? {
        for id in it.partnership_ids {
            *counts.entry(id).or_default() += 1;
        }
    }
    Ok(counts)
}

/// The projects of a collectivité.
///
/// # Errors
/// What projects answers.
pub async fn all_projects(person: &SignedIn, record: &Record) -> Result<Vec<Project>, Halt> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    for _ in 0..COUNTED {
        let request =
            ListProjectsRequest { page_size: 500, page_token, collectivite_id: record.id.clone(), ..ListProjectsRequest::default() };
        let told = person.records(&record.right, request, |mut records, asked| async move { records.list_projects(asked).await }).await?;
        all.extend(told.projects);
        page_token = told.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(all)
}

/// The partnerships of a collectivité, as far as a form can offer them.
///
/// # Errors
/// What projects answers.
pub async fn all_partnerships(person: &SignedIn, record: &Record) -> Result<Vec<Partnership>, Halt> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    for _ in 0..COUNTED {
        let collectivite_id = record.id.clone();
        let request = ListPartnershipsRequest { page_size: 500, page_token, collectivite_id, ..ListPartnershipsRequest::default() };
        let told =
            person.records(&record.right, request, |mut records, asked| async move { records.list_partnerships(asked).await }).await?;
        all.extend(told.partnerships);
        page_token = told.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(all)
}

async fn page(person: &SignedIn, record: &Record, typed: &Typed) -> Answer {
    let words = person.words();
    let request = ListPartnershipsRequest {
        page_size: PAGE,
        page_token: person.asked("page"),
        collectivite_id: record.id.clone(),
        ..ListPartnershipsRequest::default()
    };
    let listed = person.records(&record.right, request, |mut records, asked| async move { records.list_partnerships(asked).await }).await?;
    let mut sheet = record.sheet(person, words.say("own-actions-title")).text(words.name("own-actions-intro", &record.name));
    if record.edits {
        let add = Link::new(words.say("action-add"), person.at(&record.at("/actions/nouvelle")));
        sheet = sheet.part(Block::Ways(vec![add]));
    }
    if listed.partnerships.is_empty() {
        return sheet.notice("info", words.say("own-actions-none")).answer();
    }
    let (abroad, counts) = (Abroad::of(person, record, &listed.partnerships).await?, counted(person, record).await?);
    let lister = Lister { person, record, abroad: &abroad, counts: &counts, typed };
    sheet = lister.tables(sheet, &listed.partnerships);
    sheet.maybe(more(person, &listed.next_page_token)).answer()
}

/// What the rows of the list are made with.
struct Lister<'a> {
    person: &'a SignedIn,
    record: &'a Record,
    abroad: &'a Abroad,
    counts: &'a BTreeMap<String, usize>,
    typed: &'a Typed,
}

impl Lister<'_> {
    /// Those with a convention, those without, and those of which nobody has said it.
    fn tables(&self, sheet: Sheet, all: &[Partnership]) -> Sheet {
        let words = self.person.words();
        let kinds = [
            (Framework::Convention, "actions-convention"),
            (Framework::None, "actions-no-convention"),
            (Framework::Unspecified, "actions-unsaid"),
        ];
        let of = |kind: Framework| all.iter().filter(|it| it.framework() == kind).collect::<Vec<_>>();
        let tables = kinds.into_iter().map(|(kind, key)| (key, of(kind))).filter(|(_, all)| !all.is_empty());
        let tables = tables.map(|(key, all)| self.table(words.say(key), &all)).collect();
        let form = self.record.edits.then(|| {
            let form = FormView::new(self.person, self.typed).hidden("request_id", request_id());
            form.button(words.say("confirm-button"), "confirm")
        });
        let problem = self.typed.problem("actions").to_owned();
        let hint = if self.record.edits { words.say("confirm-hint") } else { String::new() };
        sheet.part(Block::Ledger(Box::new(Ledger { id: "actions", form, hint, problem, tables })))
    }

    fn table(&self, caption: String, all: &[&Partnership]) -> LedgerTable {
        let words = self.person.words();
        let keys = [
            "action-partner",
            "action-twinning-is",
            "action-standing",
            "action-began",
            "projects-title",
            "action-missing",
            "action-verified-is",
        ];
        let mut groups: BTreeMap<(String, String), Vec<(String, LedgerRow)>> = BTreeMap::new();
        for it in all {
            let country = self.abroad.country(&it.partner_id);
            let row = (crate::model::fold(&self.abroad.name(&it.partner_id)), self.row(it));
            groups.entry((crate::model::fold(&country), country)).or_default().push(row);
        }
        let groups = groups.into_iter().map(|((_, name), mut rows)| {
            rows.sort_by(|one, other| one.0.cmp(&other.0));
            LedgerGroup { name, rows: rows.into_iter().map(|(_, row)| row).collect() }
        });
        LedgerTable { caption, head: keys.iter().map(|key| words.say(key)).collect(), groups: groups.collect() }
    }

    fn row(&self, it: &Partnership) -> LedgerRow {
        let words = self.person.words();
        let name = self.abroad.name(&it.partner_id);
        let count = self.counts.get(&it.partnership_id).copied().unwrap_or_default();
        let cells = vec![
            say::yes_no(words, it.twinning),
            say::standing(words, it),
            say::began(words, it),
            words.number(count),
            say::missing(words, &it.missing),
            say::verified(words, it.provenance.as_ref()),
        ];
        LedgerRow {
            tick: (self.record.edits && say::is_confirmable(it)).then(|| (it.partnership_id.clone(), words.name("confirm-one", &name))),
            ticked: self.typed.all("actions").split_whitespace().any(|id| id == it.partnership_id),
            link: Link::new(name, self.person.at(&self.record.at(&format!("/actions/{}", it.partnership_id)))),
            cells,
        }
    }
}
