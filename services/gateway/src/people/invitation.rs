//! Invitations: what a link of a mail offers, and taking it up.

use atlas_proto::identity::v1::{AcceptInvitationRequest, GetInvitationRequest, GetInvitationResponse};
use axum::extract::Path;
use http::StatusCode;
use kernel::{Right, RightKind};
use tonic::Code;

use super::{Answer, Block, Link, Rich, Sheet, door::go, enter, offices, space::role_key, strong};
use crate::{
    forms::{Form, FormView, Typed},
    session::{Cookie, SignedIn, Visitor},
};

/// `GET /invitations/{link}`: whoever looks at it, nothing is used up; the link leaves the address at once.
pub async fn take(visitor: Visitor, Path(link): Path<String>) -> Answer {
    visitor.give(Cookie::Invitation, &link);
    Ok(go(&visitor, "/invitations"))
}

/// `GET /invitations`
pub async fn show(visitor: Visitor) -> Answer {
    let Some(link) = visitor.invitation.clone() else { return dead(&visitor) };
    let invitation = match visitor.desk.services.joining(&visitor.whose).get_invitation(GetInvitationRequest { link }).await {
        Ok(invitation) => invitation.into_inner(),
        Err(status) if status.code() == Code::NotFound => return dead(&visitor),
        Err(status) => return Err(status.into()),
    };
    let person = enter::already(&visitor).await?;
    page(&visitor, &invitation, person.as_ref())
}

fn page(visitor: &Visitor, invitation: &GetInvitationResponse, person: Option<&SignedIn>) -> Answer {
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
pub async fn accept(person: SignedIn, form: Form) -> Answer {
    form.only(&[])?;
    let Some(link) = person.invitation.clone() else { return dead(&person) };
    let request = AcceptInvitationRequest { session_secret: person.session.clone(), link };
    let accepted = match person.desk.services.joining(&person.whose).accept_invitation(request).await {
        Ok(accepted) => accepted.into_inner(),
        Err(status) if status.code() == Code::NotFound => return dead(&person),
        Err(status) => return Err(status.into()),
    };
    person.take(Cookie::Invitation);
    person.say_next("joined");
    let right: Option<Right> = accepted.membership.and_then(|membership| membership.right.parse().ok());
    Ok(go(&person, &right.map_or_else(|| "/espace".to_owned(), |right| offices::path(&right))))
}

/// What stands where an invitation no longer works.
fn dead(visitor: &Visitor) -> Answer {
    let words = visitor.words();
    visitor.take(Cookie::Invitation);
    let links = vec![
        Link::new(words.say("nav-space"), visitor.at("/espace")),
        Link::new(words.say("recovery-title"), visitor.at("/compte/recuperer")),
    ];
    let sheet = Sheet::new(visitor, words.say("invitation-dead-title")).status(StatusCode::GONE);
    sheet.text(words.say("invitation-dead")).text(words.say("invitation-dead-what")).part(Block::Links(links)).answer()
}
