//! b12: only the exact session lets anybody in; b14: nobody ends another's.

use atlas_proto::identity::v1::{EndSessionsRequest, EndSessionsResponse};

use crate::{browser::Site, samples::SESSION};

#[tokio::test]
async fn nothing_but_the_exact_cookie_signs_in() {
    let site = Site::start().await;
    let other = SESSION.replace('S', "s");
    let wrong = [
        String::new(),
        SESSION[1..].to_owned(),
        format!("{SESSION}S"),
        format!("{SESSION}="),
        format!("\"{SESSION}\""),
        format!("{SESSION}; __Host-atlas-session={SESSION}"),
        format!("{SESSION}%00"),
        format!("{SESSION}\u{00e9}"),
        SESSION.replace('S', "."),
        "null".into(),
        "true".into(),
        "[object Object]".into(),
        "..".repeat(20),
        "a".repeat(4000),
        other,
    ];
    for value in wrong {
        let mut browser = site.browser();
        browser.cookies.insert("__Host-atlas-session".into(), value.clone());
        let answer = browser.get("/espace").await;
        assert!(answer.status == 303 && answer.header("location").starts_with("/connexion"), "{value:?} gave {}", answer.status);
    }
    for name in ["atlas-session", "__host-atlas-session", "__Secure-atlas-session", "session", " __Host-atlas-session"] {
        let mut browser = site.browser();
        browser.cookies.insert(name.into(), SESSION.into());
        let answer = browser.get("/espace").await;
        assert!(answer.status == 303 || name.starts_with(' '), "{name} gave {}", answer.status);
    }
    assert_eq!(site.signed_in().get("/espace").await.status, 200);
}

#[tokio::test]
async fn a_session_is_ended_by_its_own_account_alone() {
    let site = Site::start().await;
    site.fake.on("EndSessions", |_: EndSessionsRequest| Ok(EndSessionsResponse { ended: 0 }));
    let mut browser = site.signed_in();
    assert_eq!(browser.post("/compte", &[("act", "end-session"), ("session_id", "of-somebody-else")]).await.status, 303);
    let asked: EndSessionsRequest = site.fake.asked("EndSessions");
    assert_eq!((asked.session_secret.as_str(), asked.session_id.as_str()), (SESSION, "of-somebody-else"), "identity decides whose it is");
    let before = site.fake.calls("EndSessions").len();
    for fields in [
        vec![("act", "end-session")],
        vec![("act", "end-session"), ("session_id", "")],
        vec![("act", "end-others"), ("session_id", "x")],
        vec![],
    ] {
        assert_eq!(browser.post("/compte", &fields).await.status, 400, "{fields:?}");
    }
    assert_eq!(site.fake.calls("EndSessions").len(), before);
}
