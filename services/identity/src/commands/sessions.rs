use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{account::Account, secret::SecretHash, session::Session},
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
