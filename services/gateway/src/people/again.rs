//! What a person sees when it did not work: what happened, what to do, and what they had typed.

use std::time::Duration;

use atlas_proto::identity::v1::{Draft, DraftField, SaveDraftRequest};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{Block, Halt, Link, Sheet, door::go};
use crate::{
    error::{self, PageError},
    forms::{Form, FormView, Kind, Typed, is_coded, is_secret, label},
    session::Visitor,
};

/// Why the page is shown.
struct Why {
    status: StatusCode,
    title: &'static str,
    text: String,
    /// Seconds until there is a point in trying again.
    wait: Option<u64>,
    /// What is to be told on the telephone.
    reference: Option<String>,
    /// Sending the same again may work.
    worth_it: bool,
}

/// The answer where a handler had none of its own.
pub async fn page(visitor: &Visitor, halt: &Halt, sent: Option<&Form>) -> Response {
    match halt {
        Halt::Go(address) => Redirect::to(address).into_response(),
        Halt::Ended => ended(visitor, sent).await,
        Halt::Over => {
            visitor.take(crate::session::Cookie::Flow);
            visitor.say_next("flow-over");
            go(visitor, "/connexion")
        }
        Halt::Page(PageError::Internal(cause)) => show(visitor, internal(visitor, format!("{cause:#}")), sent),
        Halt::Page(error) => error.again().into_response(),
        Halt::Service(status) => show(visitor, refused(visitor, status), sent),
        Halt::Outdated => show(visitor, plain(visitor, StatusCode::FORBIDDEN, "again-outdated-title", "again-outdated", true), sent),
        Halt::Foreign => show(visitor, plain(visitor, StatusCode::FORBIDDEN, "again-foreign-title", "again-foreign", false), None),
    }
}

/// Whose session is over signs in again, and finds what they typed.
async fn ended(visitor: &Visitor, sent: Option<&Form>) -> Response {
    let Some(form) = sent else {
        if visitor.session.is_some() {
            visitor.say_next("session-ended");
        }
        return Redirect::to(&sign_in(visitor, "")).into_response();
    };
    let Some(session) = &visitor.session else {
        return show(visitor, plain(visitor, StatusCode::FORBIDDEN, "again-signed-out-title", "again-signed-out", true), sent);
    };
    let fields = form.fields().filter(|(name, _)| !is_secret(name));
    let fields = fields.map(|(name, value)| DraftField { name: name.to_owned(), value: value.to_owned() }).collect();
    let draft = Draft { form: visitor.path.clone(), fields, saved_at: None };
    let request = SaveDraftRequest { session_secret: session.clone(), draft: Some(draft) };
    match visitor.desk.services.accounts(&visitor.whose).save_draft(request).await {
        Ok(_) => {
            visitor.say_next("draft-kept");
            Redirect::to(&sign_in(visitor, "?brouillon=1")).into_response()
        }
        Err(status) if matches!(status.code(), Code::Unauthenticated | Code::InvalidArgument) => {
            show(visitor, plain(visitor, StatusCode::FORBIDDEN, "again-signed-out-title", "again-signed-out", true), sent)
        }
        Err(status) => show(visitor, refused(visitor, &status), sent),
    }
}

/// The page to sign in on, which leads back here.
fn sign_in(visitor: &Visitor, with: &str) -> String {
    let back = format!("{}{with}", visitor.at(&visitor.path));
    let next = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &back).finish();
    format!("{}?{next}", visitor.at("/connexion"))
}

fn plain(visitor: &Visitor, status: StatusCode, title: &'static str, text: &'static str, worth_it: bool) -> Why {
    Why { status, title, text: visitor.words().say(text), wait: None, reference: None, worth_it }
}

fn internal(visitor: &Visitor, cause: String) -> Why {
    let reference = error::reference();
    tracing::error!(reference, error = cause, "a page for people failed");
    Why { reference: Some(reference), ..plain(visitor, StatusCode::INTERNAL_SERVER_ERROR, "again-failed-title", "again-failed", true) }
}

fn refused(visitor: &Visitor, status: &Status) -> Why {
    let reason = runtime::reason(status).unwrap_or_default();
    match status.code() {
        Code::ResourceExhausted => exhausted(visitor, status, &reason),
        Code::Unavailable | Code::DeadlineExceeded => {
            let reference = error::reference();
            tracing::warn!(reference, error = status.message(), "a service is away");
            let away = plain(visitor, StatusCode::SERVICE_UNAVAILABLE, "again-failed-title", "again-failed", true);
            Why { wait: Some(60), reference: Some(reference), ..away }
        }
        Code::Aborted => plain(visitor, StatusCode::CONFLICT, "again-stale-title", "again-stale", false),
        Code::PermissionDenied if reason == "INVITED_ANOTHER" => {
            plain(visitor, StatusCode::FORBIDDEN, "again-forbidden-title", "again-invited-another", false)
        }
        Code::PermissionDenied => plain(visitor, StatusCode::FORBIDDEN, "again-forbidden-title", "again-forbidden", false),
        Code::FailedPrecondition => plain(visitor, StatusCode::CONFLICT, "again-impossible-title", impossible(&reason), false),
        code => internal(visitor, format!("{code:?} {reason}: {}", status.message())),
    }
}

fn exhausted(visitor: &Visitor, status: &Status, reason: &str) -> Why {
    let words = visitor.words();
    let told = status.get_details_retry_info().and_then(|info| info.retry_delay);
    let seconds = told.map_or(60, |delay: Duration| delay.as_secs() + u64::from(delay.subsec_nanos() > 0)).max(1);
    let key = match reason {
        "OVERLOADED" => "again-overloaded",
        "TOO_MANY_MESSAGES" => "again-too-many-messages",
        _ => "again-too-often",
    };
    Why {
        status: StatusCode::TOO_MANY_REQUESTS,
        title: "again-too-often-title",
        text: words.with(key, &[("wait", &words.wait(seconds))]),
        wait: Some(seconds),
        reference: None,
        worth_it: true,
    }
}

/// What a reader is told where something cannot be done as things are.
fn impossible(reason: &str) -> &'static str {
    match reason {
        "ALREADY_MEMBER" => "again-already-member",
        "ALREADY_ASKED" => "again-already-asked",
        "TOO_MANY_REQUESTS" => "again-too-many-requests",
        "TOO_MANY_INVITATIONS" => "again-too-many-invitations",
        "LAST_ADMINISTRATOR" => "again-last-administrator",
        "REQUEST_DECIDED" => "again-request-decided",
        "REPORT_ANSWERED" => "again-report-answered",
        "COLLECTIVITE_ENDED" => "again-collectivite-ended",
        "TOO_MANY_PASSKEYS" => "again-too-many-passkeys",
        "SECOND_FACTOR_REQUIRED" => "again-second-factor-required",
        "MESSAGE_NOT_ENDED" => "again-message-not-ended",
        "HAS_PROJECTS" => "again-has-projects",
        "TOO_MANY_CONTACTS" => "again-too-many-contacts",
        "MESSAGE_OUTDATED" => "again-message-outdated",
        _ => "again-impossible",
    }
}

fn show(visitor: &Visitor, why: Why, sent: Option<&Form>) -> Response {
    let words = visitor.words();
    let kept = sent.filter(|_| why.worth_it);
    let mut sheet = Sheet::new(visitor, words.say(why.title)).status(why.status).text(&why.text);
    if kept.is_some_and(|form| form.fields().any(|(name, value)| label(name).is_some() && !is_secret(name) && !value.is_empty())) {
        sheet = sheet.text(words.say("again-kept"));
    }
    sheet = match kept {
        Some(form) => sheet.part(Block::Facts(typed(visitor, form))).form(retry(visitor, form)),
        None => sheet.part(Block::Links(vec![
            Link::new(words.say("again-back"), visitor.at(&visitor.path)),
            Link::new(words.say("nav-space"), visitor.at("/espace")),
            Link::new(words.say("error-home"), visitor.home()),
        ])),
    };
    if let Some(reference) = why.reference {
        sheet = sheet.text(words.name("error-reference", reference));
    }
    let mut response = sheet.answer().unwrap_or_else(|halt| halt.into_response());
    if let Some(seconds) = why.wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What was typed, to be read and copied.
fn typed(visitor: &Visitor, form: &Form) -> Vec<(String, super::Rich)> {
    let shown = form.fields().filter(|(name, value)| !is_secret(name) && !value.is_empty());
    shown.filter_map(|(name, value)| Some((visitor.words().say(label(name).filter(|_| !is_coded(name))?), value.into()))).collect()
}

/// The same form once more: everything but what is secret, which is asked for.
fn retry(visitor: &Visitor, form: &Form) -> FormView {
    let mut view = FormView::new(visitor, &Typed::default());
    // What a passkey has answered is good once: it is asked anew.
    for (name, value) in form.fields().filter(|(name, _)| *name != "credential") {
        if is_secret(name) {
            let (name, kind) = match name {
                "password" => ("password", Kind::Password),
                "current_password" => ("current_password", Kind::Password),
                "new_password" => ("new_password", Kind::Password),
                _ => ("code", Kind::Code),
            };
            view = view.field(visitor, name, kind, |_| {});
        } else {
            view.unseen(name, value);
        }
    }
    view.button(visitor.words().say("again-button"), "")
}
