//! Teams in the words of the contract.

use atlas_proto::identity::v1 as pb;
use chrono::{DateTime, Utc};
use kernel::Etag;

use crate::{
    commands::teams::Standing,
    domain::{
        approval::{Approver, RequestState},
        calendar,
        found::Found,
        invitation::Invitation,
        place::Known,
        report::Report,
        request::Request,
        team::Member,
    },
    store::chain::Entry,
    voids::timestamp,
};

/// A member of a team.
pub fn member(from: &Member) -> pb::Member {
    pb::Member {
        membership: Some((&from.membership).into()),
        account_id: from.account.to_string(),
        first_name: from.first_name.clone(),
        last_name: from.last_name.clone(),
        function: from.function.clone(),
        email: from.email.clone(),
        last_seen_day: day(from.seen_at),
        bounced: from.bounced,
    }
}

/// An account that was found.
pub fn found(from: &Found) -> pb::AccountSummary {
    pb::AccountSummary {
        account: Some((&from.account).into()),
        memberships: from.memberships.iter().map(Into::into).collect(),
        last_seen_day: day(from.seen_at),
        bounced: from.bounced,
    }
}

/// An open invitation.
pub fn invitation(from: &Invitation) -> pb::Invitation {
    pb::Invitation {
        invitation_id: from.id.to_string(),
        email: from.email.to_string(),
        right: from.right.to_string(),
        from_day: from.from.map(|day| day.to_string()).unwrap_or_default(),
        until_day: from.until.map(|day| day.to_string()).unwrap_or_default(),
        delegate_of: from.delegate_of.clone(),
        invited_by: from.inviter.clone(),
        invited_at: Some(timestamp(from.invited_at)),
        expires_at: Some(timestamp(from.expires_at)),
    }
}

/// A request; who asks is for approvers, and for who asks.
pub fn request(from: &Request, for_approver: bool) -> pb::MembershipRequest {
    let name = if for_approver { from.replaces_name.clone() } else { String::new() };
    pb::MembershipRequest {
        request_id: from.id.to_string(),
        collectivite_id: from.collectivite.clone(),
        collectivite_name: from.collectivite_name.clone(),
        state: state(from.state).into(),
        approver: approver(from.approver).into(),
        asked_at: Some(timestamp(from.asked_at)),
        escalates_at: from.escalates_at.map(timestamp),
        reason: from.reason.clone(),
        region_name: from.region_name.clone(),
        account_id: from.account.to_string(),
        first_name: from.first_name.clone(),
        last_name: from.last_name.clone(),
        function: from.function.clone(),
        email: from.email.clone(),
        message: from.message.clone(),
        replaces_membership_id: from.replaces.map(|id| id.to_string()).unwrap_or_default(),
        replaces_name: name,
        delegate_of: from.delegate_of.clone(),
        etag: Etag(from.version).to_string(),
    }
}

const fn state(state: RequestState) -> pb::RequestState {
    match state {
        RequestState::Open => pb::RequestState::Open,
        RequestState::Accepted => pb::RequestState::Accepted,
        RequestState::Refused => pb::RequestState::Refused,
        RequestState::Withdrawn => pb::RequestState::Withdrawn,
    }
}

const fn approver(approver: Approver) -> pb::Approver {
    match approver {
        Approver::Administrators => pb::Approver::Administrators,
        Approver::Region => pb::Approver::Region,
        Approver::Ministry => pb::Approver::Ministry,
    }
}

/// A collectivité.
pub fn collectivite(from: &Known) -> pb::JoinedCollectivite {
    pb::JoinedCollectivite {
        collectivite_id: from.id.to_string(),
        name: from.name.clone(),
        region_code: from.region_code.clone(),
        region_name: from.region_name.clone(),
        department_code: from.department_code.clone(),
        successor_id: if from.ended { from.successor().to_owned() } else { String::new() },
    }
}

/// Where somebody stands with a collectivité.
pub fn standing(from: Standing) -> pb::GetStandingResponse {
    let region = &from.collectivite.region_name;
    let helper = from.helper.map(|name| pb::Helper { name, office: format!("SGAR {region}"), telephone: String::new() });
    pb::GetStandingResponse {
        collectivite: Some(collectivite(&from.collectivite)),
        membership: from.membership.as_ref().map(Into::into),
        request: from.request.as_ref().map(|one| request(one, false)),
        has_administrators: from.has_administrators,
        official_code_sent_at: from.code_sent_at.map(timestamp),
        masked_official_address: from.official_hint,
        helper,
    }
}

/// That a collectivité is not in the list.
pub fn report(from: &Report) -> pb::MissingReport {
    pb::MissingReport {
        report_id: from.id.to_string(),
        receipt: from.receipt.clone(),
        name: from.name.clone(),
        place: from.place.clone(),
        email: from.email.clone(),
        message: from.message.clone(),
        reported_at: Some(timestamp(from.reported_at)),
        answer: from.answer.clone(),
        answered_at: from.answered_at.map(timestamp),
    }
}

/// A line of the journal.
pub fn entry(from: Entry) -> pb::JournalEntry {
    pb::JournalEntry {
        entry_id: from.position,
        at: Some(timestamp(from.at)),
        actor: from.actor,
        actor_name: from.actor_name,
        act: from.act,
        subject: from.subject,
        subject_name: from.subject_name,
        scope: from.scope,
        detail: from.detail,
        network: from.network,
    }
}

fn day(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| calendar::day(at).to_string()).unwrap_or_default()
}
