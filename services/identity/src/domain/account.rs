use chrono::{DateTime, Utc};
use kernel::Version;

use super::{
    AccountId,
    person::{Email, Function, Locale, PersonName},
};

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Names it for ever.
    pub id: AccountId,
    /// What it signs in with.
    pub email: Email,
    /// Who it is.
    pub person: Person,
    /// Its password, hashed (a PHC string).
    pub password: String,
    /// Tokens of an earlier generation are void.
    pub generation: i64,
    /// Counts its changes.
    pub version: Version,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// When it was shut out.
    pub disabled_at: Option<DateTime<Utc>>,
    /// An authenticator is in force.
    pub authenticator: bool,
    /// It has a passkey.
    pub passkey: bool,
}

impl Account {
    /// Whether a second step is asked for when it signs in by its password.
    #[must_use]
    pub const fn second_factor(&self) -> bool {
        self.authenticator || self.passkey
    }
}

/// What a person says about themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// What they do.
    pub function: Function,
    /// The language they read.
    pub locale: Locale,
}

impl Person {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name.as_str(), self.last_name.as_str())
    }
}
