//! What every request for a page for people passes, and every answer of one.

use std::sync::Arc;

use atlas_proto::identity::v1::DropDraftRequest;
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use http_body_util::BodyExt as _;

use super::{Desk, Halt, again, halt::Halted};
use crate::{
    error::PageError,
    forms::Form,
    session::{Client, Visit, Visitor, from_elsewhere},
};

/// Reads who visits, and a form with its token; makes the pages of what went wrong; sees to it that nothing is kept on the way.
pub async fn pass(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some(client) = parts.extensions.get::<Client>().copied() else {
        return PageError::Internal(anyhow::anyhow!("a request that did not come in by the front")).into_response();
    };
    let visit = Arc::new(Visit::read(&parts.uri, &parts.headers, client));
    parts.extensions.insert(Arc::clone(&visit));
    let visitor = Visitor::new(desk, visit);
    let mut sent = None;
    let mut response = match admit(&visitor, &mut parts, body, &mut sent).await {
        Ok(()) => next.run(Request::from_parts(parts, Body::empty())).await,
        Err(halt) => halt.into_response(),
    };
    let mut ended = false;
    if let Some(Halted(halt)) = response.extensions().get::<Halted>().cloned() {
        ended = true;
        response = again::page(&visitor, &halt, sent.as_deref()).await;
    }
    if sent.is_some_and(|form| form.is_drafted()) && response.status() == StatusCode::SEE_OTHER && !ended {
        forget(&visitor).await;
    }
    seal(&visitor, &mut response);
    response
}

/// What was kept of a form is no longer needed once that is done. Should it stay, it is overwritten, or gone after 60 days.
async fn forget(visitor: &Visitor) {
    let Some(session_secret) = visitor.session.clone() else { return };
    let request = DropDraftRequest { session_secret, form: visitor.path.clone() };
    if let Err(status) = visitor.desk.services.accounts(&visitor.whose).drop_draft(request).await {
        tracing::debug!(error = &status as &dyn std::error::Error, "a draft that is done with stays");
    }
}

/// Lets a form in that one of our own pages sent, in this browser.
async fn admit(visitor: &Visitor, parts: &mut Parts, body: Body, sent: &mut Option<Arc<Form>>) -> Result<(), Halt> {
    if parts.method != Method::POST {
        return Ok(());
    }
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(PageError::BadRequest.into());
    }
    let site = &visitor.desk.app.site;
    if from_elsewhere(&parts.headers, &site.origin, site.development) {
        return Err(Halt::Foreign);
    }
    let body = body.collect().await.map_err(|_| PageError::TooLarge)?.to_bytes();
    let form = Arc::new(Form::read(&body).ok_or(PageError::BadRequest)?);
    if form.token() != visitor.token() {
        // Only a browser that proves where the form is from gets its text back.
        let proven = parts.headers.contains_key("sec-fetch-site");
        *sent = proven.then_some(form);
        return Err(if proven { Halt::Outdated } else { Halt::Foreign });
    }
    parts.extensions.insert(Arc::clone(&form));
    *sent = Some(form);
    Ok(())
}

/// Nobody keeps it; links of mails are told to nobody, other addresses to nobody else.
fn seal(visitor: &Visitor, response: &mut Response) {
    let has_link = visitor.path.starts_with("/compte/lien") || visitor.path.starts_with("/invitations");
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(if has_link { "no-referrer" } else { "same-origin" }));
    headers.insert(header::VARY, HeaderValue::from_static("cookie"));
    for cookie in visitor.cookies() {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// Sends the browser on, as after every form.
pub fn go(visitor: &Visit, path: &str) -> Response {
    Redirect::to(&visitor.at(path)).into_response()
}
