use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tonic::{Code, Status};

use crate::error::PageError;

/// Why a handler has no page of its own; the door makes one, which gives back what was typed.
#[derive(Debug)]
pub enum Halt {
    /// Nobody is signed in, or no longer.
    Ended,
    /// What the browser was in the middle of is over.
    Over,
    /// Go on there.
    Go(String),
    /// An error like those of public pages.
    Page(PageError),
    /// A service did not do it.
    Service(Status),
    /// The form is of another visit: its token is not of this browser.
    Outdated,
    /// The form is of another site.
    Foreign,
}

/// Marks an answer whose page the door is still to make.
#[derive(Debug, Clone)]
pub struct Halted(pub Arc<Halt>);

impl Halt {
    /// Something that cannot happen.
    #[must_use]
    pub fn fault(what: &'static str) -> Self {
        Self::Page(PageError::Internal(anyhow::anyhow!(what)))
    }

    /// The reason of a service that refused.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Service(status) => runtime::reason(status),
            _ => None,
        }
    }
}

impl From<Status> for Halt {
    fn from(status: Status) -> Self {
        match (status.code(), runtime::reason(&status).as_deref()) {
            (Code::Unauthenticated, Some("SESSION_ENDED")) => Self::Ended,
            (Code::FailedPrecondition, Some("FLOW_ENDED" | "FLOW_STEP_WRONG" | "PASSKEY_NOT_ASKED")) => Self::Over,
            (Code::NotFound, _) => Self::Page(PageError::NotFound),
            _ => Self::Service(status),
        }
    }
}

impl From<PageError> for Halt {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

impl From<askama::Error> for Halt {
    fn from(error: askama::Error) -> Self {
        Self::Page(error.into())
    }
}

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Halted(Arc::new(self)));
        response
    }
}
