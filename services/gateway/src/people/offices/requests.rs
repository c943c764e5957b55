//! Requests to act for a collectivité: who decides says with which role, or why not.

use atlas_proto::identity::v1::{DecideMembershipRequestRequest, ListMembershipRequestsRequest, MembershipRequest, RequestState};
use axum::extract::Path;
use kernel::{RightKind, Role};

use super::{Office, colleagues::Colleagues, more, request_id};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    people::{Answer, Block, Card, Halt, Link, Rich, Sheet, door::go, space::pending, strong, team::roles},
    session::SignedIn,
};

const PAGE: i32 = 50;

/// `GET /espace/{id}/demandes`
pub async fn of_collectivite(person: SignedIn, Path(id): Path<String>) -> Answer {
    let (office, typed) = (Office::of_collectivite(&person, &id, Role::Admin)?, person.draft().await?);
    page(&person, &office, &typed).await
}

/// `POST /espace/{id}/demandes`
pub async fn decide_collectivite(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let office = Office::of_collectivite(&person, &id, Role::Admin)?;
    settle(&person, &office, &form).await
}

/// `GET /sgar/{region}/demandes`, `/administration/demandes`
pub async fn show(person: SignedIn) -> Answer {
    let (office, typed) = (deciding(&person)?, person.draft().await?);
    page(&person, &office, &typed).await
}

/// `POST /sgar/{region}/demandes`, `/administration/demandes`
pub async fn decide(person: SignedIn, form: Form) -> Answer {
    let office = deciding(&person)?;
    settle(&person, &office, &form).await
}

fn deciding(person: &SignedIn) -> Result<Office, Halt> {
    let office = Office::own(person, Role::Admin)?;
    if matches!(office.right.kind, RightKind::Region | RightKind::National) { Ok(office) } else { Err(PageError::NotFound.into()) }
}

async fn settle(person: &SignedIn, office: &Office, form: &Form) -> Answer {
    form.only(&["request", "etag", "role", "replaces", "until_day", "reason", "request_id"])?;
    let (role, note) = match form.act() {
        "accept" if !form.get("role").is_empty() => (form.get("role"), "accepted"),
        "accept" => return wrong(person, office, form, "role", "problem-role").await,
        "refuse" if !form.get("reason").is_empty() => ("", "refused"),
        "refuse" => return wrong(person, office, form, "reason", "problem-required").await,
        _ => return Err(PageError::BadRequest.into()),
    };
    let request = DecideMembershipRequestRequest {
        membership_request_id: form.get("request").to_owned(),
        etag: form.get("etag").to_owned(),
        role: role.to_owned(),
        reason: if role.is_empty() { form.get("reason").to_owned() } else { String::new() },
        until_day: form.get("until_day").to_owned(),
        request_id: form.get("request_id").to_owned(),
        replaces_membership_id: if role.is_empty() { String::new() } else { form.get("replaces").to_owned() },
    };
    match person.teams(&office.right, request, |mut teams, request| async move { teams.decide_membership_request(request).await }).await {
        Ok(_) => {
            person.say_next(note);
            Ok(go(person, &person.path))
        }
        Err(Halt::Service(status)) => page(person, office, &Typed::of(form).refused(status, person.words(), &[])?).await,
        Err(halt) => Err(halt),
    }
}

async fn wrong(person: &SignedIn, office: &Office, form: &Form, field: &str, key: &str) -> Answer {
    let mut typed = Typed::of(form);
    typed.wrong(field, person.words().say(key));
    page(person, office, &typed).await
}

async fn page(person: &SignedIn, office: &Office, typed: &Typed) -> Answer {
    let (words, decided) = (person.words(), !person.asked("decidees").is_empty());
    let request = ListMembershipRequestsRequest {
        page_size: PAGE,
        page_token: person.asked("page"),
        collectivite_id: office.collectivite(),
        decided,
    };
    let listed =
        person.teams(&office.right, request, |mut teams, request| async move { teams.list_membership_requests(request).await }).await?;
    let sheet = office.sheet(person, words.say(if decided { "requests-decided-title" } else { "requests-title" }));
    let here = person.at(&person.path);
    let other = if decided {
        Link::new(words.say("requests-open"), here)
    } else {
        Link::new(words.say("requests-decided"), format!("{here}?decidees=1"))
    };
    let sheet = if decided { sheet } else { counted(sheet, person, listed.open_count) };
    let colleagues = if decided { Colleagues::default() } else { Colleagues::of(person, office, &listed.requests).await? };
    let cards: Vec<Card> = listed.requests.iter().map(|request| card(person, request, typed, (!decided).then_some(&colleagues))).collect();
    let sheet = if cards.is_empty() && decided { sheet.text(words.say("requests-none-decided")) } else { sheet.part(Block::Cards(cards)) };
    sheet.maybe(more(person, &listed.next_page_token)).part(Block::Links(vec![other])).answer()
}

fn counted(sheet: Sheet, person: &SignedIn, open: i32) -> Sheet {
    sheet.text(person.words().count("office-waiting", usize::try_from(open).unwrap_or_default()))
}

/// A request, with the colleagues who may have left where it is still to be decided.
fn card(person: &SignedIn, request: &MembershipRequest, typed: &Typed, open: Option<&Colleagues>) -> Card {
    let words = person.words();
    let mut facts = vec![
        (words.say("label-collectivite"), Rich::from(strong(&request.collectivite_name))),
        (words.say("field-function"), Rich::from(&request.function)),
        (words.say("field-email"), Rich::from(&request.email)),
        (words.say("member-delegate"), Rich::from(&request.delegate_of)),
        (words.say("request-replaces"), Rich::from(&request.replaces_name)),
        (words.say("label-message"), Rich::from(&request.message)),
        (words.say("field-reason"), Rich::from(&request.reason)),
    ];
    facts.retain(|(_, value)| !value.pieces.is_empty());
    if open.is_some() {
        facts.push((words.say("request-where"), pending(words, request).into()));
    }
    let badge = match request.state() {
        RequestState::Accepted => words.say("request-accepted"),
        RequestState::Refused => words.say("request-refused"),
        RequestState::Withdrawn => words.say("request-withdrawn"),
        RequestState::Open | RequestState::Unspecified => String::new(),
    };
    let title = format!("{} {}", request.first_name, request.last_name).trim().to_owned();
    let forms = open.map_or_else(Vec::new, |colleagues| forms(person, request, typed, colleagues));
    Card { title, badge, facts, forms, ..Card::default() }
}

fn forms(person: &SignedIn, request: &MembershipRequest, typed: &Typed, colleagues: &Colleagues) -> Vec<(String, FormView)> {
    let words = person.words();
    let of = |act: &str| {
        let mine = typed.value("request") == request.request_id && typed.value("act") == act;
        if mine { typed.clone() } else { Typed::default() }
    };
    let carry = |form: FormView| {
        let form = form.hidden("request", &request.request_id).hidden("etag", &request.etag);
        form.hidden("request_id", request_id())
    };
    let accept = FormView::new(person, &of("accept").or(&[("role", "editor"), ("replaces", &request.replaces_membership_id)]))
        .named(format!("a{}", request.request_id))
        .field(person, "role", Kind::Radios, |field| roles(field, words, RightKind::Collectivite));
    let accept = colleagues.field(accept, person, &request.collectivite_id).field(person, "until_day", Kind::Day, |field| {
        field.hint(words.say("until-day-hint"));
        field.optional();
    });
    let refuse =
        FormView::new(person, &of("refuse")).named(format!("r{}", request.request_id)).field(person, "reason", Kind::Area, |field| {
            field.hint(words.say("request-reason-hint"));
            field.longest = 500;
        });
    vec![
        (words.say("request-accept"), carry(accept).button(words.say("request-accept-button"), "accept")),
        (words.say("request-refuse"), carry(refuse).button(words.say("request-refuse-button"), "refuse")),
    ]
}
