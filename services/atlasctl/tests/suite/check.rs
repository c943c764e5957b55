//! `check` and `events resync`.

use runtime::Lifecycle;
use serde_json::json;

use crate::{
    fakes::{Directory, Identity, Log, nowhere},
    program::{Program, Run},
};

async fn check(log: &Log, arguments: &[&str]) -> Run {
    Program::connected(&Identity::start().await, &log.start().await).run_beside(arguments).await
}

#[tokio::test]
async fn all_is_well() {
    let run = check(&Log::well(), &["check"]).await;

    assert_eq!(run.code, 0, "{run:?}");
    let lines: Vec<Vec<_>> = run.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..3], ["SERVICE", "ADDRESS", "REACHABLE"]);
    // identity keeps no log here; it answered.
    assert_eq!((lines[1][0], &lines[1][2..]), ("identity", &["yes", "–", "–", "–", "–", "–"][..]));
    assert_eq!((lines[2][0], &lines[2][2..]), ("directory", &["yes", "7", "2", "connected", "10", "(12", "ms)", "0"][..]));
    assert!(run.stdout.contains("gateway: not looked at"), "{run:?}");
    assert_eq!(lines.len(), 4, "{run:?}");
}

#[tokio::test]
async fn each_gateway_is_asked_whether_it_is_ready() {
    let (identity, directory, lifecycle) = (Identity::start().await, Log::well().start().await, Lifecycle::default());
    let (ready, not_ready, away) = (health(&lifecycle).await, Lifecycle::default(), nowhere().await);
    let _model = not_ready.readiness().condition("model");
    let not_ready = health(&not_ready).await;
    let program = Program::connected(&identity, &directory);
    let look = async |gateways: &str| program.clone().with("ATLAS_GATEWAYS", gateways).run_beside(&["check", "--json"]).await;

    let well = look(&ready).await;
    let waits = look(&format!("{ready},{not_ready}")).await;
    let gone = look(&format!("{ready},{away}")).await;
    let another = look(&directory).await;

    assert_eq!((well.code, &well.json()["not_looked_at"]), (0, &json!([])), "{well:?}");
    assert_eq!(waits.code, 1);
    assert!(waits.stdout.contains("it is not ready: waiting for model"), "{waits:?}");
    assert_eq!(gone.code, 69, "{gone:?}");
    assert_ne!(another.code, 0, "{another:?}");
}

/// The health port of a process.
async fn health(lifecycle: &Lifecycle) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    runtime::health::serve(listener, lifecycle);
    address
}

#[tokio::test]
async fn an_identity_without_keys_is_not_well() {
    let (identity, directory) = (Identity::start_with(Vec::new()).await, Log::well().start().await);

    let run = Program::connected(&identity, &directory).run_beside(&["check"]).await;

    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("it has no key to sign tokens with"), "{run:?}");
}

#[tokio::test]
async fn every_thing_that_is_wrong_is_said_and_the_end_is_not_zero() {
    let mut log = Log::well();
    log.status.broker_connected = false;
    log.status.oldest_unpublished_ms = 31_000;
    log.status.dead_letter_count = 3;

    let run = check(&log, &["check", "--json"]).await;

    let directory = &run.json()["replicas"][1];
    assert_eq!((run.code, &run.json()["ok"], &directory["reachable"]), (1, &json!(false), &json!(true)), "{run:?}");
    assert_eq!(directory["problems"].as_array().unwrap().len(), 3);
    assert_eq!(directory["log"]["dead_letters"], 3);
    let patient = check(&log, &["check", "--max-lag", "60", "--json"]).await;
    assert_eq!(patient.json()["replicas"][1]["problems"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn each_replica_is_looked_at_and_one_that_is_away_is_seen() {
    let (identity, well, away) = (Identity::start().await, Log::well().start().await, nowhere().await);

    let run = Program::connected(&identity, &format!("{well},{away}")).run_beside(&["check", "--json"]).await;

    let mut replicas = run.json()["replicas"].as_array().unwrap().clone();
    replicas.retain(|replica| replica["service"] == "directory");
    let reachable = |address: &String| replicas.iter().find(|replica| replica["address"] == **address).unwrap()["reachable"].clone();
    assert_eq!((run.code, reachable(&well), reachable(&away)), (69, json!(true), json!(false)), "{run:?}");
}

#[tokio::test]
async fn an_address_that_is_another_service_is_found_out() {
    let mut log = Log::well();
    log.status.service = "projects".to_owned();

    let run = check(&log, &["check"]).await;

    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("this is projects: ATLAS_DIRECTORY names the wrong address"), "{run:?}");
}

#[tokio::test]
async fn a_directory_that_cannot_say_how_it_stands_is_not_well() {
    let (identity, directory) = (Identity::start().await, Directory::default().start().await);

    let run = Program::connected(&identity, &directory).run_beside(&["check", "--json"]).await;

    let replica = &run.json()["replicas"][1];
    assert_eq!((run.code, &replica["reachable"], replica["problems"].as_array().unwrap().len()), (1, &json!(true), 1), "{run:?}");
}

#[tokio::test]
async fn a_resync_names_the_epoch_that_is_told() {
    let of_one = check(&Log::well(), &["events", "resync", "directory"]).await;
    let of_all = check(&Log::well(), &["events", "resync", "--all", "--json"]).await;
    let of_none = check(&Log::well(), &["events", "resync", "identity"]).await;

    assert_eq!((of_one.code, of_one.stdout.as_str()), (0, "directory: everything is being told again, as epoch 3\n"));
    assert_eq!(of_all.json(), json!({ "resyncs": [{ "service": "directory", "epoch": 3 }] }));
    assert_eq!(of_none.code, 1);
    assert!(of_none.stderr.contains("identity keeps no log of events"), "{of_none:?}");
}
