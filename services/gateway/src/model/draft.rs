/// The part that projects tells.
mod cooperation;
/// Partners and countries.
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use atlas_proto::directory::v1::{
    Collectivite, CollectiviteEvent, ExportBatch, ExportHeader, NetworkEvent, PublicContact, TerritoryEvent, TerritoryKind,
};
use chrono::{DateTime, Utc};

use super::{
    fold::fold,
    generation::{Contacts, Figures, Generation, Member, Place, Rank, Record, Stamp, has_card, lives, territory_key},
    key::Key,
    snapshot::Wanted,
    subject::Subject,
};

/// Generations between two loads: far more than there can be.
const LOAD_BITS: u32 = 40;

/// The next generation in the making.
#[derive(Debug)]
pub struct Draft {
    next: Generation,
    changed: bool,
    touched: BTreeSet<Subject>,
    person_removed: bool,
}

/// A generation that is complete, and what differs from the one before.
#[derive(Debug)]
pub struct Published {
    /// To be shown from now on.
    pub generation: Arc<Generation>,
    /// What search must read again.
    pub touched: BTreeSet<Subject>,
    /// Somebody is no longer shown: the saved snapshot must not bring them back.
    pub person_removed: bool,
}

impl Default for Draft {
    /// With a number: 0 stands for what is unknown.
    fn default() -> Self {
        let next = Generation { number: 1, ..Generation::default() };
        Self { next, changed: false, touched: BTreeSet::new(), person_removed: false }
    }
}

impl Draft {
    /// Begins a load, after the generation of this number: everything in the draft comes from it or from what follows.
    #[must_use]
    pub fn begin(header: &ExportHeader, before: u64) -> Self {
        let gone = header.tombstones.iter().map(|stone| (stone.key.clone(), (header.epoch, stone.version)));
        let number = ((before >> LOAD_BITS) + 1) << LOAD_BITS;
        let next = Generation { number, epoch: header.epoch, gone: Arc::new(gone.collect()), ..Generation::default() };
        Self { next, changed: true, ..Self::default() }
    }

    /// Notes what is gone: an older state of it does not bring it back.
    pub fn bury(&mut self, gone: impl Iterator<Item = (String, Stamp)>) {
        Arc::make_mut(&mut self.next.gone).extend(gone);
    }

    /// Takes a part of an export.
    pub fn take(&mut self, batch: ExportBatch) {
        batch.territories.into_iter().for_each(|event| self.territory(event));
        batch.networks.into_iter().for_each(|event| self.network(event));
        batch.countries.into_iter().for_each(|event| self.country(event));
        batch.partners.into_iter().for_each(|event| self.partner(event));
        batch.collectivites.into_iter().for_each(|event| self.collectivite(event));
        batch.contacts.into_iter().for_each(|contact| self.contact(contact));
    }

    /// Takes a collectivité's state, if it is newer.
    pub fn collectivite(&mut self, event: CollectiviteEvent) {
        let CollectiviteEvent { epoch, version, collectivite: Some(value) } = event else { return };
        let Ok(key) = value.collectivite_id.parse::<Key>() else {
            tracing::warn!(collectivite.id = value.collectivite_id, "an id that is none: left out");
            return;
        };
        let stamp = (epoch, version);
        let before = self.next.collectivites.get(&key).cloned();
        let newest = before.as_ref().map(|record| record.stamp);
        if !self.newer("collectivite", &value.collectivite_id, newest, stamp) {
            return;
        }
        // Told again as it was: nothing that shows it is old, nor does search read it again.
        if let Some(before) = before.as_ref().filter(|record| record.value == value) {
            let record = Record { stamp, changed: before.changed, value };
            self.next.collectivites.insert(key, Arc::new(record));
            return;
        }
        self.count(before.as_ref().map(|record| &record.value), Some(&value));
        self.relist(key, before.as_ref().map(|record| &record.value), Some(&value));
        let record = Record { stamp, changed: self.tick(), value };
        self.next.collectivites.insert(key, Arc::new(record));
        self.touched.insert(Subject::Collectivite(key));
        if before.is_none() {
            self.touch_actions(key);
        }
    }

    /// Takes a network's state, if it is newer.
    pub fn network(&mut self, event: NetworkEvent) {
        let NetworkEvent { epoch, version, network: Some(value) } = event else { return };
        let (stamp, newest) = ((epoch, version), self.next.network(&value.network_id).map(|record| record.stamp));
        if self.newer("network", &value.network_id, newest, stamp) {
            let record = Record { stamp, changed: self.tick(), value };
            Arc::make_mut(&mut self.next.networks).insert(record.value.network_id.clone(), record);
        }
    }

    /// Takes a territory's state, if it is newer.
    pub fn territory(&mut self, event: TerritoryEvent) {
        let TerritoryEvent { epoch, version, territory: Some(value) } = event else { return };
        let home = if value.kind() == TerritoryKind::Region { Home::Region } else { Home::Department }(value.code.clone());
        let newest = self.home(&home).territory.as_ref().map(|(stamp, _)| *stamp);
        if !self.newer_key(&territory_key(&value), newest, (epoch, version)) {
            return;
        }
        self.next.figures.0 = self.tick();
        let changed = self.tick();
        let place = self.home(&home);
        place.changed = changed;
        place.territory = Some(((epoch, version), value));
    }

    /// Takes what anybody may see of a contact, if it is newer.
    pub fn contact(&mut self, public: PublicContact) {
        let Some(contact) = &public.contact else { return };
        let Ok(key) = contact.collectivite_id.parse::<Key>() else { return };
        let (id, stamp) = (contact.contact_id.clone(), (public.epoch, public.version));
        let newest = self.next.contacts.get(&key).and_then(|of| of.list.get(&id)).map(|it| (it.epoch, it.version));
        if self.newer("contact", &id, newest, stamp) {
            let changed = self.tick();
            let mut of = self.next.contacts.get(&key).map(|of| Contacts::clone(of)).unwrap_or_default();
            of.list.insert(id, public);
            of.changed = changed;
            self.next.contacts.insert(key, Arc::new(of));
        }
    }

    /// Takes a contact away: it is gone, or no longer public.
    pub fn drop_contact(&mut self, collectivite: Key, id: &str, stamp: Stamp) {
        Arc::make_mut(&mut self.next.gone).insert(format!("contact/{id}"), stamp);
        let Some(of) = self.next.contacts.get(&collectivite).filter(|of| of.list.contains_key(id)) else { return };
        let mut of = Contacts::clone(of);
        of.list.remove(id);
        of.changed = self.tick();
        self.next.contacts.insert(collectivite, Arc::new(of));
        self.person_removed = true;
    }

    /// Forgets what a complete epoch did not name.
    pub fn forget_before(&mut self, epoch: u64, wanted: &BTreeMap<String, Wanted>) {
        let stale: Vec<Key> = self.next.collectivites.iter().filter(|(_, it)| it.stamp.0 < epoch).map(|(key, _)| *key).collect();
        for key in stale {
            let before = self.next.collectivites.remove(&key);
            self.count(before.as_ref().map(|record| &record.value), None);
            self.relist(key, before.as_ref().map(|record| &record.value), None);
            self.touched.insert(Subject::Collectivite(key));
            self.touch_actions(key);
        }
        self.forget_contacts_before(epoch, wanted);
        self.forget_world_before(epoch);
        Arc::make_mut(&mut self.next.networks).retain(|_, record| record.stamp.0 >= epoch);
        let changed = self.tick();
        for place in self.next.departments.values_mut().chain(self.next.regions.values_mut()) {
            if place.territory.as_ref().is_some_and(|(stamp, _)| stamp.0 < epoch) {
                let place = Arc::make_mut(place);
                place.territory = None;
                place.changed = changed;
            }
        }
        self.next.epoch = epoch;
    }

    /// Those still to be fetched were named: what is fetched says whether they stay.
    fn forget_contacts_before(&mut self, epoch: u64, wanted: &BTreeMap<String, Wanted>) {
        let stays = |id: &String, contact: &PublicContact| contact.epoch >= epoch || wanted.contains_key(id);
        let stale = |of: &Contacts| of.list.iter().any(|(id, contact)| !stays(id, contact));
        let homes: Vec<Key> = self.next.contacts.iter().filter(|(_, of)| stale(of)).map(|(key, _)| *key).collect();
        for key in homes {
            let changed = self.tick();
            let mut of = self.next.contacts.get(&key).map(|of| Contacts::clone(of)).unwrap_or_default();
            of.list.retain(|id, contact| stays(id, contact));
            of.changed = changed;
            self.next.contacts.insert(key, Arc::new(of));
            self.person_removed = true;
        }
    }

    /// Says from when the data is, or that it is of now.
    pub fn age(&mut self, old: Option<DateTime<Utc>>) {
        if self.next.old != old {
            self.next.old = old;
            self.next.aged = self.tick();
        }
    }

    /// Takes the place of another draft: search reads again what that one knew otherwise, or alone. What projects told stays,
    /// unless this draft brings its own.
    pub fn follow_on(&mut self, before: Self) {
        // Each load has numbers of its own: nothing kept from before it looks unchanged.
        self.next.number = self.next.number.max(before.next.number + 1);
        let same_places = self.next.names_of_places() == before.next.names_of_places();
        for (key, old) in before.next.collectivites.iter() {
            let same = same_places && self.next.collectivites.get(key).is_some_and(|new| new.value == old.value);
            self.read_again(Subject::Collectivite(*key), same);
        }
        for (id, old) in before.next.world.partners.iter() {
            let same = same_places && self.next.world.partners.get(id).is_some_and(|new| new.value == old.value);
            self.read_again(Subject::Partner(*id), same);
        }
        if !self.next.cooperation.told {
            self.next.cooperation = before.next.cooperation;
            self.next.tallied = Arc::default();
        }
        self.touched.extend(before.touched);
        self.changed = true;
    }

    fn read_again(&mut self, subject: Subject, same: bool) {
        if same {
            self.touched.remove(&subject);
        } else {
            self.touched.insert(subject);
        }
    }

    /// The generation as far as it is.
    #[must_use]
    pub fn peek(&self) -> Generation {
        self.next.clone()
    }

    /// Completes the generation; none when nothing changed.
    pub fn publish(&mut self) -> Option<Published> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let generation = Arc::new(self.next.clone());
        self.next.number += 1;
        let touched = std::mem::take(&mut self.touched);
        Some(Published { generation, touched, person_removed: std::mem::take(&mut self.person_removed) })
    }

    /// Marks a change; gives the number of the generation that will show it.
    const fn tick(&mut self) -> u64 {
        self.changed = true;
        self.next.number
    }

    fn newer(&self, resource: &str, id: &str, newest: Option<Stamp>, stamp: Stamp) -> bool {
        newest.is_none_or(|newest| stamp > newest)
            && (self.next.gone.is_empty() || self.newer_key(&format!("{resource}/{id}"), newest, stamp))
    }

    fn newer_key(&self, key: &str, newest: Option<Stamp>, stamp: Stamp) -> bool {
        newest.is_none_or(|newest| stamp > newest) && self.next.gone.get(key).is_none_or(|gone| stamp > *gone)
    }

    fn count(&mut self, before: Option<&Collectivite>, after: Option<&Collectivite>) {
        let mut figures = self.next.figures.1;
        let counted = |it: &&Collectivite| lives(it);
        if let Some(before) = before.filter(counted) {
            let (of_kind, with_card) = counters(&mut figures, before);
            *of_kind -= 1;
            *with_card -= usize::from(has_card(before));
        }
        if let Some(after) = after.filter(counted) {
            let (of_kind, with_card) = counters(&mut figures, after);
            *of_kind += 1;
            *with_card += usize::from(has_card(after));
        }
        if figures != self.next.figures.1 {
            self.next.figures = (self.tick(), figures);
        }
    }

    /// Moves a collectivité in the lists of its territory, where what they show of it changed.
    fn relist(&mut self, key: Key, before: Option<&Collectivite>, after: Option<&Collectivite>) {
        let entry = |it: &Collectivite| (homes(it), member(key, it), it.name.clone(), it.r#type, it.population);
        let (old, new) = (before.filter(|it| lives(it)).map(entry), after.filter(|it| lives(it)).map(entry));
        if old == new {
            return;
        }
        let changed = self.tick();
        for (home, member) in old.iter().flat_map(|(homes, member, ..)| homes.iter().map(move |home| (home, member))) {
            let place = self.home(home);
            place.members.remove(member);
            place.changed = changed;
        }
        for (home, member) in new.iter().flat_map(|(homes, member, ..)| homes.iter().map(move |home| (home, member))) {
            let place = self.home(home);
            place.members.insert(member.clone());
            place.changed = changed;
        }
    }

    fn home(&mut self, home: &Home) -> &mut Place {
        let place = match home {
            Home::Region(code) => self.next.regions.entry(code.clone()).or_default(),
            Home::Department(code) => self.next.departments.entry(code.clone()).or_default(),
            Home::Grouping(key) => self.next.groupings.entry(*key).or_default(),
        };
        Arc::make_mut(place)
    }
}

/// A list that shows a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    Region(String),
    Department(String),
    Grouping(Key),
}

fn counters<'f>(figures: &'f mut Figures, of: &Collectivite) -> (&'f mut usize, &'f mut usize) {
    let of_kind = match Rank::of(of.r#type()) {
        Rank::Commune => &mut figures.communes,
        Rank::Grouping => &mut figures.groupings,
        Rank::Council => &mut figures.councils,
    };
    (of_kind, &mut figures.with_card)
}

/// The lists that show it: that of its département, or of its région where it lives in none, and that of its grouping.
fn homes(collectivite: &Collectivite) -> Vec<Home> {
    let territory = match collectivite.department_code.as_str() {
        "" => Home::Region(collectivite.region_code.clone()),
        code => Home::Department(code.to_owned()),
    };
    // The register lets a grouping name itself.
    let grouping = Some(&collectivite.epci_id).filter(|id| **id != collectivite.collectivite_id).and_then(|id| id.parse().ok());
    std::iter::once(territory).chain(grouping.map(Home::Grouping)).collect()
}

fn member(key: Key, collectivite: &Collectivite) -> Member {
    Member { rank: Rank::of(collectivite.r#type()), name: fold(&collectivite.name).into(), key }
}
