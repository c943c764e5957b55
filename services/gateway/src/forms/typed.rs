use atlas_proto::identity::v1::Draft;
use tonic::Status;

use super::{Form, is_secret, problems};
use crate::i18n::Words;

/// What a form is filled with when it is shown: what was typed before, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    values: Vec<(String, String)>,
    problems: Vec<(String, String)>,
    /// It was kept when a session ended.
    pub drafted: bool,
}

impl Typed {
    /// What was sent, to be given back.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        let values = form.fields().filter(|(name, _)| !is_secret(name)).map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { values: values.collect(), ..Self::default() }
    }

    /// What was kept as a draft.
    #[must_use]
    pub fn drafted(draft: Draft) -> Self {
        let values = draft.fields.into_iter().map(|field| (field.name, field.value)).collect();
        Self { values, drafted: true, ..Self::default() }
    }

    /// What is on record, to be changed.
    #[must_use]
    pub fn known(values: &[(&str, &str)]) -> Self {
        Self { values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(), ..Self::default() }
    }

    /// The same, where nothing is there, as these values.
    #[must_use]
    pub fn or(mut self, values: &[(&str, &str)]) -> Self {
        for (name, value) in values {
            if !self.values.iter().any(|(known, _)| known == name) {
                self.values.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        self
    }

    /// What is in a field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether a field was sent, be it empty.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(known, _)| known == name)
    }

    /// All that is ticked under a name, by spaces.
    #[must_use]
    pub fn all(&self, name: &str) -> String {
        let ticked = self.values.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        ticked.collect::<Vec<_>>().join(" ")
    }

    /// Puts something into a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.retain(|(known, _)| known != name);
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// Notes what is wrong with a field; the first word counts.
    pub fn wrong(&mut self, name: &str, text: impl Into<String>) {
        if self.problem(name).is_empty() {
            self.problems.push((name.to_owned(), text.into()));
        }
    }

    /// What is wrong with a field; empty where nothing is.
    #[must_use]
    pub fn problem(&self, name: &str) -> &str {
        self.problems.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }

    /// Whether anything is wrong.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Notes that a field must not be empty.
    pub fn require(&mut self, form: &Form, names: &[&str], words: &Words) {
        for name in names {
            if form.get(name).is_empty() {
                self.wrong(name, problems::say(words, name, "REQUIRED"));
            }
        }
    }

    /// Says it in these words where a service answers that something is wrong with this field.
    #[must_use]
    pub fn known_as(mut self, status: &Status, name: &str, text: impl Into<String>) -> Self {
        let named = problems::of_status(status).unwrap_or_default();
        if named.iter().any(|(field, reason)| field == name && reason != "NO_TRIES_LEFT") {
            self.wrong(name, text);
        }
        self
    }

    /// Notes the problems by field that a service answered with, under the names that the form has for its paths.
    ///
    /// # Errors
    /// The status itself, when it is another kind of refusal.
    pub fn refused_by_path(mut self, status: Status, words: &Words, name: impl Fn(&str) -> &str) -> Result<Self, Status> {
        let Some(named) = problems::paths(&status) else { return Err(status) };
        for (path, reason) in named {
            let name = name(&path);
            self.wrong(name, problems::say(words, name, &reason));
        }
        Ok(self)
    }

    /// Notes the problems by field that a service answered with, under the names that the form has.
    ///
    /// # Errors
    /// The status itself, when it is another kind of refusal.
    pub fn refused(mut self, status: Status, words: &Words, renamed: &[(&str, &str)]) -> Result<Self, Status> {
        let Some(named) = problems::of_status(&status) else { return Err(status) };
        for (field, reason) in named {
            let name = renamed.iter().find(|(theirs, _)| *theirs == field).map_or(field.as_str(), |(_, ours)| *ours);
            self.wrong(name, problems::say(words, &field, &reason));
        }
        Ok(self)
    }
}
