use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::{Caller, Clock};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Notify, watch};

use super::{Admission, Refused, Void, voids::Voids};
use crate::{
    claims::{ACCESS_TOKEN, Claims},
    keys::{InvalidKey, PublicKey},
};

/// How far ahead of ours the issuer's clock may be.
const SKEW: TimeDelta = TimeDelta::seconds(30);
/// How many checked tokens are remembered, so that a signature is checked once and not at every call.
const REMEMBERED: usize = 10_000;

/// How long a process trusts what it has heard.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// Without a word about voids for so long, nothing that needs a right is answered.
    pub freshness: Duration,
    /// Keys are asked for again at most this often because of a token with an unknown one.
    pub refetch: Duration,
    /// How long such a call waits for the answer.
    pub patience: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { freshness: Duration::from_secs(5), refetch: Duration::from_secs(10), patience: Duration::from_secs(2) }
    }
}

/// The keys that tokens may be signed with, and by whom.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// The issuer identifier of the tokens they sign.
    pub issuer: String,
    /// The keys, whatever their order.
    pub keys: Vec<Key>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key itself.
    pub public: PublicKey,
    /// Tokens it signed are refused from then on.
    pub valid_until: DateTime<Utc>,
}

/// Decides by itself whether an access token is good: by identity's keys and its voids, both fed from outside.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    audience: &'static str,
    clock: Arc<dyn Clock>,
    timing: Timing,
    ring: watch::Sender<Arc<Ring>>,
    wanted: Notify,
    asked: Mutex<Option<(Instant, u64)>>,
    voids: RwLock<Voids>,
    heard: Mutex<Option<Instant>>,
    checked: Mutex<HashMap<[u8; 32], Arc<Checked>>>,
}

#[derive(Default)]
struct Ring {
    issuer: String,
    keys: HashMap<String, (DecodingKey, DateTime<Utc>)>,
    /// Grows each time the keys are given.
    number: u64,
}

/// A token whose signature was found good.
struct Checked {
    kid: String,
    admission: Admission,
}

impl Verifier {
    /// Checks tokens for the service of this name; it knows no keys and has heard nothing yet.
    #[must_use]
    pub fn new(audience: &'static str, clock: Arc<dyn Clock>, timing: Timing) -> Self {
        Self(Arc::new(Inner {
            audience,
            clock,
            timing,
            ring: watch::Sender::default(),
            wanted: Notify::new(),
            asked: Mutex::default(),
            voids: RwLock::default(),
            heard: Mutex::default(),
            checked: Mutex::default(),
        }))
    }

    /// Takes these keys in place of those known.
    ///
    /// # Errors
    /// One of them cannot be used; the known ones stay.
    pub fn trust(&self, Keys { issuer, keys }: Keys) -> Result<(), InvalidKey> {
        let keys =
            keys.into_iter().map(|key| Ok((key.public.kid(), (key.public.decoding()?, key.valid_until)))).collect::<Result<_, _>>()?;
        self.0.ring.send_modify(|ring| *ring = Arc::new(Ring { issuer, keys, number: ring.number + 1 }));
        Ok(())
    }

    /// Takes what identity said about voids; nothing new is good to hear too.
    pub fn hear(&self, voids: impl IntoIterator<Item = Void>) {
        let now = self.0.clock.now();
        let mut known = self.0.voids.write().unwrap_or_else(PoisonError::into_inner);
        voids.into_iter().for_each(|void| known.note(void, now));
        *lock(&self.0.heard) = Some(Instant::now());
    }

    /// Waits until a token came whose key is not known; who feeds the keys then fetches them.
    pub async fn keys_wanted(&self) {
        self.0.wanted.notified().await;
    }

    /// Decides whether a token lets its holder in here, and as whom.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn check(&self, token: &str) -> Result<Admission, Refused> {
        let checked = self.signed(token).await?;
        self.still_good(&checked.admission)?;
        Ok(checked.admission.clone())
    }

    /// Whether a token that was let in still is: its time may be over, or it may have been voided.
    ///
    /// # Errors
    /// Why not.
    pub fn still_good(&self, admission: &Admission) -> Result<(), Refused> {
        if admission.claims.ends() <= self.0.clock.now() {
            return Err(Refused::Expired);
        }
        if self.0.voids.read().unwrap_or_else(PoisonError::into_inner).cover(&admission.claims) {
            return Err(Refused::Void);
        }
        if self.is_fresh() { Ok(()) } else { Err(Refused::FreshnessUnknown) }
    }

    /// Whether identity has been heard lately.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        lock(&self.0.heard).is_some_and(|heard| heard.elapsed() < self.0.timing.freshness)
    }

    /// Checks what never changes about a token: its type, signature, issuer, audience and right.
    async fn signed(&self, token: &str) -> Result<Arc<Checked>, Refused> {
        let print = Sha256::digest(token).into();
        let known = lock(&self.0.checked).get(&print).map(Arc::clone);
        if let Some(known) = known.filter(|known| self.0.ring.borrow().usable(&known.kid, self.0.clock.now()).is_some()) {
            return Ok(known);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|error| invalid(&error.to_string()))?;
        if header.alg != Algorithm::ES256 || header.crit.is_some() || !header.typ.as_deref().is_some_and(is_access_token) {
            return Err(invalid("type or algorithm"));
        }
        let kid = header.kid.ok_or_else(|| invalid("no kid"))?;
        let ring = self.ring_with(&kid).await?;
        let claims = self.claims(token, &kid, &ring)?;
        let caller = Caller { subject: claims.sub.clone(), session: claims.sid.clone(), right: claims.right.clone() };
        let checked = Arc::new(Checked { kid, admission: Admission { caller, claims } });
        let mut remembered = lock(&self.0.checked);
        if remembered.len() >= REMEMBERED {
            let now = self.0.clock.now();
            remembered.retain(|_, checked| checked.admission.claims.ends() > now);
            if remembered.len() >= REMEMBERED {
                remembered.clear();
            }
        }
        remembered.insert(print, Arc::clone(&checked));
        Ok(checked)
    }

    fn claims(&self, token: &str, kid: &str, ring: &Ring) -> Result<Claims, Refused> {
        let now = self.0.clock.now();
        let key = ring.usable(kid, now).ok_or_else(|| invalid("the key is no longer used"))?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &signature_only()).map_err(|error| invalid(&error.to_string()))?.claims;
        if claims.iss != ring.issuer || !claims.aud.iter().any(|aud| aud == self.0.audience) {
            return Err(invalid("issuer or audience"));
        }
        if claims.iat > (now + SKEW).timestamp() || claims.exp <= claims.iat {
            return Err(invalid("times"));
        }
        Ok(claims)
    }

    /// The keys, which know this one if identity does: an unknown one has them fetched again, not more often than allowed.
    async fn ring_with(&self, kid: &str) -> Result<Arc<Ring>, Refused> {
        let mut rings = self.0.ring.subscribe();
        let ring = Arc::clone(&rings.borrow());
        if ring.keys.contains_key(kid) {
            return Ok(ring);
        }
        let asked_at = self.want_keys(ring.number).ok_or_else(|| unknown(&ring))?;
        let fetched = tokio::time::timeout(self.0.timing.patience, rings.wait_for(|ring| ring.number > asked_at)).await;
        let Ok(Ok(ring)) = fetched.map(|ring| ring.map(|ring| Arc::clone(&ring))) else { return Err(Refused::FreshnessUnknown) };
        if ring.keys.contains_key(kid) { Ok(ring) } else { Err(unknown(&ring)) }
    }

    /// Asks for the keys unless that was done lately; gives the number of the ring that the answer has to follow.
    fn want_keys(&self, number: u64) -> Option<u64> {
        let mut asked = lock(&self.0.asked);
        match *asked {
            Some((at, before)) if at.elapsed() < self.0.timing.refetch => (before >= number).then_some(before),
            _ => {
                *asked = Some((Instant::now(), number));
                self.0.wanted.notify_one();
                Some(number)
            }
        }
    }
}

impl Ring {
    fn usable(&self, kid: &str, now: DateTime<Utc>) -> Option<&DecodingKey> {
        self.keys.get(kid).filter(|(_, valid_until)| *valid_until > now).map(|(key, _)| key)
    }
}

/// Times, issuer and audience are checked by us: against our clock, and with no tolerance that nobody asked for.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

/// RFC 9068 §4: the type may carry its media type's prefix, and is compared without case.
fn is_access_token(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == ACCESS_TOKEN
}

/// A key nobody knows: while no keys are known at all, it is us who cannot tell.
fn unknown(ring: &Ring) -> Refused {
    if ring.number == 0 { Refused::FreshnessUnknown } else { invalid("unknown key") }
}

fn invalid(why: &str) -> Refused {
    tracing::debug!(why, "an access token is refused");
    Refused::Invalid
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
