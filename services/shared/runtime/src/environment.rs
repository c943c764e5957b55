use std::{collections::BTreeMap, fmt::Display, fs, str::FromStr};

use crate::Secret;

/// What a process needs to know before it opens anything.
pub trait Configuration: Sized {
    /// Reads it; every read is made before the first `?`, so that every fault is named at once.
    fn read(environment: &mut Environment) -> Option<Self>;
}

/// The environment variables of a process, read with every fault noted.
///
/// A variable that is empty counts as absent: that is how a chart leaves it out.
#[derive(Debug)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    faults: Vec<String>,
    shown: Vec<(String, String)>,
}

/// The environment is not what the process needs; each line says what is wrong with one variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration is wrong:\n{}", .0.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n"))]
pub struct Misconfigured(pub Vec<String>);

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))
    }

    /// An environment of these variables.
    pub fn of<Name: Into<String>, Value: Into<String>>(variables: impl IntoIterator<Item = (Name, Value)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, faults: Vec::new(), shown: Vec::new() }
    }

    /// Reads a variable that has to be there.
    pub fn required<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        let value = self.maybe(name)?;
        if value.is_none() {
            self.fault::<T>(name, "is missing");
        }
        value
    }

    /// Reads a variable that has a default.
    pub fn optional<T: FromStr<Err: Display> + Display>(&mut self, name: &str, default: T) -> Option<T> {
        match self.text(name) {
            Some(text) => self.parse(name, &text),
            None => {
                self.shown.push((name.to_owned(), format!("{default} (default)")));
                Some(default)
            }
        }
    }

    /// Reads a variable that may be absent.
    pub fn maybe<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<Option<T>> {
        match self.text(name) {
            Some(text) => self.parse(name, &text).map(Some),
            None => Some(None),
        }
    }

    /// Reads a comma-separated list; absent means empty.
    pub fn list<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<Vec<T>> {
        let text = self.text(name).unwrap_or_default();
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let values: Vec<Option<T>> = words.map(|word| self.parse(name, word)).collect();
        values.into_iter().collect()
    }

    /// Reads a secret that has to be there: `NAME`, or the file that `NAME_FILE` names.
    pub fn secret(&mut self, name: &str) -> Option<Secret> {
        let secret = self.maybe_secret(name)?;
        if secret.is_none() {
            self.fault::<Secret>(name, format!("is missing (or {name}_FILE, which names a file that holds it)"));
        }
        secret
    }

    /// Reads a secret that may be absent.
    pub fn maybe_secret(&mut self, name: &str) -> Option<Option<Secret>> {
        let of_file = format!("{name}_FILE");
        match (self.text(name), self.text(&of_file)) {
            (Some(_), Some(_)) => self.fault(name, format!("is given twice: here and in {of_file}")),
            (Some(text), None) => {
                self.shown.push((name.to_owned(), "(secret)".to_owned()));
                Some(Some(Secret::new(text)))
            }
            (None, Some(path)) => match fs::read_to_string(&path) {
                Ok(text) => {
                    self.shown.push((of_file, path));
                    Some(Some(Secret::new(text.trim_end().to_owned())))
                }
                Err(error) => self.fault(&of_file, format!("{path}: {error}")),
            },
            (None, None) => Some(None),
        }
    }

    /// Notes that a variable is wrong for a reason of its own; always `None`, to be returned.
    pub fn fault<T>(&mut self, name: &str, what: impl Display) -> Option<T> {
        self.faults.push(format!("{name} {what}"));
        None
    }

    /// Takes the configuration when nothing was wrong.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub fn finish<T>(&mut self, value: Option<T>) -> Result<T, Misconfigured> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(Misconfigured(std::mem::take(&mut self.faults))),
        }
    }

    /// What was read, one `NAME=value` a line, secrets masked: what `check-config` prints.
    #[must_use]
    pub fn masked(&self) -> String {
        self.shown.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|text| !text.is_empty()).cloned()
    }

    fn parse<T: FromStr<Err: Display>>(&mut self, name: &str, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => {
                self.shown.push((name.to_owned(), text.to_owned()));
                Some(value)
            }
            Err(error) => self.fault(name, format!("is {text:?}: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_named_at_once() {
        let mut environment = Environment::of([("PORT", "many"), ("KEY_FILE", "/nowhere"), ("EMPTY", "")]);
        let port = environment.required::<u16>("PORT");
        let empty = environment.required::<u16>("EMPTY");
        let key = environment.secret("KEY");

        let Misconfigured(faults) = environment.finish(port.zip(empty).zip(key)).unwrap_err();

        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].starts_with("PORT is \"many\""), "{faults:?}");
        assert_eq!(faults[1], "EMPTY is missing");
        assert!(faults[2].starts_with("KEY_FILE /nowhere"), "{faults:?}");
    }

    #[test]
    fn what_is_shown_has_no_secret_in_it() {
        let mut environment = Environment::of([("KEY", "hunter2"), ("PORT", "80")]);
        let key = environment.secret("KEY").unwrap();
        let _: Option<u16> = environment.required("PORT");

        assert_eq!(environment.masked(), "KEY=(secret)\nPORT=80\n");
        assert!(!format!("{key:?}").contains("hunter2"));
    }

    #[test]
    fn a_secret_comes_from_a_file_or_from_the_variable_but_not_from_both() {
        let file = std::env::temp_dir().join(format!("atlas-secret-{}", std::process::id()));
        std::fs::write(&file, "hunter2\n").unwrap();
        let file = file.to_str().unwrap();

        let of_file = Environment::of([("KEY_FILE", file)]).secret("KEY").unwrap();
        let of_both = Environment::of([("KEY_FILE", file), ("KEY", "x")]).secret("KEY");

        assert_eq!(of_file.reveal(), "hunter2");
        assert!(of_both.is_none());
    }
}
