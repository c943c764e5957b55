use std::{net::SocketAddr, sync::Arc, thread::JoinHandle, time::Duration};

use atlas_proto::identity::v1::{IssueTokenRequest, token_service_client::TokenServiceClient};
use chrono::{DateTime, Utc};
use identity::{Config, Cost, Identity, MIGRATORS, Pace, seal::Seals};
use kernel::{Clock as _, SystemClock};
use runtime::{
    Access, Configuration as _, Credentials, Environment, Lifecycle, PrivateKey, Service, Sockets, Targets, Timing, Tokens, Wire, channel,
};
use sqlx::PgPool;
use tempfile::TempDir;
use testkit::{TestBroker, TestDatabase};
use tonic::Status;

pub const ISSUER: &str = "https://atlas.test";
pub const KEK: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Where nobody listens.
pub const NOWHERE: &str = "127.0.0.1:1";

/// The key by which identity is a client of others.
pub fn own_key() -> &'static str {
    static KEY: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    KEY.get_or_init(|| PrivateKey::generate().to_pem().unwrap().reveal().to_owned())
}

/// Fast enough that no test waits long, slow enough for a busy machine.
pub const PACE: Pace = Pace { voids: Duration::from_millis(20), heartbeat: Duration::from_millis(100), keys: Duration::from_millis(100) };
pub const LOOKS: channel::Pace =
    channel::Pace { resolve: Duration::from_millis(200), look: Duration::from_millis(50), patience: Duration::from_secs(2) };

/// A password hashed in a millisecond; what is installed costs more, which a test of its own sees to.
pub const CHEAP: Cost = Cost { memory: 64, passes: 1, slots: 2, queue: 64 };

/// Two replicas of identity on a database of their own, and who talks to them.
pub struct World {
    pub database: TestDatabase,
    pub broker: TestBroker,
    pub pool: PgPool,
    pub replicas: Vec<Replica>,
    pub lifecycle: Lifecycle,
    pub files: TempDir,
}

pub struct Replica {
    pub lifecycle: Lifecycle,
    pub address: SocketAddr,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Replica {
    /// How it ended, once it has.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        let thread = self.thread.take().unwrap();
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap()
    }
}

impl World {
    pub async fn start() -> Self {
        Self::with(atlas_proto::access::ACCESS).await
    }

    pub async fn with(access: Access) -> Self {
        let database = TestDatabase::clone_of(&MIGRATORS).await;
        let pool = database.pool().await;
        let broker = TestBroker::start().await;
        let files = TempDir::new().unwrap();
        let mut world = Self { database, broker, pool, replicas: Vec::new(), lifecycle: Lifecycle::default(), files };
        for _ in 0..2 {
            let config = Config { access, ..world.config(&[]) };
            world.replicas.push(world.replica(config).await);
        }
        world
    }

    /// The configuration of a replica, with variables added or changed.
    pub fn config(&self, changed: &[(&str, &str)]) -> Config {
        let (nats_url, nats_prefix) = self.broker.address();
        let usual = [
            ("ATLAS_NATS_URL", nats_url),
            ("ATLAS_NATS_PREFIX", nats_prefix),
            ("ATLAS_DATABASE_URL", self.database.url.as_str()),
            ("ATLAS_ISSUER", ISSUER),
            ("ATLAS_KEY_ENCRYPTION_KEY", KEK),
            ("ATLAS_ENVIRONMENT", "development"),
            ("ATLAS_DIRECTORY", NOWHERE),
            ("ATLAS_IDENTITY", NOWHERE),
            ("ATLAS_CLIENT_ID", "atlas-identity"),
            ("ATLAS_CLIENT_KEY", own_key()),
        ];
        let mut environment = Environment::of(usual.into_iter().chain(changed.iter().copied()));
        let config = Config::read(&mut environment);
        Config { pace: PACE, passwords: CHEAP, ..environment.finish(config).unwrap() }
    }

    /// Starts a replica on threads of its own, as a process has.
    pub async fn replica(&self, config: Config) -> Replica {
        let lifecycle = Lifecycle::default();
        let process = lifecycle.clone();
        let (bound, address) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let ended = threads.block_on(async {
                let sockets = Sockets::loopback().await.unwrap();
                bound.send(sockets.grpc.local_addr().unwrap()).unwrap();
                process.run(identity::serve(config, sockets, &process)).await
            });
            threads.shutdown_background();
            ended
        });
        Replica { lifecycle, address: address.await.unwrap(), thread: Some(thread) }
    }

    pub fn targets(&self) -> Targets {
        let addresses: Vec<String> = self.replicas.iter().map(|replica| replica.address.to_string()).collect();
        addresses.join(",").parse().unwrap()
    }

    /// The way to all replicas, without a token.
    pub fn wire(&self) -> Wire {
        Wire::paced(self.targets(), LOOKS, &self.lifecycle)
    }

    /// The way to one of them.
    pub fn wire_to(&self, replica: usize) -> Wire {
        Wire::paced(self.replicas[replica].address.to_string().parse().unwrap(), LOOKS, &self.lifecycle)
    }

    /// The way to all replicas with tokens of this client.
    pub fn wire_of(&self, client: &Credentials) -> Wire {
        self.wire().with_tokens(self.tokens_of(client))
    }

    pub fn tokens_of(&self, client: &Credentials) -> Tokens {
        Tokens::new(self.wire(), client.clone(), self.lifecycle.clock())
    }

    /// Says words to the command line of identity.
    pub async fn say(&self, words: &[&str]) -> anyhow::Result<()> {
        self.say_in("development", words).await
    }

    /// Says words to the command line of an installation that is for this.
    pub async fn say_in(&self, purpose: &str, words: &[&str]) -> anyhow::Result<()> {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let environment = [
            ("ATLAS_DATABASE_URL", self.database.url.as_str()),
            ("ATLAS_ISSUER", ISSUER),
            ("ATLAS_KEY_ENCRYPTION_KEY", KEK),
            ("ATLAS_ENVIRONMENT", purpose),
            ("ATLAS_DEMO_PASSWORD", "quatre mots sans rapport"),
        ];
        Identity::command(words, Environment::of(environment)).await
    }

    /// Registers a client by the command line; its audiences are identity and directory.
    pub async fn client(&self, id: &str, rights: &[&str]) -> Credentials {
        let file = self.files.path().join(id).to_str().unwrap().to_owned();
        let mut words = vec!["create-client", "--id", id, "--audience", "identity", "--audience", "directory", "--generate-key", &file];
        rights.iter().for_each(|right| words.extend(["--right", *right]));
        self.say(&words).await.unwrap();
        let key: PrivateKey = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        Credentials { client: id.parse().unwrap(), key: Arc::new(key), issuer: ISSUER.to_owned() }
    }

    /// Follows identity as the service directory would.
    pub fn follower(&self, client: &Credentials, timing: Timing) -> runtime::Identity {
        let settings = runtime::identity::Settings { targets: self.targets(), credentials: client.clone(), timing };
        runtime::Identity::follow("directory", settings, &self.lifecycle)
    }

    /// The acts in the journal, in order.
    pub async fn journal(&self) -> Vec<(String, String, String)> {
        let rows = sqlx::query_as("select act, subject, detail from journal where act not like 'signing-key%' order by id");
        rows.fetch_all(&self.pool).await.unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.replicas.iter().for_each(|replica| replica.lifecycle.force());
        self.lifecycle.force();
    }
}

/// Asks for a token with this assertion.
pub async fn ask(wire: Wire, assertion: String) -> Result<String, Status> {
    let request = IssueTokenRequest { client_assertion: assertion, ..IssueTokenRequest::default() };
    TokenServiceClient::new(wire).issue_token(request).await.map(|issued| issued.into_inner().access_token)
}

/// How a call was refused: its code and reason.
pub fn refusal(status: &Status) -> (tonic::Code, String) {
    (status.code(), runtime::reason(status).unwrap_or_default())
}

/// Two key-encryption keys: the present one, and the one before it.
pub fn both(present: &str, older: Option<&str>) -> Seals {
    Seals { present: present.parse().unwrap(), older: older.map(|text| text.parse().unwrap()) }
}

/// The time, as a client has it.
pub fn time() -> DateTime<Utc> {
    SystemClock.now()
}
