use std::{collections::BTreeSet, sync::Arc};

use atlas_proto::projects::v1::{ExportBatch, ExportHeader, Partnership, PartnershipEvent, Project, ProjectEvent, ThemeEvent};

use super::{Draft, world::named};
use crate::model::{
    cooperation::{Cooperation, Titled, invented, participants},
    fold::fold,
    generation::{Record, Stamp},
    id::Id,
    key::Key,
    listing::Listing,
    shards::Shards,
    subject::Subject,
};

impl Draft {
    /// Begins what projects tells anew: everything of it comes from this export or from what follows.
    pub fn begin_record(&mut self, header: &ExportHeader) {
        let gone = header.tombstones.iter().map(|stone| (stone.key.clone(), (header.epoch, stone.version)));
        self.replace_record(header.epoch, gone);
    }

    pub(in crate::model) fn replace_record(&mut self, epoch: u64, gone: impl Iterator<Item = (String, Stamp)>) {
        let fresh = Cooperation { told: true, epoch, gone: Arc::new(gone.collect()), themed: self.tick(), ..Cooperation::default() };
        let before = std::mem::replace(&mut self.next.cooperation, fresh);
        self.next.tallied = Arc::default();
        self.touched.extend(before.projects.iter().map(|(id, _)| Subject::Project(*id)));
        before.of_partner.iter().for_each(|(id, _)| self.touch_partner(*id));
        before.of_collectivite.iter().for_each(|(key, _)| self.touch_home(*key));
    }

    /// Takes a part of an export of projects.
    pub fn take_record(&mut self, batch: ExportBatch) {
        batch.themes.into_iter().for_each(|event| self.theme(event));
        batch.partnerships.into_iter().for_each(|event| self.partnership(event));
        batch.projects.into_iter().for_each(|event| self.project(event));
    }

    /// Takes a theme's state, if it is newer.
    pub fn theme(&mut self, event: ThemeEvent) {
        let ThemeEvent { epoch, version, theme: Some(value) } = event else { return };
        let (code, stamp) = (value.code.clone(), (epoch, version));
        let before = self.next.cooperation.themes.get(&code).cloned();
        if !self.newer_record("theme", &code, before.as_ref().map(|record| record.stamp), stamp) {
            return;
        }
        let themes = Arc::make_mut(&mut self.next.cooperation.themes);
        if let Some(before) = before.filter(|record| record.value == value) {
            themes.insert(code, Record { stamp, ..before });
            return;
        }
        themes.insert(code, Record { stamp, changed: self.next.number, value });
        self.next.cooperation.themed = self.tick();
    }

    /// Takes a partnership's state, or that it was removed, if it is newer.
    pub fn partnership(&mut self, event: PartnershipEvent) {
        let PartnershipEvent { epoch, version, partnership_id, partnership } = event;
        let Some(id) = named("partnership", &partnership_id) else { return };
        let before = self.next.cooperation.partnerships.get(&id).cloned();
        if !self.newer_record("partnership", &partnership_id, before.as_ref().map(|record| record.stamp), (epoch, version)) {
            return;
        }
        let Some(value) = partnership else {
            self.bury_record("partnership", &partnership_id, (epoch, version));
            self.next.cooperation.partnerships.remove(&id);
            self.file_partnership(id, before.as_ref().map(|record| &record.value), None);
            return;
        };
        let same = before.as_ref().filter(|record| record.value == value).map(|record| record.changed);
        let changed = same.unwrap_or_else(|| self.tick());
        let record = Arc::new(Record { stamp: (epoch, version), changed, value });
        self.next.cooperation.partnerships.insert(id, Arc::clone(&record));
        if same.is_none() {
            self.file_partnership(id, before.as_ref().map(|record| &record.value), Some(&record.value));
        }
    }

    /// Takes a project's state, or that it was removed, if it is newer.
    pub fn project(&mut self, event: ProjectEvent) {
        let ProjectEvent { epoch, version, project_id, project } = event;
        let Some(id) = named("project", &project_id) else { return };
        let before = self.next.cooperation.projects.get(&id).cloned();
        if !self.newer_record("project", &project_id, before.as_ref().map(|record| record.stamp), (epoch, version)) {
            return;
        }
        let Some(value) = project else {
            self.bury_record("project", &project_id, (epoch, version));
            self.next.cooperation.projects.remove(&id);
            self.file_project(id, before.as_ref().map(|record| &record.value), None);
            return;
        };
        let same = before.as_ref().filter(|record| record.value == value).map(|record| record.changed);
        let changed = same.unwrap_or_else(|| self.tick());
        let record = Arc::new(Record { stamp: (epoch, version), changed, value });
        self.next.cooperation.projects.insert(id, Arc::clone(&record));
        if same.is_none() {
            self.file_project(id, before.as_ref().map(|record| &record.value), Some(&record.value));
        }
    }

    /// Forgets what a complete epoch of projects did not name.
    pub fn forget_record_before(&mut self, epoch: u64) {
        let stale = self.next.cooperation.projects.iter().filter(|(_, it)| it.stamp.0 < epoch).map(|(id, _)| *id);
        for id in stale.collect::<Vec<_>>() {
            let before = self.next.cooperation.projects.remove(&id);
            self.file_project(id, before.as_ref().map(|record| &record.value), None);
        }
        let stale = self.next.cooperation.partnerships.iter().filter(|(_, it)| it.stamp.0 < epoch).map(|(id, _)| *id);
        for id in stale.collect::<Vec<_>>() {
            let before = self.next.cooperation.partnerships.remove(&id);
            self.file_partnership(id, before.as_ref().map(|record| &record.value), None);
        }
        let themes = Arc::make_mut(&mut self.next.cooperation.themes);
        themes.retain(|_, record| record.stamp.0 >= epoch);
        self.next.cooperation.themed = self.tick();
        self.next.cooperation.epoch = epoch;
    }

    /// Moves a partnership in the lists that it is in, and makes old what shows or counts it.
    fn file_partnership(&mut self, id: Id, before: Option<&Partnership>, after: Option<&Partnership>) {
        let counted = |it: Option<&Partnership>| invented(it.and_then(|it| it.provenance.as_ref()));
        self.next.cooperation.invented = self.next.cooperation.invented + counted(after) - counted(before);
        let partner = |it: Option<&Partnership>| it.and_then(|it| Id::read(&it.partner_id)).into_iter().collect::<BTreeSet<Id>>();
        let (old, new) = (partner(before), partner(after));
        let changed = self.tick();
        refile(&mut self.next.cooperation.of_partner, &old, &new, &id, changed);
        old.union(&new).for_each(|partner| self.touch_partner(*partner));

        let who = |it: Option<&Partnership>| it.map(participants).unwrap_or_default().into_iter().collect::<BTreeSet<Key>>();
        let (old, new) = (who(before), who(after));
        refile(&mut self.next.cooperation.of_collectivite, &old, &new, &id, changed);
        old.union(&new).for_each(|key| self.touch_home(*key));
    }

    /// The same of a project.
    fn file_project(&mut self, id: Id, before: Option<&Project>, after: Option<&Project>) {
        let counted = |it: Option<&Project>| invented(it.and_then(|it| it.provenance.as_ref()));
        self.next.cooperation.invented = self.next.cooperation.invented + counted(after) - counted(before);
        let changed = self.tick();
        let under = |it: Option<&Project>| {
            it.into_iter().flat_map(|it| &it.partnership_ids).filter_map(|id| Id::read(id)).collect::<BTreeSet<Id>>()
        };
        let (old, new) = (under(before), under(after));
        refile(&mut self.next.cooperation.of_partnership, &old, &new, &id, changed);
        let partner = |id: &Id| Id::read(&self.next.partnership(*id)?.value.partner_id);
        let partners: BTreeSet<Id> = old.union(&new).filter_map(partner).collect();
        partners.into_iter().for_each(|partner| self.touch_partner(partner));

        for (project, put) in [(before, false), (after, true)] {
            let Some(project) = project else { continue };
            let titled = Titled { title: fold(&project.title).into(), id };
            for theme in &project.themes {
                list(self.next.cooperation.of_theme.entry(theme.theme_code.clone()).or_default(), &titled, put, changed);
            }
            for goal in &project.sdgs {
                list(self.next.cooperation.of_goal.entry(*goal).or_default(), &titled, put, changed);
            }
            let legacy = &mut self.next.cooperation.legacy;
            if let Some(number) = project.legacy_id {
                if put {
                    legacy.insert(number, id)
                } else {
                    legacy.remove(&number)
                };
            }
        }
        self.next.tallied = Arc::default();
        self.touched.insert(Subject::Project(id));
    }

    fn bury_record(&mut self, resource: &str, id: &str, stamp: Stamp) {
        Arc::make_mut(&mut self.next.cooperation.gone).insert(format!("{resource}/{id}"), stamp);
    }

    fn newer_record(&self, resource: &str, id: &str, newest: Option<Stamp>, stamp: Stamp) -> bool {
        let gone = &self.next.cooperation.gone;
        newest.is_none_or(|newest| stamp > newest)
            && (gone.is_empty() || gone.get(&format!("{resource}/{id}")).is_none_or(|gone| stamp > *gone))
    }
}

/// Moves `member` from the lists of some to those of others; the lists it stays in are as they were.
fn refile<K: std::hash::Hash + Eq + Ord + Copy>(
    lists: &mut Shards<K, Arc<Listing<Id>>>,
    old: &BTreeSet<K>,
    new: &BTreeSet<K>,
    member: &Id,
    changed: u64,
) {
    for key in old.symmetric_difference(new) {
        list(lists.entry(*key), member, new.contains(key), changed);
    }
}

fn list<T: Ord + Clone>(listing: &mut Arc<Listing<T>>, member: &T, put: bool, changed: u64) {
    let listing = Arc::make_mut(listing);
    if put {
        listing.put(member.clone())
    } else {
        listing.drop(member)
    }
    listing.changed = changed;
}
