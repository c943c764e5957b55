//! One's own account: who one is, password, address, sessions.

use atlas_proto::identity::v1::{
    Account, ChangePasswordRequest, EndSessionsRequest, ListSessionsRequest, ReauthenticateRequest, Session, StartEmailChangeRequest,
    UpdateAccountRequest,
};
use tonic::Status;

use super::{Answer, Block, Card, Halt, Link, Sheet, door::go, sign_up::new_password, strong};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    session::{Cookie, SignedIn},
};

const PROFILE: [&str; 5] = ["first_name", "last_name", "function", "locale", "etag"];

/// `GET /compte`
pub async fn show(person: SignedIn) -> Answer {
    let typed = person.draft().await?;
    page(&person, "", typed).await
}

/// `POST /compte`
pub async fn send(person: SignedIn, form: Form) -> Answer {
    let done = match form.act() {
        "profile" => update(&person, &form).await,
        "password" => change_password(&person, &form).await,
        "email" => change_email(&person, &form).await,
        _ => end_sessions(&person, &form).await,
    };
    match done {
        Ok(to) => Ok(go(&person, to)),
        Err(Refused::Halt(halt)) => Err(halt),
        Err(Refused::Fields(typed)) => page(&person, form.act(), typed).await,
    }
}

/// Why an act of a form was not done.
enum Refused {
    /// The form is shown again, with its problems.
    Fields(Typed),
    Halt(Halt),
}

impl<H: Into<Halt>> From<H> for Refused {
    fn from(halt: H) -> Self {
        Self::Halt(halt.into())
    }
}

fn refused(person: &SignedIn, form: &Form, status: Status) -> Refused {
    match Typed::of(form).refused(status, person.words(), &[]) {
        Ok(typed) => Refused::Fields(typed),
        Err(status) => status.into(),
    }
}

async fn update(person: &SignedIn, form: &Form) -> Result<&'static str, Refused> {
    form.only(&PROFILE)?;
    let get = |name| form.get(name).to_owned();
    let account = Account {
        first_name: get("first_name"),
        last_name: get("last_name"),
        function: get("function"),
        locale: get("locale"),
        etag: get("etag"),
        ..Account::default()
    };
    let request = UpdateAccountRequest { session_secret: person.session.clone(), account: Some(account) };
    let updated = person.desk.services.accounts(&person.whose).update_account(request).await;
    updated.map_err(|status| refused(person, form, status))?;
    person.say_next("profile-changed");
    Ok("/compte")
}

async fn change_password(person: &SignedIn, form: &Form) -> Result<&'static str, Refused> {
    form.only(&["current_password", "new_password"])?;
    let request = ChangePasswordRequest {
        session_secret: person.session.clone(),
        current_password: form.raw("current_password").to_owned(),
        new_password: form.raw("new_password").to_owned(),
    };
    let changed = person.desk.services.accounts(&person.whose).change_password(request).await;
    let changed = changed.map_err(|status| refused(person, form, status))?.into_inner();
    person.give(Cookie::Session, &changed.session_secret);
    person.say_next("password-changed");
    Ok("/compte")
}

async fn change_email(person: &SignedIn, form: &Form) -> Result<&'static str, Refused> {
    form.only(&["email", "password"])?;
    let session_secret = prove(person, form).await?;
    let request = StartEmailChangeRequest { session_secret, email: form.get("email").to_owned() };
    let started = person.desk.services.accounts(&person.whose).start_email_change(request).await;
    let started = started.map_err(|status| refused(person, form, status))?.into_inner();
    person.give(Cookie::Flow, &started.flow_secret);
    Ok("/compte/code")
}

/// Asks for the password once more; the session goes on with a new secret, which is given back.
async fn prove(person: &SignedIn, form: &Form) -> Result<String, Refused> {
    match reauthenticate(person, form.raw("password")).await {
        Ok(Some(session)) => Ok(session),
        Ok(None) => {
            let mut typed = Typed::of(form);
            typed.wrong("password", person.words().say("problem-current-password"));
            Err(Refused::Fields(typed))
        }
        Err(halt) => Err(Refused::Halt(halt)),
    }
}

/// The session's new secret, when the password is right; the browser is given it.
///
/// # Errors
/// What identity answers else.
pub async fn reauthenticate(person: &SignedIn, password: &str) -> Result<Option<String>, Halt> {
    let request = ReauthenticateRequest { session_secret: person.session.clone(), password: password.to_owned() };
    match person.desk.services.accounts(&person.whose).reauthenticate(request).await {
        Ok(answer) => {
            let session = answer.into_inner().session_secret;
            person.give(Cookie::Session, &session);
            Ok(Some(session))
        }
        Err(status) if runtime::reason(&status).as_deref() == Some("WRONG_CREDENTIALS") => Ok(None),
        Err(status) => Err(status.into()),
    }
}

async fn end_sessions(person: &SignedIn, form: &Form) -> Result<&'static str, Refused> {
    form.only(&["session_id"])?;
    let session_id = form.get("session_id").to_owned();
    // Without an id every other session would end: only the button that says so does that.
    if session_id.is_empty() != (form.act() == "end-others") {
        return Err(crate::error::PageError::BadRequest.into());
    }
    let note = if session_id.is_empty() { "sessions-closed" } else { "session-closed" };
    let request = EndSessionsRequest { session_secret: person.session.clone(), session_id };
    person.desk.services.accounts(&person.whose).end_sessions(request).await?;
    person.say_next(note);
    Ok("/compte")
}

async fn page(person: &SignedIn, act: &str, typed: Typed) -> Answer {
    let words = person.words();
    let request = ListSessionsRequest { session_secret: person.session.clone() };
    let sessions = person.desk.services.accounts(&person.whose).list_sessions(request).await?.into_inner().sessions;
    let of = |name: &str| if act == name || (act.is_empty() && typed.value("act") == name) { typed.clone() } else { Typed::default() };
    let mut sheet = Sheet::of(person, words.say("account-title"));
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    let second = if person.account.second_factor { "account-second-factor-on" } else { "account-second-factor-off" };
    sheet = sheet
        .heading(words.say("account-profile"))
        .form(profile_form(person, of("profile")))
        .heading(words.say("account-email"))
        .text(words.name("account-email-now", strong(&person.account.email)))
        .fold(words.say("account-email-change"), email_form(person, &of("email")))
        .heading(words.say("field-password"))
        .fold(words.say("account-password-change"), password_form(person, &of("password")))
        .heading(words.say("account-second-factor"))
        .text(words.say(second))
        .part(Block::Links(vec![Link::new(words.say("account-second-factor-manage"), person.at("/compte/second-facteur"))]))
        .heading(words.say("passkeys-title"))
        .text(words.say("account-passkeys"))
        .part(Block::Links(vec![Link::new(words.say("account-passkeys-manage"), person.at("/compte/cles"))]))
        .heading(words.say("account-sessions"))
        .text(words.say("account-sessions-text"))
        .part(Block::Cards(sessions.iter().map(|session| card(person, session)).collect()));
    if sessions.len() > 1 {
        let all = FormView::new(person, &Typed::default()).beside(words.say("account-end-others"), "end-others");
        sheet = sheet.form(all);
    }
    sheet.answer()
}

fn profile_form(person: &SignedIn, typed: Typed) -> FormView {
    let (words, account) = (person.words(), &person.account);
    let typed = typed.or(&[
        ("first_name", &account.first_name),
        ("last_name", &account.last_name),
        ("function", &account.function),
        ("locale", &account.locale),
        ("etag", &account.etag),
    ]);
    FormView::new(person, &typed)
        .named("profile")
        .field(person, "first_name", Kind::Text, |field| field.complete = "given-name")
        .field(person, "last_name", Kind::Text, |field| field.complete = "family-name")
        .field(person, "function", Kind::Text, |field| field.complete = "organization-title")
        .field(person, "locale", Kind::Select, |field| {
            field.choose([("fr", "Français"), ("en", "English")].map(|(tag, name)| (tag.to_owned(), name.to_owned(), String::new())));
        })
        .hidden("etag", typed.value("etag"))
        .button(words.say("save"), "profile")
}

fn email_form(person: &SignedIn, typed: &Typed) -> FormView {
    FormView::new(person, typed)
        .named("email")
        .field(person, "email", Kind::Email, |field| {
            field.label = person.words().say("account-email-new");
            field.complete = "email";
        })
        .field(person, "password", Kind::Password, |field| {
            field.label = person.words().say("field-current-password");
            field.complete = "current-password";
            field.longest = 256;
        })
        .button(person.words().say("account-email-button"), "email")
}

fn password_form(person: &SignedIn, typed: &Typed) -> FormView {
    let form = FormView::new(person, typed).named("change").field(person, "current_password", Kind::Password, |field| {
        field.complete = "current-password";
        field.longest = 256;
    });
    new_password(form, person, "new_password", None).button(person.words().say("account-password-button"), "password")
}

fn card(person: &SignedIn, session: &Session) -> Card {
    let words = person.words();
    let name = if session.browser.is_empty() { words.say("account-session-unknown") } else { session.browser.clone() };
    let fact = |key: &str, at: &Option<prost_types::Timestamp>| {
        (words.say(key), at.as_ref().map(|at| words.moment(at)).unwrap_or_default().into())
    };
    let mut card = Card {
        title: name,
        facts: vec![fact("account-session-began", &session.began_at), fact("account-session-seen", &session.seen_at)],
        ..Card::default()
    };
    if session.present {
        card.badge = words.say("account-session-present");
    } else {
        let end = FormView::new(person, &Typed::default()).hidden("session_id", &session.session_id);
        card.forms.push((String::new(), end.small(words.say("account-session-end"), "end-session")));
    }
    card
}
