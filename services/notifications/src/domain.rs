//! Pure rules: what a mail is, how long one goes on trying, what may be shown of an address.

mod address;
mod keys;
mod message;
mod recipient;
mod return_path;
mod template;

pub use address::{Email, InvalidEmail};
pub use keys::{InvalidKey, Keys};
pub use message::{Lane, Message, MessageId, State, WAIT_FOR_PLACE, pause, without_addresses};
pub use recipient::{InvalidRecipient, Recipient};
pub use return_path::{InvalidReturnPath, ReturnPath};
pub use template::{Part, Template, UnknownTemplate};
