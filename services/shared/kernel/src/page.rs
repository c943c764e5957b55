use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::fields::Fields;

/// Where the next page begins: the key of the last row of the page before, opaque to callers.
#[derive(Debug, Clone, Copy)]
pub struct PageToken;

/// The token is not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a page token of ours: send the one from the answer before, or none")]
pub struct InvalidPageToken;

impl PageToken {
    /// Writes the key of the last row of a page.
    #[must_use]
    pub fn write(key: &impl Serialize) -> String {
        serde_json::to_vec(key).map(|json| URL_SAFE_NO_PAD.encode(json)).unwrap_or_default()
    }

    /// Reads the key to go on after; none for the first page.
    ///
    /// # Errors
    /// [`InvalidPageToken`] when the text is not one that [`PageToken::write`] gave for such a key.
    pub fn read<Key: DeserializeOwned>(token: &str) -> Result<Option<Key>, InvalidPageToken> {
        if token.is_empty() {
            return Ok(None);
        }
        let json = URL_SAFE_NO_PAD.decode(token).map_err(|_| InvalidPageToken)?;
        serde_json::from_slice(&json).map(Some).map_err(|_| InvalidPageToken)
    }
}

/// How many rows a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(pub i64);

impl PageSize {
    /// Reads `page_size`: 0 means `default`; what is negative or over `max` is noted.
    pub fn read(fields: &mut Fields, size: i32, default: i64, max: i64) -> Option<Self> {
        match i64::from(size) {
            0 => Some(Self(default)),
            size if (1..=max).contains(&size) => Some(Self(size)),
            _ => {
                fields.note("page_size", format!("expected 1 to {max}, or 0 for {default}"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_token_gives_its_key_back(key: (String, i64)) {
            prop_assert_eq!(PageToken::read::<(String, i64)>(&PageToken::write(&key)).unwrap(), Some(key));
        }

        #[test]
        fn no_text_breaks_it(text: String) {
            let _ = PageToken::read::<(String, i64)>(&text);
        }
    }
}
