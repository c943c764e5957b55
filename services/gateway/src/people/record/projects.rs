//! « Projets » : all of them, to be looked through.

use atlas_proto::projects::v1::{ListProjectsRequest, Project};
use axum::extract::Path;

use super::{Record, action_words as say, themes, written};
use crate::{
    atlas::action::project_status_key,
    people::{Answer, Block, Ledger, LedgerGroup, LedgerRow, LedgerTable, Link, offices::more},
    session::SignedIn,
};

/// `GET /espace/{id}/projets`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (record, words) = (Record::of(&person, &id)?, person.words());
    let (page_token, collectivite_id) = (person.asked("page"), record.id.clone());
    let request = ListProjectsRequest { page_size: 100, page_token, collectivite_id, ..ListProjectsRequest::default() };
    let listed = person.records(&record.right, request, |mut records, asked| async move { records.list_projects(asked).await }).await?;
    let mut sheet = record.sheet(&person, words.say("projects-title")).text(words.name("own-projects-intro", &record.name));
    if record.edits {
        let add = Link::new(words.say("project-add"), person.at(&record.at("/projets/nouveau")));
        sheet = sheet.part(Block::Ways(vec![add]));
    }
    if listed.projects.is_empty() {
        return sheet.notice("info", words.say("own-projects-none")).answer();
    }
    let table = table(&person, &record, listed.projects);
    let ledger = Ledger { id: "projects", form: None, hint: String::new(), problem: String::new(), tables: vec![table] };
    sheet.part(Block::Ledger(Box::new(ledger))).maybe(more(&person, &listed.next_page_token)).answer()
}

fn table(person: &SignedIn, record: &Record, mut all: Vec<Project>) -> LedgerTable {
    let words = person.words();
    all.sort_by_key(|it| crate::model::fold(&it.title));
    let row = |it: &Project| LedgerRow {
        tick: None,
        ticked: false,
        link: Link::new(&it.title, person.at(&record.at(&format!("/projets/{}", it.project_id)))),
        cells: vec![
            project_status_key(it.status()).map(|key| words.say(key)).unwrap_or_default(),
            themes::read_as(person, &themes::written(&it.themes)),
            [&it.starts_on, &it.ends_on]
                .into_iter()
                .filter(|day| !day.is_empty())
                .map(|day| written::day(day))
                .collect::<Vec<_>>()
                .join(" – "),
            say::missing(words, &it.missing),
            say::verified(words, it.provenance.as_ref()),
        ],
    };
    let head = ["field-title", "field-progress", "field-themes", "project-when", "action-missing", "action-verified-is"];
    LedgerTable {
        caption: words.say("projects-title"),
        head: head.iter().map(|key| words.say(key)).collect(),
        groups: vec![LedgerGroup { name: String::new(), rows: all.iter().map(row).collect() }],
    }
}
