//! Links and codes of mails: made of the mail's id and a key that the database never sees, so that none of them is stored and
//! a mail that is sent again says the same.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    domain::{
        MailId,
        joincode::{JoinCode, OFFICIAL},
    },
    seal::{Seal, Seals},
};

/// Bytes of a link after the id: 128 bits that nobody can guess.
const PROOF: usize = 16;

/// Makes links and codes, and knows them again.
#[derive(Debug, Clone)]
pub struct Links(Seals);

impl Links {
    /// Makes them with keys that belong to these key-encryption keys.
    #[must_use]
    pub const fn new(seals: Seals) -> Self {
        Self(seals)
    }

    /// Names the key that is used now; it is kept with each mail.
    #[must_use]
    pub fn made_with(&self) -> &str {
        self.0.present.print()
    }

    /// The link of a mail; none when the key it was made with is gone.
    #[must_use]
    pub fn link(&self, mail: MailId, made_with: &str) -> Option<String> {
        let proof = mac(self.seal(made_with)?, "link", mail).finalize().into_bytes();
        Some(URL_SAFE_NO_PAD.encode([mail.0.as_bytes(), &proof[..PROOF]].concat()))
    }

    /// The mail that a link is of; none when it is not one that we made.
    #[must_use]
    pub fn read(&self, link: &str) -> Option<MailId> {
        let bytes = URL_SAFE_NO_PAD.decode(link).ok()?;
        let (id, proof) = bytes.split_at_checked(16).filter(|(_, proof)| proof.len() == PROOF)?;
        let mail = MailId(Uuid::from_slice(id).ok()?);
        let ours = |seal| mac(seal, "link", mail).verify_truncated_left(proof).is_ok();
        self.seals().any(ours).then_some(mail)
    }

    /// The six digits of a mail; none when the key they were made with is gone.
    #[must_use]
    pub fn code(&self, mail: MailId, made_with: &str) -> Option<String> {
        let bytes = mac(self.seal(made_with)?, "code", mail).finalize().into_bytes();
        let number = bytes.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Some(format!("{:06}", number % 1_000_000))
    }

    /// The long code of a mail; none when the key it was made with is gone.
    #[must_use]
    pub fn long_code(&self, mail: MailId, made_with: &str) -> Option<JoinCode> {
        let bytes = mac(self.seal(made_with)?, "long-code", mail).finalize().into_bytes();
        Some(JoinCode::of(&bytes[..OFFICIAL]))
    }

    fn seal(&self, print: &str) -> Option<&Seal> {
        self.seals().find(|seal| seal.print() == print)
    }

    fn seals(&self) -> impl Iterator<Item = &Seal> {
        std::iter::once(&self.0.present).chain(&self.0.older)
    }
}

fn mac(seal: &Seal, what: &str, mail: MailId) -> Hmac<Sha256> {
    let mut mac = seal.mac();
    mac.update(what.as_bytes());
    mac.update(mail.0.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn links(present: u8, older: Option<u8>) -> Links {
        let seal = |byte: u8| STANDARD.encode([byte; 32]).parse::<Seal>().unwrap();
        Links::new(Seals { present: seal(present), older: older.map(seal) })
    }

    #[test]
    fn a_link_is_known_again_and_nothing_else_is() {
        let (links, mail) = (links(1, None), MailId(Uuid::from_bytes([7; 16])));
        let link = links.link(mail, links.made_with()).unwrap();
        assert_eq!(link, links.link(mail, links.made_with()).unwrap());
        assert_eq!(links.read(&link), Some(mail));

        let mut other = URL_SAFE_NO_PAD.decode(&link).unwrap();
        for byte in 0..other.len() {
            other[byte] ^= 1;
            assert_eq!(links.read(&URL_SAFE_NO_PAD.encode(&other)), None, "byte {byte}");
            other[byte] ^= 1;
        }
        for bad in ["", &link[..22], &format!("{link}AAAA"), &format!("{link}="), "…"] {
            assert_eq!(links.read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_link_outlives_the_key_it_was_made_with_while_that_is_kept() {
        let mail = MailId(Uuid::from_bytes([7; 16]));
        let (before, during, after) = (links(1, None), links(2, Some(1)), links(2, None));
        let (link, print) = (before.link(mail, before.made_with()).unwrap(), before.made_with().to_owned());

        assert_eq!((during.read(&link), during.link(mail, &print)), (Some(mail), Some(link.clone())));
        assert_eq!((after.read(&link), after.link(mail, &print)), (None, None));
        assert_eq!(before.code(mail, &print), during.code(mail, &print));
    }

    #[test]
    fn codes_are_six_digits_and_evenly_spread() {
        let links = links(1, None);
        let codes: Vec<String> = (0..2000_u128).filter_map(|n| links.code(MailId(Uuid::from_u128(n)), links.made_with())).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        let distinct = codes.iter().collect::<std::collections::HashSet<_>>().len();
        assert!(distinct > 1980, "{distinct}");
    }
}
