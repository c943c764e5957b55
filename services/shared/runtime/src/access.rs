//! Whom a process lets in.

mod refused;
mod stream;
mod verifier;
mod voids;

use atlas_proto::access::CallerKind;
use kernel::{Caller, RightKind};
use tonic::{Request, Status};

pub use refused::Refused;
pub use stream::{Ending, guarded};
pub use verifier::{Key, Keys, Timing, Verifier};
pub use voids::Void;

use crate::{claims::Claims, fault::status};

/// A request that the door let in with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Who calls.
    pub caller: Caller,
    /// What the token says.
    pub claims: Claims,
}

/// Who calls, as the door has checked.
///
/// # Errors
/// UNAUTHENTICATED / TOKEN_MISSING when the method is one that asks for no token.
pub fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    admission(request).map(|admission| admission.caller)
}

/// Who calls, and with which token.
///
/// # Errors
/// UNAUTHENTICATED / TOKEN_MISSING when the method is one that asks for no token.
pub fn admission<T>(request: &Request<T>) -> Result<Admission, Status> {
    request.extensions().get::<Admission>().cloned().ok_or_else(|| status(&Refused::Missing))
}

/// The kind of caller that a right makes of its holder.
#[must_use]
pub const fn kind(right: RightKind) -> CallerKind {
    match right {
        RightKind::Collectivite => CallerKind::Collectivite,
        RightKind::Region => CallerKind::Region,
        RightKind::Department => CallerKind::Department,
        RightKind::Country => CallerKind::Country,
        RightKind::National => CallerKind::National,
        RightKind::Operator => CallerKind::Operator,
        RightKind::Service => CallerKind::Service,
    }
}
