use chrono::{DateTime, TimeDelta, Utc};
use database::transact;
use jsonwebtoken::{Algorithm, Validation};
use kernel::Right;
use runtime::claims::{ACCESS_TOKEN, Claims};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    domain::{
        assertion::{self, Claim, Flaw},
        client::Client,
    },
    error::Error,
    keyring::Keyring,
    store::{self, assertions::Outcome, journal},
};

/// How long an access token lives.
pub const LIFE: TimeDelta = TimeDelta::minutes(5);
/// How many tokens a client may have in a minute: each of its replicas needs one in five minutes for each service.
const ISSUED: i32 = 600;
/// How many refusals of a client are answered, and written down, in a minute. It never shuts out who holds the key.
const REFUSED: i32 = 60;
/// Under this name the attempts of all unknown clients are counted: they must not fill a table.
const UNKNOWN: &str = "?";

/// Gives and ends access tokens.
#[derive(Clone)]
pub struct Tokens {
    /// The database.
    pub pool: PgPool,
    /// What signs.
    pub keyring: Keyring,
    /// Our issuer identifier.
    pub issuer: String,
}

/// What a client asks for.
#[derive(Debug)]
pub struct Issue {
    /// The proof of who it is.
    pub assertion: String,
    /// The right, or nothing for the only one.
    pub scope: String,
    /// The services, or nothing for all.
    pub audiences: Vec<String>,
}

/// What it gets.
#[derive(Debug)]
pub struct Issued {
    /// The token.
    pub token: String,
    /// How long it lives.
    pub life: TimeDelta,
    /// What it carries.
    pub right: Right,
}

impl Tokens {
    /// Gives a client a token for its assertion.
    ///
    /// # Errors
    /// What is wrong with the assertion or with what it asks for; how exactly is in the journal.
    pub async fn issue(&self, issue: Issue) -> Result<Issued, Error> {
        let issued = transact(&self.pool, async |tx| {
            let now = store::now(tx).await?;
            let claim = assertion::read(&issue.assertion, &self.issuer, now).map_err(Error::Assertion)?;
            self.issue_for(tx, claim, &issue, now).await
        });
        match issued.await {
            Ok(issued) => Ok(issued),
            Err(error) => Err(self.refuse(&issue, error).await?),
        }
    }

    async fn issue_for(&self, tx: &mut PgConnection, claim: Claim, issue: &Issue, now: DateTime<Utc>) -> Result<Issued, Error> {
        let client = store::clients::find(tx, &claim.client).await?.ok_or(Error::Assertion(Flaw::Client))?;
        claim.proved_by(&client).map_err(Error::Assertion)?;
        if !store::assertions::mark_used(tx, client.id.as_str(), &claim.jti, claim.ends).await? {
            return Err(Error::Replayed);
        }
        if store::assertions::count(tx, client.id.as_str(), Outcome::Issued).await? > ISSUED {
            return Err(Error::TooManyAttempts);
        }
        let right = client.right(&issue.scope).ok_or(Error::Scope)?.clone();
        let audiences = client.audiences(&issue.audiences).ok_or(Error::Target)?;
        let key = self.keyring.signing(now).ok_or(Error::NoKey)?;
        let token = key.private.sign(ACCESS_TOKEN, &self.claims(&client, &right, audiences, now))?;
        Ok(Issued { token, life: LIFE, right })
    }

    fn claims(&self, client: &Client, right: &Right, aud: Vec<String>, now: DateTime<Utc>) -> Claims {
        Claims {
            iss: self.issuer.clone(),
            aud,
            sub: client.id.to_string(),
            client_id: client.id.to_string(),
            jti: Uuid::from_bytes(runtime::random()).to_string(),
            iat: now.timestamp(),
            exp: (now + LIFE).timestamp(),
            sid: Uuid::from_bytes(runtime::random()).to_string(),
            generation: client.generation.unsigned_abs(),
            right: right.clone(),
            scope: right.to_string(),
        }
    }

    /// Writes a refusal down, and counts it: who is refused too often is told so, and fills no journal.
    async fn refuse(&self, issue: &Issue, error: Error) -> Result<Error, Error> {
        let why = match &error {
            Error::Assertion(flaw) => flaw.to_string(),
            Error::Replayed | Error::Scope | Error::Target => error.to_string(),
            _ => return Ok(error),
        };
        transact(&self.pool, async |tx| {
            // A claimed name is only a name; of those that are no client there may be any number.
            let known = match assertion::claimed(&issue.assertion) {
                Some(id) => store::clients::find(tx, &id).await?,
                None => None,
            };
            let name = known.as_ref().map_or(UNKNOWN, |client| client.id.as_str());
            if store::assertions::count(tx, name, Outcome::Refused).await? > REFUSED {
                return Ok(Error::TooManyAttempts);
            }
            journal::write(tx, name, "assertion.refused", name, &why).await?;
            Ok(error)
        })
        .await
    }

    /// Ends a token that its holder presents, with all of its session. One that is not ours, or over, is no error.
    ///
    /// # Errors
    /// The database's.
    pub async fn revoke(&self, token: &str) -> Result<(), Error> {
        let Some(claims) = self.own(token) else { return Ok(()) };
        transact(&self.pool, async |tx| {
            if claims.ends() > store::now(tx).await? && store::voids::void_session(tx, &claims.sid).await? {
                journal::write(tx, &claims.sub, "session.revoked", &claims.sid, "by its holder").await?;
            }
            Ok(())
        })
        .await
    }

    /// What a token of ours says, whatever it is for.
    fn own(&self, token: &str) -> Option<Claims> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let is_ours = header.alg == Algorithm::ES256 && header.typ.as_deref() == Some(ACCESS_TOKEN);
        let kid = header.kid.filter(|_| is_ours)?;
        let key = self.keyring.keys().iter().find(|key| key.public.kid() == kid)?.public.decoding().ok()?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[&self.issuer]);
        jsonwebtoken::decode(token, &key, &validation).ok().map(|token| token.claims)
    }
}
