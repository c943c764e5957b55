//! The demonstration: loaded whole into the real directory and the real record, again, killed, and taken away.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::time::{Instant, sleep};

use crate::record::{ALONE, World};

/// Directory's tables of state, but for the collectivités; what counts their changes goes on counting.
const DIRECTORY: [&str; 12] = [
    "territories",
    "countries",
    "networks",
    "network_relations",
    "contacts",
    "history",
    "official_addresses",
    "partners",
    "partner_names",
    "partner_history",
    "partner_proposals",
    "partner_uses",
];
/// Those of the record, but for its copy of the register, which it completes as it is asked.
const PROJECTS: [&str; 8] =
    ["partnerships", "participants", "projects", "project_partnerships", "project_themes", "history", "import_keys", "partners"];

/// Whether the longer variants are asked for: alone on the machine, and everything twice.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn long() -> bool {
    std::env::var("ATLAS_TEST_LONG").is_ok()
}

async fn one<T>(pool: &PgPool, query: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(pool).await.unwrap()
}

async fn count(pool: &PgPool, of: &str) -> i64 {
    one(pool, &format!("select count(*) from {of}")).await
}

impl World {
    async fn demo(&self, arguments: &[&str]) -> (i32, Value) {
        let run = self.program.run_beside(&[&["demo"], arguments, &["--json"]].concat()).await;
        assert!(run.code <= 1, "{run:?}");
        (run.code, run.json())
    }

    /// What every table of state holds, as a hash of each.
    async fn state(&self) -> Vec<(String, Option<String>)> {
        let mut state = Vec::new();
        for (pool, tables) in [(&self.directory, &DIRECTORY[..]), (&self.projects, &PROJECTS[..])] {
            for table in tables {
                let hash = format!("select md5(string_agg(t::text, E'\\n' order by t::text)) from {table} t");
                state.push(((*table).to_owned(), one(pool, &hash).await));
            }
        }
        let card =
            "select md5(string_agg(concat_ws('|', id, name, population, origin, email, service), E'\\n' order by id)) from collectivites";
        state.push(("collectivites".to_owned(), one(&self.directory, card).await));
        state
    }

    /// What is invented, but for times and versions.
    async fn invented(&self) -> [Option<String>; 4] {
        let hash =
            |columns: &str, table: &str| format!("select md5(string_agg(concat_ws('|', {columns}), E'\\n' order by id)) from {table}");
        let partnership =
            "id, partner_id, lead_collectivite_id, framework, twinning, status, status_since, start_year, conventions, description,
            (select string_agg(collectivite_id, ',' order by collectivite_id) from participants where partnership_id = id)";
        let project = "id, title, sdgs, status, starts_on, ends_on, context, history, budget,
            (select string_agg(theme_code, ',' order by place) from project_themes where project_id = id)";
        [
            one(&self.directory, &hash("id, name, country_iso2, place, population", "partners")).await,
            one(&self.directory, &hash("id, collectivite_id, first_name, last_name, title, email", "contacts")).await,
            one(&self.projects, &hash(partnership, "partnerships")).await,
            one(&self.projects, &hash(project, "projects")).await,
        ]
    }

    /// Waits until directory and projects have heard all of each other.
    async fn settled(&self) {
        let since = Instant::now();
        loop {
            let used = count(&self.directory, "(select from partner_uses) uses").await == count(&self.projects, "participants").await;
            if used && count(&self.directory, "partners").await == count(&self.projects, "partners").await {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(180), "the services have not heard of each other");
            sleep(Duration::from_millis(200)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_nation_is_loaded_once_and_taken_away_without_a_trace() {
    let _alone = ALONE.lock().await;
    let world = World::start().await;
    let before = world.state().await;

    let (code, loaded) = world.demo(&["load"]).await;
    println!("loaded in {} s: {loaded}", loaded["seconds"]);
    assert_eq!((code, &loaded["refused"]), (0, &json!([])), "{loaded}");
    assert!(!long() || loaded["seconds"].as_f64().unwrap() < 60.0, "nothing ran beside it: {loaded}");
    exact(&world).await;
    skewed(&world).await;
    marked(&world).await;
    let invented = world.invented().await;

    let (code, again) = world.demo(&["load"]).await;
    let counts = ["partners", "partnerships", "projects", "contacts", "memberships"]
        .map(|what| ["created", "updated", "kept"].map(|count| again[what][count].as_u64().unwrap()));
    assert_eq!((code, counts), (0, [[0; 3]; 5]), "{again}");
    assert_eq!(world.invented().await, invented);

    world.settled().await;
    let (code, dropped) = world.demo(&["drop"]).await;
    println!("dropped in {} s: {dropped}", dropped["seconds"]);
    assert_eq!((code, &dropped["projects"], &dropped["partners"]), (0, &json!(12_756), &json!(8_674)), "{dropped}");
    world.settled().await;
    assert_eq!(world.state().await, before);
}

/// The five figures of the circular.
async fn exact(world: &World) {
    let figures = [
        count(&world.projects, "(select distinct collectivite_id from participants) engaged").await,
        count(&world.projects, "(select distinct partner_id from partnerships) named").await,
        one(&world.directory, "select count(distinct country_iso2) from partners where origin = 'demo'").await,
        count(&world.projects, "projects").await,
        count(&world.projects, "partnerships where framework = 'none'").await,
    ];
    assert_eq!(figures, [4_788, 8_674, 146, 12_756, 753]);
    let stray = "project_partnerships join partnerships p on p.id = partnership_id where framework <> 'convention'";
    assert_eq!(count(&world.projects, stray).await, 0, "projects are of cooperation");
    let idle = "(select collectivite_id from participants join partnerships p on p.id = partnership_id
                 group by collectivite_id having bool_and(status = 'ended')) idle";
    assert_eq!(count(&world.projects, idle).await, 0, "everybody who is engaged is so today");
}

/// What is known of how it is spread.
async fn skewed(world: &World) {
    let of = |country: &str| format!("join partners o on o.id = p.partner_id where o.country_iso2 = '{country}'");
    let under =
        "projects j join project_partnerships u on u.project_id = j.id and place = 0 join partnerships p on p.id = u.partnership_id";
    let figures = [
        count(&world.projects, &format!("partnerships p {} and twinning", of("ML"))).await,
        count(&world.projects, &format!("{under} {}", of("ML"))).await,
        count(&world.projects, &format!("partnerships p {}", of("DE"))).await,
        count(&world.projects, &format!("{under} where p.lead_collectivite_id = '217500016'")).await,
    ];
    assert_eq!(figures, [150, 422, 2_300, 456]);
}

/// Everything says that it is invented, and nobody can be written to.
async fn marked(world: &World) {
    for (pool, table) in [
        (&world.directory, "partners"),
        (&world.directory, "contacts"),
        (&world.directory, "network_relations"),
        (&world.projects, "partnerships"),
        (&world.projects, "projects"),
    ] {
        assert_eq!(count(pool, &format!("{table} where origin <> 'demo'")).await, 0, "{table}");
    }
    assert_eq!(count(&world.directory, "contacts where email !~ '@[0-9a-z-]+[.]example[.]org$'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_started_again_or_dropped_and_loaded_again_it_ends_the_same() {
    let _alone = ALONE.lock().await;
    let world = World::start().await;
    let mut cut = world.program.command(&["demo", "load"]).spawn().unwrap();
    while count(&world.projects, "partnerships").await < 3_000 {
        assert!(cut.try_wait().unwrap().is_none(), "it ended before it was killed");
        sleep(Duration::from_millis(20)).await;
    }
    cut.kill().unwrap();
    cut.wait().unwrap();

    let (code, again) = world.demo(&["load"]).await;
    assert_eq!((code, &again["partners"]["created"]), (0, &json!(0)), "{again}");
    exact(&world).await;
    if !long() {
        return;
    }

    let first = world.invented().await;
    world.demo(&["drop"]).await;
    assert_eq!((count(&world.projects, "partnerships").await, count(&world.directory, "partners").await), (0, 0));
    world.demo(&["load"]).await;
    assert_eq!(world.invented().await, first);
    world.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_what_is_real_it_is_not_loaded() {
    let world = World::start().await;
    let real = "insert into partnerships (id, partner_id, lead_collectivite_id, twinning, oudin_santini, start_year_unknown, conventions,
                    description, origin, source, to_confirm, verified_as, changed_here, version, updated_at)
                values (gen_random_uuid(), gen_random_uuid(), '215600503', true, false, false, '[]', '', 'officiel', '', false, '', true, 1, now())";
    sqlx::query(real).execute(&world.projects).await.unwrap();

    let run = world.program.run_beside(&["demo", "load"]).await;

    assert_eq!(run.code, 1, "{run:?}");
    for words in ["1 partnerships that are not of demonstration", "deploy/local/up", "--force"] {
        assert!(run.stderr.contains(words), "{words}: {run:?}");
    }
    assert_eq!((count(&world.projects, "partnerships").await, count(&world.directory, "partners").await), (1, 0));
}
