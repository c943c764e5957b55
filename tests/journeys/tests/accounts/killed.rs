use crate::crowd::{database, somebody};
use journeys::{Moment, Relay, eventually, long, peopled};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(30);
/// A lease of three minutes, and some.
const LEASE: Duration = Duration::from_secs(240);
/// One person for each moment at which their mail is when every process of notifications is killed.
const BEFORE_DATA: &str = "anne.martin@example.org";
const TAKEN: &str = "yann.legoff@example.org";
const ANSWERED: &str = "solene.riou@example.org";
const WRITTEN_DOWN: &str = "paul.guillou@example.org";
const ALL: [&str; 4] = [BEFORE_DATA, TAKEN, ANSWERED, WRITTEN_DOWN];

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_twice_only_where_the_relays_answer_was_lost_whenever_notifications_is_killed() {
    let atlas = peopled().await;
    let relay = Relay::listen(&atlas.smtp());
    relay.hold(BEFORE_DATA, Moment::BeforeData);
    [TAKEN, ANSWERED, WRITTEN_DOWN].iter().for_each(|to| relay.hold(to, Moment::AfterData));
    let (mut identity, mut ours) = (database(&atlas, "identity").await, database(&atlas, "notifications").await);
    for (number, email) in (0..).zip(ALL) {
        let asked = somebody(&atlas, 7_000 + number).post("/compte/recuperer", &[("email", email)]).await.unwrap();
        assert_eq!(asked.header("location"), "/compte/code");
    }
    eventually("each mail is at its moment", SOON, async || ALL.iter().all(|to| relay.holds(to))).await;

    // what is written down is told to nobody while the broker is away
    atlas.kill("nats").unwrap();
    relay.release(WRITTEN_DOWN);
    let written = mail_of(&mut identity, &mut ours, WRITTEN_DOWN).await;
    eventually("its answer is written down", SOON, async || state(&mut ours, written).await == "accepted").await;
    let mut holder = database(&atlas, "notifications").await;
    let answered = mail_of(&mut identity, &mut ours, ANSWERED).await;
    sqlx::raw_sql("begin").execute(&mut holder).await.unwrap();
    sqlx::query("select from messages where id = $1 for update").bind(answered).execute(&mut holder).await.unwrap();
    relay.release(ANSWERED);
    eventually("the answer is there and cannot be written down", SOON, async || is_waiting(&mut ours).await).await;
    ["notifications-1", "notifications-2"].iter().for_each(|name| atlas.kill(name).unwrap());
    sqlx::raw_sql("rollback").execute(&mut holder).await.unwrap();
    eventually("who was to write it down is gone", SOON, async || !is_waiting(&mut ours).await).await;

    for (email, expected) in ALL.into_iter().zip(["sending", "sending", "sending", "accepted"]) {
        let mail = mail_of(&mut identity, &mut ours, email).await;
        assert_eq!(state(&mut ours, mail).await, expected, "{email}");
    }
    ["nats", "notifications-1", "notifications-2"].iter().for_each(|name| atlas.begin(name).unwrap());
    let began = std::time::Instant::now();
    if !long() {
        let ended = "update messages set next_try_at = now() where state = 'sending'";
        sqlx::raw_sql(ended).execute(&mut ours).await.unwrap();
    }
    eventually("none is lost, and identity knows of each", LEASE, async || told(&mut identity).await == 4).await;
    println!("all four were sent, and told, {:?} after notifications was back", began.elapsed());

    for (email, times) in ALL.into_iter().zip([1, 2, 2, 1]) {
        let mails = relay.to(email);
        assert_eq!(mails.len(), times, "{email}");
        assert!(mails.iter().all(|mail| mail.data == mails[0].data), "{email}: one mail, the same bytes");
        assert!(mails.iter().all(|mail| mail.header("Message-ID") == mails[0].header("Message-ID")), "{email}");
    }
}

/// The mail to an account, by the address.
async fn mail_of(identity: &mut PgConnection, ours: &mut PgConnection, email: &str) -> Uuid {
    let account: Uuid =
        sqlx::query_scalar("select account_id from accounts where email_key = $1").bind(email).fetch_one(identity).await.unwrap();
    let found = "select id from messages where recipient = $1 and template = 'recovery'";
    sqlx::query_scalar(found).bind(format!("identity:account:{account}")).fetch_one(ours).await.unwrap()
}

async fn state(ours: &mut PgConnection, mail: Uuid) -> String {
    sqlx::query_scalar("select state from messages where id = $1").bind(mail).fetch_one(ours).await.unwrap()
}

/// Whether a worker waits to write an answer down.
async fn is_waiting(ours: &mut PgConnection) -> bool {
    let waiting = "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
                   and query like '%update messages set state%')";
    sqlx::query_scalar(waiting).fetch_one(ours).await.unwrap()
}

/// How many of the four identity knows to be with the relay.
async fn told(identity: &mut PgConnection) -> i64 {
    let told = "select count(distinct account_id) from mails join accounts using (account_id)
                where template = 'recovery' and accepted_at is not null and email_key = any($1)";
    sqlx::query_scalar(told).bind(ALL.map(str::to_owned).to_vec()).fetch_one(identity).await.unwrap()
}
