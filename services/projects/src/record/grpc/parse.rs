//! Words to types: everything that is wrong with a request, at once.

/// Partnerships.
pub mod partnerships;
/// Projects.
pub mod projects;
/// Themes.
pub mod themes;

use std::{fmt::Display, str::FromStr};

use atlas_proto::projects::v1 as pb;
use chrono::{DateTime, SubsecRound as _};
use kernel::{CollectiviteId, Fields, PageSize, PageToken, RequestId, Violations};
use serde::de::DeserializeOwned;

use super::convert;
use crate::record::{
    domain::{Capacity, Day, GOALS, Line, MOST_CENTS, Origin, Provenance},
    store::history::EntryId,
};

/// A page to be read: how much, and after which key.
pub struct Page<Key> {
    /// Rows.
    pub size: i64,
    /// The key to go on after; none for the first page.
    pub after: Option<Key>,
}

/// Reads whose history is asked for, and which page of it.
pub fn history(request: &pb::ListHistoryRequest) -> Result<(CollectiviteId, Page<EntryId>), Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("collectivite_id", &request.collectivite_id);
    let page = page(&mut fields, request.page_size, &request.page_token, 50, 200);
    fields.finish(id.zip(page))
}

/// Reads `page_size` and `page_token`.
fn page<Key: DeserializeOwned>(fields: &mut Fields, size: i32, token: &str, default: i64, max: i64) -> Option<Page<Key>> {
    let size = PageSize::read(fields, size, default, max);
    let after = PageToken::read(token).map_err(|error| fields.note("page_token", error.to_string())).ok();
    Some(Page { size: size?.0, after: after? })
}

/// The part that every write carries.
fn request_id(fields: &mut Fields, text: &str) -> Option<RequestId> {
    let id = text.parse().ok();
    fields.check("request_id", id.is_some(), "expected a UUID chosen for this request");
    id
}

/// The filters by which lists are narrowed to collectivités, countries and régions; empty texts narrow nothing.
fn narrowed(fields: &mut Fields, collectivite: &str, country: &str, region: &str) {
    fields.parse_optional::<CollectiviteId>("collectivite_id", collectivite);
    let is_country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    fields.check("country_iso2", country.is_empty() || is_country, "expected two capitals (ISO 3166-1 alpha-2)");
    let is_region = region.len() <= 3 && region.bytes().all(|b| b.is_ascii_alphanumeric());
    fields.check("region_code", is_region, "expected an INSEE code of at most 3 characters");
}

/// What is read of a message: under which name its fields are, and which of them.
pub(super) struct Part<'a> {
    /// `partnership`; empty where the message is the whole record.
    name: &'static str,
    /// The paths to be read.
    paths: Vec<&'a str>,
}

impl<'a> Part<'a> {
    /// All of these paths.
    const fn whole(name: &'static str, paths: Vec<&'a str>) -> Self {
        Self { name, paths }
    }

    /// Which paths an update mask names; all when it is absent. A path that is not one of `known` is noted.
    fn masked(fields: &mut Fields, name: &'static str, mask: Option<&'a prost_types::FieldMask>, known: &[&'a str]) -> Self {
        let Some(mask) = mask else { return Self::whole(name, known.to_vec()) };
        for path in &mask.paths {
            fields.check("update_mask", known.contains(&path.as_str()), &format!("{path}: expected paths among {}", known.join(", ")));
        }
        Self { name, paths: mask.paths.iter().map(String::as_str).collect() }
    }

    fn has(&self, path: &str) -> bool {
        self.paths.contains(&path)
    }

    /// The name of a field in refusals.
    fn field(&self, path: &str) -> String {
        if self.name.is_empty() { path.to_owned() } else { format!("{}.{path}", self.name) }
    }

    /// Reads a text that is to be read.
    fn text<T: FromStr<Err: Display>>(&self, fields: &mut Fields, path: &str, text: &str) -> Option<T> {
        if self.has(path) { fields.parse(&self.field(path), text) } else { None }
    }

    /// Reads a day that is to be read; the inner option is none where none is known.
    fn day(&self, fields: &mut Fields, path: &str, text: &str) -> Option<Option<Day>> {
        self.has(path).then(|| fields.parse_optional(&self.field(path), text))
    }

    /// Reads a list that is to be read, of at most so many.
    fn list<Wire, T>(
        &self,
        fields: &mut Fields,
        path: &str,
        wire: &[Wire],
        most: usize,
        read: impl Fn(&mut Fields, &str, &Wire) -> Option<T>,
    ) -> Option<Vec<T>> {
        if !self.has(path) {
            return None;
        }
        let field = self.field(path);
        fields.check(&field, wire.len() <= most, &format!("expected at most {most}"));
        // all of them are read, though one cannot be: everything wrong is told at once
        let all: Vec<Option<T>> =
            wire.iter().take(most).enumerate().map(|(place, one)| read(fields, &format!("{field}[{place}]"), one)).collect();
        all.into_iter().collect()
    }

    /// Reads goals: 1 to 17, each once, in their order.
    fn sdgs(&self, fields: &mut Fields, wire: &[i32]) -> Option<Vec<i32>> {
        if !self.has("sdgs") {
            return None;
        }
        fields.check(&self.field("sdgs"), wire.iter().all(|goal| GOALS.contains(goal)), "expected goals from 1 to 17");
        let mut goals = wire.to_vec();
        goals.sort_unstable();
        goals.dedup();
        Some(goals)
    }
}

/// Reads an amount of money.
fn cents(fields: &mut Fields, field: &str, cents: i64) -> i64 {
    fields.check(field, (0..=MOST_CENTS).contains(&cents), &format!("expected 0 to {MOST_CENTS} cents"));
    cents
}

/// Reads where an imported record comes from.
fn provenance(fields: &mut Fields, wire: Option<&pb::Provenance>) -> Option<Provenance> {
    let wire = wire.cloned().unwrap_or_default();
    let origin = [Origin::Officiel, Origin::Wikipedia, Origin::Demo].into_iter().find(|origin| convert::origin(*origin) == wire.origin);
    fields.check("provenance.origin", origin.is_some(), "expected officiel, wikipedia or demo");
    let source: Option<Line<200>> = fields.parse("provenance.source", &wire.source);
    fields.check("provenance.source", source.as_ref().is_none_or(|source| !source.is_empty()), "expected the name of the source");
    let at = wire.verified_at.and_then(|at| DateTime::from_timestamp(at.seconds, at.nanos.unsigned_abs()));
    let at = at.map(|at| at.trunc_subsecs(6));
    let by = Capacity::named(&wire.verified_as);
    fields.check("provenance.verified_as", at.is_some() == by.is_some(), "expected agent, sgar or ministere with verified_at, or neither");
    fields.check("provenance.verified_as", by.is_some() || wire.verified_as.is_empty(), "expected agent, sgar, ministere or nothing");
    Some(Provenance { origin: origin?, source: source?, to_confirm: wire.to_confirm, verified: at.zip(by) })
}

/// Reads the name that a source has for a record.
fn natural_key(fields: &mut Fields, text: &str) -> Option<String> {
    let key: Option<Line<500>> = fields.parse("natural_key", text);
    fields.check("natural_key", key.as_ref().is_none_or(|key| !key.is_empty()), "expected 1 to 500 characters");
    key.map(|key| key.to_string())
}
