use chrono::NaiveDate;
use kernel::{Right, RightKind, Version};

use super::MembershipId;

/// What an account may do, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Names it for ever.
    pub id: MembershipId,
    /// What it gives.
    pub right: Right,
    /// The collectivité, région … in words.
    pub name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; none for no end.
    pub until: Option<NaiveDate>,
    /// For whom the person acts, where it is not the collectivité itself; empty otherwise.
    pub delegate_of: String,
    /// How it was proved.
    pub proved_by: String,
    /// Counts its changes.
    pub version: Version,
}

/// Whether who holds a right of this kind must have a second factor.
#[must_use]
pub const fn asks_for_second_factor(kind: RightKind) -> bool {
    matches!(kind, RightKind::Region | RightKind::Department | RightKind::Country | RightKind::National | RightKind::Operator)
}
