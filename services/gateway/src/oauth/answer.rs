use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use tonic::{Code, Status};

/// Why a system gets no token, in the words of RFC 6749 §5.2 and RFC 8707.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The request says too little, too much, or the same twice.
    Request(&'static str),
    /// It asks for something else than client credentials.
    Grant,
    /// It does not prove which client it is.
    Client,
    /// The client does not hold the right.
    Scope,
    /// The client is not registered for the service.
    Target,
    /// Too often; seconds until it may try again.
    TooOften(u64),
    /// Identity does not answer.
    Away,
    /// Our fault.
    Fault,
}

impl Refused {
    /// A request that cannot be read.
    pub const fn request(why: &'static str) -> Self {
        Self::Request(why)
    }

    const fn said(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Request(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::Grant => (StatusCode::BAD_REQUEST, "unsupported_grant_type", "only client_credentials"),
            Self::Client => (StatusCode::UNAUTHORIZED, "invalid_client", "the assertion is refused: see its aud, jti, iat, exp and key"),
            Self::Scope => (StatusCode::BAD_REQUEST, "invalid_scope", "a right the client does not hold, or none named of several"),
            Self::Target => (StatusCode::BAD_REQUEST, "invalid_target", "a service the client is not registered for"),
            Self::TooOften(_) => (StatusCode::TOO_MANY_REQUESTS, "slow_down", "too many attempts"),
            Self::Away => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again in a few seconds"),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "our fault"),
        }
    }
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        match (status.code(), runtime::reason(&status).as_deref()) {
            (Code::Unauthenticated, _) => Self::Client,
            (_, Some("INVALID_SCOPE")) => Self::Scope,
            (_, Some("INVALID_TARGET")) => Self::Target,
            (Code::ResourceExhausted, Some("TOO_MANY_ATTEMPTS")) => Self::TooOften(60),
            (Code::ResourceExhausted, _) => Self::TooOften(1),
            (Code::Unavailable | Code::DeadlineExceeded, _) => Self::Away,
            _ => Self::Fault,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error, why) = self.said();
        let mut response = private(&json!({ "error": error, "error_description": why }));
        *response.status_mut() = status;
        let wait = match self {
            Self::TooOften(seconds) => Some(seconds),
            Self::Away => Some(1),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// An answer for its caller alone (RFC 6749 §5.1).
pub fn private(body: &Value) -> Response {
    let mut response = public(body, "no-store");
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// An answer that is the same for everybody.
pub fn public(body: &Value, kept: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, kept)];
    (headers, body.to_string()).into_response()
}
