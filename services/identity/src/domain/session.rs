use chrono::{DateTime, TimeDelta, Utc};

use super::{AccountId, SessionId};

/// A session ends so long after its beginning.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// A session ends after so long without activity.
pub const IDLE: TimeDelta = TimeDelta::minutes(60);
/// Sensitive acts ask for the password when it was typed longer ago.
pub const AUTHENTICATED_FOR: TimeDelta = TimeDelta::minutes(10);
/// What was typed into a session that is over can still be kept for so long.
pub const KEPT_AFTER: TimeDelta = TimeDelta::hours(24);

/// A browser that is signed in, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it; the `sid` of its tokens.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// Browser and system in words.
    pub browser: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it was last used.
    pub seen_at: DateTime<Utc>,
    /// When the password was last typed.
    pub authenticated_at: DateTime<Utc>,
    /// It ends then at the latest.
    pub ends_at: DateTime<Utc>,
    /// When it was ended before its time.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Session {
    /// When it ends, or ended, when nothing more is done with it.
    #[must_use]
    pub fn over_at(&self) -> DateTime<Utc> {
        let over = self.ends_at.min(self.seen_at + IDLE);
        self.ended_at.map_or(over, |ended| ended.min(over))
    }

    /// Whether the person is signed in by it.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        now < self.over_at()
    }

    /// Whether what was typed into it can still be kept.
    #[must_use]
    pub fn keeps_drafts(&self, now: DateTime<Utc>) -> bool {
        now < self.over_at() + KEPT_AFTER
    }

    /// Whether sensitive acts can be done without asking for the password.
    #[must_use]
    pub fn is_authenticated(&self, now: DateTime<Utc>) -> bool {
        now < self.authenticated_at + AUTHENTICATED_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_idleness_by_age_or_by_will() {
        let began = DateTime::UNIX_EPOCH;
        let session = Session {
            id: SessionId::made(began),
            account: AccountId::made(began),
            browser: String::new(),
            began_at: began,
            seen_at: began,
            authenticated_at: began,
            ends_at: began + ABSOLUTE,
            ended_at: None,
        };
        assert!(session.is_live(began + IDLE - TimeDelta::seconds(1)) && !session.is_live(began + IDLE));
        let busy = Session { seen_at: began + ABSOLUTE - TimeDelta::minutes(1), ..session.clone() };
        assert!(busy.is_live(began + ABSOLUTE - TimeDelta::seconds(1)) && !busy.is_live(began + ABSOLUTE));
        let ended = Session { ended_at: Some(began + TimeDelta::minutes(5)), ..session.clone() };
        assert!(!ended.is_live(began + TimeDelta::minutes(5)) && ended.keeps_drafts(began + TimeDelta::hours(24)));
        assert!(!ended.keeps_drafts(began + TimeDelta::minutes(5) + KEPT_AFTER));
        assert!(session.is_authenticated(began + TimeDelta::minutes(9)) && !session.is_authenticated(began + AUTHENTICATED_FOR));
    }
}
