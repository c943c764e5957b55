use atlas_proto::identity::v1 as pb;
use chrono::{DateTime, NaiveDate, Utc};
use database::transact;
use kernel::{Caller, Etag, RightKind, Role};
use prost::Message;
use sqlx::PgConnection;

use super::{Actor, Teams, Write, about, allowed, end, members::locale, note, reached, today, word};
use crate::{
    domain::{
        AccountId, MembershipId, RequestId,
        approval::{Approver, RequestState},
        calendar,
        request::Request,
        scope::{Reach, Scope},
        subject,
        team::Granted,
    },
    error::{Error, teams::Refused},
    grpc::words,
    store::{self, requests::Wanted},
};

/// What an approver decides.
#[derive(Debug, Clone)]
pub struct Decision {
    /// About which request.
    pub id: RequestId,
    /// As the caller read it.
    pub seen: Etag,
    /// Accepted with this role; refused with none.
    pub role: Option<Role>,
    /// Why it is refused.
    pub reason: String,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// The member who has left, whose place the person takes; none for the one of the request.
    pub replaces: Option<MembershipId>,
}

/// A page of requests that wait for a decision, or were decided.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Only those of this collectivité; empty for all.
    pub collectivite: String,
    /// Those that were decided, instead.
    pub decided: bool,
    /// After this one.
    pub after: Option<(DateTime<Utc>, RequestId)>,
    /// So many.
    pub limit: i64,
}

impl Teams {
    /// What waits for the caller's decision, and how many that are in all; or what the caller's office decided lately.
    ///
    /// # Errors
    /// The role does not go that far; a collectivité that is not the caller's.
    pub async fn queue(&self, caller: &Caller, queue: Queue) -> Result<(Vec<Request>, i64), Error> {
        if caller.right.role < Role::Admin {
            return Err(Refused::RoleTooLow.into());
        }
        transact(&self.pool, async |tx| {
            let (collectivite, region, step) = office_of(caller, &queue.collectivite);
            if !queue.collectivite.is_empty() {
                let scope = Scope { kind: RightKind::Collectivite, key: queue.collectivite.clone() };
                reached(tx, caller, &scope, Reach::Decides).await?;
            }
            let office = Scope::of(&caller.right).to_string();
            let wanted = Wanted {
                collectivite: &collectivite,
                region: &region,
                from: (!queue.decided).then_some(step),
                open: Some(!queue.decided),
                decided_for: queue.decided.then_some(office.as_str()),
                after: queue.after,
                newest: queue.decided,
                limit: queue.limit,
                ..Wanted::default()
            };
            let found = store::requests::select(tx, wanted).await?;
            Ok((found, store::requests::count_open(tx, &collectivite, &region, step).await?))
        })
        .await
    }

    /// Accepts a request with the role that the caller chooses, or refuses it with a reason; the person is told.
    ///
    /// # Errors
    /// It is not the caller's, was decided, or changed since it was read.
    pub async fn decide<R: Message>(&self, write: Write<'_, R>, decision: Decision) -> Result<pb::DecideMembershipRequestResponse, Error> {
        self.once(write, async |tx, actor, caller| {
            let request = hold(tx, caller, &decision).await?;
            let office = Scope::of(&caller.right).to_string();
            match decision.role {
                Some(role) => self.accept(tx, actor, &office, &request, role, &decision).await?,
                None => self.refuse(tx, actor, &office, &request, &decision.reason).await?,
            }
            let request = store::requests::find(tx, decision.id).await?.ok_or(Refused::RequestNotFound)?;
            Ok(pb::DecideMembershipRequestResponse { request: Some(words::request(&request, true)) })
        })
        .await
    }

    async fn accept(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        office: &str,
        request: &Request,
        role: Role,
        decision: &Decision,
    ) -> Result<(), Error> {
        let (now, today) = today(tx).await?;
        let scope = request.place().scope;
        let known = store::places::find(tx, &request.collectivite.parse().map_err(|_| Refused::RequestNotFound)?).await?;
        if known.is_some_and(|known| known.ended) {
            return Err(Refused::CollectiviteEnded.into());
        }
        store::teams::hold(tx, &scope).await?;
        self.take_over(tx, actor, request, decision.replaces.or(request.replaces), now).await?;
        let granted = Granted {
            account: request.account,
            scope: scope.clone(),
            role,
            name: request.collectivite_name.clone(),
            from: today,
            until: decision.until,
            delegate_of: request.delegate_of.clone(),
            proved_by: "APPROVAL",
            by: actor.subject.clone(),
        };
        self.grant(tx, actor, &granted, now).await?;
        store::requests::decide(tx, request.id, RequestState::Accepted, "", (&actor.subject, Some(office))).await?;
        events::jobs::cancel(tx, super::super::expiries::ESCALATE, &request.id.to_string()).await?;
        let mut mail = about("membership-accepted", &request.collectivite_name, now).leading_to(scope.page()).word("role", word(role));
        mail.times.extend(decision.until.map(|until| ("until".to_owned(), calendar::midnight(until))));
        let locale = locale(tx, request.account).await?;
        self.tell(tx, request.account, locale, mail, &scope).await?;
        note(tx, actor, "request.accepted", &subject(request.account), &scope, &format!("{} as {}", request.id, word(role))).await
    }

    /// Ends the membership of a colleague who has left, and tells them whose place it is now: who has not left can object.
    async fn take_over(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        request: &Request,
        replaced: Option<MembershipId>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Some(id) = replaced else { return Ok(()) };
        let scope = request.place().scope;
        let Some((account, membership)) = store::teams::find(tx, id).await? else { return Ok(()) };
        if Scope::of(&membership.right) != scope || account == request.account {
            return Err(Refused::MembershipNotFound.into());
        }
        end(tx, account, id, &scope, &actor.subject).await?;
        let mail = about("take-over-notice", &request.collectivite_name, now)
            .word("person", &request.person())
            .word("function", &request.function);
        let locale = locale(tx, account).await?;
        self.tell(tx, account, locale, mail, &scope).await?;
        note(tx, actor, "membership.taken-over", &subject(account), &scope, &format!("by {}", subject(request.account))).await
    }

    async fn refuse(&self, tx: &mut PgConnection, actor: &Actor, office: &str, request: &Request, reason: &str) -> Result<(), Error> {
        let (now, _) = today(tx).await?;
        let scope = request.place().scope;
        store::requests::decide(tx, request.id, RequestState::Refused, reason, (&actor.subject, Some(office))).await?;
        events::jobs::cancel(tx, super::super::expiries::ESCALATE, &request.id.to_string()).await?;
        let mail = about("membership-refused", &request.collectivite_name, now).leading_to("/espace").word("reason", reason);
        let locale = locale(tx, request.account).await?;
        self.tell(tx, request.account, locale, mail, &scope).await?;
        note(tx, actor, "request.refused", &subject(request.account), &scope, &request.id.to_string()).await
    }

    /// Tells those who decide about a request now that it waits for them.
    pub(in crate::commands) async fn call_approvers(
        &self,
        tx: &mut PgConnection,
        request: &Request,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let scope = office(request);
        for approver in store::teams::administrators(tx, &scope).await? {
            let mut mail = about("membership-requested", &request.collectivite_name, now)
                .leading_to(format!("{}/demandes", scope.page()))
                .word("person", &request.person())
                .word("function", &request.function)
                .word("region", &request.region_name)
                .word("reason", &request.message);
            mail.times.extend(request.escalates_at.map(|at| ("escalates".to_owned(), at)));
            self.tell(tx, approver.account, approver.locale, mail, &request.place().scope).await?;
        }
        Ok(())
    }

    /// Ends the open request of somebody who has become a member in another way.
    pub(super) async fn close_request(&self, tx: &mut PgConnection, actor: &Actor, account: AccountId, scope: &Scope) -> Result<(), Error> {
        let Some(id) = scope.as_collectivite() else { return Ok(()) };
        let Some(request) = store::requests::open_of(tx, account, &id).await? else { return Ok(()) };
        store::requests::decide(tx, request.id, RequestState::Withdrawn, "", (&actor.subject, None)).await?;
        Ok(events::jobs::cancel(tx, super::super::expiries::ESCALATE, &request.id.to_string()).await?)
    }
}

/// Those who decide about a request at its present step.
#[must_use]
pub fn office(request: &Request) -> Scope {
    match request.approver {
        Approver::Administrators => request.place().scope,
        Approver::Region => Scope { kind: RightKind::Region, key: request.region_code.clone() },
        Approver::Ministry => Scope { kind: RightKind::National, key: "*".to_owned() },
    }
}

/// Which requests wait for a caller: of which collectivité, of which région, from which step on.
///
/// What went up is not taken from those below: whoever answers first answers. What waits below is listed for who asks for one
/// collectivité.
fn office_of(caller: &Caller, collectivite: &str) -> (String, String, Approver) {
    let right = &caller.right;
    let from = |step| if collectivite.is_empty() { step } else { Approver::Administrators };
    match right.kind {
        RightKind::Collectivite => (right.key.clone(), String::new(), Approver::Administrators),
        RightKind::Region => (collectivite.to_owned(), right.key.clone(), from(Approver::Region)),
        _ => (collectivite.to_owned(), String::new(), from(Approver::Ministry)),
    }
}

/// Holds an open request that the caller decides about.
async fn hold(tx: &mut PgConnection, caller: &Caller, decision: &Decision) -> Result<Request, Error> {
    if !store::requests::hold(tx, decision.id).await? {
        return Err(Refused::RequestNotFound.into());
    }
    let request = store::requests::find(tx, decision.id).await?.ok_or(Refused::RequestNotFound)?;
    allowed(&request.place(), caller, Reach::Decides, Refused::RequestNotFound)?;
    if request.state != RequestState::Open {
        return Err(Refused::RequestDecided.into());
    }
    if request.version != decision.seen.0 {
        return Err(Refused::Stale.into());
    }
    Ok(request)
}
