use std::time::Duration;

use chrono::{DateTime, Utc};
use database::transact;
use runtime::Secret;
use sqlx::{PgConnection, PgPool};

use super::{
    accounts::{Accounts, Opened, held, moved},
    proofs::wrong,
    sessions::signed_in,
    throttles,
};
use crate::{
    domain::{
        AccountId,
        account::Account,
        flow::{self, Flow, Request, TRIES},
        membership::asks_for_second_factor,
        second_factor::{Authenticator, CODES, SECRET, recovery_code, recovery_hash},
        secret::SecretHash,
        subject,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    seal::Seals,
    store::{
        self,
        second_factors::{Sealed, State},
    },
};

impl Accounts {
    /// Ends a sign-in by a code of the authenticator, each good once, or by a recovery code.
    ///
    /// # Errors
    /// The code is wrong; the tries are used up; too many.
    pub async fn enter_second_factor(&self, visit: &Visit, secret: &str, code: &str) -> Result<Opened, Error> {
        let flow = self.transact(async |tx| held(tx, secret).await).await?;
        flow::next(flow.kind, flow.step, Request::SecondFactor)?;
        let buckets = throttles::second_factor(visit, flow.account.ok_or(Refused::FlowEnded)?);
        self.take(&buckets).await?;
        self.attempt(async |tx| {
            let flow = held(tx, secret).await?;
            flow::next(flow.kind, flow.step, Request::SecondFactor)?;
            if flow.tries >= TRIES {
                return Ok(Err(wrong("NO_TRIES_LEFT: sign in again")));
            }
            let flow = Flow { tries: flow.tries + 1, ..flow };
            store::flows::save(tx, &flow).await?;
            let account = store::accounts::lock(tx, flow.account.ok_or(Refused::FlowEnded)?).await?;
            let account = account.filter(|account| account.disabled_at.is_none()).ok_or(Refused::FlowEnded)?;
            if !self.is_second_factor(tx, &account, code).await? {
                return Ok(Err(wrong("WRONG: neither a code of the authenticator nor a recovery code")));
            }
            store::throttles::succeeded(tx, &buckets).await?;
            let (device, now) = (flow.device, store::now(tx).await?);
            moved(tx, flow, Request::SecondFactor, now).await?;
            self.welcome(tx, &account, visit, device).await.map(Ok)
        })
        .await
    }

    async fn is_second_factor(&self, tx: &mut PgConnection, account: &Account, code: &str) -> Result<bool, Error> {
        if self.takes(tx, account, State::Live, code).await? {
            return Ok(true);
        }
        match recovery_hash(code) {
            Some(hash) => Ok(store::second_factors::use_code(tx, account.id, &SecretHash::made(hash)).await?),
            None => Ok(false),
        }
    }

    /// Whether a code is one of the authenticator's that was not taken before; it is then.
    async fn takes(&self, tx: &mut PgConnection, account: &Account, state: State, code: &str) -> Result<bool, Error> {
        let Some(sealed) = store::second_factors::find(tx, account.id, state).await? else { return Ok(false) };
        let secret = self.seals.open(&subject(account.id), &sealed.sealed, &sealed.sealed_by)?;
        let authenticator = Authenticator::new(&secret, account.email.as_str()).map_err(|_| Error::Authenticator)?;
        let now: DateTime<Utc> = store::now(tx).await?;
        let plain: String = code.chars().filter(char::is_ascii_digit).collect();
        match authenticator.step(&plain, now).filter(|_| plain.len() == code.chars().filter(|c| !c.is_whitespace()).count()) {
            Some(step) => Ok(store::second_factors::take_step(tx, account.id, state, step).await?),
            None => Ok(false),
        }
    }

    /// Begins to set up an authenticator: the secret to type, and the address to scan.
    ///
    /// # Errors
    /// The session is over; the password was typed too long ago.
    pub async fn start_second_factor(&self, session: &str) -> Result<(Secret, Secret), Error> {
        self.transact(async |tx| {
            let who = signed_in(tx, session).await?;
            who.authenticated()?;
            let secret: [u8; SECRET] = runtime::random();
            let sealed = sealed(&self.seals, who.account.id, &secret)?;
            store::second_factors::start(tx, who.account.id, &sealed).await?;
            let authenticator = Authenticator::new(&secret, who.account.email.as_str()).map_err(|_| Error::Authenticator)?;
            let scanned = authenticator.scanned().map_err(|_| Error::Authenticator)?;
            Ok((authenticator.typed(), scanned))
        })
        .await
    }

    /// Puts the authenticator in force; gives the recovery codes, once.
    ///
    /// # Errors
    /// The code is wrong; none is being set up; the password was typed too long ago; too many.
    pub async fn confirm_second_factor(&self, visit: &Visit, session: &str, code: &str) -> Result<Vec<Secret>, Error> {
        let who = self.transact(async |tx| signed_in(tx, session).await).await?;
        let buckets = throttles::second_factor(visit, who.account.id);
        self.take(&buckets).await?;
        self.attempt(async |tx| {
            let who = signed_in(tx, session).await?;
            who.authenticated()?;
            store::second_factors::find(tx, who.account.id, State::Pending).await?.ok_or(Refused::SecondFactorNotStarted)?;
            if !self.takes(tx, &who.account, State::Pending, code).await? {
                return Ok(Err(wrong("WRONG: not a code of this authenticator")));
            }
            store::throttles::succeeded(tx, &buckets).await?;
            store::second_factors::confirm(tx, who.account.id).await?;
            let codes = draw_codes(tx, who.account.id).await?;
            self.tell(tx, &who.account, "second-factor-changed", visit).await?;
            self.record(tx, &who.account, visit, "second-factor.confirmed", "").await?;
            Ok(Ok(codes))
        })
        .await
    }

    /// Takes the authenticator away; not from who must have a second factor and has no other.
    ///
    /// # Errors
    /// The password was typed too long ago; a right of the account asks for it.
    pub async fn remove_second_factor(&self, visit: &Visit, session: &str) -> Result<(), Error> {
        self.transact(async |tx| {
            let who = signed_in(tx, session).await?;
            who.authenticated()?;
            // Held, so that two of them are not taken away at once, each for the sake of the other.
            let account = store::accounts::lock(tx, who.account.id).await?.ok_or(Refused::SessionEnded)?;
            if !account.passkey {
                last_goes(tx, account.id).await?;
            }
            store::second_factors::remove(tx, account.id, State::Pending).await?;
            store::second_factors::remove(tx, account.id, State::Live).await?;
            if account.authenticator {
                self.tell(tx, &account, "second-factor-changed", visit).await?;
                self.record(tx, &account, visit, "second-factor.removed", "").await?;
            }
            Ok(())
        })
        .await
    }
}

/// Lets an account's last second factor go, with its recovery codes, where no right asks for one.
pub(super) async fn last_goes(tx: &mut PgConnection, account: AccountId) -> Result<(), Error> {
    let memberships = store::memberships::of_account(tx, account).await?;
    if memberships.iter().any(|membership| asks_for_second_factor(membership.right.kind)) {
        return Err(Refused::SecondFactorRequired.into());
    }
    Ok(store::second_factors::forget_codes(tx, account).await?)
}

/// Draws ten recovery codes for an account, in the place of those it had.
pub(super) async fn draw_codes(tx: &mut PgConnection, account: AccountId) -> Result<Vec<Secret>, Error> {
    let codes: Vec<Secret> = (0..CODES).map(|_| recovery_code()).collect();
    let hashes: Vec<SecretHash> = codes.iter().filter_map(|code| recovery_hash(code.reveal())).map(SecretHash::made).collect();
    store::second_factors::keep_codes(tx, account, &hashes).await?;
    Ok(codes)
}

fn sealed(seals: &Seals, account: AccountId, secret: &[u8]) -> Result<Sealed, Error> {
    let present = &seals.present;
    Ok(Sealed { sealed: present.seal(&subject(account), secret)?, sealed_by: present.print().to_owned() })
}

/// Puts every secret under the present seal, so that the older one can be taken away; looks again each hour.
///
/// # Errors
/// Never; it is a task of the process.
pub async fn reseal(pool: PgPool, seals: Seals) -> anyhow::Result<()> {
    loop {
        let pause = match reseal_some(&pool, &seals).await {
            Ok(0) => Duration::from_hours(1),
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "second factors are not sealed anew; will try again");
                Duration::from_mins(1)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn reseal_some(pool: &PgPool, seals: &Seals) -> Result<usize, Error> {
    transact(pool, async |tx| {
        let rows = store::second_factors::sealed_otherwise(tx, seals.present.print()).await?;
        for (account, state, before) in &rows {
            let secret = seals.open(&subject(*account), &before.sealed, &before.sealed_by)?;
            store::second_factors::reseal(tx, *account, state, &sealed(seals, *account, &secret)?).await?;
        }
        Ok(rows.len())
    })
    .await
}
