//! The themes of a project: the main one, and others, each with its priority.

use atlas_proto::projects::v1::{ProjectTheme, Theme};

use crate::{
    forms::{Form, FormView, Kind, Typed},
    i18n::Locale,
    session::SignedIn,
};

/// How many a project may have.
pub const MOST: usize = 10;
/// How many can be chosen at first.
const AT_FIRST: usize = 5;

/// Themes as one value: `EAU:1 GOUV:2`.
#[must_use]
pub fn written(themes: &[ProjectTheme]) -> String {
    themes.iter().map(|it| format!("{}:{}", it.theme_code, it.priority)).collect::<Vec<_>>().join(" ")
}

/// Reads that value; where no priority was chosen, the main theme has the first and each other the second.
#[must_use]
pub fn read(value: &str) -> Vec<ProjectTheme> {
    let each = value.split_whitespace().enumerate().map(|(place, one)| {
        let (code, priority) = one.split_once(':').unwrap_or((one, ""));
        let usual = if place == 0 { 1 } else { 2 };
        ProjectTheme { theme_code: code.to_owned(), priority: priority.parse().unwrap_or(usual) }
    });
    each.collect()
}

/// A form whose rows of themes are that one value.
#[must_use]
pub fn gathered(form: Form) -> Form {
    form.gathered("themes", MOST, ["theme", "priority"])
}

/// How that value is read.
#[must_use]
pub fn read_as(person: &SignedIn, value: &str) -> String {
    let each = read(value).into_iter().map(|it| {
        let name = name(person, &it.theme_code);
        person.words().with("theme-with-priority", &[("theme", &name), ("priority", &it.priority.to_string())])
    });
    each.collect::<Vec<_>>().join(", ")
}

/// All themes that are offered, as (code, name) in the order of their list.
#[must_use]
pub fn names(person: &SignedIn) -> Vec<(String, String)> {
    let generation = person.desk.app.model.now();
    let place = |it: &Theme| (it.rank, it.code.clone());
    let mut all: Vec<&Theme> = generation.themes().filter(|it| !it.retired).collect();
    all.sort_by_key(|it| match generation.theme(&it.parent_code) {
        Some(above) => (place(&above.value), Some(place(it))),
        None => (place(it), None),
    });
    all.into_iter().map(|it| (it.code.clone(), name(person, &it.code))).collect()
}

/// What a theme is called, with the one above it; its code where it is not known.
fn name(person: &SignedIn, code: &str) -> String {
    let generation = person.desk.app.model.now();
    let own = |it: &Theme| match person.locale {
        Locale::En if !it.name_en.is_empty() => it.name_en.clone(),
        _ => it.name_fr.clone(),
    };
    let Some(it) = generation.theme(code).map(|record| &record.value) else { return code.to_owned() };
    let above = generation.theme(&it.parent_code).map(|record| own(&record.value));
    above.map_or_else(|| own(it), |above| format!("{above} – {}", own(it)))
}

/// Adds a row for each theme, and some more.
#[must_use]
pub fn fields(mut form: FormView, person: &SignedIn, typed: &Typed) -> FormView {
    let (words, names, chosen) = (person.words(), names(person), read(typed.value("themes")));
    let rows = (chosen.len() + 1).clamp(AT_FIRST, MOST);
    for row in 1..=rows {
        let (theme, priority) = (format!("theme_{row}"), format!("priority_{row}"));
        let number = row.to_string();
        let known = chosen.get(row - 1);
        form = form.field(person, theme.clone(), Kind::Select, |field| {
            field.label = if row == 1 { words.say("theme-main") } else { words.name("theme-other", &number) };
            field.value =
                if typed.has(&theme) { typed.value(&theme).to_owned() } else { known.map(|it| it.theme_code.clone()).unwrap_or_default() };
            let mut all = names.clone();
            // One that is no longer offered stays with what bears it.
            if !field.value.is_empty() && !all.iter().any(|(code, _)| *code == field.value) {
                all.push((field.value.clone(), name(person, &field.value)));
            }
            let none = (String::new(), words.say("theme-none-chosen"));
            field.choose(std::iter::once(none).chain(all).map(|(code, name)| (code, name, String::new())));
            field.required = row == 1;
        });
        form = form.field(person, priority.clone(), Kind::Select, |field| {
            field.label = if row == 1 { words.say("theme-main-priority") } else { words.name("theme-other-priority", &number) };
            let usual = if row == 1 { 1 } else { 2 };
            field.value =
                if typed.has(&priority) { typed.value(&priority).to_owned() } else { known.map_or(usual, |it| it.priority).to_string() };
            field.choose(
                [("1", "priority-1"), ("2", "priority-2"), ("3", "priority-3")]
                    .map(|(value, key)| (value.to_owned(), words.say(key), String::new())),
            );
            field.optional();
        });
    }
    form
}
