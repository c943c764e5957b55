use atlas_proto::identity::v1 as pb;
use chrono::NaiveDate;
use database::transact;
use kernel::{Caller, Etag, Role};
use prost::Message;
use sqlx::PgConnection;

use super::{Actor, Teams, Write, about, allowed, end, note, reached, take_back, today, void, word};
use crate::{
    commands::expiries,
    domain::{
        AccountId, MembershipId,
        invitation::Invitation,
        membership::Membership,
        scope::{Place, Reach, Scope},
        subject,
        team::{Member, decides_for_good, must_keep_an_administrator, stands_above},
    },
    error::{Error, teams::Refused},
    store,
};

/// What is to be changed of a membership.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Which one.
    pub id: MembershipId,
    /// As the caller read it.
    pub seen: Etag,
    /// How far it goes.
    pub role: Role,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// For whom the person acts.
    pub delegate_of: String,
}

impl Teams {
    /// Who belongs to a team, and who is invited to it.
    ///
    /// # Errors
    /// It is not the caller's to see.
    pub async fn members(&self, caller: &Caller, scope: &Scope) -> Result<(Vec<Member>, Vec<Invitation>), Error> {
        self.ensure(scope).await?;
        transact(&self.pool, async |tx| {
            reached(tx, caller, scope, Reach::Sees).await?;
            Ok((store::teams::members(tx, scope).await?, store::invitations::open(tx, scope).await?))
        })
        .await
    }

    /// Makes sure that a collectivité is known before it is asked about.
    pub(super) async fn ensure(&self, scope: &Scope) -> Result<(), Error> {
        match scope.as_collectivite() {
            Some(id) => self.directory.collectivite(&id).await.map(drop).map_err(|error| match error {
                Error::CollectiviteNotFound(_) => Refused::ScopeNotFound.into(),
                other => other,
            }),
            None => Ok(()),
        }
    }

    /// Changes role, last day or delegation of a member.
    ///
    /// # Errors
    /// It is not the caller's, or changed since it was read; nobody would be left to decide.
    pub async fn update_membership<R: Message>(&self, write: Write<'_, R>, edit: Edit) -> Result<pb::UpdateMembershipResponse, Error> {
        self.once(write, async |tx, actor, caller| {
            let held = hold(tx, caller, edit.id).await?;
            if held.membership.version != edit.seen.0 {
                return Err(Refused::Stale.into());
            }
            if edit.until.is_some_and(|until| until < held.membership.from) {
                return Err(Error::field("membership.until_day", "PAST: expected a day after the first one"));
            }
            let stays = decides_for_good(edit.role, edit.until);
            keep_an_administrator(tx, caller, &held, stays).await?;
            let changed = change(tx, actor, held, edit).await?;
            Ok(pb::UpdateMembershipResponse { membership: Some((&changed).into()) })
        })
        .await
    }

    /// Ends a membership, and tells who had it.
    ///
    /// # Errors
    /// It is not the caller's, or changed since it was read; nobody would be left to decide.
    pub async fn end_membership<R: Message>(
        &self,
        write: Write<'_, R>,
        id: MembershipId,
        seen: Etag,
    ) -> Result<pb::EndMembershipResponse, Error> {
        self.once(write, async |tx, actor, caller| {
            let held = hold(tx, caller, id).await?;
            if held.membership.version != seen.0 {
                return Err(Refused::Stale.into());
            }
            keep_an_administrator(tx, caller, &held, false).await?;
            let (now, _) = today(tx).await?;
            end(tx, held.account, id, &held.place.scope, &actor.subject).await?;
            let locale = locale(tx, held.account).await?;
            let mail = about("membership-ended", &held.membership.name, now).leading_to("/espace");
            self.tell(tx, held.account, locale, mail, &held.place.scope).await?;
            note(tx, actor, "membership.ended", &subject(held.account), &held.place.scope, &held.membership.right.to_string()).await?;
            Ok(pb::EndMembershipResponse {})
        })
        .await
    }
}

/// A membership that nobody else changes now, whose it is, and where.
pub(super) struct Held {
    pub account: AccountId,
    pub membership: Membership,
    pub place: Place,
}

/// Holds a membership that the caller decides about, and all of its team with it.
async fn hold(tx: &mut PgConnection, caller: &Caller, id: MembershipId) -> Result<Held, Error> {
    let (_, membership) = store::teams::find(tx, id).await?.ok_or(Refused::MembershipNotFound)?;
    let scope = Scope::of(&membership.right);
    let place = store::places::place(tx, &scope).await?.ok_or(Refused::MembershipNotFound)?;
    allowed(&place, caller, Reach::Decides, Refused::MembershipNotFound)?;
    store::teams::hold(tx, &scope).await?;
    // It may have changed while this waited.
    let (account, membership) = store::teams::find(tx, id).await?.ok_or(Refused::MembershipNotFound)?;
    Ok(Held { account, membership, place })
}

async fn keep_an_administrator(tx: &mut PgConnection, caller: &Caller, held: &Held, stays: bool) -> Result<(), Error> {
    let Held { membership, place, .. } = held;
    let was = decides_for_good(membership.right.role, membership.until);
    let others = store::teams::lasting_administrators(tx, &place.scope, membership.id).await?;
    let above = stands_above(&caller.right, &place.scope);
    Ok(must_keep_an_administrator(above, was, stays, others).map_err(Refused::from)?)
}

async fn change(tx: &mut PgConnection, actor: &Actor, held: Held, edit: Edit) -> Result<Membership, Error> {
    let Held { account, membership, place } = held;
    let before = membership.right.role;
    let changed = Membership {
        right: place.scope.with(edit.role),
        until: edit.until,
        delegate_of: edit.delegate_of,
        version: membership.version.next(),
        ..membership
    };
    store::teams::save(tx, &changed).await?;
    if let Some(until) = changed.until {
        expiries::enqueue(tx, changed.id, until).await?;
    }
    if before == Role::Admin && edit.role < Role::Admin {
        take_back(tx, &place.scope, &subject(account)).await?;
    }
    void(tx, account).await?;
    let until = changed.until.map(|day| format!(", until {day}")).unwrap_or_default();
    let detail = format!("{} to {}{until}", word(before), word(edit.role));
    note(tx, actor, "membership.changed", &subject(account), &place.scope, &detail).await?;
    Ok(changed)
}

/// The language of an account.
pub(super) async fn locale(tx: &mut PgConnection, account: AccountId) -> Result<crate::domain::person::Locale, Error> {
    Ok(store::accounts::find(tx, account).await?.map(|account| account.person.locale).unwrap_or_default())
}
