//! Forms: what was typed, given back with a problem per field; what a template needs to draw them.

mod field;
mod names;
mod problems;
mod sent;
mod typed;

pub use field::{Button, Field, FormView, Kind};
pub use names::{is_coded, is_secret, label};
pub use sent::Form;
pub use typed::Typed;
