/// What every field of every form is called: its name, and the words above it.
const LABELS: [(&str, &str); 33] = [
    ("collectivite", "field-collectivite"),
    ("collectivite_id", "field-collectivite-chosen"),
    ("first_name", "field-first-name"),
    ("last_name", "field-last-name"),
    ("function", "field-function"),
    ("email", "field-email"),
    ("password", "field-password"),
    ("current_password", "field-current-password"),
    ("new_password", "field-new-password"),
    ("code", "field-code"),
    ("locale", "field-locale"),
    ("passkey_name", "field-passkey-name"),
    ("message", "field-message"),
    ("delegate_of", "field-delegate-of"),
    ("replaces", "field-replaces"),
    ("role", "field-role"),
    ("from_day", "field-from-day"),
    ("until_day", "field-until-day"),
    ("reason", "field-reason"),
    ("name", "field-name"),
    ("place", "field-place"),
    ("answer", "field-answer"),
    ("query", "field-query"),
    ("actor", "field-actor"),
    ("action", "field-action"),
    ("subject", "field-subject"),
    ("scope", "field-scope"),
    ("since", "field-since"),
    ("until", "field-until"),
    ("state", "field-state"),
    ("recipient", "field-recipient"),
    ("collectivites", "field-collectivites"),
    ("office", "field-office"),
];

/// The key of the words above a field; none for one that nobody sees.
#[must_use]
pub fn label(name: &str) -> Option<&'static str> {
    LABELS.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
}

/// Whether what is typed there is neither kept nor given back.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    matches!(name, "password" | "current_password" | "new_password" | "code" | "credential")
}
