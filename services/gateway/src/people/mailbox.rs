//! « Consultez votre messagerie » : the code and the link of a mail.

use atlas_proto::identity::v1::{
    CorrectFlowAddressRequest, EnterCodeRequest, Flow, FlowKind, FlowStep, GetFlowRequest, GetLinkRequest, GetLinkResponse,
    ResendFlowMailRequest, UseLinkRequest,
};
use axum::{extract::Path, response::Response};
use http::StatusCode;
use tonic::Code;

use super::{Answer, Block, Halt, Link, Sheet, address, door::go, enter, strong};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    session::{Cookie, Visitor},
};

/// `GET /compte/code`
pub async fn show(visitor: Visitor) -> Answer {
    let flow = flow(&visitor).await?;
    page(&visitor, &flow, &Typed::default())
}

/// `POST /compte/code`
pub async fn send(visitor: Visitor, form: Form) -> Answer {
    form.only(&["code", "email"])?;
    match form.act() {
        "resend" => resend(&visitor).await,
        "correct" => correct(&visitor, &form).await,
        _ => enter_code(&visitor, &form).await,
    }
}

fn secret(visitor: &Visitor) -> Result<String, Halt> {
    visitor.flow.clone().ok_or(Halt::Over)
}

/// The flow of this browser; one that waits for something else leads there.
async fn flow(visitor: &Visitor) -> Result<Flow, Halt> {
    let request = GetFlowRequest { flow_secret: secret(visitor)? };
    let flow = visitor.desk.services.accounts(&visitor.whose).get_flow(request).await?.into_inner().flow.unwrap_or_default();
    match flow.step() {
        FlowStep::Mail => Ok(flow),
        FlowStep::Password => Err(Halt::Go(visitor.at("/compte/mot-de-passe"))),
        FlowStep::SecondFactor => Err(Halt::Go(visitor.at("/connexion/etape"))),
        FlowStep::Passkey | FlowStep::Done | FlowStep::Unspecified => Err(Halt::Over),
    }
}

async fn resend(visitor: &Visitor) -> Answer {
    let request = ResendFlowMailRequest { flow_secret: secret(visitor)? };
    visitor.desk.services.accounts(&visitor.whose).resend_flow_mail(request).await?;
    visitor.say_next("mail-sent-again");
    Ok(go(visitor, "/compte/code"))
}

async fn correct(visitor: &Visitor, form: &Form) -> Answer {
    let request = CorrectFlowAddressRequest { flow_secret: secret(visitor)?, email: form.get("email").to_owned() };
    match visitor.desk.services.accounts(&visitor.whose).correct_flow_address(request).await {
        Ok(_) => {
            visitor.say_next("address-corrected");
            Ok(go(visitor, "/compte/code"))
        }
        Err(status) => {
            let typed = Typed::of(form).refused(status, visitor.words(), &[])?;
            page(visitor, &flow(visitor).await?, &typed)
        }
    }
}

async fn enter_code(visitor: &Visitor, form: &Form) -> Answer {
    let (flow_secret, code) = (secret(visitor)?, form.get("code").to_owned());
    let request = EnterCodeRequest { flow_secret, code, device_secret: visitor.device.clone() };
    match visitor.desk.services.accounts(&visitor.whose).enter_code(request).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            Ok(proved(visitor, &answer.flow.unwrap_or_default(), &answer.flow_secret, &answer.session_secret, &answer.device_secret))
        }
        Err(status) => {
            let typed = Typed::of(form).refused(status, visitor.words(), &[])?;
            page(visitor, &flow(visitor).await?, &typed)
        }
    }
}

/// Where it goes on once the address is proved.
fn proved(visitor: &Visitor, flow: &Flow, secret: &str, session: &str, device: &str) -> Response {
    if !session.is_empty() {
        visitor.sign_in(session, device);
        visitor.say_next("account-made");
        let join = format!("/espace/{}/rejoindre", flow.collectivite_id);
        let known = !flow.collectivite_id.is_empty() && visitor.invitation.is_none();
        return if known { go(visitor, &join) } else { enter::onward(visitor, "") };
    }
    if flow.step() == FlowStep::Password {
        visitor.give(Cookie::Flow, secret);
        return go(visitor, "/compte/mot-de-passe");
    }
    visitor.take(Cookie::Flow);
    if flow.kind() == FlowKind::EmailChange {
        visitor.say_next("email-changed");
    }
    go(visitor, "/compte")
}

fn page(visitor: &Visitor, flow: &Flow, typed: &Typed) -> Answer {
    let words = visitor.words();
    let time = flow.sent_at.as_ref().map(|at| words.time(at)).unwrap_or_default();
    let gaps = [("address", strong(&flow.email)), ("time", time)];
    let gaps: Vec<(&str, &str)> = gaps.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut sheet = Sheet::new(visitor, words.say("mailbox-title"));
    sheet = match flow.kind() {
        FlowKind::Recovery => sheet.text(words.with("recovery-sent", &gaps)),
        FlowKind::AddressRecovery => sheet.text(words.with("address-recovery-sent", &gaps)),
        _ => sheet.text(words.with("mailbox-sent", &gaps)),
    };
    if let Some(name) = visitor.desk.name_of(&flow.collectivite_id) {
        sheet = sheet.about(&flow.collectivite_id, &name);
    }
    sheet = match flow.tries_left {
        // The browser that asks is nobody's yet: those mails have a link alone.
        _ if flow.kind() == FlowKind::AddressRecovery => sheet,
        ..=0 => sheet.notice("warning", words.say("mailbox-no-tries")),
        left => {
            let left = usize::try_from(left).unwrap_or_default();
            let form = code_form(visitor, typed, if left < 5 { words.count("mailbox-tries", left) } else { String::new() });
            sheet.form(form)
        }
    };
    let again = FormView::new(visitor, &Typed::default()).named("again").beside(words.say("mailbox-resend"), "resend");
    sheet = sheet.text(words.say("mailbox-nothing")).form(again);
    if flow.kind() != FlowKind::AddressRecovery {
        // The same for addresses that have an account and those that have none.
        let meant = address::meant(&flow.email);
        if let Some(meant) = &meant {
            sheet = sheet.notice("warning", words.name("email-meant", strong(meant)));
        }
        let known = typed.clone().or(&[("email", meant.as_deref().unwrap_or(&flow.email))]);
        let correct = FormView::new(visitor, &known)
            .named("correct")
            .field(visitor, "email", Kind::Email, |field| field.complete = "email")
            .button(words.say("mailbox-correct-button"), "correct");
        sheet = sheet.fold(words.say("mailbox-correct"), correct);
    }
    if flow.kind() == FlowKind::Recovery {
        sheet = sheet.part(Block::Links(vec![Link::new(words.say("recovery-unknown"), visitor.at("/compte/recuperer/collectivite"))]));
    }
    sheet.answer()
}

fn code_form(visitor: &Visitor, typed: &Typed, hint: String) -> FormView {
    let form = FormView::new(visitor, typed).field(visitor, "code", Kind::Code, |field| {
        field.hint = hint;
        field.complete = "one-time-code";
        field.longest = 12;
    });
    form.button(visitor.words().say("continue"), "enter")
}

/// `GET /compte/lien/{link}`: whoever looks at it, nothing is used up; the link leaves the address at once.
pub async fn take_link(visitor: Visitor, Path(link): Path<String>) -> Answer {
    visitor.give(Cookie::Link, &link);
    Ok(go(&visitor, "/compte/lien"))
}

/// `GET /compte/lien`
pub async fn show_link(visitor: Visitor) -> Answer {
    let Some(link) = visitor.link.clone() else { return dead(&visitor) };
    match visitor.desk.services.accounts(&visitor.whose).get_link(GetLinkRequest { link }).await {
        Ok(known) => link_page(&visitor, known.get_ref()).await,
        Err(status) if status.code() == Code::NotFound => dead(&visitor),
        Err(status) => Err(status.into()),
    }
}

async fn link_page(visitor: &Visitor, link: &GetLinkResponse) -> Answer {
    let words = visitor.words();
    let (title, text, button) = match link.kind() {
        _ if link.undoes_email_change => ("link-undo-title", "link-undo", "link-undo-button"),
        FlowKind::SignUp => ("link-sign-up-title", "link-sign-up", "link-sign-up-button"),
        FlowKind::EmailChange => ("link-email-title", "link-email", "link-email-button"),
        _ => ("link-recovery-title", "link-recovery", "continue"),
    };
    let form = FormView::new(visitor, &Typed::default()).button(words.say(button), "");
    let person = enter::already(visitor).await?;
    let mut sheet = match &person {
        Some(person) => Sheet::of(person, words.say(title)),
        None => Sheet::new(visitor, words.say(title)),
    };
    sheet = sheet.text(words.with(text, &[("collectivite", &strong(&link.collectivite_name))])).form(form);
    if let Some(person) = person {
        sheet = sheet.notice("info", words.name("link-signed-in", strong(&person.name()))).form(enter::leave_form(visitor));
    }
    sheet.answer()
}

/// What stands where a link no longer works.
pub fn dead(visitor: &Visitor) -> Answer {
    let words = visitor.words();
    let links = vec![
        Link::new(words.say("sign-in-title"), visitor.at("/connexion")),
        Link::new(words.say("link-dead-recover"), visitor.at("/compte/recuperer")),
        Link::new(words.say("sign-up-title"), visitor.at("/compte/creer")),
    ];
    visitor.take(Cookie::Link);
    let sheet = Sheet::new(visitor, words.say("link-dead-title")).status(StatusCode::GONE);
    sheet.text(words.say("link-dead")).text(words.say("link-dead-what")).part(Block::Links(links)).answer()
}

/// `POST /compte/lien`
pub async fn use_link(visitor: Visitor, form: Form) -> Answer {
    form.only(&[])?;
    let Some(link) = visitor.link.clone() else { return dead(&visitor) };
    let flow_secret = visitor.flow.clone().unwrap_or_default();
    let request = UseLinkRequest { link, flow_secret, device_secret: visitor.device.clone() };
    let answer = match visitor.desk.services.accounts(&visitor.whose).use_link(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) if status.code() == Code::NotFound => return dead(&visitor),
        Err(status) => return Err(status.into()),
    };
    visitor.take(Cookie::Link);
    let flow = answer.flow.unwrap_or_default();
    if flow.kind() == FlowKind::Unspecified {
        visitor.say_next("email-restored");
        return Ok(go(&visitor, "/connexion"));
    }
    Ok(proved(&visitor, &flow, &answer.flow_secret, &answer.session_secret, &answer.device_secret))
}
