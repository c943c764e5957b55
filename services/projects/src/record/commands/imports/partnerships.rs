use std::collections::{HashMap, HashSet};

use atlas_proto::projects::v1 as pb;
use kernel::{CollectiviteId, Version};
use uuid::Uuid;

use super::{Given, Sourced, Stop, Taking, gone, hash, id_of};
use crate::{
    record::{
        commands::{Deed, moves},
        domain::{Origin, PartnerId, Partnership, PartnershipId, Terms},
        facts,
        grpc::convert,
        store::{
            import_keys::{self, Known},
            partnerships,
        },
    },
    store::{collectivites, partners},
};

type Record = Given<Sourced<Terms>>;
type Pair = (CollectiviteId, PartnerId);

/// What is there, and what becomes of it.
struct Table {
    /// As they were.
    before: HashMap<PartnershipId, Partnership>,
    /// As they are now.
    now: HashMap<PartnershipId, Partnership>,
    /// Which one a collectivité leads with a partner, of those that have not ended.
    led: HashMap<Pair, PartnershipId>,
    /// The partner that stands now, for each that there is a partnership with.
    standing: HashMap<PartnerId, PartnerId>,
    /// What keys became before.
    known: HashMap<import_keys::Key, Known>,
    /// What they become now.
    learned: Vec<(import_keys::Key, Known)>,
    /// The versions at which those went that were there once.
    gone: HashMap<Uuid, Version>,
}

const INVENTED: &str = "the lead has a partnership with this partner that is real: what is invented changes nothing of it";
const TWIN: &str = "the lead has a partnership with this partner already: it is the same one";

/// Which partnership a record is about, and how it stands to what is there.
struct Claim {
    key: import_keys::Key,
    /// What it says, but for the partner, which another one may have taken the place of.
    hash: Vec<u8>,
    id: PartnershipId,
    /// It is the partnership of its key, and not another's.
    is_own: bool,
    /// It came before.
    is_known: bool,
    /// It says what it said then.
    is_same: bool,
    /// The lead has another partnership with the partner.
    is_taken: bool,
}

impl Table {
    fn claim(&self, record: &Sourced<Terms>) -> Claim {
        let (key, terms) = (record.key(), &record.content);
        let wire = pb::Partnership { partner_id: String::new(), ..convert::terms(terms, &record.provenance) };
        let hash = hash(&wire);
        let own = PartnershipId(id_of(facts::PARTNERSHIP, &key));
        let pair = (terms.lead.clone(), terms.partner);
        let twin = self.led.get(&pair).copied().filter(|_| !terms.has_ended());
        let before = self.known.get(&key);
        let id = before.map_or_else(|| twin.unwrap_or(own), |known| PartnershipId(known.id));
        let there = self.now.get(&id);
        let is_partner =
            there.is_none_or(|there| self.standing.get(&there.terms.partner).unwrap_or(&there.terms.partner) == &terms.partner);
        Claim {
            is_own: id == own,
            is_known: before.is_some(),
            is_same: before.is_some_and(|known| known.hash == hash) && is_partner,
            is_taken: id == own && twin.is_some_and(|twin| twin != id),
            key,
            hash,
            id,
        }
    }

    /// Puts a partnership in the place of what it was.
    fn put(&mut self, one: Partnership) {
        if let Some(there) = self.now.get(&one.id) {
            self.led.remove(&(there.terms.lead.clone(), there.terms.partner));
        }
        if !one.terms.has_ended() {
            self.led.insert((one.terms.lead.clone(), one.terms.partner), one.id);
        }
        self.now.insert(one.id, one);
    }

    /// Remembers what a key became, unless it is left as somebody changed it.
    fn learn(&mut self, claim: Claim) {
        let is_left = self.now.get(&claim.id).is_some_and(|there| there.changed_here);
        if !(claim.is_known && is_left) {
            self.learned.push((claim.key, Known { id: claim.id.0, hash: claim.hash }));
        }
    }
}

impl Taking<'_> {
    /// Takes partnerships. Two of one lead with one partner are one.
    pub(super) async fn partnerships(&mut self, given: Vec<Record>) -> Result<(), Stop> {
        let mut given = self.with_neighbours(given).await?;
        if given.is_empty() {
            return Ok(());
        }
        // in an order of their own, so that a batch that was shuffled makes the same of two that are one
        given.sort_by(|one, other| one.record.natural_key.cmp(&other.record.natural_key));
        let mut table = self.table(&given).await?;
        for record in given {
            self.take(&mut table, record);
        }
        self.save(table).await
    }

    /// Those whose collectivités and partner exist, with the partner that stands now; the others are refused.
    async fn with_neighbours(&mut self, given: Vec<Record>) -> Result<Vec<Record>, Stop> {
        let terms = || given.iter().map(|given| &given.record.content);
        let named: HashSet<String> = terms().flat_map(|terms| terms.participants.iter().map(ToString::to_string)).collect();
        let known = collectivites::known(self.tx, &named.into_iter().collect::<Vec<_>>()).await?;
        let named: Vec<Uuid> = terms().map(|terms| terms.partner.0).collect();
        let standing = partners::standing(self.tx, &named).await?;
        let mut kept = Vec::with_capacity(given.len());
        for mut one in given {
            let terms = &mut one.record.content;
            if !known.contains_key(terms.lead.as_str()) {
                self.refuse(facts::PARTNERSHIP, one.index, "lead_collectivite_id", "expected a collectivité of the register");
            } else if terms.participants.iter().any(|id| !known.contains_key(id.as_str())) {
                self.refuse(facts::PARTNERSHIP, one.index, "collectivite_ids", "expected collectivités of the register");
            } else if let Some(partner) = standing.get(&terms.partner) {
                terms.partner = *partner;
                kept.push(one);
            } else {
                self.refuse(facts::PARTNERSHIP, one.index, "partner_id", "expected a partner of directory");
            }
        }
        Ok(kept)
    }

    async fn table(&mut self, given: &[Record]) -> Result<Table, Stop> {
        let keys: Vec<_> = given.iter().map(|given| given.record.key()).collect();
        let known = import_keys::find_many(self.tx, facts::PARTNERSHIP, &keys).await?;
        let leads: Vec<String> = given.iter().map(|given| given.record.content.lead.to_string()).collect();
        let partners: Vec<Uuid> = given.iter().map(|given| given.record.content.partner.0).collect();
        let led = partnerships::led_with_many(self.tx, &leads, &partners).await?;
        let mut ids: Vec<Uuid> = known.values().map(|known| known.id).chain(led.values().map(|id| id.0)).collect();
        ids.sort();
        ids.dedup();
        let there = partnerships::lock_many(self.tx, &ids).await?;
        let before: HashMap<_, _> = there.into_iter().map(|one| (one.id, one)).collect();
        let named: Vec<Uuid> = before.values().map(|one| one.terms.partner.0).collect();
        let standing = partners::standing(self.tx, &named).await?;
        let own: Vec<Uuid> = keys.iter().map(|key| id_of(facts::PARTNERSHIP, key)).collect();
        let gone = gone(self.tx, facts::PARTNERSHIP, own).await?;
        Ok(Table { now: before.clone(), before, led, standing, known, learned: Vec::new(), gone })
    }

    /// Decides what becomes of one record. Only what would be written can be refused: what is as it was stays so.
    fn take(&mut self, table: &mut Table, given: Record) {
        let Given { index, record } = given;
        let claim = table.claim(&record);
        if record.provenance.origin == Origin::Demo && table.now.get(&claim.id).is_some_and(|there| there.provenance.origin != Origin::Demo)
        {
            return self.refuse(facts::PARTNERSHIP, index, "partner_id", INVENTED);
        }
        if !claim.is_own {
            self.warn(facts::PARTNERSHIP, index, "partner_id", TWIN);
        }
        match table.now.get(&claim.id).cloned() {
            // somebody removed it
            None if claim.is_known => return self.count_left(claim.is_same),
            None => {
                self.outcome.created += 1;
                let version = table.gone.get(&claim.id.0).map_or(Version(1), |gone| gone.next());
                table.put(new(claim.id, record, version, self.at));
            }
            Some(_) if claim.is_same => self.outcome.unchanged += 1,
            Some(there) if there.changed_here => self.outcome.kept += 1,
            Some(_) if claim.is_taken => {
                return self.refuse(facts::PARTNERSHIP, index, "partner_id", "the lead has another partnership with this partner");
            }
            Some(there) => {
                let after = if claim.is_own { corrected(&there, record) } else { widened(&there, &record) };
                if after == there {
                    self.outcome.unchanged += 1
                } else {
                    self.outcome.updated += 1
                }
                table.put(after);
            }
        }
        table.learn(claim);
    }

    /// Counts what an agent removed: it differs from what the source says only when that changed.
    fn count_left(&mut self, is_same: bool) {
        if is_same { self.outcome.unchanged += 1 } else { self.outcome.kept += 1 }
    }

    /// Writes what differs, and what is to be told of it.
    async fn save(&mut self, table: Table) -> Result<(), Stop> {
        let Table { before, now, learned, .. } = table;
        let mut written: Vec<Partnership> = Vec::new();
        let mut moved = Vec::new();
        for (id, one) in now {
            let Some(there) = before.get(&id) else {
                written.push(one);
                continue;
            };
            if one != *there {
                if one.terms.participants != there.terms.participants {
                    moved.push(id.0);
                }
                written.push(Partnership { version: there.version.next(), updated_at: self.at, ..one });
            }
        }
        written.sort_by_key(|one| one.id);
        partnerships::save(self.tx, &written.iter().collect::<Vec<_>>()).await?;
        import_keys::save(self.tx, facts::PARTNERSHIP, &learned).await?;
        for one in &written {
            let there = before.get(&one.id);
            let fields = there.map(|there| differences(&there.terms, &one.terms)).unwrap_or_default();
            let deed = Deed { at: self.at, by: self.by, change: "imported", fields: &fields };
            self.entries.push(deed.to_partnership(there, one));
            let change = if moved.contains(&one.id.0) { facts::MOVED } else { "imported" };
            self.events.push(facts::partnership(one, change));
        }
        self.events.extend(moves::touched_projects(self.tx, &moved).await?);
        Ok(())
    }
}

fn new(id: PartnershipId, record: Sourced<Terms>, version: Version, at: chrono::DateTime<chrono::Utc>) -> Partnership {
    let Sourced { provenance, content, .. } = record;
    Partnership { id, terms: content.ordered(), provenance, changed_here: false, version, updated_at: at }
}

/// As the source has it now; who takes part is only added to.
fn corrected(there: &Partnership, record: Sourced<Terms>) -> Partnership {
    let Sourced { provenance, mut content, .. } = record;
    content.participants.extend(there.terms.participants.iter().cloned());
    content.twinning |= there.terms.twinning;
    Partnership { terms: content.ordered(), provenance, ..there.clone() }
}

/// With what a second record about the same adds.
fn widened(there: &Partnership, record: &Sourced<Terms>) -> Partnership {
    let mut terms = there.terms.clone();
    terms.participants.extend(record.content.participants.iter().cloned());
    terms.twinning |= record.content.twinning;
    Partnership { terms: terms.ordered(), ..there.clone() }
}

/// The paths that differ.
fn differences(before: &Terms, after: &Terms) -> Vec<&'static str> {
    let parts = [
        ("partner_id", before.partner != after.partner),
        ("lead_collectivite_id", before.lead != after.lead),
        ("collectivite_ids", before.participants != after.participants),
        ("framework", before.framework != after.framework),
        ("twinning", before.twinning != after.twinning),
        ("oudin_santini", before.oudin_santini != after.oudin_santini),
        ("status", before.standing != after.standing),
        ("start_year", before.start != after.start),
        ("conventions", before.conventions != after.conventions),
        ("description", before.description != after.description),
    ];
    parts.into_iter().filter(|(_, differ)| *differ).map(|(path, _)| path).collect()
}
