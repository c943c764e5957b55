use atlas_proto::identity::v1::{
    ChoosePasswordRequest, ChoosePasswordResponse, Flow, FlowKind, FlowStep, GetFlowRequest, GetFlowResponse, GetLinkRequest,
    StartAddressRecoveryRequest, StartAddressRecoveryResponse, StartRecoveryRequest, StartRecoveryResponse, UseLinkRequest,
    UseLinkResponse,
};
use axum::body::Body;
use http::{Method, Request};
use tonic::Code;

use crate::{
    browser::{Site, leads, reads},
    fake::refusal,
    fixture::HELLEAN,
    samples::{DEVICE, FLOW, FRESH, LINK, flow, waits},
};

#[tokio::test]
async fn recovery_answers_the_same_whoever_is_known() {
    let site = Site::start().await;
    site.fake.on("StartRecovery", |_: StartRecoveryRequest| Ok(StartRecoveryResponse { flow_secret: FLOW.into(), flow: None }));
    waits(&site.fake, FlowKind::Recovery, FlowStep::Mail);
    let mut browser = site.browser();
    assert_eq!(leads(&browser.post("/compte/recuperer", &[("email", "mairie@example.org")]).await).1, "/compte/code");
    let text = reads(&browser.get("/compte/code").await);
    let said =
        "Si un compte existe avec l’adresse mairie@example.org , un message vient d’y être envoyé (10 h 02). Il sert pendant une heure.";
    assert!(text.contains(said), "{text}");
    assert!(text.contains("Je ne sais plus quelle adresse j’ai utilisée") && text.contains("les précédents restent utilisables"), "{text}");
}

#[tokio::test]
async fn a_mistyped_address_can_be_corrected_from_the_mailbox_page() {
    let site = Site::start().await;
    site.fake.on("GetFlow", |_: GetFlowRequest| {
        let flow = Flow { email: "mairie@wanado.fr".into(), ..flow(FlowKind::Recovery, FlowStep::Mail) };
        Ok(GetFlowResponse { flow: Some(flow), ..GetFlowResponse::default() })
    });
    let mut browser = site.browser();
    browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
    let page = browser.get("/compte/code").await;
    assert!(reads(&page).contains("Vouliez-vous écrire mairie@wanadoo.fr ?") && page.text().contains("value=\"mairie@wanadoo.fr\""));
}

#[tokio::test]
async fn who_forgot_the_address_names_the_collectivite() {
    let site = Site::start().await;
    site.fake.on("StartAddressRecovery", |_: StartAddressRecoveryRequest| {
        Ok(StartAddressRecoveryResponse { flow_secret: FLOW.into(), flow: None })
    });
    let mut browser = site.browser();
    let intro = reads(&browser.get("/compte/recuperer/collectivite").await);
    assert!(intro.contains("Chaque personne qui a un compte pour elle recevra un message à sa propre adresse."), "{intro}");
    browser.post("/compte/recuperer/collectivite", &[("collectivite", "La Croix-Helléan")]).await;
    assert_eq!(site.fake.asked::<StartAddressRecoveryRequest>("StartAddressRecovery").collectivite_id, HELLEAN);
}

/// S13: mail scanners look at links; only a person's button uses one.
#[tokio::test]
async fn looking_at_a_link_does_not_use_it() {
    let site = Site::start().await;
    site.fake.on("UseLink", |_: UseLinkRequest| {
        let flow = Some(flow(FlowKind::SignUp, FlowStep::Done));
        Ok(UseLinkResponse { flow, flow_secret: String::new(), session_secret: FRESH.into(), device_secret: DEVICE.into() })
    });
    let address = format!("/compte/lien/{LINK}");
    for method in [Method::GET, Method::HEAD, Method::GET, Method::HEAD, Method::GET] {
        let mut scanner = site.browser();
        scanner.headers.clear();
        let request = Request::builder().method(method).uri(&address).header("host", "atlas.test").body(Body::empty()).unwrap();
        let answer = site.visit.send(request).await;
        assert_eq!((leads(&answer).1.as_str(), answer.header("referrer-policy")), ("/compte/lien", "no-referrer"));
        assert!(!String::from_utf8_lossy(&answer.body).contains(LINK));
    }
    assert!(site.fake.methods().is_empty(), "{:?}", site.fake.methods());
    let mut browser = site.browser();
    let page = browser.open(&address).await;
    assert!(reads(&page).contains("Vous créez un compte pour La Croix-Helléan") && !page.text().contains(LINK), "{}", page.text());
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "no-referrer"));
    assert!(site.fake.calls("UseLink").is_empty());
    let answer = browser.post("/compte/lien", &[]).await;
    assert_eq!(leads(&answer).1, format!("/espace/{HELLEAN}/rejoindre"));
    assert_eq!(site.fake.asked::<UseLinkRequest>("UseLink").link, LINK);
    assert!(!browser.cookies.contains_key("__Host-atlas-link"));
}

#[tokio::test]
async fn a_link_in_another_browser_asks_for_a_password() {
    let site = Site::start().await;
    site.fake.on("UseLink", |asked: UseLinkRequest| {
        assert_eq!(asked.flow_secret, "");
        let flow = Some(flow(FlowKind::SignUp, FlowStep::Password));
        Ok(UseLinkResponse { flow, flow_secret: FLOW.into(), session_secret: String::new(), device_secret: String::new() })
    });
    site.fake.on("ChoosePassword", |_: ChoosePasswordRequest| {
        Ok(ChoosePasswordResponse { kind: FlowKind::SignUp.into(), email: "mairie@example.org".into() })
    });
    waits(&site.fake, FlowKind::SignUp, FlowStep::Password);
    let mut browser = site.browser();
    browser.open(&format!("/compte/lien/{LINK}")).await;
    assert_eq!(leads(&browser.post("/compte/lien", &[]).await).1, "/compte/mot-de-passe");
    assert!(reads(&browser.get("/compte/mot-de-passe").await).contains("n’est pas celui de l’inscription"));
    let done = browser.post("/compte/mot-de-passe", &[("act", "choose"), ("password", "un autre mot de passe")]).await;
    assert_eq!(leads(&done).1, "/connexion");
    assert!(!browser.cookies.contains_key("__Host-atlas-flow") && !browser.cookies.contains_key("__Host-atlas-session"));
    assert!(reads(&browser.get("/connexion").await).contains("Votre mot de passe est enregistré. Connectez-vous."));
}

#[tokio::test]
async fn a_dead_link_says_what_to_do() {
    let site = Site::start().await;
    site.fake.refuse("GetLink", || refusal(Code::NotFound, "LINK_DEAD"));
    for path in [format!("/compte/lien/{LINK}"), "/compte/lien".into(), "/compte/lien/x".into()] {
        let page = site.browser().open(&path).await;
        assert_eq!(page.status, 410, "{path}");
        assert!(reads(&page).contains("Ce lien ne sert plus") && page.text().contains("href=\"/compte/recuperer\""), "{path}");
    }
}

/// b27: a recovery for who is signed in is no dead end.
#[tokio::test]
async fn recovery_works_for_who_is_signed_in() {
    let site = Site::start().await;
    for path in ["/compte/recuperer", "/compte/recuperer/collectivite"] {
        let page = site.signed_in().get(path).await;
        let html = page.text();
        assert!(reads(&page).contains("connecté avec le compte de Anne Martin") && html.contains("action=\"/deconnexion\""), "{path}");
        assert!(html.contains(&format!("action=\"{path}\"")), "{path}");
    }
    site.fake.on("GetLink", |_: GetLinkRequest| {
        let kind = FlowKind::Recovery.into();
        Ok(atlas_proto::identity::v1::GetLinkResponse { kind, undoes_email_change: false, collectivite_name: String::new() })
    });
    let page = site.signed_in().open(&format!("/compte/lien/{LINK}")).await;
    assert!(reads(&page).contains("Ce navigateur est connecté") && page.text().contains("action=\"/compte/lien\""));
}
