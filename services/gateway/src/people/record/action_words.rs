//! What is said of a partnership to those who check it.

use atlas_proto::projects::v1::{Framework, Partnership, PartnershipStatus, Provenance};

use super::{Abroad, written};
use crate::{i18n::Words, people::Rich, session::SignedIn};

/// Yes, or no.
#[must_use]
pub fn yes_no(words: &Words, yes: bool) -> String {
    words.say(if yes { "yes" } else { "no" })
}

/// How it stands, and since when where that matters; nothing where nobody said.
#[must_use]
pub fn standing(words: &Words, it: &Partnership) -> String {
    let text = standing_key(it.status()).map(|key| words.say(key)).unwrap_or_default();
    if it.status_since.is_empty() {
        text
    } else {
        words.with("standing-since", &[("standing", &text), ("since", &written::day(&it.status_since))])
    }
}

/// The words for how a partnership stands.
#[must_use]
pub const fn standing_key(status: PartnershipStatus) -> Option<&'static str> {
    match status {
        PartnershipStatus::Active => Some("action-active"),
        PartnershipStatus::Dormant => Some("action-dormant"),
        PartnershipStatus::Suspended => Some("action-suspended"),
        PartnershipStatus::Ended => Some("action-ended"),
        PartnershipStatus::Unspecified => None,
    }
}

/// The words for with or without a convention.
#[must_use]
pub const fn framework_key(framework: Framework) -> &'static str {
    match framework {
        Framework::Convention => "action-convention",
        Framework::None => "action-no-convention",
        Framework::Unspecified => "action-unsaid",
    }
}

/// The year it began in, or that it is not known; nothing where nobody was asked.
#[must_use]
pub fn began(words: &Words, it: &Partnership) -> String {
    match it.start_year {
        Some(year) => year.to_string(),
        None if it.start_year_unknown => words.say("year-unknown"),
        None => String::new(),
    }
}

/// What is mandatory and not there, named; nothing where nothing is missing.
#[must_use]
pub fn missing(words: &Words, paths: &[String]) -> String {
    let named: Vec<String> = paths.iter().filter_map(|path| missing_key(path)).map(|key| words.say(key)).collect();
    if paths.is_empty() { String::new() } else { words.with("missing-those", &[("what", &named.join(", "))]) }
}

/// The words for something that is missing of a partnership or a project.
#[must_use]
pub fn missing_key(path: &str) -> Option<&'static str> {
    Some(match path {
        "framework" => "missing-framework",
        "status" => "missing-standing",
        "start_year" => "missing-start-year",
        "conventions" => "missing-convention",
        "partner_id" => "missing-partner",
        "title" => "missing-name",
        "themes" => "missing-theme",
        "twinning" => "missing-twinning",
        _ => return None,
    })
}

/// When it was last looked at, and in what capacity.
#[must_use]
pub fn verified(words: &Words, provenance: Option<&Provenance>) -> String {
    let Some((it, at)) = provenance.and_then(|it| Some((it, it.verified_at.as_ref()?))) else { return words.say("verified-never") };
    let key = match it.verified_as.as_str() {
        "sgar" => "verified-sgar",
        "ministere" => "verified-ministry",
        _ => "verified-agent",
    };
    words.name(key, words.date(at))
}

/// Whether somebody can say that it goes on: what is suspended or ended has to be changed first.
#[must_use]
pub fn is_confirmable(it: &Partnership) -> bool {
    !matches!(it.status(), PartnershipStatus::Suspended | PartnershipStatus::Ended)
}

/// What is known of it beside its name.
#[must_use]
pub fn facts(person: &SignedIn, abroad: &Abroad, it: &Partnership) -> Vec<(String, Rich)> {
    let words = person.words();
    let all = [
        ("fact-country", abroad.country(&it.partner_id)),
        ("field-framework", words.say(framework_key(it.framework()))),
        ("action-twinning-is", yes_no(words, it.twinning)),
        ("action-began", began(words, it)),
        ("action-standing", standing(words, it)),
        ("field-description", it.description.clone()),
        ("action-verified-is", verified(words, it.provenance.as_ref())),
    ];
    let mut all: Vec<_> =
        all.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (words.say(key), Rich::from(text))).collect();
    all.extend(it.conventions.iter().skip(1).map(|older| {
        let parts = [
            written::day(&older.signed_on),
            older.object.clone(),
            older.forecast_cents.map(|cents| words.money(cents)).unwrap_or_default(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (words.say("convention-older"), Rich::from(parts.join(" · ")))
    }));
    all
}
