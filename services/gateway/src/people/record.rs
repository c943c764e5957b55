//! What the Atlas says of a collectivité, to be checked and corrected by those who act for it.

mod action;
mod action_form;
mod action_words;
mod actions;
mod begin;
mod card;
mod conflict;
mod contacts;
mod history;
mod lists;
mod networks;
mod partners;
mod project;
mod project_form;
mod projects;
mod themes;
mod values;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use atlas_proto::{
    directory::v1::{BatchGetPartnersRequest, Country, Partner},
    projects::v1::Partnership,
};
use axum::{Router, routing::get};
use kernel::{Right, RightKind, Role};

pub use self::actions::ways;
use super::{Desk, Halt, Sheet, offices};
use crate::{error::PageError, i18n::Locale, session::SignedIn};

/// The addresses below the space of a collectivité.
pub fn pages(locale: Locale) -> Router<Desk> {
    let at = move |path: &str| format!("{}/espace/{{id}}{path}", locale.prefix());
    Router::new()
        .route(&at("/actions"), get(actions::show).post(actions::confirm))
        .route(&at("/actions/nouvelle"), get(begin::show).post(begin::send))
        .route(&at("/actions/{action}"), get(action::show).post(action::send))
        .route(&at("/fiche"), get(card::show).post(card::send))
        .route(&at("/contacts"), get(contacts::show).post(contacts::send))
        .route(&at("/reseaux"), get(networks::show).post(networks::send))
        .route(&at("/projets"), get(projects::show))
        .route(&at("/projets/nouveau"), get(project::begin).post(project::create))
        .route(&at("/projets/{project}"), get(project::show).post(project::send))
}

/// A collectivité whose pages somebody works on, and the right to.
#[derive(Debug)]
pub struct Record {
    /// The collectivité.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What the services are asked with.
    pub right: Right,
    /// The right goes far enough to change something; the services decide all the same.
    pub edits: bool,
}

impl Record {
    /// The collectivité of the address, by a right over it, or of an office over it.
    ///
    /// # Errors
    /// Not found, for whom it is not.
    pub fn of(person: &SignedIn, id: &str) -> Result<Self, Halt> {
        let own = person.right(RightKind::Collectivite, id, Role::Reader);
        let right = own.or_else(|| offices::over(person, id, Role::Reader)).ok_or(PageError::NotFound)?;
        let held = person.rights().find(|(right, _)| right.kind == RightKind::Collectivite && right.key == id);
        let name = person.desk.name_of(id).or_else(|| held.map(|(_, membership)| membership.name.clone())).unwrap_or_else(|| id.to_owned());
        let edits = right.kind == RightKind::Collectivite && right.role >= Role::Editor;
        Ok(Self { id: id.to_owned(), name, right, edits })
    }

    /// The same for who changes something.
    ///
    /// # Errors
    /// Not found, for whom it is not; the page that says so, for whose role does not go that far.
    pub fn edited(person: &SignedIn, id: &str) -> Result<Self, Halt> {
        let record = Self::of(person, id)?;
        if record.edits { Ok(record) } else { Err(tonic::Status::permission_denied("the role does not go that far").into()) }
    }

    /// An address below its space, without the language.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("/espace/{}{path}", self.id)
    }

    /// A page of it, which says for whom it is and leads back.
    #[must_use]
    pub fn sheet(&self, person: &SignedIn, heading: String) -> Sheet {
        let words = person.words();
        let sheet = Sheet::of(person, heading).about(&self.id, &self.name);
        let sheet = sheet.step(words.say("space-title"), "/espace").step(&self.name, &self.at(""));
        match self.right.kind {
            RightKind::Collectivite if self.edits => sheet,
            RightKind::Collectivite => sheet.notice("info", words.say("record-reader")),
            _ => sheet.notice("info", words.name("office-for", offices::name(person, &self.right))),
        }
    }
}

/// The partners that partnerships name, and the countries they lie in: asked for once, whatever their number.
#[derive(Debug, Default)]
pub struct Abroad {
    partners: BTreeMap<String, Partner>,
    countries: BTreeMap<String, String>,
}

impl Abroad {
    /// Those of these partnerships; one that was merged is the one in its place.
    ///
    /// # Errors
    /// What directory answers.
    pub async fn of(person: &SignedIn, record: &Record, partnerships: &[Partnership]) -> Result<Self, Halt> {
        let asked: BTreeSet<String> = partnerships.iter().map(|it| it.partner_id.clone()).collect();
        let mut found = ask(person, record, asked).await?;
        let merged: BTreeSet<String> = found.values().map(|it| it.merged_into.clone()).filter(|id| !id.is_empty()).collect();
        let instead = ask(person, record, merged).await?;
        for partner in found.values_mut() {
            if let Some(other) = instead.get(&partner.merged_into) {
                *partner = other.clone();
            }
        }
        Ok(Self { partners: found, countries: countries(person).into_iter().collect() })
    }

    /// One of them.
    #[must_use]
    pub fn partner(&self, id: &str) -> Option<&Partner> {
        self.partners.get(id)
    }

    /// What a partner is called; its id where directory no longer knows it.
    #[must_use]
    pub fn name(&self, id: &str) -> String {
        self.partner(id).map_or_else(|| id.to_owned(), |it| it.name.clone())
    }

    /// The country a partner lies in.
    #[must_use]
    pub fn country(&self, id: &str) -> String {
        let Some(iso2) = self.partner(id).map(|it| &it.country_iso2) else { return String::new() };
        self.countries.get(iso2).unwrap_or(iso2).clone()
    }
}

async fn ask(person: &SignedIn, record: &Record, ids: BTreeSet<String>) -> Result<BTreeMap<String, Partner>, Halt> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let request = BatchGetPartnersRequest { partner_ids: ids.into_iter().collect() };
    let told =
        person.partners(&record.right, request, |mut partners, asked| async move { partners.batch_get_partners(asked).await }).await?;
    Ok(told.partners.into_iter().map(|it| (it.partner_id.clone(), it)).collect())
}

/// All countries as (code, name), by name.
#[must_use]
pub fn countries(person: &SignedIn) -> Vec<(String, String)> {
    let generation = person.desk.app.model.now();
    let name = |it: &Country| match person.locale {
        Locale::En if !it.name_en.is_empty() => it.name_en.clone(),
        _ => it.name_fr.clone(),
    };
    let mut all: Vec<_> = generation.countries().map(|it| (it.iso2.clone(), name(it))).collect();
    all.sort_by_key(|(_, name)| crate::model::fold(name));
    all
}
