use chrono::{DateTime, Utc};

use super::{account::Account, membership::Membership};

/// An account, for who helps.
#[derive(Debug, Clone)]
pub struct Found {
    /// The account.
    pub account: Account,
    /// What it holds today.
    pub memberships: Vec<Membership>,
    /// When it was last there.
    pub seen_at: Option<DateTime<Utc>>,
    /// A mail to it came back.
    pub bounced: bool,
}
