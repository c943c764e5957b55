use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{AccountId, FlowId, person::Locale};

/// What the link or code of a mail proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The address of a sign-up; its subject is the flow.
    SignUp,
    /// The address of an account whose password is forgotten; its subject is the account.
    Recovery,
    /// A new address; its subject is the flow.
    EmailChange,
    /// That a change of address was not wanted; its subject is the account.
    EmailUndo,
    /// That somebody was invited; its subject is the invitation.
    Invitation,
    /// That somebody reads the mail of a collectivité's official address.
    OfficialCode,
}

const PURPOSES: [(Purpose, &str); 6] = [
    (Purpose::SignUp, "sign-up"),
    (Purpose::Recovery, "recovery"),
    (Purpose::EmailChange, "email-change"),
    (Purpose::EmailUndo, "email-undo"),
    (Purpose::Invitation, "invitation"),
    (Purpose::OfficialCode, "official-code"),
];

impl Purpose {
    /// As the database has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        PURPOSES.iter().find(|(purpose, _)| *purpose == self).map_or("", |(_, word)| word)
    }

    /// From the database.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        PURPOSES.iter().find(|(_, known)| *known == word).map(|(purpose, _)| *purpose)
    }

    /// The path of its link, before the link itself; none where it has only a code.
    #[must_use]
    pub const fn path(self) -> Option<&'static str> {
        match self {
            Self::SignUp | Self::Recovery | Self::EmailChange | Self::EmailUndo => Some("/compte/lien/"),
            Self::Invitation => Some("/invitations/"),
            Self::OfficialCode => None,
        }
    }

    /// Whether its code is a long one: good for days, and for many who might guess.
    #[must_use]
    pub const fn has_long_code(self) -> bool {
        matches!(self, Self::OfficialCode)
    }

    /// Whether it has six digits: to be typed in the browser that asked, so not where the link alone is good.
    #[must_use]
    pub const fn has_code(self, for_a_flow: bool) -> bool {
        match self {
            Self::SignUp | Self::Recovery | Self::EmailChange => for_a_flow,
            Self::OfficialCode | Self::EmailUndo | Self::Invitation => false,
        }
    }
}

/// How long link and code of a mail are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// From when the next server took it over.
    pub valid_for: TimeDelta,
    /// From when it was asked for, whatever happened; it is not sent after that either.
    pub at_most: TimeDelta,
}

impl Validity {
    /// An hour to act, at most a day after it was asked for.
    pub const HOUR: Self = Self { valid_for: TimeDelta::minutes(60), at_most: TimeDelta::hours(24) };
    /// Three days to undo a change.
    pub const UNDO: Self = Self { valid_for: TimeDelta::hours(72), at_most: TimeDelta::hours(96) };
    /// A week to read a mailbox that many look into and nobody waits at.
    pub const OFFICIAL: Self = Self { valid_for: TimeDelta::days(7), at_most: TimeDelta::days(7) };
    /// A week to accept an invitation.
    pub const INVITATION: Self = Self { valid_for: TimeDelta::days(7), at_most: TimeDelta::days(7) };
    /// What only tells is still worth telling for so long.
    pub const NOTICE: Self = Self { valid_for: TimeDelta::hours(72), at_most: TimeDelta::hours(72) };
}

/// Who gets a mail: a reference, resolved by its owner just before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// The address of an account.
    Account(AccountId),
    /// The address of a flow, which has no account yet.
    Flow(FlowId),
    /// One that another part or service knows: `directory:official:215600503`.
    Other(String),
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Account(id) => write!(f, "identity:account:{id}"),
            Self::Flow(id) => write!(f, "identity:flow:{id}"),
            Self::Other(reference) => f.write_str(reference),
        }
    }
}

/// A mail that is to be sent.
#[derive(Debug, Clone)]
pub struct Mail {
    /// A key of the catalogue of notifications.
    pub template: &'static str,
    /// Who gets it.
    pub recipient: Recipient,
    /// What its link or code proves, about what; none for a mail that only tells.
    pub proves: Option<(Purpose, Uuid)>,
    /// Whose account it is about; it goes with it.
    pub account: Option<AccountId>,
    /// Which flow asked for it; it goes with it.
    pub flow: Option<FlowId>,
    /// The collectivité it is about; empty for none.
    pub collectivite_id: String,
    /// Where it leads when it proves nothing: the path of a page, which asks who comes; empty for nowhere.
    pub path: String,
    /// What the template's words leave open, by name.
    pub words: BTreeMap<String, String>,
    /// Points in time that the template names.
    pub times: BTreeMap<String, DateTime<Utc>>,
    /// The language of the act.
    pub locale: Locale,
    /// How long it is good.
    pub validity: Validity,
}

impl Mail {
    /// A mail that only tells, without words.
    #[must_use]
    pub fn notice(template: &'static str, recipient: Recipient, locale: Locale) -> Self {
        Self {
            template,
            recipient,
            proves: None,
            account: None,
            flow: None,
            collectivite_id: String::new(),
            path: String::new(),
            words: BTreeMap::new(),
            times: BTreeMap::new(),
            locale,
            validity: Validity::NOTICE,
        }
    }

    /// The same with a word; an empty one is left out.
    #[must_use]
    pub fn word(mut self, name: &str, word: &str) -> Self {
        if !word.is_empty() {
            self.words.insert(name.to_owned(), word.to_owned());
        }
        self
    }

    /// The same with a page to go to.
    #[must_use]
    pub fn leading_to(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// The same with a link or code that proves something for so long.
    #[must_use]
    pub fn proving(self, purpose: Purpose, subject: Uuid, validity: Validity) -> Self {
        Self { proves: Some((purpose, subject)), validity, ..self }
    }
}
