//! What is done: one function a write, each within one transaction with its line in the journal.

pub mod accounts;
pub mod choices;
pub mod clients;
pub mod drafts;
pub mod email_changes;
pub mod expiries;
pub mod flow_mails;
pub mod flows;
pub mod mails;
pub mod passkey_sign_ins;
pub mod passkeys;
pub mod proofs;
pub mod second_factors;
pub mod session_tokens;
pub mod sessions;
pub mod sign_ins;
pub mod sign_ups;
pub mod successions;
pub mod teams;
pub mod throttles;
pub mod tokens;
