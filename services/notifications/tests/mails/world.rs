use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use atlas_proto::{
    access::ACCESS,
    mail::v1::{MailIntentEvent, PrepareMailResponse, ResolveRecipientResponse},
    notifications::v1::message_service_client::MessageServiceClient,
};
use chrono::{TimeDelta, Utc};
use events::outbox::{self, Event, Relay};
use kernel::{Clock as _, SystemClock, Version};
use notifications::{
    Around, MIGRATORS, Mail, Stores,
    letter::Sender,
    smtp::{Smtp, Timing},
    worker::Limits,
};
use prost::Message as _;
use runtime::{Access, Lifecycle, Patience, Purpose, Secret, Sockets, Targets, Wire};
use sqlx::PgPool;
use testkit::{TestBroker, TestDatabase, TestIdentity};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{
    neighbours::Neighbours,
    smtp::{Received, SmtpServer},
};

pub const ORIGIN: &str = "https://atlas.example.org";
pub const RETURN_DOMAIN: &str = "retour.example.org";
/// A commune that mails are about.
pub const VILLAGE: &str = "215600503";

/// Two replicas of notifications, the services that ask them for mails, a relay, and callers of every kind.
pub struct World {
    pub pool: PgPool,
    pub smtp: SmtpServer,
    pub neighbours: Neighbours,
    pub identity: TestIdentity,
    pub wire: Wire,
    /// Where the service that asks for mails writes its log.
    pub acts: PgPool,
    pub broker: TestBroker,
    replicas: Mutex<Vec<Option<Replica>>>,
    lifecycle: Lifecycle,
    databases: [TestDatabase; 2],
    address: String,
    make: Make,
}

/// One process of notifications: a runtime of its own, so that it can be killed.
struct Replica {
    runtime: Runtime,
    lifecycle: Lifecycle,
}

/// How a world is made.
#[derive(Clone, Copy)]
pub struct Make {
    pub replicas: usize,
    pub access: Access,
    pub limits: Limits,
    pub timing: Timing,
}

impl Default for Make {
    fn default() -> Self {
        let timing = Timing { greeting: Duration::from_secs(5), command: Duration::from_secs(3), data: Duration::from_secs(30) };
        Self { replicas: 2, access: ACCESS, limits: Limits { look: Duration::from_millis(50), ..Limits::default() }, timing }
    }
}

impl World {
    pub async fn start() -> Self {
        Self::made(Make::default()).await
    }

    pub async fn made(make: Make) -> Self {
        let database = TestDatabase::clone_of(&MIGRATORS).await;
        let theirs = TestDatabase::clone_of(&[&events::MIGRATOR]).await;
        let broker = TestBroker::start().await;
        let identity = TestIdentity::default();
        let lifecycle = Lifecycle::default();
        let neighbours = Neighbours::default();
        let address = neighbours.serve(&identity, &lifecycle).await;
        let smtp = SmtpServer::start().await;
        let acts = theirs.pool().await;
        let relay = Relay::new("identity", acts.clone(), broker.another().await);
        lifecycle.spawn("identity.log", relay.run(events::resync::Nothing));

        let (mut replicas, mut targets) = (Vec::new(), Vec::new());
        for _ in 0..make.replicas {
            let (replica, target) = Replica::start(&database, &broker, &identity, &address, smtp.port, make);
            replicas.push(Some(replica));
            targets.push(target);
        }
        let targets: Targets = targets.join(",").parse().unwrap();
        let wire = Wire::open(targets, &lifecycle).within(Duration::from_secs(20));
        let pool = database.pool().await;
        let replicas = Mutex::new(replicas);
        let databases = [database, theirs];
        let world = Self { pool, smtp, neighbours, identity, wire, acts, broker, replicas, lifecycle, databases, address, make };
        until("all replicas answer", async || world.wire.replicas() == make.replicas).await;
        world
    }

    pub fn messages(&self, right: &str) -> MessageServiceClient<Wire> {
        MessageServiceClient::new(self.wire.bearing(&self.identity.token(right)))
    }

    /// Kills a replica: nothing of it runs on, and nothing is said to anybody.
    pub fn kill(&self, replica: usize) {
        let killed = self.replicas.lock().unwrap()[replica].take().expect("a replica that lives");
        killed.runtime.shutdown_background();
    }

    /// Asks for a mail as a service does: a fact of its own log. Gives the intent.
    pub async fn ask(&self, template: &str, email: &str) -> Uuid {
        self.ask_with(template, email, |_| {}).await
    }

    /// The same, with what the act says changed.
    pub async fn ask_with(&self, template: &str, email: &str, change: impl FnOnce(&mut PrepareMailResponse)) -> Uuid {
        let intent = self.know(template, email, change);
        self.tell(&[intent_event(intent, template)]).await;
        intent
    }

    /// Lets the neighbours know an intent and its recipient, and nobody else.
    pub fn know(&self, template: &str, email: &str, change: impl FnOnce(&mut PrepareMailResponse)) -> Uuid {
        let intent = Uuid::new_v4();
        let mut cause = crate::catalogue::sample_on_the_wire(template);
        change(&mut cause);
        let mut known = self.neighbours.0.lock().unwrap();
        known.causes.insert(intent.to_string(), cause);
        let resolved = ResolveRecipientResponse { email: email.into(), display_name: "Anne Martin".into(), locale: "fr".into() };
        known.recipients.insert(format!("identity:account:{intent}"), resolved);
        intent
    }

    /// Writes facts to the log of the service that asks for mails.
    pub async fn tell(&self, events: &[Event]) {
        database::transact(&self.acts, async |tx| outbox::append_all(tx, &SystemClock, events).await).await.unwrap();
    }

    /// How a mail stands, by its intent; empty when there is none.
    pub async fn state(&self, intent: Uuid) -> String {
        let state = sqlx::query_scalar::<_, String>("select state from messages where intent_id = $1").bind(intent);
        state.fetch_optional(&self.pool).await.unwrap().unwrap_or_default()
    }

    pub async fn until_state(&self, intent: Uuid, state: &str) {
        until(&format!("the mail is {state}"), async || self.state(intent).await == state).await;
    }

    /// The id of a mail, by its intent.
    pub async fn id(&self, intent: Uuid) -> String {
        let id = sqlx::query_scalar::<_, Uuid>("select id from messages where intent_id = $1").bind(intent);
        id.fetch_one(&self.pool).await.unwrap().to_string()
    }

    /// Lets the time of the next try come, for all mails that wait for it.
    pub async fn hurry(&self) {
        sqlx::query("update messages set next_try_at = now() where state in ('queued', 'deferred')").execute(&self.pool).await.unwrap();
    }

    /// Lets leases end: all of them, or only those of tries that are older than any of a test lasts.
    pub async fn end_leases(&self, older: &str) {
        let ended = "update messages set next_try_at = now() where state = 'sending' and next_try_at < now() + interval '180 seconds' - $1::text::interval";
        sqlx::query(ended).bind(older).execute(&self.pool).await.unwrap();
    }

    /// Starts one replica more.
    pub async fn begin(&self) {
        let (databases, make) = (&self.databases, self.make);
        let (replica, target) = Replica::start(&databases[0], &self.broker, &self.identity, &self.address, self.smtp.port, make);
        self.replicas.lock().unwrap().push(Some(replica));
        let wire = Wire::open(target.parse().unwrap(), &self.lifecycle);
        until("the new replica answers", async || wire.replicas() == 1).await;
    }

    /// Where the database of notifications is, as PostgreSQL's own programs are told.
    pub fn database_url(&self) -> &str {
        self.databases[0].url.split('?').next().unwrap()
    }

    /// Everything that a service told, as it is on the broker.
    pub async fn stream(&self, service: &str) -> String {
        let mut stream = self.broker.broker.jetstream.get_stream(self.broker.broker.stream(service)).await.unwrap();
        until("the log is on the broker", async || {
            let told = "select (select count(*) from outbox) = (select position from outbox_cursor)";
            sqlx::query_scalar::<_, bool>(told).fetch_one(&self.pool).await.unwrap()
        })
        .await;
        let (mut all, last) = (String::new(), stream.info().await.unwrap().state.last_sequence);
        for sequence in 1..=last {
            let message = stream.get_raw_message(sequence).await.unwrap();
            all.push_str(&format!("{} {:?} {}\n", message.subject, message.headers, String::from_utf8_lossy(&message.payload)));
        }
        all
    }

    /// Waits until so many mails are with the relay.
    pub async fn until_received(&self, count: usize) -> Vec<Received> {
        until(&format!("{count} mails"), async || self.smtp.count() >= count).await;
        self.smtp.received()
    }

    /// The facts told, in order: change of the mail of an intent.
    pub async fn told(&self, intent: Uuid) -> Vec<String> {
        let rows = sqlx::query_scalar::<_, String>(
            "select change from outbox join messages m on m.id::text = key where m.intent_id = $1 order by number",
        );
        rows.bind(intent).fetch_all(&self.pool).await.unwrap()
    }

    /// Ends what lives; nothing of it may have failed.
    pub async fn end(self) {
        let replicas: Vec<_> = self.replicas.into_inner().unwrap().into_iter().flatten().collect();
        for replica in replicas {
            replica.lifecycle.finish().await.unwrap();
            replica.runtime.shutdown_background();
        }
        self.lifecycle.finish().await.unwrap();
    }
}

impl Replica {
    fn start(
        database: &TestDatabase,
        broker: &TestBroker,
        identity: &TestIdentity,
        neighbours: &str,
        smtp: u16,
        make: Make,
    ) -> (Self, String) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let lifecycle = Lifecycle::new(Arc::new(SystemClock), Patience::default());
        let (nats_url, nats_prefix) = broker.address();
        let stores = Stores {
            database_url: Secret::new(database.url.clone()),
            nats_url: nats_url.to_owned(),
            nats_prefix: nats_prefix.to_owned(),
            purpose: Purpose::Development,
        };
        let verifier = identity.verifier("notifications");
        let token = identity.token("service:notifications:reader");
        let (targets, serving) = (neighbours.parse::<Targets>().unwrap(), lifecycle.clone());
        let (say, hear) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let sockets = Sockets::loopback().await.unwrap();
            say.send(sockets.grpc.local_addr().unwrap().to_string()).unwrap();
            let wire = Wire::open(targets, &serving).bearing(&token);
            let wires = BTreeMap::from([("identity", wire.clone()), ("directory", wire)]);
            let neighbours = notifications::neighbours::Neighbours::new(wires);
            let around = Around { verifier, access: make.access, neighbours, limits: make.limits };
            let running = serving.clone();
            serving.spawn_to_end("notifications", notifications::run(stores, mail(smtp, make.timing), around, sockets, running));
        });
        let target = hear.recv().unwrap();
        (Self { runtime, lifecycle }, target)
    }
}

/// How mails go out of a world.
pub fn mail(smtp: u16, timing: Timing) -> Mail {
    let relay = format!("smtp://127.0.0.1:{smtp}").parse().unwrap();
    Mail { smtp: Smtp::new(relay, None, timing), sender: sender(), origin: ORIGIN.into() }
}

pub fn sender() -> Sender {
    Sender {
        from: "Atlas <ne-pas-repondre@example.org>".parse().unwrap(),
        return_domain: RETURN_DOMAIN.into(),
        keys: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap(),
    }
}

/// The fact that asks for a mail, good for a day.
pub fn intent_event(intent: Uuid, template: &str) -> Event {
    let expires = SystemClock.now() + TimeDelta::days(1);
    let state = MailIntentEvent {
        intent_id: intent.to_string(),
        template: template.into(),
        recipient: format!("identity:account:{intent}"),
        collectivite_id: VILLAGE.into(),
        expires_at: Some(prost_types::Timestamp { seconds: expires.timestamp(), nanos: 0 }),
        ..Default::default()
    };
    asked(intent, &state)
}

/// The same with the event as it is given.
pub fn asked(intent: Uuid, state: &MailIntentEvent) -> Event {
    Event { resource: "mail", key: intent.to_string(), version: Version(1), change: "asked", state: state.encode_to_vec(), removed: false }
}

/// Waits until something named holds.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(40);
    while !holds().await {
        assert!(tokio::time::Instant::now() < deadline, "waited for: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whether the longer variants are asked for.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
pub fn long() -> bool {
    static LONG: OnceLock<bool> = OnceLock::new();
    *LONG.get_or_init(|| std::env::var("ATLAS_TEST_LONG").is_ok())
}

/// A time that is long past, for rows that are to look old.
pub fn days_ago(days: i64) -> chrono::DateTime<Utc> {
    SystemClock.now() - TimeDelta::days(days)
}
