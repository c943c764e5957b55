//! Which language, and the words: one catalogue per language, never a string in code.

mod when;

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// A language the pages are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Locale {
    /// French, at the root.
    Fr,
    /// English, under `/en`.
    En,
}

/// The words of one language.
pub struct Words {
    /// Which language.
    pub locale: Locale,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Words").field(&self.locale).finish()
    }
}

static FRENCH: LazyLock<Words> = LazyLock::new(|| Words::read(Locale::Fr, &FRENCH_WORDS));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(Locale::En, &ENGLISH_WORDS));

/// The words of the public pages; of what collectivités do abroad; of forms and accounts; of those who act for a collectivité or an office;
/// of what they check and correct.
const FRENCH_WORDS: [&str; 5] = [
    include_str!("../locales/fr/public.ftl"),
    include_str!("../locales/fr/record.ftl"),
    include_str!("../locales/fr/account.ftl"),
    include_str!("../locales/fr/team.ftl"),
    include_str!("../locales/fr/own.ftl"),
];
const ENGLISH_WORDS: [&str; 5] = [
    include_str!("../locales/en/public.ftl"),
    include_str!("../locales/en/record.ftl"),
    include_str!("../locales/en/account.ftl"),
    include_str!("../locales/en/team.ftl"),
    include_str!("../locales/en/own.ftl"),
];

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

    /// What its addresses begin with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Fr => "",
            Self::En => "/en",
        }
    }

    /// The language of an address.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        if path == "/en" || path.starts_with("/en/") { Self::En } else { Self::Fr }
    }

    /// The other one, for the switch.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Fr => Self::En,
            Self::En => Self::Fr,
        }
    }

    /// Its words.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::Fr => &FRENCH,
            Self::En => &ENGLISH,
        }
    }
}

impl Words {
    fn read(locale: Locale, catalogues: &[&str]) -> Self {
        let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        bundle.set_use_isolating(false);
        // A catalogue with an error is still good for the rest; a test reads both in full.
        for catalogue in catalogues {
            let resource = FluentResource::try_new((*catalogue).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { locale, bundle }
    }

    /// The words under `key`.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The words under `key` about one named thing: `$name`.
    #[must_use]
    pub fn name(&self, key: &str, name: impl AsRef<str>) -> String {
        let mut args = FluentArgs::new();
        args.set("name", name.as_ref());
        self.format(key, Some(&args))
    }

    /// The words under `key` with each gap filled.
    #[must_use]
    pub fn with(&self, key: &str, gaps: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (gap, text) in gaps {
            args.set(*gap, *text);
        }
        self.format(key, Some(&args))
    }

    /// The words under `key` about so many: `$count` chooses the form, `$shown` is the number as it is written here.
    #[must_use]
    pub fn count(&self, key: &str, count: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("count", FluentValue::from(count));
        args.set("shown", self.number(count));
        self.format(key, Some(&args))
    }

    /// A number with its thousands apart.
    #[must_use]
    pub fn number(&self, number: usize) -> String {
        let apart = match self.locale {
            Locale::Fr => '\u{202f}',
            Locale::En => ',',
        };
        let digits = number.to_string();
        let mut shown = String::with_capacity(digits.len() + digits.len() / 3 * apart.len_utf8());
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                shown.push(apart);
            }
            shown.push(digit);
        }
        shown
    }

    /// An amount of euros, without cents where there are none.
    #[must_use]
    pub fn money(&self, cents: i64) -> String {
        let (euros, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
        let point = match self.locale {
            Locale::Fr => ',',
            Locale::En => '.',
        };
        let sign = if cents < 0 { "−" } else { "" };
        let rest = if rest == 0 { String::new() } else { format!("{point}{rest:02}") };
        self.name("money", format!("{sign}{}{rest}", self.number(usize::try_from(euros).unwrap_or(usize::MAX))))
    }

    /// A day as people write it; what is no day is given back.
    #[must_use]
    pub fn day(&self, iso: &str) -> String {
        let Ok(day) = iso.parse::<chrono::NaiveDate>() else { return iso.to_owned() };
        let (year, month, day) = (chrono::Datelike::year(&day), chrono::Datelike::month(&day), chrono::Datelike::day(&day));
        let mut args = FluentArgs::new();
        args.set("day", if day == 1 { self.say("date-first") } else { day.to_string() });
        args.set("month", self.say(MONTHS[month as usize - 1]));
        args.set("year", year.to_string());
        self.format("date", Some(&args))
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, locale = self.locale.tag(), "no words for this");
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

const MONTHS: [&str; 12] =
    ["month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10", "month-11", "month-12"];
