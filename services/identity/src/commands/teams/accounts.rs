use atlas_proto::identity::v1 as pb;
use chrono::TimeDelta;
use kernel::{Caller, Etag, RightKind, Role};
use prost::Message;
use sqlx::PgConnection;

use super::{Teams, Write, about, note, today};
use crate::{
    domain::{
        AccountId,
        account::Account,
        found::Found,
        mail::{Purpose, Validity},
        membership::Membership,
        scope::Scope,
        subject,
        team::decides_for_good,
        throttle::Rule,
    },
    error::{Error, accounts, teams::Refused},
    store::{
        self,
        found::{Key, Seen},
        throttles::Bucket,
    },
};

/// Mails of recovery that helpers send to one account.
const RECOVERIES: Rule = Rule::Quota { count: 5, span: TimeDelta::hours(24) };

impl Teams {
    /// Finds accounts by the beginning of an address or name, or by a collectivité; an SGAR those of its région.
    ///
    /// # Errors
    /// The role does not go that far.
    pub async fn accounts(&self, caller: &Caller, query: &str, after: Option<Key>, limit: i64) -> Result<Vec<Found>, Error> {
        require_admin(caller)?;
        let mut conn = self.pool.acquire().await?;
        Ok(store::found::list(&mut conn, seen_by(caller), query, after, limit).await?)
    }

    /// Shuts an account out everywhere, or lets it in again.
    ///
    /// # Errors
    /// There is none of that id; it changed; it holds a right above the caller; nobody would be left to decide.
    pub async fn set_disabled<R: Message>(
        &self,
        write: Write<'_, R>,
        id: AccountId,
        seen: Etag,
        (disabled, reason): (bool, String),
    ) -> Result<pb::SetAccountDisabledResponse, Error> {
        require_admin(write.caller)?;
        self.once(write, async |tx, actor, caller| {
            let account = store::accounts::lock(tx, id).await?.ok_or(Refused::AccountNotFound)?;
            let rights = store::memberships::of_account(tx, id).await?;
            refuse_above(caller, &rights)?;
            if account.version != seen.0 {
                return Err(Refused::Stale.into());
            }
            if disabled == account.disabled_at.is_some() {
                return Ok(pb::SetAccountDisabledResponse { account: Some((&account).into()) });
            }
            let changed = if disabled { self.shut_out(tx, account, &rights).await? } else { let_in(tx, account).await? };
            let act = if disabled { "account.disabled" } else { "account.enabled" };
            note(tx, actor, act, &subject(id), &Scope::of(&caller.right), &reason).await?;
            Ok(pb::SetAccountDisabledResponse { account: Some((&changed).into()) })
        })
        .await
    }

    async fn shut_out(&self, tx: &mut PgConnection, account: Account, rights: &[Membership]) -> Result<Account, Error> {
        for held in rights.iter().filter(|held| matches!(held.right.kind, RightKind::National | RightKind::Operator)) {
            let scope = Scope::of(&held.right);
            store::teams::hold(tx, &scope).await?;
            let decides = decides_for_good(held.right.role, held.until);
            if decides && store::teams::lasting_administrators(tx, &scope, held.id).await? == 0 {
                return Err(Refused::LastAdministrator.into());
            }
        }
        let (now, _) = today(tx).await?;
        let changed = Account { disabled_at: Some(now), generation: account.generation + 1, version: account.version.next(), ..account };
        store::accounts::save(tx, &changed).await?;
        store::sessions::end_all(tx, changed.id, None).await?;
        store::voids::void_generation(tx, &subject(changed.id), changed.generation).await?;
        for held in rights {
            super::take_back(tx, &Scope::of(&held.right), &subject(changed.id)).await?;
        }
        let nowhere = Scope { kind: RightKind::National, key: "*".to_owned() };
        self.tell(tx, changed.id, changed.person.locale, about("account-disabled", "", now), &nowhere).await?;
        Ok(changed)
    }

    /// Sends a person the mail that sets a new password; who helps never sees or chooses one.
    ///
    /// # Errors
    /// There is none of that id that the caller helps; too many were sent.
    pub async fn send_recovery<R: Message>(&self, write: Write<'_, R>, id: AccountId) -> Result<pb::SendRecoveryResponse, Error> {
        require_admin(write.caller)?;
        self.once(write, async |tx, actor, caller| {
            let helped = store::found::is_seen(tx, seen_by(caller), id).await?;
            let account = store::accounts::find(tx, id).await?.filter(|account| helped && account.disabled_at.is_none());
            let account = account.ok_or(Refused::AccountNotFound)?;
            let bucket = Bucket::of("recovery-by-helper", &subject(id), RECOVERIES);
            store::throttles::take(tx, &[bucket]).await?.map_err(accounts::Refused::from)?;
            let (now, _) = today(tx).await?;
            let mail = about("recovery-by-helper", "", now).word("helper_name", &actor.name).word("email", account.email.as_str()).proving(
                Purpose::Recovery,
                id.0,
                Validity::HOUR,
            );
            let mut times = mail.times.clone();
            times.insert("expires".to_owned(), now + Validity::HOUR.at_most);
            let mail = crate::domain::mail::Mail { times, ..mail };
            self.tell(tx, id, account.person.locale, mail, &Scope::of(&caller.right)).await?;
            note(tx, actor, "recovery.sent", &subject(id), &Scope::of(&caller.right), "").await?;
            Ok(pb::SendRecoveryResponse {})
        })
        .await
    }
}

async fn let_in(tx: &mut PgConnection, account: Account) -> Result<Account, Error> {
    let changed = Account { disabled_at: None, version: account.version.next(), ..account };
    store::accounts::save(tx, &changed).await?;
    Ok(changed)
}

/// The ministry does not shut out who runs the installation.
fn refuse_above(caller: &Caller, rights: &[Membership]) -> Result<(), Error> {
    let above = rights.iter().any(|held| held.right.kind == RightKind::Operator) && caller.right.kind != RightKind::Operator;
    if above { Err(Refused::RightAboveCaller.into()) } else { Ok(()) }
}

fn require_admin(caller: &Caller) -> Result<(), Error> {
    if caller.right.role < Role::Admin { Err(Refused::RoleTooLow.into()) } else { Ok(()) }
}

/// Whose accounts a caller sees.
fn seen_by(caller: &Caller) -> Seen<'_> {
    if caller.right.kind == RightKind::Region { Seen::Region(&caller.right.key) } else { Seen::All }
}
