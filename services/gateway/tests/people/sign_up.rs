use atlas_proto::identity::v1::{
    CorrectFlowAddressRequest, CorrectFlowAddressResponse, EnterCodeRequest, EnterCodeResponse, FlowKind, FlowStep, ResendFlowMailRequest,
    ResendFlowMailResponse, StartSignUpRequest, StartSignUpResponse,
};

use crate::{
    browser::{Site, leads, reads},
    fake::fields,
    fixture::{ENDED, HELLEAN},
    samples::{DEVICE, FLOW, FRESH, SESSION, flow, waits},
};

const WHOLE: [(&str, &str); 7] = [
    ("collectivite", "la croix hellean"),
    ("first_name", "Anne"),
    ("last_name", "Martin"),
    ("function", "secrétaire générale"),
    ("email", "mairie@example.org"),
    ("password", " vélo tasse nuage lampe "),
    ("act", "create"),
];

fn with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    WHOLE.iter().copied().filter(|(known, _)| *known != name).chain([(name, value)]).collect()
}

async fn starting() -> Site {
    let site = Site::start().await;
    site.fake.on("StartSignUp", |_: StartSignUpRequest| {
        Ok(StartSignUpResponse { flow_secret: FLOW.into(), flow: Some(flow(FlowKind::SignUp, FlowStep::Mail)) })
    });
    site
}

#[tokio::test]
async fn an_account_is_asked_for_in_one_page() {
    let site = starting().await;
    let mut browser = site.browser();
    browser.headers.push(("user-agent", "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0".into()));
    let answer = browser.post("/compte/creer", &WHOLE).await;
    assert_eq!(leads(&answer), (303.try_into().unwrap(), "/compte/code".into()));
    assert_eq!(browser.cookies["__Host-atlas-flow"], FLOW);
    let asked: StartSignUpRequest = site.fake.asked("StartSignUp");
    assert_eq!((asked.collectivite_id.as_str(), asked.email.as_str(), asked.locale.as_str()), (HELLEAN, "mairie@example.org", "fr"));
    assert_eq!(asked.password, " vélo tasse nuage lampe ", "a password is taken as it is typed");
    let call = &site.fake.calls("StartSignUp")[0];
    assert_eq!(call.metadata["atlas-client-address"], "192.0.2.1");
    assert_eq!(call.metadata["atlas-client-browser"], "Firefox, Windows");
    let page = browser.open("/compte/code").await;
    let text = reads(&page);
    assert!(text.contains("Un message est parti à 10 h 02 vers mairie@example.org"), "{text}");
    assert!(page.text().contains("<strong>mairie@example.org</strong>") && text.contains("La Croix-Helléan"), "{text}");
}

#[tokio::test]
async fn homonyms_are_told_apart_by_their_departement() {
    let site = starting().await;
    let mut browser = site.browser();
    let page = browser.post("/compte/creer", &with("collectivite", "Saint-Denis")).await;
    assert_eq!(page.status, 422);
    let text = reads(&page);
    assert!(text.contains("Commune · La Réunion (974)") && text.contains("Commune · Seine-Saint-Denis (93)"), "{text}");
    assert!(page.text().contains("name=\"searched\" value=\"Saint-Denis\""));
    let chosen: Vec<(&str, &str)> =
        with("collectivite", "Saint-Denis").into_iter().chain([("searched", "Saint-Denis"), ("collectivite_id", "219300662")]).collect();
    assert_eq!(browser.post("/compte/creer", &chosen).await.status, 303);
    assert_eq!(site.fake.asked::<StartSignUpRequest>("StartSignUp").collectivite_id, "219300662");
}

#[tokio::test]
async fn a_choice_made_for_other_words_does_not_count() {
    let site = starting().await;
    let stale: Vec<(&str, &str)> =
        with("collectivite", "Saint-Malo").into_iter().chain([("searched", "Saint-Denis"), ("collectivite_id", "219300662")]).collect();
    assert_eq!(site.browser().post("/compte/creer", &stale).await.status, 303);
    assert_eq!(site.fake.asked::<StartSignUpRequest>("StartSignUp").collectivite_id, "213502883");
}

#[tokio::test]
async fn one_that_ended_offers_what_replaced_it() {
    let site = starting().await;
    for typed in ["Vieux-Bourg", ENDED] {
        let page = site.browser().post("/compte/creer", &with("collectivite", typed)).await;
        let text = reads(&page);
        assert!(page.status == 422 && text.contains("n’existe plus") && text.contains("La Croix-Helléan"), "{text}");
    }
    let page = site.browser().post("/compte/creer", &with("collectivite", "xyzzyx")).await;
    assert!(reads(&page).contains("Aucune collectivité ne correspond"));
    assert!(site.fake.calls("StartSignUp").is_empty());
}

#[tokio::test]
async fn a_mistyped_address_is_asked_about_and_can_be_kept() {
    let site = starting().await;
    let mut browser = site.browser();
    let page = browser.post("/compte/creer", &with("email", "mairie@wanado.fr")).await;
    assert!(reads(&page).contains("Vouliez-vous écrire mairie@wanadoo.fr ?"), "{}", reads(&page));
    assert!(site.fake.calls("StartSignUp").is_empty());
    let act = |act: &'static str| -> Vec<(&'static str, &'static str)> {
        with("email", "mairie@wanado.fr").into_iter().filter(|(name, _)| *name != "act").chain([("act", act)]).collect()
    };
    assert_eq!(browser.post("/compte/creer", &act("fix-email")).await.status, 303);
    assert_eq!(site.fake.asked::<StartSignUpRequest>("StartSignUp").email, "mairie@wanadoo.fr");
    assert_eq!(browser.post("/compte/creer", &act("keep-email")).await.status, 303);
    assert_eq!(site.fake.asked::<StartSignUpRequest>("StartSignUp").email, "mairie@wanado.fr");
}

#[tokio::test]
async fn every_problem_is_named_beside_its_field_and_in_the_summary() {
    let site = starting().await;
    site.fake.refuse("StartSignUp", || fields(&[("password", "CONTAINS_CONTEXT: contains the commune"), ("email", "INVALID: no address")]));
    let page = site.browser().post("/compte/creer", &with("first_name", "  ")).await;
    assert!(reads(&page).contains("Prénom – À remplir."), "{}", reads(&page));
    let page = site.browser().post("/compte/creer", &WHOLE).await;
    let (html, text) = (page.text(), reads(&page));
    assert_eq!(page.status, 422);
    assert!(html.contains("<title>Erreur : Créer mon compte"), "{html}");
    assert!(
        text.contains("2 informations sont à corriger") && html.contains("href=\"#password\"") && html.contains("id=\"password-problem\"")
    );
    assert!(text.contains("contient le nom de votre commune"), "{text}");
    assert!(html.contains("aria-invalid=\"true\" aria-describedby=\"password-hint password-problem\""), "{html}");
    assert!(html.contains("value=\"Anne\"") && !html.contains("vélo"), "what was typed comes back, but no password");
}

#[tokio::test]
async fn a_password_can_be_proposed() {
    let site = starting().await;
    let asked: Vec<(&str, &str)> = WHOLE.iter().copied().filter(|(name, _)| *name != "act").chain([("act", "suggest")]).collect();
    let page = site.browser().post("/compte/creer", &asked).await;
    assert!(
        page.text().contains("type=\"text\" id=\"password\" name=\"password\" value=\"tulipe garage lundi vapeur\""),
        "{}",
        page.text()
    );
    assert!(site.fake.calls("StartSignUp").is_empty());
}

#[tokio::test]
async fn the_code_of_the_mail_signs_in_and_leads_to_the_last_step() {
    let site = starting().await;
    site.fake.on("EnterCode", |asked: EnterCodeRequest| {
        if asked.code != "123456" {
            return Err(fields(&[("code", "WRONG: not the code")]));
        }
        let flow = Some(flow(FlowKind::SignUp, FlowStep::Done));
        Ok(EnterCodeResponse { flow, flow_secret: FLOW.into(), session_secret: FRESH.into(), device_secret: DEVICE.into() })
    });
    let mut browser = site.browser();
    browser.post("/compte/creer", &WHOLE).await;
    let wrong = browser.post("/compte/code", &[("act", "enter"), ("code", "999999")]).await;
    assert!(wrong.status == 422 && reads(&wrong).contains("Ces chiffres ne sont pas les bons") && !wrong.text().contains("999999"));
    let before = browser.cookies["__Host-atlas-form"].clone();
    let answer = browser.post("/compte/code", &[("act", "enter"), ("code", "123456")]).await;
    assert_eq!(leads(&answer).1, format!("/espace/{HELLEAN}/rejoindre"));
    assert_eq!((browser.cookies["__Host-atlas-session"].as_str(), browser.cookies["__Host-atlas-device"].as_str()), (FRESH, DEVICE));
    assert!(!browser.cookies.contains_key("__Host-atlas-flow") && browser.cookies["__Host-atlas-form"] != before);
    assert!(reads(&browser.open(&leads(&answer).1).await).contains("votre compte est créé"));
}

#[tokio::test]
async fn the_mail_is_sent_again_or_to_another_address() {
    let site = starting().await;
    site.fake.on("ResendFlowMail", |_: ResendFlowMailRequest| Ok(ResendFlowMailResponse { flow: None }));
    site.fake.on("CorrectFlowAddress", |_: CorrectFlowAddressRequest| Ok(CorrectFlowAddressResponse { flow: None }));
    let mut browser = site.browser();
    browser.post("/compte/creer", &WHOLE).await;
    let again = browser.post("/compte/code", &[("act", "resend")]).await;
    assert_eq!(leads(&again).1, "/compte/code");
    assert!(reads(&browser.get("/compte/code").await).contains("Un nouveau message est parti."));
    assert!(!reads(&browser.get("/compte/code").await).contains("Un nouveau message est parti."), "it is said once");
    browser.post("/compte/code", &[("act", "correct"), ("email", "autre@example.org")]).await;
    let asked: CorrectFlowAddressRequest = site.fake.asked("CorrectFlowAddress");
    assert_eq!((asked.flow_secret.as_str(), asked.email.as_str()), (FLOW, "autre@example.org"));
}

#[tokio::test]
async fn who_used_up_the_tries_is_told_that_the_link_still_works() {
    let site = starting().await;
    site.fake.on("GetFlow", |_: atlas_proto::identity::v1::GetFlowRequest| {
        let spent = atlas_proto::identity::v1::Flow { tries_left: 0, ..flow(FlowKind::SignUp, FlowStep::Mail) };
        Ok(atlas_proto::identity::v1::GetFlowResponse { flow: Some(spent), ..Default::default() })
    });
    let mut browser = site.browser();
    browser.post("/compte/creer", &WHOLE).await;
    let page = browser.get("/compte/code").await;
    assert!(reads(&page).contains("Ouvrez le lien du message : il fonctionne toujours.") && !page.text().contains("id=\"code\""));
}

#[tokio::test]
async fn a_step_cannot_be_skipped() {
    let site = starting().await;
    let mut browser = site.browser();
    for path in ["/compte/code", "/compte/mot-de-passe", "/connexion/etape"] {
        assert_eq!(leads(&browser.get(path).await).1, "/connexion", "{path}");
    }
    browser.post("/compte/creer", &WHOLE).await;
    assert_eq!(leads(&browser.get("/compte/mot-de-passe").await).1, "/compte/code", "the address is not proved yet");
    waits(&site.fake, FlowKind::Recovery, FlowStep::Password);
    assert_eq!(leads(&browser.get("/compte/code").await).1, "/compte/mot-de-passe");
}

#[tokio::test]
async fn who_is_signed_in_goes_on_or_signs_out() {
    let site = Site::start().await;
    for path in ["/compte/creer", "/connexion"] {
        let page = site.signed_in().get(path).await;
        let html = page.text();
        assert!(reads(&page).contains("déjà connecté avec le compte de Anne Martin"), "{path}");
        assert!(html.contains("href=\"/espace\"") && html.contains("action=\"/deconnexion\""), "{path}");
    }
    assert_eq!(site.fake.calls("ResumeSession").len(), 2);
    let mut ended = site.browser();
    ended.cookies.insert("__Host-atlas-session".into(), SESSION.replace('S', "X"));
    assert!(ended.get("/compte/creer").await.text().contains("id=\"first_name\""), "a session that is over is nobody's");
}
