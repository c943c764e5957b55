//! Who visits: cookies, the token of forms, the person of a session.

mod cookies;
mod memory;
mod origin;
mod person;
mod visitor;

pub use cookies::Cookie;
pub use memory::Memory;
pub use origin::{Client, from_elsewhere};
pub use person::SignedIn;
pub use visitor::{Visit, Visitor};
