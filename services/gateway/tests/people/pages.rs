//! One of each page in each language, as a visitor reads it; hostile values in every one of them.

use atlas_proto::identity::v1::{
    Flow, FlowKind, FlowStep, GetFlowRequest, GetFlowResponse, GetStandingRequest, GetStandingResponse, ListOwnRequestsRequest,
    ListOwnRequestsResponse, ListPasskeysRequest, ListPasskeysResponse, Passkey, ResumeSessionRequest, ResumeSessionResponse,
};

use crate::{
    browser::{Browser, Site},
    fixture::{Answer, HELLEAN},
    samples::{self, FLOW, LINK, account, flow, holds, membership, request, standing, waits},
};

const ALL: [(&str, &str); 4] = [("region:53:admin", ""), ("department:56:admin", ""), ("national:*:admin", ""), ("operator:*:admin", "")];

/// Pages for whoever visits.
const OPEN: [(&str, &str); 6] = [
    ("sign-up", "/compte/creer"),
    ("sign-in", "/connexion"),
    ("recover", "/compte/recuperer"),
    ("recover-address", "/compte/recuperer/collectivite"),
    ("missing", "/collectivite-absente"),
    ("sign-out", "/deconnexion"),
];

fn signed_in() -> Vec<(&'static str, String)> {
    let of = |page: &str| format!("/espace/{HELLEAN}{page}");
    vec![
        ("account", "/compte".into()),
        ("second-factor", "/compte/second-facteur".into()),
        ("passkeys", "/compte/cles".into()),
        ("space-list", "/espace".into()),
        ("space", of("")),
        ("team", of("/equipe")),
        ("requests", of("/demandes")),
        ("journal", of("/journal")),
        ("messages", of("/courriels")),
        ("own-actions", of("/actions")),
        ("own-action", of(&format!("/actions/{}", crate::record::SIGNED))),
        ("own-action-new", of(&format!("/actions/nouvelle?partner_id={}", crate::abroad::ERLANGEN))),
        ("own-partner-new", of("/actions/nouvelle?country=DE&partner=Erl")),
        ("own-projects", of("/projets")),
        ("own-project", of(&format!("/projets/{}", crate::abroad::WATER))),
        ("own-project-new", of("/projets/nouveau")),
        ("own-card", of("/fiche")),
        ("own-contacts", of("/contacts")),
        ("own-networks", of("/reseaux")),
        ("region", "/sgar/53".into()),
        ("region-team", "/sgar/53/equipe".into()),
        ("region-accounts", "/sgar/53/comptes".into()),
        ("region-codes", "/sgar/53/codes".into()),
        ("department", "/prefecture/56".into()),
        ("ministry", "/administration".into()),
        ("ministry-teams", "/administration/equipes".into()),
        ("ministry-reports", "/administration/signalements".into()),
        ("ministry-journal", "/administration/journal".into()),
        ("ministry-messages", "/administration/courriels".into()),
    ]
}

async fn site() -> Site {
    let site = Site::start().await;
    let own = format!("collectivite:{HELLEAN}:admin");
    holds(&site.fake, &[&[(own.as_str(), "La Croix-Helléan")][..], &ALL[..]].concat());
    site.fake.on("ListOwnRequests", |_: ListOwnRequestsRequest| Ok(ListOwnRequestsResponse { requests: vec![request()] }));
    site.fake.on("GetStanding", move |_: GetStandingRequest| {
        Ok(GetStandingResponse { membership: Some(membership(&own, "La Croix-Helléan")), ..standing() })
    });
    site
}

fn main_of(answer: &Answer) -> String {
    let html = answer.text();
    let title = html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
    let main = html.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    format!("{}\n\n<main{}", title, without_chance(main))
}

/// Tokens and ids of requests are new each time.
fn without_chance(html: &str) -> String {
    let mut text = String::new();
    for (n, part) in html.split("name=\"_token\" value=\"").enumerate() {
        text.push_str(if n == 0 { part } else { part.split_once('"').unwrap().1 });
    }
    let parts: Vec<String> = text
        .split("name=\"request_id\" value=\"")
        .enumerate()
        .map(|(n, part)| if n == 0 { part.to_owned() } else { part.split_once('"').unwrap().1.to_owned() })
        .collect();
    parts.join("name=\"request_id\"")
}

async fn snapshot(browser: &mut Browser<'_>, name: &str, path: &str) {
    for (tag, prefix) in [("fr", ""), ("en", "/en")] {
        let page = browser.open(&format!("{prefix}{path}")).await;
        assert!(page.status.is_success() || page.status == 410, "{path}: {}", page.status);
        complete(&page, path);
        insta::assert_snapshot!(format!("{name}-{tag}"), main_of(&page));
    }
}

/// What every page has, for every reader.
fn complete(page: &Answer, path: &str) {
    let html = page.text();
    assert_eq!(html.matches("<h1").count(), 1, "{path}");
    for part in ["<main id=\"content\"", "noindex", "class=\"help\"", "<title>", "href=\"#content\""] {
        assert!(html.contains(part), "{path} has no {part}");
    }
    for forbidden in [" style=", "<style", " onclick", "javascript:", "rel=\"canonical\""] {
        assert!(!html.contains(forbidden), "{path} has {forbidden}");
    }
    let ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let distinct: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), distinct.len(), "{path} has an id twice: {ids:?}");
    for target in html.split(" for=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(ids.contains(&target), "{path}: a label for {target}, which is not there");
    }
}

#[tokio::test]
async fn every_page_reads_as_it_should() {
    let site = site().await;
    for (name, path) in OPEN {
        snapshot(&mut site.browser(), name, path).await;
    }
    for (name, path) in signed_in() {
        snapshot(&mut site.signed_in(), name, &path).await;
    }
    site.fake.on("GetStanding", |_: GetStandingRequest| Ok(GetStandingResponse { request: Some(request()), ..standing() }));
    snapshot(&mut site.signed_in(), "join", &format!("/espace/{HELLEAN}/rejoindre")).await;
    snapshot(&mut site.signed_in(), "invitation", &format!("/invitations/{LINK}")).await;
    snapshot(&mut site.browser(), "link", &format!("/compte/lien/{LINK}")).await;
    for (name, kind, step, path) in [
        ("code-sign-up", FlowKind::SignUp, FlowStep::Mail, "/compte/code"),
        ("code-recovery", FlowKind::Recovery, FlowStep::Mail, "/compte/code"),
        ("code-address-recovery", FlowKind::AddressRecovery, FlowStep::Mail, "/compte/code"),
        ("code-email-change", FlowKind::EmailChange, FlowStep::Mail, "/compte/code"),
        ("password", FlowKind::Recovery, FlowStep::Password, "/compte/mot-de-passe"),
        ("step", FlowKind::SecondFactor, FlowStep::SecondFactor, "/connexion/etape"),
    ] {
        waits(&site.fake, kind, step);
        let mut browser = site.browser();
        browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
        snapshot(&mut browser, name, path).await;
    }
    site.fake.on("GetFlow", |_: GetFlowRequest| {
        let flow = Some(flow(FlowKind::SecondFactor, FlowStep::SecondFactor));
        Ok(GetFlowResponse { flow, authenticator: false, passkey: true })
    });
    let mut browser = site.browser();
    browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
    snapshot(&mut browser, "step-passkey", "/connexion/etape").await;
}

#[tokio::test]
async fn the_header_of_who_is_signed_in_names_them_and_lets_them_out() {
    let site = site().await;
    let html = site.signed_in().get("/espace").await.text();
    let header = html.split_once("<header").unwrap().1.split_once("</header>").unwrap().0;
    assert!(header.contains("Anne Martin") && header.contains("action=\"/deconnexion\" method=\"post\""), "{header}");
    let public = site.signed_in().get("/").await;
    assert!(!public.text().contains("Anne Martin") && public.text().contains("href=\"/compte/creer\""), "public pages know nobody");
    assert_eq!((public.header("set-cookie"), public.header("cache-control").starts_with("public")), ("", true));
}

/// b20, S42: what people call themselves is text wherever it is shown.
#[tokio::test]
async fn hostile_values_are_inert_on_every_page() {
    let texts = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</textarea><svg/onload=alert(1)>",
        "</title><script>alert(1)</script>",
        "javascript:alert(1)",
        "{{7*7}}",
        "&lt;script&gt;",
        "\u{202e}gpj\u{200b}",
        "\u{e000}x\u{e001}",
    ];
    for text in texts {
        let site = site().await;
        let own = format!("collectivite:{HELLEAN}:admin");
        site.fake.on("ResumeSession", move |_: ResumeSessionRequest| {
            let mut account = account();
            for field in [&mut account.first_name, &mut account.last_name, &mut account.function, &mut account.email, &mut account.etag] {
                text.clone_into(field);
            }
            let mut held = membership(&own, text);
            text.clone_into(&mut held.delegate_of);
            let memberships = std::iter::once(held).chain(ALL.iter().map(|(right, _)| membership(right, text))).collect();
            Ok(ResumeSessionResponse { account: Some(account), memberships, ..ResumeSessionResponse::default() })
        });
        site.fake.on("ListMembershipRequests", move |_: atlas_proto::identity::v1::ListMembershipRequestsRequest| {
            let mut request = request();
            for field in [
                &mut request.first_name,
                &mut request.message,
                &mut request.function,
                &mut request.collectivite_name,
                &mut request.request_id,
            ] {
                text.clone_into(field);
            }
            let (requests, next_page_token) = (vec![request], text.to_owned());
            Ok(atlas_proto::identity::v1::ListMembershipRequestsResponse { requests, next_page_token, open_count: 1 })
        });
        site.fake.on("GetFlow", move |_: GetFlowRequest| {
            let flow = Flow { email: text.into(), collectivite_id: text.into(), ..flow(FlowKind::SignUp, FlowStep::Mail) };
            Ok(GetFlowResponse { flow: Some(flow), ..GetFlowResponse::default() })
        });
        site.fake.on("ListPasskeys", move |_: ListPasskeysRequest| {
            let passkey = Passkey { passkey_id: text.into(), name: text.into(), ..Passkey::default() };
            Ok(ListPasskeysResponse { passkeys: vec![passkey] })
        });
        crate::record::hostile(&site.fake, text);
        for (_, path) in signed_in() {
            inert(&site.signed_in().get(&path).await, text, &path);
        }
        let mut browser = site.browser();
        browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
        inert(&browser.get("/compte/code").await, text, "/compte/code");
        let query: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
        for path in [
            "/espace?collectivite=",
            "/connexion?next=",
            "/compte/creer?email=",
            "/compte/creer?pour=",
            "/administration/journal?actor=",
            "/administration/comptes?query=",
            "/administration/courriels?state=",
            "/administration/journal?page=",
        ] {
            inert(&site.signed_in().get(&format!("{path}{query}")).await, text, path);
        }
        let typed = [
            ("collectivite", text),
            ("first_name", text),
            ("last_name", text),
            ("function", text),
            ("email", text),
            ("email_kept", text),
            ("searched", text),
            ("collectivite_id", text),
        ];
        inert(&site.browser().post("/compte/creer", &typed).await, text, "POST /compte/creer");
        site.fake.refuse("InviteMember", || tonic::Status::unavailable("away"));
        let typed = [("act", "invite"), ("email", text), ("role", text), ("delegate_of", text)];
        inert(&site.signed_in().post(&format!("/espace/{HELLEAN}/equipe"), &typed).await, text, "POST equipe");
    }
}

fn inert(page: &Answer, text: &str, path: &str) {
    let html = page.text();
    assert!(page.status.as_u16() < 500 || page.status == 503, "{path}: {} {html}", page.status);
    let own = html.matches("<script type=\"module\" src=\"/assets/people.1.js\"></script>").count();
    assert_eq!(html.matches("<script").count(), own, "{path}: {text}");
    for tag in ["<img src=x", "<svg"] {
        assert!(!html.contains(tag), "{path}: {text}");
    }
    let tags = html.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    for tag in tags {
        for attribute in [" onerror=", " onload=", " onmouseover='", "href=\"javascript:"] {
            assert!(!tag.contains(attribute) || tag.contains("&#"), "{path}: {tag}");
        }
    }
}

#[tokio::test]
async fn what_changes_language_stays_on_the_page() {
    let site = site().await;
    let html = site.signed_in().get(&format!("/espace/{HELLEAN}/equipe")).await.text();
    assert!(html.contains(&format!("href=\"/en/espace/{HELLEAN}/equipe\"")), "{html}");
    let html = site.browser().get("/en/connexion?next=%2Fcompte").await.text();
    assert!(html.contains("href=\"/connexion?next=%2Fcompte\"") && html.contains("lang=\"en\""), "{html}");
    assert_eq!(samples::at(0).unwrap().seconds, 1_810_108_920);
}
