use chrono::{DateTime, Utc};
use kernel::{Caller, CollectiviteId, RightKind, Version};
use serde::{Deserialize, Serialize};

use super::{CountryCode, Origin, Point, Refusal, Text, folded, identity_card::replace};

kernel::id! {
    /// A foreign partner.
    PartnerId
}

/// A foreign local authority that collectivités work with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partner {
    /// Its id.
    pub id: PartnerId,
    /// What may be changed of it.
    pub fields: PartnerFields,
    /// Where the row comes from.
    pub origin: Origin,
    /// The one that took its place; none while it stands.
    pub merged_into: Option<PartnerId>,
    /// Who added it; none for the ministry and for imports.
    pub added_by: Option<CollectiviteId>,
    /// Counts its changes; its etag.
    pub version: Version,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What may be changed of a partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartnerFields {
    /// Where it lies.
    pub country: CountryCode,
    /// What kind of authority it is.
    pub level: PartnerLevel,
    /// As it is shown.
    pub name: Text<200>,
    /// What else it is called.
    pub other_names: Vec<OtherName>,
    /// The first-level division of its country; empty where unknown.
    pub division: Text<200>,
    /// The settlement it is found at; empty where its name is that of one.
    pub place: Text<200>,
    /// The place's number at geonames.org.
    pub geonames_id: Option<i64>,
    /// Where it is.
    pub point: Option<Point>,
    /// Of the place.
    pub population: Option<i64>,
}

/// What kind of authority a partner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize, Deserialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum PartnerLevel {
    /// A town or village.
    Municipality,
    /// Several of them.
    Grouping,
    /// Below the first level.
    District,
    /// The first level of its country.
    Region,
    /// None of these.
    Other,
}

/// Another name of a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherName {
    /// The name.
    pub name: Text<200>,
    /// BCP 47; empty where unknown.
    pub language: String,
}

/// What is to be changed of a partner; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct PartnerEdit {
    /// Where it lies.
    pub country: Option<CountryCode>,
    /// What kind of authority it is.
    pub level: Option<PartnerLevel>,
    /// As it is shown.
    pub name: Option<Text<200>>,
    /// What else it is called.
    pub other_names: Option<Vec<OtherName>>,
    /// The first-level division of its country.
    pub division: Option<Text<200>>,
    /// The settlement it is found at.
    pub place: Option<Text<200>>,
    /// The place's number.
    pub geonames_id: Option<Option<i64>>,
    /// Where it is.
    pub point: Option<Option<Point>>,
    /// Of the place.
    pub population: Option<Option<i64>>,
}

impl Partner {
    /// A partner as it is first written down.
    #[must_use]
    pub fn added(fields: PartnerFields, by: Option<CollectiviteId>, at: DateTime<Utc>) -> Self {
        let (id, origin) = (PartnerId::made(at), Origin::Officiel);
        Self { id, fields, origin, merged_into: None, added_by: by, version: Version(1), updated_at: at }
    }

    /// The partner with other fields, as one change.
    #[must_use]
    pub fn changed(&self, fields: PartnerFields, at: DateTime<Utc>) -> Self {
        Self { fields, version: self.version.next(), updated_at: at, ..self.clone() }
    }

    /// The partner under another, or standing for itself again.
    #[must_use]
    pub fn moved(&self, merged_into: Option<PartnerId>, at: DateTime<Utc>) -> Self {
        Self { merged_into, version: self.version.next(), updated_at: at, ..self.clone() }
    }

    /// Refuses what has another in its place.
    ///
    /// # Errors
    /// [`Refusal::PartnerMerged`].
    pub fn standing(self) -> Result<Self, Refusal> {
        if self.merged_into.is_some() { Err(Refusal::PartnerMerged) } else { Ok(self) }
    }

    /// Refuses who is not alone with it. The ministry changes any; a collectivité what it alone holds: by using it, or, while
    /// nobody does, by having added it.
    ///
    /// # Errors
    /// [`Refusal::PartnerShared`].
    pub fn refuse_strangers(caller: &Caller, holders: &[CollectiviteId]) -> Result<(), Refusal> {
        let own = |id: &CollectiviteId| caller.right.kind == RightKind::Collectivite && caller.right.key == id.as_str();
        let alone = !holders.is_empty() && holders.iter().all(own);
        if alone || caller.right.kind == RightKind::National { Ok(()) } else { Err(Refusal::PartnerShared) }
    }
}

impl PartnerFields {
    /// How many other names a partner has at most.
    pub const OTHER_NAMES: usize = 20;

    /// With the edit made; equal to what was when nothing changed.
    #[must_use]
    pub fn edited(&self, edit: PartnerEdit) -> Self {
        let (old, changed) = (self.clone(), &mut Vec::new());
        Self {
            country: replace("country_iso2", old.country, edit.country, changed),
            level: replace("level", old.level, edit.level, changed),
            name: replace("name", old.name, edit.name, changed),
            other_names: replace("other_names", old.other_names, edit.other_names, changed),
            division: replace("division", old.division, edit.division, changed),
            place: replace("place", old.place, edit.place, changed),
            geonames_id: replace("geonames_id", old.geonames_id, edit.geonames_id, changed),
            point: replace("point", old.point, edit.point, changed),
            population: replace("population", old.population, edit.population, changed),
        }
    }

    /// With the names of others that are found to be the same, as far as there is room: its own come first, and none twice.
    #[must_use]
    pub fn with_names_of<'a>(&self, others: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut fields = self.clone();
        for other in others {
            let main = OtherName { name: other.name.clone(), language: String::new() };
            for name in std::iter::once(&main).chain(&other.other_names) {
                let known = fields.names().any(|known| known == name.name.as_str());
                if !known && fields.other_names.len() < Self::OTHER_NAMES {
                    fields.other_names.push(name.clone());
                }
            }
        }
        fields
    }

    /// All names: the one that is shown, then the others.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.other_names.iter().map(|other| other.name.as_str()))
    }

    /// The name as names are compared.
    #[must_use]
    pub fn name_folded(&self) -> String {
        folded(self.name.as_str())
    }

    /// The division as names are compared.
    #[must_use]
    pub fn division_folded(&self) -> String {
        folded(self.division.as_str())
    }

    /// By which an import knows it: the place, or the name within its division where no place is known.
    #[must_use]
    pub fn natural_key(&self) -> String {
        match self.geonames_id {
            Some(id) => format!("{} geonames {id}", self.country),
            None => format!("{} name {}/{}", self.country, self.division_folded(), self.name_folded()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(name: &str) -> PartnerFields {
        PartnerFields {
            country: "DE".parse().unwrap(),
            level: PartnerLevel::Municipality,
            name: name.parse().unwrap(),
            other_names: Vec::new(),
            division: Text::default(),
            place: Text::default(),
            geonames_id: None,
            point: None,
            population: None,
        }
    }

    fn caller(right: &str) -> Caller {
        Caller { subject: "a".into(), session: "s".into(), right: right.parse().unwrap() }
    }

    #[test]
    fn who_holds_it_alone_may_change_it() {
        let (ours, theirs): (CollectiviteId, CollectiviteId) = ("215600503".parse().unwrap(), "210100012".parse().unwrap());
        let (us, them, ministry) =
            (caller("collectivite:215600503:editor"), caller("collectivite:210100012:editor"), caller("national:*:editor"));
        let may = |caller: &Caller, holders: &[CollectiviteId]| Partner::refuse_strangers(caller, holders).is_ok();

        assert!(!may(&us, &[]) && may(&ministry, &[]));
        assert!(may(&us, std::slice::from_ref(&ours)) && !may(&us, std::slice::from_ref(&theirs)));
        assert!(may(&them, std::slice::from_ref(&theirs)));
        assert!(!may(&us, &[ours.clone(), theirs.clone()]) && may(&ministry, &[ours, theirs]));
    }

    #[test]
    fn names_are_gathered_once_and_while_there_is_room() {
        let named = |names: &[&str]| PartnerFields {
            other_names: names.iter().map(|name| OtherName { name: name.parse().unwrap(), language: "de".into() }).collect(),
            ..fields("Köln")
        };
        let gathered = fields("Cologne").with_names_of([&named(&["Cologne", "Colonia"]), &named(&["Colonia"])]);
        let many: Vec<String> = (0..30).map(|n| format!("Name {n}")).collect();
        let full = gathered.with_names_of([&named(&many.iter().map(String::as_str).collect::<Vec<_>>())]);

        assert_eq!(gathered.names().collect::<Vec<_>>(), ["Cologne", "Köln", "Colonia"]);
        assert_eq!(full.other_names.len(), PartnerFields::OTHER_NAMES);
    }
}
