use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use chrono_tz::Europe::Paris;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// What a phrase leaves open.
pub(super) type Args = FluentArgs<'static>;

/// A language that mails are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// French.
    Fr,
    /// English.
    En,
}

/// The words of one language.
pub(super) struct Words {
    bundle: FluentBundle<FluentResource>,
}

static FRENCH: LazyLock<Words> = LazyLock::new(|| Words::read(Locale::Fr, include_str!("../../locales/fr.ftl")));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(Locale::En, include_str!("../../locales/en.ftl")));

impl Locale {
    /// Both, French first.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// As `lang` attributes write it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of that tag.
    #[must_use]
    pub fn named(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::Fr => &FRENCH,
            Self::En => &ENGLISH,
        }
    }
}

impl Words {
    fn read(locale: Locale, catalogue: &str) -> Self {
        let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        bundle.set_use_isolating(false);
        // A catalogue with an error is still good for the rest; a test reads both in full.
        let resource = FluentResource::try_new(catalogue.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The words under a key.
    pub fn say(&self, key: &str, args: &Args) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        pattern.map(|pattern| self.bundle.format_pattern(pattern, Some(args), &mut Vec::new()).trim().to_owned()).unwrap_or_default()
    }

    /// One of the words of a mail; empty where that mail has none.
    pub fn about(&self, template: &str, part: &str, args: &Args) -> String {
        let part = self.bundle.get_message(template).and_then(|message| message.get_attribute(part));
        part.map(|part| self.bundle.format_pattern(part.value(), Some(args), &mut Vec::new()).trim().to_owned()).unwrap_or_default()
    }

    /// A point in time as people write it, in Paris.
    pub fn time(&self, at: DateTime<Utc>) -> String {
        let at = at.with_timezone(&Paris);
        let mut args = Args::new();
        args.set("weekday", self.say(WEEKDAYS[at.weekday().num_days_from_monday() as usize], &Args::default()));
        args.set("day", if at.day() == 1 { self.say("date-first", &Args::default()) } else { at.day().to_string() });
        args.set("month", self.say(MONTHS[at.month0() as usize], &Args::default()));
        args.set("year", at.year().to_string());
        args.set("hour", at.hour().to_string());
        args.set("minute", format!("{:02}", at.minute()));
        self.say("time", &args)
    }
}

const WEEKDAYS: [&str; 7] = ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
const MONTHS: [&str; 12] =
    ["month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10", "month-11", "month-12"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_as_people_do_and_is_that_of_paris() {
        let at: DateTime<Utc> = "2027-05-31T21:59:00Z".parse().unwrap();
        assert_eq!(Locale::Fr.words().time(at), "lundi 31 mai 2027 à 23\u{a0}h\u{a0}59 (heure de Paris)");
        assert_eq!(Locale::En.words().time(at), "Monday 31 May 2027 at 23:59 (Paris time)");
        assert_eq!(
            Locale::Fr.words().time("2027-01-01T09:02:00Z".parse().unwrap()),
            "vendredi 1er janvier 2027 à 10\u{a0}h\u{a0}02 (heure de Paris)"
        );
    }

    #[test]
    fn both_catalogues_are_whole_and_say_the_same_things() {
        let keys = |catalogue: &str| {
            let resource = FluentResource::try_new(catalogue.to_owned()).map_err(|(_, errors)| errors).expect("a catalogue without errors");
            drop(resource);
            let names = catalogue.lines().filter(|line| !line.starts_with(['#', ' ', '}']) && line.contains(" ="));
            let mut names: Vec<String> = names.map(|line| line.split(" =").next().unwrap_or_default().to_owned()).collect();
            let mut of = String::new();
            for line in catalogue.lines() {
                if !line.starts_with([' ', '#', '}']) && line.contains(" =") {
                    of = line.split(" =").next().unwrap_or_default().to_owned();
                }
                if let Some(part) = line.strip_prefix("    .") {
                    names.push(format!("{of}.{}", part.split(" =").next().unwrap_or_default()));
                }
            }
            names.sort();
            names
        };
        assert_eq!(keys(include_str!("../../locales/fr.ftl")), keys(include_str!("../../locales/en.ftl")));
    }
}
