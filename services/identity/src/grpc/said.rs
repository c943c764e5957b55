//! What people and their pages say, read field by field.

use std::{fmt::Display, str::FromStr};

use chrono::NaiveDate;
use kernel::{Fields, Violations};

use crate::domain::person::Words;

/// Reads one id.
pub fn id<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Violations> {
    let mut fields = Fields::default();
    let id = fields.parse(field, text);
    fields.finish(id)
}

/// Reads one line that says something; it may be left out where it is not required.
pub fn line<const MAX: usize>(fields: &mut Fields, field: &str, text: &str, required: bool) -> Option<String> {
    if !required && text.trim().is_empty() {
        return Some(String::new());
    }
    fields.parse::<Words<MAX>>(field, text).map(|words| words.as_str().to_owned())
}

/// Reads several lines of text.
pub fn prose(fields: &mut Fields, field: &str, text: &str, most: usize, required: bool) -> Option<String> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    fields.check(field, !required || !text.is_empty(), "REQUIRED: expected some text");
    fields.check(field, text.chars().count() <= most, &format!("TOO_LONG: expected at most {most} characters"));
    fields.check(
        field,
        !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'),
        "NOT_TEXT: expected text without control characters",
    );
    Some(text)
}

/// Reads a day that may be left out; the outer option says whether it could be read.
pub fn day(fields: &mut Fields, field: &str, text: &str) -> Option<Option<NaiveDate>> {
    if text.is_empty() {
        return Some(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    fields.check(field, day.is_some(), "INVALID: expected a day, as 2027-05-31");
    day.map(Some)
}
