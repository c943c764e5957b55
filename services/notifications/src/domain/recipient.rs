use std::{fmt, str::FromStr};

/// Who is to get a mail, by reference: `owner:kind:key`. The owner knows the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient(String);

/// The text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected owner:kind:key, as identity:account:0190…")]
pub struct InvalidRecipient;

impl Recipient {
    /// The service that knows the address.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }
}

impl FromStr for Recipient {
    type Err = InvalidRecipient;

    fn from_str(text: &str) -> Result<Self, InvalidRecipient> {
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let whole = text.len() <= 200 && text.split(':').count() == 3 && text.split(':').all(plain);
        if whole { Ok(Self(text.to_owned())) } else { Err(InvalidRecipient) }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_a_reference_and_never_an_address() {
        assert_eq!("directory:official:215600503".parse::<Recipient>().unwrap().owner(), "directory");
        for bad in ["", "identity", "identity:account", "identity:account:", "identity:account:a@example.org", "a:b:c:d"] {
            assert!(bad.parse::<Recipient>().is_err(), "{bad}");
        }
    }
}
