//! « Cette fiche a été modifiée pendant que vous écriviez » : nothing typed is lost, and each line is chosen.

use http::StatusCode;

use super::{
    Record,
    values::{BASE, Fields, KEEP, MINE, THEIRS, Values},
};
use crate::{
    forms::{Form, FormView, Kind, Typed},
    people::{Answer, Halt, offices::request_id},
    session::SignedIn,
};

/// Two who wrote at the same time.
pub struct Clash<'a> {
    /// The fields of the form.
    pub fields: Fields,
    /// What was sent.
    pub form: &'a Form,
    /// What is on record by now.
    pub now: Values,
    /// Its etag.
    pub etag: String,
    /// Who saved it, and when, in words; may be empty.
    pub who: String,
    /// What else the form carries.
    pub carried: Vec<(&'static str, String)>,
    /// How a value is read.
    pub read: &'a dyn Fn(&str, &str) -> String,
}

/// Whether a service refused because somebody else saved meanwhile.
#[must_use]
pub fn is_stale(halt: &Halt) -> bool {
    halt.reason().as_deref() == Some("STALE_ETAG")
}

impl Clash<'_> {
    /// The page that asks, line by line; none where both wrote the same.
    pub fn page(self, person: &SignedIn, record: &Record, heading: String) -> Option<Answer> {
        let lines: Vec<usize> = (0..self.now.len()).filter(|place| self.differs(*place)).collect();
        if lines.is_empty() {
            return None;
        }
        let words = person.words();
        let mut form = FormView::new(person, &Typed::default()).hidden("etag", &self.etag).hidden("request_id", request_id());
        for (name, value) in &self.carried {
            form.unseen(name, value);
        }
        for (name, now) in &self.now {
            form.unseen(name, self.form.get(name));
            form.unseen(&format!("{BASE}{name}"), now);
        }
        for place in lines {
            form = self.line(form, person, place);
        }
        let form = form.button(words.say("clash-button"), "save");
        let sheet = record.sheet(person, words.say("clash-title")).step(heading, &person.path);
        let text = if self.who.is_empty() { words.say("clash-somebody") } else { self.who.clone() };
        let sheet = sheet.notice("warning", text).text(words.say("clash-text")).form(form);
        Some(sheet.status(StatusCode::CONFLICT).answer())
    }

    fn differs(&self, place: usize) -> bool {
        let (name, now) = &self.now[place];
        self.form.get(name) != now.trim()
    }

    fn line(&self, form: FormView, person: &SignedIn, place: usize) -> FormView {
        let words = person.words();
        let (name, now) = &self.now[place];
        let before = self.form.get(&format!("{BASE}{name}"));
        let mine = self.form.get(name);
        let shown = |value: &str| {
            let text = (self.read)(name, value);
            if text.is_empty() { words.say("clash-empty") } else { text }
        };
        let choice = |value: &str, label: &str, key: &str, text: &str| (value.to_owned(), words.say(label), words.name(key, shown(text)));
        form.field(person, format!("{KEEP}{name}"), Kind::Radios, |field| {
            let label = self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, label)| *label);
            field.label = words.say(label);
            field.hint(words.name("clash-before", shown(before)));
            field.choose([choice(MINE, "clash-keep-mine", "clash-mine", mine), choice(THEIRS, "clash-keep-theirs", "clash-theirs", now)]);
            // Who did not touch a line wants what the other wrote there.
            (if mine == before { THEIRS } else { MINE }).clone_into(&mut field.value);
        })
    }
}
