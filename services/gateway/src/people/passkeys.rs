//! The passkeys of one's own account.

use atlas_proto::identity::v1::{ConfirmPasskeyRequest, ListPasskeysRequest, Passkey, RemovePasskeyRequest, StartPasskeyRequest};

use super::{Answer, Block, Card, Halt, Link, Sheet, account::reauthenticate, door::go, passkey_enter::wrong, second_factor::codes_page};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    session::{Cookie, SignedIn},
};

/// `GET /compte/cles`
pub async fn show(person: SignedIn) -> Answer {
    let typed = person.draft().await?;
    page(&person, &person.session, &typed).await
}

/// `POST /compte/cles`
pub async fn send(person: SignedIn, form: Form) -> Answer {
    form.only(&["password", "passkey_name", "passkey_id", "credential"])?;
    match form.act() {
        "start" => start(&person, &form).await,
        "confirm" => confirm(&person, &form).await,
        "remove" => remove(&person, &form).await,
        _ => Err(PageError::BadRequest.into()),
    }
}

/// The session's new secret, or what is wrong with the password.
async fn proved(person: &SignedIn, form: &Form, typed: &mut Typed) -> Result<Option<String>, Halt> {
    typed.require(form, &["password"], person.words());
    if typed.is_wrong() {
        return Ok(None);
    }
    let session = reauthenticate(person, form.raw("password")).await?;
    if session.is_none() {
        typed.wrong("password", person.words().say("problem-current-password"));
    }
    Ok(session)
}

async fn start(person: &SignedIn, form: &Form) -> Answer {
    let mut typed = Typed::of(form);
    typed.require(form, &["passkey_name"], person.words());
    let Some(session_secret) = proved(person, form, &mut typed).await? else { return page(person, &person.session, &typed).await };
    let request = StartPasskeyRequest { session_secret: session_secret.clone(), name: form.get("passkey_name").to_owned() };
    match person.desk.services.accounts(&person.whose).start_passkey(request).await {
        Ok(asked) => {
            let asked = asked.into_inner();
            person.give(Cookie::Flow, &asked.flow_secret);
            create_page(person, form.get("passkey_name"), asked.options)
        }
        Err(status) => page(person, &session_secret, &typed.refused(status, person.words(), &[("name", "passkey_name")])?).await,
    }
}

async fn confirm(person: &SignedIn, form: &Form) -> Answer {
    let (session_secret, credential) = (person.session.clone(), form.get("credential").to_owned());
    if credential.is_empty() {
        return page(person, &person.session, &Typed::default()).await;
    }
    let request = ConfirmPasskeyRequest { session_secret, flow_secret: person.flow.clone().ok_or(Halt::Over)?, credential };
    match person.desk.services.accounts(&person.whose).confirm_passkey(request).await {
        Ok(confirmed) => {
            person.take(Cookie::Flow);
            let codes = confirmed.into_inner().recovery_codes;
            if !codes.is_empty() {
                return codes_page(person, codes);
            }
            person.say_next("passkey-added");
            Ok(go(person, "/compte/cles"))
        }
        Err(status) => page(person, &person.session, &Typed::default().refused(status, person.words(), &[])?).await,
    }
}

async fn remove(person: &SignedIn, form: &Form) -> Answer {
    let mut typed = Typed::of(form);
    let Some(session_secret) = proved(person, form, &mut typed).await? else { return page(person, &person.session, &typed).await };
    let request = RemovePasskeyRequest { session_secret, passkey_id: form.get("passkey_id").to_owned() };
    person.desk.services.accounts(&person.whose).remove_passkey(request).await?;
    person.say_next("passkey-removed");
    Ok(go(person, "/compte/cles"))
}

async fn page(person: &SignedIn, session: &str, typed: &Typed) -> Answer {
    let words = person.words();
    let request = ListPasskeysRequest { session_secret: session.to_owned() };
    let passkeys = person.desk.services.accounts(&person.whose).list_passkeys(request).await?.into_inner().passkeys;
    let sheet = Sheet::of(person, words.say("passkeys-title")).step(words.say("account-title"), "/compte");
    let mut sheet = wrong(sheet, typed).text(words.say("passkeys-intro"));
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    if !passkeys.is_empty() {
        let cards = passkeys.iter().enumerate().map(|(n, passkey)| card(person, n, passkey, typed));
        sheet = sheet.part(Block::Cards(cards.collect()));
    }
    sheet = sheet.heading(words.say("passkeys-add"));
    if !person.account.second_factor {
        sheet = sheet.text(words.say("passkeys-turns-on"));
    }
    let authenticator = Link::new(words.say("account-second-factor-manage"), person.at("/compte/second-facteur"));
    sheet.form(add_form(person, typed)).part(Block::Links(vec![authenticator])).answer()
}

fn add_form(person: &SignedIn, typed: &Typed) -> FormView {
    let words = person.words();
    let typed = if typed.value("act") == "start" { typed.clone() } else { Typed::default() };
    let form = FormView::new(person, &typed).named("add").field(person, "passkey_name", Kind::Text, |field| {
        field.hint(words.say("hint-passkey-name"));
        field.longest = 60;
    });
    password(form, person).button(words.say("passkeys-add"), "start").where_passkeys_are(words.say("passkeys-without"))
}

fn password(form: FormView, person: &SignedIn) -> FormView {
    form.field(person, "password", Kind::Password, |field| {
        field.label = person.words().say("field-current-password");
        field.complete = "current-password";
        field.longest = 256;
    })
}

fn card(person: &SignedIn, n: usize, passkey: &Passkey, typed: &Typed) -> Card {
    let words = person.words();
    let is_meant = typed.value("act") == "remove" && typed.value("passkey_id") == passkey.passkey_id;
    let typed = if is_meant { typed.clone() } else { Typed::default() };
    let form = FormView::new(person, &typed).named(format!("remove-{n}")).hidden("passkey_id", &passkey.passkey_id);
    let remove = password(form, person).small(words.say("passkeys-remove"), "remove");
    let moment = |at: &Option<prost_types::Timestamp>| at.as_ref().map(|at| words.moment(at));
    let used = moment(&passkey.used_at).unwrap_or_else(|| words.say("passkeys-unused"));
    Card {
        title: passkey.name.clone(),
        facts: vec![
            (words.say("passkeys-added"), moment(&passkey.created_at).unwrap_or_default().into()),
            (words.say("passkeys-used"), used.into()),
        ],
        forms: vec![(words.say("passkeys-remove"), remove)],
        ..Card::default()
    }
}

/// The page on which the authenticator is asked, as soon as it is there.
fn create_page(person: &SignedIn, name: &str, options: String) -> Answer {
    let words = person.words();
    let answer = FormView::new(person, &Typed::default())
        .hidden("act", "confirm")
        .answering(person, "create", options)
        .button(words.say("passkeys-create-button"), "");
    let back = Link::new(words.say("passkeys-title"), person.at("/compte/cles"));
    let sheet = Sheet::of(person, words.say("passkeys-add")).step(words.say("account-title"), "/compte");
    let sheet = sheet.step(words.say("passkeys-title"), "/compte/cles");
    sheet.text(words.name("passkeys-create", name)).form(answer).part(Block::Links(vec![back])).answer()
}
