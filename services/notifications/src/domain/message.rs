use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::Version;
use sqlx::types::Uuid;

use super::Email;

kernel::id! {
    /// A mail; later ones have greater ids.
    MessageId
}

/// A mail, and where it stands.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The service whose act asked for it.
    pub source: String,
    /// That service's name for it.
    pub intent_id: Uuid,
    /// Who gets it, by reference.
    pub recipient: String,
    /// What it says, by the catalogue.
    pub template: String,
    /// The collectivité it is about; empty for none.
    pub collectivite_id: String,
    /// How urgent it is.
    pub lane: Lane,
    /// Where it stands.
    pub state: State,
    /// When it was put in line; the date that it bears.
    pub queued_at: DateTime<Utc>,
    /// Not sent after that.
    pub expires_at: DateTime<Utc>,
    /// When it is tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// How often it was tried since it was put in line.
    pub tries: i32,
    /// How often it was sent again.
    pub resent: i32,
    /// When the relay took it over.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it came back.
    pub bounced_at: Option<DateTime<Utc>>,
    /// The language it was last tried in.
    pub locale: String,
    /// Its address with the middle left out.
    pub masked_address: String,
    /// What was said last.
    pub last_reply: String,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
    /// Counts its changes.
    pub version: Version,
}

impl Message {
    /// When it was asked for: the time in its id, which stays when it is sent again.
    #[must_use]
    pub fn asked_at(&self) -> DateTime<Utc> {
        let made = self.id.0.get_timestamp().map(|made| made.to_unix());
        let made = made.and_then(|(seconds, nanos)| DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos));
        made.unwrap_or(self.queued_at)
    }
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Waits to be sent.
    Queued,
    /// Is being sent.
    Sending,
    /// The relay took it over.
    Accepted,
    /// Not now: tried again.
    Deferred,
    /// Refused for good.
    Refused,
    /// Could not be sent in time.
    Expired,
    /// What it says was no longer so.
    Cancelled,
}

impl State {
    /// The word for it, in the database and as a change in events.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How urgent mails are: those of a lane wait for all of the lanes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[repr(i16)]
pub enum Lane {
    /// Somebody waits before the screen, or must be warned.
    Security = 0,
    /// What happens day by day.
    Ordinary = 1,
    /// Many at once, that nobody waits for.
    Campaign = 2,
}

impl Lane {
    /// All, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Security, Self::Ordinary, Self::Campaign];

    /// How many mails of this lane an address gets in a day.
    #[must_use]
    pub const fn a_day(self) -> i32 {
        match self {
            Self::Security => 30,
            Self::Ordinary => 100,
            Self::Campaign => 5,
        }
    }

    /// How long to wait after the first try that failed.
    const fn first_pause(self) -> Duration {
        match self {
            Self::Security => Duration::from_secs(2),
            Self::Ordinary => Duration::from_secs(15),
            Self::Campaign => Duration::from_secs(60),
        }
    }

    const fn longest_pause(self) -> Duration {
        match self {
            Self::Security => Duration::from_mins(5),
            Self::Ordinary => Duration::from_mins(30),
            Self::Campaign => Duration::from_hours(1),
        }
    }
}

/// How long a mail waits that found too many others under way to its domain.
pub const WAIT_FOR_PLACE: Duration = Duration::from_secs(2);

/// How long to wait after so many tries, twice as long each time; `share` (0 to 1) spreads those that failed together.
#[must_use]
pub fn pause(lane: Lane, tries: i32, share: f64) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.clamp(1, 16).unsigned_abs() - 1);
    lane.first_pause().saturating_mul(doubled).min(lane.longest_pause()).mul_f64(0.8 + 0.4 * share)
}

/// What a server said, fit to be kept and shown: one line, at most 500 characters; no address in it, nor the name of this one's box.
#[must_use]
pub fn without_addresses(reply: &str, to: Option<&Email>) -> String {
    let plain: String = reply.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mailbox = to.map(|email| email.address().user().to_lowercase()).filter(|user| user.len() > 2);
    let names = |word: &str| mailbox.as_ref().is_some_and(|mailbox| word.to_lowercase().contains(mailbox));
    let private = |word: &str| word.contains('@') || word.contains("://") || names(word);
    let words = plain.split_whitespace().map(|word| if private(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_security_mail_waits_least() {
        let waits = |lane| (1..=12).map(|tries| pause(lane, tries, 0.5).as_secs()).collect::<Vec<_>>();
        assert_eq!(waits(Lane::Security), [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
        assert_eq!(waits(Lane::Ordinary).last(), Some(&1800));
        assert!(pause(Lane::Campaign, i32::MAX, 1.0) <= Duration::from_secs(4320));
    }

    #[test]
    fn what_a_server_says_is_kept_without_the_address_in_it() {
        let said = "550 5.1.1 <anne.martin@example.org>:\r\n Recipient rejected, see https://example.org/?a=anne";
        assert_eq!(without_addresses(said, None), "550 5.1.1 … Recipient rejected, see …");
        let anne = "Anne.Martin@example.org".parse().ok();
        assert_eq!(without_addresses("550 user anne.martin unknown", anne.as_ref()), "550 user … unknown");
        assert_eq!(without_addresses(&"é".repeat(900), None).chars().count(), 500);
    }
}
