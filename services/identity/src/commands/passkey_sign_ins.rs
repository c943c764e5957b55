//! Signing in with a passkey: alone, or as the second step after the password.

use sqlx::PgConnection;

use super::{
    accounts::{Accounts, Opened, begin, held, moved},
    passkeys::{ToSign, violation, wrong},
    throttles,
};
use crate::{
    domain::{
        DeviceId,
        account::Account,
        flow::{self, Flow, Kind, Request, SIGNS, TRIES},
        passkey::{Answer, Flaw, Passkey},
        person::Locale,
        secret::SecretHash,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store::{self, throttles::Bucket},
};

/// What was found for an answer before it is looked at.
struct Found {
    account: Option<Account>,
    device: Option<DeviceId>,
    buckets: Vec<Bucket>,
}

/// What an answer came to.
enum Looked {
    Proves(Account),
    Refused(Error),
}

impl Accounts {
    /// Begins to sign in by a passkey alone: whose it is, its answer says.
    ///
    /// # Errors
    /// Too many.
    pub async fn start_passkey_sign_in(&self, visit: &Visit) -> Result<ToSign, Error> {
        self.take(&[throttles::office(visit)]).await?;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            let begun = begin(tx, Flow::begun(Kind::PasskeySignIn, Locale::default(), now)).await?;
            let options = self.ask(tx, &begun.flow).await?;
            Ok(ToSign { flow: begun.secret, options })
        })
        .await
    }

    /// Asks for a passkey as the second step of a sign-in; what was asked before is forgotten.
    ///
    /// # Errors
    /// The flow is over, or waits for something else; too many.
    pub async fn ask_for_passkey(&self, visit: &Visit, secret: &str) -> Result<String, Error> {
        self.take(&[throttles::office(visit)]).await?;
        self.transact(async |tx| {
            let now = store::now(tx).await?;
            let flow = held(tx, secret).await?.after(Request::AskPasskey, now)?;
            self.ask(tx, &flow).await
        })
        .await
    }

    async fn ask(&self, tx: &mut PgConnection, flow: &Flow) -> Result<String, Error> {
        let asked = self.passkeys.ask().map_err(wrong)?;
        let until = store::now(tx).await? + SIGNS;
        store::passkeys::ask(tx, flow.id, &asked.state, "", until).await?;
        Ok(asked.options)
    }

    /// Ends a sign-in by what a passkey answers. What was asked is good for one answer, whatever it is.
    ///
    /// # Errors
    /// The answer proves nothing; nothing was asked, or too long ago; the tries are used up; too many.
    pub async fn enter_passkey(&self, visit: &Visit, secret: &str, answer: &str, device: &str) -> Result<Opened, Error> {
        let answer: Option<Answer> = answer.parse().ok();
        let found = self.transact(async |tx| look(tx, visit, secret, answer.as_ref(), device).await).await?;
        self.take(&found.buckets).await?;
        let entered = self
            .attempt(async |tx| {
                let flow = held(tx, secret).await?;
                flow::next(flow.kind, flow.step, Request::Passkey)?;
                if flow.tries >= TRIES {
                    return Ok(Err(violation("NO_TRIES_LEFT: sign in again")));
                }
                let flow = Flow { tries: flow.tries + 1, ..flow };
                store::flows::save(tx, &flow).await?;
                let account = match self.check(tx, visit, &flow, answer.as_ref()).await? {
                    Looked::Proves(account) => account,
                    Looked::Refused(error) => return Ok(Err(error)),
                };
                store::throttles::succeeded(tx, &found.buckets).await?;
                let now = store::now(tx).await?;
                moved(tx, flow, Request::Passkey, now).await?;
                self.welcome(tx, &account, visit, found.device).await.map(Ok)
            })
            .await;
        if let Err(Error::Invalid(_)) = &entered {
            self.turn_away(visit, found.account.as_ref()).await?;
        }
        entered
    }

    /// Uses up what was asked in a flow, and says whose passkey has answered it.
    async fn check(&self, tx: &mut PgConnection, visit: &Visit, flow: &Flow, answer: Option<&Answer>) -> Result<Looked, Error> {
        let challenge = store::passkeys::take(tx, flow.id).await?.filter(|challenge| challenge.in_time);
        let Some(challenge) = challenge else { return Ok(Looked::Refused(Refused::PasskeyNotAsked.into())) };
        let refused = || Ok(Looked::Refused(wrong(Flaw::Malformed)));
        let Some(answer) = answer else { return refused() };
        let Some((account, passkey)) = locked(tx, flow, answer).await? else { return refused() };
        match self.passkeys.proves(&challenge.state, answer, &passkey) {
            Ok(state) => {
                let now = store::now(tx).await?;
                store::passkeys::note_use(tx, passkey.id, &state, now).await?;
                Ok(Looked::Proves(account))
            }
            Err(flaw) => {
                if flaw == Flaw::CounterWentBack {
                    self.record(tx, &account, visit, "passkey.counter-went-back", &passkey.name).await?;
                }
                Ok(Looked::Refused(wrong(flaw)))
            }
        }
    }
}

/// Finds whose passkey answers, and what its tries count for; nothing is said of it yet.
async fn look(tx: &mut PgConnection, visit: &Visit, secret: &str, answer: Option<&Answer>, device: &str) -> Result<Found, Error> {
    let flow = held(tx, secret).await?;
    flow::next(flow.kind, flow.step, Request::Passkey)?;
    if let Some(account) = flow.account {
        let buckets = throttles::second_factor(visit, account).to_vec();
        return Ok(Found { account: store::accounts::find(tx, account).await?, device: flow.device, buckets });
    }
    let credential = answer.map(Answer::credential).unwrap_or_default();
    let account = match store::passkeys::find(tx, &credential).await? {
        Some(passkey) => store::accounts::find(tx, passkey.account).await?,
        None => None,
    };
    let device = match (&account, SecretHash::of(device)) {
        (Some(account), Some(secret)) => store::sessions::find_device(tx, account.id, &secret).await?,
        _ => None,
    };
    Ok(Found { account, device, buckets: throttles::passkey(visit, &credential, device) })
}

/// The passkey that answers, and its account, held: one that may sign in, and where the flow is somebody's, theirs.
async fn locked(tx: &mut PgConnection, flow: &Flow, answer: &Answer) -> Result<Option<(Account, Passkey)>, Error> {
    let credential = answer.credential();
    let Some(seen) = store::passkeys::find(tx, &credential).await? else { return Ok(None) };
    if flow.account.is_some_and(|account| account != seen.account) {
        return Ok(None);
    }
    let account = store::accounts::lock(tx, seen.account).await?.filter(|account| account.disabled_at.is_none());
    // Before the account was held it may have been taken away, or used.
    let passkey = store::passkeys::find(tx, &credential).await?.filter(|passkey| passkey.account == seen.account);
    Ok(account.zip(passkey))
}
