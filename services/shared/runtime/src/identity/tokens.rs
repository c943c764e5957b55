use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use atlas_proto::identity::v1::{IssueTokenRequest, token_service_client::TokenServiceClient};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{ClientId, Clock};
use tokio::sync::Mutex;
use tonic::Status;
use uuid::Uuid;

use crate::{
    PrivateKey, Wire,
    claims::{ASSERTION, Assertion},
    secret::random,
};

/// A token with less time left is renewed before it is used.
const ENOUGH: TimeDelta = TimeDelta::seconds(60);

/// How a process proves who it is.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Its name as a client.
    pub client: ClientId,
    /// Its private key.
    pub key: Arc<PrivateKey>,
    /// The issuer it speaks to.
    pub issuer: String,
}

impl Credentials {
    /// An assertion for one request of a token (RFC 7523, RFC 10070).
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn assertion(&self, now: DateTime<Utc>) -> Result<String, jsonwebtoken::errors::Error> {
        let client = self.client.to_string();
        let jti = Uuid::from_bytes(random()).to_string();
        let (iat, exp) = (now.timestamp(), (now + TimeDelta::seconds(60)).timestamp());
        self.key.sign(ASSERTION, &Assertion { iss: client.clone(), sub: client, aud: self.issuer.clone(), jti, iat, exp })
    }
}

/// A client's own access tokens: fetched when first needed, renewed before they end, one fetch at a time.
#[derive(Clone)]
pub struct Tokens {
    source: Arc<Source>,
    audiences: Arc<[String]>,
    scope: Arc<str>,
    /// The token for these audiences and this scope.
    held: Slot,
}

/// Where a token is kept; locked while it is fetched.
type Slot = Arc<Mutex<Option<Held>>>;

struct Source {
    wire: Wire,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    /// One slot for each (audiences, scope), so that all who ask for the same share the token.
    slots: std::sync::Mutex<HashMap<(Vec<String>, String), Slot>>,
}

struct Held {
    token: Arc<str>,
    ends: DateTime<Utc>,
}

impl Tokens {
    /// Tokens for all audiences the client is registered for, with the one right it has.
    #[must_use]
    pub fn new(wire: Wire, credentials: Credentials, clock: Arc<dyn Clock>) -> Self {
        let source = Arc::new(Source { wire, credentials, clock, slots: std::sync::Mutex::default() });
        Self::slot(source, Vec::new(), String::new())
    }

    /// The same for one service.
    #[must_use]
    pub fn for_audience(&self, service: &str) -> Self {
        Self::slot(Arc::clone(&self.source), vec![service.to_owned()], self.scope.to_string())
    }

    /// The same with this right, for a client that has several.
    #[must_use]
    pub fn with_scope(&self, scope: &str) -> Self {
        Self::slot(Arc::clone(&self.source), self.audiences.to_vec(), scope.to_owned())
    }

    /// A token that is good for a while.
    ///
    /// # Errors
    /// What identity answers, or that it cannot be reached.
    pub async fn token(&self) -> Result<Arc<str>, Status> {
        let mut held = self.held.lock().await;
        let now = self.source.clock.now();
        if let Some(Held { token, .. }) = held.as_ref().filter(|held| held.ends - now > ENOUGH) {
            return Ok(Arc::clone(token));
        }
        let fetched = self.fetch(now).await?;
        let token = Arc::clone(&fetched.token);
        *held = Some(fetched);
        Ok(token)
    }

    /// Forgets this token, unless another one has taken its place: it was voided.
    pub(crate) fn forget(&self, token: &str) {
        // Who holds the lock is fetching a new one.
        if let Ok(mut held) = self.held.try_lock()
            && held.as_ref().is_some_and(|held| &*held.token == token)
        {
            *held = None;
        }
    }

    async fn fetch(&self, now: DateTime<Utc>) -> Result<Held, Status> {
        let assertion = self.source.credentials.assertion(now);
        let client_assertion = assertion.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "this process's key cannot sign");
            Status::internal("internal error")
        })?;
        let request = IssueTokenRequest { client_assertion, scope: self.scope.to_string(), audiences: self.audiences.to_vec() };
        let issued = TokenServiceClient::new(self.source.wire.clone()).issue_token(request).await?.into_inner();
        let life = TimeDelta::try_seconds(issued.expires_in).unwrap_or_default();
        Ok(Held { token: issued.access_token.into(), ends: now + life })
    }

    fn slot(source: Arc<Source>, audiences: Vec<String>, scope: String) -> Self {
        let mut slots = source.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let held = Arc::clone(slots.entry((audiences.clone(), scope.clone())).or_default());
        drop(slots);
        Self { source, audiences: audiences.into(), scope: scope.into(), held }
    }
}
