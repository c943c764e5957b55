//! Codes of an authenticator (RFC 6238: SHA-1, six digits, thirty seconds), and codes for who has lost it.

use chrono::{DateTime, Utc};
use runtime::Secret;
use sha2::{Digest as _, Sha256};
use totp_rs::{Builder, Totp, TotpError};

/// Bytes of a secret: 160 bits (RFC 4226 §4).
pub const SECRET: usize = 20;
/// How many recovery codes there are.
pub const CODES: usize = 10;
/// Who an authenticator shows the account under.
const ISSUER: &str = "Atlas";
/// Letters and digits that are not taken for each other (Crockford's base 32): five bits each.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An authenticator.
#[derive(Debug, Clone)]
pub struct Authenticator(Totp);

impl Authenticator {
    /// The authenticator of a secret and the account it is for.
    ///
    /// # Errors
    /// The secret is too short.
    pub fn new(secret: &[u8], email: &str) -> Result<Self, TotpError> {
        // A colon would end the name of the account.
        let name = email.replace(':', " ");
        Builder::new().with_secret(secret.to_vec()).with_account_name(name).with_issuer(Some(ISSUER)).build().map(Self)
    }

    /// The step whose code this is: the present one, or one beside it, for clocks that differ.
    #[must_use]
    pub fn step(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let step = self.0.check(code, u64::try_from(now.timestamp()).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The secret, for who types it.
    #[must_use]
    pub fn typed(&self) -> Secret {
        Secret::new(self.0.secret().to_base32())
    }

    /// The address for who scans it.
    ///
    /// # Errors
    /// The name of the account cannot be written.
    pub fn scanned(&self) -> Result<Secret, TotpError> {
        self.0.to_url().map(Secret::new)
    }
}

/// A recovery code: 80 bits, in four groups.
#[must_use]
pub fn recovery_code() -> Secret {
    let bytes: [u8; 16] = runtime::random();
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    Secret::new(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// What is kept of a recovery code, however it is typed; none when it is not of their form.
#[must_use]
pub fn recovery_hash(typed: &str) -> Option<[u8; 32]> {
    let plain: String = typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let plain = plain.replace('o', "0").replace(['i', 'l'], "1");
    (plain.len() == 16).then(|| Sha256::digest(plain.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, cut to six digits.
        let authenticator = Authenticator::new(b"12345678901234567890", "anne@example.org").unwrap();
        for (seconds, code, step) in [(59, "287082", 1), (1_111_111_109, "081804", 37_037_036), (2_000_000_000, "279037", 66_666_666)] {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(authenticator.step(code, at), Some(step));
            assert_eq!(authenticator.step("000000", at), None);
        }
        assert!(authenticator.scanned().unwrap().reveal().starts_with("otpauth://totp/Atlas:anne%40example.org?"));
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let code = recovery_code();
        let code = code.reveal();
        assert_eq!(code.len(), 19);
        let typed = [code.to_uppercase(), code.replace('-', " "), format!(" {} ", code.replace('0', "O").replace('1', "l"))];
        assert!(typed.iter().all(|typed| recovery_hash(typed) == recovery_hash(code)));
        assert_eq!(recovery_hash("abcd"), None);
    }
}
