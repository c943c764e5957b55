use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, Request, Uri, header};
use runtime::Readiness;

use crate::{
    assets::Assets,
    config::Public,
    kept::Pages,
    limits::Limits,
    model::Model,
    page::Site,
    proxies::{self, Garbage, Network},
};

/// What is kept of rendered pages.
const PAGE_BYTES: u64 = 64 << 20;

/// What every request can reach.
#[derive(Debug)]
pub struct App {
    /// What there is to show.
    pub model: Arc<Model>,
    /// Rendered pages.
    pub pages: Pages,
    /// Built files.
    pub assets: Assets,
    /// What is the same on every page.
    pub site: Arc<Site>,
    /// Whether there is something to show yet.
    pub readiness: Readiness,
    limits: Limits,
    hosts: Hosts,
    proxies: Vec<Network>,
}

/// The names the server answers to.
#[derive(Debug)]
struct Hosts {
    names: Vec<String>,
    /// In development, any port of this machine.
    loopback: bool,
}

impl App {
    /// Puts it together.
    ///
    /// # Errors
    /// When the assets cannot be read.
    pub fn new(config: &Public, model: Arc<Model>, readiness: Readiness) -> anyhow::Result<Self> {
        let assets = Assets::read(&config.assets_dir)?;
        let mut styles = vec![assets.address("app.css")?];
        if config.state_brand {
            styles.push(assets.address("state.css")?);
        }
        let site = Site {
            origin: config.origin.clone(),
            brand: config.brand.clone(),
            state_brand: config.state_brand,
            styles,
            icon: assets.address("icon.svg")?,
            script: assets.address("people.js")?,
            help: config.help.clone(),
            development: config.development,
        };
        let authority = config.origin.split_once("://").map_or("", |(_, authority)| authority).to_owned();
        let names = std::iter::once(authority).chain(config.hosts.iter().cloned()).map(|name| name.to_ascii_lowercase()).collect();
        Ok(Self {
            model,
            pages: Pages::new(PAGE_BYTES),
            assets,
            site: Arc::new(site),
            readiness,
            limits: Limits::new(config.address_rate, config.address_rate.saturating_mul(4)),
            hosts: Hosts { names, loopback: config.development },
            proxies: config.trusted_proxies.clone(),
        })
    }

    /// Whether the request is for a name of ours.
    #[must_use]
    pub fn is_ours<B>(&self, request: &Request<B>) -> bool {
        // One name only, and the same in the address where it has one (RFC 9112 §3.2).
        let mut named = request.headers().get_all(header::HOST).iter();
        let (Some(host), None) = (named.next().and_then(|host| host.to_str().ok()), named.next()) else { return false };
        let absolute = request.uri().authority().is_none_or(|authority| authority.as_str().eq_ignore_ascii_case(host));
        absolute && self.hosts.contain(host)
    }

    /// Whose request it is.
    ///
    /// # Errors
    /// When a trusted proxy forwards garbage.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Result<IpAddr, Garbage> {
        proxies::client(&self.proxies, peer, headers)
    }

    /// Takes one request of an address, or says how many seconds to wait.
    ///
    /// # Errors
    /// The seconds.
    pub fn admit(&self, address: IpAddr) -> Result<(), u64> {
        self.limits.take(address).map_err(|wait| wait.as_secs() + 1)
    }
}

impl Hosts {
    fn contain(&self, host: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(host)) || (self.loopback && is_loopback(host))
    }
}

fn is_loopback(host: &str) -> bool {
    let uri: Option<Uri> = format!("http://{host}/").parse().ok();
    let name = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    name == "localhost" || name.trim_start_matches('[').trim_end_matches(']').parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
