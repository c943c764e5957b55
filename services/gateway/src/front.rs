//! The door: whose request it is, whether it is for us, whether the answer is kept already; and what every answer has.

use std::{net::IpAddr, sync::Arc, time::Duration};

use anyhow::anyhow;
use axum::{Router, body::Body, response::IntoResponse as _};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tower::{ServiceExt as _, util::MapRequestLayer};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};
use tracing::Instrument as _;

use crate::{
    app::App,
    error::{self, PageError, Unmade},
    headers,
    i18n::Locale,
    session::Client,
    telemetry::{self, Measured},
};

/// What a request may carry: a form, never a file.
const MOST_BODY: usize = 256 * 1024;
/// What takes longer is broken.
const LONGEST: Duration = Duration::from_secs(15);
/// Longer addresses are no addresses of ours.
const LONGEST_ADDRESS: usize = 4096;

/// The whole site.
#[derive(Debug, Clone)]
pub struct Front {
    app: Arc<App>,
    router: Router,
    measured: Arc<Measured>,
}

impl Front {
    /// Puts the limits around the addresses.
    #[must_use]
    pub fn new(app: Arc<App>, router: Router) -> Self {
        let broken = |_| PageError::Internal(anyhow!("a handler panicked")).into_response();
        let router = router.layer(RequestBodyLimitLayer::new(MOST_BODY)).layer(CatchPanicLayer::custom(broken));
        let router = router.layer(MapRequestLayer::new(telemetry::name::<Body>));
        Self { app, router, measured: Arc::new(Measured::new()) }
    }

    /// Answers one request of a peer.
    pub async fn answer<B>(&self, peer: IpAddr, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = bytes::Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        let began = tokio::time::Instant::now();
        if let Some(kept) = self.kept(peer, &request) {
            self.measured.request(kept.status(), true, began.elapsed());
            return kept;
        }
        let span = telemetry::span(&request);
        let response = self.made(peer, request).instrument(span.clone()).await;
        span.record("http.response.status_code", response.status().as_u16());
        self.measured.request(response.status(), false, began.elapsed());
        response
    }

    async fn made<B>(&self, peer: IpAddr, mut request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = bytes::Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        let locale = Locale::of_path(request.uri().path());
        let mut response = match self.admitted(peer, &request) {
            Ok(client) => {
                request.extensions_mut().insert(Client(client));
                self.routed(request).await
            }
            Err(refused) => refused.into_response(),
        };
        response = self.with_page(response, locale);
        headers::secure(response.headers_mut());
        response
    }

    fn admitted<B>(&self, peer: IpAddr, request: &Request<B>) -> Result<IpAddr, PageError> {
        if !self.app.is_ours(request) {
            return Err(PageError::Misdirected);
        }
        if request.uri().path_and_query().is_none_or(|it| it.as_str().len() > LONGEST_ADDRESS) || request.method() == Method::CONNECT {
            return Err(PageError::BadRequest);
        }
        let client = self.app.client(peer, request.headers()).map_err(|_| PageError::BadRequest)?;
        self.app.admit(client).map_err(PageError::TooMany)?;
        Ok(client)
    }

    /// The way of nearly every request: the page is kept and still shows what there is.
    fn kept<B>(&self, peer: IpAddr, request: &Request<B>) -> Option<Response<Body>> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let kept = self.app.pages.find(request.uri().path_and_query()?.as_str(), &self.app.model.now())?;
        match self.admitted(peer, request) {
            Ok(_) => Some(kept.respond(request.method(), request.headers())),
            Err(_) => None, // refused once more below, with its page
        }
    }

    async fn routed<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = bytes::Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        if let Some(redirect) = without_slash(&request) {
            return redirect;
        }
        let answer = self.router.clone().oneshot(request.map(Body::new));
        match tokio::time::timeout(LONGEST, answer).await {
            Ok(answer) => answer.into_response(),
            Err(_) => PageError::Internal(anyhow!("no answer in {LONGEST:?}")).into_response(),
        }
    }

    /// Gives an error its page, in the language of the address. Answers to programs (JSON) stay as they are.
    fn with_page(&self, response: Response<Body>, locale: Locale) -> Response<Body> {
        let programs = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
        let error = match response.extensions().get::<Unmade>() {
            Some(Unmade(error)) => Arc::clone(error),
            None if programs => return response,
            None => match PageError::of_status(response.status()) {
                Some(error) => Arc::new(error),
                None => return response,
            },
        };
        let allow = response.headers().get(header::ALLOW).cloned();
        let mut page = error::page(&error, &self.app.model.now(), &self.app.site, locale);
        if let Some(allow) = allow {
            page.headers_mut().insert(header::ALLOW, allow);
        }
        page
    }
}

/// `/regions/53/` is `/regions/53`; an address that begins with two slashes would lead to another site, and leads nowhere.
fn without_slash<B>(request: &Request<B>) -> Option<Response<Body>> {
    let path = request.uri().path();
    let short = path.strip_suffix('/').filter(|short| !short.is_empty() && !short.contains("//") && !short.ends_with('/'))?;
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(header::LOCATION, HeaderValue::try_from(format!("{short}{query}")).ok()?);
    Some(response)
}
