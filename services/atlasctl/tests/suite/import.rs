//! `import reference` against a directory that answers, breaks off, refuses, or is away.

use serde_json::json;

use crate::{
    fakes::{Cut, Directory, Identity, eventually, nowhere},
    program::Program,
};

const ALL: u64 = 36_353 + 135 + 250 + 35;
/// One of territories, one of countries, one of networks, the others of collectivités.
const BATCHES: u64 = 1 + 1 + 1 + 37;

async fn program(directory: &Directory) -> Program {
    Program::connected(&Identity::start().await, &directory.start().await)
}

#[tokio::test]
async fn everything_arrives_in_order_with_four_batches_on_their_way_at_most() {
    let directory = Directory::default();

    let run = program(&directory).await.run_beside(&["import", "reference", "--json"]).await;

    let mut summary = run.json();
    assert!(summary["seconds"].take().as_f64().unwrap() > 0.0);
    let expected = json!({
        "records": ALL, "created": ALL, "updated": 0, "unchanged": 0, "refused": [], "left_out": 22, "resumed": 0, "dry_run": false, "seconds": null,
    });
    assert_eq!((run.code, summary, run.stderr.as_str()), (0, expected, ""));
    let told = directory.told();
    assert_eq!(told.streams, [(1..=BATCHES).collect::<Vec<_>>()]);
    assert!(told.most_waiting <= 4, "{}", told.most_waiting);
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    let directory = Directory::default();
    let program = program(&directory).await;
    program.run_beside(&["import", "reference"]).await;
    let before = directory.told().records.clone();

    let run = program.run_beside(&["import", "reference"]).await;

    assert!(run.stdout.contains(&format!("0 created, 0 updated, {ALL} unchanged, 0 refused")), "{run:?}");
    assert!(run.stderr.contains(&format!("imported {ALL} of {ALL} records")), "{run:?}");
    assert!(directory.told().records == before);
}

#[tokio::test]
async fn cut_off_it_takes_up_after_the_last_answer() {
    let directory = Directory::default();
    directory.told().cuts = [(3, Cut::BeforeWriting), (10, Cut::BeforeAnswering)].into();

    let run = program(&directory).await.run_beside(&["import", "reference", "--json"]).await;

    let summary = run.json();
    // The batch whose answer was lost is found unchanged the second time.
    assert_eq!((run.code, &summary["created"], &summary["unchanged"]), (0, &json!(ALL - 1000), &json!(1000)), "{run:?}");
    assert_eq!(summary["resumed"], 2);
    let told = directory.told();
    let starts: Vec<_> = told.streams.iter().map(|stream| (stream[0], *stream.last().unwrap())).collect();
    assert_eq!(starts, [(1, 4), (4, 11), (11, BATCHES)]);
    assert_eq!(told.records.len() as u64, ALL);
}

#[tokio::test]
async fn killed_and_started_again_it_ends_with_the_same_content() {
    let (whole, killed) = (Directory::default(), Directory::default());
    program(&whole).await.run_beside(&["import", "reference"]).await;
    let program = program(&killed).await;

    let mut first = program.command(&["import", "reference"]).spawn().unwrap();
    eventually("a third of the import", || killed.told().records.len() > 12_000).await;
    first.kill().unwrap();
    first.wait().unwrap();
    let at_kill = killed.told().records.len() as u64;
    let run = program.run_beside(&["import", "reference", "--json"]).await;

    assert!(at_kill < ALL, "the import was over before it was killed");
    assert_eq!((run.code, &run.json()["updated"]), (0, &json!(0)), "{run:?}");
    assert!(whole.told().records == killed.told().records);
}

#[tokio::test]
async fn what_is_refused_is_named_by_line_column_and_reason() {
    let directory = Directory::default();
    directory.told().refused_names = vec!["Rennes", "GESCOD"];

    let run = program(&directory).await.run_beside(&["import", "reference", "--json"]).await;

    assert_eq!((run.code, &run.json()["created"]), (1, &json!(ALL - 2)), "{run:?}");
    let refused = json!([
        { "file": "reseaux.csv", "line": 16, "column": "nom", "value": "GESCOD", "expected": "a name that is not refused" },
        { "file": "collectivites.csv", "line": 13_363, "column": "nom", "value": "Rennes", "expected": "a name that is not refused" },
    ]);
    assert_eq!(run.json()["refused"], refused);
}

#[tokio::test]
async fn who_is_away_is_named_with_the_place_where_it_was_looked_for() {
    let (identity, away) = (Identity::start().await, nowhere().await);

    let run = Program::connected(&identity, &away).run_beside(&["import", "reference"]).await;

    assert_eq!(run.code, 69, "{run:?}");
    assert!(run.stderr.contains(&format!("is directory running at {away} (ATLAS_DIRECTORY)?")), "{run:?}");
}

#[tokio::test]
async fn a_client_that_is_not_let_in_is_told_so() {
    let (identity, directory) = (Identity::start_refusing().await, Directory::default().start().await);

    let run = Program::connected(&identity, &directory).run_beside(&["--json", "import", "reference"]).await;

    let error = &run.json()["error"];
    assert_eq!((run.code, &error["reason"], &error["exit"]), (77, &json!("ASSERTION_REFUSED"), &json!(77)), "{run:?}");
    assert!(error["way_out"].as_str().unwrap().contains("create-operator"), "{run:?}");
}

#[test]
fn every_variable_that_is_missing_is_named_at_once() {
    let run = Program::new().with("ATLAS_DIRECTORY", "nowhere").run(&["import", "reference"]);

    assert_eq!(run.code, 78, "{run:?}");
    for name in ["ATLAS_IDENTITY", "ATLAS_DIRECTORY", "ATLAS_ISSUER", "ATLAS_CLIENT_ID", "ATLAS_CLIENT_KEY"] {
        assert!(run.stderr.contains(&format!("  {name} ")), "{name}: {run:?}");
    }
}

#[test]
fn an_option_goes_before_its_variable() {
    let run = Program::connected("identity:1", "directory:1").run(&["import", "reference", "--client-key-file", "/nowhere/key.pem"]);

    assert_eq!(run.code, 78);
    assert!(run.stderr.contains("ATLAS_CLIENT_KEY_FILE /nowhere/key.pem"), "{run:?}");
}

#[test]
fn a_wrong_command_line_ends_with_two() {
    for arguments in [&["import"][..], &["events", "resync"], &["dead-letters", "retry", "directory"], &["events", "resync", "gateway"]] {
        assert_eq!(Program::new().run(arguments).code, 2, "{arguments:?}");
    }
}
