//! The second step when signing in: an authenticator, and recovery codes.

use atlas_proto::identity::v1::{ConfirmSecondFactorRequest, RemoveSecondFactorRequest, StartSecondFactorRequest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use qrcode::{QrCode, render::svg};

use super::{Answer, Block, Halt, Link, Sheet, account::reauthenticate, door::go};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    session::SignedIn,
};

/// `GET /compte/second-facteur`
pub async fn show(person: SignedIn) -> Answer {
    page(&person, &Typed::default())
}

/// `POST /compte/second-facteur`
pub async fn send(person: SignedIn, form: Form) -> Answer {
    form.only(&["password", "code", "secret", "uri"])?;
    match form.act() {
        "start" | "remove" => match reauthenticate(&person, form.raw("password")).await? {
            Some(session) if form.act() == "start" => start(&person, session).await,
            Some(session) => remove(&person, session).await,
            None => {
                let mut typed = Typed::default();
                typed.wrong("password", person.words().say("problem-current-password"));
                page(&person, &typed)
            }
        },
        "confirm" => confirm(&person, &form).await,
        _ => Err(PageError::BadRequest.into()),
    }
}

async fn start(person: &SignedIn, session_secret: String) -> Answer {
    let request = StartSecondFactorRequest { session_secret };
    let started = person.desk.services.accounts(&person.whose).start_second_factor(request).await?.into_inner();
    scan_page(person, &started.secret, &started.uri, &Typed::default())
}

async fn remove(person: &SignedIn, session_secret: String) -> Answer {
    person.desk.services.accounts(&person.whose).remove_second_factor(RemoveSecondFactorRequest { session_secret }).await?;
    person.say_next("second-factor-removed");
    Ok(go(person, "/compte"))
}

async fn confirm(person: &SignedIn, form: &Form) -> Answer {
    let request = ConfirmSecondFactorRequest { session_secret: person.session.clone(), code: form.get("code").to_owned() };
    match person.desk.services.accounts(&person.whose).confirm_second_factor(request).await {
        Ok(confirmed) => codes_page(person, confirmed.into_inner().recovery_codes),
        Err(status) => {
            let typed = Typed::default().known_as(&status, "code", person.words().say("step-code-wrong"));
            let typed = typed.refused(status, person.words(), &[])?;
            scan_page(person, form.get("secret"), form.get("uri"), &typed)
        }
    }
}

fn page(person: &SignedIn, typed: &Typed) -> Answer {
    let words = person.words();
    let (text, button, act) = if person.account.authenticator {
        ("second-factor-on", "second-factor-remove", "remove")
    } else {
        ("second-factor-off", "second-factor-start", "start")
    };
    let form = FormView::new(person, typed)
        .field(person, "password", Kind::Password, |field| {
            field.label = words.say("field-current-password");
            field.complete = "current-password";
            field.longest = 256;
        })
        .button(words.say(button), act);
    let mut sheet = Sheet::of(person, words.say("second-factor-title")).step(words.say("account-title"), "/compte");
    if person.second_factor_missing {
        sheet = sheet.notice("warning", words.say("second-factor-missing"));
    }
    if !person.account.second_factor {
        let passkeys = Link::new(words.say("account-passkeys-manage"), person.at("/compte/cles"));
        sheet = sheet.text(words.say("second-factor-passkey")).part(Block::Links(vec![passkeys]));
    }
    sheet.text(words.say(text)).text(words.say("second-factor-why-password")).form(form).answer()
}

/// The secret, once as a picture and once as a text; what the form carries back is only shown again.
fn scan_page(person: &SignedIn, secret: &str, uri: &str, typed: &Typed) -> Answer {
    let words = person.words();
    let grouped: Vec<String> = secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    let form = FormView::new(person, typed)
        .field(person, "code", Kind::Code, |field| {
            field.label = words.say("step-code");
            field.complete = "one-time-code";
            field.longest = 12;
        })
        .hidden("secret", secret)
        .hidden("uri", uri)
        .button(words.say("second-factor-confirm"), "confirm");
    let sheet = Sheet::of(person, words.say("second-factor-title")).step(words.say("account-title"), "/compte");
    sheet
        .text(words.say("second-factor-scan"))
        .part(Block::Picture(picture(uri)?, words.say("second-factor-picture")))
        .text(words.say("second-factor-type"))
        .part(Block::Codes(vec![grouped.join(" ")]))
        .text(words.say("second-factor-then"))
        .form(form)
        .answer()
}

/// The picture that an authenticator reads, as a data address.
fn picture(uri: &str) -> Result<String, Halt> {
    if !uri.starts_with("otpauth://totp/") {
        return Err(PageError::BadRequest.into());
    }
    let code = QrCode::new(uri).map_err(|_| PageError::BadRequest)?;
    let svg = code.render::<svg::Color<'_>>().min_dimensions(220, 220).quiet_zone(true).build();
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)))
}

/// The recovery codes, once.
pub fn codes_page(person: &SignedIn, codes: Vec<String>) -> Answer {
    let words = person.words();
    let sheet = Sheet::of(person, words.say("second-factor-done-title")).step(words.say("account-title"), "/compte");
    let on = Link::new(words.say("second-factor-done-on"), person.at("/espace"));
    sheet
        .text(words.say("second-factor-done"))
        .part(Block::Codes(codes))
        .text(words.say("second-factor-keep"))
        .part(Block::Ways(vec![on]))
        .answer()
}
