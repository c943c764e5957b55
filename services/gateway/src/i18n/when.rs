use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use chrono_tz::Europe::Paris;
use prost_types::Timestamp;

use super::Words;

/// A point in time as the services write it; none for one that cannot be.
fn read(at: &Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.seconds, u32::try_from(at.nanos).ok()?)
}

impl Words {
    /// The time of day in Paris: « 10 h 02 ».
    #[must_use]
    pub fn time(&self, at: &Timestamp) -> String {
        let Some(at) = read(at) else { return String::new() };
        let paris = at.with_timezone(&Paris);
        self.with("time", &[("hour", &paris.hour().to_string()), ("minute", &format!("{:02}", paris.minute()))])
    }

    /// The day in Paris: « 4 mai 2027 ».
    #[must_use]
    pub fn date(&self, at: &Timestamp) -> String {
        read(at).map(|at| self.day(&at.with_timezone(&Paris).format("%Y-%m-%d").to_string())).unwrap_or_default()
    }

    /// The day in Paris where the year goes without saying: « 4 mai ».
    #[must_use]
    pub fn short_date(&self, at: &Timestamp) -> String {
        let Some(at) = read(at) else { return String::new() };
        let (day, month) = (at.with_timezone(&Paris).day(), at.with_timezone(&Paris).month());
        let day = if day == 1 { self.say("date-first") } else { day.to_string() };
        self.with("date-short", &[("day", &day), ("month", &self.say(super::MONTHS[month as usize - 1]))])
    }

    /// Day and time in Paris: « 4 mai 2027 à 10 h 02 (heure de Paris) ».
    #[must_use]
    pub fn moment(&self, at: &Timestamp) -> String {
        self.with("moment", &[("day", &self.date(at)), ("time", &self.time(at))])
    }

    /// How long to wait, as people say it: seconds under two minutes, else minutes, else hours; never less than it is.
    #[must_use]
    pub fn wait(&self, seconds: u64) -> String {
        let count = |key, n: u64| self.count(key, usize::try_from(n).unwrap_or(usize::MAX));
        match seconds {
            0..120 => count("wait-seconds", seconds.max(1)),
            120..7200 => count("wait-minutes", seconds.div_ceil(60)),
            _ => count("wait-hours", seconds.div_ceil(3600)),
        }
    }
}
