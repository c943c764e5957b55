use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

use crate::{
    atlas::Reader,
    i18n::Locale,
    model::generation::Generation,
    page::{Shell, Site},
};

/// What went wrong, as a visitor is told; the page is made by [`page`], which knows the language.
#[derive(Debug)]
pub enum PageError {
    /// There is no such page.
    NotFound,
    /// The address cannot be read.
    BadRequest,
    /// The address cannot do that.
    MethodNotAllowed,
    /// Too much was sent.
    TooLarge,
    /// The server does not answer to that name.
    Misdirected,
    /// Too many requests; seconds until there is room.
    TooMany(u64),
    /// Nothing is known yet.
    Starting,
    /// Our fault.
    Internal(anyhow::Error),
}

impl PageError {
    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Starting => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("error-404-title", "error-404"),
            Self::BadRequest => ("error-400-title", "error-400"),
            Self::MethodNotAllowed => ("error-405-title", "error-405"),
            Self::TooLarge => ("error-413-title", "error-413"),
            Self::Misdirected => ("error-421-title", "error-421"),
            Self::TooMany(_) => ("error-429-title", "error-429"),
            Self::Starting => ("error-503-title", "error-503"),
            Self::Internal(_) => ("error-500-title", "error-500"),
        }
    }

    /// The same error once more, where only a reference to it is left; what is our fault is logged where it is met.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::NotFound => Self::NotFound,
            Self::BadRequest => Self::BadRequest,
            Self::MethodNotAllowed => Self::MethodNotAllowed,
            Self::TooLarge => Self::TooLarge,
            Self::Misdirected => Self::Misdirected,
            Self::TooMany(seconds) => Self::TooMany(*seconds),
            Self::Starting => Self::Starting,
            Self::Internal(cause) => Self::Internal(anyhow::anyhow!("{cause:#}")),
        }
    }

    /// An answer that some layer gave without a page of ours.
    #[must_use]
    pub const fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::BAD_REQUEST => Some(Self::BadRequest),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            _ => None,
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

/// Marks an answer whose page is still to be made.
#[derive(Debug, Clone)]
pub struct Unmade(pub Arc<PageError>);

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Unmade(Arc::new(self)));
        response
    }
}

#[derive(Debug, Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    text: String,
    reference: Option<String>,
}

/// The page of an error, with a way on. What is our fault is logged here, once, with the reference the visitor is given.
#[must_use]
pub fn page(error: &PageError, generation: &Generation, site: &Arc<Site>, locale: Locale) -> Response {
    let reference = match error {
        PageError::Internal(cause) => {
            let reference = reference();
            tracing::error!(reference, error = format!("{cause:#}"), "a page failed");
            Some(reference)
        }
        _ => None,
    };
    let reader = Reader::new(generation, locale);
    let (title, text) = error.keys();
    let mut shell = Shell::new(&reader, site, "", reader.words().say(title));
    shell.indexed = false;
    let text = reader.words().say(text);
    // The one page that must not fail has a plain text to fall back on.
    let html = ErrorPage { shell, text: text.clone(), reference }.render().unwrap_or(text);
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match error {
        PageError::TooMany(seconds) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        PageError::Starting => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(10));
        }
        _ => {}
    }
    response
}

/// Short enough to be told on the telephone.
#[must_use]
pub fn reference() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", &id[..4], &id[4..8]).to_uppercase()
}
