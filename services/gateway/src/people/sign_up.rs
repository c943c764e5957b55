//! Creating an account.

use atlas_proto::identity::v1::{StartSignUpRequest, SuggestPasswordRequest};
use http::StatusCode;

use super::{
    Answer, Block, Halt, Link, Sheet, address,
    door::go,
    enter::{already, already_page},
    pick::{self, Picked},
};
use crate::{
    forms::{Button, Form, FormView, Kind, Typed},
    session::{Cookie, Visitor},
};

const FIELDS: [&str; 9] =
    ["collectivite", "collectivite_id", "searched", "first_name", "last_name", "function", "email", "email_kept", "password"];

/// `GET /compte/creer`
pub async fn show(visitor: Visitor) -> Answer {
    if let Some(person) = already(&visitor).await? {
        return already_page(&person, "sign-up-title");
    }
    // An invitation says for which collectivité, and to which address.
    let (id, email) = (visitor.asked("pour"), visitor.asked("email"));
    let named = visitor.desk.name_of(&id).and_then(|name| Some((name, Picked::One(id.parse().ok()?))));
    let (name, picked) = named.map_or((String::new(), None), |(name, picked)| (name, Some(picked)));
    page(&visitor, &Typed::known(&[("collectivite", &name), ("email", &email)]), picked.as_ref(), None)
}

/// `POST /compte/creer`
pub async fn send(visitor: Visitor, form: Form) -> Answer {
    form.only(&FIELDS)?;
    let form = match form.act() {
        "fix-email" => address::meant(form.get("email")).map_or_else(|| form.clone(), |meant| form.clone().with("email", &meant)),
        "keep-email" => form.clone().with("email_kept", form.get("email")),
        _ => form,
    };
    let picked = pick::pick(&visitor, &form)?;
    let mut typed = Typed::of(&form);
    if form.act() == "suggest" {
        let password = suggest(&visitor).await?;
        return page(&visitor, &typed, Some(&picked), Some(password));
    }
    let words = visitor.words();
    let id = pick::settle(&picked, &form, &mut typed, words);
    typed.require(&form, &["first_name", "last_name", "function", "email", "password"], words);
    let proposed = proposal(&form);
    let Some(collectivite_id) = id.filter(|_| !typed.is_wrong() && proposed.is_none()) else {
        return page(&visitor, &typed, Some(&picked), None);
    };
    let request = StartSignUpRequest {
        collectivite_id,
        first_name: form.get("first_name").to_owned(),
        last_name: form.get("last_name").to_owned(),
        function: form.get("function").to_owned(),
        email: form.get("email").to_owned(),
        password: form.raw("password").to_owned(),
        locale: visitor.locale.tag().to_owned(),
    };
    match visitor.desk.services.accounts(&visitor.whose).start_sign_up(request).await {
        Ok(started) => {
            visitor.give(Cookie::Flow, &started.into_inner().flow_secret);
            Ok(go(&visitor, "/compte/code"))
        }
        Err(status) => {
            let typed = typed.refused(status, words, &[("collectivite_id", "collectivite")])?;
            page(&visitor, &typed, Some(&picked), None)
        }
    }
}

/// What was probably meant instead of the address, unless the person said that it is right.
fn proposal(form: &Form) -> Option<String> {
    address::meant(form.get("email")).filter(|_| form.get("email") != form.get("email_kept"))
}

/// A password that is good enough, and can be kept in mind.
///
/// # Errors
/// What identity answers.
pub async fn suggest(visitor: &Visitor) -> Result<String, Halt> {
    let request = SuggestPasswordRequest { locale: visitor.locale.tag().to_owned() };
    Ok(visitor.desk.services.accounts(&visitor.whose).suggest_password(request).await?.into_inner().password)
}

fn page(visitor: &Visitor, typed: &Typed, picked: Option<&Picked>, suggested: Option<String>) -> Answer {
    let words = visitor.words();
    let mut form = pick::field(FormView::new(visitor, typed), visitor, typed, picked)
        .field(visitor, "first_name", Kind::Text, |field| field.complete = "given-name")
        .field(visitor, "last_name", Kind::Text, |field| field.complete = "family-name")
        .field(visitor, "function", Kind::Text, |field| {
            field.complete = "organization-title";
            field.hint(words.say("hint-function"));
        })
        .field(visitor, "email", Kind::Email, |field| {
            field.complete = "email";
            field.hint(words.say("hint-email"));
        })
        .hidden("email_kept", typed.value("email_kept"));
    form = new_password(form, visitor, "password", suggested.as_deref());
    if let Some(meant) = address::meant(typed.value("email")).filter(|_| typed.value("email") != typed.value("email_kept")) {
        let button = |key, act, rank| Button { label: words.say(key), act, rank };
        let buttons = vec![button("email-fix", "fix-email", "secondary"), button("email-keep", "keep-email", "tertiary")];
        form.proposal = Some((words.name("email-meant", meant), buttons));
    }
    let asked = form.proposal.is_some() || suggested.is_some();
    let form = form.button(words.say("sign-up-button"), "create").beside(words.say("password-suggest"), "suggest");
    let missing = Link::new(words.say("sign-up-missing"), visitor.at("/collectivite-absente"));
    let known = Link::new(words.say("sign-up-known"), visitor.at("/connexion"));
    let sheet = Sheet::new(visitor, words.say("sign-up-title")).text(words.say("sign-up-intro")).text(words.say("required-fields"));
    let sheet = sheet.status(if asked { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK });
    sheet.form(form).part(Block::Links(vec![missing, known])).answer()
}

/// Adds the field of a new password: hidden as it is typed, in sight when it was proposed.
pub fn new_password(form: FormView, visitor: &Visitor, name: &'static str, suggested: Option<&str>) -> FormView {
    let words = visitor.words();
    let kind = if suggested.is_some() { Kind::Text } else { Kind::Password };
    form.field(visitor, name, kind, |field| {
        field.complete = "new-password";
        field.hint(words.say(if suggested.is_some() { "hint-password-suggested" } else { "hint-password" }));
        field.value = suggested.unwrap_or_default().to_owned();
        field.longest = 256;
    })
}
