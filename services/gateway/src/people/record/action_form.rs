//! The form of a partnership: its fields, what stands in them, and what they make of it.

use atlas_proto::projects::v1::{Convention, Framework, Partnership, PartnershipStatus};

use super::{
    action_words as say,
    values::{Fields, Values},
    written,
};
use crate::{
    forms::{Field, Form, FormView, Kind, Typed},
    i18n::Words,
    model::fold,
    session::SignedIn,
};

/// The fields of a partnership.
pub const FIELDS: Fields = &[
    ("twinning", "field-twinning"),
    ("start_year", "field-start-year"),
    ("standing", "field-standing"),
    ("standing_since", "field-standing-since"),
    ("oudin_santini", "field-oudin-santini"),
    ("description", "field-description"),
    ("object", "field-convention-object"),
    ("amount", "field-convention-amount"),
    ("signed_on", "field-convention-signed"),
    ("convention_ends", "field-convention-ends"),
    ("tacit", "field-convention-tacit"),
    ("ctes", "field-convention-ctes"),
];
/// What the form changes, as the service calls it.
pub const PATHS: [&str; 6] = ["twinning", "oudin_santini", "status", "start_year", "conventions", "description"];
/// How the service calls what a field holds, where that is another name.
pub const RENAMED: [(&str, &str); 6] = [
    ("status", "standing"),
    ("status_since", "standing_since"),
    ("forecast_cents", "amount"),
    ("ends_on", "convention_ends"),
    ("ctes_reference", "ctes"),
    ("conventions", "object"),
];
/// How a partnership may stand.
const STANDINGS: [(&str, PartnershipStatus); 4] = [
    ("active", PartnershipStatus::Active),
    ("dormant", PartnershipStatus::Dormant),
    ("suspended", PartnershipStatus::Suspended),
    ("ended", PartnershipStatus::Ended),
];

fn yes(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}

/// What is on record, as it stands in the fields.
#[must_use]
pub fn values(words: &Words, it: &Partnership) -> Values {
    let standing = STANDINGS.iter().find(|(_, status)| *status == it.status()).map_or("", |(name, _)| name);
    let convention = it.conventions.first().cloned().unwrap_or_default();
    vec![
        ("twinning", yes(it.twinning)),
        ("start_year", say::began(words, it)),
        ("standing", standing.to_owned()),
        ("standing_since", written::day(&it.status_since)),
        ("oudin_santini", yes(it.oudin_santini)),
        ("description", it.description.clone()),
        ("object", convention.object),
        ("amount", convention.forecast_cents.map(written::amount).unwrap_or_default()),
        ("signed_on", written::day(&convention.signed_on)),
        ("convention_ends", written::day(&convention.ends_on)),
        ("tacit", yes(convention.tacit_renewal)),
        ("ctes", convention.ctes_reference),
    ]
}

/// How a value of a field is read.
#[must_use]
pub fn read_as(words: &Words, name: &str, value: &str) -> String {
    match (name, value) {
        ("twinning" | "oudin_santini" | "tacit", "yes") => words.say("yes"),
        ("twinning" | "oudin_santini" | "tacit", "no") => words.say("no"),
        ("standing", value) => {
            let known = STANDINGS.iter().find(|(name, _)| *name == value).and_then(|(_, status)| say::standing_key(*status));
            known.map(|key| words.say(key)).unwrap_or_default()
        }
        _ => value.to_owned(),
    }
}

/// The partnership as the form makes it, and what is wrong with it.
#[must_use]
pub fn made(words: &Words, form: &Form, typed: &mut Typed, was: &Partnership) -> Partnership {
    typed.require(form, &["twinning", "start_year", "standing"], words);
    let status = STANDINGS.iter().find(|(name, _)| *name == form.get("standing")).map(|(_, status)| *status).unwrap_or_default();
    let over = matches!(status, PartnershipStatus::Suspended | PartnershipStatus::Ended);
    let unknown = matches!(fold(form.get("start_year")).as_str(), "inconnue" | "inconnu" | "unknown");
    let year = form.get("start_year").parse::<i32>().ok().filter(|year| (1900..=2200).contains(year));
    if !unknown && year.is_none() {
        typed.wrong("start_year", words.say("problem-year"));
    }
    let since = day(words, form, typed, "standing_since");
    let first = convention(words, form, typed);
    let older = was.conventions.iter().skip(1).cloned();
    Partnership {
        twinning: form.get("twinning") == "yes",
        oudin_santini: form.get("oudin_santini") == "yes",
        status: status.into(),
        status_since: if over { since } else { String::new() },
        start_year: year.filter(|_| !unknown),
        start_year_unknown: unknown,
        conventions: first.into_iter().chain(older).collect(),
        description: form.get("description").to_owned(),
        ..was.clone()
    }
}

/// The convention that the form tells of; none where it tells of none.
#[must_use]
pub fn convention(words: &Words, form: &Form, typed: &mut Typed) -> Option<Convention> {
    let told = ["object", "amount", "signed_on", "convention_ends", "ctes"].iter().any(|name| !form.get(name).is_empty());
    let told = told || form.get("tacit") == "yes";
    let amount = form.get("amount");
    let forecast_cents = written::read_amount(amount);
    if !amount.is_empty() && forecast_cents.is_none() {
        typed.wrong("amount", words.say("problem-amount"));
    }
    let (signed_on, ends_on) = (day(words, form, typed, "signed_on"), day(words, form, typed, "convention_ends"));
    told.then(|| Convention {
        object: form.get("object").to_owned(),
        forecast_cents,
        signed_on,
        ends_on,
        tacit_renewal: form.get("tacit") == "yes",
        ctes_reference: form.get("ctes").to_owned(),
    })
}

/// A day that was typed; nothing, and a problem, where it is none.
pub fn day(words: &Words, form: &Form, typed: &mut Typed, name: &str) -> String {
    written::read_day(form.get(name)).unwrap_or_else(|| {
        typed.wrong(name, words.say("problem-day"));
        String::new()
    })
}

/// Adds what every partnership has.
#[must_use]
pub fn fields(form: FormView, person: &SignedIn) -> FormView {
    let words = person.words();
    form.field(person, "twinning", Kind::Radios, |field| yes_or_no(field, words))
        .field(person, "start_year", Kind::Text, |field| {
            field.hint(words.say("start-year-hint"));
            field.longest = 10;
        })
        .field(person, "standing", Kind::Radios, |field| {
            let all = STANDINGS.iter().filter_map(|(name, status)| Some((*name, say::standing_key(*status)?)));
            field.choose(all.map(|(name, key)| ((*name).to_owned(), words.say(key), String::new())));
        })
        .field(person, "standing_since", Kind::Text, |field| optional(field, words.say("standing-since-hint"), 10))
        .field(person, "oudin_santini", Kind::Radios, |field| {
            yes_or_no(field, words);
            field.optional();
        })
        .field(person, "description", Kind::Area, |field| optional(field, words.say("description-hint"), 5000))
}

/// Adds what a convention has.
#[must_use]
pub fn convention_fields(form: FormView, person: &SignedIn) -> FormView {
    let words = person.words();
    form.field(person, "object", Kind::Area, |field| optional(field, words.say("convention-object-hint"), 500))
        .field(person, "amount", Kind::Text, |field| optional(field, words.say("convention-amount-hint"), 20))
        .field(person, "signed_on", Kind::Text, |field| optional(field, words.say("day-hint"), 10))
        .field(person, "convention_ends", Kind::Text, |field| optional(field, words.say("day-hint"), 10))
        .field(person, "tacit", Kind::Radios, |field| {
            yes_or_no(field, words);
            field.optional();
        })
        .field(person, "ctes", Kind::Text, |field| optional(field, words.say("convention-ctes-hint"), 100))
}

/// Adds the choice of what a new partnership is.
#[must_use]
pub fn framework_field(form: FormView, person: &SignedIn) -> FormView {
    let words = person.words();
    let all = [("convention", Framework::Convention, "framework-convention-about"), ("none", Framework::None, "framework-none-about")];
    form.field(person, "framework", Kind::Radios, |field| {
        field.choose(all.map(|(name, it, about)| (name.to_owned(), words.say(say::framework_key(it)), words.say(about))));
    })
}

/// What a form says it is.
#[must_use]
pub fn framework(form: &Form) -> Framework {
    match form.get("framework") {
        "convention" => Framework::Convention,
        "none" => Framework::None,
        _ => Framework::Unspecified,
    }
}

fn yes_or_no(field: &mut Field, words: &Words) {
    field.choose(["yes", "no"].map(|it| (it.to_owned(), words.say(it), String::new())));
}

/// A field that may be left empty.
pub fn optional(field: &mut Field, hint: String, longest: usize) {
    field.hint(hint);
    field.longest = longest;
    field.optional();
}
