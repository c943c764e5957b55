/// What every field of every form is called: its name, and the words above it.
const LABELS: [(&str, &str); 70] = [
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
    ("country", "fact-country"),
    ("partner", "field-partner-name"),
    ("partner_name", "field-partner-name"),
    ("partner_place", "field-partner-place"),
    ("level", "field-level"),
    ("division", "fact-division"),
    ("framework", "field-framework"),
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
    ("title", "field-title"),
    ("context", "project-context"),
    ("story", "project-history"),
    ("partnerships", "field-partnerships"),
    ("progress", "field-progress"),
    ("starts_on", "project-starts"),
    ("ends_on", "project-ends"),
    ("sdgs", "project-goals"),
    ("budget", "project-budget"),
    ("operators", "project-operators"),
    ("links", "project-links"),
    ("website", "field-website"),
    ("telephone", "field-telephone"),
    ("service", "field-service"),
    ("kind", "field-kind"),
    ("visibility", "field-visibility"),
    ("members", "field-members"),
    ("uses", "field-uses"),
];
/// Fields that hold one of our words for an answer, and not a text that somebody wrote.
const CODED: [&str; 14] = [
    "country",
    "level",
    "framework",
    "twinning",
    "standing",
    "oudin_santini",
    "tacit",
    "partnerships",
    "progress",
    "sdgs",
    "kind",
    "visibility",
    "members",
    "uses",
];

/// The key of the words above a field; none for one that nobody sees.
#[must_use]
pub fn label(name: &str) -> Option<&'static str> {
    LABELS.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
}

/// Whether it holds a word of ours for an answer, which means nothing to who chose it.
#[must_use]
pub fn is_coded(name: &str) -> bool {
    CODED.contains(&name)
}

/// Whether what is typed there is neither kept nor given back.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    matches!(name, "password" | "current_password" | "new_password" | "code" | "credential")
}
