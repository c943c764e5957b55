//! One partnership: shown with its history, changed, re-qualified, removed, put back as it was.

use atlas_proto::projects::v1::{
    DeletePartnershipRequest, Framework, GetPartnershipRequest, Partnership, RequalifyPartnershipRequest, UpdatePartnershipRequest,
    history_entry::Before,
};
use axum::extract::Path;
use prost_types::FieldMask;

use super::{
    Abroad, Record, action_form as fields, action_words as say,
    conflict::{Clash, is_stale},
    history::History,
    values::{self, act, based, filled},
};
use crate::{
    forms::{Form, FormView, Typed},
    model::id::Id,
    people::{Answer, Block, Halt, Link, Sheet, door::go, offices::request_id},
    session::SignedIn,
};

const ACTS: [&str; 5] = ["save", "convention", "requalify", "delete", "restore"];
/// In the address of the page that asks whether it is to go.
const GOING: &str = "supprimer";

/// `GET /espace/{id}/actions/{action}`
pub async fn show(person: SignedIn, Path((id, action)): Path<(String, String)>) -> Answer {
    let (record, typed) = (Record::of(&person, &id)?, person.draft().await?);
    let it = get(&person, &record, &action).await?;
    if record.edits && !person.asked(GOING).is_empty() {
        return going(&person, &record, &it).await;
    }
    page(&person, &record, &it, &typed).await
}

/// `POST /espace/{id}/actions/{action}`
pub async fn send(person: SignedIn, Path((id, action)): Path<(String, String)>, form: Form) -> Answer {
    let record = Record::edited(&person, &id)?;
    let form = values::sent(form, fields::FIELDS, &["etag", "request_id", "framework", "entry", "page"])?;
    let it = get(&person, &record, &action).await?;
    match act(&form, &ACTS)? {
        "save" => save(&person, &record, &it, &form).await,
        "convention" => add_convention(&person, &record, &it, &form).await,
        "requalify" => {
            requalify(&person, &record, &it.partnership_id, (form.get("etag"), form.get("request_id")), fields::framework(&form)).await?;
            done(&person, &record, &it, "record-published")
        }
        "restore" => restore(&person, &record, &it, &form).await,
        _ => remove(&person, &record, &it, &form).await,
    }
}

async fn get(person: &SignedIn, record: &Record, action: &str) -> Result<Partnership, Halt> {
    let id: Id = action.parse().map_err(|_| crate::error::PageError::NotFound)?;
    let request = GetPartnershipRequest { partnership_id: id.to_string() };
    let told = person.records(&record.right, request, |mut records, asked| async move { records.get_partnership(asked).await }).await?;
    let it = told.partnership.unwrap_or_default();
    // One that others alone take part in is not this collectivité's to show here.
    if it.collectivite_ids.contains(&record.id) { Ok(it) } else { Err(crate::error::PageError::NotFound.into()) }
}

fn done(person: &SignedIn, record: &Record, it: &Partnership, note: &str) -> Answer {
    person.say_next(note);
    Ok(go(person, &record.at(&format!("/actions/{}", it.partnership_id))))
}

async fn update(person: &SignedIn, record: &Record, to: Partnership, etag: &str, request_id: &str) -> Result<Partnership, Halt> {
    let request = UpdatePartnershipRequest {
        partnership: Some(Partnership { etag: etag.to_owned(), missing: Vec::new(), ..to }),
        update_mask: Some(FieldMask { paths: fields::PATHS.map(str::to_owned).to_vec() }),
        request_id: request_id.to_owned(),
    };
    let told = person.records(&record.right, request, |mut records, asked| async move { records.update_partnership(asked).await }).await?;
    Ok(told.partnership.unwrap_or_default())
}

async fn save(person: &SignedIn, record: &Record, it: &Partnership, form: &Form) -> Answer {
    let mut typed = Typed::of(form);
    let to = fields::made(person.words(), form, &mut typed, it);
    if typed.is_wrong() {
        return page(person, record, it, &typed).await;
    }
    match update(person, record, to, form.get("etag"), form.get("request_id")).await {
        Ok(_) => done(person, record, it, "record-published"),
        Err(halt) if is_stale(&halt) => clash(person, record, it, form).await,
        Err(Halt::Service(status)) => page(person, record, it, &typed.refused(status, person.words(), &fields::RENAMED)?).await,
        Err(halt) => Err(halt),
    }
}

async fn clash(person: &SignedIn, record: &Record, it: &Partnership, form: &Form) -> Answer {
    let now = get(person, record, &it.partnership_id).await?;
    let (words, history) = (person.words(), History::of(person, record, &it.partnership_id, String::new()).await?);
    let heading = Abroad::of(person, record, std::slice::from_ref(&now)).await?.name(&now.partner_id);
    let clash = Clash {
        fields: fields::FIELDS,
        form,
        now: fields::values(words, &now),
        etag: now.etag.clone(),
        who: history.last(person),
        carried: Vec::new(),
        read: &|name, value| fields::read_as(words, name, value),
    };
    clash.page(person, record, heading).unwrap_or_else(|| done(person, record, it, "record-published"))
}

async fn add_convention(person: &SignedIn, record: &Record, it: &Partnership, form: &Form) -> Answer {
    let mut typed = Typed::of(form);
    let Some(newer) = fields::convention(person.words(), form, &mut typed) else {
        typed.wrong("object", person.words().say("problem-required"));
        return page(person, record, it, &typed).await;
    };
    if typed.is_wrong() {
        return page(person, record, it, &typed).await;
    }
    let conventions = std::iter::once(newer).chain(it.conventions.clone()).collect();
    let to = Partnership { conventions, ..it.clone() };
    // It takes nothing away from what others wrote: it is added to what is there by now.
    match update(person, record, to, &it.etag, form.get("request_id")).await {
        Err(Halt::Service(status)) => page(person, record, it, &typed.refused(status, person.words(), &fields::RENAMED)?).await,
        told => told.and_then(|_| done(person, record, it, "record-published")),
    }
}

async fn requalify(
    person: &SignedIn,
    record: &Record,
    id: &str,
    (etag, request_id): (&str, &str),
    framework: Framework,
) -> Result<Partnership, Halt> {
    let request = RequalifyPartnershipRequest {
        partnership_id: id.to_owned(),
        etag: etag.to_owned(),
        framework: framework.into(),
        request_id: request_id.to_owned(),
    };
    let told =
        person.records(&record.right, request, |mut records, asked| async move { records.requalify_partnership(asked).await }).await?;
    Ok(told.partnership.unwrap_or_default())
}

/// Puts it back as it was before a change: what it was comes from the service, never from the form.
async fn restore(person: &SignedIn, record: &Record, it: &Partnership, form: &Form) -> Answer {
    let history = History::of(person, record, &it.partnership_id, form.get("page").to_owned()).await?;
    let found = history.entries.into_iter().find(|entry| entry.entry_id == form.get("entry"));
    let Some(Before::Partnership(before)) = found.and_then(|entry| entry.before) else {
        return Err(crate::error::PageError::NotFound.into());
    };
    let request_id = form.get("request_id");
    let mut etag = form.get("etag").to_owned();
    if before.framework() != it.framework() && before.framework() != Framework::Unspecified {
        etag = requalify(person, record, &it.partnership_id, (&etag, request_id), before.framework()).await?.etag;
    }
    update(person, record, Partnership { partnership_id: it.partnership_id.clone(), ..before }, &etag, request_id).await?;
    done(person, record, it, "record-restored")
}

async fn remove(person: &SignedIn, record: &Record, it: &Partnership, form: &Form) -> Answer {
    let request = DeletePartnershipRequest {
        partnership_id: it.partnership_id.clone(),
        etag: form.get("etag").to_owned(),
        request_id: form.get("request_id").to_owned(),
    };
    person.records(&record.right, request, |mut records, asked| async move { records.delete_partnership(asked).await }).await?;
    person.say_next("record-removed");
    Ok(go(person, &record.at("/actions")))
}

/// « Supprimer … ? »
async fn going(person: &SignedIn, record: &Record, it: &Partnership) -> Answer {
    let words = person.words();
    let name = Abroad::of(person, record, std::slice::from_ref(it)).await?.name(&it.partner_id);
    let back = record.at(&format!("/actions/{}", it.partnership_id));
    let form = FormView::new(person, &Typed::default()).hidden("etag", &it.etag).hidden("request_id", request_id());
    let sheet = record.sheet(person, words.name("action-remove-title", &name)).step(words.say("own-actions-title"), &record.at("/actions"));
    let sheet = sheet.step(&name, &back).text(words.say("action-remove-text")).form(form.button(words.say("remove-button"), "delete"));
    sheet.part(Block::Links(vec![Link::new(words.say("remove-not"), person.at(&back))])).answer()
}

async fn page(person: &SignedIn, record: &Record, it: &Partnership, typed: &Typed) -> Answer {
    let words = person.words();
    let abroad = Abroad::of(person, record, std::slice::from_ref(it)).await?;
    let history = History::of(person, record, &it.partnership_id, person.asked("page")).await?;
    let mut sheet = record.sheet(person, abroad.name(&it.partner_id)).step(words.say("own-actions-title"), &record.at("/actions"));
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    sheet = sheet.part(Block::Facts(say::facts(person, &abroad, it)));
    if !it.missing.is_empty() {
        sheet = sheet.notice("warning", say::missing(words, &it.missing));
    }
    if record.edits {
        sheet = changes(person, record, sheet, it, typed);
    }
    history.show(person, record, &it.etag, sheet).answer()
}

/// The forms that change it, each by itself.
fn changes(person: &SignedIn, record: &Record, sheet: Sheet, it: &Partnership, typed: &Typed) -> Sheet {
    let words = person.words();
    let of = |act: &str| if typed.value("act") == act { typed.clone() } else { Typed::default() };
    let carry = |form: FormView| form.hidden("request_id", request_id());
    let etag = |typed: &Typed| if typed.has("etag") { typed.value("etag").to_owned() } else { it.etag.clone() };
    let known = fields::values(words, it);
    let own = of("save");
    let form = fields::fields(FormView::new(person, &filled(&own, &known)), person);
    let form = based(carry(fields::convention_fields(form, person)).hidden("etag", etag(&own)), &own, &known);
    let mut sheet = sheet.heading(words.say("action-change")).text(words.say("convention-where"));
    sheet = sheet.form(form.button(words.say("publish-button"), "save"));
    if !it.conventions.is_empty() {
        let own = of("convention");
        let form = fields::convention_fields(FormView::new(person, &own).named("newer"), person);
        let form = carry(form).button(words.say("publish-button"), "convention");
        sheet = sheet.fold(words.say("convention-add"), form);
    }
    for (to, key, name) in [(Framework::Convention, "requalify-convention", "convention"), (Framework::None, "requalify-none", "none")] {
        if it.framework() != to {
            let form = carry(FormView::new(person, &Typed::default())).hidden("etag", &it.etag).hidden("framework", name);
            sheet = sheet.form(form.beside(words.say(key), "requalify"));
        }
    }
    if it.lead_collectivite_id == record.id {
        let href = format!("{}?{GOING}=1", person.at(&person.path));
        sheet = sheet.part(Block::Links(vec![Link::new(words.say("action-remove"), href)]));
    }
    sheet
}
