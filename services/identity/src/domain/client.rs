use std::str::FromStr;

use chrono::{DateTime, Utc};
use kernel::{ClientId, Right, RightKind, Role, Version};
use runtime::PublicKey;

/// At most so many keys of a client live at once: the present one, and the next.
const LIVE_KEYS: usize = 2;

/// A system that may ask for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its name.
    pub id: ClientId,
    /// Who answers for it.
    pub description: Description,
    /// What it may ask for; never empty.
    pub rights: Vec<Right>,
    /// Services its tokens may be for; never empty.
    pub audiences: Vec<String>,
    /// Tokens of an earlier generation are void.
    pub generation: i64,
    /// Counts its changes.
    pub version: Version,
    /// Its keys, in the order they were added.
    pub keys: Vec<ClientKey>,
    /// When it was shut out.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// A public key of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKey {
    /// The key.
    pub public: PublicKey,
    /// Since when.
    pub added_at: DateTime<Utc>,
    /// Until when.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Who answers for a client: at most 200 characters, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description(String);

/// The text cannot be a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected at most 200 characters, on one line")]
pub struct InvalidDescription;

impl FromStr for Description {
    type Err = InvalidDescription;

    fn from_str(text: &str) -> Result<Self, InvalidDescription> {
        let valid = text.chars().count() <= 200 && !text.chars().any(char::is_control);
        if valid { Ok(Self(text.trim().to_owned())) } else { Err(InvalidDescription) }
    }
}

impl Description {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which rule a change of a client breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Two keys live already.
    #[error("two keys live already: retire one first")]
    TooManyKeys,
    /// No such key lives.
    #[error("the client has no such live key")]
    KeyNotFound,
    /// It is the only one.
    #[error("it is the last key: disable the client instead")]
    LastKey,
    /// It was shut out before.
    #[error("the client is disabled")]
    Disabled,
    /// The caller does not go as far as the client's rights.
    #[error("the client holds, or would hold, a right that only an operator may give")]
    RightAboveCaller,
    /// The caller may look, not change.
    #[error("your role may read this and not change it")]
    RoleTooLow,
}

impl Client {
    /// The keys that prove it now.
    pub fn live_keys(&self) -> impl Iterator<Item = &ClientKey> {
        self.keys.iter().filter(|key| key.retired_at.is_none())
    }

    /// Adds a key; one that lives already changes nothing.
    ///
    /// # Errors
    /// [`Refusal::TooManyKeys`], [`Refusal::Disabled`].
    pub fn may_add(&self, key: &PublicKey) -> Result<(), Refusal> {
        if self.disabled_at.is_some() {
            return Err(Refusal::Disabled);
        }
        let others = self.live_keys().filter(|known| known.public != *key).count();
        if others < LIVE_KEYS { Ok(()) } else { Err(Refusal::TooManyKeys) }
    }

    /// Retires a key.
    ///
    /// # Errors
    /// [`Refusal::KeyNotFound`], [`Refusal::LastKey`].
    pub fn may_retire(&self, kid: &str) -> Result<(), Refusal> {
        if !self.live_keys().any(|key| key.public.kid() == kid) {
            return Err(Refusal::KeyNotFound);
        }
        if self.live_keys().count() > 1 { Ok(()) } else { Err(Refusal::LastKey) }
    }

    /// Shuts it out.
    ///
    /// # Errors
    /// [`Refusal::Disabled`] when it was before.
    pub const fn may_disable(&self) -> Result<(), Refusal> {
        if self.disabled_at.is_none() { Ok(()) } else { Err(Refusal::Disabled) }
    }

    /// The right for a token: the one asked for, or the only one it has.
    #[must_use]
    pub fn right(&self, scope: &str) -> Option<&Right> {
        match (scope, self.rights.as_slice()) {
            ("", [only]) => Some(only),
            ("", _) => None,
            (scope, rights) => rights.iter().find(|right| right.to_string() == scope),
        }
    }

    /// The audiences for a token: those asked for, or all it has.
    #[must_use]
    pub fn audiences(&self, asked: &[String]) -> Option<Vec<String>> {
        let asked = if asked.is_empty() { &self.audiences } else { asked };
        asked.iter().all(|audience| self.audiences.contains(audience)).then(|| asked.to_vec())
    }
}

/// Whether `holder` may decide about a client with these rights.
///
/// The ministry registers systems of the State. Who runs the installation, and its processes, are an operator's: else
/// whoever may add a key to an operator's client would be an operator.
///
/// # Errors
/// [`Refusal::RoleTooLow`], [`Refusal::RightAboveCaller`].
pub fn may_manage(holder: &Right, rights: &[Right]) -> Result<(), Refusal> {
    if holder.role < Role::Admin {
        return Err(Refusal::RoleTooLow);
    }
    let of_operators = rights.iter().any(|right| matches!(right.kind, RightKind::Operator | RightKind::Service));
    if of_operators && holder.kind != RightKind::Operator { Err(Refusal::RightAboveCaller) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(text: &str) -> Right {
        text.parse().unwrap()
    }

    #[test]
    fn only_an_operator_decides_about_operators_and_processes() {
        assert_eq!(may_manage(&right("national:*:admin"), &[right("region:53:reader")]), Ok(()));
        for above in ["operator:*:reader", "service:directory:reader"] {
            let both = [right("region:53:reader"), right(above)];
            assert_eq!(may_manage(&right("national:*:admin"), &both), Err(Refusal::RightAboveCaller));
            assert_eq!(may_manage(&right("operator:*:admin"), &both), Ok(()));
        }
        assert_eq!(may_manage(&right("operator:*:editor"), &[right("region:53:reader")]), Err(Refusal::RoleTooLow));
    }
}
