//! Passwords that are chosen: after a recovery, and by who is signed in.

use kernel::{Violation, Violations};
use runtime::Secret;
use sqlx::PgConnection;

use super::{
    accounts::{Accounts, held},
    sessions::{SignedIn, signed_in},
    throttles,
};
use crate::{
    domain::{
        account::Account,
        flow::{self, Flow, Kind, Request},
        mail::Purpose,
        password::{Context, Password},
        secret::Fresh,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    passwords::Compared,
    store,
    words::Lists,
};

impl Accounts {
    /// Sets the password of a flow whose address is proved. Nobody is signed in by it.
    ///
    /// # Errors
    /// The flow waits for something else; the password is too weak; too many at once.
    pub async fn choose_password(&self, visit: &Visit, secret: &str, password: &str) -> Result<Flow, Error> {
        self.take(&[throttles::office(visit)]).await?;
        let context = self
            .transact(async |tx| {
                let flow = held(tx, secret).await?;
                flow::next(flow.kind, flow.step, Request::ChoosePassword)?;
                self.context_of(tx, &flow).await
            })
            .await?;
        let hash = self.passwords.hash(chosen("password", password, &context)?).await?;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            let mut flow = held(tx, secret).await?.after(Request::ChoosePassword, now)?;
            if flow.kind == Kind::SignUp {
                flow.account = Some(self.make_account(tx, &flow, hash, visit).await?.id);
            } else {
                self.recover(tx, &flow, &hash, visit).await?;
            }
            store::flows::save(tx, &flow).await?;
            Ok(flow)
        })
        .await
    }

    async fn context_of(&self, tx: &mut PgConnection, flow: &Flow) -> Result<Context, Error> {
        let account = match flow.account {
            Some(account) => store::accounts::find(tx, account).await?,
            None => None,
        };
        match account {
            Some(account) => self.context(tx, &account).await,
            None => Ok(Context {
                collectivites: vec![flow.collectivite.1.clone()],
                email: flow.email.clone(),
                names: vec![flow.person.0.clone(), flow.person.1.clone()],
            }),
        }
    }

    /// Ends a recovery: every session and token is over, whoever had them, and the person is told.
    async fn recover(&self, tx: &mut PgConnection, flow: &Flow, hash: &str, visit: &Visit) -> Result<(), Error> {
        let account = store::accounts::lock(tx, flow.account.ok_or(Refused::FlowEnded)?).await?;
        let account = account.filter(|account| account.disabled_at.is_none()).ok_or(Refused::FlowEnded)?;
        let account = self.close(tx, account, None).await?;
        store::sessions::forget_devices(tx, account.id).await?;
        store::throttles::forget(tx, &throttles::of_account(&account)).await?;
        self.replace(tx, &account, hash, Some(flow), visit).await?;
        Ok(self.record(tx, &account, visit, "password.recovered", "").await?)
    }

    /// Changes the password of who is signed in; the session goes on with another secret, all others end.
    ///
    /// # Errors
    /// The present password is wrong; the new one is too weak; too many.
    pub async fn change_password(&self, visit: &Visit, session: &str, present: &str, new: &str) -> Result<Secret, Error> {
        let (signed_in, context) = self
            .transact(async |tx| {
                let signed_in = signed_in(tx, session).await?;
                let context = self.context(tx, &signed_in.account).await?;
                Ok((signed_in, context))
            })
            .await?;
        let new = chosen("new_password", new, &context)?;
        if !self.knows(visit, &signed_in, present).await? {
            return Err(violation("current_password", "WRONG: not the present password"));
        }
        let hash = self.passwords.hash(new).await?;
        self.transact(async |tx| {
            let SignedIn { session, account, now } = super::sessions::signed_in(tx, session).await?;
            let account = store::accounts::lock(tx, account.id).await?.ok_or(Refused::SessionEnded)?;
            if account.password != signed_in.account.password {
                return Err(Refused::SessionEnded.into());
            }
            let account = self.close(tx, account, Some(session.id)).await?;
            self.replace(tx, &account, &hash, None, visit).await?;
            self.record(tx, &account, visit, "password.changed", "").await?;
            let secret = Fresh::drawn();
            store::sessions::renew(tx, session.id, &secret.hash, now).await?;
            Ok(secret.text)
        })
        .await
    }

    /// Puts a password in the place of the one before: what was begun with that is over, and the person is told.
    async fn replace(&self, tx: &mut PgConnection, account: &Account, hash: &str, but: Option<&Flow>, visit: &Visit) -> Result<(), Error> {
        store::accounts::set_password(tx, account.id, hash).await?;
        store::mails::kill(tx, Purpose::Recovery, account.id.0).await?;
        store::flows::forget_of_account(tx, account.id, but.map(|flow| flow.id)).await?;
        self.tell(tx, account, "password-changed", visit).await
    }

    /// Whether who is signed in knows the account's password. A try is taken first.
    pub(super) async fn knows(&self, visit: &Visit, who: &SignedIn, password: &str) -> Result<bool, Error> {
        let buckets = throttles::reauthentication(visit, who.session.id);
        self.take(&buckets).await?;
        let compared = self.passwords.compare(Password::typed(password), Some(who.account.password.clone())).await;
        match compared {
            Ok(Compared::Right { .. }) => {
                self.transact(async |tx| Ok(store::throttles::succeeded(tx, &buckets).await?)).await?;
                Ok(true)
            }
            Ok(Compared::Wrong) => Ok(false),
            Err(error) => {
                self.transact(async |tx| Ok(store::throttles::give_back(tx, &buckets).await?)).await?;
                Err(error)
            }
        }
    }
}

/// A password that somebody wants, or why it is not taken.
///
/// # Errors
/// A violation of the field.
pub fn chosen(field: &str, text: &str, context: &Context) -> Result<Password, Error> {
    Password::chosen(text, context, &Lists).map_err(|weakness| violation(field, &weakness.to_string()))
}

fn violation(field: &str, description: &str) -> Error {
    Violations(vec![Violation { field: field.to_owned(), description: description.to_owned() }]).into()
}
