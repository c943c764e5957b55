use crate::{Actor, Collector};
use anyhow::Context;
use atlas_local::{Durability, Platform, Settings};
use atlas_proto::directory::v1::{GetCollectiviteRequest, directory_service_client::DirectoryServiceClient};
use std::{
    net::SocketAddr,
    ops::Deref,
    sync::OnceLock,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, MutexGuard, OnceCell},
    time::sleep,
};

static PLATFORM: OnceCell<Mutex<Platform>> = OnceCell::const_new();
static COLLECTOR: OnceLock<Collector> = OnceLock::new();
static PASSWORD: OnceLock<String> = OnceLock::new();
const PACE: Duration = Duration::from_millis(10);
const SETTLED: Duration = Duration::from_secs(60);
/// Quimper.
const SOMEWHERE: &str = "212902324";

/// The whole platform, for one journey at a time: two replicas of everything, the reference data in it.
///
/// It is started by the first journey of a test program; its guard stops it when the program ends.
pub struct Stage(MutexGuard<'static, Platform>);

impl Deref for Stage {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0
    }
}

/// Waits for the journey before, and puts back what it left broken.
pub async fn stage() -> Stage {
    on(|| started(None, Platform::import_reference)).await
}

/// The same for a test program about people: with those that are invented, and a collector that every process exports to.
pub async fn peopled() -> Stage {
    on(|| started(Some(collector().address.clone()), people)).await
}

/// What the processes of a peopled stage exported.
pub fn collector() -> &'static Collector {
    COLLECTOR.get_or_init(Collector::start)
}

/// The password of the invented people.
pub fn password() -> &'static str {
    PASSWORD.get().unwrap()
}

/// Whether the longer variants are asked for.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
pub fn long() -> bool {
    std::env::var("ATLAS_TEST_LONG").is_ok()
}

async fn on<F: Future<Output = anyhow::Result<Mutex<Platform>>>>(start: impl FnOnce() -> F) -> Stage {
    let platform = PLATFORM.get_or_try_init(start).await.unwrap_or_else(|fault| panic!("no platform: {fault:#}"));
    let platform = platform.lock().await;
    platform.mend().unwrap_or_else(|fault| panic!("the platform cannot be mended: {fault:#}"));
    let stage = Stage(platform);
    stage.settled().await;
    stage
}

async fn started(collector: Option<String>, fill: fn(&Platform) -> anyhow::Result<()>) -> anyhow::Result<Mutex<Platform>> {
    // What is measured is measured on a disk.
    let durability = if long() { Durability::Safe } else { Durability::Killed };
    let settings = Settings { collector, durability, ..Settings::temporary()? };
    let started = tokio::task::spawn_blocking(move || Platform::start(settings, fill));
    Ok(Mutex::new(started.await??))
}

/// Brings the reference data in, and invented people.
fn people(platform: &Platform) -> anyhow::Result<()> {
    platform.import_reference()?;
    let said = platform.demo_accounts()?;
    let password = said.lines().next().and_then(|line| line.rsplit(' ').next()).context("no password")?;
    PASSWORD.get_or_init(|| password.to_owned());
    Ok(())
}

impl Stage {
    /// Waits until rights are known again, and every gateway searches: what was killed a moment ago is still finding its way.
    async fn settled(&self) {
        let ministry = Actor::ministry(self);
        eventually("directory answers", SETTLED, async || ministry.card(SOMEWHERE).await.is_ok()).await;
        let token = ministry.token("directory").await;
        for replica in 1..=self.replicas() {
            let what = format!("directory-{replica} trusts and gateway-{replica} searches");
            let search = format!("{}/recherche?q=quimper", self.address("gateway", replica));
            eventually(&what, SETTLED, async || {
                let mut directory = DirectoryServiceClient::new(ministry.replica(self, "directory", replica, &token));
                let asked = directory.get_collectivite(GetCollectiviteRequest { collectivite_id: SOMEWHERE.to_owned() }).await;
                asked.is_ok() && get(&search).await.is_ok_and(|page| page.text.contains(SOMEWHERE))
            })
            .await;
        }
    }

    /// The process id of a process, by its name.
    pub fn pid(&self, name: &str) -> u32 {
        let file = self.data().join("run").join(format!("{name}.pid"));
        std::fs::read_to_string(file).unwrap().trim().parse().unwrap()
    }

    /// A gateway, replicas from 1.
    pub fn gateway(&self, replica: u16) -> SocketAddr {
        self.address("gateway", replica).trim_start_matches("http://").parse().unwrap()
    }

    /// A page as every gateway shows it, the first gateway first.
    pub async fn pages(&self, path: &str) -> Vec<Page> {
        let mut pages = Vec::new();
        for replica in 1..=self.replicas() {
            pages.push(get(&format!("{}{path}", self.address("gateway", replica))).await.unwrap());
        }
        pages
    }

    /// Waits until every gateway shows `words` on a page; says how long that took.
    pub async fn shown(&self, path: &str, words: &str, limit: Duration) -> Duration {
        let since = Instant::now();
        eventually(&format!("{words:?} on {path} of every gateway"), limit, async || {
            self.pages(path).await.iter().all(|page| page.text.contains(words))
        })
        .await;
        since.elapsed()
    }
}

/// What a gateway answered.
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

/// Asks for a page, as a browser would.
pub async fn get(address: &str) -> anyhow::Result<Page> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).no_proxy().build()?;
    let answer = client.get(address).header("accept", "text/html").send().await.with_context(|| address.to_owned())?;
    Ok(Page { status: answer.status().as_u16(), text: answer.text().await? })
}

/// Waits for a named condition, at most that long.
pub async fn eventually(what: &str, limit: Duration, mut done: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !done().await {
        assert!(since.elapsed() < limit, "{what}: not within {limit:?}");
        sleep(PACE).await;
    }
}
