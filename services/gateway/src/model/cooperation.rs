//! What collectivités do abroad, as projects tells of it: partnerships, projects and themes.

use std::{collections::BTreeMap, sync::Arc};

use atlas_proto::projects::v1::{
    ExportBatch, Partnership, PartnershipEvent, PartnershipStatus, Project, ProjectEvent, Provenance, Theme, ThemeEvent,
};

use super::{
    generation::{Generation, Record, Stamp},
    id::Id,
    key::Key,
    listing::Listing,
    shards::Shards,
};

/// Partnerships, projects and themes of one generation, and what they are found by. What refers to something unknown is listed
/// under it all the same: who reads looks both up, and leaves out what is not there.
#[derive(Debug, Clone, Default)]
pub struct Cooperation {
    /// It was told, and is not only empty because nobody asked yet.
    pub(super) told: bool,
    /// The epoch of the export it began with.
    pub(super) epoch: u64,
    /// How many partnerships and projects are of demonstration.
    pub(super) invented: usize,
    pub(super) themes: Arc<BTreeMap<String, Record<Theme>>>,
    /// The generation in which a theme last changed.
    pub(super) themed: u64,
    pub(super) partnerships: Shards<Id, Arc<Record<Partnership>>>,
    pub(super) projects: Shards<Id, Arc<Record<Project>>>,
    /// The partnerships that a collectivité takes part in.
    pub(super) of_collectivite: Shards<Key, Arc<Listing<Id>>>,
    /// The partnerships that name a partner.
    pub(super) of_partner: Shards<Id, Arc<Listing<Id>>>,
    /// The projects under a partnership.
    pub(super) of_partnership: Shards<Id, Arc<Listing<Id>>>,
    pub(super) of_theme: BTreeMap<String, Arc<Listing<Titled>>>,
    pub(super) of_goal: BTreeMap<i32, Arc<Listing<Titled>>>,
    /// Numbers of the former Atlas.
    pub(super) legacy: Shards<u64, Id>,
    /// What is gone, as `resource/id`: an older state of it must not bring it back.
    pub(super) gone: Arc<BTreeMap<String, Stamp>>,
}

/// A project as lists order it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Titled {
    /// The title without accents and capitals.
    pub(super) title: Box<str>,
    /// Which one.
    pub id: Id,
}

/// Whether it has come to its end.
#[must_use]
pub fn has_ended(partnership: &Partnership) -> bool {
    partnership.status() == PartnershipStatus::Ended
}

/// The collectivités that take part, the lead first.
#[must_use]
pub fn participants(partnership: &Partnership) -> Vec<Key> {
    let mut all: Vec<Key> = Vec::with_capacity(1 + partnership.collectivite_ids.len());
    for id in std::iter::once(&partnership.lead_collectivite_id).chain(&partnership.collectivite_ids) {
        all.extend(id.parse::<Key>().ok().filter(|key| !all.contains(key)));
    }
    all
}

/// One, for what is of demonstration.
pub(super) fn invented(provenance: Option<&Provenance>) -> usize {
    usize::from(provenance.is_some_and(|it| it.origin == "demo"))
}

impl Generation {
    /// Whether any partner, partnership or project is of demonstration: every page then says so.
    #[must_use]
    pub const fn is_invented(&self) -> bool {
        self.world.invented > 0 || self.cooperation.invented > 0
    }

    /// One partnership.
    #[must_use]
    pub fn partnership(&self, id: Id) -> Option<&Record<Partnership>> {
        self.cooperation.partnerships.get(&id).map(|record| &**record)
    }

    /// One project.
    #[must_use]
    pub fn project(&self, id: Id) -> Option<&Record<Project>> {
        self.cooperation.projects.get(&id).map(|record| &**record)
    }

    /// The project that had this number in the former Atlas.
    #[must_use]
    pub fn project_numbered(&self, legacy: u64) -> Option<Id> {
        self.cooperation.legacy.get(&legacy).copied()
    }

    /// Every project, in no order.
    pub fn projects(&self) -> impl Iterator<Item = Id> {
        self.cooperation.projects.iter().map(|(id, _)| *id)
    }

    /// One theme.
    #[must_use]
    pub fn theme(&self, code: &str) -> Option<&Record<Theme>> {
        self.cooperation.themes.get(code)
    }

    /// Every theme, by its code.
    pub fn themes(&self) -> impl Iterator<Item = &Theme> {
        self.cooperation.themes.values().map(|record| &record.value)
    }

    /// The generation in which a theme last changed.
    #[must_use]
    pub const fn themed(&self) -> u64 {
        self.cooperation.themed
    }

    /// The partnerships that a collectivité takes part in.
    #[must_use]
    pub fn actions(&self, key: Key) -> Option<&Listing<Id>> {
        self.cooperation.of_collectivite.get(&key).map(|listing| &**listing)
    }

    /// The partnerships that name a partner.
    #[must_use]
    pub fn naming(&self, partner: Id) -> Option<&Listing<Id>> {
        self.cooperation.of_partner.get(&partner).map(|listing| &**listing)
    }

    /// The projects under a partnership.
    #[must_use]
    pub fn under(&self, partnership: Id) -> Option<&Listing<Id>> {
        self.cooperation.of_partnership.get(&partnership).map(|listing| &**listing)
    }

    /// The projects of a theme itself, by title.
    #[must_use]
    pub fn of_theme(&self, code: &str) -> Option<&Listing<Titled>> {
        self.cooperation.of_theme.get(code).map(|listing| &**listing)
    }

    /// The projects of a goal, by title.
    #[must_use]
    pub fn of_goal(&self, goal: i32) -> Option<&Listing<Titled>> {
        self.cooperation.of_goal.get(&goal).map(|listing| &**listing)
    }

    /// The partnerships with a partner, those of the ones that were merged into it included.
    pub fn with_partner(&self, id: Id) -> impl Iterator<Item = Id> {
        let named = self.one_and_merged(id).into_iter().filter_map(move |id| self.naming(id));
        named.flat_map(|listing| listing.members.iter().copied())
    }

    /// What projects told, again, in batches as an export has them.
    pub(super) fn record_batches(&self) -> impl Iterator<Item = ExportBatch> + '_ {
        let theme = |it: &Record<Theme>| ThemeEvent { epoch: it.stamp.0, version: it.stamp.1, theme: Some(it.value.clone()) };
        let first = ExportBatch { themes: self.cooperation.themes.values().map(theme).collect(), ..ExportBatch::default() };
        let partnerships =
            self.cooperation.partnerships.parts().filter(|part| !part.is_empty()).map(|part| ExportBatch {
                partnerships: part.values().map(|it| partnership_event(it)).collect(),
                ..ExportBatch::default()
            });
        let projects = self
            .cooperation
            .projects
            .parts()
            .filter(|part| !part.is_empty())
            .map(|part| ExportBatch { projects: part.values().map(|it| project_event(it)).collect(), ..ExportBatch::default() });
        std::iter::once(first).chain(partnerships).chain(projects)
    }
}

fn partnership_event(it: &Record<Partnership>) -> PartnershipEvent {
    let (epoch, version) = it.stamp;
    PartnershipEvent { epoch, version, partnership_id: it.value.partnership_id.clone(), partnership: Some(it.value.clone()) }
}

fn project_event(it: &Record<Project>) -> ProjectEvent {
    let (epoch, version) = it.stamp;
    ProjectEvent { epoch, version, project_id: it.value.project_id.clone(), project: Some(it.value.clone()) }
}
