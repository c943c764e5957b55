use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};

use super::{Email, Origin, Text, identity_card::replace};

kernel::id! {
    /// A contact of a collectivité.
    ContactId
}

/// A person in charge of international relations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The contact's id.
    pub id: ContactId,
    /// Whose contact it is.
    pub collectivite: CollectiviteId,
    /// Elected, or officer.
    pub kind: ContactKind,
    /// First name; may be empty.
    pub first_name: Text<100>,
    /// Last name.
    pub last_name: Text<100>,
    /// Function.
    pub title: Text<200>,
    /// Address; may be empty.
    pub email: Email,
    /// What of it is public.
    pub visibility: Visibility,
    /// Where the row comes from.
    pub origin: Origin,
    /// Counts the changes of this contact; its etag.
    pub version: Version,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Whether a contact holds a mandate or a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// Holds a mandate.
    Elected,
    /// Holds a post.
    Officer,
}

/// Which fields anybody may see (CRPA D.312-1-3: names and functions may be published, personal addresses not by default).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visibility {
    /// The contact is on the public page at all.
    pub public: bool,
    /// With the first name.
    pub first_name: bool,
    /// With the address.
    pub email: bool,
}

/// A contact to be added.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// Whose contact it is.
    pub collectivite: CollectiviteId,
    /// Elected, or officer.
    pub kind: ContactKind,
    /// First name; may be empty.
    pub first_name: Text<100>,
    /// Last name.
    pub last_name: Text<100>,
    /// Function.
    pub title: Text<200>,
    /// Address; may be empty.
    pub email: Email,
    /// What of it is public.
    pub visibility: Visibility,
}

/// What is to be changed of a contact; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ContactEdit {
    /// Elected, or officer.
    pub kind: Option<ContactKind>,
    /// First name.
    pub first_name: Option<Text<100>>,
    /// Last name.
    pub last_name: Option<Text<100>>,
    /// Function.
    pub title: Option<Text<200>>,
    /// Address.
    pub email: Option<Email>,
    /// What of it is public.
    pub visibility: Option<Visibility>,
}

impl Contact {
    /// How many contacts one collectivité may have.
    pub const LIMIT: i64 = 500;

    /// A contact as it is first written down.
    #[must_use]
    pub fn added(new: NewContact, at: DateTime<Utc>) -> Self {
        let NewContact { collectivite, kind, first_name, last_name, title, email, visibility } = new;
        Self {
            id: ContactId::made(at),
            collectivite,
            kind,
            first_name,
            last_name,
            title,
            email,
            visibility,
            origin: Origin::Officiel,
            version: Version(1),
            updated_at: at,
        }
    }

    /// The contact with the edit made, and the names of the fields that changed; the version grows only when one did.
    #[must_use]
    pub fn edited(self, edit: ContactEdit, at: DateTime<Utc>) -> (Self, Vec<&'static str>) {
        let mut changed = Vec::new();
        let contact = Self {
            kind: replace("kind", self.kind, edit.kind, &mut changed),
            first_name: replace("first_name", self.first_name, edit.first_name, &mut changed),
            last_name: replace("last_name", self.last_name, edit.last_name, &mut changed),
            title: replace("title", self.title, edit.title, &mut changed),
            email: replace("email", self.email, edit.email, &mut changed),
            visibility: replace("visibility", self.visibility, edit.visibility, &mut changed),
            ..self
        };
        if changed.is_empty() {
            return (contact, changed);
        }
        (Self { version: contact.version.next(), updated_at: at, ..contact }, changed)
    }

    /// The contact as anybody may see it; none when it is not public at all.
    #[must_use]
    pub fn public(self) -> Option<Self> {
        let Visibility { public, first_name, email } = self.visibility;
        public.then(|| Self {
            first_name: if first_name { self.first_name } else { Text::default() },
            email: if email { self.email } else { Email::default() },
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(visibility: Visibility) -> Contact {
        let new = NewContact {
            collectivite: "210100012".parse().unwrap(),
            kind: ContactKind::Officer,
            first_name: "Anne".parse().unwrap(),
            last_name: "Martin".parse().unwrap(),
            title: "secrétaire générale".parse().unwrap(),
            email: "anne.martin@example.org".parse().unwrap(),
            visibility,
        };
        Contact::added(new, "2027-05-12T08:14:00Z".parse().unwrap())
    }

    #[test]
    fn what_is_not_public_is_not_there() {
        let seen = |public, first_name, email| contact(Visibility { public, first_name, email }).public();
        assert_eq!(seen(false, true, true), None);
        let shy = seen(true, false, false).unwrap();
        assert_eq!((shy.first_name.as_str(), shy.email.as_str(), shy.last_name.as_str()), ("", "", "Martin"));
        let open = seen(true, true, true).unwrap();
        assert_eq!((open.first_name.as_str(), open.email.as_str()), ("Anne", "anne.martin@example.org"));
    }

    #[test]
    fn an_edit_that_changes_nothing_is_no_change() {
        let before = contact(Visibility { public: true, first_name: true, email: false });
        let edit = ContactEdit { title: "secrétaire générale".parse().ok(), ..ContactEdit::default() };
        let (after, changed) = before.clone().edited(edit, "2027-06-01T00:00:00Z".parse().unwrap());
        assert_eq!((after, changed), (before, vec![]));
    }
}
