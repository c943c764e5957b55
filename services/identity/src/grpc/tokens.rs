use atlas_proto::identity::v1::{self as pb, token_service_server::TokenService};
use tonic::{Request, Response, Status};

use super::watch::{Watch, Words};
use crate::{
    commands::tokens::{Issue, Tokens},
    domain::signing::SigningKey,
    keyring::Keyring,
    voids::timestamp,
};

/// Keys, tokens and their early end.
pub struct TokenGrpc {
    /// Gives and ends tokens.
    pub tokens: Tokens,
    /// The keys.
    pub keyring: Keyring,
    /// Tells what is void.
    pub watch: Watch,
}

#[tonic::async_trait]
impl TokenService for TokenGrpc {
    type WatchVoidsStream = Words;

    async fn list_keys(&self, _: Request<pb::ListKeysRequest>) -> Result<Response<pb::ListKeysResponse>, Status> {
        let keys = self.keyring.keys().iter().map(pb::SigningKey::from).collect();
        Ok(Response::new(pb::ListKeysResponse { keys, issuer: self.keyring.issuer().to_owned() }))
    }

    async fn issue_token(&self, request: Request<pb::IssueTokenRequest>) -> Result<Response<pb::IssueTokenResponse>, Status> {
        let pb::IssueTokenRequest { client_assertion, scope, audiences } = request.into_inner();
        let issued = self.tokens.issue(Issue { assertion: client_assertion, scope, audiences }).await?;
        Ok(Response::new(pb::IssueTokenResponse {
            access_token: issued.token,
            expires_in: issued.life.num_seconds(),
            scope: issued.right.to_string(),
        }))
    }

    async fn revoke_token(&self, request: Request<pb::RevokeTokenRequest>) -> Result<Response<pb::RevokeTokenResponse>, Status> {
        self.tokens.revoke(&request.into_inner().token).await?;
        Ok(Response::new(pb::RevokeTokenResponse {}))
    }

    async fn watch_voids(&self, request: Request<pb::WatchVoidsRequest>) -> Result<Response<Words>, Status> {
        let admission = runtime::admission(&request)?;
        self.watch.words(admission).map(Response::new)
    }
}

impl From<&SigningKey> for pb::SigningKey {
    fn from(key: &SigningKey) -> Self {
        Self {
            kid: key.public.kid(),
            x: key.public.x().to_vec().into(),
            y: key.public.y().to_vec().into(),
            signs_from: Some(timestamp(key.span.from)),
            valid_until: Some(timestamp(key.span.valid_until)),
        }
    }
}
