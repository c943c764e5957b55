//! « Ma collectivité n'est pas dans la liste ».

use atlas_proto::identity::v1::{AnswerMissingReportRequest, ListMissingReportsRequest, MissingReport, ReportMissingCollectiviteRequest};
use kernel::{Right, RightKind, Role};

use super::{
    Answer, Block, Card, Halt, Link, Rich, Sheet,
    door::go,
    offices::{more, name, request_id},
    strong,
};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    session::{Cookie, SignedIn, Visitor},
};

/// What the note of a receipt begins with.
const RECEIPT: &str = "receipt-";

/// `GET /collectivite-absente`; after a report, its receipt.
pub async fn show(visitor: Visitor) -> Answer {
    let words = visitor.words();
    let Some(receipt) = visitor.note.as_deref().and_then(|note| note.strip_prefix(RECEIPT)) else {
        return page(&visitor, &Typed::default());
    };
    visitor.take(Cookie::Note);
    let links = vec![Link::new(words.say("error-home"), visitor.home()), Link::new(words.say("nav-search"), visitor.at("/recherche"))];
    let sheet = Sheet::new(&visitor, words.say("missing-done-title")).notice("success", words.name("missing-done", strong(receipt)));
    sheet.text(words.say("missing-done-what")).part(Block::Links(links)).answer()
}

/// `POST /collectivite-absente`
pub async fn send(visitor: Visitor, form: Form) -> Answer {
    form.only(&["name", "place", "email", "message"])?;
    let mut typed = Typed::of(&form);
    typed.require(&form, &["name", "place", "email"], visitor.words());
    if typed.is_wrong() {
        return page(&visitor, &typed);
    }
    let get = |name| form.get(name).to_owned();
    let locale = visitor.locale.tag().to_owned();
    let request =
        ReportMissingCollectiviteRequest { name: get("name"), place: get("place"), email: get("email"), message: get("message"), locale };
    match visitor.desk.services.joining(&visitor.whose).report_missing_collectivite(request).await {
        Ok(reported) => {
            visitor.say_next(&format!("{RECEIPT}{}", reported.into_inner().receipt));
            Ok(go(&visitor, "/collectivite-absente"))
        }
        Err(status) => page(&visitor, &typed.refused(status, visitor.words(), &[])?),
    }
}

fn page(visitor: &Visitor, typed: &Typed) -> Answer {
    let words = visitor.words();
    let form = FormView::new(visitor, typed)
        .field(visitor, "name", Kind::Text, |field| field.longest = 200)
        .field(visitor, "place", Kind::Text, |field| field.hint(words.say("missing-place-hint")))
        .field(visitor, "email", Kind::Email, |field| {
            field.complete = "email";
            field.hint(words.say("missing-email-hint"));
        })
        .field(visitor, "message", Kind::Area, |field| {
            field.hint(words.say("missing-message-hint"));
            field.optional();
        })
        .button(words.say("missing-button"), "");
    let sheet = Sheet::new(visitor, words.say("missing-title")).step(words.say("sign-up-title"), "/compte/creer");
    sheet.text(words.say("missing-intro")).form(form).answer()
}

/// `GET /administration/signalements`
pub async fn list(person: SignedIn) -> Answer {
    let (right, typed) = (ministry(&person)?, person.draft().await?);
    reports(&person, &right, &typed).await
}

fn ministry(person: &SignedIn) -> Result<Right, Halt> {
    person.right(RightKind::National, "*", Role::Admin).ok_or(PageError::NotFound.into())
}

/// `POST /administration/signalements`
pub async fn answer(person: SignedIn, form: Form) -> Answer {
    form.only(&["report_id", "answer", "request_id"])?;
    let right = ministry(&person)?;
    let get = |name| form.get(name).to_owned();
    let request = AnswerMissingReportRequest { report_id: get("report_id"), answer: get("answer"), request_id: get("request_id") };
    match person.teams(&right, request, |mut teams, request| async move { teams.answer_missing_report(request).await }).await {
        Ok(_) => {
            person.say_next("answered");
            Ok(go(&person, &person.path))
        }
        Err(Halt::Service(status)) => reports(&person, &right, &Typed::of(&form).refused(status, person.words(), &[])?).await,
        Err(halt) => Err(halt),
    }
}

async fn reports(person: &SignedIn, right: &Right, typed: &Typed) -> Answer {
    let (words, answered) = (person.words(), !person.asked("traites").is_empty());
    let request = ListMissingReportsRequest { page_size: 50, page_token: person.asked("page"), answered };
    let listed = person.teams(right, request, |mut teams, request| async move { teams.list_missing_reports(request).await }).await?;
    let office = name(person, right);
    let sheet = Sheet::of(person, words.say("missing-list-title")).office(&office);
    let sheet = sheet.step(words.say("space-title"), "/espace").step(office, "/administration");
    let cards: Vec<Card> = listed.reports.iter().map(|report| card(person, report, typed)).collect();
    let sheet = if cards.is_empty() { sheet.text(words.say("missing-list-none")) } else { sheet.part(Block::Cards(cards)) };
    let here = person.at(&person.path);
    let other = if answered {
        Link::new(words.say("missing-list-open"), here)
    } else {
        Link::new(words.say("missing-list-all"), format!("{here}?traites=1"))
    };
    sheet.maybe(more(person, &listed.next_page_token)).part(Block::Links(vec![other])).answer()
}

fn card(person: &SignedIn, report: &MissingReport, typed: &Typed) -> Card {
    let words = person.words();
    let mut facts = vec![
        (words.say("missing-receipt"), Rich::from(&report.receipt)),
        (words.say("field-place"), Rich::from(&report.place)),
        (words.say("field-email"), Rich::from(&report.email)),
        (words.say("label-message"), Rich::from(&report.message)),
        (words.say("journal-when"), Rich::from(report.reported_at.as_ref().map(|at| words.moment(at)).unwrap_or_default())),
        (words.say("field-answer"), Rich::from(&report.answer)),
    ];
    facts.retain(|(_, value)| !value.pieces.is_empty());
    let mut card = Card { title: report.name.clone(), facts, ..Card::default() };
    if report.answered_at.is_none() {
        let own = if typed.value("report_id") == report.report_id { typed.clone() } else { Typed::default() };
        let form = FormView::new(person, &own).named(format!("r{}", report.report_id)).field(person, "answer", Kind::Area, |field| {
            field.hint(words.say("missing-answer-hint"));
        });
        let form = form.hidden("report_id", &report.report_id).hidden("request_id", request_id());
        card.forms.push((words.say("missing-answer"), form.button(words.say("missing-answer-button"), "answer")));
    }
    card
}
