use events::outbox;
use kernel::{CollectiviteId, Etag};
use uuid::Uuid;

use super::{Act, Command, Deed, Part, moves};
use crate::{
    directory::Names,
    error::Error,
    record::{
        domain::{Framework, PartnerId, Partnership, PartnershipEdit, PartnershipId, Terms},
        facts,
        store::{history, partnerships, projects},
    },
    store::partners,
};

/// A partnership to be added.
pub struct Add(pub Terms);

/// A change of a partnership.
pub struct Update {
    /// Which.
    pub partnership: PartnershipId,
    /// The partnership the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: PartnershipEdit,
}

/// It is with or without a convention, from now on.
pub struct Requalify {
    /// Which.
    pub partnership: PartnershipId,
    /// The partnership the caller read.
    pub seen: Etag,
    /// With or without.
    pub framework: Framework,
}

/// These are right, and still active.
pub struct Confirm(pub Vec<PartnershipId>);

/// What was confirmed.
pub struct Confirmed(pub Vec<Partnership>);

/// A partnership that is to go.
pub struct Remove {
    /// Which.
    pub partnership: PartnershipId,
    /// The partnership the caller read.
    pub seen: Etag,
}

/// A partnership is gone.
pub struct Removed;

impl Command for Add {
    const METHOD: &'static str = "CreatePartnership";
    type Done = Partnership;

    fn names(&self) -> Names {
        Names { collectivites: self.0.participants.clone(), partners: vec![self.0.partner] }
    }

    async fn run(self, act: &mut Act<'_>) -> Result<Partnership, Error> {
        let Self(terms) = self;
        if !act.is_national() && !act.mine.contains(terms.lead.as_str()) {
            return Err(Error::CollectiviteNotFound(terms.lead));
        }
        act.require_editor()?;
        act.require_living(&terms.participants).await?;
        let partner = standing(act, terms.partner).await?;
        let partnership = Partnership::added(Terms { partner, ..terms }, act.now(), act.capacity());
        refuse_twin(act, &partnership).await?;
        write_down(act, None, &partnership, "added", &[]).await?;
        Ok(partnership)
    }
}

impl Command for Update {
    const METHOD: &'static str = "UpdatePartnership";
    type Done = Partnership;

    fn names(&self) -> Names {
        let lead = self.edit.lead.clone();
        let collectivites = self.edit.participants.iter().flatten().cloned().chain(lead).collect();
        Names { collectivites, partners: self.edit.partner.into_iter().collect() }
    }

    /// Changes a partnership. An edit that changes nothing leaves no trace.
    async fn run(self, act: &mut Act<'_>) -> Result<Partnership, Error> {
        let (before, part) = lock(act, self.partnership, self.seen).await?;
        let mut edit = self.edit;
        if let Some(partner) = edit.partner.filter(|partner| *partner != before.terms.partner) {
            edit.partner = Some(standing(act, partner).await?);
        }
        let (terms, fields) = before.terms.clone().edited(edit);
        if fields.is_empty() {
            return Ok(before);
        }
        if part != Part::Leads && fields.iter().any(|field| LEADS_TO_SAY.contains(field)) {
            return Err(Error::LeadOnly);
        }
        let is_new = |id: &&CollectiviteId| !before.terms.participants.contains(id);
        let mut new: Vec<CollectiviteId> = terms.participants.iter().filter(is_new).cloned().collect();
        if terms.lead != before.terms.lead {
            new.push(terms.lead.clone());
        }
        act.require_living(&new).await?;
        let after = before.clone().changed(terms, act.now());
        refuse_twin(act, &after).await?;
        write_down(act, Some(&before), &after, "updated", &fields).await?;
        Ok(after)
    }
}

/// What only the lead says.
const LEADS_TO_SAY: [&str; 2] = ["lead_collectivite_id", "collectivite_ids"];

impl Command for Requalify {
    const METHOD: &'static str = "RequalifyPartnership";
    type Done = Partnership;

    /// Says whether it is with a convention. What it is already leaves no trace.
    async fn run(self, act: &mut Act<'_>) -> Result<Partnership, Error> {
        let (before, _) = lock(act, self.partnership, self.seen).await?;
        if before.terms.framework == Some(self.framework) {
            return Ok(before);
        }
        let terms = Terms { framework: Some(self.framework), ..before.terms.clone() };
        let after = before.clone().changed(terms, act.now());
        write_down(act, Some(&before), &after, "requalified", &["framework"]).await?;
        Ok(after)
    }
}

impl Command for Confirm {
    const METHOD: &'static str = "ConfirmPartnerships";
    type Done = Confirmed;

    /// Confirms all of them, or none.
    async fn run(self, act: &mut Act<'_>) -> Result<Confirmed, Error> {
        let ids: Vec<Uuid> = self.0.iter().map(|id| id.0).collect();
        let before = partnerships::lock_many(act.tx, &ids).await?;
        for id in &self.0 {
            let found = before.iter().find(|one| one.id == *id);
            found.map(|one| act.part_in(one)).transpose()?.flatten().ok_or(Error::PartnershipNotFound(*id))?;
        }
        let (at, by) = (act.now(), act.capacity());
        let mut after = Vec::with_capacity(before.len());
        let mut entries = Vec::with_capacity(before.len());
        for one in &before {
            let confirmed = one.clone().confirmed(at, by).ok_or(Error::PartnershipEnded(one.id))?;
            let was_active = one.terms.standing == confirmed.terms.standing;
            let fields: &[&str] = if was_active { &["provenance"] } else { &["status", "provenance"] };
            let deed = Deed { at, by: &act.caller.subject, change: "confirmed", fields };
            entries.push(deed.to_partnership(Some(one), &confirmed));
            after.push(confirmed);
        }
        partnerships::save(act.tx, &after.iter().collect::<Vec<_>>()).await?;
        history::insert(act.tx, &entries).await?;
        let told: Vec<_> = after.iter().map(|one| facts::partnership(one, "confirmed")).collect();
        outbox::append_all(act.tx, act.clock, &told).await?;
        Ok(Confirmed(after))
    }
}

impl Command for Remove {
    const METHOD: &'static str = "DeletePartnership";
    type Done = Removed;

    async fn run(self, act: &mut Act<'_>) -> Result<Removed, Error> {
        let (partnership, part) = lock(act, self.partnership, self.seen).await?;
        if part != Part::Leads {
            return Err(Error::LeadOnly);
        }
        if !projects::under(act.tx, &[partnership.id.0]).await?.is_empty() {
            return Err(Error::HasProjects);
        }
        partnerships::remove(act.tx, partnership.id).await?;
        let deed = Deed { at: act.now(), by: &act.caller.subject, change: facts::REMOVED, fields: &[] };
        history::insert(act.tx, &[deed.to_partnership(Some(&partnership), &partnership)]).await?;
        outbox::append(act.tx, act.clock, &facts::partnership_removed(&partnership)).await?;
        Ok(Removed)
    }
}

/// Holds a partnership that the caller may change and has read as it is. One that is not the caller's is answered like none.
async fn lock(act: &mut Act<'_>, id: PartnershipId, seen: Etag) -> Result<(Partnership, Part), Error> {
    let partnership = partnerships::lock(act.tx, id).await?.ok_or(Error::PartnershipNotFound(id))?;
    let part = act.part_in(&partnership)?.ok_or(Error::PartnershipNotFound(id))?;
    if partnership.version == seen.0 { Ok((partnership, part)) } else { Err(Error::Stale) }
}

/// The partner that stands in the place of the one that is named.
async fn standing(act: &mut Act<'_>, named: PartnerId) -> Result<PartnerId, Error> {
    partners::standing(act.tx, &[named.0]).await?.remove(&named).ok_or(Error::PartnerNotFound(named))
}

/// Refuses a second partnership of one lead with one partner, and says which is the first.
async fn refuse_twin(act: &mut Act<'_>, of: &Partnership) -> Result<(), Error> {
    if of.terms.has_ended() {
        return Ok(());
    }
    let twin = partnerships::led_with(act.tx, &of.terms.lead, of.terms.partner).await?;
    match twin.filter(|twin| *twin != of.id) {
        Some(twin) => Err(Error::PartnershipExists(Some(twin))),
        None => Ok(()),
    }
}

/// Saves a partnership, writes down who changed what, and tells it.
async fn write_down(
    act: &mut Act<'_>,
    before: Option<&Partnership>,
    after: &Partnership,
    change: &'static str,
    fields: &[&'static str],
) -> Result<(), Error> {
    partnerships::save(act.tx, &[after]).await?;
    let deed = Deed { at: act.now(), by: &act.caller.subject, change, fields };
    history::insert(act.tx, &[deed.to_partnership(before, after)]).await?;
    let has_moved = fields.contains(&"collectivite_ids");
    let told = facts::partnership(after, if has_moved { facts::MOVED } else { change });
    outbox::append(act.tx, act.clock, &told).await?;
    if has_moved {
        moves::projects_moved(act.tx, act.clock, &[after.id.0]).await?;
    }
    Ok(())
}
