use std::{
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

use axum::extract::FromRequestParts;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Uri, header, request::Parts};
use sha2::{Digest as _, Sha256};

use super::{Client, Cookie};
use crate::{
    i18n::{Locale, Words},
    people::{Desk, Halt},
    services::Whose,
};

/// One request of a browser: what it brought, and what it will be given to keep.
#[derive(Debug)]
pub struct Visit {
    /// The language of the address.
    pub locale: Locale,
    /// The address without the language and the query.
    pub path: String,
    /// What comes after the question mark.
    pub query: String,
    /// Whose browser it is.
    pub whose: Whose,
    /// The secret of the session; whether it still is one, identity says.
    pub session: Option<String>,
    /// The secret of what the browser is in the middle of.
    pub flow: Option<String>,
    /// That somebody signed in here before.
    pub device: String,
    /// The link of a mail.
    pub link: Option<String>,
    /// The link of an invitation.
    pub invitation: Option<String>,
    /// What has just happened.
    pub note: Option<String>,
    form_key: String,
    given: Mutex<Vec<(Cookie, Option<String>)>>,
}

impl Visit {
    /// Reads a request.
    #[must_use]
    pub fn read(uri: &Uri, headers: &HeaderMap, client: Client) -> Self {
        let locale = Locale::of_path(uri.path());
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let kept = Cookie::Form.read(headers);
        let form_key = kept.clone().unwrap_or_else(secret);
        let given = if kept.is_none() { vec![(Cookie::Form, Some(form_key.clone()))] } else { Vec::new() };
        Self {
            locale,
            path: uri.path().strip_prefix(locale.prefix()).unwrap_or(uri.path()).to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            whose: Whose { address: client.0, browser: browser(agent) },
            session: Cookie::Session.read(headers),
            flow: Cookie::Flow.read(headers),
            device: Cookie::Device.read(headers).unwrap_or_default(),
            link: Cookie::Link.read(headers),
            invitation: Cookie::Invitation.read(headers),
            note: Cookie::Note.read(headers),
            form_key,
            given: Mutex::new(given),
        }
    }

    /// The words of its language.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.locale.words()
    }

    /// An address in its language.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.locale.prefix())
    }

    /// The home page in its language.
    #[must_use]
    pub const fn home(&self) -> &'static str {
        match self.locale {
            Locale::Fr => "/",
            Locale::En => self.locale.prefix(),
        }
    }

    /// The value of a name in the query; empty where it is not.
    #[must_use]
    pub fn asked(&self, name: &str) -> String {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// The token that every form of this browser carries: only its own pages can know it.
    #[must_use]
    pub fn token(&self) -> String {
        let digest = Sha256::digest(format!("atlas form\0{}", self.form_key));
        URL_SAFE_NO_PAD.encode(&digest[..18])
    }

    /// Gives the browser something to keep.
    pub fn give(&self, cookie: Cookie, value: &str) {
        self.note_given(cookie, Some(value.to_owned()));
    }

    /// Takes it away.
    pub fn take(&self, cookie: Cookie) {
        self.note_given(cookie, None);
    }

    /// Says on the next page what has happened.
    pub fn say_next(&self, note: &str) {
        self.give(Cookie::Note, note);
    }

    /// Who was here before knows nothing of what comes now: another key for forms, nothing half done.
    pub fn begin_anew(&self) {
        self.give(Cookie::Form, &secret());
        self.take(Cookie::Flow);
    }

    /// Signs the browser in.
    pub fn sign_in(&self, session: &str, device: &str) {
        self.begin_anew();
        self.give(Cookie::Session, session);
        if !device.is_empty() {
            self.give(Cookie::Device, device);
        }
    }

    /// The headers that give and take what was noted; the last word on each counts.
    pub fn cookies(&self) -> Vec<HeaderValue> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.iter().filter_map(|(cookie, value)| cookie.set(value.as_deref())).collect()
    }

    fn note_given(&self, cookie: Cookie, value: Option<String>) {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.retain(|(other, _)| *other != cookie);
        given.push((cookie, value));
    }
}

fn secret() -> String {
    URL_SAFE_NO_PAD.encode(runtime::random::<32>())
}

/// The browser and system in words that people know; no version, nothing that tells one person from another.
fn browser(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| known.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems =
        [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"), ("Linux", "Linux")];
    [first(&browsers), first(&systems)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Somebody whose request it is, signed in or not, and what their pages are made with.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// What the pages are made with.
    pub desk: Desk,
    visit: Arc<Visit>,
}

impl Visitor {
    /// A visitor of this visit.
    #[must_use]
    pub const fn new(desk: Desk, visit: Arc<Visit>) -> Self {
        Self { desk, visit }
    }
}

impl Deref for Visitor {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl FromRequestParts<Desk> for Visitor {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Halt> {
        let visit = parts.extensions.get::<Arc<Visit>>().ok_or_else(|| Halt::fault("a page for people outside its door"))?;
        Ok(Self { desk: desk.clone(), visit: Arc::clone(visit) })
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_has_a_name_that_people_know() {
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(
            (browser(firefox).as_str(), browser(safari).as_str(), browser("curl/8").as_str()),
            ("Firefox, Windows", "Safari, iPhone", "")
        );
    }
}
