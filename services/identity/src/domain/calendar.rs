//! Days as offices count them: in Paris, without weekends and public holidays.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc, Weekday};
use chrono_tz::Europe::Paris;

/// The day it is in Paris.
#[must_use]
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Paris).date_naive()
}

/// When a day begins in Paris.
#[must_use]
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    moment(day, NaiveTime::MIN)
}

/// The same time of day, so many working days later: what is asked on a Friday has until Wednesday with three.
#[must_use]
pub fn after_working_days(from: DateTime<Utc>, days: usize) -> DateTime<Utc> {
    let local = from.with_timezone(&Paris);
    let working = local.date_naive().iter_days().skip(1).filter(|day| is_working_day(*day)).nth(days.saturating_sub(1));
    working.map_or(from, |day| moment(day, local.time()))
}

/// Whether offices are open: no Saturday, no Sunday, no holiday of the Code du travail (article L3133-1).
#[must_use]
pub fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

fn is_holiday(day: NaiveDate) -> bool {
    let fixed = matches!((day.month(), day.day()), (1, 1) | (5, 1 | 8) | (7, 14) | (8, 15) | (11, 1 | 11) | (12, 25));
    let since_easter = easter(day.year()).map(|easter| (day - easter).num_days());
    // Easter Monday, Ascension, Whit Monday
    fixed || matches!(since_easter, Some(1 | 39 | 50))
}

/// Easter Sunday of a year of the Gregorian calendar (Meeus, Jones, Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let n = h + l - 7 * m + 90;
    let (month, p) = (n / 25, h + l - 7 * m + 33 * (n / 25) + 19);
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(p % 32).ok()?)
}

/// A time of a day in Paris; in the hour that summer time leaves out, the same time an hour later.
fn moment(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = day.and_time(time);
    let found =
        Paris.from_local_datetime(&local).earliest().or_else(|| Paris.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    found.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

/// The last day of a span of so many days that begins with this one.
#[must_use]
pub fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn easter_falls_where_the_churches_say() {
        for day in ["1961-04-02", "2000-04-23", "2019-04-21", "2024-03-31", "2026-04-05", "2027-03-28", "2038-04-25", "2285-03-22"] {
            assert_eq!(easter(date(day).year()), Some(date(day)));
        }
    }

    #[test]
    fn offices_are_closed_on_weekends_and_on_the_eleven_holidays() {
        let holidays: Vec<String> =
            date("2027-01-01").iter_days().take(365).filter(|day| is_holiday(*day)).map(|day| day.to_string()).collect();
        let expected = [
            "2027-01-01",
            "2027-03-29",
            "2027-05-01",
            "2027-05-06",
            "2027-05-08",
            "2027-05-17",
            "2027-07-14",
            "2027-08-15",
            "2027-11-01",
            "2027-11-11",
            "2027-12-25",
        ];
        assert_eq!(holidays, expected);
        assert!(is_working_day(date("2027-05-07")) && !is_working_day(date("2027-05-09")));
    }

    #[test]
    fn working_days_are_counted_from_the_day_after_at_the_same_time_of_day() {
        for (asked, until) in [
            ("2027-05-03T10:00:00+02:00", "2027-05-07T10:00:00+02:00"), // over Ascension
            ("2027-05-28T17:30:00+02:00", "2027-06-02T17:30:00+02:00"), // over a weekend
            ("2027-06-05T09:00:00+02:00", "2027-06-09T09:00:00+02:00"), // asked on a Saturday
            ("2027-12-31T23:30:00+01:00", "2028-01-05T23:30:00+01:00"), // over New Year, and it is another day in London
            ("2027-03-25T10:00:00+01:00", "2027-03-31T10:00:00+02:00"), // over Easter and into summer time
            ("2027-10-29T10:00:00+02:00", "2027-11-04T10:00:00+01:00"), // over All Saints' and out of it
        ] {
            assert_eq!(after_working_days(at(asked), 3), at(until), "{asked}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_paris() {
        assert_eq!(midnight(date("2027-06-01")), at("2027-05-31T22:00:00Z"));
        assert_eq!(midnight(date("2027-12-01")), at("2027-11-30T23:00:00Z"));
        assert_eq!(day(at("2027-05-31T21:59:59Z")), date("2027-05-31"));
        assert_eq!(day(at("2027-05-31T22:00:00Z")), date("2027-06-01"));
    }

    #[test]
    fn the_hour_that_summer_time_leaves_out_is_an_hour_later() {
        let gap = moment(date("2027-03-28"), NaiveTime::from_hms_opt(2, 30, 0).unwrap());
        assert_eq!(gap, at("2027-03-28T03:30:00+02:00"));
    }
}
