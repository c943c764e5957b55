use std::str::FromStr;

use lettre::Address;

/// An address that mail can be sent to; it leaves this process only towards the relay.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(Address);

/// The text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address that mail can be sent to")]
pub struct InvalidEmail;

impl Email {
    /// As the relay is told.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.0
    }

    /// In lower case, as the addresses of one person are compared.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_string().to_lowercase()
    }

    /// The domain, in lower case.
    #[must_use]
    pub fn domain(&self) -> String {
        self.0.domain().to_lowercase()
    }

    /// With the middle left out: `m…e@example.org`. Of a short one only the first letter is left.
    #[must_use]
    pub fn masked(&self) -> String {
        let mut letters = self.0.user().chars();
        let (first, last) = (letters.next().unwrap_or('…'), letters.next_back());
        let last = last.filter(|_| self.0.user().chars().count() > 3).map(String::from).unwrap_or_default();
        format!("{first}…{last}@{}", self.0.domain())
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        // A quoted local part may hold nearly anything; nobody has one.
        let plain = text.len() <= 254 && !text.contains(['"', '\\']) && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        let address: Option<Address> = text.parse().ok().filter(|_| plain);
        address.map(Self).ok_or(InvalidEmail)
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_an_address_does_not_tell_it() {
        for (email, masked) in [
            ("mairie@example.org", "m…e@example.org"),
            ("anne@example.org", "a…e@example.org"),
            ("ann@example.org", "a…@example.org"),
            ("a@example.org", "a…@example.org"),
            ("été.martin@example.org", "é…n@example.org"),
        ] {
            assert_eq!(email.parse::<Email>().unwrap().masked(), masked);
        }
    }

    #[test]
    fn no_address_carries_a_second_line_or_a_second_address() {
        for bad in
            ["", "a", "a@", "@b", "a@b@c", "a b@example.org", "a@example.org\r\nBcc: b@example.org", "\"a\"@example.org", "a@exam ple.org"]
        {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
    }
}
