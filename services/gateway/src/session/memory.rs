use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

/// Tokens last five minutes: one that is taken from here is good for long enough.
const KEPT: Duration = Duration::from_secs(120);
/// Far more than there are people at work at once.
const MOST: u64 = 10_000;

/// Access tokens of sessions, for a short while: a page that asks three services fetches one token, not three.
///
/// A session is known here by its hash; what ends it voids its tokens everywhere, whoever still holds them.
#[derive(Debug, Clone)]
pub struct Memory(Cache<[u8; 32], Arc<str>>);

impl Default for Memory {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(KEPT).build())
    }
}

impl Memory {
    /// The token of a session with one right for one service.
    #[must_use]
    pub fn find(&self, session: &str, right: &str, audience: &str) -> Option<Arc<str>> {
        self.0.get(&key(session, right, audience))
    }

    /// Keeps it.
    pub fn keep(&self, session: &str, right: &str, audience: &str, token: Arc<str>) {
        self.0.insert(key(session, right, audience), token);
    }

    /// Forgets it: it was refused.
    pub fn forget(&self, session: &str, right: &str, audience: &str) {
        self.0.invalidate(&key(session, right, audience));
    }
}

fn key(session: &str, right: &str, audience: &str) -> [u8; 32] {
    Sha256::digest(format!("{session}\0{right}\0{audience}")).into()
}
