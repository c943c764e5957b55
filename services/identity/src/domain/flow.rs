//! The ways that a browser is on, as one table: what each step waits for, and what comes next. All else is refused.

use chrono::{DateTime, TimeDelta, Utc};

use super::{AccountId, DeviceId, FlowId, person::Locale};

/// What a flow is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Making an account.
    SignUp,
    /// Choosing another password.
    Recovery,
    /// Finding out which address has an account: each account of a collectivité gets a mail.
    AddressRecovery,
    /// Giving an account another address.
    EmailChange,
    /// Signing in, after the password.
    SecondFactor,
    /// Signing in by a passkey alone.
    PasskeySignIn,
    /// Adding a passkey to an account.
    PasskeySetUp,
}

/// What a flow waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The code or the link of a mail.
    Mail,
    /// A password.
    Password,
    /// A code of the authenticator, or a passkey.
    SecondFactor,
    /// What a passkey signs.
    Passkey,
    /// Nothing.
    Done,
}

/// What a browser wants of a flow; of codes and links those that were found to be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Request {
    /// The mail again.
    Resend,
    /// The mail to another address.
    CorrectAddress,
    /// To prove the address by a code.
    Code,
    /// To prove the address by a link, in the browser that asked.
    LinkHere,
    /// To prove the address by a link, in another browser.
    LinkElsewhere,
    /// To set a password.
    ChoosePassword,
    /// To prove the second factor by a code.
    SecondFactor,
    /// To be asked for a passkey as the second factor.
    AskPasskey,
    /// To prove a passkey.
    Passkey,
    /// To add a passkey.
    AddPasskey,
}

/// Why a flow refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is over.
    #[error("it is over")]
    Ended,
    /// It waits for something else.
    #[error("it waits for something else")]
    StepWrong,
}

/// The step that comes after a request; nothing else moves a flow.
///
/// # Errors
/// The request is not what the step waits for.
pub const fn next(kind: Kind, step: Step, request: Request) -> Result<Step, Refusal> {
    use {Kind as K, Request as R, Step as S};
    match (kind, step, request) {
        (_, S::Done, _) => Err(Refusal::Ended),
        (K::SignUp | K::Recovery | K::EmailChange, S::Mail, R::Resend | R::CorrectAddress) => Ok(S::Mail),
        (K::AddressRecovery, S::Mail, R::Resend) => Ok(S::Mail),
        (K::SignUp | K::EmailChange, S::Mail, R::Code | R::LinkHere) => Ok(S::Done),
        // Who typed the first password did not prove the address: it is chosen again by who did.
        (K::SignUp, S::Mail, R::LinkElsewhere) => Ok(S::Password),
        (K::EmailChange, S::Mail, R::LinkElsewhere) => Ok(S::Done),
        (K::Recovery, S::Mail, R::Code | R::LinkHere | R::LinkElsewhere) => Ok(S::Password),
        (K::SignUp | K::Recovery, S::Password, R::ChoosePassword) => Ok(S::Done),
        (K::SecondFactor, S::SecondFactor, R::AskPasskey) => Ok(S::SecondFactor),
        (K::SecondFactor, S::SecondFactor, R::SecondFactor | R::Passkey) => Ok(S::Done),
        (K::PasskeySignIn, S::Passkey, R::Passkey) => Ok(S::Done),
        (K::PasskeySetUp, S::Passkey, R::AddPasskey) => Ok(S::Done),
        _ => Err(Refusal::StepWrong),
    }
}

/// How often a code can be tried in one flow.
pub const TRIES: i32 = 5;
/// A flow that waits for a mail is over after so long, as its mails are.
pub const WAITS: TimeDelta = TimeDelta::hours(24);
/// A password is to be chosen within so long after the address was proved.
pub const CHOOSES: TimeDelta = TimeDelta::minutes(30);
/// The second step is to come within so long after the password.
pub const SECOND: TimeDelta = TimeDelta::minutes(10);
/// A passkey is to sign within so long after it was asked to.
pub const SIGNS: TimeDelta = TimeDelta::minutes(5);

/// A way that a browser is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Names it.
    pub id: FlowId,
    /// What it is for.
    pub kind: Kind,
    /// What it waits for.
    pub step: Step,
    /// The address as it was typed, and as it is compared; empty where none was.
    pub email: String,
    /// See `email`.
    pub email_key: String,
    /// Whose it is, where that is known.
    pub account: Option<AccountId>,
    /// The browser, where it is one that signed in before.
    pub device: Option<DeviceId>,
    /// What a sign-up will make an account of: first name, last name, function.
    pub person: (String, String, String),
    /// The password of a sign-up, hashed.
    pub password: Option<String>,
    /// The collectivité it is about: id and name; empty for none.
    pub collectivite: (String, String),
    /// The language of the act.
    pub locale: Locale,
    /// How often a code was tried.
    pub tries: i32,
    /// When the last mail was asked for.
    pub sent_at: DateTime<Utc>,
    /// It is over then.
    pub expires_at: DateTime<Utc>,
}

impl Flow {
    /// A flow that begins now.
    #[must_use]
    pub fn begun(kind: Kind, locale: Locale, now: DateTime<Utc>) -> Self {
        let (step, life) = match kind {
            Kind::SecondFactor => (Step::SecondFactor, SECOND),
            Kind::PasskeySignIn | Kind::PasskeySetUp => (Step::Passkey, SIGNS),
            _ => (Step::Mail, WAITS),
        };
        Self {
            id: FlowId::made(now),
            kind,
            step,
            email: String::new(),
            email_key: String::new(),
            account: None,
            device: None,
            person: Default::default(),
            password: None,
            collectivite: Default::default(),
            locale,
            tries: 0,
            sent_at: now,
            expires_at: now + life,
        }
    }

    /// The flow after a request.
    ///
    /// # Errors
    /// The request is not what it waits for.
    pub fn after(self, request: Request, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let step = next(self.kind, self.step, request)?;
        let expires_at = if step == Step::Password { now + CHOOSES } else { self.expires_at };
        Ok(Self { step, expires_at, ..self })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [Kind; 7] = [
        Kind::SignUp,
        Kind::Recovery,
        Kind::AddressRecovery,
        Kind::EmailChange,
        Kind::SecondFactor,
        Kind::PasskeySignIn,
        Kind::PasskeySetUp,
    ];
    const STEPS: [Step; 5] = [Step::Mail, Step::Password, Step::SecondFactor, Step::Passkey, Step::Done];
    const REQUESTS: [Request; 10] = [
        Request::Resend,
        Request::CorrectAddress,
        Request::Code,
        Request::LinkHere,
        Request::LinkElsewhere,
        Request::ChoosePassword,
        Request::SecondFactor,
        Request::AskPasskey,
        Request::Passkey,
        Request::AddPasskey,
    ];

    /// Every edge there is, written a second time: kind, step, request, next step.
    const EDGES: &str = "
        SignUp Mail Resend Mail; SignUp Mail CorrectAddress Mail; SignUp Mail Code Done; SignUp Mail LinkHere Done;
        SignUp Mail LinkElsewhere Password; SignUp Password ChoosePassword Done;
        Recovery Mail Resend Mail; Recovery Mail CorrectAddress Mail; Recovery Mail Code Password; Recovery Mail LinkHere Password;
        Recovery Mail LinkElsewhere Password; Recovery Password ChoosePassword Done;
        AddressRecovery Mail Resend Mail;
        EmailChange Mail Resend Mail; EmailChange Mail CorrectAddress Mail; EmailChange Mail Code Done; EmailChange Mail LinkHere Done;
        EmailChange Mail LinkElsewhere Done;
        SecondFactor SecondFactor SecondFactor Done; SecondFactor SecondFactor AskPasskey SecondFactor;
        SecondFactor SecondFactor Passkey Done; PasskeySignIn Passkey Passkey Done; PasskeySetUp Passkey AddPasskey Done";

    #[test]
    fn only_the_listed_edges_exist() {
        let mut found = Vec::new();
        for kind in KINDS {
            for step in STEPS {
                for request in REQUESTS {
                    if let Ok(next) = next(kind, step, request) {
                        found.push(format!("{kind:?} {step:?} {request:?} {next:?}"));
                    }
                }
            }
        }
        let mut listed: Vec<String> = EDGES.split(';').map(|edge| edge.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        found.sort();
        listed.sort();
        assert_eq!(found, listed);
    }

    proptest! {
        #[test]
        fn no_walk_reaches_a_password_or_the_end_without_a_proof(
            kind in 0..KINDS.len(),
            walk in proptest::collection::vec(0..REQUESTS.len(), 0..40),
        ) {
            let kind = KINDS[kind];
            let mut flow = Flow::begun(kind, Locale::Fr, DateTime::UNIX_EPOCH);
            let (mut proved, mut ended) = (false, false);
            for request in walk.into_iter().map(|n| REQUESTS[n]) {
                let before = flow.step;
                let Ok(moved) = flow.clone().after(request, DateTime::UNIX_EPOCH) else { continue };
                prop_assert!(!ended, "nothing moves it after its end");
                proved |= matches!(
                    request,
                    Request::Code | Request::LinkHere | Request::LinkElsewhere | Request::SecondFactor | Request::Passkey | Request::AddPasskey
                );
                prop_assert!(proved || moved.step == before);
                ended = moved.step == Step::Done;
                flow = moved;
            }
            prop_assert!(proved || matches!(flow.step, Step::Mail | Step::SecondFactor | Step::Passkey));
        }
    }
}
