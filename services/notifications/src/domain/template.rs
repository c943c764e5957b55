use std::str::FromStr;

use super::Lane;

/// A mail of the catalogue; its words are in `locales/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its key, in intents and in the catalogues.
    pub key: &'static str,
    /// How urgent it is.
    pub lane: Lane,
    /// Whether it has a code to copy.
    pub code: Part,
    /// Whether it has a link to follow.
    pub link: Part,
    /// Words that the act must give.
    pub words: &'static [&'static str],
    /// Points in time that the act must give.
    pub times: &'static [&'static str],
}

/// Whether a mail has a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is nothing without it.
    Always,
    /// As the act wants.
    Maybe,
    /// It has none, whatever the act gives.
    Never,
}

/// There is no mail of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue has no mail {0:?}")]
pub struct UnknownTemplate(String);

use Lane::{Ordinary, Security};
use Part::{Always, Maybe, Never};

const fn mail(
    key: &'static str,
    lane: Lane,
    (code, link): (Part, Part),
    words: &'static [&'static str],
    times: &'static [&'static str],
) -> Template {
    Template { key, lane, code, link, words, times }
}

/// Every mail there is.
const ALL: [Template; 24] = [
    mail("sign-up-code", Security, (Maybe, Always), &[], &["sent"]),
    mail("sign-up-existing", Security, (Never, Maybe), &[], &["sent"]),
    mail("recovery", Security, (Maybe, Always), &[], &["sent"]),
    mail("recovery-by-helper", Security, (Maybe, Always), &[], &["sent"]),
    mail("password-changed", Security, (Never, Maybe), &[], &["sent"]),
    mail("email-change-confirm", Security, (Maybe, Always), &[], &["sent"]),
    mail("email-change-notice", Security, (Never, Maybe), &["email"], &["sent"]),
    mail("email-changed-undo", Security, (Never, Always), &["email"], &["sent", "expires"]),
    mail("email-change-existing", Security, (Never, Maybe), &[], &["sent"]),
    mail("second-factor-changed", Security, (Never, Maybe), &[], &["sent"]),
    mail("new-device-sign-in", Security, (Never, Maybe), &[], &["sent"]),
    mail("account-disabled", Security, (Never, Never), &[], &["sent"]),
    mail("membership-official-code", Security, (Always, Never), &["collectivite", "person"], &["sent", "expires"]),
    mail("take-over-notice", Security, (Never, Maybe), &["collectivite", "person"], &["sent"]),
    mail("membership-requested", Ordinary, (Never, Maybe), &["collectivite", "person"], &["sent"]),
    mail("membership-accepted", Ordinary, (Never, Maybe), &["collectivite", "role"], &["sent"]),
    mail("membership-refused", Ordinary, (Never, Maybe), &["collectivite"], &["sent"]),
    mail("membership-escalated", Ordinary, (Never, Maybe), &["collectivite"], &["sent"]),
    mail("membership-ended", Ordinary, (Never, Maybe), &["collectivite"], &["sent"]),
    mail("invitation", Ordinary, (Never, Always), &["collectivite", "person", "role"], &["sent", "expires"]),
    mail("invitation-accepted", Ordinary, (Never, Maybe), &["collectivite", "person"], &["sent"]),
    mail("joined-by-code", Ordinary, (Never, Maybe), &["collectivite", "person"], &["sent"]),
    mail("missing-receipt", Ordinary, (Never, Maybe), &["collectivite", "receipt"], &["sent"]),
    mail("missing-answer", Ordinary, (Never, Maybe), &["collectivite", "answer"], &["sent"]),
];

impl Template {
    /// The whole catalogue.
    pub const ALL: &'static [Self] = &ALL;
}

impl FromStr for Template {
    type Err = UnknownTemplate;

    fn from_str(key: &str) -> Result<Self, UnknownTemplate> {
        ALL.into_iter().find(|template| template.key == key).ok_or_else(|| UnknownTemplate(key.chars().take(60).collect()))
    }
}
