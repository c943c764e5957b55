//! « Fiche d'identité » : how a collectivité is reached.

use atlas_proto::directory::v1::{GetSectionsRequest, GetSectionsResponse, IdentityCard, UpdateIdentityCardRequest};
use axum::extract::Path;

use super::{
    Record,
    action_form::optional,
    conflict::{Clash, is_stale},
    values::{self, Fields, Values, act, based, filled},
};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    people::{Answer, Block, Halt, door::go, offices::request_id},
    session::SignedIn,
};

const FIELDS: Fields =
    &[("website", "field-website"), ("email", "field-email"), ("telephone", "field-telephone"), ("service", "field-service")];

/// What directory knows of a collectivité's card, contacts and networks, as of one moment.
///
/// # Errors
/// What directory answers.
pub async fn sections(person: &SignedIn, record: &Record) -> Result<GetSectionsResponse, Halt> {
    let request = GetSectionsRequest { collectivite_id: record.id.clone() };
    person.directory(&record.right, request, |mut directory, asked| async move { directory.get_sections(asked).await }).await
}

async fn card(person: &SignedIn, record: &Record) -> Result<IdentityCard, Halt> {
    Ok(sections(person, record).await?.collectivite.and_then(|it| it.identity_card).unwrap_or_default())
}

fn values(it: &IdentityCard) -> Values {
    let all = [("website", &it.website), ("email", &it.email), ("telephone", &it.telephone), ("service", &it.service)];
    all.map(|(name, value)| (name, value.clone())).to_vec()
}

/// `GET /espace/{id}/fiche`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (record, typed) = (Record::of(&person, &id)?, person.draft().await?);
    let it = card(&person, &record).await?;
    page(&person, &record, &it, &typed)
}

/// `POST /espace/{id}/fiche`
pub async fn send(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = values::sent(form, FIELDS, &["etag", "request_id"])?;
    act(&form, &["save"])?;
    let get = |name| form.get(name).to_owned();
    let to = IdentityCard {
        website: get("website"),
        email: get("email"),
        telephone: get("telephone"),
        service: get("service"),
        etag: get("etag"),
        revision: 0,
    };
    let request = UpdateIdentityCardRequest {
        collectivite_id: record.id.clone(),
        identity_card: Some(to),
        update_mask: None,
        request_id: get("request_id"),
    };
    let done = || {
        person.say_next("record-published");
        Ok(go(&person, &person.path))
    };
    match person.directory(&record.right, request, |mut directory, asked| async move { directory.update_identity_card(asked).await }).await
    {
        Ok(_) => done(),
        Err(halt) if is_stale(&halt) => {
            let now = card(&person, &record).await?;
            let (etag, read) = (now.etag.clone(), |_: &str, value: &str| value.to_owned());
            let clash =
                Clash { fields: FIELDS, form: &form, now: values(&now), etag, who: String::new(), carried: Vec::new(), read: &read };
            clash.page(&person, &record, person.words().say("own-card-title")).unwrap_or_else(done)
        }
        Err(Halt::Service(status)) => {
            let typed = Typed::of(&form).refused(status, person.words(), &[])?;
            page(&person, &record, &card(&person, &record).await?, &typed)
        }
        Err(halt) => Err(halt),
    }
}

fn page(person: &SignedIn, record: &Record, it: &IdentityCard, typed: &Typed) -> Answer {
    let (words, known) = (person.words(), values(it));
    let mut sheet = record.sheet(person, words.say("own-card-title")).text(words.name("card-intro", &record.name));
    if !record.edits {
        let label = |name: &str| FIELDS.iter().find(|(known, _)| *known == name).map_or("", |(_, label)| *label);
        let facts = known.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (words.say(label(name)), value.into()));
        return sheet.part(Block::Facts(facts.collect())).answer();
    }
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    let form = FormView::new(person, &filled(typed, &known))
        .field(person, "website", Kind::Text, |field| optional(field, words.say("website-hint"), 500))
        .field(person, "email", Kind::Email, |field| optional(field, words.say("card-email-hint"), 254))
        .field(person, "telephone", Kind::Text, |field| optional(field, words.say("telephone-hint"), 30))
        .field(person, "service", Kind::Text, |field| optional(field, words.say("service-hint"), 200));
    let etag = if typed.has("etag") { typed.value("etag") } else { &it.etag };
    let form = based(form.hidden("etag", etag).hidden("request_id", request_id()), typed, &known);
    sheet.form(form.button(words.say("publish-button"), "save")).answer()
}
