//! Who changed what in the record of a collectivité.

use std::collections::BTreeMap;

use atlas_proto::{
    identity::v1::ListMembersRequest,
    projects::v1::{HistoryEntry, ListHistoryRequest, ListHistoryResponse},
};
use kernel::{RightKind, Role};

use super::{Record, action_words};
use crate::{
    forms::{FormView, Typed},
    people::{
        Block, Card, Halt, Rich, Sheet,
        offices::{more, request_id},
    },
    session::SignedIn,
};

/// How many changes of the whole record are looked through for those of one thing.
const LOOKED: i32 = 200;

/// What one thing went through, and by whom.
pub struct History {
    /// Its changes, the newest first.
    pub entries: Vec<HistoryEntry>,
    /// Where to look on.
    pub next: String,
    names: BTreeMap<String, String>,
}

impl History {
    /// The changes of one partnership or project.
    ///
    /// # Errors
    /// What projects answers.
    pub async fn of(person: &SignedIn, record: &Record, resource: &str, page_token: String) -> Result<Self, Halt> {
        let request = ListHistoryRequest { collectivite_id: record.id.clone(), page_size: LOOKED, page_token };
        let told: ListHistoryResponse =
            person.records(&record.right, request, |mut records, asked| async move { records.list_history(asked).await }).await?;
        let entries: Vec<_> = told.entries.into_iter().filter(|entry| entry.resource_id == resource).collect();
        Ok(Self { names: names(person, record).await, entries, next: told.next_page_token })
    }

    /// Who changed it the last time, and when; nothing where it is not known.
    #[must_use]
    pub fn last(&self, person: &SignedIn) -> String {
        let Some((entry, at)) = self.entries.first().and_then(|entry| Some((entry, entry.changed_at.as_ref()?))) else {
            return String::new();
        };
        person.words().with("clash-who", &[("who", &self.who(person, &entry.changed_by)), ("time", &person.words().time(at))])
    }

    /// Each change as a card, with the way back to what it was before, where the service kept that.
    #[must_use]
    pub fn cards(&self, person: &SignedIn, record: &Record, etag: &str) -> Vec<Card> {
        let mut cards: Vec<Card> = self.entries.iter().map(|entry| self.card(person, entry)).collect();
        for (card, entry) in cards.iter_mut().zip(&self.entries) {
            if record.edits && entry.before.is_some() {
                let form = FormView::new(person, &Typed::default()).hidden("entry", &entry.entry_id).hidden("etag", etag);
                let form = form.hidden("page", person.asked("page")).hidden("request_id", request_id());
                card.forms.push((String::new(), form.small(person.words().say("restore-button"), "restore")));
            }
        }
        cards
    }

    /// The part of a page that shows it.
    #[must_use]
    pub fn show(&self, person: &SignedIn, record: &Record, etag: &str, sheet: Sheet) -> Sheet {
        let (words, cards) = (person.words(), self.cards(person, record, etag));
        let sheet = sheet.heading(words.say("history-title"));
        let sheet = if cards.is_empty() { sheet.text(words.say("history-none")) } else { sheet.part(Block::Cards(cards)) };
        sheet.maybe(more(person, &self.next))
    }

    fn card(&self, person: &SignedIn, entry: &HistoryEntry) -> Card {
        let words = person.words();
        let mut facts = vec![
            (words.say("history-who"), Rich::from(self.who(person, &entry.changed_by))),
            (words.say("history-what"), Rich::from(words.say(change_key(&entry.change)))),
        ];
        let fields: Vec<String> = entry.fields.iter().filter_map(|path| field_key(path)).map(|key| words.say(key)).collect();
        if !fields.is_empty() {
            facts.push((words.say("history-fields"), Rich::from(fields.join(", "))));
        }
        let title = entry.changed_at.as_ref().map(|at| words.moment(at)).unwrap_or_default();
        Card { title, facts, ..Card::default() }
    }

    fn who(&self, person: &SignedIn, subject: &str) -> String {
        self.names.get(account(subject)).cloned().unwrap_or_else(|| person.words().say("history-somebody"))
    }
}

fn account(subject: &str) -> &str {
    subject.strip_prefix("account:").unwrap_or(subject)
}

/// Who is who, as far as one may know: oneself, and the team for who manages it. Without it a change is shown all the same.
async fn names(person: &SignedIn, record: &Record) -> BTreeMap<String, String> {
    let mut names = BTreeMap::from([(person.account.account_id.clone(), person.name())]);
    if record.right.kind == RightKind::Collectivite && record.right.role == Role::Admin {
        let request = ListMembersRequest { scope: format!("collectivite:{}", record.id) };
        let told = person.teams(&record.right, request, |mut teams, asked| async move { teams.list_members(asked).await }).await;
        let members = told.map(|team| team.members).unwrap_or_default();
        names.extend(members.into_iter().map(|it| (it.account_id, format!("{} {}", it.first_name, it.last_name).trim().to_owned())));
    }
    names
}

fn change_key(change: &str) -> &'static str {
    match change {
        "added" => "change-added",
        "requalified" => "change-requalified",
        "confirmed" => "change-confirmed",
        "removed" => "change-removed",
        "imported" => "change-imported",
        _ => "change-updated",
    }
}

fn field_key(path: &str) -> Option<&'static str> {
    Some(match path {
        "twinning" => "field-twinning",
        "oudin_santini" => "field-oudin-santini",
        "description" => "field-description",
        "collectivite_ids" | "lead_collectivite_id" => "missing-participants",
        "sdgs" => "project-goals",
        "context" => "project-context",
        "history" => "project-history",
        "budget" => "project-budget",
        "operators" => "project-operators",
        "links" => "project-links",
        "starts_on" => "project-starts",
        "ends_on" => "project-ends",
        "partnership_ids" => "own-actions-title",
        _ => return action_words::missing_key(path),
    })
}
