use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Clock as _, SystemClock};
use runtime::{Credentials, PrivateKey, claims::ASSERTION};
use serde_json::{Value, json};
use tonic::Code;

use crate::world::{ISSUER, World, ask, refusal};

fn claims(client: &Credentials) -> Value {
    let now = SystemClock.now().timestamp();
    json!({"iss": client.client, "sub": client.client, "aud": ISSUER, "jti": uuid::Uuid::new_v4(), "iat": now, "exp": now + 60})
}

/// An assertion of this client with one claim changed.
fn mutant(client: &Credentials, claim: &str, value: Value) -> String {
    let mut claims = claims(client);
    claims[claim] = value;
    client.key.sign(ASSERTION, &claims).unwrap()
}

fn now() -> i64 {
    SystemClock.now().timestamp()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_gets_a_token_that_says_who_it_is() {
    let world = World::start().await;
    let client = world.client("sgar-bretagne", &["region:53:reader"]).await;

    let token = ask(world.wire(), client.key.sign(ASSERTION, &claims(&client)).unwrap()).await.unwrap();

    let header = jsonwebtoken::decode_header(&token).unwrap();
    let said: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!((header.typ.as_deref(), header.alg), (Some("at+jwt"), Algorithm::ES256));
    assert_eq!(said["iss"], ISSUER);
    assert_eq!((&said["sub"], &said["client_id"]), (&json!("sgar-bretagne"), &json!("sgar-bretagne")));
    assert_eq!((&said["right"], &said["scope"]), (&json!("region:53:reader"), &json!("region:53:reader")));
    assert_eq!(said["aud"], json!(["identity", "directory"]));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 300);
    assert!(said["jti"].is_string() && said["sid"].is_string() && said["gen"] == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutant_of_an_assertion_is_refused() {
    let world = World::start().await;
    let (client, other) = (world.client("sgar-bretagne", &["region:53:reader"]).await, PrivateKey::generate());
    let neighbour = world.client("sgar-normandie", &["region:28:reader"]).await;
    let plain = claims(&client);
    let mutants = [
        ("token URL as audience", mutant(&client, "aud", json!(format!("{ISSUER}/oauth/token")))),
        ("audience as a list", mutant(&client, "aud", json!([ISSUER]))),
        ("audience with a slash", mutant(&client, "aud", json!(format!("{ISSUER}/")))),
        ("no audience", mutant(&client, "aud", Value::Null)),
        ("expired", mutant(&client, "exp", json!(now() - 1))),
        ("too long", mutant(&client, "exp", json!(now() + 400))),
        ("from the future", mutant(&client, "iat", json!(now() + 30))),
        ("no jti", mutant(&client, "jti", json!(""))),
        ("two names", mutant(&client, "sub", json!("sgar-normandie"))),
        ("unknown client", mutant(&client, "iss", json!("nobody"))),
        ("an access token's type", client.key.sign("at+jwt", &plain).unwrap()),
        ("somebody's key", other.sign(ASSERTION, &plain).unwrap()),
        ("another client's key", neighbour.key.sign(ASSERTION, &plain).unwrap()),
        ("no signature", unsigned(&plain)),
        ("HS256 with the public key", with_the_public_key(&client, &plain)),
        ("nothing", String::new()),
        ("noise", "a.b.c".to_owned()),
    ];
    let count = mutants.len();

    for (name, assertion) in mutants {
        let refused = ask(world.wire(), assertion).await.unwrap_err();
        assert_eq!(refusal(&refused), (Code::Unauthenticated, "ASSERTION_REFUSED".into()), "{name}");
    }

    let journal = world.journal().await;
    assert_eq!(journal.iter().filter(|(act, ..)| act == "assertion.refused").count(), count);
    assert!(ask(world.wire(), client.key.sign(ASSERTION, &plain).unwrap()).await.is_ok());
}

/// `alg: none`, as RFC 7519 §6.1 has it.
fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
}

/// The public key taken for a shared secret.
fn with_the_public_key(client: &Credentials, claims: &Value) -> String {
    let secret = EncodingKey::from_secret(client.key.public().to_pem().unwrap().as_bytes());
    let header = Header { kid: Some(client.key.public().kid()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &secret).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_once_whatever_replica_it_goes_to() {
    let world = World::start().await;
    let client = world.client("sgar-bretagne", &["region:53:reader"]).await;
    let assertion = client.assertion(crate::world::time()).unwrap();
    let wires = [world.wire_to(0), world.wire_to(1)];

    let tries = (0..20).map(|n| ask(wires[n % 2].clone(), assertion.clone()));
    let answers = futures_util::future::join_all(tries).await;

    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).map(refusal).collect();
    assert_eq!(refused.len(), 19);
    assert!(refused.iter().all(|refusal| *refusal == (Code::Unauthenticated, "ASSERTION_REPLAYED".into())), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_gets_only_the_right_and_the_services_it_is_registered_for() {
    let world = World::start().await;
    let client = world.client("sgar-ouest", &["region:53:reader", "region:28:editor"]).await;
    let tokens = world.tokens_of(&client);

    let unnamed = tokens.token().await.unwrap_err();
    let above = tokens.with_scope("region:53:admin").token().await.unwrap_err();
    let elsewhere = tokens.with_scope("region:53:reader").for_audience("projects").token().await.unwrap_err();

    assert_eq!(refusal(&unnamed), (Code::InvalidArgument, "INVALID_SCOPE".into()));
    assert_eq!(refusal(&above), (Code::InvalidArgument, "INVALID_SCOPE".into()));
    assert_eq!(refusal(&elsewhere), (Code::InvalidArgument, "INVALID_TARGET".into()));
    assert!(tokens.with_scope("region:28:editor").for_audience("directory").token().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_bounded_and_shut_nobody_out() {
    let world = World::start().await;
    let client = world.client("sgar-bretagne", &["region:53:reader"]).await;
    let forged = || PrivateKey::generate().sign(ASSERTION, &claims(&client)).unwrap();

    let mut last = Code::Ok;
    for _ in 0..130 {
        last = ask(world.wire_to(0), forged()).await.unwrap_err().code();
        if last == Code::ResourceExhausted {
            break;
        }
    }

    assert_eq!(last, Code::ResourceExhausted);
    assert!(ask(world.wire(), client.assertion(crate::world::time()).unwrap()).await.is_ok(), "the client itself is not shut out");
}
