use std::fmt::Write as _;

use super::{Keys, MessageId};

const PURPOSE: &str = "return-path";
/// How much of the signature goes into the address: 64 bits, and the whole stays under the 64 characters of a local part.
const SIGNED: usize = 8;

/// Where a mail comes back to when it cannot be delivered: `bounce+<mail>.<times resent>.<signature>`, at our return domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnPath {
    /// The mail.
    pub message: MessageId,
    /// How often it had been sent again.
    pub resent: i32,
}

/// The text is no return path of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a signed return address of this installation")]
pub struct InvalidReturnPath;

impl ReturnPath {
    /// The local part of the address.
    #[must_use]
    pub fn sign(self, keys: &Keys) -> String {
        let named = self.named();
        let mut text = format!("bounce+{named}.");
        for byte in keys.hash(PURPOSE, &named).iter().take(SIGNED) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Reads an address that a report came back to.
    ///
    /// # Errors
    /// [`InvalidReturnPath`] when it is none, or is not signed by us.
    pub fn read(address: &str, domain: &str, keys: &Keys) -> Result<Self, InvalidReturnPath> {
        let address = address.trim().trim_matches(['<', '>']).to_ascii_lowercase();
        let (local, at) = address.rsplit_once('@').ok_or(InvalidReturnPath)?;
        let (named, signature) = local.strip_prefix("bounce+").and_then(|rest| rest.rsplit_once('.')).ok_or(InvalidReturnPath)?;
        let (message, resent) = named.split_once('.').ok_or(InvalidReturnPath)?;
        let path =
            Self { message: message.parse().map_err(|_| InvalidReturnPath)?, resent: resent.parse().map_err(|_| InvalidReturnPath)? };
        let signature = bytes(signature).filter(|bytes| bytes.len() == SIGNED).ok_or(InvalidReturnPath)?;
        let ours = at.eq_ignore_ascii_case(domain) && path.named() == named && keys.begins(PURPOSE, named, &signature);
        if ours { Ok(path) } else { Err(InvalidReturnPath) }
    }

    fn named(self) -> String {
        format!("{}.{}", self.message.0.simple(), self.resent)
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(letter: &str) -> Keys {
        format!("{}=", letter.repeat(43)).parse().unwrap()
    }

    #[test]
    fn a_return_path_is_read_as_it_was_signed_whatever_a_server_did_to_its_case() {
        let path = ReturnPath { message: MessageId(uuid::Uuid::from_u128(7)), resent: 2 };
        let local = path.sign(&keys("A"));

        assert!(local.len() <= 64, "{local}");
        assert_eq!(
            ReturnPath::read(&format!("<{}@Bounces.Example.org>", local.to_uppercase()), "bounces.example.org", &keys("A")),
            Ok(path)
        );
    }

    #[test]
    fn no_other_signature_holds() {
        let local = ReturnPath { message: MessageId(uuid::Uuid::from_u128(7)), resent: 0 }.sign(&keys("A"));
        let other = ReturnPath { message: MessageId(uuid::Uuid::from_u128(8)), resent: 0 }.sign(&keys("A"));
        let mixed = format!("{}.{}", &other[..other.rfind('.').unwrap()], &local[local.rfind('.').unwrap() + 1..]);
        for bad in
            [&mixed, &local[..local.len() - 2], "bounce+", "bounce+.0.", "postmaster", &local.replace(".0.", ".00."), &format!("{local}00")]
        {
            assert!(ReturnPath::read(&format!("{bad}@example.org"), "example.org", &keys("A")).is_err(), "{bad}");
        }
        assert!(ReturnPath::read(&format!("{local}@example.org"), "example.org", &keys("E")).is_err(), "another key");
        assert!(ReturnPath::read(&format!("{local}@example.com"), "example.org", &keys("A")).is_err(), "another domain");
    }
}
