//! Styles, images and scripts: built into fingerprinted, compressed files (`web/`), read at start, sent from memory.

use std::{collections::HashMap, path::Path};

use anyhow::{Context as _, ensure};
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, header};

use crate::kept::{matches, takes_brotli};

/// A name with a fingerprint never changes what it means.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The built files, by name.
#[derive(Debug, Default)]
pub struct Assets {
    files: HashMap<String, File>,
    names: HashMap<String, String>,
}

#[derive(Debug)]
struct File {
    kind: HeaderValue,
    etag: HeaderValue,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Assets {
    /// Reads a folder that `web/build.mjs` wrote.
    ///
    /// # Errors
    /// When it is not such a folder, or a file of its list is missing.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let list = folder.join("manifest.json");
        let list =
            std::fs::read(&list).with_context(|| format!("cannot read {}: build the assets first (README of web)", list.display()))?;
        let names: HashMap<String, String> = serde_json::from_slice(&list).context("manifest.json of the assets is no list of names")?;
        let mut files = HashMap::new();
        for name in names.values() {
            ensure!(!name.contains(['/', '\\']), "{name}: a file of the assets outside their folder");
            let plain = std::fs::read(folder.join(name)).with_context(|| format!("cannot read {name} of the assets"))?;
            let packed = |ending: &str| std::fs::read(folder.join(format!("{name}.{ending}"))).ok().map(Bytes::from);
            let etag = HeaderValue::try_from(format!("\"{name}\"")).context("a name that is no header value")?;
            let file = File { kind: kind(name), etag, plain: plain.into(), brotli: packed("br"), gzip: packed("gz") };
            files.insert(name.clone(), file);
        }
        Ok(Self { files, names })
    }

    /// The address of a file by the name it has in the sources.
    ///
    /// # Errors
    /// When it was not built.
    pub fn address(&self, source: &str) -> anyhow::Result<String> {
        let name = self.names.get(source).with_context(|| format!("the assets have no {source}: build them again"))?;
        Ok(format!("/assets/{name}"))
    }

    /// The answer to a request for a file; none where there is no such file.
    #[must_use]
    pub fn respond(&self, name: &str, method: &Method, asked: &HeaderMap) -> Option<Response<Body>> {
        let file = self.files.get(name)?;
        let takes_gzip = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|it| it.contains("gzip"));
        let (body, encoding) = match (&file.brotli, &file.gzip) {
            (Some(packed), _) if takes_brotli(asked) => (packed, Some("br")),
            (_, Some(packed)) if takes_gzip => (packed, Some("gzip")),
            _ => (&file.plain, None),
        };
        let has_it = asked.get(header::IF_NONE_MATCH).is_some_and(|tags| matches(tags, &file.etag));
        let mut response = Response::new(if has_it || method == Method::HEAD { Body::empty() } else { Body::from(body.clone()) });
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, FOR_EVER);
        headers.insert(header::ETAG, file.etag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if has_it {
            *response.status_mut() = http::StatusCode::NOT_MODIFIED;
            return Some(response);
        }
        headers.insert(header::CONTENT_TYPE, file.kind.clone());
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }
}

fn kind(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    })
}
