//! Who acts for whom: what members, administrators and those above them do.

mod accounts;
mod asking;
mod codes;
mod invitations;
mod joining;
mod leaving;
mod members;
mod reports;
mod requests;
mod standing;

use chrono::{DateTime, Utc};
use database::transact;
use events::{
    answers::{self, Asked},
    outbox::Signal,
};
use kernel::{Caller, RequestId, Role};
use prost::Message;
use sqlx::{PgConnection, PgPool};

use super::{
    mails::Mails,
    sessions::{SignedIn, signed_in},
};
use crate::{
    directory::Directory,
    domain::{
        AccountId, MembershipId, calendar,
        mail::{Mail, Recipient},
        membership::Membership,
        person::Locale,
        scope::{Place, Reach, Scope},
        subject,
        team::Granted,
        visit::Visit,
    },
    error::{Error, teams::Refused},
    links::Links,
    store::{
        self,
        journal::{self, Act},
        places,
    },
};

pub use asking::Asks;
pub(in crate::commands) use asking::present;
pub use invitations::{Invite, letter, made};
pub use members::Edit;
pub use reports::Answer;
pub use requests::{Decision, Queue, office};
pub use standing::Standing;

/// Teams: of collectivités, and of the State's offices.
#[derive(Clone)]
pub struct Teams {
    /// The database.
    pub pool: PgPool,
    /// Asks for mails.
    pub mails: Mails,
    /// Reads links and codes of mails.
    pub links: Links,
    /// Knows collectivités.
    pub directory: Directory,
    /// Wakes the relay after a commit.
    pub signal: Signal,
}

/// A write as it was asked for with an access token.
pub struct Write<'a, R> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The method.
    pub method: &'static str,
    /// The caller's own id of the request.
    pub request_id: RequestId,
    /// The request, whose repeat gets the same answer.
    pub request: &'a R,
}

/// Who does something, for the journal and for what is written of it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The subject.
    pub subject: String,
    /// First and last name; empty for a system.
    pub name: String,
    /// The network, where it is known.
    pub network: String,
}

impl Teams {
    /// Does a write once for a `request_id`, in one transaction; its repeat gets the same answer.
    async fn once<R: Message, A: Message + Default>(
        &self,
        write: Write<'_, R>,
        work: impl AsyncFnOnce(&mut PgConnection, &Actor, &Caller) -> Result<A, Error>,
    ) -> Result<A, Error> {
        let Write { caller, method, request_id, request } = write;
        let request = request.encode_to_vec();
        let asked = Asked { caller: &caller.subject, method, request_id, request: &request };
        let answer = transact(&self.pool, async |tx| {
            if let Some(answer) = answers::recall(tx, asked).await? {
                return Ok::<A, Error>(answer?);
            }
            let actor = actor(tx, caller).await?;
            let answer = work(tx, &actor, caller).await?;
            answers::keep(tx, asked, &answer).await?;
            Ok(answer)
        })
        .await?;
        self.signal.wake();
        Ok(answer)
    }

    /// Does something for who is signed in by the secret of a session, in one transaction.
    async fn as_person<A>(
        &self,
        visit: &Visit,
        session: &str,
        work: impl AsyncFnOnce(&mut PgConnection, &SignedIn, &Actor) -> Result<A, Error>,
    ) -> Result<A, Error> {
        let done = transact(&self.pool, async |tx| {
            let who = signed_in(tx, session).await?;
            let actor = person(&who, visit);
            work(tx, &who, &actor).await
        })
        .await?;
        self.signal.wake();
        Ok(done)
    }

    /// Gives an account a right, and writes down who did.
    async fn grant(&self, tx: &mut PgConnection, actor: &Actor, granted: &Granted, now: DateTime<Utc>) -> Result<Membership, Error> {
        let id = MembershipId::made(now);
        store::teams::insert(tx, id, granted).await?;
        if let Some(until) = granted.until {
            super::expiries::enqueue(tx, id, until).await?;
        }
        let detail = format!("{} by {}", granted.scope.with(granted.role), granted.proved_by);
        note(tx, actor, "membership.granted", &subject(granted.account), &granted.scope, &detail).await?;
        let (_, membership) = store::teams::find(tx, id).await?.ok_or(Refused::MembershipNotFound)?;
        Ok(membership)
    }

    /// Tells an account something about a team, by mail.
    async fn tell(&self, tx: &mut PgConnection, to: AccountId, locale: Locale, mail: Mail, team: &Scope) -> Result<(), Error> {
        let collectivite_id = team.as_collectivite().map(|id| id.to_string()).unwrap_or_default();
        let mail = Mail { recipient: Recipient::Account(to), account: Some(to), locale, collectivite_id, ..mail };
        self.mails.ask(tx, &mail).await?;
        Ok(())
    }
}

/// Ends a membership: what the account's tokens say is void at once, and what it invited to the team is taken back.
pub(super) async fn end(tx: &mut PgConnection, account: AccountId, id: MembershipId, team: &Scope, by: &str) -> Result<(), Error> {
    store::teams::end(tx, id, by).await?;
    take_back(tx, team, &subject(account)).await?;
    void(tx, account).await
}

/// Takes back the open invitations of somebody who may no longer decide about a team.
async fn take_back(tx: &mut PgConnection, team: &Scope, by: &str) -> Result<(), Error> {
    for invitation in store::invitations::withdraw_of(tx, team, by).await? {
        store::mails::kill(tx, crate::domain::mail::Purpose::Invitation, invitation.0).await?;
    }
    Ok(())
}

/// Voids all tokens of an account: what they say of its rights is no longer so.
pub(super) async fn void(tx: &mut PgConnection, account: AccountId) -> Result<(), Error> {
    let generation = store::teams::raise_generation(tx, account).await?;
    Ok(store::voids::void_generation(tx, &subject(account), generation).await?)
}

/// A notice about a team, with its name and the time.
fn about(template: &'static str, place: &str, now: DateTime<Utc>) -> Mail {
    let mut mail = Mail::notice(template, Recipient::Other(String::new()), Locale::default()).word("collectivite", place);
    mail.times.insert("sent".to_owned(), now);
    mail
}

/// Writes down an act about a team.
pub(super) async fn note(tx: &mut PgConnection, actor: &Actor, act: &str, subject: &str, team: &Scope, detail: &str) -> Result<(), Error> {
    let scope = team.to_string();
    let act = Act { actor: &actor.subject, act, subject, scope: &scope, network: &actor.network, detail };
    Ok(journal::record(tx, act).await?)
}

impl Actor {
    /// Who works with the database, and not over the network.
    pub(crate) fn command_line() -> Self {
        Self { subject: journal::COMMAND_LINE.to_owned(), name: String::new(), network: String::new() }
    }

    /// Identity itself: what it does when a day is over.
    pub(super) fn identity() -> Self {
        Self { subject: "identity".to_owned(), name: String::new(), network: String::new() }
    }
}

/// Who calls with an access token.
async fn actor(tx: &mut PgConnection, caller: &Caller) -> Result<Actor, Error> {
    let account = caller.subject.strip_prefix("account:").and_then(|id| id.parse::<AccountId>().ok());
    let account = match account {
        Some(id) => store::accounts::find(tx, id).await?,
        None => None,
    };
    let name = account.map(|account| account.person.name()).unwrap_or_default();
    Ok(Actor { subject: caller.subject.clone(), name, network: String::new() })
}

fn person(who: &SignedIn, visit: &Visit) -> Actor {
    Actor { subject: subject(who.account.id), name: who.account.person.name(), network: visit.journalled() }
}

/// Where a scope lies, for who decides about it; one that is not the caller's is answered like one that does not exist.
async fn decided(tx: &mut PgConnection, caller: &Caller, scope: &Scope) -> Result<Place, Error> {
    reached(tx, caller, scope, Reach::Decides).await
}

/// The same for who may look at it.
pub(crate) async fn reached(tx: &mut PgConnection, caller: &Caller, scope: &Scope, least: Reach) -> Result<Place, Error> {
    let place = places::place(tx, scope).await?.ok_or(Refused::ScopeNotFound)?;
    allowed(&place, caller, least, Refused::ScopeNotFound)?;
    Ok(place)
}

/// Refuses who may not do so much with a place: as if there was nothing, unless it is theirs.
fn allowed(place: &Place, caller: &Caller, least: Reach, nothing: Refused) -> Result<(), Error> {
    match place.reach(caller) {
        Reach::Nothing => Err(nothing.into()),
        Reach::TooLow => Err(Refused::RoleTooLow.into()),
        reach if reach < least => Err(nothing.into()),
        _ => Ok(()),
    }
}

/// Who may decide about a team today in the accounts' or a system's name.
async fn is_decided_by_somebody(tx: &mut PgConnection, scope: &Scope) -> Result<bool, Error> {
    Ok(!store::teams::administrators(tx, scope).await?.is_empty() || store::teams::has_deciding_client(tx, scope).await?)
}

/// The day it is in Paris, by the database's clock.
async fn today(tx: &mut PgConnection) -> Result<(DateTime<Utc>, chrono::NaiveDate), Error> {
    let now = store::now(tx).await?;
    Ok((now, calendar::day(now)))
}

/// The word of a role, for a mail's template.
fn word(role: Role) -> &'static str {
    store::teams::role(role)
}
