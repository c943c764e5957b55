//! « Élus et agents » : who answers for the external action of a collectivité.

use atlas_proto::directory::v1::{
    Contact, ContactKind, ContactVisibility, CreateContactRequest, DeleteContactRequest, UpdateContactRequest,
};
use axum::extract::Path;

use super::{
    Record,
    action_form::optional,
    card::sections,
    conflict::{Clash, is_stale},
    values::{self, Fields, Values, act, based, filled},
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    i18n::Words,
    people::{Answer, Block, Card, Halt, Rich, door::go, offices::request_id},
    session::SignedIn,
};

const FIELDS: Fields = &[
    ("kind", "field-kind"),
    ("first_name", "field-first-name"),
    ("last_name", "field-last-name"),
    ("function", "field-function"),
    ("email", "field-email"),
    ("visibility", "field-visibility"),
];
const KINDS: [(&str, ContactKind, &str); 2] =
    [("elected", ContactKind::Elected, "contacts-elected"), ("officer", ContactKind::Officer, "contacts-officer")];
const SHOWN: [(&str, &str); 3] = [("public", "visible-name"), ("first_name", "visible-first-name"), ("email", "visible-email")];
const RENAMED: [(&str, &str); 1] = [("title", "function")];

fn values(it: &Contact) -> Values {
    let kind = KINDS.iter().find(|(_, kind, _)| *kind == it.kind()).map_or("", |(name, ..)| name);
    let shown = it.visibility.unwrap_or_default();
    let shown = [(shown.public, "public"), (shown.first_name, "first_name"), (shown.email, "email")];
    let shown: Vec<&str> = shown.into_iter().filter(|(yes, _)| *yes).map(|(_, name)| name).collect();
    vec![
        ("kind", kind.to_owned()),
        ("first_name", it.first_name.clone()),
        ("last_name", it.last_name.clone()),
        ("function", it.title.clone()),
        ("email", it.email.clone()),
        ("visibility", shown.join(" ")),
    ]
}

fn read_as(words: &Words, name: &str, value: &str) -> String {
    match name {
        "kind" => KINDS.iter().find(|(known, ..)| *known == value).map(|(.., key)| words.say(key)).unwrap_or_default(),
        "visibility" => {
            let said = SHOWN.iter().filter(|(known, _)| value.split_whitespace().any(|one| one == *known)).map(|(_, key)| words.say(key));
            said.collect::<Vec<_>>().join(", ")
        }
        _ => value.to_owned(),
    }
}

fn made(words: &Words, record: &Record, form: &Form, typed: &mut Typed) -> Contact {
    typed.require(form, &["kind", "last_name"], words);
    let get = |name| form.get(name).to_owned();
    let kind = KINDS.iter().find(|(name, ..)| *name == form.get("kind")).map(|(_, kind, _)| *kind).unwrap_or_default();
    let shown = |name: &str| form.get("visibility").split_whitespace().any(|one| one == name);
    Contact {
        contact_id: get("contact_id"),
        collectivite_id: record.id.clone(),
        kind: kind.into(),
        first_name: get("first_name"),
        last_name: get("last_name"),
        title: get("function"),
        email: get("email"),
        visibility: Some(ContactVisibility { public: shown("public"), first_name: shown("first_name"), email: shown("email") }),
        etag: get("etag"),
        ..Contact::default()
    }
}

/// `GET /espace/{id}/contacts`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (record, typed) = (Record::of(&person, &id)?, person.draft().await?);
    page(&person, &record, &typed).await
}

/// `POST /espace/{id}/contacts`
pub async fn send(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = values::sent(form, FIELDS, &["contact_id", "etag", "request_id"])?;
    let (act, mut typed) = (act(&form, &["add", "save", "delete"])?, Typed::of(&form));
    if act == "delete" {
        let get = |name| form.get(name).to_owned();
        let request = DeleteContactRequest { contact_id: get("contact_id"), etag: get("etag"), request_id: get("request_id") };
        person.directory(&record.right, request, |mut directory, asked| async move { directory.delete_contact(asked).await }).await?;
        return done(&person, "contact-removed");
    }
    let contact = made(person.words(), &record, &form, &mut typed);
    if typed.is_wrong() {
        return page(&person, &record, &typed).await;
    }
    match save(&person, &record, contact, form.get("request_id")).await {
        Ok(()) => done(&person, "record-published"),
        Err(halt) if is_stale(&halt) => clash(&person, &record, &form).await,
        Err(Halt::Service(status)) => page(&person, &record, &typed.refused(status, person.words(), &RENAMED)?).await,
        Err(halt) => Err(halt),
    }
}

fn done(person: &SignedIn, note: &str) -> Answer {
    person.say_next(note);
    Ok(go(person, &person.path))
}

async fn save(person: &SignedIn, record: &Record, contact: Contact, request_id: &str) -> Result<(), Halt> {
    let request_id = request_id.to_owned();
    if contact.contact_id.is_empty() {
        let request = CreateContactRequest { contact: Some(contact), request_id };
        person.directory(&record.right, request, |mut directory, asked| async move { directory.create_contact(asked).await }).await?;
    } else {
        let request = UpdateContactRequest { contact: Some(contact), update_mask: None, request_id };
        person.directory(&record.right, request, |mut directory, asked| async move { directory.update_contact(asked).await }).await?;
    }
    Ok(())
}

async fn clash(person: &SignedIn, record: &Record, form: &Form) -> Answer {
    let (words, contact_id) = (person.words(), form.get("contact_id"));
    let all = sections(person, record).await?.contacts;
    let now = all.into_iter().find(|it| it.contact_id == contact_id).ok_or(PageError::NotFound)?;
    let read = |name: &str, value: &str| read_as(words, name, value);
    let carried = vec![("contact_id", contact_id.to_owned())];
    let clash = Clash { fields: FIELDS, form, now: values(&now), etag: now.etag.clone(), who: String::new(), carried, read: &read };
    clash.page(person, record, words.say("own-contacts-title")).unwrap_or_else(|| done(person, "record-published"))
}

async fn page(person: &SignedIn, record: &Record, typed: &Typed) -> Answer {
    let (words, contacts) = (person.words(), sections(person, record).await?.contacts);
    let mut sheet = record.sheet(person, words.say("own-contacts-title")).text(words.say("own-contacts-intro"));
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    sheet = match contacts.len() {
        0 => sheet.text(words.say("own-contacts-none")),
        count => {
            let cards = contacts.iter().map(|it| card(person, record, it, typed)).collect();
            sheet.heading(words.count("own-contacts-count", count)).part(Block::Cards(cards))
        }
    };
    if record.edits {
        let own = if typed.value("act") == "add" { typed.clone() } else { Typed::default().with("visibility", "public") };
        let form = fields(FormView::new(person, &own).named("new"), person).hidden("request_id", request_id());
        sheet = sheet.heading(words.say("contact-add")).form(form.button(words.say("publish-button"), "add"));
    }
    sheet.answer()
}

fn card(person: &SignedIn, record: &Record, it: &Contact, typed: &Typed) -> Card {
    let words = person.words();
    let (name, known) = (format!("{} {}", it.first_name, it.last_name).trim().to_owned(), values(it));
    let of = |field: &str| known.iter().find(|(name, _)| *name == field).map(|(_, value)| read_as(words, field, value)).unwrap_or_default();
    let facts = ["function", "email", "visibility"].map(|field| (field, of(field)));
    let facts = facts.into_iter().filter(|(_, text)| !text.is_empty()).filter_map(|(field, text)| {
        let (_, label) = FIELDS.iter().find(|(known, _)| *known == field)?;
        Some((words.say(label), Rich::from(text)))
    });
    let mut card = Card { title: name.clone(), badge: of("kind"), facts: facts.collect(), ..Card::default() };
    if record.edits {
        let mine = typed.value("act") == "save" && typed.value("contact_id") == it.contact_id;
        let typed = if mine { typed.clone() } else { Typed::default() };
        let etag = if mine { typed.value("etag") } else { &it.etag };
        let form = FormView::new(person, &filled(&typed, &known)).named(format!("c{}", it.contact_id));
        let carry =
            |form: FormView, etag: &str| form.hidden("contact_id", &it.contact_id).hidden("etag", etag).hidden("request_id", request_id());
        let change = based(carry(fields(form, person), etag), &typed, &known).button(words.say("publish-button"), "save");
        let gone = carry(FormView::new(person, &Typed::default()), &it.etag).button(words.name("contact-remove", &name), "delete");
        card.forms.push((words.name("contact-change", &name), change));
        card.forms.push((words.say("contact-gone"), gone));
    }
    card
}

fn fields(form: FormView, person: &SignedIn) -> FormView {
    let words = person.words();
    form.field(person, "kind", Kind::Radios, |field| {
        field.choose(KINDS.map(|(name, _, key)| (name.to_owned(), words.say(key), String::new())));
    })
    .field(person, "first_name", Kind::Text, |field| {
        field.longest = 100;
        field.optional();
    })
    .field(person, "last_name", Kind::Text, |field| field.longest = 100)
    .field(person, "function", Kind::Text, |field| optional(field, words.say("contact-function-hint"), 200))
    .field(person, "email", Kind::Email, |field| optional(field, words.say("contact-email-hint"), 254))
    .field(person, "visibility", Kind::Checks, |field| {
        field.choose(SHOWN.map(|(name, key)| (name.to_owned(), words.say(key), String::new())));
        field.optional();
    })
}
