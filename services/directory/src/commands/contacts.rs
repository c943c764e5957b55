use events::outbox;
use kernel::Etag;

use super::{Act, Command};
use crate::{
    domain::{Contact, ContactEdit, ContactId, NewContact, Refusal},
    error::Error,
    facts,
    store::{collectivites, contacts},
};

/// A change of a contact.
pub struct Update {
    /// Which.
    pub contact: ContactId,
    /// The contact the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: ContactEdit,
}

/// A contact that is to go.
pub struct Remove {
    /// Which.
    pub contact: ContactId,
    /// The contact the caller read.
    pub seen: Etag,
}

/// A contact is gone.
pub struct Removed;

/// A contact to be added.
pub struct Add(pub NewContact);

impl Command for Add {
    const METHOD: &'static str = "CreateContact";
    type Done = Contact;

    async fn run(self, act: &mut Act<'_>) -> Result<Contact, Error> {
        let Self(new) = self;
        act.lock_own(&new.collectivite).await?;
        if contacts::count(act.tx, &new.collectivite).await? >= Contact::LIMIT {
            return Err(Refusal::TooManyContacts.into());
        }
        let contact = Contact::added(new, act.now());
        contacts::insert(act.tx, &contact).await?;
        outbox::append(act.tx, act.clock, &facts::contact(&contact, "added")).await?;
        changed(act, &contact, "added", &[]).await?;
        Ok(contact)
    }
}

impl Command for Update {
    const METHOD: &'static str = "UpdateContact";
    type Done = Contact;

    /// Changes a contact. An edit that changes nothing leaves no trace.
    async fn run(self, act: &mut Act<'_>) -> Result<Contact, Error> {
        let (contact, fields) = lock(act, self.contact, self.seen).await?.edited(self.edit, act.now());
        if fields.is_empty() {
            return Ok(contact);
        }
        contacts::save(act.tx, &contact).await?;
        outbox::append(act.tx, act.clock, &facts::contact(&contact, "updated")).await?;
        changed(act, &contact, "updated", &fields).await?;
        Ok(contact)
    }
}

impl Command for Remove {
    const METHOD: &'static str = "DeleteContact";
    type Done = Removed;

    /// Removes a contact. The history keeps that one was removed, and nothing of the person.
    async fn run(self, act: &mut Act<'_>) -> Result<Removed, Error> {
        let contact = lock(act, self.contact, self.seen).await?;
        contacts::remove(act.tx, contact.id).await?;
        outbox::append(act.tx, act.clock, &facts::contact_removed(&contact)).await?;
        changed(act, &contact, "removed", &[]).await?;
        Ok(Removed)
    }
}

/// Holds the contact's collectivité, then reads the contact, so that a section's writes come one after the other.
async fn lock(act: &mut Act<'_>, id: ContactId, seen: Etag) -> Result<Contact, Error> {
    let collectivite = read(act, id).await?.collectivite;
    act.lock_own(&collectivite).await.map_err(|error| hidden(error, id))?;
    let contact = read(act, id).await?;
    if contact.version == seen.0 { Ok(contact) } else { Err(Error::Stale) }
}

async fn read(act: &mut Act<'_>, id: ContactId) -> Result<Contact, Error> {
    contacts::find_many(act.tx, &[id]).await?.pop().ok_or(Error::ContactNotFound(id))
}

/// A contact of a collectivité that is not the caller's is answered like one that does not exist.
fn hidden(error: Error, id: ContactId) -> Error {
    if matches!(error, Error::CollectiviteNotFound(_)) { Error::ContactNotFound(id) } else { error }
}

async fn changed(act: &mut Act<'_>, contact: &Contact, change: &str, fields: &[&str]) -> Result<(), Error> {
    collectivites::touch_contacts(act.tx, &contact.collectivite).await?;
    act.remember(&contact.collectivite, "contacts", change, fields).await
}
