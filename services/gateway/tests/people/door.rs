//! What passes the door: forms of our own pages, in this browser, with their own fields.

use axum::body::Body;
use http::Request;

use crate::{
    browser::{ORIGIN, Site, leads},
    fixture::HELLEAN,
};

/// Every address that takes a form.
pub fn forms() -> Vec<String> {
    let fixed = [
        "/compte/creer",
        "/compte/code",
        "/compte/lien",
        "/compte/mot-de-passe",
        "/compte/recuperer",
        "/compte/recuperer/collectivite",
        "/connexion",
        "/connexion/etape",
        "/deconnexion",
        "/collectivite-absente",
        "/compte",
        "/compte/second-facteur",
        "/invitations",
        "/espace",
        "/sgar/53/demandes",
        "/sgar/53/equipe",
        "/sgar/53/comptes",
        "/sgar/53/codes.csv",
        "/sgar/53/journal",
        "/administration/demandes",
        "/administration/equipe",
        "/administration/comptes",
        "/administration/codes.csv",
        "/administration/journal",
        "/administration/courriels",
        "/administration/signalements",
    ];
    let of = [
        "rejoindre",
        "equipe",
        "demandes",
        "courriels",
        "actions",
        "actions/nouvelle",
        "actions/0192f0c3-0000-7000-8000-000000000003",
        "projets/nouveau",
        "projets/0192f0c4-0000-7000-8000-000000000001",
        "fiche",
        "contacts",
        "reseaux",
    ]
    .map(|page| format!("/espace/{HELLEAN}/{page}"));
    fixed.iter().map(|path| (*path).to_owned()).chain(of).flat_map(|path| [path.clone(), format!("/en{path}")]).collect()
}

/// S21, b44: forms for those who are not signed in included.
#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let site = Site::start().await;
    for path in forms() {
        let mut browser = site.signed_in();
        let token = browser.token().await;
        let before = site.fake.methods().len();
        for headers in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", "none")],
            vec![("origin", "https://evil.test")],
            vec![("origin", "https://atlas.test.evil.test")],
            vec![("origin", "http://atlas.test")],
        ] {
            browser.headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            let answer = browser.post_bare(&path, &[("_token", token.as_str()), ("email", "x@example.org")]).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
            assert!(!answer.text().contains("x@example.org"), "{path}");
        }
        assert_eq!(site.fake.methods().len(), before, "{path}");
    }
}

#[tokio::test]
async fn a_form_without_the_token_of_this_browser_does_nothing() {
    let site = Site::start().await;
    let stranger = site.browser().token().await;
    for path in forms() {
        for headers in [vec![("sec-fetch-site", "same-origin")], vec![("origin", ORIGIN)], vec![("origin", "null")], vec![]] {
            let mut browser = site.signed_in();
            browser.get("/deconnexion").await;
            browser.headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            let before = site.fake.methods().len();
            for token in ["", "x", stranger.as_str()] {
                assert_eq!(browser.post_bare(&path, &[("_token", token)]).await.status, 403, "{path} {token}");
            }
            assert_eq!(site.fake.methods().len(), before, "{path}");
        }
    }
}

#[tokio::test]
async fn older_browsers_prove_where_a_form_is_from_by_its_origin_and_token() {
    let site = Site::start().await;
    for origin in [Some(ORIGIN), Some("null"), None] {
        let mut browser = site.browser();
        let token = browser.token().await;
        browser.headers = origin.iter().map(|origin| ("origin", (*origin).to_owned())).collect();
        let answer = browser.post_bare("/connexion", &[("_token", token.as_str())]).await;
        assert_eq!(answer.status, 422, "{origin:?}");
    }
}

/// S38: a field that a form does not have is refused, and so is one that comes twice.
#[tokio::test]
async fn unknown_and_repeated_fields_are_refused() {
    let site = Site::start().await;
    crate::samples::holds(
        &site.fake,
        &[
            (&format!("collectivite:{HELLEAN}:admin"), "La Croix-Helléan"),
            ("region:53:admin", "Bretagne"),
            ("national:*:admin", "Ministère"),
        ],
    );
    for path in forms() {
        for fields in [vec![("role_of_all", "admin")], vec![("email", "a"), ("email", "b")], vec![("disabled", "0"), ("disabled", "0")]] {
            let mut browser = site.signed_in();
            for cookie in ["flow", "link", "invitation"] {
                browser.cookies.insert(format!("__Host-atlas-{cookie}"), "F".repeat(43));
            }
            let answer = browser.post(&path, &fields).await;
            assert_eq!(answer.status, 400, "{path} {fields:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let site = Site::start().await;
    let mut browser = site.browser();
    let token = browser.token().await;
    let cookie = format!("__Host-atlas-form={}", browser.cookies["__Host-atlas-form"]);
    let send = async |kind: Option<&str>, body: Vec<u8>| {
        let request = Request::post("/connexion").header("host", "atlas.test").header("cookie", &cookie);
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        site.visit.send(request.body(Body::from(body)).unwrap()).await.status.as_u16()
    };
    let form = Some("application/x-www-form-urlencoded");
    let whole = format!("_token={token}&email=a&password=b").into_bytes();
    for kind in [None, Some("text/plain"), Some("multipart/form-data; boundary=x"), Some("application/json"), Some("")] {
        assert_eq!(send(kind, whole.clone()).await, 400, "{kind:?}");
    }
    let many = format!("_token={token}&{}", "a=1&".repeat(1000));
    assert_eq!(send(form, many.into_bytes()).await, 400);
    assert_eq!(send(form, Vec::new()).await, 403, "b11: an empty form skips nothing");
    let garbage = [&b"\xff\xfe%zz%"[..], &[0; 512], "%_token=&&&==".as_bytes()];
    for body in garbage {
        assert_eq!(send(form, body.to_vec()).await, 403);
    }
    assert_eq!(send(form, vec![b'a'; 270_000]).await, 413);
    assert_eq!(send(Some("application/x-www-form-urlencoded; charset=UTF-8"), format!("_token={token}").into_bytes()).await, 422);
}

/// b13: what a page asks for is decided by the address that was matched, not by how it is written.
#[tokio::test]
async fn no_way_of_writing_an_address_gets_in() {
    let site = Site::start().await;
    let corpus = [
        "/ESPACE",
        "/Espace",
        "/espace;x=1",
        "/espace%2f",
        "/espace/%2e%2e/administration",
        "//espace",
        "/espace//",
        "/./espace",
        "/espace/..;/administration/journal",
        "/en/../administration/journal",
        "/administration%2fjournal",
        "/administration/journal;.css",
        "/administration/journal%00",
        "/administration/journal/",
        "/administration/./journal",
        "/sgar/53%2f..%2f11/demandes",
        "/sgar/*/demandes",
        "/sgar/%2a/demandes",
        "/sgar/53:admin/demandes",
        "/espace/215600503%2f..%2f213502388/equipe",
        "/en/en/espace",
    ];
    for path in corpus {
        for header in ["x-original-url", "x-rewrite-url", "x-forwarded-uri", "x-forwarded-prefix"] {
            let mut browser = site.browser();
            browser.headers.push((header, "/connexion".into()));
            let answer = browser.get(path).await;
            let (status, to) = leads(&answer);
            let shut = status == 404 || status == 400 || status == 308 || to.starts_with("/connexion");
            assert!(shut, "{path} gave {status} {to}");
            assert!(!site.fake.methods().iter().any(|method| method == "IssueSessionToken"), "{path}");
        }
    }
    for other in ["/sgar/11/demandes", "/administration/journal", "/espace/213502388/equipe", "/prefecture/35/equipe"] {
        let answer = site.signed_in().get(other).await;
        assert_eq!(answer.status, 404, "{other} is not this person's");
    }
    assert!(site.fake.calls("IssueSessionToken").is_empty());
}

#[tokio::test]
async fn everything_leaves_with_the_strict_headers_and_is_kept_nowhere() {
    let site = Site::start().await;
    let gets = ["/connexion", "/compte/creer", "/compte/code", "/espace", "/compte", "/compte/lien/x", "/invitations", "/deconnexion"];
    for path in gets.iter().map(|path| (*path).to_owned()).chain(forms()) {
        for mut browser in [site.browser(), site.signed_in()] {
            for answer in [browser.get(&path).await, browser.post(&path, &[("x", "y")]).await] {
                for name in ["content-security-policy", "strict-transport-security", "x-content-type-options", "cross-origin-opener-policy"]
                {
                    assert!(!answer.header(name).is_empty(), "{path} has no {name}");
                }
                assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
                let link = path.contains("/compte/lien") || path.contains("/invitations");
                // A page that there is not may say so to everybody.
                if answer.status != 404 && answer.status != 405 && answer.status != 400 {
                    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
                    assert_eq!(answer.header("referrer-policy"), if link { "no-referrer" } else { "same-origin" }, "{path}");
                }
                assert_eq!(answer.header("etag"), "", "{path}");
                for cookie in answer.headers.get_all("set-cookie") {
                    let cookie = cookie.to_str().unwrap();
                    for flag in ["__Host-atlas-", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                        assert!(cookie.contains(flag), "{path}: {cookie}");
                    }
                    assert!(!cookie.to_lowercase().contains("domain="), "{path}: {cookie}");
                }
            }
        }
    }
}
