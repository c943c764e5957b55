//! What happens to teams when a day is over: last days, requests that nobody answered, collectivités that went into others.

use chrono::NaiveDate;
use events::{Failure, jobs};
use sqlx::PgConnection;

use super::teams::{self, Actor, Teams};
use crate::{
    domain::{
        MembershipId, RequestId,
        approval::RequestState,
        calendar,
        mail::{Mail, Recipient},
        person::Locale,
        scope::Scope,
        subject,
    },
    error::Error,
    store,
};

/// Ends a membership when its last day is over; the key is the membership.
pub const END: &str = "end-membership";
/// Passes a request on when nobody answered; the key is the request.
pub const ESCALATE: &str = "escalate-request";

/// Has a membership ended when its last day is over, in Paris.
pub async fn enqueue(tx: &mut PgConnection, id: MembershipId, until: NaiveDate) -> sqlx::Result<()> {
    // The job that is there may be for a later day, or for an earlier one: it looks again when it is due.
    jobs::enqueue(tx, END, &id.to_string(), calendar::midnight(calendar::later(until, 1)), &[]).await
}

impl Teams {
    /// Ends a membership whose last day is over; one that was prolonged is looked at again.
    ///
    /// # Errors
    /// The database's.
    pub async fn expire(&self, tx: &mut PgConnection, id: MembershipId) -> Result<(), Failure> {
        let Some((account, membership)) = store::teams::find(tx, id).await? else { return Ok(()) };
        let Some(until) = membership.until else { return Ok(()) };
        let scope = Scope::of(&membership.right);
        let now = store::now(tx).await?;
        if calendar::day(now) <= until {
            return Ok(enqueue(tx, id, until).await?);
        }
        store::teams::hold(tx, &scope).await.map_err(Error::from)?;
        let actor = Actor::identity();
        teams::end(tx, account, id, &scope, &actor.subject).await?;
        teams::note(tx, &actor, "membership.expired", &subject(account), &scope, &membership.right.to_string()).await?;
        let locale = store::accounts::find(tx, account).await?.map_or(Locale::default(), |account| account.person.locale);
        let mut mail = Mail::notice("membership-ended", Recipient::Account(account), locale)
            .leading_to("/espace")
            .word("collectivite", &membership.name);
        mail.times.insert("sent".to_owned(), now);
        let collectivite_id = scope.as_collectivite().map(|id| id.to_string()).unwrap_or_default();
        self.mails.ask(tx, &Mail { account: Some(account), collectivite_id, ..mail }).await?;
        Ok(())
    }

    /// Passes a request on that nobody answered in time, and tells who asked and who decides now.
    ///
    /// # Errors
    /// The database's.
    pub async fn escalate(&self, tx: &mut PgConnection, id: RequestId) -> Result<(), Failure> {
        store::requests::hold(tx, id).await?;
        let Some(request) = store::requests::find(tx, id).await?.filter(|request| request.state == RequestState::Open) else {
            return Ok(());
        };
        let now = store::now(tx).await?;
        let present = teams::present(tx, &request.place().scope, &request.region_code).await?;
        let Some(next) = request.approver.next(present) else { return Ok(()) };
        let until = next.until(now);
        store::requests::escalate(tx, id, next, until).await?;
        if let Some(at) = until {
            jobs::enqueue(tx, ESCALATE, &id.to_string(), at, &[]).await?;
        }
        let Some(request) = store::requests::find(tx, id).await? else { return Ok(()) };
        self.call_approvers(tx, &request, now).await?;
        self.tell_escalated(tx, &request, now).await?;
        let detail = format!("{id} to {}", teams::office(&request));
        Ok(teams::note(tx, &Actor::identity(), "request.escalated", &subject(request.account), &request.place().scope, &detail).await?)
    }

    async fn tell_escalated(
        &self,
        tx: &mut PgConnection,
        request: &crate::domain::request::Request,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), Failure> {
        let locale = store::accounts::find(tx, request.account).await?.map_or(Locale::default(), |account| account.person.locale);
        let region = if request.approver == crate::domain::approval::Approver::Region { request.region_name.as_str() } else { "" };
        let mut mail = Mail::notice("membership-escalated", Recipient::Account(request.account), locale)
            .leading_to("/espace")
            .word("collectivite", &request.collectivite_name)
            .word("region", region);
        mail.times.insert("sent".to_owned(), now);
        mail.times.extend(request.escalates_at.map(|at| ("escalates".to_owned(), at)));
        self.mails.ask(tx, &Mail { account: Some(request.account), collectivite_id: request.collectivite.clone(), ..mail }).await?;
        Ok(())
    }
}
