use std::sync::Arc;

use atlas_proto::directory::v1::{CountryEvent, Partner, PartnerEvent};

use super::{Draft, Home, homes};
use crate::model::{
    cooperation::participants,
    generation::Record,
    id::Id,
    key::Key,
    subject::Subject,
    world::{Listed, stands, successor},
};

impl Draft {
    /// Takes a country's state, if it is newer.
    pub fn country(&mut self, event: CountryEvent) {
        let CountryEvent { epoch, version, country: Some(value) } = event else { return };
        let (iso2, stamp) = (value.iso2.clone(), (epoch, version));
        let before = self.next.world.countries.get(&iso2).cloned();
        if !self.newer("country", &iso2, before.as_ref().map(|record| record.stamp), stamp) {
            return;
        }
        if let Some(before) = before.filter(|record| record.value == value) {
            Arc::make_mut(&mut self.next.world.countries).insert(iso2, Record { stamp, ..before });
            return;
        }
        let changed = self.tick();
        Arc::make_mut(&mut self.next.world.countries).insert(iso2.clone(), Record { stamp, changed, value });
        self.touch_nation(&iso2);
    }

    /// Takes a partner's state, if it is newer.
    pub fn partner(&mut self, event: PartnerEvent) {
        let PartnerEvent { epoch, version, partner, partner_id } = event;
        let told = partner.as_ref().map_or(&partner_id, |partner| &partner.partner_id).clone();
        let Some(id) = named("partner", &told) else { return };
        let stamp = (epoch, version);
        let before = self.next.world.partners.get(&id).cloned();
        if !self.newer("partner", &told, before.as_ref().map(|record| record.stamp), stamp) {
            return;
        }
        let Some(value) = partner else {
            self.bury(std::iter::once((format!("partner/{told}"), stamp)));
            self.next.world.partners.remove(&id);
            self.file_partner(id, before.as_ref().map(|record| &record.value), None);
            return;
        };
        if let Some(before) = before.as_ref().filter(|record| record.value == value) {
            self.next.world.partners.insert(id, Arc::new(Record { stamp, changed: before.changed, value }));
            return;
        }
        let (record, changed) = (value.clone(), self.tick());
        self.next.world.partners.insert(id, Arc::new(Record { stamp, changed, value: record }));
        self.file_partner(id, before.as_ref().map(|record| &record.value), Some(&value));
    }

    /// Forgets the partners and countries that a complete epoch did not name.
    pub(super) fn forget_world_before(&mut self, epoch: u64) {
        let stale: Vec<Id> = self.next.world.partners.iter().filter(|(_, it)| it.stamp.0 < epoch).map(|(id, _)| *id).collect();
        for id in stale {
            let before = self.next.world.partners.remove(&id);
            self.file_partner(id, before.as_ref().map(|record| &record.value), None);
        }
        let stale = self.next.world.countries.iter().filter(|(_, it)| it.stamp.0 < epoch).map(|(iso2, _)| iso2.clone());
        for iso2 in stale.collect::<Vec<_>>() {
            Arc::make_mut(&mut self.next.world.countries).remove(&iso2);
            self.touch_nation(&iso2);
        }
    }

    /// Moves a partner in the lists that it is in, and makes old what shows or counts it.
    fn file_partner(&mut self, id: Id, before: Option<&Partner>, after: Option<&Partner>) {
        let invented = |it: Option<&Partner>| usize::from(it.is_some_and(|it| it.origin == "demo"));
        self.next.world.invented = self.next.world.invented + invented(after) - invented(before);
        let changed = self.tick();
        for partner in before.into_iter().filter(|it| stands(it)) {
            self.nation(&partner.country_iso2).drop(&Listed::of(id, partner));
        }
        for partner in after.into_iter().filter(|it| stands(it)) {
            self.nation(&partner.country_iso2).put(Listed::of(id, partner));
        }
        for partner in before.into_iter().chain(after) {
            self.nation(&partner.country_iso2).changed = changed;
        }
        let into = [before.and_then(successor), after.and_then(successor)];
        for (other, leads) in into.into_iter().zip([false, true]) {
            let Some(other) = other.filter(|_| into[0] != into[1]) else { continue };
            let listing = Arc::make_mut(self.next.world.merged.entry(other).or_default());
            if leads {
                listing.put(id)
            } else {
                listing.drop(&id)
            }
            listing.changed = changed;
            self.touch_partner(other);
        }
        self.touched.insert(Subject::Partner(id));
        self.touch_partner(id);
        let place = |it: &Partner| (it.country_iso2.clone(), successor(it));
        if before.map(place) != after.map(place) {
            self.touch_homes_of(id);
        }
    }

    /// What counts or lists a partner is old; search orders it anew.
    pub(super) fn touch_partner(&mut self, id: Id) {
        self.next.tallied = Arc::default();
        let Some((standing, iso2)) = self.next.standing(id).map(|(id, partner)| (id, partner.country_iso2.clone())) else { return };
        let changed = self.tick();
        self.nation(&iso2).changed = changed;
        self.touched.insert(Subject::Partner(standing));
    }

    /// A collectivité came or went: what counts those who work with its partners is old.
    pub(super) fn touch_actions(&mut self, key: Key) {
        let Some(actions) = self.next.actions(key).map(|listing| listing.members.clone()) else { return };
        let partner = |id: &Id| Id::read(&self.next.partnership(*id)?.value.partner_id);
        let partners: Vec<Id> = actions.iter().filter_map(partner).collect();
        partners.into_iter().for_each(|id| self.touch_partner(id));
        self.touch_home(key);
    }

    /// What counts the actions of a collectivité's territory is old.
    pub(super) fn touch_home(&mut self, key: Key) {
        let Some(homes) = self.next.collectivites.get(&key).map(|record| homes(&record.value)) else { return };
        let changed = self.tick();
        for home in homes.iter().filter(|home| !matches!(home, Home::Grouping(_))) {
            self.home(home).acted = changed;
        }
    }

    fn touch_homes_of(&mut self, partner: Id) {
        let partnerships = self.next.with_partner(partner).filter_map(|id| self.next.partnership(id));
        let keys: Vec<Key> = partnerships.flat_map(|record| participants(&record.value)).collect();
        keys.into_iter().for_each(|key| self.touch_home(key));
    }

    /// A country came, went or is called otherwise: its name is a word by which its partners are found.
    fn touch_nation(&mut self, iso2: &str) {
        let changed = self.tick();
        let nation = self.nation(iso2);
        nation.changed = changed;
        let partners: Vec<Id> = nation.members.iter().map(|listed| listed.id).collect();
        for id in partners {
            self.touched.insert(Subject::Partner(id));
            self.touch_homes_of(id);
        }
        self.next.tallied = Arc::default();
    }

    fn nation(&mut self, iso2: &str) -> &mut crate::model::listing::Listing<Listed> {
        Arc::make_mut(self.next.world.nations.entry(iso2.to_owned()).or_default())
    }
}

/// The id of something told; what has none cannot be shown.
pub(super) fn named(resource: &str, id: &str) -> Option<Id> {
    let read = Id::read(id);
    if read.is_none() {
        tracing::warn!(resource, id, "an id that is none: left out");
    }
    read
}
