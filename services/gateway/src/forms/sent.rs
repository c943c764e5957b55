use std::{collections::BTreeSet, sync::Arc};

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::{error::PageError, people::Halt};

/// The name of the field with the token.
pub const TOKEN: &str = "_token";
/// The name of the field that says that the form was filled from a draft.
pub const DRAFTED: &str = "_draft";
/// No form of ours has more fields: each row of a long list ticked, and each field twice where the page says what it was.
const MOST: usize = 640;

/// A form as a browser sent it.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body; none for one that has more fields than any form of ours.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        let fields: Vec<_> =
            url::form_urlencoded::parse(body).take(MOST + 1).map(|(name, value)| (name.into_owned(), lines(&value))).collect();
        (fields.len() <= MOST).then_some(Self(fields))
    }

    /// The token it carries.
    #[must_use]
    pub fn token(&self) -> &str {
        self.raw(TOKEN)
    }

    /// Refuses a form with a field that it does not have, or that has one twice: nothing is ignored in silence.
    ///
    /// # Errors
    /// [`PageError::BadRequest`].
    pub fn only(&self, known: &[&str]) -> Result<(), Halt> {
        let mut met = BTreeSet::new();
        let fits = |name: &str| matches!(name, TOKEN | DRAFTED | "act") || known.contains(&name);
        if self.0.iter().all(|(name, _)| fits(name) && met.insert(name)) { Ok(()) } else { Err(PageError::BadRequest.into()) }
    }

    /// The same with one value, by spaces, where several were ticked under one name.
    #[must_use]
    pub fn joined(mut self, names: &[&str]) -> Self {
        for name in names {
            let all: Vec<String> = self.0.extract_if(.., |(known, _)| known == name).map(|(_, value)| value).collect();
            if !all.is_empty() {
                self.0.push(((*name).to_owned(), all.join(" ")));
            }
        }
        self
    }

    /// The same with one value, `a:b c:d`, where so many rows of two fields stood; rows without a first field say nothing.
    #[must_use]
    pub fn gathered(mut self, into: &str, rows: usize, [first, second]: [&str; 2]) -> Self {
        let (mut all, mut met) = (Vec::new(), false);
        for row in 1..=rows {
            let names = [format!("{first}_{row}"), format!("{second}_{row}")];
            let [one, other] = names.each_ref().map(|name| self.get(name).replace([' ', ':'], ""));
            let before = self.0.len();
            self.0.retain(|(name, _)| !names.contains(name));
            met |= self.0.len() < before;
            if !one.is_empty() {
                all.push(format!("{one}:{other}"));
            }
        }
        if met { self.with(into, &all.join(" ")) } else { self }
    }

    /// What was typed into a field, without space around it; empty where nothing was.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// What was typed into a field, as it is.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Which button was pressed.
    #[must_use]
    pub fn act(&self) -> &str {
        self.get("act")
    }

    /// Whether it was filled from a draft.
    #[must_use]
    pub fn is_drafted(&self) -> bool {
        !self.get(DRAFTED).is_empty()
    }

    /// Every field but those that the page itself put in.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(name, _)| !matches!(name.as_str(), TOKEN | DRAFTED)).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with another value in a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Browsers send lines with CR LF; everything else has LF.
fn lines(value: &str) -> String {
    value.replace("\r\n", "\n")
}

impl<S: Send + Sync> FromRequestParts<S> for Form {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Halt> {
        parts.extensions.get::<Arc<Self>>().map(|form| (**form).clone()).ok_or_else(|| Halt::fault("a form that did not pass the door"))
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_field_too_many_or_twice_is_refused() {
        let form = |body: &str| Form::read(body.as_bytes()).unwrap();
        assert!(form("email=a&_token=x&act=y").only(&["email", "password"]).is_ok());
        assert!(form("email=a&role=admin").only(&["email"]).is_err());
        assert!(form("email=a&email=b").only(&["email"]).is_err());
        assert!(form("email%00=a").only(&["email"]).is_err());
        assert!(Form::read("a=1&".repeat(1000).as_bytes()).is_none());
        assert_eq!((form("a=+x+").get("a"), form("a=+x+").raw("a"), form("a=x%0D%0Ay").raw("a")), ("x", " x ", "x\ny"));
    }
}
