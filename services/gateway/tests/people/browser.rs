//! A browser as far as a server can tell: it keeps cookies, follows nothing by itself, and sends forms as they stand.

use std::collections::BTreeMap;

use axum::body::Body;
use gateway::{
    people, routes,
    services::{Services, Ways},
};
use http::{Request, StatusCode};
use runtime::Lifecycle;

use crate::{
    fake::Fake,
    fixture::{Answer, Visit, france, model},
    samples,
};

pub const ORIGIN: &str = "https://atlas.test";

/// The site, and the services it asks.
pub struct Site {
    pub visit: Visit,
    pub fake: Fake,
    lifecycle: Lifecycle,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.lifecycle.force();
    }
}

impl Site {
    /// With services that answer as if all went well.
    pub async fn start() -> Self {
        let (fake, lifecycle) = (Fake::default(), Lifecycle::default());
        samples::all_well(&fake);
        let wire = fake.serve(&lifecycle).await;
        let ways = Ways { identity: wire.clone(), notifications: wire.clone(), directory: wire.clone(), projects: Some(wire) };
        let services = Services::untrusted(ways);
        let router = |app: &std::sync::Arc<gateway::app::App>| routes::router(app).merge(people::router(app, services));
        let change = |public: &mut gateway::config::Public| {
            public.help.name = "Ministère, DAECT".into();
            public.help.telephone = "01 23 45 67 89".into();
            public.help.email = "aide@atlas.test".into();
        };
        Self { visit: Visit::routed(model(france()), change, router), fake, lifecycle }
    }

    /// A browser that was never here.
    pub fn browser(&self) -> Browser<'_> {
        Browser { site: self, cookies: BTreeMap::new(), headers: vec![("sec-fetch-site", "same-origin".into())] }
    }

    /// A browser that is signed in.
    pub fn signed_in(&self) -> Browser<'_> {
        let mut browser = self.browser();
        browser.cookies.insert("__Host-atlas-session".into(), samples::SESSION.into());
        browser
    }
}

pub struct Browser<'s> {
    site: &'s Site,
    pub cookies: BTreeMap<String, String>,
    /// What goes with every request.
    pub headers: Vec<(&'static str, String)>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path);
        self.send(request, Body::empty()).await
    }

    /// Follows redirects to a page, as browsers do.
    pub async fn open(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..5 {
            if !answer.status.is_redirection() {
                return answer;
            }
            let next = answer.header("location").to_owned();
            answer = self.get(&next).await;
        }
        panic!("{path} leads in circles");
    }

    /// Sends a form with the token that the pages of this browser carry.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if !self.cookies.contains_key("__Host-atlas-form") {
            self.get("/connexion").await;
        }
        let token = self.token().await;
        let all: Vec<(&str, &str)> = fields.iter().copied().chain([("_token", token.as_str())]).collect();
        self.post_bare(path, &all).await
    }

    /// Sends exactly these fields.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// The token of this browser's forms.
    pub async fn token(&mut self) -> String {
        let page = self.get("/deconnexion").await.text();
        page.split_once("name=\"_token\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    }

    async fn send(&mut self, mut request: http::request::Builder, body: Body) -> Answer {
        if !self.headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "atlas.test");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !self.cookies.is_empty() {
            let line = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            request = request.header("cookie", line);
        }
        let answer = self.site.visit.send(request.body(body).unwrap()).await;
        for line in answer.headers.get_all("set-cookie") {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// The address an answer leads to.
pub fn leads(answer: &Answer) -> (StatusCode, String) {
    (answer.status, answer.header("location").to_owned())
}

/// What a reader sees of a page's main part, without markup, with single spaces.
pub fn reads(answer: &Answer) -> String {
    let html = answer.text();
    let main = html.split_once("<main").map_or(html.as_str(), |(_, main)| main.split_once("</main>").unwrap().0);
    let text: String = main.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text)).collect::<Vec<_>>().join(" ");
    let text = text.replace("&#39;", "'").replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
