//! The rules, pure: what a client is, when a key signs, which assertion is good; who has an account, and how often may be tried.

pub mod account;
pub mod assertion;
pub mod client;
pub mod flow;
pub mod mail;
pub mod membership;
pub mod password;
pub mod person;
pub mod second_factor;
pub mod secret;
pub mod session;
pub mod signing;
pub mod throttle;
pub mod visit;

kernel::id! {
    /// A person who can sign in.
    AccountId
}
kernel::id! {
    /// A way that a browser is on.
    FlowId
}
kernel::id! {
    /// A mail that was asked for: its intent, for who sends it.
    MailId
}
kernel::id! {
    /// A browser that is signed in.
    SessionId
}
kernel::id! {
    /// A browser that signed in before.
    DeviceId
}
kernel::id! {
    /// What an account may do, and until when.
    MembershipId
}

/// The subject of an account's tokens, and its name in the journal.
#[must_use]
pub fn subject(account: AccountId) -> String {
    format!("account:{account}")
}
