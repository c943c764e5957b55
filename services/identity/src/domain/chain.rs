//! The chain of hashes that the journal's lines are in: computed here anew, by other code than the database's that made it.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

/// What comes before the first link.
#[must_use]
pub fn beginning() -> [u8; 32] {
    Sha256::digest([]).into()
}

/// The hash of a line that follows a hash. Fields come with their length, so that no two lists of fields are hashed alike.
#[must_use]
pub fn hash(previous: &[u8], id: i64, at: DateTime<Utc>, fields: &[String]) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(previous);
    sha.update(id.to_be_bytes());
    sha.update(at.timestamp_micros().to_be_bytes());
    for field in fields {
        sha.update(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        sha.update(field.as_bytes());
    }
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_changed_gives_another_hash() {
        let line = |fields: [&str; 2]| hash(&beginning(), 1, DateTime::UNIX_EPOCH, &fields.map(str::to_owned));
        let whole = line(["ab", "c"]);
        assert_ne!(whole, line(["a", "bc"]));
        assert_ne!(whole, line(["ab", "d"]));
        assert_ne!(whole, hash(&whole, 1, DateTime::UNIX_EPOCH, &["ab".to_owned(), "c".to_owned()]));
        assert_ne!(whole, hash(&beginning(), 2, DateTime::UNIX_EPOCH, &["ab".to_owned(), "c".to_owned()]));
    }
}
