use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use kernel::ClientId;
use runtime::claims::{ASSERTION, Assertion};

use super::client::Client;

/// An assertion lives at most so many seconds.
const LIFE: i64 = 300;
/// A client's clock may be so many seconds ahead.
const SKEW: i64 = 5;
/// Longer is no assertion of ours.
const LENGTH: usize = 4096;

/// Why an assertion is refused: for the journal, never for who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It cannot be read.
    #[error("not a JWT with the claims of an assertion")]
    Unreadable,
    /// Its algorithm is not ES256, or it asks for an extension.
    #[error("algorithm or header")]
    Algorithm,
    /// It says that it is something else.
    #[error("type")]
    Type,
    /// `iss` and `sub` are not one client.
    #[error("iss and sub differ, or are no client")]
    Subject,
    /// `aud` is not our issuer.
    #[error("audience")]
    Audience,
    /// Its time is over, not yet come, or too long.
    #[error("times")]
    Times,
    /// `jti` is missing, or too long.
    #[error("jti")]
    Jti,
    /// There is no such client.
    #[error("no such client")]
    Client,
    /// The client was shut out.
    #[error("client disabled")]
    Disabled,
    /// None of the client's keys signed it.
    #[error("signature")]
    Signature,
}

/// What an assertion says, before it is known whether the client said it.
#[derive(Debug)]
pub struct Claim {
    /// The client it names.
    pub client: ClientId,
    /// Good once.
    pub jti: String,
    /// When it ends.
    pub ends: DateTime<Utc>,
    kid: Option<String>,
    token: String,
}

/// Reads an assertion and checks all but its signature.
///
/// # Errors
/// The first flaw.
pub fn read(token: &str, issuer: &str, now: DateTime<Utc>) -> Result<Claim, Flaw> {
    if token.len() > LENGTH {
        return Err(Flaw::Unreadable);
    }
    let header: Header = jsonwebtoken::decode_header(token).map_err(|_| Flaw::Algorithm)?;
    if header.alg != Algorithm::ES256 || header.crit.is_some() {
        return Err(Flaw::Algorithm);
    }
    if !header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("jwt") || typ.eq_ignore_ascii_case(ASSERTION)) {
        return Err(Flaw::Type);
    }
    let claims = claims(token)?;
    if claims.iss != claims.sub {
        return Err(Flaw::Subject);
    }
    // RFC 10070: our issuer identifier and nothing else; a list is not even read.
    if claims.aud != issuer {
        return Err(Flaw::Audience);
    }
    let seconds = now.timestamp();
    let timely = claims.iat <= seconds + SKEW && claims.exp > seconds && claims.exp > claims.iat && claims.exp - claims.iat <= LIFE;
    let ends = DateTime::from_timestamp(claims.exp, 0).filter(|_| timely).ok_or(Flaw::Times)?;
    if claims.jti.is_empty() || claims.jti.len() > 128 {
        return Err(Flaw::Jti);
    }
    let client = claims.sub.parse().map_err(|_| Flaw::Subject)?;
    Ok(Claim { client, jti: claims.jti, ends, kid: header.kid, token: token.to_owned() })
}

impl Claim {
    /// Checks that the client said it, with a key that lives.
    ///
    /// # Errors
    /// [`Flaw::Disabled`], [`Flaw::Signature`].
    pub fn proved_by(&self, client: &Client) -> Result<(), Flaw> {
        if client.disabled_at.is_some() {
            return Err(Flaw::Disabled);
        }
        let keys = client.live_keys().filter(|key| self.kid.as_ref().is_none_or(|kid| *kid == key.public.kid()));
        let signed = keys
            .filter_map(|key| key.public.decoding().ok())
            .any(|key| jsonwebtoken::decode::<Assertion>(&self.token, &key, &signature_only()).is_ok());
        if signed { Ok(()) } else { Err(Flaw::Signature) }
    }
}

/// The client that an assertion names, whoever made it.
#[must_use]
pub fn claimed(token: &str) -> Option<ClientId> {
    claims(token).ok()?.sub.parse().ok()
}

fn claims(token: &str) -> Result<Assertion, Flaw> {
    let payload = token.split('.').nth(1).ok_or(Flaw::Unreadable)?;
    let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Flaw::Unreadable)?;
    serde_json::from_slice(&json).map_err(|_| Flaw::Unreadable)
}

/// Times and audience were checked by us, against the database's clock.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}
