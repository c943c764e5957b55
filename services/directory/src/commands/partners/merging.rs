use crate::{
    commands::{Act, Command},
    domain::{Partner, PartnerId, Refusal},
    error::Error,
    store::partners::{self, batch, merges},
};

/// That partners are one and the same.
pub struct Merge {
    /// The one that stays.
    pub into: PartnerId,
    /// Those that lead to it from now on.
    pub partners: Vec<PartnerId>,
}

/// The one that stayed.
pub struct Merged(pub Partner);

/// That a partner was not the same after all.
pub struct Undo(pub PartnerId);

/// The partner that stands for itself again.
pub struct Unmerged(pub Partner);

impl Command for Merge {
    const METHOD: &'static str = "MergePartners";
    type Done = Merged;

    /// Leads partners, and what was merged into them before, to the one that stays, which takes their names.
    async fn run(self, act: &mut Act<'_>) -> Result<Merged, Error> {
        act.writer()?;
        partners::one_at_a_time(act.tx).await?;
        let into = act.partner(self.into).await?.standing()?;
        let mut merged = Vec::new();
        for id in &self.partners {
            merged.push(act.partner(*id).await?.standing()?);
        }
        if merged.iter().any(|one| one.fields.country != into.fields.country) {
            return Err(Refusal::DifferentCountries.into());
        }
        let below = merges::below(act.tx, &self.partners).await?;
        let mut before = partners::find_many(act.tx, &below).await?;
        let stays = into.changed(into.fields.with_names_of(merged.iter().map(|one| &one.fields)), act.now());
        before.extend(merged);

        let at = act.now();
        let mut now: Vec<Partner> = before.iter().map(|one| one.moved(Some(into.id), at)).collect();
        merges::insert(act.tx, &self.partners, into.id, at, &act.caller.subject).await?;
        before.push(into);
        now.push(stays.clone());
        put(act, &before, &now, "merged").await?;
        Ok(Merged(stays))
    }
}

impl Command for Undo {
    const METHOD: &'static str = "UndoPartnerMerge";
    type Done = Unmerged;

    /// Lets a partner stand for itself again; what was merged into it before that leads to it again.
    async fn run(self, act: &mut Act<'_>) -> Result<Unmerged, Error> {
        act.writer()?;
        partners::one_at_a_time(act.tx).await?;
        let merged = act.partner(self.0).await?;
        if merged.merged_into.is_none() {
            return Err(Refusal::NotMerged.into());
        }
        let below = merges::below(act.tx, &[self.0]).await?;
        let mut before = partners::find_many(act.tx, &below).await?;
        let at = act.now();
        let stands = merged.moved(None, at);
        let mut now: Vec<Partner> = before.iter().map(|one| one.moved(Some(merged.id), at)).collect();
        if let Some(id) = partners::same(act.tx, &stands).await? {
            return Err(Error::PartnerExists(Some(id)));
        }
        merges::remove(act.tx, merged.id).await?;
        before.push(merged);
        now.push(stands.clone());
        put(act, &before, &now, "unmerged").await?;
        Ok(Unmerged(stands))
    }
}

/// Writes all of them, with one entry of the history and one fact each.
async fn put(act: &mut Act<'_>, before: &[Partner], now: &[Partner], change: &'static str) -> Result<(), Error> {
    batch::put(act.tx, now, false).await?;
    let changes: Vec<_> = before.iter().map(|one| (one.id, Some(one))).collect();
    act.tell_partners(&changes, now, change).await
}
