//! A partner that is not in the list yet.

use atlas_proto::directory::v1::{CreatePartnerRequest, Partner, PartnerLevel};

use super::{Record, action_form::optional, countries};
use crate::{
    atlas::action::level_key,
    forms::{Field, Form, FormView, Kind, Typed},
    i18n::Words,
    people::Halt,
    session::SignedIn,
};

/// The fields of a new partner.
pub const NEW: [&str; 5] = ["country", "partner_name", "level", "division", "partner_place"];
/// How the service calls what a field holds, where that is another name.
pub const RENAMED: [(&str, &str); 3] = [("country_iso2", "country"), ("name", "partner_name"), ("place", "partner_place")];
const LEVELS: [(&str, PartnerLevel); 5] = [
    ("municipality", PartnerLevel::Municipality),
    ("grouping", PartnerLevel::Grouping),
    ("district", PartnerLevel::District),
    ("region", PartnerLevel::Region),
    ("other", PartnerLevel::Other),
];

/// Offers all countries; at first none, or all of them.
pub fn country_choice(field: &mut Field, person: &SignedIn, all: bool) {
    let words = person.words();
    let first = words.say(if all { "country-all" } else { "country-choose" });
    let none = (String::new(), first, String::new());
    field.choose(std::iter::once(none).chain(countries(person).into_iter().map(|(iso2, name)| (iso2, name, String::new()))));
    if all {
        field.optional();
    }
}

/// The form of a new partner.
#[must_use]
pub fn form(person: &SignedIn, typed: &Typed) -> FormView {
    let words = person.words();
    FormView::new(person, typed)
        .named("new")
        .field(person, "country", Kind::Select, |field| country_choice(field, person, false))
        .field(person, "partner_name", Kind::Text, |field| {
            field.hint(words.say("partner-name-hint"));
            field.longest = 200;
        })
        .field(person, "level", Kind::Radios, |field| {
            let all = LEVELS.iter().filter_map(|(name, level)| Some((*name, level_key(*level)?)));
            field.choose(all.map(|(name, key)| ((*name).to_owned(), words.say(key), String::new())));
        })
        .field(person, "division", Kind::Text, |field| optional(field, words.say("division-hint"), 200))
        .field(person, "partner_place", Kind::Text, |field| optional(field, words.say("partner-place-hint"), 200))
}

/// The partner that a form tells of, and what is wrong with it.
#[must_use]
pub fn made(words: &Words, form: &Form, typed: &mut Typed) -> Partner {
    typed.require(form, &["country", "partner_name", "level"], words);
    let get = |name| form.get(name).to_owned();
    let level = LEVELS.iter().find(|(name, _)| *name == form.get("level")).map(|(_, level)| *level).unwrap_or_default();
    Partner {
        country_iso2: get("country"),
        name: get("partner_name"),
        level: level.into(),
        division: get("division"),
        place: get("partner_place"),
        ..Partner::default()
    }
}

/// Adds it.
///
/// # Errors
/// What directory answers.
pub async fn add(person: &SignedIn, record: &Record, partner: Partner, request_id: &str) -> Result<Partner, Halt> {
    let request = CreatePartnerRequest { partner: Some(partner), request_id: request_id.to_owned() };
    let told = person.partners(&record.right, request, |mut partners, asked| async move { partners.create_partner(asked).await }).await?;
    Ok(told.partner.unwrap_or_default())
}
