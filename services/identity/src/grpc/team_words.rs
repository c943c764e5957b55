//! What is asked of teams, read field by field: everything that is wrong, at once.

use std::{collections::HashSet, fmt::Display, str::FromStr};

use atlas_proto::identity::v1 as pb;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{CollectiviteId, Etag, Fields, PageSize, PageToken, RequestId, Right, RightKind, Role, Violations};
use serde::de::DeserializeOwned;

use super::said::{day, line, prose};
use crate::{
    commands::teams::{Answer, Decision, Edit, Invite, Queue},
    domain::{self, MembershipId, calendar, team::LONGEST_DELEGATION},
};

/// At most so many codes of circulars at once.
const CODES: usize = 1000;

/// A write about one thing.
pub fn named<T: FromStr<Err: Display>>(field: &str, id: &str, request_id: &str) -> Result<(RequestId, T), Violations> {
    let mut fields = Fields::default();
    let id = fields.parse(field, id);
    let request_id = fields.parse("request_id", request_id);
    fields.finish(request_id.zip(id))
}

/// A write about one thing as it was read.
pub fn seen<T: FromStr<Err: Display>>(field: &str, (id, etag): (&str, &str), request_id: &str) -> Result<(RequestId, T, Etag), Violations> {
    let mut fields = Fields::default();
    let (id, etag) = (fields.parse(field, id), fields.parse("etag", etag));
    let request_id = fields.parse("request_id", request_id);
    let parsed = (|| Some((request_id?, id?, etag?)))();
    fields.finish(parsed)
}

/// Whom to invite to what.
pub fn invite(request: &pb::InviteMemberRequest, today: NaiveDate) -> Result<(RequestId, Invite), Violations> {
    let mut fields = Fields::default();
    let request_id = fields.parse("request_id", &request.request_id);
    let email = fields.parse("email", &request.email);
    let right = right(&mut fields, "right", &request.right);
    let from = day(&mut fields, "from_day", &request.from_day);
    let until = day(&mut fields, "until_day", &request.until_day);
    let delegate_of = line::<200>(&mut fields, "delegate_of", &request.delegate_of, false);
    let locale = fields.parse("locale", &request.locale);
    let first = from.flatten().unwrap_or(today);
    check_span(&mut fields, "until_day", first.max(today), until.flatten(), delegate_of.as_deref().unwrap_or_default());
    let parsed = (|| {
        let invite = Invite { email: email?, right: right?, from: from?, until: until?, delegate_of: delegate_of?, locale: locale? };
        Some((request_id?, invite))
    })();
    fields.finish(parsed)
}

/// A right that an account may hold: not a process's.
fn right(fields: &mut Fields, field: &str, text: &str) -> Option<Right> {
    let right: Right = fields.parse(field, text)?;
    fields.check(field, right.kind != RightKind::Service, "INVALID: a process's right is not a person's");
    Some(right)
}

/// A last day lies ahead; a delegation has one, at most two years away.
fn check_span(fields: &mut Fields, field: &str, first: NaiveDate, until: Option<NaiveDate>, delegate_of: &str) {
    fields.check(field, until.is_none_or(|until| until >= first), "PAST: expected a day that is not over, and not before the first");
    if !delegate_of.is_empty() {
        fields.check(field, until.is_some(), "REQUIRED: a delegation has a last day");
        let latest = calendar::later(first, LONGEST_DELEGATION);
        fields.check(field, until.is_none_or(|until| until <= latest), "TOO_LATE: a delegation is for two years at most");
    }
}

/// What is to be changed of a membership.
pub fn edit(request: &pb::UpdateMembershipRequest, today: NaiveDate) -> Result<(RequestId, Edit), Violations> {
    let mut fields = Fields::default();
    let request_id = fields.parse("request_id", &request.request_id);
    let nothing = pb::Membership::default();
    let membership = request.membership.as_ref().unwrap_or(&nothing);
    let id = fields.parse("membership.membership_id", &membership.membership_id);
    let etag = fields.parse("membership.etag", &membership.etag);
    let right = right(&mut fields, "membership.right", &membership.right);
    let until = day(&mut fields, "membership.until_day", &membership.until_day);
    let delegate_of = line::<200>(&mut fields, "membership.delegate_of", &membership.delegate_of, false);
    check_span(&mut fields, "membership.until_day", today, until.flatten(), delegate_of.as_deref().unwrap_or_default());
    let parsed = (|| {
        let edit = Edit { id: id?, seen: etag?, role: right?.role, until: until?, delegate_of: delegate_of? };
        Some((request_id?, edit))
    })();
    fields.finish(parsed)
}

/// Which requests, and how many on a page; one more is read, to know whether there are more.
pub fn queue(request: &pb::ListMembershipRequestsRequest) -> Result<(Queue, i64), Violations> {
    let mut fields = Fields::default();
    let collectivite = &request.collectivite_id;
    fields.check("collectivite_id", collectivite.is_empty() || collectivite.parse::<CollectiviteId>().is_ok(), "expected an id, or none");
    let size = PageSize::read(&mut fields, request.page_size, 50, 200);
    let after = after::<(DateTime<Utc>, domain::RequestId)>(&mut fields, &request.page_token);
    let (PageSize(size), after) = fields.finish(size.zip(after))?;
    Ok((Queue { collectivite: collectivite.clone(), decided: request.decided, after, limit: size + 1 }, size))
}

/// What an approver decides.
pub fn decision(request: &pb::DecideMembershipRequestRequest, today: NaiveDate) -> Result<(RequestId, Decision), Violations> {
    let mut fields = Fields::default();
    let request_id = fields.parse("request_id", &request.request_id);
    let id = fields.parse("membership_request_id", &request.membership_request_id);
    let etag = fields.parse("etag", &request.etag);
    let role = role(&mut fields, &request.role);
    let refused = request.role.is_empty();
    let reason = prose(&mut fields, "reason", &request.reason, 500, refused);
    let until = day(&mut fields, "until_day", &request.until_day);
    check_span(&mut fields, "until_day", today, until.flatten(), "");
    let replaces: Option<Option<MembershipId>> = match request.replaces_membership_id.as_str() {
        "" => Some(None),
        text => fields.parse("replaces_membership_id", text).map(Some),
    };
    let parsed = (|| {
        let decision = Decision { id: id?, seen: etag?, role: role?, reason: reason?, until: until?, replaces: replaces? };
        Some((request_id?, decision))
    })();
    fields.finish(parsed)
}

/// A role, or none: refused. The outer option says whether it could be read.
fn role(fields: &mut Fields, text: &str) -> Option<Option<Role>> {
    let role = match text {
        "" => return Some(None),
        "reader" => Some(Role::Reader),
        "editor" => Some(Role::Editor),
        "certifier" => Some(Role::Certifier),
        "admin" => Some(Role::Admin),
        _ => None,
    };
    fields.check("role", role.is_some(), "INVALID: expected reader, editor, certifier or admin, or nothing to refuse");
    role.map(Some)
}

/// For which collectivités codes are made, and until when they are good.
pub fn codes(request: &pb::CreateCircularCodesRequest, today: NaiveDate) -> Result<(Vec<CollectiviteId>, NaiveDate), Violations> {
    let mut fields = Fields::default();
    let _: Option<RequestId> = fields.parse("request_id", &request.request_id);
    let texts = &request.collectivite_ids;
    fields.check("collectivite_ids", (1..=CODES).contains(&texts.len()), "expected 1 to 1000");
    let distinct = texts.iter().collect::<HashSet<_>>().len() == texts.len();
    fields.check("collectivite_ids", distinct, "expected each only once");
    let ids: Vec<CollectiviteId> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    fields.check("collectivite_ids", ids.len() == texts.len(), "UNKNOWN: one of them is no id");
    let until = day(&mut fields, "until_day", &request.until_day).flatten();
    fields.check("until_day", until.is_some() || !request.until_day.is_empty(), "REQUIRED: expected a last day");
    fields.check("until_day", until.is_none_or(|until| until >= today), "PAST: expected a day that is not over");
    fields.check("until_day", until.is_none_or(|until| until <= calendar::later(today, 366)), "TOO_LATE: expected a year at most");
    fields.finish(until.map(|until| (ids, until)))
}

/// The answer to a report.
pub fn answer(request: &pb::AnswerMissingReportRequest) -> Result<(RequestId, Answer), Violations> {
    let mut fields = Fields::default();
    let request_id = fields.parse("request_id", &request.request_id);
    let id = fields.parse("report_id", &request.report_id);
    let text = prose(&mut fields, "answer", &request.answer, 1000, true);
    let parsed = (|| Some((request_id?, Answer { id: id?, text: text? })))();
    fields.finish(parsed)
}

/// Where a page begins, and how many it has.
pub fn page<Key: DeserializeOwned>(size: i32, token: &str) -> Result<(Option<Key>, i64), Violations> {
    let mut fields = Fields::default();
    let size = PageSize::read(&mut fields, size, 50, 200);
    let after = after(&mut fields, token);
    let (PageSize(size), after) = fields.finish(size.zip(after))?;
    Ok((after, size))
}

fn after<Key: DeserializeOwned>(fields: &mut Fields, token: &str) -> Option<Option<Key>> {
    PageToken::read(token).map_err(|error| fields.note("page_token", error.to_string())).ok()
}

/// Cuts a page to its size, when one more was read; gives where the next one begins, empty on the last.
pub fn cut<T>(found: &mut Vec<T>, size: i64, token: impl Fn(&T) -> String) -> String {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    found.last().filter(|_| more).map(token).unwrap_or_default()
}

/// What accounts are searched for.
pub fn query(text: &str) -> Result<String, Violations> {
    let mut fields = Fields::default();
    let query = line::<200>(&mut fields, "query", text, false);
    fields.finish(query)
}

/// Why something is done, for the journal.
pub fn reason(text: &str) -> Result<String, Violations> {
    let mut fields = Fields::default();
    let reason = line::<500>(&mut fields, "reason", text, true);
    fields.finish(reason)
}
