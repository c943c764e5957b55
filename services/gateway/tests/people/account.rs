use atlas_proto::identity::v1::{
    ChangePasswordRequest, ChangePasswordResponse, ConfirmSecondFactorRequest, ConfirmSecondFactorResponse, ReauthenticateRequest,
    ReauthenticateResponse, ResumeSessionRequest, ResumeSessionResponse, StartEmailChangeRequest, StartEmailChangeResponse,
    StartSecondFactorRequest, StartSecondFactorResponse, UpdateAccountRequest, UpdateAccountResponse,
};
use tonic::Code;

use crate::{
    browser::{Site, leads, reads},
    fake::{fields, refusal},
    samples::{self, FLOW, FRESH, SESSION},
};

async fn site() -> Site {
    let site = Site::start().await;
    site.fake.on("Reauthenticate", |asked: ReauthenticateRequest| {
        if asked.password != "le bon mot de passe" {
            return Err(refusal(Code::Unauthenticated, "WRONG_CREDENTIALS"));
        }
        Ok(ReauthenticateResponse { session_secret: FRESH.into() })
    });
    site
}

#[tokio::test]
async fn the_profile_is_changed_with_the_state_it_was_read_in() {
    let site = site().await;
    site.fake.on("UpdateAccount", |_: UpdateAccountRequest| Ok(UpdateAccountResponse { account: None }));
    let typed =
        [("act", "profile"), ("first_name", "Anne"), ("last_name", "Le Goff"), ("function", "maire"), ("locale", "en"), ("etag", "1.1")];
    assert_eq!(leads(&site.signed_in().post("/compte", &typed).await).1, "/compte");
    let account = site.fake.asked::<UpdateAccountRequest>("UpdateAccount").account.unwrap();
    assert_eq!((account.last_name.as_str(), account.locale.as_str(), account.etag.as_str()), ("Le Goff", "en", "1.1"));
    site.fake.refuse("UpdateAccount", || fields(&[("account.last_name", "TOO_LONG: 100 characters at most")]));
    let page = site.signed_in().post("/compte", &typed).await;
    assert!(page.status == 422 && page.text().contains("href=\"#profile-last_name\""), "{}", page.text());
}

#[tokio::test]
async fn a_password_is_changed_with_the_present_one() {
    let site = site().await;
    site.fake.on("ChangePassword", |asked: ChangePasswordRequest| match asked.current_password.as_str() {
        "ancien" => Ok(ChangePasswordResponse { session_secret: FRESH.into() }),
        _ => Err(fields(&[("current_password", "WRONG: not the password")])),
    });
    let mut browser = site.signed_in();
    let wrong = browser.post("/compte", &[("act", "password"), ("current_password", "x"), ("new_password", "y")]).await;
    assert!(wrong.status == 422 && reads(&wrong).contains("Ce n’est pas votre mot de passe actuel"), "{}", reads(&wrong));
    assert!(wrong.text().contains("<details class=\"fold\" open>"), "the form with the problem is in sight");
    browser.post("/compte", &[("act", "password"), ("current_password", "ancien"), ("new_password", "nouveau et bien long")]).await;
    assert_eq!(browser.cookies["__Host-atlas-session"], FRESH);
}

#[tokio::test]
async fn an_address_is_changed_only_with_the_password() {
    let site = site().await;
    site.fake.on("StartEmailChange", |_: StartEmailChangeRequest| Ok(StartEmailChangeResponse { flow_secret: FLOW.into(), flow: None }));
    let mut browser = site.signed_in();
    let wrong = browser.post("/compte", &[("act", "email"), ("email", "n@example.org"), ("password", "faux")]).await;
    assert!(wrong.status == 422 && site.fake.calls("StartEmailChange").is_empty());
    let right = browser.post("/compte", &[("act", "email"), ("email", "n@example.org"), ("password", "le bon mot de passe")]).await;
    assert_eq!(leads(&right).1, "/compte/code");
    let asked: StartEmailChangeRequest = site.fake.asked("StartEmailChange");
    assert_eq!((asked.session_secret.as_str(), asked.email.as_str()), (FRESH, "n@example.org"));
    assert_eq!((browser.cookies["__Host-atlas-session"].as_str(), browser.cookies["__Host-atlas-flow"].as_str()), (FRESH, FLOW));
}

#[tokio::test]
async fn an_authenticator_is_set_up_by_picture_or_by_text() {
    let site = site().await;
    let uri = "otpauth://totp/Atlas:anne.martin%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Atlas";
    site.fake.on("StartSecondFactor", move |asked: StartSecondFactorRequest| {
        assert_eq!(asked.session_secret, FRESH);
        Ok(StartSecondFactorResponse { secret: "JBSWY3DPEHPK3PXP".into(), uri: uri.into() })
    });
    site.fake.on("ConfirmSecondFactor", |asked: ConfirmSecondFactorRequest| match asked.code.as_str() {
        "123456" => Ok(ConfirmSecondFactorResponse { recovery_codes: vec!["aaaa-bbbb".into(), "cccc-dddd".into()] }),
        _ => Err(fields(&[("code", "WRONG: not the code")])),
    });
    let mut browser = site.signed_in();
    let path = "/compte/second-facteur";
    assert_eq!(browser.post(path, &[("act", "start"), ("password", "faux")]).await.status, 422);
    let page = browser.post(path, &[("act", "start"), ("password", "le bon mot de passe")]).await;
    assert!(reads(&page).contains("JBSW Y3DP EHPK 3PXP") && page.text().contains("src=\"data:image/svg+xml;base64,"), "{}", page.text());
    let again = browser.post(path, &[("act", "confirm"), ("code", "0"), ("secret", "JBSWY3DPEHPK3PXP"), ("uri", uri)]).await;
    assert!(again.status == 422 && again.text().contains("data:image/svg+xml"), "the picture stays until the code is right");
    let done = browser.post(path, &[("act", "confirm"), ("code", "123456"), ("secret", "x"), ("uri", uri)]).await;
    assert!(reads(&done).contains("aaaa-bbbb") && reads(&done).contains("ils ne seront plus affichés"));
    let hostile = browser.post(path, &[("act", "confirm"), ("code", "0"), ("secret", "<script>"), ("uri", "javascript:alert(1)")]).await;
    assert_eq!(hostile.status, 400);
}

/// Who must have a second factor sets it up before anything else; their account stays theirs.
#[tokio::test]
async fn who_decides_over_others_sets_up_a_second_factor_first() {
    let site = site().await;
    site.fake.on("ResumeSession", |asked: ResumeSessionRequest| {
        assert_eq!(asked.session_secret, SESSION);
        let memberships = vec![samples::membership("region:53:admin", "Bretagne")];
        let account = Some(samples::account());
        Ok(ResumeSessionResponse { account, memberships, second_factor_missing: true, ..ResumeSessionResponse::default() })
    });
    for path in ["/espace", "/sgar/53/demandes", "/espace/215600503/equipe"] {
        assert_eq!(leads(&site.signed_in().get(path).await).1, "/compte/second-facteur", "{path}");
    }
    assert_eq!(site.signed_in().get("/compte").await.status, 200);
    assert!(reads(&site.signed_in().get("/compte/second-facteur").await).contains("Mettez-la en place pour continuer"));
}
