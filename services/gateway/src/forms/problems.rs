use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::i18n::Words;

/// A problem of a field, as a service names it: field and reason.
type Named = (String, String);

/// The problems by field that a status carries; none where it is another kind of refusal.
#[must_use]
pub fn of_status(status: &Status) -> Option<Vec<Named>> {
    let all = paths(status)?.into_iter();
    Some(all.map(|(path, reason)| (path.rsplit('.').next().unwrap_or_default().to_owned(), reason)).collect())
}

/// The same with the whole path of each field.
#[must_use]
pub fn paths(status: &Status) -> Option<Vec<Named>> {
    if status.code() != Code::InvalidArgument {
        return None;
    }
    let violations = status.get_details_bad_request()?.field_violations;
    let named = |field: &str, description: &str| {
        let reason = description.split(':').next().unwrap_or_default().trim();
        (field.to_owned(), reason.to_owned())
    };
    let all: Vec<_> = violations.iter().map(|violation| named(&violation.field, &violation.description)).collect();
    (!all.is_empty()).then_some(all)
}

/// What a reader is told about a field with this problem.
#[must_use]
pub fn say(words: &Words, field: &str, reason: &str) -> String {
    words.say(match (field, reason) {
        ("email", _) => "problem-email",
        ("code", "NO_TRIES_LEFT") => "problem-code-no-tries",
        ("code", _) => "problem-code",
        ("credential", "KNOWN") => "passkey-known",
        ("credential", _) => "problem-passkey",
        ("current_password", _) => "problem-current-password",
        ("collectivite_id", "ENDED") => "problem-collectivite-ended",
        ("collectivite_id" | "collectivite_ids", _) => "problem-collectivite",
        ("website", _) => "problem-website",
        ("telephone", _) => "problem-telephone",
        (_, "REQUIRED") => "problem-required",
        ("password" | "new_password", "TOO_SHORT") => "problem-password-short",
        ("password" | "new_password", "TOO_LONG") => "problem-password-long",
        ("password" | "new_password", "TOO_WEAK") => "problem-password-weak",
        ("password" | "new_password", "COMMON") => "problem-password-common",
        ("password" | "new_password", "CONTAINS_CONTEXT") => "problem-password-context",
        (_, "TOO_LONG") => "problem-too-long",
        (_, "NOT_TEXT") => "problem-not-text",
        ("from_day" | "until_day", _) => "problem-until-day",
        ("role" | "right", _) => "problem-role",
        _ => "problem-other",
    })
}
