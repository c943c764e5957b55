use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

use super::answer::Refused;

/// How a client proves who it is: the only way there is.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A form as it was sent: each name as often as it came.
pub struct Form(Vec<(String, String)>);

/// What a system asks for at `/oauth/token`.
#[derive(Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The proof of who it is.
    pub assertion: String,
    /// The right, or nothing for the only one.
    pub scope: String,
    /// The services, or none for all.
    pub audiences: Vec<String>,
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let (typ, authorization) = {
            let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            (header(CONTENT_TYPE).unwrap_or_default(), header(AUTHORIZATION))
        };
        if !typ.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(Refused::request("expected application/x-www-form-urlencoded"));
        }
        if authorization.is_some() {
            return Err(Refused::request("one way of authentication, and no other than private_key_jwt"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| Refused::request("the form is too large"))?;
        Ok(Self(url::form_urlencoded::parse(&body).into_owned().collect()))
    }
}

impl Form {
    /// A field that may be given once.
    pub fn one(&self, name: &str) -> Result<Option<String>, Refused> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value.map(str::to_owned)),
            _ => Err(Refused::request("a parameter is given twice")),
        }
    }

    /// A field that may be given several times; without a value it is not given.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, value)| given == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

impl TryFrom<Form> for TokenRequest {
    type Error = Refused;

    fn try_from(form: Form) -> Result<Self, Refused> {
        match form.one("grant_type")?.as_deref() {
            Some("client_credentials") => {}
            Some(_) => return Err(Refused::Grant),
            None => return Err(Refused::request("grant_type is missing")),
        }
        if form.one("client_secret")?.is_some() || form.one("client_assertion_type")?.as_deref() != Some(JWT_BEARER) {
            return Err(Refused::Client);
        }
        let assertion = form.one("client_assertion")?.ok_or(Refused::Client)?;
        if form.one("client_id")?.is_some_and(|client| subject(&assertion).as_deref() != Some(&client)) {
            return Err(Refused::Client);
        }
        let scope = form.one("scope")?.unwrap_or_default();
        let audiences = form.all("audience").map(str::to_owned).collect();
        Ok(Self { assertion, scope, audiences })
    }
}

/// The client that an assertion names; whether it is so, identity says.
fn subject(assertion: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    Some(claims.get("sub")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<TokenRequest, Refused> {
        let good =
            [("grant_type", "client_credentials"), ("client_assertion_type", JWT_BEARER), ("client_assertion", "a.eyJzdWIiOiJ4In0.c")];
        let named = |name: &str| pairs.iter().any(|(given, _)| *given == name);
        let base = good.iter().filter(|(name, _)| !named(name));
        Form(base.chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).try_into()
    }

    #[test]
    fn a_system_asks_for_a_token() {
        let asked =
            read(&[("scope", "region:53:reader"), ("audience", "directory"), ("audience", "identity"), ("client_id", "x")]).unwrap();
        assert_eq!((asked.scope.as_str(), asked.audiences.len()), ("region:53:reader", 2));
    }

    #[test]
    fn only_one_way_leads_in() {
        assert_eq!(read(&[("grant_type", "password")]), Err(Refused::Grant));
        assert_eq!(read(&[("client_secret", "hunter2")]), Err(Refused::Client));
        assert_eq!(read(&[("client_assertion_type", "saml")]), Err(Refused::Client));
        assert_eq!(read(&[("client_assertion", "")]), Err(Refused::Client));
        assert_eq!(read(&[("client_id", "somebody-else")]), Err(Refused::Client));
        assert!(matches!(read(&[("scope", "a"), ("scope", "b")]), Err(Refused::Request(_))));
    }
}
