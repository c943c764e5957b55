//! « Identifiant ou mot de passe oublié ».

use atlas_proto::identity::v1::{
    ChoosePasswordRequest, FlowKind, FlowStep, GetFlowRequest, StartAddressRecoveryRequest, StartRecoveryRequest,
};
use http::StatusCode;

use super::{
    Answer, Block, Halt, Link, Sheet,
    door::go,
    enter, pick,
    pick::Picked,
    sign_up::{new_password, suggest},
    strong,
};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    session::{Cookie, Visitor},
};

/// `GET /compte/recuperer`
pub async fn show(visitor: Visitor) -> Answer {
    page(&visitor, &Typed::default()).await
}

/// `POST /compte/recuperer`
pub async fn send(visitor: Visitor, form: Form) -> Answer {
    form.only(&["email"])?;
    let mut typed = Typed::of(&form);
    typed.require(&form, &["email"], visitor.words());
    if typed.is_wrong() {
        return page(&visitor, &typed).await;
    }
    let request = StartRecoveryRequest { email: form.get("email").to_owned(), locale: visitor.locale.tag().to_owned() };
    match visitor.desk.services.accounts(&visitor.whose).start_recovery(request).await {
        Ok(started) => {
            visitor.give(Cookie::Flow, &started.into_inner().flow_secret);
            Ok(go(&visitor, "/compte/code"))
        }
        Err(status) => page(&visitor, &typed.refused(status, visitor.words(), &[])?).await,
    }
}

async fn page(visitor: &Visitor, typed: &Typed) -> Answer {
    let words = visitor.words();
    let form = FormView::new(visitor, typed)
        .field(visitor, "email", Kind::Email, |field| {
            field.complete = "username";
            field.hint(words.say("hint-recovery-email"));
        })
        .button(words.say("recovery-button"), "");
    let unknown = Link::new(words.say("recovery-unknown"), visitor.at("/compte/recuperer/collectivite"));
    let back = Link::new(words.say("sign-in-title"), visitor.at("/connexion"));
    let sheet = begun(visitor, "recovery-title").await?.text(words.say("recovery-intro"));
    sheet.form(form).part(Block::Links(vec![unknown, back])).answer()
}

/// A page of recovery: who is signed in may use it too, or sign out first.
async fn begun(visitor: &Visitor, title: &str) -> Result<Sheet, Halt> {
    let words = visitor.words();
    Ok(match enter::already(visitor).await? {
        Some(person) => {
            let sheet = Sheet::of(&person, words.say(title));
            let account = Link::new(words.say("recovery-signed-in-account"), visitor.at("/compte"));
            let sheet = sheet.notice("info", words.name("recovery-signed-in", strong(&person.name())));
            sheet.part(Block::Links(vec![account])).form(enter::leave_form(visitor))
        }
        None => Sheet::new(visitor, words.say(title)),
    })
}

/// `GET /compte/recuperer/collectivite`
pub async fn show_address(visitor: Visitor) -> Answer {
    address_page(&visitor, &Typed::default(), None).await
}

/// `POST /compte/recuperer/collectivite`
pub async fn send_address(visitor: Visitor, form: Form) -> Answer {
    form.only(&["collectivite", "collectivite_id", "searched"])?;
    let picked = pick::pick(&visitor, &form)?;
    let mut typed = Typed::of(&form);
    let Some(collectivite_id) = pick::settle(&picked, &form, &mut typed, visitor.words()) else {
        return address_page(&visitor, &typed, Some(&picked)).await;
    };
    let request = StartAddressRecoveryRequest { collectivite_id, locale: visitor.locale.tag().to_owned() };
    match visitor.desk.services.accounts(&visitor.whose).start_address_recovery(request).await {
        Ok(started) => {
            visitor.give(Cookie::Flow, &started.into_inner().flow_secret);
            Ok(go(&visitor, "/compte/code"))
        }
        Err(status) => {
            let typed = typed.refused(status, visitor.words(), &[("collectivite_id", "collectivite")])?;
            address_page(&visitor, &typed, None).await
        }
    }
}

async fn address_page(visitor: &Visitor, typed: &Typed, picked: Option<&Picked>) -> Answer {
    let words = visitor.words();
    let form = pick::field(FormView::new(visitor, typed), visitor, typed, picked).button(words.say("recovery-button"), "");
    let sheet = begun(visitor, "address-recovery-title").await?.step(words.say("recovery-title"), "/compte/recuperer");
    sheet.text(words.say("address-recovery-intro")).form(form).answer()
}

/// `GET /compte/mot-de-passe`
pub async fn show_password(visitor: Visitor) -> Answer {
    password_page(&visitor, &Typed::default(), None).await
}

/// `POST /compte/mot-de-passe`
pub async fn choose_password(visitor: Visitor, form: Form) -> Answer {
    form.only(&["password"])?;
    let flow_secret = visitor.flow.clone().ok_or(Halt::Over)?;
    if form.act() == "suggest" {
        let password = suggest(&visitor).await?;
        return password_page(&visitor, &Typed::default(), Some(&password)).await;
    }
    let request = ChoosePasswordRequest { flow_secret, password: form.raw("password").to_owned() };
    match visitor.desk.services.accounts(&visitor.whose).choose_password(request).await {
        Ok(_) => {
            visitor.begin_anew();
            // A recovery ended every session, this browser's too.
            visitor.take(Cookie::Session);
            visitor.say_next("password-chosen");
            Ok(go(&visitor, "/connexion"))
        }
        Err(status) => password_page(&visitor, &Typed::default().refused(status, visitor.words(), &[])?, None).await,
    }
}

async fn password_page(visitor: &Visitor, typed: &Typed, suggested: Option<&str>) -> Answer {
    let words = visitor.words();
    let request = GetFlowRequest { flow_secret: visitor.flow.clone().ok_or(Halt::Over)? };
    let flow = visitor.desk.services.accounts(&visitor.whose).get_flow(request).await?.into_inner().flow.unwrap_or_default();
    match flow.step() {
        FlowStep::Password => {}
        FlowStep::Mail => return Err(Halt::Go(visitor.at("/compte/code"))),
        _ => return Err(Halt::Over),
    }
    let form = new_password(FormView::new(visitor, typed), visitor, "password", suggested)
        .button(words.say("password-button"), "choose")
        .beside(words.say("password-suggest"), "suggest");
    let (title, text) = match flow.kind() {
        FlowKind::SignUp => ("password-sign-up-title", "password-sign-up"),
        _ => ("password-title", "password-recovery"),
    };
    let sheet = Sheet::new(visitor, words.say(title)).text(words.with(text, &[("address", &strong(&flow.email))]));
    let status = if suggested.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    sheet.status(status).form(form).answer()
}
