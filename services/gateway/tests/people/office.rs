use atlas_proto::{
    identity::v1::{
        CircularCode, CreateCircularCodesRequest, CreateCircularCodesResponse, DecideMembershipRequestRequest,
        DecideMembershipRequestResponse, EndMembershipRequest, EndMembershipResponse, GetStandingRequest, InviteMemberRequest,
        InviteMemberResponse, IssueSessionTokenRequest, ListAccountsRequest, ListEntriesRequest, ListMembersRequest, ListMembersResponse,
        SendRecoveryRequest, SendRecoveryResponse, UpdateMembershipRequest, UpdateMembershipResponse, VerifyChainRequest,
        VerifyChainResponse,
    },
    notifications::v1::{ListMessagesRequest, ResendMessageRequest, ResendMessageResponse},
};
use tonic::Code;

use crate::{
    browser::{Site, leads, reads},
    fake::{fields, refusal},
    fixture::{HELLEAN, RENNES},
    samples::{holds, standing, team},
};

fn team_page() -> String {
    format!("/espace/{HELLEAN}/equipe")
}

#[tokio::test]
async fn a_team_is_shown_and_changed() {
    let site = Site::start().await;
    site.fake.on("InviteMember", |_: InviteMemberRequest| Ok(InviteMemberResponse { invitation: None }));
    site.fake.on("UpdateMembership", |_: UpdateMembershipRequest| Ok(UpdateMembershipResponse { membership: None }));
    site.fake.on("EndMembership", |_: EndMembershipRequest| Ok(EndMembershipResponse {}));
    let mut browser = site.signed_in();
    let page = browser.get(&team_page()).await;
    let text = reads(&page);
    for said in [
        "2 personnes",
        "Yann Le Goff",
        "Comité de jumelage",
        "31 décembre 2027",
        "Un message envoyé à cette adresse est revenu.",
        "paul@example.org",
        "jamais",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let invite =
        [("act", "invite"), ("email", "x@example.org"), ("role", "reader"), ("until_day", ""), ("delegate_of", ""), ("request_id", "r")];
    assert_eq!(leads(&browser.post(&team_page(), &invite).await).1, team_page());
    let asked: InviteMemberRequest = site.fake.asked("InviteMember");
    assert_eq!((asked.right, asked.request_id), (format!("collectivite:{HELLEAN}:reader"), "r".to_owned()));
    let update =
        [("act", "update"), ("membership_id", "m"), ("etag", "e"), ("role", "certifier"), ("until_day", "2027-06-30"), ("delegate_of", "")];
    browser.post(&team_page(), &update).await;
    let changed = site.fake.asked::<UpdateMembershipRequest>("UpdateMembership").membership.unwrap();
    assert_eq!(
        (changed.right, changed.until_day, changed.etag),
        (format!("collectivite:{HELLEAN}:certifier"), "2027-06-30".into(), "e".into())
    );
    browser.post(&team_page(), &[("act", "end"), ("membership_id", "m"), ("etag", "e"), ("request_id", "r2")]).await;
    assert_eq!(site.fake.asked::<EndMembershipRequest>("EndMembership").membership_id, "m");
    assert!(reads(&browser.get(&team_page()).await).contains("Ce qu’elle a saisi reste."));
    site.fake.refuse("InviteMember", || fields(&[("email", "INVALID: no address"), ("right", "WRONG: unknown role")]));
    let page = browser.post(&team_page(), &invite).await;
    assert!(page.text().contains("href=\"#invite-email\"") && page.text().contains("href=\"#invite-role-1\""), "{}", page.text());
}

#[tokio::test]
async fn a_crowded_team_is_shown_whole_and_an_empty_one_says_so() {
    let site = Site::start().await;
    site.fake.on("ListMembers", |_: ListMembersRequest| {
        let members = (0..200).flat_map(|_| team().members).take(200).collect();
        Ok(ListMembersResponse { members, invitations: Vec::new() })
    });
    assert!(reads(&site.signed_in().get(&team_page()).await).contains("200 personnes"));
    site.fake.on("ListMembers", |_: ListMembersRequest| Ok(ListMembersResponse::default()));
    assert!(reads(&site.signed_in().get(&team_page()).await).contains("Personne ne fait encore partie de l’équipe."));
}

#[tokio::test]
async fn a_request_is_decided_with_a_role_or_a_reason() {
    let site = Site::start().await;
    holds(&site.fake, &[("region:53:admin", "")]);
    site.fake.on("DecideMembershipRequest", |_: DecideMembershipRequestRequest| Ok(DecideMembershipRequestResponse { request: None }));
    let (mut browser, path) = (site.signed_in(), "/sgar/53/demandes");
    let page = browser.get(path).await;
    assert!(reads(&page).contains("Je remplace Paul.") && reads(&page).contains("1 demande attend une réponse."), "{}", reads(&page));
    let carry = [("request", "q1"), ("etag", "1.3"), ("request_id", "r")];
    let refuse = |reason: &'static str| [&carry[..], &[("act", "refuse"), ("reason", reason)]].concat();
    let page = browser.post(path, &refuse(" ")).await;
    assert!(page.status == 422 && page.text().contains("href=\"#rq1-reason\""), "{}", page.text());
    assert_eq!(leads(&browser.post(path, &refuse("Inconnu de la mairie")).await).1, path);
    let asked: DecideMembershipRequestRequest = site.fake.asked("DecideMembershipRequest");
    assert_eq!((asked.role.as_str(), asked.reason.as_str(), asked.membership_request_id.as_str()), ("", "Inconnu de la mairie", "q1"));
    browser.post(path, &[&carry[..], &[("act", "accept"), ("role", "editor"), ("reason", "x"), ("until_day", "")]].concat()).await;
    let asked: DecideMembershipRequestRequest = site.fake.asked("DecideMembershipRequest");
    assert_eq!((asked.role.as_str(), asked.reason.as_str()), ("editor", ""));
    assert_eq!(site.fake.asked::<IssueSessionTokenRequest>("IssueSessionToken").right, "region:53:admin");
    assert!(reads(&browser.get("/sgar/53/demandes?decidees=1").await).contains("Aucune demande examinée depuis 90 jours."));
}

/// « Mon collègue est parti »: who decides chooses the member of that team whose place is taken.
#[tokio::test]
async fn who_accepts_a_request_can_say_who_has_left() {
    let site = Site::start().await;
    holds(&site.fake, &[("region:53:admin", "")]);
    site.fake.on("DecideMembershipRequest", |_: DecideMembershipRequestRequest| Ok(DecideMembershipRequestResponse { request: None }));
    let (mut browser, path) = (site.signed_in(), "/sgar/53/demandes");
    let page = browser.get(path).await.text();
    assert_eq!(site.fake.asked::<ListMembersRequest>("ListMembers").scope, format!("collectivite:{HELLEAN}"));
    let member = format!("m-collectivite-{HELLEAN}-admin");
    assert!(page.contains(&format!("<option value=\"{member}\">Anne Martin (Administration)</option>")), "{page}");
    let carry = [("request", "q1"), ("etag", "1.3"), ("request_id", "r"), ("until_day", ""), ("replaces", member.as_str())];
    browser.post(path, &[&carry[..], &[("act", "accept"), ("role", "admin")]].concat()).await;
    assert_eq!(site.fake.asked::<DecideMembershipRequestRequest>("DecideMembershipRequest").replaces_membership_id, member);
    browser.post(path, &[&carry[..], &[("act", "refuse"), ("reason", "Inconnu")]].concat()).await;
    let refused: DecideMembershipRequestRequest = site.fake.asked("DecideMembershipRequest");
    assert_eq!(refused.replaces_membership_id, "", "nobody leaves for who is refused");
    site.fake.refuse("ListMembers", || refusal(Code::NotFound, "SCOPE_NOT_FOUND"));
    let page = browser.get(path).await;
    assert!(page.status == 200 && !page.text().contains("name=\"replaces\""), "{}", page.text());
}

#[tokio::test]
async fn an_office_sees_as_a_collectivite_and_that_is_written_down() {
    let site = Site::start().await;
    holds(&site.fake, &[("region:53:reader", "")]);
    site.fake.on("GetStanding", |_: GetStandingRequest| Ok(standing()));
    let mut browser = site.signed_in();
    assert_eq!(leads(&browser.get(&format!("/sgar/53?collectivite={HELLEAN}")).await).1, format!("/espace/{HELLEAN}"));
    for _ in 0..2 {
        let page = browser.get(&format!("/espace/{HELLEAN}")).await;
        assert!(reads(&page).contains("en lecture seule, au titre de : SGAR Bretagne"), "{}", reads(&page));
        assert!(!page.text().contains("/equipe"), "nothing to change");
    }
    let asked: Vec<_> = site.fake.calls("IssueSessionToken");
    assert_eq!(asked.len(), 2, "each look is written down");
    assert_eq!(site.fake.asked::<IssueSessionTokenRequest>("IssueSessionToken").right, format!("collectivite:{HELLEAN}:reader"));
    holds(&site.fake, &[("region:53:admin", "")]);
    let page = browser.get(&format!("/espace/{HELLEAN}")).await.text();
    assert!(page.contains("/equipe\"") && !page.contains("/courriels\""), "an SGAR is led to nothing that is not its own: {page}");
    holds(&site.fake, &[("region:11:admin", "")]);
    assert_eq!(leads(&browser.get(&format!("/espace/{HELLEAN}")).await).1, format!("/espace/{HELLEAN}/rejoindre"));
    assert_eq!(browser.get(&team_page()).await.status, 404);
}

#[tokio::test]
async fn an_sgar_manages_teams_of_its_region_with_its_own_right() {
    let site = Site::start().await;
    holds(&site.fake, &[("region:53:admin", "")]);
    let page = site.signed_in().get(&team_page()).await;
    assert!(reads(&page).contains("Vous agissez au titre de : SGAR Bretagne."), "{}", reads(&page));
    assert_eq!(site.fake.asked::<IssueSessionTokenRequest>("IssueSessionToken").right, "region:53:admin");
    assert_eq!(site.signed_in().get("/prefecture/56/equipe").await.status, 200);
    assert_eq!(site.fake.asked::<ListMembersRequest>("ListMembers").scope, "department:56");
    assert_eq!(site.signed_in().get("/prefecture/93/equipe").await.status, 404);
    assert_eq!(site.signed_in().get("/administration/equipe").await.status, 404);
}

#[tokio::test]
async fn circular_codes_are_a_file_that_no_spreadsheet_runs() {
    let site = Site::start().await;
    holds(&site.fake, &[("region:53:admin", "")]);
    site.fake.on("CreateCircularCodes", |asked: CreateCircularCodesRequest| {
        let code =
            |id: &String| CircularCode { collectivite_id: id.clone(), name: "=HYPERLINK(\"x\")".into(), code: "K7F3-92QD-8RTX".into() };
        Ok(CreateCircularCodesResponse { codes: asked.collectivite_ids.iter().map(code).collect() })
    });
    let (mut browser, path) = (site.signed_in(), "/sgar/53/codes.csv");
    assert_eq!(browser.get("/sgar/53/codes").await.status, 200);
    let file = browser.post(path, &[("office", "35"), ("collectivites", ""), ("until_day", "2027-12-31"), ("request_id", "r")]).await;
    assert_eq!((file.status.as_u16(), file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"codes-region-53.csv\""));
    let text = file.text();
    assert!(text.starts_with('\u{feff}') && text.contains(&format!("{RENNES};\"'=HYPERLINK(\"\"x\"\")\";K7F3-92QD-8RTX")), "{text}");
    let listed = format!("{RENNES}\n{HELLEAN}");
    browser.post(path, &[("office", ""), ("collectivites", &listed), ("until_day", "2027-12-31"), ("request_id", "r")]).await;
    assert_eq!(site.fake.asked::<CreateCircularCodesRequest>("CreateCircularCodes").collectivite_ids, [RENNES, HELLEAN]);
    for (list, day) in [("", "2027-12-31"), ("123", "2027-12-31"), (RENNES, "")] {
        let page = browser.post(path, &[("office", ""), ("collectivites", list), ("until_day", day), ("request_id", "r")]).await;
        assert_eq!(page.status, 422, "{list} {day}");
    }
}

#[tokio::test]
async fn the_journal_is_searched_and_checked() {
    let site = Site::start().await;
    holds(&site.fake, &[("national:*:admin", "")]);
    site.fake.on("VerifyChain", |_: VerifyChainRequest| {
        Ok(VerifyChainResponse { checked: 100_000, broken_entry_id: 0, next_entry_id: 100_001, ..Default::default() })
    });
    let mut browser = site.signed_in();
    let page = browser.get("/administration/journal?actor=Anne&action=membership.ended&since=2027-05-12&until=2027-05-12").await;
    let said = "Anne Martin A retiré quelqu’un de l’équipe La Croix-Helléan · m1";
    assert!(reads(&page).contains(said) && page.text().contains("value=\"2027-05-12\""), "{}", reads(&page));
    assert!(page.text().contains("<option value=\"membership.ended\" selected>"), "what was looked for is still chosen");
    let asked: ListEntriesRequest = site.fake.asked("ListEntries");
    let (since, until) = (asked.since.unwrap().seconds, asked.until.unwrap().seconds);
    assert_eq!((asked.actor.as_str(), asked.act.as_str(), until - since), ("Anne", "membership.ended", 86_400));
    assert_eq!((since + 2 * 3600) % 86_400, 0, "a day begins at midnight in Paris");
    browser.post("/administration/journal", &[("act", "verify"), ("from", "0")]).await;
    let page = browser.get("/administration/journal").await;
    assert!(
        reads(&page).contains("100 000 lignes vérifiées") || reads(&page).contains("100\u{202f}000 lignes vérifiées"),
        "{}",
        reads(&page)
    );
    assert!(page.text().contains("name=\"from\" value=\"100001\""));
    browser.get(&format!("/espace/{HELLEAN}/journal?scope=region:53")).await;
    assert_eq!(site.fake.asked::<ListEntriesRequest>("ListEntries").scope, format!("collectivite:{HELLEAN}"));
}

#[tokio::test]
async fn mails_and_accounts_are_found_and_helped() {
    let site = Site::start().await;
    holds(&site.fake, &[("national:*:admin", "")]);
    site.fake.on("ResendMessage", |_: ResendMessageRequest| Ok(ResendMessageResponse { message: None }));
    site.fake.on("SendRecovery", |_: SendRecoveryRequest| Ok(SendRecoveryResponse {}));
    let mut browser = site.signed_in();
    let page = browser.get("/administration/courriels?state=refuse").await;
    assert_eq!(page.text().matches("value=\"resend\"").count(), 1, "only what has ended is sent again");
    assert_eq!(site.fake.asked::<ListMessagesRequest>("ListMessages").state, 5);
    assert_eq!(site.fake.asked::<IssueSessionTokenRequest>("IssueSessionToken").audiences, ["notifications"]);
    browser.post("/administration/courriels", &[("act", "resend"), ("message_id", "1"), ("request_id", "r")]).await;
    assert_eq!(site.fake.asked::<ResendMessageRequest>("ResendMessage").message_id, "1");
    let page = browser.get("/administration/comptes?query=anne").await;
    assert!(page.text().contains("/administration/comptes?query=anne&#38;page=more"), "{}", page.text());
    assert_eq!(site.fake.asked::<ListAccountsRequest>("ListAccounts").query, "anne");
    browser.post("/administration/comptes", &[("act", "recover"), ("account_id", "a"), ("request_id", "r")]).await;
    assert_eq!(site.fake.asked::<SendRecoveryRequest>("SendRecovery").account_id, "a");
}
