use atlas_proto::identity::v1::{
    Draft, DraftField, DropDraftRequest, DropDraftResponse, GetDraftRequest, GetDraftResponse, InviteMemberRequest, InviteMemberResponse,
    SaveDraftRequest, SaveDraftResponse,
};
use tonic::{Code, Status};

use crate::{
    browser::{Site, leads, reads},
    fake::{refusal, wait},
    fixture::HELLEAN,
};

const TYPED: [(&str, &str); 4] =
    [("act", "invite"), ("email", "paul@example.org"), ("role", "editor"), ("delegate_of", "Comité de jumelage")];

fn team() -> String {
    format!("/espace/{HELLEAN}/equipe")
}

#[tokio::test]
async fn a_session_that_ends_keeps_what_was_typed() {
    let site = Site::start().await;
    let mut browser = site.signed_in();
    browser.get(&team()).await;
    site.fake.refuse("ResumeSession", || refusal(Code::Unauthenticated, "SESSION_ENDED"));
    site.fake.on("SaveDraft", |_: SaveDraftRequest| Ok(SaveDraftResponse { saved_at: None }));
    let answer = browser.post(&team(), &TYPED).await;
    let next = format!("/connexion?next={}%3Fbrouillon%3D1", team().replace('/', "%2F"));
    assert_eq!(leads(&answer).1, next);
    let saved = site.fake.asked::<SaveDraftRequest>("SaveDraft").draft.unwrap();
    assert_eq!((saved.form.as_str(), saved.fields.len()), (team().as_str(), 4));
    assert!(reads(&browser.get(&next).await).contains("Votre texte est gardé : connectez-vous, vous le retrouverez."));

    crate::samples::all_well(&site.fake);
    site.fake.on("GetDraft", |asked: GetDraftRequest| {
        let fields = TYPED.iter().map(|(name, value)| DraftField { name: (*name).into(), value: (*value).into() }).collect();
        Ok(GetDraftResponse { draft: Some(Draft { form: asked.form, fields, saved_at: None }) })
    });
    let page = browser.get(&format!("{}?brouillon=1", team())).await;
    let html = page.text();
    assert!(reads(&page).contains("Nous avons remis ce que vous aviez écrit."), "{html}");
    assert!(html.contains("value=\"paul@example.org\"") && html.contains("value=\"Comité de jumelage\""), "{html}");
    assert_eq!(html.matches("name=\"_draft\"").count(), 1, "one form was filled");

    site.fake.on("InviteMember", |_: InviteMemberRequest| Ok(InviteMemberResponse { invitation: None }));
    site.fake.on("DropDraft", |_: DropDraftRequest| Ok(DropDraftResponse {}));
    let again: Vec<(&str, &str)> = TYPED.iter().copied().chain([("_draft", "1")]).collect();
    assert_eq!(browser.post(&team(), &again).await.status, 303);
    assert_eq!(site.fake.asked::<DropDraftRequest>("DropDraft").form, team());
}

#[tokio::test]
async fn a_password_is_never_kept() {
    let site = Site::start().await;
    let mut browser = site.signed_in();
    browser.get("/compte").await;
    site.fake.refuse("ResumeSession", || refusal(Code::Unauthenticated, "SESSION_ENDED"));
    site.fake.on("SaveDraft", |_: SaveDraftRequest| Ok(SaveDraftResponse { saved_at: None }));
    let typed = [("act", "password"), ("current_password", "secret un"), ("new_password", "secret deux"), ("code", "123456")];
    browser.post("/compte", &typed).await;
    let saved = site.fake.asked::<SaveDraftRequest>("SaveDraft").draft.unwrap();
    let names: Vec<&str> = saved.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["act"]);
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_where_one_signs_in() {
    let site = Site::start().await;
    for path in ["/espace", "/compte", &team(), "/sgar/53/demandes", "/administration/journal"] {
        let answer = site.browser().get(path).await;
        assert_eq!(leads(&answer).1, format!("/connexion?next={}", path.replace('/', "%2F")), "{path}");
    }
    let page = site.browser().post(&team(), &TYPED).await;
    assert_eq!(page.status, 403);
    assert!(reads(&page).contains("Vous n’êtes plus connecté") && page.text().contains("value=\"paul@example.org\""), "{}", page.text());
}

#[tokio::test]
async fn a_service_that_is_away_leaves_the_text_on_the_page() {
    let site = Site::start().await;
    site.fake.refuse("InviteMember", || Status::unavailable("away"));
    let mut browser = site.signed_in();
    let page = browser.post(&team(), &TYPED).await;
    let (html, text) = (page.text(), reads(&page));
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (503, "60"));
    assert!(
        text.contains("Le service n’a pas pu enregistrer") && text.contains("Votre texte est gardé sur cette page : ne la fermez pas.")
    );
    assert!(text.contains("Si cela continue, donnez cette référence :") && text.contains("Réessayer"), "{text}");
    for (name, value) in TYPED {
        assert!(html.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}: {html}");
    }
    site.fake.refuse("InviteMember", || wait("TOO_MANY_ATTEMPTS", 90));
    let page = browser.post(&team(), &TYPED).await;
    assert!(page.status == 429 && reads(&page).contains("attendez 90 secondes"), "{}", reads(&page));
}

#[tokio::test]
async fn a_password_is_asked_for_again_after_a_failure() {
    let site = Site::start().await;
    site.fake.refuse("SignIn", || Status::unavailable("away"));
    let page = site.browser().post("/connexion", &[("email", "a@example.org"), ("password", "quatre mots sans rapport")]).await;
    let html = page.text();
    assert!(
        page.status == 503
            && html.contains("type=\"password\"")
            && html.contains("value=\"a@example.org\"")
            && !html.contains("quatre mots")
    );
}

#[tokio::test]
async fn what_changed_meanwhile_and_what_is_not_allowed_is_said() {
    let site = Site::start().await;
    let said = [
        (Code::Aborted, "STALE_ETAG", 409, "Quelqu’un d’autre a enregistré"),
        (Code::FailedPrecondition, "LAST_ADMINISTRATOR", 409, "dernier administrateur"),
        (Code::FailedPrecondition, "TOO_MANY_INVITATIONS", 409, "Vingt invitations"),
        (Code::PermissionDenied, "RIGHT_NOT_HELD", 403, "Votre rôle ne permet pas"),
        (Code::NotFound, "SCOPE_NOT_FOUND", 404, "n’existe pas ou plus"),
        (Code::Internal, "X", 500, "Cela ne vient pas de vous"),
    ];
    for (code, reason, status, text) in said {
        site.fake.refuse("InviteMember", move || refusal(code, reason));
        let page = site.signed_in().post(&team(), &TYPED).await;
        assert!(page.status == status && reads(&page).contains(text), "{reason}: {} {}", page.status, reads(&page));
    }
}

/// A token that was voided meanwhile is fetched once more, and the person notices nothing.
#[tokio::test]
async fn a_voided_token_is_fetched_once_more() {
    let site = Site::start().await;
    let calls = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    site.fake.on("ListMembers", move |_: atlas_proto::identity::v1::ListMembersRequest| {
        match calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Err(refusal(Code::Unauthenticated, "TOKEN_VOID")),
            _ => Ok(crate::samples::team()),
        }
    });
    let mut browser = site.signed_in();
    assert_eq!(browser.get(&team()).await.status, 200);
    assert_eq!(site.fake.calls("IssueSessionToken").len(), 2);
    assert_eq!(browser.get(&team()).await.status, 200);
    assert_eq!(site.fake.calls("IssueSessionToken").len(), 2, "a token that is good is kept for a moment");
    let call = site.fake.calls("ListMembers").pop().unwrap();
    assert_eq!(call.metadata["authorization"], format!("Bearer token-for-collectivite:{HELLEAN}:admin"));
    assert_eq!(site.fake.calls("ResumeSession").len(), 2, "identity is asked who it is once a request");
}
