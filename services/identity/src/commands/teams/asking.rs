use kernel::{CollectiviteId, RightKind};
use sqlx::PgConnection;

use super::{Teams, is_decided_by_somebody, note, standing::refuse_member};
use crate::{
    commands::{expiries, sessions::SignedIn},
    domain::{
        MembershipId, RequestId,
        approval::{Approver, OPEN_AT_MOST, Present},
        place::Known,
        request::{Asking, Request},
        scope::Scope,
        visit::Visit,
    },
    error::{Error, teams::Refused},
    store,
};

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Asks {
    /// To act for this collectivité.
    pub collectivite: CollectiviteId,
    /// What the person writes.
    pub message: String,
    /// The colleague who has left, whose place the person takes.
    pub replaces: Option<MembershipId>,
    /// For whom the person acts; empty for the collectivité itself.
    pub delegate_of: String,
}

impl Teams {
    /// Asks to act for a collectivité: its administrators, its SGAR or the ministry decide.
    ///
    /// # Errors
    /// The collectivité is no more; the person is a member, or has asked; too many requests are open.
    pub async fn ask(&self, visit: &Visit, session: &str, asks: Asks) -> Result<Request, Error> {
        self.as_person(visit, session, async |_, _, _| Ok(())).await?;
        let collectivite = self.living(&asks.collectivite).await?;
        self.as_person(visit, session, async |tx, who, actor| {
            let scope = collectivite.scope();
            refuse_member(tx, who, &scope).await?;
            if store::requests::open_of(tx, who.account.id, &collectivite.id).await?.is_some() {
                return Err(Refused::AlreadyAsked.into());
            }
            // One at a time for an account, so that the count is of all of them.
            store::accounts::lock(tx, who.account.id).await?;
            if store::requests::count_open_of(tx, who.account.id).await? >= OPEN_AT_MOST {
                return Err(Refused::TooManyRequests.into());
            }
            let asking = asking(tx, who, &collectivite, asks).await?;
            let id = RequestId::made(who.now);
            store::requests::insert(tx, id, &asking).await?;
            if let Some(at) = asking.escalates_at {
                events::jobs::enqueue(tx, expiries::ESCALATE, &id.to_string(), at, &[]).await?;
            }
            let request = store::requests::find(tx, id).await?.ok_or(Refused::RequestNotFound)?;
            self.call_approvers(tx, &request, who.now).await?;
            note(tx, actor, "request.made", &actor.subject, &scope, &id.to_string()).await?;
            Ok(request)
        })
        .await
    }

    /// Who is signed in by a secret, and what they have asked for, newest first.
    ///
    /// # Errors
    /// The session is over.
    pub async fn own_requests(&self, visit: &Visit, session: &str) -> Result<Vec<Request>, Error> {
        self.as_person(visit, session, async |tx, who, _| Ok(store::requests::of_account(tx, who.account.id).await?)).await
    }
}

/// What is kept of a request: who decides first, and until when alone.
async fn asking(tx: &mut PgConnection, who: &SignedIn, collectivite: &Known, asks: Asks) -> Result<Asking, Error> {
    let scope = collectivite.scope();
    if let Some(id) = asks.replaces {
        let replaced = store::teams::find(tx, id).await?;
        replaced.filter(|(_, membership)| Scope::of(&membership.right) == scope).ok_or(Refused::MembershipNotFound)?;
    }
    let approver = Approver::first(present(tx, &scope, &collectivite.region_code).await?);
    Ok(Asking {
        account: who.account.id,
        collectivite: collectivite.id.clone(),
        approver,
        message: asks.message,
        replaces: asks.replaces,
        delegate_of: asks.delegate_of,
        escalates_at: approver.until(who.now),
    })
}

/// Who is there to decide.
pub(in crate::commands) async fn present(tx: &mut PgConnection, team: &Scope, region: &str) -> Result<Present, Error> {
    let region = Scope { kind: RightKind::Region, key: region.to_owned() };
    Ok(Present {
        administrators: !store::teams::administrators(tx, team).await?.is_empty(),
        region: !region.key.is_empty() && is_decided_by_somebody(tx, &region).await?,
    })
}
