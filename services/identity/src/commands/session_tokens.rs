use chrono::{DateTime, Utc};
use database::transact;
use kernel::{CollectiviteId, Right, RightKind, Role};
use runtime::claims::{ACCESS_TOKEN, Claims};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    accounts::{Accounts, includes},
    sessions::{SignedIn, Standing, signed_in},
    tokens::{Issued, LIFE},
};
use crate::{
    domain::{
        membership::{Membership, asks_for_second_factor},
        scope::Scope,
        subject,
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store::{
        self,
        collectivites::Collectivite,
        journal::{self, Act},
    },
};

/// Through which client accounts get their tokens.
const CLIENT: &str = "gateway";

impl Accounts {
    /// Gives a token with one right of who is signed in, or to see what the agents of a collectivité of theirs see.
    ///
    /// # Errors
    /// The session is over; the right is not held; a second factor has to be set up first.
    pub async fn issue_token(&self, visit: &Visit, session: &str, right: Right, audiences: Vec<String>) -> Result<Issued, Error> {
        let issued = self.issue(visit, session, right.clone(), audiences.clone()).await;
        let not_held = matches!(issued, Err(Error::Person(Refused::RightNotHeld)));
        match Scope::of(&right).as_collectivite().filter(|_| not_held) {
            // One whose event has not come yet: then it is not known to whom it lies with.
            Some(id) if self.directory.learns(&id).await? => self.issue(visit, session, right, audiences).await,
            _ => issued,
        }
    }

    async fn issue(&self, visit: &Visit, session: &str, right: Right, audiences: Vec<String>) -> Result<Issued, Error> {
        transact(&self.pool, async |tx| {
            let who = signed_in(tx, session).await?;
            let memberships = store::memberships::of_account(tx, who.account.id).await?;
            let standing = Standing { signed_in: who, memberships };
            let by = match standing.memberships.iter().find(|membership| includes(&membership.right, &right)) {
                Some(held) => held,
                None => sees(tx, &standing.memberships, &right).await?.ok_or(Refused::RightNotHeld)?,
            };
            if asks_for_second_factor(by.right.kind) && !standing.signed_in.account.second_factor() {
                return Err(Refused::SecondFactorRequired.into());
            }
            if by.right.kind != right.kind {
                note_seen(tx, visit, &standing.signed_in, by, &right).await?;
            }
            self.sign(&standing.signed_in, right, audiences)
        })
        .await
    }

    fn sign(&self, who: &SignedIn, right: Right, aud: Vec<String>) -> Result<Issued, Error> {
        let key = self.keyring.signing(who.now).ok_or(Error::NoKey)?;
        let token = key.private.sign(ACCESS_TOKEN, &claims(self.keyring.issuer(), who, &right, aud, who.now))?;
        Ok(Issued { token, life: LIFE, right })
    }
}

fn claims(issuer: &str, who: &SignedIn, right: &Right, aud: Vec<String>, now: DateTime<Utc>) -> Claims {
    Claims {
        iss: issuer.to_owned(),
        aud,
        sub: subject(who.account.id),
        client_id: CLIENT.to_owned(),
        jti: Uuid::from_bytes(runtime::random()).to_string(),
        iat: now.timestamp(),
        exp: (now + LIFE).timestamp(),
        sid: who.session.id.to_string(),
        generation: who.account.generation.unsigned_abs(),
        right: right.clone(),
        scope: right.to_string(),
    }
}

/// The membership by which somebody may see what a collectivité's agents see: its SGAR's, its préfecture's, the ministry's.
async fn sees<'a>(tx: &mut PgConnection, memberships: &'a [Membership], asked: &Right) -> Result<Option<&'a Membership>, Error> {
    if asked.kind != RightKind::Collectivite || asked.role != Role::Reader {
        return Ok(None);
    }
    let Ok(id) = asked.key.parse::<CollectiviteId>() else { return Ok(None) };
    let Some(collectivite) = store::collectivites::find(tx, &id).await? else { return Ok(None) };
    Ok(memberships.iter().find(|membership| covers(&membership.right, &collectivite)))
}

fn covers(right: &Right, collectivite: &Collectivite) -> bool {
    match right.kind {
        RightKind::National => true,
        RightKind::Region => right.key == collectivite.region_code,
        RightKind::Department => right.key == collectivite.department_code,
        RightKind::Collectivite | RightKind::Country | RightKind::Operator | RightKind::Service => false,
    }
}

async fn note_seen(tx: &mut PgConnection, visit: &Visit, who: &SignedIn, by: &Membership, right: &Right) -> Result<(), Error> {
    let (actor, scope) = (subject(who.account.id), format!("{}:{}", right.kind, right.key));
    let (network, detail) = (visit.journalled(), format!("by {}", by.right));
    let act = Act { actor: &actor, act: "collectivite.seen-as", subject: &actor, scope: &scope, network: &network, detail: &detail };
    Ok(journal::record(tx, act).await?)
}
