use atlas_proto::identity::v1::{
    AcceptInvitationRequest, AcceptInvitationResponse, Approver, EnterJoinCodeRequest, EnterJoinCodeResponse, GetInvitationRequest,
    GetInvitationResponse, GetStandingRequest, GetStandingResponse, ListOwnRequestsRequest, ListOwnRequestsResponse, Membership,
    MembershipRequest, ReportMissingCollectiviteRequest, ReportMissingCollectiviteResponse, RequestMembershipRequest,
    RequestMembershipResponse, SendOfficialCodeRequest, SendOfficialCodeResponse,
};
use tonic::Code;

use crate::{
    browser::{Site, leads, reads},
    fake::{fields, refusal},
    fixture::{HELLEAN, RENNES},
    samples::{self, LINK, at, holds, membership, request, standing},
};

fn here() -> String {
    format!("/espace/{HELLEAN}/rejoindre")
}

#[tokio::test]
async fn every_way_to_prove_it_is_offered_with_its_words() {
    let site = Site::start().await;
    let page = site.signed_in().get(&here()).await;
    let text = reads(&page);
    for said in [
        "Dernière étape : prouver que vous travaillez pour La Croix-Helléan",
        "Recevoir un code à l’adresse officielle de la mairie c…t@…bzh",
        "J’ai un code reçu par courrier ou de la préfecture",
        "Aucun de ces moyens : demander à la préfecture",
        "Maëlle Riou, SGAR Bretagne, 02 99 00 00 00",
        "Voir notre page publique",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    site.fake.on("GetStanding", |_: GetStandingRequest| {
        Ok(GetStandingResponse { masked_official_address: String::new(), has_administrators: true, helper: None, ..standing() })
    });
    let text = reads(&site.signed_in().get(&here()).await);
    assert!(!text.contains("adresse officielle") && text.contains("demander à l’équipe déjà en place"), "{text}");
    assert!(text.contains("Ministère, DAECT, 01 23 45 67 89"), "{text}");
}

#[tokio::test]
async fn a_code_goes_to_the_official_address_and_joins() {
    let site = Site::start().await;
    site.fake.on("SendOfficialCode", |_: SendOfficialCodeRequest| Ok(SendOfficialCodeResponse { sent_at: at(0) }));
    site.fake.on("EnterJoinCode", |asked: EnterJoinCodeRequest| match asked.code.as_str() {
        "482-913" => Ok(EnterJoinCodeResponse { membership: None }),
        _ => Err(fields(&[("code", "WRONG: not the code")])),
    });
    let mut browser = site.signed_in();
    assert_eq!(leads(&browser.post(&here(), &[("act", "official")]).await).1, here());
    site.fake.on("GetStanding", |_: GetStandingRequest| Ok(GetStandingResponse { official_code_sent_at: at(0), ..standing() }));
    let page = browser.get(&here()).await;
    assert!(reads(&page).contains("Un code est parti le 12 mai 2027 à 10 h 02 (heure de Paris)"), "{}", reads(&page));
    let wrong = browser.post(&here(), &[("act", "code"), ("code", "1")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("href=\"#code-code\""), "{}", wrong.text());
    assert!(reads(&wrong).contains("Ce code n’est pas le bon"), "{}", reads(&wrong));
    let paper = browser.post(&here(), &[("act", "paper-code"), ("code", "1")]).await;
    assert!(paper.status == 422 && paper.text().contains("href=\"#paper-code-code\""));
    let right = browser.post(&here(), &[("act", "code"), ("code", "482-913")]).await;
    assert_eq!(leads(&right).1, format!("/espace/{HELLEAN}"));
}

#[tokio::test]
async fn a_request_says_who_decides_and_until_when() {
    let site = Site::start().await;
    site.fake.on("RequestMembership", |_: RequestMembershipRequest| Ok(RequestMembershipResponse { request: Some(request()) }));
    let mut browser = site.signed_in();
    let sent = browser.post(&here(), &[("act", "request"), ("message", "Bonjour\r\nMerci"), ("delegate_of", "")]).await;
    assert_eq!(leads(&sent).1, here());
    assert_eq!(site.fake.asked::<RequestMembershipRequest>("RequestMembership").message, "Bonjour\nMerci");
    let taking_over = [("act", "request"), ("replaces", "Paul Durand"), ("message", "Merci"), ("delegate_of", "")];
    browser.post(&here(), &taking_over).await;
    let asked: RequestMembershipRequest = site.fake.asked("RequestMembership");
    assert_eq!((asked.message.as_str(), asked.replaces_membership_id.as_str()), ("Je prends la suite de Paul Durand.\n\nMerci", ""));
    let said = [
        (
            Approver::Region,
            "Demande envoyée le 4 mai à la préfecture de région Bretagne. Sans réponse le 7 mai, elle passera au ministère. En attendant, vous pouvez tout préparer : rien ne sera publié avant l’accord.",
        ),
        (
            Approver::Administrators,
            "à l’équipe de La Croix-Helléan. Sans réponse le 7 mai, elle passera à la préfecture de région Bretagne.",
        ),
        (Approver::Ministry, "Demande envoyée le 4 mai. Le ministère l’examine."),
    ];
    for (approver, text) in said {
        site.fake.on("GetStanding", move |_: GetStandingRequest| {
            let request = MembershipRequest { approver: approver.into(), ..request() };
            Ok(GetStandingResponse { request: Some(request), ..standing() })
        });
        let page = browser.get(&here()).await;
        assert!(reads(&page).contains(text), "{}", reads(&page));
    }
}

#[tokio::test]
async fn who_belongs_already_is_led_to_the_space_and_one_that_ended_to_its_successor() {
    let site = Site::start().await;
    site.fake.on("GetStanding", |_: GetStandingRequest| {
        let right = format!("collectivite:{HELLEAN}:editor");
        Ok(GetStandingResponse { membership: Some(membership(&right, "La Croix-Helléan")), ..standing() })
    });
    assert_eq!(leads(&site.signed_in().get(&here()).await).1, format!("/espace/{HELLEAN}"));
    let space = site.signed_in().get(&format!("/espace/{HELLEAN}")).await;
    assert!(
        reads(&space).contains("Votre rôle pour La Croix-Helléan : Rédaction") && !space.text().contains("/equipe"),
        "{}",
        reads(&space)
    );
    site.fake.on("GetStanding", |_: GetStandingRequest| {
        let mut standing = standing();
        standing.collectivite.as_mut().unwrap().successor_id = RENNES.into();
        Ok(standing)
    });
    let page = site.signed_in().get(&here()).await;
    assert!(page.text().contains(&format!("href=\"/espace/{RENNES}/rejoindre\"")), "{}", page.text());
}

#[tokio::test]
async fn a_space_lists_what_one_acts_for_and_finds_more() {
    let site = Site::start().await;
    holds(&site.fake, &[]);
    let page = site.signed_in().get("/espace").await;
    assert!(reads(&page).contains("Vous n’agissez encore pour aucune collectivité"), "{}", reads(&page));
    let rennes = format!("collectivite:{RENNES}:certifier");
    holds(&site.fake, &[(&format!("collectivite:{HELLEAN}:admin"), "La Croix-Helléan"), (&rennes, "Rennes"), ("region:53:admin", "")]);
    site.fake.on("ListOwnRequests", |_: ListOwnRequestsRequest| Ok(ListOwnRequestsResponse { requests: vec![request()] }));
    let page = site.signed_in().get("/espace").await;
    let (html, text) = (page.text(), reads(&page));
    for said in ["La Croix-Helléan Administration", "Rennes Confirmation", "SGAR Bretagne", "Attend une réponse"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(html.contains(&format!("href=\"/espace/{RENNES}\"")) && html.contains("href=\"/sgar/53\""));
    assert_eq!(leads(&site.signed_in().get("/espace?collectivite=rennes").await).1, format!("/espace/{RENNES}/rejoindre"));
    let several = site.signed_in().get("/espace?collectivite=saint-denis").await;
    assert!(reads(&several).contains("Seine-Saint-Denis (93)"));
}

#[tokio::test]
async fn an_invitation_is_for_one_address_and_used_by_a_button() {
    let site = Site::start().await;
    site.fake.on("AcceptInvitation", |_: AcceptInvitationRequest| {
        let membership = Membership { right: format!("collectivite:{HELLEAN}:editor"), ..Membership::default() };
        Ok(AcceptInvitationResponse { membership: Some(membership) })
    });
    let mut browser = site.signed_in();
    let page = browser.open(&format!("/invitations/{LINK}")).await;
    let text = reads(&page);
    assert!(text.contains("Invitation : La Croix-Helléan") && text.contains("19 mai 2027") && !page.text().contains(LINK), "{text}");
    assert!(site.fake.calls("AcceptInvitation").is_empty());
    assert_eq!(leads(&browser.post("/invitations", &[]).await).1, format!("/espace/{HELLEAN}"));
    assert_eq!(site.fake.asked::<AcceptInvitationRequest>("AcceptInvitation").link, LINK);

    site.fake.on("GetInvitation", |_: GetInvitationRequest| {
        Ok(GetInvitationResponse { email: "paul@example.org".into(), has_account: false, ..samples::invitation() })
    });
    let page = site.signed_in().open(&format!("/invitations/{LINK}")).await;
    assert!(reads(&page).contains("l’invitation est pour paul@example.org") && !reads(&page).contains("Accepter l’invitation"));
    let mut stranger = site.browser();
    let page = stranger.open(&format!("/invitations/{LINK}")).await;
    let sign_up = format!("/compte/creer?pour={HELLEAN}&email=paul%40example.org");
    assert!(page.text().contains(&sign_up.replace('&', "&#38;")), "{}", page.text());
    let form = stranger.get(&sign_up).await.text();
    assert!(form.contains("value=\"La Croix-Helléan\"") && form.contains("value=\"paul@example.org\""), "{form}");
    site.fake.refuse("GetInvitation", || refusal(Code::NotFound, "LINK_DEAD"));
    let page = stranger.get("/invitations").await;
    assert!(page.status == 410 && reads(&page).contains("demandez une nouvelle invitation à la personne"), "{}", reads(&page));
}

#[tokio::test]
async fn a_collectivite_that_is_missing_gets_a_receipt() {
    let site = Site::start().await;
    site.fake.on("ReportMissingCollectivite", |_: ReportMissingCollectiviteRequest| {
        Ok(ReportMissingCollectiviteResponse { receipt: "M-7F3K-92QD".into() })
    });
    let mut browser = site.browser();
    assert_eq!(browser.post("/collectivite-absente", &[("name", ""), ("place", "56"), ("email", "a@example.org")]).await.status, 422);
    let typed = [("name", "Nouvelle-Commune"), ("place", "56"), ("email", "a@example.org"), ("message", "")];
    assert_eq!(leads(&browser.post("/collectivite-absente", &typed).await).1, "/collectivite-absente");
    assert!(reads(&browser.get("/collectivite-absente").await).contains("Votre numéro est M-7F3K-92QD"));
    assert!(browser.get("/collectivite-absente").await.text().contains("id=\"place\""), "the receipt is shown once");
}
