//! What becomes of a team when its collectivité goes into another.

use events::{Failure, jobs};
use kernel::{CollectiviteId, Role};
use sqlx::PgConnection;

use super::teams::{self, Actor, Teams};
use crate::{
    domain::{
        AccountId, MembershipId, calendar,
        mail::{Mail, Purpose, Recipient},
        membership::Membership,
        person::Locale,
        place::Known,
        subject,
        team::{Granted, role_after_succession},
    },
    store::{self, places::Told},
};

/// Takes a team along to where its collectivité went; the key is the collectivité.
pub const FOLLOW: &str = "follow-succession";
/// How a membership is proved that came along.
pub const PROVED_BY: &str = "SUCCESSION";

/// Has the team taken along when the collectivité's last day is over, in Paris.
pub async fn enqueue(tx: &mut PgConnection, told: &Told) -> sqlx::Result<()> {
    let Some(day) = told.ended_on else { return Ok(()) };
    jobs::enqueue(tx, FOLLOW, told.id.as_str(), calendar::midnight(day), &[]).await
}

impl Teams {
    /// Takes the members of a collectivité that is no more along to its heirs, so that nobody has to ask anew.
    ///
    /// Their role stays where there is one heir without administrators of its own; else it is editor at most. Who is a member
    /// there already stays what they are. A delegation was for what is no more, and ends. Requests and invitations are for
    /// the only heir from then on, or end.
    ///
    /// # Errors
    /// The database's; an heir that directory has not told yet.
    pub async fn follow(&self, tx: &mut PgConnection, id: &CollectiviteId) -> Result<(), Failure> {
        let Some(gone) = store::places::find(tx, id).await? else { return Ok(()) };
        let Some(day) = gone.ended_on else { return Ok(()) };
        if store::now(tx).await? < calendar::midnight(day) {
            return Ok(jobs::enqueue(tx, FOLLOW, id.as_str(), calendar::midnight(day), &[]).await?);
        }
        store::places::note_end(tx, id).await?;
        let heirs = self.heirs(tx, &gone).await?;
        store::teams::hold(tx, &gone.scope()).await?;
        for (account, membership) in store::teams::all(tx, &gone.scope()).await? {
            teams::end(tx, account, membership.id, &gone.scope(), &Actor::identity().subject).await?;
            if membership.delegate_of.is_empty() {
                self.take_along(tx, account, &membership, &heirs).await?;
            }
        }
        for invitation in store::invitations::withdraw_all(tx, &gone.scope()).await? {
            store::mails::kill(tx, Purpose::Invitation, invitation.0).await?;
        }
        let heir = if let [only] = heirs.as_slice() { Some(only.id.as_str()) } else { None };
        Ok(store::requests::follow(tx, id, heir).await?)
    }

    /// What took the place of a collectivité, as far as it lives; each team is held, in one order.
    async fn heirs(&self, tx: &mut PgConnection, gone: &Known) -> Result<Vec<Known>, Failure> {
        let mut ids = gone.successors.clone();
        ids.sort();
        let mut heirs = Vec::new();
        for id in ids {
            let id: CollectiviteId = id.parse()?;
            let heir = store::places::find(tx, &id).await?;
            let heir = heir.ok_or_else(|| anyhow::anyhow!("{id}, which took the place of {}, is not told yet", gone.id))?;
            store::teams::hold(tx, &heir.scope()).await?;
            heirs.push(heir);
        }
        Ok(heirs)
    }

    async fn take_along(&self, tx: &mut PgConnection, account: AccountId, held: &Membership, heirs: &[Known]) -> Result<(), Failure> {
        for heir in heirs {
            let scope = heir.scope();
            let now = store::now(tx).await?;
            let over = held.until.is_some_and(|until| until < calendar::day(now));
            if over || store::teams::of(tx, account, &scope).await?.is_some() {
                continue;
            }
            let team = store::teams::all(tx, &scope).await?;
            let own = |(_, one): &(AccountId, Membership)| one.right.role == Role::Admin && one.proved_by != PROVED_BY;
            let role = role_after_succession(held.right.role, heirs.len() == 1, team.iter().any(own));
            let granted = Granted {
                account,
                scope: scope.clone(),
                role,
                name: heir.name.clone(),
                from: calendar::day(now),
                until: held.until,
                delegate_of: String::new(),
                proved_by: PROVED_BY,
                by: Actor::identity().subject,
            };
            store::teams::insert(tx, MembershipId::made(now), &granted).await?;
            let detail = format!("{} to {}", held.right, scope.with(role));
            teams::note(tx, &Actor::identity(), "membership.followed", &subject(account), &scope, &detail).await?;
            let locale = store::accounts::find(tx, account).await?.map_or(Locale::default(), |account| account.person.locale);
            let mut mail = Mail::notice("membership-accepted", Recipient::Account(account), locale)
                .leading_to(scope.page())
                .word("collectivite", &heir.name)
                .word("role", store::teams::role(role));
            mail.times.insert("sent".to_owned(), now);
            self.mails.ask(tx, &Mail { account: Some(account), collectivite_id: heir.id.to_string(), ..mail }).await?;
            if heir.ended {
                jobs::enqueue(tx, FOLLOW, heir.id.as_str(), now, &[]).await?; // and on from there
            }
        }
        Ok(())
    }
}
