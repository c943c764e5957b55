//! OAuth2 for systems: the gateway only carries their words to identity and back.
//!
//! Client credentials with `private_key_jwt` and nothing else: no password, no implicit grant, no shared secret.

mod answer;
mod form;

use std::sync::{Arc, Mutex, PoisonError};

use atlas_proto::identity::v1::{
    IssueTokenRequest, ListKeysRequest, ListKeysResponse, RevokeTokenRequest, token_service_client::TokenServiceClient,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use runtime::Wire;
use serde_json::{Value, json};

use self::{
    answer::Refused,
    form::{Form, TokenRequest},
};

/// An assertion, a scope and a few services need no more.
const MOST: usize = 16 * 1024;
/// How long others may keep the keys and the metadata: the next key is published two hours before it signs.
const KEPT: &str = "public, max-age=300";

struct Oauth {
    identity: TokenServiceClient<Wire>,
    issuer: String,
    /// The keys as they were last read: who checks tokens goes on while identity is away.
    keys: Mutex<Option<Value>>,
}

/// `/oauth/token`, `/oauth/revoke`, and what systems discover them by.
///
/// `identity` is the way to identity, which needs no token for this; `issuer` the issuer identifier (the public origin).
pub fn router(identity: Wire, issuer: &str) -> Router {
    let oauth = Oauth { identity: TokenServiceClient::new(identity), issuer: issuer.to_owned(), keys: Mutex::default() };
    Router::new()
        .route("/oauth/token", post(token))
        .route("/oauth/revoke", post(revoke))
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .route("/.well-known/jwks.json", get(keys))
        .layer(DefaultBodyLimit::max(MOST))
        .with_state(Arc::new(oauth))
}

/// `POST /oauth/token` (RFC 6749 §4.4, RFC 7523, RFC 10070)
async fn token(State(oauth): State<Arc<Oauth>>, form: Form) -> Result<Response, Refused> {
    let TokenRequest { assertion, scope, audiences } = TokenRequest::try_from(form)?;
    let request = IssueTokenRequest { client_assertion: assertion, scope, audiences };
    let issued = oauth.identity.clone().issue_token(request).await?.into_inner();
    Ok(answer::private(&json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": issued.scope,
    })))
}

/// `POST /oauth/revoke` (RFC 7009): who holds a token may end it; one that is not ours is no error.
async fn revoke(State(oauth): State<Arc<Oauth>>, form: Form) -> Result<Response, Refused> {
    let token = form.one("token")?.ok_or(Refused::request("token is missing"))?;
    oauth.identity.clone().revoke_token(RevokeTokenRequest { token }).await?;
    Ok(answer::private(&json!({})))
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414)
async fn metadata(State(oauth): State<Arc<Oauth>>) -> Response {
    let issuer = &oauth.issuer;
    answer::public(
        &json!({
            "issuer": issuer,
            "token_endpoint": format!("{issuer}/oauth/token"),
            "revocation_endpoint": format!("{issuer}/oauth/revoke"),
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "service_documentation": format!("{issuer}/developpeurs"),
        }),
        KEPT,
    )
}

/// `GET /.well-known/jwks.json` (RFC 7517)
async fn keys(State(oauth): State<Arc<Oauth>>) -> Result<Response, Refused> {
    let read = oauth.identity.clone().list_keys(ListKeysRequest {}).await;
    let mut known = oauth.keys.lock().unwrap_or_else(PoisonError::into_inner);
    match read {
        Ok(listed) => *known = Some(jwks(listed.get_ref())),
        Err(status) if known.is_none() => return Err(status.into()),
        Err(_) => {}
    }
    Ok(known.as_ref().map_or_else(|| Refused::Away.into_response(), |keys| answer::public(keys, KEPT)))
}

fn jwks(listed: &ListKeysResponse) -> Value {
    let keys = listed.keys.iter().map(|key| {
        let (x, y) = (URL_SAFE_NO_PAD.encode(&key.x), URL_SAFE_NO_PAD.encode(&key.y));
        json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": key.kid, "x": x, "y": y})
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}
