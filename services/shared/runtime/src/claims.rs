//! What tokens and assertions say.

use chrono::{DateTime, Utc};
use kernel::Right;
use serde::{Deserialize, Serialize};

/// The `typ` of an access token (RFC 9068): what has another type is not one, whoever signed it.
pub const ACCESS_TOKEN: &str = "at+jwt";
/// The `typ` of a client's assertion.
pub const ASSERTION: &str = "client-authentication+jwt";

/// What an access token of ours says (RFC 9068).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Our issuer identifier.
    pub iss: String,
    /// The services it is good for.
    pub aud: Vec<String>,
    /// The account or client.
    pub sub: String,
    /// Through which client.
    pub client_id: String,
    /// Unique to the token.
    pub jti: String,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// The session it belongs to.
    pub sid: String,
    /// The generation of the subject: grows on disable, role, password or key change.
    #[serde(rename = "gen")]
    pub generation: u64,
    /// The one right it carries.
    pub right: Right,
    /// The same, for OAuth2.
    pub scope: String,
}

impl Claims {
    /// When the token ends.
    #[must_use]
    pub fn ends(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or_default()
    }
}

/// What a client says to get a token (RFC 7523, RFC 10070).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Assertion {
    /// The client.
    pub iss: String,
    /// The client again.
    pub sub: String,
    /// The issuer it speaks to; one string, never a list.
    pub aud: String,
    /// Used once.
    pub jti: String,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// When it ends: at most five minutes later.
    pub exp: i64,
}
