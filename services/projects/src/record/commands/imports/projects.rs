use std::collections::{HashMap, HashSet};

use kernel::Version;
use uuid::Uuid;

use super::{Given, NamedWork, Sourced, Stop, Taking, gone, hash, id_of};
use crate::record::{
    commands::Deed,
    domain::{PartnershipId, Project, ProjectId, Work},
    facts,
    grpc::convert,
    store::{
        import_keys::{self, Known},
        partnerships, projects, themes,
    },
};

type Record = Given<Sourced<NamedWork>>;

/// What is there.
struct Table {
    there: HashMap<ProjectId, Project>,
    known: HashMap<import_keys::Key, Known>,
    /// Whose a number of the former Atlas is.
    legacy: HashMap<i64, ProjectId>,
    learned: Vec<(import_keys::Key, Known)>,
    written: Vec<Project>,
    /// The versions at which those went that were there once.
    gone: HashMap<Uuid, Version>,
}

impl Taking<'_> {
    /// Takes projects.
    pub(super) async fn projects(&mut self, given: Vec<Record>) -> Result<(), Stop> {
        let given = self.with_partnerships_and_themes(given).await?;
        if given.is_empty() {
            return Ok(());
        }
        let mut table = self.projects_table(&given).await?;
        for record in given {
            self.take_project(&mut table, record);
        }
        self.save_projects(table).await
    }

    /// Those whose partnerships and themes exist, by their ids; the others are refused.
    async fn with_partnerships_and_themes(&mut self, given: Vec<Record>) -> Result<Vec<Record>, Stop> {
        let named = || given.iter().flat_map(|one| one.record.content.partnerships.iter().map(move |name| (one, name)));
        let keys: Vec<import_keys::Key> = named().map(|(one, name)| (one.record.key().0, name.clone())).collect();
        let keys = import_keys::find_many(self.tx, facts::PARTNERSHIP, &keys).await?;
        let ids: Vec<Uuid> = named().filter_map(|(_, name)| name.parse().ok()).chain(keys.values().map(|known| known.id)).collect();
        let there: HashSet<Uuid> = partnerships::hold(self.tx, &ids).await?.into_iter().map(|one| one.id.0).collect();
        let themes: HashSet<_> = themes::all(self.tx).await?.into_iter().map(|theme| theme.code).collect();
        let mut kept = Vec::with_capacity(given.len());
        for mut one in given {
            let source = one.record.key().0;
            let NamedWork { partnerships, work, .. } = &mut one.record.content;
            let find = |name: &String| {
                let known = keys.get(&(source.clone(), name.clone())).map(|known| known.id);
                known.or_else(|| name.parse().ok()).filter(|id| there.contains(id)).map(PartnershipId)
            };
            let found: Option<Vec<PartnershipId>> = partnerships.iter().map(find).collect();
            if let Some(strange) = work.themes.iter().find(|theme| !themes.contains(&theme.code)) {
                let reason = format!("{}: expected a theme of the list", strange.code);
                self.refuse(facts::PROJECT, one.index, "themes", reason);
            } else if let Some(found) = found {
                let mut seen = HashSet::new();
                work.partnerships = found.into_iter().filter(|id| seen.insert(*id)).collect();
                kept.push(one);
            } else {
                self.refuse(facts::PROJECT, one.index, "partnership_ids", "expected ids of partnerships, or keys of this source");
            }
        }
        Ok(kept)
    }

    async fn projects_table(&mut self, given: &[Record]) -> Result<Table, Stop> {
        let keys: Vec<_> = given.iter().map(|given| given.record.key()).collect();
        let known = import_keys::find_many(self.tx, facts::PROJECT, &keys).await?;
        let ids: Vec<Uuid> = known.values().map(|known| known.id).collect();
        let there = projects::lock_many(self.tx, &ids).await?.into_iter().map(|one| (one.id, one)).collect();
        let numbers: Vec<i64> = given.iter().filter_map(|given| given.record.content.legacy_id).collect();
        let legacy = projects::with_legacy_ids(self.tx, &numbers).await?;
        let own: Vec<Uuid> = keys.iter().map(|key| id_of(facts::PROJECT, key)).collect();
        let gone = gone(self.tx, facts::PROJECT, own).await?;
        Ok(Table { there, known, legacy, learned: Vec::new(), written: Vec::new(), gone })
    }

    /// Decides what becomes of one record.
    fn take_project(&mut self, table: &mut Table, given: Record) {
        let Given { index, record } = given;
        let key = record.key();
        let Sourced { provenance, content: NamedWork { legacy_id, work, .. }, .. } = record;
        let before = table.known.get(&key).cloned();
        let id = ProjectId(before.as_ref().map_or_else(|| id_of(facts::PROJECT, &key), |known| known.id));
        if let Some(number) = legacy_id
            && *table.legacy.entry(number).or_insert(id) != id
        {
            return self.refuse(facts::PROJECT, index, "legacy_id", "another project has this number");
        }
        let project = Project { id, legacy_id, work, provenance, changed_here: false, version: Version(1), updated_at: self.at };
        let hash = hash(&convert::project(&Project { updated_at: chrono::DateTime::UNIX_EPOCH, ..project.clone() }));
        let is_same = before.as_ref().is_some_and(|known| known.hash == hash);
        match table.there.get(&id) {
            _ if is_same => self.outcome.unchanged += 1,
            // somebody removed it
            None if before.is_some() => self.outcome.kept += 1,
            None => {
                self.outcome.created += 1;
                table.learned.push((key, Known { id: id.0, hash }));
                let version = table.gone.get(&id.0).map_or(Version(1), |gone| gone.next());
                table.written.push(Project { version, ..project });
            }
            Some(there) if there.changed_here => self.outcome.kept += 1,
            Some(there) => {
                let after = Project { version: there.version.next(), ..project };
                let is_new = (&after.work, after.legacy_id, &after.provenance) != (&there.work, there.legacy_id, &there.provenance);
                if is_new {
                    self.outcome.updated += 1
                } else {
                    self.outcome.unchanged += 1
                }
                table.learned.push((key, Known { id: id.0, hash }));
                table.written.extend(is_new.then_some(after));
            }
        }
    }

    /// Writes what differs, and what is to be told of it.
    async fn save_projects(&mut self, table: Table) -> Result<(), Stop> {
        let Table { there, learned, written, .. } = table;
        projects::save(self.tx, &written.iter().collect::<Vec<_>>()).await?;
        import_keys::save(self.tx, facts::PROJECT, &learned).await?;
        let ids: Vec<Uuid> = written.iter().flat_map(|one| one.work.partnerships.iter().map(|id| id.0)).collect();
        let mut taking_part: HashMap<PartnershipId, Vec<String>> = HashMap::new();
        for (partnership, collectivite) in partnerships::participants(self.tx, &ids).await? {
            taking_part.entry(partnership).or_default().push(collectivite);
        }
        for one in &written {
            let before = there.get(&one.id);
            let fields = before.map(|before| differences(&before.work, &one.work)).unwrap_or_default();
            let deed = Deed { at: self.at, by: self.by, change: "imported", fields: &fields };
            let under = one.work.partnerships.iter().filter_map(|id| taking_part.get(id)).flatten().cloned().collect();
            self.entries.push(deed.to_project(before, one, under));
            let has_moved = before.is_some_and(|before| before.work.partnerships != one.work.partnerships);
            self.events.push(facts::project(one, if has_moved { facts::MOVED } else { "imported" }));
        }
        Ok(())
    }
}

/// The paths that differ.
fn differences(before: &Work, after: &Work) -> Vec<&'static str> {
    let parts = [
        ("partnership_ids", before.partnerships != after.partnerships),
        ("title", before.title != after.title),
        ("themes", before.themes != after.themes),
        ("sdgs", before.sdgs != after.sdgs),
        ("status", before.status != after.status),
        ("starts_on", before.starts_on != after.starts_on),
        ("ends_on", before.ends_on != after.ends_on),
        ("context", before.context != after.context),
        ("history", before.history != after.history),
        ("budget", before.budget != after.budget),
        ("operators", before.operators != after.operators),
        ("links", before.links != after.links),
    ];
    parts.into_iter().filter(|(_, differ)| *differ).map(|(path, _)| path).collect()
}
