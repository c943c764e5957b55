use std::collections::HashMap;

use atlas_proto::directory::v1 as pb;
use kernel::{Fields, Version, Violations};

use super::{keep_last, origin, readable};
use crate::{
    commands::imports::partners::Given,
    domain::{Country, CountryCode, PartnerId, Text},
    grpc::partners::parse,
};

/// The partners of a batch: each natural key once, and which of them each record was.
#[derive(Default)]
pub struct Sifted {
    /// What is brought in.
    pub given: Vec<Given>,
    /// The natural key of each record; none for one that was refused.
    keys: Vec<Option<String>>,
}

/// Parts what can be brought in from what cannot. Of two records with one key the last counts.
pub fn sift(records: Vec<pb::Partner>, refused: &mut Vec<pb::RefusedRecord>) -> Sifted {
    let before = refused.len();
    let many = records.len();
    let mut given = readable("partner", records, partner, refused);
    let wrong: Vec<usize> = refused[before..].iter().map(|one| one.index as usize).collect();
    let mut read = given.iter().map(|one| one.fields.natural_key());
    let keys = (0..many).map(|place| if wrong.contains(&place) { None } else { read.next() }).collect();
    keep_last(&mut given, |one| one.fields.natural_key());
    Sifted { given, keys }
}

/// Which id each record got.
pub struct Ids {
    keys: Vec<Option<String>>,
    given: Vec<String>,
}

impl Sifted {
    /// What is brought in, and what will tell the ids of the records.
    pub fn parted(self) -> (Vec<Given>, Ids) {
        let given = self.given.iter().map(|one| one.fields.natural_key()).collect();
        (self.given, Ids { keys: self.keys, given })
    }
}

impl Ids {
    /// The id of each record, in its order, and a refusal for each whose country is not there.
    pub fn told(&self, ids: &[Option<PartnerId>], refused: &mut Vec<pb::RefusedRecord>) -> Vec<String> {
        let by_key: HashMap<&str, Option<PartnerId>> = self.given.iter().map(String::as_str).zip(ids.iter().copied()).collect();
        let mut told = Vec::with_capacity(self.keys.len());
        for (place, key) in self.keys.iter().enumerate() {
            let id = key.as_ref().and_then(|key| by_key.get(key.as_str()).copied().flatten());
            if key.is_some() && id.is_none() {
                refused.push(strange(place));
            }
            told.push(id.map(|id| id.to_string()).unwrap_or_default());
        }
        told
    }
}

/// A partner of a country that does not exist.
fn strange(index: usize) -> pb::RefusedRecord {
    pb::RefusedRecord {
        resource: "partner".to_owned(),
        index: u32::try_from(index).unwrap_or(u32::MAX),
        field: "country_iso2".to_owned(),
        reason: "a country that exists".to_owned(),
    }
}

fn partner(wire: pb::Partner) -> Result<Given, Violations> {
    let mut fields = Fields::default();
    let partner = parse::partner_fields(&mut fields, "", &wire);
    let origin = origin(&mut fields, &wire.origin);
    fields.finish(partner.zip(origin).map(|(fields, origin)| Given { fields, origin }))
}

/// Reads a country.
pub fn country(wire: pb::Country) -> Result<Country, Violations> {
    let mut fields = Fields::default();
    let iso2: Option<CountryCode> = fields.parse("iso2", &wire.iso2);
    let three = wire.iso3.len() == 3 && wire.iso3.bytes().all(|b| b.is_ascii_uppercase());
    fields.check("iso3", three, "expected three capital letters (ISO 3166-1 alpha-3)");
    let (name_fr, name_en) = (name(&mut fields, "name_fr", &wire.name_fr), name(&mut fields, "name_en", &wire.name_en));
    let continents = Country::CONTINENTS;
    fields.check("continent", continents.contains(&&*wire.continent), &format!("expected one of {}", continents.join(", ")));
    let capital = parse::point(&mut fields, "capital", wire.capital);
    let code = wire.dac_code.len() <= 5 && wire.dac_code.bytes().all(|b| b.is_ascii_digit());
    fields.check("dac_code", code, "expected a recipient code of at most five digits, or nothing");
    let parsed = (|| {
        Some(Country {
            iso2: iso2?,
            iso3: wire.iso3,
            name_fr: name_fr?,
            name_en: name_en?,
            continent: wire.continent,
            capital,
            dac_code: wire.dac_code,
            oda_eligible: wire.oda_eligible,
            version: Version(1),
        })
    })();
    fields.finish(parsed)
}

fn name(fields: &mut Fields, field: &str, text: &str) -> Option<Text<100>> {
    let name: Option<Text<100>> = fields.parse(field, text);
    fields.check(field, name.as_ref().is_none_or(|name| !name.is_empty()), "expected a name");
    name
}
