//! Signing in with a passkey: alone, or as the second step.

use atlas_proto::identity::v1::{AskForPasskeyRequest, EnterPasskeyRequest, StartPasskeySignInRequest};

use super::{
    Answer, Block, Halt, Link, Sheet,
    door::go,
    enter::{self, onward},
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Typed},
    next,
    session::{Cookie, Visitor},
};

/// `GET /connexion/cle`: what was asked is not asked again by looking.
pub async fn show(visitor: Visitor) -> Answer {
    Ok(go(&visitor, "/connexion"))
}

/// `POST /connexion/cle`
pub async fn send(visitor: Visitor, form: Form) -> Answer {
    form.only(&["credential", "next"])?;
    match form.act() {
        "start" => start(&visitor, &form).await,
        "ask" => ask(&visitor, &form).await,
        "enter" | "enter-step" => enter(&visitor, &form).await,
        _ => Err(PageError::BadRequest.into()),
    }
}

async fn start(visitor: &Visitor, form: &Form) -> Answer {
    let asked = visitor.desk.services.accounts(&visitor.whose).start_passkey_sign_in(StartPasskeySignInRequest {}).await?.into_inner();
    visitor.give(Cookie::Flow, &asked.flow_secret);
    page(visitor, form, "enter", asked.options)
}

async fn ask(visitor: &Visitor, form: &Form) -> Answer {
    let request = AskForPasskeyRequest { flow_secret: visitor.flow.clone().ok_or(Halt::Over)? };
    let asked = visitor.desk.services.accounts(&visitor.whose).ask_for_passkey(request).await?.into_inner();
    page(visitor, form, "enter-step", asked.options)
}

async fn enter(visitor: &Visitor, form: &Form) -> Answer {
    let flow_secret = visitor.flow.clone().ok_or(Halt::Over)?;
    let is_step = form.act() == "enter-step";
    let typed = Typed::known(&[("next", form.get("next"))]);
    let (credential, device_secret) = (form.get("credential").to_owned(), visitor.device.clone());
    if credential.is_empty() {
        return if is_step { enter::step_page(visitor, &typed).await } else { enter::page(visitor, &typed) };
    }
    let request = EnterPasskeyRequest { flow_secret, credential, device_secret };
    match visitor.desk.services.accounts(&visitor.whose).enter_passkey(request).await {
        Ok(entered) => {
            let entered = entered.into_inner();
            visitor.sign_in(&entered.session_secret, &entered.device_secret);
            Ok(onward(visitor, form.get("next")))
        }
        Err(status) => {
            let typed = typed.refused(status, visitor.words(), &[])?;
            if is_step { enter::step_page(visitor, &typed).await } else { enter::page(visitor, &typed) }
        }
    }
}

/// The page on which the passkey is asked, as soon as it is there.
fn page(visitor: &Visitor, form: &Form, act: &'static str, options: String) -> Answer {
    let words = visitor.words();
    let answer = FormView::new(visitor, &Typed::default())
        .hidden("act", act)
        .hidden("next", next::safe(form.get("next")).unwrap_or_default())
        .answering(visitor, "get", options)
        .button(words.say("passkey-get-button"), "");
    let other = if act == "enter-step" { ("passkey-code", "/connexion/etape") } else { ("passkey-password", "/connexion") };
    let other = Link::new(words.say(other.0), visitor.at(other.1));
    let sheet = Sheet::new(visitor, words.say("passkey-title")).step(words.say("sign-in-title"), "/connexion");
    sheet.text(words.say("passkey-get")).form(answer).part(Block::Links(vec![other])).answer()
}

/// The button that leads to it.
pub fn begin_form(visitor: &Visitor, act: &'static str, wanted: &str) -> FormView {
    let words = visitor.words();
    let form = FormView::new(visitor, &Typed::default())
        .to(visitor, "/connexion/cle")
        .hidden("next", next::safe(wanted).unwrap_or_default())
        .where_passkeys_are(words.say("passkey-without"));
    if act == "ask" { form.button(words.say("passkey-get-button"), act) } else { form.beside(words.say("passkey-sign-in"), act) }
}

/// Says on a page that what a passkey answered was refused.
pub fn wrong(sheet: Sheet, typed: &Typed) -> Sheet {
    match typed.problem("credential") {
        "" => sheet,
        problem => sheet.notice("error", problem).status(http::StatusCode::UNPROCESSABLE_ENTITY),
    }
}
