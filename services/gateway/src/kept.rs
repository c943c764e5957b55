//! Pages as they were rendered, kept as bytes for as long as what they show is the same.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::{atlas::Seen, headers, model::generation::Generation};

/// Caches on the way keep a page for half a minute, and longer while we are away; browsers ask each time.
pub const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=0, s-maxage=30, stale-if-error=86400");
/// What a kept page costs beside its bytes and what it depends on: headers, places in tables.
const OVERHEAD: usize = 2048;

/// How strongly a page is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// It will be sent many times.
    Kept,
    /// It is sent once.
    Once,
}

/// A page as bytes, plain and compressed, with all its headers.
#[derive(Debug)]
pub struct Kept {
    seen: Seen,
    verified: AtomicU64,
    plain: Form,
    brotli: Form,
}

#[derive(Debug)]
struct Form {
    headers: HeaderMap,
    etag: HeaderValue,
    body: Bytes,
}

impl Kept {
    /// Makes a page ready to be sent.
    #[must_use]
    pub fn new(html: String, kind: &'static str, seen: Seen, effort: Effort) -> Self {
        let tag = URL_SAFE_NO_PAD.encode(&Sha256::digest(&html)[..15]);
        let packed = compress(html.as_bytes(), effort);
        let plain = Form::new(html.into(), kind, &format!("\"{tag}\""), None);
        let brotli = Form::new(packed.into(), kind, &format!("\"{tag}-br\""), Some(HeaderValue::from_static("br")));
        Self { seen, verified: AtomicU64::new(0), plain, brotli }
    }

    /// Whether it still shows what there is.
    #[must_use]
    pub fn holds(&self, generation: &Generation) -> bool {
        // Generations only grow: what was looked at for this one needs no second look.
        if self.verified.load(Ordering::Relaxed) == generation.number + 1 {
            return true;
        }
        let holds = self.seen.holds(generation);
        if holds {
            self.verified.store(generation.number + 1, Ordering::Relaxed);
        }
        holds
    }

    /// The answer to a request for it: 304 where the browser has it already.
    #[must_use]
    pub fn respond(&self, method: &Method, asked: &HeaderMap) -> Response<Body> {
        let form = if takes_brotli(asked) { &self.brotli } else { &self.plain };
        let has_it = asked.get(header::IF_NONE_MATCH).is_some_and(|tags| matches(tags, &form.etag));
        let body = match (has_it, method) {
            (true, _) => Body::empty(),
            (false, &Method::HEAD) => Body::empty(),
            (false, _) => Body::from(form.body.clone()),
        };
        let mut response = Response::new(body);
        *response.headers_mut() = form.headers.clone();
        if has_it {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response.headers_mut().remove(header::CONTENT_ENCODING);
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        response
    }

    fn size(&self) -> usize {
        self.plain.body.len() + self.brotli.body.len() + self.seen.size() + OVERHEAD
    }
}

impl Form {
    fn new(body: Bytes, kind: &'static str, etag: &str, encoding: Option<HeaderValue>) -> Self {
        let etag = HeaderValue::try_from(etag).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
        let mut headers = HeaderMap::with_capacity(20);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        headers.insert(header::CACHE_CONTROL, PUBLIC);
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::ETAG, etag.clone());
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, encoding);
        }
        headers::secure(&mut headers);
        Self { headers, etag, body }
    }
}

fn compress(html: &[u8], effort: Effort) -> Vec<u8> {
    let quality = match effort {
        Effort::Kept => 5,
        Effort::Once => 1,
    };
    let mut packed = brotli::CompressorWriter::new(Vec::with_capacity(html.len() / 3), 32 * 1024, quality, 20);
    let written = packed.write_all(html);
    debug_assert!(written.is_ok(), "memory takes all there is");
    packed.into_inner()
}

/// Whether the browser takes brotli and does not refuse it.
#[must_use]
pub fn takes_brotli(asked: &HeaderMap) -> bool {
    let offers = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|offers| offers.split(',')).any(|offer| {
        let (coding, quality) = offer.split_once(';').map_or((offer, ""), |(coding, quality)| (coding, quality));
        let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0));
        coding.trim().eq_ignore_ascii_case("br") && !refused
    })
}

/// Whether one of the tags the browser has is this one (weak comparison, RFC 9110 §13.1.2).
#[must_use]
pub fn matches(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// The pages that are kept, up to so many bytes; those asked for least go first.
#[derive(Debug)]
pub struct Pages(Cache<String, Arc<Kept>>);

impl Pages {
    /// Keeps up to so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let weigh = |address: &String, page: &Arc<Kept>| u32::try_from(address.len() + page.size()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(bytes).weigher(weigh).build())
    }

    /// The page at an address, if it is kept and still shows what there is.
    #[must_use]
    pub fn find(&self, address: &str, generation: &Generation) -> Option<Arc<Kept>> {
        self.0.get(address).filter(|page| page.holds(generation))
    }

    /// Keeps a page under its address.
    pub fn keep(&self, address: String, page: Arc<Kept>) {
        self.0.insert(address, page);
    }
}
