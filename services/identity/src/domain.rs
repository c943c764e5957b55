//! The rules, pure: what a client is, when a key signs, which assertion is good; who has an account, and how often may be tried.

pub mod account;
pub mod approval;
pub mod assertion;
pub mod calendar;
pub mod chain;
pub mod client;
pub mod flow;
pub mod found;
pub mod invitation;
pub mod joincode;
pub mod mail;
pub mod membership;
pub mod passkey;
pub mod password;
pub mod person;
pub mod place;
pub mod report;
pub mod request;
pub mod scope;
pub mod second_factor;
pub mod secret;
pub mod session;
pub mod signing;
pub mod team;
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
    /// A passkey of an account.
    PasskeyId
}
kernel::id! {
    /// What an account may do, and until when.
    MembershipId
}
kernel::id! {
    /// That somebody asks to act for a collectivité.
    RequestId
}
kernel::id! {
    /// That somebody was invited to a team.
    InvitationId
}
kernel::id! {
    /// That a collectivité is not in the list.
    ReportId
}

/// The subject of an account's tokens, and its name in the journal.
#[must_use]
pub fn subject(account: AccountId) -> String {
    format!("account:{account}")
}
