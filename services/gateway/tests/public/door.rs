use axum::body::Body;
use http::{Method, Request, StatusCode};

use crate::{
    crawl::assert_strict,
    fixture::{RENNES, Visit, contact, france, model},
};

#[tokio::test]
async fn an_error_is_a_page_with_a_way_on_and_every_header() {
    let visit = Visit::new();
    let unknown = [
        "/nulle-part",
        "/collectivites/213502396",
        "/collectivites/x",
        "/regions/999",
        "/departements/35?page=9",
        "/recherche?page=0",
        "/recherche?q=saint&page=51",
        "/assets/none.css",
        "/assets/..%2f..%2fetc%2fpasswd",
        "/sitemaps/zz",
        "/index.php",
        "/%00",
        "/en/nowhere",
        "/metrics",
        "/health/ready",
        "/snapshot",
    ];
    for path in unknown {
        let answer = visit.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_strict(path, &answer);
        let prefix = if path.starts_with("/en/") { "/en" } else { "" };
        assert!(answer.text().contains(&format!("href=\"{prefix}/recherche\"")), "{path} leads nowhere");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn what_is_not_for_us_is_refused_at_the_door() {
    let visit = Visit::new();
    let host = async |host: &str| visit.ask(Request::get("/").header("host", host)).await;
    for other in ["evil.test", "atlas.test.evil.test", "atlas.test:81", "127.0.0.1", ""] {
        let answer = host(other).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{other}");
        assert_strict(other, &answer);
    }
    for ours in ["atlas.test", "ATLAS.test", "www.atlas.test"] {
        assert_eq!(host(ours).await.status, StatusCode::OK, "{ours}");
    }
    let without = visit.send(Request::get("/").body(Body::empty()).unwrap()).await;
    assert_eq!(without.status, StatusCode::MISDIRECTED_REQUEST);
    let twice = visit.ask(Request::get("/").header("host", "atlas.test").header("host", "evil.test")).await;
    assert_eq!(twice.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn other_methods_and_large_bodies_are_refused() {
    let visit = Visit::new();
    for method in [Method::POST, Method::TRACE, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = visit.ask(Request::builder().method(method.clone()).uri("/")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_strict(method.as_str(), &answer);
    }
    let large =
        Request::post("/").header("host", "atlas.test").header("content-length", "300000").body(Body::from(vec![0; 300_000])).unwrap();
    let answer = visit.send(large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_strict("a large body", &answer);
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_and_never_to_another_site() {
    let visit = Visit::new();
    let answer = visit.get("/regions/53/?a=b").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::PERMANENT_REDIRECT, "/regions/53?a=b"));
    for path in ["//evil.test/", "///", "//evil.test/%2f../"] {
        let answer = visit.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::NOT_FOUND, ""), "{path}");
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let visit = Visit::with(model(france()), |public| public.address_rate = 1);
    for _ in 0..4 {
        assert_eq!(visit.get("/").await.status, StatusCode::OK);
    }
    let answer = visit.get("/").await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert_strict("429", &answer);
}

#[tokio::test]
async fn garbage_from_a_trusted_proxy_is_refused() {
    let visit = Visit::with(model(france()), |public| public.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]);
    let answer = visit.ask(Request::get("/").header("x-forwarded-for", "<script>")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(visit.ask(Request::get("/").header("x-forwarded-for", "198.51.100.1")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_gateway_that_knows_nothing_yet_says_so() {
    let visit = Visit::of(std::sync::Arc::new(gateway::model::Model::start().unwrap()));
    let answer = visit.get("/").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.header("retry-after").is_empty());
    assert_strict("503", &answer);
}

#[tokio::test]
async fn a_page_is_kept_until_something_it_shows_changes() {
    let visit = Visit::new();
    let page = format!("/collectivites/{RENNES}");
    let (before, home) = (visit.get(&page).await, visit.get("/").await);
    assert!(before.text().contains("Anne Martin"));
    assert_eq!(visit.get(&page).await.header("etag"), before.header("etag"));

    visit.model.change(|making| making.draft.contact(contact(2, |it| it.last_name = "Le Goff".into())));
    visit.model.publish();
    let after = visit.get(&page).await;
    assert!(after.text().contains("Anne Le Goff") && !after.text().contains("Martin"), "the old page is still there");
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(visit.get("/").await.header("etag"), home.header("etag"), "home shows no contact");

    let gone = (1, 3);
    visit.model.change(|making| making.draft.drop_contact(RENNES.parse().unwrap(), crate::fixture::CONTACT, gone));
    let published = visit.model.publish().unwrap();
    assert!(published.person_removed);
    assert!(!visit.get(&page).await.text().contains("Anne"));
    visit.model.change(|making| making.draft.contact(contact(2, |_| {})));
    visit.model.publish();
    assert!(!visit.get(&page).await.text().contains("Anne"), "an older state brought a person back");
}

#[tokio::test]
async fn pages_are_public_and_set_no_cookie() {
    let visit = Visit::new();
    let plain = visit.get("/").await;
    let with_cookie = visit.ask(Request::get("/").header("cookie", "a=b").header("accept-language", "en")).await;
    assert_eq!(plain.body, with_cookie.body);
    assert_eq!(plain.header("cache-control"), "public, max-age=0, s-maxage=30, stale-if-error=86400");
    assert_eq!((plain.header("set-cookie"), plain.header("vary")), ("", "accept-encoding"));
}
