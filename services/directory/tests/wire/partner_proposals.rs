use atlas_proto::directory::v1 as pb;
use tonic::{Code, Status};

use crate::{
    partners::{agent, create, get, rename, town},
    world::{ELSEWHERE, VILLAGE, World, fields, refusal, request_id},
};

const MINISTRY: &str = "national:*:editor";

async fn propose(world: &World, by: &str, partner: &pb::Partner, name: &str) -> Result<pb::PartnerProposal, Status> {
    let partner = pb::Partner { name: name.into(), ..partner.clone() };
    let reason = "C'est ainsi\nqu'elle s'écrit.".to_owned();
    let request = pb::ProposePartnerChangeRequest { partner: Some(partner), update_mask: None, reason, request_id: request_id() };
    Ok(world.partners(&agent(by)).propose_partner_change(request).await?.into_inner().proposal.unwrap())
}

async fn decide(world: &World, proposal: &pb::PartnerProposal, answer: Option<&str>) -> Result<pb::PartnerProposal, Status> {
    let request = pb::DecidePartnerProposalRequest {
        proposal_id: proposal.proposal_id.clone(),
        accept: answer.is_none(),
        answer: answer.unwrap_or_default().to_owned(),
        request_id: request_id(),
    };
    Ok(world.partners(MINISTRY).decide_partner_proposal(request).await?.into_inner().proposal.unwrap())
}

async fn listed(world: &World, right: &str, open_only: bool) -> Vec<String> {
    let (mut names, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListPartnerProposalsRequest { page_size: 1, page_token, open_only };
        let page = world.partners(right).list_partner_proposals(request).await.unwrap().into_inner();
        names.extend(page.proposals.into_iter().map(|proposal| proposal.proposed.unwrap().name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return names;
        }
    }
}

#[tokio::test]
async fn a_proposal_that_is_accepted_changes_the_partner() {
    let world = World::abroad().await;
    let partner = create(&world, MINISTRY, town("Cologne", "")).await.unwrap();

    let proposal = propose(&world, VILLAGE, &partner, "Köln").await.unwrap();
    let unchanged = get(&world, &partner.partner_id).await.unwrap();
    let decided = decide(&world, &proposal, None).await.unwrap();
    let again = decide(&world, &proposal, Some("Non.")).await.unwrap_err();

    assert_eq!((proposal.before.unwrap().name, proposal.proposed.unwrap().name), ("Cologne".to_owned(), "Köln".to_owned()));
    assert_eq!((proposal.reason.as_str(), proposal.collectivite_id.as_str()), ("C'est ainsi qu'elle s'écrit.", VILLAGE));
    assert_eq!((unchanged.name.as_str(), get(&world, &partner.partner_id).await.unwrap().name.as_str()), ("Cologne", "Köln"));
    assert_eq!((decided.state(), decided.decided_at.is_some()), (pb::PartnerProposalState::Accepted, true));
    assert_eq!(refusal(&again), (Code::FailedPrecondition, "PROPOSAL_DECIDED".into()));
    assert_eq!(world.told().await.last().unwrap(), "partner updated");
    world.end().await;
}

#[tokio::test]
async fn a_refusal_says_why_and_leaves_the_partner() {
    let world = World::abroad().await;
    let partner = create(&world, MINISTRY, town("Cologne", "")).await.unwrap();
    let proposal = propose(&world, VILLAGE, &partner, "Köln").await.unwrap();

    let silent = decide(&world, &proposal, Some("")).await.unwrap_err();
    let decided = decide(&world, &proposal, Some("Le nom français est retenu.")).await.unwrap();

    assert_eq!(fields(&silent), ["answer"]);
    assert_eq!((decided.state(), decided.answer.as_str()), (pb::PartnerProposalState::Refused, "Le nom français est retenu."));
    assert_eq!(get(&world, &partner.partner_id).await.unwrap(), partner);
    world.end().await;
}

#[tokio::test]
async fn what_changed_meanwhile_is_not_overwritten() {
    let world = World::abroad().await;
    let partner = create(&world, MINISTRY, town("Cologne", "")).await.unwrap();
    let proposal = propose(&world, VILLAGE, &partner, "Köln").await.unwrap();
    let renamed = rename(&world, MINISTRY, &partner, "Colonia").await.unwrap();

    let refused = decide(&world, &proposal, None).await.unwrap_err();
    let late = propose(&world, ELSEWHERE, &partner, "Coeln").await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::Aborted, "STALE_ETAG".into()));
    assert_eq!(refusal(&late), (Code::Aborted, "STALE_ETAG".into()));
    assert_eq!(get(&world, &partner.partner_id).await.unwrap(), renamed);
    assert_eq!(listed(&world, MINISTRY, true).await, ["Köln"], "it is still open");
    world.end().await;
}

#[tokio::test]
async fn a_collectivite_sees_its_own_and_has_one_at_a_time() {
    let world = World::abroad().await;
    let partner = create(&world, MINISTRY, town("Cologne", "")).await.unwrap();
    let first = propose(&world, VILLAGE, &partner, "Köln").await.unwrap();
    let second = propose(&world, VILLAGE, &partner, "Coeln").await.unwrap_err();
    propose(&world, ELSEWHERE, &partner, "Colonia").await.unwrap();
    let nothing = propose(&world, ELSEWHERE, &partner, "Cologne").await.unwrap_err();

    assert_eq!(refusal(&second), (Code::AlreadyExists, "ALREADY_PROPOSED".into()));
    assert_eq!(fields(&nothing), ["partner"]);
    assert_eq!(listed(&world, &agent(VILLAGE), false).await, ["Köln"]);
    assert_eq!(listed(&world, MINISTRY, false).await, ["Köln", "Colonia"]);
    decide(&world, &first, Some("Non.")).await.unwrap();
    assert_eq!(listed(&world, MINISTRY, true).await, ["Colonia"]);
    assert!(propose(&world, VILLAGE, &partner, "Coeln").await.is_ok(), "decided, another may come");
    let unknown = pb::PartnerProposal { proposal_id: request_id(), ..Default::default() };
    assert_eq!(refusal(&decide(&world, &unknown, None).await.unwrap_err()), (Code::NotFound, "PROPOSAL_NOT_FOUND".into()));
    world.end().await;
}
