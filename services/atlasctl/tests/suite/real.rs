//! The import against the real directory on a real database: killed, started again, compared.

use std::{sync::Arc, time::Instant};

use atlas_proto::directory::v1::import_service_server::ImportServiceServer;
use directory::{commands::Directory, grpc::import::Import};
use events::outbox::Relay;
use kernel::SystemClock;
use runtime::{Lifecycle, Purpose, Sockets, served, server};
use serde_json::json;
use sqlx::PgPool;
use testkit::{TestBroker, TestDatabase, TestIdentity};

use crate::{fakes::Identity, program::Program};

const ALL: u64 = 36_353 + 135 + 250 + 35;

/// A directory that imports, its database, and an identity that lets the operator in.
struct World {
    program: Program,
    pool: PgPool,
    identity: TestIdentity,
    _database: TestDatabase,
    _broker: TestBroker,
}

impl World {
    async fn start() -> Self {
        let (identity, database, broker) =
            (TestIdentity::default(), TestDatabase::clone_of(&directory::MIGRATORS).await, TestBroker::start().await);
        let pool = database.pool().await;
        let relay = Relay::new("directory", pool.clone(), broker.broker.clone());
        let writing = Directory { pool: pool.clone(), clock: Arc::new(SystemClock), signal: relay.signal() };
        let imports = Import::new(writing, Purpose::Sandbox);
        let (lifecycle, sockets) = (Lifecycle::default(), Sockets::loopback().await.unwrap());
        let address = sockets.grpc.local_addr().unwrap().to_string();
        let serving =
            server(&lifecycle, identity.verifier("directory"), Purpose::Production).add(served!(ImportServiceServer::new(imports)));
        lifecycle.spawn_to_end("serve", serving.serve(sockets));
        let token = identity.token("operator:*:admin");
        let program = Program::connected(&Identity::start_giving(token).await, &address);
        Self { program, pool, identity, _database: database, _broker: broker }
    }

    /// Everything the database holds, but for random ids, times, and the order in which facts were told.
    async fn content(&self) -> String {
        let content = "
            select md5(string_agg(line, E'\\n' order by line)) from (
                select t::text as line from territories t
                union all select c::text from collectivites c
                union all select n::text from networks n
                union all select concat_ws(' ', resource, key, change, version, removed, md5(state)) from outbox
            ) lines";
        sqlx::query_scalar(content).fetch_one(&self.pool).await.unwrap()
    }

    async fn count(&self, table: &'static str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(&self.pool).await.unwrap()
    }
}

#[tokio::test]
async fn killed_in_the_middle_and_started_again_the_database_is_the_same() {
    let (whole, killed) = (World::start().await, World::start().await);
    let started = Instant::now();
    let uninterrupted = whole.program.run_beside(&["import", "reference", "--json"]).await;
    println!("a full import took {:.1} s", started.elapsed().as_secs_f64());
    assert_eq!((uninterrupted.code, &uninterrupted.json()["created"]), (0, &json!(ALL)), "{uninterrupted:?}");

    let mut first = killed.program.command(&["import", "reference"]).spawn().unwrap();
    let mut imported = 0;
    while imported < 12_000 {
        imported = killed.count("collectivites").await;
        assert!(first.try_wait().unwrap().is_none(), "the import ended before it was killed");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let again = killed.program.run_beside(&["import", "reference", "--json"]).await;

    assert_eq!((again.code, &again.json()["updated"]), (0, &json!(0)), "{again:?}");
    assert!(again.json()["unchanged"].as_i64().unwrap() >= imported, "{again:?}");
    assert_eq!(killed.count("outbox").await as u64, ALL, "nothing is told twice");
    assert_eq!(whole.content().await, killed.content().await);
}

#[tokio::test]
async fn what_differs_is_updated_and_what_does_not_is_left() {
    let world = World::start().await;
    world.program.run_beside(&["import", "reference"]).await;
    let folder = tempfile::TempDir::new().unwrap();
    let text = "sigle,nom,type,perimetre\nCUF,Cités Unies France,association nationale,national\nF3E,F3E,réseau,national\nNEW,Nouveau,réseau,national\n";
    std::fs::write(folder.path().join("reseaux.csv"), text).unwrap();

    let run = world.program.run_beside(&["import", "reference", "--json", "--from", folder.path().to_str().unwrap()]).await;

    let counts = ["created", "updated", "unchanged"].map(|count| run.json()[count].as_u64().unwrap());
    assert_eq!((run.code, counts), (0, [1, 1, 1]), "{run:?}");
}

#[tokio::test]
async fn only_an_operator_may() {
    let world = World::start().await;
    let token = world.identity.token("national:*:admin");
    let stranger = world.program.clone().with("ATLAS_IDENTITY", &Identity::start_giving(token).await);

    let run = stranger.run_beside(&["import", "reference", "--json"]).await;

    assert_eq!(run.code, 77, "{run:?}");
    assert_eq!(world.count("collectivites").await, 0);
}

#[tokio::test]
async fn official_addresses_come_in_once_and_a_wrong_one_is_named_with_its_line_and_column() {
    let world = World::start().await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("addresses.csv");
    let text = "collectivite_id,email\n215600503,mairie@la-croix.example\n200000172,mairie@ailleurs.example\n210100012,mairie@example.fr\n";
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.path().join("collectivites.csv"), VILLAGES).unwrap();
    let path = file.to_str().unwrap();
    world.program.run_beside(&["import", "reference", "--from", folder.path().to_str().unwrap()]).await;

    let first = world.program.run_beside(&["import", "official-addresses", path, "--json"]).await;
    let again = world.program.run_beside(&["import", "official-addresses", path, "--json"]).await;

    let counts = |run: &crate::program::Run| ["created", "unchanged"].map(|count| run.json()[count].as_u64().unwrap());
    assert_eq!((first.code, counts(&first), counts(&again)), (1, [1, 0], [0, 1]), "{first:?}");
    let places: Vec<String> = first.json()["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| format!("{} {} {}", fault["file"], fault["line"], fault["column"]))
        .collect();
    assert_eq!(places, [r#""addresses.csv" 4 "email""#, r#""addresses.csv" 3 "collectivite_id""#]);
    assert_eq!(world.count("official_addresses").await, 1);
}

#[tokio::test]
async fn a_file_with_faults_is_not_sent_at_all() {
    let world = World::start().await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("addresses.csv");
    std::fs::write(&file, "collectivite_id,email\n215600504,mairie\n215600503,a@b.example\n215600503,c@b.example\n").unwrap();

    let run = world.program.run_beside(&["import", "official-addresses", file.to_str().unwrap()]).await;

    assert_eq!(run.code, 1, "{run:?}");
    for place in ["line 2, column collectivite_id", "line 2, column email", "line 4, column collectivite_id"] {
        assert!(run.stderr.contains(&format!("addresses.csv, {place}")), "{place}: {run:?}");
    }
    assert_eq!(world.count("official_addresses").await, 0);
}

const VILLAGES: &str = "type,code,siren,nom,departement,region,epci,population,lat,lon,codes_postaux\n\
commune,56050,215600503,La Croix-Helléan,56,53,,892,,,56120\n\
commune,01001,210100012,L'Abergement-Clémenciat,01,84,,859,,,01400\n";
