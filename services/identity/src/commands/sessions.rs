use chrono::{DateTime, Utc};
use database::transact;
use kernel::Etag;
use sqlx::PgConnection;

use super::accounts::Accounts;
use crate::{
    domain::{
        SessionId,
        account::{Account, Person},
        membership::{Membership, asks_for_second_factor},
        secret::SecretHash,
        session::Session,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store,
};

/// Who is signed in, by which session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub account: Account,
    /// The time by which that was found.
    pub now: DateTime<Utc>,
}

/// Who is signed in by the secret of a session; that counts as activity.
///
/// # Errors
/// The session is over, or never was.
pub async fn signed_in(tx: &mut PgConnection, secret: &str) -> Result<SignedIn, Error> {
    let secret = SecretHash::of(secret).ok_or(Refused::SessionEnded)?;
    let now = store::now(tx).await?;
    let session = store::sessions::find(tx, &secret).await?.filter(|session| session.is_live(now)).ok_or(Refused::SessionEnded)?;
    let account = store::accounts::find(tx, session.account).await?.filter(|account| account.disabled_at.is_none());
    let account = account.ok_or(Refused::SessionEnded)?;
    store::sessions::touch(tx, session.id, now).await?;
    Ok(SignedIn { session, account, now })
}

impl SignedIn {
    /// Refuses when the password was typed too long ago for a sensitive act.
    ///
    /// # Errors
    /// REAUTHENTICATION_NEEDED.
    pub fn authenticated(&self) -> Result<(), Refused> {
        if self.session.is_authenticated(self.now) { Ok(()) } else { Err(Refused::ReauthenticationNeeded) }
    }
}

/// What a person sees of where they stand.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Who it is.
    pub signed_in: SignedIn,
    /// What they may do today.
    pub memberships: Vec<Membership>,
}

impl Standing {
    /// A right asks for a second factor, and there is none: only setting one up is possible.
    #[must_use]
    pub fn second_factor_missing(&self) -> bool {
        let asks = self.memberships.iter().any(|membership| asks_for_second_factor(membership.right.kind));
        asks && !self.signed_in.account.second_factor()
    }
}

impl Accounts {
    /// Goes on with a session.
    ///
    /// # Errors
    /// It is over.
    pub async fn resume(&self, session: &str) -> Result<Standing, Error> {
        transact(&self.pool, async |tx| {
            let signed_in = signed_in(tx, session).await?;
            let memberships = store::memberships::of_account(tx, signed_in.account.id).await?;
            Ok(Standing { signed_in, memberships })
        })
        .await
    }

    /// Ends a session; one that is over is no error.
    ///
    /// # Errors
    /// The database's.
    pub async fn sign_out(&self, visit: &Visit, session: &str) -> Result<(), Error> {
        transact(&self.pool, async |tx| match signed_in(tx, session).await {
            Ok(who) => {
                self.end(tx, visit, &who.account, who.session.id).await?;
                Ok(())
            }
            Err(Error::Person(Refused::SessionEnded)) => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }

    /// The sessions of who is signed in, and the present one.
    ///
    /// # Errors
    /// The session is over.
    pub async fn sessions(&self, session: &str) -> Result<(SignedIn, Vec<Session>), Error> {
        transact(&self.pool, async |tx| {
            let who = signed_in(tx, session).await?;
            let sessions = store::sessions::list(tx, who.account.id, who.now).await?;
            Ok((who, sessions))
        })
        .await
    }

    /// Ends one session of who is signed in, or all but the present one; says how many.
    ///
    /// # Errors
    /// The session is over.
    pub async fn end_sessions(&self, visit: &Visit, session: &str, which: Option<SessionId>) -> Result<usize, Error> {
        transact(&self.pool, async |tx| {
            let who = signed_in(tx, session).await?;
            let listed = match which {
                Some(one) => vec![one],
                None => {
                    let all = store::sessions::list(tx, who.account.id, who.now).await?;
                    all.into_iter().map(|session| session.id).filter(|id| *id != who.session.id).collect()
                }
            };
            let mut ended = 0;
            for id in listed {
                ended += usize::from(self.end(tx, visit, &who.account, id).await?);
            }
            Ok(ended)
        })
        .await
    }

    /// Ends a session of an account; whose it is not, it stays.
    async fn end(&self, tx: &mut PgConnection, visit: &Visit, account: &Account, id: SessionId) -> Result<bool, Error> {
        if !store::sessions::end(tx, account.id, id).await? {
            return Ok(false);
        }
        store::voids::void_session(tx, &id.to_string()).await?;
        self.record(tx, account, visit, "session.ended", "").await?;
        Ok(true)
    }

    /// Changes who a person says they are.
    ///
    /// # Errors
    /// The session is over; it changed since it was read.
    pub async fn update(&self, visit: &Visit, session: &str, seen: Etag, person: Person) -> Result<Account, Error> {
        transact(&self.pool, async |tx| {
            let who = signed_in(tx, session).await?;
            let account = store::accounts::lock(tx, who.account.id).await?.ok_or(Refused::SessionEnded)?;
            if account.version != seen.0 {
                return Err(Refused::Stale.into());
            }
            let account = Account { person, version: account.version.next(), ..account };
            store::accounts::save(tx, &account).await?;
            self.record(tx, &account, visit, "account.updated", "").await?;
            Ok(account)
        })
        .await
    }
}
