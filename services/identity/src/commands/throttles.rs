use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use database::transact;
use sqlx::PgPool;

use crate::{
    domain::{
        AccountId, DeviceId, SessionId,
        account::Account,
        throttle::{Rule, Wait},
        visit::Visit,
    },
    error::{Error, accounts::Refused},
    store::{self, throttles::Bucket},
};

/// Guesses of a secret that belongs to one account.
pub const GUESSES: Rule = Rule::Guesses { free: 5, cap: TimeDelta::minutes(15), daily: 25, in_row: 100 };
/// What one network may do: an office of 300 is behind one address.
const OFFICE: Rule = Rule::Rate { every: TimeDelta::milliseconds(33), burst: 300 };
/// Mails that one network may cause.
const CAUSED: Rule = Rule::Quota { count: 600, span: TimeDelta::hours(1) };
/// Codes of mails that are tried for one address.
const CODES: Rule = Rule::Quota { count: 10, span: TimeDelta::hours(1) };
/// Mails of a kind that go to one address.
const MAILS: Rule = Rule::Quota { count: 5, span: TimeDelta::hours(24) };
/// Mails of sign-ups that name one collectivité.
const SIGN_UPS: Rule = Rule::Quota { count: 200, span: TimeDelta::hours(24) };
/// How often the accounts of one collectivité are written to because somebody does not know an address.
const ADDRESSES: Rule = Rule::Quota { count: 5, span: TimeDelta::hours(24) };
/// Refusals that are written down: who is refused must not fill the journal.
const REFUSALS: Rule = Rule::Quota { count: 120, span: TimeDelta::minutes(1) };

/// Takes a try from each bucket, and commits that before anything is looked at: of many guesses at once each counts.
///
/// Every method that checks a secret begins with it.
///
/// # Errors
/// TOO_MANY_ATTEMPTS, with how long to wait; the database's.
pub async fn take(pool: &PgPool, buckets: &[Bucket]) -> Result<(), Error> {
    let taken = transact(pool, async |tx| store::throttles::take(tx, buckets).await).await?;
    Ok(taken.map_err(Refused::from)?)
}

/// What a network does.
#[must_use]
pub fn office(visit: &Visit) -> Bucket {
    Bucket::of("office", &visit.network(), OFFICE)
}

/// What a network does that a mail follows.
#[must_use]
pub fn causes_mail(visit: &Visit) -> [Bucket; 2] {
    [office(visit), Bucket::of("causes-mail", &visit.network(), CAUSED)]
}

/// Guesses of the password of whoever signs in with an address, known or not: all of them, and those from one network.
/// A browser that signed in before has a bucket of its own, so that others' failures never keep its owner out.
#[must_use]
pub fn sign_in(visit: &Visit, email_key: &str, device: Option<DeviceId>) -> Vec<Bucket> {
    let network = visit.network();
    let mut buckets = match device {
        Some(device) => vec![Bucket::of("device", &device.to_string(), GUESSES)],
        None => vec![account(email_key), Bucket::of("pair", &format!("{network} {email_key}"), GUESSES)],
    };
    buckets.push(office(visit));
    buckets
}

/// Guesses of the password of whoever signs in with an address.
#[must_use]
pub fn account(email_key: &str) -> Bucket {
    Bucket::of("account", email_key, GUESSES)
}

/// What keeps the owner of an account out, whoever guessed: forgotten once they have proved their address and chosen a password.
#[must_use]
pub fn of_account(account: &Account) -> [Bucket; 2] {
    [self::account(&account.email.key()), Bucket::of("second-factor", &account.id.to_string(), GUESSES)]
}

/// Guesses of the password by who is signed in.
#[must_use]
pub fn reauthentication(visit: &Visit, session: SessionId) -> [Bucket; 2] {
    [Bucket::of("reauthentication", &session.to_string(), GUESSES), office(visit)]
}

/// Guesses of the second factor of an account.
#[must_use]
pub fn second_factor(visit: &Visit, account: AccountId) -> [Bucket; 2] {
    [Bucket::of("second-factor", &account.to_string(), GUESSES), office(visit)]
}

/// Tries to sign in with a passkey: from one network with one key, so that nobody elsewhere keeps its owner out, or from a browser
/// that signed in before.
#[must_use]
pub fn passkey(visit: &Visit, credential: &[u8], device: Option<DeviceId>) -> Vec<Bucket> {
    let of_key = || format!("{} {}", visit.network(), URL_SAFE_NO_PAD.encode(credential));
    let bucket = match device {
        Some(device) => Bucket::of("passkey-device", &device.to_string(), GUESSES),
        None => Bucket::of("passkey", &of_key(), GUESSES),
    };
    vec![bucket, office(visit)]
}

/// Codes of mails to an address that are tried.
#[must_use]
pub fn code(visit: &Visit, email_key: &str) -> [Bucket; 2] {
    [Bucket::of("code", email_key, CODES), office(visit)]
}

/// A mail of a kind to an address.
#[must_use]
pub fn mail(kind: &str, email_key: &str) -> Bucket {
    Bucket::of("mail", &format!("{kind} {email_key}"), MAILS)
}

/// A mail for a sign-up that names a collectivité.
#[must_use]
pub fn sign_ups_of(collectivite_id: &str) -> Bucket {
    Bucket::of("sign-ups", collectivite_id, SIGN_UPS)
}

/// Mails to all accounts of a collectivité.
#[must_use]
pub fn addresses_of(collectivite_id: &str) -> Bucket {
    Bucket::of("addresses", collectivite_id, ADDRESSES)
}

/// A refusal that is written down.
#[must_use]
pub fn refusal(act: &str) -> Bucket {
    Bucket::of("refusal", act, REFUSALS)
}

impl From<Wait> for Refused {
    /// Told in whole seconds, rounded up: who waits that long is let in.
    fn from(wait: Wait) -> Self {
        let seconds = u64::try_from((wait.0.num_milliseconds() + 999) / 1000).unwrap_or(0);
        Self::TooManyAttempts(Duration::from_secs(seconds.max(1)))
    }
}
