use atlas_proto::identity::v1 as pb;
use chrono::{DateTime, TimeDelta, Utc};
use database::transact;
use kernel::{Caller, RightKind, Role};
use prost::Message;

use super::{Actor, Teams, Write, about, note, today};
use crate::{
    domain::{
        ReportId,
        mail::{Mail, Recipient},
        report::{Report, Reported, receipt},
        scope::Scope,
        throttle::Rule,
        visit::Visit,
    },
    error::{Error, teams::Refused},
    grpc::words,
    store::{self, throttles::Bucket},
};

/// Reports with one address.
const OF_ADDRESS: Rule = Rule::Quota { count: 5, span: TimeDelta::hours(24) };
/// Reports from one network: a préfecture may report for many.
const OF_NETWORK: Rule = Rule::Quota { count: 50, span: TimeDelta::hours(24) };

/// The answer to a report.
#[derive(Debug, Clone)]
pub struct Answer {
    /// To which report.
    pub id: ReportId,
    /// What it says.
    pub text: String,
}

impl Teams {
    /// Takes down that a collectivité is not in the list; the receipt goes to the address by mail as well.
    ///
    /// # Errors
    /// Too many were sent.
    pub async fn report(&self, visit: &Visit, reported: Reported) -> Result<String, Error> {
        let buckets = [Bucket::of("report", &reported.email.key(), OF_ADDRESS), Bucket::of("report-from", &visit.network(), OF_NETWORK)];
        let receipt = receipt();
        transact(&self.pool, async |tx| {
            store::throttles::take(tx, &buckets).await?.map_err(crate::error::accounts::Refused::from)?;
            let (now, _) = today(tx).await?;
            let id = ReportId::made(now);
            store::reports::insert(tx, id, &receipt, &reported).await?;
            let mail = about("missing-receipt", &reported.name, now).word("receipt", &receipt).word("email", reported.email.as_str());
            self.mails.ask(tx, &Mail { recipient: reporter(id), locale: reported.locale, ..mail }).await?;
            let actor = Actor { subject: "visitor".to_owned(), name: String::new(), network: visit.journalled() };
            note(tx, &actor, "report.made", &receipt, &ministry(), "").await
        })
        .await?;
        self.signal.wake();
        Ok(receipt)
    }

    /// A page of reports, oldest first.
    ///
    /// # Errors
    /// The role does not go that far.
    pub async fn reports(
        &self,
        caller: &Caller,
        answered: bool,
        after: Option<(DateTime<Utc>, ReportId)>,
        limit: i64,
    ) -> Result<Vec<Report>, Error> {
        require_admin(caller)?;
        let mut conn = self.pool.acquire().await?;
        Ok(store::reports::list(&mut conn, answered, after, limit).await?)
    }

    /// Answers a report, by mail.
    ///
    /// # Errors
    /// There is none of that id; it was answered.
    pub async fn answer_report<R: Message>(&self, write: Write<'_, R>, answer: Answer) -> Result<pb::AnswerMissingReportResponse, Error> {
        require_admin(write.caller)?;
        self.once(write, async |tx, actor, _| {
            let report = store::reports::lock(tx, answer.id).await?.ok_or(Refused::ReportNotFound)?;
            if report.answered_at.is_some() {
                return Err(Refused::ReportAnswered.into());
            }
            store::reports::answer(tx, answer.id, &answer.text, &actor.subject).await?;
            let (now, _) = today(tx).await?;
            let mail = about("missing-answer", &report.name, now).word("receipt", &report.receipt).word("answer", &answer.text);
            let locale = store::reports::locale(&report);
            self.mails.ask(tx, &Mail { recipient: reporter(answer.id), locale, ..mail }).await?;
            note(tx, actor, "report.answered", &report.receipt, &ministry(), "").await?;
            let report = store::reports::lock(tx, answer.id).await?.ok_or(Refused::ReportNotFound)?;
            Ok(pb::AnswerMissingReportResponse { report: Some(words::report(&report)) })
        })
        .await
    }
}

fn reporter(id: ReportId) -> Recipient {
    Recipient::Other(format!("identity:report:{id}"))
}

fn ministry() -> Scope {
    Scope { kind: RightKind::National, key: "*".to_owned() }
}

fn require_admin(caller: &Caller) -> Result<(), Error> {
    if caller.right.role < Role::Admin { Err(Refused::RoleTooLow.into()) } else { Ok(()) }
}
