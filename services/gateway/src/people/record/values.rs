//! What stands in the fields of a form: as it is on record, and as it was sent.

use crate::{
    error::PageError,
    forms::{Form, FormView, Typed},
    people::Halt,
};

/// The fields of a form about something on record: what each is sent as, and the words above it.
pub type Fields = &'static [(&'static str, &'static str)];
/// What stands in them.
pub type Values = Vec<(&'static str, String)>;

/// Before a name: what the field was filled with when the page was shown.
pub const BASE: &str = "base_";
/// Before a name: whose text is kept, once two have written.
pub const KEEP: &str = "keep_";
/// Says that what is on record stays as it is.
pub const THEIRS: &str = "theirs";
/// Says that what was typed here is kept.
pub const MINE: &str = "mine";

/// Reads a form with these fields: several ticks as one value, nothing where nothing was ticked, and of each field the text
/// that was chosen where two had written.
///
/// # Errors
/// [`PageError::BadRequest`] for a form with other fields.
pub fn sent(form: Form, fields: Fields, others: &[&str]) -> Result<Form, Halt> {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let mut form = form.joined(&names);
    let beside = |prefix: &str| names.iter().map(|name| format!("{prefix}{name}")).collect::<Vec<_>>();
    let (bases, keeps) = (beside(BASE), beside(KEEP));
    let known = names.iter().copied().chain(bases.iter().chain(&keeps).map(String::as_str)).chain(others.iter().copied());
    form.only(&known.collect::<Vec<_>>())?;
    for ((name, base), keep) in names.iter().zip(&bases).zip(&keeps) {
        let value = if form.get(keep) == THEIRS { form.get(base) } else { form.get(name) }.to_owned();
        form = form.with(name, &value);
    }
    Ok(form)
}

/// Refuses a form whose button is none of these.
///
/// # Errors
/// [`PageError::BadRequest`].
pub fn act<'f>(form: &'f Form, known: &[&str]) -> Result<&'f str, Halt> {
    let act = form.act();
    if known.contains(&act) { Ok(act) } else { Err(PageError::BadRequest.into()) }
}

/// Carries what the fields are filled with, so that it is known later what they were before.
#[must_use]
pub fn based(mut form: FormView, typed: &Typed, values: &Values) -> FormView {
    for (name, value) in values {
        let base = format!("{BASE}{name}");
        let before = if typed.has(&base) { typed.value(&base).to_owned() } else { value.clone() };
        form.unseen(&base, before);
    }
    form
}

/// What was typed, and what is on record where nothing was: what was unticked stays so.
#[must_use]
pub fn filled(typed: &Typed, values: &Values) -> Typed {
    if values.iter().any(|(name, _)| typed.has(name)) {
        return typed.clone();
    }
    let known: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    typed.clone().or(&known)
}
