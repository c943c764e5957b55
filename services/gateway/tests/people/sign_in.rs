use atlas_proto::identity::v1::{
    EnterSecondFactorRequest, EnterSecondFactorResponse, FlowKind, FlowStep, SignInRequest, SignInResponse, SignOutRequest, SignOutResponse,
};
use tonic::Code;

use crate::{
    browser::{Site, leads, reads},
    fake::{fields, refusal, wait},
    samples::{DEVICE, FLOW, FRESH, SESSION, waits},
};

const TYPED: [(&str, &str); 2] = [("email", "anne.martin@example.org"), ("password", "quatre mots sans rapport")];

async fn site() -> Site {
    let site = Site::start().await;
    site.fake.on("SignIn", |asked: SignInRequest| {
        if asked.password != "quatre mots sans rapport" {
            return Err(refusal(Code::Unauthenticated, "WRONG_CREDENTIALS"));
        }
        Ok(SignInResponse { session_secret: FRESH.into(), device_secret: DEVICE.into(), flow_secret: String::new() })
    });
    site
}

/// b8: what an attacker put into a browser beforehand is worth nothing after its owner has signed in.
#[tokio::test]
async fn a_session_that_was_there_before_does_not_survive_signing_in() {
    let site = site().await;
    let mut browser = site.browser();
    let planted = "P".repeat(43);
    for cookie in ["session", "flow", "form"] {
        browser.cookies.insert(format!("__Host-atlas-{cookie}"), planted.clone());
    }
    let answer = browser.post("/connexion", &TYPED).await;
    assert_eq!(leads(&answer).1, "/espace");
    assert_eq!(browser.cookies["__Host-atlas-session"], FRESH);
    assert!(!browser.cookies.values().any(|value| *value == planted), "{:?}", browser.cookies);
}

#[tokio::test]
async fn wrong_is_wrong_and_says_not_what() {
    let site = site().await;
    let mut browser = site.browser();
    let page = browser.post("/connexion", &[("email", "anne.martin@example.org"), ("password", "autre chose")]).await;
    assert_eq!(page.status, 422);
    let html = page.text();
    assert!(reads(&page).contains("L’adresse ou le mot de passe ne convient pas") && html.contains("value=\"anne.martin@example.org\""));
    assert!(!html.contains("autre chose") && !browser.cookies.contains_key("__Host-atlas-session"));
    let known: SignInRequest = site.fake.asked("SignIn");
    assert_eq!(known.device_secret, "");
    browser.cookies.insert("__Host-atlas-device".into(), DEVICE.into());
    browser.post("/connexion", &TYPED).await;
    assert_eq!(site.fake.asked::<SignInRequest>("SignIn").device_secret, DEVICE);
}

#[tokio::test]
async fn too_many_attempts_are_told_how_long_to_wait() {
    let site = site().await;
    site.fake.refuse("SignIn", || wait("TOO_MANY_ATTEMPTS", 32));
    let page = site.browser().post("/connexion", &TYPED).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "32"));
    assert!(reads(&page).contains("attendez 32 secondes avant de réessayer"), "{}", reads(&page));
    site.fake.refuse("SignIn", || wait("OVERLOADED", 900));
    let page = site.browser().post("/en/connexion", &TYPED).await;
    assert!(reads(&page).contains("Try again in 15 minutes."), "{}", reads(&page));
    assert!(page.text().contains("value=\"anne.martin@example.org\"") && !page.text().contains("quatre mots"));
}

#[tokio::test]
async fn a_second_step_is_asked_for() {
    let site = site().await;
    site.fake.on("SignIn", |_: SignInRequest| {
        Ok(SignInResponse { session_secret: String::new(), device_secret: String::new(), flow_secret: FLOW.into() })
    });
    site.fake.on("EnterSecondFactor", |asked: EnterSecondFactorRequest| match (asked.flow_secret.as_str(), asked.code.as_str()) {
        (FLOW, "123456") => Ok(EnterSecondFactorResponse { session_secret: FRESH.into(), device_secret: DEVICE.into() }),
        _ => Err(fields(&[("code", "WRONG: not the code")])),
    });
    waits(&site.fake, FlowKind::SecondFactor, FlowStep::SecondFactor);
    let mut browser = site.browser();
    let answer = browser.post("/connexion", &[TYPED[0], TYPED[1], ("next", "/compte")]).await;
    assert_eq!(leads(&answer).1, "/connexion/etape?next=%2Fcompte");
    assert!(!browser.cookies.contains_key("__Host-atlas-session"));
    let step = browser.get(&leads(&answer).1).await;
    assert!(step.text().contains("autocomplete=\"one-time-code\"") && step.text().contains("name=\"next\" value=\"/compte\""));
    assert_eq!(browser.post("/connexion/etape", &[("code", "000000"), ("next", "/compte")]).await.status, 422);
    let done = browser.post("/connexion/etape", &[("code", "123456"), ("next", "/compte")]).await;
    assert_eq!((leads(&done).1.as_str(), browser.cookies["__Host-atlas-session"].as_str()), ("/compte", FRESH));
}

/// S22: only an address of ours is gone on to.
#[tokio::test]
async fn signing_in_leads_nowhere_else() {
    let site = site().await;
    for next in
        ["//evil.test", "https://evil.test", "/\\evil.test", "/%09/evil.test", "javascript:alert(1)", "/@evil.test", "\\\\evil.test"]
    {
        let answer = site.browser().post("/connexion", &[TYPED[0], TYPED[1], ("next", next)]).await;
        assert_eq!(leads(&answer).1, "/espace", "{next}");
        let page = site.browser().get(&format!("/connexion?next={}", next.replace('\\', "%5c"))).await;
        assert!(page.text().contains("name=\"next\" value=\"\""), "{next}");
    }
    let answer = site.browser().post("/connexion", &[TYPED[0], TYPED[1], ("next", "/en/espace/215600503/equipe?brouillon=1")]).await;
    assert_eq!(leads(&answer).1, "/en/espace/215600503/equipe?brouillon=1");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_everything_back() {
    let site = site().await;
    site.fake.on("SignOut", |_: SignOutRequest| Ok(SignOutResponse {}));
    let mut browser = site.signed_in();
    let before = browser.token().await;
    let answer = browser.post("/deconnexion", &[]).await;
    assert_eq!(leads(&answer).1, "/connexion");
    assert_eq!(site.fake.asked::<SignOutRequest>("SignOut").session_secret, SESSION);
    assert!(!browser.cookies.contains_key("__Host-atlas-session"));
    assert!(reads(&browser.get("/connexion").await).contains("Vous êtes déconnecté."));
    assert_ne!(browser.token().await, before, "who comes next has other forms");
}
