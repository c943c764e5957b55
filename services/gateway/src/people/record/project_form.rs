//! The form of a project: its fields, what stands in them, and what they make of it.

use atlas_proto::projects::v1::{Partnership, Project, ProjectStatus};

use super::{
    Abroad,
    action_form::{day, optional},
    lists, themes,
    values::{Fields, Values},
    written,
};
use crate::{
    atlas::{action::project_status_key, theme::GOALS},
    forms::{Form, FormView, Kind, Typed},
    i18n::Words,
    session::SignedIn,
};

/// The fields of a project.
pub const FIELDS: Fields = &[
    ("title", "field-title"),
    ("partnerships", "field-partnerships"),
    ("themes", "field-themes"),
    ("progress", "field-progress"),
    ("starts_on", "project-starts"),
    ("ends_on", "project-ends"),
    ("sdgs", "project-goals"),
    ("context", "project-context"),
    ("story", "project-history"),
    ("budget", "project-budget"),
    ("operators", "project-operators"),
    ("links", "project-links"),
];
/// What the form changes, as the service calls it.
pub const PATHS: [&str; 12] =
    ["partnership_ids", "title", "themes", "sdgs", "status", "starts_on", "ends_on", "context", "history", "budget", "operators", "links"];
/// What the service calls what a field holds, from the beginning of its paths.
const HELD: [(&str, &str); 4] = [("status", "progress"), ("history", "story"), ("partnership_ids", "partnerships"), ("themes", "theme_1")];
const PROGRESS: [(&str, ProjectStatus); 5] = [
    ("planned", ProjectStatus::Planned),
    ("ongoing", ProjectStatus::Ongoing),
    ("completed", ProjectStatus::Completed),
    ("suspended", ProjectStatus::Suspended),
    ("abandoned", ProjectStatus::Abandoned),
];

/// The field that a path of the service is about: `project.budget[2].year` is about the budget.
#[must_use]
pub fn field_of(path: &str) -> &str {
    let path = path.strip_prefix("project.").unwrap_or(path);
    let held = path.split(['[', '.']).next().unwrap_or(path);
    HELD.iter().find(|(theirs, _)| *theirs == held).map_or(held, |(_, ours)| ours)
}

/// What is on record, as it stands in the fields; of its partnerships those that are the collectivité's own.
#[must_use]
pub fn values(it: &Project, own: &[Partnership]) -> Values {
    let progress = PROGRESS.iter().find(|(_, status)| *status == it.status()).map_or("", |(name, _)| name);
    let mine = it.partnership_ids.iter().filter(|id| own.iter().any(|one| one.partnership_id == **id));
    vec![
        ("title", it.title.clone()),
        ("partnerships", mine.cloned().collect::<Vec<_>>().join(" ")),
        ("themes", themes::written(&it.themes)),
        ("progress", progress.to_owned()),
        ("starts_on", written::day(&it.starts_on)),
        ("ends_on", written::day(&it.ends_on)),
        ("sdgs", it.sdgs.iter().map(i32::to_string).collect::<Vec<_>>().join(" ")),
        ("context", it.context.clone()),
        ("story", it.history.clone()),
        ("budget", lists::budget(&it.budget)),
        ("operators", it.operators.join("\n")),
        ("links", lists::links(&it.links)),
    ]
}

/// How a value of a field is read.
#[must_use]
pub fn read_as(person: &SignedIn, abroad: &Abroad, own: &[Partnership], name: &str, value: &str) -> String {
    let words = person.words();
    match name {
        "progress" => progress(words, value),
        "themes" => themes::read_as(person, value),
        "partnerships" => {
            let named = value.split_whitespace().map(|id| match own.iter().find(|it| it.partnership_id == id) {
                Some(it) => abroad.name(&it.partner_id),
                None => id.to_owned(),
            });
            named.collect::<Vec<_>>().join(", ")
        }
        "sdgs" => value.split_whitespace().filter_map(|goal| goal_name(words, goal.parse().ok()?)).collect::<Vec<_>>().join(", "),
        _ => value.to_owned(),
    }
}

fn goal_name(words: &Words, goal: usize) -> Option<String> {
    let name = words.say(GOALS.get(goal.checked_sub(1)?)?);
    Some(words.with("goal-title", &[("number", &goal.to_string()), ("name", &name)]))
}

fn progress(words: &Words, name: &str) -> String {
    let known = PROGRESS.iter().find(|(known, _)| *known == name).and_then(|(_, status)| project_status_key(*status));
    known.map(|key| words.say(key)).unwrap_or_default()
}

/// The project as the form makes it, and what is wrong with it.
#[must_use]
pub fn made(words: &Words, form: &Form, typed: &mut Typed, was: &Project, own: &[Partnership]) -> Project {
    typed.require(form, &["title", "partnerships", "progress"], words);
    if form.get("themes").is_empty() {
        typed.wrong("theme_1", words.say("problem-required"));
    }
    let status = PROGRESS.iter().find(|(name, _)| *name == form.get("progress")).map(|(_, status)| *status).unwrap_or_default();
    // Partnerships of others that it is done under too are not this form's to take away.
    let others = was.partnership_ids.iter().filter(|id| !own.iter().any(|one| one.partnership_id == **id));
    let (budget, links) = (lists::read_budget(words, form, typed), lists::read_links(words, form, typed));
    Project {
        title: form.get("title").to_owned(),
        partnership_ids: form.get("partnerships").split_whitespace().map(str::to_owned).chain(others.cloned()).collect(),
        themes: themes::read(form.get("themes")),
        sdgs: form.get("sdgs").split_whitespace().filter_map(|goal| goal.parse().ok()).collect(),
        status: status.into(),
        starts_on: day(words, form, typed, "starts_on"),
        ends_on: day(words, form, typed, "ends_on"),
        context: form.get("context").to_owned(),
        history: form.get("story").to_owned(),
        budget,
        operators: written::lines(form.get("operators")).map(str::to_owned).collect(),
        links,
        ..was.clone()
    }
}

/// Adds its fields.
#[must_use]
pub fn fields(form: FormView, person: &SignedIn, typed: &Typed, abroad: &Abroad, own: &[Partnership]) -> FormView {
    let words = person.words();
    let form = form.field(person, "title", Kind::Text, |field| field.longest = 300);
    let form = form.field(person, "partnerships", Kind::Checks, |field| {
        field.hint(words.say("partnerships-hint"));
        let ticked: Vec<String> = field.value.split_whitespace().map(str::to_owned).collect();
        let mut all: Vec<&Partnership> = own.iter().collect();
        // The one that leads stands first, and stays the first that is sent.
        all.sort_by_key(|it| ticked.iter().position(|id| *id == it.partnership_id).unwrap_or(usize::MAX));
        field.choose(all.into_iter().map(|it| (it.partnership_id.clone(), abroad.name(&it.partner_id), abroad.country(&it.partner_id))));
    });
    let form = themes::fields(form, person, typed).field(person, "progress", Kind::Radios, |field| {
        field.choose(PROGRESS.map(|(name, _)| (name.to_owned(), progress(words, name), String::new())));
    });
    let form = form.field(person, "starts_on", Kind::Text, |field| optional(field, words.say("day-hint"), 10)).field(
        person,
        "ends_on",
        Kind::Text,
        |field| optional(field, words.say("day-hint"), 10),
    );
    let form = form.field(person, "sdgs", Kind::Checks, |field| {
        let goals = (1..=GOALS.len()).filter_map(|goal| Some((goal.to_string(), goal_name(words, goal)?)));
        field.choose(goals.map(|(goal, name)| (goal, name, String::new())));
        field.optional();
    });
    texts(form, person)
}

fn texts(form: FormView, person: &SignedIn) -> FormView {
    let words = person.words();
    form.field(person, "context", Kind::Area, |field| optional(field, words.say("context-hint"), 20_000))
        .field(person, "story", Kind::Area, |field| optional(field, words.say("story-hint"), 20_000))
        .field(person, "budget", Kind::Area, |field| optional(field, words.say("budget-hint"), 50_000))
        .field(person, "operators", Kind::Area, |field| optional(field, words.say("operators-hint"), 10_000))
        .field(person, "links", Kind::Area, |field| optional(field, words.say("links-hint"), 15_000))
}
