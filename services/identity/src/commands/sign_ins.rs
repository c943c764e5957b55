use runtime::Secret;
use sqlx::PgConnection;

use super::{
    accounts::{Accounts, Opened, begin},
    sessions::signed_in,
    throttles,
};
use crate::{
    domain::{
        DeviceId,
        account::Account,
        flow::{Flow, Kind},
        password::Password,
        person::Email,
        secret::{Fresh, SecretHash},
        subject,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    passwords::Compared,
    store::{
        self,
        journal::{self, Act},
        throttles::Bucket,
    },
};

/// What somebody signs in with.
#[derive(Debug)]
pub struct SignIn {
    /// The address, as it was typed.
    pub email: String,
    /// The password.
    pub password: Password,
    /// The secret of a browser that signed in before; empty for none.
    pub device: String,
}

/// What a right password leads to.
#[derive(Debug)]
pub enum Entered {
    /// The person is signed in.
    Session(Opened),
    /// The second step is missing: the secret of the flow that waits for it.
    SecondFactor(Secret),
}

/// The address as it is compared. What is no address is nobody's; it takes its way all the same.
fn key(typed: &str) -> String {
    let as_typed = || typed.chars().filter(|c| !c.is_control()).flat_map(char::to_lowercase).collect();
    typed.parse::<Email>().map_or_else(|_| as_typed(), |email| email.key())
}

/// What was found for an address before its password is looked at.
struct Found {
    account: Option<Account>,
    device: Option<DeviceId>,
    buckets: Vec<Bucket>,
}

impl Accounts {
    /// Signs somebody in by address and password. What is wrong is not said, nor told by the time it takes: an address without
    /// account is throttled and compared as one with.
    ///
    /// # Errors
    /// Address or password is wrong; too many; too many at once.
    pub async fn sign_in(&self, visit: &Visit, sign_in: SignIn) -> Result<Entered, Error> {
        // In a storm the database is for those who are let in.
        self.passwords.admit()?;
        let email_key = key(&sign_in.email);
        let found = self.attempt(async |tx| self.look(tx, visit, &email_key, &sign_in.device).await).await?;
        let kept = found.account.as_ref().map(|account| account.password.clone());
        let compared = match self.passwords.compare(sign_in.password, kept).await {
            Ok(compared) => compared,
            Err(error) => {
                self.transact(async |tx| Ok(store::throttles::give_back(tx, &found.buckets).await?)).await?;
                return Err(error);
            }
        };
        match (found.account, compared) {
            (Some(account), Compared::Right { rehashed }) if account.disabled_at.is_none() => {
                self.enter(visit, account, found.device, &found.buckets, rehashed).await
            }
            (account, _) => {
                self.turn_away(visit, account.as_ref()).await?;
                Err(Refused::WrongCredentials.into())
            }
        }
    }

    /// Finds account and browser, and takes a try, whether there is an account or not.
    async fn look(&self, tx: &mut PgConnection, visit: &Visit, email_key: &str, device: &str) -> Result<Result<Found, Error>, Error> {
        let account = store::accounts::find_by_email(tx, email_key).await?;
        let device = match (&account, SecretHash::of(device)) {
            (Some(account), Some(secret)) => store::sessions::find_device(tx, account.id, &secret).await?,
            _ => None,
        };
        let buckets = throttles::sign_in(visit, email_key, device);
        let taken = store::throttles::take(tx, &buckets).await?;
        Ok(taken.map(|()| Found { account, device, buckets }).map_err(|wait| Refused::from(wait).into()))
    }

    async fn enter(
        &self,
        visit: &Visit,
        account: Account,
        device: Option<DeviceId>,
        buckets: &[Bucket],
        rehashed: Option<String>,
    ) -> Result<Entered, Error> {
        self.transact(async |tx| {
            store::throttles::succeeded(tx, buckets).await?;
            // Between the look and now it may have been shut out, or given another password.
            let present = store::accounts::lock(tx, account.id).await?.filter(|present| present.disabled_at.is_none());
            let present = present.filter(|present| present.password == account.password).ok_or(Refused::WrongCredentials)?;
            if let Some(hash) = rehashed {
                store::accounts::rehash(tx, present.id, &present.password, &hash).await?;
            }
            if present.second_factor() {
                let now = store::now(tx).await?;
                let flow = Flow { account: Some(present.id), device, ..Flow::begun(Kind::SecondFactor, present.person.locale, now) };
                return Ok(Entered::SecondFactor(begin(tx, flow).await?.secret));
            }
            self.welcome(tx, &present, visit, device).await.map(Entered::Session)
        })
        .await
    }

    /// Signs in whoever has proved everything; a browser that was not seen before is told of.
    pub(super) async fn welcome(
        &self,
        tx: &mut PgConnection,
        account: &Account,
        visit: &Visit,
        device: Option<DeviceId>,
    ) -> Result<Opened, Error> {
        if device.is_none() {
            self.tell(tx, account, "new-device-sign-in", visit).await?;
        }
        self.open(tx, account, visit, device).await
    }

    /// Writes down that somebody was turned away; beyond so many in a minute no longer.
    pub(super) async fn turn_away(&self, visit: &Visit, account: Option<&Account>) -> Result<(), Error> {
        let whose = account.map_or_else(|| "?".to_owned(), |account| subject(account.id));
        let network = visit.journalled();
        self.transact(async |tx| {
            if store::throttles::take(tx, &[throttles::refusal("sign-in")]).await?.is_ok() {
                let act = Act { actor: "?", act: "sign-in.refused", subject: &whose, scope: "", network: &network, detail: "" };
                journal::record(tx, act).await?;
            }
            Ok(())
        })
        .await
    }

    /// Proves the person again; the session gets another secret.
    ///
    /// # Errors
    /// The session is over; the password is wrong; too many.
    pub async fn reauthenticate(&self, visit: &Visit, session: &str, password: &str) -> Result<Secret, Error> {
        let who = self.transact(async |tx| signed_in(tx, session).await).await?;
        if !self.knows(visit, &who, password).await? {
            self.turn_away(visit, Some(&who.account)).await?;
            return Err(Refused::WrongCredentials.into());
        }
        self.transact(async |tx| {
            let again = signed_in(tx, session).await?;
            let secret = Fresh::drawn();
            store::sessions::renew(tx, again.session.id, &secret.hash, again.now).await?;
            Ok(secret.text)
        })
        .await
    }
}
