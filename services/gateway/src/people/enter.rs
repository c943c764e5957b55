//! Signing in and out.

use atlas_proto::identity::v1::{EnterSecondFactorRequest, GetFlowRequest, SignInRequest, SignOutRequest};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{Answer, Block, Halt, Link, Sheet, door::go, passkey_enter, strong};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    next,
    session::{Cookie, SignedIn, Visitor},
};

/// `GET /connexion`
pub async fn show(visitor: Visitor) -> Answer {
    if let Some(person) = already(&visitor).await? {
        return already_page(&person, "sign-in-title");
    }
    page(&visitor, &Typed::known(&[("next", &visitor.asked("next"))]))
}

/// `POST /connexion`
pub async fn send(visitor: Visitor, form: Form) -> Answer {
    form.only(&["email", "password", "next"])?;
    let mut typed = Typed::of(&form);
    typed.require(&form, &["email", "password"], visitor.words());
    if typed.is_wrong() {
        return page(&visitor, &typed);
    }
    let (email, password) = (form.get("email").to_owned(), form.raw("password").to_owned());
    let request = SignInRequest { email, password, device_secret: visitor.device.clone() };
    match visitor.desk.services.accounts(&visitor.whose).sign_in(request).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            if answer.session_secret.is_empty() {
                visitor.begin_anew();
                visitor.give(Cookie::Flow, &answer.flow_secret);
                let next = next::safe(form.get("next")).unwrap_or_default();
                let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
                return Ok(go(&visitor, &format!("/connexion/etape?{query}")));
            }
            visitor.sign_in(&answer.session_secret, &answer.device_secret);
            Ok(onward(&visitor, form.get("next")))
        }
        Err(status) if runtime::reason(&status).as_deref() == Some("WRONG_CREDENTIALS") => {
            typed.wrong("email", visitor.words().say("sign-in-wrong"));
            page(&visitor, &typed)
        }
        Err(status) => Err(status.into()),
    }
}

/// The page to sign in on; what a passkey answered may be what is wrong.
pub fn page(visitor: &Visitor, typed: &Typed) -> Answer {
    let words = visitor.words();
    let form = FormView::new(visitor, typed)
        .field(visitor, "email", Kind::Email, |field| field.complete = "username")
        .field(visitor, "password", Kind::Password, |field| {
            field.complete = "current-password";
            field.longest = 256;
        })
        .hidden("next", next::safe(typed.value("next")).unwrap_or_default())
        .button(words.say("sign-in-button"), "sign-in");
    let forgotten = Link::new(words.say("sign-in-forgotten"), visitor.at("/compte/recuperer"));
    let create = Link::new(words.say("sign-in-create"), visitor.at("/compte/creer"));
    let passkey = passkey_enter::begin_form(visitor, "start", typed.value("next"));
    let sheet = passkey_enter::wrong(Sheet::new(visitor, words.say("sign-in-title")), typed);
    sheet.form(form).part(Block::Links(vec![forgotten, create])).form(passkey).answer()
}

/// `GET /connexion/etape`
pub async fn show_step(visitor: Visitor) -> Answer {
    if visitor.flow.is_none() {
        return Err(Halt::Over);
    }
    step_page(&visitor, &Typed::known(&[("next", &visitor.asked("next"))])).await
}

/// `POST /connexion/etape`
pub async fn send_step(visitor: Visitor, form: Form) -> Answer {
    form.only(&["code", "next"])?;
    let flow_secret = visitor.flow.clone().ok_or(Halt::Over)?;
    let mut typed = Typed::of(&form);
    typed.require(&form, &["code"], visitor.words());
    if typed.is_wrong() {
        return step_page(&visitor, &typed).await;
    }
    let request = EnterSecondFactorRequest { flow_secret, code: form.get("code").to_owned() };
    match visitor.desk.services.accounts(&visitor.whose).enter_second_factor(request).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            visitor.sign_in(&answer.session_secret, &answer.device_secret);
            Ok(onward(&visitor, form.get("next")))
        }
        Err(status) => {
            let typed = typed.known_as(&status, "code", visitor.words().say("step-code-wrong"));
            step_page(&visitor, &typed.refused(status, visitor.words(), &[])?).await
        }
    }
}

/// The page of the second step: a passkey first, where there is one, then a code.
pub async fn step_page(visitor: &Visitor, typed: &Typed) -> Answer {
    let words = visitor.words();
    let request = GetFlowRequest { flow_secret: visitor.flow.clone().ok_or(Halt::Over)? };
    let ways = visitor.desk.services.accounts(&visitor.whose).get_flow(request).await?.into_inner();
    let mut sheet = passkey_enter::wrong(Sheet::new(visitor, words.say("step-title")), typed);
    if ways.passkey {
        let passkey = passkey_enter::begin_form(visitor, "ask", typed.value("next"));
        sheet = sheet.text(words.say("step-passkey")).form(passkey).heading(words.say("step-other"));
    }
    let (intro, label) = if ways.authenticator { ("step-intro", "step-code") } else { ("step-recovery", "step-recovery-code") };
    let form = FormView::new(visitor, typed)
        .field(visitor, "code", Kind::Code, |field| {
            field.label = words.say(label);
            if ways.authenticator {
                field.hint(words.say("step-code-hint"));
            }
            field.complete = "one-time-code";
            field.longest = 40;
        })
        .hidden("next", next::safe(typed.value("next")).unwrap_or_default())
        .button(words.say("continue"), "enter");
    let anew = Link::new(words.say("step-anew"), visitor.at("/connexion"));
    sheet.text(words.say(intro)).form(form).part(Block::Links(vec![anew])).answer()
}

/// Where who has signed in goes on: where they were, or to what they act for.
pub fn onward(visitor: &Visitor, wanted: &str) -> Response {
    match next::safe(wanted) {
        Some(path) => Redirect::to(&path).into_response(),
        None if visitor.invitation.is_some() => go(visitor, "/invitations"),
        None => go(visitor, "/espace"),
    }
}

/// `GET /deconnexion`
pub async fn show_leave(visitor: Visitor) -> Answer {
    let words = visitor.words();
    let form = FormView::new(&visitor, &Typed::default()).button(words.say("sign-out"), "");
    Sheet::new(&visitor, words.say("sign-out")).text(words.say("sign-out-text")).form(form).answer()
}

/// `POST /deconnexion`
pub async fn leave(visitor: Visitor, form: Form) -> Answer {
    form.only(&[])?;
    if let Some(session_secret) = visitor.session.clone() {
        visitor.desk.services.accounts(&visitor.whose).sign_out(SignOutRequest { session_secret }).await?;
    }
    visitor.begin_anew();
    for cookie in [Cookie::Session, Cookie::Invitation, Cookie::Link] {
        visitor.take(cookie);
    }
    visitor.say_next("signed-out");
    Ok(go(&visitor, "/connexion"))
}

/// The person, where a visitor of a page for those who are not signed in is.
///
/// # Errors
/// What identity answers.
pub async fn already(visitor: &Visitor) -> Result<Option<SignedIn>, Halt> {
    match &visitor.session {
        Some(_) => SignedIn::maybe(visitor).await,
        None => Ok(None),
    }
}

/// Who is signed in already goes on, or signs out first.
pub fn already_page(person: &SignedIn, title: &str) -> Answer {
    let words = person.words();
    let on = Link::new(words.say("already-continue"), person.at("/espace"));
    let sheet = Sheet::of(person, words.say(title)).text(words.name("already-signed-in", strong(&person.name())));
    sheet.part(Block::Ways(vec![on])).form(leave_form(person)).answer()
}

/// The form that signs out, for pages that offer it as a way.
pub fn leave_form(visitor: &Visitor) -> FormView {
    FormView::new(visitor, &Typed::default()).to(visitor, "/deconnexion").beside(visitor.words().say("sign-out"), "")
}
