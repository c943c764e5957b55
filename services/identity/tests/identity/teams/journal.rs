use atlas_proto::identity::v1 as pb;
use futures_util::future::join_all;
use identity::Identity;
use runtime::{Environment, Service as _};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use testkit::TestDatabase;
use tonic::Code;
use uuid::Uuid;

use super::stage::{ELSEWHERE, Stage, VILLAGE, asks, reason};

async fn verified(stage: &Stage) -> pb::VerifyChainResponse {
    stage.journal("national:*:admin").await.verify_chain(pb::VerifyChainRequest::default()).await.unwrap().into_inner()
}

async fn entries(stage: &Stage, right: &str, scope: &str) -> Result<Vec<pb::JournalEntry>, tonic::Status> {
    let request = pb::ListEntriesRequest { page_size: 200, scope: scope.into(), ..Default::default() };
    Ok(stage.journal(right).await.list_entries(request).await?.into_inner().entries)
}

/// As who may do everything in the database: the triggers are out of the way.
async fn tamper(stage: &Stage, statement: &str) {
    let mut conn = stage.world.pool.acquire().await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    sqlx::raw_sql("set local session_replication_role = replica").execute(&mut *tx).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_to_the_journal_beside_the_rules_is_found() {
    let stage = Stage::start().await;
    stage.person("Anne").await;
    let asker = stage.person("Yann").await;
    stage.join().request_membership(asks(&asker, VILLAGE)).await.unwrap();
    let whole = verified(&stage).await;
    assert!((whole.broken_entry_id, whole.next_entry_id) == (0, 0) && whole.checked >= 3, "{whole:?}");

    for (statement, undo) in [
        ("update journal set detail = 'other' where id = (select entry_id from journal_chain where position = 2)", "position"),
        ("update journal_chain set hash = sha256('x') where position = 3", "hash"),
        ("delete from journal where id = (select entry_id from journal_chain where position = 2)", "line"),
        ("delete from journal_chain where position = 2", "link"),
        ("insert into journal (actor, act, subject, detail) values ('nobody', 'nothing', 'x', '')", "loose line"),
    ] {
        let stage = Stage::start().await;
        stage.wire("region:53:admin").await;
        stage.wire("region:84:admin").await;
        tamper(&stage, statement).await;
        let found = verified(&stage).await;
        assert_ne!(found.broken_entry_id, 0, "{undo}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_written_at_once_on_two_replicas_are_one_chain() {
    let stage = Stage::start().await;
    let people = join_all((0..24).map(|n| async move { n }).collect::<Vec<_>>()).await;
    let mut askers = Vec::new();
    for n in people {
        askers.push(stage.person(&format!("P{n}")).await);
    }

    let asked = join_all(askers.iter().map(|asker| async { stage.join().request_membership(asks(asker, VILLAGE)).await })).await;

    assert!(asked.iter().all(Result::is_ok), "{asked:?}");
    let whole = verified(&stage).await;
    assert_eq!(whole.broken_entry_id, 0);
    assert!(whole.checked > 24 && whole.head.len() == 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sgar_reads_of_its_region_an_administrator_of_their_own_and_all_can_search() {
    let stage = Stage::start().await;
    let (anne, paul) = (stage.person("Anne").await, stage.person("Paul").await);
    stage.join().request_membership(asks(&anne, VILLAGE)).await.unwrap();
    stage.join().request_membership(asks(&paul, ELSEWHERE)).await.unwrap();

    let acts =
        |entries: Vec<pb::JournalEntry>| entries.into_iter().map(|entry| (entry.act, entry.actor_name, entry.network)).collect::<Vec<_>>();
    let village = acts(entries(&stage, &format!("collectivite:{VILLAGE}:admin"), "").await.unwrap());
    let region = acts(entries(&stage, "region:53:admin", "").await.unwrap());
    let strange = entries(&stage, "region:53:admin", &format!("collectivite:{ELSEWHERE}")).await.unwrap_err();
    let low = entries(&stage, "national:*:reader", "").await.unwrap_err();
    let mut searched = Vec::new();
    for actor in [format!("account:{}", paul.id), "paul martin".to_owned(), paul.email.to_uppercase()] {
        let search = pb::ListEntriesRequest { actor, act: "request.made".to_owned(), ..Default::default() };
        searched.push(stage.journal("national:*:admin").await.list_entries(search).await.unwrap().into_inner().entries);
    }

    let expected = vec![("request.made".to_owned(), "Anne Martin".to_owned(), "192.0.2.0/24".to_owned())];
    assert_eq!((village, region), (expected.clone(), expected));
    assert_eq!((strange.code(), reason(&low).as_str()), (Code::NotFound, "ROLE_TOO_LOW"));
    let found: Vec<_> = searched.iter().map(|lines| lines.iter().map(|line| line.scope.as_str()).collect::<Vec<_>>()).collect();
    assert_eq!(found, [["collectivite:210100012"]; 3]);
}

/// A database with the two roles of `roles.sql`, migrated by the one that owns it; the way in of the one that serves.
async fn with_two_roles() -> (TestDatabase, String, [String; 2]) {
    let database = TestDatabase::clone_of(&[]).await;
    let tag = Uuid::new_v4().simple().to_string();
    let (service, owner) = (format!("s{tag}"), format!("o{tag}"));
    let (server, name) = database.url.rsplit_once('/').unwrap();
    let (name, _) = name.split_once('?').unwrap_or((name, ""));
    let mut root = PgConnection::connect(&database.url).await.unwrap();
    let made = format!(
        "create role {service} login password 'x'; create role {owner} login password 'x'; alter database {name} owner to {owner};"
    );
    sqlx::raw_sql(AssertSqlSafe(made)).execute(&mut root).await.unwrap();
    let roles = include_str!("../../../../shared/database/roles.sql");
    let roles = roles.replace(":\"service\"", &service).replace(":\"owner\"", &owner).replace(":\"database\"", name);
    sqlx::raw_sql(AssertSqlSafe(roles)).execute(&mut root).await.unwrap();
    let (_, place) = server.rsplit_once('@').unwrap();
    let url = |role: &str| format!("postgres://{role}:x@{place}/{name}");
    Identity::migrate(Environment::of([("ATLAS_DATABASE_URL", url(&owner))])).await.unwrap();
    let serving = url(&service);
    (database, serving, [service, owner])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_itself_may_only_read_and_add() {
    let (database, url, roles) = with_two_roles().await;
    let mut conn = PgConnection::connect(&url).await.unwrap();

    let added = sqlx::raw_sql("insert into journal (actor, act, subject, detail) values ('a', 'b', 'c', 'd')").execute(&mut conn).await;
    assert!(added.is_ok(), "{added:?}");
    for statement in [
        "update journal set actor = 'x'",
        "delete from journal",
        "truncate journal",
        "alter table journal disable trigger all",
        "drop table journal",
        "update journal_chain set hash = sha256('x')",
        "insert into journal_chain values (9, 9, sha256('x'))",
        "delete from journal_chain",
        "set session_replication_role = replica",
    ] {
        let refused = sqlx::raw_sql(statement).execute(&mut conn).await.unwrap_err();
        let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).map(Into::<String>::into);
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
    }
    let chained: i64 = sqlx::query_scalar("select count(*) from journal_chain").fetch_one(&mut conn).await.unwrap();
    assert_eq!(chained, 1);
    // What the service does all day goes on: it makes the days of its log without owning it.
    sqlx::raw_sql("select outbox_prepare(20)").execute(&mut conn).await.unwrap();

    conn.close().await.unwrap();
    let mut root = PgConnection::connect(&database.url).await.unwrap();
    for role in &roles {
        let gone = format!("drop owned by {role} cascade");
        sqlx::raw_sql(AssertSqlSafe(gone)).execute(&mut root).await.unwrap();
    }
    let reset = format!("alter database {} owner to postgres", database.url.rsplit_once('/').unwrap().1.split('?').next().unwrap());
    sqlx::raw_sql(AssertSqlSafe(reset)).execute(&mut root).await.unwrap();
    for role in roles {
        sqlx::raw_sql(AssertSqlSafe(format!("drop role {role}"))).execute(&mut root).await.unwrap();
    }
}
