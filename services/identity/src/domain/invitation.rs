use chrono::{DateTime, NaiveDate, Utc};
use kernel::Right;

use super::{InvitationId, person::Email};

/// An invitation that nobody has accepted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Names it for ever.
    pub id: InvitationId,
    /// Who is invited: the account of this address, and no other.
    pub email: Email,
    /// To what.
    pub right: Right,
    /// The same in words.
    pub name: String,
    /// The first day; none for at once.
    pub from: Option<NaiveDate>,
    /// The last day; none for no end.
    pub until: Option<NaiveDate>,
    /// For whom the person acts; empty for the collectivité itself.
    pub delegate_of: String,
    /// The subject of who invites.
    pub invited_by: String,
    /// First and last name of who invites; empty for a system.
    pub inviter: String,
    /// When.
    pub invited_at: DateTime<Utc>,
    /// It can be accepted until then.
    pub expires_at: DateTime<Utc>,
}
