use std::collections::{BTreeMap, BTreeSet, VecDeque};

use http::{Method, Request, StatusCode};

use crate::fixture::{Answer, HELLEAN, Visit};

/// What every answer must say, whatever it is.
const STRICT: [&str; 7] = [
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
];

pub fn assert_strict(path: &str, answer: &Answer) {
    for name in STRICT {
        assert!(!answer.header(name).is_empty(), "{path} has no {name}");
    }
    assert!(answer.header("content-security-policy").starts_with("default-src 'none';"), "{path}");
    assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
    assert_eq!(answer.header("server"), "", "{path} says what serves it");
}

/// Pages for one visitor alone: the tests of the pages for people look at them.
fn is_personal(path: &str) -> bool {
    let path = path.strip_prefix("/en").unwrap_or(path);
    ["/compte", "/connexion", "/espace", "/collectivite-absente"].iter().any(|personal| path.starts_with(personal))
}

fn links(html: &str) -> BTreeSet<String> {
    let attributes = html.split(" href=\"").skip(1).chain(html.split(" action=\"").skip(1));
    attributes
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with('/'))
        .map(|href| href.replace("&#38;", "&"))
        .collect()
}

#[tokio::test]
async fn every_link_leads_to_a_page_that_is_complete() {
    let visit = Visit::new();
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut seen: BTreeMap<String, StatusCode> = BTreeMap::new();
    while let Some(path) = waiting.pop_front() {
        if seen.contains_key(&path) || is_personal(&path) {
            continue;
        }
        let answer = visit.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_strict(&path, &answer);
        revalidates(&visit, &path, &answer).await;
        if answer.header("content-type").starts_with("text/html") {
            let html = answer.text();
            assert_page(&path, &html);
            waiting.extend(links(&html));
        }
        seen.insert(path, answer.status);
    }
    assert!(seen.len() > 300, "only {} pages", seen.len());
    for expected in ["/en", "/departements/62?page=2", "/en/departements/62?page=2", "/regions/53", &format!("/en/collectivites/{HELLEAN}")]
    {
        assert!(seen.contains_key(expected), "{expected} was not met");
    }
}

async fn revalidates(visit: &Visit, path: &str, answer: &Answer) {
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{path} has no strong etag: {tag}");
    let again = visit.ask(Request::get(path).header("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
    assert_eq!(again.header("etag"), tag, "{path}");
    assert_strict(path, &again);
    let head = visit.ask(Request::builder().method(Method::HEAD).uri(path)).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0), "{path}");
    assert_eq!(head.header("content-length"), answer.body.len().to_string(), "{path}");
    let packed = visit.ask(Request::get(path).header("accept-encoding", "gzip, br")).await;
    if packed.header("content-encoding") == "br" {
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut packed.body.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, answer.body, "{path}");
        assert_ne!(packed.header("etag"), tag, "{path}: two forms, one tag");
    }
}

fn assert_page(path: &str, html: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "{path}");
    for part in ["<main id=\"content\"", "<header", "<footer", "href=\"#content\"", "hreflang=\"en\"", "role=\"search\"", "<title>"] {
        assert!(html.contains(part), "{path} has no {part}");
    }
    for forbidden in ["<script", " style=", "<style", " onclick", "javascript:"] {
        assert!(!html.contains(forbidden), "{path} has {forbidden}");
    }
    let lang = if path == "/en" || path.starts_with("/en/") { "lang=\"en\"" } else { "lang=\"fr\"" };
    assert!(html.contains(lang), "{path}");
}

#[tokio::test]
async fn the_site_map_names_every_living_collectivite_in_both_languages() {
    let visit = Visit::new();
    let index = visit.get("/sitemap.xml").await.text();
    assert!(index.contains("<loc>https://atlas.test/sitemaps/53</loc>"), "{index}");
    let part = visit.get("/sitemaps/53").await;
    assert_strict("/sitemaps/53", &part);
    for loc in
        ["https://atlas.test/collectivites/213502388", "https://atlas.test/en/collectivites/213502388", "https://atlas.test/regions/53"]
    {
        assert!(part.text().contains(&format!("<loc>{loc}</loc>")), "{loc}");
    }
    assert!(visit.get("/robots.txt").await.text().contains("Sitemap: https://atlas.test/sitemap.xml"));
}
