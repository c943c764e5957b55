use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, RightKind};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Teams;
use crate::{
    commands::sessions::SignedIn,
    domain::{AccountId, mail::Purpose, membership::Membership, place::Known, request::Request, scope::Scope, visit::Visit},
    error::{Error, teams::Refused},
    store,
};

/// Where a person stands with a collectivité.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The collectivité.
    pub collectivite: Known,
    /// What the person holds; it may begin later.
    pub membership: Option<Membership>,
    /// What the person has asked for.
    pub request: Option<Request>,
    /// Somebody of the collectivité can approve.
    pub has_administrators: bool,
    /// A code was sent to the official address and is still good.
    pub code_sent_at: Option<DateTime<Utc>>,
    /// The official address with its middle left out; empty where none is known.
    pub official_hint: String,
    /// First and last name of who helps: of the SGAR.
    pub helper: Option<String>,
}

impl Teams {
    /// Where who is signed in stands with a collectivité.
    ///
    /// # Errors
    /// There is no such collectivité; the session is over.
    pub async fn standing(&self, visit: &Visit, session: &str, id: &CollectiviteId) -> Result<Standing, Error> {
        self.as_person(visit, session, async |_, _, _| Ok(())).await?; // before anything is asked of others
        let collectivite = self.directory.collectivite(id).await?;
        let official_hint = self.directory.official_hint(id).await.unwrap_or_default();
        self.as_person(visit, session, async |tx, who, _| {
            let scope = collectivite.scope();
            let region = Scope { kind: RightKind::Region, key: collectivite.region_code.clone() };
            let helper = store::teams::administrators(tx, &region).await?.into_iter().next().map(|helper| helper.name);
            Ok(Standing {
                membership: store::teams::of(tx, who.account.id, &scope).await?,
                request: store::requests::open_of(tx, who.account.id, id).await?,
                has_administrators: !store::teams::administrators(tx, &scope).await?.is_empty(),
                code_sent_at: store::mails::good_since(tx, Purpose::OfficialCode, proof(who.account.id, id)).await?,
                official_hint,
                helper,
                collectivite,
            })
        })
        .await
    }

    /// A collectivité that lives.
    pub(super) async fn living(&self, id: &CollectiviteId) -> Result<Known, Error> {
        let known = self.directory.collectivite(id).await?;
        if known.ended { Err(Refused::CollectiviteEnded.into()) } else { Ok(known) }
    }
}

/// Refuses who holds a right there already.
pub(super) async fn refuse_member(tx: &mut PgConnection, who: &SignedIn, scope: &Scope) -> Result<(), Error> {
    let member = store::teams::of(tx, who.account.id, scope).await?;
    if member.is_some() { Err(Refused::AlreadyMember.into()) } else { Ok(()) }
}

/// What the code of an official address is good for: this account and this collectivité, and nothing else.
pub(super) fn proof(account: AccountId, collectivite: &CollectiviteId) -> Uuid {
    let digest = Sha256::digest(format!("official-code {account} {collectivite}"));
    Uuid::from_slice(&digest[..16]).unwrap_or_default()
}
