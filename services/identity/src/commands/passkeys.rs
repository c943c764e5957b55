//! Passkeys of an account: adding, listing, taking away.

use kernel::{Violation, Violations};
use runtime::Secret;
use sqlx::PgConnection;

use super::{
    accounts::{Accounts, begin, held, moved},
    second_factors::{draw_codes, last_goes},
    sessions::{SignedIn, signed_in},
    throttles,
};
use crate::{
    domain::{
        AccountId, PasskeyId,
        account::Account,
        flow::{self, Flow, Kind, Request, SIGNS},
        passkey::{Flaw, MOST, Made, NAME, Passkey},
        person::Words,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store,
};

/// What a browser is to hand to its authenticators.
#[derive(Debug)]
pub struct ToSign {
    /// The secret of the flow that waits for the answer.
    pub flow: Secret,
    /// What is asked, as JSON.
    pub options: String,
}

impl Accounts {
    /// Begins to add a passkey of this name.
    ///
    /// # Errors
    /// The session is over; the password was typed too long ago; there are as many as can be.
    pub async fn start_passkey(&self, session: &str, name: Words<NAME>) -> Result<ToSign, Error> {
        self.transact(async |tx| {
            let who = signed_in(tx, session).await?;
            who.authenticated()?;
            let others = with_room(tx, who.account.id).await?;
            let asked = self.passkeys.ask_for_new(&who.account, &others).map_err(wrong)?;
            let flow = Flow { account: Some(who.account.id), ..Flow::begun(Kind::PasskeySetUp, who.account.person.locale, who.now) };
            let begun = begin(tx, flow).await?;
            store::passkeys::ask(tx, begun.flow.id, &asked.state, name.as_str(), who.now + SIGNS).await?;
            Ok(ToSign { flow: begun.secret, options: asked.options })
        })
        .await
    }

    /// Adds the passkey that was asked for. Who had no second factor gets recovery codes, once.
    ///
    /// # Errors
    /// The answer is not to what was asked, or came too late; the key is there already, or as many as can be; the password was
    /// typed too long ago; too many.
    pub async fn confirm_passkey(&self, visit: &Visit, session: &str, flow: &str, answer: &str) -> Result<Vec<Secret>, Error> {
        self.take(&[throttles::office(visit)]).await?;
        self.attempt(async |tx| {
            let who = signed_in(tx, session).await?;
            who.authenticated()?;
            let flow = held(tx, flow).await?;
            flow::next(flow.kind, flow.step, Request::AddPasskey)?;
            let account = store::accounts::lock(tx, who.account.id).await?.filter(|account| flow.account == Some(account.id));
            let account = account.ok_or(Refused::FlowEnded)?;
            with_room(tx, account.id).await?;
            let challenge = store::passkeys::take(tx, flow.id).await?.filter(|challenge| challenge.in_time);
            let Some(challenge) = challenge else { return Ok(Err(Refused::PasskeyNotAsked.into())) };
            let made = match self.passkeys.made(&challenge.state, answer) {
                Ok(made) => made,
                Err(flaw) => return Ok(Err(wrong(flaw))),
            };
            if !add(tx, &who, made, challenge.name.clone()).await? {
                return Ok(Err(violation("KNOWN: this key was added before")));
            }
            moved(tx, flow, Request::AddPasskey, who.now).await?;
            self.changed(tx, &account, visit, "passkey.added", &challenge.name).await?;
            let codes = if account.second_factor() { Vec::new() } else { draw_codes(tx, account.id).await? };
            Ok(Ok(codes))
        })
        .await
    }

    /// The passkeys of who is signed in.
    ///
    /// # Errors
    /// The session is over.
    pub async fn passkeys(&self, session: &str) -> Result<Vec<Passkey>, Error> {
        self.transact(async |tx| {
            let who = signed_in(tx, session).await?;
            Ok(store::passkeys::list(tx, who.account.id).await?)
        })
        .await
    }

    /// Takes a passkey away; not the last second factor of who must have one.
    ///
    /// # Errors
    /// There is none of that id; the password was typed too long ago; a right of the account asks for it.
    pub async fn remove_passkey(&self, visit: &Visit, session: &str, id: PasskeyId) -> Result<(), Error> {
        self.transact(async |tx| {
            let who = signed_in(tx, session).await?;
            who.authenticated()?;
            let account = store::accounts::lock(tx, who.account.id).await?.ok_or(Refused::SessionEnded)?;
            let all = store::passkeys::list(tx, account.id).await?;
            let passkey = all.iter().find(|passkey| passkey.id == id).ok_or(Refused::PasskeyNotFound)?;
            if all.len() == 1 && !account.authenticator {
                last_goes(tx, account.id).await?;
            }
            store::passkeys::remove(tx, id).await?;
            self.changed(tx, &account, visit, "passkey.removed", &passkey.name).await
        })
        .await
    }

    /// Tells a person that their passkeys changed, and writes it down.
    async fn changed(&self, tx: &mut PgConnection, account: &Account, visit: &Visit, act: &str, name: &str) -> Result<(), Error> {
        self.tell(tx, account, "second-factor-changed", visit).await?;
        Ok(self.record(tx, account, visit, act, name).await?)
    }
}

/// The passkeys of an account that may have one more.
async fn with_room(tx: &mut PgConnection, account: AccountId) -> Result<Vec<Passkey>, Error> {
    let all = store::passkeys::list(tx, account).await?;
    if all.len() < MOST { Ok(all) } else { Err(Refused::TooManyPasskeys.into()) }
}

/// Adds a passkey; false when it is there already.
async fn add(tx: &mut PgConnection, who: &SignedIn, made: Made, name: String) -> Result<bool, Error> {
    let Made { credential, key, state } = made;
    let (id, account) = (PasskeyId::made(who.now), who.account.id);
    let passkey = Passkey { id, account, name, credential, key, state, created_at: who.now, used_at: None };
    Ok(store::passkeys::insert(tx, &passkey).await?)
}

/// Refuses an answer, without saying what is wrong with it; what is ours is an error of ours.
pub(super) fn wrong(flaw: Flaw) -> Error {
    match flaw {
        Flaw::Kept => Error::Passkey(flaw.to_string()),
        Flaw::Malformed | Flaw::CounterWentBack | Flaw::Wrong(_) => violation("WRONG: not what was asked for"),
    }
}

/// Refuses an answer.
pub(super) fn violation(description: &str) -> Error {
    Violations(vec![Violation { field: "credential".to_owned(), description: description.to_owned() }]).into()
}
