//! « Dernière étape : prouver que vous travaillez pour … » ; invitations.

use atlas_proto::identity::v1::{
    AcceptInvitationRequest, EnterJoinCodeRequest, GetInvitationRequest, GetInvitationResponse, GetStandingResponse,
    RequestMembershipRequest, SendOfficialCodeRequest, WithdrawRequestRequest,
};
use axum::extract::Path;
use kernel::{Right, RightKind};
use tonic::Code;

use super::{
    Answer, Block, Link, Rich, Sheet,
    door::go,
    enter, mailbox, offices,
    space::{role_key, standing, waiting},
    strong,
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    session::{Cookie, SignedIn, Visitor},
};

/// `GET /espace/{id}/rejoindre`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let typed = person.draft().await?;
    page(&person, &id, &typed).await
}

/// `POST /espace/{id}/rejoindre`
pub async fn send(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    form.only(&["code", "message", "delegate_of", "request"])?;
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
                message: form.get("message").to_owned(),
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
        Err(status) => page(&person, &id, &Typed::of(&form).refused(status, person.words(), &[])?).await,
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
        let label = words.name("join-official", &standing.masked_official_address);
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
        .field(person, "message", Kind::Area, |field| {
            field.hint(words.say("join-message-hint"));
            field.longest = 500;
            field.optional();
        })
        .field(person, "delegate_of", Kind::Text, |field| {
            field.hint(words.say("join-delegate-hint"));
            field.optional();
        })
        .button(words.say("join-ask-button"), "request")
}

/// `GET /invitations/{link}`: whoever looks at it, nothing is used up; the link leaves the address at once.
pub async fn take_invitation(visitor: Visitor, Path(link): Path<String>) -> Answer {
    visitor.give(Cookie::Invitation, &link);
    Ok(go(&visitor, "/invitations"))
}

/// `GET /invitations`
pub async fn show_invitation(visitor: Visitor) -> Answer {
    let Some(link) = visitor.invitation.clone() else { return mailbox::dead(&visitor) };
    let invitation = match visitor.desk.services.joining(&visitor.whose).get_invitation(GetInvitationRequest { link }).await {
        Ok(invitation) => invitation.into_inner(),
        Err(status) if status.code() == Code::NotFound => {
            visitor.take(Cookie::Invitation);
            return mailbox::dead(&visitor);
        }
        Err(status) => return Err(status.into()),
    };
    let person = enter::already(&visitor).await?;
    invitation_page(&visitor, &invitation, person.as_ref())
}

fn invitation_page(visitor: &Visitor, invitation: &GetInvitationResponse, person: Option<&SignedIn>) -> Answer {
    let words = visitor.words();
    let right: Option<Right> = invitation.right.parse().ok();
    let title = words.name("invitation-title", &invitation.name);
    let mut sheet = match person {
        Some(person) => Sheet::of(person, title),
        None => Sheet::new(visitor, title),
    };
    let mut facts =
        vec![(words.say("invitation-by"), Rich::from(&invitation.invited_by)), (words.say("invitation-to"), Rich::from(&invitation.email))];
    facts.extend(right.as_ref().map(|right| (words.say("field-role"), words.say(role_key(right.role)).into())));
    facts.extend(invitation.expires_at.as_ref().map(|at| (words.say("invitation-expires"), words.moment(at).into())));
    if !invitation.delegate_of.is_empty() {
        facts.push((words.say("member-delegate"), Rich::from(&invitation.delegate_of)));
    }
    if !invitation.until_day.is_empty() {
        facts.push((words.say("member-until"), words.day(&invitation.until_day).into()));
    }
    sheet = sheet.part(Block::Facts(facts));
    let Some(person) = person else { return strangers(visitor, invitation, right.as_ref(), sheet) };
    if person.account.email.to_lowercase() != invitation.email.to_lowercase() {
        let text = words.with("invitation-another", &[("mine", &strong(&person.account.email)), ("theirs", &strong(&invitation.email))]);
        return sheet.notice("warning", text).form(enter::leave_form(visitor)).answer();
    }
    let accept = FormView::new(visitor, &Typed::default()).button(words.say("invitation-accept"), "");
    sheet.form(accept).answer()
}

/// Who is not signed in signs in, or creates an account with that address first.
fn strangers(visitor: &Visitor, invitation: &GetInvitationResponse, right: Option<&Right>, sheet: Sheet) -> Answer {
    let words = visitor.words();
    if invitation.has_account {
        let on = Link::new(words.say("sign-in-title"), visitor.at("/connexion"));
        return sheet.text(words.say("invitation-sign-in")).part(Block::Ways(vec![on])).answer();
    }
    let collectivite = right.filter(|right| right.kind == RightKind::Collectivite).map(|right| right.key.as_str()).unwrap_or_default();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("pour", collectivite)
        .append_pair("email", &invitation.email)
        .finish();
    let on = Link::new(words.say("sign-up-title"), visitor.at(&format!("/compte/creer?{query}")));
    sheet.text(words.say("invitation-sign-up")).part(Block::Ways(vec![on])).answer()
}

/// `POST /invitations`
pub async fn accept_invitation(person: SignedIn, form: Form) -> Answer {
    form.only(&[])?;
    let Some(link) = person.invitation.clone() else { return mailbox::dead(&person) };
    let request = AcceptInvitationRequest { session_secret: person.session.clone(), link };
    let accepted = match person.desk.services.joining(&person.whose).accept_invitation(request).await {
        Ok(accepted) => accepted.into_inner(),
        Err(status) if status.code() == Code::NotFound => return mailbox::dead(&person),
        Err(status) => return Err(status.into()),
    };
    person.take(Cookie::Invitation);
    person.say_next("joined");
    let right: Option<Right> = accepted.membership.and_then(|membership| membership.right.parse().ok());
    Ok(go(&person, &right.map_or_else(|| "/espace".to_owned(), |right| offices::path(&right))))
}
