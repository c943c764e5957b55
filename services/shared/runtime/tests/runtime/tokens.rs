use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta};
use kernel::{Clock as _, Frozen};
use runtime::{
    PrivateKey, Refused, Timing, Verifier, Void,
    access::{Key, Keys},
    claims::{ACCESS_TOKEN, Claims},
};

use crate::replica::spawn;

struct Issuer {
    key: PrivateKey,
    clock: Arc<Frozen>,
}

impl Issuer {
    fn new() -> Self {
        Self { key: PrivateKey::generate(), clock: Arc::new(Frozen::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap())) }
    }

    fn keys(&self) -> Keys {
        let key = Key { public: *self.key.public(), valid_until: self.clock.now() + TimeDelta::hours(1) };
        Keys { issuer: "us".into(), keys: vec![key] }
    }

    fn verifier(&self, timing: Timing) -> Verifier {
        let verifier = Verifier::new("directory", Arc::<Frozen>::clone(&self.clock), timing);
        verifier.trust(self.keys()).unwrap();
        verifier.hear([]);
        verifier
    }

    fn claims(&self) -> Claims {
        let now = self.clock.now().timestamp();
        Claims {
            iss: "us".into(),
            aud: vec!["directory".into()],
            sub: "ada".into(),
            client_id: "ada".into(),
            jti: "1".into(),
            iat: now,
            exp: now + 300,
            sid: "s".into(),
            generation: 3,
            right: "region:53:reader".parse().unwrap(),
            scope: "region:53:reader".into(),
        }
    }

    fn sign(&self, claims: &Claims) -> String {
        self.key.sign(ACCESS_TOKEN, claims).unwrap()
    }
}

#[tokio::test]
async fn a_token_is_refused_for_what_is_wrong_with_it() {
    let issuer = Issuer::new();
    let verifier = issuer.verifier(Timing::default());
    let good = issuer.claims();
    let wrong = [
        ("another issuer", Claims { iss: "them".into(), ..good.clone() }),
        ("another service", Claims { aud: vec!["projects".into()], ..good.clone() }),
        ("from the future", Claims { iat: good.iat + 120, exp: good.exp + 120, ..good.clone() }),
        ("ends before it begins", Claims { exp: good.iat, ..good.clone() }),
    ];

    assert_eq!(verifier.check(&issuer.sign(&good)).await.unwrap().caller.subject, "ada");
    for (name, claims) in wrong {
        assert_eq!(verifier.check(&issuer.sign(&claims)).await, Err(Refused::Invalid), "{name}");
    }
    for typ in ["JWT", "client-authentication+jwt", "logout+jwt"] {
        assert_eq!(verifier.check(&issuer.key.sign(typ, &good).unwrap()).await, Err(Refused::Invalid), "{typ}");
    }
}

#[tokio::test]
async fn a_token_that_was_good_is_looked_at_again_each_time() {
    let issuer = Issuer::new();
    let verifier = issuer.verifier(Timing::default());
    let token = issuer.sign(&issuer.claims());
    verifier.check(&token).await.unwrap();

    verifier.hear([Void::Generation { subject: "ada".into(), below: 3 }, Void::Session("other".into())]);
    assert!(verifier.check(&token).await.is_ok(), "neither void is about it");
    verifier.hear([Void::Generation { subject: "ada".into(), below: 4 }]);
    assert_eq!(verifier.check(&token).await, Err(Refused::Void));
    verifier.hear([Void::Generation { subject: "ada".into(), below: 2 }]);
    assert_eq!(verifier.check(&token).await, Err(Refused::Void), "an older word takes nothing back");

    issuer.clock.advance(TimeDelta::seconds(300));
    assert_eq!(verifier.check(&token).await, Err(Refused::Expired));
}

#[tokio::test]
async fn a_key_that_is_withdrawn_takes_its_tokens_with_it() {
    let issuer = Issuer::new();
    let verifier = issuer.verifier(Timing { patience: Duration::from_millis(50), ..Timing::default() });
    let token = issuer.sign(&issuer.claims());
    verifier.check(&token).await.unwrap();

    verifier.trust(Keys { issuer: "us".into(), keys: Vec::new() }).unwrap();

    assert!(verifier.check(&token).await.is_err());
}

#[tokio::test]
async fn silence_is_not_trusted() {
    let issuer = Issuer::new();
    let never = Verifier::new("directory", Arc::<Frozen>::clone(&issuer.clock), Timing::default());
    never.trust(issuer.keys()).unwrap();
    let lately = issuer.verifier(Timing { freshness: Duration::ZERO, ..Timing::default() });
    let token = issuer.sign(&issuer.claims());

    assert_eq!(never.check(&token).await, Err(Refused::FreshnessUnknown));
    assert_eq!(lately.check(&token).await, Err(Refused::FreshnessUnknown));
    assert_eq!(lately.check("noise").await, Err(Refused::Invalid), "what is no token is none, heard or not");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_keys_are_asked_for_once_in_a_while_and_found() {
    let (issuer, newer) = (Issuer::new(), Issuer::new());
    let verifier = issuer.verifier(Timing::default());
    let fetched = Arc::new(AtomicUsize::new(0));
    let (count, source, keys) = (Arc::clone(&fetched), verifier.clone(), [issuer.keys(), newer.keys()]);
    let fetching = spawn(async move {
        loop {
            source.keys_wanted().await;
            count.fetch_add(1, Ordering::SeqCst);
            let both = keys.iter().flat_map(|keys| keys.keys.clone()).collect();
            source.trust(Keys { issuer: "us".into(), keys: both }).unwrap();
        }
    });

    let tokens: Vec<String> = (0..20).map(|_| newer.sign(&newer.claims())).collect();
    let checks = futures_util::future::join_all(tokens.iter().map(|token| verifier.check(token))).await;
    assert!(checks.iter().all(Result::is_ok), "all who wait are answered by one fetch");
    let strangers: Vec<Issuer> = (0..20).map(|_| Issuer::new()).collect();
    for stranger in &strangers {
        assert_eq!(verifier.check(&stranger.sign(&stranger.claims())).await, Err(Refused::Invalid));
    }

    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    fetching.abort();
}
