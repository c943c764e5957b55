//! What the services answer when all goes well: one person, two collectivités, an office of each kind.

use atlas_proto::{
    identity::v1::{
        Account, AccountSummary, Approver, Flow, FlowKind, FlowStep, GetFlowRequest, GetFlowResponse, GetInvitationResponse,
        GetLinkResponse, GetStandingRequest, GetStandingResponse, Helper, Invitation, IssueSessionTokenRequest, IssueSessionTokenResponse,
        JoinedCollectivite, JournalEntry, ListAccountsResponse, ListEntriesResponse, ListMembersResponse, ListMembershipRequestsRequest,
        ListMembershipRequestsResponse, ListMissingReportsResponse, ListOwnRequestsRequest, ListOwnRequestsResponse, ListPasskeysRequest,
        ListPasskeysResponse, ListSessionsResponse, Member, Membership, MembershipRequest, MissingReport, Passkey, RequestState,
        ResumeSessionRequest, ResumeSessionResponse, Session, SuggestPasswordRequest, SuggestPasswordResponse,
    },
    notifications::v1::{ListMessagesResponse, Message, MessageState},
};
use prost_types::Timestamp;
use tonic::Code;

use crate::{
    fake::{Fake, refusal},
    fixture::HELLEAN,
};

pub const SESSION: &str = "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS";
pub const FRESH: &str = "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN";
pub const FLOW: &str = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
pub const DEVICE: &str = "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD";
pub const LINK: &str = "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL";

/// 12 May 2027, 10:02 in Paris, and so many minutes.
pub fn at(minutes: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds: 1_810_108_920 + minutes * 60, nanos: 0 })
}

pub fn account() -> Account {
    Account {
        account_id: "0192f0c1-0000-7000-8000-00000000000a".into(),
        email: "anne.martin@example.org".into(),
        first_name: "Anne".into(),
        last_name: "Martin".into(),
        function: "secrétaire générale".into(),
        locale: "fr".into(),
        etag: "1.1".into(),
        created_at: at(0),
        ..Account::default()
    }
}

pub fn membership(right: &str, name: &str) -> Membership {
    Membership {
        membership_id: format!("m-{}", right.replace(':', "-")),
        right: right.into(),
        name: name.into(),
        proved_by: "OFFICIAL_CODE".into(),
        etag: "1.2".into(),
        ..Membership::default()
    }
}

/// Signs the person in with these rights.
pub fn holds(fake: &Fake, rights: &[(&str, &str)]) {
    let memberships: Vec<Membership> = rights.iter().map(|(right, name)| membership(right, name)).collect();
    fake.on("ResumeSession", move |asked: ResumeSessionRequest| {
        if asked.session_secret != SESSION && asked.session_secret != FRESH {
            return Err(refusal(Code::Unauthenticated, "SESSION_ENDED"));
        }
        Ok(ResumeSessionResponse {
            account: Some(account()),
            memberships: memberships.clone(),
            session_id: "s1".into(),
            expires_at: at(60),
            authenticated_at: at(0),
            second_factor_missing: false,
        })
    });
}

pub fn flow(kind: FlowKind, step: FlowStep) -> Flow {
    let address = if kind == FlowKind::AddressRecovery { "" } else { "mairie@example.org" };
    Flow {
        kind: kind.into(),
        step: step.into(),
        email: address.into(),
        sent_at: at(0),
        collectivite_id: if matches!(kind, FlowKind::SignUp | FlowKind::AddressRecovery) { HELLEAN.into() } else { String::new() },
        tries_left: 5,
        expires_at: at(60),
    }
}

/// Puts the browser's flow where it waits for something.
pub fn waits(fake: &Fake, kind: FlowKind, step: FlowStep) {
    let authenticator = kind == FlowKind::SecondFactor;
    fake.on("GetFlow", move |_: GetFlowRequest| Ok(GetFlowResponse { flow: Some(flow(kind, step)), authenticator, passkey: false }));
}

pub fn request() -> MembershipRequest {
    MembershipRequest {
        request_id: "q1".into(),
        collectivite_id: HELLEAN.into(),
        collectivite_name: "La Croix-Helléan".into(),
        state: RequestState::Open.into(),
        approver: Approver::Region.into(),
        asked_at: at(-11520),
        escalates_at: at(-7200),
        region_name: "Bretagne".into(),
        account_id: "b".into(),
        first_name: "Yann".into(),
        last_name: "Le Goff".into(),
        function: "adjoint".into(),
        email: "yann@example.org".into(),
        message: "Je remplace Paul.\nMerci".into(),
        etag: "1.3".into(),
        ..MembershipRequest::default()
    }
}

pub fn standing() -> GetStandingResponse {
    GetStandingResponse {
        collectivite: Some(JoinedCollectivite {
            collectivite_id: HELLEAN.into(),
            name: "La Croix-Helléan".into(),
            region_code: "53".into(),
            region_name: "Bretagne".into(),
            department_code: "56".into(),
            successor_id: String::new(),
        }),
        masked_official_address: "c…t@…bzh".into(),
        helper: Some(Helper { name: "Maëlle Riou".into(), office: "SGAR Bretagne".into(), telephone: "02 99 00 00 00".into() }),
        ..GetStandingResponse::default()
    }
}

pub fn all_well(fake: &Fake) {
    holds(fake, &[(&format!("collectivite:{HELLEAN}:admin"), "La Croix-Helléan")]);
    waits(fake, FlowKind::SignUp, FlowStep::Mail);
    fake.on("SuggestPassword", |_: SuggestPasswordRequest| Ok(SuggestPasswordResponse { password: "tulipe garage lundi vapeur".into() }));
    fake.on("IssueSessionToken", |asked: IssueSessionTokenRequest| {
        Ok(IssueSessionTokenResponse { access_token: format!("token-for-{}", asked.right), expires_in: 300 })
    });
    fake.on("GetStanding", |_: GetStandingRequest| Ok(standing()));
    fake.on("ListOwnRequests", |_: ListOwnRequestsRequest| Ok(ListOwnRequestsResponse { requests: Vec::new() }));
    fake.on("GetLink", |_: atlas_proto::identity::v1::GetLinkRequest| {
        Ok(GetLinkResponse { kind: FlowKind::SignUp.into(), undoes_email_change: false, collectivite_name: "La Croix-Helléan".into() })
    });
    lists(fake);
    crate::record::all_well(fake);
}

/// What lists hold.
fn lists(fake: &Fake) {
    fake.on("ListSessions", |_: atlas_proto::identity::v1::ListSessionsRequest| {
        let session = |id: &str, browser: &str, present| Session {
            session_id: id.into(),
            began_at: at(0),
            seen_at: at(12),
            browser: browser.into(),
            present,
        };
        Ok(ListSessionsResponse { sessions: vec![session("s1", "Firefox, Windows", true), session("s2", "", false)] })
    });
    fake.on("ListMembers", |_: atlas_proto::identity::v1::ListMembersRequest| Ok(team()));
    fake.on("ListMembershipRequests", |asked: ListMembershipRequestsRequest| {
        let requests = if asked.decided { Vec::new() } else { vec![request()] };
        Ok(ListMembershipRequestsResponse { requests, next_page_token: String::new(), open_count: 1 })
    });
    fake.on("ListAccounts", |_: atlas_proto::identity::v1::ListAccountsRequest| {
        let summary = AccountSummary {
            account: Some(account()),
            memberships: vec![membership(&format!("collectivite:{HELLEAN}:admin"), "La Croix-Helléan")],
            last_seen_day: "2027-05-11".into(),
            bounced: true,
        };
        Ok(ListAccountsResponse { accounts: vec![summary], next_page_token: "more".into() })
    });
    fake.on("ListEntries", |_: atlas_proto::identity::v1::ListEntriesRequest| {
        let entry = JournalEntry {
            entry_id: 7,
            at: at(0),
            actor: "account:a".into(),
            actor_name: "Anne Martin".into(),
            act: "membership.ended".into(),
            subject: "m1".into(),
            scope: format!("collectivite:{HELLEAN}"),
            network: "192.0.2.0/24".into(),
            ..JournalEntry::default()
        };
        Ok(ListEntriesResponse { entries: vec![entry], next_page_token: String::new() })
    });
    fake.on("ListMissingReports", |_: atlas_proto::identity::v1::ListMissingReportsRequest| {
        let report = MissingReport {
            report_id: "r1".into(),
            receipt: "M-7F3K-92QD".into(),
            name: "Nouvelle-Commune".into(),
            place: "Morbihan".into(),
            email: "maire@example.org".into(),
            message: "Créée en janvier".into(),
            reported_at: at(0),
            ..MissingReport::default()
        };
        Ok(ListMissingReportsResponse { reports: vec![report], next_page_token: String::new() })
    });
    fake.on("ListMessages", |_: atlas_proto::notifications::v1::ListMessagesRequest| {
        let message = |id: &str, state: MessageState| Message {
            message_id: id.into(),
            template: "sign-up-code".into(),
            subject: "Atlas : votre code de vérification".into(),
            masked_address: "m…e@example.org".into(),
            collectivite_id: HELLEAN.into(),
            state: state.into(),
            queued_at: at(0),
            last_reply: "550 5.1.1 <b>no such user</b>".into(),
            ..Message::default()
        };
        let messages = vec![message("1", MessageState::Refused), message("2", MessageState::Accepted)];
        Ok(ListMessagesResponse { messages, next_page_token: String::new() })
    });
    fake.on("ListPasskeys", |_: ListPasskeysRequest| {
        let passkey = |id: &str, name: &str, used_at| Passkey { passkey_id: id.into(), name: name.into(), created_at: at(0), used_at };
        Ok(ListPasskeysResponse { passkeys: vec![passkey("k1", "Téléphone", at(30)), passkey("k2", "Clé du bureau", None)] })
    });
    fake.on("GetInvitation", |_: atlas_proto::identity::v1::GetInvitationRequest| Ok(invitation()));
}

pub fn invitation() -> GetInvitationResponse {
    GetInvitationResponse {
        right: format!("collectivite:{HELLEAN}:editor"),
        name: "La Croix-Helléan".into(),
        invited_by: "Anne Martin".into(),
        email: "anne.martin@example.org".into(),
        has_account: true,
        expires_at: at(7 * 24 * 60),
        ..GetInvitationResponse::default()
    }
}

pub fn team() -> ListMembersResponse {
    let member = |right: &str, first: &str, last: &str, email: &str| Member {
        membership: Some(membership(right, "La Croix-Helléan")),
        account_id: email.into(),
        first_name: first.into(),
        last_name: last.into(),
        function: "agent".into(),
        email: email.into(),
        last_seen_day: String::new(),
        bounced: false,
    };
    let mut helper = member(&format!("collectivite:{HELLEAN}:editor"), "Yann", "Le Goff", "yann@example.org");
    helper.bounced = true;
    helper.last_seen_day = "2027-05-11".into();
    if let Some(membership) = &mut helper.membership {
        membership.until_day = "2027-12-31".into();
        membership.delegate_of = "Comité de jumelage".into();
    }
    let invitation = Invitation {
        invitation_id: "i1".into(),
        email: "paul@example.org".into(),
        right: format!("collectivite:{HELLEAN}:reader"),
        invited_by: "Anne Martin".into(),
        invited_at: at(0),
        expires_at: at(7 * 24 * 60),
        ..Invitation::default()
    };
    let admin = member(&format!("collectivite:{HELLEAN}:admin"), "Anne", "Martin", "anne.martin@example.org");
    ListMembersResponse { members: vec![admin, helper], invitations: vec![invitation] }
}
