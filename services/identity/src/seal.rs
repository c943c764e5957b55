//! The key-encryption key: what the database keeps of signing keys is worth nothing without it.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest as _, Sha256};

const NONCE: usize = 24;

/// Seals and opens small secrets (XChaCha20-Poly1305).
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
    /// For links and codes of mails: a key of its own, derived from the same secret.
    mac: Hmac<Sha256>,
    print: String,
}

/// The seal in use, and the one before it while keys are being sealed anew.
#[derive(Debug, Clone)]
pub struct Seals {
    /// Seals, and opens.
    pub present: Seal,
    /// Only opens.
    pub older: Option<Seal>,
}

/// The text is no key-encryption key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 bytes in base64 (openssl rand -base64 32)")]
pub struct InvalidSeal;

/// What was sealed cannot be opened: with another key, for another name, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot open what was sealed with {0}: is it the right key-encryption key?")]
pub struct Broken(pub String);

impl Seal {
    /// Names the key without telling it.
    #[must_use]
    pub fn print(&self) -> &str {
        &self.print
    }

    /// Seals a secret so that it can only be opened under the same name.
    ///
    /// # Errors
    /// The secret is too long for the cipher.
    pub fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, Broken> {
        let nonce: [u8; NONCE] = runtime::random();
        let payload = Payload { msg: secret, aad: name.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Broken(self.print.clone()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What links and codes of mails are made with.
    #[must_use]
    pub fn mac(&self) -> Hmac<Sha256> {
        self.mac.clone()
    }

    fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        self.cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: name.as_bytes() }).ok()
    }
}

impl Seals {
    /// Opens what one of the two sealed.
    ///
    /// # Errors
    /// [`Broken`] when neither did.
    pub fn open(&self, name: &str, sealed: &[u8], by: &str) -> Result<Vec<u8>, Broken> {
        let seals = [Some(&self.present), self.older.as_ref()];
        seals.into_iter().flatten().find_map(|seal| seal.open(name, sealed)).ok_or_else(|| Broken(by.to_owned()))
    }
}

impl FromStr for Seal {
    type Err = InvalidSeal;

    fn from_str(text: &str) -> Result<Self, InvalidSeal> {
        let key = STANDARD.decode(text.trim()).map_err(|_| InvalidSeal)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&key).map_err(|_| InvalidSeal)?;
        let mut derived = [0; 32];
        Hkdf::<Sha256>::new(None, &key).expand(b"atlas links and codes", &mut derived).map_err(|_| InvalidSeal)?;
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(&derived).map_err(|_| InvalidSeal)?;
        let print = Sha256::digest([b"atlas key-encryption key ".as_slice(), &key].concat());
        Ok(Self { cipher, mac, print: STANDARD.encode(&print[..9]) })
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({})", self.print)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(byte: u8) -> Seal {
        STANDARD.encode([byte; 32]).parse().unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_under_the_same_name() {
        let sealed = seal(1).seal("a", b"secret").unwrap();
        let both = Seals { present: seal(2), older: Some(seal(1)) };

        assert_eq!(both.open("a", &sealed, "").unwrap(), b"secret");
        assert!(both.open("b", &sealed, "").is_err());
        assert!(Seals { present: seal(2), older: None }.open("a", &sealed, "").is_err());
        assert!(both.open("a", &sealed[..20], "").is_err());
    }

    #[test]
    fn a_seal_says_nothing_of_its_key() {
        assert!(!format!("{:?}", seal(1)).contains(&STANDARD.encode([1; 32])));
        assert!("c2hvcnQ=".parse::<Seal>().is_err());
    }
}
