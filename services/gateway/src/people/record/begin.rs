//! A new partnership: the country, the partner, then what there is with it.

use atlas_proto::{
    directory::v1::{GetPartnerRequest, Partner, SearchPartnersRequest},
    projects::v1::{CreatePartnershipRequest, Framework, Partnership},
};
use axum::extract::Path;
use tonic_types::StatusExt as _;

use super::{
    Record, action_form as fields, countries,
    partners::{self, NEW},
    values::{self, act},
};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    model::id::Id,
    people::{Answer, Block, Halt, Link, Sheet, door::go, offices::request_id, strong},
    session::SignedIn,
};

/// How many partners are offered: who sees more does better to write more of the name.
const OFFERED: i32 = 20;

/// `GET /espace/{id}/actions/nouvelle`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (record, typed) = (Record::edited(&person, &id)?, person.draft().await?);
    let drafted = typed.value("partner_id");
    let chosen = if drafted.is_empty() { person.asked("partner_id") } else { drafted.to_owned() };
    if chosen.is_empty() {
        return choose(&person, &record, &typed).await;
    }
    let partner = get(&person, &record, &chosen).await?;
    describe(&person, &record, &partner, &typed, None).await
}

/// `POST /espace/{id}/actions/nouvelle`: adds a partner, or the partnership.
pub async fn send(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = values::sent(form, fields::FIELDS, &[&NEW[..], &["partner_id", "framework", "request_id"]].concat())?;
    match act(&form, &["create", "add-partner"])? {
        "create" => create(&person, &record, &form).await,
        _ => add_partner(&person, &record, &form).await,
    }
}

async fn get(person: &SignedIn, record: &Record, id: &str) -> Result<Partner, Halt> {
    let id: Id = id.parse().map_err(|_| crate::error::PageError::NotFound)?;
    let request = GetPartnerRequest { partner_id: id.to_string() };
    let told = person.partners(&record.right, request, |mut partners, asked| async move { partners.get_partner(asked).await }).await?;
    Ok(told.partner.unwrap_or_default())
}

fn with(record: &Record, partner: &str) -> String {
    format!("{}?partner_id={partner}", record.at("/actions/nouvelle"))
}

async fn add_partner(person: &SignedIn, record: &Record, form: &Form) -> Answer {
    let mut typed = Typed::of(form);
    let partner = partners::made(person.words(), form, &mut typed);
    if typed.is_wrong() {
        return choose(person, record, &typed).await;
    }
    match partners::add(person, record, partner, form.get("request_id")).await {
        Ok(partner) => Ok(go(person, &with(record, &partner.partner_id))),
        Err(Halt::Service(status)) => {
            // It is there already, as somebody else wrote it: that one is meant.
            if let Some(there) = named(&status, "partner_id") {
                person.say_next("partner-there");
                return Ok(go(person, &with(record, &there)));
            }
            choose(person, record, &typed.refused(status, person.words(), &partners::RENAMED)?).await
        }
        Err(halt) => Err(halt),
    }
}

/// What a refusal names.
fn named(status: &tonic::Status, what: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.get(what).cloned()
}

async fn create(person: &SignedIn, record: &Record, form: &Form) -> Answer {
    let (words, mut typed) = (person.words(), Typed::of(form));
    let partner = get(person, record, form.get("partner_id")).await?;
    typed.require(form, &["framework"], words);
    let new = Partnership {
        partner_id: partner.partner_id.clone(),
        lead_collectivite_id: record.id.clone(),
        collectivite_ids: vec![record.id.clone()],
        framework: fields::framework(form).into(),
        ..Partnership::default()
    };
    let new = fields::made(words, form, &mut typed, &new);
    if fields::framework(form) == Framework::None && !new.conventions.is_empty() {
        typed.wrong("framework", words.say("problem-framework"));
    }
    if typed.is_wrong() {
        return describe(person, record, &partner, &typed, None).await;
    }
    let request = CreatePartnershipRequest { partnership: Some(new), request_id: form.get("request_id").to_owned() };
    match person.records(&record.right, request, |mut records, asked| async move { records.create_partnership(asked).await }).await {
        Ok(made) => {
            person.say_next("record-published");
            Ok(go(person, &record.at(&format!("/actions/{}", made.partnership.unwrap_or_default().partnership_id))))
        }
        Err(Halt::Service(status)) => {
            if let Some(there) = named(&status, "partnership_id") {
                return describe(person, record, &partner, &typed, Some(there)).await;
            }
            describe(person, record, &partner, &typed.refused(status, words, &fields::RENAMED)?, None).await
        }
        Err(halt) => Err(halt),
    }
}

/// The first step: which partner.
async fn choose(person: &SignedIn, record: &Record, typed: &Typed) -> Answer {
    let words = person.words();
    let (country, name) = (person.asked("country"), person.asked("partner"));
    let mut sheet = start(person, record).text(words.say("begin-partner-text"));
    let looked = Typed::known(&[("country", &country), ("partner", &name)]);
    let find = FormView::new(person, &looked).searching().named("find");
    let find = find.field(person, "country", Kind::Select, |field| partners::country_choice(field, person, true));
    let find = find.field(person, "partner", Kind::Text, |field| {
        field.hint(words.say("begin-partner-hint"));
        field.longest = 200;
    });
    sheet = sheet.form(find.button(words.say("begin-find"), ""));
    let searched = name.trim().chars().count() >= 2;
    if searched {
        sheet = found(person, record, sheet, &country, &name).await?;
    }
    if searched || !typed.value("act").is_empty() {
        let form = partners::form(person, &typed.clone().or(&[("country", &country), ("partner_name", name.trim())]));
        let form = form.hidden("request_id", request_id()).button(words.say("partner-add-button"), "add-partner");
        sheet = sheet.fold(words.say("partner-add"), form);
    }
    sheet.answer()
}

async fn found(person: &SignedIn, record: &Record, sheet: Sheet, country: &str, name: &str) -> Result<Sheet, Halt> {
    let words = person.words();
    let query: String = name.trim().chars().take(200).collect();
    let request = SearchPartnersRequest { query, country_iso2: country.to_owned(), limit: OFFERED };
    let told = person.partners(&record.right, request, |mut partners, asked| async move { partners.search_partners(asked).await }).await?;
    if told.partners.is_empty() {
        return Ok(sheet.notice("info", words.name("begin-none", name.trim())));
    }
    let names: std::collections::BTreeMap<_, _> = countries(person).into_iter().collect();
    let offers = told.partners.iter().map(|it| {
        let country = names.get(&it.country_iso2).unwrap_or(&it.country_iso2);
        let label = [it.name.as_str(), it.division.as_str(), country].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        Link::new(label.join(", "), person.at(&with(record, &it.partner_id)))
    });
    Ok(sheet.heading(words.say("begin-found")).part(Block::Links(offers.collect())))
}

fn start(person: &SignedIn, record: &Record) -> Sheet {
    let words = person.words();
    record.sheet(person, words.say("action-new-title")).step(words.say("own-actions-title"), &record.at("/actions"))
}

/// The second step: what there is with the partner.
async fn describe(person: &SignedIn, record: &Record, partner: &Partner, typed: &Typed, there: Option<String>) -> Answer {
    let words = person.words();
    let mut sheet = start(person, record).text(words.name("begin-with", strong(&partner.name)));
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    if let Some(there) = there {
        let link = Link::new(words.say("begin-there-link"), person.at(&record.at(&format!("/actions/{there}"))));
        sheet = sheet.status(http::StatusCode::CONFLICT).notice("error", words.say("begin-there")).part(Block::Links(vec![link]));
    }
    let form = fields::framework_field(FormView::new(person, typed), person);
    let form = fields::convention_fields(fields::fields(form, person), person);
    let form = form.hidden("partner_id", &partner.partner_id).hidden("request_id", request_id());
    sheet = sheet.form(form.button(words.say("publish-button"), "create"));
    let other = Link::new(words.say("begin-other"), person.at(&record.at("/actions/nouvelle")));
    sheet.part(Block::Links(vec![other])).answer()
}
