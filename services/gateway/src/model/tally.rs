//! What is counted of external action: everywhere, in a country, in a territory.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use super::{
    cooperation::{has_ended, participants},
    generation::{Generation, Place},
    id::Id,
    key::Key,
};

/// Counts of what has not ended, and of projects whatever became of them. What refers to something unknown does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tally {
    /// Collectivités that take part in something.
    pub collectivites: usize,
    /// Foreign partners.
    pub partners: usize,
    /// Countries of those.
    pub countries: usize,
    /// Partnerships.
    pub partnerships: usize,
    /// Those of them that are twinnings.
    pub twinnings: usize,
    /// Projects.
    pub projects: usize,
}

impl Tally {
    /// Tells one tally from another.
    #[must_use]
    pub fn print(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

impl Generation {
    /// Everything; counted once a generation at most, and only when somebody asks.
    #[must_use]
    pub fn tally(&self) -> Tally {
        *self.tallied.get_or_init(|| self.count(self.cooperation.partnerships.iter().map(|(id, _)| *id)))
    }

    /// What is done with the partners of a country.
    #[must_use]
    pub fn tally_of_nation(&self, iso2: &str) -> Tally {
        let partners = self.nation(iso2).into_iter().flat_map(|nation| &nation.members);
        self.count(partners.flat_map(|partner| self.with_partner(partner.id)))
    }

    /// What those of some places do.
    #[must_use]
    pub fn tally_of<'g>(&'g self, places: impl Iterator<Item = &'g Place>) -> Tally {
        let all = places.flat_map(|place| &place.members).filter_map(|member| self.actions(member.key));
        self.count(all.flat_map(|actions| actions.members.iter().copied()))
    }

    fn count(&self, partnerships: impl Iterator<Item = Id>) -> Tally {
        let mut counter = Counter::default();
        partnerships.for_each(|id| counter.add(self, id));
        Tally {
            collectivites: counter.collectivites.len(),
            partners: counter.partners.len(),
            countries: counter.countries.len(),
            projects: counter.projects.len(),
            ..counter.tally
        }
    }
}

#[derive(Default)]
struct Counter<'g> {
    seen: HashSet<Id>,
    collectivites: HashSet<Key>,
    partners: HashSet<Id>,
    countries: HashSet<&'g str>,
    projects: HashSet<Id>,
    tally: Tally,
}

impl<'g> Counter<'g> {
    fn add(&mut self, generation: &'g Generation, id: Id) {
        let Some(it) = generation.partnership(id).map(|record| &record.value).filter(|_| self.seen.insert(id)) else { return };
        let Some((partner, known)) = Id::read(&it.partner_id).and_then(|id| generation.standing(id)) else { return };
        let who: Vec<Key> = participants(it).into_iter().filter(|key| generation.collectivite(*key).is_some()).collect();
        if who.is_empty() {
            return;
        }
        self.projects.extend(generation.under(id).into_iter().flat_map(|listing| &listing.members));
        if has_ended(it) {
            return;
        }
        self.collectivites.extend(who);
        self.partners.insert(partner);
        self.countries.insert(&known.country_iso2);
        self.tally.partnerships += 1;
        self.tally.twinnings += usize::from(it.twinning);
    }
}
