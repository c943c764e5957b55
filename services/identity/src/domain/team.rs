//! Who belongs to a team, and what must not happen to it.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Right, RightKind, Role};

use super::{AccountId, membership::Membership, scope::Scope};

/// A delegation ends after so many days at the latest: two years.
pub const LONGEST_DELEGATION: u64 = 731;
/// So many invitations to a team may be open.
pub const INVITATIONS_AT_MOST: i64 = 20;

/// Somebody who holds a right, as a team's page shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What they hold.
    pub membership: Membership,
    /// Whose account.
    pub account: AccountId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What they do.
    pub function: String,
    /// Where they are written to.
    pub email: String,
    /// A mail to it came back.
    pub bounced: bool,
    /// When they were last there.
    pub seen_at: Option<DateTime<Utc>>,
}

/// A right as it is given to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Who gets it.
    pub account: AccountId,
    /// Over what.
    pub scope: Scope,
    /// How far it goes.
    pub role: Role,
    /// The scope in words.
    pub name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// For whom the person acts; empty for the collectivité itself.
    pub delegate_of: String,
    /// How it was proved.
    pub proved_by: &'static str,
    /// The subject of who gave it.
    pub by: String,
}

/// Why a change of a team is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody would be left to decide")]
pub struct LastAdministrator;

/// Refuses what would leave nobody to decide. Who may step in for a team (the SGAR and the ministry for a collectivité) may do
/// it all the same: they decide then.
///
/// # Errors
/// [`LastAdministrator`].
pub const fn must_keep_an_administrator(stands_above: bool, was: bool, stays: bool, others: i64) -> Result<(), LastAdministrator> {
    if was && !stays && others == 0 && !stands_above { Err(LastAdministrator) } else { Ok(()) }
}

/// Whether this is somebody who decides for good.
#[must_use]
pub fn decides_for_good(role: Role, until: Option<NaiveDate>) -> bool {
    role == Role::Admin && until.is_none()
}

/// Whether who acts with this right stands above the team, and decides when nobody of it is left.
#[must_use]
pub fn stands_above(right: &Right, team: &Scope) -> bool {
    match team.kind {
        RightKind::Collectivite | RightKind::Department => matches!(right.kind, RightKind::Region | RightKind::National),
        RightKind::Region | RightKind::Country => right.kind == RightKind::National,
        _ => false,
    }
}

/// The role that a member keeps when the collectivité goes into another.
///
/// It is the same where the one is the only heir and has no administrators of its own; else it is editor at most, so that
/// nobody comes to decide over a team that did not choose them.
#[must_use]
pub fn role_after_succession(role: Role, only_heir: bool, heir_has_administrators: bool) -> Role {
    if only_heir && !heir_has_administrators { role } else { role.min(Role::Editor) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_who_decides_stays_unless_somebody_above_steps_in() {
        assert_eq!(must_keep_an_administrator(false, true, false, 0), Err(LastAdministrator));
        for (above, was, stays, others) in
            [(true, true, false, 0), (false, true, false, 1), (false, true, true, 0), (false, false, false, 0)]
        {
            assert_eq!(must_keep_an_administrator(above, was, stays, others), Ok(()));
        }
    }

    #[test]
    fn nobody_stands_above_the_ministry_or_the_operators() {
        let right = |text: &str| text.parse::<Right>().unwrap();
        let scope = |text: &str| text.parse::<Scope>().unwrap();
        assert!(stands_above(&right("region:53:admin"), &scope("collectivite:215600503")));
        assert!(!stands_above(&right("collectivite:215600503:admin"), &scope("collectivite:215600503")));
        assert!(stands_above(&right("national:*:admin"), &scope("region:53")));
        assert!(!stands_above(&right("national:*:admin"), &scope("national:*")));
        assert!(!stands_above(&right("operator:*:admin"), &scope("operator:*")));
    }

    #[test]
    fn a_merger_makes_nobody_an_administrator_of_a_team_that_has_its_own() {
        assert_eq!(role_after_succession(Role::Admin, true, false), Role::Admin);
        assert_eq!(role_after_succession(Role::Admin, true, true), Role::Editor);
        assert_eq!(role_after_succession(Role::Certifier, false, false), Role::Editor);
        assert_eq!(role_after_succession(Role::Reader, true, true), Role::Reader);
    }
}
