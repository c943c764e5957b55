//! b2, S14: what a request calls the site changes nothing of what is asked for, and where it leads.

use atlas_proto::identity::v1::{
    ReportMissingCollectiviteRequest, ReportMissingCollectiviteResponse, StartAddressRecoveryRequest, StartAddressRecoveryResponse,
    StartRecoveryRequest, StartRecoveryResponse, StartSignUpRequest, StartSignUpResponse,
};

use crate::{
    browser::{Site, leads},
    samples::FLOW,
};

const EVIL: &str = "evil.test";

/// What is typed into a form.
type Typed = &'static [(&'static str, &'static str)];

/// Forms after which a mail leaves.
const MAILS: [(&str, &str, Typed); 4] = [
    ("/compte/recuperer", "StartRecovery", &[("email", "a@example.org")]),
    ("/compte/recuperer/collectivite", "StartAddressRecovery", &[("collectivite", "Rennes")]),
    ("/collectivite-absente", "ReportMissingCollectivite", &[("name", "X"), ("place", "56"), ("email", "a@example.org")]),
    (
        "/compte/creer",
        "StartSignUp",
        &[
            ("collectivite", "Rennes"),
            ("first_name", "A"),
            ("last_name", "B"),
            ("function", "c"),
            ("email", "a@example.org"),
            ("password", "quatre mots sans rapport"),
        ],
    ),
];

async fn site() -> Site {
    let site = Site::start().await;
    site.fake.on("StartRecovery", |_: StartRecoveryRequest| Ok(StartRecoveryResponse { flow_secret: FLOW.into(), flow: None }));
    site.fake.on("StartAddressRecovery", |_: StartAddressRecoveryRequest| {
        Ok(StartAddressRecoveryResponse { flow_secret: FLOW.into(), flow: None })
    });
    site.fake.on("StartSignUp", |_: StartSignUpRequest| Ok(StartSignUpResponse { flow_secret: FLOW.into(), flow: None }));
    site.fake.on("ReportMissingCollectivite", |_: ReportMissingCollectiviteRequest| {
        Ok(ReportMissingCollectiviteResponse { receipt: "M-7F3K-92QD".into() })
    });
    site
}

#[tokio::test]
async fn another_host_gets_no_mail_sent() {
    let site = site().await;
    for (path, method, fields) in MAILS {
        for host in [EVIL, "atlas.test@evil.test", "atlas.test.evil.test", "atlas.test:8443", "evil.test#atlas.test", ""] {
            let mut browser = site.browser();
            browser.token().await;
            browser.headers.push(("host", host.into()));
            let answer = browser.post_bare(path, fields).await;
            assert!(matches!(answer.status.as_u16(), 400 | 421), "{path} {host}: {}", answer.status);
        }
        assert!(site.fake.calls(method).is_empty(), "{path}");
    }
}

#[tokio::test]
async fn headers_of_proxies_change_neither_the_request_nor_where_it_leads() {
    let site = site().await;
    for (path, method, fields) in MAILS {
        let mut plain = site.browser();
        let expected = leads(&plain.post(path, fields).await);
        let asked = site.fake.calls(method).pop().unwrap();
        for header in [
            "forwarded",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-port",
            "x-forwarded-for",
            "x-real-ip",
            "x-host",
            "x-original-host",
            "via",
            "referer",
        ] {
            let value = if header == "forwarded" { "for=203.0.113.9;host=evil.test;proto=http" } else { "https://evil.test" };
            let mut browser = site.browser();
            browser.headers.push((header, value.into()));
            let answer = browser.post(path, fields).await;
            assert_eq!(leads(&answer), expected, "{path} {header}");
            let call = site.fake.calls(method).pop().unwrap();
            assert_eq!(call.message, asked.message, "{path} {header}");
            assert_eq!(call.metadata["atlas-client-address"], "192.0.2.1", "{path} {header}");
            assert!(!format!("{:?}", call.metadata).contains(EVIL), "{path} {header}");
            assert!(!answer.text().contains(EVIL), "{path} {header}");
        }
    }
}
