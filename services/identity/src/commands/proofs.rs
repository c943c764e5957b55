//! Addresses proved by the code or the link of a mail: each is good once.

use kernel::Violations;
use runtime::Secret;
use sqlx::PgConnection;
use subtle::ConstantTimeEq as _;

use super::{
    accounts::{Accounts, Begun, Opened, held, moved},
    flows::kind_of,
    throttles,
};
use crate::{
    domain::{
        flow::{self, Flow, Kind, Request, Step, TRIES},
        mail::Purpose,
        secret::{Fresh, SecretHash},
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store::{self, mails::Asked},
};

/// What a proof led to.
#[derive(Debug, Clone)]
pub struct Proved {
    /// What comes next.
    pub begun: Begun,
    /// After a sign-up: the person is signed in.
    pub opened: Option<Opened>,
}

/// What a link is for.
#[derive(Debug, Clone)]
pub struct LinkSaid {
    /// The flow it belongs to; none when it undoes a change of address.
    pub kind: Option<Kind>,
    /// The collectivité of a sign-up.
    pub collectivite: String,
}

impl Accounts {
    /// Proves an address by six digits, in the browser that asked. A try is a try, whatever comes of it.
    ///
    /// # Errors
    /// The code is wrong; the tries are used up; the flow waits for something else.
    pub async fn enter_code(&self, visit: &Visit, secret: &str, code: &str) -> Result<Proved, Error> {
        let flow = self.transact(async |tx| held(tx, secret).await).await?;
        flow::next(flow.kind, flow.step, Request::Code)?;
        self.take(&throttles::code(visit, &flow.email_key)).await?;
        self.attempt(async |tx| {
            let flow = held(tx, secret).await?;
            flow::next(flow.kind, flow.step, Request::Code)?;
            if flow.tries >= TRIES {
                return Ok(Err(wrong("NO_TRIES_LEFT: ask for the mail again, or open its link")));
            }
            let flow = Flow { tries: flow.tries + 1, ..flow };
            store::flows::save(tx, &flow).await?;
            let good = store::mails::good_of_flow(tx, flow.id).await?;
            match self.matching(good, code) {
                Some(mail) => self.prove(tx, visit, flow, mail, Request::Code).await.map(Ok),
                None => Ok(Err(wrong("WRONG: not the six digits of the mail"))),
            }
        })
        .await
    }

    /// The mail whose code this is.
    fn matching(&self, mails: Vec<Asked>, code: &str) -> Option<Asked> {
        let is =
            |mail: &Asked| self.mails.links.code(mail.id, &mail.made_with).is_some_and(|own| own.as_bytes().ct_eq(code.as_bytes()).into());
        mails.into_iter().find(is)
    }

    /// Says what a link is for; nothing changes.
    ///
    /// # Errors
    /// The link is dead.
    pub async fn link(&self, visit: &Visit, link: &str) -> Result<LinkSaid, Error> {
        self.take(&[throttles::office(visit)]).await?;
        self.transact(async |tx| {
            let (mail, purpose) = self.alive(tx, link).await?;
            let kind = kind_of(purpose);
            let flow = match mail.flow.filter(|_| kind == Some(Kind::SignUp)) {
                Some(flow) => store::flows::lock_by_id(tx, flow).await?,
                None => None,
            };
            Ok(LinkSaid { kind, collectivite: flow.map(|flow| flow.collectivite.1).unwrap_or_default() })
        })
        .await
    }

    /// Proves an address by a link, in any browser.
    ///
    /// # Errors
    /// The link is dead.
    pub async fn use_link(&self, visit: &Visit, link: &str, flow_secret: &str) -> Result<Proved, Error> {
        self.take(&[throttles::office(visit)]).await?;
        self.transact(async |tx| {
            let (mail, purpose) = self.alive(tx, link).await?;
            if purpose == Purpose::EmailUndo {
                return self.undo_email_change(tx, visit, mail).await;
            }
            let Some(id) = mail.flow else {
                let flow = self.recovery_of(tx, &mail).await?;
                return self.prove(tx, visit, flow, mail, Request::LinkElsewhere).await;
            };
            let flow = store::flows::lock_by_id(tx, id).await?.ok_or(Refused::LinkDead)?;
            let is_here = match SecretHash::of(flow_secret) {
                Some(secret) => store::flows::is_secret_of(tx, id, &secret).await?,
                None => false,
            };
            let request = if is_here { Request::LinkHere } else { Request::LinkElsewhere };
            self.prove(tx, visit, flow, mail, request).await
        })
        .await
    }

    /// The mail of a link that can still be used to prove an address.
    async fn alive(&self, tx: &mut PgConnection, link: &str) -> Result<(Asked, Purpose), Error> {
        let id = self.mails.links.read(link).ok_or(Refused::LinkDead)?;
        let mail = store::mails::find(tx, id).await?.filter(|mail| mail.is_good).ok_or(Refused::LinkDead)?;
        let purpose =
            mail.proves.map(|(purpose, _)| purpose).filter(|purpose| *purpose == Purpose::EmailUndo || kind_of(*purpose).is_some());
        Ok((mail, purpose.ok_or(Refused::LinkDead)?))
    }

    /// The flow of a recovery that no browser of its own asked for.
    async fn recovery_of(&self, tx: &mut PgConnection, mail: &Asked) -> Result<Flow, Error> {
        let account = mail.account.ok_or(Refused::LinkDead)?;
        let account = store::accounts::find(tx, account).await?.ok_or(Refused::LinkDead)?;
        let now = store::now(tx).await?;
        let flow = Flow {
            email: account.email.to_string(),
            email_key: account.email.key(),
            account: Some(account.id),
            ..Flow::begun(Kind::Recovery, account.person.locale, now)
        };
        store::flows::insert(tx, &flow, &Fresh::drawn().hash).await?;
        Ok(flow)
    }

    /// Uses a mail up, and moves its flow on.
    async fn prove(&self, tx: &mut PgConnection, visit: &Visit, flow: Flow, mail: Asked, request: Request) -> Result<Proved, Error> {
        let proves = mail.proves.ok_or(Refused::LinkDead)?;
        if !store::mails::redeem(tx, mail.id, proves).await? {
            return Err(Refused::LinkDead.into());
        }
        let now = store::now(tx).await?;
        let mut begun = moved(tx, flow, request, now).await?;
        let opened = match (begun.flow.kind, begun.flow.step) {
            (Kind::SignUp, Step::Done) => Some(self.complete_sign_up(tx, &mut begun.flow, visit).await?),
            (Kind::EmailChange, Step::Done) => {
                self.complete_email_change(tx, &begun.flow, visit).await?;
                None
            }
            (Kind::Recovery, Step::Password) => {
                self.recovers(tx, &begun.flow, visit).await?;
                None
            }
            // Whoever typed the password of a sign-up that is proved elsewhere did not prove the address.
            _ => {
                begun.flow.password = None;
                None
            }
        };
        store::flows::save(tx, &begun.flow).await?;
        Ok(Proved { begun, opened })
    }

    /// Writes down that somebody reads the mail of an account; one that was shut out recovers nothing.
    async fn recovers(&self, tx: &mut PgConnection, flow: &Flow, visit: &Visit) -> Result<(), Error> {
        let account = store::accounts::find(tx, flow.account.ok_or(Refused::LinkDead)?).await?;
        let account = account.filter(|account| account.disabled_at.is_none()).ok_or(Refused::LinkDead)?;
        Ok(self.record(tx, &account, visit, "recovery.proved", "").await?)
    }
}

/// Refuses a code.
pub(super) fn wrong(description: &str) -> Error {
    Violations(vec![kernel::Violation { field: "code".to_owned(), description: description.to_owned() }]).into()
}

impl Proved {
    /// A flow that goes on, without anybody signed in.
    #[must_use]
    pub const fn onward(flow: Flow, secret: Secret) -> Self {
        Self { begun: Begun { flow, secret }, opened: None }
    }
}
