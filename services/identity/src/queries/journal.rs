use database::snapshot;
use kernel::{Caller, RightKind, Role};
use sqlx::{PgConnection, PgPool};

use crate::{
    commands::teams::reached,
    domain::{
        chain,
        scope::{Reach, Scope},
    },
    error::{Error, teams::Refused},
    store::chain::{self as lines, Entry, Wanted},
};

/// How many lines a call looks at.
const AT_ONCE: i64 = 100_000;
/// How many are in memory at once.
const PAGE: i64 = 2_000;

/// The journal, for those who answer for it.
#[derive(Clone)]
pub struct Journal(pub PgPool);

/// What was found of the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many lines were looked at.
    pub checked: i64,
    /// The first that does not follow from the one before; 0 when all do.
    pub broken: i64,
    /// Where to go on; 0 at the end.
    pub next: i64,
    /// The hash of the last line that holds.
    pub head: Vec<u8>,
}

impl Journal {
    /// A page of the journal, newest first: of what the caller answers for.
    ///
    /// # Errors
    /// The role does not go that far; a scope that is not the caller's.
    pub async fn entries(&self, caller: &Caller, mut wanted: Wanted) -> Result<Vec<Entry>, Error> {
        if caller.right.role < Role::Admin {
            return Err(Refused::RoleTooLow.into());
        }
        let mut conn = self.0.acquire().await?;
        match caller.right.kind {
            RightKind::National | RightKind::Operator => {}
            RightKind::Region => {
                if !wanted.scope.is_empty() {
                    require(&mut conn, caller, &wanted.scope).await?;
                }
                wanted.region.clone_from(&caller.right.key);
            }
            _ => {
                if !wanted.scope.is_empty() {
                    require(&mut conn, caller, &wanted.scope).await?;
                }
                wanted.scope = Scope::of(&caller.right).to_string();
            }
        }
        Ok(lines::list(&mut conn, &wanted).await?)
    }

    /// Computes the chain anew from a line on.
    ///
    /// # Errors
    /// The role does not go that far; the database's.
    pub async fn verify(&self, caller: &Caller, from: i64) -> Result<Verified, Error> {
        if caller.right.role < Role::Admin {
            return Err(Refused::RoleTooLow.into());
        }
        snapshot(&self.0, async |tx| follow(tx, from.max(1)).await).await
    }
}

async fn require(conn: &mut PgConnection, caller: &Caller, scope: &str) -> Result<(), Error> {
    let scope: Scope = scope.parse().map_err(|_| Refused::ScopeNotFound)?;
    reached(conn, caller, &scope, Reach::Sees).await.map(drop)
}

/// Follows the chain from a place: gapless, and each hash made of the one before and of its line.
async fn follow(tx: &mut PgConnection, from: i64) -> Result<Verified, Error> {
    let before = if from == 1 { Some(chain::beginning().to_vec()) } else { lines::hash_at(tx, from - 1).await? };
    let Some(mut head) = before else { return Ok(Verified { broken: from - 1, ..Verified::default() }) };
    let (mut at, mut checked) = (from, 0);
    while checked < AT_ONCE {
        let links = lines::links(tx, at, PAGE).await?;
        let last = i64::try_from(links.len()).is_ok_and(|count| count < PAGE);
        for link in links {
            let made = link.line.map(|line| chain::hash(&head, line.id, line.at, &line.fields));
            if link.position != at || made.is_none_or(|made| made[..] != link.hash) {
                return Ok(Verified { checked, broken: at, next: 0, head });
            }
            head = link.hash;
            at += 1;
            checked += 1;
        }
        if last {
            // A line in no chain is one too many, at its end.
            let broken = if lines::has_loose_line(tx).await? { at } else { 0 };
            return Ok(Verified { checked, broken, next: 0, head });
        }
    }
    Ok(Verified { checked, broken: 0, next: at, head })
}
