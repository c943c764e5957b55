use std::time::{Duration, SystemTime};

use askama::Template as _;
use lettre::{
    Address, Message as Mail,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

use super::Letter;
use crate::domain::{Email, Keys, Message, ReturnPath};

/// Who sends the mails of an installation, and where they come back to.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The fixed author: `Atlas <ne-pas-repondre@…>`.
    pub from: Mailbox,
    /// The domain of return addresses, which is also that of message ids.
    pub return_domain: String,
    /// Signs return addresses.
    pub keys: Keys,
}

/// A mail cannot be put into its final form.
#[derive(Debug, thiserror::Error)]
pub enum Unformed {
    /// A layout failed.
    #[error("the layout failed")]
    Layout(#[from] askama::Error),
    /// A header failed.
    #[error("the mail cannot be built")]
    Mail(#[from] lettre::error::Error),
    /// An address failed.
    #[error("the return address cannot be built")]
    Address(#[from] lettre::address::AddressError),
}

#[derive(askama::Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter,
}

#[derive(askama::Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// The letter as HTML, everything escaped.
    ///
    /// # Errors
    /// Never in practice: the layout has no part that fails.
    pub fn html(&self) -> askama::Result<String> {
        Html { letter: self }.render()
    }

    /// The letter as plain text.
    ///
    /// # Errors
    /// As [`Letter::html`].
    pub fn text(&self) -> askama::Result<String> {
        Text { letter: self }.render()
    }
}

/// Puts a letter into the form that goes over the wire: the same bytes for every try, so that a receiver knows a repeat.
///
/// DKIM signatures are the relay's to add: it holds the key of the domain.
///
/// # Errors
/// [`Unformed`].
pub fn mime(letter: &Letter, message: &Message, to: &Email, sender: &Sender) -> Result<(Envelope, Vec<u8>), Unformed> {
    let Sender { from, return_domain, keys } = sender;
    let returned = ReturnPath { message: message.id, resent: message.resent }.sign(keys);
    let envelope = Envelope::new(Some(Address::new(returned, return_domain)?), vec![to.address().clone()])?;
    let seconds = u64::try_from(message.queued_at.timestamp()).unwrap_or_default();
    let parts = MultiPart::alternative()
        .boundary(format!("=_{}_{}", message.id.0.simple(), message.resent))
        .singlepart(SinglePart::plain(letter.text()?))
        .singlepart(SinglePart::html(letter.html()?));
    let mail = Mail::builder()
        .envelope(envelope.clone())
        .from(from.clone())
        .to(Mailbox::new(None, to.address().clone()))
        .subject(letter.subject.as_str())
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(format!("<{}.{}@{return_domain}>", message.id.0.simple(), message.resent)))
        // no other machine answers it (RFC 3834)
        .raw_header(fixed("Auto-Submitted", "auto-generated"))
        .raw_header(fixed("Content-Language", letter.locale.tag()))
        .multipart(parts)?;
    Ok((envelope, mail.formatted()))
}

fn fixed(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
