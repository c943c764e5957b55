use atlas_proto::identity::v1::{
    AskForPasskeyRequest, AskForPasskeyResponse, ConfirmPasskeyRequest, ConfirmPasskeyResponse, EnterPasskeyRequest, EnterPasskeyResponse,
    FlowKind, FlowStep, GetFlowRequest, GetFlowResponse, ReauthenticateRequest, ReauthenticateResponse, RemovePasskeyRequest,
    RemovePasskeyResponse, StartPasskeyRequest, StartPasskeyResponse, StartPasskeySignInRequest, StartPasskeySignInResponse,
};
use tonic::Code;

use crate::{
    browser::{Site, leads, reads},
    fake::{fields, refusal, wait},
    samples::{self, DEVICE, FLOW, FRESH, SESSION},
};

const OPTIONS: &str = r#"{"challenge":"AAAA","rpId":"atlas.test","timeout":300000}"#;
/// As a page carries it.
const ESCAPED: &str = "data-options=\"{&#34;challenge&#34;:&#34;AAAA&#34;";
const ANSWER: &str = r#"{"id":"x"}"#;
const KEYS: &str = "/compte/cles";

async fn site() -> Site {
    let site = Site::start().await;
    let fake = &site.fake;
    fake.on("StartPasskeySignIn", |_: StartPasskeySignInRequest| {
        Ok(StartPasskeySignInResponse { flow_secret: FLOW.into(), options: OPTIONS.into() })
    });
    fake.on("AskForPasskey", |asked: AskForPasskeyRequest| {
        assert_eq!(asked.flow_secret, FLOW);
        Ok(AskForPasskeyResponse { options: OPTIONS.into() })
    });
    fake.on("EnterPasskey", |asked: EnterPasskeyRequest| match asked.credential.as_str() {
        ANSWER => Ok(EnterPasskeyResponse { session_secret: FRESH.into(), device_secret: DEVICE.into() }),
        _ => Err(fields(&[("credential", "WRONG: not what was asked for")])),
    });
    fake.on("GetFlow", |_: GetFlowRequest| {
        let flow = Some(samples::flow(FlowKind::SecondFactor, FlowStep::SecondFactor));
        Ok(GetFlowResponse { flow, authenticator: true, passkey: true })
    });
    fake.on("Reauthenticate", |asked: ReauthenticateRequest| match asked.password.as_str() {
        "le bon mot de passe" => Ok(ReauthenticateResponse { session_secret: FRESH.into() }),
        _ => Err(refusal(Code::Unauthenticated, "WRONG_CREDENTIALS")),
    });
    fake.on("StartPasskey", |asked: StartPasskeyRequest| {
        assert_eq!((asked.session_secret.as_str(), asked.name.as_str()), (FRESH, "Téléphone"));
        Ok(StartPasskeyResponse { flow_secret: FLOW.into(), options: OPTIONS.into() })
    });
    site
}

#[tokio::test]
async fn a_passkey_alone_signs_in() {
    let site = site().await;
    let mut browser = site.browser();
    browser.cookies.insert("__Host-atlas-device".into(), DEVICE.into());
    let page = browser.post("/connexion/cle", &[("act", "start"), ("next", "/compte")]).await;
    assert!(page.status == 200 && page.text().contains(ESCAPED), "{}", page.text());
    assert!(page.text().contains("data-cancelled=\"Rien n’a été fait") && page.text().contains("name=\"next\" value=\"/compte\""));
    assert_eq!(browser.cookies["__Host-atlas-flow"], FLOW);
    let done = browser.post("/connexion/cle", &[("act", "enter"), ("credential", ANSWER), ("next", "/compte")]).await;
    assert_eq!((leads(&done).1.as_str(), browser.cookies["__Host-atlas-session"].as_str()), ("/compte", FRESH));
    let asked: EnterPasskeyRequest = site.fake.asked("EnterPasskey");
    assert_eq!((asked.flow_secret.as_str(), asked.device_secret.as_str()), (FLOW, DEVICE));
    assert!(!browser.cookies.contains_key("__Host-atlas-flow"), "the flow is over");
}

#[tokio::test]
async fn a_passkey_that_is_not_recognised_leaves_every_other_way() {
    let site = site().await;
    let mut browser = site.browser();
    browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
    let page = browser.post("/connexion/cle", &[("act", "enter"), ("credential", "{}")]).await;
    assert!(page.status == 422 && reads(&page).contains("Cette clé d’accès n’a pas été reconnue"), "{}", reads(&page));
    assert!(page.text().contains("name=\"password\"") && !browser.cookies.contains_key("__Host-atlas-session"));
    let step = browser.post("/connexion/cle", &[("act", "enter-step"), ("credential", "{}")]).await;
    assert!(step.status == 422 && step.text().contains("autocomplete=\"one-time-code\""), "{}", step.text());
    site.fake.refuse("EnterPasskey", || refusal(Code::FailedPrecondition, "PASSKEY_NOT_ASKED"));
    let late = browser.post("/connexion/cle", &[("act", "enter"), ("credential", ANSWER)]).await;
    assert_eq!(leads(&late).1, "/connexion");
    assert!(reads(&browser.get("/connexion").await).contains("trop ancienne"));
    site.fake.refuse("StartPasskeySignIn", || wait("TOO_MANY_ATTEMPTS", 32));
    assert_eq!(browser.post("/connexion/cle", &[("act", "start")]).await.status, 429);
    assert_eq!(leads(&browser.get("/connexion/cle").await).1, "/connexion");
}

#[tokio::test]
async fn the_second_step_offers_the_passkey_first_and_the_code_after_it() {
    let site = site().await;
    let mut browser = site.browser();
    browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
    let step = browser.get("/connexion/etape?next=%2Fcompte").await.text();
    let (passkey, code) = (step.find("value=\"ask\"").unwrap(), step.find("name=\"code\"").unwrap());
    assert!(passkey < code, "{step}");
    let page = browser.post("/connexion/cle", &[("act", "ask"), ("next", "/compte")]).await;
    assert!(page.text().contains(ESCAPED) && page.text().contains("name=\"act\" value=\"enter-step\""), "{}", page.text());
    let done = browser.post("/connexion/cle", &[("act", "enter-step"), ("credential", ANSWER), ("next", "/compte")]).await;
    assert_eq!((leads(&done).1.as_str(), browser.cookies["__Host-atlas-session"].as_str()), ("/compte", FRESH));
}

/// Without scripts every form that needs an authenticator is out of sight, and the page says what to do instead.
#[tokio::test]
async fn without_scripts_no_passkey_is_offered() {
    let site = site().await;
    let mut browser = site.browser();
    browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
    for path in ["/connexion", "/connexion/etape"] {
        let html = browser.get(path).await.text();
        let inside = html.split_once("data-passkey=\"begin\"").unwrap().1.split_once("</div>\n").unwrap().0;
        assert!(inside.contains("data-without") && html.contains("novalidate hidden>"), "{path}: {html}");
    }
}

#[tokio::test]
async fn a_passkey_is_added_with_a_name_and_the_password() {
    let site = site().await;
    let mut browser = site.signed_in();
    let unnamed = browser.post(KEYS, &[("act", "start"), ("passkey_name", ""), ("password", "le bon mot de passe")]).await;
    assert!(unnamed.status == 422 && unnamed.text().contains("href=\"#add-passkey_name\""), "{}", unnamed.text());
    let wrong = browser.post(KEYS, &[("act", "start"), ("passkey_name", "Téléphone"), ("password", "faux")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("value=\"Téléphone\"") && site.fake.calls("StartPasskey").is_empty());
    let asked = browser.post(KEYS, &[("act", "start"), ("passkey_name", "Téléphone"), ("password", "le bon mot de passe")]).await;
    assert!(asked.text().contains("data-passkey=\"create\"") && asked.text().contains(ESCAPED), "{}", asked.text());
    assert_eq!((browser.cookies["__Host-atlas-session"].as_str(), browser.cookies["__Host-atlas-flow"].as_str()), (FRESH, FLOW));

    site.fake.on("ConfirmPasskey", |asked: ConfirmPasskeyRequest| {
        assert_eq!((asked.session_secret.as_str(), asked.flow_secret.as_str(), asked.credential.as_str()), (FRESH, FLOW, ANSWER));
        Ok(ConfirmPasskeyResponse { recovery_codes: vec!["aaaa-bbbb".into()] })
    });
    let done = browser.post(KEYS, &[("act", "confirm"), ("credential", ANSWER)]).await;
    assert!(reads(&done).contains("aaaa-bbbb") && reads(&done).contains("ils ne seront plus affichés"), "{}", reads(&done));
    site.fake.on("ConfirmPasskey", |_: ConfirmPasskeyRequest| Ok(ConfirmPasskeyResponse::default()));
    browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
    assert_eq!(leads(&browser.post(KEYS, &[("act", "confirm"), ("credential", ANSWER)]).await).1, KEYS);
    assert!(reads(&browser.get(KEYS).await).contains("La clé d’accès est ajoutée"));
    site.fake.refuse("ConfirmPasskey", || fields(&[("credential", "KNOWN: added before")]));
    browser.cookies.insert("__Host-atlas-flow".into(), FLOW.into());
    let known = browser.post(KEYS, &[("act", "confirm"), ("credential", ANSWER)]).await;
    assert!(known.status == 422 && reads(&known).contains("Cet appareil a déjà une clé d’accès"), "{}", reads(&known));
}

#[tokio::test]
async fn a_passkey_is_taken_away_with_the_password() {
    let site = site().await;
    site.fake.on("RemovePasskey", |_: RemovePasskeyRequest| Ok(RemovePasskeyResponse {}));
    let mut browser = site.signed_in();
    let wrong = browser.post(KEYS, &[("act", "remove"), ("passkey_id", "k2"), ("password", "faux")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("href=\"#remove-1-password\""), "{}", wrong.text());
    assert!(site.fake.calls("RemovePasskey").is_empty() && browser.cookies["__Host-atlas-session"] == SESSION);
    let typed = [("act", "remove"), ("passkey_id", "k2"), ("password", "le bon mot de passe")];
    assert_eq!(leads(&browser.post(KEYS, &typed).await).1, KEYS);
    let asked: RemovePasskeyRequest = site.fake.asked("RemovePasskey");
    assert_eq!((asked.session_secret.as_str(), asked.passkey_id.as_str()), (FRESH, "k2"));
    site.fake.refuse("RemovePasskey", || refusal(Code::FailedPrecondition, "SECOND_FACTOR_REQUIRED"));
    let kept = browser.post(KEYS, &typed).await;
    assert!(kept.status == 409 && reads(&kept).contains("Votre rôle demande une deuxième étape"), "{}", reads(&kept));
}
