//! `dead-letters list|retry`.

use atlas_proto::operations::v1::DeadLetter;
use serde_json::json;
use uuid::Uuid;

use crate::{
    fakes::{Identity, Log},
    program::Program,
};

fn letter(id: &str) -> DeadLetter {
    DeadLetter {
        dead_letter_id: id.to_owned(),
        consumer: "identity-collectivites".to_owned(),
        subject: "atlas.directory.v1.collectivite.213502388".to_owned(),
        reason: "no such \u{1b}[31mrégion".to_owned(),
        attempts: 12,
        given_up_at: Some(prost_types::Timestamp { seconds: 1_767_225_600, nanos: 5_000_000 }),
    }
}

async fn with_letters() -> (Program, Log) {
    let log = Log::well();
    log.letters.lock().unwrap().extend(["a", "b", "c"].map(letter));
    (Program::connected(&Identity::start().await, &log.start().await), log)
}

#[tokio::test]
async fn all_pages_are_listed() {
    let (program, _log) = with_letters().await;

    let run = program.run_beside(&["dead-letters", "list", "--json"]).await;

    let letters = run.json()["dead_letters"].as_array().unwrap().clone();
    assert_eq!(letters.iter().map(|letter| letter["id"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!((&letters[0]["service"], &letters[0]["given_up_at"]), (&json!("directory"), &json!("2026-01-01T00:00:00Z")));
    assert_eq!((&letters[0]["attempts"], run.code), (&json!(12), 0));
}

#[tokio::test]
async fn what_an_event_carried_does_not_steer_the_terminal() {
    let (program, _log) = with_letters().await;

    let run = program.run_beside(&["dead-letters", "list", "directory"]).await;

    assert!(run.stdout.contains("no such [31mrégion") && !run.stdout.contains('\u{1b}'), "{run:?}");
}

#[tokio::test]
async fn some_are_put_back_and_then_all() {
    let (program, log) = with_letters().await;

    let one = program.run_beside(&["dead-letters", "retry", "directory", "b"]).await;
    let all = program.run_beside(&["dead-letters", "retry", "directory", "--all", "--json"]).await;
    let none = program.run_beside(&["dead-letters", "list"]).await;

    assert_eq!((one.code, one.stdout.as_str()), (0, "directory: 1 back in line\n"));
    assert_eq!(all.json(), json!({ "service": "directory", "retried": 2 }));
    assert_eq!(none.stdout, "no dead letters\n");
    let ids: Vec<Uuid> = log.retries.lock().unwrap().iter().map(|id| id.parse().unwrap()).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
}

#[tokio::test]
async fn one_that_is_not_there_is_refused() {
    let (program, _log) = with_letters().await;

    let run = program.run_beside(&["--json", "dead-letters", "retry", "directory", "x"]).await;

    assert_eq!((run.code, &run.json()["error"]["reason"]), (1, &json!("DEAD_LETTER_NOT_FOUND")), "{run:?}");
}
