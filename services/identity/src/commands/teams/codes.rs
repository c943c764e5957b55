use std::collections::HashMap;

use chrono::NaiveDate;
use database::transact;
use kernel::{Caller, CollectiviteId, RightKind, Role};

use super::{Teams, actor, note};
use crate::{
    domain::{joincode::JoinCode, scope::Scope},
    error::{Error, teams::Refused},
    store,
};

/// The code of one collectivité, to be printed.
#[derive(Debug, Clone)]
pub struct Printed {
    /// Whose.
    pub collectivite: CollectiviteId,
    /// As the register writes it.
    pub name: String,
    /// In groups of four.
    pub code: String,
}

impl Teams {
    /// Makes a code for each of these collectivités, good until the end of a day; those before die.
    ///
    /// # Errors
    /// One of them is not there, or not the caller's; the role does not go that far.
    pub async fn make_codes(&self, caller: &Caller, ids: Vec<CollectiviteId>, until: NaiveDate) -> Result<Vec<Printed>, Error> {
        if caller.right.role < Role::Admin {
            return Err(Refused::RoleTooLow.into());
        }
        transact(&self.pool, async |tx| {
            let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let found = store::places::find_many(tx, &texts).await?;
            let known: HashMap<&str, (&str, &str)> =
                found.iter().map(|(id, name, region)| (id.as_str(), (name.as_str(), region.as_str()))).collect();
            let mut printed = Vec::with_capacity(ids.len());
            let mut hashes = Vec::with_capacity(ids.len());
            for id in ids {
                let (name, region) = *known.get(id.as_str()).ok_or(Refused::ScopeNotFound)?;
                if caller.right.kind == RightKind::Region && caller.right.key != region {
                    return Err(Refused::ScopeNotFound.into());
                }
                let code = JoinCode::drawn();
                hashes.push(code.hash(&id).to_vec());
                printed.push(Printed { name: name.to_owned(), code: code.printed(), collectivite: id });
            }
            store::codes::keep(tx, &texts, &hashes, until, &caller.subject).await?;
            let who = actor(tx, caller).await?;
            let detail = format!("{} codes, until {until}", printed.len());
            note(tx, &who, "circular-codes.made", &who.subject, &Scope::of(&caller.right), &detail).await?;
            Ok(printed)
        })
        .await
    }
}
