//! The journal: who did what, in whose name, and when.

use atlas_proto::identity::v1::{JournalEntry, ListEntriesRequest, ListEntriesResponse, VerifyChainRequest};
use axum::extract::Path;
use chrono::{NaiveDate, NaiveTime, TimeZone as _};
use kernel::{Right, RightKind, Role};
use prost_types::Timestamp;

use super::{Office, acts, more, name};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    i18n::Words,
    people::{Answer, Block, Halt, Table, door::go},
    session::SignedIn,
};

const PAGE: i32 = 100;
const SEARCHED: [&str; 6] = ["actor", "action", "subject", "scope", "since", "until"];

/// `GET /espace/{id}/journal`
pub async fn of_collectivite(person: SignedIn, Path(id): Path<String>) -> Answer {
    page(&person, &Office::of_collectivite(&person, &id, Role::Admin)?).await
}

/// `GET …/journal`
pub async fn show(person: SignedIn) -> Answer {
    page(&person, &Office::own(&person, Role::Admin)?).await
}

/// `POST …/journal`: computes the chain of hashes anew.
pub async fn verify(person: SignedIn, form: Form) -> Answer {
    form.only(&["from"])?;
    let office = Office::own(&person, Role::Admin)?;
    let request = VerifyChainRequest { from_entry_id: form.get("from").parse().unwrap_or_default() };
    let checked = person.journal(&office.right, request, |mut journal, request| async move { journal.verify_chain(request).await }).await?;
    person.say_next(&format!("chain-{}-{}-{}", checked.checked, checked.broken_entry_id, checked.next_entry_id));
    Ok(go(&person, &person.path))
}

async fn page(person: &SignedIn, office: &Office) -> Answer {
    let words = person.words();
    let scope = if office.collectivite().is_empty() { person.asked("scope") } else { office.scope.clone() };
    let request = ListEntriesRequest {
        page_size: PAGE,
        page_token: person.asked("page"),
        actor: person.asked("actor"),
        act: person.asked("action"),
        subject: person.asked("subject"),
        scope,
        since: begins(&person.asked("since"), 0),
        until: begins(&person.asked("until"), 1),
    };
    let listed =
        match person.journal(&office.right, request, |mut journal, request| async move { journal.list_entries(request).await }).await {
            // What was looked for cannot be looked for: as if nothing was found.
            Err(Halt::Service(status)) if status.code() == tonic::Code::InvalidArgument => ListEntriesResponse::default(),
            answer => answer?,
        };
    let sheet = office.sheet(person, words.say("journal-title")).text(words.say("journal-intro")).form(search(person, office));
    let sheet = match listed.entries.len() {
        0 => sheet.text(words.say("journal-none")),
        _ => sheet.part(Block::Table(table(person, &listed.entries))),
    };
    let sheet = sheet.maybe(more(person, &listed.next_page_token));
    if !matches!(office.right.kind, RightKind::National | RightKind::Operator) || !office.collectivite().is_empty() {
        return sheet.answer();
    }
    let from = person.note.as_deref().and_then(noted).filter(|(_, broken, _)| *broken == 0).map_or(0, |(_, _, next)| next);
    let form =
        FormView::new(person, &Typed::default()).hidden("from", from.to_string()).beside(words.say("journal-verify-button"), "verify");
    sheet.heading(words.say("journal-verify")).text(words.say("journal-verify-text")).form(form).answer()
}

fn search(person: &SignedIn, office: &Office) -> FormView {
    let values: Vec<(&str, String)> = SEARCHED.iter().map(|name| (*name, person.asked(name))).collect();
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut form = FormView::new(person, &Typed::known(&values)).searching();
    for name in SEARCHED {
        if name == "scope" && !office.collectivite().is_empty() {
            continue;
        }
        let kind = match name {
            "since" | "until" => Kind::Day,
            "action" => Kind::Select,
            _ => Kind::Text,
        };
        form = form.field(person, name, kind, |field| {
            field.optional();
            if matches!(name, "actor" | "subject") {
                field.hint(person.words().say("journal-who-hint"));
            }
            if kind == Kind::Select {
                field.choose(acts::choices(person.words()));
            }
        });
    }
    form.button(person.words().say("search-button"), "")
}

/// The beginning of a day in Paris, so many days later; none for what is no day.
fn begins(day: &str, later: i64) -> Option<Timestamp> {
    let day: NaiveDate = day.parse().ok()?;
    let day = day.checked_add_signed(chrono::TimeDelta::try_days(later)?)?;
    let at = chrono_tz::Europe::Paris.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest()?;
    Some(Timestamp { seconds: at.timestamp(), nanos: 0 })
}

fn table(person: &SignedIn, entries: &[JournalEntry]) -> Table {
    let words = person.words();
    let row = |entry: &JournalEntry| {
        let actor = named(words, &entry.actor, &entry.actor_name);
        let at = entry.at.as_ref().map(|at| words.moment(at)).unwrap_or_default();
        // What somebody did to themselves need not name them twice.
        let subject = if entry.subject == entry.actor { String::new() } else { named(words, &entry.subject, &entry.subject_name) };
        let scope = scope_name(person, &entry.scope);
        let about = [scope.as_str(), &entry.detail, &subject].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        vec![at, actor, acts::say(words, &entry.act), about.join(" · "), entry.network.clone()]
    };
    let head = ["journal-when", "field-actor", "field-action", "journal-about", "journal-network"];
    Table {
        caption: words.say("journal-caption"),
        head: head.iter().map(|key| words.say(key)).collect(),
        rows: entries.iter().map(row).collect(),
    }
}

/// A person's name, or what acts where nobody is signed in; as it is written, where it is neither.
fn named(words: &Words, written: &str, name: &str) -> String {
    match written {
        "command line" => words.say("journal-command-line"),
        "identity" => words.say("journal-by-itself"),
        _ if name.is_empty() && written.starts_with("account:") => words.say("journal-erased"),
        _ if name.is_empty() => written.to_owned(),
        _ => name.to_owned(),
    }
}

/// What a line is about, in words; as it is written, where it is none of our rights' kinds.
fn scope_name(person: &SignedIn, scope: &str) -> String {
    format!("{scope}:reader").parse::<Right>().map_or_else(|_| scope.to_owned(), |right| name(person, &right))
}

/// The number of a note about the chain: how many were looked at, the first that is broken, where to go on.
#[must_use]
pub fn noted(note: &str) -> Option<(usize, i64, i64)> {
    let mut numbers = note.strip_prefix("chain-")?.split('-');
    let (checked, broken, next) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    numbers.next().is_none().then_some((checked, broken, next))
}
