/// What happens to several that are one.
mod merging;
/// What agents propose, and the ministry decides.
mod proposing;

use events::outbox;
use kernel::{CollectiviteId, Etag, RightKind, Role};

pub use merging::{Merge, Merged, Undo, Unmerged};
pub use proposing::{Decide, Propose};

use super::{Act, Command};
use crate::{
    domain::{Partner, PartnerEdit, PartnerFields, PartnerId},
    error::Error,
    facts,
    store::{
        partners::{self, batch, history},
        uses,
    },
};

/// A partner to be added.
pub struct Add(pub PartnerFields);

/// A partner was added.
pub struct Added(pub Partner);

/// A change of a partner.
pub struct Update {
    /// Which.
    pub partner: PartnerId,
    /// The partner the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: PartnerEdit,
}

/// A partner as it stands after a change.
pub struct Updated(pub Partner);

impl Command for Add {
    const METHOD: &'static str = "CreatePartner";
    type Done = Added;

    async fn run(self, act: &mut Act<'_>) -> Result<Added, Error> {
        let Self(fields) = self;
        let by = act.writer()?;
        partners::one_at_a_time(act.tx).await?;
        act.refuse_like(&fields, None).await?;
        let partner = Partner::added(fields, by, act.now());
        batch::put(act.tx, std::slice::from_ref(&partner), false).await?;
        act.tell_partners(&[(partner.id, None)], std::slice::from_ref(&partner), "added").await?;
        Ok(Added(partner))
    }
}

impl Command for Update {
    const METHOD: &'static str = "UpdatePartner";
    type Done = Updated;

    /// Changes a partner. An edit that changes nothing leaves no trace.
    async fn run(self, act: &mut Act<'_>) -> Result<Updated, Error> {
        act.writer()?;
        partners::one_at_a_time(act.tx).await?;
        let before = act.partner(self.partner).await?.standing()?;
        Partner::refuse_strangers(act.caller, &uses::of(act.tx, before.id, before.added_by.as_ref()).await?)?;
        if before.version != self.seen.0 {
            return Err(Error::Stale);
        }
        let fields = before.fields.edited(self.edit);
        Ok(Updated(act.change_partner(before, fields).await?))
    }
}

impl Act<'_> {
    /// Who writes: the collectivité of an agent, none for the ministry. A reader of either does not.
    fn writer(&self) -> Result<Option<CollectiviteId>, Error> {
        if self.caller.right.role < Role::Editor {
            return Err(Error::RoleTooLow);
        }
        let agent = self.caller.right.kind == RightKind::Collectivite;
        Ok(self.caller.right.key.parse().ok().filter(|_| agent))
    }

    async fn partner(&mut self, id: PartnerId) -> Result<Partner, Error> {
        partners::find(self.tx, id).await?.ok_or(Error::PartnerNotFound(id))
    }

    /// Refuses fields that are those of another partner.
    async fn refuse_like(&mut self, fields: &PartnerFields, but: Option<PartnerId>) -> Result<(), Error> {
        let found = partners::like(self.tx, fields, but).await?;
        found.map_or(Ok(()), |id| Err(Error::PartnerExists(Some(id))))
    }

    /// Gives a partner other fields, and tells it; nothing when they are those it has.
    async fn change_partner(&mut self, before: Partner, fields: PartnerFields) -> Result<Partner, Error> {
        if fields == before.fields {
            return Ok(before);
        }
        let as_known = |fields: &PartnerFields| (fields.natural_key(), fields.division_folded(), fields.name_folded());
        if as_known(&fields) != as_known(&before.fields) {
            self.refuse_like(&fields, Some(before.id)).await?;
        }
        let partner = before.changed(fields, self.now());
        batch::put(self.tx, std::slice::from_ref(&partner), false).await?;
        self.tell_partners(&[(before.id, Some(&before))], std::slice::from_ref(&partner), "updated").await?;
        Ok(partner)
    }

    /// Writes down who changed what, and tells the partners as they now stand.
    async fn tell_partners(&mut self, changes: &[history::Change<'_>], now: &[Partner], change: &'static str) -> Result<(), Error> {
        history::insert(self.tx, changes, self.now(), &self.caller.subject, change).await?;
        let told: Vec<_> = now.iter().map(|partner| facts::partner(partner, change)).collect();
        Ok(outbox::append_all(self.tx, self.clock, &told).await?)
    }
}
