//! What must be found nowhere: passwords, links, codes and secrets, in the database, on the broker and in the logs.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use atlas_proto::identity::v1 as pb;
use futures_util::TryStreamExt as _;
use testkit::until;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::people::{ANNE, NEXT, PASSWORD, Town};

/// Every row of every table, as text.
async fn dump(town: &Town) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(&town.world.pool)
    .await
    .unwrap();
    let mut dump = String::new();
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select row_to_json(t)::text from {table} t")))
            .fetch_all(&town.world.pool)
            .await
            .unwrap();
        dump.push_str(&rows.join("\n"));
    }
    dump
}

/// Everything that identity told on the broker: subjects, headers and bodies.
async fn told(town: &Town) -> String {
    let broker = &town.world.broker.broker;
    let stream = broker.jetstream.get_stream(broker.stream("identity")).await.unwrap();
    let mut told = String::new();
    let last = stream.cached_info().state.last_sequence;
    for sequence in 1..=last {
        let message = stream.get_raw_message(sequence).await.unwrap();
        told.push_str(&format!("{} {:?} {}\n", message.subject, message.headers, String::from_utf8_lossy(&message.payload)));
    }
    let names: Vec<String> = broker.jetstream.stream_names().try_collect().await.unwrap();
    assert!(names.contains(&broker.stream("identity")));
    told
}

/// Everything that is logged from now on, by any test of this run.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Write for Logs {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(line)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Logs {
    fn read() -> Self {
        let logs = Self::default();
        let writer = logs.clone();
        let filter = "warn,identity=trace,events=trace,runtime=trace,tonic=debug,sqlx=info";
        tracing_subscriber::fmt().with_env_filter(filter).with_span_events(FmtSpan::CLOSE).with_writer(move || writer.clone()).init();
        logs
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s52_no_password_link_code_or_secret_is_found_anywhere() {
    let logs = Logs::read();
    let town = Town::start().await;
    let anne = town.browser();
    let begun = anne.sign_up(ANNE).await.unwrap();
    let mail = town.mail("sign-up-code", ANNE).await;
    let entered = anne.code(&begun.flow_secret, &mail.said.code).await.unwrap();
    let set_up = crate::second_factor::set_up(&town, &anne, &entered.session_secret).await;
    let recovery = anne.recover(ANNE).await.unwrap();
    let recovered = town.mail("recovery", ANNE).await;
    let proved = anne.link(&recovered.link(), &recovery.flow_secret).await.unwrap();
    anne.choose(&proved.flow_secret, NEXT).await.unwrap();
    anne.sign_in(ANNE, "a wrong password that is long enough").await.unwrap_err();
    let request = pb::StartSecondFactorRequest { session_secret: set_up.session.clone() };
    anne.api().start_second_factor(anne.asks(request)).await.unwrap_err();
    let written = town.count("select count(*) from outbox").await;
    until("all is told", async || {
        town.count("select count(*) from outbox where position <= (select position from outbox_cursor)").await >= written
    })
    .await;

    let canaries = [
        PASSWORD,
        NEXT,
        "a wrong password that is long enough",
        &mail.link(),
        &recovered.link(),
        &begun.flow_secret,
        &recovery.flow_secret,
        &proved.flow_secret,
        &entered.session_secret,
        &entered.device_secret,
        &set_up.session,
        &set_up.secret,
        &set_up.codes[0],
        &set_up.codes[0].replace('-', ""),
    ];
    let (dump, told, logged) = (dump(&town).await, told(&town).await, logs.text());
    assert!(dump.contains(ANNE), "the dump is one");
    assert!(told.contains("recovery"), "what was told is there");
    assert!(logged.contains("rpc"), "what was logged is there");
    for canary in canaries {
        assert!(!canary.is_empty() && !dump.contains(canary), "in the database: {canary}");
        assert!(!told.contains(canary), "on the broker: {canary}");
        assert!(!logged.contains(canary), "in the logs: {canary}");
    }
    // Six digits may be part of a number by chance; as a word of their own they are a code.
    for code in [&mail.said.code, &recovered.said.code] {
        assert!(!dump.contains(&format!("\"{code}\"")) && !told.contains(&format!("\"{code}\"")));
    }
    assert!(!told.contains(ANNE) && !told.contains("Martin"), "nor who it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn s4_every_kept_password_is_argon2id_at_the_price_that_is_set() {
    let town = Town::start().await;
    town.anne().await;
    town.browser().sign_up("yann.legoff@example.org").await.unwrap();
    let kept: Vec<String> =
        sqlx::query_scalar("select password from accounts union all select password from flows where password is not null")
            .fetch_all(&town.world.pool)
            .await
            .unwrap();

    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|phc| phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$")), "{kept:?}");
    let salts: std::collections::HashSet<&str> = kept.iter().map(|phc| phc.split('$').nth(4).unwrap()).collect();
    assert!(salts.len() == 2 && salts.iter().all(|salt| salt.len() >= 22), "a salt of 16 bytes for each");
}
