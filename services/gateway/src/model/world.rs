//! Foreign partners and their countries, as directory tells of them.

use std::{collections::BTreeMap, sync::Arc};

use atlas_proto::directory::v1::{Country, CountryEvent, ExportBatch, Partner, PartnerEvent, PartnerState};

use super::{
    fold::fold,
    generation::{Generation, Record},
    id::Id,
    listing::Listing,
    shards::Shards,
};

/// A merge of a merge of a merge…: directory makes no longer chains.
const LONGEST_CHAIN: usize = 16;

/// Partners and countries of one generation.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub(super) countries: Arc<BTreeMap<String, Record<Country>>>,
    pub(super) partners: Shards<Id, Arc<Record<Partner>>>,
    /// The standing partners of each country.
    pub(super) nations: BTreeMap<String, Arc<Listing<Listed>>>,
    /// How many partners are of demonstration.
    pub(super) invented: usize,
    /// Those that lead to a partner, because they were found to be the same.
    pub(super) merged: BTreeMap<Id, Arc<Listing<Id>>>,
}

/// A partner as the list of its country orders it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Those whose division is not known come last.
    unplaced: bool,
    division: Box<str>,
    name: Box<str>,
    /// Which one.
    pub id: Id,
}

impl Listed {
    pub(super) fn of(id: Id, partner: &Partner) -> Self {
        Self { unplaced: partner.division.is_empty(), division: fold(&partner.division).into(), name: fold(&partner.name).into(), id }
    }
}

/// Whether it stands for itself.
#[must_use]
pub fn stands(partner: &Partner) -> bool {
    partner.state() != PartnerState::Merged
}

/// The one that took its place; none while it stands.
#[must_use]
pub fn successor(partner: &Partner) -> Option<Id> {
    if stands(partner) { None } else { Id::read(&partner.merged_into) }
}

impl Generation {
    /// One country.
    #[must_use]
    pub fn country(&self, iso2: &str) -> Option<&Record<Country>> {
        self.world.countries.get(iso2)
    }

    /// Every country, by its code.
    pub fn countries(&self) -> impl Iterator<Item = &Country> {
        self.world.countries.values().map(|record| &record.value)
    }

    /// One partner, standing or merged.
    #[must_use]
    pub fn partner(&self, id: Id) -> Option<&Record<Partner>> {
        self.world.partners.get(&id).map(|record| &**record)
    }

    /// The standing partners of a country.
    #[must_use]
    pub fn nation(&self, iso2: &str) -> Option<&Listing<Listed>> {
        self.world.nations.get(iso2).map(|listing| &**listing)
    }

    /// Those that were merged into a partner.
    #[must_use]
    pub fn merged_into(&self, id: Id) -> Option<&Listing<Id>> {
        self.world.merged.get(&id).map(|listing| &**listing)
    }

    /// The partner that a reference leads to, through merges; none while it, or its country, is unknown.
    #[must_use]
    pub fn standing(&self, id: Id) -> Option<(Id, &Partner)> {
        let mut id = id;
        for _ in 0..LONGEST_CHAIN {
            let partner = &self.partner(id)?.value;
            if stands(partner) {
                return self.country(&partner.country_iso2).map(|_| (id, partner));
            }
            id = successor(partner)?;
        }
        None
    }

    /// A partner and all that lead to it.
    #[must_use]
    pub fn one_and_merged(&self, id: Id) -> Vec<Id> {
        let mut all = vec![id];
        let mut next = 0;
        while let Some(&one) = all.get(next) {
            let more = self.merged_into(one).map(|listing| listing.members.as_slice()).unwrap_or_default();
            all.extend(more.iter().filter(|id| !all.contains(id)).copied().collect::<Vec<_>>());
            next += 1;
        }
        all
    }

    pub(super) fn country_events(&self) -> Vec<CountryEvent> {
        let event = |it: &Record<Country>| CountryEvent { epoch: it.stamp.0, version: it.stamp.1, country: Some(it.value.clone()) };
        self.world.countries.values().map(event).collect()
    }

    pub(super) fn partner_batches(&self) -> impl Iterator<Item = ExportBatch> + '_ {
        let event = |it: &Arc<Record<Partner>>| PartnerEvent {
            epoch: it.stamp.0,
            version: it.stamp.1,
            partner_id: it.value.partner_id.clone(),
            partner: Some(it.value.clone()),
        };
        let filled = self.world.partners.parts().filter(|part| !part.is_empty());
        filled.map(move |part| ExportBatch { partners: part.values().map(event).collect(), ..ExportBatch::default() })
    }
}
