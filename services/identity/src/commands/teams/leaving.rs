use sqlx::PgConnection;

use super::{Teams, end, note};
use crate::{
    commands::{expiries, sessions::SignedIn},
    domain::{
        MembershipId, RequestId,
        approval::RequestState,
        request::Request,
        scope::Scope,
        team::{decides_for_good, must_keep_an_administrator},
        visit::Visit,
    },
    error::{Error, teams::Refused},
    store,
};

impl Teams {
    /// Takes a request back.
    ///
    /// # Errors
    /// There is none of that id of the person's; it was decided.
    pub async fn withdraw_request(&self, visit: &Visit, session: &str, id: RequestId) -> Result<Request, Error> {
        self.as_person(visit, session, async |tx, who, actor| {
            let request = own(tx, who, id).await?;
            if request.state != RequestState::Open {
                return Err(Refused::RequestDecided.into());
            }
            store::requests::decide(tx, id, RequestState::Withdrawn, "", (&actor.subject, None)).await?;
            events::jobs::cancel(tx, expiries::ESCALATE, &id.to_string()).await?;
            note(tx, actor, "request.withdrawn", &actor.subject, &request.place().scope, &id.to_string()).await?;
            Ok(store::requests::find(tx, id).await?.ok_or(Refused::RequestNotFound)?)
        })
        .await
    }

    /// Ends the person's own membership.
    ///
    /// # Errors
    /// There is none of that id of the person's; nobody would be left to decide.
    pub async fn leave(&self, visit: &Visit, session: &str, id: MembershipId) -> Result<(), Error> {
        self.as_person(visit, session, async |tx, who, actor| {
            let found = store::teams::find(tx, id).await?.filter(|(account, _)| *account == who.account.id);
            let (_, membership) = found.ok_or(Refused::MembershipNotFound)?;
            let scope = Scope::of(&membership.right);
            store::teams::hold(tx, &scope).await?;
            let (account, membership) = store::teams::find(tx, id).await?.ok_or(Refused::MembershipNotFound)?;
            let was = decides_for_good(membership.right.role, membership.until);
            let others = store::teams::lasting_administrators(tx, &scope, id).await?;
            must_keep_an_administrator(false, was, false, others).map_err(Refused::from)?;
            end(tx, account, id, &scope, &actor.subject).await?;
            note(tx, actor, "membership.left", &actor.subject, &scope, &membership.right.to_string()).await
        })
        .await
    }
}

/// A request of the person's, held until the transaction ends; another's is answered like one that does not exist.
async fn own(tx: &mut PgConnection, who: &SignedIn, id: RequestId) -> Result<Request, Error> {
    store::requests::hold(tx, id).await?;
    let request = store::requests::find(tx, id).await?.filter(|request| request.account == who.account.id);
    Ok(request.ok_or(Refused::RequestNotFound)?)
}
