//! « Dernière étape : prouver que vous travaillez pour … »

use atlas_proto::{
    directory::v1::CollectiviteType,
    identity::v1::{EnterJoinCodeRequest, GetStandingResponse, RequestMembershipRequest, SendOfficialCodeRequest, WithdrawRequestRequest},
};
use axum::extract::Path;

use super::{
    Answer, Block, Link, Sheet,
    door::go,
    space::{standing, waiting},
    strong,
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    i18n::Words,
    session::SignedIn,
};

/// `GET /espace/{id}/rejoindre`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let typed = person.draft().await?;
    page(&person, &id, &typed).await
}

/// `POST /espace/{id}/rejoindre`
pub async fn send(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    form.only(&["code", "replaces", "message", "delegate_of", "request"])?;
    let here = format!("/espace/{id}/rejoindre");
    let mut joining = person.desk.services.joining(&person.whose);
    let session_secret = person.session.clone();
    let sent = match form.act() {
        "official" => {
            let request = SendOfficialCodeRequest { session_secret, collectivite_id: id.clone() };
            joining.send_official_code(request).await.map(|_| (here, "official-code-sent"))
        }
        "code" | "paper-code" => {
            let request = EnterJoinCodeRequest { session_secret, collectivite_id: id.clone(), code: form.get("code").to_owned() };
            joining.enter_join_code(request).await.map(|_| (format!("/espace/{id}"), "joined"))
        }
        "request" => {
            let request = RequestMembershipRequest {
                session_secret,
                collectivite_id: id.clone(),
                message: message(person.words(), &form),
                // Who belongs to a team is not shown to strangers: the name is for who decides, and chooses the member.
                replaces_membership_id: String::new(),
                delegate_of: form.get("delegate_of").to_owned(),
            };
            joining.request_membership(request).await.map(|_| (here, "request-sent"))
        }
        "withdraw" => {
            let request = WithdrawRequestRequest { session_secret, request_id: form.get("request").to_owned() };
            joining.withdraw_request(request).await.map(|_| (here, "request-withdrawn"))
        }
        _ => return Err(PageError::BadRequest.into()),
    };
    match sent {
        Ok((to, note)) => {
            person.say_next(note);
            Ok(go(&person, &to))
        }
        Err(status) => {
            let typed = Typed::of(&form).known_as(&status, "code", person.words().say("join-code-wrong"));
            page(&person, &id, &typed.refused(status, person.words(), &[])?).await
        }
    }
}

/// What the person writes, and first of all whose place they take.
fn message(words: &Words, form: &Form) -> String {
    match (form.get("replaces"), form.get("message")) {
        ("", message) => message.to_owned(),
        (name, message) => format!("{}\n\n{message}", words.name("join-replaces", name)),
    }
}

async fn page(person: &SignedIn, id: &str, typed: &Typed) -> Answer {
    let (words, standing) = (person.words(), standing(person, id).await?);
    let it = standing.collectivite.clone().unwrap_or_default();
    if standing.membership.is_some() {
        return Ok(go(person, &format!("/espace/{id}")));
    }
    let mut sheet = Sheet::of(person, words.name("join-title", &it.name)).about(id, &it.name).helped_by(standing.helper.as_ref());
    sheet = sheet.step(words.say("space-title"), "/espace");
    if !it.successor_id.is_empty() {
        let on = Link::new(words.say("join-successor"), person.at(&format!("/espace/{}/rejoindre", it.successor_id)));
        return sheet.notice("warning", words.name("join-ended", strong(&it.name))).part(Block::Ways(vec![on])).answer();
    }
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    if let Some(request) = &standing.request {
        let withdraw = FormView::new(person, &Typed::default()).hidden("request", &request.request_id);
        sheet = sheet.notice("info", waiting(words, request)).form(withdraw.small(words.say("join-withdraw"), "withdraw"));
        sheet = sheet.heading(words.say("join-faster"));
    }
    ways(person, sheet, &standing, typed).answer()
}

fn ways(person: &SignedIn, mut sheet: Sheet, standing: &GetStandingResponse, typed: &Typed) -> Sheet {
    let words = person.words();
    let act = typed.value("act");
    let of = |name: &str| if act == name { typed.clone() } else { Typed::default() };
    if let Some(at) = &standing.official_code_sent_at {
        let gaps = [("time", words.moment(at)), ("address", strong(&standing.masked_official_address))];
        let gaps: Vec<(&str, &str)> = gaps.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sheet = sheet.text(words.with("join-code-sent", &gaps)).form(code_form(person, &of("code"), "code"));
    }
    if !standing.masked_official_address.is_empty() {
        let label = words.name(official_key(person, standing), &standing.masked_official_address);
        let form = FormView::new(person, &Typed::default());
        let again = standing.official_code_sent_at.is_some();
        sheet = sheet.form(if again { form.beside(words.say("join-official-again"), "official") } else { form.button(label, "official") });
    }
    sheet = sheet.fold(words.say("join-paper"), code_form(person, &of("paper-code"), "paper-code"));
    if standing.request.is_none() {
        let label = if standing.has_administrators { "join-ask-team" } else { "join-ask" };
        sheet = sheet.fold(words.say(label), ask_form(person, &of("request")));
    }
    sheet
}

/// A commune is reached at its town hall; nobody else has one.
fn official_key(person: &SignedIn, standing: &GetStandingResponse) -> &'static str {
    let id = standing.collectivite.as_ref().and_then(|it| it.collectivite_id.parse().ok());
    let generation = person.desk.app.model.now();
    let kind = id.and_then(|id| generation.collectivite(id)).map(|it| it.value.r#type());
    if kind == Some(CollectiviteType::Commune) { "join-official-town-hall" } else { "join-official" }
}

fn code_form(person: &SignedIn, typed: &Typed, act: &'static str) -> FormView {
    let form = FormView::new(person, typed).named(act).field(person, "code", Kind::Code, |field| {
        field.label = person.words().say("join-code");
        field.longest = 24;
    });
    form.button(person.words().say("continue"), act)
}

fn ask_form(person: &SignedIn, typed: &Typed) -> FormView {
    let words = person.words();
    FormView::new(person, typed)
        .named("request")
        .field(person, "replaces", Kind::Text, |field| {
            field.label = words.say("join-replaces-label");
            field.hint(words.say("join-replaces-hint"));
            field.longest = 100;
            field.optional();
        })
        .field(person, "message", Kind::Area, |field| {
            field.hint(words.say("join-message-hint"));
            field.longest = 350; // together with whom the person replaces, 500
            field.optional();
        })
        .field(person, "delegate_of", Kind::Text, |field| {
            field.hint(words.say("join-delegate-hint"));
            field.optional();
        })
        .button(words.say("join-ask-button"), "request")
}
