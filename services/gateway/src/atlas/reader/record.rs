use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use atlas_proto::{
    directory::v1::{Collectivite, Country, Partner},
    projects::v1::{Partnership, Project, Theme},
};

use super::{Reader, Shown};
use crate::model::{
    cooperation::{Titled, participants},
    generation::Generation,
    id::Id,
    key::Key,
    listing::Listing,
    tally::Tally,
    world::{Listed, stands, successor},
};

/// Countries with partners that somebody works with.
fn nations(generation: &Generation) -> impl Iterator<Item = &str> {
    let is_met = |iso2: &str| generation.nation(iso2).is_some_and(|nation| nation.members.iter().any(|listed| met(generation, listed.id)));
    generation.countries().filter(move |country| is_met(&country.iso2)).map(|country| country.iso2.as_str())
}

/// Tells one list of those from another.
pub fn print(generation: &Generation) -> u64 {
    let mut hasher = DefaultHasher::new();
    nations(generation).for_each(|iso2| iso2.hash(&mut hasher));
    hasher.finish()
}

/// Whether somebody who is known works, or worked, with a partner.
fn met(generation: &Generation, partner: Id) -> bool {
    let known = |it: &Partnership| participants(it).into_iter().any(|key| generation.collectivite(key).is_some());
    generation.with_partner(partner).filter_map(|id| generation.partnership(id)).any(|record| known(&record.value))
}

impl<'g> Reader<'g> {
    /// One country.
    pub fn country(&self, iso2: &str) -> Option<&'g Country> {
        self.note(Shown::Country(iso2.to_owned()));
        self.generation.country(iso2).map(|record| &record.value)
    }

    /// All countries, for what is not kept.
    pub fn countries(&self) -> impl Iterator<Item = &'g Country> {
        self.generation.countries()
    }

    /// The partners of a country, in the order of lists; its changes cover what is done with each.
    pub fn nation(&self, iso2: &str) -> &'g [Listed] {
        self.note(Shown::Nation(iso2.to_owned()));
        self.generation.nation(iso2).map(|nation| nation.members.as_slice()).unwrap_or_default()
    }

    /// What is counted of a country, and whether somebody works with a partner of it: covered by [`Reader::nation`].
    pub fn tally_of_nation(&self, iso2: &str) -> Tally {
        self.generation.tally_of_nation(iso2)
    }

    /// Whether somebody works with a partner of a list whose own changes cover it.
    pub fn is_met(&self, partner: Id) -> bool {
        met(self.generation, partner)
    }

    /// The projects under the partnerships with a partner of a list whose own changes cover them.
    pub fn projects_listed(&self, partner: Id) -> impl Iterator<Item = (Id, &'g Project)> {
        let generation = self.generation;
        let under = generation.with_partner(partner).filter_map(move |id| generation.under(id)).flat_map(|listing| &listing.members);
        under.filter_map(move |id| Some((*id, &generation.project(*id)?.value)))
    }

    /// Codes of the countries with partners that somebody works with.
    pub fn nations(&self) -> Vec<&'g str> {
        self.note(Shown::Nations);
        nations(self.generation).collect()
    }

    /// One partner, standing or merged.
    pub fn partner(&self, id: Id) -> Option<&'g Partner> {
        self.note(Shown::Partner(id));
        self.generation.partner(id).map(|record| &record.value)
    }

    /// The standing partner that a reference leads to, and its country.
    pub fn standing(&self, reference: &str) -> Option<(Id, &'g Partner, &'g Country)> {
        let mut next = Id::read(reference);
        let known = next.and_then(|id| self.generation.standing(id)).map(|(id, _)| id);
        while let Some(id) = next {
            let partner = self.partner(id)?;
            if stands(partner) {
                return Some((id, partner, self.country(&partner.country_iso2)?));
            }
            // A chain that leads nowhere, or round and round.
            known?;
            next = successor(partner);
        }
        None
    }

    /// The partnerships with a partner, those of the ones merged into it included.
    pub fn with_partner(&self, id: Id) -> Vec<(Id, &'g Partnership)> {
        for one in self.generation.one_and_merged(id) {
            self.note(Shown::Merged(one));
            self.note(Shown::Naming(one));
        }
        self.generation.with_partner(id).filter_map(|id| Some((id, self.partnership(id)?))).collect()
    }

    /// The partnerships that a collectivité takes part in.
    pub fn actions(&self, key: Key) -> Vec<(Id, &'g Partnership)> {
        self.note(Shown::Actions(key));
        let all = self.generation.actions(key).into_iter().flat_map(|listing| &listing.members);
        all.filter_map(|id| Some((*id, self.partnership(*id)?))).collect()
    }

    /// One partnership.
    pub fn partnership(&self, id: Id) -> Option<&'g Partnership> {
        self.note(Shown::Partnership(id));
        self.generation.partnership(id).map(|record| &record.value)
    }

    /// Those who take part in a partnership, as far as they are known; the lead first.
    pub fn participants(&self, partnership: &Partnership) -> Vec<(Key, &'g Collectivite)> {
        participants(partnership).into_iter().filter_map(|key| Some((key, self.collectivite(key)?))).collect()
    }

    /// The projects under a partnership.
    pub fn under(&self, partnership: Id) -> Vec<(Id, &'g Project)> {
        self.note(Shown::Under(partnership));
        let all = self.generation.under(partnership).into_iter().flat_map(|listing| &listing.members);
        all.filter_map(|id| Some((*id, self.project(*id)?))).collect()
    }

    /// One project.
    pub fn project(&self, id: Id) -> Option<&'g Project> {
        self.note(Shown::Project(id));
        self.generation.project(id).map(|record| &record.value)
    }

    /// One theme: the list of them is short, and covers each.
    pub fn theme(&self, code: &str) -> Option<&'g Theme> {
        self.note(Shown::Themes);
        self.generation.theme(code).map(|record| &record.value)
    }

    /// All themes, as they are offered.
    pub fn themes(&self) -> Vec<&'g Theme> {
        self.note(Shown::Themes);
        let mut all: Vec<_> = self.generation.themes().collect();
        all.sort_by_key(|theme| (theme.rank, theme.code.clone()));
        all
    }

    /// The projects of a theme itself.
    pub fn of_theme(&self, code: &str) -> &'g [Titled] {
        self.note(Shown::OfTheme(code.to_owned()));
        members(self.generation.of_theme(code))
    }

    /// The projects of a goal.
    pub fn of_goal(&self, goal: i32) -> &'g [Titled] {
        self.note(Shown::OfGoal(goal));
        members(self.generation.of_goal(goal))
    }

    /// The project that had a number in the former Atlas.
    pub fn project_numbered(&self, legacy: u64) -> Option<Id> {
        self.generation.project_numbered(legacy)
    }

    /// What is counted of everything.
    pub fn tally(&self) -> Tally {
        self.note(Shown::Tally);
        self.generation.tally()
    }

    /// What those of a département do abroad.
    pub fn tally_of_department(&self, code: &str) -> Tally {
        self.note(Shown::DepartmentAbroad(code.to_owned()));
        self.generation.tally_of(self.department(code).into_iter())
    }

    /// What those of a région, and of its départements, do abroad.
    pub fn tally_of_region(&self, code: &str) -> Tally {
        self.note(Shown::RegionAbroad(code.to_owned()));
        let departments = self.departments_of(code).into_iter();
        let departments = departments.inspect(|code| self.note(Shown::DepartmentAbroad((*code).to_owned())));
        let places = departments.filter_map(|code| self.department(code));
        self.generation.tally_of(self.region(code).into_iter().chain(places))
    }
}

fn members<T>(listing: Option<&Listing<T>>) -> &[T] {
    listing.map(|listing| listing.members.as_slice()).unwrap_or_default()
}
