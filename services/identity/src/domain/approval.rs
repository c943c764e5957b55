//! Requests to act for a collectivité: who decides, and what happens when nobody does.

use chrono::{DateTime, Utc};

use super::calendar;

/// Each step has so many working days.
pub const WORKING_DAYS: usize = 3;
/// So many requests of one account may be open.
pub const OPEN_AT_MOST: i64 = 5;

/// Who decides about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Approver {
    /// The administrators of the collectivité.
    Administrators,
    /// The SGAR of its région.
    Region,
    /// The ministry.
    Ministry,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum RequestState {
    /// It waits for a decision.
    Open,
    /// The person is a member by it.
    Accepted,
    /// It was refused, with a reason.
    Refused,
    /// The person took it back, or it has become pointless.
    Withdrawn,
}

/// Whether there is somebody at the steps before the last: who is not there is not waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present {
    /// The collectivité has an administrator.
    pub administrators: bool,
    /// Its région has somebody who may decide.
    pub region: bool,
}

impl Approver {
    /// Who decides first.
    #[must_use]
    pub const fn first(present: Present) -> Self {
        if present.administrators { Self::Administrators } else { Self::after_administrators(present) }
    }

    /// Who decides when this one did not; none after the last.
    #[must_use]
    pub const fn next(self, present: Present) -> Option<Self> {
        match self {
            Self::Administrators => Some(Self::after_administrators(present)),
            Self::Region => Some(Self::Ministry),
            Self::Ministry => None,
        }
    }

    const fn after_administrators(present: Present) -> Self {
        if present.region { Self::Region } else { Self::Ministry }
    }

    /// Until when this one may decide alone; the last one has no end.
    #[must_use]
    pub fn until(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        (self != Self::Ministry).then(|| calendar::after_working_days(now, WORKING_DAYS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_up_step_by_step_and_waits_for_nobody_who_is_not_there() {
        use Approver::{Administrators, Ministry, Region};
        for (administrators, region, expected) in [
            (true, true, vec![Administrators, Region, Ministry]),
            (true, false, vec![Administrators, Ministry]),
            (false, true, vec![Region, Ministry]),
            (false, false, vec![Ministry]),
        ] {
            let present = Present { administrators, region };
            let steps: Vec<Approver> = std::iter::successors(Some(Approver::first(present)), |step| step.next(present)).collect();
            assert_eq!(steps, expected);
        }
    }

    #[test]
    fn only_the_last_step_has_no_end() {
        let now = DateTime::UNIX_EPOCH;
        assert!(Approver::Administrators.until(now).is_some() && Approver::Region.until(now).is_some());
        assert_eq!(Approver::Ministry.until(now), None);
    }
}
