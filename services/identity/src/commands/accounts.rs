use chrono::{DateTime, Utc};
use database::transact;
use events::outbox;
use kernel::Right;
use runtime::Secret;
use sqlx::{PgConnection, PgPool};

use super::{mails::Mails, throttles};
use crate::{
    directory::Directory,
    domain::{
        DeviceId, SessionId,
        account::Account,
        flow::{Flow, Request, Step},
        mail::{Mail, Recipient},
        passkey::Site,
        password::Context,
        secret::{Fresh, SecretHash},
        session::{ABSOLUTE, Session},
        subject,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    keyring::Keyring,
    passwords::Passwords,
    seal::Seals,
    store::{self, journal, journal::Act, throttles::Bucket},
};

/// What people do with their own accounts.
#[derive(Clone)]
pub struct Accounts {
    /// The database.
    pub pool: PgPool,
    /// Asks for mails.
    pub mails: Mails,
    /// Wakes the relay after a commit.
    pub signal: outbox::Signal,
    /// Knows collectivités.
    pub directory: Directory,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Signs tokens.
    pub keyring: Keyring,
    /// Seals second factors.
    pub seals: Seals,
    /// Asks passkeys, and reads what they answer.
    pub passkeys: Site,
}

/// What a browser holds from now on.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The secret of its session.
    pub session: Secret,
    /// Its own secret, where it is new.
    pub device: Option<Secret>,
}

/// A flow, and the secret its browser holds from now on.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The flow.
    pub flow: Flow,
    /// Its secret.
    pub secret: Secret,
}

impl Accounts {
    /// Does something in one transaction, and wakes the relay after it.
    pub(super) async fn transact<T>(&self, work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>) -> Result<T, Error> {
        let done = transact(&self.pool, work).await?;
        self.signal.wake();
        Ok(done)
    }

    /// Tries a secret, in one transaction that is kept also when it is wrong: a try is a try.
    pub(super) async fn attempt<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<Result<T, Error>, Error>,
    ) -> Result<T, Error> {
        self.transact(work).await?
    }

    /// Takes from buckets before a secret is looked at.
    pub(super) async fn take(&self, buckets: &[Bucket]) -> Result<(), Error> {
        throttles::take(&self.pool, buckets).await
    }

    /// Signs a browser in.
    pub(super) async fn open(
        &self,
        tx: &mut PgConnection,
        account: &Account,
        visit: &Visit,
        device: Option<DeviceId>,
    ) -> Result<Opened, Error> {
        let now = store::now(tx).await?;
        let secret = Fresh::drawn();
        let session = Session {
            id: SessionId::made(now),
            account: account.id,
            browser: visit.browser.clone(),
            began_at: now,
            seen_at: now,
            authenticated_at: now,
            ends_at: now + ABSOLUTE,
            ended_at: None,
        };
        store::sessions::insert(tx, &session, &secret.hash).await?;
        self.record(tx, account, visit, "session.began", &session.browser).await?;
        let device = match device {
            Some(_) => None,
            None => {
                let fresh = Fresh::drawn();
                store::sessions::add_device(tx, account.id, DeviceId::made(now), &fresh.hash, &visit.browser).await?;
                Some(fresh.text)
            }
        };
        Ok(Opened { session: secret.text, device })
    }

    /// Ends all sessions of an account but one, or all, and voids what was issued to the account so far.
    pub(super) async fn close(&self, tx: &mut PgConnection, account: Account, but: Option<SessionId>) -> Result<Account, Error> {
        for session in store::sessions::end_all(tx, account.id, but).await? {
            store::voids::void_session(tx, &session.to_string()).await?;
        }
        let closed = Account { generation: account.generation + 1, version: account.version.next(), ..account };
        store::accounts::save(tx, &closed).await?;
        store::voids::void_generation(tx, &subject(closed.id), closed.generation).await?;
        Ok(closed)
    }

    /// Writes down what a person did with their own account.
    pub(super) async fn record(&self, tx: &mut PgConnection, who: &Account, visit: &Visit, act: &str, detail: &str) -> sqlx::Result<()> {
        let subject = subject(who.id);
        let network = visit.journalled();
        journal::record(tx, Act { actor: &subject, act, subject: &subject, scope: "", network: &network, detail }).await
    }

    /// Tells a person what happened to their account.
    pub(super) async fn tell(&self, tx: &mut PgConnection, who: &Account, template: &'static str, visit: &Visit) -> Result<(), Error> {
        let notice = Mail { account: Some(who.id), ..Mail::notice(template, Recipient::Account(who.id), who.person.locale) };
        // Who did not change the password cannot sign in any more.
        let notice = notice.leading_to(if template == "password-changed" { "/compte/recuperer" } else { "/compte" });
        let notice = notice.word("person", &who.person.name()).word("browser", &visit.browser);
        self.mails.ask(tx, &notice).await?;
        Ok(())
    }

    /// What others can guess about a person.
    pub(super) async fn context(&self, tx: &mut PgConnection, account: &Account) -> Result<Context, Error> {
        let memberships = store::memberships::of_account(tx, account.id).await?;
        Ok(Context {
            collectivites: memberships.into_iter().map(|membership| membership.name).collect(),
            email: account.email.to_string(),
            names: vec![account.person.first_name.as_str().to_owned(), account.person.last_name.as_str().to_owned()],
        })
    }
}

/// Holds the flow of a secret; one that is over, or never was, is refused.
pub(super) async fn held(tx: &mut PgConnection, secret: &str) -> Result<Flow, Error> {
    let secret = SecretHash::of(secret).ok_or(Refused::FlowEnded)?;
    Ok(store::flows::lock(tx, &secret).await?.ok_or(Refused::FlowEnded)?)
}

/// Moves a held flow on, and gives it another secret.
pub(super) async fn moved(tx: &mut PgConnection, flow: Flow, request: Request, now: DateTime<Utc>) -> Result<Begun, Error> {
    let flow = flow.after(request, now)?;
    store::flows::save(tx, &flow).await?;
    let secret = Fresh::drawn();
    store::flows::renew(tx, flow.id, &secret.hash).await?;
    Ok(Begun { flow, secret: secret.text })
}

/// Begins a flow; where it waits for a mail, the mail is asked for.
///
/// Whether there is somebody to write to is looked up later, by a job: neither the answer nor its time can tell.
pub(super) async fn begin(tx: &mut PgConnection, flow: Flow) -> Result<Begun, Error> {
    let secret = Fresh::drawn();
    store::flows::insert(tx, &flow, &secret.hash).await?;
    if flow.step == Step::Mail {
        ask_for_mail(tx, &flow).await?;
    }
    Ok(Begun { flow, secret: secret.text })
}

/// The job that asks for the mails of a flow.
pub const FLOW_MAIL: &str = "flow-mail";

/// Has the mail of a flow asked for, as soon as this is committed.
pub(super) async fn ask_for_mail(tx: &mut PgConnection, flow: &Flow) -> sqlx::Result<()> {
    events::jobs::enqueue(tx, FLOW_MAIL, &flow.id.to_string(), flow.sent_at, b"").await
}

/// Whether a right that is held includes one that is asked for.
#[must_use]
pub fn includes(held: &Right, asked: &Right) -> bool {
    held.kind == asked.kind && held.key == asked.key && held.role >= asked.role
}
