//! Identity, as every other process sees it.

mod follow;
mod tokens;

use std::sync::Arc;

use atlas_proto::identity::v1::token_service_client::TokenServiceClient;
use kernel::ClientId;

pub use tokens::{Credentials, Tokens};

use crate::{
    Environment, Lifecycle, PrivateKey,
    access::{Timing, Verifier},
    channel::{Targets, Wire},
};

/// What a process needs to know about identity.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where identity is.
    pub targets: Targets,
    /// Who this process is there.
    pub credentials: Credentials,
    /// How long to trust what was heard.
    pub timing: Timing,
}

impl Settings {
    /// Reads `ATLAS_IDENTITY` and this process's [`Credentials`].
    pub fn read(environment: &mut Environment) -> Option<Self> {
        let targets = environment.required("ATLAS_IDENTITY");
        let credentials = Credentials::read(environment);
        Some(Self { targets: targets?, credentials: credentials?, timing: Timing::default() })
    }
}

impl Credentials {
    /// Reads `ATLAS_CLIENT_ID`, `ATLAS_CLIENT_KEY` and `ATLAS_ISSUER`.
    pub fn read(environment: &mut Environment) -> Option<Self> {
        let client: Option<ClientId> = environment.required("ATLAS_CLIENT_ID");
        let issuer = environment.required("ATLAS_ISSUER");
        let key = environment.secret("ATLAS_CLIENT_KEY").and_then(|pem| match pem.reveal().parse::<PrivateKey>() {
            Ok(key) => Some(key),
            Err(error) => environment.fault("ATLAS_CLIENT_KEY", error),
        });
        Some(Self { client: client?, issuer: issuer?, key: Arc::new(key?) })
    }
}

/// Identity, as every other process sees it: its keys, its voids, and tokens for ourselves.
#[derive(Clone)]
pub struct Identity {
    wire: Wire,
    tokens: Tokens,
    verifier: Verifier,
}

impl Identity {
    /// Starts to follow identity for the service of this name.
    ///
    /// It need not be up: until it is heard, nothing that needs a right is answered.
    #[must_use]
    pub fn follow(service: &'static str, settings: Settings, lifecycle: &Lifecycle) -> Self {
        let Settings { targets, credentials, timing } = settings;
        let wire = Wire::open(targets, lifecycle);
        let verifier = Verifier::new(service, lifecycle.clock(), timing);
        let tokens = Tokens::new(wire.clone(), credentials, lifecycle.clock());
        lifecycle.spawn("identity.keys", follow::keys(wire.clone(), verifier.clone()));
        lifecycle.spawn("identity.voids", follow::voids(wire.with_tokens(tokens.for_audience("identity")), verifier.clone(), timing));
        Self { wire, tokens, verifier }
    }

    /// Checks tokens by what was heard.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    /// Tokens of this process for a service.
    #[must_use]
    pub fn tokens_for(&self, service: &'static str) -> Tokens {
        self.tokens.for_audience(service)
    }

    /// Identity's token service, which asks for no token.
    #[must_use]
    pub fn token_service(&self) -> TokenServiceClient<Wire> {
        TokenServiceClient::new(self.wire.clone())
    }
}
