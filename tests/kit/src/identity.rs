use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use kernel::{Clock, Right, SystemClock};
use runtime::{
    PrivateKey, Timing, Verifier, Void,
    access::{Key, Keys},
    claims::{ACCESS_TOKEN, Claims},
};
use uuid::Uuid;

/// The issuer of the tokens that a test identity gives.
pub const TEST_ISSUER: &str = "http://identity.test";

/// The services a test token is good for, unless it is made otherwise.
const SERVICES: [&str; 5] = ["identity", "directory", "projects", "notifications", "gateway"];

/// An issuer in process: gives tokens for any right, and voids them on demand; the verifiers it made trust it.
pub struct TestIdentity {
    key: PrivateKey,
    clock: Arc<dyn Clock>,
    verifiers: Mutex<Vec<Verifier>>,
}

impl Default for TestIdentity {
    fn default() -> Self {
        Self::by(Arc::new(SystemClock))
    }
}

impl TestIdentity {
    /// An issuer that goes by this clock.
    #[must_use]
    pub fn by(clock: Arc<dyn Clock>) -> Self {
        Self { key: PrivateKey::generate(), clock, verifiers: Mutex::default() }
    }

    /// A verifier for this service that trusts us and, having heard us once, does not fear our silence.
    #[must_use]
    pub fn verifier(&self, service: &'static str) -> Verifier {
        let verifier = self.silent(service, Timing { freshness: Duration::from_secs(86_400), ..Timing::default() });
        verifier.hear([]);
        verifier
    }

    /// A verifier that trusts us and has not heard from us yet: see [`TestIdentity::speak`].
    ///
    /// # Panics
    /// Never: the key is good.
    #[must_use]
    pub fn silent(&self, service: &'static str, timing: Timing) -> Verifier {
        let verifier = Verifier::new(service, Arc::clone(&self.clock), timing);
        let key = Key { public: *self.key.public(), valid_until: self.clock.now() + TimeDelta::days(1) };
        verifier.trust(Keys { issuer: TEST_ISSUER.to_owned(), keys: vec![key] }).expect("a key that was just made");
        self.verifiers.lock().unwrap_or_else(PoisonError::into_inner).push(verifier.clone());
        verifier
    }

    /// A token with this right, written as `region:53:reader`; its subject is the right itself, its session is new.
    #[must_use]
    pub fn token(&self, right: &str) -> String {
        self.token_of(right, |_| {})
    }

    /// A token whose claims are changed before it is signed.
    ///
    /// # Panics
    /// The text is no right.
    #[must_use]
    pub fn token_of(&self, right: &str, change: impl FnOnce(&mut Claims)) -> String {
        let mut claims = self.claims(right.parse().expect("a right, as region:53:reader"));
        change(&mut claims);
        self.sign(ACCESS_TOKEN, &claims)
    }

    /// Signs what is not a token as if it were.
    ///
    /// # Panics
    /// The claims are not JSON.
    #[must_use]
    pub fn sign(&self, typ: &str, claims: &impl serde::Serialize) -> String {
        self.key.sign(typ, claims).expect("claims that can be written")
    }

    /// Voids a session on every verifier.
    pub fn void_session(&self, sid: &str) {
        self.tell(&Void::Session(sid.to_owned()));
    }

    /// Voids the tokens of a subject below a generation, on every verifier.
    pub fn void_subject(&self, subject: &str, below: u64) {
        self.tell(&Void::Generation { subject: subject.to_owned(), below });
    }

    /// Lets every verifier hear from us: a heartbeat.
    pub fn speak(&self) {
        self.each(|verifier| verifier.hear([]));
    }

    fn tell(&self, void: &Void) {
        self.each(|verifier| verifier.hear([void.clone()]));
    }

    fn each(&self, act: impl Fn(&Verifier)) {
        self.verifiers.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(act);
    }

    fn claims(&self, right: Right) -> Claims {
        let now = self.clock.now().timestamp();
        Claims {
            iss: TEST_ISSUER.to_owned(),
            aud: SERVICES.map(str::to_owned).to_vec(),
            sub: right.to_string(),
            client_id: "test-client".to_owned(),
            jti: Uuid::new_v4().to_string(),
            iat: now,
            exp: now + 300,
            sid: Uuid::new_v4().to_string(),
            generation: 1,
            scope: right.to_string(),
            right,
        }
    }
}
