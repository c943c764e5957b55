use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use runtime::Secret;
use sha2::{Digest as _, Sha256};

/// What is kept of a secret that a browser holds: who reads it cannot pass for the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

/// A secret that was just drawn: 256 bits in base64url.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// For the browser alone.
    pub text: Secret,
    /// For the database.
    pub hash: SecretHash,
}

impl Fresh {
    /// Draws a secret.
    #[must_use]
    pub fn drawn() -> Self {
        let bytes: [u8; 32] = runtime::random();
        Self { text: Secret::new(URL_SAFE_NO_PAD.encode(bytes)), hash: SecretHash(Sha256::digest(bytes).into()) }
    }
}

impl SecretHash {
    /// The hash of a secret as a browser sends it; none when it is not of their form, so that only the exact text counts.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 32)?;
        Some(Self(Sha256::digest(bytes).into()))
    }

    /// A hash that was made elsewhere.
    #[must_use]
    pub const fn made(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// As the database has it.
    #[must_use]
    pub const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_text_of_a_secret_counts() {
        let secret = Fresh::drawn();
        let text = secret.text.reveal();
        assert_eq!(SecretHash::of(text), Some(secret.hash));
        for bad in ["", &text[1..], &format!("{text}="), &format!(" {text}"), &format!("{text}A"), "null", "true"] {
            assert_ne!(SecretHash::of(bad), Some(secret.hash), "{bad}");
        }
    }
}
