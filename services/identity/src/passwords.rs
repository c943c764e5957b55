//! Hashing passwords, within bounds: each hash takes much memory on purpose, so only so many run at once and only so many wait.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::Context as _;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::{Semaphore, oneshot};

use crate::{
    domain::password::Password,
    error::{Error, accounts::Refused},
};

/// What a hash costs (Argon2id), and how many are made at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// So many at once: one for each core.
    pub slots: usize,
    /// So many wait for a slot; who comes then is told to come again.
    pub queue: usize,
}

impl Default for Cost {
    /// 46 MiB, one pass (OWASP's equal of 19 MiB, two).
    fn default() -> Self {
        let slots = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { memory: 46 * 1024, passes: 1, slots, queue: 32 }
    }
}

/// How far hashing steps back while something else wants the processor (nice(2)): who reads and who is signed in go before a storm
/// of sign-ins.
const YIELDING: i32 = 10;

/// Hashes passwords and compares them.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    hasher: Argon2<'static>,
    params: Params,
    /// Of a password that nobody has: compared with where there is no account, which must take as long.
    nobodys: String,
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
}

/// How a password compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// It is another one, or there is none to compare with.
    Wrong,
    /// It is the one.
    Right {
        /// Its hash with the present cost, where it was kept with a lower one.
        rehashed: Option<String>,
    },
}

impl Passwords {
    /// Hashes at this cost.
    ///
    /// # Errors
    /// The cost is none that Argon2 takes.
    pub fn new(cost: Cost) -> anyhow::Result<Self> {
        let params = Params::new(cost.memory, cost.passes, 1, Some(32)).map_err(anyhow::Error::msg).context("the cost of passwords")?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let nobodys = hash(&hasher, &runtime::random::<32>()).context("passwords cannot be hashed")?;
        let slots = Arc::new(Semaphore::new(cost.slots));
        Ok(Self(Arc::new(Inner { hasher, params, nobodys, slots, waiting: AtomicUsize::new(0), queue: cost.queue })))
    }

    /// Says whether one more may wait just now: who may not is refused before anything is done for them.
    ///
    /// # Errors
    /// OVERLOADED when too many are at it.
    pub fn admit(&self) -> Result<(), Error> {
        self.0.admit(self.0.waiting.load(Ordering::Relaxed))
    }

    /// Hashes a password that was chosen: a PHC string, with a salt of its own.
    ///
    /// # Errors
    /// OVERLOADED when too many are at it.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        self.in_a_slot(move |inner| hash(&inner.hasher, password.bytes())).await?
    }

    /// Compares a password with a kept hash; with none it takes as long and is wrong.
    ///
    /// # Errors
    /// OVERLOADED when too many are at it.
    pub async fn compare(&self, typed: Password, kept: Option<String>) -> Result<Compared, Error> {
        self.in_a_slot(move |inner| inner.compare(&typed, kept.as_deref())).await?
    }

    /// Runs `work` on a thread of its own once there is a slot. The slot is held until the work ends, whoever hangs up meanwhile.
    async fn in_a_slot<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> T + Send + 'static) -> Result<T, Error> {
        let queue = Queue(&self.0.waiting);
        self.0.admit(queue.0.fetch_add(1, Ordering::Relaxed))?;
        let slot = Arc::clone(&self.0.slots).acquire_owned().await.map_err(|_| Refused::Overloaded)?;
        drop(queue);
        let inner = Arc::clone(&self.0);
        let (tell, told) = oneshot::channel();
        let hashing = thread::Builder::new().name("hashing".to_owned()).spawn(move || {
            // On Linux a thread has a priority of its own. A system that refuses it only hashes a little sooner.
            let _ = rustix::process::nice(YIELDING);
            let done = work(&inner);
            drop(slot);
            let _ = tell.send(done); // nobody waits any more
        });
        hashing.map_err(|fault| Error::Hashing(fault.into()))?;
        told.await.map_err(|fault| Error::Hashing(fault.into()))
    }
}

impl Inner {
    /// Lets one more wait, beside so many that wait already.
    fn admit(&self, waiting: usize) -> Result<(), Error> {
        let room = self.queue + self.slots.available_permits();
        if waiting < room { Ok(()) } else { Err(Refused::Overloaded.into()) }
    }

    fn compare(&self, typed: &Password, kept: Option<&str>) -> Result<Compared, Error> {
        let parsed = PasswordHash::new(kept.unwrap_or(&self.nobodys)).map_err(|_| Error::PasswordHash)?;
        let is_right = self.hasher.verify_password(typed.bytes(), &parsed).is_ok() && kept.is_some();
        if !is_right {
            return Ok(Compared::Wrong);
        }
        let made_with = Params::try_from(&parsed).map_err(|_| Error::PasswordHash)?;
        let is_cheaper = made_with.m_cost() < self.params.m_cost() || made_with.t_cost() < self.params.t_cost();
        let rehashed = if is_cheaper { Some(hash(&self.hasher, typed.bytes())?) } else { None };
        Ok(Compared::Right { rehashed })
    }
}

/// Who waits for a slot: counted until the slot is there, or the caller hangs up.
struct Queue<'a>(&'a AtomicUsize);

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(hasher: &Argon2<'_>, password: &[u8]) -> Result<String, Error> {
    let salt: [u8; 16] = runtime::random();
    let hash = hasher.hash_password_with_salt(password, &salt).map_err(|_| Error::PasswordHash)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap(memory: u32) -> Passwords {
        Passwords::new(Cost { memory, passes: 1, slots: 1, queue: 2 }).unwrap()
    }

    #[test]
    fn what_is_installed_costs_what_is_promised() {
        let Cost { memory, passes, .. } = Cost::default();
        let hash = hash(&Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory, passes, 1, Some(32)).unwrap()), b"x");
        assert!(hash.unwrap().starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
    }

    #[tokio::test]
    async fn the_same_text_in_another_form_is_the_same_password() {
        let passwords = cheap(64);
        let kept = passwords.hash(Password::typed("e\u{301}te\u{301} au bord de l'eau")).await.unwrap();

        let typed = Password::typed("été au bord de l'eau");
        assert_eq!(passwords.compare(typed.clone(), Some(kept.clone())).await.unwrap(), Compared::Right { rehashed: None });
        assert_eq!(passwords.compare(Password::typed("ete au bord de l'eau"), Some(kept)).await.unwrap(), Compared::Wrong);
        assert_eq!(passwords.compare(typed, None).await.unwrap(), Compared::Wrong);
    }

    #[tokio::test]
    async fn a_cheaper_hash_is_made_anew_when_its_password_is_typed() {
        let (before, after) = (cheap(64), cheap(128));
        let kept = before.hash(Password::typed("brouette kumquat")).await.unwrap();

        let Compared::Right { rehashed: Some(hash) } = after.compare(Password::typed("brouette kumquat"), Some(kept)).await.unwrap() else {
            panic!("it was not made anew");
        };

        assert!(hash.contains("m=128,"));
        let again = after.compare(Password::typed("brouette kumquat"), Some(hash)).await.unwrap();
        assert_eq!(again, Compared::Right { rehashed: None });
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_comes_to_a_full_queue_is_turned_away_and_the_rest_is_served() {
        let passwords = cheap(16 * 1024);
        let tries = (0..20).map(|_| passwords.compare(Password::typed("x"), None));

        let answers = futures_util::future::join_all(tries).await;

        let turned_away = answers.iter().filter(|answer| matches!(answer, Err(Error::Person(Refused::Overloaded)))).count();
        assert!((1..20).contains(&turned_away), "{turned_away}");
        assert_eq!(passwords.0.slots.available_permits(), 1);
        assert_eq!(passwords.0.waiting.load(Ordering::Relaxed), 0);
    }
}
