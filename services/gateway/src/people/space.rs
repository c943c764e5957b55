//! « Mon espace » : for whom somebody acts, and what can be done there.

use atlas_proto::identity::v1::{
    Approver, GetStandingRequest, GetStandingResponse, LeaveCollectiviteRequest, ListOwnRequestsRequest, Membership, MembershipRequest,
    RequestState,
};
use axum::extract::Path;
use kernel::{Right, RightKind, Role};

use super::{
    Answer, Block, Card, Halt, Link, Rich, Sheet,
    door::go,
    offices::{self, over},
    pick::{self, Picked},
    record, strong,
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Typed},
    i18n::Words,
    session::SignedIn,
};

/// `GET /espace`; with a collectivité that is looked for, the way to join it.
pub async fn list(person: SignedIn) -> Answer {
    let form = Form::read(person.query.as_bytes()).ok_or(PageError::BadRequest)?;
    let looked = !form.get("collectivite").is_empty();
    let picked = if looked { Some(pick::pick(&person, &form)?) } else { None };
    if let Some(Picked::One(key)) = picked {
        return Ok(go(&person, &format!("/espace/{key}/rejoindre")));
    }
    let mut typed = Typed::of(&form);
    if let Some(picked) = &picked {
        pick::settle(picked, &form, &mut typed, person.words());
    }
    let request = ListOwnRequestsRequest { session_secret: person.session.clone() };
    let requests = person.desk.services.joining(&person.whose).list_own_requests(request).await?.into_inner().requests;
    page(&person, &requests, &typed, picked.as_ref())
}

fn page(person: &SignedIn, requests: &[MembershipRequest], typed: &Typed, picked: Option<&Picked>) -> Answer {
    let words = person.words();
    let held: Vec<(Right, &Membership)> = person.rights().collect();
    let cards = |collectivites: bool| -> Vec<Card> {
        let of = held.iter().filter(|(right, _)| (right.kind == RightKind::Collectivite) == collectivites);
        of.map(|(right, membership)| card(person, right, membership)).collect()
    };
    let (own, offices) = (cards(true), cards(false));
    let mut sheet = Sheet::of(person, words.say("space-title")).text(words.name("space-hello", person.name()));
    if own.is_empty() && offices.is_empty() {
        sheet = sheet.notice("info", words.say("space-none"));
    }
    if !offices.is_empty() {
        sheet = sheet.heading(words.say("space-offices")).part(Block::Cards(offices));
    }
    if !own.is_empty() {
        sheet = sheet.heading(words.say("space-collectivites")).part(Block::Cards(own));
    }
    let open: Vec<Card> = requests.iter().map(|request| request_card(person, request)).collect();
    if !open.is_empty() {
        sheet = sheet.heading(words.say("space-requests")).part(Block::Cards(open));
    }
    let find = pick::field(FormView::new(person, typed).searching(), person, typed, picked).button(words.say("space-join-button"), "");
    sheet.heading(words.say("space-join")).form(find).answer()
}

fn card(person: &SignedIn, right: &Right, membership: &Membership) -> Card {
    let words = person.words();
    let mut card = Card {
        title: title(person, right, membership),
        href: person.at(&offices::path(right)),
        badge: words.say(role_key(right.role)),
        facts: membership_facts(words, membership),
        ..Card::default()
    };
    if right.kind == RightKind::Collectivite {
        let leave = FormView::new(person, &Typed::default()).hidden("membership_id", &membership.membership_id);
        card.forms.push((words.say("space-leave"), leave.beside(words.name("space-leave-button", &card.title), "leave")));
    }
    card
}

/// What a card says somebody acts for: a collectivité as identity wrote it, an office by what it is called.
fn title(person: &SignedIn, right: &Right, membership: &Membership) -> String {
    let named = right.kind == RightKind::Collectivite && !membership.name.is_empty();
    if named { membership.name.clone() } else { offices::name(person, right) }
}

/// What is known of a membership beside its name and role.
pub fn membership_facts(words: &Words, membership: &Membership) -> Vec<(String, Rich)> {
    let mut facts = Vec::new();
    if !membership.delegate_of.is_empty() {
        facts.push((words.say("member-delegate"), Rich::from(&membership.delegate_of)));
    }
    facts.extend(days(words, &membership.from_day, &membership.until_day));
    facts
}

/// From when, and until when, where that is said.
pub fn days(words: &Words, from: &str, until: &str) -> Vec<(String, Rich)> {
    let all = [("member-from", from), ("member-until", until)].into_iter().filter(|(_, day)| !day.is_empty());
    all.map(|(key, day)| (words.say(key), words.day(day).into())).collect()
}

fn request_card(person: &SignedIn, request: &MembershipRequest) -> Card {
    let words = person.words();
    let badge = match request.state() {
        RequestState::Open => "request-open",
        RequestState::Accepted => "request-accepted",
        RequestState::Refused => "request-refused",
        RequestState::Withdrawn | RequestState::Unspecified => "request-withdrawn",
    };
    let mut facts = Vec::new();
    if request.state() == RequestState::Open {
        facts.push((words.say("request-where"), waiting(words, request).into()));
    }
    if !request.reason.is_empty() {
        facts.push((words.say("field-reason"), Rich::from(&request.reason)));
    }
    Card {
        title: request.collectivite_name.clone(),
        href: person.at(&format!("/espace/{}/rejoindre", request.collectivite_id)),
        badge: words.say(badge),
        facts,
        ..Card::default()
    }
}

/// Who decides about an open request, and what happens without an answer: for who asked.
pub fn waiting(words: &Words, request: &MembershipRequest) -> String {
    let key = match request.approver() {
        Approver::Administrators => "waiting-administrators",
        Approver::Region | Approver::Unspecified => "waiting-region",
        Approver::Ministry => "waiting-ministry",
    };
    dated(words, key, request)
}

/// The same for who decides.
pub fn pending(words: &Words, request: &MembershipRequest) -> String {
    let key = match request.approver() {
        Approver::Administrators => "pending-administrators",
        Approver::Region | Approver::Unspecified => "pending-region",
        Approver::Ministry => "pending-ministry",
    };
    dated(words, key, request)
}

fn dated(words: &Words, key: &str, request: &MembershipRequest) -> String {
    let day = |at: &Option<prost_types::Timestamp>| at.as_ref().map(|at| words.short_date(at)).unwrap_or_default();
    let (sent, next) = (day(&request.asked_at), day(&request.escalates_at));
    words.with(key, &[("sent", &sent), ("next", &next), ("region", &request.region_name), ("collectivite", &request.collectivite_name)])
}

/// `POST /espace`: leaves a collectivité.
pub async fn leave(person: SignedIn, form: Form) -> Answer {
    form.only(&["membership_id"])?;
    let request = LeaveCollectiviteRequest { session_secret: person.session.clone(), membership_id: form.get("membership_id").to_owned() };
    person.desk.services.joining(&person.whose).leave_collectivite(request).await?;
    person.say_next("left");
    Ok(go(&person, "/espace"))
}

/// Where a person stands with a collectivité.
///
/// # Errors
/// What identity answers.
pub async fn standing(person: &SignedIn, id: &str) -> Result<GetStandingResponse, Halt> {
    let request = GetStandingRequest { session_secret: person.session.clone(), collectivite_id: id.to_owned() };
    Ok(person.desk.services.joining(&person.whose).get_standing(request).await?.into_inner())
}

/// `GET /espace/{id}`
pub async fn show(person: SignedIn, Path(id): Path<String>) -> Answer {
    let standing = standing(&person, &id).await?;
    let words = person.words();
    let it = standing.collectivite.clone().unwrap_or_default();
    let mut sheet = Sheet::of(&person, words.name("space-of", &it.name)).about(&id, &it.name).helped_by(standing.helper.as_ref());
    sheet = sheet.step(words.say("space-title"), "/espace");
    let Some(membership) = &standing.membership else {
        let Some(office) = over(&person, &id, Role::Reader) else { return Ok(go(&person, &format!("/espace/{id}/rejoindre"))) };
        return as_its_agents(&person, &id, &office, sheet).await;
    };
    let right: Right = membership.right.parse().map_err(|_| Halt::fault("identity wrote a right that is none"))?;
    sheet = sheet.text(words.with("space-role", &[("role", &strong(&words.say(role_key(right.role)))), ("name", &it.name)]));
    let facts = membership_facts(words, membership);
    if !facts.is_empty() {
        sheet = sheet.part(Block::Facts(facts));
    }
    let own = record::ways(&person, &id);
    sheet = sheet.heading(words.say("space-record")).part(Block::Links(own));
    managed(&person, sheet, ways(&person, &id, &right)).answer()
}

/// What an office sees of a collectivité: what its agents see, and nothing to change. That it looked is written down.
async fn as_its_agents(person: &SignedIn, id: &str, office: &Right, sheet: Sheet) -> Answer {
    let words = person.words();
    let reader = Right { kind: RightKind::Collectivite, key: id.to_owned(), role: Role::Reader };
    person.assume(&reader).await?;
    let notice = words.name("space-as-agents", strong(&offices::name(person, office)));
    let sheet = sheet.notice("warning", notice).heading(words.say("space-record")).part(Block::Links(record::ways(person, id)));
    managed(person, sheet, ways(person, id, office)).answer()
}

/// What else there is for who manages the team.
fn managed(person: &SignedIn, sheet: Sheet, ways: Vec<Link>) -> Sheet {
    if ways.is_empty() { sheet } else { sheet.heading(person.words().say("space-managed")).part(Block::Links(ways)) }
}

/// Where a right leads to in the space of a collectivité. A préfecture looks only; mails are its own and the ministry's to see.
fn ways(person: &SignedIn, id: &str, right: &Right) -> Vec<Link> {
    if right.role != Role::Admin || right.kind == RightKind::Department {
        return Vec::new();
    }
    let mut ways = vec![("team-title", "equipe"), ("requests-title", "demandes")];
    if right.kind != RightKind::Region {
        ways.push(("messages-title", "courriels"));
    }
    ways.push(("journal-title", "journal"));
    ways.into_iter().map(|(key, path)| Link::new(person.words().say(key), person.at(&format!("/espace/{id}/{path}")))).collect()
}

/// The words for a role.
pub const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Reader => "role-reader",
        Role::Editor => "role-editor",
        Role::Certifier => "role-certifier",
        Role::Admin => "role-admin",
    }
}
