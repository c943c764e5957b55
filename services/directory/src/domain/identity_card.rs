use kernel::Version;

use super::{Email, Telephone, Text, Website};

/// How to reach a collectivité as an institution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdentityCard {
    /// Its web site.
    pub website: Website,
    /// A generic mailbox, never a person's.
    pub email: Email,
    /// Its telephone.
    pub telephone: Telephone,
    /// The service in charge of international action.
    pub service: Text<200>,
    /// Counts the changes of this section; its etag.
    pub revision: Version,
}

/// What is to be changed of an identity card; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct CardEdit {
    /// Its web site.
    pub website: Option<Website>,
    /// A generic mailbox.
    pub email: Option<Email>,
    /// Its telephone.
    pub telephone: Option<Telephone>,
    /// The service in charge.
    pub service: Option<Text<200>>,
}

impl IdentityCard {
    /// The card with the edit made, and the names of the fields that changed; the revision grows only when one did.
    #[must_use]
    pub fn edited(self, edit: CardEdit) -> (Self, Vec<&'static str>) {
        let mut changed = Vec::new();
        let card = Self {
            website: replace("website", self.website, edit.website, &mut changed),
            email: replace("email", self.email, edit.email, &mut changed),
            telephone: replace("telephone", self.telephone, edit.telephone, &mut changed),
            service: replace("service", self.service, edit.service, &mut changed),
            revision: self.revision,
        };
        let revision = if changed.is_empty() { card.revision } else { card.revision.next() };
        (Self { revision, ..card }, changed)
    }
}

/// The new value where one is given, noting the field's name when it differs.
pub(super) fn replace<T: PartialEq>(field: &'static str, old: T, new: Option<T>, changed: &mut Vec<&'static str>) -> T {
    match new {
        Some(new) if new != old => {
            changed.push(field);
            new
        }
        _ => old,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_names_what_it_changed_and_nothing_else() {
        let card = IdentityCard { service: "Relations internationales".parse().unwrap(), ..IdentityCard::default() };
        let edit =
            CardEdit { email: "mairie@example.org".parse().ok(), service: "Relations internationales".parse().ok(), ..CardEdit::default() };

        let (card, changed) = card.edited(edit.clone());
        let (again, nothing) = card.clone().edited(edit);

        assert_eq!(changed, ["email"]);
        assert_eq!(card.revision, Version(1));
        assert_eq!((again, nothing), (card, vec![]));
    }
}
