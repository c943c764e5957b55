//! The team page of a collectivité or an office: who acts for it, with which role, until when.

use atlas_proto::identity::v1::{
    EndMembershipRequest, Invitation, InviteMemberRequest, ListMembersRequest, Member, Membership, UpdateMembershipRequest,
    WithdrawInvitationRequest,
};
use axum::extract::Path;
use kernel::{Right, RightKind, Role};

use super::{
    Answer, Block, Card, Halt, Rich,
    door::go,
    offices::{Office, request_id},
    space::role_key,
    strong,
};
use crate::{
    error::PageError,
    forms::{Field, Form, FormView, Kind, Typed},
    i18n::Words,
    session::SignedIn,
};

const FIELDS: [&str; 9] = ["email", "role", "from_day", "until_day", "delegate_of", "membership_id", "invitation_id", "etag", "request_id"];

/// `GET /espace/{id}/equipe`
pub async fn of_collectivite(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (office, typed) = (Office::of_collectivite(&person, &id, Role::Admin)?, person.draft().await?);
    page(&person, &office, &typed).await
}

/// `POST /espace/{id}/equipe`
pub async fn change_collectivite(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let office = Office::of_collectivite(&person, &id, Role::Admin)?;
    change(&person, &office, &form).await
}

/// `GET /sgar/{region}/equipe` and its like
pub async fn of_office(person: SignedIn) -> Answer {
    let (office, typed) = (Office::team(&person)?, person.draft().await?);
    page(&person, &office, &typed).await
}

/// `POST /sgar/{region}/equipe` and its like
pub async fn change_office(person: SignedIn, form: Form) -> Answer {
    let office = Office::team(&person)?;
    change(&person, &office, &form).await
}

async fn change(person: &SignedIn, office: &Office, form: &Form) -> Answer {
    form.only(&FIELDS)?;
    let done = match form.act() {
        "invite" => invite(person, office, form).await,
        "withdraw" => withdraw(person, office, form).await,
        "update" => update(person, office, form).await,
        "end" => end(person, office, form).await,
        _ => return Err(PageError::BadRequest.into()),
    };
    match done {
        Ok(note) => {
            person.say_next(note);
            Ok(go(person, &person.path))
        }
        Err(Halt::Service(status)) => {
            let typed = Typed::of(form).refused(status, person.words(), &[("right", "role")])?;
            page(person, office, &typed).await
        }
        Err(halt) => Err(halt),
    }
}

async fn invite(person: &SignedIn, office: &Office, form: &Form) -> Result<&'static str, Halt> {
    let request = InviteMemberRequest {
        email: form.get("email").to_owned(),
        right: format!("{}:{}", office.scope, form.get("role")),
        from_day: form.get("from_day").to_owned(),
        until_day: form.get("until_day").to_owned(),
        delegate_of: form.get("delegate_of").to_owned(),
        locale: person.locale.tag().to_owned(),
        request_id: form.get("request_id").to_owned(),
    };
    person.teams(&office.right, request, |mut teams, request| async move { teams.invite_member(request).await }).await?;
    Ok("invited")
}

async fn withdraw(person: &SignedIn, office: &Office, form: &Form) -> Result<&'static str, Halt> {
    let request =
        WithdrawInvitationRequest { invitation_id: form.get("invitation_id").to_owned(), request_id: form.get("request_id").to_owned() };
    person.teams(&office.right, request, |mut teams, request| async move { teams.withdraw_invitation(request).await }).await?;
    Ok("invitation-withdrawn")
}

async fn update(person: &SignedIn, office: &Office, form: &Form) -> Result<&'static str, Halt> {
    let membership = Membership {
        membership_id: form.get("membership_id").to_owned(),
        right: format!("{}:{}", office.scope, form.get("role")),
        until_day: form.get("until_day").to_owned(),
        delegate_of: form.get("delegate_of").to_owned(),
        etag: form.get("etag").to_owned(),
        ..Membership::default()
    };
    let request = UpdateMembershipRequest { membership: Some(membership), request_id: form.get("request_id").to_owned() };
    person.teams(&office.right, request, |mut teams, request| async move { teams.update_membership(request).await }).await?;
    Ok("member-changed")
}

async fn end(person: &SignedIn, office: &Office, form: &Form) -> Result<&'static str, Halt> {
    let request = EndMembershipRequest {
        membership_id: form.get("membership_id").to_owned(),
        etag: form.get("etag").to_owned(),
        request_id: form.get("request_id").to_owned(),
    };
    person.teams(&office.right, request, |mut teams, request| async move { teams.end_membership(request).await }).await?;
    Ok("member-ended")
}

async fn page(person: &SignedIn, office: &Office, typed: &Typed) -> Answer {
    let request = ListMembersRequest { scope: office.scope.clone() };
    let team = person.teams(&office.right, request, |mut teams, request| async move { teams.list_members(request).await }).await?;
    let words = person.words();
    let mut sheet = office.sheet(person, words.name("team-of", &office.name)).text(words.say("team-intro"));
    if typed.drafted {
        sheet = sheet.notice("info", words.say("draft-filled"));
    }
    sheet = match team.members.len() {
        0 => sheet.text(words.say("team-empty")),
        members => {
            let cards = team.members.iter().map(|member| member_card(person, office, member, typed)).collect();
            sheet.heading(words.count("team-members", members)).part(Block::Cards(cards))
        }
    };
    if !team.invitations.is_empty() {
        let cards = team.invitations.iter().map(|invitation| invitation_card(person, office, invitation)).collect();
        sheet = sheet.heading(words.say("team-invitations")).part(Block::Cards(cards));
    }
    if office.manages {
        let own = if typed.value("act") == "invite" { typed.clone() } else { Typed::default() };
        sheet = sheet.heading(words.say("team-invite")).text(words.say("team-invite-text")).form(invite_form(person, office, &own));
    }
    sheet.answer()
}

/// The roles that make sense for what is acted for, the usual one first.
pub fn roles(field: &mut Field, words: &Words, kind: RightKind) {
    let all = match kind {
        RightKind::Collectivite => &[Role::Editor, Role::Reader, Role::Certifier, Role::Admin][..],
        _ => &[Role::Reader, Role::Editor, Role::Admin],
    };
    let about = |role| match role {
        Role::Reader => "role-reader-about",
        Role::Editor => "role-editor-about",
        Role::Certifier => "role-certifier-about",
        Role::Admin => "role-admin-about",
    };
    let written = |role: Role| Right { kind: RightKind::National, key: "*".to_owned(), role }.to_string();
    let word = |role| written(role).rsplit(':').next().unwrap_or_default().to_owned();
    field.choose(all.iter().map(|role| (word(*role), words.say(role_key(*role)), words.say(about(*role)))));
}

fn invite_form(person: &SignedIn, office: &Office, typed: &Typed) -> FormView {
    let form = FormView::new(person, typed).named("invite").field(person, "email", Kind::Email, |_| {});
    let form = form.field(person, "role", Kind::Radios, |field| roles(field, person.words(), office.right_of_scope()));
    let form = form.field(person, "from_day", Kind::Day, |field| {
        field.hint(person.words().say("from-day-hint"));
        field.optional();
    });
    terms(form, person, office).hidden("request_id", request_id()).button(person.words().say("team-invite-button"), "invite")
}

/// Until when, and for whom where it is not the collectivité itself.
fn terms(form: FormView, person: &SignedIn, office: &Office) -> FormView {
    let words = person.words();
    let form = form.field(person, "until_day", Kind::Day, |field| {
        field.hint(words.say("until-day-hint"));
        field.optional();
    });
    if office.right_of_scope() != RightKind::Collectivite {
        return form;
    }
    form.field(person, "delegate_of", Kind::Text, |field| {
        field.hint(words.say("delegate-hint"));
        field.optional();
    })
}

fn member_card(person: &SignedIn, office: &Office, member: &Member, typed: &Typed) -> Card {
    let words = person.words();
    let membership = member.membership.clone().unwrap_or_default();
    let role = membership.right.rsplit(':').next().unwrap_or_default().to_owned();
    let parsed: Option<Right> = membership.right.parse().ok();
    let name = format!("{} {}", member.first_name, member.last_name).trim().to_owned();
    let mut facts = vec![
        (words.say("field-function"), Rich::from(&member.function)),
        (words.say("field-email"), Rich::from(&member.email)),
        (words.say("member-seen"), seen(words, &member.last_seen_day).into()),
    ];
    facts.retain(|(_, value)| !value.pieces.is_empty());
    if member.bounced {
        facts.push((words.say("member-problem"), words.say("member-bounced").into()));
    }
    facts.extend(super::space::membership_facts(words, &membership));
    let mut card = Card {
        title: name.clone(),
        badge: parsed.map(|right| words.say(role_key(right.role))).unwrap_or_default(),
        facts,
        ..Card::default()
    };
    if office.manages {
        let mine = typed.value("act") == "update" && typed.value("membership_id") == membership.membership_id;
        let typed = if mine { typed.clone() } else { Typed::default() };
        let known = [("role", role.as_str()), ("until_day", &membership.until_day), ("delegate_of", &membership.delegate_of)];
        let form = FormView::new(person, &typed.or(&known)).named(format!("m{}", membership.membership_id));
        let form = form.field(person, "role", Kind::Select, |field| roles(field, words, office.right_of_scope()));
        let update = carry(terms(form, person, office), &membership).button(words.say("save"), "update");
        let end = carry(FormView::new(person, &Typed::default()), &membership);
        card.forms.push((words.name("member-change", &name), update));
        card.forms.push((words.say("member-end"), end.button(words.name("member-end-button", &name), "end")));
    }
    card
}

fn carry(form: FormView, membership: &Membership) -> FormView {
    let form = form.hidden("membership_id", &membership.membership_id).hidden("etag", &membership.etag);
    form.hidden("request_id", request_id())
}

/// When somebody was last here.
pub fn seen(words: &Words, day: &str) -> String {
    if day.is_empty() { words.say("member-never-seen") } else { words.day(day) }
}

fn invitation_card(person: &SignedIn, office: &Office, invitation: &Invitation) -> Card {
    let words = person.words();
    let role: Option<Right> = invitation.right.parse().ok();
    let mut facts = vec![(words.say("invitation-by"), strong(&invitation.invited_by).into())];
    facts.extend(invitation.invited_at.as_ref().map(|at| (words.say("invitation-sent"), words.moment(at).into())));
    facts.extend(invitation.expires_at.as_ref().map(|at| (words.say("invitation-expires"), words.moment(at).into())));
    if !invitation.delegate_of.is_empty() {
        facts.push((words.say("member-delegate"), Rich::from(&invitation.delegate_of)));
    }
    facts.extend(super::space::days(words, &invitation.from_day, &invitation.until_day));
    let mut card = Card {
        title: invitation.email.clone(),
        badge: role.map(|right| words.say(role_key(right.role))).unwrap_or_default(),
        facts,
        ..Card::default()
    };
    if office.manages {
        let form = FormView::new(person, &Typed::default()).hidden("invitation_id", &invitation.invitation_id);
        card.forms.push((String::new(), form.hidden("request_id", request_id()).small(words.say("invitation-withdraw"), "withdraw")));
    }
    card
}
