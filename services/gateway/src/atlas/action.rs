//! An external action as lists show it.

use atlas_proto::{
    directory::v1::{Collectivite, PartnerLevel},
    projects::v1::{Framework, Partnership, PartnershipStatus, Project, ProjectStatus, Provenance},
};

use super::Reader;
use crate::{
    i18n::Words,
    model::{cooperation::has_ended, id::Id, key::Key},
};

/// A name that leads to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As it is written.
    pub name: String,
    /// The address of its page.
    pub href: String,
    /// What is said beside it; may be empty.
    pub about: String,
}

/// What is said of where something comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The source is old or doubtful, and nobody has said that it is right.
    pub to_confirm: bool,
    /// It is invented.
    pub demo: bool,
    /// The source; empty for what an agent typed.
    pub source: String,
    /// When it was last looked at, in words; empty for never.
    pub verified: String,
}

/// What is said of a partnership wherever it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// With or without convention, twinning, since when, how it stands: one line.
    pub text: String,
    /// It has come to its end.
    pub ended: bool,
    /// Where it comes from.
    pub origin: Origin,
}

impl Origin {
    /// Of a partnership or a project.
    #[must_use]
    pub fn new(words: &Words, provenance: Option<&Provenance>) -> Self {
        let Some(it) = provenance else { return Self::default() };
        Self {
            to_confirm: it.to_confirm,
            demo: it.origin == "demo",
            source: if it.origin == "wikipedia" { words.say("source-wikipedia") } else { it.source.clone() },
            verified: it.verified_at.as_ref().map(|at| words.name("action-verified", words.date(at))).unwrap_or_default(),
        }
    }
}

impl About {
    /// Of a partnership.
    #[must_use]
    pub fn new(words: &Words, it: &Partnership) -> Self {
        let origin = Origin::new(words, it.provenance.as_ref());
        let framework = match it.framework() {
            Framework::Convention => Some(words.say("action-convention")),
            Framework::None => Some(words.say("action-no-convention")),
            Framework::Unspecified => None,
        };
        let parts = [
            framework,
            it.twinning.then(|| words.say("action-twinning")),
            it.oudin_santini.then(|| words.say("action-oudin-santini")),
            since(words, it),
            status(words, it),
            Some(origin.verified.clone()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        Self { text: parts.join(" · "), ended: has_ended(it), origin }
    }
}

fn since(words: &Words, it: &Partnership) -> Option<String> {
    match it.start_year {
        Some(year) => Some(words.name("action-since", year.to_string())),
        None => it.start_year_unknown.then(|| words.say("action-since-unknown")),
    }
}

fn status(words: &Words, it: &Partnership) -> Option<String> {
    let [never, year, day] = match it.status() {
        PartnershipStatus::Active => return Some(words.say("action-active")),
        PartnershipStatus::Dormant => return Some(words.say("action-dormant")),
        PartnershipStatus::Suspended => ["action-suspended", "action-suspended-year", "action-suspended-day"],
        PartnershipStatus::Ended => ["action-ended", "action-ended-year", "action-ended-day"],
        PartnershipStatus::Unspecified => return None,
    };
    Some(match it.status_since.len() {
        0 => words.say(never),
        1..=4 => words.name(year, &it.status_since),
        _ => words.name(day, words.day(&it.status_since)),
    })
}

/// The words for how a project stands.
#[must_use]
pub const fn project_status_key(status: ProjectStatus) -> Option<&'static str> {
    match status {
        ProjectStatus::Planned => Some("project-planned"),
        ProjectStatus::Ongoing => Some("project-ongoing"),
        ProjectStatus::Completed => Some("project-completed"),
        ProjectStatus::Suspended => Some("project-suspended"),
        ProjectStatus::Abandoned => Some("project-abandoned"),
        ProjectStatus::Unspecified => None,
    }
}

/// The words for a kind of partner.
#[must_use]
pub const fn level_key(level: PartnerLevel) -> Option<&'static str> {
    match level {
        PartnerLevel::Municipality => Some("level-municipality"),
        PartnerLevel::Grouping => Some("level-grouping"),
        PartnerLevel::District => Some("level-district"),
        PartnerLevel::Region => Some("level-region"),
        PartnerLevel::Other => Some("level-other"),
        PartnerLevel::Unspecified => None,
    }
}

impl Reader<'_> {
    /// A collectivité by its name alone.
    #[must_use]
    pub fn named_collectivite(&self, key: Key, it: &Collectivite) -> Named {
        Named { name: it.name.clone(), href: self.path(&format!("/collectivites/{key}")), about: String::new() }
    }

    /// A collectivité with what it is, where, and in which région.
    #[must_use]
    pub fn placed_collectivite(&self, key: Key, it: &Collectivite) -> Named {
        let region = self.region(&it.region_code).and_then(|place| place.territory.as_ref()).map(|(_, territory)| territory.name.clone());
        let mut places = vec![self.place_of(it)];
        places.extend(region);
        places.dedup();
        places.retain(|place| !place.is_empty());
        let kind = self.words().say(super::kind_key(it.r#type()));
        let about = if places.is_empty() { kind } else { format!("{kind} · {}", places.join(", ")) };
        Named { about, ..self.named_collectivite(key, it) }
    }

    /// The name of a country in the language of the page.
    #[must_use]
    pub fn country_name<'n>(&self, it: &'n atlas_proto::directory::v1::Country) -> &'n str {
        match self.locale {
            crate::i18n::Locale::En if !it.name_en.is_empty() => &it.name_en,
            _ => &it.name_fr,
        }
    }

    /// A country.
    #[must_use]
    pub fn named_country(&self, it: &atlas_proto::directory::v1::Country) -> Named {
        Named { name: self.country_name(it).to_owned(), href: self.path(&format!("/pays/{}", it.iso2)), about: String::new() }
    }

    /// A project with how it stands.
    #[must_use]
    pub fn named_project(&self, id: Id, it: &Project) -> Named {
        let about = project_status_key(it.status()).map(|key| self.words().say(key)).unwrap_or_default();
        Named { name: it.title.clone(), href: self.path(&format!("/projets/{id}")), about }
    }
}
