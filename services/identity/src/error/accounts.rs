use std::time::Duration;

use kernel::Code;

/// Why an act of a person is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Somebody else than the gateway calls.
    #[error("only the gateway speaks for browsers")]
    NotTheGateway,
    /// Somebody else than notifications calls.
    #[error("only notifications sends mails")]
    NotNotifications,
    /// The gateway did not say for whom it calls.
    #[error("expected the address of the browser in atlas-client-address")]
    NoAddress,
    /// The session is over, or never was.
    #[error("the session is over: sign in again")]
    SessionEnded,
    /// Address or password.
    #[error("the address or the password is wrong")]
    WrongCredentials,
    /// The flow is over, used, or never was.
    #[error("this is over: begin again")]
    FlowEnded,
    /// The flow waits for something else.
    #[error("this is not what it waits for")]
    FlowStepWrong,
    /// The link was used, is too old, or never was.
    #[error("the link is used, or too old")]
    LinkDead,
    /// The password was typed too long ago for such an act.
    #[error("type the password again first")]
    ReauthenticationNeeded,
    /// No authenticator is being set up.
    #[error("begin to set up an authenticator first")]
    SecondFactorNotStarted,
    /// No passkey was asked for, or it has answered, or too late.
    #[error("ask for a passkey first")]
    PasskeyNotAsked,
    /// The account has as many passkeys as it can have.
    #[error("the account has as many passkeys as it can have: remove one first")]
    TooManyPasskeys,
    /// No such passkey.
    #[error("the account has no such passkey")]
    PasskeyNotFound,
    /// The account holds a right that asks for a second factor.
    #[error("a right of this account asks for a second factor")]
    SecondFactorRequired,
    /// The account does not hold the right.
    #[error("the account does not hold this right")]
    RightNotHeld,
    /// Nothing was kept for that form.
    #[error("nothing was kept for this form")]
    DraftNotFound,
    /// It changed since it was read.
    #[error("it changed since it was read")]
    Stale,
    /// Too many passwords are being checked at once.
    #[error("too many passwords are being checked: try again in a moment")]
    Overloaded,
    /// Tried too often.
    #[error("tried too often: wait {} seconds", .0.as_secs())]
    TooManyAttempts(Duration),
    /// No such mail was asked for.
    #[error("no such mail was asked for")]
    IntentNotFound,
    /// Nobody is behind the reference.
    #[error("nobody is behind this reference")]
    RecipientNotFound,
}

impl Refused {
    /// What it means to a caller.
    #[must_use]
    pub const fn code(self) -> (Code, &'static str) {
        match self {
            Self::NotTheGateway => (Code::PermissionDenied, "GATEWAY_ONLY"),
            Self::NotNotifications => (Code::PermissionDenied, "NOTIFICATIONS_ONLY"),
            Self::NoAddress => (Code::InvalidArgument, "CLIENT_ADDRESS_MISSING"),
            Self::SessionEnded => (Code::Unauthenticated, "SESSION_ENDED"),
            Self::WrongCredentials => (Code::Unauthenticated, "WRONG_CREDENTIALS"),
            Self::FlowEnded => (Code::FailedPrecondition, "FLOW_ENDED"),
            Self::FlowStepWrong => (Code::FailedPrecondition, "FLOW_STEP_WRONG"),
            Self::LinkDead => (Code::NotFound, "LINK_DEAD"),
            Self::ReauthenticationNeeded => (Code::FailedPrecondition, "REAUTHENTICATION_NEEDED"),
            Self::SecondFactorNotStarted => (Code::FailedPrecondition, "SECOND_FACTOR_NOT_STARTED"),
            Self::PasskeyNotAsked => (Code::FailedPrecondition, "PASSKEY_NOT_ASKED"),
            Self::TooManyPasskeys => (Code::FailedPrecondition, "TOO_MANY_PASSKEYS"),
            Self::PasskeyNotFound => (Code::NotFound, "PASSKEY_NOT_FOUND"),
            Self::SecondFactorRequired => (Code::FailedPrecondition, "SECOND_FACTOR_REQUIRED"),
            Self::RightNotHeld => (Code::PermissionDenied, "RIGHT_NOT_HELD"),
            Self::DraftNotFound => (Code::NotFound, "DRAFT_NOT_FOUND"),
            Self::Stale => (Code::Aborted, "STALE_ETAG"),
            Self::Overloaded => (Code::ResourceExhausted, "OVERLOADED"),
            Self::TooManyAttempts(_) => (Code::ResourceExhausted, "TOO_MANY_ATTEMPTS"),
            Self::IntentNotFound => (Code::NotFound, "INTENT_NOT_FOUND"),
            Self::RecipientNotFound => (Code::NotFound, "RECIPIENT_NOT_FOUND"),
        }
    }

    /// When to try again.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Overloaded => Some(Duration::from_secs(2)),
            Self::TooManyAttempts(wait) => Some(wait),
            _ => None,
        }
    }
}
